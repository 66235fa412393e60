"""Edits of plan and study as pure functions: a plan in, a plan out. No Qt."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from survey.study import AttentionCheck, Study, StudyConstruct, StudyItem, StudySystem

FREE = ""
"""The construct of items that belong to none."""


def free_items(study: Study) -> tuple[StudyItem, ...]:
    """Return the items that belong to no construct."""
    used = {code for construct in study.constructs for code in construct.items}
    return tuple(item for item in study.items if item.code not in used)


def construct_of(study: Study, item: str) -> str:
    """Return the code of the construct that ``item`` measures, "" when it measures none."""
    return next((c.code for c in study.constructs if item in c.items), FREE)


def system_of(study: Study, construct: str) -> str:
    """Return the code of the system that ``construct`` is part of, "" when of none."""
    return next((s.code for s in study.systems if construct in s.constructs), "")


def unused_code(taken: Collection[str], wanted: str) -> str:
    """Return ``wanted`` or, if it is taken, ``wanted`` with the first number that is free."""
    if wanted and wanted not in taken:
        return wanted
    stem = re.sub(r"\d+$", "", wanted) or "V"
    return next(f"{stem}{n}" for n in range(1, len(taken) + 2) if f"{stem}{n}" not in taken)


def _codes(study: Study) -> set[str]:
    return {item.code for item in study.items} | {c.code for c in study.constructs}


# --- columns --------------------------------------------------------------------------------


def with_kind(plan: ImportPlan, places: Iterable[int], kind: ColumnKind) -> ImportPlan:
    """Return the plan with another meaning of some columns; the study follows.

    A column that becomes an item gets an item in the study, in no construct yet; one that
    is an item no longer loses it.
    """
    for place in places:
        column = plan.columns[place]
        if column.kind is kind:
            continue
        if kind is ColumnKind.ROLE:
            plan = _without_kind(plan, ColumnKind.ROLE)
        plan = _without_meaning(plan, column)
        code = ""
        if kind in (ColumnKind.ITEM, ColumnKind.ATTENTION):
            code = unused_code(_codes(plan.study), column.code or f"V{place + 1}")
        plan = plan.with_kind(place, kind, code=code)
        if kind is ColumnKind.ITEM:
            plan = plan.with_study(_with_new_item(plan.study, plan.columns[place]))
        elif kind is ColumnKind.GROUP:
            name = plan.columns[place].code or plan.columns[place].wording or column.header
            plan = plan.with_columns([replace(plan.columns[place], code=name)])
            groups = dict.fromkeys((*plan.study.group_variables, name))
            plan = plan.with_study(replace(plan.study, group_variables=tuple(groups)))
    return plan


def with_role_column(plan: ImportPlan, place: int | None, cells: Sequence[str] = ()) -> ImportPlan:
    """Return the plan with another column that tells the role, None for no such column.

    Args:
        cells: distinct cells of that column.
    """
    from survey.exchange.framework_columns import role_column

    plan = _without_kind(plan, ColumnKind.ROLE)
    if place is None:
        return replace(plan, is_role_waived=True)
    plan = _without_meaning(plan, plan.columns[place])
    column = role_column(plan.columns[place], cells, plan.study.role_names)
    return replace(plan.with_columns([column]), is_role_waived=False)


def _without_kind(plan: ImportPlan, kind: ColumnKind) -> ImportPlan:
    """There is one role column: the earlier one becomes an ordinary choice."""
    for column in plan.of_kind(kind):
        plan = plan.with_kind(column.place, ColumnKind.SINGLE)
    return plan


def _without_meaning(plan: ImportPlan, column: ColumnPlan) -> ImportPlan:
    study = plan.study
    if column.kind is ColumnKind.ITEM and len(plan.columns_of(column.code)) == 1:
        kept = [item.code for item in study.items if item.code != column.code]
        return plan.with_study(study if study.framework else study.restricted_to(kept))
    if column.kind is ColumnKind.ATTENTION:
        checks = tuple(check for check in study.attention_checks if check.code != column.code)
        return plan.with_study(replace(study, attention_checks=checks))
    if column.kind is ColumnKind.GROUP:
        groups = tuple(name for name in study.group_variables if name != column.code)
        return plan.with_study(replace(study, group_variables=groups))
    return plan


def _with_new_item(study: Study, column: ColumnPlan) -> Study:
    if any(item.code == column.code for item in study.items):
        return study
    low, high = (1.0, 5.0) if column.scale is None else (column.scale.minimum, column.scale.maximum)
    item = StudyItem(column.code, column.wording or column.header, low, high)
    return replace(study, items=(*study.items, item))


def with_order(plan: ImportPlan, places: Iterable[int], labels: Sequence[str]) -> ImportPlan:
    """Return the plan with the labels of some columns put in order, low to high."""
    wanted = tuple(places)
    changed = plan.with_scale(wanted, labels)
    codes = {changed.columns[place].code for place in wanted}
    items = tuple(
        replace(item, minimum=1.0, maximum=float(max(len(labels), 2)))
        if item.code in codes
        else item
        for item in changed.study.items
    )
    return changed.with_study(replace(changed.study, items=items))


def with_correct_answer(plan: ImportPlan, place: int, correct: float) -> ImportPlan:
    """Return the plan with the right answer of an attention check settled."""
    column = replace(plan.columns[place], correct=correct, certainty="certain")
    others = (c for c in plan.study.attention_checks if c.code != column.code)
    checks = (*others, AttentionCheck(column.code, correct))
    return plan.with_columns([column]).with_study(replace(plan.study, attention_checks=checks))


def same_labels(plan: ImportPlan, place: int, values: Mapping[int, Collection[str]]) -> list[int]:
    """Return the item columns whose cells are among the labels of column ``place``.

    Args:
        values: the distinct cells of each column.
    """
    column = plan.columns[place]
    wanted = set(values[place])
    return [
        other.place
        for other in plan.of_kind(column.kind)
        if other.place == place
        or (other.question == column.question and column.question)
        or (values[other.place] and set(values[other.place]) <= wanted)
    ]


# --- study ----------------------------------------------------------------------------------


def with_item(study: Study, code: str, **changes: Any) -> Study:
    """Return the study with fields of one item changed."""
    items = tuple(replace(i, **changes) if i.code == code else i for i in study.items)
    return replace(study, items=items)


def with_construct(study: Study, code: str, **changes: Any) -> Study:
    """Return the study with fields (name, polarity) of one construct changed."""
    constructs = tuple(replace(c, **changes) if c.code == code else c for c in study.constructs)
    return replace(study, constructs=constructs)


def with_new_construct(study: Study, name: str, items: Sequence[str] = ()) -> tuple[Study, str]:
    """Return the study with a construct added, and its code; ``items`` move into it."""
    code = unused_code(_codes(study), f"F{len(study.constructs) + 1}")
    added = replace(study, constructs=(*study.constructs, StudyConstruct(code, name, ())))
    return with_items_in(added, items, code), code


def without_construct(study: Study, code: str) -> Study:
    """Return the study without one construct; its items stay, in none."""
    systems = _systems_with(study, code, system="")
    constructs = tuple(c for c in study.constructs if c.code != code)
    return replace(study, constructs=constructs, systems=systems)


def with_items_in(study: Study, items: Sequence[str], construct: str) -> Study:
    """Return the study with ``items`` moved into ``construct`` ("" for none)."""
    moving = tuple(dict.fromkeys(items))
    constructs = []
    for entry in study.constructs:
        kept = tuple(code for code in entry.items if code not in moving)
        constructs.append(
            replace(entry, items=(*kept, *moving) if entry.code == construct else kept)
        )
    return replace(study, constructs=tuple(constructs))


def with_system(study: Study, construct: str, system: str) -> Study:
    """Return the study with ``construct`` as part of ``system`` ("" for none)."""
    return replace(study, systems=_systems_with(study, construct, system=system))


def _systems_with(study: Study, construct: str, *, system: str) -> tuple[StudySystem, ...]:
    names = {entry.code: entry.name for entry in study.systems}
    members = {
        entry.code: [code for code in entry.constructs if code != construct]
        for entry in study.systems
    }
    if system:
        names.setdefault(system, system)
        members.setdefault(system, []).append(construct)
    return tuple(
        StudySystem(code, names[code], tuple(found))
        for code, found in sorted(members.items())
        if found
    )
