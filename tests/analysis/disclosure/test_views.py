"""Views shown one after the other never isolate a small group."""

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import RefusedView, ShownViews

everyone = frozenset(range(60))
views = st.lists(st.frozensets(st.integers(0, 39), min_size=1), min_size=1, max_size=5)


def test_that_a_small_group_is_refused_at_once() -> None:
    with pytest.raises(RefusedView) as refusal:
        ShownViews().with_view(range(9))
    assert refusal.value.n == 9


def test_that_a_filter_which_leaves_out_three_people_is_refused() -> None:
    shown = ShownViews().with_view(everyone)
    assert not shown.allows(everyone - {1, 2, 3})
    assert shown.allows(everyone - set(range(10)))


def test_that_the_total_is_refused_when_its_parts_but_a_small_one_are_shown() -> None:
    shown = ShownViews().with_view(range(20)).with_view(range(20, 55))
    assert not shown.allows(everyone)


def test_that_the_same_view_may_be_shown_again() -> None:
    shown = ShownViews().with_view(everyone)
    assert shown.with_view(everyone) is shown


def attack(shown: tuple[frozenset[int], ...], people: int) -> int:
    """Return the size of the smallest support found by random elimination of the views."""
    matrix = np.array([[float(p in view) for p in range(people)] for view in shown])
    rng = np.random.default_rng(1)
    smallest = people
    for _ in range(20):
        work = matrix.copy()
        for row in range(len(work)):
            pivots = np.flatnonzero(np.abs(work[row]) > 1e-9)
            if pivots.size == 0:
                continue
            smallest = min(smallest, pivots.size)
            pivot = rng.choice(pivots)
            for other in range(len(work)):
                if other != row:
                    work[other] -= work[row] * work[other, pivot] / work[row, pivot]
                    support = int((np.abs(work[other]) > 1e-9).sum())
                    smallest = min(smallest, support or people)
    return smallest


@settings(max_examples=60, deadline=None)
@given(views)
def test_that_no_combination_of_allowed_views_isolates_a_small_group(
    asked: list[frozenset[int]],
) -> None:
    shown = ShownViews()
    for view in asked:
        if shown.allows(view):
            shown = shown.with_view(view)
    if shown.views:
        assert attack(shown.views, 40) >= 10


def smallest_by_trying(shown: tuple[frozenset[int], ...], people: int, below: int) -> int:
    """Return the fewest people some combination of the views depends on, trying every set."""
    incidence = np.array([[float(p in view) for p in range(people)] for view in shown])
    atoms, sizes = np.unique(incidence, axis=1, return_counts=True)
    rank = np.linalg.matrix_rank(atoms)
    found = below
    for k in range(1, len(sizes) + 1):
        for chosen in combinations(range(len(sizes)), k):
            total = int(sizes[list(chosen)].sum())
            others = np.delete(atoms, chosen, axis=1)
            left = np.linalg.matrix_rank(others) if others.shape[1] else 0
            if total < found and left < rank and atoms[:, list(chosen)].any():
                found = total
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 29), min_size=10), min_size=2, max_size=3))
def test_that_a_view_is_refused_exactly_when_some_combination_isolates_few(
    asked: list[frozenset[int]],
) -> None:
    shown = ShownViews()
    for view in asked:
        isolated = smallest_by_trying((*shown.views, view), 30, below=10)
        assert shown.allows(view) == (isolated == 10)
        if shown.allows(view):
            shown = shown.with_view(view)


def test_that_many_small_atoms_are_decided_at_once() -> None:
    """Thirty colleges, each with three people apart: nothing isolates fewer than ten."""
    rng = np.random.default_rng(1)
    college = rng.integers(0, 30, 900)
    role = np.where(rng.random(900) < 0.1, 1, 0)
    shown = ShownViews().with_view(range(900))
    start = time.perf_counter()
    for group in (college == 0, *(college == k for k in range(1, 30)), role == 1):
        shown = shown.with_view(int(i) for i in np.flatnonzero(group))
    assert time.perf_counter() - start < 5
    assert not shown.allows(int(i) for i in np.flatnonzero((role == 1) & (college > 0)))
