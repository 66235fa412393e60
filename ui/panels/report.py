"""The last step, 报告: what the cover says, the pages, the export."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, QObject, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.flow import Flow
from ui.icons import icon
from ui.panels.beside import BesideFields
from ui.steps import Panel
from ui.widgets.options_pane import OptionsPane
from ui.widgets.pdf_view import ZOOM_STEP, PdfView
from ui.widgets.step_list import StepEntry, StepState

FIELDS = ("university", "organiser", "wave", "classification")


class ReportPanel(Panel):
    """Cover, preview, export."""

    key = "report"
    make_wanted = Signal()
    export_wanted = Signal()
    ledger_wanted = Signal()

    def __init__(self, flow: Flow, parent: QObject | None = None) -> None:
        session = flow.session
        super().__init__(session, parent)
        self._flow = flow
        self._lines: dict[str, QLineEdit] = {}
        self._shown: Path | None = None
        self.options = self._make_options()
        self.view = PdfView(flow.jobs)
        self.results = self._make_results()
        session.details_changed.connect(self._read_details)
        session.report_changed.connect(self.refresh_soon)
        session.chain_changed.connect(self.refresh_soon)
        session.options_changed.connect(self.refresh_soon)
        session.responses_changed.connect(self.refresh_soon)
        self._read_details()
        self.refresh()

    @property
    def title(self) -> str:
        return self.tr("报告")

    # -- options ------------------------------------------------------------------------------

    def _make_options(self) -> OptionsPane:
        pane = OptionsPane(
            self.tr("诊断报告"),
            self.tr("填写封面信息，生成 A4 报告。相同的数据、选项和日期得到完全相同的文件。"),
        )
        pane.add_section(self.tr("封面"))
        labels = {
            "university": (self.tr("学校"), self.tr("例如：××职业技术大学")),
            "organiser": (self.tr("编制部门"), self.tr("例如：科研处")),
            "wave": (self.tr("批次"), self.tr("例如：2026 年第一轮")),
            "classification": (self.tr("密级"), self.tr("例如：内部资料")),
        }
        for name in FIELDS:
            label, example = labels[name]
            line = QLineEdit(pane.page)
            line.setPlaceholderText(example)
            line.textEdited.connect(
                lambda text, name=name, label=label: self._write(name, text, label)
            )
            pane.add_field(label, line)
            self._lines[name] = line
        self.date = QDateEdit(pane.page)
        self.date.setDisplayFormat("yyyy-MM-dd")
        self.date.setCalendarPopup(True)
        pane.add_field(self.tr("报告日期"), self.date)
        self.date.dateChanged.connect(self._on_date)
        pane.add_section(self.tr("生成与导出"))
        self.make_button = pane.add_button(
            self.tr("生成报告"), lambda: self.make_wanted.emit(), primary=True
        )
        self.export_button = pane.add_button(
            self.tr("导出报告…"), lambda: self.export_wanted.emit()
        )
        pane.add_text(self.tr("格式：PDF、Word、Excel、网页"))
        self.ledger_button = pane.add_button(
            self.tr("导出复核后的台账…"), lambda: self.ledger_wanted.emit()
        )
        self.hint = pane.add_text("")
        self.beside = BesideFields(self.session, pane)
        return pane

    def _write(self, name: str, text: str, label: str) -> None:
        changed: dict[str, Any] = {name: text}
        details = replace(self.session.details, **changed)
        self.session.edit(self.tr("修改“%1”").replace("%1", label), merge_key=name, details=details)

    def _on_date(self, day: QDate) -> None:
        text = day.toString(Qt.DateFormat.ISODate)
        details = replace(self.session.details, date=text)
        self.session.edit(self.tr("修改报告日期"), merge_key="date", details=details)

    def _read_details(self) -> None:
        details = self.session.details
        for name, line in self._lines.items():
            if line.text() != getattr(details, name):
                line.setText(getattr(details, name))
        day: date = details.day
        with QSignalBlocker(self.date):
            self.date.setDate(QDate(day.year, day.month, day.day))
        self.refresh()

    # -- results ------------------------------------------------------------------------------

    def _make_results(self) -> QWidget:
        box = QWidget()
        box.setObjectName("results")
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar = QHBoxLayout()
        self.page_label = QLabel(box)
        self.page_label.setObjectName("caption")
        bar.addWidget(self.page_label, 1)
        for name, text, action in (
            ("zoom-in", self.tr("放大"), lambda: self.view.zoom(ZOOM_STEP)),
            ("zoom-out", self.tr("缩小"), lambda: self.view.zoom(1 / ZOOM_STEP)),
            ("fit", self.tr("适合宽度"), self.view.fit),
        ):
            button = QToolButton(box)
            button.setIcon(icon(name))
            button.setIconSize(QSize(18, 18))
            button.setAutoRaise(True)
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.clicked.connect(lambda _=False, action=action: action())
            bar.addWidget(button)
        self.empty = QLabel(box)
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.stack = QStackedWidget(box)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        self.view.page_changed.connect(self._on_page)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addLayout(bar)
        layout.addWidget(self.stack, 1)
        return box

    def _on_page(self, page: int, pages: int) -> None:
        text = self.tr("第 %1 页，共 %2 页").replace("%1", str(page)).replace("%2", str(pages))
        self.page_label.setText(text)
        if page == 1:
            self.changed.emit()

    def refresh(self) -> None:
        """Show the report, or say what is missing for one."""
        session = self.session
        can_make = session.chain is not None and not session.is_stale
        self.make_button.setEnabled(can_make)
        has_report = session.report_file is not None
        self.export_button.setEnabled(has_report)
        self.ledger_button.setVisible(has_report and self._flow.has_ledger)
        if session.report_file is None:
            self.page_label.setText(self.tr("报告预览"))
            self.empty.setText(
                self.tr("按“生成报告”后在此预览") if can_make else self.tr("运行诊断后可以生成报告")
            )
        self.stack.setCurrentWidget(self.empty if session.report_file is None else self.view)
        if session.chain is not None and session.is_stale:
            self.hint.setText(self.tr("选项或答卷已改变，请先按“运行诊断”更新结果。"))
        elif session.chain is None:
            self.hint.setText(self.tr("需要先运行诊断。"))
        else:
            self.hint.setText("")
        self.hint.setVisible(bool(self.hint.text()))
        if session.report_file != self._shown:
            self._shown = session.report_file
            self.view.show_file(session.report_file)
        self.changed.emit()

    def entry(self) -> StepEntry:
        session = self.session
        if session.chain is None:
            return StepEntry(self.title)
        if session.is_stale:
            return StepEntry(self.title, "", StepState.STALE, self.tr("需要重新运行"))
        if session.report_file is None:
            return StepEntry(self.title, "", StepState.READY, self.tr("可以生成"))
        summary = self.tr("%n 页", "", self.view.page_count) if self.view.page_count else ""
        return StepEntry(self.title, summary, StepState.DONE, self.tr("已生成"))
