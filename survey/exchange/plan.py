"""The import plan: what each column is. Editable, saved with the project, used again.

A plan is an immutable value; an edit returns a new plan. What it cannot know it asks:
:attr:`ImportPlan.questions` names each open point and the option that settles it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from survey.exchange.scales import Scale
from survey.problems import Problem
from survey.responses import Missing
from survey.study import Study


class ColumnKind(StrEnum):
    """What a column holds."""

    ITEM = "item"
    """An item of the study: becomes a number."""
    ATTENTION = "attention"
    """A question whose right answer is known."""
    ROLE = "role"
    """Who the respondent is."""
    GROUP = "group"
    """A fact on the respondent that reports may group by."""
    SINGLE = "single"
    """A choice that is neither item nor group: kept for description."""
    MULTIPLE = "multiple"
    RANKING = "ranking"
    TEXT = "text"
    QUANTITY = "quantity"
    """A number without a scale: an age, a count."""
    NUMBER = "number"
    """The response's own number in the file."""
    SUBMITTED = "submitted"
    SECONDS = "seconds"
    TOTAL = "total"
    """The platform's sum of the scored items: used to check the codes."""
    WEIGHT = "weight"
    PERSONAL = "personal"
    """Left out before anything is stored."""
    IGNORED = "ignored"


