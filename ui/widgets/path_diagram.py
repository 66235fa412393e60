"""The path diagram on screen: the report's scene, with nodes one can move."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QImageWriter,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsSceneMouseEvent,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from analysis.report.path_diagram import (
    DETAIL_FONT,
    LABEL_FONT,
    LINE_HEIGHT,
    NODE_FONT,
    PathGraph,
    Point,
    Scene,
    SceneEdge,
    SceneLabel,
    SceneNode,
    draw,
    fitted_scene,
)
from ui.appearance import FONT_FAMILY, current_theme
from ui.jobs import Jobs, ThreadTask

FINE = 16
"""Fonts have whole pixel sizes: text is drawn sixteen times as large and scaled down."""
MARGIN = 16.0
PNG_SCALE = 4
NUDGE = 4.0
ZOOM_STEP = 1.2
ZOOM_RANGE = (0.2, 6.0)


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of one painting: the theme's on screen, black on white on paper."""

    ground: str
    line: str
    faint: str
    text: str
    detail: str
    latent: str
    observed: str
    chosen: str


MARK_COLOUR = "#b3261e"
PAPER = Ink("#ffffff", "#222222", "#777777", "#111111", "#444444", "#eef3f9", "#ffffff", "#222222")


def screen_ink() -> Ink:
    """Return the colours that suit the theme in use."""
    theme = current_theme()
    return Ink(
        ground=theme.base,
        line=theme.text,
        faint=theme.muted,
        text=theme.text,
        detail=theme.muted,
        latent=theme.note_ground,
        observed=theme.base,
        chosen=theme.accent,
    )


def _text(
    painter: QPainter, area: QRectF, text: str, *, size: float, bold: bool, colour: str
) -> None:
    font = QFont(FONT_FAMILY)
    font.setPixelSize(round(size * FINE))
    font.setBold(bold)
    painter.save()
    painter.translate(area.center())
    painter.scale(1 / FINE, 1 / FINE)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    width, height = area.width() * FINE * 2, area.height() * FINE * 2
    large = QRectF(-width / 2, -height / 2, width, height)
    painter.drawText(large, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def paint_edge(painter: QPainter, edge: SceneEdge, ink: Ink) -> None:
    """Paint one arrow."""
    colour = QColor(ink.line if edge.is_significant else ink.faint)
    pen = QPen(colour, edge.line_width)
    if edge.is_dashed:
        pen.setDashPattern([4 / edge.line_width, 3 / edge.line_width])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    start, first, second, end = (QPointF(x, y) for x, y in edge.curve)
    path = QPainterPath(start)
    path.cubicTo(first, second, end)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for head in edge.heads:
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in head]))


def paint_label(painter: QPainter, label: SceneLabel, ink: Ink) -> None:
    """Paint a number on its arrow."""
    area = QRectF(label.x - label.width / 2, label.y - label.height / 2, label.width, label.height)
    painter.fillRect(area, QColor(ink.ground))
    _text(painter, area, label.text, size=LABEL_FONT, bold=label.is_bold, colour=ink.text)


def paint_node(painter: QPainter, node: SceneNode, ink: Ink, *, is_chosen: bool = False) -> None:
    """Paint a variable with its centre at the painter's origin."""
    area = QRectF(-node.width / 2, -node.height / 2, node.width, node.height)
    painter.setPen(QPen(QColor(ink.chosen if is_chosen else ink.line), 2.0 if is_chosen else 1.0))
    painter.setBrush(QColor(ink.latent if node.kind == "latent" else ink.observed))
    if node.kind == "latent":
        painter.drawEllipse(area)
    else:
        painter.drawRoundedRect(area, 1.5, 1.5)
    line = NODE_FONT * LINE_HEIGHT
    detail = DETAIL_FONT * LINE_HEIGHT if node.detail else 0.0
    top = -(line * len(node.lines) + detail) / 2
    bold = node.kind == "latent"
    for number, text in enumerate(node.lines):
        row = QRectF(area.left(), top + number * line, node.width, line)
        _text(painter, row, text, size=NODE_FONT, bold=bold, colour=ink.text)
    if node.detail:
        row = QRectF(area.left(), top + line * len(node.lines), node.width, detail)
        _text(painter, row, node.detail, size=DETAIL_FONT, bold=False, colour=ink.detail)


