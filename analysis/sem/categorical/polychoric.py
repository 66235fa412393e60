"""Polychoric correlations of all pairs of ordered variables at once, from their tables.

Second step of the two-step estimator (Olsson, 1979): thresholds are held at their univariate
values and each correlation maximises sum n_ab log pi_ab(rho) of its contingency table.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from analysis.sem.categorical.binormal import (
    FAR,
    bivariate_cdf,
    bivariate_density,
    density_slope,
)
from analysis.sem.categorical.root import maximise
from analysis.sem.categorical.univariate import normal_density

Array = NDArray[np.float64]
Index = NDArray[np.intp]

BOUND = 0.999
"""Largest polychoric correlation looked for (as lavaan)."""
SMALLEST = float(np.sqrt(np.finfo(float).eps))
"""Cell probabilities below this carry no information on the correlation (as lavaan)."""
ZERO_ADD = 0.5
"""Moved into the one empty cell of a 2 x 2 table, margins kept (as lavaan)."""


@dataclass(frozen=True, slots=True, eq=False)
class PairTables:
    """Contingency tables of K pairs, padded to the largest number of categories C."""

    first: Index
    """Variable number of the rows of each table."""
    second: Index
    counts: Array
    """K x C x C, weighted counts."""
    row_limits: Array
    """K x (C - 1) thresholds of the first variable, padded with infinity."""
    column_limits: Array
    row_size: Index
    column_size: Index

    def take(self, which: Index) -> "PairTables":
        """Return the tables numbered ``which``."""
        return PairTables(
            self.first[which],
            self.second[which],
            self.counts[which],
            self.row_limits[which],
            self.column_limits[which],
            self.row_size[which],
            self.column_size[which],
        )

    def has_empty_cell(self) -> NDArray[np.bool_]:
        """Return for each table whether one of its cells holds nobody."""
        categories = np.arange(self.counts.shape[1])
        rows = categories[None, :, None] < self.row_size[:, None, None]
        columns = categories[None, None, :] < self.column_size[:, None, None]
        empty: NDArray[np.bool_] = ((self.counts == 0) & rows & columns).any(axis=(1, 2))
        return empty


@dataclass(frozen=True, slots=True, eq=False)
class PolychoricFit:
    """Correlations of K tables, and each cell's part in their sampling error."""

    rho: Array
    ended: NDArray[np.bool_]
    score: Array
    """K x C x C, d log pi_ab / d rho."""
    information: Array
    """K, sum of n_ab score_ab^2."""
    row_slope: Array
    """K x (C - 1), sum of n_ab score_ab (d log pi_ab / d threshold) of the first variable."""
    column_slope: Array


def fit_tables(tables: PairTables) -> PolychoricFit:
    """Return the maximum likelihood correlation of each table."""
    counts = _with_zero_rule(tables)
    perfect = _perfect(tables)
    start = _start(counts, tables)

    def derivatives(rho: Array, which: Index) -> tuple[Array, Array]:
        return _derivatives(rho, counts[which], tables.take(which))

    rho, ended = maximise(derivatives, start, bound=BOUND)
    rho = np.where(perfect != 0, perfect * BOUND, rho)
    return _with_slopes(tables, rho=rho, ended=ended)


