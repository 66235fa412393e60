"""Latent profile analysis: kinds of respondents who answer alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from analysis.disclosure import DEFAULT_THRESHOLD, hide_groups
from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray, IntArray
from survey.progress import Progress, silent

Variances = Literal["equal", "free"]

FIT_COLUMNS = [
    *("log_likelihood", "parameters", "aic", "bic", "sabic", "entropy"),
    *("smallest", "has_converged", "p_blrt"),
]
ITERATIONS = 500
STEPS_PER_TICK = 10
"""Steps of EM between two calls of progress."""

SHORT_RUN = 15
"""Steps of EM from each random start."""

FINALISTS = 3
"""Starts that are followed to the end, as Mplus does in its final stage."""

TOLERANCE = 1e-9
"""Relative rise of the log-likelihood at which EM stops."""

SMALLEST_VARIANCE = 1e-4
"""Of a standardized variable; under it a profile has collapsed on equal answers."""

ENTROPY_LIMIT = 0.8


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """What the user chose.

    Args:
        variables: columns (scores), all numeric.
        n_profiles: 0 lets BIC choose among 1 to ``most``.
        variances: of the variables inside profiles: ``equal`` over profiles, or ``free``.
        starts: random starts per number of profiles.
        blrt: draws of the bootstrap likelihood-ratio test of k against k - 1; 0: none.
        threshold: a solution whose smallest profile has fewer members is not chosen.
    """

    variables: tuple[str, ...]
    n_profiles: int = 0
    most: int = 6
    variances: Variances = "equal"
    starts: int = 20
    blrt: int = 0
    threshold: int = DEFAULT_THRESHOLD
    seed: int = 20260101


@dataclass(frozen=True, slots=True, eq=False)
class ProfileResult:
    """Profiles of respondents.

    Args:
        fits: index number of profiles; ``log_likelihood, parameters, aic, bic, sabic, entropy``
            (0 to 1) ``, smallest`` (members) ``, has_converged, p_blrt``.
        means, sds: index profile 1.. (largest first), one column per variable; NaN for
            profiles too small to be shown.
        shares: share of each profile (posterior), NaN where hidden.
        membership: index respondent (complete rows): most likely profile; ``certainty`` its
            posterior probability.
        n_profiles: chosen.
        n: complete rows.
    """

    fits: pd.DataFrame
    means: pd.DataFrame
    sds: pd.DataFrame
    shares: pd.Series
    membership: pd.DataFrame
    n_profiles: int
    n: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Mixture:
    weights: FloatArray
    means: FloatArray
    """k x p"""
    variances: FloatArray
    log_likelihood: float
    posterior: FloatArray
    """n x k"""
    has_converged: bool

    @property
    def sizes(self) -> IntArray:
        """Members by most likely profile."""
        return np.bincount(self.posterior.argmax(axis=1), minlength=len(self.weights))


def _expect(
    values: FloatArray, weights: FloatArray, means: FloatArray, variances: FloatArray
) -> tuple[FloatArray, float]:
    """Return the posterior (n x k) and the log-likelihood of independent normals.

    The squared distances come from two matrix products; the variables are centred and scaled
    beforehand, so nothing is lost by it.
    """
    precision = 1 / variances
    constant = np.log(weights) - 0.5 * (
        (means**2 * precision).sum(axis=1) + np.log(2 * np.pi * variances).sum(axis=1)
    )
    joint = values @ (means * precision).T - 0.5 * (values**2) @ precision.T + constant
    top = joint.max(axis=1)
    posterior = np.exp(joint - top[:, None])
    mass = posterior.sum(axis=1)
    return posterior / mass[:, None], float((top + np.log(mass)).sum())


def _maximise(
    values: FloatArray, posterior: FloatArray, kind: Variances
) -> tuple[FloatArray, FloatArray, FloatArray]:
    mass = np.maximum(posterior.sum(axis=0), 1e-10)
    means = (posterior.T @ values) / mass[:, None]
    square = (posterior.T @ values**2) / mass[:, None] - means**2
    if kind == "equal":
        square = np.broadcast_to((mass[:, None] * square).sum(axis=0) / len(values), square.shape)
    return mass / len(values), means, np.maximum(square, SMALLEST_VARIANCE)


def _em(
    values: FloatArray,
    posterior: FloatArray,
    kind: Variances,
    *,
    rounds: int,
    tick: Callable[[], None],
) -> _Mixture:
    """Return the mixture after at most ``rounds`` steps of EM on standardized values."""
    before = -np.inf
    for done in range(rounds):
        if done % STEPS_PER_TICK == 0:
            tick()
        weights, means, variances = _maximise(values, posterior, kind)
        posterior, log_likelihood = _expect(values, weights, means, variances)
        if log_likelihood - before < TOLERANCE * abs(log_likelihood):
            return _Mixture(weights, means, variances, log_likelihood, posterior, True)
        before = log_likelihood
    return _Mixture(weights, means, variances, before, posterior, False)


def _random_posterior(values: FloatArray, k: int, rng: np.random.Generator) -> FloatArray:
    """Return a start: everybody to the nearest of k spread-out respondents (k-means++)."""
    n = len(values)
    centres = [values[rng.integers(n)]]
    for _ in range(1, k):
        distance = np.min([((values - c) ** 2).sum(axis=1) for c in centres], axis=0)
        total = distance.sum()
        share = distance / total if total > 0 else np.full(n, 1 / n)
        centres.append(values[rng.choice(n, p=share)])
    nearest = np.argmin([((values - c) ** 2).sum(axis=1) for c in centres], axis=0)
    return np.asarray(np.eye(k)[nearest] * 0.9 + 0.1 / k)


def _best_mixture(
    values: FloatArray,
    k: int,
    options: ProfileOptions,
    rng: np.random.Generator,
    tick: Callable[[], None],
) -> _Mixture:
    """Return the likeliest of several EM runs: short ones from every start, the best to the end."""

    def run(start: FloatArray, rounds: int) -> _Mixture:
        return _em(values, start, options.variances, rounds=rounds, tick=tick)

    if k == 1:
        return run(np.ones((len(values), 1)), ITERATIONS)
    runs = [run(_random_posterior(values, k, rng), SHORT_RUN) for _ in range(options.starts)]
    runs.sort(key=lambda mixture: -mixture.log_likelihood)
    ended = [run(each.posterior, ITERATIONS) for each in runs[:FINALISTS]]
    return max(ended, key=lambda mixture: mixture.log_likelihood)


def _in_units_of(mixture: _Mixture, mean: FloatArray, sd: FloatArray) -> _Mixture:
    """Return a mixture of standardized values in the units of the data."""
    return replace(
        mixture,
        means=mean + sd * mixture.means,
        variances=sd**2 * mixture.variances,
        log_likelihood=mixture.log_likelihood - len(mixture.posterior) * float(np.log(sd).sum()),
    )


def parameter_count(k: int, p: int, kind: Variances) -> int:
    """Return free parameters: weights, means and variances."""
    return k - 1 + k * p + (p if kind == "equal" else k * p)


def relative_entropy(posterior: FloatArray) -> float:
    """Return 1 - sum(-p ln p) / (n ln k): 1 when everybody belongs to one profile for sure."""
    n, k = posterior.shape
    if k == 1:
        return 1.0
    p = np.clip(posterior, 1e-300, 1)
    return float(1 + (p * np.log(p)).sum() / (n * np.log(k)))


def _fit_row(mixture: _Mixture, p: int, kind: Variances) -> dict[str, object]:
    k, n = len(mixture.weights), len(mixture.posterior)
    count = parameter_count(k, p, kind)
    deviance = -2 * mixture.log_likelihood
    return {
        "log_likelihood": mixture.log_likelihood,
        "parameters": count,
        "aic": deviance + 2 * count,
        "bic": deviance + float(np.log(n)) * count,
        "sabic": deviance + float(np.log((n + 2) / 24)) * count,
        "entropy": relative_entropy(mixture.posterior),
        "smallest": int(mixture.sizes.min()),
        "has_converged": mixture.has_converged,
        "p_blrt": float("nan"),
    }


def find_profiles(
    data: pd.DataFrame, options: ProfileOptions, progress: Progress = silent
) -> ProfileResult:
    """Return the latent profiles of the respondents with complete rows.

    Normal mixtures with independent variables inside profiles, by EM from several starts. The
    number of profiles is the one with the smallest BIC whose smallest profile may be shown.

    Raises:
        NotComputable: fewer rows than ten per variable and profile asked for, or no spread.

    Reference: Lazarsfeld & Henry (1968); McLachlan & Peel (2000). Checked against R mclust
    6.0.0 (models EEI and VVI).
    """
    complete = data[list(options.variables)].dropna().astype(float)
    values = complete.to_numpy()
    n, p = values.shape
    if n < 10 * p or np.any(values.std(axis=0) == 0):
        raise NotComputable(finding("profiles_too_little", Severity.BLOCK, n=n, variables=p))
    numbers = [options.n_profiles] if options.n_profiles else list(range(1, options.most + 1))
    rng = np.random.default_rng(options.seed)
    mean, sd = values.mean(axis=0), values.std(axis=0)
    scaled = (values - mean) / sd
    mixtures = {}
    for done, k in enumerate(numbers):
        share = done / len(numbers)
        best = _best_mixture(scaled, k, options, rng, partial(progress, share, "profiles"))
        mixtures[k] = _in_units_of(best, mean, sd)
    rows = {k: _fit_row(m, p, options.variances) for k, m in mixtures.items()}
    fits = pd.DataFrame.from_dict(rows, orient="index")[FIT_COLUMNS]
    chosen = _choose(fits, options)
    if options.blrt and chosen > 1:
        fits.loc[chosen, "p_blrt"] = _blrt(scaled, chosen, options, rng, progress)
    return _result(complete, mixtures[chosen], fits, chosen, options)


def _choose(fits: pd.DataFrame, options: ProfileOptions) -> int:
    if options.n_profiles:
        return options.n_profiles
    allowed = fits[(fits["smallest"] >= options.threshold) & fits["has_converged"].astype(bool)]
    pool = allowed if len(allowed) else fits
    return int(str(pool["bic"].astype(float).idxmin()))


def _blrt(
    values: FloatArray,
    k: int,
    options: ProfileOptions,
    rng: np.random.Generator,
    progress: Progress,
) -> float:
    """Return the bootstrap p of k against k - 1 profiles (McLachlan 1987)."""

    def best(data: FloatArray, count: int, share: float = 0.0) -> _Mixture:
        return _best_mixture(data, count, options, rng, partial(progress, share, "profiles"))

    small, large = best(values, k - 1), best(values, k)
    observed = large.log_likelihood - small.log_likelihood
    as_large = 1
    for draw in range(options.blrt):
        share = draw / options.blrt
        belongs = rng.choice(k - 1, len(values), p=small.weights / small.weights.sum())
        noise = rng.standard_normal(values.shape) * np.sqrt(small.variances[belongs])
        drawn = small.means[belongs] + noise
        gain = best(drawn, k, share).log_likelihood - best(drawn, k - 1, share).log_likelihood
        as_large += gain >= observed
    return as_large / (options.blrt + 1)


def _result(
    complete: pd.DataFrame,
    mixture: _Mixture,
    fits: pd.DataFrame,
    chosen: int,
    options: ProfileOptions,
) -> ProfileResult:
    order = np.argsort(-mixture.weights, kind="stable")
    names = pd.RangeIndex(1, chosen + 1, name="profile")
    posterior = mixture.posterior[:, order]
    membership = pd.DataFrame(
        {"profile": posterior.argmax(axis=1) + 1, "certainty": posterior.max(axis=1)},
        index=complete.index,
    )
    sizes = {str(name): int(size) for name, size in zip(names, mixture.sizes[order], strict=True)}
    hidden = hide_groups(sizes, options.threshold).all
    shown = np.array([str(name) not in hidden for name in names])[:, None]
    means = np.where(shown, mixture.means[order], np.nan)
    shares = np.where(shown[:, 0], mixture.weights[order], np.nan)
    sds = np.where(shown, np.sqrt(mixture.variances[order]), np.nan)
    variables = list(options.variables)
    return ProfileResult(
        fits=fits,
        means=pd.DataFrame(means, index=names, columns=variables),
        sds=pd.DataFrame(sds, index=names, columns=variables),
        shares=pd.Series(shares, index=names, name="share"),
        membership=membership,
        n_profiles=chosen,
        n=len(complete),
        findings=tuple(_findings(mixture, chosen, options)),
    )


def _findings(mixture: _Mixture, chosen: int, options: ProfileOptions) -> list[Finding]:
    found = []
    entropy = relative_entropy(mixture.posterior)
    if chosen == 1:
        found.append(finding("profiles_one", Severity.NOTE))
    elif entropy < ENTROPY_LIMIT:
        found.append(finding("profiles_vague", Severity.CAUTION, entropy=entropy))
    if int(mixture.sizes.min()) < options.threshold:
        found.append(finding("profile_small", Severity.CAUTION, limit=options.threshold))
    if not mixture.has_converged:
        found.append(finding("profiles_not_converged", Severity.BLOCK))
    return found
