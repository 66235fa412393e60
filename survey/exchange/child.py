"""Reads a file in a child process, with limits of memory and time, so that a file that
kills its parser costs nothing but a message.

The child is started afresh (``spawn``): it inherits no window, and a frozen program can do
it too. What it found comes back through a pipe.
"""

from __future__ import annotations

import copyreg
import multiprocessing
import os
import pickle
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Any

from survey.problems import Refusal, refuse
from survey.progress import Progress

MEMORY_LIMIT = 4 * 1024**3
"""Bytes of address space the child may use, where the system can limit it."""
TIME_LIMIT = 600.0
"""Seconds."""
_STARTING = threading.Lock()
PATIENCE = 0.05
"""Seconds between two looks at the child; progress is told as often."""
EXPECTED_SECONDS = 8.0
"""Only shapes the progress bar: half of it is filled after this time."""


def _mapping(entries: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(entries)


def _reduced(mapping: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _mapping, (dict(mapping),)


# Problems hold read-only mappings, which Python does not pickle by itself.
copyreg.pickle(MappingProxyType, _reduced)


def run_in_child(
    work: Callable[..., Any],
    arguments: tuple[Any, ...],
    *,
    where: str,
    progress: Progress,
    memory_limit: int = MEMORY_LIMIT,
    time_limit: float = TIME_LIMIT,
) -> Any:
    """Return ``work(*arguments)``, computed in a process of its own.

    Raises:
        Refusal: one that ``work`` raised, or the child died or took too long.
        RuntimeError: ``work`` raised anything else: a bug of ours, with its traceback.
        Cancelled: from ``progress``; the child is ended.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(
        target=_child, args=(sender, memory_limit, work, arguments), daemon=True
    )
    with _main_module_hidden():
        child.start()
    sender.close()
    try:
        return _outcome(_wait(receiver, where=where, progress=progress, limit=time_limit))
    finally:
        receiver.close()
        if child.is_alive():
            child.kill()
        child.join()
        child.close()


@contextmanager
def _main_module_hidden() -> Iterator[None]:
    """Start a child that does not run the caller's main module again.

    It needs nothing from there, starts sooner without it, and works from a notebook or a
    script without ``if __name__ == "__main__"`` too.
    """
    main = sys.modules["__main__"]
    names: tuple[str, ...] = ("__file__", "__spec__")
    hidden = {name: vars(main)[name] for name in names if name in vars(main)}
    with _STARTING:
        main.__dict__.pop("__file__", None)
        main.__dict__["__spec__"] = None
        try:
            yield
        finally:
            main.__dict__.update(hidden)


def _wait(receiver: Connection, *, where: str, progress: Progress, limit: float) -> bytes:
    start = time.monotonic()
    while not receiver.poll(PATIENCE):
        waited = time.monotonic() - start
        if waited > limit:
            raise refuse("reading_too_slow", where, seconds=round(limit))
        progress(waited / (waited + EXPECTED_SECONDS), "read")
    try:
        return receiver.recv_bytes()
    except (EOFError, OSError) as error:
        raise refuse("reader_died", where) from error


def _outcome(message: bytes) -> Any:
    kind, content = pickle.loads(message)  # noqa: S301  # written by our own child
    if kind == "refused":
        raise Refusal(*content)
    if kind == "failed":
        raise RuntimeError(f"the reading child failed:\n{content}")
    return content


def _child(
    sender: Connection, memory_limit: int, work: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    _limit_memory(memory_limit)
    _be_quiet()
    try:
        message: tuple[str, Any] = ("done", work(*arguments))
    except Refusal as refusal:
        message = ("refused", refusal.problems)
    except MemoryError:
        return  # the closed pipe tells it
    except Exception:
        message = ("failed", traceback.format_exc())
    sender.send_bytes(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))
    sender.close()


def _limit_memory(limit: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (ValueError, OSError):
        return  # macOS refuses; the time limit still holds


def _be_quiet() -> None:
    """A parser that aborts writes to the terminal; nobody there can use it."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)
    os.close(quiet)
