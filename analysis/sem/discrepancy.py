"""What an estimator minimises, seen from the optimiser and from inference.

Every estimator is one :class:`Discrepancy` per group. All quantities are **per case**, on
lavaan's scale fx = F / 2, so that chi-square = 2 N fx and the information per case is the
second derivative of fx. Groups are weighted by their share of the cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupState, GroupStructure
    from analysis.sem.moments import Array


class Discrepancy(Protocol):
    """One group's half discrepancy fx_g and its derivatives by the group's parameters."""

    def value(self, structure: GroupStructure, state: GroupState) -> float:
        """Return fx_g; infinity where the implied moments are not admissible."""
        ...

    def gradient(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return d fx_g / d parameters, (q_g,)."""
        ...

    def expected(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return the expected information per case (Gauss-Newton matrix), (q_g, q_g)."""
        ...

    def observed(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return the Hessian of fx_g, (q_g, q_g)."""
        ...


class Likelihood(Discrepancy, Protocol):
    """A discrepancy that is a log-likelihood: it has scores of single cases."""

    def case_scores(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return d loglik_i / d parameters, (n_g, q_g), unweighted."""
        ...

    def log_likelihood(self, structure: GroupStructure, state: GroupState) -> float:
        """Return the log-likelihood of the group's cases, constants included."""
        ...

    def unrestricted_log_likelihood(self) -> float:
        """Return the log-likelihood of the unrestricted model for the same cases."""
        ...
