"""The bivariate normal distribution against 30-digit quadrature (mpmath) and identities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from analysis.sem.categorical.binormal import bivariate_cdf, bivariate_density, density_slope

reals = st.floats(-4, 4)
correlations = st.floats(-0.998, 0.998)


@pytest.mark.parametrize(
    ("x", "y", "rho", "expected"),
    [
        # mpmath 1.3, integral of phi(t) Phi((y - rho t) / sqrt(1 - rho^2)) at 30 digits.
        (0.3, -0.7, 0.5, 0.206523779785739),
        (1.2, 0.4, 0.924, 0.65458386260756052),
        (1.2, 0.4, 0.926, 0.65465501779258403),
        (-0.9, 1.0, -0.99, 0.030477628796445578),
        (2.5, 2.4, 0.999, 0.99179855745124843),
        (-2.0, -1.5, -0.3, 0.00023949994822004027),
    ],
)
def test_that_probabilities_equal_high_precision_quadrature(
    x: float, y: float, rho: float, expected: float
) -> None:
    found = bivariate_cdf(np.array(x), np.array(y), np.array(rho))
    assert float(found) == pytest.approx(expected, abs=1e-15)


@given(reals, reals, correlations)
def test_that_turning_one_variable_round_gives_the_rest(x: float, y: float, rho: float) -> None:
    one = bivariate_cdf(np.array(x), np.array(y), np.array(rho))
    other = bivariate_cdf(np.array(x), np.array(-y), np.array(-rho))
    assert float(one + other) == pytest.approx(float(ndtr(x)), abs=1e-14)


def test_that_infinite_limits_give_the_margins() -> None:
    limits = np.array([np.inf, -np.inf])
    found = bivariate_cdf(limits, np.array([0.5, 0.5]), np.array([0.7, 0.95]))
    assert found == pytest.approx([float(ndtr(0.5)), 0.0], abs=1e-15)


@given(reals, reals, st.floats(-0.9, 0.9))
def test_that_the_density_is_the_slope_in_rho(x: float, y: float, rho: float) -> None:
    """Plackett's identity, by central differences."""
    step = 1e-5
    up, down = (bivariate_cdf(np.array(x), np.array(y), np.array(rho + h)) for h in (step, -step))
    density = bivariate_density(np.array(x), np.array(y), np.array(rho))
    assert float(up - down) / (2 * step) == pytest.approx(float(density), abs=1e-7)


@given(reals, reals, st.floats(-0.9, 0.9))
def test_that_the_log_density_slope_equals_differences(x: float, y: float, rho: float) -> None:
    step = 1e-6
    up, down = (
        np.log(bivariate_density(np.array(x), np.array(y), np.array(rho + h)))
        for h in (step, -step)
    )
    slope = float(density_slope(np.array(x), np.array(y), np.array(rho)))
    assert float(up - down) / (2 * step) == pytest.approx(slope, rel=1e-4, abs=1e-5)
