"""What a project holds: imported tables, parts, results, attachments, journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from survey.problems import refuse
from survey.progress import Progress, silent
from survey.store.codec import Undecodable, from_text, to_text
from survey.store.database import Database
from survey.store.sources import (
    StoredSource,
    add_source,
    delete_cells,
    read_source,
    remove_source,
    stored_sources,
)
from survey.study import Study

if TYPE_CHECKING:
    from survey.exchange.raw_table import RawTable
    from survey.questionnaire.model import Questionnaire

T = TypeVar("T")

PLAN, STUDY, SETTINGS, REPORT = "plan", "study", "settings", "report"
"""Names of the parts every project has; other parts may be kept beside them."""
_QUESTIONNAIRE = "questionnaire/"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One decision or event of the project, in the order they happened.

    Args:
        code: key of its sentence in resources/texts, e.g. ``store.journal.source_added``.
        values: what the sentence quotes.
    """

    at: datetime
    code: str
    values: Mapping[str, Any]


class Contents:
    """Everything a project holds. Each change is one transaction, and is there at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def title(self) -> str:
        """Return the title of the project."""
        return self._meta("title") or ""

    def rename(self, title: str) -> None:
        """Give the project another title."""
        self._set_meta("title", title)

    def _meta(self, key: str) -> str | None:
        found = self._database.read("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else None

    def _set_meta(self, key: str, value: str | None) -> None:
        with self._database.edit() as connection:
            if value is None:
                connection.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # -- imported files -----------------------------------------------------------------------

    @property
    def sources(self) -> tuple[StoredSource, ...]:
        """Return the imported files, in the order of their import."""
        return stored_sources(self._database)

    def add_source(
        self,
        raw: RawTable,
        *,
        dropped: Collection[int] = (),
        wave: str = "",
        progress: Progress = silent,
    ) -> StoredSource:
        """Keep the raw table of an imported file, as it is.

        Args:
            dropped: places of the columns with personal data, whose cells are not kept.
            wave: name of the wave or batch.
        """
        with self._database.edit():
            number = add_source(self._database, raw, dropped=dropped, wave=wave, progress=progress)
            source = self.source(number)
            name = source.file.name
            self.record("store.journal.source_added", name=name, rows=source.rows)
            if dropped:
                self.record("store.journal.columns_dropped", name=name, count=len(dropped))
        return source

    def source(self, number: int) -> StoredSource:
        """Return the imported file with this number; KeyError if there is none."""
        for source in self.sources:
            if source.id == number:
                return source
        raise KeyError(number)

    def table_of(self, source: StoredSource) -> RawTable:
        """Return the raw table of ``source``, to show it or to apply the plan again.

        Raises:
            KeyError: the source was removed, or its answers were deleted.
        """
        return read_source(self._database, source)

    def remove_source(self, source: StoredSource) -> None:
        """Take an imported file out of the project."""
        with self._database.edit():
            remove_source(self._database, source)
            self.record("store.journal.source_removed", name=source.file.name)

    # -- parts: plan, study, settings ------------------------------------------------------------

    def put(self, name: str, value: object) -> None:
        """Keep ``value`` (dataclasses, mappings, tuples, numbers, texts) as the part ``name``."""
        text = to_text(value)
        if self._database.read("SELECT 1 FROM part WHERE name = ? AND json = ?", (name, text)):
            return  # nothing changed: no edit to save
        now = datetime.now().isoformat(timespec="seconds")
        with self._database.edit() as connection:
            connection.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?)", (name, text, now))

    def get(self, name: str, kind: type[T]) -> T | None:
        """Return the part ``name`` as a ``kind``, None when there is none.

        Raises:
            Refusal: another version of the program wrote something this one cannot read.
        """
        found = self._database.read("SELECT json FROM part WHERE name = ?", (name,))
        if not found:
            return None
        try:
            return from_text(found[0][0], kind)
        except Undecodable as error:
            raise refuse("project_part_unreadable", self.title, part=name) from error

    def remove(self, name: str) -> None:
        """Remove the part ``name``, if there is one."""
        with self._database.edit() as connection:
            connection.execute("DELETE FROM part WHERE name = ?", (name,))

    @property
    def study(self) -> Study | None:
        """Return the study, None before there is one."""
        return self.get(STUDY, Study)

    @study.setter
    def study(self, study: Study) -> None:
        self.put(STUDY, study)

    @property
    def questionnaires(self) -> Mapping[str, Questionnaire]:
        """Return the questionnaires kept, by code.

        Raises:
            Refusal: another version of the program wrote one that this one cannot read.
        """
        from survey.questionnaire.files import from_text as read

        found = self._database.read(
            "SELECT name, json FROM part WHERE name LIKE ? ORDER BY name", (_QUESTIONNAIRE + "%",)
        )
        return MappingProxyType(
            {
                name.removeprefix(_QUESTIONNAIRE): read(from_text(text, str), name=name)
                for name, text in found
            }
        )

    def put_questionnaire(self, questionnaire: Questionnaire) -> None:
        """Keep a questionnaire under its code, in its own stable format."""
        from survey.questionnaire.files import to_text as write

        self.put(_QUESTIONNAIRE + questionnaire.code, write(questionnaire))

    def remove_questionnaire(self, code: str) -> None:
        """Remove the questionnaire called ``code``, if there is one."""
        self.remove(_QUESTIONNAIRE + code)

    # -- results and attachments -----------------------------------------------------------------

    @property
    def results(self) -> Mapping[str, str]:
        """Return the names of the results kept, each with its data's fingerprint."""
        found = self._database.read("SELECT name, fingerprint FROM result ORDER BY name")
        return MappingProxyType(dict(found))

    def put_result(
        self, name: str, value: object, *, fingerprint: str, holds_answers: bool = False
    ) -> None:
        """Keep a result.

        Args:
            fingerprint: of the data and options it was computed from.
            holds_answers: it contains single respondents; goes when the answers go.
        """
        now = datetime.now().isoformat(timespec="seconds")
        with self._database.edit() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?)",
                (name, fingerprint, to_text(value), int(holds_answers), now),
            )

    def get_result(self, name: str, kind: type[T]) -> T | None:
        """Return the result ``name``; None when there is none.

        A result that another version of the program kept and this one cannot read counts as
        not computed: it can be had again from the answers.
        """
        found = self._database.read("SELECT json FROM result WHERE name = ?", (name,))
        if not found:
            return None
        with suppress(Undecodable):
            return from_text(found[0][0], kind)
        return None

    def attach(self, name: str, content: bytes, *, media_type: str) -> None:
        """Keep a finished file, such as the report as PDF."""
        with self._database.edit() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO attachment VALUES (?, ?, ?, ?, ?)",
                (
                    name,
                    media_type,
                    hashlib.sha256(content).hexdigest(),
                    content,
                    datetime.now().isoformat(timespec="seconds"),
                ),
            )

    def attachment(self, name: str) -> bytes | None:
        """Return the attached file, None when there is none."""
        found = self._database.read("SELECT content FROM attachment WHERE name = ?", (name,))
        return bytes(found[0][0]) if found else None

    # -- journal and retention -------------------------------------------------------------------

    def record(self, code: str, **values: object) -> None:
        """Write an entry of the journal: what was decided, with the sentence's values."""
        with self._database.edit() as connection:
            connection.execute(
                'INSERT INTO journal (at, code, "values") VALUES (?, ?, ?)',
                (datetime.now().isoformat(timespec="seconds"), code, to_text(values)),
            )

    @property
    def journal(self) -> tuple[JournalEntry, ...]:
        """Return the journal, oldest first."""
        return tuple(
            JournalEntry(datetime.fromisoformat(at), code, MappingProxyType(json.loads(values)))
            for at, code, values in self._database.read(
                'SELECT at, code, "values" FROM journal ORDER BY id'
            )
        )

    @property
    def delete_answers_by(self) -> date | None:
        """Return the day by which the answers are to be deleted, None if not set."""
        kept = self._meta("delete_answers_by")
        return None if kept is None else date.fromisoformat(kept)

    @delete_answers_by.setter
    def delete_answers_by(self, day: date | None) -> None:
        self._set_meta("delete_answers_by", None if day is None else day.isoformat())

    def are_answers_due(self, today: date) -> bool:
        """Return whether answers are still here on or after the day they were to be deleted."""
        day = self.delete_answers_by
        return (
            day is not None
            and today >= day
            and any(not source.is_deleted for source in self.sources)
        )

    def delete_answers(self) -> None:
        """Delete all answers for good; aggregates, study, settings and journal stay.

        The document on disk holds them until the next save, which replaces it as a whole.
        """
        with self._database.edit() as connection:
            sources = [source for source in self.sources if not source.is_deleted]
            for source in sources:
                delete_cells(self._database, source)
            connection.execute("DELETE FROM result WHERE holds_answers")
            self.record(
                "store.journal.answers_deleted", rows=sum(source.rows for source in sources)
            )
        self._database.compact()
