"""A window of its own for each test: its own settings, its own project folder, its own jobs."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ui.app import prepare
from ui.main_window import MainWindow
from ui.settings import Settings
from ui.texts import use_language


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Offscreen, Qt warns of every dialog that it cannot tell its size to a window manager."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's own projects and preferences out of the tests."""
    monkeypatch.setenv("RONGZHEN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))


@pytest.fixture(autouse=True, scope="session")
def _no_cycles_left_behind() -> Iterator[None]:
    """Let Qt objects in reference cycles go while the application is still there."""
    yield
    gc.collect()


@pytest.fixture
def window(qtbot: QtBot, qapp: object) -> Iterator[MainWindow]:
    """Give a shown window; whatever it has open is discarded at the end."""
    kept = prepare(qapp, "zh_CN")
    made = MainWindow(Settings(theme="light"))
    made.may_warm_up = False  # nothing is imported behind the tests' back
    qtbot.addWidget(made)
    made.show()
    yield made
    made.discard_and_close()
    qtbot.waitUntil(lambda: not made.isVisible(), timeout=60_000)
    use_language("zh_CN")
    del kept
