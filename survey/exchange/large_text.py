"""Reads large text tables with pandas' parser, which numbers distinct cells as it goes.

It gives the same columns as delimited.py, several times quicker; where it is not sure (rows
longer than the first, NUL characters, an open quote, a column of nothing but numbers) it
leaves the file to delimited.py.
"""

from __future__ import annotations

import io

import numpy as np

from survey.exchange.raw_table import BLANK, Codes, Column

FROM_SIZE = 1_000_000
"""Bytes; below, importing pandas costs more than it saves."""


def read_large(data: bytes, *, separator: str) -> tuple[Column, ...] | None:
    """Return the columns of UTF-8 text, heading rows included, or None: read it the slow way."""
    if b"\0" in data:
        return None
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.BytesIO(data),
            sep=separator,
            header=None,
            dtype="category",
            keep_default_na=False,
            skip_blank_lines=False,
            encoding="utf-8-sig",
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
    codes: Codes = np.asarray(cells.codes, dtype=np.int32)  # type: ignore[attr-defined]
    values = cells.categories.tolist()  # type: ignore[attr-defined]
    first = np.full(len(values) + 1, len(codes), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # the last to write is the first to occur
    order = np.argsort(first[:-1], kind="stable")
    renumber = np.full(len(values) + 1, BLANK, dtype=np.int32)
    kept = [int(place) for place in order if values[place].strip()]
    renumber[kept] = np.arange(len(kept), dtype=np.int32)
    return Column(tuple(values[place] for place in kept), renumber[codes])
