"""Constraints of an XLSForm row: bounds, numbers of choices and patterns of our questions."""

import re
from datetime import date

from survey.adopt.draft import Draft
from survey.adopt.expressions import (
    Call,
    Compare,
    Joined,
    Literal,
    Name,
    Negated,
    Node,
    Unreadable,
    read_expression,
)
from survey.adopt.xlsform_sheets import FormRow
from survey.questionnaire.base import Text
from survey.questionnaire.questions import AnyQuestion, Date, Multiple, Number, OpenText, Slider

DECIMALS = 2
"""Decimal places of ``decimal``, which XLSForm does not say."""
_LIMITS = {"<=": "high", ">=": "low"}


class _NotOurs(ValueError):
    """The constraint says something no bound says."""


def constrained(draft: Draft, question: AnyQuestion, text: str, message: Text) -> AnyQuestion:
    """Return the question with the bounds that ``text`` says, where it says only bounds.

    Bounds have no message of their own; one that was given is told as lost.
    """
    try:
        update = _bounds(question, read_expression(text))
    except (_NotOurs, Unreadable, ValueError, OverflowError):
        return question
    if message:
        draft.lose("message", question.code)
    return question.model_copy(update=update)


def wish_check(draft: Draft, code: str, row: FormRow, message: Text) -> None:
    """Ask for a check for a constraint that is no bound, on the question added last."""
    question = draft.last
    if question is None or question.code != code:
        return
    text = row.get("constraint")
    try:
        _bounds(question, read_expression(text))
        return
    except (_NotOurs, Unreadable, ValueError, OverflowError):
        # "." is this question; in a check it has its name.
        named = re.sub(r"(?<![\w.'\"])\.(?![\w.])", "${" + row.get("name") + "}", text)
        draft.wish("check", code, named, message)


def _bounds(question: AnyQuestion, node: Node) -> dict[str, object]:
    match question:
        case Number() | Slider():
            update = _numbers(node, whole=isinstance(question, Number) and not question.decimals)
            low, high = update.get("low"), update.get("high")
            if low is not None and high is not None and low >= high:
                raise _NotOurs(node)
            if isinstance(question, Slider):
                raise _NotOurs(node)
            return {**update}
        case Date():
            return _dates(node)
        case OpenText():
            return _text(node)
        case Multiple():
            return _multiple(question, node)
        case _:
            raise _NotOurs(node)


def _parts(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, Joined) and node.word == "and" else (node,)


def _numbers(node: Node, *, whole: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in _parts(node):
        match part:
            case Compare(left=Name(name="."), operator=operator, right=Literal(text=text)):
                bound = float(text)
                if whole and operator in ("<", ">") and bound.is_integer():
                    operator, bound = operator + "=", bound + (1 if operator == ">" else -1)
                if operator not in _LIMITS or _LIMITS[operator] in found:
                    raise _NotOurs(part)
                found[_LIMITS[operator]] = bound
            case _:
                raise _NotOurs(part)
    return found


def _dates(node: Node) -> dict[str, object]:
    names = {"<=": "latest", ">=": "earliest"}
    found: dict[str, object] = {}
    for part in _parts(node):
        match part:
            case Compare(
                left=Name(name="."),
                operator="<=" | ">=" as operator,
                right=Call(function="date", arguments=(Literal(text=text),)),
            ):
                found[names[operator]] = date.fromisoformat(text)
            case _:
                raise _NotOurs(part)
    return found


def _text(node: Node) -> dict[str, object]:
    found: dict[str, object] = {}
    for part in _parts(node):
        match part:
            case Compare(
                left=Call(function="string-length"), operator="<=", right=Literal(text=text)
            ) if text.isdigit() and 0 < int(text) < 10**9:
                found["longest"] = int(text)
            case Call(function="regex", arguments=(Name(name="."), Literal(text=text))):
                re.compile(text)
                whole = re.fullmatch(r"\^\((.*)\)\$", text, re.DOTALL) or re.fullmatch(
                    r"\^(.*)\$", text, re.DOTALL
                )
                if whole is None:
                    raise _NotOurs(part)
                re.compile(whole[1])
                found["pattern"] = whole[1]
            case _:
                raise _NotOurs(part)
    return found


def _multiple(question: Multiple, node: Node) -> dict[str, object]:
    """Return how many may be chosen, and which options exclude all others."""
    arms = node.parts if isinstance(node, Joined) and node.word == "or" else (node,)
    alone = {name for arm in arms[1:] for name in _alone(arm)}
    found: dict[str, object] = {}
    for part in _parts(arms[0]):
        match part:
            case Compare(
                left=Call(function="count-selected"),
                operator="<=" | ">=" as operator,
                right=Literal(text=text),
            ) if text.isdigit() and 0 < int(text) <= len(question.options):
                found["most" if operator == "<=" else "least"] = int(text)
            case Negated(
                part=Call(function="selected", arguments=(Name(name="."), Literal(text=text)))
            ) if text in alone:
                continue
            case _:
                raise _NotOurs(part)
    least, most = found.get("least", 0), found.get("most", len(question.options))
    if isinstance(least, int) and isinstance(most, int) and least > most:
        raise _NotOurs(node)
    if alone:
        if not alone <= {str(option.code) for option in question.options}:
            raise _NotOurs(node)
        found["options"] = tuple(
            option.model_copy(update={"is_exclusive": str(option.code) in alone})
            for option in question.options
        )
    return found


def _alone(arm: Node) -> list[str]:
    match arm:
        case Joined(
            word="and",
            parts=(
                Call(function="selected", arguments=(Name(name="."), Literal(text=text))),
                Compare(left=Call(function="count-selected"), operator="="),
            ),
        ):
            return [text]
    raise _NotOurs(arm)
