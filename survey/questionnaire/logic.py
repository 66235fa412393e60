"""Whether questions can be reached and conditions can hold at all, before anyone answers.

Every comparison speaks of one variable, so a condition is a set of cases (disjunctive
normal form), each saying per variable which answers are left. A case is possible when every
variable has one left. Numbers are reduced to the points where some condition changes its
mind and one between each two: exact, and finite.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from survey.questionnaire.advice import Advice, Weight, advice
from survey.questionnaire.conditions import (
    All,
    Answered,
    Any,
    Between,
    Condition,
    Is,
    Leaf,
    Not,
    leaves,
    variables_in,
)
from survey.questionnaire.model import END, Page, Questionnaire
from survey.questionnaire.questions import Matrix
from survey.questionnaire.structure import all_conditions
from survey.questionnaire.variables import Variable, variables

Answers = frozenset[float | str | None]
Case = Mapping[str, Answers]
TOO_MANY = 2000
"""Cases beyond which a condition counts as possible without proof."""
_SOME_TEXT = "text"


class Logic:
    """The conditions of one questionnaire, ready to be asked about."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._columns = {column.code: column for column in variables(questionnaire)}
        constants: dict[str, set[float]] = {}
        for _where, condition in all_conditions(questionnaire):
            for leaf in leaves(condition):
                constants.setdefault(leaf.variable, set()).update(_constants(leaf))
        self._domains = {
            code: _domain(self._columns[code], numbers)
            for code, numbers in constants.items()
            if code in self._columns
        }

    def is_possible(self, *conditions: Condition | None) -> bool:
        """Return whether all ``conditions`` can hold together for some respondent.

        A variable that must have an answer was asked, so its own conditions hold too.
        """
        cases: list[Case] = [{}]
        for condition in conditions:
            cases = _together(cases, self._cases(condition, positive=True))
        return any(self._can_happen(case, frozenset()) for case in cases) or len(cases) > TOO_MANY

    def _can_happen(self, case: Case, asked: frozenset[str]) -> bool:
        for code, left in case.items():
            if not left:
                return False
            if None not in left and code not in asked:
                before = self._cases(self._columns[code].show_if, positive=True)
                return any(
                    self._can_happen(merged, asked | {code}) for merged in _together([case], before)
                )
        return True

    def _cases(self, condition: Condition | None, *, positive: bool) -> list[Case]:
        """Return the cases in which ``condition`` holds (or, not positive, fails)."""
        match condition:
            case None:
                return [{}] if positive else []
            case Not(of=part):
                return self._cases(part, positive=not positive)
            case All(of=parts) | Any(of=parts):
                each = [self._cases(part, positive=positive) for part in parts]
                if isinstance(condition, All) is not positive:
                    return [case for cases in each for case in cases]
                together: list[Case] = [{}]
                for cases in each:
                    together = _together(together, cases)
                return together
            case Is() | Between() | Answered():
                domain = self._domains.get(condition.variable, frozenset({None}))
                left = frozenset(
                    answer for answer in domain if _agrees(condition, answer) is positive
                )
                return [{condition.variable: left}] if left else []


def _together(first: list[Case], second: list[Case]) -> list[Case]:
    found: list[Case] = []
    for one in first:
        for other in second:
            case = dict(one)
            for code, left in other.items():
                case[code] = case[code] & left if code in case else left
            if all(case.values()):
                found.append(case)
            if len(found) > TOO_MANY:
                return [*found, {}]
    return found


def _constants(leaf: Leaf) -> set[float]:
    match leaf:
        case Is(values=values):
            return set(values)
        case Between(low=low, high=high):
            return {bound for bound in (low, high) if bound is not None}
        case Answered():
            return set()


def _domain(column: Variable, constants: set[float]) -> Answers:
    if column.labels:
        return frozenset({*(float(code) for code, _ in column.labels), None})
    if column.measure in ("text", "date"):
        return frozenset({_SOME_TEXT, None})
    points = sorted({*constants, *(b for b in (column.low, column.high) if b is not None)})
    if not points:
        return frozenset({0.0, None})
    between = [(first + second) / 2 for first, second in pairwise(points)]
    everything = [points[0] - 1, *points, *between, points[-1] + 1]
    return frozenset(
        {
            *(
                point
                for point in everything
                if (column.low is None or point >= column.low)
                and (column.high is None or point <= column.high)
            ),
            None,
        }
    )


