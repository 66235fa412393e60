"""The preparation stage on small questionnaires written here."""

import argparse

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.commands.exclusions import preparation_options
from analysis.commands.options import add_analysis
from analysis.preparation import Decision, PreparationOptions, prepare, prepare_all
from analysis.preparation.scoring import turn_reversed
from resources.texts import LANGUAGES, has_sentence
from survey.problems import Refusal
from survey.responses import Missing, ResponseSet, SourceFile
from survey.store.codec import decode, encode
from survey.study import AttentionCheck, Study, StudyConstruct, StudyItem

SOURCE = SourceFile("a.csv", "0" * 64, "table", "utf-8", 0, 0)


def study_of(n_items: int = 12, *, reversed_items: tuple[int, ...] = ()) -> Study:
    """A study of one construct, items q1..qn on 1 to 5, and one attention check."""
    codes = tuple(f"q{i}" for i in range(1, n_items + 1))
    return Study(
        title="t",
        constructs=(StudyConstruct("A", "甲", codes),),
        items=tuple(
            StudyItem(code, code, is_reversed=i in reversed_items)
            for i, code in enumerate(codes, start=1)
        ),
        attention_checks=(AttentionCheck("ac", 4.0),),
    )


def responses_of(rows: list[list[float]], study: Study, **facts: list[object]) -> ResponseSet:
    """Answers as given; NaN is shown and left empty; the attention check is passed."""
    index = pd.RangeIndex(1, len(rows) + 1, name="respondent")
    codes = [item.code for item in study.items]
    answers = pd.DataFrame(rows, index=index, columns=codes, dtype=float)
    answers["ac"] = 4.0
    missing = pd.DataFrame(
        np.where(answers.isna(), Missing.EMPTY, Missing.ANSWERED).astype("int8"),
        index=index,
        columns=answers.columns,
    )
    respondents = pd.DataFrame({"row": index.to_numpy() + 1, **facts}, index=index)
    return ResponseSet(study, answers, missing, respondents, pd.DataFrame(index=index), SOURCE)


def careful(n_items: int, seed: int = 1) -> list[float]:
    return list(np.random.default_rng(seed).integers(1, 6, n_items).astype(float))


def flags_of(responses: ResponseSet, options: PreparationOptions | None = None) -> pd.DataFrame:
    return prepare(responses, options).flags


def test_that_reverse_items_are_turned_around_their_bounds():
    study = study_of(3, reversed_items=(2,))
    items = prepare(responses_of([[1, 1, 5], [2, 4, 3]], study)).items
    assert items.to_numpy().tolist() == [[1, 5, 5], [2, 2, 3]]


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]), min_size=4, max_size=4))
def test_that_turning_twice_changes_nothing(row: list[float]):
    study = study_of(4, reversed_items=(1, 3))
    answers = pd.DataFrame([row], columns=[item.code for item in study.items])
    twice = turn_reversed(turn_reversed(answers, study), study)
    np.testing.assert_array_equal(twice.to_numpy(), answers.to_numpy())


def test_that_a_construct_is_scored_when_two_thirds_are_answered():
    rows = [[1, 2, np.nan], [1, np.nan, np.nan]]
    prepared = prepare(responses_of(rows, study_of(3)))
    assert prepared.scores["A"].iloc[0] == 1.5
    assert np.isnan(prepared.scores["A"].iloc[1])


def test_that_items_not_shown_do_not_count_as_missing():
    study = study_of(4)
    responses = responses_of([[2, 4, np.nan, np.nan]], study)
    responses.missing.loc[1, ["q3", "q4"]] = Missing.NOT_SHOWN
    prepared = prepare(responses)
    assert prepared.scores["A"].iloc[0] == 3.0
    assert not prepared.flags["too_many_missing"].iloc[0]


def test_that_hundred_uses_the_theoretical_bounds():
    prepared = prepare(responses_of([[1, 1, 1], [3, 3, 3], [4, 5, 3]], study_of(3)))
    assert prepared.scores100["A"].tolist() == [0.0, 50.0, 75.0]


