"""Bootstrap intervals of HTMT and HTMT2, all pairs of constructs at once."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.measurement.validity import htmt_ratios, membership_of
from analysis.preparation.arrays import FloatArray
from survey.progress import Progress, silent

COLUMNS = [
    *("first", "second", "htmt", "htmt_low", "htmt_high"),
    *("htmt2", "htmt2_low", "htmt2_high"),
]


def _weighted_correlation(
    values: FloatArray, known: FloatArray | None, w: FloatArray
) -> FloatArray:
    """Return pairwise correlations of rows with multiplicities ``w``.

    ``known`` says where an answer is, values being 0 elsewhere; None when there are all: then
    one product does instead of four.
    """
    if known is None:
        mean = w @ values / w.sum()
        rows = values * np.sqrt(w)[:, None]
        covariance = rows.T @ rows / w.sum() - np.outer(mean, mean)
        with np.errstate(invalid="ignore", divide="ignore"):
            sd = np.sqrt(np.diag(covariance))
            return np.asarray(covariance / np.outer(sd, sd))
    weighted = known * w[:, None]
    n = weighted.T @ known
    sums = (values * w[:, None]).T @ known
    squares = (values**2 * w[:, None]).T @ known
    cross = (values * w[:, None]).T @ values
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = squares / n - (sums / n) ** 2
        covariance = cross / n - sums * sums.T / n**2
        return np.asarray(covariance / np.sqrt(variance * variance.T))


def htmt_intervals(
    items: pd.DataFrame,
    items_of: Mapping[str, Sequence[str]],
    *,
    draws: int = 500,
    level: float = 0.95,
    seed: int = 20260101,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Return HTMT and HTMT2 of every pair of constructs with percentile intervals.

    Respondents are resampled; correlations are pairwise over the answered items.

    Args:
        items: NaN where missing; reverse-keyed items turned.
        items_of: items by construct; constructs with one item are left out.

    Reference: Henseler, Ringle & Sarstedt (2015); Roemer, Schuberth & Henseler (2021).
    Coverage by simulation in tests/analysis/measurement.
    """
    several = {code: list(own) for code, own in items_of.items() if len(own) > 1}
    codes = list(several)
    names = [item for own in several.values() for item in own]
    if len(codes) < 2 or len(items) < 2:
        return pd.DataFrame(columns=COLUMNS)
    membership = membership_of(names, several)
    raw = items[names].to_numpy(dtype=float)
    is_known = np.isfinite(raw)
    known = None if is_known.all() else is_known.astype(float)
    centred = np.where(is_known, raw - np.nanmean(raw, axis=0), 0.0)
    lower = np.tril_indices(len(codes), -1)
    n = len(centred)
    observed = htmt_ratios(_weighted_correlation(centred, known, np.ones(n)), membership)
    rng = np.random.default_rng(seed)
    plain, geometric = np.empty((draws, len(lower[0]))), np.empty((draws, len(lower[0])))
    for b in range(draws):
        progress(b / draws, "htmt_bootstrap")
        w = np.bincount(rng.integers(0, n, n), minlength=n).astype(float)
        ratios = htmt_ratios(_weighted_correlation(centred, known, w), membership)
        plain[b], geometric[b] = ratios[0][lower], ratios[1][lower]
    tails = [(1 - level) / 2, (1 + level) / 2]
    (low, high), (low2, high2) = (_percentiles(x, tails) for x in (plain, geometric))
    table = {
        "first": [codes[j] for j in lower[1]],
        "second": [codes[i] for i in lower[0]],
        "htmt": observed[0][lower],
        "htmt_low": low,
        "htmt_high": high,
        "htmt2": observed[1][lower],
        "htmt2_low": low2,
        "htmt2_high": high2,
    }
    return pd.DataFrame(table, columns=COLUMNS)


def _percentiles(draws: FloatArray, tails: list[float]) -> FloatArray:
    """Return the quantiles per column over the draws where the ratio exists."""
    usable = np.isfinite(draws)
    columns = [
        np.quantile(draws[usable[:, j], j], tails) if usable[:, j].any() else [np.nan, np.nan]
        for j in range(draws.shape[1])
    ]
    return np.asarray(columns, dtype=float).T
