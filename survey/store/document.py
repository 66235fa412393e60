"""The user's document: looked at before it is opened, replaced as a whole when it is saved."""

import errno
import os
import shutil
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from survey.problems import Refusal, refuse
from survey.progress import Progress, silent
from survey.store.database import Database, disk_failures_told
from survey.store.lock import try_lock
from survey.store.migrations import APPLICATION_ID, CURRENT_VERSION

_MAGIC = b"SQLite format 3\x00"
_HEADER_SIZE = 100
_PAGES_AT_A_TIME = 2000
_A_DAY = 86_400.0
_ERRNO_CODES = {
    errno.ENOENT: "folder_missing",
    errno.ENOTDIR: "folder_missing",
    errno.EACCES: "folder_read_only",
    errno.EPERM: "folder_read_only",
    errno.EROFS: "folder_read_only",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.ENAMETOOLONG: "name_too_long",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """How the document looked when we last read or wrote it."""

    size: int
    modified_ns: int


def stamp_of(document: Path) -> Stamp | None:
    """Return the present stamp of ``document``, None when there is no such file."""
    try:
        facts = document.stat()
    except FileNotFoundError:
        return None
    return Stamp(facts.st_size, facts.st_mtime_ns)


def refusal_of_os_error(error: OSError, where: object) -> Refusal:
    """Return what to tell the user when the operating system refused a file."""
    code = _ERRNO_CODES.get(error.errno or 0)
    if code is None:
        return refuse("disk_failed", where, reason=error.strerror or str(error))
    return refuse(code, where)


@contextmanager
def _os_errors_told(where: object) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise refusal_of_os_error(error, where) from error


def check_document(document: Path) -> None:
    """Refuse what is no project file, a newer one, or one that cannot be read.

    Reads the first 100 bytes only; SQLite sees the file after it passed.
    """
    if not document.exists():
        raise refuse("file_missing", document)
    if document.is_dir():
        raise refuse("project_foreign", document)
    try:
        with document.open("rb") as file:
            header = file.read(_HEADER_SIZE)
    except OSError as error:
        raise refuse("file_unreadable", document, reason=error.strerror) from error
    if len(header) < _HEADER_SIZE or not header.startswith(_MAGIC):
        raise refuse("project_foreign" if header else "project_empty", document)
    version, application = struct.unpack(">I4xI", header[60:72])
    if application != APPLICATION_ID:
        raise refuse("project_foreign", document)
    if version > CURRENT_VERSION:
        raise refuse("project_newer", document, found=version, known=CURRENT_VERSION)
    if not _has_all_pages(header, document.stat().st_size):
        raise refuse("project_damaged", document)


def _has_all_pages(header: bytes, size: int) -> bool:
    """Return whether the file is as long as its header says.

    SQLite itself takes the missing end of a last page for zeros, and answers would be lost.
    """
    page_size = 65536 if header[16:18] == b"\x00\x01" else struct.unpack(">H", header[16:18])[0]
    pages = struct.unpack(">I", header[28:32])[0]
    return page_size >= 512 and size % page_size == 0 and size >= pages * page_size


def check_content(database: Path, shown_as: Path) -> None:
    """Refuse a file whose pages are damaged or whose schema does things behind our back."""
    with disk_failures_told(shown_as):
        connection = sqlite3.connect(database, isolation_level=None)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise refuse("project_damaged", shown_as)
            strange = connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view') "
                "OR upper(sql) LIKE 'CREATE VIRTUAL%' LIMIT 1"
            ).fetchone()
            if strange:
                raise refuse("project_strange", shown_as, name=strange[0])
        finally:
            connection.close()


def copy_document(document: Path, working_copy: Path) -> None:
    """Copy the document, with a log another program may have left beside it."""
    with _os_errors_told(working_copy.parent):
        shutil.copyfile(document, working_copy)
        for ending in ("-wal", "-journal"):
            beside = document.with_name(document.name + ending)
            if beside.exists():
                shutil.copyfile(beside, working_copy.with_name(working_copy.name + ending))


def temporary_name(working_id: str) -> str:
    """Return the name of the file a save writes first; the same length for every document."""
    return f"~rz-{working_id}.tmp"


def write_document(
    database: Database, document: Path, *, working_id: str, progress: Progress = silent
) -> Stamp:
    """Write the whole project to ``document``: beside it first, then in one step in its place.

    Raises:
        Refusal: folder missing or read-only, disk full, document held by another program;
            the document is then as it was.
        Cancelled: from ``progress``; the document is then as it was.
    """
    document = document.resolve()  # a link is followed, not replaced
    temporary = document.with_name(temporary_name(working_id))
    with _os_errors_told(document.parent):
        _discard(temporary)
        temporary.open("xb").close()  # tells why, where SQLite only says "unable to open"
        try:
            _back_up(database, temporary, progress)
            _flush(temporary)
            if document.exists():
                shutil.copymode(document, temporary)
            _replace(temporary, document)
        except BaseException:
            _discard(temporary)
            raise
        _flush_folder(document.parent)
    stamp = stamp_of(document)
    assert stamp is not None
    return stamp


def _back_up(database: Database, temporary: Path, progress: Progress) -> None:
    def step(_status: int, remaining: int, total: int) -> None:
        progress(1 - remaining / max(total, 1), "save")

    with database.held() as connection, disk_failures_told(temporary.parent):
        copy = sqlite3.connect(temporary, isolation_level=None)
        try:
            copy.execute("PRAGMA synchronous = OFF")  # flushed once, below
            connection.backup(copy, pages=_PAGES_AT_A_TIME, progress=step)
            # The copied header says WAL; a document is one file and says DELETE.
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
        finally:
            copy.close()


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _replace(temporary: Path, document: Path) -> None:
    try:
        temporary.replace(document)
    except PermissionError as error:  # Windows: another program has the document open
        raise refuse("project_held", document) from error
    except IsADirectoryError as error:
        raise refuse("project_foreign", document) from error


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # pragma: no cover - folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _discard(temporary: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        temporary.with_name(temporary.name + ending).unlink(missing_ok=True)


def clear_strays(folder: Path, working: Path) -> None:
    """Remove what saves killed half-way left in ``folder``; leave other living ones alone."""
    for stray in folder.glob("~rz-*.tmp*"):  # or only the log of one
        working_id = stray.name.removeprefix("~rz-").partition(".")[0]
        home = working / working_id
        if home.is_dir():
            lock = try_lock(home / "lock")
            if lock is None:
                continue
            lock.release()
        elif _age(stray) < _A_DAY:
            continue  # may be another computer's, on a shared folder
        with suppress(OSError):  # a folder we may not write in keeps its stray
            _discard(folder / temporary_name(working_id))


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # gone with the one before it, or by another window
        return 0.0
