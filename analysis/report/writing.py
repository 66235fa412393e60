"""Putting a finished file in its place: whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from survey.problems import Refusal, refuse


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and put it there in one step.

    Raises:
        Refusal: the folder is missing, may not be written to, or the disk is full.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise refuse("report_folder_missing", path.parent)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise _refusal(error, path) from error


def writable_folder(folder: Path) -> Path:
    """Return ``folder``, made if absent, before any long work begins."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except FileExistsError as error:
        raise refuse("out_is_file", folder) from error
    except OSError as error:
        raise refuse("out_not_writable", folder, reason=error.strerror or "") from error


def _refusal(error: OSError, path: Path) -> Refusal:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return refuse("report_disk_full", path.parent)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        if path.exists() and os.access(path.parent, os.W_OK):
            return refuse("report_file_locked", path)
        return refuse("report_folder_read_only", path.parent)
    return refuse("report_not_written", path, reason=error.strerror or str(error))
