"""Forms on paper: everything is asked, conditions stand in words, fonts are embedded."""

import re

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from survey.publish.paper import Choices, Grid, Paragraph, Writing, paper_blocks
from survey.publish.pdf import write_pdf
from survey.publish.plain import plain
from survey.publish.word import write_word
from survey.questionnaire.conditions import All, Any, Between, Is, Not
from survey.questionnaire.describe import describe
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.questions import Matrix
from tests.survey.questionnaire.made import one_of_each, with_check

FORM = framework_questionnaire(
    FormOptions(form="SHORT_ENT", organiser="科研处", contact="8888", delete_by="2028")
)


def without_space(words: str) -> str:
    return re.sub(r"\s+", "", words)


def item_texts(language: str = "zh") -> list[str]:
    form = plain(FORM)
    return [
        form.say(item.text, language)
        for question in FORM.questions
        if isinstance(question, Matrix)
        for item in question.items
    ]


def test_that_every_kind_has_its_place_on_paper():
    blocks = paper_blocks(with_check(one_of_each()), role="TCH")
    questions = [b.text for b in blocks if isinstance(b, Paragraph) and b.role == "question"]
    assert [words.split(" ")[0] for words in questions] == [f"{n}." for n in range(1, 14)]
    assert "5. 来源（最多选 2 项）" in questions
    assert "6. 排序（请在方框内用 1 至 2 排序）" in questions
    assert Choices(("论文", "专利", "其他", "都没有"), "□", (False, False, True, False)) in blocks
    assert Grid(("不同意", "一般", "同意", "不了解"), (
        "2.1 本校的评价重数量", "2.2 本校的评价重质量", "2.3 请选同意",
    ), "○") in blocks  # fmt: skip
    assert Writing(5) in blocks
    assert Grid(("收入", "支出"), ("去年",), "") in blocks


def test_that_conditions_and_skips_stand_in_words():
    notes = [
        block.text
        for block in paper_blocks(one_of_each(), role="TCH")
        if isinstance(block, Paragraph) and block.role == "note"
    ]
    assert notes[0] == "若第 1 题不大于 19，请跳过以下各题，看下一部分。"
    assert "仅在（第 5 题选“其他”，且第 7 题不小于 50）时回答。" in notes


@pytest.mark.parametrize(
    ("condition", "words", "english"),
    [
        (Is(variable="D1", values=(1,)), "第 1 题选“教师”", "question 1 is '教师'"),
        (
            Is(variable="D1", values=(1, 2)),
            "第 1 题选“教师”或“企业”",
            "question 1 is '教师' or '企业'",
        ),
        (Is(variable="X1", values=(3,)), "第 3 题“{univ}的评价重数量”选“同意”", None),
        (Is(variable="MC_8", values=(0,)), "第 6 题没有选“其他”", None),
        (Between(variable="AGE", low=18, high=20), "第 2 题在 18 到 20 之间", None),
        (Not(of=Is(variable="D1", values=(1,))), "并非（第 1 题选“教师”）", None),
        (
            All(of=(Is(variable="D1", values=(1,)), Any(of=(Between(variable="S", low=5),)))),
            "（第 1 题选“教师”，且第 8 题不小于 5）",
            None,
        ),
    ],
)
def test_that_a_condition_is_said_in_words(condition, words, english):
    assert describe(condition, one_of_each()) == words
    if english:
        assert describe(condition, one_of_each(), language="en") == english


def test_that_word_holds_every_item_in_tables_with_chinese_fonts(tmp_path):
    write_word(FORM, tmp_path / "问卷.docx")
    document = docx.Document(str(tmp_path / "问卷.docx"))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    for words in item_texts():
        assert any(cell.endswith(" " + words) for cell in cells)
    for style, font in (("Normal", "宋体"), ("Title", "黑体"), ("Heading 1", "黑体")):
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert "{" not in "".join(paragraph.text for paragraph in document.paragraphs)


def test_that_the_pdf_holds_every_item_with_embedded_fonts(tmp_path):
    write_pdf(FORM, tmp_path / "问卷.pdf")
    reader = PdfReader(tmp_path / "问卷.pdf")
    words = without_space("".join(page.extract_text() for page in reader.pages))
    for item in item_texts():
        assert without_space(item) in words
    for number, page in enumerate(reader.pages, 1):
        said = without_space(page.extract_text())
        assert f"第{number}页，共{len(reader.pages)}页" in said
        assert f"RZ-SHORT_ENT-V1-{FORM.fingerprint[:8].upper()}-P{number}" in said
        for font in page["/Resources"]["/Font"].get_object().values():
            facts = font.get_object()
            assert "/ToUnicode" in facts
            assert "/FontFile2" in facts["/FontDescriptor"].get_object()


def test_that_the_same_form_gives_the_same_pdf(tmp_path):
    write_pdf(one_of_each(), tmp_path / "1.pdf", role="ENT")
    write_pdf(one_of_each(), tmp_path / "2.pdf", role="ENT")
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


def test_that_english_forms_are_english(tmp_path):
    write_pdf(FORM, tmp_path / "en.pdf", language="en")
    words = without_space("".join(p.extract_text() for p in PdfReader(tmp_path / "en.pdf").pages))
    for item in item_texts("en"):
        assert without_space(item) in words
    assert "Page1of" in words
