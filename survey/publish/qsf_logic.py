"""Our conditions as Qualtrics' logic: groups of expressions about choices and numbers.

Qualtrics joins expressions inside a group, then the groups. How it ranks "and" against "or" is
nowhere documented, so each level uses one word only: groups of "or" joined by "and", or the
other way round, whichever is shorter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any as AnyValue
from typing import Literal

from survey.publish.plain import owner_of
from survey.questionnaire.conditions import (
    All,
    Answered,
    Any,
    Between,
    Condition,
    Is,
    Leaf,
    Not,
    holds,
)
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.questions import (
    AnyQuestion,
    Attention,
    Consent,
    Date,
    Matrix,
    Multiple,
    Nps,
    Number,
    OpenText,
    Rating,
    Single,
    Slider,
)

Json = dict[str, AnyValue]
MOST_EXPRESSIONS = 120
"""A longer logic is told as lost: nobody could check it in Qualtrics' editor."""


class Unsayable(ValueError):
    """Qualtrics has no logic for the condition."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One comparison: the place in the survey, the operator, the number compared with."""

    question: str
    place: str
    operator: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    word: Literal["and", "or"]
    parts: tuple["_Formula", ...]


_Formula = Expression | _Group
Clauses = list[tuple[Expression, ...]]


def qsf_logic(
    condition: Condition, questionnaire: Questionnaire, qids: Mapping[str, str], *, in_page: bool
) -> Json | None:
    """Return the logic; None when the condition always holds.

    Args:
        qids: number of each question in the file, by our code.
        in_page: it is about answers given on the same page.

    Raises:
        Unsayable: no logic says it, or only a very long one.
    """
    formula = _formula(condition, questionnaire, qids, is_denied=False)
    forms: list[tuple[Literal["and", "or"], Clauses]] = []
    for word in ("and", "or"):
        try:
            forms.append((word, _clauses(formula, word)))
        except Unsayable:
            continue
    if not forms:
        raise Unsayable("length")
    outer, clauses = min(forms, key=lambda form: sum(map(len, form[1])))
    if not clauses or () in clauses:
        # No clause, or one without expressions: an empty "and" holds always, an empty "or" never.
        if (outer == "and") is (not clauses):
            return None
        raise Unsayable("never")
    return _document(clauses, outer, in_page=in_page)


def _clauses(formula: _Formula, outer: Literal["and", "or"]) -> Clauses:
    """Return the formula as clauses joined by ``outer``, each joined inside by the other word."""
    if isinstance(formula, Expression):
        return [(formula,)]
    parts = [_clauses(part, outer) for part in formula.parts]
    if formula.word == outer:
        found = [clause for part in parts for clause in part]
    else:
        found = [()]
        for part in parts:
            if len(found) * len(part) > MOST_EXPRESSIONS:
                raise Unsayable("length")
            found = [tuple(dict.fromkeys((*old, *new))) for old in found for new in part]
    found = list(dict.fromkeys(found))
    if sum(map(len, found)) > MOST_EXPRESSIONS:
        raise Unsayable("length")
    return found


def _document(clauses: Clauses, outer: str, *, in_page: bool) -> Json:
    groups: Json = {}
    inner = "Or" if outer == "and" else "And"
    for place, clause in enumerate(clauses):
        group: Json = {
            str(number): _expression(expression, inner if number else "If")
            for number, expression in enumerate(clause)
        }
        joined = "AndIf" if outer == "and" else "OrIf"
        groups[str(place)] = {**group, "Type": joined if place else "If"}
    return {**groups, "Type": "BooleanExpression", "inPage": in_page}


def _expression(expression: Expression, word: str) -> Json:
    place = f"q://{expression.question}/{expression.place}"
    content: Json = {
        "LogicType": "Question",
        "QuestionID": expression.question,
        "QuestionIsInLoop": "no",
        "ChoiceLocator": place,
        "Operator": expression.operator,
        "QuestionIDFromLocator": expression.question,
        "LeftOperand": place,
    }
    if expression.value:
        content["RightOperand"] = expression.value
    said = f"{place} {expression.operator} {expression.value}".strip()
    content |= {
        "Type": "Expression",
        "Description": f'<span class="ConjDesc">{word}</span> {said}',
    }
    return content if word == "If" else {**content, "Conjuction": word}


# -- formulas -------------------------------------------------------------------------------------


