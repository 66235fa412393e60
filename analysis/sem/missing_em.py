"""The unrestricted means and covariances of incomplete answers: EM, finished by Newton steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from analysis.sem.missing_information import information_at
from analysis.sem.missing_moments import (
    MissingPatterns,
    available_moments,
    likelihood,
    likelihood_at,
    log_likelihood,
    pattern_state,
)
from survey.progress import Progress, silent

Array = NDArray[np.float64]

EM_TOLERANCE = 1e-11
"""Largest change of a standardised moment in one EM step at which EM has converged."""
EM_STEPS = 5000
SLOW_STEPS = 16
"""EM steps before Newton steps may take over."""
NEWTON_FROM = 1e-2
"""Change of a standardised moment in one EM step at which they do."""
NEWTON_STEPS = 12
NEWTON_MOMENTS = 600
"""With more moments the information costs more than it saves."""


@dataclass(frozen=True, slots=True, eq=False)
class UnrestrictedMoments:
    """The maximum likelihood means and covariances without a model."""

    mean: Array
    cov: Array
    log_likelihood: float
    converged: bool
    steps: int


def em_moments(patterns: MissingPatterns, progress: Progress = silent) -> UnrestrictedMoments:
    """Return the unrestricted maximum likelihood means and covariances.

    EM (Dempster, Laird and Rubin, 1977) on standardised variables with squared
    extrapolation (Varadhan and Roland, 2008): an extrapolated step counts only where the
    likelihood does not fall. Where EM is slow and moments are few, Newton steps finish it.
    ``converged`` is false when the steps run out or the
    covariance matrix becomes singular; the moments are then those of the last good step.
    """
    centre, scale = available_moments(patterns)
    scaled = patterns.rescaled(centre, scale)
    p = patterns.n_variables
    theta = (np.zeros(p), np.eye(p))
    converged, steps, near = False, 0, NEWTON_FROM
    while steps < EM_STEPS:
        progress(min(0.99, steps / 200.0), "sem_em")
        try:
            first = _em_step(scaled, *theta)
            second = _em_step(scaled, *first)
        except np.linalg.LinAlgError:
            break
        steps += 2
        change = _distance(second, first)
        if change < EM_TOLERANCE:
            theta, converged = second, True
            break
        if change < near and steps >= SLOW_STEPS and p * (p + 3) // 2 <= NEWTON_MOMENTS:
            near *= 1e-2
            found = _newton(scaled, second)
            if found is not None:
                theta, converged = found, True
                break
        theta = _extrapolated(scaled, theta, first, second)
    mean, cov = theta
    full_mean, full_cov = centre + scale * mean, cov * np.outer(scale, scale)
    value = log_likelihood(patterns, full_mean, full_cov)
    return UnrestrictedMoments(full_mean, full_cov, value, converged and np.isfinite(value), steps)


def _newton(patterns: MissingPatterns, start: tuple[Array, Array]) -> tuple[Array, Array] | None:
    """Return the maximum that Newton steps reach from ``start``, None when they go astray.

    They do where the information is not positive definite or the likelihood falls.
    """
    (mean, cov), before = start, -np.inf
    i, j = np.triu_indices(len(mean))
    twice = np.where(i == j, 1.0, 2.0)
    for _ in range(NEWTON_STEPS):
        try:
            state = pattern_state(patterns, mean, cov)
            slopes = likelihood_at(patterns, state)
            if slopes.value < before - 1e-12 * abs(before):
                return None
            factor = cho_factor(information_at(patterns, state, observed=True).joined())
        except np.linalg.LinAlgError:
            return None
        before = slopes.value
        step = cho_solve(factor, np.concatenate([slopes.mean, twice * slopes.cov[i, j]]))
        mean, cov = mean + step[: len(mean)], cov.copy()
        cov[i, j] += step[len(mean) :]
        cov[j, i] = cov[i, j]
        if float(np.abs(step).max()) < EM_TOLERANCE:
            return mean, cov
    return None


def _em_step(patterns: MissingPatterns, mean: Array, cov: Array) -> tuple[Array, Array]:
    """Return the next EM moments, written through the derivatives of the likelihood.

    mean' = mean + S g / n and S' = S + 2 S G S / n - d d' with d = mean' - mean.
    """
    slopes = likelihood(patterns, mean, cov)
    step = cov @ slopes.mean / patterns.n
    spread = cov + 2.0 * cov @ slopes.cov @ cov / patterns.n - np.outer(step, step)
    return mean + step, 0.5 * (spread + spread.T)


def _distance(one: tuple[Array, Array], two: tuple[Array, Array]) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(one, two, strict=True))


def _extrapolated(
    patterns: MissingPatterns,
    start: tuple[Array, Array],
    first: tuple[Array, Array],
    second: tuple[Array, Array],
) -> tuple[Array, Array]:
    """Return the squared extrapolation of two EM steps, or the second step if that is worse."""
    step = [b - a for a, b in zip(start, first, strict=True)]
    bend = [c - 2.0 * b + a for a, b, c in zip(start, first, second, strict=True)]
    length = np.sqrt(sum(float((v**2).sum()) for v in step))
    turn = np.sqrt(sum(float((v**2).sum()) for v in bend))
    if turn == 0.0 or length / turn <= 1.0:
        return second
    alpha = -min(length / turn, 64.0)
    mean, cov = (
        a - 2.0 * alpha * v + alpha**2 * w for a, v, w in zip(start, step, bend, strict=True)
    )
    if log_likelihood(patterns, mean, cov) >= log_likelihood(patterns, *second):
        return mean, cov
    return second
