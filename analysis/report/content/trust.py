"""How far the results of a run may be relied on, in one word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from analysis.report.content.context import Context

Trust = Literal["high", "middle", "low"]

FEW, MANY = 100, 300
"""Sample sizes of the model ladder: below FEW scores only, from MANY on group paths."""
FLOOR, ACCEPTABLE = 0.6, 0.7
"""Reliability: unusable below FLOOR, acceptable from ACCEPTABLE on."""


def trust_of(context: Context) -> Trust:
    """Return the trust in a run: low, middle or high (a rule of this program).

    low: fewer than 100 usable answers, or a third of the constructs below alpha .6;
    high: 300 answers or more, every construct at alpha .7 or above, and a usable model;
    middle: all else.
    """
    chain = context.chain
    alphas = chain.measurement.reliability["alpha"].dropna()
    unusable = float((alphas < FLOOR).mean()) if len(alphas) else 1.0
    if chain.prepared.n < FEW or unusable >= 1 / 3:
        return "low"
    sem = chain.structural.sem
    has_model = sem is not None and sem.status.is_usable
    if chain.prepared.n >= MANY and has_model and bool((alphas >= ACCEPTABLE).all()):
        return "high"
    return "middle"