def test_that_items_with_different_bounds_weigh_the_same():
    study = Study(
        "t",
        (StudyConstruct("A", "甲", ("a", "b")),),
        (StudyItem("a", "a", 1, 5), StudyItem("b", "b", 0, 10)),
        attention_checks=(AttentionCheck("ac", 4.0),),
    )
    prepared = prepare(responses_of([[5, 0], [3, 10]], study))
    assert prepared.scores100["A"].tolist() == [50.0, 75.0]


def test_that_failing_the_only_attention_check_excludes_with_its_row():
    responses = responses_of([careful(12), careful(12, 2)], study_of())
    responses.answers.loc[2, "ac"] = 1.0
    prepared = prepare(responses)
    (exclusion,) = prepared.excluded
    assert (exclusion.respondent, exclusion.row, exclusion.rules) == (2, 3, ("attention_failed",))
    assert prepared.n == 1


def test_that_one_mistake_in_two_checks_is_a_doubt_and_no_exclusion():
    study = study_of()
    responses = responses_of([careful(12)], study)
    both = Study(
        study.title,
        study.constructs,
        study.items,
        attention_checks=(AttentionCheck("ac", 4.0), AttentionCheck("ac2", 2.0)),
    )
    answers = responses.answers.assign(ac2=1.0)
    missing = responses.missing.assign(ac2=np.int8(0))
    prepared = prepare(
        ResponseSet(both, answers, missing, responses.respondents, responses.other, SOURCE)
    )
    assert prepared.excluded == ()
    assert "attention_partly_failed" in [f.code for f in prepared.findings]


def test_that_a_long_run_over_reversed_items_is_straight_lining():
    study = study_of(12, reversed_items=(4, 8))
    straight = [4.0] * 9 + [1.0, 2.0, 5.0]
    flags = flags_of(responses_of([straight, careful(12)], study))
    assert flags["straight_lining"].tolist() == [True, False]


def test_that_a_long_run_of_items_that_agree_is_no_contradiction():
    study = study_of(12, reversed_items=(12,))
    agreeing = [4.0] * 9 + [3.0, 4.0, 2.0]
    assert not flags_of(responses_of([agreeing], study))["straight_lining"].any()


def test_that_without_reversed_items_only_one_answer_throughout_is_flagged():
    flags = flags_of(responses_of([[3.0] * 12, [3.0] * 11 + [4.0]], study_of(12)))
    assert flags["straight_lining"].tolist() == [True, False]


def test_that_an_answer_missing_ends_a_run():
    study = study_of(12, reversed_items=(3, 9))
    broken = [4.0] * 6 + [np.nan] + [4.0] * 5
    assert not flags_of(responses_of([broken], study))["straight_lining"].any()


def test_that_low_variance_uses_the_sample_sd():
    # sd of eleven 3 and one 4 is 0.2887, of twelve 3 is 0
    flags = flags_of(responses_of([[3.0] * 12, [3.0] * 11 + [4.0]], study_of(12)))
    assert flags["low_variance"].tolist() == [True, False]


def test_that_speeding_counts_the_questions_shown():
    # twelve items and one check: the limit is 26 seconds
    responses = responses_of([careful(12), careful(12, 2)], study_of(12), seconds=[25.9, 26.0])
    assert flags_of(responses)["speeding"].tolist() == [True, False]


def test_that_too_many_missing_answers_are_flagged_but_kept():
    few, many = careful(12), careful(12, 2)
    few[:3], many[:4] = [np.nan] * 3, [np.nan] * 4
    prepared = prepare(responses_of([few, many], study_of(12)))
    assert prepared.flags["too_many_missing"].tolist() == [False, True]
    assert prepared.n == 2


def test_that_the_second_equal_sheet_is_a_duplicate():
    row = careful(24)
    flags = flags_of(responses_of([row, careful(24, 2), row], study_of(24)))
    assert flags["duplicate"].tolist() == [False, False, True]