def paint_scene(painter: QPainter, scene: Scene, ink: Ink, *, mark: str = "") -> None:
    """Paint the whole scene in its order: edges, labels, nodes; ``mark`` in the corner."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for edge in scene.edges:
        paint_edge(painter, edge, ink)
    for label in scene.labels:
        paint_label(painter, label, ink)
    for node in scene.nodes:
        painter.save()
        painter.translate(node.x, node.y)
        paint_node(painter, node, ink)
        painter.restore()
    if mark:
        corner = QRectF(scene.width - 60, -MARGIN, 60 + MARGIN, MARGIN)
        _text(painter, corner, mark, size=DETAIL_FONT, bold=True, colour=MARK_COLOUR)


class _Arrows(QGraphicsItem):
    """All edges and labels; they follow the nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.scene_drawn: Scene | None = None
        self._area = QRectF()
        self.setZValue(-1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_scene(self, scene: Scene) -> None:
        self.prepareGeometryChange()
        self.scene_drawn = scene
        self._area = QRectF(-MARGIN, -MARGIN, scene.width + 2 * MARGIN, scene.height + 2 * MARGIN)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        del option, widget
        if self.scene_drawn is None:
            return
        ink = screen_ink()
        for edge in self.scene_drawn.edges:
            paint_edge(painter, edge, ink)
        for label in self.scene_drawn.labels:
            paint_label(painter, label, ink)


class _Node(QGraphicsItem):
    """A variable that can be dragged, or moved with the arrow keys."""

    def __init__(self, node: SceneNode, view: "PathDiagram") -> None:
        super().__init__()
        self.node = node
        self._view = view
        flags = QGraphicsItem.GraphicsItemFlag
        self.setFlags(flags.ItemIsMovable | flags.ItemIsSelectable | flags.ItemIsFocusable)
        self.setFlag(flags.ItemSendsGeometryChanges)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setPos(node.x, node.y)

    def boundingRect(self) -> QRectF:
        node = self.node
        return QRectF(-node.width / 2 - 2, -node.height / 2 - 2, node.width + 4, node.height + 4)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        del option, widget
        paint_node(painter, self.node, screen_ink(), is_chosen=self.isSelected())

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            self._view.on_node_moved()
        return super().itemChange(change, value)

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._view.on_node_dropped()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-NUDGE, 0.0),
            Qt.Key.Key_Right: (NUDGE, 0.0),
            Qt.Key.Key_Up: (0.0, -NUDGE),
            Qt.Key.Key_Down: (0.0, NUDGE),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.moveBy(*step)
        self._view.on_node_dropped()


