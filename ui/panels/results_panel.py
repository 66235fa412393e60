"""What every step with results does alike: show those of the last run, or why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from ui.naming import context_of
from ui.steps import Panel
from ui.widgets.chapter import message_of
from ui.widgets.message_bar import Message
from ui.widgets.options_pane import OptionsPane
from ui.widgets.results_page import ResultsPage
from ui.widgets.step_list import StepEntry, StepState

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.findings import Finding


class ResultsPanel(Panel):
    """A step whose results a run computes.

    Subclasses build ``options`` and ``page`` by ``_make_options`` and ``_make_results`` (both
    called by ``build``), and say what to show. The columns of the tables in sight are
    explained below the options.
    """

    def build(self, *, shown: int = 2) -> None:
        """Build both columns; ``shown`` cautions are open."""
        pane = self._make_options()
        self.options = pane
        self.page = ResultsPage(shown=shown)
        self.results = self.page
        self._make_results()
        self._legend_title = pane.add_section(self.tr("表中各列的含义"))
        self._legend: QLabel = pane.add_text("")
        session = self.session
        for signal in (session.chain_changed, session.responses_changed, session.options_changed):
            signal.connect(self.refresh_soon)
        self.page.tabs.currentChanged.connect(self._explain_columns)
        self.refresh()

    # -- what subclasses say -------------------------------------------------------------------

    def _make_options(self) -> OptionsPane:
        raise NotImplementedError

    def _make_results(self) -> None:
        raise NotImplementedError

    def _why_empty(self, chain: ChainResult) -> str:
        """Return why this step does not apply to the study, "" when it does."""
        del chain
        return ""

    def _show(self, chain: ChainResult) -> None:
        raise NotImplementedError

    def _findings(self, chain: ChainResult) -> Sequence[Finding]:
        raise NotImplementedError

    def _messages(self, chain: ChainResult) -> list[Message]:
        """Return what stands above the tabs: by default the findings, in the report's words."""
        notes = context_of(chain).notes_of(self._findings(chain))
        return list(dict.fromkeys(message_of(note, note.text) for note in notes))

    def _summary(self, chain: ChainResult) -> str:
        """Return the second line in the list of steps."""
        raise NotImplementedError

    # -- what they share -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the results of the last run."""
        self.page.set_mark(self.mark)
        chain = self.session.chain
        reason = self.tr("按“运行诊断”后在此显示结果") if chain is None else self._why_empty(chain)
        if chain is None or reason:
            self.page.clear(reason)
        else:
            self._show(chain)
            self.page.set_empty_text(self.tr("数据不支持这项计算，原因见上方提示"))
            self.page.set_messages(self._messages(chain), is_stale=self.session.is_stale)
        self._explain_columns()
        self.changed.emit()

    def _explain_columns(self) -> None:
        """Say in plain words what the columns of the tables in sight are."""
        lines = self.page.column_words()
        self._legend.setText("\n".join(lines))
        for label in (self._legend_title, self._legend):
            label.setVisible(bool(lines))

    def entry(self) -> StepEntry:
        session = self.session
        if session.responses is None:
            return StepEntry(self.title)
        if session.chain is None:
            return StepEntry(self.title, "", StepState.READY, self.tr("可以运行"))
        if self._why_empty(session.chain):
            return StepEntry(self.title, self.tr("不适用"), StepState.WAITING, self.tr("不适用"))
        return self.result_entry(self._summary(session.chain), self._findings(session.chain))
