"""Working copies: one folder each in the program's data folder, locked while in use.

``<id>/project.sqlite`` is the copy itself, ``<id>/session.json`` tells which document it
belongs to, ``<id>/lock`` is held by the window that uses it. A copy nobody holds was left
by a crash.
"""

import json
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from survey.store.document import Stamp
from survey.store.lock import FileLock, guarded, try_lock
from survey.store.places import working_folder

_DATABASE = "project.sqlite"
_SESSION = "session.json"
_LOCK = "lock"
_GUARD = "guard"


@dataclass(frozen=True, slots=True)
class Session:
    """Which document a working copy belongs to.

    Args:
        document: where the project is saved, None before the first save.
        stamp: how the document looked when last read or written.
        is_read_only: opened for looking only; saved under another name only.
    """

    document: Path | None = None
    stamp: Stamp | None = None
    is_read_only: bool = False


class WorkingCopy:
    """The folder of one working copy, with its lock held."""

    def __init__(self, home: Path, lock: FileLock) -> None:
        self.home = home
        self._lock = lock

    @property
    def id(self) -> str:
        """Name of the copy, part of the name of the temporary file of a save."""
        return self.home.name

    @property
    def database_path(self) -> Path:
        """Return where the SQLite file is."""
        return self.home / _DATABASE

    def read_session(self) -> Session:
        """Return the session kept; an empty one if the crash came before it was written."""
        return read_session(self.home)

    def write_session(self, session: Session) -> None:
        """Keep ``session`` for the case of a crash."""
        content = {
            "document": None if session.document is None else str(session.document),
            "stamp": None
            if session.stamp is None
            else [session.stamp.size, session.stamp.modified_ns],
            "is_read_only": session.is_read_only,
        }
        beside = self.home / (_SESSION + ".new")
        beside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        beside.replace(self.home / _SESSION)

    def release(self) -> None:
        """Leave the copy where it is, free for the next start to find."""
        self._lock.release()

    def remove(self) -> None:
        """Remove the copy and everything in it."""
        with guarded(self.home.parent / _GUARD):
            self._lock.release()
            shutil.rmtree(self.home)


def read_session(home: Path) -> Session:
    """Return the session of the copy in ``home``; an empty one when none was written."""
    try:
        content = json.loads((home / _SESSION).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Session()
    document, stamp = content["document"], content["stamp"]
    return Session(
        document=None if document is None else Path(document),
        stamp=None if stamp is None else Stamp(*stamp),
        is_read_only=content["is_read_only"],
    )


def new_working_copy(data: Path) -> WorkingCopy:
    """Make an empty working copy in ``data`` and hold its lock."""
    folder = working_folder(data)
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / uuid.uuid4().hex[:16]
    with guarded(folder / _GUARD):  # nobody may take the folder for one left by a crash
        home.mkdir()
        lock = try_lock(home / _LOCK)
        assert lock is not None
    return WorkingCopy(home, lock)


def take_working_copy(data: Path, copy_id: str) -> WorkingCopy | None:
    """Return the copy with its lock, or None when another window holds it or it is gone."""
    folder = working_folder(data)
    home = folder / copy_id
    with guarded(folder / _GUARD):
        if not home.is_dir():
            return None
        lock = try_lock(home / _LOCK)
    return None if lock is None else WorkingCopy(home, lock)


def abandoned_ids(data: Path) -> tuple[str, ...]:
    """Return the copies that nobody holds."""
    folder = working_folder(data)
    if not folder.is_dir():
        return ()
    found = []
    with guarded(folder / _GUARD):
        for home in sorted(path for path in folder.iterdir() if path.is_dir()):
            lock = try_lock(home / _LOCK)
            if lock is not None:
                lock.release()
                found.append(home.name)
    return tuple(found)
