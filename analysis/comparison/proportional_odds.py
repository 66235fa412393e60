"""The proportional odds model by Newton steps."""

from dataclasses import dataclass

import numpy as np

from analysis.preparation.arrays import FloatArray, IntArray

MOST_STEPS = 60
TOLERANCE = 1e-10
FAR = 30.0
"""An estimate beyond this, per SD of its predictor: the outcome is predicted perfectly."""


@dataclass(frozen=True, slots=True, eq=False)
class ProportionalOdds:
    """Estimates of logit P(Y <= j) = cut_j - x b.

    Args:
        cuts: ascending; ``b``: per predictor, positive means higher answers.
        covariance: of (cuts, b).
    """

    cuts: FloatArray
    b: FloatArray
    covariance: FloatArray
    log_likelihood: float


def _pieces(
    theta: FloatArray, upper: FloatArray, lower: FloatArray, codes: IntArray, last: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return distribution functions at both borders, their densities, and the probability."""
    from scipy.special import expit

    above = np.where(codes == last, 1.0, expit(upper @ theta))
    below = np.where(codes == 0, 0.0, expit(lower @ theta))
    return above, below, above * (1 - above), below * (1 - below), above - below


def _borders(X: FloatArray, codes: IntArray, cuts: int) -> tuple[FloatArray, FloatArray]:
    """Return the rows that give each case's upper and lower border from (cuts, b)."""
    n, k = X.shape
    upper, lower = np.zeros((n, cuts + k)), np.zeros((n, cuts + k))
    upper[:, cuts:] = lower[:, cuts:] = -X
    has_upper, has_lower = codes < cuts, codes > 0
    upper[has_upper, codes[has_upper]] = 1.0
    lower[has_lower, codes[has_lower] - 1] = 1.0
    upper[~has_upper] = 0.0
    lower[~has_lower] = 0.0
    return upper, lower


def fit_proportional_odds(X: FloatArray, codes: IntArray) -> ProportionalOdds | None:
    """Return the maximum likelihood estimates, None where no finite ones exist.

    The log-likelihood is concave (Pratt 1981), so Newton steps, halved where they overshoot,
    end at its maximum. Columns are standardized meanwhile; their units decide nothing.

    Args:
        X: n x k, without intercept, no constant column.
        codes: 0, 1, ... each category present.

    Reference: McCullagh (1980). Checked against MASS::polr.
    """
    mean, sd = X.mean(axis=0), X.std(axis=0)
    counts = np.bincount(codes)
    last = len(counts) - 1
    shares = np.cumsum(counts)[:-1] / len(codes)
    upper, lower = _borders((X - mean) / sd, codes, last)
    theta = np.append(np.log(shares / (1 - shares)), np.zeros(X.shape[1]))
    value = -np.inf
    step = np.zeros_like(theta)
    for _ in range(MOST_STEPS):
        trial = theta + step
        above, below, dense_above, dense_below, p = _pieces(trial, upper, lower, codes, last)
        new = float(np.log(p).sum()) if np.all(p > 0) else -np.inf
        if new < value:
            step = step / 2
            if np.abs(step).max() < TOLERANCE:
                break
            continue
        theta, value = trial, new
        if np.abs(theta).max() > FAR:
            return None
        a, c = dense_above / p, -dense_below / p
        gradient = upper.T @ a + lower.T @ c
        uu = dense_above * (1 - 2 * above) / p - a**2
        ll = -dense_below * (1 - 2 * below) / p - c**2
        mixed = (upper * (-a * c)[:, None]).T @ lower
        information = -(
            (upper * uu[:, None]).T @ upper + (lower * ll[:, None]).T @ lower + mixed + mixed.T
        )
        if np.linalg.eigvalsh(information)[0] <= 1e-10:
            return None
        step = np.linalg.solve(information, gradient)
        if np.abs(step).max() < TOLERANCE:
            break
    back = np.eye(len(theta))
    back[:last, last:] = mean / sd
    back[last:, last:] = np.diag(1 / sd)
    raw, covariance = back @ theta, back @ np.linalg.inv(information) @ back.T
    return ProportionalOdds(raw[:last], raw[last:], covariance, value)
