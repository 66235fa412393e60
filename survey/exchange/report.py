"""What an import understood, and what it did not: shown, stored, printed in the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.exchange.plan import TotalCheck
from survey.problems import Problem
from survey.responses import Missing, ResponseSet, SourceFile


def count_missing(responses: ResponseSet) -> Mapping[str, int]:
    """Return the number of item cells by name of Missing."""
    cells = responses.missing.to_numpy(dtype=np.int8)
    return MappingProxyType({kind.name: int(np.count_nonzero(cells == kind)) for kind in Missing})


def _said(problem: Problem) -> tuple[str, str, int | None, str]:
    return problem.code, problem.where, problem.row, str(dict(problem.values))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome of one import.

    Args:
        source: the file.
        platform: which program wrote it, see platforms.py.
        respondents: rows imported.
        columns: number of columns by kind, in the kinds' order.
        missing: number of item cells by name of Missing.
        dropped: headings of columns with personal data, left out.
        total: comparison with the platform's total, None without one.
        problems: all else the user should know; nothing there stopped the import.
    """

    source: SourceFile
    platform: str
    respondents: int
    columns: Mapping[str, int]
    missing: Mapping[str, int]
    dropped: tuple[str, ...]
    total: TotalCheck | None
    problems: tuple[Problem, ...]

    def with_batch(self, responses: ResponseSet, notes: Iterable[Problem]) -> ImportReport:
        """Return the report on this import and a further file joined to it.

        Args:
            responses: all of both.
            notes: on the further file; what was said before is not said again.
        """
        known = set(map(_said, self.problems))
        return replace(
            self,
            respondents=responses.n,
            missing=count_missing(responses),
            problems=(*self.problems, *(note for note in notes if _said(note) not in known)),
        )

    def lines(self, language: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
        """Return the report as sentences in ``language``."""
        lines = [self._opening(language), self._kinds(language), self._missing(language)]
        joiner = "、" if language == SOURCE_LANGUAGE else ", "
        if self.dropped:
            lines.append(
                sentence("import.report.dropped", language, columns=joiner.join(self.dropped))
            )
        if self.total is not None:
            lines.append(self._total(language))
        return (*lines, *(problem.describe(language) for problem in self.problems))

    def _opening(self, language: str) -> str:
        return sentence(
            "import.report.opening",
            language,
            file=self.source.name,
            platform=sentence(f"import.platform.{self.platform}", language),
            respondents=self.respondents,
            columns=self.source.columns,
        )

    def _kinds(self, language: str) -> str:
        joiner = "、" if language == SOURCE_LANGUAGE else ", "
        parts = (
            sentence(
                "import.report.kind",
                language,
                kind=sentence(f"import.kind.{kind}", language),
                count=count,
            )
            for kind, count in self.columns.items()
        )
        return sentence("import.report.kinds", language, parts=joiner.join(parts))

    def _missing(self, language: str) -> str:
        joiner = "、" if language == SOURCE_LANGUAGE else ", "
        parts = (
            sentence(
                "import.report.kind",
                language,
                kind=sentence(f"import.missing.{name}", language),
                count=count,
            )
            for name, count in self.missing.items()
        )
        return sentence("import.report.missing", language, parts=joiner.join(parts))

    def _total(self, language: str) -> str:
        assert self.total is not None
        agrees = self.total.agreeing == self.total.rows
        return sentence(
            "import.report.total_agrees" if agrees else "import.report.total_differs",
            language,
            column=self.total.column,
            agreeing=self.total.agreeing,
            rows=self.total.rows,
        )
