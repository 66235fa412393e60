"""Makes a condition of an expression's tree, where a condition of ours says the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from survey.adopt.expressions import (
    Call,
    Compare,
    Joined,
    Literal,
    Name,
    Negated,
    Node,
    read_expression,
)
from survey.questionnaire.conditions import All, Answered, Any, Between, Condition, Is, Not

DONT_KNOW = "dk"
"""What our own exports write for 不了解."""


class Untranslatable(ValueError):
    """No condition of ours says this."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a name in an expression stands for.

    Args:
        code: our column; of a multiple choice its first option's.
        values: our number for each answer as the other tool writes it; empty for numbers.
        parts: columns of a multiple choice by option as the other tool writes it.
        is_whole: only whole numbers are answers.
        is_text: answers are texts, which no condition compares.
    """

    code: str
    values: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True
    is_text: bool = False
    yes: str = ""
    """What a chosen option reads (LimeSurvey's ``Y``), "" when it is 1."""


Lookup = Callable[[str], Column | None]


@dataclass(frozen=True, slots=True)
class _DontKnow:
    """``x = 'dk'`` (or not): meaningful only beside the test whether x is answered at all."""

    code: str
    holds: bool


_Found = Condition | _DontKnow | None


def condition_of(text: str, lookup: Lookup) -> Condition | None:
    """Return what ``text`` says; None when it always holds.

    Raises:
        Unreadable: it is no expression.
        Untranslatable: no condition says it.
    """
    return _sure(_condition(read_expression(text), lookup))


def _sure(found: _Found) -> Condition | None:
    if isinstance(found, _DontKnow):
        raise Untranslatable(DONT_KNOW)
    return found


def _condition(node: Node, lookup: Lookup) -> _Found:
    match node:
        case Joined(word="and", parts=parts):
            return _all([_condition(part, lookup) for part in parts])
        case Joined(parts=parts):
            return _any([_condition(part, lookup) for part in parts])
        case Negated(part=part):
            return _not(_sure(_condition(part, lookup)))
        case Compare():
            return _comparison(node, lookup)
        case Call():
            return _call(node, lookup)
        case Literal(text=text, is_number=True) if float(text):
            return None
        case Literal(text="1"):
            return None
        case Name(part="") if (column := lookup(node.name)) is not None:
            return _answered(column)
        case _:
            raise Untranslatable(node)


def _answered(column: Column) -> Condition:
    """Return that there is an answer; of a box that reads ``Y`` or nothing, that it is ticked."""
    if column.yes:
        return Is(variable=column.code, values=(1,))
    return Answered(variable=column.code)


def _not(found: Condition | None) -> Condition:
    if found is None:
        raise Untranslatable("never")
    return found.of if isinstance(found, Not) else Not(of=found)


def _all(parts: list[_Found]) -> _Found:
    kept: list[Condition] = []
    doubts: list[_DontKnow] = []
    for part in parts:
        if isinstance(part, _DontKnow):
            doubts.append(part)
        elif part is not None and part not in kept:
            kept.append(part)
    answered = {part.variable for part in kept if isinstance(part, Answered)}
    if not kept and len(doubts) == 1:
        return doubts[0]
    if any(doubt.holds or doubt.code not in answered for doubt in doubts):
        raise Untranslatable(DONT_KNOW)
    kept = _narrowed(kept)
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else All(of=tuple(kept))


def _narrowed(parts: list[Condition]) -> list[Condition]:
    """Return the same, said shorter: bounds of one variable together, "answered" implied."""
    found: list[Condition] = []
    for part in parts:
        if isinstance(part, Between):
            for place, other in enumerate(found):
                if isinstance(other, Between) and other.variable == part.variable:
                    merged = _together(other, part)
                    if merged is not None:
                        found[place] = merged
                        break
            else:
                found.append(part)
            continue
        found.append(part)
    sure = {part.variable for part in found if isinstance(part, Is | Between)}
    return [p for p in found if not (isinstance(p, Answered) and p.variable in sure)]


def _together(first: Between, second: Between) -> Between | None:
    lows = [bound for bound in (first.low, second.low) if bound is not None]
    highs = [bound for bound in (first.high, second.high) if bound is not None]
    return Between(
        variable=first.variable,
        low=max(lows) if lows else None,
        high=min(highs) if highs else None,
    )


def _any(parts: list[_Found]) -> _Found:
    if any(part is None for part in parts):
        return None
    kept: list[Condition] = []
    doubts: list[_DontKnow] = []
    for part in parts:
        if isinstance(part, _DontKnow):
            doubts.append(part)
            continue
        assert part is not None
        last = kept[-1] if kept else None
        if isinstance(part, Is) and isinstance(last, Is) and last.variable == part.variable:
            values = tuple(dict.fromkeys((*last.values, *part.values)))
            kept[-1] = Is(variable=part.variable, values=values)
        elif part not in kept:
            kept.append(part)
    unanswered = {
        part.of.variable for part in kept if isinstance(part, Not) and isinstance(part.of, Answered)
    }
    if any(not doubt.holds or doubt.code not in unanswered for doubt in doubts):
        raise Untranslatable(DONT_KNOW)
    return kept[0] if len(kept) == 1 else Any(of=tuple(kept))


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _comparison(node: Compare, lookup: Lookup) -> _Found:
    left, operator, right = node.left, node.operator, node.right
    if isinstance(left, Literal) and isinstance(right, Literal):
        if operator == "=" and left.text == right.text:
            return None
        raise Untranslatable(node)
    if isinstance(left, Literal):
        left, operator, right = right, _MIRRORED.get(operator, operator), left
    if not isinstance(left, Name) or not isinstance(right, Literal):
        raise Untranslatable(node)
    column = lookup(left.name)
    if column is None:
        raise Untranslatable(left.name)
    if left.part:
        return _option_box(column, left.part, operator, value=right.text)
    if right.text == "" and operator in ("=", "!="):
        answered = _answered(column)
        return Not(of=answered) if operator == "=" else answered
    if right.text == DONT_KNOW and operator in ("=", "!="):
        return _DontKnow(column.code, operator == "=")
    if operator in ("contains", "notcontains"):
        chosen = _chosen(column, right.text)
        return chosen if operator == "contains" else Not(of=chosen)
    return _value_test(column, operator, right.text)


def _option_box(column: Column, part: str, operator: str, *, value: str) -> Condition:
    """Return the condition of REDCap's ``[q(2)] = '1'``: an unticked box reads 0."""
    chosen = _chosen(column, part)
    if operator not in ("=", "!=") or value not in ("0", "1"):
        raise Untranslatable(part)
    return chosen if (value == "1") is (operator == "=") else Not(of=chosen)


def _chosen(column: Column, option: str) -> Condition:
    if option in column.parts:
        return Is(variable=column.parts[option], values=(1,))
    if column.parts or option not in column.values:
        raise Untranslatable(option)
    return Is(variable=column.code, values=(column.values[option],))


def _value_test(column: Column, operator: str, text: str) -> Condition:
    if column.is_text or column.parts:
        raise Untranslatable(text)
    if operator in ("=", "!="):
        if column.yes:
            value: float = int(text == column.yes)
            if not value:
                raise Untranslatable(text)
        elif column.values:
            if text not in column.values:
                raise Untranslatable(text)
            value = column.values[text]
        else:
            value = _number(text)
        same = Is(variable=column.code, values=(value,))
        return same if operator == "=" else Not(of=same)
    bound = _number(text)
    if column.values and any(found != str(code) for found, code in column.values.items()):
        raise Untranslatable(text)  # answers were numbered anew: their order says nothing
    return _bound(column, operator, bound)


def _bound(column: Column, operator: str, bound: float) -> Condition:
    match operator:
        case ">=":
            return Between(variable=column.code, low=bound)
        case "<=":
            return Between(variable=column.code, high=bound)
    if column.is_whole and bound.is_integer():
        if operator == ">":
            return Between(variable=column.code, low=bound + 1)
        return Between(variable=column.code, high=bound - 1)
    outside = (
        Between(variable=column.code, high=bound)
        if operator == ">"
        else Between(variable=column.code, low=bound)
    )
    return All(of=(Answered(variable=column.code), Not(of=outside)))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise Untranslatable(text) from error
    if abs(number) > 1e15 or number != number:
        raise Untranslatable(text)
    return number


def _call(node: Call, lookup: Lookup) -> _Found:
    match node:
        case Call(function="true", arguments=()):
            return None
        case Call(function="selected", arguments=(Name(name=name), Literal(text=text))):
            column = lookup(name)
            if column is not None:
                return _chosen(column, text)
        case Call(function="is_empty" | "empty", arguments=(Name(name=name),)):
            column = lookup(name)
            if column is not None:
                return Not(of=_answered(column))
    raise Untranslatable(node)
