"""Breaking Chinese text into lines.

A line may end between any two Chinese characters and at spaces; never inside a Latin word
or number; no line starts with a closing mark or ends with an opening one (GB/T 15834). A
word longer than a line, such as a hash, is cut where the line ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.report.wording import clean

CLOSERS = frozenset("，。、；：？！）》〉」』】〕｝”’…—～·%％℃‰,.;:?!)]}>»°′″")
OPENERS = frozenset("（《〈「『【〔｛“‘([{<«￥$¥#")
JOINTS = frozenset("_/.:-=&?")
"""Where a word too long for a line had better be cut: after one of these."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face and colour."""

    text: str
    is_bold: bool = False
    color: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its pieces in order, its natural width, whether it ends the paragraph."""

    runs: tuple[Run, ...]
    width: float
    is_last: bool

    @property
    def text(self) -> str:
        """The line's characters."""
        return "".join(run.text for run in self.runs)


Sign = tuple[str, bool, str]
Measure = Callable[[str, bool], float]


def is_wide(sign: str) -> bool:
    """Return whether a line may break beside ``sign`` (Chinese, Japanese, full-width)."""
    code = ord(sign)
    return code >= 0x2E80 or sign in "—…“”‘’·" or 0x2460 <= code <= 0x24FF


def units(signs: Sequence[Sign]) -> list[list[Sign]]:
    """Return the pieces no line break may cut, in order; spaces are pieces of their own."""
    found: list[list[Sign]] = []
    holds_next = False
    for i, sign in enumerate(signs):
        character = sign[0]
        before = signs[i - 1][0] if i else ""
        joins = bool(found) and (
            holds_next
            or (character in CLOSERS and before not in ("", " "))
            or (
                not is_wide(character)
                and character != " "
                and before not in ("", " ")
                and not is_wide(before)
            )
        )
        if joins and before != " ":
            found[-1].append(sign)
        else:
            found.append([sign])
        holds_next = character in OPENERS
    return found


def break_lines(
    runs: Sequence[Run], first: float, rest: float, measure: Measure
) -> tuple[Line, ...]:
    """Return the lines of a paragraph.

    Args:
        first, rest: width of the first line and of the others, in points.
        measure: width of a text in the regular or bold face.
    """
    lines: list[Line] = []
    for paragraph in _paragraphs(runs):
        current: list[Sign] = []
        width, limit = 0.0, rest if lines else first
        for unit in units(paragraph):
            size = _width(unit, measure)
            for piece, extent in _fitting(unit, size, limit, measure):
                is_space = piece[0][0] == " "
                if current and width + extent > limit + 0.01 and not is_space:
                    lines.append(_line(current, measure, is_last=False))
                    current, width, limit = [], 0.0, rest
                if current or not is_space:
                    current += piece
                    width += extent
        lines.append(_line(current, measure, is_last=True))
    return tuple(lines)


def _fitting(
    unit: list[Sign], size: float, limit: float, measure: Measure
) -> list[tuple[list[Sign], float]]:
    """Return the unit with its width, cut into pieces if it is wider than a line."""
    if size <= limit:
        return [(unit, size)]
    return [(piece, _width(piece, measure)) for piece in _cut(unit, limit, measure)]


def _paragraphs(runs: Sequence[Run]) -> list[list[Sign]]:
    found: list[list[Sign]] = [[]]
    for run in runs:
        for character in clean(run.text).replace("\t", " "):
            if character == "\n":
                found.append([])
            else:
                found[-1].append((character, run.is_bold, run.color))
    return found


def _cut(unit: list[Sign], limit: float, measure: Measure) -> list[list[Sign]]:
    """Cut a unit wider than the line into pieces that fit, after joints such as _ if there are."""
    pieces: list[list[Sign]] = []
    rest = unit
    while rest:
        count = len(rest)
        while count > 1 and _width(rest[:count], measure) > limit:
            count -= 1
        joints = [i for i in range(1, count) if rest[i - 1][0] in JOINTS]
        if count < len(rest) and joints:
            count = joints[-1]
        pieces.append(rest[:count])
        rest = rest[count:]
    return pieces


def _as_runs(signs: Sequence[Sign]) -> tuple[Run, ...]:
    found: list[Run] = []
    for character, is_bold, color in signs:
        last = found[-1] if found else None
        if last is not None and (last.is_bold, last.color) == (is_bold, color):
            found[-1] = Run(last.text + character, is_bold, color)
        else:
            found.append(Run(character, is_bold, color))
    return tuple(found)


def _width(signs: Sequence[Sign], measure: Measure) -> float:
    return sum(measure(run.text, run.is_bold) for run in _as_runs(signs))


def _line(signs: list[Sign], measure: Measure, *, is_last: bool) -> Line:
    while signs and signs[-1][0] == " ":
        signs = signs[:-1]
    return Line(_as_runs(signs), _width(signs, measure), is_last)
