"""Multiple answers joined by a comma or semicolon in one cell (Google Forms, Qualtrics).

An option that holds a comma itself cannot be told from two options without the list of
options. What helps: fragments that recur are options; two fragments that never occur apart
are one option.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from survey.exchange.raw_table import Column

SEPARATORS = (";", ", ")
RECURRING = 3
"""A fragment that occurs so often is an option."""
RECURRING_SHARE = 0.8
"""So many of all fragments must be recurring ones."""
MOST_OPTIONS = 60
JOINED_CELLS = 0.1
"""So many of the answered cells must hold at least two fragments."""


@dataclass(frozen=True, slots=True)
class Joining:
    """How answers are joined in a column."""

    separator: str
    options: tuple[str, ...]


def find_joining(column: Column, missing: Sequence[str]) -> Joining | None:
    """Return separator and options of a multiple choice in one column; None for other columns."""
    cells = [
        (cell, count)
        for cell, count in zip(column.values, column.counts(), strict=True)
        if cell not in missing
    ]
    for separator in SEPARATORS:
        if not _is_joined(cells, separator):
            continue
        options = _options(cells, separator)
        several = sum(
            count
            for cell, count in cells
            if len(split_answers(cell, options, separator=separator)) > 1
        )
        if several >= JOINED_CELLS * sum(count for _, count in cells):
            return Joining(separator, options)
    return None


def _is_joined(cells: Sequence[tuple[str, int]], separator: str) -> bool:
    answered = sum(count for _, count in cells)
    joined = sum(count for cell, count in cells if separator in cell)
    if not answered or joined < JOINED_CELLS * answered:
        return False
    fragments = _fragments(cells, separator)
    recurring = sum(count for count in fragments.values() if count >= RECURRING)
    options = sum(1 for count in fragments.values() if count >= RECURRING)
    enough = recurring >= RECURRING_SHARE * sum(fragments.values())
    return enough and 2 <= options <= MOST_OPTIONS and options <= len(cells)


def _fragments(cells: Sequence[tuple[str, int]], separator: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for cell, count in cells:
        for fragment in _parts(cell, separator):
            found[fragment] += count
    return found


def _parts(cell: str, separator: str) -> list[str]:
    """Return the fragments of a cell; a separator inside brackets separates nothing."""
    parts: list[str] = []
    opened = ""
    for fragment in cell.split(separator):
        opened = f"{opened}{separator}{fragment}" if opened else fragment
        if opened.count("(") <= opened.count(")"):
            parts.append(opened.strip())
            opened = ""
    if opened:  # a bracket that never closes is an ordinary character
        parts += [fragment.strip() for fragment in opened.split(separator)]
    return [part for part in parts if part]


def _options(cells: Sequence[tuple[str, int]], separator: str) -> tuple[str, ...]:
    """Return the options, most chosen first; fragments that never stand apart are one option."""
    found = _fragments(cells, separator)
    together: Counter[tuple[str, str]] = Counter()
    for cell, count in cells:
        for pair in pairwise(_parts(cell, separator)):
            together[pair] += count
    follows = {
        left: right
        for (left, right), count in together.items()
        if count >= RECURRING and count == found[left] == found[right] and left != right
    }
    for chain in _chains(follows):
        whole = separator.join(chain)
        found[whole] = found[chain[0]]
        for part in chain:
            del found[part]
    return tuple(option for option, count in found.most_common() if count >= RECURRING)


def _chains(follows: Mapping[str, str]) -> list[list[str]]:
    """Return the longest runs of fragments that follow one another."""
    chains = []
    for head in follows.keys() - set(follows.values()):
        chain = [head]
        while chain[-1] in follows:
            chain.append(follows[chain[-1]])
        chains.append(chain)
    return sorted(chains)


def split_answers(cell: str, options: Sequence[str], *, separator: str) -> list[str]:
    """Return the answers in one cell; options that hold the separator stay whole."""
    holding = sorted((o for o in options if separator in o), key=len, reverse=True)
    kept: list[str] = []
    for option in holding:
        if option in cell:
            kept.append(option)
            cell = cell.replace(option, "")
    return [*kept, *_parts(cell, separator)]