def test_that_equal_answers_of_another_role_are_no_duplicate():
    row = careful(24)
    responses = responses_of([row, row], study_of(24), role=["TCH", "ADM"])
    assert not flags_of(responses)["duplicate"].any()


def test_that_short_equal_sheets_are_chance():
    row = careful(12)
    assert not flags_of(responses_of([row, row], study_of(12)))["duplicate"].any()


def test_that_prepare_all_leaves_nobody_out():
    responses = responses_of([careful(12), [3.0] * 12], study_of(12))
    prepared = prepare(responses)
    everybody = prepare_all(prepared)
    assert (prepared.n, everybody.n) == (1, 2)
    assert everybody.excluded == ()
    assert everybody.fingerprint != prepared.fingerprint


def test_that_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="laziness"):
        prepare(responses_of([careful(12)], study_of()), PreparationOptions(exclude=("laziness",)))


def one_factor(n: int, k: int, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, 1))
    return np.clip(np.round(3 + 0.8 * factor + 0.7 * rng.normal(size=(n, k))), 1, 5)


def test_that_a_missed_reverse_coding_is_suspected():
    rows = one_factor(80, 4)
    rows[:, 1] = 6 - rows[:, 1]
    findings = prepare(responses_of(rows.tolist(), study_of(4))).findings
    (found,) = [f for f in findings if f.code == "reversal_missed"]
    assert found.subjects == ("q2",)


def test_that_a_needless_reverse_coding_is_suspected():
    study = study_of(4, reversed_items=(3,))
    findings = prepare(responses_of(one_factor(80, 4).tolist(), study)).findings
    (found,) = [f for f in findings if f.code == "reversal_wrong"]
    assert found.subjects == ("q3",)


def test_that_well_keyed_items_raise_no_suspicion():
    rows = one_factor(80, 4)
    rows[:, 2] = 6 - rows[:, 2]
    findings = prepare(responses_of(rows.tolist(), study_of(4, reversed_items=(3,)))).findings
    assert not [f for f in findings if f.code.startswith("reversal")]


def test_that_empty_and_constant_items_are_named():
    rows = one_factor(40, 4)
    rows[:, 0], rows[:, 1] = np.nan, 3.0
    findings = {
        f.code: f.subjects for f in prepare(responses_of(rows.tolist(), study_of(4))).findings
    }
    assert findings["item_without_answers"] == ("q1",)
    assert findings["item_constant"] == ("q2",)


def test_that_everybody_excluded_ends_in_a_finding_and_not_in_an_error():
    prepared = prepare(responses_of([[3.0] * 12, [2.0] * 12], study_of(12)))
    assert prepared.n == 0
    assert "no_respondents" in [f.code for f in prepared.findings]


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_every_quality_rule_has_name_and_meaning(language: str):
    rules = prepare(responses_of([careful(12)], study_of())).flags.columns
    assert all(has_sentence(f"quality.{rule}.name", language) for rule in rules)
    assert all(has_sentence(f"quality.{rule}.meaning", language) for rule in rules)


@settings(max_examples=25)
@given(st.permutations(range(8)))
def test_that_row_order_never_matters(order: list[int]):
    rows = one_factor(8, 12).tolist()
    rows[0] = [3.0] * 12
    straight = flags_of(responses_of(rows, study_of(12)))
    shuffled = flags_of(responses_of([rows[i] for i in order], study_of(12)))
    assert shuffled["straight_lining"].tolist() == [
        straight["straight_lining"].iloc[i] for i in order
    ]


def test_that_the_fingerprint_tells_one_changed_answer():
    rows = [careful(12), careful(12, 2)]
    first = prepare(responses_of(rows, study_of())).fingerprint
    assert prepare(responses_of(rows, study_of())).fingerprint == first
    rows[1][4] = 6 - rows[1][4] if rows[1][4] != 3 else 4.0
    assert prepare(responses_of(rows, study_of())).fingerprint != first