def _with_zero_rule(tables: PairTables) -> Array:
    """Return the counts, with 0.5 moved into the one empty cell of a 2 x 2 table."""
    counts = tables.counts.copy()
    small = (tables.row_size == 2) & (tables.column_size == 2)
    corner = counts[:, :2, :2]
    empty = (corner == 0).sum(axis=(1, 2)) == 1
    diagonal = (corner[:, 0, 0] == 0) | (corner[:, 1, 1] == 0)
    sign = np.where(diagonal, ZERO_ADD, -ZERO_ADD) * (small & empty)
    counts[:, :2, :2] += sign[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return counts


def _perfect(tables: PairTables) -> Array:
    """Return +1 or -1 for 2 x 2 tables with an empty diagonal, else 0."""
    small = (tables.row_size == 2) & (tables.column_size == 2)
    corner = tables.counts[:, :2, :2]
    plus = (corner[:, 0, 1] == 0) & (corner[:, 1, 0] == 0)
    minus = (corner[:, 0, 0] == 0) & (corner[:, 1, 1] == 0)
    return np.where(small & plus, 1.0, np.where(small & minus, -1.0, 0.0))


def _start(counts: Array, tables: PairTables) -> Array:
    """Return first guesses: the Pearson correlation r of the category numbers, corrected.

    To first order their covariance is rho sum phi(row thresholds) sum phi(column thresholds).
    Tables with empty cells start at r itself, so that a flat likelihood is met from below.
    """
    total = counts.sum(axis=(1, 2))
    levels = np.arange(counts.shape[1], dtype=np.float64)
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    mean_r, mean_c = rows @ levels / total, columns @ levels / total
    var_r = rows @ levels**2 / total - mean_r**2
    var_c = columns @ levels**2 / total - mean_c**2
    product = np.einsum("kab,a,b->k", counts, levels, levels, optimize=True) / total
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = product - mean_r * mean_c
        pearson = covariance / np.sqrt(var_r * var_c)
    lines = normal_density(np.clip(tables.row_limits, -FAR, FAR)).sum(axis=1)
    lines = lines * normal_density(np.clip(tables.column_limits, -FAR, FAR)).sum(axis=1)
    corrected = np.clip(covariance / np.maximum(lines, 1e-8), -0.9, 0.9)
    start = np.where(tables.has_empty_cell(), pearson, corrected)
    return np.where(np.isfinite(start), start, 0.0)


def cell_probabilities(rho: Array, tables: PairTables) -> Array:
    """Return K x C x C cell probabilities under ``rho``; 0 in the padding."""
    pairs, size = len(rho), tables.counts.shape[1]
    corners = np.zeros((pairs, size + 1, size + 1))
    corners[:, 1:size, 1:size] = bivariate_cdf(
        tables.row_limits[:, :, None], tables.column_limits[:, None, :], rho[:, None, None]
    )
    corners[:, 1:size, size] = ndtr(tables.row_limits)
    corners[:, size, 1:size] = ndtr(tables.column_limits)
    corners[:, size, size] = 1.0
    return np.diff(np.diff(corners, axis=1), axis=2)


def _differences(values: Array) -> Array:
    """Return what corner values, K x (C - 1) x (C - 1), add up to in each cell."""
    pairs, size = values.shape[0], values.shape[1] + 1
    corners = np.zeros((pairs, size + 1, size + 1))
    corners[:, 1:size, 1:size] = values
    return np.diff(np.diff(corners, axis=1), axis=2)


def _derivatives(rho: Array, counts: Array, tables: PairTables) -> tuple[Array, Array]:
    """Return the first and second derivatives of the log-likelihoods in rho."""
    probability = cell_probabilities(rho, tables)
    x, y, r = tables.row_limits[:, :, None], tables.column_limits[:, None, :], rho[:, None, None]
    density = bivariate_density(x, y, r)
    first = _differences(density)
    second = _differences(density * density_slope(x, y, r))
    counted = np.where(probability > SMALLEST, counts, 0.0)
    inverse = 1.0 / np.maximum(probability, SMALLEST)
    ratio = first * inverse
    gradient = (counted * ratio).sum(axis=(1, 2))
    curvature = (counted * (second * inverse - ratio**2)).sum(axis=(1, 2))
    return gradient, curvature


def _with_slopes(tables: PairTables, *, rho: Array, ended: NDArray[np.bool_]) -> PolychoricFit:
    """Return the fit with its cell scores and the products that link them to the thresholds."""
    probability = cell_probabilities(rho, tables)
    inverse = np.where(probability > SMALLEST, 1.0 / np.maximum(probability, SMALLEST), 0.0)
    x, y = tables.row_limits, tables.column_limits
    density = _differences(bivariate_density(x[:, :, None], y[:, None, :], rho[:, None, None]))
    score = density * inverse
    weighted = tables.counts * score
    per_probability = weighted * inverse
    row_strip = _strip(x, y, rho)
    column_strip = _strip(y, x, rho)
    step_rows = per_probability[:, :-1, :] - per_probability[:, 1:, :]
    step_columns = (per_probability[:, :, :-1] - per_probability[:, :, 1:]).transpose(0, 2, 1)
    return PolychoricFit(
        rho=rho,
        ended=ended,
        score=score,
        information=(weighted * score).sum(axis=(1, 2)),
        row_slope=(row_strip * step_rows).sum(axis=2),
        column_slope=(column_strip * step_columns).sum(axis=2),
    )


def _strip(own: Array, other: Array, rho: Array) -> Array:
    """Return K x (C - 1) x C: density along each threshold line, cut by the other's limits."""
    root = np.sqrt(1.0 - rho**2)[:, None, None]
    limits = np.clip(other[:, None, :], -FAR, FAR)
    line = np.clip(own[:, :, None], -FAR, FAR)
    inner = ndtr((limits - rho[:, None, None] * line) / root)
    # Padded limits lie at infinity whatever the correlation.
    inner = np.where(np.isinf(other)[:, None, :], 1.0, inner)
    edges = np.concatenate(
        [np.zeros_like(inner[:, :, :1]), inner, np.ones_like(inner[:, :, :1])], 2
    )
    strip: Array = normal_density(line) * np.diff(edges, axis=2)
    return strip
