"""The ladder chooses, the gate stops, what is missing is cut out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.modelling import ModellingOptions, StructuralResult, model_structure
from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from analysis.sem import fit
from resources.texts import LANGUAGES, has_sentence
from survey.study import Study
from tests.analysis.simulated_survey import plain_measurement, simulate

QUICK = ModellingOptions(second_engine=False)
LARGE = {"ADM": 90, "TCH": 400}


def prepared_survey(counts: dict[str, int], *, form: str = "SHORT30") -> PreparedDataset:
    return prepare(simulate(counts, form=form, missing=0.0), PreparationOptions(exclude=()))


def modelled(
    prepared: PreparedDataset, options: ModellingOptions = QUICK, **htmt: float
) -> StructuralResult:
    pairs = {name.replace("_", "-"): value for name, value in htmt.items()}
    return model_structure(prepared, plain_measurement(prepared, htmt=pairs), options)


def reasons(result: StructuralResult) -> dict[str, str]:
    return {rung.model: rung.reason for rung in result.rungs}


def codes(result: StructuralResult) -> set[str]:
    return {finding.code for finding in result.findings}


@pytest.fixture(scope="module")
def large() -> PreparedDataset:
    return prepared_survey(LARGE)


@pytest.fixture(scope="module")
def result(large: PreparedDataset) -> StructuralResult:
    return modelled(large)


def test_that_a_large_sample_gets_the_subscale_model(result: StructuralResult) -> None:
    assert result.name == "MS_subscale"
    assert (result.n, result.roles) == (490, ("ADM", "TCH"))
    assert reasons(result) == {
        "MI_items_second_order": "too_few",
        "MS_subscale": "chosen",
        "MO_overall": "larger_chosen",
    }


def test_that_the_subscale_model_has_the_frameworks_degrees_of_freedom(
    result: StructuralResult,
) -> None:
    # FRAMEWORK 8, checked there by running lavaan: MS df 80
    assert result.sem is not None
    assert result.sem.fit_measures["df"] == 80


def test_that_effects_say_where_they_lead(result: StructuralResult) -> None:
    effects = result.effects.set_index("effect")
    assert effects.loc["ind1", ["from", "to", "kind"]].tolist() == ["G1", "NQ", "indirect"]
    assert effects.loc["tot2", "kind"] == "total"
    product = effects.loc["a1", "est"] * effects.loc["b", "est"]
    assert effects.loc["ind1", "est"] == pytest.approx(product, rel=1e-6)
    assert (effects["low"] < effects["est"]).all()


def test_that_the_planted_directions_are_found(result: StructuralResult) -> None:
    effects = result.effects.set_index("effect")["est"]
    assert effects["b"] > 0
    assert effects[["tot1", "tot2", "tot3"]].max() < 0.1


def test_that_rivals_stand_beside_the_chosen_model(result: StructuralResult) -> None:
    assert result.rivals is not None
    assert list(result.rivals.index) == ["MS_subscale", "MS0_full_mediation", "MO_overall"]
    # nested models: 83 - 80 and 84 - 80 degrees of freedom, chi-square can only rise
    assert result.rivals["delta_df"].tolist()[1:] == [3, 4]
    rise = result.rivals["chisq"].iloc[1:] - result.rivals["chisq"].iloc[0]
    assert result.rivals["delta_chisq"].iloc[1:].tolist() == pytest.approx(rise.tolist())
    assert (rise >= 0).all()
    assert result.rivals["delta_p"].iloc[1:].between(0, 1).all()


def test_that_a_medium_sample_gets_the_overall_model() -> None:
    medium = modelled(prepared_survey({"ADM": 40, "TCH": 140}))
    assert medium.name == "MO_overall"
    assert reasons(medium)["MS_subscale"] == "too_few"
    assert medium.sem is not None
    assert medium.sem.fit_measures["df"] == 84


def test_that_eighty_answers_get_no_path_model_but_a_reason() -> None:
    small = modelled(prepared_survey({"TCH": 80}))
    assert small.sem is None
    assert small.effects.empty
    assert set(reasons(small).values()) == {"too_few"}
    assert "model_sample_scores_only" in codes(small)


def test_that_twelve_answers_are_only_described() -> None:
    assert "model_sample_descriptive" in codes(modelled(prepared_survey({"TCH": 12})))


def test_that_a_planted_htmt_stops_every_path(large: PreparedDataset) -> None:
    gated = modelled(large, C6_I1=0.93)
    assert gated.htmt_gate == (("C6", "I1"),)
    assert gated.effects.empty
    assert gated.is_measurement_only
    assert "~ " not in gated.syntax.replace("=~", "").replace("~~", "")
    assert gated.sem is not None
    assert "htmt_gate" in codes(gated)


def test_that_groups_that_are_alike_leave_the_overall_model(large: PreparedDataset) -> None:
    alike = modelled(large, C1_C4=0.95)
    assert (alike.name, alike.is_measurement_only) == ("MO_overall", False)
    assert reasons(alike)["MS_subscale"] == "htmt_gate"


def test_that_a_switched_off_module_is_cut_out() -> None:
    responses = simulate(LARGE, missing=0.0)
    study = responses.study
    kept = [i.code for i in study.items if i.code[:2] not in ("C7", "C8", "C9")]
    smaller = replace(
        responses,
        study=study.restricted_to(kept),
        answers=responses.answers[kept],
        missing=responses.missing[kept],
    )
    cut = modelled(prepare(smaller, PreparationOptions(exclude=())))
    assert cut.name == "MS_subscale"
    assert "G3" not in cut.syntax
    assert "model_constructs_missing" in codes(cut)


def test_that_a_constant_construct_is_left_out(large: PreparedDataset) -> None:
    scores = large.scores.assign(C1=3.0)
    flat = modelled(replace(large, scores=scores))
    assert "model_constant" in codes(flat)
    assert "C1" not in flat.scores.columns
    assert flat.name == "MS_subscale"


def test_that_a_named_framework_model_is_used(large: PreparedDataset) -> None:
    wanted = modelled(large, replace(QUICK, model="MS0_full_mediation"))
    assert wanted.sem is not None
    assert (wanted.name, wanted.sem.fit_measures["df"]) == ("MS0_full_mediation", 83)


def test_that_a_model_of_the_users_own_is_fitted(large: PreparedDataset) -> None:
    own = modelled(large, replace(QUICK, model="I1 ~ a*C4\nN1 ~ b*I1 + C4\nind := a*b"))
    assert own.name == ""
    assert own.effects.set_index("effect").loc["ind", "from"] == "C4"


def test_that_a_model_that_cannot_be_read_is_told(large: PreparedDataset) -> None:
    broken = modelled(large, replace(QUICK, model="G1 =~ C1 + + ~ C2"))
    assert broken.sem is None
    assert "model_unreadable" in codes(broken)


def test_that_a_model_of_unknown_variables_is_told(large: PreparedDataset) -> None:
    unknown = modelled(large, replace(QUICK, model="I1 ~ Q99"))
    assert unknown.sem is None
    assert "model_constructs_missing" in codes(unknown)


def test_that_correlated_groups_in_a_small_sample_are_warned_of() -> None:
    warned = modelled(prepared_survey({"ADM": 60, "TCH": 260}))
    assert "model_predictors_correlate" in codes(warned)


def test_that_flagged_answers_give_a_second_fit() -> None:
    responses = simulate(LARGE, missing=0.0)
    answers = responses.answers.copy()
    answers.iloc[:20] = 3.0
    prepared = prepare(replace(responses, answers=answers))
    both = modelled(prepared)
    assert both.sem is not None
    assert both.sem_all is not None
    assert both.sem_all.n > both.sem.n


def test_that_full_information_uses_incomplete_answers() -> None:
    prepared = prepare(simulate({"ADM": 90, "TCH": 330}, missing=0.008))
    listwise, full = modelled(prepared), modelled(prepared, replace(QUICK, missing="ml"))
    assert full.n > listwise.n
    assert full.sem is not None
    assert full.sem.options.missing == "ml"
    gap = (full.effects["est"] - listwise.effects["est"]).abs() / listwise.effects["se"]
    assert gap.max() < 1.5


def test_that_robust_ml_changes_errors_and_not_estimates() -> None:
    prepared = prepared_survey({"ADM": 40, "TCH": 140})
    plain, robust = modelled(prepared), modelled(prepared, replace(QUICK, estimator="MLR"))
    gap = (robust.effects["est"] - plain.effects["est"]).abs()
    assert gap.max() < 1e-5
    assert robust.effects["se"].to_list() != plain.effects["se"].to_list()
    assert robust.sem is not None
    assert "chisq.scaled" in robust.sem.fit_measures
    assert robust.rivals is not None


def test_that_an_unknown_estimator_is_told() -> None:
    prepared = prepared_survey({"ADM": 40, "TCH": 140})
    odd = modelled(prepared, replace(QUICK, estimator="OLS"))
    assert odd.sem is None
    assert "model_not_fitted" in codes(odd)


def test_that_asked_for_draws_give_percentile_intervals() -> None:
    prepared = prepared_survey({"ADM": 40, "TCH": 140})
    delta = modelled(prepared).effects
    drawn = modelled(prepared, replace(QUICK, bootstrap=300)).effects
    assert set(delta["interval"]) == {"delta"}
    assert set(drawn["interval"]) == {"percentile"}
    assert drawn["est"].to_numpy() == pytest.approx(delta["est"].to_numpy())
    width = (drawn["high"] - drawn["low"]) / (delta["high"] - delta["low"])
    assert width.between(0.6, 1.7).all()


def general_study() -> PreparedDataset:
    responses = simulate(LARGE, missing=0.0)
    study: Study = replace(responses.study, framework="", systems=(), role_names={})
    bare = responses.respondents.drop(columns="role")
    return prepare(replace(responses, study=study, respondents=bare))


def test_that_a_study_without_a_model_has_factors_only() -> None:
    general = modelled(general_study())
    assert (general.name, general.rungs, general.is_measurement_only) == ("", (), True)
    assert "model_factors_only" in codes(general)


def test_that_factors_without_a_usable_solution_are_not_shown() -> None:
    prepared = general_study()
    measurement = plain_measurement(prepared)
    # two items that share everything but one stranger: the stranger's variance turns negative
    rng = np.random.default_rng(4)
    first = rng.standard_normal(200)
    data = pd.DataFrame({"a": first, "b": first + 0.1 * rng.standard_normal(200)})
    data["c"] = 0.95 * data["a"] - 0.3 * data["b"] + 0.2 * rng.standard_normal(200)
    heywood = fit("F =~ a + b + c", data)
    assert not heywood.status.is_usable
    found = model_structure(prepared, replace(measurement, cfa=heywood, cfa_n=200), QUICK)
    assert found.sem is None
    assert "model_factors_unusable" in codes(found)


def test_that_a_study_of_ones_own_can_bring_its_model() -> None:
    prepared = general_study()
    study = replace(prepared.study, model="F =~ I1 + I2 + I3\nF ~ C1")
    own = modelled(replace(prepared, study=study))
    assert own.sem is not None
    assert own.effects["to"].tolist() == ["F"]


@pytest.mark.slow
def test_that_the_second_engine_agrees() -> None:
    checked = modelled(prepared_survey({"ADM": 40, "TCH": 140}), ModellingOptions())
    assert checked.second_engine is not None
    assert checked.second_engine.largest_difference < 1e-3


def test_that_every_reason_and_finding_has_its_sentence(result: StructuralResult) -> None:
    for language in LANGUAGES:
        assert all(has_sentence(f"ladder.{rung.reason}", language) for rung in result.rungs)
        assert all(finding.describe(language) for finding in result.findings)


def test_that_the_model_data_hold_no_column_named_like_a_latent(result: StructuralResult) -> None:
    assert set(result.scores.columns).isdisjoint({"G1", "G2", "G3", "CI", "NQ"})
    assert isinstance(result.scores, pd.DataFrame)
    assert np.isfinite(result.scores.to_numpy()).all()
