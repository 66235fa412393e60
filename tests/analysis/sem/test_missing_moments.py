"""Incomplete data: EM moments against lavaan 0.6-14, derivatives against differences.

Constants: ``lavInspect(fit, "sampstat")`` and the unrestricted log-likelihood of
``f =~ b_m + d_m + y_m + z_m`` with ``missing = "ml", em.h1.tol = 1e-13``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.sem import missing_em
from analysis.sem.missing_em import em_moments
from analysis.sem.missing_information import case_deviations, information, pattern_inverses
from analysis.sem.missing_moments import (
    find_patterns,
    likelihood,
    log_likelihood,
    pattern_state,
)
from tests.analysis.sem.mixed_survey import mixed_survey

Array = NDArray[np.float64]

NAMES = ["b_m", "d_m", "y_m", "z_m"]
LOWER = np.triu_indices(4)
MEAN = (2.0230012748, 2.9218470418, 1.8255975557, 1.0843041319)
COV = (
    *(0.4941443738, 0.3221453795, 0.8940825100, 0.2729623762, 1.3144477866),
    *(1.2771383421, 0.4958197800, 4.1771642659, 1.0456714736, 0.6325340068),
)
WEIGHTED_MEAN = (2.0414593641, 2.8552347441, 1.8052066600, 1.0514622285)
WEIGHTED_COV = (
    *(0.4971429373, 0.2933904842, 0.8558027633, 0.2436343912, 1.3729719747),
    *(1.1909121405, 0.4562243826, 4.1760011052, 0.9741422436, 0.5684302530),
)


def answers() -> Array:
    return mixed_survey()[NAMES].to_numpy(dtype=np.float64)


def moments_from(vector: Array) -> tuple[Array, Array]:
    """Split (means, vech) into means and a covariance matrix."""
    cov = np.zeros((4, 4))
    cov[LOWER] = vector[4:]
    return vector[:4], cov + cov.T - np.diag(np.diag(cov))


def point() -> Array:
    """Return moments away from the maximum."""
    moments = em_moments(find_patterns(answers()))
    shifted = moments.cov + 0.1 * np.diag(np.arange(1.0, 5.0))
    return np.concatenate([moments.mean + 0.2, shifted[LOWER]])


def gradient(vector: Array) -> Array:
    found = likelihood(find_patterns(answers()), *moments_from(vector))
    by_vech = 2.0 * found.cov - np.diag(np.diag(found.cov))
    return np.concatenate([found.mean, by_vech[LOWER]])


def test_that_em_gives_the_moments_of_lavaan() -> None:
    moments = em_moments(find_patterns(answers()))
    assert moments.converged
    assert moments.mean == pytest.approx(MEAN, abs=1e-9)
    assert moments.cov[LOWER] == pytest.approx(COV, abs=1e-9)
    assert moments.log_likelihood == pytest.approx(-1118.319, abs=5e-4)


def test_that_em_with_sampling_weights_gives_the_moments_of_lavaan() -> None:
    weights = mixed_survey()["weight"].to_numpy()
    moments = em_moments(find_patterns(answers(), weights))
    assert moments.mean == pytest.approx(WEIGHTED_MEAN, abs=1e-9)
    assert moments.cov[LOWER] == pytest.approx(WEIGHTED_COV, abs=1e-9)


def test_that_complete_data_give_mean_and_covariance_with_divisor_n() -> None:
    complete = mixed_survey()[["x", "y", "z"]].to_numpy()
    moments = em_moments(find_patterns(complete))
    assert moments.mean == pytest.approx(complete.mean(axis=0), abs=1e-12)
    assert moments.cov == pytest.approx(np.cov(complete.T, bias=True), abs=1e-12)


def test_that_the_gradient_equals_differences_of_the_log_likelihood() -> None:
    here, step, patterns = point(), 1e-5, find_patterns(answers())
    numeric = [
        (
            log_likelihood(patterns, *moments_from(here + step * unit))
            - log_likelihood(patterns, *moments_from(here - step * unit))
        )
        / (2 * step)
        for unit in np.eye(len(here))
    ]
    assert gradient(here) == pytest.approx(numeric, abs=1e-5)


def test_that_observed_information_equals_differences_of_the_gradient() -> None:
    here, step = point(), 1e-5
    numeric = np.array(
        [
            (gradient(here - step * unit) - gradient(here + step * unit)) / (2 * step)
            for unit in np.eye(len(here))
        ]
    )
    patterns = find_patterns(answers())
    found = information(patterns, *moments_from(here), observed=True).joined()
    assert found == pytest.approx(numeric, abs=1e-4)


def test_that_expected_information_is_the_sum_of_half_traces() -> None:
    """1/2 tr(P dS_a P dS_b) by pattern, written out."""
    mean, cov = moments_from(point())
    patterns = find_patterns(answers())
    units = [moments_from(unit)[1] for unit in np.eye(14)[4:]]
    total = np.zeros((10, 10))
    for mask, n in zip(patterns.mask, patterns.weight, strict=True):
        P = np.zeros((4, 4))
        P[np.ix_(mask, mask)] = np.linalg.inv(cov[np.ix_(mask, mask)])
        total += n / 2 * np.array([[np.trace(P @ a @ P @ b) for b in units] for a in units])
    found = information(patterns, mean, cov, observed=False)
    assert found.cov == pytest.approx(total, abs=1e-9)


def test_that_the_likelihood_is_the_sum_of_the_marginal_densities_of_the_cases() -> None:
    from scipy.stats import multivariate_normal

    mean, cov = moments_from(point())
    total = 0.0
    for row in answers():
        seen = ~np.isnan(row)
        if seen.any():
            total += multivariate_normal.logpdf(row[seen], mean[seen], cov[np.ix_(seen, seen)])
    assert log_likelihood(find_patterns(answers()), mean, cov) == pytest.approx(total, abs=1e-8)


def test_that_a_pattern_with_many_cases_is_kept_as_mean_and_scatter() -> None:
    """Every case five times: the same likelihood per case from few rows."""
    data = np.repeat(answers(), 5, axis=0)
    patterns = find_patterns(data)
    mean, cov = moments_from(point())
    one = log_likelihood(find_patterns(answers()), mean, cov)
    assert len(patterns.values) <= 5 * len(patterns.mask)
    assert log_likelihood(patterns, mean, cov) == pytest.approx(5 * one, rel=1e-12)


def test_that_case_deviations_add_up_to_the_gradient_of_the_means() -> None:
    mean, cov = moments_from(point())
    patterns = find_patterns(answers())
    inverses = pattern_inverses(patterns, pattern_state(patterns, mean, cov))
    z = case_deviations(patterns, answers(), mean, inverses)
    assert z.sum(axis=0) == pytest.approx(likelihood(patterns, mean, cov).mean, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.floats(-6, 6), st.integers(0, 3))
def test_that_units_of_a_variable_do_not_matter(power: float, which: int) -> None:
    scale = np.ones(4)
    scale[which] = 10.0**power
    one, two = em_moments(find_patterns(answers())), em_moments(find_patterns(answers() * scale))
    assert two.converged
    assert two.cov / np.outer(scale, scale) == pytest.approx(one.cov, rel=1e-8)


def test_that_cases_without_any_answer_do_not_count() -> None:
    data = np.vstack([answers(), np.full((7, 4), np.nan)])
    assert find_patterns(data).n == find_patterns(answers()).n


def test_that_collinear_variables_do_not_pass_for_converged() -> None:
    data = answers().copy()
    data[:, 3] = 2.0 * data[:, 2]
    moments = em_moments(find_patterns(data))
    assert not moments.converged


def test_that_newton_steps_end_where_em_does(monkeypatch: pytest.MonkeyPatch) -> None:
    data = answers().copy()
    data[np.random.default_rng(4).random(data.shape) < 0.5] = np.nan
    patterns = find_patterns(data)
    quick = em_moments(patterns)
    monkeypatch.setattr(missing_em, "NEWTON_MOMENTS", 0)
    slow = em_moments(patterns)
    assert quick.converged
    assert slow.converged
    assert quick.steps < slow.steps
    assert np.abs(quick.cov - slow.cov).max() < 1e-8
    assert quick.log_likelihood == pytest.approx(slow.log_likelihood, rel=1e-13)
