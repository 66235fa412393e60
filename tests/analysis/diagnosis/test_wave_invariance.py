"""Invariance over waves and the two-wave cross-lags, against lavaan."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.diagnosis.change import ChangeOptions, compare_waves
from analysis.diagnosis.feedback import two_wave_feedback
from analysis.diagnosis.wave_invariance import STEPS, longitudinal_model
from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from analysis.sem import SemOptions, fit
from resources.texts import LANGUAGES, has_sentence
from survey.responses import ResponseSet
from tests.analysis.simulated_survey import simulate

FEW = ChangeOptions(bootstrap=200)
COUNTS = {"TCH": 260}

# lavaan 0.6-14, sem(text, data, meanstructure = TRUE) on the data below: chi-square, df
LAVAAN_STEPS = {"configural": (31.5633184004, 42), "metric": (34.5760388756, 46)}
LAVAAN_SCALAR = (136.1540680799, 50, 0.9476949333, 0.0847319637)  # with CFI and RMSEA

# lavaan 0.6-14, sem(MW_two_wave, data, estimator = "MLR"): est, se, p, ci.lower, ci.upper, std.all
LAVAAN_LAGS = {
    "R18": (0.1252593005, 0.0656716602, 0.0564743741, -0.0034547882, 0.2539733893, 0.1379070509),
    "R17": (0.1262941246, 0.0752140236, 0.0931267078, -0.0211226529, 0.2737109020, 0.1263974359),
}


def linked_items() -> pd.DataFrame:
    """Return 240 people's six items, measured twice; the second item drifts by half a point."""
    rng = np.random.default_rng(11)
    first = rng.normal(size=(240, 2)) @ np.array([[1, 0.4], [0, 0.9165151389911681]])
    later = 0.6 * first + 0.8 * rng.normal(size=(240, 2)) + np.array([0.3, -0.2])
    columns = {}
    for j in range(6):
        unique = 0.5 * rng.normal(size=240)
        for wave, factors in ((1, first), (2, later)):
            noise = 0.4 * rng.normal(size=240)
            load = (0.9, 0.7, 0.8)[j % 3]
            columns[f"x{j + 1}_{wave}"] = 3 + load * factors[:, j // 3] + unique + noise
    columns["x2_2"] = columns["x2_2"] + 0.5
    return pd.DataFrame(columns)


@pytest.mark.parametrize("step", STEPS)
def test_that_the_longitudinal_steps_equal_lavaan(step: str) -> None:
    options = SemOptions(meanstructure=True, se="none")
    found = fit(longitudinal_model([3, 3], step), linked_items(), options).fit_measures
    values = [found[name] for name in ("chisq", "df", "cfi", "rmsea")]
    expected = LAVAAN_SCALAR if step == "scalar" else LAVAAN_STEPS[step]
    assert values[: len(expected)] == pytest.approx(expected, abs=1e-6)


def linked_scores() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return 260 people's six subscales in both waves, on 0-100 or near it."""
    rng = np.random.default_rng(12)
    n = 260
    ci = rng.normal(size=n)
    nq = 0.5 * ci + 0.87 * rng.normal(size=n)
    ci_later = 0.55 * ci + 0.2 * nq + 0.6 * rng.normal(size=n)
    nq_later = 0.5 * nq + 0.3 * ci + 0.6 * rng.normal(size=n)
    tables: tuple[dict[str, np.ndarray], dict[str, np.ndarray]] = ({}, {})
    for name, factors in (("I", (ci, ci_later)), ("N", (nq, nq_later))):
        for k in (1, 2, 3):
            unique = 0.3 * rng.normal(size=n)
            for table, factor in zip(tables, factors, strict=True):
                noise = 0.45 * rng.normal(size=n)
                table[f"{name}{k}"] = 50 + 12 * (0.8 * factor + unique + noise)
    return pd.DataFrame(tables[0]), pd.DataFrame(tables[1])


def test_that_the_cross_lags_equal_lavaan() -> None:
    scores = linked_scores()
    found = two_wave_feedback(scores, (scores[0].index, scores[1].index))
    assert found is not None
    for relation, values in LAVAAN_LAGS.items():
        assert found.paths.loc[relation].tolist() == pytest.approx(values, abs=2e-6)
    fit_values = [found.fit[name] for name in ("chisq", "cfi", "rmsea", "srmr")]
    expected = (46.1051099191, 0.9999452681, 0.0029738865, 0.0283673754)
    assert fit_values == pytest.approx(expected, abs=1e-5)


def test_that_few_linked_people_get_no_cross_lags() -> None:
    scores = tuple(table.iloc[:150] for table in linked_scores())
    found = two_wave_feedback((scores[0], scores[1]), (scores[0].index, scores[1].index))
    assert found is not None
    assert found.paths.empty
    assert [f.code for f in found.findings] == ["feedback_too_few"]


def wave(responses: ResponseSet) -> PreparedDataset:
    codes = [f"k{row}" for row in responses.respondents["row"]]
    coded = replace(responses, respondents=responses.respondents.assign(code=codes))
    return prepare(coded, PreparationOptions(exclude=()))


def drifted(responses: ResponseSet, *items: str) -> ResponseSet:
    """Return the answers with some items understood in another way: all agree less."""
    answers = responses.answers.copy()
    for item in items or ("C4_1",):
        answers[item] = answers[item] - (1.0 if items else 1.4)
    return replace(responses, answers=answers)


@pytest.fixture(scope="module")
def first() -> ResponseSet:
    return simulate(COUNTS, missing=0.01)


@pytest.fixture(scope="module")
def later() -> ResponseSet:
    return simulate(COUNTS, seed=5, missing=0.01)


def test_that_waves_answered_alike_are_called_so(first: ResponseSet, later: ResponseSet) -> None:
    found = compare_waves(wave(first), wave(later), FEW)
    assert {block.found.code for block in found.invariance} == {"equal"}
    assert {block.found.n for block in found.invariance} == {(260, 260)}
    assert set(found.constructs["comparability"]) == {"equal"}


def test_that_an_item_understood_otherwise_stops_the_verdict(
    first: ResponseSet, later: ResponseSet
) -> None:
    found = compare_waves(wave(first), wave(drifted(later)), FEW)
    verdicts = found.constructs["verdict"]
    assert verdicts["C4"] == "not_comparable"
    assert verdicts["I1"] != "not_comparable"
    assert "change_not_comparable" in {f.code for f in found.findings}
    assert all(has_sentence("diagnosis.change.not_comparable", lang) for lang in LANGUAGES)


def test_that_linked_people_are_tested_in_a_longitudinal_model(
    first: ResponseSet, later: ResponseSet
) -> None:
    # six of ten people answer as before, the others as somebody else: autocorrelation .6
    is_same = np.random.default_rng(2).random(first.n) < 0.6
    mixed = later.answers.copy()
    mixed.loc[is_same] = first.answers.loc[is_same]
    again = replace(later, answers=mixed)
    options = replace(FEW, link="code")
    found = compare_waves(wave(first), wave(again), options)
    assert found.linked == 260
    assert [block.block for block in found.invariance] == ["G1", "G2", "G3", "positive"]
    assert {block.found.code for block in found.invariance} == {"equal"}
    drift = compare_waves(wave(first), wave(drifted(again)), options)
    assert drift.constructs.loc["C4", "verdict"] == "not_comparable"


def test_that_too_few_answers_leave_invariance_untested() -> None:
    few = {"TCH": 80}
    found = compare_waves(wave(simulate(few)), wave(simulate(few, seed=3)), FEW)
    assert set(found.constructs["comparability"]) == {"untested"}
    (untested,) = [f for f in found.findings if f.code == "change_untested"]
    assert untested.values["needed"] == 200
    assert all(untested.describe(language) for language in LANGUAGES)
