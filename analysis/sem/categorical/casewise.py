"""Correlations of pairs that no contingency table sums up, case by case.

Polyserial (numeric with ordered; Olsson, Drasgow and Dorans, 1982), Pearson (numeric with
numeric), and polychoric correlations given exogenous covariates (Muthen, 1984).
Each function takes the univariate fits of the two variables and returns the correlation and
the scores of the cases in rho and in every first-step parameter of the two variables.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.sem.categorical.binormal import (
    bivariate_cdf,
    bivariate_density,
    density_slope,
)
from analysis.sem.categorical.polychoric import BOUND, SMALLEST
from analysis.sem.categorical.root import maximise
from analysis.sem.categorical.univariate import (
    UnivariateFit,
    interval_probability,
    normal_density,
)

Array = NDArray[np.float64]
Index = NDArray[np.intp]

POLYSERIAL_BOUND = 0.995
"""Largest polyserial correlation looked for (as lavaan)."""


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """What one variable contributes to a pair, for the cases that answered both."""

    upper: Array
    lower: Array
    sd: float


@dataclass(frozen=True, slots=True, eq=False)
class PairScores:
    """A correlation and the scores of the cases counted.

    An ordered variable has the score in its upper and in its lower limit (a threshold moves
    one of them, a covariate slope both); a numeric one in its mean and in its variance.
    """

    rho: float
    ended: bool
    score: Array
    first: tuple[Array, Array]
    second: tuple[Array, Array]


def limits_of(fit: UnivariateFit, cases: NDArray[np.bool_]) -> Limits:
    """Return the limits of ``fit`` for ``cases``."""
    return Limits(fit.upper[cases], fit.lower[cases], fit.sd)


def polychoric_given_covariates(first: Limits, second: Limits, weights: Array) -> PairScores:
    """Return the correlation of the two probit residuals."""
    x = np.stack([first.upper, first.lower, first.upper, first.lower])
    y = np.stack([second.upper, second.upper, second.lower, second.lower])
    sign = np.array([1.0, -1.0, -1.0, 1.0])

    def cell(rho: Array) -> tuple[Array, Array, Array]:
        density = bivariate_density(x, y, rho)
        probability = sign @ bivariate_cdf(x, y, rho)
        slope = sign @ density
        bend = sign @ (density * density_slope(x, y, rho))
        counted = probability > SMALLEST
        inverse = np.where(counted, 1.0 / np.maximum(probability, SMALLEST), 0.0)
        return slope * inverse, bend * inverse, inverse

    def derivatives(rho: Array, _which: Index) -> tuple[Array, Array]:
        ratio, bend, _ = cell(rho)
        return np.array([weights @ ratio]), np.array([weights @ (bend - ratio**2)])

    start = np.array([_correlation(_middle(first), _middle(second), weights)])
    solution, ended = maximise(derivatives, start, bound=BOUND)
    ratio, _, inverse = cell(solution)
    rho = float(solution[0])
    return PairScores(
        rho,
        bool(ended[0]),
        ratio,
        _limit_scores(first, second, rho=rho, inverse=inverse),
        _limit_scores(second, first, rho=rho, inverse=inverse),
    )


def polyserial(numeric: Limits, ordered: Limits, weights: Array) -> PairScores:
    """Return the correlation of a numeric variable with what lies behind an ordered one."""
    z = numeric.upper

    def derivatives(rho: Array, _which: Index) -> tuple[Array, Array]:
        parts = _conditional(z, ordered, float(rho[0]))
        score = parts.inverse * parts.turn
        bend = parts.inverse * _turn_slope(z, ordered, float(rho[0])) - score**2
        return np.array([weights @ score]), np.array([weights @ bend])

    start = np.array([_correlation(z, _middle(ordered), weights)])
    solution, ended = maximise(derivatives, start, bound=POLYSERIAL_BOUND)
    rho = float(solution[0])
    parts = _conditional(z, ordered, rho)
    lost = parts.inverse * (parts.top - parts.bottom)
    mean_score = (z + lost * rho / parts.root) / numeric.sd
    variance_score = (z * z - 1.0 + lost * rho * z / parts.root) / (2.0 * numeric.sd**2)
    return PairScores(
        rho,
        bool(ended[0]),
        parts.inverse * parts.turn,
        (mean_score, variance_score),
        (parts.inverse * parts.top / parts.root, -parts.inverse * parts.bottom / parts.root),
    )


def pearson(first: Limits, second: Limits, weights: Array, *, complete: bool) -> PairScores:
    """Return the correlation of two numeric residuals.

    With missing answers the means and variances come from other cases too, and the
    correlation maximises the likelihood of the pair with these held.
    """
    u, v = first.upper, second.upper
    rho, ended = _correlation(u, v, weights), True
    if not complete:
        total = float(weights.sum())
        uu, vv, uv = (float(weights @ (a * b)) for a, b in ((u, u), (v, v), (u, v)))

        def derivatives(value: Array, _which: Index) -> tuple[Array, Array]:
            return _pearson_derivatives(value, total=total, squares=uu + vv, product=uv)

        solution, done = maximise(derivatives, np.array([rho]), bound=BOUND)
        rho, ended = float(solution[0]), bool(done[0])
    rest = 1.0 - rho * rho
    form = u * u - 2.0 * rho * u * v + v * v
    return PairScores(
        rho,
        ended,
        rho / rest + u * v / rest - form * rho / rest**2,
        _pearson_scores(u, v, rho=rho, sd=first.sd),
        _pearson_scores(v, u, rho=rho, sd=second.sd),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Conditional:
    """Ordered answer given the numeric one: limits, densities and inverse probability."""

    root: float
    top: Array
    bottom: Array
    inverse: Array
    turn: Array


def _conditional(z: Array, ordered: Limits, rho: float) -> _Conditional:
    root = float(np.sqrt(1.0 - rho * rho))
    above, below = (ordered.upper - rho * z) / root, (ordered.lower - rho * z) / root
    top, bottom = normal_density(above), normal_density(below)
    probability = np.maximum(interval_probability(above, below), np.finfo(float).eps)
    turn = (top * (ordered.upper * rho - z) - bottom * (ordered.lower * rho - z)) / root**3
    return _Conditional(root, top, bottom, 1.0 / probability, turn)


def _turn_slope(z: Array, ordered: Limits, rho: float) -> Array:
    """Return the second derivative in rho of the conditional probability."""
    rest = 1.0 - rho * rho
    root = np.sqrt(rest)

    def one(limit: Array) -> Array:
        argument = (limit - rho * z) / root
        first = (limit * rho - z) / rest / root
        change: Array = limit / rest**1.5 + 3.0 * rho * (limit * rho - z) / rest**2.5
        result: Array = normal_density(argument) * (change - argument * first**2)
        return result

    return one(ordered.upper) - one(ordered.lower)


def _limit_scores(own: Limits, other: Limits, *, rho: float, inverse: Array) -> tuple[Array, Array]:
    """Return the scores in the upper and the lower limit of ``own``."""
    root = np.sqrt(1.0 - rho * rho)

    def along(limit: Array) -> Array:
        inside = interval_probability(
            (other.upper - rho * limit) / root, (other.lower - rho * limit) / root
        )
        return normal_density(limit) * inside * inverse

    return along(own.upper), -along(own.lower)


def _pearson_derivatives(
    rho: Array, *, total: float, squares: float, product: float
) -> tuple[Array, Array]:
    rest = 1.0 - rho * rho
    form = squares - 2.0 * rho * product
    gradient = total * rho / rest + product / rest - rho * form / rest**2
    curvature = (
        total * (1.0 + rho**2) / rest**2
        + 4.0 * rho * product / rest**2
        - form * (1.0 + 3.0 * rho**2) / rest**3
    )
    return gradient, curvature


def _pearson_scores(own: Array, other: Array, *, rho: float, sd: float) -> tuple[Array, Array]:
    rest = 1.0 - rho * rho
    mean = (own - rho * other) / (rest * sd)
    variance = -0.5 / sd**2 * (1.0 - (own * own - rho * own * other) / rest)
    return mean, variance


def _middle(limits: Limits) -> Array:
    """Return a rough position of each answer, for the first guess of a correlation."""
    return 0.5 * (np.clip(limits.upper, -3.0, 3.0) + np.clip(limits.lower, -3.0, 3.0))


def _correlation(x: Array, y: Array, weights: Array) -> float:
    """Return the weighted Pearson correlation, 0 where it does not exist."""
    share = weights / weights.sum()
    x, y = x - share @ x, y - share @ y
    spread = float((share @ (x * x)) * (share @ (y * y)))
    return float(share @ (x * y)) / np.sqrt(spread) if spread > 0 else 0.0
