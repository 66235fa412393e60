"""Perception gaps: planted differences are found, judged, and only when comparable."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.coupling.strata import role_labels, role_strata
from analysis.diagnosis.gaps import (
    GAP_COLUMNS,
    Gaps,
    perception_gaps,
    role_answers,
    verdict_of,
)
from analysis.diagnosis.invariance import compare_groups_stepwise, role_comparability
from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from resources.texts import LANGUAGES, has_sentence
from tests.analysis.simulated_survey import simulate

CODES = tuple(f"C{i}" for i in range(1, 10))
COUNTS = {"ADM": 80, "TCH": 220, "ENT": 60, "STU": 60}


def shifted(role: str, construct: str, by: float) -> PreparedDataset:
    """Return a survey in which ``role`` rates ``construct`` higher by ``by`` scale points."""
    responses = simulate(COUNTS, missing=0.0)
    answers = responses.answers.copy()
    rows = responses.respondents["role"] == role
    for item in responses.study.construct(construct).items:
        answers.loc[rows, item] = np.clip(answers.loc[rows, item] + by, 1, 5)
    return prepare(replace(responses, answers=answers), PreparationOptions(exclude=()))


def gaps_of(prepared: PreparedDataset) -> Gaps:
    strata = role_strata(prepared.scores100, role_labels(prepared.respondents))
    return perception_gaps(prepared, CODES, strata)


@pytest.fixture(scope="module")
def plain() -> Gaps:
    return gaps_of(prepare(simulate(COUNTS, missing=0.0), PreparationOptions(exclude=())))


def test_that_equal_views_have_few_gaps(plain: Gaps) -> None:
    assert plain.table["is_named"].mean() < 0.15
    assert plain.verdicts.loc["C4", "verdict"] == "consensus_severe"
    assert plain.verdicts.loc["C8", "verdict"] == "consensus_good"


def test_that_a_group_of_four_is_in_no_pair_and_is_covered() -> None:
    found = gaps_of(prepare(simulate(COUNTS | {"GOV": 4}, missing=0.0)))
    assert "GOV" not in set(found.table["role_a"]) | set(found.table["role_b"])
    # C4 is asked of ADM, TCH and GOV only: ADM covers GOV, which leaves nobody to compare
    assert found.verdicts.loc["C4", "roles"] == ("TCH",)
    assert found.verdicts.loc["C4", "verdict"] == ""


def test_that_each_pair_differs_by_the_means_shown(plain: Gaps) -> None:
    difference = plain.table["mean_a"] - plain.table["mean_b"]
    assert difference.to_numpy() == pytest.approx(plain.table["difference"].to_numpy())


def test_that_holm_never_lowers_a_p_value(plain: Gaps) -> None:
    known = plain.verdicts.dropna(subset=["p_welch"])
    assert (known["p_holm"] >= known["p_welch"] - 1e-12).all()


def test_that_a_problem_administrators_do_not_see_is_hidden() -> None:
    found = gaps_of(shifted("ADM", "C4", -1.5))
    assert found.verdicts.loc["C4", "verdict"] == "hidden"
    assert "gaps_hidden_problem" in {f.code for f in found.findings}


def test_that_a_problem_only_administrators_see_is_overestimated() -> None:
    assert gaps_of(shifted("ADM", "C3", 1.5)).verdicts.loc["C3", "verdict"] == "overestimated"


def test_that_only_common_items_are_compared() -> None:
    # full form: enterprises are asked three of the five items of C1
    prepared = prepare(
        simulate({"TCH": 40, "ENT": 40}, form="FULL", missing=0.0), PreparationOptions(exclude=())
    )
    teachers, _ = role_answers(prepared).common_scores("C1", ("TCH", "ENT"))
    asked = ["C1_1", "C1_3", "C1_4", "C1_5", "C1_2"]
    labels = prepared.respondents["role"]
    common = [i for i in asked if prepared.items.loc[labels == "ENT", i].notna().any()]
    assert len(common) == 3
    expected = 25 * (prepared.items.loc[labels == "TCH", common].mean(axis=1) - 1)
    assert teachers == pytest.approx(expected.to_numpy())


def rows(*values: tuple[str, str, float, float, bool]) -> pd.DataFrame:
    table = pd.DataFrame(columns=GAP_COLUMNS)
    for k, (a, b, mean_a, mean_b, is_named) in enumerate(values):
        row = {"role_a": a, "role_b": b, "mean_a": mean_a, "mean_b": mean_b}
        row |= {"difference": mean_a - mean_b, "is_named": is_named, "comparability": "equal"}
        table.loc[k] = pd.Series(row)
    return table


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        ([("ADM", "TCH", 65.0, 70.0, False)], "consensus_severe"),
        ([("ADM", "TCH", 45.0, 70.0, True)], "hidden"),
        ([("ADM", "TCH", 70.0, 45.0, True)], "overestimated"),
        ([("ADM", "TCH", 30.0, 35.0, False)], "consensus_good"),
        ([("ADM", "TCH", 45.0, 50.0, False)], "consensus_moderate"),
        ([("ADM", "TCH", 30.0, 45.0, True)], "differing"),
        ([], ""),
    ],
)
def test_that_verdicts_follow_the_rules(
    pairs: list[tuple[str, str, float, float, bool]], verdict: str
) -> None:
    assert verdict_of(rows(*pairs)) == verdict


def test_that_unequal_measurement_forbids_a_verdict() -> None:
    table = rows(("ADM", "TCH", 45.0, 70.0, True)).assign(comparability="unequal")
    assert verdict_of(table) == "not_comparable"


def test_that_small_roles_are_not_tested_for_invariance() -> None:
    prepared = prepare(simulate(COUNTS, missing=0.0))
    assert role_comparability(prepared, CODES, ("ADM", "TCH")).code == "untested"


def two_groups(*, shift: float = 0.0, weak: bool = False) -> pd.DataFrame:
    """Return 4 items of one factor in two groups; one intercept shifts, one loading weakens."""
    rng = np.random.default_rng(8)
    factor = rng.standard_normal(800)
    loading = np.tile([0.9, 0.9, 0.9, 0.9], (800, 1))
    second = np.arange(800) >= 400
    if weak:
        loading[second, 1] = 0.1
    items = loading * factor[:, None] + 0.5 * rng.standard_normal((800, 4))
    items[second, 0] += shift
    return pd.DataFrame(items, columns=list("abcd")).assign(group=np.where(second, "B", "A"))


@pytest.mark.parametrize(
    ("data", "code", "steps"),
    [
        (two_groups(), "equal", 3),
        (two_groups(shift=0.8), "unequal", 3),
        (two_groups(weak=True), "unequal", 2),
    ],
)
def test_that_the_invariance_ladder_stops_where_it_breaks(
    data: pd.DataFrame, code: str, steps: int
) -> None:
    found = compare_groups_stepwise({"F": ("a", "b", "c", "d")}, data, n=(400, 400))
    assert (found.code, len(found.steps)) == (code, steps)


def test_that_every_verdict_and_finding_has_its_sentence(plain: Gaps) -> None:
    for language in LANGUAGES:
        assert all(finding.describe(language) for finding in plain.findings)
        verdicts = [v for v in plain.verdicts["verdict"] if v]
        assert all(has_sentence(f"diagnosis.verdict.{v}", language) for v in verdicts)
