"""Information of incomplete answers along directions, against the sums over all moments."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.sem import missing_directions
from analysis.sem.missing_directions import information_along
from analysis.sem.missing_information import information_at
from analysis.sem.missing_moments import find_patterns, pattern_state
from analysis.sem.model_matrices import Directions


def incomplete(n: int, p: int, *, share: float) -> np.ndarray:
    """Return correlated data with a share of the answers missing."""
    rng = np.random.default_rng(5)
    data = rng.normal(size=(n, p)) @ (np.eye(p) + 0.3)
    data[rng.random((n, p)) < share] = np.nan
    return data


@pytest.mark.parametrize("observed", [True, False])
@pytest.mark.parametrize(("n", "share"), [(60, 0.1), (60, 0.5), (400, 0.02)])
def test_that_gaps_give_the_information_of_all_moments(
    n: int, share: float, *, observed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    patterns = find_patterns(incomplete(n, 7, share=share))
    rng = np.random.default_rng(6)
    A = rng.normal(size=(7, 7))
    state = pattern_state(patterns, rng.normal(size=7), A @ A.T + np.eye(7))
    U, V, dmu = (rng.normal(size=(7, 11)) for _ in range(3))
    directions = Directions(U, V, dmu)
    found = information_at(patterns, state, observed=observed).joined()
    J = np.concatenate([dmu, directions.vech_jacobian()])
    monkeypatch.setattr(missing_directions, "CHUNK", 300)
    by_gaps = missing_directions._by_gaps(patterns, state, directions, observed=observed)
    expected = J.T @ found @ J
    assert np.abs(by_gaps - expected).max() < 1e-11 * np.abs(expected).max()
    along = information_along(patterns, state, directions, observed=observed)
    assert np.abs(along - expected).max() < 1e-11 * np.abs(expected).max()
