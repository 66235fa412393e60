"""Repeat groups: sheets with several rows per response (KoboToolbox, ODK, Ona).

Such a sheet becomes a table of its own, each row linked to its response; how many rows a
response has and the means of the numbers in them stand with the response's other answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resources.texts import sentence
from survey.exchange.blocks import settle_columns
from survey.exchange.description import describe_others
from survey.exchange.dialects import adapt_headings
from survey.exchange.headings import read_headings
from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan, RepeatPlan
from survey.exchange.raw_table import Column, RawTable
from survey.exchange.sketching import sketch_columns
from survey.exchange.spreadsheet import LINKS
from survey.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

RESPONDENT = "respondent"
"""Column of a repeat table: the response a row belongs to, 0 where it belongs to none."""
PARENT_SHEET = "_parent_table_name"
ASIDE_PREFIX = "_submission__"
LONGEST_SHEET_NAME = 31
"""Longer names of groups are cut by Excel in the sheet's name, not in the cells."""
DESCRIBED = (
    ColumnKind.SINGLE,
    ColumnKind.MULTIPLE,
    ColumnKind.RANKING,
    ColumnKind.TEXT,
    ColumnKind.QUANTITY,
    ColumnKind.PERSONAL,
)
Places = NDArray[np.intp]


# --- plan ----------------------------------------------------------------------------------


def propose_repeats(raw: RawTable) -> tuple[RepeatPlan, ...]:
    """Return what the columns of each repeat sheet are: described, personal or ignored."""
    return tuple(RepeatPlan(table.sheet, _columns(table)) for table in raw.repeats)


def _columns(table: RawTable) -> tuple[ColumnPlan, ...]:
    headings = adapt_headings(table, read_headings(table), platform="kobo")
    links = {name for pair in LINKS for name in pair} | {PARENT_SHEET}
    aside = frozenset(
        place
        for place, header in enumerate(table.headers)
        if header in links or header.startswith(ASIDE_PREFIX)
    )
    sketches = sketch_columns(table, headings, platform="kobo", aside=aside)
    return tuple(_described(table, column) for column in settle_columns(table, sketches))


def _described(table: RawTable, column: ColumnPlan) -> ColumnPlan:
    """Rows of a repeat group are described, not scored: there are no items and no groups."""
    kind = column.kind
    if kind in (ColumnKind.ITEM, ColumnKind.GROUP):
        kind = ColumnKind.SINGLE if column.is_words else ColumnKind.QUANTITY
    is_empty = not table.columns[column.place].values and kind is not ColumnKind.PERSONAL
    if is_empty or kind not in DESCRIBED:
        kind = ColumnKind.IGNORED
    return replace(column, kind=kind, code="", scale=None, certainty="certain")


def refit_repeats(
    known: Sequence[RepeatPlan], fresh: Sequence[RepeatPlan]
) -> tuple[RepeatPlan, ...]:
    """Return the plans of another table's repeat sheets, with the kinds settled before."""
    before = {
        (repeat.sheet, column.header): column for repeat in known for column in repeat.columns
    }
    return tuple(
        replace(
            repeat,
            columns=tuple(
                replace(before.get((repeat.sheet, c.header), c), place=c.place)
                for c in repeat.columns
            ),
        )
        for repeat in fresh
    )


# --- links ---------------------------------------------------------------------------------


def parents_of(raw: RawTable, table: RawTable, *, depth: int = 0) -> Places:
    """Return for each row of a repeat sheet the row of its response (0-based), -1 for none."""
    none = np.full(table.n_rows, -1, dtype=np.intp)
    if depth > len(raw.repeats):
        return none  # groups that claim to stand inside each other
    for owner in _owners(raw, table):
        found = _linked(owner, table)
        if found is None or not (found >= 0).any():
            continue
        if owner is raw:
            return found
        above = parents_of(raw, owner, depth=depth + 1)
        return np.where(found >= 0, above[found], -1)
    return none


def _owners(raw: RawTable, table: RawTable) -> list[RawTable]:
    """Return the sheets the rows may belong to, the one the file names first."""
    others = [raw, *(other for other in raw.repeats if other is not table)]
    place = table.place(PARENT_SHEET)
    names = table.columns[place].values if place is not None else ()
    named = [
        other
        for other in others
        if any(name[:LONGEST_SHEET_NAME] == other.sheet[:LONGEST_SHEET_NAME] for name in names)
    ]
    return named[:1] or others


def _linked(owner: RawTable, table: RawTable) -> Places | None:
    for child, parent in LINKS:
        at, key = table.place(child), owner.place(parent)
        if at is not None and key is not None:
            return _looked_up(owner.columns[key], table.columns[at])
    return None


def _looked_up(keys: Column, links: Column) -> Places:
    """Return for each link the first row that has it as its key, -1 for none."""
    first = np.full(len(keys.values) + 1, -1, dtype=np.intp)
    first[keys.codes[::-1]] = np.arange(len(keys))[::-1]
    row_of = {value: first[code] for code, value in enumerate(keys.values)}
    rows = np.array([*(row_of.get(link, -1) for link in links.values), -1], dtype=np.intp)
    found: Places = rows[links.codes]
    return found


# --- answers -------------------------------------------------------------------------------


def repeat_tables(raw: RawTable, plan: ImportPlan) -> dict[str, pd.DataFrame]:
    """Return the rows of each repeat group by sheet, linked by the column RESPONDENT."""
    import pandas as pd

    found = {}
    for table, repeat in zip(raw.repeats, plan.repeats, strict=True):
        index = pd.RangeIndex(1, table.n_rows + 1, name="row")
        frame = describe_others(table, replace(plan, columns=repeat.columns), index)
        if RESPONDENT in frame:
            frame = frame.rename(columns={RESPONDENT: f"{RESPONDENT} (2)"})
        frame.insert(0, RESPONDENT, parents_of(raw, table) + 1)
        found[repeat.sheet] = frame
    return found


def with_summaries(other: pd.DataFrame, repeats: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return ``other`` with the number of rows and the means of numbers of each response."""
    for sheet, frame in repeats.items():
        for name, values in _summaries(sheet, frame, len(other)):
            if name not in other:
                other = other.assign(**{name: values})
    return other


def _summaries(
    sheet: str, frame: pd.DataFrame, count: int
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    owner = frame[RESPONDENT].to_numpy()
    rows = np.bincount(owner, minlength=count + 1)[1:].astype(np.float64)
    yield sentence("import.repeat_count", sheet=sheet), rows
    for name in frame.columns[1:]:
        if frame[name].dtype != np.float64:
            continue
        values = frame[name].to_numpy()
        known = ~np.isnan(values)
        sums = np.bincount(owner[known], weights=values[known], minlength=count + 1)[1:]
        counts = np.bincount(owner[known], minlength=count + 1)[1:]
        means = np.divide(sums, counts, out=np.full(count, np.nan), where=counts > 0)
        yield sentence("import.repeat_mean", sheet=sheet, column=name), means


def repeat_notes(raw: RawTable, repeats: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Return one note per repeat sheet with its rows, and one where rows have no response."""
    notes = []
    for sheet, frame in repeats.items():
        owner = frame[RESPONDENT].to_numpy()
        linked = owner[owner > 0]
        values = {"sheet": sheet, "rows": len(owner), "responses": len(np.unique(linked))}
        notes.append(Problem("repeat_sheet", raw.source.name, values=values))
        if len(linked) < len(owner):
            lost = {"sheet": sheet, "count": len(owner) - len(linked)}
            notes.append(Problem("repeat_unlinked", raw.source.name, values=lost))
    return notes
