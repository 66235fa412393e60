"""Judgements, loadings and combinations as weights of a coupling assessment."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.commands.judgements import read_judgement
from analysis.coupling import CouplingOptions, CouplingResult, assess_coupling
from analysis.coupling.judgements import Judgement, judged
from analysis.measurement import MeasurementOptions, measure
from analysis.modelling import ModellingOptions, model_structure
from analysis.preparation import PreparedDataset, prepare
from survey.problems import Refusal
from tests.analysis.simulated_survey import simulate

FEW = CouplingOptions(bootstrap=50)
GOLDEN = Judgement("专家甲.csv", ("I1", "I2", "I3"), ((1, 2, 5), (1 / 2, 1, 3), (1 / 5, 1 / 3, 1)))
OUTCOMES = Judgement("专家甲.csv", ("N1", "N2", "N3"), ((1, 1, 2), (1, 1, 2), (1 / 2, 1 / 2, 1)))
CIRCLE = Judgement("专家乙.csv", ("N1", "N2", "N3"), ((1, 9, 1 / 9), (1 / 9, 1, 9), (9, 1 / 9, 1)))


@pytest.fixture(scope="module")
def prepared() -> PreparedDataset:
    return prepare(simulate({"TCH": 120, "ADM": 60}))


def assessed(prepared: PreparedDataset, **options: object) -> CouplingResult:
    result = assess_coupling(prepared, replace(FEW, **options))  # type: ignore[arg-type]
    assert result is not None
    return result


def codes(result: CouplingResult) -> set[str]:
    return {finding.code for finding in result.findings}


def test_that_judgements_weigh_the_constructs(prepared: PreparedDataset) -> None:
    """Weights and CR: framework.json golden.ahp (FRAMEWORK 9)."""
    result = assessed(prepared, weighting="ahp", judgements=(GOLDEN, OUTCOMES))
    assert result.weights is not None
    assert result.consistency is not None
    weights = result.weights["weight"]
    golden = [0.581552, 0.308996, 0.109452]
    assert weights[["I1", "I2", "I3"]].tolist() == pytest.approx(golden, abs=1e-6)
    assert result.consistency["cr"].iloc[0] == pytest.approx(0.003185, abs=1e-6)
    scores: Any = (prepared.scores100 / 100)[["I1", "I2", "I3"]]
    means = scores.groupby(prepared.respondents["role"]).mean().mean()
    assert result.systems.loc["U1", "U"] == pytest.approx(
        float(means.to_numpy() @ golden), abs=1e-6
    )
    assert result.sensitivity["weights"].iloc[0] == "ahp"


def test_that_an_inconsistent_judgement_leaves_equal_weights_and_says_what_to_do(
    prepared: PreparedDataset,
) -> None:
    result = assessed(prepared, weighting="ahp", judgements=(GOLDEN, CIRCLE))
    assert {"ahp_inconsistent", "ahp_not_used"} <= codes(result)
    assert result.weights is not None
    assert result.weights["source"].to_dict() == dict.fromkeys(("I1", "I2", "I3"), "ahp") | (
        dict.fromkeys(("N1", "N2", "N3"), "equal")
    )
    equal = assessed(prepared)
    assert result.systems.loc[["U2"]].equals(equal.systems.loc[["U2"]])
    assert result.degrees["D"].notna().all()


def test_that_experts_are_joined_by_geometric_mean() -> None:
    """Two experts of two elements, 9 and 1: the mean comparison is 3, weights .75 and .25."""
    experts = [Judgement(str(a), ("I1", "I2"), ((1, a), (1 / a, 1))) for a in (9.0, 1.0)]
    found = judged(experts, "U1", ("I1", "I2"))
    assert found.weights == pytest.approx({"I1": 0.75, "I2": 0.25})
    assert [row["judgement"] for row in found.rows] == ["9.0", "1.0", ""]


def test_that_a_judgement_of_the_systems_gives_alpha(prepared: PreparedDataset) -> None:
    systems = Judgement("院长.csv", ("U1", "U2"), ((1, 3), (1 / 3, 1)))
    result = assessed(prepared, weighting="ahp", judgements=(GOLDEN, OUTCOMES, systems))
    u: Any = result.systems["U"]
    assert result.degrees.loc["standard", "T"] == pytest.approx(0.75 * u["U1"] + 0.25 * u["U2"])


def test_that_a_judgement_that_fits_nothing_is_said(prepared: PreparedDataset) -> None:
    other = Judgement("别处.csv", ("A", "B"), ((1, 2), (1 / 2, 1)))
    result = assessed(prepared, weighting="ahp", judgements=(other,))
    assert {"ahp_unused", "ahp_missing"} <= codes(result)
    assert result.degrees["D"].equals(assessed(prepared).degrees["D"])


def test_that_loadings_of_the_model_weigh() -> None:
    prepared = prepare(simulate({"TCH": 350}))
    measurement = measure(prepared, MeasurementOptions(bootstrap=10))
    structural = model_structure(prepared, measurement, ModellingOptions(second_engine=False))
    assert structural.sem is not None
    result = assess_coupling(prepared, replace(FEW, weighting="sem"), sem=structural.sem)
    assert result is not None
    assert result.weights is not None
    table = structural.sem.parameters
    for factor in ("CI", "NQ"):
        own = table[(table["op"] == "=~") & (table["lhs"] == factor)]
        loadings = dict(zip(own["rhs"], own["std_all"].abs(), strict=True))
        expected = {c: v / sum(loadings.values()) for c, v in loadings.items()}
        assert result.weights.loc[list(expected), "weight"].to_dict() == pytest.approx(expected)


def test_that_without_a_model_loadings_are_not_weights(prepared: PreparedDataset) -> None:
    result = assessed(prepared, weighting="sem")
    assert "weights_no_model" in codes(result)
    assert result.degrees["D"].equals(assessed(prepared).degrees["D"])


@pytest.mark.parametrize("rule", ["linear", "product"])
def test_that_two_weightings_combine(prepared: PreparedDataset, rule: str) -> None:
    asked = {"judgements": (GOLDEN, OUTCOMES), "combined": ("ahp", "critic")}
    parts = [assessed(prepared, weighting=w, **asked).weights for w in ("ahp", "critic")]
    result = assessed(
        prepared, weighting="combined", combined_rule=rule, combined_share=0.25, **asked
    )
    first, second = (
        part.loc[["I1", "I2", "I3"], "weight"].to_numpy() for part in parts if part is not None
    )
    mixed = 0.25 * first + 0.75 * second if rule == "linear" else first * second
    assert result.weights is not None
    found = result.weights.loc[["I1", "I2", "I3"], "weight"].to_numpy()
    assert found == pytest.approx(mixed / mixed.sum())


def test_that_a_matrix_is_read_with_quotients_and_blanks(tmp_path: Path) -> None:
    file = tmp_path / "判断.csv"
    file.write_text("代码,I1,I2,I3\nI1,,2,5\nI2,1/2,1,3\nI3,,,1\n", encoding="utf-8")
    read = read_judgement(file)
    assert read.codes == GOLDEN.codes
    assert np.array(read.values) == pytest.approx(np.array(GOLDEN.values))


BROKEN = [
    ("代码,I1,I2\nI1,1,3\nI3,1/3,1\n", "judgements_not_square"),
    ("代码,I1,I2\nI1,1,3\nI2,3,1\n", "judgements_not_reciprocal"),
    ("代码,I1,I2\nI1,1,\nI2,,1\n", "judgements_not_positive"),
    ("代码,I1,I2\nI1,1,1月3日\nI2,3,1\n", "judgements_cell"),
    ("代码,I1,I2\nI1,1,0\nI2,3,1\n", "judgements_cell"),
]


@pytest.mark.parametrize(("text", "code"), BROKEN)
def test_that_an_unusable_matrix_is_refused_with_what_to_do(
    tmp_path: Path, text: str, code: str
) -> None:
    file = tmp_path / "判断.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        read_judgement(file)
    assert refusal.value.problems[0].code == code
