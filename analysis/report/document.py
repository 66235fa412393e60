"""The report as a document: what it says, not how it looks.

Blocks in order; tables keep raw values and the kind of each column, figures keep the data
they draw. Renderers (PDF, DOCX, HTML, XLSX) format through analysis.report.numbers, so all
show the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from analysis.report.numbers import NO_VALUE, NumberKind, format_interval, format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.report.path_diagram import Scene

Light = Literal["red", "amber", "green", "grey"]
Tone = Literal["red", "amber", "green", "grey", "plain"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval in one cell."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LightWord:
    """A traffic light: colour, and always the word with it."""

    light: Light
    word: str


Cell = str | float | int | None | Interval | LightWord


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Args:
        width: share of the table's width relative to the other columns; 0 lets the renderer
            measure the contents.
    """

    title: str
    kind: NumberKind = NumberKind.TEXT
    width: float = 0.0

    @property
    def is_text(self) -> bool:
        """Whether the cells are words, set left; numbers are centred."""
        return self.kind is NumberKind.TEXT


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; the number is put before it when the report is built."""

    text: str
    level: int = 1
    number: str = ""
    starts_page: bool = False

    @property
    def full_text(self) -> str:
        """The heading as printed."""
        return self.number + self.text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. ``lead`` is set in bold before it."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; numbered lists count 1, 2, 3."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title above and its notes below.

    Args:
        key: name by which text refers to it as ``[[key]]``.
        rows: raw cells, one tuple per row, as long as ``columns``.
        spans_page: may be wider than a portrait page and is then set on a landscape one.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    label: str = ""
    is_compact: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.key}: {len(row)} cells, {len(self.columns)} columns")


@dataclass(frozen=True, slots=True)
class SeverityBars:
    """Horizontal bars 0-100 with intervals, coloured by traffic light.

    Rows: name, score, low, high, light, word (each bar's colour is also said in words).
    ``limits`` draws the lines that the lights come from.
    """

    rows: tuple[tuple[str, float, float, float, Tone, str], ...]
    axis: str
    limits: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PriorityMap:
    """Importance against performance, one point per construct: name, x, y, light.

    ``intervals``: for each point low and high of x, then of y; empty where unknown.
    """

    points: tuple[tuple[str, float, float, Tone], ...]
    x_axis: str
    y_axis: str
    x_line: float
    y_line: float
    corner: str
    """What the lower-right corner means, written there."""
    intervals: tuple[tuple[float, float, float, float], ...] = ()
    ringed: tuple[str, ...] = ()
    """Names of the points with a ring: necessary conditions (cIPMA)."""


@dataclass(frozen=True, slots=True)
class ForestPlot:
    """Values with intervals, one row each: name, value, low, high, mark in words.

    ``line``: the value they are compared with, and its name.
    """

    rows: tuple[tuple[str, float, float, float, str], ...]
    axis: str
    line: tuple[float, str]


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """Two values 0-100 of each row, joined by a line: name, first, second, tone, mark in words."""

    rows: tuple[tuple[str, float, float, Tone, str], ...]
    first: str
    second: str
    axis: str


@dataclass(frozen=True, slots=True)
class LevelScale:
    """Coordination degrees with intervals on the banded scale 0-1.

    Bands: low, high, name. Rows: name, value, low, high. ``reference``: value and its name.
    """

    bands: tuple[tuple[float, float, str], ...]
    rows: tuple[tuple[str, float, float, float], ...]
    reference: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Scores of rows by columns; NaN where there is none to show."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    words: tuple[tuple[str, ...], ...]
    """What stands in the cells without a value, and why: not asked, not shown."""
    axis: str


@dataclass(frozen=True, slots=True)
class ProfileLines:
    """Kinds of respondents: one line each over the variables, 0-100.

    Lines: name, and one value per variable.
    """

    variables: tuple[str, ...]
    lines: tuple[tuple[str, tuple[float, ...]], ...]
    axis: str


@dataclass(frozen=True, slots=True)
class CeilingMap:
    """How many people stand where, and the ceiling line above them.

    Bubbles: x, y, number of people. ``line``: intercept and slope. ``empty``: what the
    corner above the line means, written there.
    """

    bubbles: tuple[tuple[float, float, int], ...]
    line: tuple[float, float]
    x_axis: str
    y_axis: str
    empty: str


@dataclass(frozen=True, slots=True)
class SizeCurve:
    """What each number of answers buys.

    Lines: name, and one value per size. Steps: a number of answers, and what opens there.
    """

    sizes: tuple[int, ...]
    lines: tuple[tuple[str, tuple[float, ...]], ...]
    steps: tuple[tuple[int, str], ...]
    x_axis: str
    y_axis: str


Drawing: TypeAlias = (
    "SeverityBars | PriorityMap | ForestPlot | Dumbbell | LevelScale | HeatMap | ProfileLines"
    " | CeilingMap | SizeCurve | Scene"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its title below; ``alt`` says in words what it shows."""

    key: str
    title: str
    drawing: Drawing
    alt: str
    notes: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A caution beside the numbers it concerns."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One of the numbered statements of the one-page summary."""

    headline: str
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of the dashboard: what, how much, what it means."""

    title: str
    value: str
    comment: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Cards:
    """A row of cards."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """The title page: title, subtitle, a list of facts, marks such as 模拟数据."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    foot: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Where the table of contents goes."""

    title: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a page."""


Block = (
    Heading
    | Paragraph
    | Bullets
    | Table
    | Figure
    | Note
    | Conclusion
    | Cards
    | Cover
    | Contents
    | PageBreak
)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    Args:
        header: text at the top of every page but the cover.
        mark: a mark on every page (模拟数据), or "".
    """

    title: str
    author: str
    subject: str
    date: str
    header: str
    mark: str
    language: str
    blocks: tuple[Block, ...]
    page_of: str = ""
    """Sentence with ``{page}`` and ``{pages}`` for the foot of each page."""
    keywords: tuple[str, ...] = field(default=())

    def tables(self) -> Iterator[Table]:
        """Yield every table in order."""
        return (block for block in self.blocks if isinstance(block, Table))

    def figures(self) -> Iterator[Figure]:
        """Yield every figure in order."""
        return (block for block in self.blocks if isinstance(block, Figure))


def cell_text(cell: Cell, kind: NumberKind) -> str:
    """Return a cell as it is printed in every format."""
    if isinstance(cell, Interval):
        return format_interval(cell.low, cell.high, kind)
    if isinstance(cell, LightWord):
        return cell.word
    if cell is None or cell == "":
        return NO_VALUE if cell is None else ""
    return format_number(cell, kind)
