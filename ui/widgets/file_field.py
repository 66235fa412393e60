"""A file the user may name: its name, a button to choose it, a button to take it away."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from ui.dialogs import FileDialog
from ui.icons import icon


class FileField(QWidget):
    """Shows the file's name alone; its folder when pointed at."""

    path_chosen = Signal(str)
    """The user chose a file, or took it away ("")."""

    def __init__(self, label: str, filters: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._filters = [*filters, self.tr("所有文件 (*)")]
        self._path = ""
        self.line = QLineEdit(self)
        self.line.setReadOnly(True)
        self.line.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes to the buttons
        self.line.setPlaceholderText(self.tr("没有选择"))
        self.line.setAccessibleName(label)
        self.choose = self._button("open", self.tr("选择文件：%1"), self.ask)
        self.remove = self._button("close", self.tr("不用这个文件：%1"), self._on_removed)
        self.setFocusProxy(self.choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.choose)
        layout.addWidget(self.remove)
        self.set_path("")

    def _button(self, name: str, words: str, action: object) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        text = words.replace("%1", self._label)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(action)
        return button

    @property
    def path(self) -> str:
        """Return the file's path, "" while none is chosen."""
        return self._path

    def set_path(self, path: str) -> None:
        """Show ``path``."""
        self._path = path
        self.line.setText(Path(path).name if path else "")
        self.line.setToolTip(path)
        self.remove.setEnabled(bool(path))

    def ask(self) -> None:
        """Let the user choose a file."""
        folder = str(Path(self._path).parent) if self._path else ""
        dialog = FileDialog(self.window(), self._label, self._filters, folder=folder)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, path: str) -> None:
        self.set_path(path)
        self.path_chosen.emit(path)

    def _on_removed(self) -> None:
        self._on_chosen("")
