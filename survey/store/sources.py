"""The raw tables of a project: as imported, never changed, one row per column.

A column keeps its distinct values once and a small number per cell, the shape RawTable
has: 100,000 answers to 60 questions take a few megabytes and open in an instant.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_type_hints

from survey.progress import Progress, silent
from survey.responses import SourceFile
from survey.store.codec import decode, from_text, to_text
from survey.store.database import Database

if TYPE_CHECKING:
    import sqlite3

    from survey.exchange.raw_table import Codes, Column, RawTable

_QUICKLY = 1
"""Level of compression: codes shrink well at any."""
_MEMORY = 9


@dataclass(frozen=True, slots=True)
class StoredSource:
    """An imported file as the project keeps it.

    Args:
        id: number of the source in the project, from 1.
        file: name, SHA-256, kind and size of the file it came from.
        rows: number of answers.
        dropped: headers of the columns with personal data: their places are there, their
            cells were never kept.
        wave: name of the wave or batch, "" for the only one.
        is_deleted: the cells were deleted when their retention ended.
    """

    id: int
    file: SourceFile
    rows: int
    dropped: tuple[str, ...]
    wave: str
    imported: datetime
    is_deleted: bool


def add_source(
    database: Database,
    raw: RawTable,
    *,
    dropped: Collection[int] = (),
    wave: str = "",
    progress: Progress = silent,
) -> int:
    """Keep ``raw`` in one transaction and return its number.

    Args:
        dropped: places of the columns with personal data, whose cells are not kept; those of
            repeat groups are counted on behind the table's own.
    """
    raw = _without_cells(raw, dropped)
    all_headers = [header for table in (raw, *raw.repeats) for header in table.headers]
    headers = [all_headers[place] for place in sorted(dropped)]
    with database.edit() as connection:
        cursor = connection.execute(
            "INSERT INTO source (file, rows, layout, dropped, wave, imported)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                to_text(raw.source),
                raw.n_rows,
                _layout_text(raw),
                json.dumps(headers, ensure_ascii=False),
                wave,
                datetime.now().isoformat(timespec="seconds"),
            ),
        )
        number = cursor.lastrowid
        assert number is not None
        columns = [column for table in (raw, *raw.repeats) for column in table.columns]
        for place, column in enumerate(columns):
            _insert_column(connection, number, place=place, column=column)
            progress((place + 1) / len(columns), "store_rows")
    return number


def _without_cells(raw: RawTable, dropped: Collection[int]) -> RawTable:
    """Return ``raw`` with the dropped columns blank; every other column keeps its place."""
    from survey.exchange.raw_table import column_of

    blank = column_of([None] * raw.n_rows)
    repeats = []
    start = len(raw.columns)
    for table in raw.repeats:
        repeats.append(_without_cells(table, {place - start for place in dropped}))
        start += len(table.columns)
    return replace(
        raw,
        columns=tuple(
            blank if place in dropped else column for place, column in enumerate(raw.columns)
        ),
        facts={place: facts for place, facts in raw.facts.items() if place not in dropped},
        repeats=tuple(repeats),
    )


def _layout_text(raw: RawTable) -> str:
    """Return all but the cells; they stand in a table of their own, to be deleted with it."""
    return to_text(_layout(raw) | {"repeats": [_layout(table) for table in raw.repeats]})


def _layout(raw: RawTable) -> dict[str, object]:
    kept = (field.name for field in fields(raw) if field.name not in ("columns", "repeats"))
    return {name: getattr(raw, name) for name in kept}


def _insert_column(
    connection: sqlite3.Connection, source: int, *, place: int, column: Column
) -> None:
    width = next(size for size in (1, 2, 4) if len(column.values) <= 2 ** (8 * size - 1))
    connection.execute(
        "INSERT INTO cells VALUES (?, ?, ?, ?, ?)",
        (
            source,
            place,
            json.dumps(column.values, ensure_ascii=False),
            width,
            _compressed(column.codes.astype(f"<i{width}").tobytes(), width),
        ),
    )


def _compressed(content: bytes, width: int) -> bytes:
    """Return ``content`` as a zlib stream; answers to a scale repeat no stretches to look for."""
    strategy = zlib.Z_RLE if width == 1 else zlib.Z_DEFAULT_STRATEGY
    packer = zlib.compressobj(_QUICKLY, zlib.DEFLATED, zlib.MAX_WBITS, _MEMORY, strategy)
    return packer.compress(content) + packer.flush()


def stored_sources(database: Database) -> tuple[StoredSource, ...]:
    """Return the imported files in the order of their import."""
    return tuple(
        StoredSource(
            id=number,
            file=from_text(file, SourceFile),
            rows=rows,
            dropped=tuple(json.loads(dropped)),
            wave=wave,
            imported=datetime.fromisoformat(imported),
            is_deleted=bool(is_deleted),
        )
        for number, file, rows, dropped, wave, imported, is_deleted in database.read(
            "SELECT id, file, rows, dropped, wave, imported, is_deleted FROM source ORDER BY id"
        )
    )


def read_source(database: Database, source: StoredSource) -> RawTable:
    """Return the table of ``source`` as it was imported, without the cells dropped then.

    Raises:
        KeyError: the source was removed, or its cells were deleted.
    """
    from survey.exchange.raw_table import Column

    found = database.read("SELECT layout FROM source WHERE id = ?", (source.id,))
    if not found or source.is_deleted:
        raise KeyError(source.id)
    columns = tuple(
        Column(tuple(json.loads(values)), _codes(width, content))
        for values, width, content in database.read(
            'SELECT "values", width, codes FROM cells WHERE source = ? ORDER BY place',
            (source.id,),
        )
    )
    layout: dict[str, Any] = json.loads(found[0][0])
    start = len(layout["headers"])
    repeats = []
    for part in layout.pop("repeats", ()):
        end = start + len(part["headers"])
        repeats.append(_table(part, columns[start:end]))
        start = end
    return replace(_table(layout, columns[: len(layout["headers"])]), repeats=tuple(repeats))


def _table(layout: dict[str, Any], columns: tuple[Column, ...]) -> RawTable:
    from survey.exchange.raw_table import RawTable

    hints = get_type_hints(RawTable)
    kept = {name: decode(value, hints[name]) for name, value in layout.items() if name in hints}
    return RawTable(columns=columns, **kept)


def _codes(width: int, content: bytes) -> Codes:
    import numpy as np

    return np.frombuffer(zlib.decompress(content), dtype=f"<i{width}").astype(np.int32)


def remove_source(database: Database, source: StoredSource) -> None:
    """Remove an imported file with its cells (the import is undone)."""
    with database.edit() as connection:
        connection.execute("DELETE FROM cells WHERE source = ?", (source.id,))
        connection.execute("DELETE FROM source WHERE id = ?", (source.id,))


def delete_cells(database: Database, source: StoredSource) -> None:
    """Delete the cells of a source and keep its facts (retention has ended)."""
    with database.edit() as connection:
        connection.execute("DELETE FROM cells WHERE source = ?", (source.id,))
        connection.execute("UPDATE source SET is_deleted = 1 WHERE id = ?", (source.id,))
