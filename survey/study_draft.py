"""Drafts a study from a table nobody has described: matrices become candidate constructs.

A draft is a start for the user to edit: nothing is recoded, polarity is left positive, and
reverse-keyed items are only marked as suspects in the import plan.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from resources.texts import sentence
from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from survey.exchange.raw_table import RawTable
from survey.study import AttentionCheck, Study, StudyConstruct, StudyItem

_NOT_CODE = re.compile(r"\W+")
_REMARK = re.compile(r"[(（][^()（）]*[)）]")
LONGEST_CODE = 32
LONGEST_NAME = 30
SIMULATED = "模拟数据"
"""In a file's name, or in its 来源详情 column, it says that nobody real answered."""
TAKEN_NAMES = frozenset({"role", "seconds", "submitted", "row", "batch"})


def draft_study(raw: RawTable, plan: ImportPlan) -> Study:
    """Return the study that the plan's items make: one construct per block of items."""
    items = plan.of_kind(ColumnKind.ITEM)
    return Study(
        title=_title(raw.source.name),
        constructs=tuple(_constructs(items)),
        items=tuple(_item(column) for column in items),
        group_variables=tuple(
            dict.fromkeys(column.code for column in plan.of_kind(ColumnKind.GROUP))
        ),
        attention_checks=tuple(
            AttentionCheck(column.code, column.correct)
            for column in plan.of_kind(ColumnKind.ATTENTION)
            if column.correct is not None
        ),
        is_simulated=is_simulated(raw),
    )


def is_simulated(raw: RawTable) -> bool:
    """Return whether the file says of itself that its data are simulated."""
    if SIMULATED in raw.source.name:
        return True
    return any(column.values == (SIMULATED,) for column in raw.columns)


def with_codes(columns: Sequence[ColumnPlan]) -> tuple[ColumnPlan, ...]:
    """Return the columns with a short, unique code for each item and a name for each group."""
    taken: set[str] = set()
    result = []
    for column in with_group_names(columns):
        if column.kind in (ColumnKind.ITEM, ColumnKind.ATTENTION):
            column = replace(column, code=_unique(column.code or _code(column), taken))
        result.append(column)
    return tuple(result)


def with_group_names(columns: Sequence[ColumnPlan]) -> tuple[ColumnPlan, ...]:
    """Return the columns with a unique name for each group that has none yet."""
    names: set[str] = set(TAKEN_NAMES)
    choices: dict[str, str] = {}
    result = []
    for column in columns:
        if column.kind is ColumnKind.GROUP:
            code = choices.get(column.question) if column.is_option_column else None
            if code is None:
                wording = column.asked.strip(" :：?？。") or column.header.strip()
                code = _unique(column.code or _shortened(wording), names)
            if column.is_option_column:
                choices[column.question] = code
            column = replace(column, code=code)
        result.append(column)
    return tuple(result)


def _code(column: ColumnPlan) -> str:
    """Return the file's own short name, else Q and the question's number, else its place."""
    own = _NOT_CODE.sub("_", column.header.strip()).strip("_")
    if own.isascii() and own.isidentifier() and len(own) <= LONGEST_CODE:
        return own
    numbered = re.match(r"^\s*(\d{1,3})(?:[.．](\d{1,3}))?\s*[、.．]?", column.header)
    if numbered and (numbered.group(2) or "、" in column.header[:6]):
        parts = [part for part in numbered.groups() if part]
        return "Q" + "_".join(parts)
    return f"Q{column.place + 1}"


def _shortened(text: str) -> str:
    """Return a name that fits a table's heading: without remarks in brackets, at most 30 long."""
    if len(text) > LONGEST_NAME:
        text = _REMARK.sub("", text).strip() or text
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


def _unique(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found)
    return found


def _item(column: ColumnPlan) -> StudyItem:
    scale = column.scale
    low, high = (1.0, 5.0) if scale is None else (scale.minimum, scale.maximum)
    return StudyItem(column.code, column.wording, low, high)


def _constructs(items: Sequence[ColumnPlan]) -> list[StudyConstruct]:
    found = []
    taken = {column.code for column in items}
    for number, (_, members) in enumerate(groupby(items, key=_block), start=1):
        columns = list(members)
        code = _unique(f"F{number}", taken)
        name = _construct_name(columns, number)
        found.append(StudyConstruct(code, name, tuple(column.code for column in columns)))
    return found


def _block(column: ColumnPlan) -> tuple[str, float, float]:
    low, high = (0.0, 0.0) if column.scale is None else (column.scale.minimum, column.scale.maximum)
    return column.question, low, high


def _construct_name(columns: Sequence[ColumnPlan], number: int) -> str:
    stem = columns[0].stem.strip(" :：,，。")
    if stem:
        return _shortened(stem)
    if len(columns) == 1:
        return _shortened(columns[0].wording.strip(" :："))
    key = columns[0].question
    if key.startswith("~"):
        return key[1:].strip("_[.")
    return sentence("import.drafted_construct", number=number)


def _title(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0]
