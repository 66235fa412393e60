"""A result table with its caption above and its notes below, copied with one click."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QMimeData, QSortFilterProxyModel, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.appearance import current_theme
from ui.icons import icon
from ui.models.result_table import SORT_ROLE, Record, ResultColumn, ResultTableModel

WIDEST_COLUMN = 28
WRAPPED_COLUMN = 9
"""Characters a column that is not wide may take."""
LEAST_WIDE = 11
"""Characters that a wide column shows at least; the table scrolls sideways before that."""
WRAPPED_ROWS = 300


class _View(QTableView):
    """Says in its own place why it is empty."""

    widened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.empty_text = ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.widened.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        model = self.model()
        if self.empty_text and model is not None and model.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(current_theme().muted)
            area = self.viewport().rect().adjusted(16, 16, -16, -16)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area, int(flags), self.empty_text)
            painter.end()


class ResultTable(QWidget):
    """Caption, table, notes."""

    def __init__(
        self,
        caption: str,
        columns: Sequence[ResultColumn],
        parent: QWidget | None = None,
        *,
        wraps: bool = False,
    ) -> None:
        super().__init__(parent)
        self._wraps = wraps
        self.fits_rows = False
        self.mark = ""
        self.model = ResultTableModel(columns, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self._caption = QLabel(caption, self)
        self._caption.setObjectName("caption")
        self._caption.setWordWrap(True)
        self._notes = QLabel(self)
        self._notes.setObjectName("muted")
        self._notes.setWordWrap(True)
        self._notes.setVisible(False)
        self.view = self._make_view(caption)
        self.view.widened.connect(self._stretch)
        self._copy = QToolButton(self)
        self._copy.setIcon(icon("copy"))
        self._copy.setAutoRaise(True)
        self._copy.setToolTip(self.tr("复制表格，可直接粘贴到 Word 或 Excel"))
        self._copy.setAccessibleName(self.tr("复制表格：%1").replace("%1", caption))
        self._copy.clicked.connect(self.copy)
        self._row_timer = QTimer(self)
        self._row_timer.setSingleShot(True)
        self._row_timer.timeout.connect(self._fit_wrapped_rows)
        self._arrange()
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.view)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.copy)
        self._fit_columns()

    def _make_view(self, caption: str) -> _View:
        view = _View(self)
        view.setObjectName("table")
        view.setModel(self._sorted)
        view.setAccessibleName(caption)
        view.setShowGrid(False)
        view.setAlternatingRowColors(True)
        view.setSortingEnabled(True)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        view.setWordWrap(self._wraps)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().setVisible(False)
        view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + 11)
        view.horizontalHeader().setHighlightSections(False)
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        return view

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._caption, 1)
        top.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._notes)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_records(
        self, records: Iterable[Record], columns: Sequence[ResultColumn] | None = None
    ) -> None:
        """Show ``records``, under other ``columns`` if given."""
        self.model.set_records(records, columns)
        self._fit_columns()

    def set_notes(self, *notes: str) -> None:
        """Say below the table what was computed from what."""
        self._notes.setText("　".join(note for note in notes if note))
        self._notes.setVisible(any(notes))

    def set_empty_text(self, text: str) -> None:
        """Say in the table why it is empty."""
        self.view.empty_text = text
        self.view.viewport().update()

    def set_stale(self, is_stale: bool) -> None:
        """Grey the values that belong to earlier answers or options."""
        self.model.set_stale(is_stale)

    def text(self) -> str:
        """Return the table as tab-separated text, as shown."""
        model = self._sorted
        head = [
            str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            for column in range(model.columnCount())
        ]
        rows = [
            [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]
        return "\n".join("\t".join(cells) for cells in [head, *rows])

    def copy(self) -> None:
        """Put the table on the clipboard, as text and as a table for word processors."""
        mime = QMimeData()
        text = self.text()
        mime.setText(f"{text}\n{self.mark}" if self.mark else text)
        mime.setHtml(_html(text) + (f"<p>{self.mark}</p>" if self.mark else ""))
        QGuiApplication.clipboard().setMimeData(mime)

    def _fit_columns(self) -> None:
        header = self.view.horizontalHeader()
        metrics = self.view.fontMetrics()
        header.setStretchLastSection(False)
        # A stretched section is worked out anew at every change of another: set it last.
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        em = metrics.horizontalAdvance("题")
        limit = WRAPPED_COLUMN * em if self._wraps else WIDEST_COLUMN * em
        for section, column in enumerate(self.model.columns):
            # Coloured cells are bold, about a twelfth wider.
            widest = int(metrics.horizontalAdvance(self.model.longest_text(section)) * 1.08)
            title = int(metrics.horizontalAdvance(column.title) * 1.08)
            width = min(max(widest + 24, title + 24, 48), limit)
            if header.sectionSize(section) != width:
                header.resizeSection(section, width)
        self._stretch()
        if self.fits_rows:
            self._fit_rows()

    def _stretch(self) -> None:
        """Give wide columns the room that is left, but never too little to be read."""
        header = self.view.horizontalHeader()
        wide = [i for i, column in enumerate(self.model.columns) if column.is_wide]
        narrow = sum(header.sectionSize(i) for i in range(len(self.model.columns)) if i not in wide)
        least = self.view.fontMetrics().horizontalAdvance("题") * LEAST_WIDE
        has_room = self.view.viewport().width() - narrow >= least * len(wide)
        mode = QHeaderView.ResizeMode.Stretch if has_room else QHeaderView.ResizeMode.Interactive
        for section in wide:
            header.setSectionResizeMode(section, mode)
            if not has_room:
                header.resizeSection(section, least)
        columns = self.model.columns
        header.setStretchLastSection(not wide and bool(columns) and columns[-1].is_text)
        if self._wraps and self.model.rowCount() <= WRAPPED_ROWS:
            self._row_timer.start(0)  # the header gives stretched sections their width later

    def _fit_wrapped_rows(self) -> None:
        """Let every row hold its text; the style's padding costs long texts one more line."""
        self.view.resizeRowsToContents()
        line = self.view.fontMetrics().height()
        for row in range(self.model.rowCount()):
            height = self.view.rowHeight(row)
            if height > 4 * line:
                self.view.setRowHeight(row, height + line)
        if self.fits_rows:
            self._fit_rows()

    def _fit_rows(self) -> None:
        """Be just as tall as the rows: the page scrolls, not the table."""
        rows = self.model.rowCount()
        row_height = self.view.verticalHeader().defaultSectionSize()
        bar = self.view.horizontalScrollBar().sizeHint().height()
        head = self.view.horizontalHeader().sizeHint().height()
        body = sum(self.view.rowHeight(row) for row in range(rows)) or row_height
        self.view.setFixedHeight(max(head, row_height + 4) + body + bar + 6)


def _html(text: str) -> str:
    """Return a three-line table for word processors."""
    from html import escape

    head, *rows = [line.split("\t") for line in text.split("\n")]
    line = "border-bottom:1px solid black;"
    cells = "".join(f'<th style="{line}">{escape(cell)}</th>' for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    style = "border-collapse:collapse;border-top:2px solid black;border-bottom:2px solid black;"
    return f'<table style="{style}"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'
