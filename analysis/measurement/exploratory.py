"""Exploratory factor analysis: options, function, result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings import Finding, Severity, finding
from analysis.measurement.adequacy import Adequacy, sampling_adequacy
from analysis.measurement.correlations import Correlation, item_correlations
from analysis.measurement.extraction import Extracted, Extraction, extract
from analysis.measurement.factor_fit import FactorFit, factor_degrees_of_freedom, factor_fit
from analysis.measurement.number_of_factors import (
    ParallelAnalysis,
    minimum_average_partial,
    parallel_analysis,
)
from analysis.measurement.rotation import Rotated, Rotation, rotate
from analysis.measurement.thresholds import limit
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray
from survey.progress import Progress, part_of, silent

RANDOM_STARTS = {"geomin": 20, "oblimin": 3, "quartimin": 3}
"""Criteria with local minima are begun again from random rotations."""

CROSS_LOADING = 0.4
"""Two loadings of this size or more on one item: it belongs to no factor clearly."""

FACTOR_OF = 3
"""A factor with fewer salient items than this is hardly a factor."""

MIN_RESPONDENTS = 20


@dataclass(frozen=True, slots=True)
class EfaOptions:
    """What the user chose on the factor panel.

    Args:
        items: codes; empty means all with variance.
        n_factors: 0 lets parallel analysis decide.
        extraction: ``ml``, ``minres`` or ``pa``.
        rotation: see :func:`analysis.measurement.rotation.rotate`.
        correlation: ``pearson`` or ``polychoric``.
        draws: random data sets of the parallel analysis.
        bootstrap: draws for standard errors of the loadings; 0: none.
    """

    items: tuple[str, ...] = ()
    n_factors: int = 0
    extraction: Extraction = "minres"
    rotation: Rotation = "oblimin"
    correlation: Correlation = "pearson"
    draws: int = 200
    bootstrap: int = 0
    seed: int = 20260101


@dataclass(frozen=True, slots=True, eq=False)
class EfaResult:
    """Factors of a set of items.

    Args:
        n: complete rows used.
        loadings: items x factors (pattern), factors F1.. by their sum of squared loadings.
        loadings_se: bootstrap standard errors, same shape; None without bootstrap.
        phi: factor correlations.
        communality: per item.
        variance: index factor; columns ``ss_loadings, share, cumulative``.
        adequacy, parallel, map_values: the checks before; MAP after 0, 1, ... components.
        fit: how well the factors reproduce the correlations.
        options: as used (the number of factors filled in).
        findings: cautions.
    """

    n: int
    loadings: pd.DataFrame
    loadings_se: pd.DataFrame | None
    phi: pd.DataFrame
    communality: pd.Series
    variance: pd.DataFrame
    adequacy: Adequacy
    parallel: ParallelAnalysis
    map_values: FloatArray
    fit: FactorFit
    n_factors: int
    options: EfaOptions
    findings: tuple[Finding, ...]

    @property
    def eigenvalues(self) -> FloatArray:
        """Eigenvalues of the correlation matrix, descending."""
        return self.parallel.components


def explore_factors(
    items: pd.DataFrame, options: EfaOptions | None = None, progress: Progress = silent
) -> EfaResult:
    """Return the exploratory factor analysis of ``items``.

    Args:
        items: one column per item, reverse-keyed ones turned, NaN where missing. Rows with a
            missing answer are left out; items without variance too, with a finding.

    Raises:
        NotComputable: fewer than three items with variance, or fewer than 20 complete rows.

    Checked against psych::fa 2.2.9 and GPArotation (docs/methods/measurement.md).
    """
    options = options or EfaOptions()
    data, found = _usable(items, options)
    correlations = item_correlations(data, kind=options.correlation)
    found.extend(correlations.findings)
    matrix, n = correlations.matrix.to_numpy(dtype=float), correlations.n
    parallel = parallel_analysis(
        matrix, n=n, draws=options.draws, seed=options.seed, progress=part_of(progress, 0.0, 0.3)
    )
    m = options.n_factors or max(parallel.n_factors, 1)
    m = min(m, most_factors(len(matrix)))
    extracted, rotated = _solve(matrix, m, options)
    fit = factor_fit(matrix, rotated.loadings @ rotated.phi @ rotated.loadings.T, n=n, m=m)
    loadings = pd.DataFrame(rotated.loadings, index=data.columns, columns=_names(m))
    errors = None
    if options.bootstrap:
        spread = _bootstrap(data, rotated, extracted, options, part_of(progress, 0.3, 1.0))
        errors = pd.DataFrame(spread, index=loadings.index, columns=loadings.columns)
    adequacy = sampling_adequacy(correlations.matrix, n=n)
    found.extend(_solution_findings(loadings, extracted, rotated, adequacy))
    progress(1.0, "factors")
    return EfaResult(
        n=n,
        loadings=loadings,
        loadings_se=errors,
        phi=pd.DataFrame(rotated.phi, index=_names(m), columns=_names(m)),
        communality=_communality(rotated, data),
        variance=_variance(rotated),
        adequacy=adequacy,
        parallel=parallel,
        map_values=minimum_average_partial(matrix),
        fit=fit,
        n_factors=m,
        options=options,
        findings=tuple(found),
    )


def most_factors(k: int) -> int:
    """Return the most factors of ``k`` items that leave degrees of freedom; at least 1."""
    return max([1, *(m for m in range(1, k) if factor_degrees_of_freedom(k, m) >= 0)])


def _usable(items: pd.DataFrame, options: EfaOptions) -> tuple[pd.DataFrame, list[Finding]]:
    chosen = items[list(options.items)] if options.items else items
    answered = chosen.loc[:, chosen.nunique() > 1].dropna()
    data = answered.loc[:, answered.nunique() > 1]
    dropped = [str(code) for code in chosen.columns if code not in data.columns]
    if data.shape[1] < 3 or len(data) < MIN_RESPONDENTS:
        raise NotComputable(
            finding("factors_too_little", Severity.BLOCK, items=data.shape[1], n=len(data))
        )
    found = [finding("item_constant", Severity.CAUTION, *dropped)] if dropped else []
    return data, found


def _names(m: int) -> list[str]:
    return [f"F{j}" for j in range(1, m + 1)]


def _solve(matrix: FloatArray, m: int, options: EfaOptions) -> tuple[Extracted, Rotated]:
    extracted = extract(matrix, m, method=options.extraction)
    starts = RANDOM_STARTS.get(options.rotation, 0)
    rotated = rotate(extracted.loadings, method=options.rotation, starts=starts, seed=options.seed)
    return extracted, _ordered(rotated)


def _ordered(rotated: Rotated) -> Rotated:
    """Return the factors by falling sum of squares, each with a positive sum of loadings."""
    order = np.argsort(-(rotated.loadings**2).sum(axis=0), kind="stable")
    loadings = rotated.loadings[:, order]
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return Rotated(
        loadings * sign,
        rotated.phi[np.ix_(order, order)] * np.outer(sign, sign),
        rotated.transformation[:, order] * sign,
        rotated.has_converged,
    )


def _communality(rotated: Rotated, data: pd.DataFrame) -> pd.Series:
    common = rotated.loadings @ rotated.phi @ rotated.loadings.T
    return pd.Series(np.diag(common), index=data.columns, name="communality")


def _variance(rotated: Rotated) -> pd.DataFrame:
    """Variance accounted for: diagonal of Phi L'L, which sums to the communalities."""
    loadings = rotated.loadings
    ss = np.diag(rotated.phi @ loadings.T @ loadings)
    share = ss / len(loadings)
    return pd.DataFrame(
        {"ss_loadings": ss, "share": share, "cumulative": share.cumsum()},
        index=_names(loadings.shape[1]),
    )


