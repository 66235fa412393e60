"""The import plan as JSON and back: the form in which a project keeps it."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan, RepeatPlan, TotalCheck
from survey.exchange.scales import Scale
from survey.problems import Problem
from survey.responses import Missing
from survey.study_file import study_from_table, study_to_table

FORMAT = 1
"""Raised when a plan written today could not be read by an older program."""


def plan_to_json(plan: ImportPlan) -> str:
    """Return the plan as JSON text; only what differs from the defaults is written."""
    table = {
        "format": FORMAT,
        "platform": plan.platform,
        "study_origin": plan.study_origin,
        "study": study_to_table(plan.study),
        "columns": [_column_table(column) for column in plan.columns],
        "total": None if plan.total is None else _total_table(plan.total),
        "role_waived": plan.is_role_waived,
        "notes": [_note_table(note) for note in plan.notes],
    }
    if plan.repeats:
        table["repeats"] = [
            {"sheet": repeat.sheet, "columns": [_column_table(c) for c in repeat.columns]}
            for repeat in plan.repeats
        ]
    return json.dumps(table, ensure_ascii=False, indent=1)


def plan_from_json(text: str) -> ImportPlan:
    """Return the plan that ``plan_to_json`` wrote.

    Raises:
        ValueError: not a plan, or written by a newer program.
    """
    table = json.loads(text)
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise ValueError("not an import plan of this format")
    return ImportPlan(
        platform=table["platform"],
        columns=tuple(_column(entry) for entry in table["columns"]),
        study=study_from_table(table["study"], needs_items=False),
        study_origin=table["study_origin"],
        total=None if table["total"] is None else _total(table["total"]),
        notes=tuple(_note(entry) for entry in table["notes"]),
        is_role_waived=table["role_waived"],
        repeats=tuple(
            RepeatPlan(entry["sheet"], tuple(_column(column) for column in entry["columns"]))
            for entry in table.get("repeats", ())
        ),
    )


def _column_table(column: ColumnPlan) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for entry in fields(ColumnPlan):
        value = getattr(column, entry.name)
        if value == entry.default:
            continue
        table[entry.name] = _plain(value)
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, Scale):
        return {
            "steps": [list(step) for step in value.steps],
            "minimum": value.minimum,
            "maximum": value.maximum,
            "origin": value.origin,
            "is_certain": value.is_certain,
        }
    if isinstance(value, ColumnKind):
        return str(value)
    if isinstance(value, Missing):
        return value.name
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _column(table: Mapping[str, Any]) -> ColumnPlan:
    values = dict(table)
    values["kind"] = ColumnKind(values["kind"])
    if "scale" in values:
        values["scale"] = _scale(values["scale"])
    if "options" in values:
        values["options"] = tuple(values["options"])
    if "labels" in values:
        values["labels"] = tuple((cell, label) for cell, label in values["labels"])
    if "missing" in values:
        values["missing"] = tuple((cell, Missing[name]) for cell, name in values["missing"])
    if "missing_ranges" in values:
        values["missing_ranges"] = tuple((low, high) for low, high in values["missing_ranges"])
    return ColumnPlan(**values)


def _scale(table: Mapping[str, Any]) -> Scale:
    return Scale(
        tuple((cell, float(code)) for cell, code in table["steps"]),
        float(table["minimum"]),
        float(table["maximum"]),
        table["origin"],
        bool(table["is_certain"]),
    )


def _total_table(total: TotalCheck) -> dict[str, Any]:
    return {
        "column": total.column,
        "agreeing": total.agreeing,
        "rows": total.rows,
        "turned": list(total.turned),
    }


def _total(table: Mapping[str, Any]) -> TotalCheck:
    return TotalCheck(table["column"], table["agreeing"], table["rows"], tuple(table["turned"]))


def _note_table(note: Problem) -> dict[str, Any]:
    values = {
        key: value if isinstance(value, int | float) else str(value)
        for key, value in note.values.items()
    }
    return {"code": note.code, "where": note.where, "row": note.row, "values": values}


def _note(table: Mapping[str, Any]) -> Problem:
    return Problem(table["code"], table["where"], table["row"], table["values"])
