"""What the scale of ordered variables adds to the standardized solution's derivatives.

With the delta parameterization residual variances are functions of all parameters
(diag(Sigma) = 1 / delta^2), so the total variances of ordered variables depend on delta
alone and their residual variances on everything else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.model_matrices import directions

if TYPE_CHECKING:
    from analysis.sem.model_matrices import GroupState
    from analysis.sem.moments import Array
    from analysis.sem.problem import Problem
    from analysis.sem.standardized import _Scales


def derived_values(problem: Problem, theta: Array) -> dict[int, float]:
    """Return, by row, the residual variances (delta) or scaling factors (theta) that follow."""
    table, states = problem.table, problem.states(theta)
    ordered = set(table.variables.ordered)
    op = "~*~" if table.is_theta else "~~"
    found = {}
    for index, row in enumerate(table.rows):
        if row.op != op or row.lhs != row.rhs or row.lhs not in ordered:
            continue
        state = states[row.group - 1]
        v = problem.structures[row.group - 1].variables.index(row.lhs)
        found[index] = float(state.delta[v] if table.is_theta else state.S[v, v])
    return found


def ordered_scales(problem: Problem, g: int, state: GroupState, scales: _Scales) -> _Scales:
    """Return the scales with the derivatives of the residual variances of ordered variables."""
    structure = problem.structures[g]
    if structure.is_theta:
        return scales
    v, own = structure.ordered, structure.parameters
    d_delta = np.zeros((len(v), len(own)))
    place = {int(variable): k for k, variable in enumerate(v)}
    for row, local in zip(structure.of_delta.rows, structure.of_delta.local, strict=True):
        d_delta[place[int(row)], local] = 1.0
    steps = directions(structure, state)
    d_total = -2.0 * (state.delta[v] ** -3)[:, None] * d_delta
    d_rest = 2.0 * steps.U[v] * steps.V[v]
    d_residual = np.linalg.solve(state.L[np.ix_(v, v)] ** 2, d_total - d_rest)
    total = scales.total_jacobian.copy()
    residual = scales.residual_jacobian.copy()
    total[np.ix_(np.arange(len(state.C)), own)] += state.C[:, v] ** 2 @ d_residual
    residual[np.ix_(v, own)] = d_residual
    return replace(scales, total_jacobian=total, residual_jacobian=residual)
