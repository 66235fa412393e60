"""From a table to answers: what each column is, and what becomes of its cells."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from resources import SAMPLE_FILE
from survey.exchange import (
    ColumnKind,
    apply_plan,
    plan_from_json,
    plan_to_json,
    propose_plan,
    read_table,
)
from survey.exchange.plan import ImportPlan
from survey.framework import load_framework
from survey.problems import Refusal
from survey.responses import Missing
from survey.study import Study, StudyConstruct, StudyItem
from tests.survey.exchange.tables import agreement, table

MATRIX = {
    "序号": ["1", "2", "3", "4", "5", "6"],
    "所用时间": ["179秒", "3分20秒", "60秒", "61秒", "62秒", "63秒"],
    "来自IP": ["192.0.2.1(某省-某市)"] * 6,
    "1、您的性别": ["男", "女", "女", "男", "女", "男"],
    "2、您的看法—课程实用": agreement("12345x"),
    "2、课程难": agreement("5432?o"),
    "2、课程新": agreement("12345-"),
    "3、您的建议": ["多实践", "", "(空)", "", "", "少考试"],
}


def kinds(plan: ImportPlan) -> dict[str, str]:
    return {column.header: str(column.kind) for column in plan.columns}


def codes(plan: ImportPlan) -> list[str]:
    return [problem.code for problem in plan.questions]


def test_that_each_column_is_recognised() -> None:
    plan = propose_plan(table(MATRIX))
    assert plan.platform == "wjx_text"
    assert kinds(plan) == {
        "序号": "number",
        "所用时间": "seconds",
        "来自IP": "personal",
        "1、您的性别": "group",
        "2、您的看法—课程实用": "item",
        "2、课程难": "item",
        "2、课程新": "item",
        "3、您的建议": "text",
    }


def test_that_a_matrix_becomes_one_candidate_construct() -> None:
    study = propose_plan(table(MATRIX)).study
    (construct,) = study.constructs
    assert construct.name == "您的看法"
    assert [study.item(code).text for code in construct.items] == ["课程实用", "课程难", "课程新"]
    assert study.group_variables == ("您的性别",)


def test_that_each_kind_of_missing_is_kept_apart() -> None:
    responses, report = apply_plan(raw := table(MATRIX), propose_plan(raw))
    first, second, third = responses.answers.columns
    assert responses.answers[first].tolist()[:5] == [1, 2, 3, 4, 5]
    assert responses.missing[first].iloc[5] == Missing.NOT_SHOWN
    assert responses.missing[second].tolist()[4:] == [Missing.DO_NOT_KNOW, Missing.EMPTY]
    assert responses.missing[third].iloc[5] == Missing.EMPTY
    assert dict(report.missing) == {
        "ANSWERED": 14,
        "NOT_SHOWN": 1,
        "EMPTY": 2,
        "DO_NOT_KNOW": 1,
        "USER_MISSING": 0,
        "NOT_UNDERSTOOD": 0,
    }


def test_that_facts_on_respondents_are_kept_and_personal_data_are_not() -> None:
    responses, report = apply_plan(raw := table(MATRIX), propose_plan(raw))
    assert responses.respondents["seconds"].tolist() == [179, 200, 60, 61, 62, 63]
    assert responses.respondents["row"].tolist() == [2, 3, 4, 5, 6, 7]
    assert responses.respondents["您的性别"].tolist()[:2] == ["男", "女"]
    assert report.dropped == ("来自IP",)
    everything = responses.respondents.to_csv() + responses.other.to_csv()
    assert "192.0.2.1" not in everything


def test_that_a_cell_that_is_no_answer_is_listed_with_its_rows() -> None:
    columns = dict(MATRIX) | {"2、课程新": [*agreement("1234"), "同意吧", "同意吧"]}
    raw = table(columns)
    plan = propose_plan(raw).with_scale(
        [4, 5, 6], ["非常不同意", "不同意", "一般", "同意", "非常同意"]
    )
    responses, report = apply_plan(raw, plan)
    (problem,) = [p for p in report.problems if p.code == "cell_not_understood"]
    assert problem.values == {"cell": "同意吧", "count": 2, "rows": "6、7"}
    assert responses.missing.iloc[4, 2] == Missing.NOT_UNDERSTOOD


def test_that_labels_in_no_known_order_are_asked_and_nothing_is_applied() -> None:
    columns = {
        f"{n}": ["没有更好", "无所谓", "不便", "非常不便", "不便", "无所谓"] for n in range(1, 4)
    }
    raw = table({f"4、{'影响—' if n == '1' else ''}行{n}": cells for n, cells in columns.items()})
    plan = propose_plan(raw)
    assert codes(plan) == ["scale_order_unknown"]
    with pytest.raises(Refusal, match="--scale"):
        apply_plan(raw, plan)


@pytest.mark.parametrize("heading", ["4、影响—行1", "*", "#1"])
def test_that_the_scale_option_settles_the_order_of_the_whole_matrix(heading: str) -> None:
    cells = ["没有更好", "无所谓", "不便", "非常不便", "不便", "无所谓"]
    raw = table({"4、影响—行1": cells, "4、行2": cells, "4、行3": cells})
    plan = propose_plan(raw, scales=[f"{heading}=没有更好<无所谓<不便<非常不便"])
    responses, _ = apply_plan(raw, plan)
    assert responses.answers.iloc[:, 2].tolist() == [1, 2, 3, 4, 3, 2]
    assert plan.study.items[0].maximum == 4


@pytest.mark.parametrize("option", ["没有等号", "列=只有一个", "列=甲<<乙", "列=甲<甲"])
def test_that_an_unclear_scale_option_is_refused(option: str) -> None:
    with pytest.raises(Refusal) as caught:
        propose_plan(table(MATRIX), scales=[option])
    assert caught.value.problems[0].code == "scale_option_unclear"


def test_that_a_heading_that_is_no_column_is_refused_with_similar_ones() -> None:
    with pytest.raises(Refusal, match="您的性别"):
        propose_plan(table(MATRIX), scales=["您的性别吗=男<女"])


# --- the platform's total --------------------------------------------------


def test_that_the_total_confirms_the_codes() -> None:
    columns = {f"{n}、题{n}": agreement("123451234512") for n in range(1, 4)}
    total = [str(3 * int(code)) for code in "123451234512"]
    plan = propose_plan(table({"总分": total, **columns}))
    assert plan.total is not None
    assert (plan.total.agreeing, plan.total.rows) == (12, 12)


def test_that_the_order_of_unknown_labels_is_learned_from_the_total() -> None:
    rng = np.random.default_rng(1)
    order = ["没有更好", "无所谓", "不便", "非常不便"]
    drawn = rng.integers(0, 4, size=(40, 3))
    columns = {
        f"4、{'影响—' if n == 0 else ''}行{n}": [order[code] for code in drawn[:, n]]
        for n in range(3)
    }
    total = [str(total) for total in (drawn + 1).sum(axis=1)]
    raw = table({"总分": total, **columns})
    responses, report = apply_plan(raw, propose_plan(raw))
    assert (responses.answers.to_numpy() == drawn + 1).all()
    assert report.total is not None
    assert report.total.agreeing == 40


def test_that_items_the_platform_turns_are_found_by_the_total() -> None:
    rng = np.random.default_rng(2)
    drawn = rng.integers(1, 6, size=(60, 4))
    columns = {f"{n + 1}、题{n + 1}": agreement("".join(map(str, drawn[:, n]))) for n in range(4)}
    total = drawn[:, :3].sum(axis=1) + 6 - drawn[:, 3]
    plan = propose_plan(table({"总分": [str(t) for t in total], **columns}))
    assert plan.total is not None
    assert plan.total.turned == ("4、题4",)
    assert plan.total.agreeing == 60
    assert not any(item.is_reversed for item in plan.study.items)


# --- multiple choice, ranking ----------------------------------------------


def test_that_joined_choices_and_rankings_are_recognised() -> None:
    raw = table(
        {
            "1、爱好": ["运动┋其他〖下棋〗", "阅读", "(跳过)"],
            "2、排序": ["甲→乙", "乙→甲", "甲→乙"],
        }
    )
    responses, _ = apply_plan(raw, propose_plan(raw), needs_items=False)
    assert responses.other["爱好"].fillna("").tolist() == ["运动┋其他", "阅读", ""]
    assert responses.other["爱好〖〗"].fillna("").tolist() == ["下棋", "", ""]
    assert responses.other["排序"].tolist()[0] == "甲→乙"


def test_that_one_column_per_option_becomes_one_question() -> None:
    raw = table(
        {
            "序号": ["1", "2", "3"],
            "提交答卷时间": ["2026/2/24 21:13:43"] * 3,
            "第6题(运动)": ["1", "0", "-3"],
            "第6题(阅读)": ["1", "1", "-3"],
            "7、(甲)": ["1", "2", "-3"],
            "7、(乙)": ["2", "1", "-3"],
            "7、(丙)": ["3", "3", "-3"],
        }
    )
    plan = propose_plan(raw)
    responses, _ = apply_plan(raw, plan, needs_items=False)
    assert plan.platform == "wjx_numbers"
    assert responses.other["Q6"].fillna("").tolist() == ["运动┋阅读", "阅读", ""]
    assert responses.other["Q7"].fillna("").tolist() == ["甲→乙→丙", "乙→甲→丙", ""]


def test_that_what_was_typed_behind_an_option_is_kept_apart() -> None:
    raw = table({"1、身份": ["教师", "其他〖退休〗", "教师", "其他〖访客〗", "其他"],
                 "2、看法": agreement("12345")})  # fmt: skip
    responses, _ = apply_plan(raw, propose_plan(raw))
    assert responses.respondents["身份"].tolist() == ["教师", "其他", "教师", "其他", "其他"]
    assert responses.other["身份〖〗"].fillna("").tolist() == ["", "退休", "", "访客", ""]


def test_that_a_total_of_nothing_is_not_compared() -> None:
    plan = propose_plan(table({"总分": ["0"] * 5, "2、看法": agreement("12345")}))
    assert plan.total is None


# --- drafts ----------------------------------------------------------------


def test_that_sub_numbers_make_constructs() -> None:
    columns = {f"{a}.{b} 题目{a}{b}": agreement("123451") for a in (1, 2) for b in (1, 2, 3)}
    study = propose_plan(table(columns)).study
    assert [construct.items for construct in study.constructs] == [
        ("Q1_1", "Q1_2", "Q1_3"),
        ("Q2_1", "Q2_2", "Q2_3"),
    ]


def test_that_rating_columns_with_a_common_prefix_make_a_construct() -> None:
    columns = {f"expert_{n}": ["9", "7", "8", "3"] for n in ("logic", "depth", "clarity")}
    plan = propose_plan(table(columns))
    assert plan.study.constructs[0].items == ("expert_logic", "expert_depth", "expert_clarity")
    assert plan.study.items[0].maximum == 9
    assert plan.columns[0].certainty == "likely"


def test_that_an_item_that_runs_against_the_others_is_marked_not_turned() -> None:
    answers = "1234512345123451234512345"
    turned = "".join(str(6 - int(code)) for code in answers)
    raw = table(
        {
            "1、看法—甲": agreement(answers),
            "1、乙": agreement(answers),
            "1、丙": agreement(answers),
            "1、丁": agreement(turned),
        }
    )
    plan = propose_plan(raw)
    assert [column.is_reverse_suspect for column in plan.columns] == [False, False, False, True]
    responses, _ = apply_plan(raw, plan)
    assert responses.answers.iloc[0].tolist() == [1, 1, 1, 5]


def test_that_an_instructed_question_becomes_an_attention_check() -> None:
    raw = table(MATRIX | {"4、为确认作答质量，本题请选择“同意”。": agreement("444442")})
    responses, _ = apply_plan(raw, plan := propose_plan(raw))
    (check,) = plan.study.attention_checks
    assert check.correct == 4
    assert responses.answers[check.code].tolist() == [4, 4, 4, 4, 4, 2]


# --- the framework ---------------------------------------------------------


def framework_columns() -> dict[str, list[str | None]]:
    framework = load_framework()
    items = [item for item in framework.items.values() if item.is_short][:8]
    insiders = {framework.item_text(item.code, "TCH"): agreement("1234xx") for item in items}
    outsiders = {framework.item_text(item.code, "ENT"): agreement("xxxx55") for item in items}
    roles = ["高校教师与科研人员", "教师", "ADM", "管理人员", "企业研发与人力合作方", "外星人"]
    return {"您的身份": list(roles), **insiders, **outsiders}


def test_that_items_asked_of_insiders_and_outsiders_become_one_item() -> None:
    raw = table(framework_columns())
    responses, report = apply_plan(raw, plan := propose_plan(raw))
    assert plan.study_origin == "framework"
    assert responses.answers.shape == (6, 8)
    assert responses.answers["C1_1"].tolist() == [1, 2, 3, 4, 5, 5]
    assert "item_answered_twice" not in [problem.code for problem in report.problems]


def test_that_roles_are_recognised_by_code_name_or_part_of_the_name() -> None:
    responses, report = apply_plan(raw := table(framework_columns()), propose_plan(raw))
    roles = responses.respondents["role"].tolist()
    assert roles[:5] == ["TCH", "TCH", "ADM", "ADM", "ENT"]
    assert np.isnan(roles[5])
    assert "role_label_unknown" in [problem.code for problem in report.problems]


def test_that_a_small_edit_of_the_wording_is_tolerated_and_told() -> None:
    columns = framework_columns()
    edited = {
        (text.replace("脱节", "有脱节") if place == 1 else text): cells
        for place, (text, cells) in enumerate(columns.items())
    }
    plan = propose_plan(table(edited))
    assert len(plan.columns_of("C1_1")) == 2
    assert "wording_differs" in [note.code for note in plan.notes]


def test_that_groups_of_the_university_stand_beside_those_of_the_framework() -> None:
    columns = framework_columns() | {
        "职称": ["正高", "副高"] * 3,
        "您在哪个校区": ["东", "西"] * 3,
    }
    responses, _ = apply_plan(raw := table(columns), propose_plan(raw))
    assert responses.study.group_variables == ("职称", "您在哪个校区")
    assert responses.respondents["您在哪个校区"].tolist() == ["东", "西"] * 3


def test_that_the_role_column_is_asked_when_none_is_found_and_may_be_waived() -> None:
    columns = framework_columns()
    del columns["您的身份"]
    assert codes(propose_plan(table(columns))) == ["role_column_unknown"]
    assert codes(propose_plan(table(columns), role_column_header="-")) == []


def test_that_seven_steps_are_taken_over_by_the_framework() -> None:
    columns = framework_columns()
    steps = ["非常不同意", "不同意", "比较不同意", "一般", "比较同意", "同意", "非常同意"]
    seven: dict[str, list[str | None]] = {
        text: list(steps[:6]) if text != "您的身份" else cells for text, cells in columns.items()
    }
    last = list(seven)[-1]
    seven[last] = list(steps[1:])
    plan = propose_plan(table(seven))
    assert {item.maximum for item in plan.study.items} == {7}


def test_that_the_built_in_sample_is_understood_whole() -> None:
    raw = read_table(SAMPLE_FILE)
    responses, report = apply_plan(raw, propose_plan(raw))
    assert responses.study.is_simulated
    assert responses.answers.shape == (600, 31)
    assert responses.respondents["role"].value_counts().to_dict() == {
        "TCH": 350, "STU": 92, "ADM": 72, "ENT": 58, "RI": 20, "GOV": 8,
    }  # fmt: skip
    assert report.missing["NOT_UNDERSTOOD"] == 0
    assert responses.other["RK1"].dropna().str.fullmatch(r"C\d→C\d→C\d").all()
    insiders = responses.respondents["role"].isin(["ADM", "TCH"])
    items = [item.code for item in responses.study.items]
    assert responses.answers.loc[insiders, items].notna().all(axis=1).sum() >= 330


# --- a study of one's own --------------------------------------------------


def own_study(*texts: str) -> Study:
    items = tuple(StudyItem(f"x{n}", text) for n, text in enumerate(texts, start=1))
    constructs = (StudyConstruct("X", "看法", tuple(item.code for item in items)),)
    return Study("自拟", constructs, items, group_variables=("您的性别",))


def test_that_columns_are_tied_to_a_study_by_wording() -> None:
    raw = table(MATRIX)
    responses, _ = apply_plan(raw, propose_plan(raw, own_study("课程实用", "课程新")))
    assert list(responses.answers.columns) == ["x1", "x2"]
    assert responses.other.columns.tolist() == ["课程难", "您的建议"]


def test_that_a_drafted_study_used_again_gives_the_same_answers() -> None:
    long = "您是否有线下观演的经历？（线下观演：指观众亲临实体场地，实时感受表演者现场演绎的行为）"
    groups = {
        "4、您选哪个方案": ["甲", "乙"] * 3,
        "5、您选哪个方案": ["丙", "丁"] * 3,
        long: ["有", "无"] * 3,
    }
    raw = table(MATRIX | groups)
    drafted = propose_plan(raw)
    first, _ = apply_plan(raw, drafted)
    again, _ = apply_plan(raw, propose_plan(raw, drafted.study))
    pd.testing.assert_frame_equal(again.answers, first.answers)
    pd.testing.assert_frame_equal(again.respondents, first.respondents)


def test_that_columns_are_tied_to_a_study_by_code() -> None:
    raw = table({"x1": ["1", "5", "3"], "X2": ["2", "9", "4"]})
    study = replace(own_study("", ""), group_variables=())
    responses, _ = apply_plan(raw, propose_plan(raw, study))
    assert responses.answers["x1"].tolist() == [1, 5, 3]
    assert responses.missing["x2"].tolist() == [0, Missing.NOT_UNDERSTOOD, 0]


def test_that_an_item_without_a_column_is_refused_with_the_nearest_heading() -> None:
    plan = propose_plan(table(MATRIX), own_study("课程实用", "课程有新意吗"))
    (problem,) = plan.questions
    assert problem.code == "item_without_column"
    assert "课程" in str(problem.values["near"])


def test_that_a_study_with_other_bounds_than_the_labels_is_asked() -> None:
    study = own_study("课程实用")
    study = replace(study, items=(replace(study.items[0], maximum=7.0),))
    assert codes(propose_plan(table(MATRIX), study)) == ["scale_differs_from_study"]


# --- the plan as a value ---------------------------------------------------


def test_that_a_plan_read_back_from_json_is_equal() -> None:
    for columns in (MATRIX, framework_columns()):
        plan = propose_plan(table(columns))
        assert plan_from_json(plan_to_json(plan)) == plan


def test_that_another_text_is_no_plan() -> None:
    with pytest.raises(ValueError, match="plan"):
        plan_from_json(json.dumps({"format": 99}))


def test_that_an_edit_leaves_the_old_plan_alone() -> None:
    plan = propose_plan(table(MATRIX))
    edited = plan.with_kind(4, ColumnKind.SINGLE)
    assert plan.columns[4].kind is ColumnKind.ITEM
    assert edited.columns[4].kind is ColumnKind.SINGLE


def test_that_a_plan_serves_the_next_file_with_the_same_headings() -> None:
    plan = propose_plan(table(MATRIX))
    more = table({header: list(cells) * 2 for header, cells in MATRIX.items()})
    responses, _ = apply_plan(more, plan)
    assert responses.n == 12


def test_that_a_plan_for_other_columns_is_refused() -> None:
    plan = propose_plan(table(MATRIX))
    with pytest.raises(Refusal) as caught:
        apply_plan(table({"a": ["1"], "b": ["2"]}), plan)
    assert caught.value.problems[0].code == "plan_for_another_table"


def test_that_answers_without_scale_items_are_refused_for_analysis() -> None:
    raw = table({"1、您的性别": ["男", "女", "男"], "2、建议": ["甲", "乙", "丙"]})
    with pytest.raises(Refusal) as caught:
        apply_plan(raw, propose_plan(raw))
    assert caught.value.problems[0].code == "no_items_found"


def test_that_the_report_is_written_in_both_languages() -> None:
    _, report = apply_plan(raw := table(MATRIX), propose_plan(raw))
    assert "来自IP" in report.lines()[3]
    assert "personal data" in report.lines("en")[3]
    assert len(report.lines()) == len(report.lines("en"))


def test_that_headings_and_numbers_that_stand_twice_are_told() -> None:
    raw = table(MATRIX | {"序号": ["1", "2", "3", "3", "4", "5"]})
    raw = replace(raw, headers=(*raw.headers[:-1], "1、您的性别"))
    _, report = apply_plan(raw, propose_plan(raw))
    assert {"headings_twice", "numbers_twice"} <= {problem.code for problem in report.problems}
