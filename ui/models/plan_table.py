"""The columns of the imported file and what each was understood as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QFont

from analysis.report.numbers import NumberKind, format_number
from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from ui.appearance import current_theme
from ui.edits import construct_of
from ui.naming import construct_name

if TYPE_CHECKING:
    from survey.exchange.raw_table import RawTable

Index = QModelIndex | QPersistentModelIndex
PLACE_ROLE = Qt.ItemDataRole.UserRole
NUMBER, HEADER, KIND, MEANING, SCALE, CERTAINTY = range(6)
LONGEST_HEADER = 60


def kind_names() -> Mapping[ColumnKind, str]:
    """Return what each kind of column is called, in the order of the choice."""
    translate = QCoreApplication.translate
    return {
        ColumnKind.ITEM: translate("ColumnKind", "量表题"),
        ColumnKind.ATTENTION: translate("ColumnKind", "注意力检测题"),
        ColumnKind.ROLE: translate("ColumnKind", "受访者角色"),
        ColumnKind.GROUP: translate("ColumnKind", "分组信息"),
        ColumnKind.SINGLE: translate("ColumnKind", "单选题"),
        ColumnKind.MULTIPLE: translate("ColumnKind", "多选题"),
        ColumnKind.RANKING: translate("ColumnKind", "排序题"),
        ColumnKind.TEXT: translate("ColumnKind", "文字题"),
        ColumnKind.QUANTITY: translate("ColumnKind", "数值"),
        ColumnKind.NUMBER: translate("ColumnKind", "答卷序号"),
        ColumnKind.SUBMITTED: translate("ColumnKind", "提交时间"),
        ColumnKind.SECONDS: translate("ColumnKind", "答题用时"),
        ColumnKind.TOTAL: translate("ColumnKind", "平台总分"),
        ColumnKind.WEIGHT: translate("ColumnKind", "权重"),
        ColumnKind.PERSONAL: translate("ColumnKind", "个人信息（不保存）"),
        ColumnKind.IGNORED: translate("ColumnKind", "不导入"),
    }


def scale_text(column: ColumnPlan) -> str:
    """Return how cells become numbers: ``非常不同意=1 … 非常同意=5``."""
    scale = column.scale
    if scale is None:
        return ""
    steps = [f"{cell}={format_number(code, NumberKind.COUNT)}" for cell, code in scale.steps]
    if not steps:
        low, high = (format_number(v, NumberKind.COUNT) for v in (scale.minimum, scale.maximum))
        return f"{low}–{high}"
    return "　".join(steps)


class PlanTableModel(QAbstractTableModel):
    """One row per column of the file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._raw: RawTable | None = None
        self._plan: ImportPlan | None = None
        self._open: frozenset[int] = frozenset()

    def show_plan(self, raw: RawTable | None, plan: ImportPlan | None) -> None:
        """Show what ``plan`` says about the columns of ``raw``."""
        same = (
            plan is not None
            and self._plan is not None
            and raw is self._raw
            and len(plan.columns) == len(self._plan.columns)
        )
        if not same:
            self.beginResetModel()
        self._raw, self._plan = raw, plan
        self._open = (
            frozenset()
            if plan is None
            else frozenset(c.place for c in plan.columns if c.certainty == "open")
        )
        if not same:
            self.endResetModel()
        elif self.rowCount():
            self.dataChanged.emit(
                self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
            )

    def column_plan(self, row: int) -> ColumnPlan:
        """Return the plan of the column in ``row``."""
        assert self._plan is not None
        return self._plan.columns[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() or self._plan is None else len(self._plan.columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 6

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("列"),
            self.tr("标题"),
            self.tr("识别为"),
            self.tr("归入"),
            self.tr("选项与编码"),
            self.tr("把握"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._plan is None:
            return None
        column = self._plan.columns[index.row()]
        if role == PLACE_ROLE:
            return column.place
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(column, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.header if index.column() == HEADER else self._text(column, index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            return QBrush(QColor(self._colour(column, index.column())))
        if role == Qt.ItemDataRole.FontRole and column.place in self._open:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == NUMBER:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, column: ColumnPlan, section: int) -> str:
        if section == NUMBER:
            return str(column.place + 1)
        if section == HEADER:
            return " ".join(column.header.split())
        if section == KIND:
            return kind_names()[column.kind]
        if section == MEANING:
            return self._meaning(column)
        if section == SCALE:
            return scale_text(column)
        return {
            "certain": self.tr("确定"),
            "likely": self.tr("请核对"),
            "open": self.tr("! 待回答"),
        }[column.certainty]

    def _meaning(self, column: ColumnPlan) -> str:
        assert self._plan is not None
        if column.kind is not ColumnKind.ITEM:
            return column.code if column.kind in (ColumnKind.ATTENTION, ColumnKind.GROUP) else ""
        code = construct_of(self._plan.study, column.code)
        if not code:
            return self.tr("%1（未归构念）").replace("%1", column.code)
        name = construct_name(self._plan.study, self._plan.study.construct(code))
        reverse = any(i.code == column.code and i.is_reversed for i in self._plan.study.items)
        mark = self.tr("，反向") if reverse else ""
        return f"{column.code} · {name}{mark}" if name != code else f"{column.code} · {code}{mark}"

    def _colour(self, column: ColumnPlan, section: int) -> str:
        theme = current_theme()
        if not column.is_imported:
            return theme.muted
        if section == CERTAINTY:
            return {"certain": theme.good, "likely": theme.caution, "open": theme.block}[
                column.certainty
            ]
        return theme.text
