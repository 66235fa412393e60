"""What a crash left: working copies with unsaved edits, offered at the next start."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from survey.problems import Refusal
from survey.store.database import Database
from survey.store.places import data_folder
from survey.store.working_copy import WorkingCopy, abandoned_ids, take_working_copy


@dataclass(frozen=True, slots=True)
class LeftCopy:
    """A working copy left by a crash.

    Args:
        id: give it to ``Project.recover`` or :func:`discard_left_copy`.
        document: the document it belongs to, None when it was never saved.
        changed: when it was last written, local time.
        unsaved_edits: edits since the last save.
        is_damaged: SQLite cannot read it; the file is kept until discarded.
        file: the working copy's file.
    """

    id: str
    title: str
    document: Path | None
    changed: datetime
    unsaved_edits: int
    is_damaged: bool
    file: Path


def _look_at(copy: WorkingCopy) -> LeftCopy:
    title, unsaved, is_damaged = "", 0, False
    try:
        database = Database(copy.database_path)
    except Refusal:
        is_damaged = True
    else:
        try:
            facts: dict[str, str] = dict(database.read("SELECT key, value FROM meta"))
        except Refusal:
            is_damaged = True
        else:
            title = facts.get("title", "")
            unsaved = int(facts.get("edits", 0)) - int(facts.get("edits_saved", 0))
        finally:
            database.close()
    written = copy.database_path.stat().st_mtime
    return LeftCopy(
        id=copy.id,
        title=title,
        document=copy.read_session().document,
        changed=datetime.fromtimestamp(written),
        unsaved_edits=unsaved,
        is_damaged=is_damaged,
        file=copy.database_path,
    )


def left_copies(folder: Path | None = None) -> tuple[LeftCopy, ...]:
    """Return the working copies with unsaved edits that a crash left, newest first.

    Copies without unsaved edits hold nothing that the document does not: they are removed.
    """
    data = data_folder(folder)
    found = []
    for copy_id in abandoned_ids(data):
        copy = take_working_copy(data, copy_id)
        if copy is None:
            continue
        left = _look_at(copy) if copy.database_path.exists() else None
        if left is None or (left.unsaved_edits == 0 and not left.is_damaged):
            copy.remove()
            continue
        copy.release()
        found.append(left)
    return tuple(sorted(found, key=lambda left: left.changed, reverse=True))


def discard_left_copy(left: LeftCopy, folder: Path | None = None) -> None:
    """Remove a copy the user does not want; nothing happens when another window took it."""
    copy = take_working_copy(data_folder(folder), left.id)
    if copy is not None:
        copy.remove()
