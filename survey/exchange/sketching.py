"""First look at each column by itself: facts on the response, personal data, text, choices.

Whether a choice is an item of a scale is decided later, together with its neighbours.
"""

import re
from dataclasses import dataclass, replace

from survey.exchange.headings import Heading, family_of
from survey.exchange.joined_choices import find_joining
from survey.exchange.numbers import number_of
from survey.exchange.personal import is_personal
from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.raw_table import Column, ColumnFacts, RawTable
from survey.exchange.scales import understand
from survey.exchange.vocabulary import vocabulary
from survey.exchange.wording import bare, plain
from survey.responses import Missing

JOINED = "┋"
RANKED = "→"
_OPEN_PART = re.compile(r"〖(.*?)〗", re.DOTALL)
MOST_CHOICES = 15
"""More distinct cells than this are text, or a number."""
CHOICE_SHARE = 0.5
"""Distinct cells must repeat: at most this share of the answered cells are distinct."""
ENOUGH = 1000
"""Distinct cells looked at to tell numbers from words."""
LONGEST_LABEL = 12
LIMESURVEY_NOTHING = ("N/A", "1980-01-01 00:00:00")
"""Not shown, in multiple choices; and a date of submission that was anonymised."""
FACT_KINDS = {
    "number": ColumnKind.NUMBER,
    "submitted": ColumnKind.SUBMITTED,
    "seconds": ColumnKind.SECONDS,
    "total": ColumnKind.TOTAL,
    "weight": ColumnKind.WEIGHT,
    "started": ColumnKind.IGNORED,
    "source": ColumnKind.IGNORED,
}


def without_open_part(cell: str) -> str:
    """Return an answer without what was typed behind it: ``其他〖下棋〗`` is 其他."""
    return _OPEN_PART.sub("", cell).strip()


def open_part(cell: str) -> str | None:
    """Return what was typed behind an answer, or behind several joined ones, or None."""
    found = [text.strip() for text in _OPEN_PART.findall(cell)]
    return JOINED.join(text for text in found if text) or None


@dataclass(frozen=True, slots=True)
class Sketch:
    """A column looked at by itself.

    Args:
        plan: with the kind found so far: SINGLE for choices in words, QUANTITY for numbers.
        family: what it shares with the others of its scale, see headings.family_of.
        answers: distinct cells that are answers.
        numbers: the first ENOUGH of them as numbers, or None when one is none.
        is_part: neighbours are parts of the same question.
    """

    plan: ColumnPlan
    family: str
    answers: tuple[str, ...]
    numbers: tuple[float, ...] | None
    is_part: bool = False

    @property
    def is_free(self) -> bool:
        """Whether the column may still turn out to be an item."""
        return self.plan.kind in (ColumnKind.SINGLE, ColumnKind.QUANTITY) and bool(self.answers)


def sketch_columns(
    raw: RawTable,
    headings: tuple[Heading, ...],
    *,
    platform: str,
    aside: frozenset[int] = frozenset(),
) -> tuple[Sketch, ...]:
    """Return the sketch of every column; those at the places ``aside`` are ignored."""
    found = []
    taken: set[str] = set()
    for place, (column, heading) in enumerate(zip(raw.columns, headings, strict=True)):
        facts = raw.facts.get(place, ColumnFacts())
        sketch = _sketch(place, raw.headers[place], column, heading, facts, platform)
        if place in aside:
            sketch = _as(sketch, ColumnKind.IGNORED)
        fact = sketch.plan.kind
        if fact in FACT_KINDS.values() and fact is not ColumnKind.IGNORED:
            if fact.value in taken:  # a second 序号: of no use
                sketch = _as(sketch, ColumnKind.IGNORED)
            taken.add(fact.value)
        found.append(sketch)
    return tuple(found)


def _as(sketch: Sketch, kind: ColumnKind) -> Sketch:
    return replace(sketch, plan=replace(sketch.plan, kind=kind))


def _sketch(
    place: int,
    header: str,
    column: Column,
    heading: Heading,
    facts: ColumnFacts,
    platform: str,
) -> Sketch:
    missing = _missing_cells(column, facts, platform)
    gone = {cell for cell, _ in missing}
    answers = column.values
    if gone:
        answers = tuple(cell for cell in answers if cell not in gone)
    if facts.missing_ranges:
        answers = tuple(cell for cell in answers if not _in_ranges(cell, facts))
    numbers = _numbers(answers)
    plan = ColumnPlan(
        place,
        header,
        _kind(
            header,
            heading,
            column,
            answers=answers,
            numbers=numbers,
            facts=facts,
            platform=platform,
        ),
        wording=heading.wording or header.strip(),
        stem=heading.stem,
        question=_question(heading),
        option=heading.part if heading.is_option else "",
        labels=facts.value_labels,
        missing=missing,
        missing_ranges=facts.missing_ranges,
        is_words=numbers is None,
    )
    is_part = heading.is_part or bool(heading.stem)
    return Sketch(_with_joined(plan, column), family_of(heading), answers, numbers, is_part)


