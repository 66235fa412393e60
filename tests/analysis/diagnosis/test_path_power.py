"""Power of the path model by simulation, against the framework's own study with lavaan."""

import numpy as np
import pytest

from analysis.diagnosis.path_power import AssumedModel, path_power, simulated_subscales
from survey.progress import Cancelled


def test_that_the_frameworks_monte_carlo_is_reproduced() -> None:
    # FRAMEWORK 8, run there with lavaan: a path of -.25, groups correlated .5: .68 at n = 300
    found = path_power((300,), replications=120).loc[300]
    assert found[["a2", "a3"]].mean() == pytest.approx(0.68, abs=0.10)
    assert found["usable"] > 0.95


def test_that_no_effect_is_seldom_significant() -> None:
    found = path_power((300,), replications=120).loc[300]
    assert found[["d1", "d2", "d3"]].mean() < 0.10


def test_that_correlated_groups_cost_power() -> None:
    near = path_power((300,), replications=60).loc[300, "a2"]
    far = path_power((300,), AssumedModel(group_correlation=0.8), replications=60).loc[300, "a2"]
    assert far < near


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
