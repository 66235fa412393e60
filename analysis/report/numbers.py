"""The one place where a number becomes text.

Report, tables of the window, command line and exports all come here, so a value reads the
same everywhere. Raw numbers travel in the document model; only this module rounds.
"""

from __future__ import annotations

import math
from enum import Enum
from numbers import Real

NO_VALUE = "—"
MINUS = "−"


class NumberKind(Enum):
    """What a number is, which settles how it is written."""

    TEXT = "text"
    COUNT = "count"
    """A whole number: 612."""
    SCORE = "score"
    """A score on 0-100, one decimal: 63.4."""
    CHANGE = "change"
    """A difference of scores, with its sign: +3.2."""
    SHARE = "share"
    """A share of 0-1 as per cent: 12.5%."""
    MEAN = "mean"
    """A mean on the answer scale, two decimals: 3.62."""
    DECIMAL = "decimal"
    """A coefficient, three decimals: 0.831, −0.274."""
    BRIEF = "brief"
    """A coefficient where room is scarce, as on an arrow: 0.83."""
    DIFFERENCE = "difference"
    """A difference of coefficients, three decimals with sign: +0.012."""
    PROBABILITY = "probability"
    """A p value: 0.032, or <0.001."""
    TINY = "tiny"
    """A magnitude over many orders: 3.1e-07."""


_DECIMALS = {
    NumberKind.COUNT: 0,
    NumberKind.SCORE: 1,
    NumberKind.CHANGE: 1,
    NumberKind.MEAN: 2,
    NumberKind.DECIMAL: 3,
    NumberKind.BRIEF: 2,
    NumberKind.DIFFERENCE: 3,
}
_SIGNED = (NumberKind.CHANGE, NumberKind.DIFFERENCE)
_SPREADSHEET = {
    NumberKind.COUNT: "0",
    NumberKind.SCORE: "0.0",
    NumberKind.CHANGE: "+0.0;-0.0;0.0",
    NumberKind.SHARE: "0.0%",
    NumberKind.MEAN: "0.00",
    NumberKind.DECIMAL: "0.000",
    NumberKind.BRIEF: "0.00",
    NumberKind.DIFFERENCE: "+0.000;-0.000;0.000",
    NumberKind.PROBABILITY: "0.000",
    NumberKind.TINY: "0.0E+00",
}


def is_missing(value: object) -> bool:
    """Return whether ``value`` is None or NaN (of any numeric library)."""
    return value is None or (isinstance(value, Real) and math.isnan(float(value)))


def _fixed(value: float, decimals: int, *, signed: bool) -> str:
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0.0:
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if signed else text


def format_number(value: object, kind: NumberKind = NumberKind.DECIMAL) -> str:
    """Return ``value`` as text.

    None and NaN become an em dash; infinities the sign ∞; a rounded zero never has a sign.
    Texts and booleans pass unchanged as ``str(value)`` whatever the kind.
    """
    if is_missing(value):
        return NO_VALUE
    if kind is NumberKind.TEXT or not isinstance(value, Real) or isinstance(value, bool):
        return str(value)
    number = float(value)
    if math.isinf(number):
        return "∞" if number > 0 else MINUS + "∞"
    if kind is NumberKind.SHARE:
        return _fixed(100 * number, 1, signed=False) + "%"
    if kind is NumberKind.PROBABILITY:
        return "<0.001" if number < 0.0005 else _fixed(number, 3, signed=False)
    if kind is NumberKind.TINY:
        return "0" if number == 0 else f"{number:.1e}".replace("-", MINUS)
    return _fixed(number, _DECIMALS[kind], signed=kind in _SIGNED)


def format_interval(low: object, high: object, kind: NumberKind = NumberKind.DECIMAL) -> str:
    """Return ``[low, high]``; an em dash when either end is missing."""
    if is_missing(low) or is_missing(high):
        return NO_VALUE
    return f"[{format_number(low, kind)}, {format_number(high, kind)}]"


def stars(p: object) -> str:
    """Return the stars of a p value: *** below .001, ** below .01, * below .05, else none."""
    if is_missing(p) or not isinstance(p, Real):
        return ""
    number = float(p)
    for limit, mark in ((0.001, "***"), (0.01, "**"), (0.05, "*")):
        if number < limit:
            return mark
    return ""


def spreadsheet_format(kind: NumberKind) -> str:
    """Return the number format an .xlsx cell of this kind carries."""
    return _SPREADSHEET.get(kind, "General")
