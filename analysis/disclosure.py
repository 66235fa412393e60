"""Disclosure control: the one place every table of groups passes through.

A group is shown only when it has at least ``threshold`` members, and never so that a hidden
group can be found by subtracting what is shown from a total. Two tools: tables (hide small
cells, then as many further cells as subtraction demands) and a guard over successive
filters (refuse a view that, with the earlier ones, would isolate a small group).

Rules and worked example: docs/methods/diagnosis.md, FRAMEWORK 13, ``golden.suppression``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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


class RefusedView(Exception):
    """A view that would let a small group be found; ``n`` says how small."""

    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.n = n


MOST_SEARCHED = 3000
"""More steps than this: refuse without an answer, the search would take too long."""


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
        return self.with_views((members,))

    def with_views(self, groups: Iterable[Iterable[int]]) -> ShownViews:
        """Return the views with all ``groups`` added at once.

        Raises:
            RefusedView: together they would expose a group under the threshold.
        """
        views = list(dict.fromkeys(frozenset(members) for members in groups))
        new = tuple(view for view in views if view and view not in self.views)
        if not new:
            return self
        exposed = smallest_exposed((*self.views, *new), self.threshold)
        if exposed is not None:
            raise RefusedView(exposed)
        return ShownViews(self.threshold, (*self.views, *new))

    def _smallest_exposed(self, view: frozenset[int]) -> int | None:
        if not view or view in self.views:
            return None
        return smallest_exposed((*self.views, view), self.threshold)


def smallest_exposed(views: tuple[frozenset[int], ...], threshold: int) -> int | None:
    """Return how few people some combination of the views depends on.

    None when every sum, difference or multiple of the views depends on at least ``threshold``.
    """
    limit = effective_threshold(threshold)
    fewest = min((len(view) for view in views), default=limit)
    if fewest < limit:
        return fewest
    return _smallest_support(*_atoms(views), limit) if views else None


def shown_across(
    answered: pd.DataFrame, groupings: Sequence[pd.Series], threshold: int = DEFAULT_THRESHOLD
) -> list[dict[str, frozenset[str]]]:
    """Return for each grouping the groups that may be shown, by score.

    For reports that show several groupings of the same people beside the total: everybody of
    a role less everybody of the colleges may be the three who named none. The groupings are
    admitted in their order; where the groups of one, with all shown before, would expose
    somebody, its smallest shown group is left out until they no longer do.

    Args:
        answered: respondents x scores, True where there is a score.
        groupings: groups of the respondents, same index; NaN for none.
    """
    everywhere = [
        hide_groups({str(g): int(n) for g, n in groups.value_counts().items()}, threshold).all
        for groups in groupings
    ]
    names = [groups.astype(object).map(str, na_action="ignore") for groups in groupings]
    shown: list[dict[str, frozenset[str]]] = [{} for _ in groupings]
    for score in answered.columns:
        known = answered[score].to_numpy(dtype=bool)
        views = ShownViews(threshold, (frozenset(np.flatnonzero(known).tolist()),))
        for place, groups in enumerate(names):
            members = {
                str(g): frozenset(np.flatnonzero(known & (groups == g).to_numpy()).tolist())
                for g in groups.dropna().unique()
            }
            kept, views = _admit(members, views, forced=everywhere[place])
            shown[place][str(score)] = kept
    return shown


def _admit(
    members: Mapping[str, frozenset[int]], views: ShownViews, *, forced: Iterable[str]
) -> tuple[frozenset[str], ShownViews]:
    """Return the groups of one grouping that may be shown, and the views with them."""
    counts = {group: len(people) for group, people in members.items()}
    hidden = hide_groups(counts, effective_threshold(views.threshold), forced=forced).all
    shown = sorted(
        (g for g, n in counts.items() if n and g not in hidden), key=lambda g: (counts[g], g)
    )
    while shown:
        try:
            return frozenset(shown), views.with_views(members[g] for g in shown)
        except RefusedView:
            shown.pop(0)
    return frozenset(), views


def _atoms(views: tuple[frozenset[int], ...]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the views x atoms incidence matrix and the sizes of the atoms."""
    place = {member: k for k, member in enumerate(frozenset().union(*views))}
    incidence = np.zeros((len(place), len(views)), dtype=np.uint8)
    for column, view in enumerate(views):
        incidence[[place[member] for member in view], column] = 1
    packed = np.packbits(incidence, axis=1)
    _, first, sizes = np.unique(packed, axis=0, return_index=True, return_counts=True)
    return incidence[first].T.astype(float), sizes


