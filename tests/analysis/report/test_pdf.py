"""The PDF: fonts, text, pages, bytes, and the file on disk."""

import hashlib
import os
import re
import shutil
import sys

import pypdf
import pypdfium2
import pytest

from analysis.report.document import (
    Bullets,
    Cards,
    Column,
    Conclusion,
    Cover,
    Heading,
    Note,
    Paragraph,
    Report,
    Table,
    cell_text,
)
from analysis.report.numbers import NumberKind
from analysis.report.pdf import PdfOptions, render_pdf
from analysis.report.pdf.lines import CLOSERS
from resources import FONT_BOLD, FONT_REGULAR
from survey.problems import Refusal
from survey.progress import Cancelled


@pytest.fixture(scope="module")
def pages(framework_pdf):
    """The text of each page of the framework report."""
    document = pypdfium2.PdfDocument(framework_pdf[0])
    return [page.get_textpage().get_text_range() for page in document]


def small_report(*blocks, title="报告"):
    return Report(title, "科研处", "测试", "2026-01-01", "示例大学", "", "zh_CN", blocks, "{page}")


def fonts_of(path):
    """Return every font dictionary of the file."""
    found = {}
    for page in pypdf.PdfReader(path).pages:
        for name, reference in page["/Resources"].get("/Font", {}).items():
            found[name] = reference.get_object()
    return found


def text_of(path):
    return "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def test_that_every_font_is_embedded_and_maps_to_unicode(framework_pdf):
    for font in fonts_of(framework_pdf[0]).values():
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font
        assert "NotoSansSC" in font["/BaseFont"].replace("-", "")


def test_that_no_character_lacks_a_glyph(framework_pdf):
    assert framework_pdf[1].missing_glyphs == ()


def words_of(report):
    """Yield every text of the document model as printed."""
    for block in report.blocks:
        if isinstance(block, Heading):
            yield block.full_text
        elif isinstance(block, Paragraph | Note):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Conclusion):
            yield from (block.headline, block.text)
        elif isinstance(block, Cards):
            yield from (t for c in block.cards for t in (c.title, c.value, c.comment))
        elif isinstance(block, Cover):
            yield from (block.title, *(value for _, value in block.facts))
        elif isinstance(block, Table):
            yield from (block.title, *block.notes, *(c.title for c in block.columns))
            for row in block.rows:
                cells = zip(row, block.columns, strict=True)
                yield from (cell_text(cell, column.kind) for cell, column in cells)


def test_that_every_word_of_the_report_is_found_in_the_text(pages, framework_report):
    found = re.sub(r"\s", "", "".join(pages))
    wanted = {re.sub(r"\s", "", word) for word in words_of(framework_report)}
    signs = set(found)
    assert {sign for word in wanted for sign in word} - signs == set()
    short = [word for word in wanted if len(word) <= 12]
    assert [word for word in short if word not in found] == []


def test_that_the_path_diagram_and_charts_are_text(pages, framework_report):
    found = re.sub(r"\s", "", "".join(pages))
    for figure in framework_report.figures():
        drawing = figure.drawing
        for name in getattr(drawing, "rows", ()):
            text = name if isinstance(name, str) else name[0]
            assert text.replace(" ", "") in found
    diagram = next(f.drawing for f in framework_report.figures() if f.key == "diagram")
    assert all("".join(node.lines) in found for node in diagram.nodes)


def test_that_no_line_begins_with_a_closing_mark(framework_pdf):
    """On some pages of text and tables; pypdf keeps lines as they were set."""
    some = pypdf.PdfReader(framework_pdf[0]).pages[4:9]
    lines = [line.strip() for page in some for line in page.extract_text().splitlines()]
    signs = CLOSERS - set("—…%)]}>.,:'\"°·")
    assert [line for line in lines if line[:1] in signs] == []


def test_that_the_same_report_gives_the_same_bytes(own_report, tmp_path):
    for name in ("once", "again"):
        render_pdf(own_report, tmp_path / name)
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in tmp_path.iterdir()}
    assert len(digests) == 1


def test_that_the_outline_lists_every_heading(framework_pdf, framework_report):
    def titles(items):
        for item in items:
            if isinstance(item, list):
                yield from titles(item)
            else:
                yield item.title

    headings = [b.full_text for b in framework_report.blocks if isinstance(b, Heading)]
    assert list(titles(pypdf.PdfReader(framework_pdf[0]).outline)) == headings


def test_that_the_contents_give_the_page_of_each_chapter(pages, framework_report):
    contents = re.sub(r"\s", "", pages[2] + pages[3])  # two pages with all chapters
    for block in framework_report.blocks:
        if isinstance(block, Heading) and block.level == 1:
            title = re.sub(r"\s", "", block.full_text)
            page = int(re.search(re.escape(title) + r"(\d+)", contents).group(1)[:2])
            assert title in re.sub(r"\s", "", pages[page - 1])


def test_that_the_metadata_name_language_title_and_author(framework_pdf, framework_report):
    reader = pypdf.PdfReader(framework_pdf[0])
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.metadata.title == framework_report.title
    assert reader.metadata.author == "科研处"


def test_that_no_page_is_almost_empty(pages):
    assert min(map(len, pages[1:])) > 180


def test_that_simulated_data_are_marked_on_every_page(pages):
    assert [number for number, page in enumerate(pages) if "模拟数据" not in page] == []