class PathDiagram(QGraphicsView):
    """Shows a graph; emits ``positions_changed`` when the user has moved a node."""

    positions_changed = Signal(object)  # dict of code to (x, y)
    placed = Signal()  # the rule has found places

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._graphics = QGraphicsScene(self)
        self.setScene(self._graphics)
        self._graph: PathGraph | None = None
        self._arrows: _Arrows | None = None
        self._nodes: dict[str, _Node] = {}
        self.mark = ""
        self._is_building = False
        self._is_moved = False
        self._is_fitted = True
        self._is_placed_by_rule = False
        self._placed_for = 1.0
        self.setObjectName("framed")
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setAccessibleName(self.tr("路径图"))

    @property
    def positions(self) -> dict[str, Point]:
        """Return where the nodes are."""
        return {code: (node.x(), node.y()) for code, node in self._nodes.items()}

    def node_item(self, code: str) -> QGraphicsItem:
        """Return the item of variable ``code``."""
        return self._nodes[code]

    def show_graph(
        self, graph: PathGraph | None, positions: Mapping[str, Point] | None = None
    ) -> None:
        """Show ``graph``, its nodes at ``positions`` or where the rule puts them."""
        self._graph = graph
        self._graphics.clear()
        self._nodes, self._arrows = {}, None
        self.refresh()
        if graph is None:
            return
        self._is_placed_by_rule = not positions
        if positions:
            self._show_scene(draw(graph, positions))
        else:
            self._place_soon()

    def _place_soon(self) -> None:
        """Let the rule find places, in a thread: it tries many until nothing overlaps."""
        if self._graph is None:
            return
        width, height = max(self.width(), 400), max(self.height(), 300)
        self._placed_for = width / height
        task = ThreadTask(fitted_scene, (self._graph, width, height))
        job = self._jobs.start("diagram", task)
        graph = self._graph
        job.succeeded.connect(lambda scene: self._on_placed(graph, scene))

    def _on_placed(self, graph: PathGraph, scene: Scene) -> None:
        if graph is self._graph and self._is_placed_by_rule:
            self._show_scene(scene)
            self.placed.emit()

    def _show_scene(self, scene: Scene) -> None:
        self._graphics.clear()
        self._nodes = {}
        self._is_building = True
        self._arrows = _Arrows()
        self._graphics.addItem(self._arrows)
        for node in scene.nodes:
            self._nodes[node.code] = _Node(node, self)
            self._graphics.addItem(self._nodes[node.code])
        self._arrows.show_scene(scene)
        self._is_building = False
        self._settle()
        self.fit()

    def refresh(self) -> None:
        """Take on the colours of the theme."""
        self.setBackgroundBrush(QBrush(QColor(current_theme().base)))
        self.viewport().update()

    def on_node_moved(self) -> None:
        """Let the arrows follow."""
        if self._is_building or self._graph is None or self._arrows is None:
            return
        self._is_moved = True
        scene = draw(self._graph, self.positions)
        self._arrows.setPos(self._offset(scene))
        self._arrows.show_scene(scene)

    def on_node_dropped(self) -> None:
        """Tell the new places, once per move."""
        if self._is_moved:
            self._is_moved = self._is_placed_by_rule = False
            self._settle()
            self.positions_changed.emit(self.positions)

    def _offset(self, scene: Scene) -> QPointF:
        """A scene starts at its own origin; the nodes on screen stay where they are."""
        first = scene.nodes[0]
        there = self._nodes[first.code].pos()
        return QPointF(there.x() - first.x, there.y() - first.y)

    def _settle(self) -> None:
        area = self._graphics.itemsBoundingRect()
        self._graphics.setSceneRect(area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))

    def zoom(self, factor: float) -> None:
        """Enlarge or shrink the picture."""
        scale = self.transform().m11() * factor
        if ZOOM_RANGE[0] <= scale <= ZOOM_RANGE[1]:
            self._is_fitted = False
            self.scale(factor, factor)

    def fit(self) -> None:
        """Show the whole picture."""
        self._is_fitted = True
        area = self._graphics.sceneRect()
        if not area.isEmpty():
            self.fitInView(area, Qt.AspectRatioMode.KeepAspectRatio)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shape = self.width() / max(self.height(), 1)
        if self._is_placed_by_rule and not 0.87 < shape / self._placed_for < 1.15:
            # Made for a frame of another shape, mostly before it was first shown.
            self._place_soon()
        elif self._is_fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)
            event.accept()
            return
        super().wheelEvent(event)

    def _printed(self) -> Scene:
        if self._graph is None:
            raise ValueError("there is no diagram to export")
        return draw(self._graph, self.positions)

    def to_image(self, scale: float = PNG_SCALE) -> QImage:
        """Return the diagram as on paper, ``scale`` pixels per point."""
        scene = self._printed()
        size = QSize(
            round((scene.width + 2 * MARGIN) * scale), round((scene.height + 2 * MARGIN) * scale)
        )
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(QColor(PAPER.ground))
        dots = round(72 * scale / 0.0254)
        image.setDotsPerMeterX(dots)
        image.setDotsPerMeterY(dots)
        painter = QPainter(image)
        painter.scale(scale, scale)
        painter.translate(MARGIN, MARGIN)
        paint_scene(painter, scene, PAPER, mark=self.mark)
        painter.end()
        return image

    def to_svg(self) -> bytes:
        """Return the diagram as an SVG document whose text stays text."""
        scene = self._printed()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        size = QSize(round(scene.width + 2 * MARGIN), round(scene.height + 2 * MARGIN))
        generator.setSize(size)
        generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
        generator.setResolution(72)
        generator.setTitle(self.tr("路径图"))
        painter = QPainter(generator)
        painter.translate(MARGIN, MARGIN)
        paint_scene(painter, scene, PAPER, mark=self.mark)
        painter.end()
        return bytes(buffer.data().data())

    def export(self, path: Path) -> None:
        """Write the diagram to ``path``: .svg or .png. OSError when the folder refuses."""
        if path.suffix.lower() == ".svg":
            content = self.to_svg()
        else:
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            QImageWriter(buffer, QByteArray(b"png")).write(self.to_image())
            content = bytes(buffer.data().data())
        beside = path.with_name(path.name + ".part")
        beside.write_bytes(content)
        beside.replace(path)
