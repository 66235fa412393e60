"""The pages of a PDF below one another, drawn when they come into sight."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ui.appearance import current_theme
from ui.jobs import Jobs, ThreadTask

GAP = 14
ZOOM_STEP = 1.2
ZOOM_RANGE = (0.3, 4.0)
POINTS_PER_PIXEL = 72 / 96
KEPT_PAGES = 24

# PDFium is not made for two threads at once.
_pdfium = threading.Lock()


@dataclass(frozen=True, slots=True)
class PageSizes:
    """Sizes of the pages in points."""

    path: Path
    sizes: tuple[tuple[float, float], ...]


def read_sizes(path: Path) -> PageSizes:
    """Return the page sizes of a PDF."""
    import pypdfium2

    with _pdfium:
        document = pypdfium2.PdfDocument(path)
        try:
            return PageSizes(path, tuple(document[i].get_size() for i in range(len(document))))
        finally:
            document.close()


def draw_page(path: Path, number: int, *, scale: float) -> QImage:
    """Return page ``number`` (from 0) with ``scale`` pixels per point."""
    import pypdfium2

    with _pdfium:
        document = pypdfium2.PdfDocument(path)
        try:
            bitmap = document[number].render(scale=scale, rev_byteorder=True)
            return QImage(
                bytes(bitmap.buffer),
                bitmap.width,
                bitmap.height,
                bitmap.stride,
                QImage.Format.Format_RGB888
                if bitmap.n_channels == 3
                else QImage.Format.Format_RGBX8888,
            ).copy()
        finally:
            document.close()


class PdfView(QAbstractScrollArea):
    """Scrolls through a PDF. Pages are drawn in a thread, in the size they are shown."""

    page_changed = Signal(int, int)  # page in view from 1, number of pages

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._pages: PageSizes | None = None
        self._images: dict[int, QImage] = {}
        self._asked: int | None = None
        self._zoom = 1.0
        self._fits_width = True
        self.setObjectName("framed")
        self.setAccessibleName(self.tr("报告预览"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.horizontalScrollBar().valueChanged.connect(self._on_scrolled)

    @property
    def page_count(self) -> int:
        """Return the number of pages, 0 without a document."""
        return 0 if self._pages is None else len(self._pages.sizes)

    @property
    def drawn_pages(self) -> frozenset[int]:
        """Return which pages are drawn, from 0."""
        return frozenset(self._images)

    def show_file(self, path: Path | None) -> None:
        """Show the PDF at ``path``, from its first page."""
        self._pages, self._images, self._asked = None, {}, None
        self.verticalScrollBar().setValue(0)
        if path is None:
            self._lay_out()
            return
        job = self._jobs.start("pdf-sizes", ThreadTask(read_sizes, (path,)))
        job.succeeded.connect(self._on_sizes)

    def _on_sizes(self, pages: PageSizes) -> None:
        self._pages = pages
        self._lay_out()
        self._on_scrolled()

    def zoom(self, factor: float) -> None:
        """Enlarge or shrink the pages."""
        self._fits_width = False
        self._set_zoom(self._zoom * factor)

    def fit(self) -> None:
        """Make the pages as wide as the view."""
        self._fits_width = True
        self._lay_out()

    def _set_zoom(self, zoom: float) -> None:
        zoom = min(max(zoom, ZOOM_RANGE[0]), ZOOM_RANGE[1])
        if abs(zoom - self._zoom) > 1e-6:
            self._zoom = zoom
            self._images = {}
            self._asked = None
        self._lay_out()

    def _page_size(self, number: int) -> QSize:
        assert self._pages is not None
        width, height = self._pages.sizes[number]
        scale = self._zoom / POINTS_PER_PIXEL
        return QSize(round(width * scale), round(height * scale))

    def _lay_out(self) -> None:
        view = self.viewport().size()
        if self._pages is None:
            self.verticalScrollBar().setRange(0, 0)
            self.viewport().update()
            return
        if self._fits_width:
            widest = max(width for width, _ in self._pages.sizes)
            zoom = (view.width() - 2 * GAP) / widest * POINTS_PER_PIXEL
            zoom = min(max(zoom, ZOOM_RANGE[0]), 1.6)
            if abs(zoom - self._zoom) > 1e-6:
                self._zoom, self._images, self._asked = zoom, {}, None
        sizes = [self._page_size(number) for number in range(self.page_count)]
        total = sum(size.height() + GAP for size in sizes) + GAP
        widest = max(size.width() for size in sizes) + 2 * GAP
        self.verticalScrollBar().setRange(0, max(0, total - view.height()))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setSingleStep(60)
        self.horizontalScrollBar().setRange(0, max(0, int(widest) - view.width()))
        self.horizontalScrollBar().setPageStep(view.width())
        self._ask_for_page()
        self.viewport().update()

    def _rects(self) -> list[QRect]:
        """Return where the pages are in the viewport."""
        rects = []
        top = GAP - self.verticalScrollBar().value()
        width = self.viewport().width()
        for number in range(self.page_count):
            size = self._page_size(number)
            left = max(GAP, (width - size.width()) // 2) - self.horizontalScrollBar().value()
            rects.append(QRect(left, top, size.width(), size.height()))
            top += size.height() + GAP
        return rects

    def _visible(self) -> list[int]:
        view = self.viewport().rect()
        return [number for number, rect in enumerate(self._rects()) if rect.intersects(view)]

    def _on_scrolled(self) -> None:
        self._ask_for_page()
        self.viewport().update()
        visible = self._visible()
        if visible:
            middle = self.viewport().height() // 2
            rects = self._rects()
            shown = next((n for n in visible if rects[n].bottom() >= middle), visible[-1])
            self.page_changed.emit(shown + 1, self.page_count)

    def _ask_for_page(self) -> None:
        """Let the next page be drawn; one at a time, those in sight first."""
        if self._pages is None or self._asked is not None:
            return
        visible = self._visible()
        nearby = [n for n in (visible[-1:] or [0]) for n in (n + 1, n - 1)]
        wanted = [
            n for n in (*visible, *nearby) if 0 <= n < self.page_count and n not in self._images
        ]
        if not wanted:
            return
        self._asked = wanted[0]
        scale = self._zoom / POINTS_PER_PIXEL * self.devicePixelRatioF()
        task = ThreadTask(draw_page, (self._pages.path, wanted[0]), keywords={"scale": scale})
        job = self._jobs.start("pdf-page", task)
        number, zoom, path = wanted[0], self._zoom, self._pages.path
        job.succeeded.connect(lambda image: self._on_drawn(number, image, (zoom, path)))

    def _on_drawn(self, number: int, image: QImage, drawn_for: tuple[float, Path]) -> None:
        self._asked = None
        if self._pages is None or drawn_for != (self._zoom, self._pages.path):
            self._ask_for_page()
            return
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self._images[number] = image
        if len(self._images) > KEPT_PAGES:
            farthest = max(self._images, key=lambda other: abs(other - number))
            del self._images[farthest]
        self.viewport().update()
        self._ask_for_page()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(theme.window))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, rect in enumerate(self._rects()):
            if not rect.intersects(event.rect()):
                continue
            painter.fillRect(rect, QColor("#ffffff"))
            image = self._images.get(number)
            if image is not None:
                painter.drawImage(rect, image)
            painter.setPen(QColor(theme.border))
            painter.drawRect(rect.adjusted(-1, -1, 0, 0))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: Any) -> None:
        bar = self.verticalScrollBar()
        steps = {
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_Down: bar.singleStep(),
            Qt.Key.Key_Up: -bar.singleStep(),
        }
        key = Qt.Key(event.key())
        if key in steps:
            bar.setValue(bar.value() + steps[key])
        elif key == Qt.Key.Key_Home:
            bar.setValue(0)
        elif key == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)
