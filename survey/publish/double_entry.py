"""Paper answers typed in twice: compared sheet by sheet, settled one difference at a time.

Both typings come from the page for entry (html_page.write_entry_page) as folders of answer
files; sheets are matched by the number that stands on the paper.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.problems import Refusal, refuse
from survey.publish.answer_files import AnswerFile, AnswerFolder
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.variables import variables

if TYPE_CHECKING:
    pass

Typed = float | str | None
"""What was typed: a code, number or text, ``不了解`` as DO_NOT_KNOW, None for a blank."""
DO_NOT_KNOW = "do_not_know"


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer of one sheet that was typed differently."""

    paper: str
    variable: str
    first: Typed
    second: Typed


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two typings of the same sheets.

    Args:
        differences: in the order of the sheets and the questionnaire.
        only_first, only_second: sheets that one of the two did not type.
        repeated: numbers that one typist used for several sheets; these are not compared.
        compared: answers compared; differences / compared is the error rate to report.
    """

    differences: tuple[Difference, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    repeated: tuple[str, ...]
    compared: int
    sheets: Mapping[str, AnswerFile]
    """The first typing of each sheet that both typed."""

    @property
    def disagreement(self) -> float:
        """Share of the compared answers that differ, 0 when none were compared."""
        return len(self.differences) / self.compared if self.compared else 0.0


def compare_entries(
    first: AnswerFolder, second: AnswerFolder, questionnaire: Questionnaire
) -> Comparison:
    """Return where two typings of the same paper forms differ."""
    repeated = {*_repeated(first), *_repeated(second)}
    one, other = _by_paper(first, repeated), _by_paper(second, repeated)
    shared = [paper for paper in one if paper in other]
    codes = [column.code for column in variables(questionnaire)]
    differences = tuple(
        difference
        for paper in shared
        for difference in _differences(paper, one[paper], other[paper], codes)
    )
    return Comparison(
        differences=differences,
        only_first=tuple(paper for paper in one if paper not in other),
        only_second=tuple(paper for paper in other if paper not in one),
        repeated=tuple(sorted(repeated)),
        compared=len(shared) * len(codes),
        sheets={paper: one[paper] for paper in shared},
    )


def _repeated(folder: AnswerFolder) -> set[str]:
    counts = Counter(answer.paper for answer in folder.answers)
    return {paper for paper, count in counts.items() if count > 1 or not paper}


def _by_paper(folder: AnswerFolder, repeated: set[str]) -> dict[str, AnswerFile]:
    found = {answer.paper: answer for answer in folder.answers if answer.paper not in repeated}
    return dict(sorted(found.items(), key=lambda pair: (len(pair[0]), pair[0])))


def _typed(answer: AnswerFile, code: str) -> Typed:
    if answer.missing.get(code) == DO_NOT_KNOW:
        return DO_NOT_KNOW
    return answer.answers.get(code)


def _differences(
    paper: str, first: AnswerFile, second: AnswerFile, codes: list[str]
) -> Iterator[Difference]:
    for code in codes:
        one, other = _typed(first, code), _typed(second, code)
        if _plain(one) != _plain(other):
            yield Difference(paper, code, one, other)


def _plain(value: Typed) -> Typed:
    """Return ``value`` without what typists need not agree on: blanks around and inside texts."""
    return " ".join(value.split()) if isinstance(value, str) else value


def settled_sheets(
    comparison: Comparison, decisions: Mapping[tuple[str, str], Typed]
) -> tuple[AnswerFile, ...]:
    """Return the sheets that both typed, each difference settled by ``decisions``.

    Args:
        decisions: for each difference, by sheet and variable, what really stands on the paper.

    Raises:
        Refusal: a difference without a decision.
    """
    open_ones = [d for d in comparison.differences if (d.paper, d.variable) not in decisions]
    if open_ones:
        raise Refusal(
            *(
                problem
                for one in open_ones
                for problem in refuse("entry_undecided", one.paper, variable=one.variable).problems
            )
        )
    by_paper: dict[str, dict[str, Typed]] = {}
    for difference in comparison.differences:
        value = decisions[difference.paper, difference.variable]
        by_paper.setdefault(difference.paper, {})[difference.variable] = value
    return tuple(
        _with_decisions(sheet, by_paper.get(paper, {}))
        for paper, sheet in comparison.sheets.items()
    )


def _with_decisions(sheet: AnswerFile, decided: Mapping[str, Typed]) -> AnswerFile:
    answers, missing = dict(sheet.answers), dict(sheet.missing)
    for code, value in decided.items():
        answers.pop(code, None)
        missing.pop(code, None)
        if value is None:
            missing[code] = "empty"
        elif value == DO_NOT_KNOW:
            missing[code] = "do_not_know"
        else:
            answers[code] = value
    return sheet.model_copy(update={"answers": answers, "missing": missing})
