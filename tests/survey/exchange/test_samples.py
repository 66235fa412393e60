"""Real exports yield what is known of them.

The files are public but carry no licence, so they are no part of the project: the test runs
where the variable RONGZHEN_SAMPLES names the folder that holds them. The other tests make
small files of the same shapes.
"""

import csv
import os
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest

from survey.exchange import ColumnKind, ImportReport, apply_plan, propose_plan, read_table
from survey.exchange.plan import ImportPlan
from survey.exchange.raw_table import RawTable
from survey.problems import Refusal
from survey.responses import Missing, ResponseSet

if "RONGZHEN_SAMPLES" not in os.environ:
    pytest.skip("RONGZHEN_SAMPLES names no folder", allow_module_level=True)
FOLDER = Path(os.environ["RONGZHEN_SAMPLES"])

SIZES = {
    "wjx/wjx_2019_text.xls": ("wjx_text", 800, 14),
    "wjx/wjx_2019_codes01.xls": ("wjx_numbers", 800, 36),
    "wjx/wjx_2026_text_meta.xlsx": ("wjx_text", 214, 50),
    "wjx/wjx_2026_text_meta_gbk.csv": ("wjx_text", 214, 50),
    "wjx/wjx_2026_text_meta_utf8bom.csv": ("wjx_text", 214, 50),
    "wjx/wjx_2026_text_meta_utf16.txt": ("wjx_text", 214, 50),
    "wjx/wjx_2025_mixed_cells.xlsx": ("wjx_text", 68, 32),
    "wjx/wjx_numbers_template.xlsx": ("wjx_numbers", 29, 16),
    "wjx/wjx_spss.sav": ("wjx_spss", 53, 35),
    "tencent/tencent_text.xlsx": ("tencent", 50, 15),
    "limesurvey/results_two_header_rows.csv": ("table", 45, 38),
    "limesurvey/results_full_headings_cut.csv": ("limesurvey", 150, 163),
    "limesurvey/results_codes.csv": ("table", 50, 45),
    "limesurvey/colors_constructed.vv": ("limesurvey", 2, 20),
    "limesurvey/colors.lsa": ("limesurvey", 2, 20),
    "kobo/data_with_repeat.xlsx": ("kobo", 5, 25),
    "kobo/transportation.csv": ("kobo", 4, 24),
    "kobo/transportation_export.xlsx": ("kobo", 4, 30),
    "kobo/tutorial_w_repeats.csv": ("kobo", 1, 21),
    "qualtrics/sample_survey.csv": ("qualtrics", 5, 74),
    "qualtrics/many_types_legacy.csv": ("qualtrics", 5, 190),
    "qualtrics/many_types_insights.csv": ("qualtrics", 5, 190),
    "qualtrics/survey_logic.csv": ("qualtrics", 10, 21),
    "qualtrics/single_mc_insights.csv": ("qualtrics", 5, 20),
    "qualtrics/qualtrics_sample.csv": ("qualtrics", 1, 20),
    "google_forms/r_survey_2019_es.csv": ("google_forms", 338, 52),
    "surveymonkey/steak_two_header_rows.csv": ("surveymonkey", 550, 15),
    "surveymonkey/midwest_multi_cut.csv": ("surveymonkey", 300, 53),
    "surveymonkey/weather_check.csv": ("surveymonkey", 928, 9),
    "redcap/survey_data.csv": ("redcap", 2, 33),
    "redcap/checkboxes-1_data.csv": ("redcap", 4, 13),
    "redcap/validation-types-1_data.csv": ("redcap", 1, 52),
    "spss/sample.sav": ("spss", 5, 7),
    "spss/sample_missing.sav": ("spss", 7, 7),
    "spss/multiple_response_sets.sav": ("spss", 6, 12),
    "spss/ordered_category.sav": ("spss", 4, 1),
    "spss/labelled_num_na.sav": ("spss", 2, 1),
    "spss/weighted_labels.sav": ("spss", 3045, 3),
    "spss/sample.zsav": ("spss", 5, 7),
    "spss/sample.por": ("spss", 5, 7),
    "stata/types.dta": ("stata", 2, 8),
    "stata/sample.dta": ("stata", 5, 7),
    "stata/auto14_strl.dta": ("stata", 74, 13),
    "pathological/stray_cell_row_1048576.xlsx": ("table", 200, 60),
}
ANSWER_FILES = tuple(SIZES)
"""With the questionnaires of tests/survey/adopt these are all the samples."""
FORMS = [
    "limesurvey/colors.lss",
    "limesurvey/group_24.lsg",
    "limesurvey/structure_all_types.tsv",
    "pathological/entities.lss",
    "redcap/survey_dictionary.csv",
    "xlsform/widgets.xls",
    "xlsform/or_other.xlsx",
    "kobo/data_with_repeat_form.xlsx",
    "ddi/exportfull.xml",
]


