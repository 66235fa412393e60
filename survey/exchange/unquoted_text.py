"""Reads large tables without a quotation mark: there each separator and line end divides cells,
so that cells are found and compared as numbers, eight bytes at a time, without the parser.

It gives the columns that large_text.py and delimited.py give; where a table is not of this
plain kind (rows of several lengths, mixed line ends) it leaves it to them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey.exchange.raw_table import BLANK, Column

Words = NDArray[np.uint64]
Places = NDArray[np.int64]

STRETCH = 2 << 20
"""Bytes looked at together: what the processor keeps at hand."""
WORD = 8
MOST_WORDS = 4
"""Longer cells are compared as they are."""
LINE_END = ord("\n")
_PADDING = bytes(WORD * (MOST_WORDS + 1))
_MIXER = np.uint64(0x9E3779B97F4A7C15)


def read_unquoted(data: bytes, *, separator: str) -> tuple[Column, ...] | None:
    """Return the columns of UTF-8 text, heading rows included; None: not of the plain kind."""
    if b'"' in data or b"\0" in data or not data:
        return None
    if not data.endswith(b"\n"):
        data += b"\n"
    rows = data.count(b"\n")
    returns = data.count(b"\r")
    if returns and not returns == data.count(b"\r\n") == rows:
        return None
    width = data.count(separator.encode(), 0, data.index(b"\n")) + 1
    cells = [_Cells(rows) for _ in range(width)]
    at = row = 0
    while at < len(data):
        end = data.rfind(b"\n", at, at + STRETCH) + 1
        block = data[at:end] + _PADDING
        ends = _cell_ends(block, ord(separator), width)
        if end <= at or ends is None:
            return None
        _digest(cells, block, ends, row=row, line_end=2 if returns else 1)
        at, row = end, row + ends.shape[1]
    try:
        return tuple(column.column() for column in cells)
    except (UnicodeDecodeError, _TooAlikeError):
        return None


class _TooAlikeError(Exception):
    """Two different cells have the same mixed number: once in many million tables."""


def _cell_ends(block: bytes, separator: int, width: int) -> Places | None:
    """Return where cells end, a row per column; None when rows are of several lengths."""
    content = np.frombuffer(block, dtype=np.uint8)
    is_line_end = content == LINE_END
    places = np.flatnonzero(is_line_end | (content == separator))
    if len(places) % width:
        return None
    ends = np.ascontiguousarray(places.reshape(-1, width).T)
    is_even = is_line_end[ends[-1]].all() and np.count_nonzero(is_line_end) == ends.shape[1]
    return ends if is_even else None


def _digest(
    cells: Sequence[_Cells], block: bytes, ends: Places, *, row: int, line_end: int
) -> None:
    starts = np.empty_like(ends)
    starts[0, 0] = 0
    starts[0, 1:] = ends[-1, :-1] + 1
    starts[1:] = ends[:-1] + 1
    ends[-1] -= line_end - 1
    lengths = ends - starts
    words = np.ndarray(len(block) - WORD + 1, dtype="<u8", buffer=block, strides=(1,))
    for column, start, length in zip(cells, starts, lengths, strict=True):
        column.add(block, words, start, length, row=row)


def _masks() -> Words:
    """Return for each word of a cell and each length of the cell the bits that belong to it."""
    masks = np.zeros((MOST_WORDS, WORD * MOST_WORDS + 1), dtype=np.uint64)
    for place in range(MOST_WORDS):
        for length in range(WORD * MOST_WORDS + 1):
            taken = min(max(length - WORD * place, 0), WORD)
            masks[place, length] = (1 << (8 * taken)) - 1
    return masks


_MASKS = _masks()


class _Cells:
    """The cells of one column as rows of 8-byte words, zeros behind the cell's end.

    There is no zero byte in the text, so that different cells are different rows. From the
    first stretch with a long cell on, all are kept as bytes instead.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._words: list[Words] = []
        self._texts: list[bytes] | None = None

    def add(self, block: bytes, words: Words, starts: Places, lengths: Places, *, row: int) -> None:
        """Take the cells of one stretch; the first of them stands in ``row``."""
        longest = int(lengths.max())
        if self._texts is None and longest > WORD * MOST_WORDS:
            self._texts = self._bytes(self._stacked(slice(0, row)))
        if self._texts is not None:
            ends = (starts + lengths).tolist()
            self._texts += [
                block[start:end] for start, end in zip(starts.tolist(), ends, strict=True)
            ]
            return
        while len(self._words) * WORD < longest:
            self._words.append(np.zeros(self._rows, dtype=np.uint64))
        for place, kept in enumerate(self._words):
            found = words[starts + WORD * place if place else starts]
            np.bitwise_and(found, _MASKS[place][lengths], out=kept[row : row + len(starts)])

    def column(self) -> Column:
        """Return the column; a cell without visible text counts as blank.

        Raises:
            UnicodeDecodeError: a cell is no UTF-8.
        """
        if self._texts is not None:
            index: dict[bytes, int] = {}
            places = [index.setdefault(text, len(index)) for text in self._texts]
            return numbered(np.array(places), _decoded(list(index)))
        if not self._words:
            return Column((), np.full(self._rows, BLANK, dtype=np.int32))
        codes, distinct = self._factorized()
        return numbered(codes, _decoded(self._bytes(distinct)))

    def _factorized(self) -> tuple[Places, Words]:
        """Return a code per row, in the order of appearance, and the words of each code."""
        import pandas as pd

        mixed = self._words[0]
        for word in self._words[1:]:
            mixed = mixed * _MIXER ^ word
        codes, found = pd.factorize(mixed)
        if len(self._words) == 1:
            return codes, found[:, np.newaxis]
        example = np.empty(len(found), dtype=np.int64)
        example[codes] = np.arange(len(codes))
        distinct = self._stacked(example)
        for place, word in enumerate(self._words):
            if not np.array_equal(distinct[:, place][codes], word):
                raise _TooAlikeError
        return codes, distinct

    def _stacked(self, rows: slice | Places) -> Words:
        if not self._words:
            return np.zeros((len(np.arange(self._rows)[rows]), 1), dtype=np.uint64)
        return np.stack([word[rows] for word in self._words], axis=1)

    def _bytes(self, words: Words) -> list[bytes]:
        """Return the cells that these rows of words are; numpy drops zeros at the end."""
        packed = np.ascontiguousarray(words, dtype="<u8")
        found: list[bytes] = packed.view(f"S{WORD * packed.shape[1]}").ravel().tolist()
        return found


def _decoded(cells: list[bytes]) -> list[str]:
    """Return the cells as text; none of them holds a line end."""
    return b"\n".join(cells).decode().split("\n") if cells else []


def numbered(codes: NDArray[np.integer], values: Sequence[str]) -> Column:
    """Return the column of ``codes`` into ``values``, which stand in the order of appearance."""
    kept = [place for place, value in enumerate(values) if value.strip()]
    if len(kept) == len(values):
        return Column(tuple(values), codes.astype(np.int32))
    renumber = np.full(len(values) + 1, BLANK, dtype=np.int32)
    renumber[kept] = np.arange(len(kept), dtype=np.int32)
    return Column(tuple(values[place] for place in kept), renumber[codes])
