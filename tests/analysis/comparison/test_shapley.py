"""Shapley shares of R² against all orders of entry by R lm."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.comparison.shapley import decompose_r2
from analysis.not_computable import NotComputable


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    data = pd.read_csv(path, encoding="utf-8")
    for letter in "abc":
        data[letter.upper()] = data[[f"{letter}{j}" for j in range(1, 5)]].mean(axis=1)
    return data


def test_that_shares_equal_the_mean_over_all_orders(survey: pd.DataFrame):
    # mean over the 24 orders of the additions to summary(lm(m ~ ...))$r.squared
    expected = [0.02051990841495, 0.05810329743111, 0.00973689361952, 0.10178959256047]
    found = decompose_r2(survey, "m", ("A", "B", "C", "x"), draws=0)
    assert found.table["r2_share"].to_numpy() == pytest.approx(expected, abs=1e-12)
    assert found.r2 == pytest.approx(0.190149692026, abs=1e-11)


def test_that_the_interval_holds_the_share(survey: pd.DataFrame):
    table = decompose_r2(survey, "m", ("A", "B", "x"), draws=200).table
    assert ((table["low"] <= table["r2_share"]) & (table["r2_share"] <= table["high"])).all()
    assert (table["rank_low"] <= table["rank"]).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_that_shares_sum_to_r_squared(seed: int, k: int):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.normal(size=(40, k + 1)), columns=[*map(str, range(k)), "y"])
    found = decompose_r2(data, "y", tuple(map(str, range(k))), draws=0)
    assert found.table["r2_share"].sum() == pytest.approx(found.r2)
    assert (found.table["r2_share"] > -1e-12).all()


def test_that_the_same_seed_gives_the_same_interval(survey: pd.DataFrame):
    first, second = (decompose_r2(survey, "m", ("A", "x"), draws=60).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_that_a_constant_predictor_is_refused(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="r2_not_decomposable"):
        decompose_r2(survey.assign(k=1.0), "m", ("x", "k"))