@lru_cache(maxsize=128)
def table(name: str) -> RawTable:
    return read_table(FOLDER / name)


@lru_cache(maxsize=128)
def plan(name: str) -> ImportPlan:
    return propose_plan(table(name))


@lru_cache(maxsize=128)
def imported(name: str) -> tuple[ResponseSet, ImportReport]:
    return apply_plan(table(name), plan(name), needs_items=False)


def other(name: str, question: str) -> Counter[str]:
    return Counter(imported(name)[0].other[question].fillna(""))


def group(name: str, question: str) -> Counter[str]:
    return Counter(imported(name)[0].respondents[question].fillna(""))


@pytest.mark.parametrize("name", SIZES)
def test_that_platform_responses_and_columns_are_right(name: str) -> None:
    source = table(name).source
    assert (plan(name).platform, source.rows, source.columns) == SIZES[name]


@pytest.mark.parametrize("name", SIZES)
def test_that_nothing_is_asked_but_the_order_of_labels(name: str) -> None:
    assert {problem.code for problem in plan(name).questions} <= {"scale_order_unknown"}


@pytest.mark.parametrize("name", FORMS)
def test_that_a_questionnaire_is_not_read_as_answers(name: str) -> None:
    with pytest.raises(Refusal):
        propose_plan(read_table(FOLDER / name))


# --- 问卷星 --------------------------------------------------------------------


def test_the_2019_text_export() -> None:
    name = "wjx/wjx_2019_text.xls"
    assert group(name, "手机部数") == {"1部": 521, "2部": 261, "3部": 12, "4部及以上": 6}
    assert {c.code or c.wording for c in plan(name).of_kind(ColumnKind.MULTIPLE)} == {
        "兴趣爱好",
        "关注资讯",
    }


def test_that_text_and_number_exports_of_one_survey_hold_the_same_choices() -> None:
    def sets(name: str, question: str) -> list[frozenset[str]]:
        cells = imported(name)[0].other[question].fillna("")
        return [frozenset(p.split("〖")[0] for p in cell.split("┋") if p) for cell in cells]

    text = sets("wjx/wjx_2019_text.xls", "兴趣爱好")
    numbers = sets("wjx/wjx_2019_codes01.xls", "Q6")
    same = sum(
        {o.split("【")[0] for o in a} == {o.split("【")[0] for o in b}
        for a, b in zip(text, numbers, strict=True)
    )
    assert same == 800
    assert [c.header for c in plan("wjx/wjx_2019_text.xls").of_kind(ColumnKind.NUMBER)] == ["序号"]
    assert [column.blanks for column in table("wjx/wjx_2019_text.xls").columns[:6]] == [0] + [
        800
    ] * 5
    typed = imported("wjx/wjx_2019_text.xls")[0].other["兴趣爱好〖〗"].dropna()
    assert "军事国防" in set(typed)
    assert "〖" not in "".join(imported("wjx/wjx_2019_text.xls")[0].other["兴趣爱好"].dropna())
    parts = plan("wjx/wjx_2019_codes01.xls").of_kind(ColumnKind.MULTIPLE)
    assert Counter(c.question for c in parts) == {"6": 14, "8": 10}