def _agrees(leaf: Leaf, answer: float | str | None) -> bool:
    match leaf:
        case Is(values=values):
            return answer in values
        case Between(low=low, high=high):
            return (
                isinstance(answer, float | int)
                and (low is None or answer >= low)
                and (high is None or answer <= high)
            )
        case Answered():
            return answer is not None


def logic_advice(questionnaire: Questionnaire) -> Iterator[Advice]:
    """Yield what can never be reached, never hold, or asks about the future."""
    logic = Logic(questionnaire)
    yield from _impossible(questionnaire, logic)
    yield from _skipped(questionnaire, logic)
    yield from _ahead(questionnaire)


def _impossible(questionnaire: Questionnaire, logic: Logic) -> Iterator[Advice]:
    for page in questionnaire.pages:
        if page.show_if is not None and not logic.is_possible(page.show_if):
            yield advice("unreachable", Weight.SERIOUS, page.code)
            continue
        for question in page.questions:
            shown = (page.show_if, question.show_if)
            if question.show_if is not None and not logic.is_possible(*shown):
                yield advice("unreachable", Weight.SERIOUS, question.code)
                continue
            if isinstance(question, Matrix):
                for item in question.items:
                    if item.show_if is not None and not logic.is_possible(*shown, item.show_if):
                        yield advice("unreachable", Weight.SERIOUS, item.code)
            for check in question.checks:
                if not logic.is_possible(*shown, check.condition):
                    yield advice("check_never_holds", Weight.SERIOUS, question.code)
    for quota in questionnaire.quotas:
        if not logic.is_possible(quota.when):
            yield advice("quota_never_fills", Weight.ADVICE, quota.code)


def _skipped(questionnaire: Questionnaire, logic: Logic) -> Iterator[Advice]:
    """Yield pages that no way through the skips leads to."""
    pages = questionnaire.pages
    places = {page.code: place for place, page in enumerate(pages)}
    reached: set[int] = set()
    waiting = [0] if pages else []
    while waiting:
        place = waiting.pop()
        if place in reached or place >= len(pages):
            continue
        reached.add(place)
        waiting += [
            len(pages) if code == END else places[code] for code in _targets(pages[place], logic)
        ]
        if not any(skip.when is None for skip in pages[place].skips):
            waiting.append(place + 1)
    for place, page in enumerate(pages):
        if place not in reached:
            yield advice("skipped_always", Weight.SERIOUS, page.code)


def _targets(page: Page, logic: Logic) -> Iterator[str]:
    for skip in page.skips:
        if skip.when is None:
            yield skip.to
            return
        if logic.is_possible(skip.when):
            yield skip.to


def _ahead(questionnaire: Questionnaire) -> Iterator[Advice]:
    """Yield conditions on what is asked only later."""
    columns = variables(questionnaire)
    page_of = {column.code: column.page for column in columns}
    order = {column.code: place for place, column in enumerate(columns)}
    first_of = {column.question: order[column.code] for column in reversed(columns)}
    blocks = {code: block.code for block in questionnaire.blocks for code in block.pages}
    for place, page in enumerate(questionnaire.pages):
        for variable in sorted(variables_in(page.show_if)):
            other = questionnaire.pages[page_of[variable]].code
            if page_of[variable] >= place:
                yield advice("looks_ahead", Weight.SERIOUS, page.code, variable=variable)
            elif page.code in blocks and blocks.get(other) == blocks[page.code]:
                yield advice("block_order", Weight.ADVICE, page.code, variable=variable)
        for question in page.questions:
            first = first_of.get(question.code, len(columns))
            for variable in sorted(variables_in(question.show_if)):
                if page_of[variable] > place or order[variable] >= first:
                    yield advice("looks_ahead", Weight.SERIOUS, question.code, variable=variable)
