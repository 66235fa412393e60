"""The raw tables of a project: as imported, never changed, read page by page.

The columns of a table are split over SQLite tables of at most 500 columns, because SQLite
takes no more than 2,000 in one.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from survey.progress import Progress, silent
from survey.responses import SourceFile
from survey.store.database import Database

Cell = str | None
Row = Sequence[Cell]
_COLUMNS_PER_TABLE = 500
_ROWS_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True)
class StoredSource:
    """An imported file as the project keeps it.

    Args:
        id: number of the source in the project, from 1.
        file: name, SHA-256, kind and size of the file it came from.
        headers: headers of the columns kept, in the file's order.
        dropped: headers of the columns with personal data left out at import.
        wave: name of the wave or batch, "" for the only one.
        is_deleted: the cells were deleted when their retention ended.
    """

    id: int
    file: SourceFile
    headers: tuple[str, ...]
    dropped: tuple[str, ...]
    wave: str
    imported: datetime
    is_deleted: bool


def _bands(width: int) -> list[range]:
    """Return the columns of each SQLite table."""
    return [
        range(start, min(start + _COLUMNS_PER_TABLE, width))
        for start in range(0, width, _COLUMNS_PER_TABLE)
    ]


def _table(source: int, band: int) -> str:
    return f"cells_{source}_{band}"


def add_source(
    database: Database,
    file: SourceFile,
    *,
    headers: Sequence[str],
    rows: Iterable[Row],
    dropped: Sequence[str],
    wave: str,
    progress: Progress = silent,
) -> int:
    """Keep a raw table in one transaction and return its number.

    Args:
        rows: one sequence of ``len(headers)`` cells each; text as in the file, None if empty.

    Raises:
        ValueError: a row is of another width.
    """
    with database.edit() as connection:
        source = _insert_facts(connection, file, headers=headers, dropped=dropped, wave=wave)
        bands = _bands(len(headers))
        for band, columns in enumerate(bands):
            names = ", ".join(f"c{column} TEXT" for column in columns)
            connection.execute(
                f"CREATE TABLE {_table(source, band)} (row INTEGER PRIMARY KEY, {names})"
            )
        count = 0
        for chunk in _chunks(rows):
            _insert_rows(connection, source, bands=bands, first=count + 1, chunk=chunk)
            count += len(chunk)
            progress(min(count / max(file.rows, 1), 1.0), "store_rows")
        connection.execute("UPDATE source SET rows = ? WHERE id = ?", (count, source))
    return source


def _insert_facts(
    connection: sqlite3.Connection,
    file: SourceFile,
    *,
    headers: Sequence[str],
    dropped: Sequence[str],
    wave: str,
) -> int:
    cursor = connection.execute(
        "INSERT INTO source (name, sha256, kind, encoding, rows, columns, headers, dropped, wave,"
        " imported) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            file.name,
            file.sha256,
            file.kind,
            file.encoding,
            file.rows,
            file.columns,
            json.dumps(list(headers), ensure_ascii=False),
            json.dumps(list(dropped), ensure_ascii=False),
            wave,
            datetime.now().isoformat(timespec="seconds"),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _ROWS_AT_A_TIME)):
        yield chunk


def _insert_rows(
    connection: sqlite3.Connection,
    source: int,
    *,
    bands: list[range],
    first: int,
    chunk: list[Row],
) -> None:
    width = bands[-1].stop if bands else 0
    for number, row in enumerate(chunk, first):
        if len(row) != width:
            raise ValueError(f"row {number} has {len(row)} cells, the headers are {width}")
    for band, columns in enumerate(bands):
        places = ", ".join("?" * (len(columns) + 1))
        connection.executemany(
            f"INSERT INTO {_table(source, band)} VALUES ({places})",
            (
                (number, *row[columns.start : columns.stop])
                for number, row in enumerate(chunk, first)
            ),
        )


def stored_sources(database: Database) -> tuple[StoredSource, ...]:
    """Return the imported files in the order of their import."""
    facts = database.read(
        "SELECT name, sha256, kind, encoding, rows, columns, id, headers, dropped, wave,"
        " imported, is_deleted FROM source ORDER BY id"
    )
    return tuple(
        StoredSource(
            id=number,
            file=SourceFile(*file),
            headers=tuple(json.loads(headers)),
            dropped=tuple(json.loads(dropped)),
            wave=wave,
            imported=datetime.fromisoformat(imported),
            is_deleted=bool(is_deleted),
        )
        for *file, number, headers, dropped, wave, imported, is_deleted in facts
    )


def read_rows(
    database: Database, source: StoredSource, *, first: int = 0, count: int | None = None
) -> list[tuple[Cell, ...]]:
    """Return rows ``first`` (from 0) and following, as imported; empty after deletion."""
    if source.is_deleted:
        return []
    last = -1 if count is None else first + count
    pages = [
        database.read(
            f"SELECT {', '.join(f'c{column}' for column in columns)} FROM"
            f" {_table(source.id, band)} WHERE row > ? AND (? < 0 OR row <= ?) ORDER BY row",
            (first, last, last),
        )
        for band, columns in enumerate(_bands(len(source.headers)))
    ]
    if len(pages) == 1:
        return pages[0]
    return [tuple(cell for part in parts for cell in part) for parts in zip(*pages, strict=True)]


def remove_source(database: Database, source: StoredSource) -> None:
    """Remove an imported file with its cells (the import is undone)."""
    with database.edit() as connection:
        _drop_cells(connection, source)
        connection.execute("DELETE FROM source WHERE id = ?", (source.id,))


def delete_cells(database: Database, source: StoredSource) -> None:
    """Delete the cells of a source and keep its facts (retention has ended)."""
    with database.edit() as connection:
        _drop_cells(connection, source)
        connection.execute("UPDATE source SET is_deleted = 1 WHERE id = ?", (source.id,))


def _drop_cells(connection: sqlite3.Connection, source: StoredSource) -> None:
    for band, _columns in enumerate(_bands(len(source.headers))):
        connection.execute(f"DROP TABLE IF EXISTS {_table(source.id, band)}")
