"""Files of the shapes that other tools write; each reader on what is special to its format."""

import json
import zipfile

import pytest

from survey.adopt.expressions import Unreadable, read_expression
from survey.adopt.lime_xml import read_lime_xml
from survey.adopt.limesurvey import lime_questionnaire
from survey.adopt.meaning import Column, condition_of
from survey.adopt.qualtrics import read_qsf
from survey.adopt.reading import adopt
from survey.adopt.tables import Sheet
from survey.adopt.text_form import read_text
from survey.adopt.xlsform import read_xlsform
from survey.problems import Refusal
from survey.questionnaire.conditions import All, Answered, Between, Is, Not
from survey.questionnaire.conditions import Any as AnyOf


def sheets(survey, choices=(), **others):
    """Return the sheets of an XLSForm, each a list of rows."""
    named = {"survey": survey, "choices": choices, **others}
    return [Sheet(name, tuple(enumerate(map(list, rows), 1))) for name, rows in named.items()]


def codes_of(refusal):
    return [(problem.code, problem.where, problem.row) for problem in refusal.value.problems]


def losses_of(adoption):
    return {loss.code for loss in adoption.losses}


HEAD = ("type", "name", "label::english", "label::chinese")
YES_NO = (("list_name", "name", "label"), ("yn", "yes", "Yes"), ("yn", "no", "No"))


def test_that_two_languages_of_an_xlsform_are_kept():
    found = read_xlsform(sheets([HEAD, ("text", "a", "Name?", "姓名？")]), "f").questionnaire
    assert (found.questions[0].text.zh, found.questions[0].text.en) == ("姓名？", "Name?")
    assert found.languages == ("zh", "en")


def test_that_another_language_survives_in_the_free_place_and_is_told():
    rows = [("type", "name", "label:English", "label:Arabic"), ("text", "a", "Age", "عمرك")]
    found = read_xlsform(sheets(rows), "f")
    assert found.questionnaire.questions[0].text.zh == "عمرك"
    assert "language_kept" in losses_of(found)


def test_that_one_column_under_two_headers_is_refused_with_its_cell():
    rows = [("type", "name", "bind:relevant", "relevance"), ("text", "a", None, None)]
    with pytest.raises(Refusal) as refusal:
        read_xlsform(sheets(rows), "f.xls")
    assert codes_of(refusal) == [("adopt_header_twice", "f.xls survey!D1", None)]


def test_that_every_unknown_type_and_list_is_told_with_its_row():
    rows = [HEAD, ("texxt", "a", "A"), ("select_one nowhere", "b", "B")]
    with pytest.raises(Refusal) as refusal:
        read_xlsform(sheets(rows), "f")
    assert codes_of(refusal) == [
        ("adopt_type_unknown", "f survey", 2),
        ("adopt_list_missing", "f survey", 3),
    ]


def test_that_a_misspelt_sheet_is_warned_of():
    found = read_xlsform(sheets([HEAD, ("text", "a", "A")], stettings=()), "f")
    assert [dict(loss.values) for loss in found.losses] == [
        {"sheet": "stettings", "meant": "settings"}
    ]


def test_that_or_other_adds_an_option_with_text():
    rows = [HEAD, ("select_one yn or_other", "a", "A")]
    options = read_xlsform(sheets(rows, YES_NO), "f").questionnaire.questions[0].options
    assert [option.is_other for option in options] == [False, False, True]


def test_that_a_table_list_becomes_a_matrix():
    rows = [
        ("type", "name", "label", "appearance"),
        ("begin group", "g", "Grid", "table-list"),
        ("select_one yn", "a", "A", None),
        ("select_one yn", "b", "B", None),
        ("end group", None, None, None),
    ]
    question = read_xlsform(sheets(rows, YES_NO), "f").questionnaire.questions[0]
    assert (question.kind, [item.code for item in question.items]) == ("matrix", ["a", "b"])


