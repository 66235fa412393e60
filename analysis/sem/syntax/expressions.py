"""Arithmetic on parameter labels: the right side of ``:=`` and both sides of ``==``.

An expression is a tree of small immutable nodes. :func:`evaluate` gives its value,
:func:`gradient` its partial derivatives, both on numbers or on whole arrays of draws, so
bootstrap intervals of a defined parameter need no second code path.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Value: TypeAlias = "float | NDArray[np.float64]"


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """The label of a parameter or of a defined parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function applied to one or two arguments."""

    function: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = "Number | Name | Call"

FUNCTIONS = ("exp", "log", "sqrt", "abs", "sin", "cos", "tan")
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "negative": 3, "^": 4}


def names_in(expression: Expression) -> tuple[str, ...]:
    """Return the labels an expression uses, each once, in order of appearance."""
    found: dict[str, None] = {}

    def visit(node: Expression) -> None:
        if isinstance(node, Name):
            found.setdefault(node.name)
        elif isinstance(node, Call):
            for argument in node.arguments:
                visit(argument)

    visit(expression)
    return tuple(found)


def evaluate(expression: Expression, values: Mapping[str, Value]) -> Value:
    """Return the value; not-a-number where it is not defined (``log`` of a negative)."""
    with np.errstate(all="ignore"):
        return _forward(expression, values, ())[0]


def gradient(expression: Expression, values: Mapping[str, Value]) -> tuple[Value, dict[str, Value]]:
    """Return the value and its derivative by each label in the expression."""
    labels = names_in(expression)
    with np.errstate(all="ignore"):
        value, partials = _forward(expression, values, labels)
    return value, dict(zip(labels, partials, strict=True))


def _forward(
    node: Expression, values: Mapping[str, Value], labels: tuple[str, ...]
) -> tuple[Value, list[Value]]:
    if isinstance(node, Number):
        return node.value, [0.0] * len(labels)
    if isinstance(node, Name):
        return values[node.name], [1.0 if label == node.name else 0.0 for label in labels]
    parts = [_forward(argument, values, labels) for argument in node.arguments]
    operands = [np.asarray(part[0], dtype=np.float64) for part in parts]
    value, slopes = _apply(node.function, operands)
    partials = [
        sum((slope * part[1][k] for slope, part in zip(slopes, parts, strict=True)), start=0.0)
        for k in range(len(labels))
    ]
    return value, partials


def _apply(function: str, x: list[NDArray[np.float64]]) -> tuple[Value, list[Value]]:
    """Return the value of ``function`` and its derivative by each argument."""
    one = 1.0
    if function == "+":
        return x[0] + x[1], [one, one]
    if function == "-":
        return x[0] - x[1], [one, -one]
    if function == "*":
        return x[0] * x[1], [x[1], x[0]]
    if function == "/":
        return x[0] / x[1], [1 / x[1], -x[0] / x[1] ** 2]
    if function == "^":
        value = x[0] ** x[1]
        by_exponent = np.where(x[0] > 0, value * np.log(np.where(x[0] > 0, x[0], 1.0)), 0.0)
        return value, [x[1] * x[0] ** (x[1] - 1), by_exponent]
    return _apply_one(function, x[0])


def _apply_one(function: str, x: NDArray[np.float64]) -> tuple[Value, list[Value]]:
    if function == "negative":
        return -x, [-1.0]
    if function == "exp":
        return np.exp(x), [np.exp(x)]
    if function == "log":
        return np.log(x), [1 / x]
    if function == "sqrt":
        return np.sqrt(x), [0.5 / np.sqrt(x)]
    if function == "abs":
        return np.abs(x), [np.sign(x)]
    if function == "sin":
        return np.sin(x), [np.cos(x)]
    if function == "cos":
        return np.cos(x), [-np.sin(x)]
    return np.tan(x), [1 + np.tan(x) ** 2]


def is_linear(expression: Expression) -> bool:
    """Return whether the expression is linear in its labels, judged by its form."""
    return _degree(expression) <= 1


def _degree(node: Expression) -> float:
    """Return 0 for constants, 1 for linear, infinity for anything else."""
    if isinstance(node, Number):
        return 0
    if isinstance(node, Name):
        return 1
    degrees = [_degree(argument) for argument in node.arguments]
    if max(degrees) == 0:
        return 0
    if node.function in ("+", "-", "negative"):
        return max(degrees)
    if node.function == "*" and min(degrees) == 0:
        return max(degrees)
    if node.function == "/" and degrees[1] == 0:
        return degrees[0]
    return math.inf


def write(expression: Expression) -> str:
    """Return the expression as text that reads back to the same tree."""
    return _write(expression, 0)


def _write(node: Expression, outer: int) -> str:
    if isinstance(node, Number):
        return number_text(node.value)
    if isinstance(node, Name):
        return quoted(node.name)
    if node.function in FUNCTIONS:
        return f"{node.function}({_write(node.arguments[0], 0)})"
    own = _PRECEDENCE[node.function]
    if node.function == "negative":
        text = "-" + _write(node.arguments[0], own)
    else:
        left, right = node.arguments
        text = f"{_write(left, own)}{node.function}{_write(right, own + 1)}"
        if node.function == "^":
            text = f"{_write(left, own + 1)}^{_write(right, own)}"
    return f"({text})" if own < outer else text


def number_text(value: float) -> str:
    """Return the shortest text that reads back to ``value``."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


_PLAIN_NAME = re.compile(r"[^\W\d][\w.]*|\.[^\W\d][\w.]*")


def quoted(name: str) -> str:
    """Return ``name`` as it must be written in a model text."""
    if _PLAIN_NAME.fullmatch(name) and name != "NA":
        return name
    return f'"{name}"' if '"' not in name else f"`{name}`"
