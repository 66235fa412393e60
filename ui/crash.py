"""What happens when we made a mistake: a log, a dialog one can copy from, nothing lost.

Every edit is already in the project's working copy when it happens, so the window only has
to say so. The dialog names the place, not the guilt.
"""

import logging
import platform
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

_log = logging.getLogger(__name__)


def system_facts() -> str:
    """Return the versions a bug report needs."""
    return (
        f"{platform.platform()}; Python {platform.python_version()}; PySide6 {pyside_version}; "
        f"Qt platform {QGuiApplication.platformName()}"
    )


class CrashDialog(QDialog):
    """Says that something went wrong on our side, and lets the user copy what."""

    def __init__(self, trace: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("程序出错"))
        self.setMinimumSize(620, 360)
        self.report = f"{system_facts()}\n\n{trace}"
        heading = QLabel(self.tr("程序内部出错，刚才的操作没有完成"), self)
        heading.setObjectName("heading")
        heading.setWordWrap(True)
        words = QLabel(
            self.tr(
                "您的编辑都已写入项目的工作副本，没有丢失。可以继续使用；"
                "若再次出现，请保存项目后重新启动，并把下面的内容发给维护人员。"
            ),
            self,
        )
        words.setWordWrap(True)
        details = QPlainTextEdit(self.report, self)
        details.setReadOnly(True)
        details.setAccessibleName(self.tr("错误详情"))
        details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(self)
        self.copy_button = QPushButton(self.tr("复制错误详情"), self)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        close.setText(self.tr("关闭"))
        self.copy_button.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for widget in (heading, words, details, buttons):
            layout.addWidget(widget)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report)
        self.copy_button.setText(self.tr("已复制"))


class CrashHandler(QObject):
    """Takes over ``sys.excepthook``; one dialog at a time, on the main thread."""

    _happened = Signal(str)

    def __init__(self, log_file: Path | None = None) -> None:
        super().__init__()
        self._log_file = log_file
        self._dialog: CrashDialog | None = None
        self._happened.connect(self.show_trace, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks of the main thread and of all others."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self.tell("".join(traceback.format_exception(kind, error, trace)))

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is not None:
            self._on_exception(arguments.exc_type, error, arguments.exc_traceback)

    def tell(self, trace: str) -> None:
        """Log ``trace`` and show it, from any thread."""
        _log.error("%s", trace)
        if self._log_file is not None:
            _append(self._log_file, trace)
        self._happened.emit(trace)

    def show_trace(self, trace: str) -> None:
        """Show the dialog unless one is open already."""
        if self._dialog is not None and self._dialog.isVisible():
            return
        self._dialog = CrashDialog(trace, QApplication.activeWindow())
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._dialog.open()


def _append(file: Path, trace: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{system_facts()}\n{trace}\n")
    except OSError:
        return  # the dialog still shows it; a full disk must not make a second crash
