"""The eight steps and what each shows: options in the middle, results on the right."""

from PySide6.QtCore import QObject, Signal
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
        self.options = QWidget()
        self.results = QWidget()

    @property
    def title(self) -> str:
        """Return the name of the step."""
        raise NotImplementedError

    def entry(self) -> StepEntry:
        """Return the step's line in the list."""
        raise NotImplementedError
