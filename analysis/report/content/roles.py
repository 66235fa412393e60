"""How differently the kinds of respondents see the constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.report.content.context import Context, records
from analysis.report.content.front import gap_values, largest_gap
from analysis.report.document import (
    Block,
    Column,
    Figure,
    Heading,
    HeatMap,
    Interval,
    Note,
    Paragraph,
    Table,
)
from analysis.report.numbers import NumberKind

if TYPE_CHECKING:
    import pandas as pd

K = NumberKind


def roles(context: Context) -> list[Block]:
    """Return the comparison of roles; small groups are left out everywhere."""
    diagnosis = context.chain.diagnosis
    if diagnosis is None or diagnosis.by_role.empty:
        return []
    shown = [c for c in diagnosis.by_role.columns if diagnosis.by_role[c].notna().any()]
    if len(shown) < 2:
        return []
    blocks: list[Block] = [
        Heading(context.say("roles.heading")),
        Paragraph(context.say("roles.text", threshold=context.threshold)),
        _heat_map(context, shown),
    ]
    gap = largest_gap(diagnosis)
    if gap is not None:
        key = "roles.gap" if gap.is_named else "roles.no_gap"
        blocks.append(Paragraph(context.say(key, **gap_values(context, gap))))
    if diagnosis.verdicts is not None and len(diagnosis.verdicts):
        blocks.append(_verdicts(context, diagnosis.verdicts))
    blocks += [_counts(context, shown), Note(context.say("roles.caution"), "amber")]
    if diagnosis.suppressed:
        names = context.join(map(context.role, diagnosis.suppressed))
        blocks.append(
            Note(context.say("roles.suppressed", names=names, threshold=context.threshold))
        )
    return blocks


def _verdicts(context: Context, verdicts: pd.DataFrame) -> Table:
    """Return for each constraint the widest difference, its size, and the verdict."""
    rows = []
    for code, row in records(verdicts.sort_index()):
        widest = _widest(context, code)
        pair = "" if widest is None else _pair(context, widest)
        rows.append(
            (
                context.coded(code),
                pair,
                None if widest is None else abs(float(widest["difference"])),
                None if widest is None else abs(float(widest["g"])),
                _size_interval(widest),
                row["p_holm"],
                context.say(f"roles.verdict.{row['verdict'] or 'none'}"),
            )
        )
    return Table(
        "verdicts",
        context.say("roles.verdicts"),
        (
            Column(context.say("column.constraint"), width=2.5),
            Column(context.say("column.widest"), width=1.7),
            Column(context.say("column.difference"), K.SCORE, width=0.8),
            Column("g", K.BRIEF, width=0.7),
            Column(context.say("column.interval95"), K.BRIEF, width=1.4),
            Column(context.say("column.p_holm"), K.PROBABILITY, width=0.9),
            Column(context.say("column.verdict"), width=1.6),
        ),
        tuple(rows),
        (context.say("roles.verdicts_note"),),
        is_compact=True,
    )


def _widest(context: Context, code: str) -> dict[str, Any] | None:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    if diagnosis.gaps is None:
        return None
    rows = [row for _, row in records(diagnosis.gaps) if row["construct"] == code]
    return max(rows, key=lambda row: abs(float(row["difference"])), default=None)


def _pair(context: Context, gap: dict[str, Any]) -> str:
    """Return the two roles, the one that sees it as more severe first."""
    pair = [str(gap["role_a"]), str(gap["role_b"])]
    if float(gap["difference"]) < 0:
        pair.reverse()
    return context.say("roles.pair", high=context.role(pair[0]), low=context.role(pair[1]))


def _size_interval(gap: dict[str, Any] | None) -> Interval | None:
    """Return the interval of g with the sign that makes g positive."""
    if gap is None:
        return None
    low, high = float(gap["g_low"]), float(gap["g_high"])
    return Interval(low, high) if float(gap["g"]) >= 0 else Interval(-high, -low)


def _heat_map(context: Context, shown: list[str]) -> Figure:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    table = diagnosis.by_role[shown].sort_index()
    asked = diagnosis.by_role_n[shown].loc[table.index].to_numpy()
    rows = tuple(context.coded(str(code)) for code in table.index)
    words = tuple(tuple(_why_empty(context, n) for n in row) for row in asked)
    values = tuple(tuple(float(v) for v in row) for row in table.to_numpy())
    return Figure(
        "heat_map",
        context.say("roles.figure"),
        HeatMap(
            rows,
            tuple(context.role(code) for code in shown),
            values,
            words,
            context.say("roles.axis"),
        ),
        context.say("roles.alt"),
    )


def _why_empty(context: Context, n: float) -> str:
    return context.say("roles.not_asked" if n == 0 else "roles.hidden")


def _counts(context: Context, shown: list[str]) -> Table:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    table = diagnosis.by_role_n[shown].sort_index()
    return Table(
        "role_counts",
        context.say("roles.counts"),
        (
            Column(context.say("column.constraint"), width=2.6),
            *(Column(context.role(code), K.COUNT, width=1.0) for code in shown),
        ),
        tuple(
            (
                context.coded(str(code)),
                *(context.say("roles.not_asked") if n == 0 else float(n) for n in row),
            )
            for code, row in zip(table.index, table.to_numpy(), strict=True)
        ),
        (context.say("roles.counts_note", threshold=context.threshold),),
    )
