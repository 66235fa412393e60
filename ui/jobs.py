"""All background work of the window.

``jobs.start("chain", task)`` runs a core function and tells on the main thread how it goes:
``progressed``, then exactly one of ``succeeded``, ``refused``, ``failed``, ``cancelled``, and
``ended`` after each. Starting a job under a name that is busy replaces the earlier one, whose
signals stay silent from then on.

Where it runs is the task's choice: in a thread (shares memory; the project file, drawing
pages) or in a worker process (ui/worker.py). There are two: the reader turns files into
answers, the analyst computes. So a correction of the plan never waits for a run.
"""

import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from PySide6.QtCore import QObject, QThread, Signal, Slot

from survey.progress import Cancelled
from ui.worker import Broken, Call, Done, Message, Refused, Step, WorkerProcess, outcome_of

STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class ThreadTask:
    """A function to run in a thread. With ``with_progress`` it is given ``progress=``."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    with_progress: bool = False
    keywords: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class ProcessTask:
    """A function, by module and name, to run in a worker process.

    Args:
        is_brief: when cancelled it may end in its own time, unheard; ending the process
            would cost the next task more than this one lasts.
    """

    module: str
    function: str
    arguments: tuple[Any, ...] = ()
    with_progress: bool = False
    worker: Literal["reader", "analyst"] = "analyst"
    is_brief: bool = False


Task = ThreadTask | ProcessTask


class _Stopped:
    """What a cancelled job ends with."""


class Job(QObject):
    """One run of a task. Its signals are heard on the main thread."""

    progressed = Signal(float, str)
    succeeded = Signal(object)
    refused = Signal(object)  # tuple of Problem
    failed = Signal(str)  # the traceback
    cancelled = Signal()
    ended = Signal()

    _stepped = Signal(object)
    _arrived = Signal(object)

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.name = name
        self.is_over = False
        self._is_silent = False
        self._stop = threading.Event()
        self._on_stop: Callable[[], None] | None = None
        self._stepped.connect(self._on_stepped)
        self._arrived.connect(self._on_arrived)

    @property
    def is_cancelled(self) -> bool:
        """Return whether the job was asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the job to stop; ``cancelled`` follows once it has."""
        if self.is_over or self.is_cancelled:
            return
        self._stop.set()
        if self._on_stop is not None:
            self._on_stop()

    def silence(self) -> None:
        """Emit nothing more."""
        self._is_silent = True

    @Slot(object)
    def _on_stepped(self, step: Step) -> None:
        if not (self._is_silent or self.is_cancelled):
            self.progressed.emit(step.share, step.step)

    @Slot(object)
    def _on_arrived(self, message: Message | _Stopped) -> None:
        self.is_over = True
        if self._is_silent:
            self.ended.emit()
            return
        if isinstance(message, _Stopped) or self.is_cancelled:
            self.cancelled.emit()
        elif isinstance(message, Done):
            self.succeeded.emit(message.result)
        elif isinstance(message, Refused):
            self.refused.emit(message.problems)
        elif isinstance(message, Broken):
            self.failed.emit(message.traceback)
        self.ended.emit()


class _Runner(QThread):
    """The thread behind one job."""

    def __init__(self, job: Job, body: Callable[[Job], Message | _Stopped]) -> None:
        super().__init__()
        self.job = job
        self._body = body

    def run(self) -> None:
        try:
            message: Message | _Stopped = self._body(self.job)
        except Exception:
            # The last line of defence: a job that ends without a word would leave the
            # window waiting for ever. The traceback goes to the crash dialog.
            message = Broken(traceback.format_exc())
        self.job._arrived.emit(message)


class _Desk:
    """A worker process, started when first needed, and the job it serves."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.worker: WorkerProcess | None = None
        self.served: Job | None = None

    def stop(self) -> None:
        """End the process; the next task starts a new one."""
        worker, self.worker = self.worker, None
        if worker is not None:
            worker.stop()


