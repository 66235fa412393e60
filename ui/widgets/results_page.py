"""The right-hand side of a step: cautions on top, then tabs of tables and pictures."""

from collections.abc import Sequence

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from analysis.findings import Finding
from ui.texts import language
from ui.widgets.message_bar import Message, MessageBar, messages_of
from ui.widgets.result_table import ResultTable


class ResultsPage(QWidget):
    """Message bar and tabs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.bar = MessageBar(self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self._tables: list[ResultTable] = []
        self._stale = self.tr("选项或答卷已改变，以下是上一次运行的结果。按“运行诊断”更新。")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 8)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self.tabs, 1)

    def add(self, title: str, *widgets: QWidget) -> QWidget:
        """Add a tab with one or more widgets below one another."""
        page = QWidget(self.tabs)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(12)
        for widget in widgets:
            layout.addWidget(widget, 1)
            if isinstance(widget, ResultTable):
                self._tables.append(widget)
        self.tabs.addTab(page, title)
        return page

    def set_findings(
        self, findings: Sequence[Finding], *, is_stale: bool, extra: Sequence[Message] = ()
    ) -> None:
        """Show the cautions; say first when the numbers are of an earlier run."""
        messages = [*extra, *messages_of(findings, language())]
        if is_stale:
            messages.insert(0, Message(self._stale, "block"))
        self.bar.set_messages(messages)
        for table in self._tables:
            table.set_stale(is_stale)

    def set_empty_text(self, text: str) -> None:
        """Say in every table why it is empty."""
        for table in self._tables:
            table.set_empty_text(text)
