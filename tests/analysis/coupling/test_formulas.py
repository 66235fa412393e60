"""C, T and D against framework.json's golden values and their known properties."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coupling.formulas import (
    FORMULAS,
    coordination_degree,
    coordination_index,
    coupling_degree,
    standard_gradient,
    system_weights,
)

# framework.json, golden.coupling: agree with the R package mathmodels to 1e-6.
# U, alpha, (C, T, D) of the standard, Wang and Fan forms
GOLDEN = [
    ((0.6, 0.3), (0.5, 0.5), (0.942809, 0.45, 0.651356), 0.591608, 0.515969, 0.7, 0.561249),
    ((0.6, 0.3), (0.6, 0.4), (0.942809, 0.48, 0.672717), 0.591608, 0.53289, 0.7, 0.579655),
    ((0.8, 0.2), (0.5, 0.5), (0.8, 0.5, 0.632456), 0.316228, 0.397635, 0.4, 0.447214),
    ((0.9, 0.85), (0.5, 0.5), (0.999592, 0.875, 0.935223), 0.947218, 0.910393, 0.95, 0.911729),
    ((0.7, 0.5, 0.3), (), (0.943539, 0.5, 0.686855), 0.636978, 0.564348, 0.673401, 0.580259),
    (
        (0.7, 0.5, 0.3),
        (0.5, 0.3, 0.2),
        (0.943539, 0.56, 0.726899),
        0.636978,
        0.59725,
        0.673401,
        0.614089,
    ),
]
TOLERANCE = 1e-6

systems = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.floats(0.01, 1.0), min_size=n, max_size=n)
)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case[0]} {case[1]}")
def test_that_c_t_and_d_equal_the_golden_values(case: tuple) -> None:
    u, alpha, (c, t, d), wang_c, wang_d, fan_c, fan_d = case
    assert coordination_index(u, alpha) == pytest.approx(t, abs=TOLERANCE)
    expected = {"standard": (c, d), "wang": (wang_c, wang_d), "fan": (fan_c, fan_d)}
    for formula, (degree, coordination) in expected.items():
        assert coupling_degree(u, formula) == pytest.approx(degree, abs=TOLERANCE)
        found = coordination_degree(u, formula, alpha=alpha)
        assert found == pytest.approx(coordination, abs=TOLERANCE)


def test_that_the_gradient_equals_the_golden_values() -> None:
    found = standard_gradient((0.7, 0.5, 0.3), (0.5, 0.3, 0.2))
    assert found == pytest.approx([0.25528, 0.194705, 0.291336], abs=TOLERANCE)


@given(systems)
def test_that_the_gradient_is_the_slope_of_d(u: list[float]) -> None:
    step = 1e-6
    moved = np.array(u) + step * np.eye(len(u))
    below = np.array(u) - step * np.eye(len(u))
    slope = (coordination_degree(moved) - coordination_degree(below)) / (2 * step)
    assert standard_gradient(u) == pytest.approx(slope, rel=1e-4, abs=1e-7)


@given(systems)
def test_that_equal_weights_make_d_the_root_of_the_geometric_mean(u: list[float]) -> None:
    assert coordination_degree(u) == pytest.approx(np.prod(u) ** (1 / (2 * len(u))), rel=1e-9)


@given(systems, st.sampled_from(FORMULAS))
def test_that_the_order_of_the_systems_never_matters(u: list[float], formula: str) -> None:
    first = coordination_degree(u, formula)
    for order in list(permutations(u))[:6]:
        assert coordination_degree(order, formula) == pytest.approx(first, rel=1e-9)


@given(systems, st.integers(0, 4), st.floats(0.0, 0.5))
def test_that_the_standard_d_rises_with_every_system(u: list[float], which: int, by: float) -> None:
    raised = list(u)
    raised[which % len(u)] = min(raised[which % len(u)] + by, 1.0)
    assert coordination_degree(raised) >= coordination_degree(u) - 1e-12


@given(systems)
def test_that_wangs_c_never_exceeds_the_standard_c(u: list[float]) -> None:
    assert coupling_degree(u, "wang") <= coupling_degree(u) + 1e-9


@given(systems, st.sampled_from(FORMULAS))
def test_that_c_is_one_exactly_when_all_systems_are_equal(u: list[float], formula: str) -> None:
    assert coupling_degree([u[0]] * len(u), formula) == pytest.approx(1.0, abs=1e-9)
    if max(u) - min(u) > 0.01:
        assert coupling_degree(u, formula) < 1.0


def test_that_raising_the_stronger_system_lowers_wang_and_fan_but_not_the_standard() -> None:
    # FRAMEWORK 9, fact 5: U2 = .3, U1 from .6 to .9
    def change(formula: str) -> tuple[float, float]:
        before = coordination_degree((0.6, 0.3), formula)
        return round(float(before), 3), round(float(coordination_degree((0.9, 0.3), formula)), 3)

    assert change("wang") == (0.516, 0.468)
    assert change("fan") == (0.561, 0.490)
    assert change("standard") == (0.651, 0.721)


def test_that_many_draws_are_computed_at_once() -> None:
    draws = np.array([[[0.6, 0.3]], [[0.8, 0.2]]])
    assert coordination_degree(draws).ravel() == pytest.approx([0.651356, 0.632456], abs=1e-6)


def test_that_zero_systems_are_handled() -> None:
    assert coordination_degree((0.0, 0.5)) == 0
    assert coordination_degree((0.0, 0.0)) == 0
    assert np.isnan(coordination_degree((0.5, np.nan)))


def test_that_weights_of_the_wrong_number_are_refused() -> None:
    with pytest.raises(ValueError, match="2 weights"):
        system_weights((0.5, 0.3, 0.2), 2)
