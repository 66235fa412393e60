"""Colleges beside each other: tiers with their certainty, no league table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.report.content.context import Context, records
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
from analysis.report.numbers import NumberKind

if TYPE_CHECKING:
    from analysis.diagnosis.benchmark import Benchmark

K = NumberKind
RELIABLE = 0.7
"""ICC(2) below which unit means cannot be told apart (``thresholds.icc2``)."""


def units(context: Context) -> list[Block]:
    """Return the comparison of units where the survey names them and they may be shown."""
    diagnosis = context.chain.diagnosis
    benchmark = None if diagnosis is None else diagnosis.benchmark
    if benchmark is None or benchmark.table.empty:
        return []
    blocks: list[Block] = [
        Heading(context.say("units.heading")),
        Paragraph(
            context.say("units.text", variable=benchmark.variable, threshold=context.threshold)
        ),
        _summary(context, benchmark),
    ]
    construct = _most_pressing(context, benchmark)
    if construct is not None:
        blocks.append(_forest(context, benchmark, construct))
    blocks.append(_outside(context, benchmark))
    if float(benchmark.summary["icc2"].max()) < RELIABLE:
        blocks.append(Note(context.say("units.unreliable"), "amber"))
    return blocks


def _summary(context: Context, benchmark: Benchmark) -> Table:
    return Table(
        "units",
        context.say("units.table"),
        (
            Column(context.say("column.construct"), width=3.0),
            Column(context.say("column.units"), K.COUNT, width=0.9),
            Column("n", K.COUNT, width=0.8),
            Column(context.say("column.average"), K.SCORE, width=1.0),
            Column("ICC(1)", K.DECIMAL, width=1.0),
            Column("ICC(2)", K.DECIMAL, width=1.0),
            Column(context.say("column.verdict"), width=1.8),
        ),
        tuple(
            (
                context.coded(code),
                row["units"],
                row["n"],
                row["average"],
                row["icc1"],
                row["icc2"],
                context.say("units.apart" if row["icc2"] >= RELIABLE else "units.not_apart"),
            )
            for code, row in records(benchmark.summary)
        ),
        (context.say("units.note"),),
        is_compact=True,
    )


def _most_pressing(context: Context, benchmark: Benchmark) -> str | None:
    """Return the first constraint in order of action that units were compared on."""
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    known = set(benchmark.table["construct"])
    return next((str(c) for c in diagnosis.constraints.index if c in known), None)


def _forest(context: Context, benchmark: Benchmark, construct: str) -> Figure:
    rows = tuple(
        (
            str(row["unit"]),
            float(row["shrunken"]),
            float(row["low"]),
            float(row["high"]),
            context.say(f"units.tier.{row['tier']}"),
        )
        for _, row in records(benchmark.table)
        if row["construct"] == construct
    )
    average = float(benchmark.summary.loc[[construct], "average"].to_numpy()[0])
    return Figure(
        "units_forest",
        context.say("units.figure", name=context.name(construct)),
        ForestPlot(rows, context.say("units.axis"), (average, context.say("units.average"))),
        context.say("units.alt", name=context.name(construct)),
        (context.say("units.figure_note"),),
    )


def _outside(context: Context, benchmark: Benchmark) -> Table | Paragraph:
    """Return the units that lie reliably above or below the average, by construct."""
    rows = tuple(
        (
            context.coded(str(row["construct"])),
            str(row["unit"]),
            row["n"],
            row["shrunken"],
            Interval(row["low"], row["high"]),
            context.say(f"units.tier.{row['tier']}"),
        )
        for _, row in records(benchmark.table)
        if row["tier"] != "middle"
    )
    if not rows:
        return Paragraph(context.say("units.none_outside"))
    return Table(
        "units_outside",
        context.say("units.outside"),
        (
            Column(context.say("column.construct"), width=3.0),
            Column(context.say("column.unit"), width=2.0),
            Column("n", K.COUNT, width=0.7),
            Column(context.say("column.shrunken"), K.SCORE, width=1.1),
            Column(context.say("column.interval95"), K.SCORE, width=1.6),
            Column(context.say("column.tier"), width=1.2),
        ),
        rows,
        (context.say("units.outside_note"),),
        is_compact=True,
    )
