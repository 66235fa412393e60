"""The kinds of questions.

A question yields one or more variables, the columns of the answers; variables.py says
which. Texts may hold tokens such as ``{univ}``, filled from the role or the questionnaire.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from survey.questionnaire.base import NO_TEXT, Code, Text, Value
from survey.questionnaire.conditions import Condition


class FormerWording(Value):
    """How a text read before: answers given to those versions were given to this text."""

    last_version: PositiveInt
    text: Text


class Check(Value):
    """Something that must hold before the respondent can go on, and what he is told if not."""

    condition: Condition
    message: Text


class Item(Value):
    """A statement answered on a scale, one row of a matrix.

    Args:
        measures: code of the construct it measures, "" for none.
        is_reversed: agreement means less of the construct.
        correct: the answer an attention check asks for; such an item measures nothing.
        roles: roles that are asked; empty for all.
        since: version of the questionnaire it was added in.
        former: how it read in earlier versions, oldest first.
    """

    code: Code
    text: Text
    measures: str = ""
    is_reversed: bool = False
    correct: int | None = None
    roles: tuple[str, ...] = ()
    show_if: Condition | None = None
    since: PositiveInt = 1
    former: tuple[FormerWording, ...] = ()


class Option(Value):
    """An answer to choose.

    Args:
        code: number kept in the answers.
        is_other: the respondent adds a text of his own (其他).
        is_exclusive: excludes all others in a multiple choice (以上都没有).
        is_dont_know: 不了解/不适用: kept as its own kind of missing.
    """

    code: NonNegativeInt
    label: Text
    is_other: bool = False
    is_exclusive: bool = False
    is_dont_know: bool = False


class Question(Value):
    """What all kinds share."""

    code: Code
    text: Text
    help: Text = NO_TEXT
    is_required: bool = False
    roles: tuple[str, ...] = ()
    show_if: Condition | None = None
    checks: tuple[Check, ...] = ()
    since: PositiveInt = 1
    former: tuple[FormerWording, ...] = ()


class Single(Question):
    """One of several options."""

    kind: Literal["single"] = "single"
    options: tuple[Option, ...]
    display: Literal["list", "dropdown"] = "list"
    shuffle: bool = False


class Multiple(Question):
    """Any of several options, at least ``least``, at most ``most``."""

    kind: Literal["multiple"] = "multiple"
    options: tuple[Option, ...]
    least: NonNegativeInt = 0
    most: PositiveInt | None = None
    shuffle: bool = False


class Matrix(Question):
    """Items answered on one scale (Likert)."""

    kind: Literal["matrix"] = "matrix"
    scale: Code
    items: tuple[Item, ...]
    shuffle: bool = False


class Rating(Question):
    """One item on a scale, as buttons or stars."""

    kind: Literal["rating"] = "rating"
    scale: Code
    display: Literal["buttons", "stars"] = "buttons"
    measures: str = ""
    is_reversed: bool = False


class Poles(Value):
    """One row of a semantic differential, from ``left`` (1) to ``right``."""

    code: Code
    left: Text
    right: Text
    measures: str = ""
    is_reversed: bool = False


class Differential(Question):
    """Pairs of opposite words with ``points`` steps between them."""

    kind: Literal["differential"] = "differential"
    points: Annotated[int, Field(ge=3, le=11)] = 7
    rows: tuple[Poles, ...]


class Ranking(Question):
    """Options put in order; only the first ``ranks`` of them when that is given."""

    kind: Literal["ranking"] = "ranking"
    options: tuple[Option, ...]
    ranks: PositiveInt | None = None
    shuffle: bool = False


class Slider(Question):
    """A number on a line."""

    kind: Literal["slider"] = "slider"
    low: float = 0
    high: float = 100
    step: Annotated[float, Field(gt=0)] = 1
    low_label: Text = NO_TEXT
    high_label: Text = NO_TEXT


class Number(Question):
    """A number typed in."""

    kind: Literal["number"] = "number"
    low: float | None = None
    high: float | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    unit: Text = NO_TEXT


class Date(Question):
    """A date, or only its month or year."""

    kind: Literal["date"] = "date"
    precision: Literal["day", "month", "year"] = "day"
    earliest: date | None = None
    latest: date | None = None


class OpenText(Question):
    """A text in the respondent's words."""

    kind: Literal["text"] = "text"
    is_long: bool = False
    longest: PositiveInt | None = None
    pattern: str | None = None
    """Regular expression for the whole answer, as JavaScript and Python both read it."""


class Blank(Value):
    """One field of several blanks."""

    code: Code
    label: Text
    answer: Literal["text", "number", "date"] = "text"


class Blanks(Question):
    """Several fields under one question."""

    kind: Literal["blanks"] = "blanks"
    fields: tuple[Blank, ...]


class Line(Value):
    """A row or column of a matrix of numbers."""

    code: Code
    label: Text


class NumberMatrix(Question):
    """A number in each cell of rows by columns."""

    kind: Literal["number_matrix"] = "number_matrix"
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    low: float | None = None
    high: float | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0


class Nps(Question):
    """0 to 10, how likely to recommend."""

    kind: Literal["nps"] = "nps"
    low_label: Text = NO_TEXT
    high_label: Text = NO_TEXT


class Attention(Question):
    """A question whose right answer is known, standing by itself."""

    kind: Literal["attention"] = "attention"
    scale: Code
    correct: int


class Consent(Question):
    """What the respondent must agree to before anything is asked."""

    kind: Literal["consent"] = "consent"
    agree: Text


class Note(Question):
    """A text to read; nothing is answered."""

    kind: Literal["note"] = "note"


AnyQuestion = Annotated[
    Single
    | Multiple
    | Matrix
    | Rating
    | Differential
    | Ranking
    | Slider
    | Number
    | Date
    | OpenText
    | Blanks
    | NumberMatrix
    | Nps
    | Attention
    | Consent
    | Note,
    Field(discriminator="kind"),
]
KINDS = (
    "single", "multiple", "matrix", "rating", "differential", "ranking", "slider", "number",
    "date", "text", "blanks", "number_matrix", "nps", "attention", "consent", "note",
)  # fmt: skip
"""All kinds, in the order an editor offers them."""
