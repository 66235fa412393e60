"""Sheets far from all others in many items at once: Mahalanobis distance."""

from dataclasses import dataclass

import numpy as np

from analysis.preparation.arrays import BoolArray, FloatArray

ROWS_PER_VARIABLE = 5
"""Fewer rows per variable: the covariance matrix would be chance."""

MIN_ROWS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """Squared Mahalanobis distances.

    Args:
        squared: one per respondent, NaN where not computed.
        p: upper tail of the chi-square with as many degrees of freedom as variables answered.
        variables: ``items``, ``scores`` where the sample is too small for items, "" for none.
    """

    squared: FloatArray
    p: FloatArray
    variables: str


def mahalanobis(items: FloatArray, scores: FloatArray) -> Distances:
    """Return the distances over the items, or over construct scores in smaller samples.

    D² = (x - m)' S⁻¹ (x - m) with mean and covariance (n - 1) of the complete rows; for rows
    with gaps over the answered variables with their part of m and S. At least 5 complete rows
    per variable and 30 in all are needed. Meade & Craig (2012, doi 10.1037/a0028085).

    Args:
        items: respondents x items, NaN where missing or not shown; constant items do not count.
        scores: the same respondents x constructs.
    """
    for name, values in (("items", items), ("scores", scores)):
        found = _distances(values)
        if found is not None:
            return Distances(*found, name)
    nothing = np.full(len(items), np.nan)
    return Distances(nothing, nothing, "")


def _distances(values: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    from scipy.special import gammaincc

    known = np.isfinite(values)
    complete = values[known.all(axis=1)]
    if len(complete) < MIN_ROWS:
        return None
    varies = complete.std(axis=0) > 0
    complete, values, known = complete[:, varies], values[:, varies], known[:, varies]
    k = complete.shape[1]
    if k < 2 or len(complete) < ROWS_PER_VARIABLE * k:
        return None
    mean, cov = complete.mean(axis=0), np.cov(complete, rowvar=False)
    if np.linalg.eigvalsh(cov)[0] <= 1e-10 * np.trace(cov):
        return None
    squared = _with_gaps(np.where(known, values - mean, 0.0), known, np.linalg.inv(cov))
    p = np.where(np.isfinite(squared), gammaincc(known.sum(axis=1) / 2, squared / 2), np.nan)
    return squared, np.asarray(p)


def _with_gaps(apart: FloatArray, known: BoolArray, inverse: FloatArray) -> FloatArray:
    """Return x_o' S_oo⁻¹ x_o of each row, o being its answered variables; NaN for none.

    From P = S⁻¹ of all variables, m being the missing ones: S_oo⁻¹ = P_oo - P_om P_mm⁻¹ P_mo.

    Args:
        apart: distances from the mean, 0 where missing.
    """
    pulled = apart @ inverse
    squared = (pulled * apart).sum(axis=1)
    for row in np.flatnonzero(~known.all(axis=1)):
        gap = ~known[row]
        pull = pulled[row, gap]
        squared[row] -= pull @ np.linalg.solve(inverse[np.ix_(gap, gap)], pull)
    squared[~known.any(axis=1)] = np.nan
    return np.asarray(squared)
