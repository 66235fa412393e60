"""The right-hand side of a step: cautions on top, then tabs of tables and pictures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from analysis.findings import Finding
from ui.texts import language
from ui.widgets.message_bar import SHOWN, Message, MessageBar, messages_of
from ui.widgets.result_table import ResultTable


class ResultsPage(QWidget):
    """Message bar and tabs."""

    def __init__(self, parent: QWidget | None = None, *, shown: int = SHOWN) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.bar = MessageBar(self, shown=shown)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self._tables: list[ResultTable] = []
        self._stale = self.tr("选项或答卷已改变，以下是上一次运行的结果。按“运行诊断”更新。")
        self.mark = QLabel(self.tabs)
        self.mark.setObjectName("mark")
        self.mark.setVisible(False)
        self.tabs.setCornerWidget(self.mark)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 8)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self.tabs, 1)

    def add(self, title: str, *widgets: QWidget) -> QWidget:
        """Add a tab. Several widgets stand below one another, as tall as they need, and scroll."""
        page = QWidget(self.tabs)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(14)
        for widget in widgets:
            layout.addWidget(widget, 1 if len(widgets) == 1 else 0)
            if isinstance(widget, ResultTable):
                self._tables.append(widget)
                widget.fits_rows = len(widgets) > 1
        if len(widgets) == 1:
            self.tabs.addTab(page, title)
            return page
        layout.addStretch(1)
        area = QScrollArea(self.tabs)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        self.tabs.addTab(area, title)
        return area

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

    def set_mark(self, text: str) -> None:
        """Mark the page, and every table copied from it, as 模拟数据; "" for real data."""
        self.mark.setText(text)
        self.mark.setVisible(bool(text))
        for table in self._tables:
            table.mark = text

    def set_empty_text(self, text: str) -> None:
        """Say in every table why it is empty."""
        for table in self._tables:
            table.set_empty_text(text)
