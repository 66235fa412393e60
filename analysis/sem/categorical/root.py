"""Many one-dimensional maximum likelihood problems solved side by side."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Derivatives = Callable[[Array, NDArray[np.intp]], tuple[Array, Array]]

MAX_STEPS = 120
TOLERANCE = 1e-13
SMALLEST_GAIN = 1e-12
"""A Newton step that raises the log-likelihood by less is the last one. Where a table has an
empty corner the likelihood is flat up to the bound; without this the answer would be wherever
rounding ends the search (lavaan stops on the same slope)."""


def maximise(
    derivatives: Derivatives, start: Array, *, bound: float
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the maximisers in [-bound, bound] and whether each search ended.

    Newton steps inside a bracket that the sign of the gradient tightens, so that every
    search ends whatever the likelihood looks like; a likelihood that keeps rising ends at
    the bound.

    Args:
        derivatives: ``(values, which) -> (gradient, second derivative)`` of the log-likelihoods
            numbered ``which`` at ``values``.
        start: first guesses, strictly inside the bounds.
        bound: largest absolute value allowed.
    """
    value = np.clip(start, -0.95 * bound, 0.95 * bound)
    low = np.full(value.shape, -bound)
    high = np.full(value.shape, bound)
    active = np.arange(value.size)
    for _ in range(MAX_STEPS):
        gradient, curvature = derivatives(value[active], active)
        here = value[active]
        rising = gradient > 0
        low[active[rising]] = here[rising]
        high[active[~rising]] = here[~rising]
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(curvature < 0, -gradient / curvature, np.nan)
        is_flat = np.abs(gradient * step) < 2 * SMALLEST_GAIN
        proposal = here + step
        inside = (proposal >= low[active]) & (proposal <= high[active])
        middle = 0.5 * (low[active] + high[active])
        value[active] = np.where(inside, proposal, middle)
        moved = np.abs(value[active] - here)
        going = (moved > TOLERANCE) & ~(is_flat & inside)
        active = active[going]
        if active.size == 0:
            break
    ended = np.ones(value.shape, dtype=bool)
    ended[active] = False
    return value, ended