def _with_joined(plan: ColumnPlan, column: Column) -> ColumnPlan:
    """Return a text or choice whose cells join several answers as a multiple choice."""
    if plan.kind not in (ColumnKind.TEXT, ColumnKind.SINGLE) or plan.labels:
        return plan
    joining = find_joining(column, [cell for cell, _ in plan.missing])
    if joining is None:
        return plan
    return replace(
        plan,
        kind=ColumnKind.MULTIPLE,
        separator=joining.separator,
        options=joining.options,
        certainty="likely",
    )


def _question(heading: Heading) -> str:
    if heading.stem and not heading.number:
        return heading.stem
    return heading.number.split(".")[0] if heading.is_option else heading.number


def _missing_cells(
    column: Column, facts: ColumnFacts, platform: str
) -> tuple[tuple[str, Missing], ...]:
    words = vocabulary()
    labels = dict(facts.value_labels)
    found: list[tuple[str, Missing]] = []
    coded = {*labels, *facts.missing}
    if not coded and "".join(column.values).isdigit():
        return ()  # most distinct cells of a large table are numbers of responses
    for cell in column.values:
        if cell.isdigit() and cell not in coded:
            continue
        kind = words.missing.get(plain(cell)) or words.missing.get(plain(labels.get(cell, "\0")))
        if kind is None and platform in ("wjx_numbers", "wjx_spss"):
            kind = words.number_codes.get(cell)
        if platform == "limesurvey" and cell in LIMESURVEY_NOTHING:
            kind = Missing.NOT_SHOWN
        if cell in facts.missing:
            kind = Missing.USER_MISSING
        if kind is not None:
            found.append((cell, kind))
    return tuple(found)


def _in_ranges(cell: str, facts: ColumnFacts) -> bool:
    number = number_of(cell)
    return number is not None and any(low <= number <= high for low, high in facts.missing_ranges)


def _numbers(answers: tuple[str, ...]) -> tuple[float, ...] | None:
    numbers = []
    for cell in answers[:ENOUGH]:
        number = number_of(cell)
        if number is None:
            return None
        numbers.append(number)
    return tuple(numbers)


def _kind(
    header: str,
    heading: Heading,
    column: Column,
    *,
    answers: tuple[str, ...],
    numbers: tuple[float, ...] | None,
    facts: ColumnFacts,
    platform: str,
) -> ColumnKind:
    words = vocabulary()
    if not column.values:
        return ColumnKind.SINGLE  # an item that nobody answered is still an item
    fact = words.facts.get(bare(header)) or words.facts.get(bare(heading.wording))
    if is_personal(heading.wording, header, column):
        return ColumnKind.PERSONAL
    if fact is not None:
        return FACT_KINDS[fact]
    if not answers:
        return ColumnKind.SINGLE
    if any(JOINED in cell for cell in answers):
        return ColumnKind.MULTIPLE
    if any(RANKED in cell for cell in answers):
        return ColumnKind.RANKING
    if facts.value_labels:
        return ColumnKind.SINGLE
    if numbers is not None:
        is_option = platform == "wjx_numbers" and bool(heading.number)
        return ColumnKind.SINGLE if is_option and _are_places(numbers) else ColumnKind.QUANTITY
    return ColumnKind.SINGLE if _are_choices(answers, heading, column) else ColumnKind.TEXT


def _are_places(numbers: tuple[float, ...]) -> bool:
    """In an export by number an option is its place in the list: a whole number from 1."""
    return len(numbers) < ENOUGH and all(
        number.is_integer() and 1 <= number <= MOST_CHOICES for number in numbers
    )


def _are_choices(answers: tuple[str, ...], heading: Heading, column: Column) -> bool:
    """Few cells that repeat, or labels of a known scale, or short cells in a matrix.

    The text somebody wrote behind 其他 makes no option of its own.
    """
    own = {without_open_part(cell) for cell in answers}
    if len(own) > MOST_CHOICES:
        return False
    given = set(answers)
    answered = sum(
        count for cell, count in zip(column.values, column.counts(), strict=True) if cell in given
    )
    if len(own) <= max(CHOICE_SHARE * answered, 2) and len(own) < answered:
        return True
    is_part = bool(heading.stem) or heading.is_part
    is_short = max(map(len, answers)) <= LONGEST_LABEL
    return understand(answers) is not None or (is_part and is_short)
