"""Organisation-level means over respondent roles, and their stratified bootstrap.

The organisation's value of a construct is the mean of its role means (equal weight per
role) or the mean over all respondents. Roles that disclosure control hides are pooled into
one stratum, so nobody is left out and no small group's mean follows from the total.
Everything is batched: a bootstrap of 2,000 draws is a few matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.disclosure import DEFAULT_THRESHOLD, hide_groups
from analysis.preparation.asked import NO_ROLE as NO_ROLE
from analysis.preparation.asked import role_labels as role_labels

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RoleStrata:
    """Scores with the strata they are averaged over.

    Args:
        columns: construct codes, k of them.
        roles: role codes in order of appearance in the code alphabet, r of them.
        values: n x k scores, 0 where missing.
        present: n x k, 1.0 where there is a score, else 0.0.
        membership: n role numbers (0..r-1).
        hidden: r x k, True where the role's cell must not be shown alone (pooled).
        threshold: fewest respondents any shown value rests on.
    """

    columns: tuple[str, ...]
    roles: tuple[str, ...]
    values: Array
    present: Array
    membership: NDArray[np.int64]
    hidden: NDArray[np.bool_]
    threshold: int

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.membership)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Respondents behind each cell, r x k."""
        return np.array(
            [self.present[self.membership == r].sum(axis=0) for r in range(len(self.roles))],
            dtype=np.int64,
        ).reshape(len(self.roles), len(self.columns))

    @property
    def shown_columns(self) -> NDArray[np.bool_]:
        """Which columns rest on at least ``threshold`` respondents, k."""
        return np.asarray(self.present.sum(axis=0) >= self.threshold)


def role_strata(
    scores: pd.DataFrame, roles: pd.Series[str], *, threshold: int = DEFAULT_THRESHOLD
) -> RoleStrata:
    """Return ``scores`` (index respondents, columns constructs) with their strata.

    A role is pooled in every column when its number of respondents is too small to be shown,
    and in single columns when the answers there are.
    """
    names = tuple(sorted(set(roles)))
    membership = np.array([names.index(role) for role in roles], dtype=np.int64)
    values = scores.to_numpy(dtype=float)
    present = np.isfinite(values)
    counts = np.array([present[membership == r].sum(axis=0) for r in range(len(names))], dtype=int)
    return RoleStrata(
        columns=tuple(str(c) for c in scores.columns),
        roles=names,
        values=np.where(present, values, 0.0),
        present=present.astype(float),
        membership=membership,
        hidden=_hidden_cells(counts.reshape(len(names), values.shape[1]), membership, threshold),
        threshold=threshold,
    )


def _hidden_cells(
    counts: NDArray[np.int64], membership: NDArray[np.int64], threshold: int
) -> NDArray[np.bool_]:
    sizes = {str(r): int((membership == r).sum()) for r in range(counts.shape[0])}
    everywhere = hide_groups(sizes, threshold).all
    mask = np.zeros(counts.shape, dtype=bool)
    for k in range(counts.shape[1]):
        cells = {str(r): int(counts[r, k]) for r in range(counts.shape[0])}
        for role in hide_groups(cells, threshold, forced=everywhere).all:
            mask[int(role), k] = True
    return mask


