"""A chart of the report on screen: drawn by the same code, outside the window's process."""

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.appearance import current_theme
from ui.jobs import Jobs, ProcessTask

REDRAW_AFTER_MS = 250
EMPTY_HEIGHT = 120
NARROWEST = 120


class Chart(QWidget):
    """Shows one drawing of the report's document model; redraws when its width changes."""

    def __init__(self, name: str, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = f"chart:{name}"
        self._jobs = jobs
        self._drawing: Any = None
        self._image: QImage | None = None
        self._drawn_width = 0
        self.empty_text = ""
        self.setFixedHeight(EMPTY_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._draw)

    @property
    def image(self) -> QImage | None:
        """Return the picture shown."""
        return self._image

    @property
    def is_drawn(self) -> bool:
        """Return whether the picture is there, or there is nothing to draw."""
        return self._drawing is None or (
            self._image is not None and self._drawn_width == self.width()
        )

    def show_drawing(self, drawing: Any, alt: str) -> None:
        """Show ``drawing`` (None for nothing); ``alt`` says in words what it shows."""
        self._drawing = drawing
        self._image = None
        self._drawn_width = 0
        self.setAccessibleName(alt)
        self.setToolTip(alt if drawing is not None else "")
        if drawing is None:
            self.setFixedHeight(EMPTY_HEIGHT)
        self.update()
        if drawing is not None and self.isVisible():
            self._timer.start(0)

    def show_nothing(self, reason: str) -> None:
        """Show no picture and say why."""
        self.empty_text = reason
        self.show_drawing(None, reason)

    def _draw(self) -> None:
        if self._drawing is None or self.width() < NARROWEST or self.width() == self._drawn_width:
            return
        self._drawn_width = self.width()
        theme = current_theme()
        colours = {name: getattr(theme, name) for name in ("text", "muted", "border", "base")}
        arguments = (self._drawing, self.width(), self.devicePixelRatioF(), colours)
        job = self._jobs.start(self._name, ProcessTask("ui.charts", "draw_png", arguments))
        job.succeeded.connect(self._on_drawn)

    def _on_drawn(self, content: bytes) -> None:
        if self._drawing is None:
            return
        image = QImage.fromData(content)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self._image = image
        self.setFixedHeight(max(int(image.deviceIndependentSize().height()), EMPTY_HEIGHT))
        self.update()

    def refresh(self) -> None:
        """Draw again, in the colours of the theme."""
        self._drawn_width = 0
        self._timer.start(0)

    def sizeHint(self) -> QSize:
        return QSize(600, self.height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._drawing is not None and self._image is None:
            self._timer.start(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._drawing is not None and event.size().width() != self._drawn_width:
            self._timer.start(REDRAW_AFTER_MS)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        if self._image is not None:
            painter.drawImage(0, 0, self._image)
        else:
            painter.setPen(QColor(current_theme().muted))
            text = self.empty_text if self._drawing is None else self.tr("正在绘图…")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), int(flags), text)
        painter.end()