_CHOICES = (ColumnKind.SINGLE, ColumnKind.GROUP, ColumnKind.MULTIPLE)
Certainty = Literal["certain", "likely", "open"]
StudyOrigin = Literal["framework", "file", "draft"]


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What one column is.

    Args:
        place: position in the raw table, 0-based.
        header: as in the file.
        kind: what it holds.
        code: of the item or attention check; for other kinds the name it gets.
        wording: the question as asked, without number.
        stem: the question of a matrix, "" elsewhere.
        question: columns with the same one are parts of one question.
        option: the option this column stands for (multiple choice, ranking by columns).
        separator: what joins several answers in one cell; ``┋`` needs none.
        options: the options of such a question, as far as they recur; of an item whose order
            is asked, the labels to be ordered; with ``option``, the cells that mean chosen.
        scale: how cells become numbers; None when they do not, or it is not known yet.
        labels: pairs of cell and label, for files that hold codes.
        missing: cells that are no answer, beside blanks, and which kind.
        certainty: ``open`` must be settled before the plan is applied.
        is_words: some answer is no number.
        is_reverse_suspect: answers run against the other items of the construct.
        correct: right code of an attention check.
    """

    place: int
    header: str
    kind: ColumnKind
    code: str = ""
    wording: str = ""
    stem: str = ""
    question: str = ""
    option: str = ""
    separator: str = ""
    options: tuple[str, ...] = ()
    scale: Scale | None = None
    labels: tuple[tuple[str, str], ...] = ()
    missing: tuple[tuple[str, Missing], ...] = ()
    missing_ranges: tuple[tuple[float, float], ...] = ()
    certainty: Certainty = "certain"
    is_words: bool = False
    is_reverse_suspect: bool = False
    correct: float | None = None

    @property
    def is_option_column(self) -> bool:
        """Whether it is one of the columns of a choice that has one per option, each cell of
        which either is among ``options`` (chosen) or not."""
        return bool(self.option and self.options and self.question)

    @property
    def asked(self) -> str:
        """The question as asked: of a column for one option that of the whole choice."""
        return (self.stem or self.question) if self.is_option_column else self.wording

    @property
    def is_imported(self) -> bool:
        """Whether anything of the column is kept."""
        return self.kind not in (ColumnKind.PERSONAL, ColumnKind.IGNORED)


@dataclass(frozen=True, slots=True)
class TotalCheck:
    """How the platform's total compares with the sum of the coded items.

    Args:
        column: heading of the total.
        agreeing: rows in which the sum is the total.
        rows: rows compared.
        turned: headings of items that the platform scores the other way round.
    """

    column: str
    agreeing: int
    rows: int
    turned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepeatPlan:
    """What the columns of a repeat group's own sheet are.

    Args:
        sheet: its name.
        columns: one per column of the sheet, places counted within it.
    """

    sheet: str
    columns: tuple[ColumnPlan, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What every column of a table is, and the study they belong to.

    Args:
        platform: ``wjx_text``, ``wjx_numbers``, ``spss``, ``table``, ...
        columns: one per column of the raw table, in its order.
        study: the framework's, the user's own, or a draft.
        study_origin: which of these.
        total: outcome of the comparison with 总分, None without such a column.
        notes: what the user should look at; nothing there stops the import.
        is_role_waived: the user said that no column tells the role.
        repeats: one per repeat group of the table.
    """

    platform: str
    columns: tuple[ColumnPlan, ...]
    study: Study
    study_origin: StudyOrigin
    total: TotalCheck | None = None
    notes: tuple[Problem, ...] = ()
    is_role_waived: bool = False
    repeats: tuple[RepeatPlan, ...] = ()

    @property
    def personal(self) -> tuple[ColumnPlan, ...]:
        """The columns whose cells are never stored, those of the repeat groups too."""
        return tuple(column for column in self._everything() if column.kind is ColumnKind.PERSONAL)

    @property
    def personal_places(self) -> tuple[int, ...]:
        """Their places; those in the repeat groups are counted on behind the table's own."""
        return tuple(
            place
            for place, column in enumerate(self._everything())
            if column.kind is ColumnKind.PERSONAL
        )

    def _everything(self) -> Iterator[ColumnPlan]:
        yield from self.columns
        for repeat in self.repeats:
            yield from repeat.columns

    @property
    def questions(self) -> tuple[Problem, ...]:
        """What must be settled before the plan can be applied; each names how."""
        from survey.exchange.questions import open_questions

        return open_questions(self)

    def of_kind(self, *kinds: ColumnKind) -> tuple[ColumnPlan, ...]:
        """Return the columns of these kinds."""
        return tuple(column for column in self.columns if column.kind in kinds)

    def columns_of(self, code: str) -> tuple[ColumnPlan, ...]:
        """Return the columns that hold the item or attention check ``code``."""
        kinds = (ColumnKind.ITEM, ColumnKind.ATTENTION)
        return tuple(column for column in self.of_kind(*kinds) if column.code == code)

    def with_columns(self, columns: Iterable[ColumnPlan]) -> "ImportPlan":
        """Return the plan with these columns in the place of those they stand for."""
        changed = {column.place: column for column in columns}
        return replace(self, columns=tuple(changed.get(c.place, c) for c in self.columns))

    def with_scale(self, places: Iterable[int], labels: Sequence[str]) -> "ImportPlan":
        """Return the plan with the labels' order, low to high, settled for these columns."""
        from survey.exchange.scales import ordered_scale

        wanted = frozenset(places)
        scale = ordered_scale(labels)
        return self.with_columns(
            replace(column, scale=scale, certainty="certain")
            for column in self.columns
            if column.place in wanted
        )

    def with_kind(self, place: int, kind: ColumnKind, *, code: str = "") -> "ImportPlan":
        """Return the plan with another meaning of one column; columns of one choice go together."""
        column = self.columns[place]
        if column.is_option_column and kind in _CHOICES:
            return self.with_columns(
                replace(other, kind=kind, code=code or other.code, certainty="certain")
                for other in self.columns
                if other.is_option_column
                and (other.question, other.kind) == (column.question, column.kind)
            )
        certainty: Certainty = (
            "open" if kind is ColumnKind.ITEM and column.scale is None else "certain"
        )
        changed = replace(column, kind=kind, code=code or column.code, certainty=certainty)
        return self.with_columns([changed])

    def with_study(self, study: Study) -> "ImportPlan":
        """Return the plan with an edited study; its items keep their columns by code."""
        return replace(self, study=study)
