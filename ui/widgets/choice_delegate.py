"""A cell edited by choosing from a list."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex
Choices = Callable[[], Sequence[tuple[str, str]]]


class ChoiceDelegate(QStyledItemDelegate):
    """Offers pairs of value and text; the value of the cell is in ``role``."""

    def __init__(self, choices: Choices, role: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self._role = role

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        del option, index
        box = QComboBox(parent)
        for value, text in self._choices():
            box.addItem(text, value)
        box.activated.connect(lambda _: self._finish(box))
        return box

    def _finish(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(self._role)))
        editor.showPopup()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData(), Qt.ItemDataRole.EditRole)
