"""Disclosure control: the one place every table of groups passes through.

A group is shown only when it has at least ``threshold`` members, and never so that a hidden
group can be found by subtracting what is shown from a total. Two tools: tables (hide small
cells, then as many further cells as subtraction demands) and a guard over successive
filters (refuse a view that, with the earlier ones, would isolate a small group).

Rules and worked example: docs/methods/diagnosis.md, FRAMEWORK 13, ``golden.suppression``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DEFAULT_THRESHOLD = 10
LOWEST_THRESHOLD = 5
"""No setting may show groups smaller than this (``suppression.threshold_min``)."""

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HiddenGroups:
    """What a table of groups must not show.

    Args:
        primary: groups under the threshold.
        complementary: larger groups hidden so that the primary ones cannot be subtracted.
    """

    primary: tuple[str, ...]
    complementary: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every hidden group, primary ones first."""
        return self.primary + self.complementary


def effective_threshold(threshold: int) -> int:
    """Return ``threshold``, but never less than :data:`LOWEST_THRESHOLD`."""
    return max(int(threshold), LOWEST_THRESHOLD)


def hide_groups(
    counts: Mapping[str, int],
    threshold: int = DEFAULT_THRESHOLD,
    *,
    forced: Iterable[str] = (),
    floor: int = LOWEST_THRESHOLD,
) -> HiddenGroups:
    """Return the groups to hide when their total is shown as well.

    Groups with 1..threshold-1 members are hidden; then, as long as only one group is hidden
    or the hidden ones together count less than the threshold, the smallest shown group is
    hidden too. Empty groups show nothing about anybody and are never hidden.

    Args:
        counts: members by group.
        forced: groups to hide whatever their size, because they are hidden elsewhere in the
            same report. They help to cover a small group, but a large one needs no cover.
        floor: smallest threshold allowed.
    """
    limit = max(threshold, floor)
    primary = [group for group, n in counts.items() if 0 < n < limit]
    hidden = primary + [g for g in forced if counts.get(g, 0) > 0 and g not in primary]
    shown = sorted((n, group) for group, n in counts.items() if n > 0 and group not in hidden)
    while primary and shown and _can_be_subtracted([counts[g] for g in hidden], limit):
        hidden.append(shown.pop(0)[1])
    return HiddenGroups(tuple(primary), tuple(g for g in hidden if g not in primary))


def _can_be_subtracted(hidden: list[int], threshold: int) -> bool:
    return len(hidden) == 1 or sum(hidden) < threshold


def hide_cells(
    counts: pd.DataFrame, threshold: int = DEFAULT_THRESHOLD, *, forced: Iterable[str] = ()
) -> pd.DataFrame:
    """Return which cells to hide when each row's total is shown (True = hide).

    For tables whose rows are different questions and whose columns are groups, such as
    constraint x role: totals exist per row only.

    Args:
        counts: members behind each cell, rows questions, columns groups; 0 where not asked.
        forced: columns hidden everywhere.
    """
    mask = pd.DataFrame(False, index=counts.index, columns=counts.columns)
    for row, cells in counts.iterrows():
        by_group = {str(group): int(n) for group, n in cells.items()}
        for group in hide_groups(by_group, threshold, forced=forced).all:
            mask.loc[row, group] = True
    return mask


def hide_crosstab(counts: pd.DataFrame, threshold: int = DEFAULT_THRESHOLD) -> pd.DataFrame:
    """Return which cells to hide when totals of rows **and** columns are shown (True = hide).

    Starts from the small cells, satisfies each row and column as :func:`hide_groups` does,
    and goes on until no hidden cell follows from the margins (no cell is determined by the
    linear equations the totals form).
    """
    table = counts.to_numpy(dtype=np.int64)
    limit = effective_threshold(threshold)
    hidden = (table > 0) & (table < limit)
    while True:
        before = int(hidden.sum())
        for line, mask in _lines(table, hidden):
            _complete_line(line, mask, limit)
        if int(hidden.sum()) == before and not _protect_determined(table, hidden):
            return pd.DataFrame(hidden, index=counts.index, columns=counts.columns)


def _lines(
    table: NDArray[np.int64], hidden: BoolArray
) -> list[tuple[NDArray[np.int64], BoolArray]]:
    """Return rows, then columns, as (counts, view into the mask)."""
    rows = [(table[i], hidden[i]) for i in range(table.shape[0])]
    columns = [(table[:, j], hidden[:, j]) for j in range(table.shape[1])]
    return rows + columns


def _complete_line(line: NDArray[np.int64], mask: BoolArray, threshold: int) -> None:
    """Hide further cells of one row or column in place until it cannot be subtracted."""
    while mask.any() and _can_be_subtracted([int(n) for n in line[mask]], threshold):
        candidates = np.flatnonzero(~mask & (line > 0))
        if candidates.size == 0:
            return
        mask[candidates[np.argmin(line[candidates])]] = True


