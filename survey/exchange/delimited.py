"""Reads the rows of a text table. The separator is the one that gives the most even table."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from survey.problems import refuse

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_ROWS = 200
SAMPLE_SIZE = 900_000
"""Characters; under the longest cell, so that an open quote is told where the table is read."""
MAX_COLUMNS = 10_000
LONGEST_CELL = 1_000_000


def find_separator(text: str, where: str) -> str:
    """Return the separator that gives the same width, more than one, in most rows.

    Never decided from the heading alone: headings contain commas.

    Raises:
        Refusal: no separator gives more than one column.
    """
    best, best_score = "", (0.0, 0)
    head = text[:SAMPLE_SIZE]
    for separator in SEPARATORS:
        widths = Counter(len(row) for row in islice(_parse(head, separator, where), SAMPLE_ROWS))
        widths.pop(0, None)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = (count / sum(widths.values()), width)
        if width > 1 and score > best_score:
            best, best_score = separator, score
    if not best:
        raise refuse("no_columns", where)
    return best


def delimited_rows(
    text: str, where: str, *, separator: str
) -> Iterator[tuple[int, Sequence[str | None]]]:
    """Yield the records with their numbers (from 1).

    Raises:
        Refusal: a cell longer than a million characters (a quote that never closes), or more
            than 10,000 columns.
    """
    number, row = 0, [""]
    for number, row in enumerate(_parse(text, separator, where), start=1):
        if len(row) > MAX_COLUMNS:
            raise refuse("too_many_columns", where, row=number, columns=len(row))
        yield number, row
    if row and "\n" in row[-1] and text.count('"') % 2:
        raise refuse("quote_never_closed", where, row=number)  # all the rest became one cell


def _parse(text: str, separator: str, where: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error as error:
        raise refuse("quote_never_closed", where, row=reader.line_num) from error
