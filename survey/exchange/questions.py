"""What an import plan cannot know by itself: one problem per point, naming what settles it."""

from collections.abc import Iterator
from difflib import get_close_matches

from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from survey.problems import Problem


def open_questions(plan: ImportPlan) -> tuple[Problem, ...]:
    """Return every point that must be settled before the plan can be applied."""
    return (
        *_unordered(plan),
        *_unmatched(plan),
        *_other_bounds(plan),
        *_role(plan),
    )


def _unordered(plan: ImportPlan) -> Iterator[Problem]:
    """One question per set of labels, not one per column."""
    asked: dict[str, list[ColumnPlan]] = {}
    for column in plan.of_kind(ColumnKind.ITEM):
        if column.certainty == "open" or column.scale is None:
            asked.setdefault(column.question or column.header, []).append(column)
    for columns in asked.values():
        first = columns[0]
        labels = dict.fromkeys(label for column in columns for label in column.options)
        values = {
            "place": first.place,
            "columns": len(columns),
            "header": first.header.strip(),
            "labels": "、".join(labels) or "—",
        }
        yield Problem("scale_order_unknown", first.header.strip(), values=values)


def _unmatched(plan: ImportPlan) -> Iterator[Problem]:
    """Items of the user's own study that no column holds."""
    if plan.study_origin != "file":
        return
    held = {column.code for column in plan.of_kind(ColumnKind.ITEM)}
    headings = [column.header.strip() for column in plan.columns if column.is_imported]
    for item in plan.study.items:
        if item.code not in held:
            near = get_close_matches(item.text or item.code, headings, n=1, cutoff=0.3)
            values = {"code": item.code, "text": item.text, "near": "".join(near) or "—"}
            yield Problem("item_without_column", item.code, values=values)


def _other_bounds(plan: ImportPlan) -> Iterator[Problem]:
    """Items whose study says another number of steps than their labels have."""
    bounds = {item.code: (item.minimum, item.maximum) for item in plan.study.items}
    for column in plan.of_kind(ColumnKind.ITEM):
        scale = column.scale
        if scale is None or not scale.steps or column.code not in bounds:
            continue
        low, high = bounds[column.code]
        if (scale.minimum, scale.maximum) != (low, high):
            values = {
                "code": column.code,
                "study": f"{low:g}–{high:g}",
                "file": f"{scale.minimum:g}–{scale.maximum:g}",
            }
            yield Problem("scale_differs_from_study", column.header.strip(), values=values)


def _role(plan: ImportPlan) -> Iterator[Problem]:
    """A study with roles needs the column that tells them."""
    if plan.study.role_names and not plan.of_kind(ColumnKind.ROLE) and not plan.is_role_waived:
        choices = plan.of_kind(ColumnKind.GROUP, ColumnKind.SINGLE)
        named = "、".join(column.header.strip() for column in choices[:5]) or "—"
        yield Problem("role_column_unknown", "", values={"columns": named})
