"""Necessary conditions: by hand, and against a second computation in R (numerical integration)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.comparison.necessity import NecessityOptions, analyse_necessity
from analysis.not_computable import NotComputable


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    data = pd.read_csv(path, encoding="utf-8")
    for letter in "abc":
        data[letter.upper()] = data[[f"{letter}{j}" for j in range(1, 5)]].mean(axis=1)
    return data


# area above the running maximum and above lm(peaks) over 2,000,001 grid points, in R
R_EFFECTS = {
    ("A", "B"): (0.1041666979, 0.0832716541, 0.9916666667),
    ("x", "y"): (0.2101775806, 0.2024509954, 0.9875),
}


@pytest.mark.parametrize(("condition", "outcome"), list(R_EFFECTS))
def test_that_effect_sizes_equal_integration_in_R(survey: pd.DataFrame, condition, outcome):
    options = NecessityOptions(outcome, (condition,), permutations=0)
    row = analyse_necessity(survey, options).table.loc[condition]
    found = (row["d_ce"], row["d_cr"], row["accuracy_cr"])
    assert found == pytest.approx(R_EFFECTS[condition, outcome], abs=1e-6)


def staircase() -> pd.DataFrame:
    """Outcome at most 2 below x = 5, at most 10 from there on."""
    x = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10], dtype=float)
    y = np.array([2, 0, 1, 2, 2, 10, 0, 4, 3, 8, 10, 5], dtype=float)
    return pd.DataFrame({"x": x, "y": y})


def test_that_the_step_ceiling_is_the_empty_corner():
    # above the steps from x = 0 to 5 the zone is 5 wide and 8 high, of 10 x 10
    found = analyse_necessity(staircase(), NecessityOptions("y", ("x",), permutations=0))
    assert found.table.loc["x", "d_ce"] == pytest.approx(0.4)


def test_that_the_bottleneck_reads_the_steps():
    found = analyse_necessity(staircase(), NecessityOptions("y", ("x",), permutations=0))
    assert found.bottleneck.loc[20.0, "x"] == 0.0
    assert found.bottleneck.loc[30.0, "x"] == 50.0


def test_that_a_full_corner_means_no_necessity():
    data = staircase()
    data.loc[0, "y"] = 10.0
    found = analyse_necessity(data, NecessityOptions("y", ("x",), permutations=200))
    assert found.table.loc["x", "d_ce"] == 0.0
    assert not found.table.loc["x", "is_necessary"]


def test_that_the_permutation_test_keeps_its_level():
    rng = np.random.default_rng(4)
    hits = 0
    for seed in range(200):
        data = pd.DataFrame(rng.integers(1, 8, (60, 2)).astype(float), columns=["x", "y"])
        options = NecessityOptions("y", ("x",), permutations=199, seed=seed)
        hits += analyse_necessity(data, options).table.loc["x", "p_ce"] < 0.05
    assert hits / 200 <= 0.07


def test_that_a_theoretical_scope_counts_unused_ends():
    options = NecessityOptions("y", ("x",), scope=(-10.0, 10.0), permutations=0)
    # left of x = 0: 10 x 20, above the steps from 0 to 5: 5 x 8, of 20 x 20
    found = analyse_necessity(staircase(), options)
    assert found.table.loc["x", "d_ce"] == pytest.approx(240 / 400)


def test_that_few_rows_are_refused():
    with pytest.raises(NotComputable, match="necessity_too_little"):
        analyse_necessity(staircase().head(5), NecessityOptions("y", ("x",)))
