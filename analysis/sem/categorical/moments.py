"""Sample moments of ordered (and mixed) variables, with their asymptotic covariance.

One group at a time: thresholds, probit slopes, means and variances of numeric variables, and
polychoric, polyserial or Pearson correlations, as lavaan 0.6-14 computes them for WLSMV
(Muthen, 1984). The asymptotic covariance comes from influence functions: every estimate
differs from its expectation by a sum over cases, tabulated once per answer pattern of a pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.sem.categorical.casewise import (
    PairScores,
    limits_of,
    pearson,
    polychoric_given_covariates,
    polyserial,
)
from analysis.sem.categorical.data import CodedData, pair_order
from analysis.sem.categorical.influence import CHUNK, Influence
from analysis.sem.categorical.polychoric import PairTables, PolychoricFit, fit_tables
from analysis.sem.categorical.univariate import UnivariateFit, fit_numeric, fit_ordered
from survey.progress import Progress, part_of, silent

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalMoments:
    """Sample moments of one group and n times their asymptotic covariance.

    ``vector`` and ``gamma`` follow one order: thresholds and intercepts variable by variable,
    slopes covariate by covariate, variances of the numeric variables, then the
    correlations (covariances where a numeric variable is concerned) of the lower triangle,
    column by column. A mean enters with its own sign (lavaan turns it round).
    """

    names: tuple[str, ...]
    ordered: tuple[bool, ...]
    covariate_names: tuple[str, ...]
    n: int
    thresholds: tuple[Array, ...]
    """Per variable; empty for numeric ones."""
    means: Array
    """Intercepts of the numeric variables; 0 for ordered ones."""
    slopes: Array
    """Variables x covariates."""
    cov: Array
    """Residual covariances given the covariates; ordered variables have variance 1."""
    covariate_mean: Array
    covariate_cov: Array
    """With divisor n."""
    gamma: Array | None
    pair_n: Array
    """Cases (weighted) that answered both variables of each pair."""
    empty_cells: tuple[tuple[str, str], ...]
    """Pairs whose table has an empty cell."""
    unconverged: tuple[str, ...] = field(default=())
    """Variables or pairs whose search did not end."""

    @property
    def vector(self) -> Array:
        """The moments in the order of ``gamma``."""
        location = [
            self.thresholds[v] if is_ordered else self.means[v : v + 1]
            for v, is_ordered in enumerate(self.ordered)
        ]
        numeric = [v for v, is_ordered in enumerate(self.ordered) if not is_ordered]
        lower = pair_order(len(self.names))
        return np.concatenate(
            [
                *location,
                self.slopes.T.ravel(),
                np.diag(self.cov)[numeric],
                self.cov[lower[0], lower[1]],
            ]
        )


def ordinal_moments(
    data: CodedData, *, with_gamma: bool = True, progress: Progress = silent
) -> OrdinalMoments:
    """Return the sample moments of ``data``.

    Missing answers are used pairwise: each threshold from the cases that answered the
    item, each correlation from those that answered both.
    """
    progress(0.0, "sem_correlations")
    fits = [_fit_variable(data, v) for v in range(len(data.names))]
    rows, columns = pair_order(len(fits))
    progress(0.1, "sem_correlations")
    tables = _tables(data, fits)
    polychoric = fit_tables(tables)
    rho = np.eye(len(fits))
    rho[tables.first, tables.second] = rho[tables.second, tables.first] = polychoric.rho
    pairs: dict[int, PairScores] = {}
    loose = [k for k in range(len(rows)) if not _in_table(data, rows[k], columns[k])]
    for done, k in enumerate(loose):
        progress(0.2 + 0.5 * done / len(loose), "sem_correlations")
        i, j = int(rows[k]), int(columns[k])
        pairs[k] = _fit_pair(data, fits[i], fits[j])
        rho[i, j] = rho[j, i] = pairs[k].rho
    sd = np.array([fit.sd for fit in fits])
    gamma = None
    if with_gamma:
        influence = Influence(data, fits, rho=rho, tables=tables, polychoric=polychoric)
        gamma = influence.gamma(pairs, part_of(progress, 0.7, 1.0))
    share = data.weights / data.weights.sum()
    centre = share @ data.covariates
    spread = (data.covariates - centre).T * share @ (data.covariates - centre)
    return OrdinalMoments(
        names=data.names,
        ordered=tuple(fit.ordered for fit in fits),
        covariate_names=data.covariate_names,
        n=data.n,
        thresholds=tuple(fit.location if fit.ordered else np.zeros(0) for fit in fits),
        means=np.array([0.0 if fit.ordered else fit.location[0] for fit in fits]),
        slopes=np.array([fit.slopes for fit in fits]).reshape(len(fits), -1),
        cov=rho * np.outer(sd, sd),
        covariate_mean=centre,
        covariate_cov=spread,
        gamma=gamma,
        pair_n=_pair_counts(fits, data.weights),
        empty_cells=_empty_cells(data.names, tables),
        unconverged=_unconverged(data.names, fits, tables=tables, polychoric=polychoric)
        + tuple(
            f"{data.names[rows[k]]} ~~ {data.names[columns[k]]}"
            for k, pair in pairs.items()
            if not pair.ended
        ),
    )


def _fit_variable(data: CodedData, v: int) -> UnivariateFit:
    if data.categories[v]:
        return fit_ordered(
            data.codes[:, v],
            data.covariates,
            categories=data.categories[v],
            weights=data.weights,
            with_limits=0 in data.categories,
        )
    return fit_numeric(data.values[:, v], data.covariates, weights=data.weights)


def _in_table(data: CodedData, i: int, j: int) -> bool:
    """Return whether a contingency table holds all that a pair can tell."""
    return bool(data.categories[i] and data.categories[j]) and data.covariates.shape[1] == 0


def _fit_pair(data: CodedData, first: UnivariateFit, second: UnivariateFit) -> PairScores:
    both = first.observed & second.observed
    one, two, w = limits_of(first, both), limits_of(second, both), data.weights[both]
    if first.ordered and second.ordered:
        return polychoric_given_covariates(one, two, w)
    if first.ordered:
        turned = polyserial(two, one, w)
        return PairScores(turned.rho, turned.ended, turned.score, turned.second, turned.first)
    if second.ordered:
        return polyserial(one, two, w)
    return pearson(one, two, w, complete=bool(first.observed.all() and second.observed.all()))


def _tables(data: CodedData, fits: Sequence[UnivariateFit]) -> PairTables:
    """Return the contingency tables of all pairs of ordered variables."""
    rows, columns = pair_order(len(fits))
    chosen = [k for k in range(len(rows)) if _in_table(data, rows[k], columns[k])]
    first, second = rows[chosen], columns[chosen]
    size = np.array(data.categories, dtype=np.intp)
    widest = int(size.max(initial=2))
    limits = np.full((len(fits), widest - 1), np.inf)
    for v, fit in enumerate(fits):
        if fit.ordered:
            limits[v, : len(fit.location)] = fit.location
    cross = _cross_counts(data, widest).reshape(len(fits), widest, len(fits), widest)
    counts = cross[first, :, second, :]
    return PairTables(
        first, second, counts, limits[first], limits[second], size[first], size[second]
    )


def _cross_counts(data: CodedData, widest: int) -> Array:
    """Return all two-way tables as one product of indicator columns."""
    total = np.zeros((len(data.names) * widest,) * 2)
    levels = np.arange(widest)
    for start in range(0, data.n, CHUNK):
        codes = data.codes[start : start + CHUNK]
        w = data.weights[start : start + CHUNK]
        indicator = (codes[:, :, None] == levels).reshape(len(codes), -1).astype(np.float64)
        total += (indicator.T * w) @ indicator if np.any(w != 1.0) else indicator.T @ indicator
    return total


def _pair_counts(fits: Sequence[UnivariateFit], weights: Array) -> Array:
    observed = np.array([fit.observed for fit in fits], dtype=np.float64)
    counts: Array = (observed * weights) @ observed.T
    return counts


def _empty_cells(names: Sequence[str], tables: PairTables) -> tuple[tuple[str, str], ...]:
    which = np.flatnonzero(tables.has_empty_cell())
    return tuple((names[tables.second[k]], names[tables.first[k]]) for k in which)


def _unconverged(
    names: Sequence[str],
    fits: Sequence[UnivariateFit],
    *,
    tables: PairTables,
    polychoric: PolychoricFit,
) -> tuple[str, ...]:
    single = tuple(name for name, fit in zip(names, fits, strict=True) if not fit.converged)
    return single + tuple(
        f"{names[tables.second[k]]} ~~ {names[tables.first[k]]}"
        for k in np.flatnonzero(~polychoric.ended)
    )
