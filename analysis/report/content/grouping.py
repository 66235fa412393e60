"""Groups of respondents beside each other, by every column that may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.report.content.context import Context, count, records
from analysis.report.document import (
    Block,
    Column,
    Figure,
    ForestPlot,
    Heading,
    Interval,
    Note,
    Paragraph,
    Table,
)
from analysis.report.numbers import NumberKind, format_number

if TYPE_CHECKING:
    from analysis.comparison import ComparisonResult, GroupComparison

K = NumberKind
RELIABLE = 0.05
MOST_DIFFERENCES = 8


def adjustment(context: Context) -> str:
    """Return the name of the adjustment of p values."""
    return context.say(f"compare.adjust.{context.chain.options.comparison.adjust}")


def grouping_name(context: Context, column: str) -> str:
    """Return how a respondents' column is called in the report."""
    if column == "role":
        return context.say("compare.role")
    for question in context.raw("demographics").values():
        if column == question["zh"]:
            return context.worded(question)
    return column


def group_name(context: Context, column: str, group: object) -> str:
    """Return how one group of a column is called."""
    return context.role(str(group)) if column == "role" else str(group)


def _differences(result: ComparisonResult) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (column, construct, tests) of every comparison, the largest first."""
    found = [
        (column, code, row)
        for column, compared in result.groups.items()
        for code, row in records(compared.tests)
    ]
    return sorted(found, key=lambda each: -float(each[2]["omega_squared"]))


def grouping(context: Context, result: ComparisonResult) -> list[Block]:
    """Return the differences between groups, the largest first."""
    if not result.groups:
        return []
    columns = context.join(grouping_name(context, column) for column in result.groups)
    blocks: list[Block] = [Heading(context.say("compare.groups"), 2)]
    differences = _differences(result)
    reliable = [each for each in differences if each[2]["welch_p_adjusted"] < RELIABLE]
    if not differences:
        return [*blocks, Paragraph(context.say("compare.groups_described", columns=columns))]
    values = {"columns": columns, "all": len(differences), "reliable": len(reliable)}
    if not reliable:
        return [*blocks, Paragraph(context.say("compare.groups_none", **values))]
    column, code, _ = reliable[0]
    pair = largest_pair(result.groups[column], code)
    first = context.say(
        "compare.groups_first",
        column=grouping_name(context, column),
        name=context.name(code),
        high=group_name(context, column, pair["high"]),
        low=group_name(context, column, pair["low"]),
        g=format_number(pair["g"], K.BRIEF),
    )
    blocks += [
        Paragraph(context.say("compare.groups_found", **values) + first),
        _differences_table(context, result, reliable[:MOST_DIFFERENCES]),
        _means(context, result.groups[column], column, code),
        Note(context.say("compare.groups_caution"), "amber"),
    ]
    return blocks


def largest_pair(compared: GroupComparison, code: str) -> dict[str, Any]:
    """Return the two groups that lie furthest apart: names high and low, g > 0, interval, p."""
    rows = [row for _, row in records(compared.pairs) if row["score"] == code]
    row = max(rows, key=lambda each: abs(float(each["g"])))
    turned = float(row["g"]) < 0
    low, high = float(row["g_low"]), float(row["g_high"])
    return {
        "high": row["second"] if turned else row["first"],
        "low": row["first"] if turned else row["second"],
        "g": abs(float(row["g"])),
        "interval": Interval(-high, -low) if turned else Interval(low, high),
        "p": row["p_games_howell"],
    }


def _differences_table(
    context: Context,
    result: ComparisonResult,
    differences: list[tuple[str, str, dict[str, Any]]],
) -> Table:
    rows = []
    for column, code, row in differences:
        pair = largest_pair(result.groups[column], code)
        names = (group_name(context, column, pair[end]) for end in ("high", "low"))
        rows.append(
            (
                grouping_name(context, column),
                context.coded(code),
                row["n"],
                row["welch_F"],
                row["welch_p_adjusted"],
                row["eta_squared"],
                Interval(row["eta_low"], row["eta_high"]),
                context.say("compare.pair", high=next(names), low=next(names)),
                pair["g"],
                pair["interval"],
            )
        )
    return Table(
        "group_differences",
        context.say("compare.differences"),
        (
            Column(context.say("compare.column.grouping"), width=1.3),
            Column(context.say("column.construct"), width=2.2),
            Column("n", K.COUNT, width=0.6),
            Column("Welch F", K.MEAN, width=0.8),
            Column(context.say("column.p_holm"), K.PROBABILITY, width=0.8),
            Column("η²", K.DECIMAL, width=0.7),
            Column(context.say("column.interval95"), K.BRIEF, width=1.2),
            Column(context.say("column.widest"), width=1.8),
            Column("g", K.BRIEF, width=0.6),
            Column(context.say("column.interval95"), K.BRIEF, width=1.2),
        ),
        tuple(rows),
        (
            context.say(
                "compare.differences_note",
                threshold=context.threshold,
                adjust=adjustment(context),
            ),
        ),
        is_compact=True,
    )


def _means(context: Context, compared: GroupComparison, column: str, code: str) -> Figure:
    rows = [row for _, row in records(compared.descriptives) if row["score"] == code]
    rows.sort(key=lambda row: -float(row["mean"]))
    people = sum(row["n"] for row in rows)
    centre = sum(row["n"] * row["mean"] for row in rows) / people
    drawn = tuple(
        (
            group_name(context, column, row["group"]),
            float(row["mean"]),
            float(row["low"]),
            float(row["high"]),
            f"n = {count(row['n'])}",
        )
        for row in rows
    )
    name, line = context.name(code), (centre, context.say("column.average"))
    return Figure(
        "group_means",
        context.say("compare.means", name=name, column=grouping_name(context, column)),
        ForestPlot(drawn, context.say("compare.means_axis"), line),
        context.say("compare.means_alt", name=name, high=drawn[0][0], low=drawn[-1][0]),
        (context.say("compare.means_note"),),
    )
