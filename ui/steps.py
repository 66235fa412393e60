"""The steps and what each shows: options in the middle, results on the right."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from analysis.findings import Finding, Severity
from resources.texts import sentence
from ui.session import Session
from ui.texts import language
from ui.widgets.step_list import StepEntry, StepState


class Panel(QObject):
    """One step. Subclasses build ``options`` and ``results`` and say how far they are."""

    changed = Signal()
    """The step's line in the list is to be read again."""
    step_wanted = Signal(str)
    """The user wants to go to another step."""

    key = ""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.options = QWidget()
        self.results = QWidget()

    def refresh(self) -> None:
        """Show what the session holds."""
        raise NotImplementedError

    def refresh_soon(self) -> None:
        """Refresh when the window has nothing else to do: once, however many signals came."""
        self.session.idle.soon(self.refresh)

    @property
    def mark(self) -> str:
        """Return 模拟数据 when the results are of simulated answers, else ""."""
        chain = self.session.chain
        is_simulated = chain is not None and chain.prepared.study.is_simulated
        return sentence("report.simulated", language()) if is_simulated else ""

    def result_entry(self, summary: str, findings: Sequence[Finding]) -> StepEntry:
        """Return the line of a step with results: stale, in need of a look, or done."""
        if self.session.is_stale:
            return StepEntry(self.title, summary, StepState.STALE, self.tr("需要重新运行"))
        if any(finding.severity is Severity.BLOCK for finding in findings):
            return StepEntry(self.title, summary, StepState.ATTENTION, self.tr("请看提示"))
        return StepEntry(self.title, summary, StepState.DONE, self.tr("已完成"))

    @property
    def title(self) -> str:
        """Return the name of the step."""
        raise NotImplementedError

    def entry(self) -> StepEntry:
        """Return the step's line in the list."""
        raise NotImplementedError
