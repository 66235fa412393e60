"""Questionnaires of other tools yield what is known of them; no file of the folder is forgotten.

The files are public but carry no licence, so they are no part of the project: the test runs
where the variable RONGZHEN_SAMPLES names the folder that holds them. The other tests make
small files of the same shapes.
"""

import os
import warnings
from collections import Counter
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from survey.adopt.adoption import Adoption
from survey.adopt.reading import adopt
from survey.problems import Refusal
from survey.publish.limesurvey_xml import DB_VERSION, FIELDS, ORDER
from survey.questionnaire.conditions import Is, Not
from survey.questionnaire.questions import Matrix

if "RONGZHEN_SAMPLES" not in os.environ:
    pytest.skip("RONGZHEN_SAMPLES names no folder", allow_module_level=True)
FOLDER = Path(os.environ["RONGZHEN_SAMPLES"])

QUESTIONS = {
    "formr/all_widgets.xlsx": ("formr", 26),
    "formr/satisfaction.xlsx": ("formr", 20),
    "kobo/data_with_repeat_form.xlsx": ("xlsform", 8),
    "kobo/transportation.xls": ("xlsform", 2),
    "kobo/tutorial_w_repeats_form.xls": ("xlsform", 6),
    "limesurvey/colors.lss": ("limesurvey", 4),
    "limesurvey/colors.lsa": ("limesurvey", 4),
    "limesurvey/date_and_time.lss": ("limesurvey", 3),
    "limesurvey/group_24.lsg": ("limesurvey", 2),
    "limesurvey/ls205_group_relevance.lss": ("limesurvey", 30),
    "limesurvey/ls205_validation_tests.lss": ("limesurvey", 35),
    "limesurvey/structure_all_types.tsv": ("limesurvey", 29),
    "limesurvey/test_88881.lss": ("limesurvey", 15),
    "qualtrics/many_types.qsf": ("qualtrics", 64),
    "qualtrics/sample_survey.qsf": ("qualtrics", 32),
    "qualtrics/single_mc.qsf": ("qualtrics", 5),
    "qualtrics/survey_logic.qsf": ("qualtrics", 5),
    "redcap/checkboxes-1_dictionary.csv": ("redcap", 3),
    "redcap/survey_dictionary.csv": ("redcap", 25),
    "redcap/validation-types-1_dictionary.csv": ("redcap", 46),
    "xlsform/case_insensitivity.xlsx": ("xlsform", 2),
    "xlsform/choice_filter_test.xlsx": ("xlsform", 3),
    "xlsform/extra_sheet_names.xlsx": ("xlsform", 1),
    "xlsform/group.csv": ("xlsform", 3),
    "xlsform/or_other.xlsx": ("xlsform", 2),
    "xlsform/table-list.xls": ("xlsform", 4),
    "xlsform/tutorial_arabic_labels.xls": ("xlsform", 4),
    "xlsform/widgets.xls": ("xlsform", 24),
    "xlsform/xlsform_spec_test.xlsx": ("xlsform", 35),
}
"""Format and questions. Side-by-side tables and grids of several answers become several."""
REFUSED = {
    "ddi/exportfull.xml": ("adopt_ddi_study_only", "exportfull.xml"),
    "pathological/entities.lss": ("file_has_dtd", "entities.lss"),
    "xlsform/invalid_bad_calc.xlsx": ("adopt_expression_wrong", "invalid_bad_calc.xlsx badcalc"),
    "xlsform/unknown_question_type.xls": (
        *("adopt_header_twice", "unknown_question_type.xls survey!J1"),
    ),
}
"""One of the problems named, and its place."""


@lru_cache(maxsize=64)
def adopted(name: str) -> Adoption:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's about extensions of the sheet
        return adopt(FOLDER / name)


def kinds(name: str) -> Counter[str]:
    return Counter(question.kind for question in adopted(name).questionnaire.questions)


def losses(name: str) -> set[str]:
    return {loss.code for loss in adopted(name).losses}


def test_that_no_file_of_the_folder_is_forgotten() -> None:
    from tests.survey.exchange import test_samples as answers

    known = {*QUESTIONS, *REFUSED, *answers.SIZES, *answers.FORMS, "INDEX.md"}
    found = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert found == known


@pytest.mark.parametrize("name", QUESTIONS)
def test_that_format_and_number_of_questions_are_right(name: str) -> None:
    adoption = adopted(name)
    assert (adoption.source, len(adoption.questionnaire.questions)) == QUESTIONS[name]
    assert all(loss.describe("zh_CN") and loss.describe("en") for loss in adoption.losses)


@pytest.mark.parametrize("name", REFUSED)
def test_that_what_is_no_questionnaire_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        adopted(name)
    places = [(problem.code, problem.where) for problem in refusal.value.problems]
    assert REFUSED[name] in places


