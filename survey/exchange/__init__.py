"""Files of answers in and out: read → plan → apply → report.

>>> raw = read_table(path)
>>> plan = propose_plan(raw)
>>> plan.questions  # what only the user can say
>>> responses, report = apply_plan(raw, plan)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survey.exchange.applying import apply_plan
    from survey.exchange.batches import append_batch
    from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
    from survey.exchange.plan_json import plan_from_json, plan_to_json
    from survey.exchange.proposing import propose_plan
    from survey.exchange.raw_table import RawTable
    from survey.exchange.reading import read_table
    from survey.exchange.refitting import refit_plan
    from survey.exchange.report import ImportReport

# Loaded when first used: the reading child and the window start without the rest.
_HOMES = {
    "ColumnKind": "plan",
    "ColumnPlan": "plan",
    "ImportPlan": "plan",
    "ImportReport": "report",
    "RawTable": "raw_table",
    "append_batch": "batches",
    "apply_plan": "applying",
    "plan_from_json": "plan_json",
    "plan_to_json": "plan_json",
    "propose_plan": "proposing",
    "read_table": "reading",
    "refit_plan": "refitting",
}

__all__ = [
    "ColumnKind",
    "ColumnPlan",
    "ImportPlan",
    "ImportReport",
    "RawTable",
    "append_batch",
    "apply_plan",
    "plan_from_json",
    "plan_to_json",
    "propose_plan",
    "read_table",
    "refit_plan",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"survey.exchange.{_HOMES[name]}"), name)
