"""The eight steps and what each shows: options in the middle, results on the right."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.session import Session
from ui.widgets.step_list import StepEntry


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
        self._is_due = False
        self.options = QWidget()
        self.results = QWidget()

    def refresh(self) -> None:
        """Show what the session holds."""
        raise NotImplementedError

    def refresh_soon(self) -> None:
        """Refresh when the window has nothing else to do: once, however many signals came."""
        if not self._is_due:
            self._is_due = True
            QTimer.singleShot(0, self, self._refresh_now)

    def _refresh_now(self) -> None:
        self._is_due = False
        self.refresh()

    @property
    def title(self) -> str:
        """Return the name of the step."""
        raise NotImplementedError

    def entry(self) -> StepEntry:
        """Return the step's line in the list."""
        raise NotImplementedError
