"""Minimise the discrepancy: Fisher scoring far from the optimum, Newton near it.

Close to the end the last Hessian is kept and corrected by the steps taken since (BFGS). All
steps are invariant under a change of units of any variable or parameter, and convergence is
judged by the gradient in units of the information's diagonal, so scale decides nothing.
Nonlinear constraints are met by sequential quadratic programming on the same matrices.
Iterations and seconds are bounded.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.positive_definite import Factor, factorise
from analysis.sem.quadratic import solve_quadratic

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupState
    from analysis.sem.moments import Array
    from analysis.sem.problem import Problem
    from survey.progress import Progress

GRADIENT_GOAL = 1e-10
GRADIENT_ENOUGH = 1e-6
"""Largest scaled gradient (units of fx per standardized parameter): aimed at, and accepted."""
KEEP_CURVATURE, MOST_MOVES = 1e-3, 8
"""Scaled gradient below which the last Hessian is kept, and for how many steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where the optimiser stopped, and why.

    Args:
        scaled_gradient: largest |gradient| / sqrt(information diagonal) along the constraints.
        reason: ``converged``, ``iterations``, ``seconds``, ``stuck`` or ``boundary`` (the
            implied covariance stopped being positive definite).
    """

    theta: Array
    value: float
    iterations: int
    scaled_gradient: float
    reason: str
    worst: tuple[int, ...]
    """Free rows with the largest scaled gradients when not converged."""
    states: tuple[GroupState, ...] | None = None
    """The matrices at theta, where the model can be evaluated."""

    @property
    def has_converged(self) -> bool:
        """Return whether the gradient vanished."""
        return self.reason == "converged"


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    theta: Array
    states: tuple[GroupState, ...]
    value: float
    merit: float


class _Search:
    """One run of the optimiser: where it is, how it is damped, and the clock."""

    def __init__(self, problem: Problem, progress: Progress) -> None:
        self.problem = problem
        self.constraints = problem.constraints
        self.progress = progress
        self.penalty = 1.0
        self.damping, self.near, self.stale = 0.0, False, 0
        self.scaled, self.units = np.array([np.inf]), np.array([1.0])
        self.factor: Factor | None = None
        """Of the curvature at hand, when it is clearly positive definite."""
        self.is_exact = False
        """The factor is that of an observed Hessian."""
        self.moves: list[tuple[Array, Array]] = []
        """Steps (by alpha) and changes of the gradient since that Hessian."""
        self.last: tuple[Array, Array] | None = None
        """The last full step and the gradient before it."""
        self.here: _Point
        self.before: tuple[_Point, float] | None = None
        self.started = time.monotonic()

    def point(self, theta: Array) -> _Point | None:
        """Return the point at theta; None where the discrepancy does not exist."""
        try:
            states = self.problem.states(theta)
            value = self.problem.value(states)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(value):
            return None
        return _Point(theta, states, value, value + self.penalty * self.violation(theta))

    def violation(self, theta: Array) -> float:
        """Return how much the nonlinear constraints are violated."""
        if self.constraints.is_linear:
            return 0.0
        unequal = np.minimum(self.constraints.inequalities.value(theta), 0.0)
        return float(np.abs(self.constraints.equalities.value(theta)).sum() - unequal.sum())

    def is_late(self) -> bool:
        return time.monotonic() - self.started > self.problem.options.max_seconds

    def run(self, theta: Array) -> Optimum:
        """Return the optimum reached from ``theta``."""
        start = self.point(theta)
        if start is None:
            return Optimum(theta, float("nan"), 0, float("inf"), "boundary", ())
        self.here, reason, iteration = start, "iterations", 0
        for iteration in range(1, self.problem.options.max_iterations + 1):
            self.progress(min(iteration / 50, 0.99), "sem_fit")
            if self.is_late():
                reason = "seconds"
                break
            ended = self._iterate()
            if ended:
                reason = ended
                break
        return Optimum(
            theta=self.here.theta,
            value=self.here.value,
            iterations=iteration,
            scaled_gradient=float(self.scaled.max(initial=0.0)),
            reason=reason,
            worst=self._worst(self.scaled),
            states=self.here.states,
        )

    def _iterate(self) -> str:
        """Take one step; return why the search ends, or "" to go on."""
        here = self.here
        steps = self.problem.directions(here.states)
        gradient = self.constraints.reduce(self.problem.gradient(here.states, steps))
        if self.constraints.is_linear and self.near:  # no new curvature when already there
            ended = self._at_the_end(np.abs(gradient) / self.units)
            if ended:
                return ended
        if self._may_keep_curvature(gradient):
            step, self.scaled = self._secant_step(gradient), np.abs(gradient) / self.units
        else:
            H = self._curvature(here, steps, near=self.near)
            self.units = np.sqrt(np.maximum(np.diagonal(H), 1e-300))
            step, self.scaled = self._step(here.theta, gradient, H, self.damping)
        self.last = (step, gradient)
        size = float(self.scaled.max(initial=0.0))
        if size <= GRADIENT_GOAL and self.violation(here.theta) < 1e-9:
            return "converged"
        if self.near and size <= GRADIENT_ENOUGH and self.constraints.is_linear:
            there, decrease = self._unchecked(here, step), 0.0
            self.before = (here, size)
        else:
            there, decrease = self._line_search(here, step)
        if there is None:
            return self._without_progress(size)
        self.damping = self.damping / 10 if self.damping > 1e-8 else 0.0
        self.stale = 0
        self.near = decrease < 0.1 and size < 0.3
        self.here = there
        return ""

    def _at_the_end(self, scaled: Array) -> str:
        """Return "converged" when the gradient vanished, or no longer shrinks after a full step.

        Near the end values no longer tell points apart, so full Newton steps are judged by
        the gradient; the better of two points is kept.
        """
        size = float(scaled.max(initial=0.0))
        self.scaled = scaled
        if size <= GRADIENT_GOAL:
            return "converged"
        if self.before is None:
            return ""
        point, size_before = self.before
        self.before = None
        if size < 0.5 * size_before:
            return ""
        if size > size_before:
            self.here = point
        return "converged"

    def _unchecked(self, here: _Point, step: Array) -> _Point | None:
        """Return the point of a full step."""
        move = step if self.constraints.basis is None else self.constraints.basis @ step
        return self.point(here.theta + move)

    def _without_progress(self, size: float) -> str:
        """Damp the next step after a fruitless search; return why to give up, or ""."""
        self.is_exact, self.last = False, None
        if self.near:
            self.near, self.damping = False, max(self.damping, 1e-6)
            self.stale += 1
        elif self.damping < 1e4:
            self.damping = max(10 * self.damping, 1e-4)
            self.stale += 1
        else:
            self.stale += 1
        if size <= GRADIENT_ENOUGH:
            return "converged"
        return "stuck" if self.stale > 14 else ""

    def _worst(self, scaled: Array) -> tuple[int, ...]:
        basis = self.constraints.basis
        order = np.argsort(-scaled)[:3]
        if basis is None:
            return tuple(int(k) for k in order)
        return tuple(int(np.argmax(np.abs(basis[:, k]))) for k in order if k < basis.shape[1])

    def _curvature(self, here: _Point, steps: tuple[Directions, ...], *, near: bool) -> Array:
        """Return the observed Hessian when near and positive definite, else the expected."""
        for kind in ("observed", "scoring") if near else ("scoring",):
            information = self.problem.information(here.states, steps, kind=kind)
            H = self.constraints.reduce_matrix(information)
            self.factor, self.moves = factorise(H), []
            self.is_exact = kind == "observed"
            if self.factor is not None and self.factor.smallest > 1e-6:
                return H
        self.factor = None
        return H

    def _may_keep_curvature(self, gradient: Array) -> bool:
        """Return whether the last Hessian will do: close to the end, steps that pay."""
        if not (self.near and self.is_exact and self.last and self.constraints.is_linear):
            return False
        if self.factor is None or self.damping or len(self.moves) >= MOST_MOVES:
            return False
        step, before = self.last
        size, size_before = (
            float((np.abs(g) / self.units).max(initial=0.0)) for g in (gradient, before)
        )
        change = gradient - before
        if size > KEEP_CURVATURE or size > 0.2 * size_before or not step @ change > 0:
            return False
        self.moves.append((step, change))
        return True

    def _secant_step(self, gradient: Array) -> Array:
        """Return the step by the last Hessian, corrected by what the moves since have shown.

        The two loops of BFGS (Nocedal 1980) around the factor of the Hessian.
        """
        assert self.factor is not None
        direction, shares = gradient, []
        for step, change in reversed(self.moves):
            share = (step @ direction) / (step @ change)
            shares.append(share)
            direction = direction - share * change
        direction = self.factor.solve(direction)
        for (step, change), share in zip(self.moves, reversed(shares), strict=True):
            direction = direction + (share - (change @ direction) / (step @ change)) * step
        return -direction

    def _step(self, theta: Array, gradient: Array, H: Array, damping: float) -> tuple[Array, Array]:
        """Return the step in alpha and the scaled (Lagrangian) gradient."""
        scale = self.units
        g = gradient / scale
        if self.constraints.is_linear and self.factor is not None and not damping:
            return -self.factor.solve(gradient), np.abs(g)
        unit = H / scale[:, None] / scale
        if damping:
            unit = unit + damping * np.eye(len(H))
        if self.constraints.is_linear:
            return -_solve(unit, g) / scale, np.abs(g)
        reduce = self.constraints.reduce
        equal = self.constraints.equalities
        unequal = self.constraints.inequalities
        J = reduce(equal.jacobian(theta)) / scale
        K = reduce(unequal.jacobian(theta)) / scale
        solution = solve_quadratic(unit, g, J, equal.value(theta), K, unequal.value(theta))
        lagrangian = g - J.T @ solution.by_equalities - K.T @ solution.by_inequalities
        multipliers = np.concatenate([solution.by_equalities, solution.by_inequalities])
        self.penalty = max(self.penalty, 2 * float(np.abs(multipliers).max(initial=0.0)))
        return solution.step / scale, np.abs(lagrangian)

    def _line_search(self, here: _Point, step: Array) -> tuple[_Point | None, float]:
        """Return the first point along the step that improves, and the decrease."""
        move = step if self.constraints.basis is None else self.constraints.basis @ step
        merit = here.value + self.penalty * self.violation(here.theta)
        rounding = 4e-16 * (1 + abs(merit))
        length = 1.0
        for _ in range(30):
            there = self.point(here.theta + length * move)
            if there is not None:
                decrease = merit - there.merit
                if decrease > 0 or (
                    decrease > -rounding and length == 1.0 and self._is_flat(here, there)
                ):
                    return there, decrease
            length *= 0.5
        return None, 0.0

    def _is_flat(self, here: _Point, there: _Point) -> bool:
        """Return whether the gradient shrank though the value no longer tells them apart."""
        sizes = []
        for point in (here, there):
            steps = self.problem.directions(point.states)
            gradient = self.constraints.reduce(self.problem.gradient(point.states, steps))
            sizes.append(float(np.abs(gradient).max(initial=0.0)))
        return sizes[1] < 0.5 * sizes[0]


def _solve(H: Array, g: Array) -> Array:
    """Return H^-1 g; directions the matrix says nothing about are left alone."""
    try:
        root = np.linalg.cholesky(H)
        if np.diagonal(root).min(initial=1.0) > 1e-6:
            return np.asarray(np.linalg.solve(H, g))
    except np.linalg.LinAlgError:
        pass
    values, vectors = np.linalg.eigh(H)
    keep = values > 1e-9 * max(values.max(initial=0.0), 1e-300)
    part = vectors[:, keep]
    return np.asarray(part @ ((part.T @ g) / values[keep]))


def minimise(problem: Problem, theta: Array, progress: Progress) -> Optimum:
    """Return the minimum of the discrepancy reached from ``theta``."""
    start = problem.constraints.theta(problem.constraints.alpha(theta))
    return _Search(problem, progress).run(start)
