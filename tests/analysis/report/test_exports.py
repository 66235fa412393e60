"""Word, workbook and web page: the same report, safe to open, whole on disk."""

import base64
import hashlib
import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from analysis.report.document import (
    Column,
    Heading,
    Interval,
    Note,
    Paragraph,
    Report,
    Table,
    cell_text,
)
from analysis.report.exports import write_excel, write_html, write_word
from analysis.report.numbers import NumberKind
from analysis.report.wording import clean
from survey.problems import Refusal

WRITERS = {"docx": write_word, "xlsx": write_excel, "html": write_html}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, framework_report):
    """The framework report in every format."""
    place = tmp_path_factory.mktemp("exports")
    for ending, write in WRITERS.items():
        write(framework_report, place / f"报告.{ending}")
    return place


@pytest.fixture(scope="module")
def word(folder):
    return docx.Document(str(folder / "报告.docx"))


@pytest.fixture(scope="module")
def workbook(folder):
    return openpyxl.load_workbook(folder / "报告.xlsx")


def report_of(*blocks):
    return Report(
        "报告", "科研处", "测试", "2026-01-01", "某校", "", "zh_CN", blocks, "{page}/{pages}"
    )


def hostile_report():
    rows = (
        ('=HYPERLINK("http://x","点")', 1.0),
        ("+1+1", 2.0),
        ("-5", 3.0),
        ("@SUM(A1)", 4.0),
        ("控制\x07符\x00<b>&", float("nan")),
    )
    columns = (Column("=题目"), Column("值", NumberKind.DECIMAL))
    return report_of(
        Heading("<script>alert(1)</script>"),
        Paragraph("a < b & \x0bc"),
        Note("]]> \ud800", "amber"),
        Table("t", "表名 [x]:*?/\\", columns, rows, ("注：=1+1。",), label="表1"),
    )


# --- Word ---------------------------------------------------------------------


def test_that_word_has_the_headings_as_headings(word, framework_report):
    levels = {f"Heading {level}": level for level in (1, 2, 3)}
    found = [(levels[p.style.name], p.text) for p in word.paragraphs if p.style.name in levels]
    wanted = [(b.level, b.full_text) for b in framework_report.blocks if isinstance(b, Heading)]
    assert found == wanted