class Jobs(QObject):
    """Starts jobs, replaces them, stops them, and keeps the worker processes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: dict[str, Job] = {}
        self._runners: set[_Runner] = set()
        self._desks = {"reader": _Desk(), "analyst": _Desk()}
        self._is_closing = False

    def start(self, name: str, task: Task) -> Job:
        """Start ``task`` under ``name`` and return its job; an earlier one of that name stops."""
        earlier = self._jobs.get(name)
        if earlier is not None:
            earlier.silence()
            earlier.cancel()
        job = Job(name, self)
        self._jobs[name] = job
        body = self._process_body(task) if isinstance(task, ProcessTask) else _thread_body(task)
        runner = _Runner(job, body)
        if isinstance(task, ProcessTask) and not task.is_brief:
            desk = self._desks[task.worker]
            job._on_stop = lambda: self._stop_worker_of(job, desk)
        self._runners.add(runner)
        runner.finished.connect(self._on_runner_finished)
        runner.start()
        return job

    def is_busy(self, name: str) -> bool:
        """Return whether a job of that name is under way."""
        job = self._jobs.get(name)
        return job is not None and not job.is_over

    def job(self, name: str) -> Job | None:
        """Return the job of that name while it is under way."""
        job = self._jobs.get(name)
        return None if job is None or job.is_over else job

    def cancel(self, name: str) -> None:
        """Ask the job of that name to stop, if there is one."""
        job = self._jobs.get(name)
        if job is not None:
            job.cancel()

    def warm_up(
        self, module: str, function: str, *, worker: Literal["reader", "analyst"] = "analyst"
    ) -> Job:
        """Start a worker and let it do its imports while nobody waits."""
        return self.start(f"warm-up-{worker}", ProcessTask(module, function, worker=worker))

    def close(self) -> None:
        """Stop everything; called once, when the window goes."""
        self._is_closing = True
        for job in self._jobs.values():
            job.silence()
            job.cancel()
        for desk in self._desks.values():
            desk.stop()
        deadline = time.monotonic() + STOP_SECONDS
        for runner in list(self._runners):
            runner.wait(max(1, int((deadline - time.monotonic()) * 1000)))

    @Slot()
    def _on_runner_finished(self) -> None:
        runner = self.sender()
        if not isinstance(runner, _Runner):
            return
        self._runners.discard(runner)
        job = runner.job
        if self._jobs.get(job.name) is job:
            del self._jobs[job.name]
        job.deleteLater()
        runner.deleteLater()

    def _process_body(self, task: ProcessTask) -> Callable[[Job], Message | _Stopped]:
        call = Call(task.module, task.function, task.arguments, task.with_progress)
        desk = self._desks[task.worker]

        def body(job: Job) -> Message | _Stopped:
            with desk.lock:
                for attempt in range(2):
                    if job.is_cancelled or self._is_closing:
                        return _Stopped()
                    worker = desk.worker or WorkerProcess()
                    desk.worker, desk.served = worker, job
                    try:
                        return worker.run(call, job._stepped.emit)
                    except EOFError:
                        desk.worker = None
                        if job.is_cancelled or self._is_closing:
                            return _Stopped()
                        if attempt:
                            raise
            return _Stopped()

        return body

    def _stop_worker_of(self, job: Job, desk: _Desk) -> None:
        if desk.served is job and not job.is_over:
            desk.stop()


def _thread_body(task: ThreadTask) -> Callable[[Job], Message | _Stopped]:
    def body(job: Job) -> Message | _Stopped:
        last = 0.0

        def report(share: float, step: str, /) -> None:
            nonlocal last
            if job.is_cancelled:
                raise Cancelled
            now = time.monotonic()
            if now - last >= 0.04:
                last = now
                job._stepped.emit(Step(share, step))

        keywords = dict(task.keywords)
        if task.with_progress:
            keywords["progress"] = report
        try:
            return outcome_of(lambda: task.function(*task.arguments, **keywords))
        except Cancelled:
            return _Stopped()

    return body
