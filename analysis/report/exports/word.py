"""The report as a Word document: real headings, tables, captions; 宋体 and 黑体."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

from analysis.report.document import (
    Block,
    Bullets,
    Cards,
    Conclusion,
    Contents,
    Cover,
    Figure,
    Heading,
    LightWord,
    Note,
    PageBreak,
    Paragraph,
    Report,
    Table,
    Tone,
    cell_text,
)
from analysis.report.exports.pictures import figure_picture
from analysis.report.exports.safety import without_clock
from analysis.report.exports.word_parts import (
    add_contents_field,
    add_page_field,
    set_faces,
    set_keep_with_next,
    set_repeated,
    set_rules,
    set_shade,
    set_unsplit,
)
from analysis.report.wording import clean, figure_title, joined_notes, note_word, table_title
from analysis.report.writing import write_whole
from survey.progress import Progress, silent

TEXT_FACE, HEADING_FACE, LATIN_FACE = "宋体", "黑体", "Times New Roman"
MARGIN = 71
TEXT_WIDTH = 595.3 - 2 * MARGIN
INKS: dict[Tone, str] = {
    "red": "B3261E", "amber": "9A6700", "green": "1B7F4B", "grey": "6B7280", "plain": "1F4E79",
}  # fmt: skip
TINTS: dict[Tone, str] = {
    "red": "FCEDEC", "amber": "FDF5E3", "green": "EAF5EF", "grey": "F1F3F5", "plain": "EEF3F8",
}  # fmt: skip


def write_word(report: Report, path: Path, progress: Progress = silent) -> None:
    """Write ``report`` to ``path`` as .docx; the same report gives the same bytes.

    Raises:
        Refusal: the file cannot be written.
    """
    writer = _Writer(report)
    for number, block in enumerate(report.blocks):
        progress(number / len(report.blocks), "report")
        writer.add(block)
    buffer = io.BytesIO()
    writer.document.save(buffer)
    write_whole(path, without_clock(buffer.getvalue()))
    progress(1.0, "report")


class _Writer:
    """Adds one block after another to a document."""

    def __init__(self, report: Report) -> None:
        import docx

        self.report = report
        self.document: Any = docx.Document()
        self.begins_page = True
        self._set_page()
        self._set_styles()
        self._set_facts()
        self._furnish()

    def _set_page(self) -> None:
        from docx.shared import Pt

        section = self.document.sections[0]
        section.page_width, section.page_height = Pt(595.3), Pt(841.9)
        section.left_margin = section.right_margin = Pt(MARGIN)
        section.top_margin, section.bottom_margin = Pt(77), Pt(68)
        section.different_first_page_header_footer = True

    def _set_styles(self) -> None:
        from docx.shared import Pt, RGBColor

        styles = self.document.styles
        set_faces(styles["Normal"], TEXT_FACE, LATIN_FACE, 12)
        styles["Normal"].paragraph_format.line_spacing = Pt(19.5)
        styles["Normal"].paragraph_format.space_after = Pt(3)
        for name, size in (("Heading 1", 16), ("Heading 2", 14), ("Heading 3", 12)):
            style = styles[name]
            set_faces(style, HEADING_FACE, "Arial", size)
            style.font.color.rgb = RGBColor(0x1F, 0x29, 0x33)
            style.font.bold = True
            style.paragraph_format.space_before = Pt(size)
            style.paragraph_format.space_after = Pt(size / 2)
        set_faces(styles["Title"], HEADING_FACE, "Arial", 26)
        for name in ("List Bullet", "List Number", "Caption"):
            set_faces(styles[name], TEXT_FACE, LATIN_FACE, 12 if name != "Caption" else 10.5)

    def _set_facts(self) -> None:
        facts = self.document.core_properties
        facts.title, facts.author = clean(self.report.title), clean(self.report.author)
        facts.subject = clean(self.report.subject)
        facts.language = self.report.language.replace("_", "-")
        facts.keywords = ", ".join(self.report.keywords)
        facts.last_modified_by = "Rongzhen"
        facts.comments = ""
        try:
            moment = dt.datetime.fromisoformat(self.report.date)
        except ValueError:
            moment = dt.datetime(1980, 1, 1)
        facts.created = facts.modified = moment

    def _furnish(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import RGBColor

        section = self.document.sections[0]
        header = section.header.paragraphs[0]
        self._run(header, self.report.header, size=9)
        if self.report.mark:
            mark = self._run(header, f"　{self.report.mark}", size=9, is_bold=True)
            mark.font.color.rgb = RGBColor.from_string(INKS["red"])
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        before, rest = self.report.page_of.split("{page}")
        between, after = rest.split("{pages}")
        for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
            self._run(footer, text, size=9)
            if field:
                add_page_field(footer, field)

    def add(self, block: Block) -> None:
        """Add one block."""
        starts_page = isinstance(block, Heading) and block.starts_page
        if isinstance(block, PageBreak) or starts_page:
            if not self.begins_page:
                self.document.add_page_break()
            self.begins_page = True
        if isinstance(block, PageBreak):
            return
        getattr(self, f"_add_{type(block).__name__.lower()}")(block)
        self.begins_page = False

    def _paragraph(self, style: str | None = None) -> Any:
        return self.document.add_paragraph(style=style)

    def _run(
        self,
        paragraph: Any,
        text: str,
        *,
        size: float | None = None,
        is_bold: bool = False,
        tone: Tone | None = None,
    ) -> Any:
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(clean(text))
        if size is not None:
            run.font.size = Pt(size)
        if is_bold:
            run.font.bold = True
            set_faces(run, HEADING_FACE, "Arial", size)
        if tone is not None:
            run.font.color.rgb = RGBColor.from_string(INKS[tone])
        return run

    def _add_heading(self, block: Heading) -> None:
        self.document.add_heading(clean(block.full_text), level=block.level)

    def _add_paragraph(self, block: Paragraph) -> None:
        from docx.shared import Pt

        paragraph = self._paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(24)
        if block.lead:
            self._run(paragraph, block.lead, is_bold=True)
        self._run(paragraph, block.text)

    def _add_bullets(self, block: Bullets) -> None:
        for number, item in enumerate(block.items, start=1):
            if block.is_numbered:  # numbers as text: a list would go on from the last one
                self._add_paragraph(Paragraph(f"{number}. {item}"))
            else:
                self._run(self._paragraph("List Bullet"), item)

    def _add_note(self, block: Note) -> None:
        paragraph = self._paragraph()
        set_shade(paragraph, TINTS[block.tone], INKS[block.tone])
        word = note_word(block, self.report.language)
        self._run(paragraph, word, size=10, is_bold=True, tone=block.tone)
        self._run(paragraph, block.text, size=10)

    def _add_conclusion(self, block: Conclusion) -> None:
        headline = self._paragraph()
        set_shade(headline, TINTS[block.tone], INKS[block.tone])
        set_keep_with_next(headline)
        self._run(headline, block.headline, size=13, is_bold=True, tone=block.tone)
        text = self._paragraph()
        set_shade(text, TINTS[block.tone], INKS[block.tone])
        self._run(text, block.text, size=11)

    def _add_cards(self, block: Cards) -> None:
        table = self.document.add_table(rows=1, cols=len(block.cards))
        for cell, card in zip(table.rows[0].cells, block.cards, strict=True):
            self._run(cell.paragraphs[0], card.title, size=9.5)
            value = cell.add_paragraph()
            value.paragraph_format.line_spacing = None
            self._run(value, card.value, size=19, is_bold=True, tone=card.tone)
            self._run(cell.add_paragraph(), card.comment, size=9)
        self._paragraph()

    def _add_cover(self, block: Cover) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        for mark in block.marks:
            paragraph = self._paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._run(paragraph, mark, size=13, is_bold=True, tone="red")
        for _ in range(5):
            self._paragraph()
        title = self._paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.line_spacing = 1.2
        self._run(title, block.title, size=26, is_bold=True)
        subtitle = self._paragraph()
        subtitle.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(subtitle, block.subtitle, size=16)
        for _ in range(5):
            self._paragraph()
        for label, value in block.facts:
            self._run(self._paragraph(), f"{label}　{value}", size=13)
        self._run(self._paragraph(), block.foot, size=9)

    def _add_contents(self, block: Contents) -> None:
        title = self._paragraph()
        self._run(title, block.title, size=16, is_bold=True)
        headings = [b for b in self.report.blocks if isinstance(b, Heading) and b.level <= 2]
        add_contents_field(self._paragraph(), [clean(h.full_text) for h in headings])

    def _caption(self, text: str) -> Any:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import RGBColor

        paragraph = self._paragraph("Caption")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = self._run(paragraph, text, size=10.5, is_bold=True)
        run.font.color.rgb = RGBColor(0x1F, 0x29, 0x33)
        return paragraph

    def _add_table(self, block: Table) -> None:
        set_keep_with_next(self._caption(table_title(block, self.report.language)))
        size = 8.0 if block.is_compact else 9.0
        table = self.document.add_table(rows=1, cols=len(block.columns))
        table.autofit = not all(column.width for column in block.columns)
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            self._cell(cell, column.title, size=size, is_head=True)
        set_repeated(table.rows[0])
        for row in block.rows:
            cells = table.add_row().cells
            for place, (value, column) in enumerate(zip(row, block.columns, strict=True)):
                text = cell_text(value, column.kind)
                tone = value.light if isinstance(value, LightWord) else None
                centred = not column.is_text
                self._cell(cells[place], text, size=size, tone=tone, is_centred=centred)
        for row in table.rows:
            set_unsplit(row)
        set_rules(table)
        self._set_widths(table, block)
        if block.notes:
            self._notes(block.notes)
        else:
            self._paragraph()

    def _set_widths(self, table: Any, block: Table) -> None:
        from docx.shared import Pt

        shares = [column.width for column in block.columns]
        if not all(shares):
            return
        for place, share in enumerate(shares):
            width = Pt(TEXT_WIDTH * share / sum(shares))
            table.columns[place].width = width
            for cell in table.columns[place].cells:
                cell.width = width

    def _cell(
        self,
        cell: Any,
        text: str,
        *,
        size: float,
        is_head: bool = False,
        is_centred: bool = True,
        tone: Tone | None = None,
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        paragraph = cell.paragraphs[0]
        if is_head or is_centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(size * 1.4)
        paragraph.paragraph_format.space_after = Pt(1)
        self._run(paragraph, text, size=size, is_bold=is_head or tone is not None, tone=tone)

    def _notes(self, notes: tuple[str, ...]) -> None:
        from docx.shared import Pt

        paragraph = self._paragraph()
        paragraph.paragraph_format.line_spacing = Pt(13.5)
        paragraph.paragraph_format.space_after = Pt(10)
        self._run(paragraph, joined_notes(notes), size=9)

    def _add_figure(self, block: Figure) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        picture, width, _ = figure_picture(block, TEXT_WIDTH)
        paragraph = self._paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = None
        set_keep_with_next(paragraph)
        shape = paragraph.add_run().add_picture(io.BytesIO(picture), width=Pt(width))
        shape._inline.docPr.set("descr", clean(block.alt))
        self._caption(figure_title(block))
        if block.notes:
            self._notes(block.notes)