def test_that_an_archive_holds_the_same_questionnaire_as_its_file() -> None:
    # Two versions of one survey: texts differ in HTML only where they differ at all.
    lss, lsa = adopted("limesurvey/colors.lss"), adopted("limesurvey/colors.lsa")
    assert kinds("limesurvey/colors.lss") == {"multiple": 1, "text": 2, "single": 1}
    assert kinds("limesurvey/colors.lsa") == kinds("limesurvey/colors.lss")
    options = [
        [len(getattr(question, "options", ())) for question in found.questionnaire.questions]
        for found in (lss, lsa)
    ]
    assert sorted(options[0]) == sorted(options[1]) == [0, 0, 2, 11]


def test_that_both_languages_of_the_old_layout_become_one_question() -> None:
    found = adopted("limesurvey/test_88881.lss").questionnaire
    assert found.languages == ("zh", "en")  # French is kept in the free place
    assert all(question.text.zh or question.text.en for question in found.questions)
    assert sum(bool(question.text.zh and question.text.en) for question in found.questions) >= 9


def test_that_every_type_letter_of_limesurvey_becomes_a_kind() -> None:
    assert kinds("limesurvey/ls205_validation_tests.lss") == {
        "number": 7, "multiple": 5, "matrix": 6, "number_matrix": 2, "blanks": 9, "single": 1,
        "ranking": 1, "text": 3, "note": 1,
    }  # fmt: skip
    assert kinds("limesurvey/date_and_time.lss") == {"date": 3}


def test_that_relevance_is_kept_or_told_in_its_own_words() -> None:
    adoption = adopted("limesurvey/ls205_group_relevance.lss")
    shown = [q for q in adoption.questionnaire.questions if q.show_if is not None]
    shown_pages = [page for page in adoption.questionnaire.pages if page.show_if is not None]
    told = [loss for loss in adoption.losses if loss.code == "condition"]
    assert len(shown) + len(shown_pages) == 28
    assert all(str(loss.values["text"]) for loss in told)


def test_that_a_table_list_becomes_a_matrix() -> None:
    found = adopted("xlsform/table-list.xls").questionnaire
    matrices = [question for question in found.questions if isinstance(question, Matrix)]
    assert [len(matrix.items) for matrix in matrices] == [2]


def test_that_languages_lists_and_sheets_are_kept_or_told() -> None:
    assert adopted("xlsform/xlsform_spec_test.xlsx").questionnaire.languages == ("zh", "en")
    assert "language_kept" in losses("xlsform/tutorial_arabic_labels.xls")
    assert "sheet_misspelt" in losses("xlsform/extra_sheet_names.xlsx")
    assert "choice_filter" in losses("xlsform/choice_filter_test.xlsx")
    other = adopted("xlsform/or_other.xlsx").questionnaire.questions
    assert any(option.is_other for q in other for option in getattr(q, "options", ()))


def test_that_qualtrics_logic_is_kept_or_told() -> None:
    found = adopted("qualtrics/survey_logic.qsf").questionnaire
    # The first question skips the rest when its first choice is selected.
    assert found.question("Q2").show_if == Not(of=Is(variable="Q1", values=(1,)))
    assert {"flow", "condition", "part_condition"} <= losses("qualtrics/survey_logic.qsf")
    assert "skip" not in losses("qualtrics/survey_logic.qsf")
    assert {"trash", "side_by_side"} <= losses("qualtrics/many_types.qsf")


def test_that_redcap_choices_and_validations_are_kept_or_told() -> None:
    found = adopted("redcap/checkboxes-1_dictionary.csv").questionnaire
    multiple = next(q for q in found.questions if q.kind == "multiple")
    assert [option.label.in_("en") for option in multiple.options][:2] == ["one", "two"]
    assert {"validation", "files", "computed"} <= losses("redcap/validation-types-1_dictionary.csv")


def test_that_formr_types_become_kinds() -> None:
    assert kinds("formr/satisfaction.xlsx")["rating"] == 12
    found = adopted("formr/all_widgets.xlsx").questionnaire
    assert found.question("confirm2").show_if == Is(variable="confirm1", values=(1,))
    assert kinds("formr/all_widgets.xlsx")["matrix"] == 1


def test_that_our_survey_file_has_limesurveys_columns_in_limesurveys_order() -> None:
    root = ElementTree.parse(FOLDER / "limesurvey/test_88881.lss").getroot()
    assert root.findtext("DBVersion") == DB_VERSION
    for table, columns in FIELDS.items():
        theirs = [field.text for field in root.iterfind(f"{table}/fields/fieldname")]
        if theirs:  # that survey has no quotas
            assert list(columns) == [name for name in theirs if name in columns], table
    tables = [child.tag for child in root if child.find("rows") is not None]
    assert [name for name in ORDER if name in tables] == [name for name in tables if name in ORDER]
