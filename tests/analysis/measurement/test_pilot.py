"""The pilot workflow: which items to mend, and why."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.measurement import measure
from analysis.measurement.items import critical_ratios
from analysis.measurement.pilot import PilotOptions, review_scale
from analysis.preparation import PreparationOptions, prepare
from resources.texts import LANGUAGES, has_sentence
from survey.responses import ResponseSet, SourceFile
from survey.study import Study, StudyConstruct, StudyItem

ITEMS = [f"{letter}{j}" for letter in "abc" for j in range(1, 5)]
STUDY = Study(
    "t",
    tuple(
        StudyConstruct(letter.upper(), letter, tuple(f"{letter}{j}" for j in range(1, 5)))
        for letter in "abc"
    ),
    tuple(StudyItem(code, code) for code in ITEMS),
)


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    return pd.read_csv(path, encoding="utf-8")[ITEMS].astype(float)


def reviewed(answers: pd.DataFrame):
    data = answers.reset_index(drop=True)
    data.index = pd.RangeIndex(1, len(data) + 1, name="respondent")
    source = SourceFile("a.csv", "0" * 64, "table", "utf-8", 0, 0)
    nothing = pd.DataFrame(index=data.index)
    responses = ResponseSet(STUDY, data, data.isna().astype("int8") * 2, nothing, nothing, source)
    prepared = prepare(responses, PreparationOptions(exclude=()))
    return review_scale(prepared, measure(prepared), PilotOptions(draws=20))


def strong(seed: int = 5, n: int = 300) -> pd.DataFrame:
    """A scale that deserves to pass: loadings of .85, factor correlations of .4."""
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, 3)) @ np.linalg.cholesky(np.full((3, 3), 0.4) + 0.6 * np.eye(3)).T
    values = 0.85 * np.repeat(factors, 4, axis=1) + 0.53 * rng.normal(size=(n, 12))
    return pd.DataFrame(np.clip(np.round(3 + values), 1, 5), columns=ITEMS)


@pytest.fixture(scope="module")
def weak(answers: pd.DataFrame):
    """a2 is noise, b3 is reversed unawares, c4 is mostly unanswered at the top."""
    rng = np.random.default_rng(2)
    broken = answers.assign(
        a2=rng.integers(1, 6, len(answers)).astype(float),
        b3=6 - answers["b3"],
        c4=np.where(rng.uniform(size=len(answers)) < 0.2, np.nan, answers["c4"]),
    )
    return reviewed(broken)


def test_that_a_good_scale_is_ready():
    review = reviewed(strong())
    assert review.is_ready, review.checks[~review.checks["passed"]]
    assert set(review.items["action"]) == {"keep"}


def test_that_a_noisy_item_is_proposed_for_dropping(weak):
    assert weak.items.loc["a2", "action"] == "drop"
    assert "citc_low" in weak.items.loc["a2", "reasons"]


def test_that_a_wrong_key_is_named(weak):
    assert "wrongly_keyed" in weak.items.loc["b3", "reasons"]


def test_that_an_item_often_left_empty_is_to_be_mended(weak):
    assert "often_missing" in weak.items.loc["c4", "reasons"]


def test_that_a_scale_with_bad_items_stays_on_trial(weak):
    assert not weak.is_ready
    assert [f.code for f in weak.findings] == ["pilot_on_trial"]


def test_that_few_respondents_keep_a_good_scale_on_trial():
    review = reviewed(strong(n=60))
    failed = set(review.checks.loc[~review.checks["passed"], "check"])
    assert "respondents" in failed
    assert not review.is_ready


def test_that_an_item_on_another_factor_is_noticed():
    data = strong()
    rng = np.random.default_rng(8)
    data["a1"] = np.clip(data["b1"] + rng.integers(-1, 2, len(data)), 1, 5)
    assert "other_factor" in reviewed(data).items.loc["a1", "reasons"]


def test_that_twelve_respondents_get_a_verdict_and_no_error(answers: pd.DataFrame):
    review = reviewed(answers.iloc[:12])
    assert review.factors is None
    assert not review.is_ready


def test_that_an_item_nobody_answered_is_dropped(answers: pd.DataFrame):
    review = reviewed(answers.assign(a1=np.nan))
    assert review.items.loc["a1", "reasons"] == ("no_answers",)
    assert review.items.loc["a1", "action"] == "drop"


def test_that_critical_ratios_equal_R(answers: pd.DataFrame):
    # t.test(x$a1[s >= o[240 - 65 + 1]], x$a1[s <= o[65]]), s the sum of a1..a4, o sorted
    found = critical_ratios(answers[["a1", "a2", "a3", "a4"]])
    assert found["a1"] == pytest.approx(17.7151471868, abs=1e-9)


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_checks_actions_and_reasons_have_words(weak, language: str):
    reasons = {reason for row in weak.items["reasons"] for reason in row}
    assert all(has_sentence(f"pilot.reason.{reason}", language) for reason in reasons)
    assert all(has_sentence(f"pilot.check.{check}", language) for check in weak.checks["check"])
    assert all(has_sentence(f"pilot.action.{action}", language) for action in weak.items["action"])
