"""Full information maximum likelihood for incomplete data, one group.

fx = (logl of the unrestricted moments - logl of the model) / n, so that the chi-square is
2 n fx. Likelihood, gradient and information come from the missing-data patterns
(analysis.sem.missing_moments); the model adds the chain rule.

Source: Arbuckle (1996); Savalei (2010) on the information. Checked against lavaan 0.6-14 and
numeric derivatives (tests/analysis/sem/test_missing_moments.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from analysis.findings import Finding, Severity, finding
from analysis.sem.data_input import CaseData, dropped_finding, read_cases
from analysis.sem.errors import SemError
from analysis.sem.missing_directions import information_along
from analysis.sem.missing_em import em_moments
from analysis.sem.missing_information import case_deviations, pattern_inverses
from analysis.sem.missing_moments import (
    MissingPatterns,
    PatternState,
    find_patterns,
    likelihood_at,
    log_likelihood,
    pattern_state,
    summed_inverse,
    value_at,
)
from analysis.sem.model_matrices import second_order
from analysis.sem.moments import GroupMoments, SampleMoments
from analysis.sem.normal_theory import normal_information
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from analysis.sem.model_matrices import Directions, GroupState, GroupStructure
    from analysis.sem.moments import Array
    from analysis.sem.options import SemOptions
    from analysis.sem.parameter_table import Variables


@dataclass(frozen=True, eq=False)
class Fiml:
    """Discrepancy of one group with missing values; ``unrestricted`` is the H1 logl."""

    moments: GroupMoments
    unrestricted: float

    @cached_property
    def patterns(self) -> MissingPatterns:
        """The missing-data patterns of the group."""
        return self.moments.require_patterns()

    def _at(self, state: GroupState) -> PatternState:
        found = _known(self.patterns, state)
        if found is None:
            raise np.linalg.LinAlgError("implied covariance is not positive definite")
        return found

    def value(self, structure: GroupStructure, state: GroupState) -> float:
        """Return fx; infinity when Sigma is not positive definite."""
        found = self.log_likelihood(structure, state)
        return (self.unrestricted - found) / self.patterns.n

    def log_likelihood(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,
    ) -> float:
        """Return the log-likelihood of the answers, constants included."""
        known = _known(self.patterns, state)
        return -np.inf if known is None else value_at(self.patterns, known)

    def unrestricted_log_likelihood(self) -> float:
        """Return the log-likelihood at the EM moments."""
        return self.unrestricted

    def gradient(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,
        directions: Directions,
    ) -> Array:
        """Return -(2 u'Gv + dmu'g) / n with G, g the derivatives of the log-likelihood."""
        slopes = likelihood_at(self.patterns, self._at(state))
        by_cov = 2.0 * np.einsum("ia,ia->a", directions.U, slopes.cov @ directions.V)
        return np.asarray(-(by_cov + slopes.mean @ directions.dmu) / self.patterns.n)

    def expected(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,
        directions: Directions,
    ) -> Array:
        """Return the expected information per case, given the patterns."""
        known = self._at(state)
        return information_along(self.patterns, known, directions, observed=False) / self.patterns.n

    def scoring(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,
        directions: Directions,
    ) -> Array:
        """Return a cheap stand-in for the expected information: all cases see the mean of P_r."""
        known = self._at(state)
        W = summed_inverse(self.patterns, known) / self.patterns.n
        return normal_information(W, directions, with_means=True)

    def observed(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return the Hessian of fx in closed form."""
        n = self.patterns.n
        known = self._at(state)
        slopes = likelihood_at(self.patterns, known)
        H = information_along(self.patterns, known, directions, observed=True) / n
        return H + second_order(structure, state, -slopes.cov / n, -slopes.mean / n)

    def case_scores(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,
        directions: Directions,
    ) -> Array:
        """Return (z'u_a)(z'v_a) - u_a' P_r v_a + dmu_a' z for each case, z = P_r (y - mu)."""
        if self.moments.data is None:
            raise np.linalg.LinAlgError("case scores need raw data")
        patterns = self.patterns
        inverses = pattern_inverses(patterns, self._at(state))
        z = case_deviations(patterns, self.moments.data, state.mu, inverses)
        U, V = directions.U, directions.V
        traces = np.einsum("ia,ria->ra", U, inverses @ V)
        return np.asarray((z @ U) * (z @ V) - traces[patterns.case_pattern] + z @ directions.dmu)


