"""Measures the window: how soon it is there, and how long it ever keeps the user waiting.

    python benchmarks/window.py            both, offscreen
    python benchmarks/window.py --start    only the start; uses the real screen if there is one

The bars: visible within 1 s of the process start, and no gap of 100 ms in the interface
while a file is opened, the diagnosis runs, its results appear and the report is made. A
timer ticks every 10 ms on the interface's thread; a gap is the time between two ticks. Beside
it stands the processor time which the interface's own thread used in one gap: it does not
grow when other programs keep the machine busy.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

START_BAR, GAP_BAR = 1.0, 0.100
TICK_MS = 10
STARTS = 5

CHILD = """
import sys, time
import main
from ui.app import run
def tell(window):
    heavy = {"pandas", "scipy", "semopy", "statsmodels", "matplotlib"} & sys.modules.keys()
    print(time.time(), ",".join(sorted(heavy)) or "-", flush=True)
    window.close()
run([], when_shown=tell)
"""


def measure_start() -> bool:
    """Start the program some times; print how long until its window is painted."""
    seconds = []
    for _ in range(STARTS):
        before = time.time()
        done = subprocess.run(
            [sys.executable, "-c", CHILD], cwd=ROOT, capture_output=True, text=True, check=True
        )
        shown, heavy = done.stdout.split()[:2]
        seconds.append(float(shown) - before)
    print(f"start to visible: median {statistics.median(seconds):.2f} s, ", end="")
    print(f"fastest {min(seconds):.2f}, slowest {max(seconds):.2f}; heavy packages: {heavy}")
    return min(seconds) < START_BAR and heavy == "-"


class Clock:
    """Remembers the times between two ticks of the interface."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[float] = []
        self.work: list[float] = []
        self._last, self._used = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        self.gaps.append(now - self._last)
        self.work.append(used - self._used)
        self._last, self._used = now, used

    def tell(self, name: str) -> bool:
        """Print the gaps since the last call; return whether they are within the bar."""
        gaps, self.gaps = sorted(self.gaps), []
        most, self.work = max(self.work), []
        longest, late = gaps[-1], gaps[int(0.99 * len(gaps))]
        print(
            f"{name}: longest gap {1000 * longest:.0f} ms, 99 % under {1000 * late:.0f} ms, ",
            end="",
        )
        print(f"own processor time in one gap at most {1000 * most:.0f} ms")
        return longest < GAP_BAR


def measure_gaps() -> bool:
    """Open the sample, run the diagnosis, make the report; print the longest gaps."""
    from PySide6.QtWidgets import QApplication

    from ui.app import prepare
    from ui.main_window import MainWindow
    from ui.settings import Settings
    from ui.walk import Walk

    app = QApplication.instance() or QApplication([])
    kept = prepare(app, "zh_CN")
    window = MainWindow(Settings())
    window.show()
    walk = Walk(window)
    walk.rest(0.5)
    clock = Clock()
    results = []
    walk.rest(3.0)
    results.append(clock.tell("imports after the start"))
    walk.open_sample()
    walk.rest(1.0)
    results.append(clock.tell("opening the sample"))
    begun = time.perf_counter()
    walk.run()
    seconds = time.perf_counter() - begun
    responses = window.session.responses
    assert responses is not None
    walk.rest(2.0)
    results.append(clock.tell(f"diagnosis of {responses.n} answers, {seconds:.1f} s"))
    bench = window.workbench
    assert bench is not None
    for panel in bench.panels:
        bench.go_to(panel.key)
        walk.rest(0.5)
        results.append(clock.tell(f"step {panel.key}"))
    walk.make_report()
    results.append(clock.tell(f"report of {bench.report.view.page_count} pages"))
    window.discard_and_close()
    del kept
    return all(results)


def main() -> int:
    """Measure what the command line asks for; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", action="store_true", help="only the start")
    chosen = parser.parse_args()
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as own:
        os.environ["RONGZHEN_CONFIG"] = os.environ["RONGZHEN_DATA"] = own
        good = measure_start()
        if not chosen.start:
            good = measure_gaps() and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