def test_that_word_tables_show_the_same_numbers_as_the_model(word, framework_report):
    tables = [t for t in word.tables if t.rows[0]._tr.trPr is not None]
    for drawn, table in zip(tables[-6:], list(framework_report.tables())[-6:], strict=True):
        texts = [[cell.text for cell in row.cells] for row in drawn.rows[1:]]
        assert texts == [
            [cell_text(c, k.kind) for c, k in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]


def test_that_word_tables_repeat_their_heading_and_have_three_lines(word):
    table = word.tables[-1]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    borders = table._tbl.tblPr.find(qn("w:tblBorders"))
    assert [child.tag for child in borders] == [qn("w:top"), qn("w:bottom")]
    following = [child.tag for child in borders.itersiblings()]
    assert qn("w:tblLook") in following


def test_that_word_titles_of_tables_stay_with_them(word):
    body = list(word.element.body)
    for table in word.tables:
        properties = body[body.index(table._tbl) - 1].find(qn("w:pPr"))
        style = None if properties is None else properties.find(qn("w:pStyle"))
        if style is not None and style.get(qn("w:val")) == "Caption":
            assert properties.find(qn("w:keepNext")) is not None


def test_that_word_uses_song_for_text_and_hei_for_headings(word):
    faces = {
        name: word.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Heading 1", "Heading 2")
    }
    assert faces == {"Normal": "宋体", "Heading 1": "黑体", "Heading 2": "黑体"}


def test_that_word_pictures_say_in_words_what_they_show(word, framework_report):
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert described == [figure.alt for figure in framework_report.figures()]


# --- workbook -----------------------------------------------------------------


def test_that_the_workbook_has_one_sheet_per_table(workbook, framework_report):
    assert len(workbook.sheetnames) == 1 + len(list(framework_report.tables()))
    assert all(len(name) <= 31 for name in workbook.sheetnames)


def test_that_the_workbook_holds_unrounded_numbers(workbook, framework_report):
    table = next(t for t in framework_report.tables() if t.key == "reliability")
    sheet = next(workbook[name] for name in workbook.sheetnames if name.startswith(table.label))
    assert [sheet.cell(4, k).value for k in (1, 2, 3, 4)] == [
        table.rows[0][0], int(table.rows[0][1]), int(table.rows[0][2]), table.rows[0][3],
    ]  # fmt: skip
    interval = table.rows[0][4]
    assert (sheet.cell(4, 5).value, sheet.cell(4, 6).value) == (interval.low, interval.high)
    assert sheet.cell(4, 4).number_format == "0.000"


def test_that_texts_are_never_formulas(tmp_path):
    path = tmp_path / "a.xlsx"
    write_excel(hostile_report(), path)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    cells = [sheet.cell(row, 1) for row in range(3, 8)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells] == [True, True, True, True, True]
    xml = zipfile.ZipFile(path).read("xl/worksheets/sheet2.xml")
    assert b"<f>" not in xml


def test_that_a_missing_value_is_an_empty_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    table = Table(
        "t", "表", (Column("甲", NumberKind.DECIMAL), Column("区间", NumberKind.DECIMAL)),
        ((float("nan"), Interval(0.1, 0.2)), (1.5, None)), label="表1",
    )  # fmt: skip
    write_excel(report_of(table), path)
    sheet = openpyxl.load_workbook(path).worksheets[1]
    values = [[sheet.cell(r, c).value for c in (1, 2, 3)] for r in (3, 4, 5)]
    assert values == [["甲", "区间下限", "区间上限"], [None, 0.1, 0.2], [1.5, None, None]]


def test_that_sheets_of_the_same_name_are_told_apart(tmp_path):
    path = tmp_path / "a.xlsx"
    tables = [
        Table(f"t{k}", "同名" * 20, (Column("甲"),), (("x",),), label="表") for k in range(12)
    ]
    write_excel(report_of(*tables), path)
    assert len(set(openpyxl.load_workbook(path).sheetnames)) == 13


# --- web page -----------------------------------------------------------------


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self.pictures, self.open = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.pictures.append(dict(attributes))
        elif tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_that_the_page_is_well_formed_and_holds_every_table(folder, framework_report):
    page = _Page()
    page.feed((folder / "报告.html").read_text(encoding="utf-8"))
    assert page.open == []
    text = re.sub(r"\s", "", "".join(page.words))
    for table in framework_report.tables():
        assert re.sub(r"\s", "", table.title) in text


def test_that_the_page_needs_nothing_from_outside(folder, framework_report):
    text = (folder / "报告.html").read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href)=\"(?!data:|#)[^\"]*", text) == []
    page = _Page()
    page.feed(text)
    assert [p["alt"] for p in page.pictures] == [f.alt for f in framework_report.figures()]
    first = base64.b64decode(page.pictures[0]["src"].split(",")[1])
    assert first.startswith(b"\x89PNG")


def test_that_markup_in_answers_stays_text(tmp_path):
    write_html(hostile_report(), tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


# --- all ----------------------------------------------------------------------


@pytest.mark.parametrize("ending", WRITERS)
def test_that_the_same_report_gives_the_same_file(own_report, tmp_path, ending):
    for name in ("once", "again"):
        WRITERS[ending](own_report, tmp_path / f"{name}.{ending}")
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in tmp_path.iterdir()}
    assert len(digests) == 1


@pytest.mark.parametrize("ending", WRITERS)
def test_that_hostile_texts_do_not_break_a_format(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    WRITERS[ending](hostile_report(), path)
    assert path.stat().st_size > 0
    if ending == "docx":
        docx.Document(io.BytesIO(path.read_bytes()))


@pytest.mark.parametrize("ending", WRITERS)
def test_that_a_missing_folder_is_refused(tmp_path, ending):
    with pytest.raises(Refusal) as refusal:
        WRITERS[ending](hostile_report(), tmp_path / "没有" / f"a.{ending}")
    assert refusal.value.problems[0].code == "report_folder_missing"


def test_that_characters_xml_forbids_are_taken_out():
    assert clean("a\x00b\x0bc\td\ne\ud800") == "abc\td\ne"
