"""The window is there at once: nothing heavy is imported before it."""

import subprocess
import sys
from pathlib import Path

import pytest

from ui.system_libraries import has_screen, install_command, missing_libraries

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import sys
import main
from ui.app import run
def tell(window):
    heavy = {"pandas", "scipy", "semopy", "statsmodels", "matplotlib", "sklearn"}
    print(sorted(heavy & sys.modules.keys()), window.isVisible())
    window.close()
raise SystemExit(run([], when_shown=tell))
"""


def test_that_the_window_is_shown_before_any_heavy_package_is_imported():
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[] True"
    assert done.returncode == 0


def test_that_each_missing_library_is_named_with_its_package():
    missing = missing_libraries("xcb", can_load=lambda name: name != "libxcb-cursor.so.0")
    assert missing == {"libxcb-cursor.so.0": "libxcb-cursor0"}
    assert install_command(missing) == (
        "sudo apt-get install --no-install-recommends libxcb-cursor0"
    )


def test_that_no_window_libraries_are_asked_for_without_a_screen():
    missing = missing_libraries("offscreen", can_load=lambda _: False)
    assert "libglib2.0-0" in missing.values()
    assert not any("xcb" in library for library in missing)


def test_that_a_machine_without_display_has_no_screen(monkeypatch: pytest.MonkeyPatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert has_screen()
