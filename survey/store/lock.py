"""A lock on a file that the operating system releases when the process dies.

Whoever holds the lock of a working copy is alive: that is how a copy left by a crash is told
from one that another window is using.
"""

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover - the other half of the same two functions
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """Held from a successful :func:`try_lock` until :meth:`release` or the process's end."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back and remove its file; a second call does nothing."""
        if self._descriptor < 0:
            return
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(self._descriptor)
            with suppress(OSError):  # someone else has it by now
                self.path.unlink(missing_ok=True)
        else:
            with suppress(FileNotFoundError):  # its whole folder may be gone already
                self.path.unlink()
            os.close(self._descriptor)
        self._descriptor = -1


def _is_same_file(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def try_lock(path: Path) -> FileLock | None:
    """Return the lock on ``path``, or None when someone living holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(descriptor)
        except OSError:
            os.close(descriptor)
            return None
        # The holder before us removes the file when it lets go: then ours is an orphan.
        if sys.platform == "win32" or _is_same_file(path, descriptor):
            return FileLock(path, descriptor)
        os.close(descriptor)


@contextmanager
def guarded(path: Path, *, patience: float = 10.0) -> Iterator[None]:
    """Hold the lock on ``path`` for a moment, waiting up to ``patience`` seconds for it.

    Raises:
        TimeoutError: someone held it all that time.
    """
    deadline = time.monotonic() + patience
    lock = try_lock(path)
    while lock is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} stayed locked")
        time.sleep(0.01)
        lock = try_lock(path)
    try:
        yield
    finally:
        lock.release()


def document_lock_name(document: Path) -> str:
    """Return the name of the lock that stands for ``document``, the same for every spelling."""
    spelled = os.path.normcase(document.resolve())
    return hashlib.sha256(spelled.encode("utf-8", "surrogatepass")).hexdigest()[:32]