def _smallest_support(
    rows: NDArray[np.float64], sizes: NDArray[np.int64], limit: int
) -> int | None:
    """Return the fewest people a combination of ``rows`` depends on, None from ``limit`` on.

    First only combinations that vanish on every large atom are kept, which mostly leaves none;
    atoms that occur in all of those in the same proportion count as one and may be large
    together. What is left is searched whole.

    Args:
        rows: views x atoms.
        sizes: people in each atom.
    """
    rows, sizes = _joined(rows, sizes)
    while rows.size and (large := sizes >= limit).any():
        rows = _null_space(rows[:, large].T) @ rows[:, ~large]
        rows, sizes = _joined(rows, sizes[~large])
    return _search(rows, sizes, limit) if rows.size else None


def _search(rows: NDArray[np.float64], sizes: NDArray[np.int64], limit: int) -> int | None:
    """Return the fewest people of a combination of independent rows, None from ``limit`` on.

    Atom by atom, large ones first, a combination vanishes there or depends on it; the people
    it depends on stay under the best found, and each vanishing takes one dimension.
    """
    order = np.argsort(-sizes, kind="stable")
    rows, sizes = rows[:, order], sizes[order]
    best, steps = limit, 0
    stack = [(rows, 0, 0)]
    while stack:
        basis, place, used = stack.pop()
        steps += 1
        if steps > MOST_SEARCHED:
            return int(sizes.min())
        if len(basis) == 1:
            best = min(best, int(sizes[np.abs(basis[0]) > ZERO].sum()))
            continue
        live = np.flatnonzero(np.abs(basis[:, place:]).max(axis=0, initial=0.0) > ZERO)
        if not live.size:
            best = min(best, used)
            continue
        atom = place + int(live[0])
        if used + sizes[atom] < best:
            stack.append((basis, atom + 1, used + int(sizes[atom])))
        stack.append((_vanishing(basis, atom), atom + 1, used))
    return best if best < limit else None


def _vanishing(basis: NDArray[np.float64], atom: int) -> NDArray[np.float64]:
    """Return a basis of the combinations of ``basis`` that vanish on one atom."""
    column = basis[:, atom]
    pivot = int(np.argmax(np.abs(column)))
    left = np.delete(basis - np.outer(column / column[pivot], basis[pivot]), pivot, axis=0)
    left[:, atom] = 0.0
    return left


ZERO = 1e-9
"""Numbers below are rounding errors of zeros (views hold only zeros and ones)."""


def _null_space(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an orthonormal basis, in rows, of what ``matrix`` maps to zero."""
    _, singular, rows = np.linalg.svd(matrix)
    return np.asarray(rows[int((singular > ZERO).sum()) :])


def _joined(
    rows: NDArray[np.float64], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return orthonormal rows of the same span, without zero columns, equal columns joined."""
    _, singular, basis = np.linalg.svd(rows, full_matrices=False)
    basis = basis[singular > ZERO]
    lengths = np.linalg.norm(basis, axis=0)
    used = lengths > ZERO
    columns = basis[:, used] / lengths[used]
    first = np.argmax(np.abs(columns) > ZERO, axis=0) if columns.size else np.zeros(0, dtype=int)
    columns = columns * np.sign(columns[first, np.arange(columns.shape[1])])
    same = np.abs(columns.T @ columns) > 1 - ZERO
    leaders = np.unique(np.argmax(same, axis=1)) if len(same) else np.zeros(0, dtype=int)
    return columns[:, leaders], np.array([sizes[used][same[k]].sum() for k in leaders], dtype=int)
