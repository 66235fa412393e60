"""The right-hand side of a step: cautions on top, then tabs of tables and pictures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from analysis.findings import Finding
from ui.texts import language
from ui.widgets.chart import Chart
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
        self._is_stale = False
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
        is_one = len(widgets) == 1
        page = stacked(widgets, is_one=is_one)
        for widget in widgets:
            if isinstance(widget, ResultTable):
                widget.fits_rows = not is_one
        shown = page if is_one else scrolling(page)
        self.tabs.addTab(shown, title)
        return shown

    def _tables(self) -> list[ResultTable]:
        return self.tabs.findChildren(ResultTable)

    def clear(self, reason: str) -> None:
        """Empty every table and picture and say ``reason`` in its place."""
        for table in self._tables():
            table.set_records([])
        for chart in self.tabs.findChildren(Chart):
            chart.show_nothing(reason)
        self.set_empty_text(reason)
        self.set_findings((), is_stale=False)

    def set_findings(self, findings: Sequence[Finding], *, is_stale: bool) -> None:
        """Show the cautions that belong to the numbers."""
        self.set_messages(messages_of(findings, language()), is_stale=is_stale)

    def set_messages(self, messages: Sequence[Message], *, is_stale: bool) -> None:
        """Show the cautions; say first when the numbers are of an earlier run."""
        stale = [Message(self._stale, "block")] if is_stale else []
        self.bar.set_messages([*stale, *messages])
        self._is_stale = is_stale
        for table in self._tables():
            self.dress(table)

    def dress(self, table: ResultTable) -> None:
        """Let a table made later look like the others: grey when stale, with the page's mark."""
        table.set_stale(self._is_stale)
        table.mark = self.mark.text()

    def set_mark(self, text: str) -> None:
        """Mark the page, and every table copied from it, as 模拟数据; "" for real data."""
        self.mark.setText(text)
        self.mark.setVisible(bool(text))
        for table in self._tables():
            table.mark = text

    def set_empty_text(self, text: str) -> None:
        """Say in every table why it is empty."""
        for table in self._tables():
            table.set_empty_text(text)

    def column_words(self) -> list[str]:
        """Return what the columns of the tables in sight mean, each heading once."""
        page = self.tabs.currentWidget()
        if page is None:
            return []
        found: dict[str, str] = {}
        for table in page.findChildren(ResultTable):
            for column in table.model.columns:
                if column.meaning:
                    found.setdefault(column.title, column.meaning)
        return [self.tr("%1：%2").replace("%1", title).replace("%2", words)
                for title, words in found.items()]  # fmt: skip


def stacked(widgets: Sequence[QWidget], *, is_one: bool) -> QWidget:
    """Return a page with ``widgets`` below one another; one alone takes all the room."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 10, 0, 0)
    layout.setSpacing(14)
    for widget in widgets:
        layout.addWidget(widget, 1 if is_one else 0)
    if not is_one:
        layout.addStretch(1)
    return page


def scrolling(page: QWidget, area: QScrollArea | None = None) -> QScrollArea:
    """Return ``page`` in an area that scrolls, a new one unless there is one."""
    area = area or QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