def aligned(loadings: FloatArray, target: FloatArray) -> FloatArray:
    """Return ``loadings`` with columns in the order and sign that fits ``target`` best."""
    from scipy.optimize import linear_sum_assignment

    lengths = np.outer(np.linalg.norm(target, axis=0), np.linalg.norm(loadings, axis=0))
    congruence = (target.T @ loadings) / np.where(lengths > 0, lengths, 1.0)
    _, columns = linear_sum_assignment(-np.abs(congruence))
    sign = np.sign(congruence[np.arange(len(columns)), columns])
    return loadings[:, columns] * np.where(sign == 0, 1.0, sign)


def _bootstrap(
    data: pd.DataFrame,
    rotated: Rotated,
    extracted: Extracted,
    options: EfaOptions,
    progress: Progress,
) -> FloatArray:
    """Return the standard deviation of each loading over resampled respondents.

    Each draw is extracted from the sample's uniquenesses, rotated with the same criterion and
    aligned to the sample's factors. Draws with an item without variance are left out.
    """
    values = data.to_numpy(dtype=float)
    n, m = len(values), rotated.loadings.shape[1]
    rng = np.random.default_rng(options.seed)
    draws = []
    for b in range(options.bootstrap):
        progress(b / options.bootstrap, "bootstrap")
        sample = values[rng.integers(0, n, n)]
        if np.any(sample.std(axis=0) == 0):
            continue
        frame = pd.DataFrame(sample, columns=data.columns)
        matrix = item_correlations(frame, kind=options.correlation).matrix.to_numpy(dtype=float)
        again = extract(matrix, m, method=options.extraction, start=extracted.uniqueness)
        turned = rotate(again.loadings, method=options.rotation)
        draws.append(aligned(turned.loadings, rotated.loadings))
    return np.asarray(np.std(draws, axis=0, ddof=1))


def _solution_findings(
    loadings: pd.DataFrame, extracted: Extracted, rotated: Rotated, adequacy: Adequacy
) -> list[Finding]:
    found = []
    size = loadings.abs()
    if adequacy.kmo < limit("KMO", "low"):
        found.append(finding("kmo_low", Severity.CAUTION, kmo=adequacy.kmo))
    heywood = [str(loadings.index[i]) for i in extracted.heywood]
    if heywood:
        found.append(finding("factor_heywood", Severity.CAUTION, *heywood))
    if not (extracted.has_converged and rotated.has_converged):
        found.append(finding("factors_not_converged", Severity.BLOCK))
    weak = size.index[size.max(axis=1) < CROSS_LOADING]
    if len(weak):
        found.append(finding("items_without_factor", Severity.CAUTION, *weak))
    crossed = size.index[(size >= CROSS_LOADING).sum(axis=1) > 1]
    if len(crossed):
        found.append(finding("items_cross_loading", Severity.CAUTION, *crossed))
    thin = size.columns[(size >= CROSS_LOADING).sum(axis=0) < FACTOR_OF]
    if len(thin) and loadings.shape[1] > 1:
        found.append(finding("factors_thin", Severity.NOTE, *thin))
    return found
