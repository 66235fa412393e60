"""A project: everything that belongs to one survey, in one file.

Every change is written to the working copy at once, in one transaction; the user's document
changes only when he saves, and then as a whole. Nothing here knows a window.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from survey.problems import refuse
from survey.progress import Progress, silent
from survey.store.contents import Contents
from survey.store.database import Database
from survey.store.document import (
    check_content,
    check_document,
    clear_strays,
    copy_document,
    stamp_of,
    write_document,
)
from survey.store.lock import FileLock, document_lock_name, try_lock
from survey.store.places import SUFFIX, data_folder, locks_folder, working_folder
from survey.store.recovery import LeftCopy
from survey.store.sources import StoredSource
from survey.store.working_copy import Session, WorkingCopy, new_working_copy, take_working_copy


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What the window shows about the open project."""

    title: str
    document: Path | None
    is_modified: bool
    is_read_only: bool
    sources: tuple[StoredSource, ...]
    results: Mapping[str, str]
    """Names of the results kept, with the fingerprint of the data they belong to."""
    delete_answers_by: date | None

    @property
    def rows(self) -> int:
        """Number of answers imported, over all sources."""
        return sum(source.rows for source in self.sources)


class Project(Contents):
    """An open project. Make one with :meth:`create`, :meth:`open` or :meth:`recover`."""

    def __init__(
        self,
        data: Path,
        copy: WorkingCopy,
        session: Session,
        *,
        document_lock: FileLock | None = None,
    ) -> None:
        self._data = data
        self._copy = copy
        self._session = session
        self._document_lock = document_lock
        super().__init__(Database(copy.database_path))
        self._is_closed = False

    # -- beginning and end ------------------------------------------------------------------

    @classmethod
    def create(cls, title: str, *, folder: Path | None = None) -> Self:
        """Begin a project that has no document yet.

        Args:
            folder: the program's own data folder, for tests; not where the user saves.
        """
        data = data_folder(folder)
        copy = new_working_copy(data)
        try:
            project = cls(data, copy, Session())
        except BaseException:
            copy.remove()
            raise
        with project._database.edit() as connection:
            now = datetime.now().isoformat(timespec="seconds")
            facts = {"title": title, "created": now, "edits": "-1", "edits_saved": "0"}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
        return project

    @classmethod
    def open(cls, document: Path, *, read_only: bool = False, folder: Path | None = None) -> Self:
        """Open the project saved in ``document``.

        Args:
            read_only: for looking, while another window works on it; it can be edited and
                saved under another name.

        Raises:
            Refusal: no such file, not a project, newer than this program, damaged, or open in
                another window.
        """
        check_document(document)
        document = document.resolve()
        data = data_folder(folder)
        lock = None if read_only else _lock_document(data, document)
        copy = new_working_copy(data)
        try:
            stamp = stamp_of(document)
            copy_document(document, copy.database_path)
            check_content(copy.database_path, document)
            session = Session(document, stamp, read_only)
            copy.write_session(session)
            project = cls(data, copy, session, document_lock=lock)
        except BaseException:
            copy.remove()
            if lock is not None:
                lock.release()
            raise
        project._mark_saved()
        if not read_only:
            clear_strays(document.parent, working_folder(data))
        return project

    @classmethod
    def recover(cls, left: LeftCopy, *, folder: Path | None = None) -> Self:
        """Go on with a working copy that a crash left, with all its unsaved edits.

        Raises:
            Refusal: damaged, taken by another window, or its document is open elsewhere.
        """
        data = data_folder(folder)
        copy = take_working_copy(data, left.id)
        if copy is None:
            raise refuse("project_in_use", left.document or left.title)
        lock = None
        try:
            session = copy.read_session()
            if session.document is not None and not session.is_read_only:
                lock = _lock_document(data, session.document)
            check_content(copy.database_path, left.document or copy.database_path)
            return cls(data, copy, session, document_lock=lock)
        except BaseException:
            copy.release()
            if lock is not None:
                lock.release()
            raise

    def close(self, *, discard: bool = False) -> None:
        """Close the project.

        Unsaved edits stay in the working copy and are offered at the next start, unless
        ``discard`` says that the user does not want them.
        """
        if self._is_closed:
            return
        self._is_closed = True
        keep = not discard and self.is_modified
        self._database.close()
        if keep:
            self._copy.release()
        else:
            self._copy.remove()
        if self._document_lock is not None:
            self._document_lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- saving -----------------------------------------------------------------------------

    @property
    def document(self) -> Path | None:
        """Return where the project is saved; None before the first save."""
        return self._session.document

    @property
    def is_read_only(self) -> bool:
        """Return whether :meth:`save` is refused; :meth:`save_as` is not."""
        return self._session.is_read_only

    @property
    def is_modified(self) -> bool:
        """Return whether there are edits since the last save."""
        return self._count("edits") != self._count("edits_saved")

    def save(self, *, overwrite: bool = False, progress: Progress = silent) -> None:
        """Save to the document.

        Args:
            overwrite: also when another program changed the document since.

        Raises:
            Refusal: read-only, never saved, changed elsewhere, or the disk or folder refuses;
                the document is then as it was and no edit is lost.
        """
        session = self._session
        if session.document is None:
            raise refuse("project_never_saved", self.title)
        if session.is_read_only:
            raise refuse("project_read_only", session.document)
        if not overwrite and stamp_of(session.document) not in (session.stamp, None):
            raise refuse("project_changed_elsewhere", session.document)
        self._write(session.document, progress)

    def save_as(self, document: Path, *, progress: Progress = silent) -> None:
        """Save to ``document``, which becomes this project's document.

        The suffix is added when it is missing; what is there already is replaced.

        Raises:
            Refusal: open in another window, or the disk or folder refuses; everything is then
                as it was.
        """
        if document.suffix.lower() != SUFFIX:
            document = document.with_name(document.name + SUFFIX)
        document = document.resolve()
        is_ours = document == self._session.document and self._document_lock is not None
        lock = self._document_lock if is_ours else _lock_document(self._data, document)
        assert lock is not None
        try:
            self._write(document, progress)
        except BaseException:
            if not is_ours:
                lock.release()
            raise
        if not is_ours and self._document_lock is not None:
            self._document_lock.release()
        self._document_lock = lock

    def _write(self, document: Path, progress: Progress) -> None:
        with self._database.held():
            edits = self._count("edits")
            stamp = write_document(
                self._database, document, working_id=self._copy.id, progress=progress
            )
            self._session = Session(document, stamp)
            self._copy.write_session(self._session)
            self._mark_saved(edits)
        clear_strays(document.parent, working_folder(self._data))

    def _mark_saved(self, edits: int | None = None) -> None:
        with self._database.held() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES ('edits_saved', ?)",
                (str(self._count("edits") if edits is None else edits),),
            )

    def _count(self, key: str) -> int:
        return int(self._meta(key) or 0)

    @property
    def facts(self) -> ProjectFacts:
        """Return what the window shows about the project."""
        return ProjectFacts(
            title=self.title,
            document=self.document,
            is_modified=self.is_modified,
            is_read_only=self.is_read_only,
            sources=self.sources,
            results=self.results,
            delete_answers_by=self.delete_answers_by,
        )


def _lock_document(data: Path, document: Path) -> FileLock:
    lock = try_lock(locks_folder(data) / document_lock_name(document))
    if lock is None:
        raise refuse("project_in_use", document)
    return lock
