"""When something is shown: conditions as data, evaluated here and by every export.

A condition speaks of variables (columns of the answers), not of questions: an option of a
multiple choice is a variable of its own with the values 0 and 1. A variable without an
answer satisfies no comparison, so ``Not(Is(...))`` holds for it.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from survey.questionnaire.base import Code, Value

Answer = float | str | None
"""A number (a code), a text, or None for no answer of whatever kind."""


class Is(Value):
    """The variable's answer is one of ``values``."""

    kind: Literal["is"] = "is"
    variable: Code
    values: tuple[float, ...] = Field(min_length=1)


class Between(Value):
    """The variable's answer is a number from ``low`` to ``high``; None leaves a side open."""

    kind: Literal["between"] = "between"
    variable: Code
    low: float | None = None
    high: float | None = None


class Answered(Value):
    """The variable has an answer on its scale (不了解 is none)."""

    kind: Literal["answered"] = "answered"
    variable: Code


class All(Value):
    """Every one of ``of`` holds."""

    kind: Literal["all"] = "all"
    of: tuple["Condition", ...] = Field(min_length=1)


class Any(Value):
    """At least one of ``of`` holds."""

    kind: Literal["any"] = "any"
    of: tuple["Condition", ...] = Field(min_length=1)


class Not(Value):
    """``of`` does not hold."""

    kind: Literal["not"] = "not"
    of: "Condition"


Condition = Annotated[Is | Between | Answered | All | Any | Not, Field(discriminator="kind")]
Leaf = Is | Between | Answered

for _model in (All, Any, Not):
    _model.model_rebuild()


def holds(condition: Condition | None, answers: Mapping[str, Answer]) -> bool:
    """Return whether ``condition`` holds for ``answers``; no condition always holds."""
    match condition:
        case None:
            return True
        case Is(variable=variable, values=values):
            return answers.get(variable) in values
        case Between(variable=variable, low=low, high=high):
            answer = answers.get(variable)
            return (
                isinstance(answer, int | float)
                and (low is None or answer >= low)
                and (high is None or answer <= high)
            )
        case Answered(variable=variable):
            return answers.get(variable) not in (None, "")
        case All(of=parts):
            return all(holds(part, answers) for part in parts)
        case Any(of=parts):
            return any(holds(part, answers) for part in parts)
        case Not(of=part):
            return not holds(part, answers)


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """Yield the comparisons inside ``condition``."""
    match condition:
        case None:
            return
        case All(of=parts) | Any(of=parts):
            for part in parts:
                yield from leaves(part)
        case Not(of=part):
            yield from leaves(part)
        case Is() | Between() | Answered():
            yield condition


def variables_in(condition: Condition | None) -> frozenset[str]:
    """Return the variables that ``condition`` speaks of."""
    return frozenset(leaf.variable for leaf in leaves(condition))


def both(first: Condition | None, second: Condition | None) -> Condition | None:
    """Return the condition that holds when both do."""
    if first is None or second is None:
        return second if first is None else first
    return All(of=(first, second))
