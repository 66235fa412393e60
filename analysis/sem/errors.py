"""The one error the engine raises for a model or data that cannot be fitted.

It carries a code and values; the sentence for the user lives in
``resources/texts/<language>/sem.toml`` under ``<code>.what`` and ``<code>.do``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.findings import Reason
from resources.texts import SOURCE_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Mapping


class SemError(Exception):
    """A model or data set that cannot be fitted, naming the culprit.

    Args:
        code: key in sem.toml, for instance ``unknown_variable``.
        values: what the sentence quotes; tuples of names are joined for reading.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values: Mapping[str, object] = MappingProxyType(values)

    def describe(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return what is wrong and what to do, in ``language``."""
        return self.reason.describe(language)

    @property
    def reason(self) -> Reason:
        """Return what a finding keeps of it."""
        parts = {"what": f"sem.{self.code}.what", "do": f"sem.{self.code}.do"}
        return Reason("sem.line", parts, self.values)

    def __str__(self) -> str:
        return self.describe()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.code, dict(self.values)))


class SyntaxProblem(SemError):
    """A model text that cannot be read; ``values`` hold ``line`` and ``column`` from 1."""

    @property
    def place(self) -> tuple[int, int]:
        """Return line and column of the trouble, both from 1."""
        return int(str(self.values["line"])), int(str(self.values["column"]))


def _rebuild(code: str, values: dict[str, object]) -> SemError:
    kind = SyntaxProblem if "column" in values else SemError
    return kind(code, **values)
