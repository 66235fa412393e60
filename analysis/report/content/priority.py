"""What to do first: importance against severity, and what respondents say themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.report.content.context import Context, records, score
from analysis.report.document import (
    Block,
    Column,
    Figure,
    Heading,
    Interval,
    Note,
    Paragraph,
    PriorityMap,
    Table,
)
from analysis.report.numbers import NumberKind

if TYPE_CHECKING:
    from analysis.diagnosis.result import Diagnosis

K = NumberKind


def priority(context: Context) -> list[Block]:
    """Return the map, the ranking in bands, and the comparison with stated importance."""
    diagnosis = context.chain.diagnosis
    if diagnosis is None or diagnosis.constraints.empty:
        return []
    source = diagnosis.importance_source
    key = f"priority.source.{source}"
    blocks: list[Block] = [
        Heading(context.say("priority.heading")),
        Paragraph(context.say("priority.text")),
        Paragraph(context.say(key) if context.has(key) else context.say("priority.source.other")),
    ]
    single, groups = _level(diagnosis, "constraint"), _level(diagnosis, "group")
    if len(single) > 1:
        blocks.append(_map(context, single))
    blocks += [_ranking(context), Note(context.say("priority.bands"))]
    if len(single) > 1:
        blocks.append(_quadrants(context, single, level="constraint"))
    if len(groups) > 1:
        blocks += [
            Paragraph(context.say("priority.groups_text")),
            _quadrants(context, groups, level="group"),
        ]
    if diagnosis.constraints["stated"].notna().any():
        blocks.append(_stated(context))
    blocks += context.notes_of(diagnosis.findings)
    return blocks


def _level(diagnosis: Diagnosis, level: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the importance-performance rows of constraints or of groups."""
    table = diagnosis.ipma
    if table is None or table.empty or level not in table.index.get_level_values(0):
        return []
    rows = table[table.index.get_level_values(0) == level].droplevel(0)
    return records(rows.dropna(subset=["importance", "performance"]))


def _map(context: Context, rows: list[tuple[str, dict[str, Any]]]) -> Figure:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    lights = diagnosis.constraints["light"]
    points = tuple(
        (
            code,
            float(row["importance"]),
            float(row["performance"]),
            context.light(lights.get(code)).light,
        )
        for code, row in rows
    )
    ends = ("importance_low", "importance_high", "performance_low", "performance_high")
    intervals = tuple(
        (float(row[a]), float(row[b]), float(row[c]), float(row[d]))
        for a, b, c, d in [ends]
        for _, row in rows
    )
    first = rows[0][1]
    necessary = _necessary(context)
    notes = [context.say("priority.figure_note", y=score(first["line_performance"]))]
    if necessary:
        notes.append(context.say("priority.ringed"))
    inside = [context.name(code) for code, row in rows if row["quadrant"] == "act"]
    return Figure(
        "priority_map",
        context.say("priority.figure"),
        PriorityMap(
            points,
            context.say(f"priority.x_axis.{_source(diagnosis)}"),
            context.say("priority.y_axis"),
            float(first["line_importance"]),
            float(first["line_performance"]),
            context.say("priority.corner"),
            intervals,
            ringed=necessary,
        ),
        context.say("priority.alt", listed=context.join(inside) or context.say("none")),
        tuple(notes),
    )


def _necessary(context: Context) -> tuple[str, ...]:
    """Return the constraints whose easing is a necessary condition (cIPMA)."""
    comparison = context.chain.comparison
    if comparison is None or comparison.necessity is None:
        return ()
    table = comparison.necessity.table
    return tuple(str(code) for code in table.index[table["is_necessary"].astype(bool)])


def _source(diagnosis: Diagnosis) -> str:
    return "effect" if diagnosis.importance_source == "sem" else "share"


def _quadrants(context: Context, rows: list[tuple[str, dict[str, Any]]], *, level: str) -> Table:
    """Return importance and performance with their intervals and the quadrant of each."""
    return Table(
        f"quadrants_{level}",
        context.say(f"priority.quadrants_{level}"),
        (
            Column(context.say(f"column.{level}"), width=3.0),
            Column(context.say("column.performance"), K.SCORE, width=0.9),
            Column(context.say("column.interval95"), K.SCORE, width=1.5),
            Column(context.say("column.importance"), K.DECIMAL, width=1.0),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.8),
            Column(context.say("column.quadrant"), width=1.2),
            Column(context.say("column.p_act"), K.SHARE, width=1.2),
        ),
        tuple(
            (
                context.coded(code),
                row["performance"],
                Interval(row["performance_low"], row["performance_high"]),
                row["importance"],
                Interval(row["importance_low"], row["importance_high"]),
                context.say(f"priority.quadrant.{row['quadrant']}"),
                row["p_act"],
            )
            for code, row in rows
        ),
        (
            context.say(
                f"priority.quadrants_{level}_note",
                draws=context.chain.options.diagnosis.bootstrap,
            ),
        ),
        is_compact=True,
    )


def _ranking(context: Context) -> Table:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    rows = tuple(
        (
            row["band"],
            context.coded(str(code)),
            row["severity"],
            row["importance"],
            row["priority"],
            row["rank"],
            Interval(row["rank_low"], row["rank_high"]),
            row["top3"],
            context.light(row["light"]),
        )
        for code, row in records(diagnosis.constraints)
    )
    return Table(
        "ranking",
        context.say("priority.ranking"),
        (
            Column(context.say("column.band"), K.COUNT, width=0.7),
            Column(context.say("column.constraint"), width=3.2),
            Column(context.say("column.severity"), K.SCORE, width=1.0),
            Column(context.say("column.importance"), K.DECIMAL, width=1.0),
            Column(context.say("column.priority"), K.SHARE, width=1.0),
            Column(context.say("column.rank"), K.COUNT, width=0.7),
            Column(context.say("column.rank_interval"), K.COUNT, width=1.1),
            Column(context.say("column.top3"), K.SHARE, width=1.1),
            Column(context.say("column.light"), width=1.5),
        ),
        rows,
        (context.say("priority.ranking_note", draws=context.chain.options.diagnosis.bootstrap),),
        is_compact=True,
    )


def _stated(context: Context) -> Table:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    rows = tuple(
        (
            context.coded(str(code)),
            row["stated"],
            row["priority"],
            context.say(f"priority.cell.{row['cell']}") if row["cell"] else "",
        )
        for code, row in records(diagnosis.constraints.sort_values("stated", ascending=False))
    )
    return Table(
        "stated",
        context.say("priority.stated"),
        (
            Column(context.say("column.constraint"), width=3.0),
            Column(context.say("column.stated"), K.SHARE, width=1.3),
            Column(context.say("column.priority"), K.SHARE, width=1.3),
            Column(context.say("column.verdict"), width=2.2),
        ),
        rows,
        (context.say("priority.stated_note"),),
    )