def test_that_a_choice_filter_and_an_untranslatable_condition_stand_word_for_word_in_the_losses():
    rows = [
        ("type", "name", "label", "choice_filter", "relevant"),
        ("select_one yn", "a", "A", "cf=${b}", None),
        ("text", "b", "B", None, "count(${a}) > once(2)"),
    ]
    found = read_xlsform(sheets(rows, YES_NO), "f")
    said = {loss.code: loss.values.get("text") for loss in found.losses}
    assert said["choice_filter"] == "cf=${b}"
    assert said["condition"] == "count(${a}) > once(2)"


def test_that_a_wrong_calculation_is_reported():
    rows = [("type", "name", "label", "calculation"), ("calculate", "c", "C", "because it isn't")]
    with pytest.raises(Refusal) as refusal:
        read_xlsform(sheets(rows), "f")
    assert "adopt_expression_wrong" in [code for code, _, _ in codes_of(refusal)]


FORMR = ("type", "name", "label", "showif", "optional", "choice1", "choice2", "choice3")


def test_that_a_formr_table_becomes_questions_and_conditions():
    rows = [
        FORMR,
        ("note", "hello", "### Hello", "", "", "", "", ""),
        ("rating_button 1,5,1", "r", "Rate", "", "", "low", "high", ""),
        ("mc_heading", "h", "Each", "", "", "no", "yes", ""),
        ("mc", "m1", "One", "", "*", "no", "yes", ""),
        ("mc", "m2", "Two", "r > 3 & m1 == 2", "*", "no", "yes", ""),
        ("mc", "own", "Other answers", "", "!", "a", "b", "c"),
        ("number 18,99,0.5", "age", "Age", "is.na(own) | own == 3", "*", "", "", ""),
        ("submit", "go", "Go on", "", "", "", "", ""),
        ("select_or_add_multiple", "more", "More", "nchar(age) > 1", "*", "x", "y", ""),
        ("text", "never", "Never", "FALSE", "", "", "", ""),
        ("ip", "ip", "", "", "", "", "", ""),
    ]
    adoption = read_xlsform(sheets(rows), "f")
    found = adoption.questionnaire
    assert [(q.code, q.kind, q.is_required) for q in found.questions] == [
        ("hello", "note", False),
        ("r", "rating", True),
        ("h", "matrix", False),
        ("own", "single", True),
        ("age", "number", False),
        ("more", "multiple", False),
    ]
    assert found.question("hello").text.en == "Hello"
    assert [p.label.en for p in found.scale(found.question("r").scale).points] == [
        "1 low", "2", "3", "4", "5 high",
    ]  # fmt: skip
    assert found.question("h").items[1].show_if == All(
        of=(Between(variable="r", low=4), Is(variable="m1", values=(2,)))
    )
    assert found.question("age").show_if == AnyOf(
        of=(Not(of=Answered(variable="own")), Is(variable="own", values=(3,)))
    )
    assert (found.question("age").low, found.question("age").decimals) == (18, 1)
    assert len(found.pages) == 2
    assert found.question("more").options[2].is_other
    assert {loss.code for loss in adoption.losses} == {"condition", "never_shown", "meta"}


def test_that_a_formr_list_is_named_in_its_first_row_only():
    rows = [FORMR, ("mc colours", "a", "A", "", "*", "", "", "")]
    choices = [
        ("list_name", "name", "label"),
        ("colours", "1", "Red"),
        ("", "2", "Blue"),
        ("", "", ""),
    ]
    found = read_xlsform(sheets(rows, choices), "f").questionnaire
    assert [option.label.en for option in found.question("a").options] == ["Red", "Blue"]


def test_that_unknown_types_of_a_formr_table_are_told_with_their_rows():
    rows = [FORMR, ("text", "a", "A", "", "*", "", "", ""), ("dance", "b", "B", "", "", "", "", "")]
    with pytest.raises(Refusal) as refusal:
        read_xlsform(sheets(rows), "f")
    assert codes_of(refusal)[0][0] == "adopt_type_unknown"


def test_that_columns_of_one_name_never_meet():
    rows = [HEAD, ("text", "a_1", "A"), ("select_multiple yn", "a", "B"), ("text", "a_2", "C")]
    found = read_xlsform(sheets(rows, YES_NO), "f").questionnaire
    assert len({question.code for question in found.questions}) == 3


# -- LimeSurvey -----------------------------------------------------------------------------------


