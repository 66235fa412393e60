"""Shrunken unit means against nlme, and nothing of small units."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.diagnosis.benchmark import _model_of, benchmark_units
from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from resources.texts import LANGUAGES, has_sentence
from tests.analysis.simulated_survey import simulate

# R 4.2.2, nlme: set.seed(4); unbalanced units of 12, 25, 8, 40, 15, 30 answers;
# m <- lme(y ~ 1, random = ~1 | unit, method = "REML"); VarCorr(m), fixef(m), coef(m)
UNITS: dict[str, list[float]] = {
    "a": [32.08, 48.1, 79.75, 77.95, 59.8, 51.54, 57.05, 50.62, 51.82, 53.84, 68.78, 50.64],
    "b": [
        45.24,
        42.49,
        69.86,
        49.22,
        66.36,
        66.07,
        55.64,
        42.5,
        65.58,
        60.39,
        32.82,
        65.35,
        49.05,
        62.52,
        35.43,
        24.51,
        59.66,
        40.68,
        43.33,
        60.76,
        39.76,
        37.18,
        66.9,
        49.47,
        66.13,
    ],
    "c": [30.03, 43.03, 42.41, 56.83, 49.71, 66.21, 28.39, 45.39],
    "d": [
        44.22,
        52.38,
        60.11,
        83.14,
        44.62,
        45.29,
        64.02,
        51.24,
        73.81,
        37.55,
        69.54,
        33.89,
        84.53,
        55.55,
        50.1,
        47.62,
        66.92,
        61.47,
        51.01,
        55.96,
        46.29,
        39.19,
        56.28,
        64.4,
        48.03,
        57.14,
        43.59,
        41.62,
        52.8,
        72.88,
        50.36,
        44.95,
        31.51,
        38.08,
        33.98,
        41,
        36.62,
        59.11,
        50.55,
        34.41,
    ],
    "e": [
        47.84,
        62.2,
        69.04,
        70.13,
        59.11,
        94.77,
        51.15,
        74.34,
        55.65,
        70.09,
        58.09,
        54.47,
        58.23,
        60.49,
        33.92,
    ],
    "f": [
        77.47,
        65.78,
        37.66,
        28.22,
        60.55,
        65.3,
        67.11,
        58.72,
        52.43,
        60.49,
        42.17,
        45.07,
        79.86,
        43.4,
        52.14,
        39.14,
        82.24,
        49.07,
        68.73,
        68.95,
        40.02,
        59.37,
        45.22,
        18.4,
        70.31,
        64.16,
        39.67,
        24.51,
        45.36,
        68.67,
    ],
}
AVERAGE, TAU2, SIGMA2 = 53.66033617254, 5.261661, 199.306328
BLUPS = [
    54.423101750609,
    52.950903430763,
    52.193810645836,
    52.75311511534,
    55.827831955828,
    53.813254136864,
]


def test_that_variances_and_shrunken_means_equal_nlme() -> None:
    model = _model_of({unit: np.array(y) for unit, y in UNITS.items()})
    assert model.average == pytest.approx(AVERAGE, abs=1e-5)
    assert model.tau2 == pytest.approx(TAU2, rel=1e-4)
    assert model.sigma2 == pytest.approx(SIGMA2, rel=1e-5)
    assert model.shrunken == pytest.approx(BLUPS, abs=1e-4)


def test_that_equal_units_shrink_to_the_average() -> None:
    same = {name: np.array([40.0, 50.0, 60.0] * 5) for name in "abc"}
    model = _model_of(same)
    assert model.tau2 == 0
    assert model.shrunken == pytest.approx(model.average)


def test_that_a_unit_is_never_moved_away_from_the_average() -> None:
    model = _model_of({unit: np.array(y) for unit, y in UNITS.items()})
    means = np.array([np.mean(y) for y in UNITS.values()])
    moved = (model.shrunken - model.average) / (means - model.average)
    assert ((moved >= 0) & (moved <= 1)).all()


def with_colleges(sizes: dict[str, int], *, better: str = "") -> PreparedDataset:
    n = sum(sizes.values())
    prepared = prepare(simulate({"TCH": n}, missing=0.0), PreparationOptions(exclude=()))
    names = [name for name, size in sizes.items() for _ in range(size)]
    respondents = prepared.respondents.assign(college=names)
    scores = prepared.scores100.copy()
    scores.loc[respondents["college"] == better, "C4"] -= 30
    return replace(prepared, respondents=respondents, scores100=scores)


def test_that_a_clearly_better_college_is_told_and_the_rest_not() -> None:
    sizes = {"文": 60, "理": 60, "工": 60, "医": 60}
    found = benchmark_units(with_colleges(sizes, better="医"), "college", constructs=("C4",))
    tiers = found.table.set_index("unit")["tier"]
    assert tiers["医"] == "low"
    assert found.summary.loc["C4", "icc1"] > 0.1
    assert list(found.table["unit"]) == sorted(sizes)


def test_that_small_colleges_are_hidden_with_cover() -> None:
    found = benchmark_units(with_colleges({"文": 60, "理": 40, "工": 12, "医": 5}), "college")
    assert set(found.table["unit"]) == {"文", "理"}
    assert (found.table["n"] >= 10).all()
    assert "benchmark_hidden" in {f.code for f in found.findings}


def test_that_one_unit_alone_is_no_benchmark() -> None:
    found = benchmark_units(with_colleges({"文": 60}), "college")
    assert found.table.empty
    assert "benchmark_too_few" in {f.code for f in found.findings}


def test_that_missing_units_do_not_count() -> None:
    prepared = with_colleges({"文": 40, "理": 40})
    respondents = prepared.respondents.assign(
        college=prepared.respondents["college"].where(np.arange(80) >= 10)
    )
    found = benchmark_units(replace(prepared, respondents=respondents), "college")
    assert isinstance(found.table, pd.DataFrame)
    assert found.table.set_index(["construct", "unit"]).loc[("C4", "文"), "n"] == 30


def test_that_every_tier_and_finding_has_its_sentence() -> None:
    found = benchmark_units(with_colleges({"文": 60, "理": 40, "工": 12, "医": 5}), "college")
    for language in LANGUAGES:
        assert all(finding.describe(language) for finding in found.findings)
        assert all(has_sentence(f"diagnosis.tier.{t}", language) for t in ("high", "middle", "low"))
