"""Cautions beside the numbers they concern, said once, gone when they no longer hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from analysis.findings import Finding, Severity
from ui.appearance import current_theme
from ui.icons import icon

SHOWN = 2
_ORDER = {"block": 0, "caution": 1, "note": 2, "good": 3}
_KINDS = {Severity.BLOCK: "block", Severity.CAUTION: "caution", Severity.NOTE: "note"}


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the bar; ``kind`` is block, caution, note or good."""

    text: str
    kind: str = "note"


def messages_of(findings: Sequence[Finding], language: str) -> list[Message]:
    """Return the findings as messages, each sentence once."""
    found = {finding.describe(language): _KINDS[finding.severity] for finding in reversed(findings)}
    return [Message(text, kind) for text, kind in reversed(found.items())]


class _Line(QFrame):
    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(message.kind)
        theme = current_theme()
        colour = {
            "block": theme.block,
            "caution": theme.caution,
            "good": theme.good,
        }.get(message.kind, theme.note)
        mark = QLabel(self)
        mark.setPixmap(icon(message.kind, colour).pixmap(QSize(18, 18)))
        mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        text = QLabel(message.text, self)
        text.setWordWrap(True)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setAccessibleName(message.text)
        text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.addWidget(mark)
        layout.addWidget(text, 1)


class MessageBar(QWidget):
    """The messages of one page, the gravest first; more than two fold away."""

    def __init__(self, parent: QWidget | None = None, *, shown: int = SHOWN) -> None:
        super().__init__(parent)
        self._shown = shown
        self._messages: tuple[Message, ...] = ()
        self._is_open = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self.setVisible(False)

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return the messages shown, in their order."""
        return self._messages

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Show ``messages`` instead of the present ones."""
        self._messages = tuple(sorted(messages, key=lambda message: _ORDER[message.kind]))
        self._is_open = False
        self._rebuild()

    def set_findings(self, findings: Sequence[Finding], language: str) -> None:
        """Show what the statistics want the reader to know."""
        self.set_messages(messages_of(findings, language))

    def refresh(self) -> None:
        """Take on the colours of the theme."""
        self._rebuild()

    def _rebuild(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        shown = self._messages if self._is_open else self._messages[: self._shown]
        for message in shown:
            self._layout.addWidget(_Line(message, self))
        if len(self._messages) > self._shown:
            button = self._fold_button(len(self._messages) - self._shown)
            self._layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(bool(self._messages))

    def _fold_button(self, hidden: int) -> QPushButton:
        text = self.tr("收起") if self._is_open else self.tr("还有 %n 条提示", "", hidden)
        button = QPushButton(text, self)
        button.setObjectName("link")
        button.setIcon(icon("up" if self._is_open else "down", current_theme().accent))
        button.clicked.connect(self._toggle)
        return button

    def _toggle(self) -> None:
        self._is_open = not self._is_open
        self._rebuild()
