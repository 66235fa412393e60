"""Tables of every platform's shape are recognised, and their questions put together."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from survey.exchange import ColumnKind, apply_plan, propose_plan, read_table
from survey.exchange.plan import ImportPlan
from survey.exchange.raw_table import RawTable
from survey.problems import Refusal
from survey.responses import Missing, ResponseSet
from tests.survey.exchange.tables import agreement, table
from tests.survey.exchange.workbooks import write_csv


def written(tmp_path: Path, rows: Sequence[Sequence[str]], separator: str = ",") -> RawTable:
    text = "\n".join(separator.join(f'"{cell}"' if cell else "" for cell in row) for row in rows)
    return read_table(write_csv(tmp_path / "a.csv", text))


def imported(raw: RawTable) -> tuple[ImportPlan, ResponseSet]:
    plan = propose_plan(raw)
    return plan, apply_plan(raw, plan, needs_items=False)[0]


def kinds(plan: ImportPlan) -> Counter[str]:
    return Counter(str(column.kind) for column in plan.columns)


# --- 腾讯问卷 --------------------------------------------------------------------


def test_that_tencent_letters_are_codes_and_sub_items_one_question() -> None:
    raw = table(
        {
            "编号": ["3", "2", "1", "4"],
            "1.您的身份是": ["B.其他管理者", "A.管理者", "B.其他管理者", "A.管理者"],
            "2.您从事的行业:一级分类": ["商业", "制造", "商业", "制造"],
            "2.您从事的行业:二级分类": ["咨询", "机械", "零售", "机械"],
            "3.满意吗": ["A.非常满意", "B.满意", "C.一般", "D.不满意"],
        }
    )
    plan, responses = imported(raw)
    assert plan.platform == "tencent"
    assert responses.respondents["您的身份是"].tolist() == ["其他管理者", "管理者"] * 2
    assert {column.stem for column in plan.columns[2:4]} == {"您从事的行业"}
    assert responses.answers.iloc[:, 0].tolist() == [5, 4, 3, 2]


# --- Qualtrics -------------------------------------------------------------------

QUALTRICS_NAMES = [
    "StartDate",
    "Duration (in seconds)",
    "IPAddress",
    "ResponseId",
    "Q1_1",
    "Q1_2",
    "Q1_3",
    "Q2_4",
    "Q2_5",
    "Q3_First Click",
    "Q2_DO_4",
]
QUALTRICS_TEXTS = [
    *QUALTRICS_NAMES[:4],
    "Rate it - Use",
    "Rate it - Ease",
    "Rate it - Look",
    "Choose - Red",
    "Choose - Blue",
    "Timing - First Click",
    "Choose - Order",
]
QUALTRICS_IDS = [
    "startDate",
    "duration",
    "ipAddress",
    "_recordId",
    "QID1_1",
    "QID1_2",
    "QID1_3",
    "QID7-1",
    "QID7-2",
    "QID9_FIRST_CLICK",
    "QID7_DO_1",
]
QUALTRICS_ROWS = [
    ["2026-01-01 10:00:00", "61", "192.0.2.1", "R_1", "1", "5", "3", "1", "", "2.1", "1"],
    ["2026-01-01 11:00:00", "62", "192.0.2.2", "R_2", "5", "5", "4", "1", "1", "2.2", "1"],
    ["2026-01-01 12:00:00", "63", "192.0.2.3", "R_3", "2", "4", "4", "", "", "2.3", "2"],
]


@pytest.mark.parametrize("spelling", ['{{""ImportId"":""{}""}}', "{{'ImportId': '{}'}}", None])
def test_that_three_generations_of_qualtrics_give_the_same(
    tmp_path: Path, spelling: str | None
) -> None:
    heads = [QUALTRICS_NAMES, QUALTRICS_TEXTS]
    if spelling is None:
        heads = [
            ["V1", "V2", "V3", "V4", *QUALTRICS_NAMES[4:]],
            ["StartDate", "ResponseID", "IPAddress", "Status", *QUALTRICS_TEXTS[4:]],
        ]
    else:
        heads.append([spelling.format(code) for code in QUALTRICS_IDS])
    raw = written(tmp_path, [*heads, *QUALTRICS_ROWS])
    plan, responses = imported(raw)
    assert plan.platform == "qualtrics"
    assert responses.n == 3
    assert responses.answers.to_numpy().tolist() == [[1, 5, 3], [5, 5, 4], [2, 4, 4]]
    assert [item.text for item in plan.study.items] == ["Use", "Ease", "Look"]
    assert responses.other.iloc[:, 0].fillna("").tolist() == ["Red", "Red┋Blue", ""]
    assert kinds(plan)["personal"] == 1


# --- LimeSurvey ------------------------------------------------------------------


def test_that_limesurvey_codes_and_full_texts_are_understood(tmp_path: Path) -> None:
    meta = ["id", "submitdate", "lastpage", "startlanguage"]
    rows = [
        ["1", "2026-01-01 10:00:00", "2", "en", "Agree", "Disagree", "Yes", "N/A"],
        ["2", "1980-01-01 00:00:00", "2", "en", "Neutral", "Strongly agree", "No", "N/A"],
        ["3", "", "1", "en", "Strongly disagree", "", "Yes", "N/A"],
    ]
    for parts in (
        ["Q1[SQ001]", "Q1[SQ002]", "Q2[SQ001]", "Q2[SQ002]"],
        ["What of it? [Use]", "What of it? [Ease]", "Which? [Red]", "Which? [Blue]"],
    ):
        plan, responses = imported(written(tmp_path, [[*meta, *parts], *rows], ";"))
        assert plan.platform == "limesurvey"
        assert responses.answers.iloc[:, 0].tolist() == [4, 3, 1]
        assert responses.respondents["submitted"].isna().tolist() == [False, True, True]
        assert kinds(plan)["multiple"] == 2
        blue = plan.columns[-1]
        assert dict(blue.missing) == {"N/A": Missing.NOT_SHOWN}


def test_that_vv_files_are_read_with_their_escapes(tmp_path: Path) -> None:
    rows = [
        ["Response ID", "When", "Last page", "Language", "Text?", "Choose [Red]", "Choose [Blue]"],
        ["id", "submitdate", "lastpage", "startlanguage", "Q1", "Q2_SQ1", "Q2_SQ2"],
        ["1", "2026-01-01 10:00:00", "1", "en", "two{newline}lines", "Y", "{question_not_shown}"],
        ["2", "2026-01-01 11:00:00", "1", "en", "a{tab}b", "Y", "Y"],
    ]
    text = "\n".join("\t".join(row) for row in rows)
    raw = read_table(write_csv(tmp_path / "a.vv", text))
    plan, responses = imported(raw)
    assert raw.layout == "limesurvey_vv"
    assert responses.other.iloc[:, 0].tolist() == ["two\nlines", "a\tb"]
    assert kinds(plan)["multiple"] == 2


def test_that_a_structure_is_refused_as_answers(tmp_path: Path) -> None:
    raw = written(
        tmp_path,
        [["class", "type/scale", "name", "relevance", "text"], ["Q", "L", "q1", "1", "Why?"]],
        "\t",
    )
    with pytest.raises(Refusal) as caught:
        propose_plan(raw)
    assert caught.value.problems[0].code == "file_is_form"


# --- KoboToolbox, REDCap ---------------------------------------------------------------


@pytest.mark.parametrize("mark", ["/", "."])
def test_that_kobo_options_become_one_question(mark: str) -> None:
    raw = table(
        {
            f"profile{mark}reason": ["war", "war drought", "n/a"],
            f"profile{mark}reason{mark}war": ["True", "True", "n/a"],
            f"profile{mark}reason{mark}drought": ["False", "True", "n/a"],
            "_id": ["1", "2", "3"],
            "_uuid": ["a", "b", "c"],
            "_submission_time": ["2026-02-14T15:37:21"] * 3,
            "_index": ["1", "2", "3"],
        }
    )
    plan, responses = imported(raw)
    assert plan.platform == "kobo"
    assert responses.other[f"profile{mark}reason"].fillna("-").tolist() == [
        "war",
        "war┋drought",
        "-",
    ]
    assert plan.columns[0].kind is ColumnKind.IGNORED


def test_that_redcap_checkboxes_become_one_question() -> None:
    raw = table(
        {
            "record_id": ["1", "2", "3"],
            "colour___1": ["1", "0", None],
            "colour___2": ["1", "0", None],
            "form_complete": ["2", "2", "0"],
        }
    )
    plan, responses = imported(raw)
    assert plan.platform == "redcap"
    assert responses.other["colour"].fillna("blank").tolist() == ["1┋2", "", "blank"]


# --- SurveyMonkey, Google Forms --------------------------------------------------------------


def test_that_two_heading_rows_of_surveymonkey_are_joined(tmp_path: Path) -> None:
    raw = written(
        tmp_path,
        [
            ["RespondentID", "Which?", "", "Do you smoke?", "Words"],
            ["", "Red", "Blue", "Response", "Open-Ended Response"],
            ["1", "Red", "", "Yes", "a"],
            ["2", "Red", "Blue", "No", ""],
            ["3", "", "", "Yes", "b"],
        ],
    )
    plan, responses = imported(raw)
    assert plan.platform == "surveymonkey"
    assert responses.n == 3
    assert responses.other["Which?"].fillna("").tolist() == ["Red", "Red┋Blue", ""]
    assert responses.respondents["Do you smoke"].tolist() == ["Yes", "No", "Yes"]


def _gender_in_two_columns(rows: int) -> RawTable:
    """SurveyMonkey with a column per option: a single choice and a multiple one."""
    return table(
        {
            "RespondentID": [str(number) for number in range(1, rows + 1)],
            "Gender—Male": ["Male" if number % 3 else None for number in range(rows)],
            "Gender—Female": [None if number % 3 else "Female" for number in range(rows)],
            "Gender—Other": [None] * rows,
            "Pets—Cat": ["Cat"] * rows,
            "Pets—Dog": ["Dog" if number == 7 else None for number in range(rows)],
        }
    )


def test_that_a_single_choice_with_a_column_per_option_is_one_group() -> None:
    raw = _gender_in_two_columns(21)
    plan = propose_plan(raw)
    responses, report = apply_plan(raw, plan, needs_items=False)
    assert responses.study.group_variables == ("Gender",)
    assert responses.respondents["Gender"].value_counts().to_dict() == {"Male": 14, "Female": 7}
    assert responses.other["Pets"].tolist().count("Cat┋Dog") == 1
    assert [p.where for p in report.problems if p.code == "single_by_columns"] == ["Gender"]
    again = propose_plan(raw, plan.study)
    pd.testing.assert_frame_equal(
        apply_plan(raw, again, needs_items=False)[0].respondents, responses.respondents
    )


def test_that_the_columns_of_one_choice_change_their_kind_together() -> None:
    raw = _gender_in_two_columns(21)
    plan = propose_plan(raw).with_kind(2, ColumnKind.MULTIPLE)
    assert [column.kind for column in plan.columns[1:3]] == [ColumnKind.MULTIPLE] * 2
    responses, _ = apply_plan(raw, plan, needs_items=False)
    assert responses.other["Gender"].tolist()[:4] == ["Female", "Male", "Male", "Female"]
    described = plan.with_kind(1, ColumnKind.SINGLE)
    responses, _ = apply_plan(raw, described, needs_items=False)
    assert responses.other["Gender"].tolist()[:4] == ["Female", "Male", "Male", "Female"]


def test_that_few_answers_do_not_make_a_multiple_choice_single() -> None:
    plan = propose_plan(_gender_in_two_columns(19))
    assert {plan.columns[1].kind, plan.columns[2].kind} == {ColumnKind.MULTIPLE}


def test_that_google_grids_and_joined_answers_are_understood() -> None:
    raw = table(
        {
            "Timestamp": ["12/13/2019 12:02:32"] * 16,
            "Rate [Use]": ["Agree", "Disagree", "Neutral", "Strongly agree"] * 4,
            "Rate [Ease]": ["Agree", "Agree", "Strongly disagree", "Neutral"] * 4,
            "Which?": ["Red, Blue", "Red", "Blue, Red", "Bread, butter, Red"] * 4,
        }
    )
    plan, responses = imported(raw)
    assert plan.platform == "google_forms"
    assert responses.answers.iloc[:4, 0].tolist() == [4, 2, 3, 5]
    chosen = [set(cell.split("┋")) for cell in responses.other["Which?"]]
    assert chosen[1] == {"Red"}
    assert chosen[0] == chosen[2] == {"Red", "Blue"}
    assert chosen[3] == {"Red", "Bread, butter"}  # never apart: one option with a comma


# --- SPSS ----------------------------------------------------------------------------------------


def test_that_spss_labels_give_the_order_and_ranges_are_missing(tmp_path: Path) -> None:
    labels = {
        1.0: "非常不同意",
        2.0: "不同意",
        3.0: "一般",
        4.0: "同意",
        5.0: "非常同意",
        9.0: "拒答",
    }
    names = ["v1", "v2", "v3"]
    frame = pd.DataFrame({name: [1.0, 5.0, 9.0, 98.0, 3.0] for name in names})
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "a.sav"),
        column_labels={name: f"题目{name}" for name in names},
        variable_value_labels=dict.fromkeys(names, labels),
        missing_ranges={name: [9.0, {"lo": 97.0, "hi": 99.0}] for name in names},
    )
    plan, responses = imported(read_table(tmp_path / "a.sav"))
    assert plan.platform == "spss"
    assert responses.answers["v1"].tolist()[:2] == [1, 5]
    assert responses.missing["v1"].tolist()[2:4] == [Missing.USER_MISSING] * 2
    assert plan.study.items[0].text == "题目v1"


def test_that_the_weight_is_not_taken_for_an_answer(tmp_path: Path) -> None:
    frame = pd.DataFrame({"weight": [0.5, 1.5], "sex": [1.0, 2.0]})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    plan, _ = imported(read_table(tmp_path / "a.sav"))
    assert plan.columns[0].kind is ColumnKind.WEIGHT


# --- damage, personal data ------------------------------------------------------------------------


def test_that_answers_turned_into_dates_are_told() -> None:
    cells = ["1-2次", "2026-03-05", "1-2次", "2026-03-05"]
    plan = propose_plan(table({"1、几次": cells, "2、看法": agreement("1234")}))
    assert [note.code for note in plan.notes] == ["excel_dates"]


def test_that_cut_long_numbers_are_told() -> None:
    plan = propose_plan(table({"答卷编号": ["3.58E+14", "3.58E+14"], "2、看法": agreement("12")}))
    assert "excel_exponents" in [note.code for note in plan.notes]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("姓名", ["甲", "乙", "丙"]),
        ("3、您的手机号码", ["x", "y", "z"]),
        ("4、联系", ["13800000000", "13900000001", "15000000002"]),
        ("5、号", ["110101199001011234", "11010119900101123X", "110101199001011235"]),
        ("6、信", ["a@example.org", "b@example.org", "c@example.org"]),
        ("来源", ["192.0.2.1(某省-某市)", "192.0.2.2(某省-某市)", "192.0.2.3(某省-某市)"]),
        ("LocationLatitude", ["1.1", "2.2", "3.3"]),
        ("学号", ["1", "2", "3"]),
    ],
)
def test_that_personal_data_are_found_and_left_out(heading: str, cells: list[str]) -> None:
    raw = table({heading: cells, "9、看法": agreement("123")})
    plan, responses = imported(raw)
    assert plan.columns[0].kind is ColumnKind.PERSONAL
    kept = responses.respondents.to_csv() + responses.other.to_csv()
    assert not any(cell in kept for cell in cells if len(cell) > 3)


def test_that_a_question_that_only_mentions_names_is_not_personal() -> None:
    wording = "您认为关键问题是什么（请勿写出姓名等个人信息）"
    plan = propose_plan(
        table({wording: ["平台少", "课太多", "不了了之"], "9、看法": agreement("123")})
    )
    assert plan.columns[0].kind is ColumnKind.TEXT


def test_that_stata_letters_are_declared_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"q1": [1.0, "a", 3.0, 5.0], "q2": [2.0, 4.0, "b", 5.0]}, dtype=object)
    pyreadstat.write_dta(
        frame, str(tmp_path / "a.dta"), missing_user_values={"q1": ["a"], "q2": ["b"]}
    )
    plan, responses = imported(read_table(tmp_path / "a.dta"))
    assert plan.platform == "stata"
    assert responses.missing["q1"].tolist() == [0, Missing.USER_MISSING, 0, 0]
    assert responses.answers["q2"].fillna(-1).tolist() == [2, 4, -1, 5]
