"""The comparison stage: what it asks, what the sample must carry, what it must not show."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import ComparisonOptions, Question, compare
from analysis.comparison.attempts import DEMANDS, indistinct_pairs
from analysis.comparison.group_views import admitted_groups
from analysis.comparison.patterns import is_parallel
from analysis.comparison.question import explaining_data, read_question
from analysis.preparation import PreparationOptions, prepare
from survey.responses import ResponseSet
from survey.study import Study, StudyConstruct, StudyItem
from tests.analysis.simulated_survey import SOURCE, simulate

QUICK = ComparisonOptions(bootstrap=100, weight_draws=40, permutations=50, most_profiles=2)
TITLE = "职称"
CONSTRAINTS = tuple(f"C{k}" for k in range(1, 10))


def prepared_of(counts, *, form="SHORT30", seed=1, titles=True):
    responses = simulate(counts, form=form, seed=seed)
    if titles:
        names = np.array(["教授", "副教授", "讲师"])
        responses.respondents[TITLE] = names[np.arange(responses.n) % 3]
    return prepare(responses, PreparationOptions(exclude=()))


@pytest.fixture(scope="module")
def prepared():
    return prepared_of({"ADM": 110, "TCH": 290, "ENT": 40}, form="FULL")


@pytest.fixture(scope="module")
def result(prepared):
    return compare(prepared, QUICK)


def codes_of(result) -> set[str]:
    return {finding.code for finding in result.findings}


def own_study(model: str, *, n: int = 320, polarity="positive") -> ResponseSet:
    """A study of one's own: A → B → C, two items each, one grouping."""
    rng = np.random.default_rng(8)
    a = rng.normal(size=n)
    b = 0.6 * a + 0.8 * rng.normal(size=n)
    c = 0.6 * b + 0.8 * rng.normal(size=n)
    constructs, items, answers = [], [], {}
    for code, factor in (("A", a), ("B", b), ("C", c)):
        names = (f"{code}1", f"{code}2")
        kind = polarity if code == "A" else "positive"
        constructs.append(StudyConstruct(code, f"构念{code}", names, polarity=kind))
        for name in names:
            items.append(StudyItem(name, f"题{name}"))
            answers[name] = np.clip(np.round(3 + factor + 0.4 * rng.normal(size=n)), 1, 5)
    index = pd.RangeIndex(1, n + 1, name="respondent")
    table = pd.DataFrame(answers, index=index)
    group = np.where(np.arange(n) % 2, "甲", "乙")
    return ResponseSet(
        study=Study("自拟", tuple(constructs), tuple(items), model=model),
        answers=table,
        missing=pd.DataFrame(0, index=index, columns=table.columns, dtype="int8"),
        respondents=pd.DataFrame({"组别": group, "row": index + 1}, index=index),
        other=pd.DataFrame(index=index),
        source=SOURCE,
    )


def test_that_the_framework_asks_for_its_chain(result):
    question = result.question
    assert (question.outcome, question.mediator, question.overall) == ("U2", "U1", "CON")
    assert question.predictors == CONSTRAINTS
    assert question.blocks == ("G1", "G2", "G3")
    assert question.chain == ("I3", "I1")
    assert question.moderator == "PATH"


def test_that_only_roles_asked_everything_explain(result):
    # enterprises answer 57 of the 86 items
    assert result.roles == ("ADM", "TCH")
    assert 300 <= result.n <= 400


def test_that_every_part_is_there_for_a_large_sample(result):
    assert list(result.regressions) == ["linear", "logistic", "ordinal"]
    plans = ["overall", "G1", "G2", "G3", "parallel", "serial", "moderated"]
    assert list(result.mediations) == plans
    assert list(result.moderations) == ["PATH", "role"]
    assert result.weights is not None
    assert result.necessity is not None
    assert result.profiles is not None
    assert set(result.configurations) == {"high", "low"}
    assert list(result.groups) == ["role", TITLE]
    assert codes_of(result) <= {"profiles_parallel", "sets_skewed"}


def test_that_both_divisions_of_r_squared_agree(result):
    shares = result.weights.table["r2_share"]
    assert shares.sum() == pytest.approx(result.weights.r2)
    assert sum(result.relative.values()) == pytest.approx(result.weights.r2)
    for code in CONSTRAINTS:
        assert result.relative[code] == pytest.approx(shares[code], abs=0.01)


def test_that_the_regression_rests_on_the_mean_of_the_system(prepared, result):
    data = explaining_data(prepared, result.question)
    complete = data[["U2", *CONSTRAINTS]].dropna()
    X = np.column_stack([np.ones(len(complete)), complete[list(CONSTRAINTS)]])
    b = np.linalg.lstsq(X, complete["U2"], rcond=None)[0]
    found = result.regressions["linear"].coefficients["b"].to_numpy()
    np.testing.assert_allclose(found, b, atol=1e-8)
    mean = prepared.scores100.loc[complete.index, ["N1", "N2", "N3", "N4"]].mean(axis=1)
    np.testing.assert_allclose(complete["U2"], mean)


