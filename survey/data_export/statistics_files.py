"""SPSS .sav and .zsav, Stata .dta: labels, levels and kinds of missing travel with the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from survey.data_export.names import (
    SPSS,
    STATA,
    Limits,
    accepted_names,
    changed_names,
    cut_labels,
)
from survey.data_export.variables import Variable, Variables
from survey.problems import Problem

STATA_LETTERS = "abcdefghij"
STATA_VERSION = 15
"""Chinese needs version 14 or later."""


@dataclass(frozen=True, slots=True, eq=False)
class _Labelled:
    """What both formats share: names, wordings and value labels within the target's limits."""

    names: Mapping[str, str]
    wordings: list[str | None]
    value_labels: Mapping[str, Mapping[float, str]]
    notes: tuple[Problem, ...]


def _labelled(variables: Variables, limits: Limits) -> _Labelled:
    names = accepted_names((v.name for v in variables), limits)
    notes = changed_names(names, limits)
    wordings, cut = cut_labels(
        {v.name: v.label for v in variables},
        limits,
        longest=limits.label,
        code="export_label_cut",
    )
    notes += cut
    value_labels: dict[str, Mapping[float, str]] = {}
    for variable in variables:
        texts = {**variable.labels, **variable.missing}
        short, cut = cut_labels(
            {f"{variable.name}={code:g}": text for code, text in texts.items()},
            limits,
            longest=limits.value_label,
            code="export_value_label_cut",
        )
        value_labels[variable.name] = dict(zip(texts, short.values(), strict=True))
        notes += cut
    return _Labelled(names, [wordings[v.name] for v in variables], value_labels, tuple(notes))


def write_spss(variables: Variables, path: Path) -> tuple[Problem, ...]:
    """Write .sav or .zsav; return what had to be shortened."""
    import pyreadstat

    made = _labelled(variables, SPSS)
    frame = pd.DataFrame({made.names[v.name]: _plain(v) for v in variables})
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=variables.title.encode()[:64].decode(errors="ignore"),
        column_labels=made.wordings,
        variable_value_labels={
            made.names[name]: dict(labels) for name, labels in made.value_labels.items() if labels
        },
        missing_ranges={
            made.names[v.name]: [{"lo": min(v.missing), "hi": max(v.missing)}]
            for v in variables
            if v.missing
        },
        variable_measure={made.names[v.name]: v.level.value for v in variables},
        compress=path.suffix.lower() == ".zsav",
    )
    return made.notes


def write_stata(variables: Variables, path: Path) -> tuple[Problem, ...]:
    """Write .dta; kinds of missing become .a, .b, … with their labels."""
    import pyreadstat

    made = _labelled(variables, STATA)
    letters = {v.name: dict(zip(v.missing, STATA_LETTERS, strict=False)) for v in variables}
    columns: dict[str, pd.Series] = {}
    labels: dict[str, dict[Any, str]] = {}
    for variable in variables:
        name = made.names[variable.name]
        columns[name] = _with_letters(variable, letters[variable.name])
        texts = made.value_labels[variable.name]
        if texts:
            found = letters[variable.name]
            labels[name] = {found.get(code, _whole(code)): text for code, text in texts.items()}
    pyreadstat.write_dta(
        pd.DataFrame(columns),
        str(path),
        file_label=variables.title[:80],
        column_labels=made.wordings,
        variable_value_labels=labels,
        missing_user_values={
            made.names[name]: list(found.values()) for name, found in letters.items() if found
        },
        version=STATA_VERSION,
    )
    return made.notes


def _plain(variable: Variable) -> pd.Series:
    """Return text with blanks for None: these formats know no missing text."""
    return variable.values.fillna("") if variable.is_text else variable.values


def _with_letters(variable: Variable, letters: Mapping[float, str]) -> pd.Series:
    if not letters:
        return _plain(variable)
    values = variable.values.astype(object)
    return values.map(lambda value: letters.get(value, value))


def _whole(code: float) -> float | int:
    return int(code) if float(code).is_integer() else code
