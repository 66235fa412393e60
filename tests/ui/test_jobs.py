"""Background work: results on the main thread, cancel, replacement, the worker process."""

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from survey.problems import refuse
from survey.progress import Progress
from ui.jobs import Jobs, ProcessTask, ThreadTask
from ui.worker import Call, WorkerProcess

PATIENCE_MS = 30_000
"""A signal may be late on a loaded machine; none is waited for in vain."""


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def _double(value: int) -> int:
    return 2 * value


def _refuse() -> None:
    raise refuse("file_missing", "甲.xlsx")


def _fail() -> None:
    raise ZeroDivisionError("a bug of ours")


def _count(progress: Progress) -> str:
    for step in range(500):
        progress(step / 500, "read")
        time.sleep(0.01)
    return "never"


def test_that_a_result_arrives_on_the_main_thread(jobs: Jobs, qtbot: QtBot):
    threads = []
    job = jobs.start("a", ThreadTask(_double, (21,)))
    job.succeeded.connect(lambda _: threads.append(QThread.currentThread()))
    with qtbot.waitSignal(job.succeeded, timeout=PATIENCE_MS) as heard:
        pass
    assert heard.args == [42]
    assert threads == [jobs.thread()]


def test_that_a_refusal_arrives_with_its_problems(jobs: Jobs, qtbot: QtBot):
    job = jobs.start("a", ThreadTask(_refuse))
    with qtbot.waitSignal(job.refused, timeout=PATIENCE_MS) as heard:
        pass
    assert heard.args[0][0].code == "file_missing"


def test_that_a_bug_arrives_with_its_traceback(jobs: Jobs, qtbot: QtBot):
    job = jobs.start("a", ThreadTask(_fail))
    with qtbot.waitSignal(job.failed, timeout=PATIENCE_MS) as heard:
        pass
    assert "a bug of ours" in heard.args[0]


def test_that_a_cancelled_job_tells_only_that(jobs: Jobs, qtbot: QtBot):
    told: list[str] = []
    job = jobs.start("a", ThreadTask(_count, with_progress=True))
    job.succeeded.connect(lambda _: told.append("succeeded"))
    job.cancelled.connect(lambda: told.append("cancelled"))
    with qtbot.waitSignal(job.progressed, timeout=PATIENCE_MS):
        pass
    with qtbot.waitSignal(job.ended, timeout=PATIENCE_MS):
        jobs.cancel("a")
    assert told == ["cancelled"]


def test_that_a_job_replaces_the_earlier_one_of_its_name(jobs: Jobs, qtbot: QtBot):
    told: list[object] = []
    earlier = jobs.start("a", ThreadTask(_count, with_progress=True))
    for signal in (earlier.succeeded, earlier.cancelled, earlier.failed):
        signal.connect(lambda *arguments: told.append(arguments))
    later = jobs.start("a", ThreadTask(_double, (1,)))
    with qtbot.waitSignals([earlier.ended, later.succeeded], timeout=PATIENCE_MS):
        pass
    assert told == []


def test_that_the_worker_process_runs_a_function_and_lives_on(jobs: Jobs, qtbot: QtBot):
    pids = []
    for _ in range(2):
        job = jobs.start("a", ProcessTask("os", "getpid"))
        with qtbot.waitSignal(job.succeeded, timeout=PATIENCE_MS) as heard:
            pass
        pids.append(heard.args[0])
    assert pids[0] == pids[1]
    assert pids[0] != __import__("os").getpid()


def test_that_cancelling_ends_the_worker_at_once(jobs: Jobs, qtbot: QtBot):
    first = jobs.start("a", ProcessTask("os", "getpid"))
    with qtbot.waitSignal(first.succeeded, timeout=PATIENCE_MS):
        pass
    job = jobs.start("b", ProcessTask("time", "sleep", (60,)))
    qtbot.wait(100)
    with qtbot.waitSignal(job.cancelled, timeout=5_000):
        jobs.cancel("b")
    again = jobs.start("a", ProcessTask("operator", "add", (1, 2)))
    with qtbot.waitSignal(again.succeeded, timeout=PATIENCE_MS) as heard:
        pass
    assert heard.args == [3]


def test_that_options_of_the_core_travel_to_the_worker_and_back():
    from analysis.chain import ChainOptions

    worker = WorkerProcess()
    try:
        call = Call("copy", "copy", (ChainOptions(),), with_progress=False)
        assert worker.run(call, lambda _: None).result == ChainOptions()
    finally:
        worker.stop()


def test_that_closing_waits_for_threads(qtbot: QtBot):
    jobs = Jobs()
    gone = threading.Event()

    def work(progress: Progress) -> None:
        try:
            _count(progress)
        finally:
            gone.set()

    jobs.start("a", ThreadTask(work, with_progress=True))
    qtbot.wait(50)
    jobs.close()
    assert gone.is_set()