@lru_cache(maxsize=8)
def _known(patterns: MissingPatterns, state: GroupState) -> PatternState | None:
    """Return what a state implies, kept for the last few; None when not positive definite."""
    try:
        return pattern_state(patterns, state.mu, state.Sigma)
    except np.linalg.LinAlgError:
        return None


def fiml_discrepancy(group: GroupMoments) -> Fiml:
    """Return the discrepancy of one group from its EM moments."""
    return Fiml(group, log_likelihood(group.require_patterns(), group.mean, group.cov))


def missing_sample_moments(
    data: pd.DataFrame, variables: Variables, options: SemOptions, *, progress: Progress = silent
) -> SampleMoments:
    """Return the unrestricted moments of incomplete data; cases without fixed x are left out.

    Raises:
        SemError: unknown or constant variables, or too few cases, by name.
    """
    needed = variables.exogenous if options.fixed_x else ()
    cases = read_cases(data, variables.observed, options, complete=needed)
    return missing_moments(cases, progress)


def missing_moments(cases: CaseData, progress: Progress = silent) -> SampleMoments:
    """Return the unrestricted moments of incomplete continuous cases, by EM.

    Raises:
        SemError: constant variables, or too few cases, by name.
    """
    groups: list[GroupMoments] = []
    findings: list[Finding] = list(dropped_finding(cases))
    for index, group in enumerate(cases.groups):
        patterns = find_patterns(group.values, group.weights)
        _check(patterns, cases.names, group.label)
        count = len(cases.groups)
        moments = em_moments(patterns, part_of(progress, index / count, (index + 1) / count))
        findings += _findings(patterns, cases.names, group.label, has_converged=moments.converged)
        groups.append(
            GroupMoments(
                label=group.label,
                n=patterns.n,
                names=cases.names,
                cov=moments.cov,
                mean=moments.mean,
                data=group.values,
                cases=group.cases,
                weights=group.weights,
                clusters=group.clusters,
                divisor=patterns.n,
                patterns=patterns,
            )
        )
    return SampleMoments(tuple(groups), "missing", cases.dropped, tuple(findings))


def _check(patterns: MissingPatterns, names: tuple[str, ...], label: str) -> None:
    if patterns.n < 2:
        raise SemError("too_few_cases", n=int(patterns.n), variables=len(names), group=label)
    seen = patterns.mask[patterns.row_pattern]
    values = np.where(seen & (patterns.shift[:, None] > 0), patterns.values, np.nan)
    unseen = ~seen.any(axis=0)
    if unseen.any():
        raise SemError("all_missing", names=tuple(np.array(names)[unseen]))
    spread = np.nanmax(values, axis=0) - np.nanmin(values, axis=0)
    scatter = np.abs(patterns.values * (patterns.shift[:, None] == 0)).max(axis=0)
    constant = (spread == 0) & (scatter == 0)
    if constant.any():
        raise SemError("constant_columns", names=tuple(np.array(names)[constant]), group=label)


def _findings(
    patterns: MissingPatterns, names: tuple[str, ...], label: str, *, has_converged: bool
) -> Iterator[Finding]:
    """Yield what to know about the missing values of one group."""
    place = f" [{label}]" if label else ""
    coverage = patterns.coverage
    lower = np.tril_indices(len(names), -1)
    never = np.flatnonzero(coverage[lower] == 0)
    if len(never):
        pairs = [f"{names[lower[1][k]]} ~~ {names[lower[0][k]]}" for k in never]
        yield finding("sem_never_together", Severity.CAUTION, *(f"{p}{place}" for p in pairs))
    if not has_converged:
        yield finding("sem_em_unconverged", Severity.BLOCK, *(f"{n}{place}" for n in names))
