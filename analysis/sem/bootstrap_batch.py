"""Many maximum likelihood fits at once: the same model on a stack of sample moments.

All draws of a slice are fitted together with stacked matrix products. Each starts at the
full-sample estimate; the first step uses the information at that estimate, the next ones each
draw's own information, renewed only where the gradient does not shrink fast. Draws that do
not settle are left to the single-fit optimiser by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.model_matrices import directions, evaluate

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupStructure
    from analysis.sem.moments import Array, IndexArray, Mask
    from analysis.sem.problem import Problem

ENOUGH = 1e-6
"""Largest scaled gradient of a settled draw."""
MOST_STEPS = 40
SLOW = 0.3
"""A draw whose gradient shrinks less than this in one step gets its own information anew."""
LONGEST = 0.5
"""Longest step of any parameter, in units in which its information is 1."""


@dataclass(frozen=True, slots=True, eq=False)
class MomentStack:
    """Moments of one group for B draws: cov (B, p, p), mean (B, p)."""

    cov: Array
    mean: Array


@dataclass(frozen=True, slots=True, eq=False)
class BatchFit:
    """Estimates (B, q), half discrepancies (B,) and which draws settled."""

    theta: Array
    value: Array
    settled: Mask


def can_batch(problem: Problem) -> bool:
    """Return whether the stacked fit knows this model: complete-data ML, linear constraints."""
    return (
        problem.estimator.discrepancy == "ML"
        and problem.constraints.is_linear
        and not problem.table.is_conditional
    )


def fit_stack(
    problem: Problem,
    theta: Array,
    stacks: tuple[MomentStack, ...],
    *,
    tick: Callable[[], None] = lambda: None,
) -> BatchFit:
    """Fit the model to every draw, starting all at ``theta``; ``tick`` is called every step."""
    count = len(stacks[0].cov)
    structures = tuple(_with_x(problem, g, stack) for g, stack in enumerate(stacks))
    basis = problem.constraints.basis
    thetas = np.tile(theta, (count, 1))
    settled, lost = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    inverses, scales = _shared_inverse(problem, theta, count)
    before = np.full(count, np.inf)
    for step in range(MOST_STEPS):
        tick()
        open_ = np.flatnonzero(~settled & ~lost)
        if len(open_) == 0:
            break
        found = _gradients(problem, _slice(structures, stacks, open_), thetas[open_])
        g = found.gradient if basis is None else found.gradient @ basis
        sizes = np.where(found.is_regular, np.abs(g / scales[open_]).max(axis=1), np.inf)
        settled[open_[sizes <= ENOUGH]] = True
        lost[open_[~np.isfinite(sizes)]] = True
        slow = np.flatnonzero(
            np.isfinite(sizes) & (sizes > ENOUGH) & (sizes > SLOW * before[open_])
        )
        if step == 1:
            slow = np.flatnonzero(np.isfinite(sizes) & (sizes > ENOUGH))
        if step > 0 and len(slow):
            inverses[open_[slow]], scales[open_[slow]] = _own_inverses(problem, found, slow)
        before[open_] = sizes
        move = -(inverses[open_] @ g[:, :, None])[:, :, 0]
        move[~np.isfinite(sizes) | (sizes <= ENOUGH)] = 0.0
        longest = np.abs(move * scales[open_]).max(axis=1, initial=0.0)
        move *= np.minimum(1.0, LONGEST / np.maximum(longest, LONGEST))[:, None]
        thetas[open_] += move if basis is None else move @ basis.T
    value = _values(problem, structures, stacks, thetas)
    return BatchFit(thetas, value, settled & np.isfinite(value))


def _with_x(problem: Problem, g: int, stack: MomentStack) -> GroupStructure:
    """Return the structure with the moments of fixed x of every draw in their places."""
    structure = problem.structures[g]
    names = structure.observed
    rows = [r for r in problem.table.of_group(g + 1) if r.is_exogenous and not r.is_free]
    if not rows:
        return structure
    S = np.tile(structure.S, (len(stack.cov), 1, 1))
    m = np.tile(structure.m, (len(stack.cov), 1))
    for row in rows:
        i = names.index(row.lhs)
        if row.op == "~1":
            m[:, i] = stack.mean[:, i]
        elif row.op == "~~":
            j = names.index(row.rhs)
            S[:, i, j] = S[:, j, i] = stack.cov[:, i, j]
    return replace(structure, S=S, m=m)


def _slice(
    structures: tuple[GroupStructure, ...], stacks: tuple[MomentStack, ...], rows: IndexArray
) -> list[tuple[GroupStructure, MomentStack]]:
    found = []
    for structure, stack in zip(structures, stacks, strict=True):
        own = structure
        if structure.S.ndim == 3:
            own = replace(structure, S=structure.S[rows], m=structure.m[rows])
        found.append((own, MomentStack(stack.cov[rows], stack.mean[rows])))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Gradients:
    gradient: Array
    is_regular: Mask
    parts: list[tuple[GroupStructure, Directions, Array]]


def _gradients(
    problem: Problem, here: list[tuple[GroupStructure, MomentStack]], thetas: Array
) -> _Gradients:
    total = np.zeros((len(thetas), problem.constraints.n_free))
    regular = np.ones(len(thetas), dtype=bool)
    parts = []
    for share, (structure, stack) in zip(problem.moments.shares, here, strict=True):
        state = evaluate(structure, thetas)
        steps = directions(structure, state)
        W, is_regular = _inverses(state.Sigma)
        regular &= is_regular
        Q = W - W @ stack.cov @ W
        Wd = None
        if problem.table.has_means:
            Wd = np.einsum("bij,bj->bi", W, stack.mean - state.mu)
            Q = Q - Wd[:, :, None] * Wd[:, None, :]
        gradient = np.einsum("bia,bia->ba", steps.U, Q @ steps.V)
        if Wd is not None:
            gradient -= np.einsum("bi,bia->ba", Wd, steps.dmu)
        total[:, structure.parameters] += share * gradient
        parts.append((structure, steps, W))
    return _Gradients(total, regular, parts)


def _inverses(sigma: Array) -> tuple[Array, Mask]:
    """Return inverses and which matrices are positive definite."""
    variances = np.diagonal(sigma, axis1=-2, axis2=-1)
    good: Mask = np.all(variances > 0, axis=1) & np.all(np.isfinite(sigma), axis=(1, 2))
    safe = sigma if good.all() else np.where(good[:, None, None], sigma, np.eye(sigma.shape[-1]))
    try:
        np.linalg.cholesky(safe)
    except np.linalg.LinAlgError:
        smallest = np.linalg.eigvalsh(safe)[:, 0]
        good &= smallest > 0
        safe = np.where(good[:, None, None], safe, np.eye(sigma.shape[-1]))
    return np.asarray(np.linalg.inv(safe)), good


def _shared_inverse(problem: Problem, theta: Array, count: int) -> tuple[Array, Array]:
    """Return the inverse information at the full-sample estimate and its scale, per draw."""
    states = problem.states(theta)
    information = problem.information(states, problem.directions(states), kind="expected")
    H = problem.constraints.reduce_matrix(information)
    scale = np.sqrt(np.maximum(np.diagonal(H), 1e-300))
    inverse = np.linalg.pinv(H / scale[:, None] / scale, hermitian=True) / scale[:, None] / scale
    return np.tile(inverse, (count, 1, 1)), np.tile(scale, (count, 1))


def _own_inverses(problem: Problem, found: _Gradients, chosen: IndexArray) -> tuple[Array, Array]:
    """Return the chosen draws' inverse expected information along the constraints, and scales."""
    q = problem.constraints.n_free
    count = len(chosen)
    total = np.zeros((count, q, q))
    for share, (structure, steps, inverse) in zip(problem.moments.shares, found.parts, strict=True):
        W, U, V = inverse[chosen], steps.U[chosen], steps.V[chosen]
        WU, WV = W @ U, W @ V
        Ut, Vt = np.swapaxes(U, 1, 2), np.swapaxes(V, 1, 2)
        mixed = Ut @ WV
        information = (Ut @ WU) * (Vt @ WV) + mixed * np.swapaxes(mixed, 1, 2)
        if problem.table.has_means:
            dmu = steps.dmu[chosen]
            information += np.swapaxes(dmu, 1, 2) @ W @ dmu
        own = structure.parameters
        if len(own) == q and len(found.parts) == 1:
            total = share * information
        else:
            total[np.ix_(np.arange(count), own, own)] += share * information
    basis = problem.constraints.basis
    H = total if basis is None else basis.T @ total @ basis
    scale = np.sqrt(np.maximum(np.diagonal(H, axis1=1, axis2=2), 1e-300))
    unit = H / scale[:, :, None] / scale[:, None, :]
    bad = ~np.isfinite(unit).all(axis=(1, 2))
    unit[bad] = np.eye(unit.shape[-1])
    try:
        unit_inverse = np.linalg.inv(unit)
    except np.linalg.LinAlgError:
        unit_inverse = np.linalg.pinv(unit, hermitian=True)
    return unit_inverse / scale[:, :, None] / scale[:, None, :], scale


def _values(
    problem: Problem,
    structures: tuple[GroupStructure, ...],
    stacks: tuple[MomentStack, ...],
    thetas: Array,
) -> Array:
    """Return fx of every draw, infinite where it does not exist."""
    total = np.zeros(len(thetas))
    for share, structure, stack in zip(problem.moments.shares, structures, stacks, strict=True):
        state = evaluate(structure, thetas)
        W, is_regular = _inverses(state.Sigma)
        sign, log_det = np.linalg.slogdet(state.Sigma)
        _, log_det_sample = np.linalg.slogdet(stack.cov)
        fx = log_det - log_det_sample - structure.p + np.einsum("bij,bji->b", W, stack.cov)
        if problem.table.has_means:
            d = stack.mean - state.mu
            fx += np.einsum("bi,bij,bj->b", d, W, d)
        total += share * 0.5 * np.where(is_regular & (sign > 0), fx, np.inf)
    return total
