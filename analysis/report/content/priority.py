"""What to do first: importance against severity, and what respondents say themselves."""

from __future__ import annotations

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

K = NumberKind


def priority(context: Context) -> list[Block]:
    """Return the map, the ranking in bands, and the comparison with stated importance."""
    diagnosis = context.chain.diagnosis
    if diagnosis is None or diagnosis.constraints.empty:
        return []
    table = diagnosis.constraints
    source = diagnosis.importance_source
    key = f"priority.source.{source}"
    blocks: list[Block] = [
        Heading(context.say("priority.heading")),
        Paragraph(context.say("priority.text")),
        Paragraph(context.say(key) if context.has(key) else context.say("priority.source.other")),
    ]
    if table["importance"].notna().sum() >= 2:
        blocks.append(_map(context))
    blocks += [_ranking(context), Note(context.say("priority.bands"))]
    if table["stated"].notna().any():
        blocks.append(_stated(context))
    blocks += context.notes_of(diagnosis.findings)
    return blocks


def _map(context: Context) -> Figure:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    table = diagnosis.constraints.dropna(subset=["importance", "severity"])
    points = tuple(
        (
            str(code),
            float(row["importance"]),
            100 - float(row["severity"]),
            context.light(row["light"]).light,
        )
        for code, row in records(table)
    )
    x_line = sum(point[1] for point in points) / len(points)
    y_line = sum(point[2] for point in points) / len(points)
    inside = [name for name, x, y, _ in points if x >= x_line and y <= y_line]
    return Figure(
        "priority_map",
        context.say("priority.figure"),
        PriorityMap(
            points,
            context.say("priority.x_axis"),
            context.say("priority.y_axis"),
            x_line,
            y_line,
            context.say("priority.corner"),
        ),
        context.say("priority.alt", listed=context.join(inside) or context.say("none")),
        (context.say("priority.figure_note", y=score(y_line)),),
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
        (
            context.say("priority.ranking_note", draws=context.chain.options.diagnosis.bootstrap),
            context.data_note,
        ),
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
        (context.say("priority.stated_note"), context.data_note),
    )
