"""The review of the scale in every run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.measurement import ReviewOptions, ScaleReview, measure, review
from analysis.measurement.unit_agreement import unit_agreement
from analysis.preparation import PreparationOptions, prepare
from survey.responses import ResponseSet, SourceFile
from survey.study import Study, StudyConstruct, StudyItem

ITEMS = [f"{letter}{j}" for letter in "abc" for j in range(1, 5)]
FAST = ReviewOptions(parallel_draws=10)


def study(letters: str = "abc") -> Study:
    constructs = tuple(
        StudyConstruct(letter.upper(), letter, tuple(f"{letter}{j}" for j in range(1, 5)))
        for letter in letters
    )
    return Study("t", constructs, tuple(StudyItem(i, i) for c in constructs for i in c.items))


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    return pd.read_csv(path, encoding="utf-8")[ITEMS].astype(float)


def reviewed(
    answers: pd.DataFrame, letters: str = "abc", options: ReviewOptions = FAST
) -> ScaleReview | None:
    data = answers.reset_index(drop=True)[[i for i in answers if i[0] in letters]]
    data.index = pd.RangeIndex(1, len(data) + 1, name="respondent")
    source = SourceFile("a.csv", "0" * 64, "table", "utf-8", 0, 0)
    nothing = pd.DataFrame(index=data.index)
    kinds = data.isna().astype("int8") * 2
    responses = ResponseSet(study(letters), data, kinds, nothing, nothing, source)
    prepared = prepare(responses, PreparationOptions(exclude=()))
    return review(prepared, measure(prepared), options)


def test_that_every_part_comes_out(answers: pd.DataFrame):
    found = reviewed(answers, options=ReviewOptions(marker="C", bootstrap=10, parallel_draws=10))
    assert found is not None
    assert found.pilot.factors is not None
    assert found.pilot.factors.loadings_se is not None
    assert list(found.pilot.items.index) == ITEMS
    assert np.isfinite(found.method_bias.models.loc["single", "chisq"])
    assert np.isfinite(found.method_bias.marker_r)
    assert found.marker is not None
    assert found.marker.n == len(answers)
    assert set(found.marker.models.index) >= {"baseline", "method_c", "method_u", "method_r"}


def test_that_loadings_have_no_errors_unless_asked_for(answers: pd.DataFrame):
    found = reviewed(answers)
    assert found is not None
    assert found.pilot.factors is not None
    assert found.pilot.factors.loadings_se is None
    assert found.marker is None


def test_that_the_same_seed_gives_the_same_review(answers: pd.DataFrame):
    first, second = (reviewed(answers) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.pilot.factors is not None
    assert second.pilot.factors is not None
    pd.testing.assert_frame_equal(first.pilot.checks, second.pilot.checks)
    np.testing.assert_array_equal(
        first.pilot.factors.parallel.high_factors, second.pilot.factors.parallel.high_factors
    )


def test_that_fewer_than_ten_get_no_review(answers: pd.DataFrame):
    assert reviewed(answers.head(9)) is None


def test_that_twelve_answers_stay_on_trial(answers: pd.DataFrame):
    found = reviewed(answers.head(12))
    assert found is not None
    assert not found.pilot.is_ready
    assert [f.code for f in found.method_bias.findings] == ["method_bias_not_tested"]


def test_that_one_construct_is_reviewed_alone(answers: pd.DataFrame):
    found = reviewed(answers, "a")
    assert found is not None
    assert list(found.pilot.items.index) == ITEMS[:4]


def test_that_equal_answers_are_all_to_be_dropped(answers: pd.DataFrame):
    found = reviewed(answers * 0 + 3)
    assert found is not None
    assert found.pilot.factors is None
    assert set(found.pilot.items["action"]) == {"drop"}


def test_that_an_item_nobody_answered_is_named(answers: pd.DataFrame):
    found = reviewed(answers.assign(b2=np.nan))
    assert found is not None
    assert found.pilot.items.loc["b2", "action"] == "drop"
    assert "no_answers" in found.pilot.items.loc["b2", "reasons"]


def test_that_an_unsuitable_marker_is_told(answers: pd.DataFrame):
    found = reviewed(answers, options=ReviewOptions(marker="c1", parallel_draws=10))
    assert found is not None
    assert found.marker is None
    assert [f.code for f in found.findings] == ["marker_needs_items"]


def in_units(answers: pd.DataFrame, sizes: dict[str, int]):
    rows = answers.head(sum(sizes.values())).reset_index(drop=True)
    rows.index = pd.RangeIndex(1, len(rows) + 1, name="respondent")
    source = SourceFile("a.csv", "0" * 64, "table", "utf-8", 0, 0)
    names = [name for name, n in sizes.items() for _ in range(n)]
    people = pd.DataFrame({"unit": names}, index=rows.index)
    nothing = pd.DataFrame(index=rows.index)
    kinds = rows.isna().astype("int8")
    responses = ResponseSet(study(), rows, kinds, people, nothing, source)
    return prepare(responses, PreparationOptions(exclude=()))


def test_that_agreement_within_units_equals_R(answers: pd.DataFrame):
    # R 4: d <- rowMeans(x[1:120, 1:4]); g <- rep(1:6, each = 20); a <- anova(lm(d ~ factor(g)))
    # ICC1 <- (MSB - MSW) / (MSB + 19 * MSW); ICC2 <- (MSB - MSW) / MSB
    # median(pmax(1 - tapply(d, g, var) / 2, 0))
    found = unit_agreement(in_units(answers, {f"u{k}": 20 for k in range(6)}), "unit")
    row = found.loc["A"]
    assert (row["n"], row["units"]) == (120, 6)
    assert row["icc1"] == pytest.approx(-0.024850892173, abs=1e-9)
    assert row["icc2"] == pytest.approx(-0.941619409164, abs=1e-9)
    assert row["p"] == pytest.approx(0.764433448246, abs=1e-9)
    assert row["rwg"] == pytest.approx(0.662212171053, abs=1e-9)


def test_that_small_units_enter_no_agreement(answers: pd.DataFrame):
    sizes = {f"u{k}": 20 for k in range(6)} | {"small": 4, "tiny": 7}
    found = unit_agreement(in_units(answers, sizes), "unit")
    assert set(found["units"]) == {6}
    assert set(found["n"]) == {120}
    assert unit_agreement(in_units(answers, {"u1": 30, "u2": 30}), "unit").empty
    assert unit_agreement(in_units(answers, sizes), "nowhere").empty
