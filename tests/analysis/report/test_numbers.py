"""How numbers are written: once, for every table and every screen."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.report.numbers import NumberKind, format_interval, format_number, stars

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (612, NumberKind.COUNT, "612"),
        (63.44, NumberKind.SCORE, "63.4"),
        (3.2, NumberKind.CHANGE, "+3.2"),
        (-3.2, NumberKind.CHANGE, "−3.2"),
        (0.12549, NumberKind.SHARE, "12.5%"),
        (3.6249, NumberKind.MEAN, "3.62"),
        (-0.27449, NumberKind.DECIMAL, "−0.274"),
        (0.0324, NumberKind.PROBABILITY, "0.032"),
        (0.0004, NumberKind.PROBABILITY, "<0.001"),
        (3.1e-7, NumberKind.TINY, "3.1e−07"),
        ("C1", NumberKind.SCORE, "C1"),
    ],
)
def test_that_each_kind_has_its_way_of_writing(value, kind, text):
    assert format_number(value, kind) == text


@pytest.mark.parametrize("value", [None, float("nan"), math.nan])
def test_that_a_missing_value_is_a_dash(value):
    assert format_number(value, NumberKind.SCORE) == "—"


def test_that_a_rounded_zero_has_no_sign():
    assert format_number(-0.0001, NumberKind.DECIMAL) == "0.000"
    assert format_number(0.0, NumberKind.CHANGE) == "0.0"


def test_that_infinities_are_signs():
    assert format_number(-math.inf) == "−∞"


def test_that_an_interval_with_a_missing_end_is_a_dash():
    assert format_interval(0.1, 0.25) == "[0.100, 0.250]"
    assert format_interval(0.1, math.nan) == "—"


@pytest.mark.parametrize(("p", "mark"), [(0.0004, "***"), (0.004, "**"), (0.04, "*"), (0.06, "")])
def test_that_stars_follow_the_usual_limits(p, mark):
    assert stars(p) == mark


def test_that_a_missing_p_value_has_no_stars():
    assert stars(math.nan) == ""


def test_that_writing_a_number_loads_no_heavy_library():
    """The window formats numbers before anything was analysed."""
    code = (
        "import sys, analysis.report, analysis.report.numbers, analysis.report.path_diagram;"
        "print({'numpy', 'pandas', 'scipy', 'matplotlib', 'reportlab'} & sys.modules.keys())"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert found.stdout.strip() == "set()"
