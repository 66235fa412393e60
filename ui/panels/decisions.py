"""Leaving single answer sheets out or in by hand: a recorded decision with its reason."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from analysis.report.numbers import NumberKind
from ui.models.result_table import RECORD_ROLE, ResultColumn
from ui.session import Session
from ui.widgets.result_table import ResultTable

if TYPE_CHECKING:
    from analysis.preparation.dataset import Decision

LAST_ROW = 10_000_000


class DecisionForm(QWidget):
    """Which row of the file, why, by whom; nothing is decided without a reason."""

    decided = Signal(object)
    """A Decision of analysis.preparation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QSpinBox(self)
        self.row.setRange(1, LAST_ROW)
        self.reason = QLineEdit(self)
        self.reason.setPlaceholderText(self.tr("例如：本人来电说明重复提交"))
        self.by = QLineEdit(self)
        self.by.setPlaceholderText(self.tr("可不填"))
        self.leave_out = QPushButton(self.tr("剔除这一份"), self)
        self.keep = QPushButton(self.tr("保留这一份"), self)
        self.leave_out.clicked.connect(lambda: self._decide(keep=False))
        self.keep.clicked.connect(lambda: self._decide(keep=True))
        self.reason.textChanged.connect(self._show_buttons)
        self._arrange()
        self._show_buttons()

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        intro = QLabel(
            self.tr(
                "规则之外，可以按文件中的行号剔除或保留个别答卷。"
                "决定、理由、日期写入报告，可随时撤销；答卷本身不会删除。"
            ),
            self,
        )
        intro.setObjectName("muted")
        intro.setWordWrap(True)
        grid.addWidget(intro, 0, 0, 1, 2)
        fields = (
            (self.tr("文件中的行"), self.row),
            (self.tr("理由"), self.reason),
            (self.tr("决定人"), self.by),
        )
        for place, (text, field) in enumerate(fields, 1):
            label = QLabel(text, self)
            label.setBuddy(field)
            field.setAccessibleName(text)
            grid.addWidget(label, place, 0)
            grid.addWidget(field, place, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.leave_out)
        buttons.addWidget(self.keep)
        buttons.addStretch(1)
        grid.addLayout(buttons, len(fields) + 1, 1)
        grid.setColumnStretch(1, 1)

    def _show_buttons(self) -> None:
        has_reason = bool(self.reason.text().strip())
        for button in (self.leave_out, self.keep):
            button.setEnabled(has_reason)
            button.setToolTip("" if has_reason else self.tr("请先写明理由"))

    def _decide(self, *, keep: bool) -> None:
        from analysis.preparation.dataset import Decision

        decision: Decision = Decision(
            row=self.row.value(),
            keep=keep,
            reason=self.reason.text().strip(),
            by=self.by.text().strip(),
            on=datetime.date.today().isoformat(),
        )
        self.reason.clear()
        self.decided.emit(decision)


class DecisionsTab(QWidget):
    """The form, and below it the decisions as they stand, run or not."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.form = DecisionForm(self)
        self.form.decided.connect(self._add)
        whether = {True: self.tr("保留"), False: self.tr("剔除")}
        self.table = ResultTable(
            self.tr("已作的决定"),
            [
                ResultColumn("row", self.tr("文件中的行"), NumberKind.COUNT),
                ResultColumn("keep", self.tr("决定"), words=whether),
                ResultColumn("reason", self.tr("理由"), is_wide=True),
                ResultColumn("by", self.tr("决定人"), is_blank=True),
                ResultColumn("on", self.tr("日期"), is_blank=True),
            ],
            self,
        )
        self.take_back = QPushButton(self.tr("撤回选中的决定"), self)
        self.take_back.clicked.connect(self._remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.take_back, 0, Qt.AlignmentFlag.AlignLeft)
        session.options_changed.connect(self.read)
        self.read()

    @property
    def _decisions(self) -> tuple[Decision, ...]:
        return self._session.options.preparation.decisions

    def choose_row(self, row: int) -> None:
        """Put a row of the file into the form."""
        self.form.row.setValue(int(row))

    def _add(self, decision: Decision) -> None:
        others = (entry for entry in self._decisions if entry.row != decision.row)
        text = self.tr("人工处理第 %1 行").replace("%1", str(decision.row))
        self._put((*others, decision), text)

    def _remove(self) -> None:
        chosen = self.table.view.selectionModel().selectedRows()
        rows = {int(index.data(RECORD_ROLE)["row"]) for index in chosen}
        kept = tuple(entry for entry in self._decisions if entry.row not in rows)
        if kept != self._decisions:
            self._put(kept, self.tr("撤回人工处理"))

    def _put(self, decisions: tuple[Decision, ...], label: str) -> None:
        self._session.set_option("preparation", "decisions", decisions, label, merges=False)

    def read(self) -> None:
        """Show the decisions of the session."""
        entries = sorted(self._decisions, key=lambda entry: entry.row)
        self.table.set_records([asdict(entry) for entry in entries])
        self.table.set_empty_text(self.tr("没有人工处理的答卷"))
        self.take_back.setEnabled(bool(entries))
