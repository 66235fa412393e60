"""Whether a solution may be used: converged, identified, admissible, enough cases.

Every doubt is a finding that names the parameters or variables concerned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.findings import Finding, Severity, finding
from analysis.sem.positive_definite import factorise

if TYPE_CHECKING:
    from analysis.sem.inference import Inference
    from analysis.sem.model_matrices import GroupState
    from analysis.sem.moments import Array, IndexArray
    from analysis.sem.optimise import Optimum
    from analysis.sem.problem import Problem

NEGATIVE = -1e-9
"""Smallest eigenvalue of a correlation-scaled covariance matrix that still counts as not
negative; fixed zero variances give exactly 0."""


@dataclass(frozen=True, slots=True)
class SemStatus:
    """What may be said of a solution.

    Args:
        converged: the scaled gradient vanished.
        identified: the information has full rank along the constraints.
        admissible: no negative variance, no correlation beyond 1, covariance matrices of
            latent variables and of residuals positive (semi)definite.
        enough_cases: more cases than parameters in every group, as a bare minimum.
    """

    converged: bool
    identified: bool
    admissible: bool
    enough_cases: bool
    findings: tuple[Finding, ...]

    @property
    def is_usable(self) -> bool:
        """Return whether the numbers may be interpreted at all."""
        return self.converged and self.identified and self.admissible

    def __str__(self) -> str:
        return "\n".join(item.describe() for item in self.findings)


def judge(problem: Problem, optimum: Optimum, inference: Inference | None) -> SemStatus:
    """Return the status of a solution."""
    findings: list[Finding] = []
    if not optimum.has_converged:
        names = _row_names(problem, optimum.worst)
        findings.append(
            finding(
                "sem_not_converged",
                Severity.BLOCK,
                *names,
                iterations=optimum.iterations,
                gradient=optimum.scaled_gradient,
            )
        )
    identified = inference is not None and inference.is_identified
    if inference is not None and not identified:
        names = _row_names(problem, inference.unidentified)
        findings.append(finding("sem_not_identified", Severity.BLOCK, *names))
    states = optimum.states or problem.states(optimum.theta)
    trouble = _inadmissible(problem, states)
    findings += trouble
    enough = problem.moments.n > problem.constraints.n_parameters
    if not enough:
        findings.append(
            finding(
                "sem_few_cases",
                Severity.CAUTION,
                n=int(problem.moments.n),
                parameters=problem.constraints.n_parameters,
            )
        )
    findings += problem.moments.findings
    blocked = any(f.severity is Severity.BLOCK for f in problem.moments.findings)
    has_converged = optimum.has_converged and not blocked
    return SemStatus(has_converged, identified, not trouble, enough, tuple(findings))


def _row_names(problem: Problem, positions: tuple[int, ...]) -> tuple[str, ...]:
    rows = [problem.table.rows[problem.table.free[k]] for k in positions[:12]]
    return tuple(row_title(problem, row.lhs, row.op, row.rhs, row.group) for row in rows)


def row_title(problem: Problem, lhs: str, op: str, rhs: str, group: int) -> str:
    """Return a parameter as a reader knows it, with its group where there are several."""
    text = f"{lhs} {op} {rhs}".strip()
    if len(problem.moments.groups) > 1:
        text += f" [{problem.moments.groups[group - 1].label}]"
    return text


def _inadmissible(problem: Problem, states: tuple[GroupState, ...]) -> list[Finding]:
    findings: list[Finding] = []
    for g, state in enumerate(states):
        s = problem.structures[g]
        p = s.p
        label = problem.moments.groups[g].label
        variances = np.diagonal(state.S)
        scale = np.maximum(np.abs(np.diagonal(state.M)), np.abs(variances))
        below = np.flatnonzero(variances < NEGATIVE * np.maximum(scale, 1e-300))
        negative = [s.variables[k] for k in below]
        if negative:
            findings.append(_named("sem_negative_variance", negative, label))
        latent = np.arange(p, len(s.variables))
        beyond = _beyond_one(state.M, latent, s.variables)
        if beyond:
            findings.append(_named("sem_correlation_beyond_one", beyond, label))
        for matrix, chosen, code in (
            (state.M, latent, "sem_latent_not_positive"),
            (state.S, np.arange(p), "sem_residual_not_positive"),
        ):
            if not negative and not beyond and not _is_semidefinite(matrix[np.ix_(chosen, chosen)]):
                findings.append(_named(code, [s.variables[k] for k in chosen], label))
    return findings


def _named(code: str, names: list[str], label: str) -> Finding:
    where = f" [{label}]" if label else ""
    return finding(code, Severity.BLOCK, *(name + where for name in names[:12]))


def _beyond_one(M: Array, chosen: IndexArray, names: tuple[str, ...]) -> list[str]:
    own = M[chosen][:, chosen]
    variances = np.maximum(np.diagonal(own), 0.0)
    bound = variances[:, None] * variances
    beyond = np.tril((bound > 0) & (own**2 > bound * (1 + 1e-9)), -1)
    return [f"{names[chosen[j]]} ~~ {names[chosen[i]]}" for i, j in np.argwhere(beyond)]


def _is_semidefinite(matrix: Array) -> bool:
    if factorise(matrix) is not None:
        return True
    variances = np.diagonal(matrix)
    own = np.flatnonzero(variances > 0)
    if len(own) == 0:
        return True
    scale = np.sqrt(variances[own])
    unit = matrix[np.ix_(own, own)] / np.outer(scale, scale)
    return bool(np.linalg.eigvalsh(unit)[0] > NEGATIVE)
