"""How many heading rows a table has, decided from its first rows."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Row = Sequence[str | None]
LOOK_AHEAD = 5

IMPORT_ID = re.compile(r"""^\{\s*["']ImportId["']\s*:""")
FIELD_CODE = re.compile(r"^[A-Za-z_][A-Za-z0-9_\[\]#.]*$")
NUMBER_SHARE = 0.5
"""A first row with more numbers than this holds answers, not headings."""
SURVEYMONKEY_WORDS = frozenset({"Response", "Open-Ended Response"})


@dataclass(frozen=True, slots=True)
class Layout:
    """Heading rows and what they tell about the program that wrote the table.

    Args:
        kind: ``plain``, ``no_headings`` (answers from the first row on), ``qualtrics``,
            ``qualtrics_legacy``, ``limesurvey_vv``, ``surveymonkey`` or ``two_rows`` (question
            above, its part below).
        heading_rows: how many rows stand before the first answer.
        name_row: which of them holds the names (0-based).
    """

    kind: str
    heading_rows: int
    name_row: int = 0


def find_layout(head: Sequence[Row]) -> Layout:
    """Return the layout of a table from its first rows (at most LOOK_AHEAD of them)."""
    second = _filled(head, 1)
    third = _filled(head, 2)
    if third and _share(third, IMPORT_ID.match) > 0.5:
        return Layout("qualtrics", 3)
    first = _filled(head, 0)
    if _is_qualtrics_legacy(first, second):
        return Layout("qualtrics_legacy", 2)
    if _is_vv(head):
        return Layout("limesurvey_vv", 2, name_row=1)
    if SURVEYMONKEY_WORDS.intersection(second) and _share_of_first(head) < 1:
        return Layout("surveymonkey", 2)
    if "Response" in second and set(second) <= {*SURVEYMONKEY_WORDS, *first}:
        return Layout("surveymonkey", 2)
    if _has_parts_below(head):
        return Layout("two_rows", 2)
    if not first or _share(first, _is_number) > NUMBER_SHARE:
        return Layout("no_headings", 0)
    return Layout("plain", 1)


def _filled(head: Sequence[Row], row: int) -> list[str]:
    return [cell for cell in head[row] if cell] if row < len(head) else []


def _share(cells: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(cell)) for cell in cells) / len(cells)


def _is_qualtrics_legacy(first: Sequence[str], second: Sequence[str]) -> bool:
    return list(first[:3]) == ["V1", "V2", "V3"] and "ResponseID" in second[:3]


def _is_vv(head: Sequence[Row]) -> bool:
    """VV: question texts above, field codes below, ``id`` first among the codes."""
    if len(head) < 2 or not head[1] or len(head[0]) != len(head[1]):
        return False
    codes = _filled(head, 1)
    return (
        len(codes) > 5
        and codes[0] in ("id", "token")
        and "submitdate" in codes
        and _share(codes, FIELD_CODE.match) == 1
        and _share(_filled(head, 0), FIELD_CODE.match) < 1
    )


def _share_of_first(head: Sequence[Row]) -> float:
    return len(_filled(head, 0)) / max(len(head[1]), 1)


def _has_parts_below(head: Sequence[Row]) -> bool:
    """A heading cell above several blank ones, with texts in the row below all of them.

    The row below must be unlike an answer row: all different, none a number, and the blank
    headings (merged cells, or a question above its first part only) filled below.
    """
    if len(head) < 3:
        return False
    first = list(head[0]) + [None] * (len(head[1]) - len(head[0]))
    below = [cell for cell, above in zip(head[1], first, strict=False) if not above and cell]
    blanks = sum(1 for cell in first if not cell)
    return (
        blanks >= 2
        and len(below) == blanks
        and len(set(below)) > 0.5 * len(below)
        and not any(_is_number(cell) for cell in below)
        and not _looks_alike(head[1], head[2])
    )


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[0-9]+([.,][0-9]+)?", cell.strip()))


def _looks_alike(row: Row, other: Row) -> bool:
    shared = sum(1 for a, b in zip(row, other, strict=False) if a and a == b)
    return shared > 0.3 * max(len([cell for cell in row if cell]), 1)
