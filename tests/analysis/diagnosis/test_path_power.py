"""Power of the path model by simulation, against the framework's own study with lavaan."""

import numpy as np
import pandas as pd
import pytest

from analysis.diagnosis.path_power import AssumedModel, path_power, simulated_subscales
from survey.progress import Cancelled


@pytest.fixture(scope="module")
def at_300() -> pd.Series:
    return path_power((300,), replications=100).loc[300]


def test_that_the_frameworks_monte_carlo_is_reproduced(at_300: pd.Series) -> None:
    # FRAMEWORK 8, run there with lavaan: a path of -.25, groups correlated .5: .68 at n = 300
    assert at_300[["a2", "a3"]].mean() == pytest.approx(0.68, abs=0.10)
    assert at_300["usable"] > 0.95


def test_that_no_effect_is_seldom_significant(at_300: pd.Series) -> None:
    assert at_300[["d1", "d2", "d3"]].mean() < 0.10


def test_that_correlated_groups_cost_power(at_300: pd.Series) -> None:
    far = path_power((300,), AssumedModel(group_correlation=0.8), replications=40).loc[300]
    assert far[["a2", "a3"]].mean() < at_300[["a2", "a3"]].mean()


def test_that_the_same_seed_gives_the_same_power() -> None:
    first = path_power((150,), replications=10)
    assert path_power((150,), replications=10).equals(first)


def test_that_simulated_subscales_have_the_assumed_correlations() -> None:
    # within a factor (.75 · .80)² / var with two items: var = .75² + (1 - .75²)/2
    data = simulated_subscales(AssumedModel(), 60_000, np.random.default_rng(1))
    variance = 0.75**2 + (1 - 0.75**2) / 2
    expected = (0.75 * 0.80) ** 2 / variance
    assert data.corr().loc["C1", "C2"] == pytest.approx(expected, abs=0.01)
    assert data.corr().loc["C1", "C4"] == pytest.approx(0.5 * expected, abs=0.01)


def test_that_it_can_be_stopped() -> None:
    def stop(share: float, step: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        path_power((300,), replications=5, progress=stop)
