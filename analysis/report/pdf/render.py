"""A report as a PDF: blocks to flowables, flowables to pages, pages to one file.

Pages are made twice: the first time to learn on which page each heading falls.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus.doctemplate import BaseDocTemplate, PageTemplate
from reportlab.platypus.flowables import CondPageBreak, Flowable
from reportlab.platypus.flowables import PageBreak as NewPage
from reportlab.platypus.frames import Frame

from analysis.report.document import (
    Block,
    Bullets,
    Cards,
    Conclusion,
    Contents,
    Cover,
    Figure,
    Heading,
    Note,
    PageBreak,
    Paragraph,
    Report,
    Table,
)
from analysis.report.pdf.boxes import CardRow, caution_box, conclusion_box
from analysis.report.pdf.cover import ContentsTable, CoverPage, Entry
from analysis.report.pdf.figures import FigureBlock
from analysis.report.pdf.fonts import Fonts, register_fonts
from analysis.report.pdf.lines import Run
from analysis.report.pdf.options import PdfFacts, PdfOptions
from analysis.report.pdf.styles import (
    BODY,
    BODY_FLUSH,
    BOTTOM,
    BULLET,
    HAIR,
    HEADINGS,
    LEFT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    QUIET,
    RIGHT,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TONES,
    TextStyle,
)
from analysis.report.pdf.tables import ThreeLineTable, tables_that_fit
from analysis.report.pdf.text import TextBlock, one_line
from analysis.report.wording import clean, figure_title, note_word, table_title
from analysis.report.writing import write_whole
from survey.progress import Progress, part_of, silent

SHORT_LINES = 3
"""A paragraph so short that follows a heading stays with what it introduces."""
LISTED_LEVELS = 2
"""Levels of headings that stand in the table of contents."""
LEAST_BELOW_CHAPTER = 190.0
"""A chapter begins on the next page when less room than this is left."""
HEADER = TextStyle(size=9.0, align="left", color=QUIET)
HEADER_MARK = TextStyle(size=9.0, align="right", is_bold=True, color=TONES["red"])
FOOTER = TextStyle(size=9.0, align="center", color=QUIET)


def render_pdf(
    report: Report,
    path: Path,
    options: PdfOptions | None = None,
    progress: Progress = silent,
) -> PdfFacts:
    """Write ``report`` to ``path`` as a PDF and return what is known of it.

    The file appears whole or not at all. The same report and options give the same bytes.

    Raises:
        Refusal: the folder cannot be written to, or the disk is full.
    """
    options = options or PdfOptions()
    fonts = register_fonts(prefer_system=options.prefer_system_fonts)
    fonts.is_draft = True
    first = _Pages(report, fonts, part_of(progress, 0.0, 0.5))
    first.make(_headings(report), pages=0)
    fonts.is_draft = False
    final = _Pages(report, fonts, part_of(progress, 0.5, 1.0))
    final.make(tuple(first.entries), pages=first.page)
    write_whole(path, final.buffer.getvalue())
    progress(1.0, "report")
    return PdfFacts(final.page, tuple(sorted(fonts.missing)), (fonts.heading, fonts.text))


def _headings(report: Report) -> tuple[Entry, ...]:
    headings = [block for block in report.blocks if isinstance(block, Heading)]
    return tuple(
        Entry(block.full_text, block.level, 0, f"heading{number}")
        for number, block in enumerate(headings)
        if block.level <= LISTED_LEVELS
    )


class _Heading(TextBlock):
    """A heading that leaves a bookmark."""

    def __init__(self, heading: Heading, key: str, fonts: Fonts) -> None:
        style = HEADINGS[heading.level - 1]
        super().__init__((Run(heading.full_text),), style, fonts)
        self.heading = heading
        self.key = key

    def draw(self) -> None:
        """Paint the heading and note its place."""
        super().draw()
        self.canv.bookmarkHorizontal(self.key, 0, self.height + 6)
        self.canv.addOutlineEntry(
            clean(self.heading.full_text), self.key, self.heading.level - 1, self.heading.level > 1
        )


class _Pages(BaseDocTemplate):  # type: ignore[misc]
    """One making of all pages."""

    def __init__(self, report: Report, fonts: Fonts, progress: Progress) -> None:
        self.buffer = io.BytesIO()
        super().__init__(
            self.buffer,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            title=clean(report.title),
            author=clean(report.author),
            subject=clean(report.subject),
            keywords=list(report.keywords),
            creator="Rongzhen",
            producer="Rongzhen",
            lang=report.language.replace("_", "-"),
            initialFontName=fonts.text,
            invariant=1,
            pageCompression=1,
        )
        self.report = report
        self.fonts = fonts
        self.progress = progress
        self.entries: list[Entry] = []
        self.total = 0
        self.blocks_done = 0
        frame = Frame(
            LEFT, BOTTOM, TEXT_WIDTH, TEXT_HEIGHT,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._furnish))

    def make(self, entries: tuple[Entry, ...], *, pages: int) -> None:
        """Make the pages, with what is already known of them."""
        self.total = pages
        story = list(_story(self.report, entries, self.fonts, self.progress))
        self.story_length = max(1, len(story))
        self.build(story)

    def afterFlowable(self, flowable: Flowable) -> None:
        """Note headings and tell the progress (called by reportlab)."""
        self.blocks_done += 1
        self.progress(min(1.0, self.blocks_done / self.story_length), "report")
        if isinstance(flowable, _Heading) and flowable.heading.level <= LISTED_LEVELS:
            heading = flowable.heading
            self.entries.append(Entry(heading.full_text, heading.level, self.page, flowable.key))

    def _furnish(self, canvas: Any, document: Any) -> None:
        """Draw header and footer of a page; the cover has none."""
        canvas.showOutline()
        if document.page == 1:
            return
        y = PAGE_HEIGHT - 52
        one_line(canvas, self.report.header, LEFT, y, style=HEADER, fonts=self.fonts)
        if self.report.mark:
            end = PAGE_WIDTH - RIGHT
            one_line(canvas, self.report.mark, end, y, style=HEADER_MARK, fonts=self.fonts)
        canvas.setStrokeColor(HexColor(HAIR))
        canvas.setLineWidth(0.6)
        canvas.line(LEFT, y - 6, PAGE_WIDTH - RIGHT, y - 6)
        number = self.report.page_of.format(page=document.page, pages=self.total)
        one_line(canvas, number, PAGE_WIDTH / 2, 38, style=FOOTER, fonts=self.fonts)


def _story(
    report: Report, entries: tuple[Entry, ...], fonts: Fonts, progress: Progress
) -> Iterator[Flowable]:
    """Yield the flowables; a heading goes to the next page unless what follows fits a bit."""
    made: list[Flowable] = []
    for flowable in _flowables(report, entries, fonts):
        progress(0.0, "report")
        made.append(flowable)
    for place, flowable in enumerate(made):
        progress(0.0, "report")
        if isinstance(flowable, _Heading):
            needed = _needed(made[place:])
            if flowable.heading.level == 1:
                needed = max(needed, LEAST_BELOW_CHAPTER)
            yield CondPageBreak(min(needed, TEXT_HEIGHT - 1))
        yield flowable


def _needed(flowables: list[Flowable]) -> float:
    """Return the height of headings at the front plus the least of what follows them.

    A short paragraph that introduces a table or figure stays with it.
    """
    height = 0.0
    introduction: TextBlock | None = None
    for flowable in flowables:
        flowable.wrap(TEXT_WIDTH, TEXT_HEIGHT)
        if isinstance(flowable, _Heading) and introduction is None:
            height += flowable.height + flowable.spaceBefore + flowable.spaceAfter
        elif isinstance(flowable, ThreeLineTable | FigureBlock):
            if introduction is not None:
                height += introduction.height + introduction.spaceAfter
            return float(height + flowable.spaceBefore + flowable.minimum_height)
        elif introduction is not None:
            return float(height + min(introduction.height, 2 * introduction.style.leading))
        elif isinstance(flowable, TextBlock):
            if flowable.height > SHORT_LINES * flowable.style.leading:
                return float(height + 2 * flowable.style.leading)
            introduction = flowable
        else:
            return float(height + flowable.height)
    return height


def _flowables(report: Report, entries: tuple[Entry, ...], fonts: Fonts) -> Iterator[Flowable]:
    heading = 0
    begins_page = True
    for block in report.blocks:
        if isinstance(block, PageBreak) or (isinstance(block, Heading) and block.starts_page):
            if not begins_page:
                yield NewPage()
            begins_page = True
            if isinstance(block, PageBreak):
                continue
        if isinstance(block, Heading):
            yield _Heading(block, f"heading{heading}", fonts)
            heading += 1
        else:
            yield from _flowable(block, report.language, entries, fonts)
        begins_page = False


def _flowable(
    block: Block, language: str, entries: tuple[Entry, ...], fonts: Fonts
) -> Iterator[Flowable]:
    if isinstance(block, Paragraph):
        lead = (Run(block.lead, is_bold=True),) if block.lead else ()
        yield TextBlock((*lead, Run(block.text)), BODY, fonts)
    elif isinstance(block, Bullets):
        for number, item in enumerate(block.items, start=1):
            yield _BulletItem(f"{number}." if block.is_numbered else "•", item, fonts)
    elif isinstance(block, Table):
        yield from tables_that_fit(
            block, fonts, lambda t, again: table_title(t, language, again=again)
        )
    elif isinstance(block, Figure):
        yield FigureBlock(block, figure_title(block), fonts)
    elif isinstance(block, Note):
        yield caution_box(note_word(block, language), block.text, block.tone, fonts)
    elif isinstance(block, Conclusion):
        yield conclusion_box(block.headline, block.text, block.tone, fonts)
    elif isinstance(block, Cards):
        yield CardRow(block.cards, fonts)
    elif isinstance(block, Cover):
        yield CoverPage(block, fonts)
    elif isinstance(block, Contents):
        yield TextBlock((Run(block.title),), HEADINGS[0], fonts)
        yield ContentsTable(entries, fonts)


class _BulletItem(TextBlock):
    """An item of a list with its mark in the margin."""

    def __init__(self, mark: str, text: str, fonts: Fonts) -> None:
        super().__init__((Run(text),), BULLET, fonts)
        self.mark = mark

    def draw(self) -> None:
        """Paint mark and text."""
        super().draw()
        if not self.starts_inside:
            y = self.height - BULLET.leading / 2 - 0.38 * BULLET.size
            one_line(self.canv, self.mark, 6, y, style=BODY_FLUSH, fonts=self.fonts)
