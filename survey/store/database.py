"""The working copy's SQLite file: every edit one transaction, every failure of the disk told.

One connection, exclusive: WAL then needs no shared memory, so the working copy also lives
on a network home. Threads of the window share it behind a lock.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from survey.problems import Refusal, refuse
from survey.store.migrations import migrate

_FULL = sqlite3.SQLITE_FULL
_READ_ONLY = sqlite3.SQLITE_READONLY
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_FAILED = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def refusal_of(error: sqlite3.Error, where: object) -> Refusal | None:
    """Return what to tell the user about ``error``, or None when it is a mistake of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF
    if primary == _FULL:
        return refuse("disk_full", where)
    if primary == _READ_ONLY:
        return refuse("folder_read_only", where)
    if primary in _DAMAGED:
        return refuse("project_damaged", where)
    if primary in _FAILED:
        return refuse("disk_failed", where, reason=str(error))
    return None


@contextmanager
def disk_failures_told(where: object) -> Iterator[None]:
    """Turn failures of the disk inside the block into refusals; let our mistakes raise."""
    try:
        yield
    except sqlite3.Error as error:
        refusal = refusal_of(error, where)
        if refusal is None:
            raise
        raise refusal from error


class Database:
    """An open working copy."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        with disk_failures_told(path):
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        for pragma in (
            "locking_mode = EXCLUSIVE",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "secure_delete = ON",  # deleted answers leave no trace in free pages
            "trusted_schema = OFF",
            "cell_size_check = ON",
        ):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        migrate(self._connection)

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock, disk_failures_told(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def edit(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one transaction, counted as one edit of the project.

        An edit inside an edit belongs to the outer one. Nothing of a block that raises stays.
        """
        with self._lock, disk_failures_told(self.path):
            if self._depth:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield self._connection
                self._connection.execute(
                    "INSERT INTO meta VALUES ('edits', '1') ON CONFLICT (key) "
                    "DO UPDATE SET value = CAST(value AS INTEGER) + 1"
                )
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0

    @contextmanager
    def held(self) -> Iterator[sqlite3.Connection]:
        """Give the connection with other threads kept out, outside any transaction."""
        with self._lock, disk_failures_told(self.path):
            yield self._connection

    def compact(self) -> None:
        """Give free pages back and empty the log, so that deleted content is gone from disk."""
        with self.held() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._connection.close()