@pytest.mark.parametrize("kind", [".xlsx", "_gbk.csv", "_utf8bom.csv", "_utf16.txt"])
def test_the_2026_text_export_in_each_encoding(kind: str) -> None:
    name = f"wjx/wjx_2026_text_meta{kind}"
    responses, report = imported(name)
    seconds = responses.respondents["seconds"]
    assert (seconds.min(), seconds.median(), seconds.max()) == (123, 218, 1041)
    assert responses.answers["Q1_1"].value_counts().to_dict() == {5: 64, 4: 60, 3: 46, 2: 25, 1: 19}
    assert group(name, "您的性别") == {"男": 120, "女": 94}
    meta = ["number", "submitted", "seconds", "ignored", "ignored", "personal", "total"]
    assert [str(column.kind) for column in plan(name).columns[:7]] == meta
    assert len(plan(name).columns[7:]) == 43
    assert not any(re.match(r"\s*\d+、", header) for header in table(name).headers)
    skipped = plan(name).columns[10]
    cells = table(name).columns[10].cells()
    assert cells.count("(跳过)") == 45
    assert dict(skipped.missing)["(跳过)"] is Missing.NOT_SHOWN
    assert report.total is not None
    assert (report.total.agreeing, report.total.rows) == (214, 214)
    assert len(responses.study.constructs) == 9


def test_that_the_encodings_give_identical_answers() -> None:
    first = imported("wjx/wjx_2026_text_meta.xlsx")[0]
    for kind in ("_gbk.csv", "_utf8bom.csv", "_utf16.txt"):
        again = imported(f"wjx/wjx_2026_text_meta{kind}")[0]
        pd.testing.assert_frame_equal(first.answers, again.answers)
        pd.testing.assert_frame_equal(first.respondents, again.respondents)
        pd.testing.assert_frame_equal(first.other, again.other)
        raw = table(f"wjx/wjx_2026_text_meta{kind}")
        assert raw.headers == table("wjx/wjx_2026_text_meta.xlsx").headers
        assert raw.cells == table("wjx/wjx_2026_text_meta.xlsx").cells
        assert "\ufeff" not in "".join(raw.headers)
    found = {kind: table(f"wjx/wjx_2026_text_meta{kind}").source.encoding
             for kind in ("_gbk.csv", "_utf8bom.csv", "_utf16.txt")}  # fmt: skip
    assert found == {"_gbk.csv": "gb18030", "_utf8bom.csv": "utf-8-sig", "_utf16.txt": "utf-16"}


def test_that_mixed_cells_all_become_numbers() -> None:
    responses, report = imported("wjx/wjx_2025_mixed_cells.xlsx")
    ratings = responses.answers.iloc[:, :14]
    assert int(ratings.notna().to_numpy().sum()) == 952
    assert ratings.sum(axis=1).mean() == pytest.approx(97.3382, abs=5e-5)
    assert [len(c.items) for c in responses.study.constructs] == [7, 7, 8]
    assert report.total is not None
    assert report.total.agreeing == 68
    matrix = plan("wjx/wjx_2025_mixed_cells.xlsx").columns[24:32]
    assert len({(column.question, column.stem) for column in matrix}) == 1
    headers = table("wjx/wjx_2025_mixed_cells.xlsx").headers[24:32]
    assert [("—" in header) for header in headers] == [True] + [False] * 7


def test_that_the_sav_items_with_five_labels_are_ordinal() -> None:
    responses, _ = imported("wjx/wjx_spss.sav")
    assert responses.answers.shape == (53, 23)
    assert {(item.minimum, item.maximum) for item in responses.study.items} == {(1, 5)}
    assert responses.respondents["seconds"].notna().all()
    raw = table("wjx/wjx_spss.sav")
    assert raw.source.encoding == "UTF-8"
    for name in ("index", "totalseconds"):
        place = raw.headers.index(name)
        assert all(cell.isdigit() for cell in raw.columns[place].values)
    assert all(item.text for item in responses.study.items)


def test_the_number_template() -> None:
    columns = plan("wjx/wjx_numbers_template.xlsx").columns
    kinds: dict[str, list[str]] = {}
    for column in columns[1:]:
        kinds.setdefault(column.header.split("、")[0], []).append(str(column.kind))
    assert kinds == {
        "1": ["group"],
        "2": ["group"],
        "3": ["personal"],  # the text question of this template asks the name
        "4": ["text"] * 2,
        "5": ["item"] * 2,
        "6": ["group"] * 3,  # three blanks with a city, a school and a subject that recur
        "7": ["item"] * 3,
        "8": ["item"],
        "9": ["item"],
    }
    for number in ("4", "6"):
        parts = [c.question for c in columns if c.header.startswith(f"{number}、")]
        assert set(parts) == {number}
    study = plan("wjx/wjx_numbers_template.xlsx").study
    assert [construct.items for construct in study.constructs][:2] == [
        ("Q5", "Q5_2"),
        ("Q7", "Q7_2", "Q7_3"),
    ]


