"""The questionnaire as a PDF to print: boxes to mark, lines to write on, a code on each page.

The code (QR and words) names the form, its version and the page, so that sheets that came
apart are put together again. Same questionnaire, same bytes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from resources import FONT_BOLD, FONT_REGULAR
from resources.texts import sentence
from survey.publish.export import Export
from survey.publish.paper import (
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

_TEXT, _BOLD = "RongzhenPaper", "RongzhenPaperBold"
_TEXTS = {"zh": "zh_CN", "en": "en"}
_WIDTH_MM, _MARGIN_MM = 210.0, 20.0
_FOOT_MM, _QR_MM = 24.0, 14.0
_CELL_MM, _TEXT_MM = 17.0, 40.0


def write_pdf(
    questionnaire: Questionnaire, path: Path, *, role: str | None = None, language: str = "zh"
) -> Export:
    """Write the PDF (A4) to ``path``.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    blocks = paper_blocks(questionnaire, role=role, language=language)
    _register_fonts()
    pages = _Pages(questionnaire, language)
    with _base_font():
        # Twice: the first pass counts the pages that the second names.
        for _attempt in range(2):
            document = _document(path, questionnaire.title.in_(language), pages)
            document.build(_story(blocks))
            pages.count = document.page
    return Export((path,), paper_losses(questionnaire, role=role))


def _story(blocks: Sequence[Block]) -> list[Any]:
    """Return what is drawn; the thanks at the end never stand alone on a page."""
    from reportlab.platypus import KeepTogether

    if getattr(blocks[-1], "role", "") != "closing":
        return [part for block in blocks for part in _drawn(block)]
    starts = [n for n, block in enumerate(blocks) if getattr(block, "role", "") == "question"]
    last = starts[-1] if starts else len(blocks) - 1
    story = [part for block in blocks[:last] for part in _drawn(block)]
    return [*story, KeepTogether([part for block in blocks[last:] for part in _drawn(block)])]


@contextmanager
def _base_font() -> Iterator[None]:
    """Let pages begin with our font: reportlab's own, Helvetica, would not be embedded."""
    from reportlab import rl_config

    before = rl_config.canvas_basefontname
    rl_config.canvas_basefontname = _TEXT
    try:
        yield
    finally:
        rl_config.canvas_basefontname = before


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if _TEXT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_TEXT, str(FONT_REGULAR)))
        pdfmetrics.registerFont(TTFont(_BOLD, str(FONT_BOLD)))


def _document(path: Path, title: str, pages: "_Pages") -> Any:
    from reportlab.lib.units import mm
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    document = BaseDocTemplate(
        str(path),
        pagesize=(_WIDTH_MM * mm, 297 * mm),
        title=title,
        author="",
        invariant=1,
    )
    frame = Frame(
        _MARGIN_MM * mm,
        _FOOT_MM * mm,
        (_WIDTH_MM - 2 * _MARGIN_MM) * mm,
        (297 - _FOOT_MM - 16) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate("page", [frame], onPage=pages.draw))
    return document


class _Pages:
    """Draws the foot of each page."""

    def __init__(self, questionnaire: Questionnaire, language: str) -> None:
        self.count = 0
        self._form = questionnaire
        self._language = _TEXTS[language]

    def draw(self, canvas: Any, _document: Any) -> None:
        """Draw page number, version, a place for the form's number, and the code."""
        from reportlab.lib.units import mm

        page = canvas.getPageNumber()
        form = self._form
        code = f"RZ-{form.code}-V{form.version}-{form.fingerprint[:8].upper()}-P{page}"
        canvas.setFont(_TEXT, 8)
        left, base = _MARGIN_MM * mm, 12 * mm
        said = {
            key: sentence(f"publish.paper.{key}", self._language, **values)
            for key, values in (
                ("page", {"page": page, "count": self.count or page}),
                ("version", {"version": form.version}),
                ("paper_number", {}),
            )
        }
        canvas.drawString(left, base, f"{said['paper_number']} ____________")
        canvas.drawCentredString(_WIDTH_MM / 2 * mm, base, f"{said['page']}  {said['version']}")
        size = _QR_MM * mm
        right = (_WIDTH_MM - _MARGIN_MM) * mm - size
        canvas.drawRightString(right - 2 * mm, base, code)
        _draw_qr(canvas, code, left=right, base=6 * mm, size=size)


def _draw_qr(canvas: Any, code: str, *, left: float, base: float, size: float) -> None:
    """Draw the squares ourselves: reportlab's drawings bring Helvetica into the file."""
    from reportlab.graphics.barcode.qr import QrCodeWidget

    qr = QrCodeWidget(code).qr
    qr.make()
    count = qr.getModuleCount()
    step = size / (count + 2)  # a quiet border of one square, the paper gives the rest
    for row in range(count):
        for column in range(count):
            if qr.isDark(row, column):
                x, y = left + (column + 1) * step, base + size - (row + 2) * step
                canvas.rect(x, y, step, step, stroke=0, fill=1)


