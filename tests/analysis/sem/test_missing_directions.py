"""Information of incomplete answers along directions, against the sums over all moments."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.sem import missing_directions
from analysis.sem.influence import normal_weight
from analysis.sem.missing_directions import (
    expected_form,
    gap_count,
    information_along,
    trace_of_complete,
)
from analysis.sem.missing_em import em_moments
from analysis.sem.missing_information import information_at
from analysis.sem.missing_moments import find_patterns, pattern_state
from analysis.sem.model_matrices import Directions
from analysis.sem.moments import vech_index


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


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_that_the_form_of_the_expected_information_is_that_of_all_moments(share: float) -> None:
    patterns = find_patterns(incomplete(80, 6, share=share))
    rng = np.random.default_rng(7)
    A, C, mean = rng.normal(size=(6, 6)), rng.normal(size=(6, 6)), rng.normal(size=6)
    cov = A @ A.T + np.eye(6)
    state = pattern_state(patterns, rng.normal(size=6), cov)
    rows, columns = vech_index(6)
    vector = np.concatenate([mean, (C + C.T)[rows, columns]])
    information = information_at(patterns, state, observed=False).joined()
    assert expected_form(patterns, state, mean, C + C.T) == pytest.approx(
        vector @ information @ vector, rel=1e-12
    )


@pytest.mark.parametrize(("n", "share"), [(300, 0.0), (300, 0.002), (30, 0.02), (200, 0.3)])
def test_that_gaps_give_the_trace_of_complete_over_incomplete_information(
    n: int, share: float
) -> None:
    patterns = find_patterns(incomplete(n, 8, share=share))
    moments = em_moments(patterns)
    state = pattern_state(patterns, moments.mean, moments.cov)
    missing = information_at(patterns, state, observed=True).joined() / patterns.n
    complete = normal_weight(state.inverse, with_means=True)
    found = trace_of_complete(patterns, state, moments.cov)
    assert found is not None
    assert found == pytest.approx(np.trace(np.linalg.solve(missing, complete)), rel=1e-11)
    assert found >= len(missing)


def test_that_the_trace_is_not_known_where_the_information_is_not_positive() -> None:
    few = find_patterns(incomplete(300, 8, share=0.002))
    assert 0 < gap_count(few) < 44
    far = pattern_state(few, np.zeros(8), 100.0 * np.eye(8))
    assert trace_of_complete(few, far, 100.0 * np.eye(8)) is None
