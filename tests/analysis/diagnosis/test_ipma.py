"""The importance-performance map."""

import numpy as np
import pytest

from analysis.diagnosis import DiagnosisOptions, diagnose
from analysis.diagnosis.ipma import Points, map_points, slopes
from analysis.preparation import PreparationOptions, prepare
from tests.analysis.comparison.test_relative_weights import HP, MPG, QSEC, WT
from tests.analysis.diagnosis.test_diagnose import no_model
from tests.analysis.simulated_survey import plain_measurement, simulate

# R 4.2.2: coef(lm(mpg ~ wt + hp + qsec, mtcars))[-1]
MTCARS_SLOPES = [-4.358797200163, -0.017822271606, 0.510833694245]


def test_that_slopes_equal_those_of_lm() -> None:
    found = slopes(np.column_stack([WT, HP, QSEC]), np.array(MPG))
    assert found == pytest.approx(MTCARS_SLOPES, abs=1e-6)


def test_that_a_draw_equals_the_repeated_sample() -> None:
    x, y = np.column_stack([WT, HP]), np.array(MPG)
    counts = np.random.default_rng(3).integers(0, 3, size=(2, len(y))).astype(float)
    times = counts[0].astype(int)
    expected = slopes(np.repeat(x, times, axis=0), np.repeat(y, times))
    assert slopes(x, y, counts=counts)[0] == pytest.approx(expected, rel=1e-6)


def four_points(draws: int = 500) -> Points:
    rng = np.random.default_rng(1)
    performance, importance = np.array([30.0, 70.0, 70.0, 30.0]), np.array([0.4, 0.4, 0.1, 0.1])
    return Points(
        codes=("a", "b", "c", "d"),
        names=("a", "b", "c", "d"),
        performance=performance,
        performance_draws=performance + rng.normal(0, 2, (draws, 4)),
        importance=importance,
        importance_draws=importance + rng.normal(0, 0.02, (draws, 4)),
        wrong_sign=np.zeros(4, dtype=bool),
    )


def test_that_quadrants_are_named_by_importance_and_performance() -> None:
    table = map_points(four_points(), "constraint")
    assert table["quadrant"].tolist() == ["act", "keep", "ease", "low"]
    assert table["p_act"].round(2).tolist() == [1.0, 0.0, 0.0, 0.0]


def test_that_the_ellipse_has_the_spread_of_the_draws() -> None:
    table = map_points(four_points(20000), "constraint")
    assert table["sd_performance"].to_numpy() == pytest.approx(2.0, rel=0.03)
    assert table["sd_importance"].to_numpy() == pytest.approx(0.02, rel=0.03)
    assert table["correlation"].abs().max() < 0.03


def test_that_the_diagnosis_maps_constraints_and_groups() -> None:
    counts = {"ADM": 90, "TCH": 400}
    prepared = prepare(simulate(counts, missing=0.0), PreparationOptions(exclude=()))
    options = DiagnosisOptions(bootstrap=100)
    found = diagnose(prepared, plain_measurement(prepared), no_model(), options)
    assert found.ipma is not None
    constraint = found.ipma.loc["constraint"]
    severity = found.constraints["severity"].reindex(constraint.index)
    assert constraint["performance"].to_numpy() == pytest.approx(100 - severity.to_numpy())
    assert list(found.ipma.loc["group"].index) == ["G1", "G2", "G3"]
    assert (found.ipma["importance"] >= 0).all()


def test_that_a_small_sample_has_no_map_of_constraints() -> None:
    prepared = prepare(simulate({"TCH": 80}, missing=0.0))
    found = diagnose(
        prepared, plain_measurement(prepared), no_model(), DiagnosisOptions(bootstrap=50)
    )
    assert found.ipma is not None
    assert found.ipma.empty
