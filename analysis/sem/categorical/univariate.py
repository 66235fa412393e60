"""First step: each variable by itself, given the exogenous covariates.

An ordered variable gets thresholds (and probit slopes), a numeric one an intercept, slopes and
a residual variance. Each fit also gives the score of every case, from which the
asymptotic covariance of all moments is put together (Muthen, 1984).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from analysis.sem.categorical.binormal import FAR

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

MAX_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class UnivariateFit:
    """One variable given the covariates; rows are cases, missing ones carry zero scores."""

    ordered: bool
    location: Array
    """Thresholds of an ordered variable, or the intercept of a numeric one."""
    slopes: Array
    variance: float
    """Residual variance; 1 for an ordered variable."""
    observed: NDArray[np.bool_]
    upper: Array
    """Ordered: threshold above the answer minus the linear predictor. Numeric: residual / SD."""
    lower: Array
    """Ordered: threshold below the answer minus the linear predictor."""
    influence: Array
    """Cases x (location, slopes, variance): (sum of w s s')^-1 s."""
    converged: bool

    @property
    def sd(self) -> float:
        """Residual standard deviation."""
        return float(np.sqrt(self.variance))


def fit_numeric(y: Array, covariates: Array, *, weights: Array) -> UnivariateFit:
    """Regress ``y`` (may hold NaN) on ``covariates`` (cases x q, complete) by weighted ML."""
    observed = ~np.isnan(y)
    w = np.where(observed, weights, 0.0)
    design = np.column_stack([np.ones(len(y)), covariates])
    centred_y = np.where(observed, y, 0.0)
    gram = (design.T * w) @ design
    coefficients = np.linalg.solve(gram, (design.T * w) @ centred_y)
    residual = np.where(observed, centred_y - design @ coefficients, 0.0)
    variance = float((w * residual**2).sum() / w.sum())
    beta_scores = design * (residual / variance)[:, None]
    variance_score = np.where(observed, -0.5 / variance + 0.5 * residual**2 / variance**2, 0.0)
    scores = np.column_stack([beta_scores, variance_score])
    standardised = residual / np.sqrt(variance)
    return UnivariateFit(
        ordered=False,
        location=coefficients[:1],
        slopes=coefficients[1:],
        variance=variance,
        observed=observed,
        upper=standardised,
        lower=standardised,
        influence=_influence(scores, w),
        converged=True,
    )


def fit_ordered(
    codes: Codes, covariates: Array, *, categories: int, weights: Array, with_limits: bool = True
) -> UnivariateFit:
    """Fit the probit model of an ordered variable.

    Args:
        codes: category of each case, 0 to categories - 1; -1 where missing.
        covariates: cases x q, complete.
        categories: every one of them must occur.
        weights: sampling weights (ones without).
        with_limits: the limits around each answer are wanted (for pairs without a table).
    """
    observed = codes >= 0
    w = np.where(observed, weights, 0.0)
    share = np.bincount(codes[observed], weights=w[observed], minlength=categories) / w.sum()
    thresholds = np.asarray(ndtri(np.cumsum(share)[:-1]), dtype=np.float64)
    slopes = np.zeros(covariates.shape[1])
    converged = True
    if covariates.shape[1]:
        thresholds, slopes, converged = _probit(codes, covariates, thresholds=thresholds, weights=w)
    upper = lower = np.zeros(0)
    if with_limits or covariates.shape[1]:
        upper, lower = _limits(codes, covariates @ slopes, thresholds)
    if covariates.shape[1]:
        scores = _ordered_scores(codes, covariates, upper=upper, lower=lower, count=len(thresholds))
        influence = _influence(scores, w)
    else:
        influence = _share_influence(share, thresholds, total=w.sum())[codes]
        influence[w == 0] = 0.0
    return UnivariateFit(
        ordered=True,
        location=thresholds,
        slopes=slopes,
        variance=1.0,
        observed=observed,
        upper=upper,
        lower=lower,
        influence=influence,
        converged=converged,
    )


def _probit(
    codes: Codes, covariates: Array, *, thresholds: Array, weights: Array
) -> tuple[Array, Array, bool]:
    """Newton's method on the (concave) ordered probit log-likelihood, halving bad steps."""
    centre = np.average(covariates, axis=0, weights=weights)
    spread = np.sqrt(np.average((covariates - centre) ** 2, axis=0, weights=weights))
    x = (covariates - centre) / spread
    count = len(thresholds)
    theta = np.concatenate([thresholds, np.zeros(x.shape[1])])
    value, gradient, hessian = _probit_derivatives(codes, x, theta, weights=weights)
    converged = False
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(hessian, -gradient)
        size = 1.0
        while size > 1e-6:
            candidate = theta + size * step
            if np.all(np.diff(candidate[:count]) > 0):
                trial = _probit_derivatives(codes, x, candidate, weights=weights)
                if trial[0] >= value - 1e-12 * abs(value):
                    break
            size *= 0.5
        else:
            break
        theta, (value, gradient, hessian) = candidate, trial
        if float(np.abs(size * step).max()) < 1e-11:
            converged = True
            break
    slopes = theta[count:] / spread
    return theta[:count] + centre @ slopes, slopes, converged


def _probit_derivatives(
    codes: Codes, x: Array, theta: Array, *, weights: Array
) -> tuple[float, Array, Array]:
    """Return the log-likelihood, its gradient and its Hessian in (thresholds, slopes)."""
    count = len(theta) - x.shape[1]
    upper, lower = _limits(codes, x @ theta[count:], theta[:count])
    probability = interval_probability(upper, lower)
    top, bottom = normal_density(upper) / probability, normal_density(lower) / probability
    design_up = _design(codes, x, count=count, above=True)
    design_low = _design(codes, x, count=count, above=False)
    scores = design_up * top[:, None] - design_low * bottom[:, None]
    gradient = weights @ scores
    hessian = (
        -(design_up.T * (weights * top * upper)) @ design_up
        + (design_low.T * (weights * bottom * lower)) @ design_low
        - (scores.T * weights) @ scores
    )
    return float(weights @ np.log(probability)), gradient, hessian


def _design(codes: Codes, x: Array, *, count: int, above: bool) -> Array:
    """Return d limit / d (thresholds, slopes) of each case; 0 where the limit is infinite."""
    number = codes if above else codes - 1
    has = (codes >= 0) & (number >= 0) & (number < count)
    design = np.zeros((len(codes), count + x.shape[1]))
    design[np.flatnonzero(has), number[has]] = 1.0
    design[:, count:] = np.where(has[:, None], -x, 0.0)
    return design


def _ordered_scores(
    codes: Codes, covariates: Array, *, upper: Array, lower: Array, count: int
) -> Array:
    """Return cases x (thresholds, slopes) derivatives of the log-likelihood."""
    probability = interval_probability(upper, lower)
    top = normal_density(upper) / probability
    bottom = normal_density(lower) / probability
    design_up = _design(codes, covariates, count=count, above=True)
    design_low = _design(codes, covariates, count=count, above=False)
    return design_up * top[:, None] - design_low * bottom[:, None]


def _limits(codes: Codes, predictor: Array, thresholds: Array) -> tuple[Array, Array]:
    """Return the standardised limits around each answer; the whole line where missing."""
    padded = np.concatenate([[-np.inf], thresholds, [np.inf]])
    known = np.maximum(codes, 0)
    upper = np.where(codes >= 0, padded[known + 1] - predictor, np.inf)
    lower = np.where(codes >= 0, padded[known] - predictor, -np.inf)
    return np.clip(upper, -FAR, FAR), np.clip(lower, -FAR, FAR)


def interval_probability(upper: Array, lower: Array) -> Array:
    """Return Phi(upper) - Phi(lower), taken in the tail that keeps the digits."""
    flip = lower > 0
    high = np.where(flip, -lower, upper)
    low = np.where(flip, -upper, lower)
    probability: Array = np.maximum(ndtr(high) - ndtr(low), np.finfo(float).tiny)
    return probability


def normal_density(x: Array) -> Array:
    """Return the standard normal density."""
    density: Array = np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)
    return density


def _share_influence(share: Array, thresholds: Array, *, total: float) -> Array:
    """Return categories x thresholds, what one case of each category does to the thresholds.

    tau = Phi^-1(P) moves by (1[answer below] - P) / (phi(tau) x cases): what the scores and
    their information come to without covariates.
    """
    below = np.triu(np.ones((len(share), len(share))))[:, : len(thresholds)]
    reach = np.cumsum(share)[:-1]
    moved = (below - reach) / (normal_density(thresholds) * total)
    return np.asarray(moved, dtype=np.float64)


def _influence(scores: Array, weights: Array) -> Array:
    """Return s' (sum of w s s')^-1 for each case, 0 for cases that do not count."""
    information = (scores.T * weights) @ scores
    influence = np.asarray(np.linalg.solve(information, scores.T).T, dtype=np.float64)
    influence[weights == 0] = 0.0
    return influence
