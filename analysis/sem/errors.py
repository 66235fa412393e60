"""The one error the engine raises for a model or data that cannot be fitted.

It carries a code and values; the sentence for the user lives in
``resources/texts/<language>/sem.toml`` under ``<code>.what`` and ``<code>.do``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from resources.texts import SOURCE_LANGUAGE, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping


def _written(value: object, joiner: str) -> object:
    if isinstance(value, (tuple, list, frozenset, set)):
        return joiner.join(str(entry) for entry in value)
    return value


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
        joiner = "、" if language == SOURCE_LANGUAGE else ", "
        values = {key: _written(value, joiner) for key, value in self.values.items()}
        what = sentence(f"sem.{self.code}.what", language, **values)
        do = sentence(f"sem.{self.code}.do", language, **values)
        return sentence("sem.line", language, what=what, do=do)

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
