"""Sample sizes against R and the framework's own table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.diagnosis.planning import (
    gap_power,
    half_width,
    reachable_model,
    sample_curve,
    sample_for_gap,
    sample_for_half_width,
    smallest_gap,
)


# R 4.2.2: power.t.test(n = 64, delta = .5)$power (which leaves the far tail out) and pt() with
# both tails for unequal groups
@pytest.mark.parametrize(
    ("d", "n1", "n2", "power"),
    [
        (0.5, 64, 64, 0.8014595579),
        (0.3, 176, 176, 0.8013794436),
        (0.5, 40, 160, 0.8036475044),
        (0.3, 110, 440, 0.8021577039),
    ],
)
def test_that_the_power_of_a_gap_equals_r(d: float, n1: int, n2: int, power: float) -> None:
    assert gap_power(d, n1, n2) == pytest.approx(power, abs=1e-8)


def test_that_the_frameworks_sample_sizes_for_gaps_are_reproduced() -> None:
    # FRAMEWORK 8: d .5: 64 per role, d .3: 176; 4:1 split 40+160 and 110+440
    assert sample_for_gap(0.5) == (64, 64)
    assert sample_for_gap(0.3) == (176, 176)
    assert sample_for_gap(0.5, ratio=4) == (40, 160)
    assert sample_for_gap(0.3, ratio=4) == (110, 440)


def test_that_the_curve_shows_the_frameworks_detectable_changes() -> None:
    # FRAMEWORK 8: n 30: d .74; 60: 10 points; 100: 8; 200: 6; 400: 4
    curve = sample_curve()
    assert curve.loc[30, "gap"] == pytest.approx(0.74, abs=0.005)
    assert curve.loc[[60, 100, 200, 400], "change"].round().tolist() == [10, 8, 6, 4]
    assert curve["half_width"].is_monotonic_decreasing


# R 4.2.2: pchisq(qchisq(.95, df, (n-1)*df*.05^2), df, (n-1)*df*.08^2, lower = FALSE)
@pytest.mark.parametrize(
    ("n", "df", "power"),
    [(150, 80, 0.7903874938), (200, 80, 0.9113630184), (80, 380, 0.9482742642)],
)
def test_that_the_curves_power_of_close_fit_equals_r(n: int, df: int, power: float) -> None:
    assert sample_curve((n,), df=df).loc[n, "fit_power"] == pytest.approx(power, abs=1e-8)


def test_that_the_curve_names_what_the_ladder_allows() -> None:
    names = [reachable_model(n) for n in (20, 30, 100, 299, 300, 900)]
    assert names == ["none", "scores", "MO_overall", "MO_overall", "MS_subscale", "MS_subscale"]


@given(st.floats(0.5, 15), st.integers(0, 2000))
def test_that_the_sample_for_a_width_is_the_smallest(width: float, population: int) -> None:
    population = 0 if population < 40 else population
    n = sample_for_half_width(width, population=population)
    assert half_width(n, population=population) <= width
    if n > 2:
        assert half_width(n - 1, population=population) > width


def test_that_asking_everybody_leaves_no_sampling_error() -> None:
    assert half_width(50, population=50) == 0


@given(st.integers(5, 500), st.integers(5, 500))
def test_that_the_smallest_gap_has_the_power_asked_for(n1: int, n2: int) -> None:
    assert gap_power(smallest_gap(n1, n2), n1, n2) == pytest.approx(0.8, abs=1e-6)
