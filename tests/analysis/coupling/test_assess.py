"""The coupling stage on simulated surveys."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.coupling import CouplingOptions, CouplingResult, assess_coupling
from analysis.preparation import prepare
from survey.responses import ResponseSet
from tests.analysis.simulated_survey import ROLE_COUNTS, simulate

FEW = CouplingOptions(bootstrap=200)


def assessed(responses: ResponseSet, options: CouplingOptions = FEW) -> CouplingResult:
    result = assess_coupling(prepare(responses), options)
    assert result is not None
    return result


def codes(result: CouplingResult) -> set[str]:
    return {finding.code for finding in result.findings}


@pytest.fixture(scope="module")
def result() -> CouplingResult:
    return assessed(simulate())


def test_that_u_is_the_mean_of_role_means(result: CouplingResult) -> None:
    prepared = prepare(simulate())
    scores = prepared.scores100 / 100
    role = prepared.respondents["role"].replace({"GOV": "other", "RI": "other"})
    by_role = scores.groupby(role)[["I1", "I2", "I3"]].mean()
    assert result.systems.loc["U1", "U"] == pytest.approx(by_role.mean().mean(), abs=1e-12)


def test_that_every_interval_holds_its_estimate(result: CouplingResult) -> None:
    d = result.degrees
    assert (d["D_low"] < d["D"]).all()
    assert (d["D"] < d["D_high"]).all()
    assert result.level_probabilities.sum(axis=1).tolist() == pytest.approx([1, 1, 1])


def test_that_wang_d_never_exceeds_standard_d(result: CouplingResult) -> None:
    assert result.degrees.loc["wang", "D"] <= result.degrees.loc["standard", "D"]


def test_that_the_midpoint_reference_stands_beside(result: CouplingResult) -> None:
    assert result.degrees.loc["standard", "midpoint_D"] == pytest.approx(np.sqrt(0.5))
    assert result.degrees.loc["standard", "midpoint_level"] == "中级协调"


def test_that_small_roles_are_nowhere_named_alone(result: CouplingResult) -> None:
    assert set(result.by_role.index) == {"ADM", "TCH", "ENT", "STU"}
    assert result.roles_pooled == ("GOV", "RI")
    assert "coupling_roles_pooled" in codes(result)


def test_that_the_planted_obstacles_lead(result: CouplingResult) -> None:
    assert set(result.obstacles.index[:2]) == {"C4", "C6"}
    assert result.obstacles["degree"].sum() == pytest.approx(1.0)


def test_that_the_grid_begins_with_what_is_printed(result: CouplingResult) -> None:
    first = result.sensitivity.groupby("formula", sort=False).first()["D"]
    assert first.to_dict() == pytest.approx(result.degrees["D"].to_dict())
    assert len(result.sensitivity) == 3 * 2 * 4 * 3 * 2


def test_that_the_same_seed_gives_the_same_result(result: CouplingResult) -> None:
    assert assessed(simulate()).degrees.equals(result.degrees)


def test_that_three_systems_have_no_relative_development() -> None:
    options = replace(FEW, systems=("U1a", "U1b", "U2"))
    three = assessed(simulate(), options)
    assert list(three.systems.index) == ["U1a", "U1b", "U2"]
    assert three.relative.empty


def test_that_weights_that_do_not_sum_to_one_are_rescaled_and_said() -> None:
    scaled = assessed(simulate(), replace(FEW, alpha=(6.0, 4.0)))
    assert "coupling_alpha_rescaled" in codes(scaled)
    exact = assessed(simulate(), replace(FEW, alpha=(0.6, 0.4)))
    assert scaled.degrees["D"].to_list() == pytest.approx(exact.degrees["D"].to_list())


def test_that_unusable_weights_fall_back_to_equal_and_say_so() -> None:
    odd = assessed(simulate(), replace(FEW, alpha=(0.5, 0.3, 0.2)))
    assert "coupling_alpha_unusable" in codes(odd)


def test_that_weights_of_ones_own_replace_equal_ones() -> None:
    only_n1 = assessed(simulate(), replace(FEW, weights={"N1": 1.0}))
    scores = assessed(simulate(), replace(FEW, weights={"N1": 0.5, "N2": 0.0, "N3": 0.0}))
    assert only_n1.systems.loc["U2", "U"] == pytest.approx(scores.systems.loc["U2", "U"])
    assert only_n1.sensitivity["weights"].iloc[0] == "given"


@pytest.mark.parametrize("weighting", ["items", "entropy", "critic"])
def test_that_other_weightings_move_u_little_when_items_are_parallel(
    result: CouplingResult, weighting: str
) -> None:
    other = assessed(simulate(), replace(FEW, weighting=weighting))
    assert other.systems["U"].to_numpy() == pytest.approx(result.systems["U"].to_numpy(), abs=0.03)
    assert other.sensitivity["weights"].iloc[0] == weighting


def test_that_five_people_get_no_degree_but_a_reason() -> None:
    tiny = assessed(simulate({"TCH": 6}))
    assert "coupling_too_few" in codes(tiny)
    assert tiny.degrees["D"].isna().all()
    assert tiny.by_role.empty


def test_that_twelve_people_get_a_degree() -> None:
    assert assessed(simulate({"TCH": 12}, missing=0.0)).degrees["D"].notna().all()


def test_that_equal_answers_of_everybody_give_a_point() -> None:
    responses = simulate({"TCH": 40, "ADM": 30}, missing=0.0)
    same = replace(responses, answers=responses.answers * 0 + 4)
    from analysis.preparation import PreparationOptions

    prepared = prepare(same, PreparationOptions(exclude=()))
    flat = assess_coupling(prepared, FEW)
    assert flat is not None
    assert flat.degrees.loc["standard", "D"] == pytest.approx(np.sqrt(0.75))
    assert flat.degrees.loc["standard", "D_low"] == pytest.approx(np.sqrt(0.75))


def test_that_a_study_with_one_system_has_no_coupling() -> None:
    responses = simulate({"TCH": 40})
    study = replace(responses.study, systems=responses.study.systems[:1])
    assert assess_coupling(prepare(replace(responses, study=study)), FEW) is None


def test_that_a_missing_role_changes_nothing_else() -> None:
    without = {role: n for role, n in ROLE_COUNTS.items() if role != "ENT"}
    assert "ENT" not in assessed(simulate(without)).by_role.index


def test_that_every_finding_has_its_sentence(result: CouplingResult) -> None:
    for finding in result.findings:
        assert finding.describe("zh_CN")
        assert finding.describe("en")


@pytest.mark.parametrize(("table", "levels"), [("D5", 5), ("D4", 4)])
def test_that_levels_that_vary_by_author_come_with_a_caution(
    result: CouplingResult, table: str, levels: int
) -> None:
    other = assessed(simulate(), replace(FEW, levels=table))
    assert other.level_probabilities.shape[1] == levels
    assert other.degrees["D"].equals(result.degrees["D"])
    assert {"coupling_levels_vary", f"coupling_midpoint_{table.lower()}"} <= codes(other)
    assert "coupling_levels_vary" not in codes(result)
