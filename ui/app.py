"""The application: font, colours, language, crash handler, main window."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from survey.problems import refuse
from ui.system_libraries import has_screen

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def run(argv: Sequence[str], when_shown: Callable[[MainWindow], None] | None = None) -> int:
    """Show the window, with the project in ``argv`` if there is one; return the exit status.

    Args:
        when_shown: called once the window has been painted, for measurements.

    Raises:
        Refusal: there is no screen to show it on.
    """
    if not has_screen():
        raise refuse("no_screen")
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from ui.crash import CrashHandler
    from ui.main_window import MainWindow
    from ui.settings import load_settings, settings_file

    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    settings = load_settings()
    translators = prepare(app, settings.language)
    crash = CrashHandler(settings_file().with_name("crash.log"))
    crash.install()
    window = MainWindow(settings)
    window.broke.connect(crash.tell)
    window.show()
    if when_shown is not None:
        _call_when_painted(window, when_shown)
    if argv:
        QTimer.singleShot(0, lambda: window.open_path(Path(argv[0])))
    status = app.exec()
    with contextlib.suppress(RuntimeError):
        window.deleteLater()
    del translators
    return status


def _call_when_painted(window: MainWindow, then: Callable[[MainWindow], None]) -> None:
    from PySide6.QtCore import QTimer

    timer = QTimer(window)

    def look() -> None:
        handle = window.windowHandle()
        if handle is not None and handle.isExposed():
            timer.stop()
            then(window)

    timer.timeout.connect(look)
    timer.start(1)


def prepare(app: object, language: str) -> list[object]:
    """Give the application its name, icon and language; return what must be kept alive."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from resources import RESOURCES
    from ui.texts import use_language

    assert isinstance(app, QApplication)
    app.setApplicationName("rongzhen")
    app.setApplicationDisplayName("融诊" if language == "zh_CN" else "Rongzhen")
    app.setDesktopFileName("rongzhen")
    app.setWindowIcon(QIcon(str(RESOURCES / "icons" / "app.svg")))
    use_language(language)
    QLocale.setDefault(QLocale(language))
    kept: list[object] = []
    folders = {
        "qtbase": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        "rongzhen": str(RESOURCES / "translations"),
    }
    for name, folder in folders.items():
        translator = QTranslator(app)
        if translator.load(f"{name}_{language}", folder):
            app.installTranslator(translator)
            kept.append(translator)
    return kept
