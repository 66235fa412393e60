"""Figures: a drawing, its title below, its notes."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus.flowables import Flowable

from analysis.report.charts import chart_figure
from analysis.report.document import Drawing, Figure
from analysis.report.path_diagram import (
    DETAIL_FONT,
    LABEL_FONT,
    LINE_HEIGHT,
    NODE_FONT,
    Point,
    Scene,
    SceneNode,
)
from analysis.report.pdf.fonts import ASCENT, DESCENT, Fonts
from analysis.report.pdf.lines import Run
from analysis.report.pdf.styles import CAPTION, INK, NOTE, QUIET
from analysis.report.pdf.text import TextBlock
from analysis.report.wording import joined_notes

HIGHEST, LARGEST = 470.0, 1.15
"""Height a diagram is scaled down to, so that title and notes stay with it; largest scale."""
LATENT_FILL, OBSERVED_FILL = "#EAF1F8", "#FFFFFF"
BEFORE, AFTER = 6.0, 4.0


class FigureBlock(Flowable):  # type: ignore[misc]
    """A figure that stays on one page."""

    def __init__(self, figure: Figure, title: str, fonts: Fonts) -> None:
        super().__init__()
        self.figure = figure
        self.fonts = fonts
        self.title = TextBlock((Run(title),), CAPTION, fonts)
        self.notes: list[TextBlock] = []
        if figure.notes:
            self.notes = [TextBlock((Run(joined_notes(figure.notes)),), NOTE, fonts)]
        self.spaceBefore = 8.0
        self.spaceAfter = 11.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Lay out drawing, title and notes (called by reportlab)."""
        self.width = available_width
        self.drawn = drawing_size(self.figure.drawing, available_width)
        below = 0.0
        for block in (self.title, *self.notes):
            block.wrap(available_width, available_height)
            below += block.height
        self.height = BEFORE + self.drawn[1] + AFTER + below
        return available_width, self.height

    @property
    def minimum_height(self) -> float:
        """A figure is never split."""
        return float(self.height)

    def draw(self) -> None:
        """Paint drawing, title and notes (called by reportlab)."""
        if self.fonts.is_draft:
            return
        canvas = self.canv
        y = self.height - BEFORE - self.drawn[1]
        canvas.saveState()
        canvas.translate((self.width - self.drawn[0]) / 2, y)
        paint_drawing(self.figure.drawing, canvas, self.fonts, width=self.width)
        canvas.restoreState()
        y -= AFTER
        for block in (self.title, *self.notes):
            y -= block.height
            block.drawOn(canvas, 0, y)


def drawing_size(drawing: Drawing, width: float) -> tuple[float, float]:
    """Return width and height of a drawing in points, set ``width`` wide at most."""
    if isinstance(drawing, Scene):
        scale = _scale(drawing, width)
        return drawing.width * scale, drawing.height * scale
    size = chart_figure(drawing, width).get_size_inches() * 72
    return float(size[0]), float(size[1])


def _scale(scene: Scene, width: float) -> float:
    return min(width / scene.width, HIGHEST / scene.height, LARGEST)


def paint_drawing(drawing: Drawing, canvas: Any, fonts: Fonts, *, width: float) -> None:
    """Paint a drawing with its lower left corner at the canvas's origin."""
    if isinstance(drawing, Scene):
        scale = _scale(drawing, width)
        canvas.scale(scale, scale)
        paint_scene(drawing, canvas, fonts)
        return
    from analysis.report.pdf.chart_backend import paint_chart

    paint_chart(chart_figure(drawing, width), canvas, fonts)


def paint_scene(scene: Scene, canvas: Any, fonts: Fonts) -> None:
    """Paint a path diagram with its lower left corner at the canvas's origin."""
    for edge in scene.edges:
        canvas.setStrokeColor(HexColor(INK if edge.kind == "path" else QUIET))
        canvas.setFillColor(HexColor(INK if edge.kind == "path" else QUIET))
        canvas.setLineWidth(edge.line_width)
        canvas.setDash([3.2, 2.4] if edge.is_dashed else [])
        points = [value for point in edge.curve for value in (point[0], scene.height - point[1])]
        canvas.bezier(*points)
        canvas.setDash([])
        for head in edge.heads:
            _paint_head(head, scene, canvas)
    for label in scene.labels:
        canvas.setFillColor(HexColor("#FFFFFF"))
        left, low = label.x - label.width / 2, scene.height - label.y - label.height / 2
        canvas.rect(left, low, label.width, label.height, stroke=0, fill=1)
        y = scene.height - label.y
        _centred(canvas, label.text, label.x, y, LABEL_FONT, fonts, is_bold=label.is_bold)
    for node in scene.nodes:
        _paint_node(node, scene, canvas, fonts)


def _paint_head(head: tuple[Point, Point, Point], scene: Scene, canvas: Any) -> None:
    outline = canvas.beginPath()
    outline.moveTo(head[0][0], scene.height - head[0][1])
    for x, y in head[1:]:
        outline.lineTo(x, scene.height - y)
    outline.close()
    canvas.drawPath(outline, stroke=0, fill=1)


def _paint_node(node: SceneNode, scene: Scene, canvas: Any, fonts: Fonts) -> None:
    y = scene.height - node.y
    left, low = node.x - node.width / 2, y - node.height / 2
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(0.8)
    canvas.setFillColor(HexColor(LATENT_FILL if node.kind == "latent" else OBSERVED_FILL))
    if node.kind == "latent":
        canvas.ellipse(left, low, left + node.width, low + node.height, stroke=1, fill=1)
    else:
        canvas.rect(left, low, node.width, node.height, stroke=1, fill=1)
    line = NODE_FONT * LINE_HEIGHT
    detail = DETAIL_FONT * LINE_HEIGHT if node.detail else 0.0
    top = y + (line * len(node.lines) + detail) / 2 - line / 2
    for text in node.lines:
        _centred(canvas, text, node.x, top, NODE_FONT, fonts)
        top -= line
    if node.detail:
        _centred(canvas, node.detail, node.x, top + (line - detail) / 2, DETAIL_FONT, fonts)


def _centred(
    canvas: Any, text: str, x: float, y: float, size: float, fonts: Fonts, *, is_bold: bool = False
) -> None:
    canvas.setFillColor(HexColor(INK))
    canvas.setFont(fonts.name(is_bold=is_bold), size)
    fonts.width(text, size, is_bold=is_bold)
    canvas.drawCentredString(x, y - (ASCENT - DESCENT) / 2 * size * 0.92, text)
