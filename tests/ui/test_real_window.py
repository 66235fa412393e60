"""The program on a real X screen, driven by mouse and keyboard from outside."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.answers import write_answers

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("Xvfb", "xdotool", "import")
PATIENCE = 120.0
PAUSE = 1.5
"""Seconds between two actions of a user in no hurry, on a loaded machine."""

pytestmark = [
    pytest.mark.window,
    pytest.mark.slow,
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in NEEDED),
        reason="needs Xvfb, xdotool and ImageMagick",
    ),
]


def _wait(is_there: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


@pytest.fixture
def screen() -> Iterator[str]:
    """Give the name of an X screen of our own."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        name = f":{pipe.readline().strip()}"
    yield name
    server.terminate()
    server.wait(timeout=10)


def test_that_the_program_starts_takes_keys_and_mouse_and_saves_on_a_real_screen(
    screen: str, tmp_path: Path
):
    answers = write_answers(tmp_path / "合作调查.csv", 60)
    environment = {
        **os.environ,
        "DISPLAY": screen,
        "QT_QPA_PLATFORM": "xcb",
        "RONGZHEN_CONFIG": str(tmp_path / "config"),
        "RONGZHEN_DATA": str(tmp_path / "data"),
    }

    def tool(*arguments: object) -> str:
        command = ["xdotool", *(str(argument) for argument in arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        return done.stdout.strip()

    def colours(name: str) -> int:
        picture = tmp_path / name
        subprocess.run(["import", "-window", "root", str(picture)], env=environment, check=True)
        count = subprocess.run(
            ["identify", "-format", "%k", str(picture)], capture_output=True, text=True
        )
        return int(count.stdout)

    def is_settled() -> bool:
        """Return whether the screen stands still: reading and understanding are done."""
        seen = []
        for name in ("before.ppm", "after.ppm"):
            picture = tmp_path / name
            subprocess.run(["import", "-window", "root", str(picture)], env=environment, check=True)
            seen.append(picture.read_bytes())
            time.sleep(PAUSE)
        return seen[0] == seen[1]

    program = subprocess.Popen(
        [sys.executable, "main.py", "window", str(answers)], cwd=ROOT, env=environment
    )
    try:
        _wait(lambda: bool(tool("search", "--onlyvisible", "--name", "合作调查")))
        window = tool("search", "--onlyvisible", "--name", "合作调查").split()[0]
        tool("windowmove", window, 0, 0)
        tool("windowfocus", "--sync", window)
        assert colours("shown.png") > 50
        left = tmp_path / "data" / "working"
        _wait(lambda: any(left.glob("*/*")))
        time.sleep(2 * PAUSE)
        _wait(is_settled)
        tool("mousemove", 80, 400, "click", 1)  # a step
        time.sleep(PAUSE)
        tool("key", "End")  # the last step, 报告
        time.sleep(PAUSE)
        tool("key", "Tab")  # to the first field, 学校
        tool("type", "--delay", "20", "科教大学")
        time.sleep(PAUSE)
        tool("key", "ctrl+shift+s")
        document = tmp_path / "saved.rongzhen"
        _wait(lambda: "保存项目" in tool("getwindowname", tool("getwindowfocus")) or _dialog(tool))
        time.sleep(PAUSE)
        tool("key", "ctrl+a")
        tool("type", "--delay", "5", str(document))
        tool("key", "Return")
        _wait(document.exists)
    finally:
        program.terminate()
        program.wait(timeout=20)
    assert _kept_university(document, tmp_path) == "科教大学"


def _dialog(tool: Callable[..., str]) -> bool:
    return bool(tool("search", "--onlyvisible", "--name", "保存项目"))


def _kept_university(document: Path, folder: Path) -> str:
    from survey.store import REPORT, Project
    from ui.details import ReportDetails

    with Project.open(document, folder=folder / "other") as project:
        details = project.get(REPORT, ReportDetails)
    return "" if details is None else details.university