def test_that_every_finding_describes_itself():
    rows = one_factor(40, 12)
    rows[:, 0], rows[:, 1] = np.nan, 3.0
    rows[:2] = 3.0
    for found in prepare(responses_of(rows.tolist(), study_of())).findings:
        assert all(found.describe(language) for language in LANGUAGES)


# --- decisions by hand --------------------------------------------------------

OUT = Decision(row=2, keep=False, reason="本人要求撤回", by="张三", on="2026-05-01")
IN = Decision(row=3, keep=True, reason="已电话核实", by="李四", on="2026-05-02")


def three_sheets() -> ResponseSet:
    """Rows 2, 3 and 4; the sheet in row 3 fails the attention check."""
    responses = responses_of([careful(12, k) for k in (1, 2, 3)], study_of())
    responses.answers.loc[2, "ac"] = 1.0
    return responses


def test_that_a_decision_by_hand_goes_before_the_rules_and_is_recorded():
    prepared = prepare(three_sheets(), PreparationOptions(decisions=(OUT, IN)))
    (exclusion,) = prepared.excluded
    assert (exclusion.row, exclusion.rules, exclusion.decision) == (2, (), OUT)
    assert list(prepared.items.index) == [2, 3]
    values = {f.code: f.values for f in prepared.findings}
    assert values["respondents_excluded_by_hand"]["n"] == 1
    assert values["respondents_flagged_kept"]["n"] == 1


def test_that_removing_a_decision_undoes_it():
    plain = prepare(three_sheets())
    decided = prepare(three_sheets(), PreparationOptions(decisions=(OUT, IN)))
    undone = prepare(three_sheets(), PreparationOptions(decisions=()))
    assert undone.excluded == plain.excluded
    assert undone.fingerprint == plain.fingerprint != decided.fingerprint
    assert prepare_all(decided).n == 3


def test_that_the_last_decision_on_a_sheet_holds():
    again = Decision(row=2, keep=True, reason="撤回已取消")
    prepared = prepare(three_sheets(), PreparationOptions(decisions=(OUT, again)))
    assert [entry.row for entry in prepared.excluded] == [3]


def test_that_a_decision_on_no_sheet_or_on_several_is_told_and_does_nothing():
    responses = three_sheets()
    responses.respondents["row"] = [2, 2, 4]
    lost = Decision(row=9, keep=False, reason="写错的行")
    prepared = prepare(responses, PreparationOptions(exclude=(), decisions=(OUT, lost)))
    assert prepared.excluded == ()
    (said,) = [f for f in prepared.findings if f.code == "decision_without_sheet"]
    assert said.subjects == ("2", "9")


def test_that_options_stored_before_there_were_decisions_still_open():
    options = PreparationOptions(exclude=("speeding",), decisions=(OUT,))
    stored = encode(options)
    assert decode(stored, PreparationOptions) == options
    del stored["decisions"], stored["rules_note"]
    assert decode(stored, PreparationOptions) == PreparationOptions(exclude=("speeding",))


def ordered(*arguments: str) -> PreparationOptions:
    parser = argparse.ArgumentParser()
    add_analysis(parser)
    return preparation_options(parser.parse_args(arguments))


def test_that_the_command_line_records_who_is_left_out_and_why():
    options = ordered(
        *("--exclude-rules", "speeding", "near_duplicate", "--exclude-row", "2"),
        *("--reason", "本人要求撤回", "--decided-by", "张三", "--decided-on", "2026-05-01"),
    )
    assert options.exclude == ("speeding", "near_duplicate")
    assert options.decisions == (OUT,)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--keep-row", "3"), "decision_without_reason"),
        (("--exclude-rules", "laziness"), "quality_rule_unknown"),
    ],
)
def test_that_the_command_line_refuses_what_it_cannot_record(arguments, code):
    with pytest.raises(Refusal) as caught:
        ordered(*arguments)
    assert [problem.code for problem in caught.value.problems] == [code]
