"""The schema of a project file, as the steps that lead to it.

A new file takes every step from the first; an older file takes those it lacks. So there is
one description of the schema, and each step stays as it was written: it imports nothing of
ours, because what it would import changes and the old files do not.
"""

import sqlite3
from collections.abc import Callable

APPLICATION_ID = 0x525A4831
"""``RZH1``, at byte 68 of the file: tells our documents from other SQLite files."""

Step = Callable[[sqlite3.Connection], None]


def _first_schema(connection: sqlite3.Connection) -> None:
    for statement in (
        # Facts about the project: title, created, edits, edits_saved, delete_raw_by.
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        # Values kept as JSON: import plan, study, settings, diagram positions.
        "CREATE TABLE part (name TEXT PRIMARY KEY, json TEXT NOT NULL, changed TEXT NOT NULL)",
        # Imported files; layout is the table without its columns, as JSON.
        """CREATE TABLE source (
            id INTEGER PRIMARY KEY, file TEXT NOT NULL, rows INTEGER NOT NULL,
            layout TEXT NOT NULL, dropped TEXT NOT NULL, wave TEXT NOT NULL,
            imported TEXT NOT NULL, is_deleted INTEGER NOT NULL DEFAULT 0)""",
        # Cells of one column: distinct values (JSON) and one code per row, -1 for blank,
        # as little-endian integers of ``width`` bytes, compressed by zlib.
        """CREATE TABLE cells (
            source INTEGER NOT NULL, place INTEGER NOT NULL, "values" TEXT NOT NULL,
            width INTEGER NOT NULL, codes BLOB NOT NULL, PRIMARY KEY (source, place))""",
        """CREATE TABLE result (
            name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, json TEXT NOT NULL,
            holds_answers INTEGER NOT NULL, computed TEXT NOT NULL)""",
        """CREATE TABLE attachment (
            name TEXT PRIMARY KEY, media_type TEXT NOT NULL, sha256 TEXT NOT NULL,
            content BLOB NOT NULL, added TEXT NOT NULL)""",
        """CREATE TABLE journal (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, code TEXT NOT NULL,
            "values" TEXT NOT NULL)""",
    ):
        connection.execute(statement)


STEPS: tuple[Step, ...] = (_first_schema,)
"""Step ``i`` takes a file of version ``i`` to version ``i + 1``; append, never change."""

CURRENT_VERSION = len(STEPS)


def migrate(connection: sqlite3.Connection) -> int:
    """Bring the file to the current version in one transaction; return the version before.

    Args:
        connection: in autocommit mode (``isolation_level=None``), of a file that is empty or
            of a version up to the current one.

    Raises:
        ValueError: the file is newer than this program.
        sqlite3.Error: a step failed; the file is as it was.
    """
    before = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if before > CURRENT_VERSION:
        raise ValueError(f"version {before} is newer than {CURRENT_VERSION}")
    if before == CURRENT_VERSION:
        return before
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in STEPS[before:]:
            step(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {CURRENT_VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return before
