"""Real exports yield what is known of them.

The files are public but carry no licence, so they are no part of the project: the test runs
where the variable RONGZHEN_SAMPLES names the folder that holds them. The other tests make
small files of the same shapes.
"""

import os
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
        assert (
            table(f"wjx/wjx_2026_text_meta{kind}").cells
            == table("wjx/wjx_2026_text_meta.xlsx").cells
        )


def test_that_mixed_cells_all_become_numbers() -> None:
    responses, report = imported("wjx/wjx_2025_mixed_cells.xlsx")
    ratings = responses.answers.iloc[:, :14]
    assert int(ratings.notna().to_numpy().sum()) == 952
    assert ratings.sum(axis=1).mean() == pytest.approx(97.3382, abs=5e-5)
    assert [len(c.items) for c in responses.study.constructs] == [7, 7, 8]
    assert report.total is not None
    assert report.total.agreeing == 68


def test_that_the_sav_items_with_five_labels_are_ordinal() -> None:
    responses, _ = imported("wjx/wjx_spss.sav")
    assert responses.answers.shape == (53, 23)
    assert {(item.minimum, item.maximum) for item in responses.study.items} == {(1, 5)}
    assert responses.respondents["seconds"].notna().all()


def test_the_number_template() -> None:
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


def test_surveymonkey() -> None:
    name = "surveymonkey/steak_two_header_rows.csv"
    lottery = next(c for c in plan(name).columns if c.place == 1)
    assert group(name, lottery.code) == {"Lottery B": 279, "Lottery A": 267, "": 4}
    name = "surveymonkey/midwest_multi_cut.csv"
    question = next(q for q in imported(name)[0].other.columns if q.startswith("Which of the foll"))
    chosen = [set(cell.split("┋")) for cell in imported(name)[0].other[question].fillna("")]
    assert sum("Illinois" in options for options in chosen) == 227
    assert group(name, "Gender") == {"Male": 246, "Female": 21, "": 33}


def test_google_forms() -> None:
    name = "google_forms/r_survey_2019_es.csv"
    level = plan(name).columns[1]
    assert group(name, level.code) == {
        "Intermedio": 185, "Inicial": 84, "Experto": 62, "Sin experiencia": 7,
    }  # fmt: skip
    assert plan(name).of_kind(ColumnKind.MULTIPLE)


def test_limesurvey() -> None:
    full = plan("limesurvey/results_full_headings_cut.csv")
    seventh = [c for c in full.columns if c.stem.startswith("7 - How would you")]
    assert Counter(c.kind for c in seventh) == {ColumnKind.MULTIPLE: 9, ColumnKind.TEXT: 1}
    assert dict(seventh[0].missing)["N/A"] is Missing.NOT_SHOWN
    codes = imported("limesurvey/results_codes.csv")[0]
    assert codes.answers.shape == (50, 35)
    assert codes.answers.to_numpy().max() == 7


@pytest.mark.parametrize("name", ["limesurvey/colors.lsa", "limesurvey/colors_constructed.vv"])
def test_limesurvey_archive_and_vv(name: str) -> None:
    responses, _ = imported(name)
    assert responses.n == 2
    assert len(plan(name).of_kind(ColumnKind.MULTIPLE)) == 11
    assert responses.respondents["submitted"].isna().all()  # 1980-01-01: date anonymised


def test_kobo() -> None:
    name = "kobo/data_with_repeat.xlsx"
    assert len(plan(name).of_kind(ColumnKind.MULTIPLE)) == 9
    joined = next(c for c in plan(name).columns if c.header == "profile.reason")
    assert joined.kind is ColumnKind.IGNORED
    assert read_table(FOLDER / name, sheet="members").n_rows == 12
    transport = plan("kobo/transportation.csv")
    assert len(transport.of_kind(ColumnKind.MULTIPLE)) == 10


def test_redcap() -> None:
    name = "redcap/checkboxes-1_data.csv"
    marks = plan(name).of_kind(ColumnKind.MULTIPLE)
    assert {c.question for c in marks} >= {"check_one"}
    assert {c.option for c in marks if c.question == "check_one"} >= {"1", "2"}


def test_spss_and_stata() -> None:
    sets = plan("spss/multiple_response_sets.sav").of_kind(ColumnKind.MULTIPLE)
    assert len({c.question for c in sets}) == 2
    missing = [c for c in plan("spss/sample_missing.sav").columns if c.missing or c.missing_ranges]
    assert len(missing) == 3
    assert plan("spss/weighted_labels.sav").of_kind(ColumnKind.WEIGHT)
    labelled = plan("spss/labelled_num_na.sav").columns[0]
    assert dict(labelled.missing) == {"9": Missing.USER_MISSING}
    ordered = table("spss/ordered_category.sav").facts[0].value_labels
    assert [code for code, _ in ordered] == sorted(code for code, _ in ordered)
