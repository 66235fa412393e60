"""Puts answer labels in order, low to high, by dragging or with the buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from analysis.report.numbers import NumberKind, format_number
from ui.icons import icon

LABEL_ROLE = Qt.ItemDataRole.UserRole


class ScaleEditor(QWidget):
    """The labels of one column; ``order_chosen`` tells the order the user settled."""

    order_chosen = Signal(object, bool)  # list of labels low to high, also for equal columns
    no_answer_chosen = Signal(str)  # a label that is no position on the scale

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: Mapping[str, int] = {}
        self.heading = QLabel(self)
        self.heading.setObjectName("caption")
        self.labels = QListWidget(self)
        self.labels.setObjectName("framed")
        self.labels.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.labels.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.labels.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.labels.setAccessibleName(self.tr("选项，从低到高；可拖动"))
        self.labels.setMinimumHeight(72)
        self.labels.model().rowsMoved.connect(self._number)
        self.labels.currentRowChanged.connect(self._show_buttons)
        self.also = QCheckBox(self)
        self.also.setChecked(True)
        self.apply = QPushButton(self.tr("采用这个顺序"), self)
        self.apply.setObjectName("primary")
        self.apply.clicked.connect(self._on_apply)
        self.hint = QLabel(self)
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._arrange()

    def _arrange(self) -> None:
        self.up = self._tool("up", self.tr("上移"), lambda: self._move(-1))
        self.down = self._tool("down", self.tr("下移"), lambda: self._move(1))
        self.turn = self._tool("reverse", self.tr("颠倒顺序"), self._turn)
        self.drop = self._tool("close", self.tr("不计分（不了解、不适用）"), self._on_drop)
        tools = QVBoxLayout()
        for button in (self.up, self.down, self.turn, self.drop):
            tools.addWidget(button)
        tools.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self.labels, 1)
        middle.addLayout(tools)
        bottom = QHBoxLayout()
        bottom.addWidget(self.also, 1)
        bottom.addWidget(self.apply)
        self._box = QWidget(self)
        box = QVBoxLayout(self._box)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(middle, 1)
        box.addLayout(bottom)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(6)
        layout.addWidget(self.heading, 0, 0)
        layout.addWidget(self._box, 1, 0)
        layout.addWidget(self.hint, 2, 0)
        layout.setRowStretch(1, 1)
        layout.setRowStretch(3, 0)
        self._grid = layout
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _tool(self, name: str, text: str, action: object) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setAutoRaise(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(action)
        return button

    def show_labels(
        self,
        labels: Sequence[str],
        counts: Mapping[str, int],
        *,
        others: int,
        is_settled: bool,
        hint: str = "",
    ) -> None:
        """Show ``labels`` in their present order.

        Args:
            counts: how often each occurs.
            others: how many further columns have the same labels.
            is_settled: the order is known; the user may still change it.
        """
        self._counts = counts
        self.heading.setText(
            self.tr("选项与编码，从低到高") if is_settled else self.tr("请把选项按从低到高排好")
        )
        self.labels.clear()
        for label in labels:
            item = QListWidgetItem(self.labels)
            item.setData(LABEL_ROLE, label)
        self._number()
        self.also.setVisible(others > 0)
        self.also.setText(self.tr("同时用于选项相同的另外 %n 列", "", others))
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self._box.setVisible(True)
        self._grid.setRowStretch(1, 1)
        self._grid.setRowStretch(3, 0)
        self.labels.setCurrentRow(0 if labels else -1)
        self._show_buttons()

    def show_words(self, heading: str, words: str) -> None:
        """Show a sentence instead of labels."""
        self.heading.setText(heading)
        self.hint.setText(words)
        self.hint.setVisible(True)
        self._box.setVisible(False)
        self._grid.setRowStretch(1, 0)
        self._grid.setRowStretch(3, 1)

    @property
    def order(self) -> list[str]:
        """Return the labels in the order shown."""
        return [str(self.labels.item(row).data(LABEL_ROLE)) for row in range(self.labels.count())]

    def _number(self) -> None:
        for row in range(self.labels.count()):
            item = self.labels.item(row)
            label = str(item.data(LABEL_ROLE))
            count = format_number(self._counts.get(label, 0), NumberKind.COUNT)
            text = self.tr("%1　%2　（%3 份）")
            text = text.replace("%1", str(row + 1)).replace("%3", count).replace("%2", label)
            item.setText(text)

    def _move(self, step: int) -> None:
        row = self.labels.currentRow()
        target = row + step
        if row < 0 or not 0 <= target < self.labels.count():
            return
        item = self.labels.takeItem(row)
        self.labels.insertItem(target, item)
        self.labels.setCurrentRow(target)
        self._number()

    def _turn(self) -> None:
        turned = self.order[::-1]
        for row, label in enumerate(turned):
            self.labels.item(row).setData(LABEL_ROLE, label)
        self._number()

    def _on_drop(self) -> None:
        row = self.labels.currentRow()
        if row >= 0 and self.labels.count() > 2:
            self.no_answer_chosen.emit(str(self.labels.item(row).data(LABEL_ROLE)))

    def _on_apply(self) -> None:
        self.order_chosen.emit(self.order, self.also.isVisible() and self.also.isChecked())

    def _show_buttons(self) -> None:
        row, count = self.labels.currentRow(), self.labels.count()
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        self.drop.setEnabled(row >= 0 and count > 2)