# --- other platforms ------------------------------------------------------------


def test_tencent() -> None:
    name = "tencent/tencent_text.xlsx"
    assert group(name, "您在工作中有使用过ChatGPT等工具吗") == {"是": 40, "否": 10}
    assert set(group(name, "您的身份是")) == {"供应链管理者", "其他管理者", "其他员工", "其他"}
    assert imported(name)[0].answers.shape == (50, 6)
    assert {c.stem for c in plan(name).columns[3:5]} == {"您从事的行业是？"}
    assert {c.question for c in plan(name).columns[3:5]} == {"3"}
    assert dict(plan(name).columns[1].labels)["B.其他管理者"] == "其他管理者"
    scores = imported(name)[0].answers
    assert (scores.notna().all(axis=None), scores.min(axis=None) >= 1) == (True, True)
    assert scores.max(axis=None) == 10


def test_surveymonkey() -> None:
    name = "surveymonkey/steak_two_header_rows.csv"
    lottery = next(c for c in plan(name).columns if c.place == 1)
    assert group(name, lottery.code) == {"Lottery B": 279, "Lottery A": 267, "": 4}
    assert not any("Response" in header for header in table(name).headers)
    name = "surveymonkey/midwest_multi_cut.csv"
    assert table(name).header_rows[1][2:6] == ("A lot", "Some", "Not much", "Not at all")
    question = next(q for q in imported(name)[0].other.columns if q.startswith("Which of the foll"))
    chosen = [set(cell.split("┋")) for cell in imported(name)[0].other[question].fillna("")]
    assert sum("Illinois" in options for options in chosen) == 227
    assert group(name, "Gender") == {"Male": 246, "Female": 21, "": 33}
    name = "surveymonkey/weather_check.csv"
    marks = [column.cells().count("-") for column in table(name).columns]
    answers = imported(name)[0]
    assert sum(marks) > 0
    for column, count in zip(plan(name).columns, marks, strict=True):
        if count:
            assert dict(column.missing)["-"] is Missing.EMPTY
    assert (answers.missing == int(Missing.EMPTY)).sum().sum() == marks[4] == 11


def test_google_forms() -> None:
    name = "google_forms/r_survey_2019_es.csv"
    level = plan(name).columns[1]
    assert group(name, level.code) == {
        "Intermedio": 185, "Inicial": 84, "Experto": 62, "Sin experiencia": 7,
    }  # fmt: skip
    joined = plan(name).of_kind(ColumnKind.MULTIPLE)
    assert {column.separator for column in joined} == {", "}
    assert len(joined) == 9
    assert any("\n" in cell for column in table(name).columns for cell in column.values)


def test_limesurvey() -> None:
    full = plan("limesurvey/results_full_headings_cut.csv")
    seventh = [c for c in full.columns if c.stem.startswith("7 - How would you")]
    assert Counter(c.kind for c in seventh) == {ColumnKind.MULTIPLE: 9, ColumnKind.TEXT: 1}
    assert dict(seventh[0].missing)["N/A"] is Missing.NOT_SHOWN
    with (FOLDER / full_name()).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    submitted = full.of_kind(ColumnKind.SUBMITTED)[0]
    assert submitted.header == "Date submitted"
    partial = sum(not row["Date submitted"] for row in rows)
    assert table(full_name()).columns[submitted.place].blanks == partial == 70
    codes = imported("limesurvey/results_codes.csv")[0]
    assert codes.answers.shape == (50, 35)
    assert (codes.answers.min(axis=None), codes.answers.max(axis=None)) == (1, 7)
    assert table("limesurvey/results_codes.csv").headers[2].endswith("]")


def full_name() -> str:
    return "limesurvey/results_full_headings_cut.csv"


