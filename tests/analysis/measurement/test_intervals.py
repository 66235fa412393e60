"""Do the 95 % intervals hold the truth in 92 to 97 of 100 samples?"""

import numpy as np
import pandas as pd
import pytest

from analysis.measurement.confirmatory import one_factor_omega
from analysis.measurement.htmt_bootstrap import htmt_intervals
from analysis.measurement.reliability import cronbach_alpha, feldt_interval
from analysis.measurement.validity import htmt

LOADINGS = np.array([0.8, 0.7, 0.6, 0.7])
OMEGA = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())
FACTOR_CORRELATION = 0.6


def one_factor(rng: np.random.Generator, n: int, loadings: np.ndarray) -> pd.DataFrame:
    factor, noise = rng.normal(size=(n, 1)), rng.normal(size=(n, len(loadings)))
    return pd.DataFrame(factor * loadings + noise * np.sqrt(1 - loadings**2)).add_prefix("x")


def two_factors(rng: np.random.Generator, n: int) -> pd.DataFrame:
    first = rng.normal(size=(n, 1))
    second = FACTOR_CORRELATION * first + np.sqrt(1 - FACTOR_CORRELATION**2) * rng.normal(
        size=(n, 1)
    )
    factors = np.hstack([np.repeat(first, 4, axis=1), np.repeat(second, 4, axis=1)])
    values = 0.7 * factors + np.sqrt(0.51) * rng.normal(size=(n, 8))
    return pd.DataFrame(values, columns=[f"a{j}" for j in range(4)] + [f"b{j}" for j in range(4)])


@pytest.mark.slow
def test_that_the_omega_interval_covers_the_truth():
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        _, low, high = one_factor_omega(one_factor(rng, 150, LOADINGS))
        hits += low <= OMEGA <= high
    assert 0.92 <= hits / 400 <= 0.97


@pytest.mark.slow
def test_that_the_htmt_interval_covers_the_truth():
    rng = np.random.default_rng(12)
    items_of = {"A": [f"a{j}" for j in range(4)], "B": [f"b{j}" for j in range(4)]}
    hits = np.zeros(2)
    for _ in range(250):
        found = htmt_intervals(two_factors(rng, 200), items_of, draws=200, seed=1).iloc[0]
        hits += [
            found["htmt_low"] <= FACTOR_CORRELATION <= found["htmt_high"],
            found["htmt2_low"] <= FACTOR_CORRELATION <= found["htmt2_high"],
        ]
    assert np.all((hits / 250 >= 0.92) & (hits / 250 <= 0.97))


def test_that_the_feldt_interval_covers_the_truth():
    # alpha equals omega for equal loadings
    rng = np.random.default_rng(13)
    truth = (4 * 0.7) ** 2 / ((4 * 0.7) ** 2 + 4 * 0.51)
    hits = 0
    for _ in range(400):
        alpha = cronbach_alpha(one_factor(rng, 80, np.full(4, 0.7)))
        low, high = feldt_interval(alpha, n=80, k=4)
        hits += low <= truth <= high
    assert 0.92 <= hits / 400 <= 0.97


def test_that_the_bootstrap_table_holds_the_plain_ratios():
    data = two_factors(np.random.default_rng(3), 120)
    items_of = {"A": [f"a{j}" for j in range(4)], "B": [f"b{j}" for j in range(4)]}
    found = htmt_intervals(data, items_of, draws=20).iloc[0]
    expected = htmt(data.corr(), items_of).loc["B", "A"]
    geometric = htmt(data.corr(), items_of, geometric=True).loc["B", "A"]
    assert (found["htmt"], found["htmt2"]) == pytest.approx((expected, geometric), abs=1e-10)


def test_that_missing_answers_are_used_pairwise():
    data = two_factors(np.random.default_rng(4), 120)
    data = data.mask(np.random.default_rng(5).uniform(size=data.shape) < 0.1)
    items_of = {"A": [f"a{j}" for j in range(4)], "B": [f"b{j}" for j in range(4)]}
    found = htmt_intervals(data, items_of, draws=5).iloc[0]
    # pandas corr also centres each pair on its own rows; the same up to rounding
    assert found["htmt"] == pytest.approx(htmt(data.corr(), items_of).loc["B", "A"], abs=0.02)


def test_that_one_construct_gives_an_empty_table():
    data = two_factors(np.random.default_rng(4), 50)
    assert htmt_intervals(data, {"A": ["a0", "a1"]}).empty
