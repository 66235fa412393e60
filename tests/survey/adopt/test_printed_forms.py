"""Word documents and printed forms come back: ours up to what paper cannot say, and others'."""

import pytest

from survey.adopt.adoption import Adoption
from survey.adopt.reading import adopt
from survey.adopt.text_form import read_text, text_questionnaire
from survey.adopt.text_lines import form_in
from survey.adopt.word_lines import word_lines
from survey.publish.word import write_word
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.model import Questionnaire
from tests.survey.questionnaire.made import one_of_each

ON_PAPER = {"rating": "single", "attention": "single", "number": "text"}
"""Kinds that look like another one on paper."""


def printed(questionnaire: Questionnaire, folder, **options) -> Adoption:
    path = folder / "form.docx"
    write_word(questionnaire, path, **options)
    return text_questionnaire(form_in(word_lines(path)), path.name)


def test_that_kinds_wordings_and_pages_of_our_word_document_come_back(tmp_path):
    found = printed(one_of_each(), tmp_path, role="TCH").questionnaire
    asked = [q for q in one_of_each().questions if q.code not in ("OK", "D1")]
    assert [question.kind for question in found.questions] == [
        ON_PAPER.get(question.kind, question.kind) for question in asked
    ]
    assert [page.title.zh for page in found.pages][:1] == ["开始"]
    assert len(found.pages) == 4
    assert found.question("Q5").most == 2
    assert [option.is_other for option in found.question("Q5").options] == [
        False,
        False,
        True,
        False,
    ]
    assert found.question("Q6").ranks == 2
    assert (found.question("Q7").low, found.question("Q7").high) == (0, 100)
    assert found.question("Q8").is_long
    assert [row.left.zh for row in found.question("Q9").rows] == ["封闭"]
    assert [row.right.zh for row in found.question("Q9").rows] == ["开放"]
    assert [field.label.zh for field in found.question("Q11").fields] == ["教师", "单位"]
    assert [column.label.zh for column in found.question("Q12").columns] == ["收入", "支出"]


def test_that_printed_instructions_are_told_and_never_become_options(tmp_path):
    adoption = printed(one_of_each(), tmp_path, role="TCH")
    told = [str(loss.values["text"]) for loss in adoption.losses if loss.code == "condition"]
    assert len(told) == 3
    words = [
        o.label.zh for q in adoption.questionnaire.questions for o in getattr(q, "options", ())
    ]
    assert not [word for word in words if "时回答" in word or "请跳过" in word]


def test_that_the_matrices_of_a_whole_form_come_back_with_all_rows_and_required(tmp_path):
    form = framework_questionnaire(FormOptions(form="FULL_TCH", organiser="a", contact="b"))
    found = printed(form, tmp_path).questionnaire
    before = [q for q in form.questions if q.kind == "matrix"]
    after = [q for q in found.questions if q.kind == "matrix"]
    assert [len(q.items) for q in after] == [len(q.items) for q in before]
    assert [q.is_required for q in after] == [q.is_required for q in before]
    for one, other in zip(before, after, strict=True):
        scale, theirs = form.scale(one.scale), found.scale(other.scale)
        assert [p.label.zh for p in theirs.points] == [p.label.zh for p in scale.points]
        assert theirs.dont_know.zh == scale.dont_know.zh


@pytest.mark.parametrize(
    ("stem", "kind", "most"),
    [
        ("1. 来源（最多选2项）", "multiple", 2),
        ("1、来源（限选 2 个）", "multiple", 2),
        ("1. 来源 (choose up to 2)", "multiple", 2),
        ("1. 来源（可多选）", "multiple", None),
        ("1. 来源（单选）", "single", None),
    ],
)
def test_that_limits_in_brackets_are_understood(stem, kind, most):
    found = read_text(f"题目\n{stem}\nA. 甲\nB. 乙\nC. 丙\n", "t").questionnaire.questions[0]
    assert (found.kind, found.text.zh) == (kind, "来源")
    assert getattr(found, "most", None) == most


def test_that_a_foreign_word_list_with_headings_and_a_table_comes_back(tmp_path):
    import docx

    document = docx.Document()
    document.add_paragraph("教师调查", style="Title")
    document.add_paragraph("基本情况", style="Heading 1")
    for line in ("1. 您的性别", "A. 男", "B. 女", "2. 年龄：________"):
        document.add_paragraph(line)
    document.add_paragraph("评价", style="Heading 2")
    document.add_paragraph("3. 请评价下列各项")
    table = document.add_table(rows=3, cols=4)
    for row, cells in zip(
        table.rows,
        [("", "差", "中", "好"), ("2.1 师资", "○", "○", "○"), ("2.2 设备", "○", "○", "○")],
        strict=True,
    ):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    document.add_paragraph("填写完毕，谢谢。")
    document.save(tmp_path / "list.docx")
    found = adopt(tmp_path / "list.docx").questionnaire
    assert [page.title.zh for page in found.pages] == ["基本情况", "评价"]
    assert [q.kind for q in found.questions] == ["single", "text", "matrix", "note"]
    assert [item.text.zh for item in found.questions[2].items] == ["师资", "设备"]
    assert found.questions[3].text.zh == "填写完毕，谢谢。"