def test_that_two_german_heading_rows_are_questions_and_parts() -> None:
    name = "limesurvey/results_two_header_rows.csv"
    columns = plan(name).columns
    background = [c for c in columns if c.stem.startswith("Welchen fachlichen Hintergrund")]
    assert Counter(c.kind for c in background) == {ColumnKind.MULTIPLE: 6, ColumnKind.TEXT: 1}
    steps = Counter(c.scale.labels for c in columns if c.scale is not None)
    often = ("gar nicht", "selten", "eher selten", "eher häufig", "sehr häufig")
    agree = ("Stimme gar nicht zu", "Stimme eher nicht zu", "Stimme eher zu",
             "Stimme vollständig zu")  # fmt: skip
    assert steps == {often: 13, agree: 7}
    declined = [dict(c.missing).get("Keine Angabe") for c in columns]
    assert Missing.DO_NOT_KNOW in declined  # the fifth step of the agreement scale


@pytest.mark.parametrize("name", ["limesurvey/colors.lsa", "limesurvey/colors_constructed.vv"])
def test_limesurvey_archive_and_vv(name: str) -> None:
    responses, _ = imported(name)
    assert responses.n == 2
    assert len(plan(name).of_kind(ColumnKind.MULTIPLE)) == 11
    assert responses.respondents["submitted"].isna().all()  # 1980-01-01: date anonymised
    chosen = [
        [c.header[-4:].strip("[]")[-3:] for c in plan(name).of_kind(ColumnKind.MULTIPLE)
         if table(name).columns[c.place].cell(row) == "Y"]
        for row in range(2)
    ]  # fmt: skip
    assert chosen == [["009", "011"], ["001", "002"]]
    texts = [c for c in plan(name).columns if c.kind is ColumnKind.TEXT]
    assert all(dict(c.missing)["{question_not_shown}"] is Missing.NOT_SHOWN for c in texts)
    assert responses.other.iloc[:, 1].fillna("").tolist() == ["I am a fan of heavy metal music", ""]


def test_kobo() -> None:
    name = "kobo/data_with_repeat.xlsx"
    assert len(plan(name).of_kind(ColumnKind.MULTIPLE)) == 9
    joined = next(c for c in plan(name).columns if c.header == "profile.reason")
    assert joined.kind is ColumnKind.IGNORED
    members = imported(name)[0].repeats["members"]
    raw = table(name)
    assert len(members) == 12
    links = raw.repeats[0].columns[raw.repeats[0].headers.index("_parent_index")].cells()
    assert members["respondent"].astype(str).tolist() == links  # the parents are numbered 1 to 5
    told = [p.values["rows"] for p in imported(name)[1].problems if p.code == "repeat_sheet"]
    assert told == [12]
    words = [frozenset((cell or "").split()) for cell in raw.columns[joined.place].cells()]
    assert [frozenset(c.split("┋")) for c in imported(name)[0].other["profile.reason"]] == words
    assert sum(header.startswith("profile.reason.") for header in raw.headers) == 9


def test_kobo_transport() -> None:
    question = "transport/available_transportation_types_to_referral_facility"
    for name in ("kobo/transportation.csv", "kobo/transportation_export.xlsx"):
        assert len(plan(name).of_kind(ColumnKind.MULTIPLE)) == 10
        chosen = imported(name)[0].other[question].tolist()
        assert chosen == ["", "ambulance┋bicycle", "ambulance", "taxi┋other"]
    nothing = [dict(c.missing).get("n/a") for c in plan("kobo/transportation.csv").columns]
    assert set(nothing) == {None, Missing.EMPTY}
    combined = plan("kobo/transportation_export.xlsx").columns[0]
    assert (combined.header, combined.kind) == (question, ColumnKind.IGNORED)
    flat = imported("kobo/tutorial_w_repeats.csv")[0].other
    assert flat.filter(like="childs_").iloc[0].tolist() == ["Tom", 12, "Dick", 5]


@pytest.mark.parametrize(
    ("name", "rows", "third"),
    [
        ("sample_survey", 3, "{'ImportId': "),
        ("many_types_legacy", 2, ""),
        ("many_types_insights", 3, "{'ImportId': "),
        ("survey_logic", 2, ""),
        ("single_mc_insights", 3, "{'ImportId': "),
        ("qualtrics_sample", 3, '{"ImportId":'),
    ],
)
def test_that_each_generation_of_qualtrics_is_told(name: str, rows: int, third: str) -> None:
    raw = table(f"qualtrics/{name}.csv")
    assert len(raw.header_rows) == rows
    assert rows == 2 or raw.header_rows[2][0].startswith(third)
    assert rows == 3 or raw.headers[:3] == ("V1", "V2", "V3")
    assert name != "qualtrics_sample" or raw.header_rows[1][0] == "Anfangsdatum"
    assert not any(key in cell for key in ("ImportId",) for c in raw.columns for cell in c.values)


