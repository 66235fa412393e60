"""Answers go out with their meaning; what a format cannot hold is told."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from docx import Document
from openpyxl import load_workbook

from survey.data_export import describe_variables, export_answers, write_codebook
from survey.data_export.names import SPSS, STATA, accepted_names, cut
from survey.problems import Refusal
from survey.responses import Missing, ResponseSet, SourceFile
from survey.study import Study, StudyConstruct, StudyItem

LONG = "本校的科研评价长期以论文数量为准绳" * 8


@pytest.fixture
def responses() -> ResponseSet:
    index = pd.RangeIndex(1, 5, name="respondent")
    answers = pd.DataFrame(
        {"C1_1": [1.0, 5.0, np.nan, 3.0], "C1_2": [2.0, np.nan, np.nan, 4.0]}, index=index
    )
    missing = pd.DataFrame(
        {
            "C1_1": [0, 0, Missing.DO_NOT_KNOW, 0],
            "C1_2": [0, Missing.NOT_SHOWN, Missing.EMPTY, 0],
        },
        index=index,
        dtype="int8",
    )
    study = Study(
        title="试用问卷",
        constructs=(StudyConstruct("C1", "供需错位", ("C1_1", "C1_2"), "severity"),),
        items=(StudyItem("C1_1", "选题脱节"), StudyItem("C1_2", LONG, is_reversed=True)),
        role_names={"TCH": "教师", "ADM": "管理人员"},
        group_variables=("学院",),
    )
    people = pd.DataFrame(
        {
            "role": ["TCH", "ADM", "TCH", np.nan],
            "seconds": [100.0, 90.0, np.nan, 80.0],
            "学院": ["理学院", "工学院", "理学院", np.nan],
        },
        index=index,
    )
    other = pd.DataFrame({"OE1": ["=1+1", "平台少", np.nan, "-"]}, index=index)
    source = SourceFile("a.xlsx", "0" * 64, "wjx_text", "", 4, 6)
    return ResponseSet(study, answers, missing, people, other, source)


@pytest.fixture
def variables(responses):
    return describe_variables(responses)


def test_that_spss_keeps_the_kinds_of_missing_apart(variables, tmp_path):
    export_answers(variables, tmp_path / "a.sav")
    frame, meta = pyreadstat.read_sav(tmp_path / "a.sav", user_missing=True)
    assert frame["C1_2"].tolist() == [2.0, -1.0, -2.0, 4.0]
    assert meta.variable_value_labels["C1_2"] == {-1.0: "未显示", -2.0: "未作答"}
    assert meta.missing_ranges["C1_2"] == [{"lo": -2.0, "hi": -1.0}]
    assert meta.variable_measure["C1_2"] == "ordinal"


def test_that_spss_reads_missing_codes_as_missing(variables, tmp_path):
    export_answers(variables, tmp_path / "a.sav")
    frame, _ = pyreadstat.read_sav(tmp_path / "a.sav")
    assert frame["C1_2"].isna().tolist() == [False, True, True, False]


def test_that_a_wording_spss_cuts_is_told_and_cut_between_characters(variables, tmp_path):
    notes = export_answers(variables, tmp_path / "a.sav")
    _, meta = pyreadstat.read_sav(tmp_path / "a.sav")
    kept = meta.column_names_to_labels["C1_2"]
    assert LONG.startswith(kept)
    assert len(kept) == 85
    assert [(note.code, note.where) for note in notes] == [("export_label_cut", "C1_2")]


def test_that_stata_keeps_the_kinds_of_missing_as_letters(variables, tmp_path):
    export_answers(variables, tmp_path / "a.dta")
    frame, meta = pyreadstat.read_dta(tmp_path / "a.dta", user_missing=True)
    assert frame["C1_2"].tolist() == [2.0, "a", "b", 4.0]
    assert meta.variable_value_labels["C1_2"] == {"a": "未显示", "b": "未作答"}
    assert frame["学院"].tolist()[:3] == [2.0, 1.0, 2.0]


def test_that_roles_are_coded_with_their_names(variables):
    role = next(v for v in variables if v.name == "role")
    assert role.labels == {1.0: "教师", 2.0: "管理人员"}
    assert role.values.tolist()[:3] == [1.0, 2.0, 1.0]


def test_that_csv_cells_that_look_like_formulas_are_harmless(variables, tmp_path):
    export_answers(variables, tmp_path / "a.csv")
    frame = pd.read_csv(tmp_path / "a.csv", dtype=str, keep_default_na=False)
    assert frame["OE1"].tolist() == ["'=1+1", "平台少", "", "'-"]
    assert frame["C1_1"].tolist() == ["1", "5", "", "3"]


def test_that_csv_says_that_kinds_of_missing_are_merged(variables, tmp_path):
    notes = export_answers(variables, tmp_path / "a.csv")
    assert [note.code for note in notes] == ["export_missing_merged"]


def test_that_the_workbook_holds_codes_labels_and_descriptions(variables, tmp_path):
    export_answers(variables, tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["编码", "选项文字", "变量说明"]
    labels = list(book["选项文字"].values)
    place = labels[0].index("C1_2")
    assert [row[place] for row in labels[1:]] == [2, "未显示", "未作答", 4]


def test_that_no_workbook_cell_is_a_formula(variables, tmp_path):
    export_answers(variables, tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert not [c for sheet in book for row in sheet for c in row if c.data_type == "f"]


def test_that_the_r_script_marks_reverse_keyed_items(variables, tmp_path):
    export_answers(variables, tmp_path / "a.R")
    script = (tmp_path / "a.R").read_text(encoding="utf-8")
    assert '`C1` = c("C1_1", "-C1_2")' in script
    assert (tmp_path / "a.csv").exists()


def test_that_the_codebook_names_construct_and_reverse_key(variables, tmp_path):
    write_codebook(variables, tmp_path / "c.md")
    text = (tmp_path / "c.md").read_text(encoding="utf-8")
    assert "C1 供需错位（反向题）" in text
    assert LONG in text


def test_that_the_word_codebook_has_a_row_per_variable(variables, tmp_path):
    write_codebook(variables, tmp_path / "c.docx")
    table = Document(str(tmp_path / "c.docx")).tables[0]
    assert [row.cells[0].text for row in table.rows[1:]] == [v.name for v in variables]


@pytest.mark.parametrize("write", [export_answers, write_codebook])
def test_that_an_unknown_ending_is_refused_with_the_known_ones(variables, tmp_path, write):
    with pytest.raises(Refusal, match="a\\.pdf"):
        write(variables, tmp_path / "a.pdf")


def test_that_names_are_made_acceptable_and_unique():
    names = accepted_names(["ALL", "1题", "a-b", "a b", "A_B"], SPSS)
    assert list(names.values()) == ["v_ALL", "v_1题", "a_b", "a_b_2", "A_B_3"]


def test_that_twenty_one_chinese_characters_fit_an_spss_name():
    assert len(accepted_names(["题" * 30], SPSS)["题" * 30]) == 21
    assert len(accepted_names(["题" * 40], STATA)["题" * 40]) == 32
    assert cut("题a", 3, SPSS) == "题"
