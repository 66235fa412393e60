"""The questionnaire as an editable Word document, in Chinese office typography."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey.publish.export import Export
from survey.publish.paper import (
    BLANK,
    Block,
    Choices,
    Grid,
    Heading,
    Paragraph,
    Title,
    Writing,
    paper_blocks,
    paper_losses,
)
from survey.questionnaire.model import Questionnaire

if TYPE_CHECKING:
    from docx.document import Document

_TEXT_FONT, _HEADING_FONT, _LATIN_FONT = "宋体", "黑体", "Times New Roman"
_LINE = "_" * 40
_TEXT_WIDTH_CM = 16.0
_CELL_CM = 1.7


def write_word(
    questionnaire: Questionnaire, path: Path, *, role: str | None = None, language: str = "zh"
) -> Export:
    """Write the document to ``path``.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    import docx

    document = docx.Document()
    _set_up(document)
    for block in paper_blocks(questionnaire, role=role, language=language):
        _draw(document, block)
    document.save(str(path))
    return Export((path,), paper_losses(questionnaire, role=role))


def _set_up(document: "Document") -> None:
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name, font, size in (
        ("Normal", _TEXT_FONT, 12),
        ("Title", _HEADING_FONT, 18),
        ("Heading 1", _HEADING_FONT, 14),
    ):
        style = document.styles[name]
        style.font.size = Pt(size)
        _set_font(style, font)
    normal = document.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(2), 1.25


def _set_font(style: Any, chinese: str) -> None:
    """Set Latin and Chinese fonts; Word's theme fonts would win over ours otherwise."""
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style.font.name = _LATIN_FONT
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), chinese)


def _draw(document: "Document", block: Block) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    match block:
        case Title():
            title = document.add_paragraph(block.text, style="Title")
            title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        case Heading():
            document.add_paragraph(block.text, style="Heading 1")
        case Paragraph(role="question"):
            paragraph = document.add_paragraph()
            paragraph.add_run(block.text).bold = True
            paragraph.paragraph_format.space_before = Pt(8)
            paragraph.paragraph_format.keep_with_next = True
        case Paragraph(role="note"):
            run = document.add_paragraph().add_run(block.text)
            run.font.size = Pt(10.5)
            run.italic = True
        case Paragraph():
            document.add_paragraph(block.text)
        case Choices():
            for label, has_blank in zip(block.labels, block.blank_after, strict=True):
                tail = " ______________" if has_blank else ""
                line = document.add_paragraph(f"{block.marker} {label}{tail}")
                line.paragraph_format.left_indent = Pt(18)
                line.paragraph_format.keep_together = True
        case Writing():
            head, tail = block.label, block.unit
            for place in range(block.lines):
                words = f"{head} {_LINE} {tail}".strip() if place == 0 else _LINE * 2
                document.add_paragraph(words if block.lines == 1 else _LINE * 2)
        case Grid():
            _grid(document, block)


def _grid(document: "Document", grid: Grid) -> None:
    from docx.shared import Cm, Pt

    has_ends = bool(grid.ends)
    count = len(grid.columns) + 1 + has_ends
    table = document.add_table(rows=1, cols=count, style="Table Grid")
    table.autofit = False
    cell_cm = min(_CELL_CM, (_TEXT_WIDTH_CM - 4.0 * (1 + has_ends)) / len(grid.columns))
    text_cm = (_TEXT_WIDTH_CM - cell_cm * len(grid.columns)) / (1 + has_ends)
    widths = [text_cm, *[cell_cm] * len(grid.columns), *[text_cm] * has_ends]
    _repeat(table.rows[0])
    _fill(table.rows[0], ["", *grid.columns, *[""] * has_ends])
    for place, text in enumerate(grid.rows):
        row = table.add_row()
        end = [grid.ends[place]] if has_ends else []
        marks = [grid.marker if grid.marker != BLANK else ""] * len(grid.columns)
        _fill(row, [text, *marks, *end])
        _keep_whole(row)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(10.5)


def _fill(row: Any, texts: list[str]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    last = len(texts) - 1
    for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(text)
        if 0 < place <= last:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _row_property(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _repeat(row: Any) -> None:
    """Let the heading row stand again on each page."""
    _row_property(row, "w:tblHeader")


def _keep_whole(row: Any) -> None:
    """Keep a row on one page."""
    _row_property(row, "w:cantSplit")
