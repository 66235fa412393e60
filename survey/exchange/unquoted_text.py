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
RETURN = ord("\r")
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
    if returns not in (0, rows):
        return None
    width = data.count(separator.encode(), 0, data.index(b"\n")) + 1
    cells = [_Cells(rows) for _ in range(width)]
    at = row = 0
    stretch = _Stretch(data, ord(separator))
    while at < len(data):
        end = data.rfind(b"\n", at, at + STRETCH) + 1
        if end <= at:
            return None
        stretch.move(at, end)
        ends = stretch.cell_ends(width)
        if ends is None or (returns and not stretch.returns_before(ends[-1])):
            return None
        _digest(cells, stretch, ends, row=row, line_end=2 if returns else 1)
        at, row = end, row + ends.shape[1]
    try:
        return tuple(column.column() for column in cells)
    except (UnicodeDecodeError, _TooAlikeError):
        return None


class _TooAlikeError(Exception):
    """Two different cells have the same mixed number: once in many million tables."""


class _Stretch:
    """A part of the text, as bytes and as the 8-byte words that begin at each byte.

    Its memory is used again for the next part: fresh memory costs more than the work.
    """

    def __init__(self, data: bytes, separator: int) -> None:
        self._data = data
        self._separator = separator
        self._at = self._size = 0
        buffer = bytearray(STRETCH + len(_PADDING))
        self._buffer = memoryview(buffer)
        self.content = np.frombuffer(buffer, dtype=np.uint8)
        self.words: Words = np.ndarray(
            len(buffer) - WORD + 1, dtype="<u8", buffer=buffer, strides=(1,)
        )
        self._is_line_end = np.empty(STRETCH, dtype=bool)
        self._is_end = np.empty(STRETCH, dtype=bool)

    def move(self, start: int, end: int) -> None:
        """Hold the bytes from ``start`` to before ``end``, zeros behind them."""
        self._at, self._size = start, end - start
        self._buffer[: self._size] = memoryview(self._data)[start:end]
        self._buffer[self._size : self._size + len(_PADDING)] = _PADDING

    def cell_ends(self, width: int) -> Places | None:
        """Return where cells end, a row per column; None when rows are of several lengths."""
        content = self.content[: self._size]
        is_line_end = np.equal(content, LINE_END, out=self._is_line_end[: self._size])
        is_end = np.equal(content, self._separator, out=self._is_end[: self._size])
        places = np.flatnonzero(np.logical_or(is_end, is_line_end, out=is_end))
        if len(places) % width:
            return None
        ends = np.ascontiguousarray(places.reshape(-1, width).T)
        is_even = is_line_end[ends[-1]].all() and np.count_nonzero(is_line_end) == ends.shape[1]
        return ends if is_even else None

    def returns_before(self, line_ends: Places) -> bool:
        """Return whether a carriage return stands before each line end."""
        return bool((self.content[line_ends - 1] == RETURN).all())

    def cells(self, starts: Places, lengths: Places) -> list[bytes]:
        """Return the cells with these starts and lengths."""
        first = starts + self._at
        pairs = zip(first.tolist(), (first + lengths).tolist(), strict=True)
        return [self._data[start:end] for start, end in pairs]


def _digest(
    cells: Sequence[_Cells], stretch: _Stretch, ends: Places, *, row: int, line_end: int
) -> None:
    starts = np.empty_like(ends)
    starts[0, 0] = 0
    starts[0, 1:] = ends[-1, :-1] + 1
    starts[1:] = ends[:-1] + 1
    ends[-1] -= line_end - 1
    lengths = ends - starts
    for column, start, length in zip(cells, starts, lengths, strict=True):
        column.add(stretch, start, length, row=row)


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

    There is no zero byte in the text, so that different cells are different rows. As long as
    no cell is longer than a byte, single bytes are kept; from the first stretch with a long
    cell on, all are kept as they are.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._digits: NDArray[np.uint8] | None = np.zeros(rows, dtype=np.uint8)
        self._words: list[Words] = []
        self._texts: list[bytes] | None = None

    def add(self, stretch: _Stretch, starts: Places, lengths: Places, *, row: int) -> None:
        """Take the cells of one stretch; the first of them stands in ``row``."""
        longest = int(lengths.max())
        if self._digits is not None:
            if longest <= 1:
                found = stretch.content[starts]
                found[lengths == 0] = 0
                self._digits[row : row + len(starts)] = found
                return
            self._words.append(self._digits.astype(np.uint64))
            self._digits = None
        if self._texts is None and longest > WORD * MOST_WORDS:
            self._texts = _cells_of(self._stacked(slice(0, row)))
        if self._texts is not None:
            self._texts += stretch.cells(starts, lengths)
            return
        while len(self._words) * WORD < longest:
            self._words.append(np.zeros(self._rows, dtype=np.uint64))
        for place, kept in enumerate(self._words):
            words = stretch.words[starts + WORD * place if place else starts]
            np.bitwise_and(words, _MASKS[place][lengths], out=kept[row : row + len(starts)])

    def column(self) -> Column:
        """Return the column; a cell without visible text counts as blank.

        Raises:
            UnicodeDecodeError: a cell is no UTF-8.
        """
        if self._texts is not None:
            index: dict[bytes, int] = {}
            places = [index.setdefault(text, len(index)) for text in self._texts]
            return numbered(np.array(places), _decoded(list(index)))
        if self._digits is not None:
            return _column_of_digits(self._digits)
        codes, distinct = self._factorized()
        return numbered(codes, _decoded(_cells_of(distinct)))

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
        return np.stack([word[rows] for word in self._words], axis=1)


def _cells_of(words: Words) -> list[bytes]:
    """Return the cells that these rows of words are; numpy drops zeros at the end."""
    packed = np.ascontiguousarray(words, dtype="<u8")
    found: list[bytes] = packed.view(f"S{WORD * packed.shape[1]}").ravel().tolist()
    return found


def _column_of_digits(digits: NDArray[np.uint8]) -> Column:
    """Return the column of cells of one byte each, 0 where empty."""
    present = np.flatnonzero(np.bincount(digits)).tolist()
    order = sorted(present, key=lambda digit: int((digits == digit).argmax()))
    renumber = np.zeros(256, dtype=np.int32)
    renumber[order] = np.arange(len(order))
    values = _decoded([bytes([digit]) if digit else b"" for digit in order])
    return numbered(renumber[digits], values)


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
