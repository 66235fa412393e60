"""The numbered list of steps on the left: where one is, what is done, what needs an answer."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.appearance import Theme, current_theme

Index = QModelIndex | QPersistentModelIndex
STEP_ROLE = Qt.ItemDataRole.UserRole
WIDTH = 172


class StepState(Enum):
    """How far a step is."""

    WAITING = "waiting"
    """Needs an earlier step first."""
    READY = "ready"
    ATTENTION = "attention"
    """Needs an answer of the user, or has a finding that blocks a conclusion."""
    DONE = "done"
    STALE = "stale"
    """Its results belong to earlier answers or options."""


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One line of the list; ``words`` says the state for those who do not see the mark."""

    title: str
    summary: str = ""
    state: StepState = StepState.WAITING
    words: str = ""


class StepListModel(QAbstractListModel):
    """The steps in order."""

    def __init__(self, entries: tuple[StepEntry, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries

    def set_entries(self, entries: tuple[StepEntry, ...]) -> None:
        """Show ``entries``; the current line stays."""
        if entries == self._entries:
            return
        if len(entries) != len(self._entries):
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
            return
        self._entries = entries
        self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{index.row() + 1} {entry.title}"
        if role == STEP_ROLE:
            return entry
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (f"{index.row() + 1} {entry.title}", entry.words, entry.summary)
            return "，".join(part for part in parts if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.words or None
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del index
        return QSize(WIDTH - 4, option.fontMetrics.height() * 2 + 18)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: StepEntry = index.data(STEP_ROLE)
        theme = current_theme()
        rect = QRectF(option.rect)
        state = option.state
        is_current = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_current:
            painter.fillRect(rect, QColor(theme.selected))
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), theme.accent)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(theme.hover))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_mark(painter, QPointF(rect.left() + 25, rect.center().y()), index.row(), entry)
        self._paint_words(painter, rect.adjusted(46, 7, -8, -7), entry, is_current=is_current)
        painter.restore()

    def _paint_mark(self, painter: QPainter, centre: QPointF, row: int, entry: StepEntry) -> None:
        theme = current_theme()
        fill, ink = _mark_colours(entry.state, theme)
        radius = 11.5
        painter.setPen(QPen(QColor(ink if fill == theme.window else fill), 1.4))
        painter.setBrush(QColor(fill))
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QColor(ink))
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        sign = {StepState.DONE: "✓", StepState.ATTENTION: "!"}.get(entry.state, str(row + 1))
        if entry.state is StepState.DONE:
            _paint_tick(painter, centre, ink)
            return
        area = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, sign)

    def _paint_words(
        self, painter: QPainter, area: QRectF, entry: StepEntry, *, is_current: bool
    ) -> None:
        theme = current_theme()
        font = QFont(painter.font())
        font.setBold(is_current)
        painter.setFont(font)
        waiting = entry.state is StepState.WAITING
        painter.setPen(QColor(theme.muted if waiting and not is_current else theme.text))
        height = painter.fontMetrics().height()
        top = area.top() if entry.summary else area.center().y() - height / 2
        painter.drawText(QRectF(area.left(), top, area.width(), height), 0, entry.title)
        if not entry.summary:
            return
        font.setBold(False)
        font.setPointSizeF(max(font.pointSizeF() - 1.5, 7))
        painter.setFont(font)
        painter.setPen(QColor(theme.muted))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(entry.summary, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(QRectF(area.left(), top + height + 2, area.width(), height), 0, text)


def _paint_tick(painter: QPainter, centre: QPointF, ink: str) -> None:
    pen = QPen(QColor(ink), 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    x, y = centre.x(), centre.y()
    painter.drawPolyline([QPointF(x - 5, y + 0.5), QPointF(x - 1.5, y + 4), QPointF(x + 5, y - 4)])


def _mark_colours(state: StepState, theme: Theme) -> tuple[str, str]:
    return {
        StepState.DONE: (theme.good, theme.window),
        StepState.ATTENTION: (theme.caution_ground, theme.caution),
        StepState.READY: (theme.window, theme.accent),
        StepState.STALE: (theme.window, theme.muted),
        StepState.WAITING: (theme.window, theme.strong_border),
    }[state]


class StepList(QListView):
    """The view of the steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = StepListModel((), self)
        self.setModel(self.steps)
        self.setItemDelegate(_Delegate(self))
        self.setObjectName("steps")
        self.setAccessibleName(self.tr("步骤"))
        self.setFixedWidth(WIDTH)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
