"""How differently the kinds of respondents see the constraints."""

from __future__ import annotations

from analysis.report.content.context import Context, score
from analysis.report.content.front import SMALL_GAP, largest_gap
from analysis.report.document import Block, Column, Figure, Heading, HeatMap, Note, Paragraph, Table
from analysis.report.numbers import NumberKind

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
        code, high, low, top, bottom = gap
        key = "roles.gap" if top - bottom >= SMALL_GAP else "roles.no_gap"
        blocks.append(
            Paragraph(
                context.say(
                    key,
                    name=context.name(code),
                    high=context.role(high),
                    low=context.role(low),
                    top=score(top),
                    bottom=score(bottom),
                    difference=score(top - bottom),
                )
            )
        )
    blocks += [_counts(context, shown), Note(context.say("roles.caution"), "amber")]
    if diagnosis.suppressed:
        names = context.join(map(context.role, diagnosis.suppressed))
        blocks.append(
            Note(context.say("roles.suppressed", names=names, threshold=context.threshold))
        )
    return blocks


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
        (context.say("roles.counts_note", threshold=context.threshold), context.data_note),
    )
