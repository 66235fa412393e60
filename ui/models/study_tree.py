"""The study as a tree: constructs with their items; items of none at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QFont

from analysis.report.numbers import NumberKind, format_number
from survey.study import Study, StudyConstruct, StudyItem
from ui import edits
from ui.appearance import current_theme
from ui.naming import construct_name, system_name, wording

Index = QModelIndex | QPersistentModelIndex
NAME, CODE, REVERSED, POLARITY, SYSTEM = range(5)
VALUE_ROLE = Qt.ItemDataRole.UserRole
MIME = "application/x-rongzhen-items"
TOP = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """A construct and its items; ``construct`` is None for the items of none."""

    construct: StudyConstruct | None
    items: tuple[StudyItem, ...]

    @property
    def code(self) -> str:
        """Return the code of the construct, "" for the items of none."""
        return "" if self.construct is None else self.construct.code


def branches_of(study: Study) -> tuple[Branch, ...]:
    """Return the branches of the tree, in the order of the study."""
    items = {item.code: item for item in study.items}
    found = [
        Branch(construct, tuple(items[code] for code in construct.items if code in items))
        for construct in study.constructs
    ]
    free = edits.free_items(study)
    return (*found, Branch(None, free)) if free else tuple(found)


class StudyTreeModel(QAbstractItemModel):
    """Emits ``study_edited`` with a label and the edited study; the session then shows it."""

    study_edited = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study: Study | None = None
        self._branches: tuple[Branch, ...] = ()
        self.is_editable = False

    def show_study(self, study: Study | None, *, is_editable: bool) -> None:
        """Show ``study``."""
        self.beginResetModel()
        self._study, self.is_editable = study, is_editable
        self._branches = () if study is None else branches_of(study)
        self.endResetModel()

    # An index of a branch has internal id 0; one of an item has the branch's row + 1.

    def branch(self, index: Index) -> Branch | None:
        """Return the branch that ``index`` is, or is in."""
        if not index.isValid():
            return None
        row = index.row() if index.internalId() == TOP else index.internalId() - 1
        return self._branches[row]

    def item(self, index: Index) -> StudyItem | None:
        """Return the item that ``index`` is, None for a branch."""
        if not index.isValid() or index.internalId() == TOP:
            return None
        return self._branches[index.internalId() - 1].items[index.row()]

    def index_of(self, construct: str) -> QModelIndex:
        """Return the index of the branch of ``construct``."""
        for row, branch in enumerate(self._branches):
            if branch.code == construct:
                return self.index(row, 0)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else TOP)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        if not index.isValid() or index.internalId() == TOP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, TOP)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._branches)
        if parent.internalId() != TOP or parent.column() > 0:
            return 0
        return len(self._branches[parent.row()].items)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("构念与题项"),
            self.tr("代码"),
            self.tr("反向"),
            self.tr("方向"),
            self.tr("系统"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        branch, item = self.branch(index), self.item(index)
        if branch is None:
            return None
        section = index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            if item is not None:
                return self._item_text(item, section)
            is_edit = role == Qt.ItemDataRole.EditRole
            return self._branch_text(branch, section, is_edit=is_edit)
        if role == Qt.ItemDataRole.CheckStateRole and item is not None and section == REVERSED:
            return Qt.CheckState.Checked if item.is_reversed else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole and section == NAME:
            return self._item_text(item, NAME) if item is not None else None
        if role == Qt.ItemDataRole.FontRole and item is None and section == NAME:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and branch.construct is None:
            return QBrush(QColor(current_theme().caution))
        if role == Qt.ItemDataRole.AccessibleTextRole and section == REVERSED and item is not None:
            return self.tr("反向") if item.is_reversed else self.tr("正向")
        if role == VALUE_ROLE and item is None:
            return self._branch_value(branch, section)
        return None

    def _item_text(self, item: StudyItem, section: int) -> str:
        assert self._study is not None
        return {NAME: wording(self._study, item), CODE: item.code}.get(section, "")

    def _branch_text(self, branch: Branch, section: int, *, is_edit: bool) -> str:
        construct = branch.construct
        count = format_number(len(branch.items), NumberKind.COUNT)
        if construct is None:
            text = self.tr("未归入构念（%1 题）").replace("%1", count)
            return text if section == NAME else ""
        if section == NAME:
            if is_edit:
                return construct.name
            assert self._study is not None
            name = construct_name(self._study, construct)
            return self.tr("%1（%2 题）").replace("%2", count).replace("%1", name)
        if section == CODE:
            return construct.code
        if section == POLARITY:
            severe = construct.polarity == "severity"
            return self.tr("制约，高为差") if severe else self.tr("正向，高为好")
        if section == SYSTEM and self._study is not None:
            code = edits.system_of(self._study, construct.code)
            name = system_name(self._study, code)
            return f"{code} {name}".strip() if name != code else code
        return ""

    def _branch_value(self, branch: Branch, section: int) -> str:
        if branch.construct is None or self._study is None:
            return ""
        if section == POLARITY:
            return branch.construct.polarity
        return edits.system_of(self._study, branch.construct.code) if section == SYSTEM else ""

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if not self.is_editable:
            return flags
        if self.item(index) is not None:
            flags |= Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren
            if index.column() == REVERSED:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
            return flags
        flags |= Qt.ItemFlag.ItemIsDropEnabled
        branch = self.branch(index)
        if branch is not None and branch.construct is not None and index.column() != CODE:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        study, branch, item = self._study, self.branch(index), self.item(index)
        if study is None or branch is None or not self.is_editable:
            return False
        if item is not None:
            if role != Qt.ItemDataRole.CheckStateRole:
                return False
            is_reversed = Qt.CheckState(value) == Qt.CheckState.Checked
            edited = edits.with_item(study, item.code, is_reversed=is_reversed)
            self.study_edited.emit(self.tr("更改反向计分"), edited)
            return True
        if branch.construct is None or role != Qt.ItemDataRole.EditRole:
            return False
        return self._set_construct(study, branch.construct, index.column(), str(value).strip())

    def _set_construct(
        self, study: Study, construct: StudyConstruct, section: int, value: str
    ) -> bool:
        if section == NAME and value:
            edited = edits.with_construct(study, construct.code, name=value)
            self.study_edited.emit(self.tr("重命名构念"), edited)
        elif section == POLARITY and value in ("severity", "positive"):
            edited = edits.with_construct(study, construct.code, polarity=value)
            self.study_edited.emit(self.tr("更改构念方向"), edited)
        elif section == SYSTEM:
            edited = edits.with_system(study, construct.code, value)
            self.study_edited.emit(self.tr("归入耦合系统"), edited)
        else:
            return False
        return True

    # -- dragging -----------------------------------------------------------------------------

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        codes = dict.fromkeys(item.code for index in indexes if (item := self.item(index)))
        data = QMimeData()
        data.setData(MIME, "\n".join(codes).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        del action, row, column
        branch = self.branch(parent)
        if branch is None or self._study is None or not data.hasFormat(MIME):
            return False
        codes = bytes(data.data(MIME).data()).decode().split("\n")
        edited = edits.with_items_in(self._study, codes, branch.code)
        self.study_edited.emit(self.tr("移动题项"), edited)
        # False: the view must not remove rows itself; the edited study is shown instead.
        return False