def _protect_determined(table: NDArray[np.int64], hidden: BoolArray) -> bool:
    """Hide the smallest further cell if the margins determine a hidden one; tell if so."""
    determined = _determined_cells(hidden)
    candidates = np.argwhere(~hidden & (table > 0))
    if not determined.any() or candidates.size == 0:
        return False
    row, column = np.argwhere(determined)[0]
    near = [(i, j) for i, j in candidates if i == row or j == column]
    pool = near or [(i, j) for i, j in candidates]
    smallest = min(pool, key=lambda cell: int(table[cell[0], cell[1]]))
    hidden[smallest[0], smallest[1]] = True
    return True


def _determined_cells(hidden: BoolArray) -> BoolArray:
    """Return the hidden cells whose value the row and column totals determine."""
    places = np.argwhere(hidden)
    result = np.zeros_like(hidden)
    if places.size == 0:
        return result
    equations = np.zeros((sum(hidden.shape), len(places)))
    equations[places[:, 0], np.arange(len(places))] = 1.0
    equations[hidden.shape[0] + places[:, 1], np.arange(len(places))] = 1.0
    for k in _determined_unknowns(equations):
        result[places[k, 0], places[k, 1]] = True
    return result


def _determined_unknowns(equations: NDArray[np.float64]) -> list[int]:
    """Return the columns whose unknown is fixed by the equations: zero in the null space."""
    _, singular, rows = np.linalg.svd(equations)
    rank = int((singular > 1e-9).sum())
    null_space = rows[rank:]
    return [k for k in range(equations.shape[1]) if np.abs(null_space[:, k]).max(initial=0) < 1e-9]


def suppress_groups(
    table: pd.DataFrame, threshold: int = DEFAULT_THRESHOLD, *, n: str = "n"
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return ``table`` without the rows that must be hidden, and the names of those rows.

    Args:
        table: one row per group (index = group), a column ``n`` with its members.
    """
    hidden = hide_groups({str(g): int(v) for g, v in table[n].items()}, threshold).all
    return table.loc[[g for g in table.index if str(g) not in hidden]], hidden


def apply_mask(values: pd.DataFrame, mask: pd.DataFrame) -> pd.DataFrame:
    """Return ``values`` with NaN in the hidden cells."""
    return values.mask(mask.reindex(index=values.index, columns=values.columns, fill_value=False))


class RefusedView(Exception):
    """A view that would let a small group be found; ``n`` says how small."""

    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.n = n


MOST_SMALL_ATOMS = 14
"""More than this: refuse without looking, the search would take too long."""


@dataclass(frozen=True, slots=True)
class ShownViews:
    """The groups of respondents whose results were already shown.

    Respondents that occur in exactly the same views form an atom. A new view is refused
    when some combination of all views (sums, differences, multiples) would depend only on
    atoms that together count less than the threshold: that is what an attacker could
    compute by subtracting tables and filters.
    """

    threshold: int = DEFAULT_THRESHOLD
    views: tuple[frozenset[int], ...] = field(default=())

    def allows(self, members: Iterable[int]) -> bool:
        """Return whether results of ``members`` may be shown after all earlier views."""
        return self._smallest_exposed(frozenset(members)) is None

    def with_view(self, members: Iterable[int]) -> ShownViews:
        """Return the views with ``members`` added.

        Raises:
            RefusedView: the view would expose a group under the threshold.
        """
        view = frozenset(members)
        exposed = self._smallest_exposed(view)
        if exposed is not None:
            raise RefusedView(exposed)
        if view in self.views or not view:
            return self
        return ShownViews(self.threshold, (*self.views, view))

    def _smallest_exposed(self, view: frozenset[int]) -> int | None:
        limit = effective_threshold(self.threshold)
        if not view or view in self.views:
            return None
        if len(view) < limit:
            return len(view)
        sizes, incidence = _atoms((*self.views, view))
        small = [k for k, size in enumerate(sizes) if size < limit]
        if len(small) > MOST_SMALL_ATOMS:
            return min(sizes)
        rank = np.linalg.matrix_rank(incidence)
        for chosen in _small_unions(small, sizes, limit):
            others = np.delete(incidence, chosen, axis=1)
            if (np.linalg.matrix_rank(others) if others.shape[1] else 0) < rank:
                return int(sum(sizes[k] for k in chosen))
        return None


def _atoms(views: tuple[frozenset[int], ...]) -> tuple[list[int], NDArray[np.float64]]:
    """Return the sizes of the atoms and the views x atoms incidence matrix."""
    patterns: dict[tuple[bool, ...], int] = {}
    for member in frozenset().union(*views):
        pattern = tuple(member in view for view in views)
        patterns[pattern] = patterns.get(pattern, 0) + 1
    return list(patterns.values()), np.array(list(patterns), dtype=float).T


def _small_unions(small: list[int], sizes: list[int], limit: int) -> list[list[int]]:
    """Return every largest set of small atoms that together count less than ``limit``.

    Smaller sets need no look of their own: what depends only on them depends only on any
    set that contains them.
    """
    found: list[list[int]] = []
    for k in range(1, len(small) + 1):
        for chosen in combinations(small, k):
            total = sum(sizes[i] for i in chosen)
            rest = [sizes[i] for i in small if i not in chosen]
            if total < limit <= total + min(rest, default=limit):
                found.append(list(chosen))
    return found
