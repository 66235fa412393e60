"""Walks through the window by itself: for pictures in the documentation and for measurements.

``python -m ui.walk FOLDER`` opens the built-in sample, runs the diagnosis and writes one
picture per step.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from survey.problems import Problem
from ui.texts import problem_texts

if TYPE_CHECKING:
    from ui.main_window import MainWindow

PATIENCE_SECONDS = 300.0


class Walk:
    """Does with a window what a user does, and waits as he does."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self._trace = ""
        window.broke.connect(self._on_broke)
        window.flow.problems_found.connect(self._on_problems)

    def _on_broke(self, trace: str) -> None:
        self._trace = trace

    def _on_problems(self, wanted: str, problems: tuple[Problem, ...]) -> None:
        self._trace = "\n".join((wanted, *problem_texts(problems)))

    def wait(self, is_done: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Let the window work until ``is_done``.

        Raises:
            TimeoutError: it took longer than ``seconds``, or the window met a bug.
        """
        from PySide6.QtCore import QEventLoop
        from PySide6.QtWidgets import QApplication

        end = time.monotonic() + seconds
        while not is_done():
            if self._trace or time.monotonic() > end:
                raise TimeoutError(self._trace or "the window did not get there")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.001)

    def rest(self, seconds: float) -> None:
        """Let the window work for a while, and until it has shown everything."""
        end = time.monotonic() + seconds
        idle = self.window.session.idle
        self.wait(lambda: time.monotonic() > end and idle.is_quiet)

    def open_sample(self) -> None:
        """Begin a project with the built-in simulated answers."""
        self.window.projects.open_sample()
        self.wait(lambda: self.window.session.responses is not None and self._is_ready())

    def open_file(self, path: Path) -> None:
        """Open a project or import answers; ends when the answers, or a question, are there."""
        session = self.window.session
        self.window.open_path(path)
        busy = ("open", "read", "apply")
        self.wait(
            lambda: (
                session.plan is not None
                and self._is_ready()
                and not any(self.window.jobs.is_busy(name) for name in busy)
            )
        )

    def run(self) -> None:
        """Run the diagnosis."""
        self.window.action("run").trigger()
        self.wait(lambda: self.window.session.chain is not None and not self._is_busy())

    def make_report(self) -> None:
        """Make the report and wait for its first page."""
        bench = self.window.workbench
        assert bench is not None
        bench.go_to("report")
        bench.report.make_button.click()
        self.wait(
            lambda: (
                bench.report.view.page_count > 0
                and 0 in bench.report.view.drawn_pages
                and not self.window.jobs.is_busy("keep-report")
            )
        )

    def _is_ready(self) -> bool:
        bench = self.window.workbench
        return bench is not None and bench.is_built

    def _is_busy(self) -> bool:
        return bool(self.window.flow.busy_with)

    def charts_are_drawn(self) -> bool:
        """Return whether no chart is still waiting to be drawn."""
        from ui.widgets.chart import Chart

        charts = self.window.findChildren(Chart)
        return all(chart.is_drawn for chart in charts if chart.isVisible())


def take_pictures(window: MainWindow, folder: Path, *, file: Path | None = None) -> list[Path]:
    """Write one picture per tab of every step; return their paths."""
    walk = Walk(window)
    written: list[Path] = []

    def take(name: str) -> None:
        walk.rest(0.3)
        walk.wait(walk.charts_are_drawn)
        path = folder / f"{len(written):02d}-{name}.png"
        window.grab().save(str(path))
        written.append(path)

    take("welcome")
    if file is None:
        walk.open_sample()
    else:
        walk.open_file(file)
    take("import")
    if window.session.responses is None:
        return written
    walk.run()
    bench = window.workbench
    assert bench is not None
    for panel in bench.panels:
        bench.go_to(panel.key)
        if panel.key == "report":
            walk.make_report()
            take("report")
            continue
        page = getattr(panel, "page", None)
        for tab in range(1 if page is None else page.tabs.count()):
            if page is not None:
                page.tabs.setCurrentIndex(tab)
            take(f"{panel.key}-{tab}")
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m ui.walk", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--file", type=Path, help="answers or project instead of the sample")
    parser.add_argument("--theme", default="light", choices=("light", "dark"))
    parser.add_argument("--language", default="zh_CN", choices=("zh_CN", "en"))
    parser.add_argument("--scale", default="1", help="device pixels per pixel")
    parser.add_argument("--size", default="1180x720", help="of the window")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = chosen.scale
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as own:
        # The user's own projects and preferences stay out of the pictures.
        os.environ["RONGZHEN_CONFIG"] = os.environ["RONGZHEN_DATA"] = own
        _write(chosen)
    return 0


def _write(chosen: argparse.Namespace) -> None:
    from PySide6.QtWidgets import QApplication

    from ui.app import prepare
    from ui.main_window import MainWindow
    from ui.settings import Settings

    app = QApplication([sys.argv[0]])
    kept = prepare(app, chosen.language)
    window = MainWindow(Settings(language=chosen.language, theme=chosen.theme))
    width, height = (int(part) for part in chosen.size.split("x"))
    window.resize(width, height)
    window.show()
    take_pictures(window, chosen.folder, file=chosen.file)
    window.discard_and_close()
    del kept


if __name__ == "__main__":
    sys.exit(main())