def test_that_no_text_leaves_the_margins(framework_pdf):
    for page in pypdfium2.PdfDocument(framework_pdf[0]):
        text = page.get_textpage()
        boxes = [text.get_rect(i) for i in range(text.count_rects())]
        assert min(box[0] for box in boxes) >= 60
        assert max(box[2] for box in boxes) <= 595.3 - 60
        assert min(box[1] for box in boxes) >= 30


def test_that_characters_beyond_the_first_plane_are_drawn_and_found(tmp_path):
    path = tmp_path / "rare.pdf"
    facts = render_pdf(small_report(Paragraph("姓名：𬬻䶮喆玥堃镕瑨")), path)
    assert facts.missing_glyphs == ()
    assert "𬬻䶮喆玥堃镕瑨" in text_of(path)


def test_that_characters_without_a_glyph_are_reported(tmp_path):
    facts = render_pdf(small_report(Paragraph("表情😀和𠮷")), tmp_path / "a.pdf")
    assert facts.missing_glyphs == ("😀", "𠮷") or facts.missing_glyphs == ("𠮷", "😀")


def test_that_markup_in_a_text_is_only_text(tmp_path):
    path = tmp_path / "markup.pdf"
    render_pdf(small_report(Paragraph("a < b & c <b>粗</b> &amp;")), path)
    assert "a < b & c <b>粗</b> &amp;" in text_of(path)


def test_that_a_long_table_repeats_its_heading_and_says_continued(tmp_path):
    table = Table(
        "t",
        "长表",
        (Column("题目"), Column("n", NumberKind.COUNT)),
        tuple((f"第{i}题", i) for i in range(120)),
        label="表1",
    )
    path = tmp_path / "long.pdf"
    facts = render_pdf(small_report(table), path)
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    assert facts.pages >= 3
    assert all("续表1" in page.replace(" ", "") for page in pages[1:])
    assert all("题目" in page for page in pages)


def test_that_a_row_higher_than_most_of_a_page_still_prints(tmp_path):
    cells = tuple((f"{i}", "很长的文字。" * 120) for i in range(4))
    columns = (Column("序号", width=1), Column("文字", width=1))
    path = tmp_path / "high.pdf"
    assert render_pdf(small_report(Table("t", "高表", columns, cells)), path).pages >= 3


def test_that_a_table_too_wide_for_the_page_is_set_in_parts(tmp_path):
    columns = tuple(Column(f"很长的列名{i}", NumberKind.DECIMAL) for i in range(24))
    path = tmp_path / "wide.pdf"
    render_pdf(small_report(Table("t", "宽表", columns, (tuple([0.123] * 24),) * 3)), path)
    text = text_of(path)
    assert "宽表 (1/2)" in text
    assert "宽表 (2/2)" in text
    assert text.count("0.123") == 3 * 25


def test_that_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "old.pdf"
    path.write_bytes(b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refusal) as refusal:
        render_pdf(small_report(Paragraph("文字")), path)
    assert refusal.value.problems[0].code == "report_disk_full"
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["old.pdf"]


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no write bit there")
def test_that_a_folder_without_write_permission_is_refused(tmp_path, monkeypatch):
    def denied(*_arguments, **_settings):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", denied)
    with pytest.raises(Refusal) as refusal:
        render_pdf(small_report(Paragraph("文字")), tmp_path / "a.pdf")
    assert refusal.value.problems[0].code == "report_folder_read_only"


def test_that_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(Refusal) as refusal:
        render_pdf(small_report(Paragraph("文字")), tmp_path / "没有" / "a.pdf")
    assert refusal.value.problems[0].code == "report_folder_missing"


def test_that_rendering_can_be_cancelled(own_report, tmp_path):
    def stop(share, step):
        if share > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        render_pdf(own_report, tmp_path / "a.pdf", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_that_control_characters_and_halves_of_pairs_are_left_out(tmp_path):
    path = tmp_path / "odd.pdf"
    facts = render_pdf(
        small_report(Heading("标\x07题\ud800"), Paragraph("甲\x00乙\t丙"), title="题\udfff"), path
    )
    assert facts.missing_glyphs == ()
    assert "甲乙 丙" in text_of(path)


def test_that_fonts_of_the_system_are_taken_on_demand_only(tmp_path, monkeypatch):
    """A folder with 黑体 and 宋体 stands for the system's; here they are copies of our own."""
    shutil.copy(FONT_REGULAR, tmp_path / "STSong.ttf")
    shutil.copy(FONT_BOLD, tmp_path / "SimHei.ttf")
    monkeypatch.setattr("analysis.report.pdf.fonts.SYSTEM_FOLDERS", (str(tmp_path),))
    report = small_report(Heading("标题"), Paragraph("正文"))
    ours = render_pdf(report, tmp_path / "ours.pdf")
    theirs = render_pdf(report, tmp_path / "theirs.pdf", PdfOptions(prefer_system_fonts=True))
    assert ours.fonts == ("RongzhenHeading", "RongzhenText")
    assert theirs.fonts == ("RongzhenHeadingSystem", "RongzhenTextSystem")


def test_that_missing_system_fonts_leave_the_bundled_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.report.pdf.fonts.SYSTEM_FOLDERS", (str(tmp_path),))
    options = PdfOptions(prefer_system_fonts=True)
    facts = render_pdf(small_report(Paragraph("正文")), tmp_path / "a.pdf", options)
    assert facts.fonts == ("RongzhenHeading", "RongzhenText")
