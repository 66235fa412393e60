"""Reads large text tables with pandas' parser, which numbers distinct cells as it goes.

It gives the same columns as delimited.py, several times quicker; where it is not sure (rows
longer than the first, NUL characters, an open quote, a column of nothing but numbers) it
leaves the file to delimited.py.
"""

from __future__ import annotations

import codecs
import io

import numpy as np
from numpy.typing import NDArray

from survey.exchange.raw_table import BLANK, Column
from survey.exchange.unquoted_text import numbered, read_unquoted

FROM_SIZE = 1_000_000
"""Bytes; below, importing pandas costs more than it saves."""


FIRST_LOOK = 512
"""Rows in which most columns show every value they ever hold."""


def read_large(data: bytes, *, separator: str) -> tuple[Column, ...] | None:
    """Return the columns of UTF-8 text, heading rows included, or None: read it the slow way."""
    if b"\0" in data:
        return None
    plain = read_unquoted(data.removeprefix(codecs.BOM_UTF8), separator=separator)
    if plain is not None:
        return plain
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.BytesIO(data.removeprefix(codecs.BOM_UTF8)),
            sep=separator,
            header=None,
            dtype="category",
            na_filter=False,
            skip_blank_lines=False,
            engine="c",
            low_memory=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError):
        return None
    columns = [frame[place].array for place in range(frame.shape[1])]
    if not all(pd.api.types.is_string_dtype(column.categories) for column in columns):
        return None  # a column of numbers under a heading that is one: 007 would become 7
    return tuple(_column(column) for column in columns)


def _column(cells: object) -> Column:
    """Return a categorical's cells with the values in the order of first appearance."""
    codes = np.asarray(cells.codes, dtype=np.intp)  # type: ignore[attr-defined]
    values = cells.categories.tolist()  # type: ignore[attr-defined]
    order = _by_appearance(codes, len(values))
    renumber = np.full(len(values) + 1, BLANK, dtype=np.int32)
    renumber[order] = np.arange(len(order), dtype=np.int32)
    return numbered(renumber[codes], [values[place] for place in order])


def _by_appearance(codes: NDArray[np.intp], count: int) -> list[int]:
    """Return the codes from 0 to before ``count`` in the order in which they first occur."""
    seen: list[int] = list(dict.fromkeys(codes[:FIRST_LOOK].tolist()))
    if len(seen) < count:
        first = np.full(count + 1, len(codes), dtype=np.int64)
        first[codes[::-1]] = np.arange(len(codes))[::-1]  # the last to write is the first to occur
        seen = np.argsort(first[:-1], kind="stable").tolist()
    return [code for code in seen if code >= 0]