@pytest.mark.parametrize(
    ("counts", "absent", "present"),
    [
        ({"ADM": 12, "TCH": 12}, {"tests", "regression"}, {"mediation", "profiles"}),
        ({"TCH": 70}, {"regression"}, {"tests", "mediation", "weights"}),
        ({"TCH": 260}, {"weights", "paths", "profiles"}, {"regression", "mediation"}),
    ],
)
def test_that_the_ladder_decides_what_is_done(counts, absent, present):
    found = compare(prepared_of(counts), QUICK)
    opening = "too_few_for_"
    named = {c.removeprefix(opening) for c in codes_of(found) if c.startswith(opening)}
    assert absent <= named
    assert not present & named
    assert bool(found.regressions) == ("regression" not in named)
    nothing = "regression" in named
    assert (found.weights is None) == (nothing or "weights" in named)
    assert (found.profiles is None) == (nothing or "profiles" in named)
    assert set(found.mediations) <= ({"overall"} if "paths" in named else {"overall", "G1"})
    assert all(len(group.tests) == 0 for group in found.groups.values()) == ("tests" in named)


def test_that_every_demand_has_its_sentence():
    for part in DEMANDS:
        finding = compare_finding(part)
        assert "12" in finding.describe("zh_CN")
        assert "12" in finding.describe("en")


def compare_finding(part):
    from analysis.comparison.attempts import Attempts

    attempts = Attempts()
    assert not attempts.allows(part, 12)
    return attempts.findings[0]


def htmt_of(first: str, second: str, value: float) -> pd.DataFrame:
    table = pd.DataFrame(np.nan, index=[first, second], columns=[first, second])
    table.loc[second, first] = value
    return table


def test_that_indistinct_constructs_are_not_related(prepared):
    found = compare(prepared, QUICK, htmt=htmt_of("C7", "N1", 0.93))
    assert "explaining_overlap" in codes_of(found)
    assert not found.regressions
    assert not found.mediations
    assert found.necessity is None
    assert not found.configurations
    assert found.groups
    assert found.correlations is not None


def test_that_an_indistinct_mediator_stops_mediation_alone(prepared):
    found = compare(prepared, QUICK, htmt=htmt_of("C6", "I1", 0.95))
    assert "mediation_overlap" in codes_of(found)
    assert not found.mediations
    assert not found.moderations
    assert found.regressions


def test_that_the_gate_reads_either_triangle():
    table = htmt_of("C6", "I1", 0.95)
    assert indistinct_pairs(table, ("C6",), ("I1",)) == ["C6–I1"]
    assert indistinct_pairs(table.T, ("C6",), ("I1",)) == ["C6–I1"]
    assert indistinct_pairs(table, ("C1",), ("I1",)) == []


def test_that_a_models_paths_tell_what_is_explained():
    prepared = prepare(own_study("A =~ A1 + A2\nB =~ B1 + B2\nB ~ A\nC ~ B + A"))
    question = read_question(prepared, ComparisonOptions())
    assert (question.outcome, question.predictors, question.mediator) == ("C", ("A",), "B")


def test_that_planted_mediation_is_found():
    found = compare(prepare(own_study("B ~ A\nC ~ B")), QUICK)
    indirect = found.mediations["overall"].effects.loc["indirect"]
    assert indirect["low"] > 0
    assert found.regressions["linear"].coefficients.loc["A", "p"] < 0.001


def test_that_without_model_or_constraints_only_groups_are_compared():
    found = compare(prepare(own_study("")), QUICK)
    assert codes_of(found) == {"comparison_no_outcome"}
    assert list(found.groups) == ["组别"]
    assert found.correlations is not None


def test_that_constraints_of_ones_own_explain_the_positive_constructs():
    prepared = prepare(own_study("", polarity="severity"))
    question = read_question(prepared, ComparisonOptions())
    assert question.predictors == ("A",)
    assert question.composites[question.outcome] == ("B", "C")


def test_that_the_users_choice_wins():
    options = replace(QUICK, outcome="A", predictors=("B",), mediators=("C",))
    question = read_question(prepare(own_study("B ~ A\nC ~ B")), options)
    assert (question.outcome, question.predictors, question.mediator) == ("A", ("B",), "C")


def test_that_unknown_names_are_told(prepared):
    options = replace(
        QUICK, outcome="Z9", mediators=("I1", "I99"), group_variables=("role", "星座")
    )
    found = compare(prepared, options)
    unknown = next(f for f in found.findings if f.code == "comparison_unknown")
    assert unknown.subjects == ("Z9", "I99", "星座")
    assert found.question.outcome == "U2"
    assert list(found.groups) == ["role"]


