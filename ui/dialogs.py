"""Small dialogs: what could not be done, what is to become of unsaved work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from survey.problems import Problem
from ui.appearance import current_theme
from ui.icons import icon
from ui.texts import problem_texts


class ProblemDialog(QDialog):
    """Lists what is wrong, where, and what to do."""

    def __init__(
        self, title: str, problems: Iterable[Problem], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(520)
        self.texts = problem_texts(problems)
        mark = QLabel(self)
        mark.setPixmap(icon("caution", current_theme().caution).pixmap(32, 32))
        mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        heading = QLabel(title, self)
        heading.setObjectName("heading")
        heading.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(heading)
        column.addWidget(self._list())
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(mark)
        row.addLayout(column, 1)
        buttons = QDialogButtonBox(self)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Ok)
        close.setText(self.tr("知道了"))
        buttons.accepted.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.addLayout(row)
        layout.addWidget(buttons)

    def _list(self) -> QWidget:
        inner = QWidget(self)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        for text in self.texts:
            label = QLabel(text, inner)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(label)
        layout.addStretch(1)
        if len(self.texts) <= 4:
            return inner
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(240)
        area.setWidget(inner)
        return area


class FileDialog(QFileDialog):
    """A file dialog that forgets itself; Qt's own lacks some of its words in Chinese."""

    def __init__(
        self, parent: QWidget, title: str, filters: Sequence[str], *, folder: str = ""
    ) -> None:
        super().__init__(parent, title, folder)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setNameFilters(filters)
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._say(self.tr("打开"))

    def _say(self, accept: str) -> None:
        labels = QFileDialog.DialogLabel
        for label, text in (
            (labels.LookIn, self.tr("位置：")),
            (labels.FileName, self.tr("文件名：")),
            (labels.FileType, self.tr("文件类型：")),
            (labels.Accept, accept),
            (labels.Reject, self.tr("取消")),
        ):
            self.setLabelText(label, text)

    def for_saving(self, suffix: str, name: str) -> FileDialog:
        """Ask for a new file, ``name`` proposed; ``suffix`` is added when it is missing."""
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setDefaultSuffix(suffix)
        self.selectFile(name)
        self._say(self.tr("保存"))
        return self


def ask(
    parent: QWidget,
    title: str,
    text: str,
    *,
    answers: Iterable[tuple[str, str, QMessageBox.ButtonRole]],
    on_answer: Callable[[str], None],
) -> QMessageBox:
    """Open a question with its own buttons; ``on_answer`` hears the key of the one pressed."""
    box = QMessageBox(QMessageBox.Icon.Question, title, text, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    keys: dict[QAbstractButton | None, str] = {}
    for key, label, role in answers:
        button = box.addButton(label, role)
        keys[button] = key
        if role == QMessageBox.ButtonRole.RejectRole:
            box.setEscapeButton(button)
        if role == QMessageBox.ButtonRole.AcceptRole:
            box.setDefaultButton(button)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(lambda: on_answer(keys.get(box.clickedButton(), "cancel")))
    box.open()
    return box