def table(name, *rows):
    cells = "".join(
        "<row>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items()) + "</row>"
        for row in rows
    )
    return f"<{name}><rows>{cells}</rows></{name}>"


def lss(*tables, languages=("fr", "en"), kind="Survey"):
    named = "".join(f"<language>{language}</language>" for language in languages)
    body = f"<LimeSurveyDocType>{kind}</LimeSurveyDocType><languages>{named}</languages>"
    return f"<document>{body}{''.join(tables)}</document>".encode()


def old_layout():
    question = {"qid": 5, "gid": 1, "type": "L", "title": "Q1", "parent_qid": 0}
    return lss(
        table("groups", *({"gid": 1, "group_name": n, "language": n} for n in ("fr", "en"))),
        table(
            "questions",
            {**question, "question": "<b>Couleur</b>", "language": "fr"},
            {**question, "question": "Colour", "language": "en"},
        ),
        table(
            "answers",
            *(
                {"qid": 5, "code": c, "answer": f"{c}{n}", "sortorder": c[1], "language": n}
                for c in ("A2", "A1")
                for n in ("fr", "en")
            ),
        ),
    )


def test_that_rows_of_two_languages_become_one_question():
    found = lime_questionnaire(read_lime_xml(old_layout(), "f"), "f").questionnaire
    assert len(found.questions) == 1
    assert (found.questions[0].text.en, found.questions[0].text.zh) == ("Colour", "Couleur")
    assert [option.label.en for option in found.questions[0].options] == ["A1en", "A2en"]


def test_that_texts_in_tables_of_their_own_are_found():
    data = lss(
        table("groups", {"gid": 1, "grelevance": "G02Q02 == 1"}),
        table("group_l10ns", {"gid": 1, "group_name": "Third", "language": "en"}),
        table("questions", {"qid": 5, "gid": 1, "type": "T", "title": "Q1", "parent_qid": 0}),
        table("question_l10ns", {"qid": 5, "question": "Why?", "language": "en"}),
        languages=("en",),
        kind="Group",
    )
    found = lime_questionnaire(read_lime_xml(data, "f"), "f")
    assert found.questionnaire.questions[0].text.en == "Why?"
    assert [loss.values["text"] for loss in found.losses] == ["G02Q02 == 1"]


def test_that_entities_are_refused(tmp_path):
    file = tmp_path / "a.lss"
    file.write_bytes(b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]><document>&a;</document>')
    with pytest.raises(Refusal) as refusal:
        adopt(file)
    assert codes_of(refusal)[0][0] == "file_has_dtd"


