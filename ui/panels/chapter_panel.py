"""A step that shows a chapter of the report: what the window says, the report says too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QScrollArea

from ui.jobs import Jobs
from ui.panels.results_panel import ResultsPanel
from ui.session import Session
from ui.widgets.chapter import Section, SectionView, message_of, resolver, sections_of
from ui.widgets.message_bar import Message
from ui.widgets.results_page import scrolling

if TYPE_CHECKING:
    from analysis.chain import ChainResult


class ChapterPanel(ResultsPanel):
    """Tabs made of the sections of a chapter, each when it is first looked at."""

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self._jobs = jobs
        self._sections: list[Section] = []
        self._notes: list[Message] = []
        self._shown_for: object = None
        self._resolve = resolver(())
        self.build()

    # -- what subclasses say -------------------------------------------------------------------

    def _short_titles(self) -> dict[str, str]:
        """Return short names of tabs by the key of a table or figure that is in them."""
        return {}

    def _first_title(self) -> str:
        """Return the name of the tab with what precedes the first section."""
        return self.tr("概要")

    # -- showing -------------------------------------------------------------------------------

    def _make_results(self) -> None:
        self.page.tabs.currentChanged.connect(self._build_current)
        self.page.add("", self._words(""))

    def _words(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setObjectName("muted")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        return label

    def _reset(self) -> None:
        tabs = self.page.tabs
        while (page := tabs.widget(0)) is not None:
            tabs.removeTab(0)
            page.deleteLater()

    def refresh(self) -> None:
        """Show the results of the last run."""
        chain = self.session.chain
        if chain is None or self._why_empty(chain):
            self._shown_for = None
            self._sections = []
        super().refresh()
        if not self._sections:
            self._reset()
            text = self.tr("按“运行诊断”后在此显示结果")
            if chain is not None:
                text = self._why_empty(chain) or self.tr("数据不支持这项计算，原因见上方提示")
            self.page.add(self.title, self._words(text))

    def _show(self, chain: ChainResult) -> None:
        if chain is self._shown_for:
            return
        self._shown_for = chain
        chapter = self.session.chapters[self.key]
        self._notes = [message_of(note, note.text) for note in chapter.notes]
        self._resolve = resolver(chapter.blocks)
        tabs = self.page.tabs
        before = tabs.tabText(tabs.currentIndex())
        self._sections = []  # tabs that come and go build nothing
        self._reset()
        sections = sections_of(chapter.blocks, self._first_title())
        short = self._short_titles()
        titles = [section.short_title(short) for section in sections]
        for title in titles:
            tabs.addTab(QScrollArea(), title)
        self._sections = sections
        tabs.setCurrentIndex(titles.index(before) if before in titles else 0)
        self._build_current()

    def _messages(self, chain: ChainResult) -> list[Message]:
        del chain
        return self._notes

    def _build_current(self) -> None:
        """Fill the tab in sight, which so far only has its name."""
        tabs = self.page.tabs
        place = tabs.currentIndex()
        if not 0 <= place < len(self._sections):
            return
        area = tabs.widget(place)
        if not isinstance(area, QScrollArea) or area.widget() is not None:
            return
        view = SectionView(
            self._sections[place],
            self.key,
            self._jobs,
            resolve=self._resolve,
            dress=self.page.dress,
        )
        view.grown.connect(self._explain_columns)
        scrolling(view, area)
        self._explain_columns()
