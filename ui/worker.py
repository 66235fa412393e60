"""A worker process: runs long functions where they cannot hold up the window.

Importing statsmodels or semopy keeps Python's lock for a fifth of a second, too long for a
window that must answer at once; in a process of its own it does not matter. The process
lives on between jobs, so its imports are paid once. It holds nothing back: every job gets
its arguments and returns its result.

Nothing here imports Qt.
"""

import atexit
import contextlib
import copyreg
import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Any

from survey.problems import Problem, Refusal
from survey.progress import Cancelled

REPORT_EVERY = 0.04
"""Seconds between two progress messages; more often nobody can see."""
NICENESS = 5
"""The window comes first where cores are few."""
STOP_SECONDS = 0.08
"""How long a process may take to end by itself; the window waits."""


def _rebuild_mapping(entries: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(entries)


def _reduce_mapping(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _rebuild_mapping, (dict(mapping),)


# The core's values hold read-only mappings, which Python does not pickle by itself.
copyreg.pickle(MappingProxyType, _reduce_mapping)


@dataclass(frozen=True, slots=True)
class Step:
    """How far the job is."""

    share: float
    step: str


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """The job's result."""

    result: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """The job cannot go on, and the user can mend it."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A bug, as text, since a traceback does not travel."""

    traceback: str


Message = Step | Done | Refused | Broken


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function of a module, by name, and its arguments. ``progress`` is added when wanted."""

    module: str
    function: str
    arguments: tuple[Any, ...]
    with_progress: bool


def outcome_of(work: Callable[[], Any]) -> Message:
    """Run ``work`` and return how it ended."""
    try:
        return Done(work())
    except Refusal as refusal:
        return Refused(refusal.problems)
    except Cancelled:
        raise
    except Exception:  # the boundary: what it was is shown in the window's crash dialog
        return Broken(traceback.format_exc())


def _serve(connection: Connection) -> None:
    """Answer calls until the window goes away.

    Asked to end, the process leaves by way of an exception: reading a file has a child
    process of its own, which must go too.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        _answer_calls(connection)
    finally:
        os._exit(0)  # nothing to tidy up, and whoever stopped us waits


def _answer_calls(connection: Connection) -> None:
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        while True:
            call: Call = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own parent
            answer = outcome_of(lambda call=call: _run(call, connection))  # type: ignore[misc]
            connection.send_bytes(_pickled(answer))


def _run(call: Call, connection: Connection) -> Any:
    function = getattr(importlib.import_module(call.module), call.function)
    if not call.with_progress:
        return function(*call.arguments)
    last = 0.0

    def report(share: float, step: str, /) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= REPORT_EVERY or share >= 1:
            last = now
            connection.send_bytes(_pickled(Step(share, step)))

    return function(*call.arguments, progress=report)


def _pickled(value: object) -> bytes:
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


class WorkerProcess:
    """The window's end of one worker. One call at a time; any thread may use it in turn."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), name="rongzhen-worker")
        self._process.start()
        theirs.close()
        # Should the window end by a bug, the worker must not keep the program alive.
        atexit.register(self.stop)

    @property
    def pid(self) -> int | None:
        """Return the process id."""
        return self._process.pid

    def run(self, call: Call, on_step: Callable[[Step], None]) -> Message:
        """Return how ``call`` ended; ``on_step`` hears how far it is.

        Raises:
            EOFError: the process was stopped or died.
        """
        try:
            self._connection.send_bytes(_pickled(call))
            while True:
                message: Message = pickle.loads(self._connection.recv_bytes())  # noqa: S301
                if not isinstance(message, Step):
                    return message
                on_step(message)
        except (BrokenPipeError, ConnectionResetError, OSError) as error:
            raise EOFError("the worker process has ended") from error

    def stop(self) -> None:
        """End the process at once; a call under way raises EOFError."""
        atexit.unregister(self.stop)
        self._process.terminate()
        self._process.join(timeout=STOP_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(timeout=2)
