"""Obstacle degrees and marginal gains."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coupling.obstacles import gain_table, obstacle_degrees, obstacle_table
from analysis.coupling.systems import SystemModel


def two_systems() -> SystemModel:
    weights = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    return SystemModel(("U1", "U2"), ("a", "b"), ("I1", "I2", "N1"), weights, (), ())


def test_that_obstacle_degrees_equal_the_golden_values() -> None:
    # framework.json, golden.obstacle
    found = obstacle_degrees((0.8, 0.5, 0.3), (0.5, 0.3, 0.2))
    assert found == pytest.approx([0.25641, 0.384615, 0.358974], abs=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_that_obstacle_degrees_sum_to_one_or_all_vanish(x: list[float]) -> None:
    total = obstacle_degrees(x, np.full(len(x), 1 / len(x))).sum()
    assert total == pytest.approx(1.0) or (total == 0 and min(x) == 1)


def test_that_rank_intervals_come_from_the_draws() -> None:
    x = np.array([0.2, 0.5, 0.9])
    draws = np.array([[0.2, 0.5, 0.9]] * 90 + [[0.5, 0.2, 0.9]] * 10)
    table = obstacle_table(x, draws, np.full(3, 1 / 3), codes=list("abc"), names=list("abc"))
    assert table["rank"].tolist() == [1, 2, 3]
    assert table[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 2], [3, 3]]


def test_that_gains_are_differences_of_recomputed_degrees() -> None:
    # D = (U1 U2)^(1/4): I1 + .1 raises U1 from .6 to .65
    table = gain_table(
        np.array([0.6, 0.6, 0.3]),
        two_systems(),
        (0.5, 0.5),
        names=dict.fromkeys(["I1", "I2", "N1"], "x"),
    )
    expected = (0.65 * 0.3) ** 0.25 - (0.6 * 0.3) ** 0.25
    assert table.loc["I1", "D_plus_10"] == pytest.approx(expected, rel=1e-9)
    assert table.loc["N1", "gradient"] == pytest.approx(0.651356 / 4 / 0.3, abs=1e-5)
    assert table.index[0] == "N1"
    assert table.loc["I1", "D_plus_10_wang"] < 0 < table.loc["N1", "D_plus_10_wang"]
