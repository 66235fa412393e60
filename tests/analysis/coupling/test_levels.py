"""Levels of D, C and the lagging system."""

import pytest

from analysis.coupling.levels import SCHEMES, lag_name, lag_types, level_scheme


@pytest.mark.parametrize(
    ("degree", "name"),
    [
        (0.0, "极度失调"),
        (0.499, "濒临失调"),
        (0.5, "勉强协调"),
        (0.7, "中级协调"),
        (1.0, "优质协调"),
    ],
)
def test_that_d10_names_the_level(degree: float, name: str) -> None:
    scheme = level_scheme("D10")
    assert scheme.name(int(scheme.codes(degree))) == name


def test_that_boundaries_can_belong_to_the_lower_level() -> None:
    scheme = level_scheme("D10")
    assert scheme.codes([0.1, 0.5, 1.0], "right").tolist() == [1, 5, 10]
    assert scheme.codes([0.1, 0.5, 1.0], "left").tolist() == [2, 6, 10]


def test_that_rounding_noise_does_not_change_the_level() -> None:
    assert level_scheme("D10").codes(0.1 + 0.2 + 0.4) == 8
    assert level_scheme("D10").codes(0.7 - 1e-16) == 8


def test_that_a_missing_degree_has_no_level() -> None:
    scheme = level_scheme("C4")
    assert scheme.name(int(scheme.codes(float("nan")))) == ""


@pytest.mark.parametrize("code", SCHEMES)
def test_that_levels_are_contiguous(code: str) -> None:
    scheme = level_scheme(code)
    assert list(scheme.edges) == sorted(set(scheme.edges))
    assert len(scheme.names) == len(scheme.names_en) == len(scheme.edges) + 1


def test_that_the_lagging_system_is_named() -> None:
    assert lag_types([0.79, 0.8, 1.2, 1.21, float("nan")]).tolist() == [0, 1, 1, 2, -1]
    assert lag_types([0.85, 1.15], "0.9-1.1").tolist() == [0, 2]
    assert (lag_name(0), lag_name(-1)) == ("协同创新滞后型", "")
