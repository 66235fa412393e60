"""Second look, at neighbours together: scales, matrices, multiple choice and rankings.

A single column rarely shows every label of its scale; its block does.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from survey.exchange.plan import Certainty, ColumnKind, ColumnPlan
from survey.exchange.raw_table import RawTable
from survey.exchange.scales import Scale, understand
from survey.exchange.sketching import Sketch
from survey.exchange.spread_questions import spread_questions
from survey.exchange.vocabulary import vocabulary
from survey.exchange.wording import plain
from survey.responses import Missing

Alike = Callable[[Sketch, Sequence[Sketch]], bool]

ALIKE = 0.75
"""Neighbours whose labels overlap (Jaccard) at least so far share a scale; 5 of 7 do not."""
SHORTEST_RUN = 3
FEWEST_STEPS = 3
FULL_SCALE = 5
STANDARD_MAXIMA = (3.0, 4.0, 5.0, 6.0, 7.0, 9.0, 10.0, 11.0)


@dataclass(frozen=True, slots=True)
class _Block:
    """Neighbouring columns that share a scale."""

    sketches: tuple[Sketch, ...]
    is_matrix: bool

    @property
    def labels(self) -> tuple[str, ...]:
        """Distinct cells of all columns, in the order of first appearance."""
        return tuple(dict.fromkeys(cell for s in self.sketches for cell in s.answers))


def settle_columns(raw: RawTable, sketches: Sequence[Sketch]) -> tuple[ColumnPlan, ...]:
    """Return the plan of every column after looking at neighbours."""
    plans = {sketch.plan.place: sketch.plan for sketch in sketches}
    spread = spread_questions(raw, sketches)
    plans.update({plan.place: plan for plan in spread})
    done = {plan.place for plan in spread}
    free = [s for s in sketches if s.is_free and s.plan.place not in done]
    blocks = [*_word_blocks(free), *_number_blocks(free)]
    for number, (block, scale) in enumerate(_with_scales(blocks), start=1):
        for plan in _as_items(block, scale, number):
            plans[plan.place] = plan
    return tuple(_finished(plans[place]) for place in sorted(plans))


def _finished(plan: ColumnPlan) -> ColumnPlan:
    """A choice in words that is no item may group the respondents."""
    if plan.kind is ColumnKind.SINGLE and (plan.is_option_column or not plan.stem):
        return replace(plan, kind=ColumnKind.GROUP)
    return plan


# --- blocks ------------------------------------------------------------------------------


def _word_blocks(free: Sequence[Sketch]) -> list[_Block]:
    words = [s for s in free if s.numbers is None or s.plan.labels]
    return _blocks(words, _alike_words)


def _number_blocks(free: Sequence[Sketch]) -> list[_Block]:
    numbers = [s for s in free if not s.plan.labels and _is_rating(s)]
    return _blocks(numbers, _alike_numbers)


def _is_rating(sketch: Sketch) -> bool:
    numbers = sketch.numbers
    return (
        numbers is not None
        and all(number.is_integer() and 0 <= number <= STANDARD_MAXIMA[-1] for number in numbers)
        and max(numbers) >= FEWEST_STEPS
        and len(numbers) > 1
    )


def _blocks(sketches: Sequence[Sketch], alike: Alike) -> list[_Block]:
    """Return neighbours with one family, and runs of neighbours without one."""
    blocks: list[list[Sketch]] = []
    for sketch in sketches:
        last = blocks[-1] if blocks else None
        if last is not None and _joins(sketch, last, alike):
            last.append(sketch)
        else:
            blocks.append([sketch])
    return [_Block(tuple(block), bool(block[0].family) and len(block) > 1) for block in blocks]


def _joins(sketch: Sketch, block: Sequence[Sketch], alike: Alike) -> bool:
    before = block[-1]
    if sketch.plan.place != before.plan.place + 1 or sketch.family != before.family:
        return False
    if sketch.family.startswith("="):
        return True  # rows of one matrix share a scale by construction
    return alike(sketch, block)


def _alike_words(sketch: Sketch, block: Sequence[Sketch]) -> bool:
    own = _label_texts([sketch])
    others = _label_texts(block)
    return len(own & others) / max(len(own | others), 1) >= ALIKE


def _label_texts(sketches: Iterable[Sketch]) -> set[str]:
    return {
        plain(dict(sketch.plan.labels).get(cell, cell))
        for sketch in sketches
        for cell in ([code for code, _ in sketch.plan.labels] or sketch.answers)
    }


def _alike_numbers(sketch: Sketch, block: Sequence[Sketch]) -> bool:
    top = _standard_maximum([sketch])
    tops = [_standard_maximum([other]) for other in block]
    return top == max(tops) or (top < max(tops) and top >= max(tops) - 1) or top == tops[-1] + 1


# --- scales ------------------------------------------------------------------------------


def _with_scales(blocks: Sequence[_Block]) -> list[tuple[_Block, Scale | None]]:
    """Return the blocks that are items, with their scales; None where the order is unknown."""
    found = [(block, _scale_of(block)) for block in blocks]
    full = [scale for _, scale in found if scale is not None and scale.origin == "words"]
    result = []
    for block, scale in found:
        widened = _widened(block, scale, full)
        if widened is not None or _is_open_matrix(block):
            result.append((block, widened))
    return result


def _scale_of(block: _Block) -> Scale | None:
    first = block.sketches[0].plan
    if first.labels:
        return _file_scale(first, block.labels)
    if all(sketch.numbers is not None for sketch in block.sketches):
        return _bounds(block)
    return _scale_of_words(block)


def _file_scale(plan: ColumnPlan, answers: Sequence[str]) -> Scale | None:
    """Return the scale of a file with value labels.

    Number codes are kept as the file has them. Letter codes (A1, A2, ...) are counted in the
    order of the words, or in that of the file's list.
    """
    gone = {cell for cell, _ in plan.missing}
    labels = {code: label for code, label in plan.labels if code not in gone}
    by_words = understand(list(labels.values()))
    if by_words is not None and by_words.origin != "words":
        by_words = None  # numbers before option texts are option numbers
    is_long = FEWEST_STEPS < len(labels) <= STANDARD_MAXIMA[-1]
    if by_words is None and not (is_long and plan.stem):
        return None
    if not set(answers) <= set(labels):
        return None
    numbers = {code: _number(code) for code in labels}
    if any(number is None for number in numbers.values()):
        places = list(labels.values()) if by_words is None else list(by_words.labels)
        numbers = {code: places.index(label) + 1.0 for code, label in labels.items()}
    codes = sorted((number, code) for code, number in numbers.items() if number is not None)
    steps = tuple((code, number) for number, code in codes)
    return Scale(steps, steps[0][1], steps[-1][1], "file", is_certain=by_words is not None)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _bounds(block: _Block) -> Scale | None:
    """Return bounds for cells that are numbers already, when they look like a scale."""
    distinct = {number for sketch in block.sketches for number in sketch.numbers or ()}
    is_run = len(block.sketches) >= SHORTEST_RUN and max(distinct) >= FULL_SCALE
    hinted = any(_hints_rating(sketch.plan) for sketch in block.sketches)
    is_battery = block.is_matrix and block.sketches[0].family.startswith(("=", "~"))
    if len(distinct) < FEWEST_STEPS or not (is_run or hinted or is_battery):
        return None
    low = 0.0 if min(distinct) == 0 else 1.0
    return Scale((), low, _standard_maximum(block.sketches), "bounds", is_certain=False)


def _hints_rating(plan: ColumnPlan) -> bool:
    text = plain(plan.wording + plan.stem)
    return any(hint in text for hint in vocabulary().rating_hints)


def _standard_maximum(sketches: Iterable[Sketch]) -> float:
    top = max(number for sketch in sketches for number in sketch.numbers or (0.0,))
    return next((maximum for maximum in STANDARD_MAXIMA if maximum >= top), top)


def _widened(block: _Block, scale: Scale | None, full: Sequence[Scale]) -> Scale | None:
    """Return the fuller scale of another block when this one shows too few labels to tell."""
    if scale is not None and (scale.origin != "words" or len(block.labels) >= FULL_SCALE):
        return scale
    if block.sketches[0].plan.labels or len(block.labels) < 2:
        return scale
    own = {plain(label): label for label in block.labels}
    wider = [s for s in full if len(s.steps) > len(own) and _covers(s, own)]
    if not wider:
        return scale
    best = max(wider, key=lambda s: (full.count(s), s.is_certain))
    steps = tuple((own.get(plain(cell), cell), code) for cell, code in best.steps)
    return replace(best, steps=steps)


def _covers(scale: Scale, labels: Iterable[str]) -> bool:
    return {plain(cell) for cell in scale.labels} >= set(labels)


def _is_open_matrix(block: _Block) -> bool:
    """Several columns that share several unordered labels: surely a scale, order unknown."""
    sketches = block.sketches
    if len(sketches) < 2 or sketches[0].plan.labels:
        return False
    if not sketches[0].plan.stem and len(sketches) < SHORTEST_RUN:
        return False
    shared = set.intersection(*(set(sketch.answers) for sketch in sketches))
    words = any(sketch.numbers is None for sketch in sketches)
    return words and len(shared) >= FEWEST_STEPS and len(block.labels) <= STANDARD_MAXIMA[-1]


def _as_items(block: _Block, scale: Scale | None, number: int) -> list[ColumnPlan]:
    key = _key(block.sketches[0], number)
    certainty: Certainty = "open" if scale is None else "certain" if scale.is_certain else "likely"
    return [
        replace(
            _without_scale_words(sketch.plan, scale),
            kind=ColumnKind.ITEM,
            scale=scale,
            question=key,
            options=() if scale is not None else block.labels,
            certainty=certainty,
        )
        for sketch in block.sketches
    ]


def _key(sketch: Sketch, number: int) -> str:
    """Return what the columns of a block share; two matrices may have the same stem."""
    plan = sketch.plan
    if plan.stem:
        return f"{plan.question} {plan.stem}".strip()
    return sketch.family or f"run {number}"


def _scale_of_words(block: _Block) -> Scale | None:
    """不了解 is no answer to 同意, but a step of 非常了解 ... 不了解."""
    doubtful = [
        cell
        for sketch in block.sketches
        for cell, kind in sketch.plan.missing
        if kind is Missing.DO_NOT_KNOW
    ]
    wider = understand([*block.labels, *dict.fromkeys(doubtful)]) if doubtful else None
    return wider or understand(block.labels)


def _without_scale_words(plan: ColumnPlan, scale: Scale | None) -> ColumnPlan:
    steps = set(scale.labels) if scale is not None else set()
    return replace(plan, missing=tuple(pair for pair in plan.missing if pair[0] not in steps))
