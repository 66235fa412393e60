"""Shares, rank intervals, bands and agreement with what respondents say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.diagnosis.priority import bands, cells, priority_shares, rank_priorities


def test_that_priority_is_importance_times_severity_as_a_share() -> None:
    assert priority_shares([0.2, 0.1, 0.0], [60.0, 80.0, 90.0]) == pytest.approx([0.6, 0.4, 0.0])


def test_that_equal_importance_makes_priority_the_obstacle_degree() -> None:
    # framework.json, golden.obstacle: x = (.8, .5, .3) and w = (.5, .3, .2)
    severity = 100 * (1 - np.array([0.8, 0.5, 0.3]))
    expected = [0.25641, 0.384615, 0.358974]
    assert priority_shares([0.5, 0.3, 0.2], severity) == pytest.approx(expected, abs=1e-6)


def test_that_nothing_severe_gives_no_shares() -> None:
    assert priority_shares([1.0, 1.0], [0.0, 0.0]).tolist() == [0.0, 0.0]


def test_that_constraints_with_overlapping_intervals_share_a_band() -> None:
    rank, low, high = np.array([1, 2, 3, 4]), np.array([1, 1, 3, 3]), np.array([2, 2, 4, 4])
    assert bands(rank, low, high).tolist() == [1, 1, 2, 2]


def test_that_a_chain_of_overlaps_does_not_join_first_and_last() -> None:
    rank, low, high = np.array([1, 2, 3]), np.array([1, 2, 3]), np.array([2, 3, 4])
    assert bands(rank, low, high).tolist() == [1, 1, 2]


@given(st.integers(0, 500))
def test_that_bands_follow_the_ranks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    draws = rng.random((50, 6)) + np.arange(6) * 0.3
    ranking = rank_priorities(draws.mean(axis=0), draws)
    in_order = ranking.band[np.argsort(ranking.rank)]
    assert (np.diff(in_order) >= 0).all()
    assert in_order[0] == 1
    assert (ranking.rank_low <= ranking.rank).all()
    assert (ranking.rank <= ranking.rank_high).all()


def test_that_the_chance_of_the_first_three_sums_to_three() -> None:
    draws = np.random.default_rng(1).random((400, 9))
    assert rank_priorities(draws.mean(axis=0), draws).top3.sum() == pytest.approx(3.0)


def test_that_agreement_has_four_cells() -> None:
    found = cells(np.array([1, 2, 4, 5]), np.array([1, 6, 2, 7]))
    assert found == ["agreed", "derived_only", "stated_only", "neither"]