def test_that_an_archive_gives_its_structure(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.lsa", "w") as archive:
        archive.writestr("survey_1.lss", old_layout())
    assert adopt(tmp_path / "a.lsa").questionnaire.questions[0].code == "Q1"


# -- other formats --------------------------------------------------------------------------------


def test_that_display_logic_of_a_qsf_becomes_a_condition_and_skips_are_told():
    logic = {
        "0": {
            "0": {
                "LogicType": "Question",
                "ChoiceLocator": "q://QID1/SelectableChoice/2",
                "Operator": "Selected",
            },
            "Type": "If",
        },
        "Type": "BooleanExpression",
    }
    first = {
        "QuestionID": "QID1", "DataExportTag": "Q1", "QuestionText": "A", "QuestionType": "MC",
        "Selector": "SAVR", "Choices": {"1": {"Display": "x"}, "2": {"Display": "y"}},
        "RecodeValues": {"1": "10", "2": "20"},
    }  # fmt: skip
    second = {
        "QuestionID": "QID2", "DataExportTag": "Q2", "QuestionText": "B&nbsp;",
        "QuestionType": "TE",
        "Selector": "SL", "DisplayLogic": logic,
    }  # fmt: skip
    skip = [{"Description": "If <b>x</b> then skip"}]
    elements = [{"Type": "Question", "QuestionID": "QID1", "SkipLogic": skip},
                {"Type": "Question", "QuestionID": "QID2"}]  # fmt: skip
    data = {
        "SurveyElements": [
            {
                "Element": "BL",
                "Payload": [{"ID": "B", "Type": "Default", "BlockElements": elements}],
            },
            {"Element": "SQ", "Payload": first},
            {"Element": "SQ", "Payload": second},
        ]
    }
    found = read_qsf(data, "f")
    shown = found.questionnaire.question("Q2").show_if
    assert (shown.variable, shown.values) == ("Q1", (20,))
    assert [loss.values["text"] for loss in found.losses if loss.code == "skip"] == [
        "If x then skip"
    ]


def test_that_a_study_without_variables_is_refused(tmp_path):
    file = tmp_path / "a.xml"
    file.write_text('<codeBook xmlns="ddi:codebook:2_5"><stdyDscr/></codeBook>', "utf-8")
    with pytest.raises(Refusal) as refusal:
        adopt(file)
    assert codes_of(refusal)[0][0] == "adopt_ddi_study_only"


TYPED = """科研协同调查
请如实填写。
1. 您的身份是？
A. 教师  B. 企业人员  C. 其他____
2、您了解哪些政策（多选）
□ 甲
□ 乙
3. 请评价以下方面[矩阵量表题]
行：
- 平台
- 经费
列：
1~5
4. 您的建议[简答题]（选填）
"""


def test_that_a_typed_list_is_read():
    found = read_text(TYPED, "f").questionnaire
    assert [q.kind for q in found.questions] == ["single", "multiple", "matrix", "text"]
    assert [(o.label.zh, o.is_other) for o in found.questions[0].options] == [
        ("教师", False), ("企业人员", False), ("其他", True),
    ]  # fmt: skip
    assert [item.text.zh for item in found.questions[2].items] == ["平台", "经费"]
    assert found.introduction.zh == "请如实填写。"


def test_that_bare_statements_become_items_of_one_scale_and_it_is_told():
    found = read_text("1. 平台充足\n2. 经费到位\n3. 政策清晰\n", "f")
    assert len(found.questionnaire.questions[0].items) == 3
    assert losses_of(found) == {"scale_assumed"}


def test_that_word_numbers_and_tables_are_read(tmp_path):
    from docx import Document

    document = Document()
    document.add_paragraph("您的身份[单选题]", style="List Number")
    document.add_paragraph("A. 教师")
    document.add_paragraph("B. 企业")
    document.add_paragraph("2. 评价[矩阵量表题]")
    grid = document.add_table(rows=2, cols=3)
    for place, cell in enumerate(("", "不同意", "同意", "平台", "", "")):
        grid.cell(place // 3, place % 3).text = cell
    document.save(tmp_path / "a.docx")
    found = adopt(tmp_path / "a.docx").questionnaire
    assert [(q.code, q.kind) for q in found.questions] == [("Q1", "single"), ("Q2", "matrix")]


def test_that_other_json_is_no_questionnaire(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"a": 1}), "utf-8")
    with pytest.raises(Refusal) as refusal:
        adopt(tmp_path / "a.json")
    assert codes_of(refusal)[0][0] == "adopt_unknown"


def test_that_a_table_of_answers_is_no_questionnaire(tmp_path):
    (tmp_path / "a.csv").write_text("序号,1、身份\n1,教师\n", "utf-8")
    with pytest.raises(Refusal) as refusal:
        adopt(tmp_path / "a.csv")
    assert codes_of(refusal)[0][0] == "adopt_unknown"


def test_that_an_empty_box_of_limesurvey_is_not_chosen():
    box = Column("q_1", values={"Y": 1}, yes="Y")
    found = condition_of("is_empty(q_SQ1.NAOK)", {"q_SQ1": box}.get)
    assert found == Not(of=Is(variable="q_1", values=(1,)))


def test_that_neighbours_by_name_are_not_taken_for_one_question():
    columns = {"x_1": Column("x_1"), "x_2": Column("x_2")}
    found = condition_of("${x_1} != '' and not(${x_2} = 1)", columns.get)
    assert found == All(of=(Answered(variable="x_1"), Not(of=Is(variable="x_2", values=(1,)))))


@pytest.mark.parametrize("text", ["(" * 500, "a ==", "1 +", "'open", "a b", "!" * 200])
def test_that_wrong_expressions_are_told(text):
    with pytest.raises(Unreadable):
        read_expression(text)
