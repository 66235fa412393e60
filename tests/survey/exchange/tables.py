"""Raw tables made in memory, as if read from a file."""

from collections.abc import Mapping, Sequence

import numpy as np

from survey.exchange.raw_table import RawTable, column_of
from survey.responses import SourceFile


def table(columns: Mapping[str, Sequence[str | None]], name: str = "a.xlsx") -> RawTable:
    """Return a table of these headings and cells, read from an .xlsx of one heading row."""
    headers = tuple(columns)
    n = len(next(iter(columns.values())))
    return RawTable(
        headers=headers,
        columns=tuple(column_of(cells) for cells in columns.values()),
        header_rows=(headers,),
        row_numbers=np.arange(2, n + 2, dtype=np.int32),
        source=SourceFile(name, "0" * 64, "xlsx", "", n, len(headers)),
    )


AGREE = ("非常不同意", "不同意", "一般", "同意", "非常同意")


def agreement(codes: str) -> list[str | None]:
    """Return labels for digits 1-5; other characters: ``-`` blank, ``x`` 跳过, ``?`` 不了解."""
    words: dict[str, str | None] = {"-": None, "x": "(跳过)", "o": "(空)", "?": "不了解/不适用"}
    words.update({str(code): label for code, label in enumerate(AGREE, start=1)})
    return [words[code] for code in codes]
