"""What the chosen columns are: kind, construct, reverse key, order of their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from survey.responses import Missing
from ui import edits
from ui.models.plan_table import kind_names
from ui.panels.importing.scale_editor import ScaleEditor
from ui.session import Session
from ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from survey.exchange.raw_table import RawTable

FORM_WIDTH = 250
SHOWN_VALUES = 12
SCALED = (ColumnKind.ITEM, ColumnKind.ATTENTION)


class ColumnEditor(QWidget):
    """Edits the columns chosen in the table above; every change can be undone."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._places: tuple[int, ...] = ()
        self.heading = ElidedLabel("", self, mode=Qt.TextElideMode.ElideRight)
        self.heading.setObjectName("caption")
        self.kind = QComboBox(self)
        for kind, name in kind_names().items():
            self.kind.addItem(name, kind)
        self.kind.activated.connect(self._on_kind)
        self.construct = QComboBox(self)
        self.construct.activated.connect(self._on_construct)
        self.is_reversed = QCheckBox(self.tr("反向计分"), self)
        self.is_reversed.clicked.connect(self._on_reversed)
        self.correct = QComboBox(self)
        self.correct.activated.connect(self._on_correct)
        self.scale = ScaleEditor(self)
        self.scale.order_chosen.connect(self._on_order)
        self.scale.no_answer_chosen.connect(self._on_no_answer)
        self._arrange()

    def _arrange(self) -> None:
        form = QVBoxLayout()
        form.setSpacing(4)
        self._labels: dict[QWidget, QLabel] = {}
        for text, field in (
            (self.tr("识别为"), self.kind),
            (self.tr("构念"), self.construct),
            (self.tr("正确答案"), self.correct),
        ):
            label = QLabel(text, self)
            label.setBuddy(field)
            field.setAccessibleName(text)
            self._labels[field] = label
            form.addWidget(label)
            form.addWidget(field)
        form.addWidget(self.is_reversed)
        form.addStretch(1)
        left = QWidget(self)
        left.setLayout(form)
        left.setFixedWidth(FORM_WIDTH)
        form.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(left)
        row.addWidget(self.scale, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.heading)
        layout.addLayout(row, 1)

    # -- showing ------------------------------------------------------------------------------

    def show_columns(self, places: Sequence[int]) -> None:
        """Show the columns at ``places``."""
        self._places = tuple(places)
        self.refresh()

    def refresh(self) -> None:
        """Show what the session's plan says about the columns."""
        plan, raw = self._session.plan, self._session.raw
        self.setEnabled(plan is not None and raw is not None and bool(self._places))
        if plan is None or raw is None or not self._places:
            self.heading.setText(self.tr("在上表中选择一列或多列，可在此更正"))
            self.scale.show_words("", "")
            return
        column = plan.columns[self._places[0]]
        if len(self._places) > 1:
            self.heading.setText(self.tr("已选 %n 列", "", len(self._places)))
        else:
            self.heading.setText(" ".join((column.stem or "", column.wording or column.header)))
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(column.kind))
        self._show_construct(plan, column)
        self._show_correct(column)
        self._show_scale(plan, raw, column)

    def _show(self, field: QWidget, *, is_shown: bool) -> None:
        field.setVisible(is_shown)
        if field in self._labels:
            self._labels[field].setVisible(is_shown)

    def _show_construct(self, plan: ImportPlan, column: ColumnPlan) -> None:
        is_item = column.kind is ColumnKind.ITEM
        self._show(self.construct, is_shown=is_item)
        self._show(self.is_reversed, is_shown=is_item)
        if not is_item:
            return
        study = plan.study
        with QSignalBlocker(self.construct):
            self.construct.clear()
            self.construct.addItem(self.tr("（不归入构念）"), edits.FREE)
            for construct in study.constructs:
                name = construct.name
                text = f"{construct.code} · {name}" if name != construct.code else name
                self.construct.addItem(text, construct.code)
            present = edits.construct_of(study, column.code)
            self.construct.setCurrentIndex(self.construct.findData(present))
        # The framework's items are what they are; the column is tied by its kind.
        self.construct.setEnabled(not study.framework)
        self.is_reversed.setEnabled(not study.framework)
        item = next((item for item in study.items if item.code == column.code), None)
        with QSignalBlocker(self.is_reversed):
            self.is_reversed.setChecked(item is not None and item.is_reversed)

    def _show_correct(self, column: ColumnPlan) -> None:
        is_check = column.kind is ColumnKind.ATTENTION and column.scale is not None
        self._show(self.correct, is_shown=is_check)
        if not is_check or column.scale is None:
            return
        with QSignalBlocker(self.correct):
            self.correct.clear()
            for cell, code in column.scale.steps:
                self.correct.addItem(cell, code)
            self.correct.setCurrentIndex(self.correct.findData(column.correct))

    def _values(self, raw: RawTable, place: int, column: ColumnPlan) -> dict[str, int]:
        """Return the distinct cells that are answers, and how often each occurs."""
        no_answers = {cell for cell, _ in column.missing}
        found = raw.columns[place]
        return {
            value: count
            for value, count in zip(found.values, found.counts(), strict=True)
            if value not in no_answers
        }

    def _show_scale(self, plan: ImportPlan, raw: RawTable, column: ColumnPlan) -> None:
        values = self._values(raw, column.place, column)
        if column.kind not in SCALED:
            self.scale.show_words(self.tr("内容"), self._sample(column, values))
            return
        if column.scale is not None and not column.scale.steps:
            words = self.tr("答案已经是数字，按 %1 至 %2 计分。")
            words = words.replace("%1", f"{column.scale.minimum:g}")
            words = words.replace("%2", f"{column.scale.maximum:g}")
            self.scale.show_words(self.tr("编码"), words)
            return
        if len(values) > SHOWN_VALUES and column.scale is None:
            self.scale.show_words(
                self.tr("选项"), self.tr("不同的内容太多，不像量表题。请改选“识别为”。")
            )
            return
        known = () if column.scale is None else column.scale.labels
        labels = [*known, *(value for value in values if value not in known)]
        others = len(self._equal_places(plan, raw, column.place)) - 1
        self.scale.show_labels(
            labels,
            values,
            others=others,
            is_settled=column.certainty != "open" and column.scale is not None,
            hint=self._missing_words(column),
        )

    def _sample(self, column: ColumnPlan, values: dict[str, int]) -> str:
        if column.kind is ColumnKind.PERSONAL:
            return self.tr("个人信息不显示，也不会保存到项目。")
        shown = list(values.items())[:SHOWN_VALUES]
        parts = [
            self.tr("%1（%2 份）").replace("%2", str(count)).replace("%1", value[:40])
            for value, count in shown
        ]
        more = len(values) - len(shown)
        if more > 0:
            parts.append(self.tr("等 %n 种", "", len(values)))
        return "；".join(parts)

    def _missing_words(self, column: ColumnPlan) -> str:
        names = {
            Missing.NOT_SHOWN: self.tr("未出示"),
            Missing.EMPTY: self.tr("空答"),
            Missing.DO_NOT_KNOW: self.tr("不了解"),
            Missing.USER_MISSING: self.tr("缺失码"),
        }
        parts = [f"{cell} → {names.get(kind, '')}" for cell, kind in column.missing]
        return self.tr("不计分：%1").replace("%1", "；".join(parts)) if parts else ""

    def _equal_places(self, plan: ImportPlan, raw: RawTable, place: int) -> list[int]:
        values = {
            column.place: tuple(self._values(raw, column.place, column))
            for column in plan.of_kind(plan.columns[place].kind)
        }
        return edits.same_labels(plan, place, values)

    # -- changing -----------------------------------------------------------------------------

    def _edit(self, label: str, plan: ImportPlan) -> None:
        self._session.edit(label, plan=plan)

    def _on_kind(self) -> None:
        plan = self._session.plan
        raw = self._session.raw
        if plan is None or raw is None:
            return
        kind = ColumnKind(self.kind.currentData())
        if kind is ColumnKind.ROLE:
            place = self._places[0]
            edited = edits.with_role_column(plan, place, raw.columns[place].values)
        else:
            edited = edits.with_kind(plan, self._places, kind)
        self._edit(self.tr("更改列的类型"), edited)

    def _codes(self, plan: ImportPlan) -> list[str]:
        return [
            plan.columns[place].code
            for place in self._places
            if plan.columns[place].kind is ColumnKind.ITEM
        ]

    def _on_construct(self) -> None:
        plan = self._session.plan
        if plan is None:
            return
        construct = str(self.construct.currentData())
        study = edits.with_items_in(plan.study, self._codes(plan), construct)
        self._edit(self.tr("归入构念"), plan.with_study(study))

    def _on_reversed(self) -> None:
        plan = self._session.plan
        if plan is None:
            return
        study = plan.study
        for code in self._codes(plan):
            study = edits.with_item(study, code, is_reversed=self.is_reversed.isChecked())
        self._edit(self.tr("更改反向计分"), plan.with_study(study))

    def _on_correct(self) -> None:
        plan = self._session.plan
        if plan is not None:
            correct = float(self.correct.currentData())
            changed = edits.with_correct_answer(plan, self._places[0], correct)
            self._edit(self.tr("设定正确答案"), changed)

    def _on_order(self, labels: list[str], also_equal: bool) -> None:
        plan, raw = self._session.plan, self._session.raw
        if plan is None or raw is None:
            return
        places = list(self._places)
        if also_equal:
            places = sorted({*places, *self._equal_places(plan, raw, self._places[0])})
        self._edit(self.tr("排定选项顺序"), edits.with_order(plan, places, labels))

    def _on_no_answer(self, label: str) -> None:
        plan = self._session.plan
        if plan is None:
            return
        changed = []
        for place in self._places:
            column = plan.columns[place]
            missing = (*column.missing, (label, Missing.DO_NOT_KNOW))
            scale = column.scale
            if scale is not None and label in scale.labels:
                scale = None
            changed.append(
                replace(
                    column,
                    missing=missing,
                    scale=scale,
                    certainty="open" if scale is None else column.certainty,
                )
            )
        self._edit(self.tr("标为不计分"), plan.with_columns(changed))
