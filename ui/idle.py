"""Small work on the interface's thread, one piece at a time, with air in between."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

BREATH_MS = 12
"""Between two pieces the window answers keys and mouse."""


class Idle(QObject):
    """Runs each piece once, however often it was asked for meanwhile."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._run_next)

    @property
    def is_quiet(self) -> bool:
        """Return whether nothing waits."""
        return not self._waiting

    def soon(self, work: Callable[[], None]) -> None:
        """Run ``work`` when the window has nothing else to do."""
        if work not in self._waiting:
            self._waiting.append(work)
        if not self._timer.isActive():
            self._timer.start(0)

    def _run_next(self) -> None:
        if not self._waiting:
            return
        work = self._waiting.popleft()
        if self._waiting:
            self._timer.start(BREATH_MS)
        work()