def _formula(
    condition: Condition, whole: Questionnaire, qids: Mapping[str, str], *, is_denied: bool
) -> _Formula:
    match condition:
        case Not(of=part):
            return _formula(part, whole, qids, is_denied=not is_denied)
        case All(of=parts) | Any(of=parts):
            is_all = isinstance(condition, All) is not is_denied
            made = tuple(_formula(part, whole, qids, is_denied=is_denied) for part in parts)
            return _Group("and" if is_all else "or", made)
        case Is() | Between() | Answered():
            question, option = owner_of(whole, condition.variable)
            qid = qids[question.code]
            if isinstance(question, Multiple) and option is not None:
                return _box(condition, question, qid, option=option, is_denied=is_denied)
            if isinstance(question, Number | Slider | OpenText | Date):
                if condition.variable != question.code:
                    raise Unsayable(condition.variable)
                return _typed(condition, question, qid, is_denied=is_denied)
            chosen = [
                f"SelectableChoice/{place}"
                for code, place in _answers(condition, question, whole)
                if holds(condition, {condition.variable: code})
            ]
            return _selected(qid, chosen, is_denied=is_denied)


def _selected(qid: str, places: Sequence[str], *, is_denied: bool) -> _Group:
    operator = "NotSelected" if is_denied else "Selected"
    expressions = tuple(Expression(qid, place, operator) for place in places)
    return _Group("and" if is_denied else "or", expressions)


def _answers(leaf: Leaf, question: AnyQuestion, whole: Questionnaire) -> list[tuple[int, str]]:
    """Return the code and the place of each answer that counts as one."""
    match question:
        case Single() if leaf.variable == question.code:
            return [
                (option.code, str(place))
                for place, option in enumerate(question.options, 1)
                if not option.is_dont_know
            ]
        case Rating() | Attention():
            points = whole.scale(question.scale).points
            return [(point.code, str(place)) for place, point in enumerate(points, 1)]
        case Nps():
            return [(code, str(code)) for code in range(11)]
        case Consent():
            return [(1, "1")]
        case Matrix():
            points = whole.scale(question.scale).points
            row = [item.code for item in question.items].index(leaf.variable) + 1
            return [(point.code, f"{row}/{place}") for place, point in enumerate(points, 1)]
        case _:
            raise Unsayable(leaf.variable)


def _box(leaf: Leaf, question: Multiple, qid: str, *, option: int, is_denied: bool) -> _Formula:
    """Return what holds for a box: not ticked means that another one is."""
    places = {found.code: f"SelectableChoice/{n}" for n, found in enumerate(question.options, 1)}
    meant = {value for value in (0, 1) if holds(leaf, {leaf.variable: value})}
    if meant == {1}:
        return _selected(qid, [places[option]], is_denied=is_denied)
    if meant == {0, 1}:
        return _selected(qid, list(places.values()), is_denied=is_denied)
    if not meant:
        return _selected(qid, [], is_denied=is_denied)
    ticked = _selected(qid, [places[option]], is_denied=not is_denied)
    any_ticked = _selected(qid, list(places.values()), is_denied=is_denied)
    return _Group("or" if is_denied else "and", (ticked, any_ticked))


def _typed(
    leaf: Leaf, question: Number | Slider | OpenText | Date, qid: str, *, is_denied: bool
) -> _Formula:
    place = "ChoiceNumericEntryValue/1" if isinstance(question, Slider) else "ChoiceTextEntryValue"

    def said(operator: str, value: float | None = None) -> Expression:
        return Expression(qid, place, operator, "" if value is None else f"{value:g}")

    empty = said("Empty" if is_denied else "NotEmpty")
    if isinstance(leaf, Answered):
        return empty
    if isinstance(question, OpenText | Date):
        raise Unsayable(leaf.variable)
    if isinstance(leaf, Is):
        operator = "NotEqualTo" if is_denied else "EqualTo"
        return _Group("and" if is_denied else "or", tuple(said(operator, v) for v in leaf.values))
    parts = [empty]
    if leaf.low is not None:
        parts.append(said("LessThan" if is_denied else "GreaterThanOrEqual", leaf.low))
    if leaf.high is not None:
        parts.append(said("GreaterThan" if is_denied else "LessThanOrEqual", leaf.high))
    return _Group("or" if is_denied else "and", tuple(parts))
