"""An R script that reads the CSV beside it and gives every variable its meaning."""

from __future__ import annotations

import json
from pathlib import Path

from survey.data_export.tables import write_csv
from survey.data_export.variables import Level, Variable, Variables
from survey.problems import Problem


def write_r(variables: Variables, path: Path) -> tuple[Problem, ...]:
    """Write ``path`` (.R) and a CSV of the same name; sourcing it gives ``answers``."""
    data = path.with_suffix(".csv")
    notes = write_csv(variables, data)
    lines = [
        f"# {variables.title.splitlines()[0] if variables.title else data.stem}",
        f'answers <- read.csv({_quoted(data.name)}, fileEncoding = "UTF-8-BOM",',
        '                    check.names = FALSE, na.strings = "", stringsAsFactors = FALSE)',
        "",
        *(line for variable in variables for line in _meaning(variable)),
        "",
        "scales <- list(",
        ",\n".join(_scale(variables, code) for code in _constructs(variables)),
        ")",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return notes


def _meaning(variable: Variable) -> list[str]:
    column = f"answers[[{_quoted(variable.name)}]]"
    lines = [f'attr({column}, "label") <- {_quoted(variable.label)}']
    if variable.labels:
        levels = ", ".join(f"{code:g}" for code in variable.labels)
        labels = ", ".join(_quoted(text) for text in variable.labels.values())
        if variable.level is Level.NOMINAL:
            lines.insert(0, f"{column} <- factor({column}, c({levels}), c({labels}))")
        else:
            lines.append(f'attr({column}, "labels") <- setNames(c({levels}), c({labels}))')
    return lines


def _constructs(variables: Variables) -> list[str]:
    return list(dict.fromkeys(v.construct for v in variables if v.construct))


def _scale(variables: Variables, construct: str) -> str:
    """Return the items of a construct, reverse-keyed ones marked with a minus as psych does."""
    items = [
        _quoted(("-" if v.is_reversed else "") + v.name)
        for v in variables
        if v.construct == construct
    ]
    return f"  {_name(construct)} = c({', '.join(items)})"


def _name(text: str) -> str:
    return "`" + text.replace("\\", "").replace("`", "") + "`"


def _quoted(text: str) -> str:
    """Return an R string; R reads JSON's escapes, \\u0000-free text as it is."""
    return json.dumps(text.replace("\x00", ""), ensure_ascii=False)
