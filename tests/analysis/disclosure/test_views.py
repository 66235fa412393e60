"""Views shown one after the other never isolate a small group."""

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
