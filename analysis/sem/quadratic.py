"""A small quadratic programme: the step of sequential quadratic programming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analysis.sem.moments import Array


@dataclass(frozen=True, slots=True, eq=False)
class QuadraticSolution:
    """Step and multipliers (0 for inequalities that do not bind)."""

    step: Array
    by_equalities: Array
    by_inequalities: Array


def solve_quadratic(
    H: Array, g: Array, J: Array, c: Array, K: Array, h: Array
) -> QuadraticSolution:
    """Minimise g'd + d'Hd/2 subject to J d + c = 0 and K d + h >= 0, by active sets."""
    active: list[int] = [int(k) for k in np.flatnonzero(h <= 0)]
    solution = _with_active(H, g, J, c, K, h, active)
    for _ in range(4 * len(h) + 4):
        slack = K @ solution.step + h
        violated = [k for k in range(len(h)) if k not in active and slack[k] < -1e-12]
        negative = [k for k in active if solution.by_inequalities[k] < -1e-12]
        if negative:
            active.remove(min(negative, key=lambda k: solution.by_inequalities[k]))
        elif violated:
            active.append(min(violated, key=lambda k: slack[k]))
        else:
            break
        solution = _with_active(H, g, J, c, K, h, active)
    return solution


def _with_active(
    H: Array, g: Array, J: Array, c: Array, K: Array, h: Array, active: list[int]
) -> QuadraticSolution:
    rows = np.concatenate([J, K[active]])
    values = np.concatenate([c, h[active]])
    n, m = len(g), len(rows)
    system = np.zeros((n + m, n + m))
    system[:n, :n] = H
    system[:n, n:] = -rows.T
    system[n:, :n] = rows
    right = np.concatenate([-g, -values])
    found, *_ = np.linalg.lstsq(system, right, rcond=1e-13)
    by_inequalities = np.zeros(len(h))
    by_inequalities[active] = found[n + len(c) :]
    return QuadraticSolution(found[:n], found[n : n + len(c)], by_inequalities)
