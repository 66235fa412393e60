"""The diagnosis on simulated surveys with a known truth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.diagnosis import Diagnosis, DiagnosisOptions, diagnose
from analysis.modelling.effects import no_effects
from analysis.modelling.result import StructuralResult
from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from resources.texts import LANGUAGES
from tests.analysis.simulated_survey import ROLE_COUNTS, plain_measurement, simulate

FEW = DiagnosisOptions(bootstrap=200)
LARGE = {"ADM": 90, "TCH": 400, "ENT": 60, "STU": 80, "RI": 22, "GOV": 8}


def no_model() -> StructuralResult:
    return StructuralResult(
        name="", syntax="", rungs=(), n=0, roles=(), sem=None, sem_all=None,
        effects=no_effects(), htmt_gate=(), second_engine=None, scores=pd.DataFrame(),
        findings=(), fingerprint="", is_measurement_only=True,
    )  # fmt: skip


def diagnosed(
    prepared: PreparedDataset, options: DiagnosisOptions = FEW, *, alpha: float = 0.8, **htmt: float
) -> Diagnosis:
    pairs = {name.replace("_", "-"): value for name, value in htmt.items()}
    measurement = plain_measurement(prepared, alpha=alpha, htmt=pairs)
    return diagnose(prepared, measurement, no_model(), options)


def codes(diagnosis: Diagnosis) -> set[str]:
    return {finding.code for finding in diagnosis.findings}


@pytest.fixture(scope="module")
def prepared() -> PreparedDataset:
    return prepare(simulate(LARGE, missing=0.005), PreparationOptions(exclude=()))


@pytest.fixture(scope="module")
def diagnosis(prepared: PreparedDataset) -> Diagnosis:
    return diagnosed(prepared)


def test_that_planted_constraints_are_red_and_others_not(diagnosis: Diagnosis) -> None:
    lights = diagnosis.constraints["light"]
    assert set(lights[lights == "red"].index) == {"C4", "C6"}
    assert lights["C8"] == "green"


def test_that_severity_is_the_mean_of_role_means(
    prepared: PreparedDataset, diagnosis: Diagnosis
) -> None:
    roles = prepared.respondents["role"].replace({"GOV": "other", "RI": "other"})
    expected = prepared.scores100["C6"].groupby(roles).mean().mean()
    assert diagnosis.constraints.loc["C6", "severity"] == pytest.approx(expected, abs=1e-9)


def test_that_priorities_sum_to_one_and_bands_follow(diagnosis: Diagnosis) -> None:
    table = diagnosis.constraints
    assert table["priority"].sum() == pytest.approx(1.0)
    assert table["band"].is_monotonic_increasing
    assert (table["rank_low"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_high"]).all()
    assert table["top3"].sum() == pytest.approx(3.0)


def test_that_importance_is_the_share_of_explained_variance(
    prepared: PreparedDataset, diagnosis: Diagnosis
) -> None:
    assert diagnosis.importance_source == "relative_weights"
    data = prepared.scores[[*diagnosis.constraints.index, "N1", "N2", "N3"]].dropna()
    x = np.column_stack([np.ones(len(data)), data.iloc[:, :9]])
    y = data[["N1", "N2", "N3"]].mean(axis=1).to_numpy()
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    r2 = fitted.var() / y.var()
    importance = diagnosis.constraints["importance"].sum()
    assert importance == pytest.approx(r2, abs=1e-9)


def test_that_stated_importance_leads_with_the_planted_two(diagnosis: Diagnosis) -> None:
    stated = diagnosis.constraints["stated"]
    assert set(stated.nlargest(2).index) == {"C4", "C6"}
    assert stated.sum() == pytest.approx(1.0)
    assert set(diagnosis.constraints["cell"]) <= {
        "agreed",
        "derived_only",
        "stated_only",
        "neither",
    }


def test_that_small_roles_are_hidden_with_cover(diagnosis: Diagnosis) -> None:
    assert diagnosis.by_role.loc["C1", ["GOV", "RI"]].isna().all()
    assert diagnosis.by_role_n.loc["C1", ["GOV", "RI"]].isna().all()
    assert diagnosis.by_role_n.loc["C1", "STU"] == 0
    assert diagnosis.suppressed == ("GOV", "RI")


def test_that_no_shown_number_rests_on_fewer_than_ten(diagnosis: Diagnosis) -> None:
    n = diagnosis.by_role_n.to_numpy()
    assert (n[np.isfinite(n) & (n > 0)] >= 10).all()
    assert diagnosis.by_role.notna().equals(diagnosis.by_role_n > 0)


def test_that_every_recommendation_has_codes_and_actors(diagnosis: Diagnosis) -> None:
    assert [r.constraint for r in diagnosis.recommendations] == list(diagnosis.constraints.index)
    for recommendation in diagnosis.recommendations:
        assert recommendation.measures
        assert recommendation.actors
        assert len(recommendation.advice) == 3
    assert diagnosis.recommendations[0].urgency == "now"


def test_that_the_same_seed_gives_the_same_diagnosis(
    prepared: PreparedDataset, diagnosis: Diagnosis
) -> None:
    assert diagnosed(prepared).constraints.equals(diagnosis.constraints)


def test_that_a_small_sample_is_ranked_by_severity_alone() -> None:
    small = diagnosed(prepare(simulate({"TCH": 80}, missing=0.0)))
    assert small.importance_source == "severity"
    assert {"importance_too_few", "priority_by_severity"} <= codes(small)
    assert small.constraints["importance"].isna().all()
    assert set(small.constraints.index[:2]) == {"C4", "C6"}
    assert small.constraints["band"].nunique() > 1


def test_that_a_constraint_like_the_outcome_forbids_importance(prepared: PreparedDataset) -> None:
    blocked = diagnosed(prepared, C9_N1=0.95)
    assert blocked.importance_source == "severity"
    assert "importance_overlap" in codes(blocked)


def test_that_a_constraint_with_the_wrong_sign_has_no_importance(
    prepared: PreparedDataset,
) -> None:
    scores, scores100 = prepared.scores.copy(), prepared.scores100.copy()
    for table in (scores, scores100):
        table["C7"] = table[["N1", "N2", "N3"]].mean(axis=1)
    wrong = diagnosed(replace(prepared, scores=scores, scores100=scores100))
    assert wrong.constraints.loc["C7", "importance"] == 0
    assert bool(wrong.constraints.loc["C7", "wrong_sign"])
    assert "importance_wrong_sign" in codes(wrong)


def test_that_an_unreliable_scale_is_grey(prepared: PreparedDataset) -> None:
    grey = diagnosed(prepared, alpha=0.5)
    assert set(grey.constraints["light"]) == {"grey"}
    assert grey.recommendations[0].urgency == "unknown"


def test_that_one_role_missing_changes_nothing_else() -> None:
    counts = {role: n for role, n in ROLE_COUNTS.items() if role != "ENT"}
    assert "ENT" not in diagnosed(prepare(simulate(counts))).by_role.columns


def test_that_a_group_of_three_appears_nowhere() -> None:
    found = diagnosed(prepare(simulate({"ADM": 40, "TCH": 90, "ENT": 60, "GOV": 3})))
    assert found.by_role["GOV"].isna().all()


def test_that_twelve_people_get_a_diagnosis_and_eight_get_none() -> None:
    twelve = diagnosed(prepare(simulate({"TCH": 12}, missing=0.0)))
    assert twelve.constraints["severity"].notna().all()
    eight = diagnosed(prepare(simulate({"TCH": 8}, missing=0.0)))
    assert eight.constraints["severity"].isna().all()
    assert set(eight.constraints["light"]) == {"grey"}
    assert "diagnosis_too_few" in codes(eight)


def test_that_equal_answers_of_everybody_still_give_a_table() -> None:
    responses = simulate({"TCH": 320}, missing=0.0)
    same = prepare(
        replace(responses, answers=responses.answers * 0 + 4), PreparationOptions(exclude=())
    )
    flat = diagnosed(same)
    assert flat.constraints["severity"].tolist() == pytest.approx([75.0] * 9)
    assert flat.constraints["band"].tolist() == [1] * 9


def test_that_a_constraint_nobody_answered_is_named() -> None:
    responses = simulate({"TCH": 60}, missing=0.0)
    answers = responses.answers.copy()
    answers[["C5_1", "C5_2"]] = np.nan
    found = diagnosed(prepare(replace(responses, answers=answers)))
    assert "C5" not in found.constraints.index
    assert "diagnosis_constraints_absent" in codes(found)


def test_that_flagged_answers_are_compared_only_when_many() -> None:
    responses = simulate({"ADM": 60, "TCH": 200}, missing=0.0)

    def careless(n: int) -> Diagnosis:
        answers = responses.answers.copy()
        answers.iloc[:n] = 5.0
        return diagnosed(prepare(replace(responses, answers=answers)))

    assert careless(20).with_flagged["difference"].abs().max() > 0.5
    assert careless(4).with_flagged["severity_all"].isna().all()
    assert "flagged_too_few_to_compare" in codes(careless(4))


def test_that_a_construct_few_flagged_people_answered_is_not_compared() -> None:
    responses = simulate({"TCH": 200, "ENT": 40}, missing=0.0)
    answers = responses.answers.copy()
    flagged = [*range(4), *range(200, 208)]  # of these only the four teachers were asked about C4
    answers.iloc[flagged] = answers.iloc[flagged].where(lambda table: table.isna(), 5.0)
    found = diagnosed(prepare(replace(responses, answers=answers))).with_flagged
    assert np.isnan(found.loc["C4", "severity_all"])
    assert np.isfinite(found.loc["C1", "severity_all"])


def test_that_every_finding_has_its_sentence(diagnosis: Diagnosis) -> None:
    for language in LANGUAGES:
        assert all(finding.describe(language) for finding in diagnosis.findings)
