"""Reliability of factors from a fitted model, and HTMT from the sample.

Formulas as semTools::reliability, compRelSEM and AVE (0.5-6); omega: Raykov (2001), Bentler
(1972), McDonald (1999); HTMT: Henseler, Ringle and Sarstedt (2015), geometric means: Roemer,
Schuberth and Henseler (2021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.sem.errors import SemError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.model_matrices import GroupState, GroupStructure
    from analysis.sem.moments import Array, GroupMoments
    from analysis.sem.result import SemResult


def indicators_of(result: SemResult) -> dict[str, list[str]]:
    """Return the observed indicators of each latent variable that has some."""
    observed = set(result.observed)
    found: dict[str, list[str]] = {}
    for row in result.problem.table.of_group(1):
        if row.op == "=~" and row.rhs in observed:
            found.setdefault(row.lhs, []).append(row.rhs)
    return found


def reliability_table(result: SemResult) -> pd.DataFrame:
    """Return one row per factor (per group, with a second index level, for several groups).

    Columns ``alpha, omega`` (Raykov) ``, omega_bentler, omega_mcdonald,
    composite_reliability`` (observed variance in the denominator) ``, ave, cr_std, ave_std``
    (from standardized loadings).
    """
    import pandas as pd

    result.require_inference()
    if result.problem.moments.kind == "ordered":
        from analysis.sem.categorical.reliability import ordered_reliability

        return ordered_reliability(result)
    items = indicators_of(result)
    frames = []
    for g, state in enumerate(result.problem.states(result.theta)):
        structure, sample = result.problem.structures[g], result.problem.moments.groups[g]
        rows = {f: _one_factor(structure, state, sample, f, names) for f, names in items.items()}
        frames.append(pd.DataFrame(rows).T)
    if len(frames) == 1:
        return frames[0]
    return pd.concat(dict(zip(result.group_labels, frames, strict=True)))


def _one_factor(
    structure: GroupStructure,
    state: GroupState,
    sample: GroupMoments,
    factor: str,
    names: list[str],
) -> dict[str, float]:
    own = [structure.observed.index(name) for name in names]
    f = structure.variables.index(factor)
    loadings = state.A[own, f]
    variance = state.M[f, f]
    S, Sigma = sample.cov[np.ix_(own, own)], state.Sigma[np.ix_(own, own)]
    theta = state.S[np.ix_(own, own)]
    k = len(own)
    common = float(loadings.sum() ** 2 * variance)
    alpha = k / (k - 1) * (1 - np.trace(S) / S.sum()) if k > 1 else float("nan")
    communal = float((loadings**2).sum() * variance)
    standard = loadings * np.sqrt(max(variance, 0.0) / np.diagonal(Sigma))
    return {
        "alpha": float(alpha),
        "omega": common / (common + float(theta.sum())),
        "omega_bentler": common / float(Sigma.sum()),
        "omega_mcdonald": common / float(S.sum()),
        "composite_reliability": common / float(S.sum()),
        "ave": communal / (communal + float(np.trace(theta))),
        "cr_std": float(standard.sum() ** 2 / (standard.sum() ** 2 + (1 - standard**2).sum())),
        "ave_std": float((standard**2).mean()),
    }


def htmt(result: SemResult, means: str = "arithmetic") -> pd.DataFrame:
    """Return the heterotrait-monotrait ratios of the factors, 1 on the diagonal.

    ``means``: ``arithmetic`` (HTMT) or ``geometric`` (HTMT2). Correlations are those of the
    sample moments (polychoric for ordered items); absolute values, as in semTools.
    """
    import pandas as pd

    if means not in ("arithmetic", "geometric"):
        raise SemError(
            "unknown_choice", option="means", value=means, known=("arithmetic", "geometric")
        )
    sample = result.problem.moments.groups[0]
    sd = np.sqrt(np.diagonal(sample.cov))
    R = np.abs(sample.cov / np.outer(sd, sd))
    items = {
        f: [sample.names.index(n) for n in names] for f, names in indicators_of(result).items()
    }
    factors = list(items)
    within = {f: _average(_lower(R[np.ix_(own, own)]), means) for f, own in items.items()}
    values: Any = np.eye(len(factors))
    for i, a in enumerate(factors):
        for j, b in enumerate(factors[:i]):
            between = _average(R[np.ix_(items[a], items[b])].ravel(), means)
            values[i, j] = values[j, i] = between / np.sqrt(within[a] * within[b])
    return pd.DataFrame(values, index=factors, columns=factors)


def _lower(matrix: Array) -> Array:
    return matrix[np.tril_indices(len(matrix), -1)]


def _average(values: Array, means: str) -> float:
    if len(values) == 0:
        return float("nan")
    if means == "arithmetic":
        return float(values.mean())
    with np.errstate(divide="ignore"):
        return float(np.exp(np.log(values).mean()))
