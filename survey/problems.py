"""What is wrong with a file, a study or a folder, told so that the user can mend it.

A :class:`Problem` is one thing wrong, with the place where the user will look for it.
Problems of one file are collected and shown together. A :class:`Refusal` is raised when
the work cannot go on; it carries one or more problems. Neither holds a sentence: the
sentences (what, and what to do) live in ``resources/texts/<language>/problems.toml``
under ``<code>.what`` and ``<code>.do``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from resources.texts import SOURCE_LANGUAGE, sentence

NO_VALUES: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, and where.

    Args:
        code: key of the sentence in problems.toml, for instance ``file_empty``.
        where: file, sheet, column or study entry, as the user knows it; may be empty.
        row: row as the user's spreadsheet numbers it (the first row is 1), or None.
        values: what the sentence quotes.
    """

    code: str
    where: str = ""
    row: int | None = None
    values: Mapping[str, object] = field(default_factory=lambda: NO_VALUES)

    def describe(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return "where: what, what to do" as one line in ``language``."""
        place = self.where
        if self.row is not None:
            place += sentence("problems.row", language, row=self.row)
        what = sentence(f"problems.{self.code}.what", language, **self.values)
        do = sentence(f"problems.{self.code}.do", language, **self.values)
        return sentence(
            "problems.line" if place else "problems.line_without_place",
            language,
            where=place,
            what=what,
            do=do,
        )


class Refusal(Exception):
    """The work cannot go on; the message is meant for the user, not for us."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("a refusal says what is wrong")
        super().__init__(problems)
        self.problems: tuple[Problem, ...] = problems

    def describe(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return one line per problem in ``language``."""
        return "\n".join(problem.describe(language) for problem in self.problems)

    def __str__(self) -> str:
        return self.describe()


def refuse(code: str, where: object = "", *, row: int | None = None, **values: object) -> Refusal:
    """Return the refusal for one problem: ``raise refuse("file_empty", path.name)``."""
    return Refusal(Problem(code, str(where), row, MappingProxyType(values)))