def _style(*, bold: bool = False, size: float = 10.5, **entries: Any) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        "paper",
        fontName=_BOLD if bold else _TEXT,
        fontSize=size,
        leading=size * 1.5,
        wordWrap="CJK",
        **entries,
    )


def _text(words: str, style: Any) -> Any:
    from reportlab.platypus import Paragraph as Words

    if not words:
        return ""  # an empty paragraph has no height that a table could use
    return Words(escape(words).replace("\n", "<br/>"), style)


def _drawn(block: Block) -> list[Any]:
    from reportlab.platypus import Spacer

    match block:
        case Title():
            return [_text(block.text, _style(bold=True, size=16, alignment=1, spaceAfter=8))]
        case Heading():
            return [
                _text(
                    block.text,
                    _style(bold=True, size=12.5, spaceBefore=12, spaceAfter=4, keepWithNext=1),
                )
            ]
        case Paragraph(role="question"):
            return [
                _text(block.text, _style(bold=True, spaceBefore=8, spaceAfter=2, keepWithNext=1))
            ]
        case Paragraph(role="note"):
            return [_text(block.text, _style(size=9, spaceAfter=2, keepWithNext=1))]
        case Paragraph():
            return [_text(block.text, _style(spaceAfter=4))]
        case Choices():
            return [_choices(block)]
        case Writing():
            return [_writing(block), Spacer(1, 4)]
        case Grid():
            return [_grid(block), Spacer(1, 4)]


def _choices(block: Choices) -> Any:
    """Return the answers, side by side where they are short."""
    from reportlab.lib.units import mm
    from reportlab.platypus import Table, TableStyle

    labels = [
        f"{block.marker} {label}" + (" ____________________" if has_blank else "")
        for label, has_blank in zip(block.labels, block.blank_after, strict=True)
    ]
    longest = max(map(len, labels))
    across = 4 if longest <= 10 else 2 if longest <= 24 else 1
    width = (_WIDTH_MM - 2 * _MARGIN_MM - 6) * mm / across
    style = _style()
    cells = [_text(label, style) for label in labels]
    cells += [""] * (-len(cells) % across)
    rows = [cells[start : start + across] for start in range(0, len(cells), across)]
    table = Table(rows, colWidths=[width] * across, hAlign="RIGHT")
    table.setStyle(TableStyle([*_PADDING, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


_PADDING = [
    ("FONTNAME", (0, 0), (-1, -1), _TEXT),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
]


def _writing(block: Writing) -> Any:
    """Return lines to write on, the first with its label and unit."""
    from reportlab.lib.units import mm
    from reportlab.platypus import Table, TableStyle

    whole = (_WIDTH_MM - 2 * _MARGIN_MM - 6) * mm
    if block.lines == 1:
        label = min(whole / 2, (len(block.label) * 11 + 6) if block.label else 6)
        row = [_text(block.label, _style()), "", _text(block.unit, _style())]
        table = Table([row], colWidths=[label, min(whole - label - 60, 220), 60], hAlign="LEFT")
        table.setStyle(TableStyle([*_PADDING, ("LINEBELOW", (1, 0), (1, 0), 0.6, "black")]))
        return table
    table = Table([[""]] * block.lines, colWidths=[whole], rowHeights=[9 * mm] * block.lines)
    table.setStyle(
        TableStyle(
            [("FONTNAME", (0, 0), (-1, -1), _TEXT), ("LINEBELOW", (0, 0), (-1, -1), 0.6, "black")]
        )
    )
    return table


def _grid(block: Grid) -> Any:
    from reportlab.lib.units import mm
    from reportlab.platypus import Table, TableStyle

    whole = _WIDTH_MM - 2 * _MARGIN_MM
    sides = 2 if block.ends else 1
    cell = min(_CELL_MM, (whole - _TEXT_MM * sides) / len(block.columns))
    side = (whole - cell * len(block.columns)) / sides
    head, body, mark = (
        _style(size=8.5, alignment=1),
        _style(size=10),
        _style(size=12, alignment=1),
    )
    rows = [["", *(_text(name, head) for name in block.columns), *([""] if block.ends else [])]]
    for place, words in enumerate(block.rows):
        marks = [_text(block.marker, mark) if block.marker else "" for _ in block.columns]
        end = [_text(block.ends[place], body)] if block.ends else []
        rows.append([_text(words, body), *marks, *end])
    widths = [side * mm, *[cell * mm] * len(block.columns), *([side * mm] if block.ends else [])]
    table = Table(rows, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                *_PADDING,
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LINEABOVE", (0, 0), (-1, 0), 1.0, "black"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.6, "black"),
                ("LINEBELOW", (0, 1), (-1, -1), 0.25, "grey"),
                ("LINEBELOW", (0, -1), (-1, -1), 1.0, "black"),
            ]
        )
    )
    return table
