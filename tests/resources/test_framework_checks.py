"""The checks FRAMEWORK 15 asks for that no other module holds, on many random cases.

Whole framework (codes, references, short form, facets, measures, reversed items, levels):
tests/survey/test_framework.py. Golden values: tests/analysis/coupling. Here: what must hold for
any systems, in 40,000 random cases, and scoring.
"""

from dataclasses import replace

import numpy as np
import pytest

from analysis.coupling.formulas import coordination_degree, coupling_degree
from analysis.disclosure import hide_groups
from analysis.preparation import PreparationOptions, prepare
from survey.framework import load_framework
from tests.analysis.simulated_survey import simulate

CASES = 10_000
"""For each number of systems from 2 to 5: 40,000 in all."""
SYSTEMS = (2, 3, 4, 5)
ROUNDING = 1e-12


def random_systems(n: int) -> np.ndarray:
    return np.random.default_rng(20260101 + n).uniform(0.05, 1.0, size=(CASES, n))


@pytest.mark.parametrize("n", SYSTEMS)
def test_that_wangs_c_never_exceeds_the_standard_c_in_40000_cases(n: int) -> None:
    u = random_systems(n)
    assert (coupling_degree(u, "wang") <= coupling_degree(u) + ROUNDING).all()


def test_that_wangs_c_is_larger_where_one_of_several_systems_almost_vanishes() -> None:
    """As one U of n tends to 0, C falls as its 1/n-th power, Wang's as its 1/(2n - 2)-th."""
    u = [1e-6, 0.3, 0.3, 0.3]
    assert coupling_degree(u, "wang") > coupling_degree(u)


@pytest.mark.parametrize("n", SYSTEMS)
def test_that_fans_c_is_not_bounded_by_the_standard_c(n: int) -> None:
    u = random_systems(n)
    above = coupling_degree(u, "fan") > coupling_degree(u) + ROUNDING
    assert above.any()
    assert not above.all()


@pytest.mark.parametrize("n", SYSTEMS)
@pytest.mark.parametrize("formula", ["standard", "wang", "fan"])
def test_that_c_is_one_exactly_when_all_systems_are_equal(n: int, formula: str) -> None:
    u = random_systems(n)
    unequal = np.ptp(u, axis=1) > 1e-3
    assert (coupling_degree(u, formula)[unequal] < 1 - ROUNDING).all()
    equal = np.repeat(u[:, :1], n, axis=1)
    assert coupling_degree(equal, formula) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("n", SYSTEMS)
@pytest.mark.parametrize("formula", ["standard", "wang", "fan"])
def test_that_d_does_not_depend_on_the_order_of_the_systems(n: int, formula: str) -> None:
    u = random_systems(n)
    order = np.random.default_rng(n).permuted(np.tile(np.arange(n), (CASES, 1)), axis=1)
    mixed = np.take_along_axis(u, order, axis=1)
    degree = coordination_degree(u, formula)
    usable = np.isfinite(degree)  # Fan's C is negative where systems lie far apart
    assert coordination_degree(mixed, formula)[usable] == pytest.approx(degree[usable], abs=1e-12)


@pytest.mark.parametrize("n", SYSTEMS)
def test_that_the_standard_d_rises_with_any_system(n: int) -> None:
    u = random_systems(n)
    for which in range(n):
        raised = u.copy()
        raised[:, which] += 0.01
        assert (coordination_degree(raised) > coordination_degree(u)).all()


def test_that_reversed_items_are_turned_and_not_applicable_counts_for_nothing() -> None:
    """x' = k + 1 - x; the mean of the answered items from two thirds of them on; 0 to 100."""
    framework = load_framework()
    items = [code for code, item in framework.items.items() if item.construct == "C1"]
    turned = next(code for code in items if framework.items[code].is_reversed)
    responses = simulate({"TCH": 40}, form="FULL", missing=0.0)
    answers, missing = responses.answers.copy(), responses.missing.copy()
    first, second = answers.index[:2]
    answers.loc[[first, second], items] = [[5.0 if i != turned else 1.0 for i in items]] * 2
    answers.loc[second, items[:2]] = np.nan  # 3 of 5 left: under two thirds
    prepared = prepare(
        replace(responses, answers=answers, missing=missing), PreparationOptions(exclude=())
    )
    assert len(items) == 5
    assert prepared.items.loc[first, turned] == 5.0
    assert prepared.scores100.loc[first, "C1"] == pytest.approx(100.0)
    assert np.isnan(prepared.scores100.loc[second, "C1"])


def test_that_the_suppression_example_holds() -> None:
    golden = load_framework().raw["golden"]["suppression"]
    hidden = hide_groups(golden["cells"], golden["threshold"])
    assert list(hidden.primary) == golden["hidden_primary"]
    assert list(hidden.complementary) == golden["hidden_complementary"]
    assert set(golden["cells"]) - set(hidden.all) == set(golden["shown"])
