"""Reads SPSS and Stata files with their labels. Runs in a child process: see child.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey.exchange.raw_table import Column, ColumnFacts, ResponseSetFact, cell_text, column_of
from survey.problems import refuse

if TYPE_CHECKING:
    import pandas as pd

FALLBACK_ENCODING = "GB18030"
"""Old Chinese SPSS files hold GBK text whatever their header says."""


@dataclass(frozen=True, slots=True)
class StatisticsFile:
    """Columns and labels of one file."""

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    facts: Mapping[int, ColumnFacts]
    sets: tuple[ResponseSetFact, ...]
    encoding: str


def read_statistics_file(path: Path, kind: str, encoding: str | None) -> StatisticsFile:
    """Return the content of a .sav, .zsav, .por or .dta file; user-missing codes are kept.

    Raises:
        Refusal: damaged, or text in an encoding that is not what the file says.
    """
    import pyreadstat

    try:
        if kind == "por":  # always UTF-8 to the reader, user-missing codes always kept
            frame, meta = pyreadstat.read_por(str(path))
        elif kind == "dta":
            frame, meta = pyreadstat.read_dta(str(path), user_missing=True, encoding=encoding)
        else:
            frame, meta = pyreadstat.read_sav(str(path), user_missing=True, encoding=encoding)
    except pyreadstat.ReadstatError as error:
        if encoding is None and "Unable to convert string" in str(error):
            return read_statistics_file(path, kind, FALLBACK_ENCODING)
        raise refuse("statistics_file_damaged", path.name, reason=str(error)) from error
    except UnicodeDecodeError as error:
        if encoding is None:
            return read_statistics_file(path, kind, FALLBACK_ENCODING)
        raise refuse("encoding_wrong", path.name, encoding=encoding) from error
    names = tuple(str(name) for name in frame.columns)
    types = meta.readstat_variable_types if kind == "dta" else {}
    return StatisticsFile(
        names,
        tuple(
            _column(frame.iloc[:, place], is_single=types.get(name) == "float")
            for place, name in enumerate(names)
        ),
        {place: _facts(meta, name) for place, name in enumerate(names)},
        _sets(meta, names),
        encoding or meta.file_encoding or "",
    )


def _column(series: pd.Series[Any], *, is_single: bool = False) -> Column:
    """Return the cells as text.

    Args:
        is_single: Stata keeps the numbers with 7 digits: 3.14, not 3.140000104904175.
    """
    import numpy as np

    texts: dict[Any, str | None] = {}
    cells: list[str | None] = []
    for value in series.tolist():
        if value is None or value != value:  # NaN, NaT
            cells.append(None)
            continue
        if value not in texts:
            exact = float(value) if type(value) is int else value
            if is_single and isinstance(exact, float):
                exact = float(str(np.float32(exact)))
            texts[value] = cell_text(exact)
        cells.append(texts[value])
    return column_of(cells)


def _facts(meta: Any, name: str) -> ColumnFacts:
    labels = meta.variable_value_labels.get(name, {})
    ranges = meta.missing_ranges.get(name, [])
    singles = [r["lo"] for r in ranges if r["lo"] == r["hi"]]
    spans = [(r["lo"], r["hi"]) for r in ranges if r["lo"] != r["hi"]]
    return ColumnFacts(
        label=meta.column_names_to_labels.get(name) or "",
        value_labels=tuple((_code(code), str(label)) for code, label in _in_code_order(labels)),
        missing=(*map(_code, singles), *map(str, meta.missing_user_values.get(name, []))),
        missing_ranges=tuple((float(low), float(high)) for low, high in spans),
    )


def _in_code_order(labels: Mapping[Any, str]) -> list[tuple[Any, str]]:
    return sorted(labels.items(), key=lambda pair: (isinstance(pair[0], str), pair[0]))


def _code(value: object) -> str:
    return cell_text(float(value) if type(value) is int else value) or ""


def _sets(meta: Any, names: tuple[str, ...]) -> tuple[ResponseSetFact, ...]:
    found = []
    for name, entry in (getattr(meta, "mr_sets", None) or {}).items():
        counted = "" if entry.get("counted_value") is None else _code(entry["counted_value"])
        columns = tuple(names.index(v) for v in entry["variable_list"] if v in names)
        label = str(entry.get("label") or "")
        found.append(
            ResponseSetFact(name, label, columns, counted if entry["is_dichotomy"] else "")
        )
    return tuple(found)
