"""Modification indices, expected parameter changes, and tests of releasing constraints.

A candidate parameter gets a row of its own in an extended table; gradient and expected
information then come from the same functions as any model's:

    MI = N g^2 / (I11 - I12 bread I21),   EPC = -g / (I11 - I12 bread I21)

with bread the inverse expected information of the model along its constraints. Sorbom (1989);
candidates and standardization as lavaan's modindices(). Checked against lavaan 0.6-14.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.constraints import Constraints, null_space
from analysis.sem.dispatch import moments_of_x
from analysis.sem.distributions import chi2_upper
from analysis.sem.errors import SemError
from analysis.sem.inference import inverse_along
from analysis.sem.influence import fixed_x_index, normal_weight
from analysis.sem.model_matrices import build_structures
from analysis.sem.parameter_table import ParameterTable, Row
from analysis.sem.problem import Problem
from analysis.sem.standardized import row_estimates, scale_factors

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.model_matrices import Directions, GroupState
    from analysis.sem.moments import Array, Mask
    from analysis.sem.result import SemResult


def candidate_rows(table: ParameterTable, group: int) -> list[Row]:
    """Return the parameters of one group that could be freed, lavaan's list and order."""
    v = table.variables
    not_x = v.endogenous_observed
    rows = table.of_group(group)
    indicators = {row.rhs for row in rows if row.op == "=~"}
    regressed = list(dict.fromkeys([r.lhs for r in rows if r.op == "~" and r.is_user]))
    regressed += [r.rhs for r in rows if r.op in ("~", "<~") and r.is_user]
    in_equations = list(dict.fromkeys(regressed))
    outcomes = [n for n in in_equations if not (table.is_conditional and n in v.exogenous)]
    found = [(f, "=~", y) for f in v.latent for y in not_x if y not in outcomes]
    found += [
        (a, "~~", b)
        for a, b in combinations_with_replacement(not_x, 2)
        if a in indicators and b in indicators
    ]
    found += [(a, "~~", b) for a, b in combinations_with_replacement(v.latent, 2)]
    found += [
        (y, "~", x)
        for y in outcomes
        for x in in_equations
        if y != x and not (y in indicators and y in v.observed and x in v.latent)
    ]
    if table.has_means:
        found += [
            (n, "~1", "")
            for n in (*v.observed, *v.latent)
            if not (table.is_conditional and n in v.exogenous)
        ]
    if table.n_groups > 1:
        found += [(n, "~*~", n) for n in v.ordered]
    return [
        Row(lhs, op, rhs, group, value=1.0 if op == "~*~" else 0.0)
        for lhs, op, rhs in found
        if (lhs, op, rhs, group) not in table.position
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Extended:
    """The model with candidates freed: its problem, theta and which entries are new."""

    problem: Problem
    theta: Array
    is_new: Mask
    rows: tuple[Row, ...]


def _extend(problem: Problem, theta: Array) -> _Extended:
    table = problem.table
    extra = [row for g in range(table.n_groups) for row in candidate_rows(table, g + 1)]
    values = np.concatenate([row_estimates(problem, theta), [row.value for row in extra]])
    rows = [
        replace(row, is_free=True) if _can_be_freed(row, table) else row
        for row in (*table.rows, *extra)
    ]
    free = tuple(k for k, row in enumerate(rows) if row.is_free)
    was_free = set(table.free)
    extended = replace(table, rows=tuple(rows), free=free, constraints=(), definitions=())
    structures = build_structures(extended, problem.moments)
    whole = Problem(
        table=extended,
        options=problem.options,
        estimator=problem.estimator,
        moments=problem.moments,
        structures=structures,
        constraints=_unconstrained(problem, len(free)),
    )
    is_new = np.array([k not in was_free for k in free])
    return _Extended(whole, values[list(free)], is_new, tuple(rows[k] for k in free))


def _can_be_freed(row: Row, table: ParameterTable) -> bool:
    """Return whether a row takes part: everything but moments and slopes of x."""
    if row.is_free:
        return True
    if row.is_exogenous and row.op in ("~~", "~1"):
        return False
    is_ordered_variance = (
        row.op == "~~" and row.lhs == row.rhs and row.lhs in table.variables.ordered
    )
    return not is_ordered_variance and not (row.op == "~*~" and table.n_groups == 1)


def _unconstrained(problem: Problem, n_free: int) -> Constraints:
    c = problem.constraints
    nothing = replace(c.defined, expressions=())
    return replace(
        c,
        origin=np.zeros(n_free),
        basis=None,
        equalities=nothing,
        inequalities=nothing,
        defined=nothing,
        defined_names=(),
        equal_rows=(),
    )


def modification_indices(result: SemResult) -> pd.DataFrame:
    """Return MI, EPC and standardized EPC of every candidate, largest first.

    Columns ``lhs op rhs group mi epc sepc_lv sepc_all``. Chi-square with 1 df each.

    Raises:
        SemError: not fitted, or not identified.
    """
    import pandas as pd

    inference = result.require_inference()
    problem = result.problem
    extended = _extend(problem, result.theta)
    states = extended.problem.states(extended.theta)
    steps = extended.problem.directions(states)
    gradient = extended.problem.gradient(states, steps)
    information = _information(extended, states, steps)
    old, new = np.flatnonzero(~extended.is_new), np.flatnonzero(extended.is_new)
    bread, _ = inverse_along(information[np.ix_(old, old)], inference.tangent)
    if bread is None or len(new) == 0:
        return pd.DataFrame(
            columns=["lhs", "op", "rhs", "group", "mi", "epc", "sepc_lv", "sepc_all"]
        )
    I12 = information[np.ix_(new, old)]
    V = np.diagonal(information)[new] - ((I12 @ bread) * I12).sum(axis=1)
    weak = 1e-8 * np.maximum(np.diagonal(information)[new], 1e-300) > V
    V = np.where(weak, np.nan, V)
    g = gradient[new]
    rows = [extended.rows[k] for k in new]
    epc = -g / V
    frame = pd.DataFrame(
        {
            "lhs": [row.lhs for row in rows],
            "op": [row.op for row in rows],
            "rhs": [row.rhs for row in rows],
            "group": [row.group for row in rows],
            "mi": problem.moments.n * g**2 / V,
            "epc": epc,
            "sepc_lv": _standardized_change(result, rows, epc, kind="lv"),
            "sepc_all": _standardized_change(result, rows, epc, kind="all"),
        }
    )
    kept: pd.DataFrame = frame[np.isfinite(frame["mi"])]
    return kept.sort_values("mi", ascending=False, kind="stable", ignore_index=True)


def _information(
    extended: _Extended, states: tuple[GroupState, ...], steps: tuple[Directions, ...]
) -> Array:
    """Return the expected information; moments of fixed x carry none.

    Only a path into an x would move them, so the dense form is needed for such candidates.
    """
    problem = extended.problem
    x = set(problem.table.variables.exogenous) if problem.options.fixed_x else set()
    into_x = any(row.op == "~" and row.lhs in x for row in extended.rows)
    if not into_x or problem.estimator.discrepancy != "ML" or problem.table.is_conditional:
        return problem.information(states, steps, kind="expected")
    total = np.zeros((len(extended.theta),) * 2)
    for share, sample, s, state, step in zip(
        problem.moments.shares,
        problem.moments.groups,
        problem.structures,
        states,
        steps,
        strict=True,
    ):
        found = state.inverse
        if found is None:
            raise SemError("not_fitted")
        with_means = problem.table.has_means
        V = normal_weight(found[0], with_means=with_means)
        J = step.vech_jacobian()
        J = np.concatenate([step.dmu, J]) if with_means else J.copy()
        places = fixed_x_index(sample, problem.table, problem.options)
        J[moments_of_x(sample.p, places, with_means=with_means)] = 0.0
        total[np.ix_(s.parameters, s.parameters)] += share * (J.T @ V @ J)
    return total


def _standardized_change(result: SemResult, rows: list[Row], epc: Array, *, kind: str) -> Array:
    """Return the changes in standardized units; of a variance the estimate itself, signed."""
    change = epc.copy()
    estimates = row_estimates(result.problem, result.theta)
    for k, row in enumerate(rows):
        index = result.problem.table.position.get((row.lhs, row.op, row.rhs, row.group))
        if index is not None and row.op == "~~" and row.lhs == row.rhs:
            change[k] = np.sign(epc[k]) * abs(estimates[index])
    return change * scale_factors(result.problem, result.theta, rows, kind=kind)


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseTests:
    """Score tests of the equality constraints.

    Args:
        total: statistic of releasing all at once, its df and p.
        single: one row per constraint: ``first second statistic df p``; first and second are
            the parameters held equal, or the constraint's text.
    """

    total: tuple[float, float, float]
    single: pd.DataFrame


def release_tests(result: SemResult) -> ReleaseTests:
    """Return score tests of releasing equality constraints, all together and one by one.

    T = N g' J g with J the inverse expected information along the constraints that stay.
    """
    import pandas as pd

    inference = result.require_inference()
    problem = result.problem
    gradient = problem.gradient(inference.states, inference.steps)
    information = problem.information(inference.states, inference.steps, kind="expected")
    R, names = _constraint_rows(result)
    n = problem.moments.n
    total = n * float(gradient @ np.linalg.pinv(information, hermitian=True) @ gradient)
    statistics = n * _release_statistics(gradient, information, R)
    rows = [
        (*name, float(statistic), 1.0, chi2_upper(float(statistic), 1))
        for name, statistic in zip(names, statistics, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["first", "second", "statistic", "df", "p"])
    return ReleaseTests((total, float(len(R)), chi2_upper(total, len(R))), frame)


def _release_statistics(gradient: Array, information: Array, R: Array) -> Array:
    """Return g'Jg per case of releasing each row of R while the others stay.

    With multipliers lambda (g = R'lambda), it is lambda_k^2 / m_k, where m_k is the least
    d'Id of a direction with Rd = e_k. As c |Rd|^2 is constant there, I + c R'R may stand for an
    information that only the constraints make regular: m_k = [(R (I + R'R)^-1 R')^-1]_kk - 1
    in units where I has a unit diagonal. NaN where the release leaves no information.
    """
    diagonal = np.diagonal(information)
    unit = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    rows = R * unit
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    found = np.full(len(R), np.nan)
    stiff = information * unit[:, None] * unit + rows.T @ rows
    try:
        spread = rows @ np.linalg.solve(stiff, rows.T)
        least = np.diagonal(np.linalg.inv(spread)) - 1.0
        multipliers = np.linalg.solve(rows @ rows.T, rows @ (gradient * unit))
    except np.linalg.LinAlgError:
        return _release_one_by_one(gradient, information, R)
    if not np.isfinite(least).all() or np.linalg.cond(rows @ rows.T) > 1e10:
        return _release_one_by_one(gradient, information, R)
    known = least > 1e-9
    found[known] = multipliers[known] ** 2 / least[known]
    return found


def _release_one_by_one(gradient: Array, information: Array, R: Array) -> Array:
    """Return the same for constraints that depend on one another."""
    found = np.full(len(R), np.nan)
    for k in range(len(R)):
        others = np.delete(R, k, axis=0)
        J, _ = inverse_along(information, null_space(others) if len(others) else None)
        if J is not None:
            found[k] = gradient @ J @ gradient
    return found


def _constraint_rows(result: SemResult) -> tuple[Array, list[tuple[str, str]]]:
    from analysis.sem.syntax.expressions import write

    constraints, table = result.problem.constraints, result.problem.table
    rows = [constraints.linear_rows, constraints.equalities.jacobian(result.theta)]
    written = [c for c in table.constraints if c.op == "=="]
    names = [(write(c.left), write(c.right)) for c in written]
    for first, other in constraints.equal_rows:
        row = np.zeros(len(result.theta))
        row[first], row[other] = 1.0, -1.0
        rows.append(row[None])
        names.append((_row_name(table, first), _row_name(table, other)))
    return np.concatenate(rows), names


def _row_name(table: ParameterTable, position: int) -> str:
    row = table.rows[table.free[position]]
    return f"{row.lhs}{row.op}{row.rhs}@{row.group}"
