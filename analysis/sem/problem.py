"""A model with its data: what the optimiser and all inference work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.dispatch import build_discrepancies
from analysis.sem.model_matrices import directions, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.sem.constraints import Constraints
    from analysis.sem.discrepancy import Discrepancy
    from analysis.sem.model_matrices import Directions, GroupState, GroupStructure
    from analysis.sem.moments import Array, SampleMoments
    from analysis.sem.options import Estimator, SemOptions
    from analysis.sem.parameter_table import ParameterTable


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Everything that defines the function to be minimised over theta.

    theta has one entry per free row of the table; ``constraints`` say which thetas are
    allowed. ``discrepancies``, one per group, follow from the rest: they are made here and
    nobody keeps them, so a problem read back from a project is whole.
    """

    table: ParameterTable
    options: SemOptions
    estimator: Estimator
    moments: SampleMoments
    structures: tuple[GroupStructure, ...]
    constraints: Constraints
    discrepancies: tuple[Discrepancy, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Make the discrepancies; SemError where the moments do not carry the estimator."""
        made = build_discrepancies(self.table, self.moments, self.options, self.estimator)
        object.__setattr__(self, "discrepancies", made)

    def states(self, theta: Array) -> tuple[GroupState, ...]:
        """Return the matrices of every group; LinAlgError when I - A is singular."""
        return tuple(evaluate(structure, theta) for structure in self.structures)

    def directions(self, states: tuple[GroupState, ...]) -> tuple[Directions, ...]:
        """Return the derivatives of every group."""
        return tuple(directions(s, state) for s, state in zip(self.structures, states, strict=True))

    def value(self, states: tuple[GroupState, ...]) -> float:
        """Return fx, the share-weighted half discrepancy."""
        return float(
            sum(
                share * fx
                for share, fx in zip(self.moments.shares, self.values(states), strict=True)
            )
        )

    def values(self, states: tuple[GroupState, ...]) -> tuple[float, ...]:
        """Return fx of each group."""
        return tuple(
            discrepancy.value(structure, state)
            for discrepancy, structure, state in zip(
                self.discrepancies, self.structures, states, strict=True
            )
        )

    def gradient(self, states: tuple[GroupState, ...], steps: tuple[Directions, ...]) -> Array:
        """Return d fx / d theta."""
        total = np.zeros(self.constraints.n_free)
        for share, d, s, state, step in zip(
            self.moments.shares, self.discrepancies, self.structures, states, steps, strict=True
        ):
            total[s.parameters] += share * d.gradient(s, state, step)
        return total

    def information(
        self,
        states: tuple[GroupState, ...],
        steps: tuple[Directions, ...],
        *,
        kind: str,
    ) -> Array:
        """Return the information per case, (q, q).

        ``expected``, ``observed``, or ``scoring``: the expected one or a cheaper stand-in that
        is good enough to step by.
        """
        q = self.constraints.n_free
        if len(self.structures) == 1 and len(self.structures[0].parameters) == q:
            d, s = self.discrepancies[0], self.structures[0]
            return _method(d, kind)(s, states[0], steps[0])
        total = np.zeros((q, q))
        for share, d, s, state, step in zip(
            self.moments.shares, self.discrepancies, self.structures, states, steps, strict=True
        ):
            part = _method(d, kind)(s, state, step)
            total[np.ix_(s.parameters, s.parameters)] += share * part
        return total

    @property
    def is_unbiased_n(self) -> bool:
        """Return whether n - 1 takes the place of n (least squares and Wishart)."""
        return not self.estimator.is_likelihood or self.options.likelihood == "wishart"

    @property
    def n_effective(self) -> float:
        """N of standard errors and RMSEA: cases, less one per group with divisor n - 1."""
        lost = len(self.moments.groups) if self.is_unbiased_n else 0
        return self.moments.n - lost


def _method(discrepancy: Discrepancy, kind: str) -> Callable[..., Array]:
    """Return the method of a discrepancy that gives this kind of information."""
    if kind == "scoring":
        found: Callable[..., Array] = getattr(discrepancy, "scoring", discrepancy.expected)
        return found
    return discrepancy.expected if kind == "expected" else discrepancy.observed