def test_that_legacy_and_insights_exports_hold_the_same_answers() -> None:
    legacy, insights = table("qualtrics/many_types_legacy.csv"), table(
        "qualtrics/many_types_insights.csv"
    )  # fmt: skip
    shared = [h for h in legacy.headers if h in insights.headers]
    assert len(shared) == 119
    for header in shared:
        cells = legacy.columns[legacy.headers.index(header)].cells()
        assert cells == insights.columns[insights.headers.index(header)].cells()


def test_redcap() -> None:
    name = "redcap/checkboxes-1_data.csv"
    marks = plan(name).of_kind(ColumnKind.MULTIPLE)
    assert {c.question for c in marks} >= {"check_one"}
    assert {c.option for c in marks if c.question == "check_one"} == {"1", "2", "3", "4"}
    # the file holds zeros where the instrument was not filled in: nothing chosen, not missing
    assert imported(name)[0].other["check_one"].tolist() == ["1", "", "1┋2┋3┋4", ""]
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        assert [row["check_one___1"] for row in csv.DictReader(stream)] == ["1", "0", "1", "0"]


def test_spss_and_stata() -> None:
    sets = plan("spss/multiple_response_sets.sav").of_kind(ColumnKind.MULTIPLE)
    assert len({c.question for c in sets}) == 2
    facts = table("spss/multiple_response_sets.sav").sets
    assert sorted((len(fact.columns), fact.counted) for fact in facts) == [(3, ""), (3, "1")]
    assert other("spss/multiple_response_sets.sav", "My multiple response set") == {
        "Response #1┋Response #2": 2, "Response #1": 1, "Response #2": 2, "": 1,
    }  # fmt: skip
    missing = [c for c in plan("spss/sample_missing.sav").columns if c.missing or c.missing_ranges]
    assert len(missing) == 3
    assert plan("spss/weighted_labels.sav").of_kind(ColumnKind.WEIGHT)
    labelled = plan("spss/labelled_num_na.sav").columns[0]
    assert dict(labelled.missing) == {"9": Missing.USER_MISSING}
    assert table("spss/labelled_num_na.sav").facts[0].value_labels == (("1", "This is one"),)
    ordered = table("spss/ordered_category.sav").facts[0].value_labels
    assert [code for code, _ in ordered] == sorted(code for code, _ in ordered)


@pytest.mark.parametrize(
    "name", ["spss/sample.sav", "spss/sample.zsav", "spss/sample.por", "stata/sample.dta"]
)
def test_that_the_same_data_are_the_same_in_every_statistics_format(name: str) -> None:
    raw = table(name)
    assert [header.lower() for header in raw.headers] == [
        "mychar", "mynum", "mydate", "dtime", "mylabl", "myord", "mytime",
    ]  # fmt: skip
    assert raw.cells[0] == (
        "a", "1.1", "2018-05-06", "2018-05-06 10:10:10", "1", "1", "10:10:10",
    )  # fmt: skip
    assert raw.cells == table("spss/sample.sav").cells
    assert raw.facts[4].value_labels == (("1", "Male"), ("2", "Female"))
    assert raw.facts[5].value_labels == (("1", "low"), ("2", "medium"), ("3", "high"))
    assert raw.facts[1].label == "numeric"


def test_stata_storage_types_and_long_strings() -> None:
    assert table("stata/types.dta").cells[0] == (
        "3.14", "3.14", "2", "2", "2", "2", "1960-01-01", "2015-12-01 03:14:15",
    )  # fmt: skip
    cars = table("stata/auto14_strl.dta")
    assert cars.cells[0][:5] == ("AMC Concord", "4099", "22", "3", "2.5")
    assert cars.headers[12] == "teststrl"
    assert cars.facts[11].value_labels == (("0", "Domestic"), ("1", "Foreign"))


def test_that_a_stray_cell_costs_neither_time_nor_columns() -> None:
    raw = table("pathological/stray_cell_row_1048576.xlsx")
    assert (raw.n_rows, len(raw.columns)) == (200, 60)
    assert "far_cells" in {problem.code for problem in raw.problems}