def bootstrap_counts(membership: NDArray[np.int64], draws: int, seed: int) -> Array:
    """Return how often each respondent is drawn, draws x n, resampling within each role.

    From a role of n respondents n - 1 are drawn with replacement, so that the spread of a
    role's mean over the draws is s²/n without the usual factor (n - 1)/n, which would make
    the intervals of small roles too narrow.

    Reference: McCarthy & Snowden (1985), Rao & Wu (1988).
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    counts = np.zeros((draws, len(membership)))
    for role in np.unique(membership):
        members = np.flatnonzero(membership == role)
        picks = rng.integers(0, len(members), size=(draws, max(len(members) - 1, 1)))
        picks += np.arange(draws)[:, None] * len(members)
        drawn = np.bincount(picks.ravel(), minlength=draws * len(members))
        counts[:, members] = drawn.reshape(draws, len(members))
    return counts


def role_means(strata: RoleStrata) -> pd.DataFrame:
    """Return role x construct means, NaN where hidden or nobody answered."""
    sums, counts = _role_totals(strata, np.ones((1, strata.n)))
    shown = np.where(strata.hidden, 0.0, counts[0])
    means = np.divide(sums[0], shown, out=np.full(shown.shape, np.nan), where=shown > 0)
    return pd.DataFrame(means, index=list(strata.roles), columns=list(strata.columns))


def organisation_means(
    strata: RoleStrata, weighting: str = "equal", *, counts: Array | None = None
) -> Array:
    """Return the organisation's mean of each construct, (draws x) k.

    Args:
        weighting: ``equal``: mean of the strata's means; ``respondent``: mean over all.
        counts: bootstrap counts, draws x n; None gives the sample itself, shape (k,).

    NaN where fewer than the threshold answered.
    """
    repeats = np.ones((1, strata.n)) if counts is None else counts
    sums, numbers = _role_totals(strata, repeats)
    if weighting == "equal":
        sums, numbers = _pool_hidden(sums, numbers, strata.hidden)
        means = np.divide(sums, numbers, out=np.zeros_like(sums), where=numbers > 0)
        answered = (numbers > 0).sum(axis=1)
        totals = means.sum(axis=1)
    else:
        totals, answered = sums.sum(axis=1), numbers.sum(axis=1)
    result = np.divide(totals, answered, out=np.full(totals.shape, np.nan), where=answered > 0)
    result[:, ~strata.shown_columns] = np.nan
    return np.asarray(result[0] if counts is None else result)


def left_out_means(strata: RoleStrata, weighting: str = "equal") -> Array:
    """Return the organisation's means without each respondent in turn, n x k.

    A respondent who alone makes up a cell is kept.
    """
    sums, numbers = _role_totals(strata, np.ones((1, strata.n)))
    if weighting == "equal":
        sums, numbers = _pool_hidden(sums, numbers, strata.hidden)
        own = np.where(
            strata.hidden[strata.membership], len(strata.roles), strata.membership[:, None]
        )
    else:
        sums, numbers = sums.sum(axis=1, keepdims=True), numbers.sum(axis=1, keepdims=True)
        own = np.zeros(strata.values.shape, dtype=np.int64)
    means = np.divide(sums[0], numbers[0], out=np.zeros_like(sums[0]), where=numbers[0] > 0)
    columns = np.arange(len(strata.columns))
    others = np.maximum(numbers[0][own, columns] - 1, 1)
    moved = strata.present * (strata.values - means[own, columns]) / others
    strata_answered = np.maximum((numbers[0] > 0).sum(axis=0), 1)
    return np.asarray(organisation_means(strata, weighting) - moved / strata_answered)


def _role_totals(strata: RoleStrata, repeats: Array) -> tuple[Array, Array]:
    """Return sums and counts, each draws x roles x columns."""
    shape = (len(repeats), len(strata.roles), len(strata.columns))
    sums, numbers = np.empty(shape), np.empty(shape)
    for r in range(len(strata.roles)):
        members = strata.membership == r
        sums[:, r] = repeats[:, members] @ strata.values[members]
        numbers[:, r] = repeats[:, members] @ strata.present[members]
    return sums, numbers


def _pool_hidden(sums: Array, numbers: Array, hidden: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return sums and counts with the hidden roles of each column as one further stratum."""
    pooled = np.where(hidden, 1.0, 0.0)
    return (
        np.concatenate([sums * (1 - pooled), (sums * pooled).sum(1, keepdims=True)], axis=1),
        np.concatenate([numbers * (1 - pooled), (numbers * pooled).sum(1, keepdims=True)], axis=1),
    )


def interval(draws: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Return the percentile interval over axis 0; NaN where every draw is NaN."""
    tail = (1 - level) / 2 * 100
    if np.isnan(draws).any():
        usable = np.where(np.isnan(draws).all(axis=0), 0.0, draws)
        low, high = np.nanpercentile(usable, [tail, 100 - tail], axis=0)
        empty = np.isnan(draws).all(axis=0)
        return np.where(empty, np.nan, low), np.where(empty, np.nan, high)
    low, high = np.percentile(draws, [tail, 100 - tail], axis=0)
    return np.asarray(low), np.asarray(high)


def ranks(values: Array) -> NDArray[np.int64]:
    """Return ranks along the last axis, 1 = largest; ties share the better rank."""
    return np.asarray((values[..., None, :] > values[..., :, None]).sum(axis=-1) + 1)