def test_that_small_groups_never_appear():
    prepared = prepared_of({"ADM": 60, "TCH": 120, "GOV": 4, "ENT": 40})
    found = compare(prepared, QUICK)
    role = found.groups["role"]
    shown = set(role.descriptives["group"])
    assert "GOV" not in shown
    # four people alone could be subtracted from the total
    assert "ENT" not in shown
    assert role.descriptives["n"].min() >= 10


def test_that_a_column_that_isolates_a_few_people_is_refused():
    index = pd.RangeIndex(1, 61)
    role = pd.Series(["甲"] * 30 + ["乙"] * 30, index=index)
    almost = role.copy()
    almost.iloc[0] = "乙"
    table = pd.DataFrame({"role": role, "almost": almost})
    labels, refused = admitted_groups(table, ["role", "almost"], threshold=10)
    assert list(labels) == ["role"]
    assert [f.code for f in refused] == ["group_column_refused"]


def test_that_a_group_is_hidden_to_cover_those_who_left_a_column_empty():
    # 3 of 60 gave no title: all minus the four groups would be the three
    titles = ["正高"] * 20 + ["副高"] * 15 + ["中级"] * 12 + ["初级"] * 10 + [np.nan] * 3
    table = pd.DataFrame({TITLE: titles}, index=pd.RangeIndex(1, 61))
    labels, refused = admitted_groups(table, [TITLE], threshold=10)
    assert set(labels[TITLE].dropna()) == {"正高", "副高", "中级"}
    assert refused == []


def test_that_truth_table_rows_cannot_be_subtracted(result):
    for found in result.configurations.values():
        hidden = found.truth_table["n"].isna().sum()
        assert hidden != 1
        assert not (found.truth_table["n"] < 10).any()


def test_that_pictures_of_necessity_leave_out_small_cells(result):
    for cells in result.necessity.cells.values():
        assert (cells["n"] >= 10).all()


@pytest.mark.parametrize("value", [1.0, 5.0])
def test_that_equal_answers_break_nothing(value):
    responses = simulate({"TCH": 330}, form="SHORT30")
    equal = responses.answers.where(responses.answers.isna(), value)
    found = compare(
        prepare(replace(responses, answers=equal), PreparationOptions(exclude=())), QUICK
    )
    assert codes_of(found) == {"comparison_no_outcome"}


def test_that_twelve_answers_break_nothing():
    found = compare(prepared_of({"ADM": 4, "TCH": 8}), QUICK)
    assert not found.groups
    assert "too_few_for_regression" in codes_of(found)


def test_that_the_same_seed_gives_the_same_numbers(prepared, result):
    again = compare(prepared, QUICK)
    pd.testing.assert_frame_equal(
        again.mediations["overall"].effects, result.mediations["overall"].effects
    )
    pd.testing.assert_frame_equal(again.necessity.table, result.necessity.table)
    pd.testing.assert_frame_equal(again.weights.table, result.weights.table)


def test_that_colleges_get_a_multilevel_model():
    responses = simulate({"ADM": 60, "TCH": 240})
    college = "所在学院（部门）"
    rng = np.random.default_rng(3)
    unit = np.arange(responses.n) % 6
    responses.respondents[college] = [f"学院{u}" for u in unit]
    shift = rng.normal(0, 1.0, 6)[unit]
    for item in responses.answers.columns:
        if item.startswith("N"):
            moved = np.clip(np.round(responses.answers[item] + shift), 1, 5)
            responses.answers[item] = moved
    found = compare(prepare(responses, PreparationOptions(exclude=())), QUICK)
    assert found.unit_variable == college
    assert found.unit_null.n_groups == 6
    assert found.unit_null.p_between < 0.001
    assert list(found.unit_model.fixed.index[1:]) == ["G1", "G2", "G3"]


def test_that_profiles_of_more_and_less_are_called_so():
    question = Question(outcome="U", severe=frozenset({"G"}))
    names = pd.Index([1, 2], name="profile")
    degree = pd.DataFrame({"G": [70.0, 30.0], "U": [20.0, 60.0]}, index=names)
    kind = pd.DataFrame({"G": [70.0, 30.0], "U": [60.0, 20.0]}, index=names)
    assert is_parallel(degree, question)
    assert not is_parallel(kind, question)


def test_that_sets_without_contrast_are_told():
    responses = simulate({"TCH": 320}, form="SHORT30", missing=0.0)
    shifted = responses.answers.copy()
    constraints = [c for c in shifted if c.startswith(("C1_", "C2_", "C3_"))]
    shifted[constraints] = np.clip(shifted[constraints] + 2, 1, 5)
    changed = prepare(replace(responses, answers=shifted), PreparationOptions(exclude=()))
    skewed = next(f for f in compare(changed, QUICK).findings if f.code == "sets_skewed")
    assert "G1" in skewed.subjects
