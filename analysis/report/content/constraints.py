"""The portrait of each constraint, one page per group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.report.content.context import Context, records, score, score_interval
from analysis.report.content.front import severity_figure
from analysis.report.document import Block, Column, Heading, Interval, Paragraph, Table
from analysis.report.numbers import NumberKind
from survey.responses import Missing

if TYPE_CHECKING:
    import pandas as pd

K = NumberKind


def portraits(context: Context) -> list[Block]:
    """Return the chapter: for each group its bars, scores, items and mechanisms."""
    diagnosis = context.chain.diagnosis
    if diagnosis is None or diagnosis.constraints.empty:
        return []
    table = diagnosis.constraints
    blocks: list[Block] = [
        Heading(context.say("portrait.heading")),
        Paragraph(context.say("portrait.text")),
    ]
    groups = [str(group) for group in table["group"].drop_duplicates()]
    for group in sorted(groups):
        blocks += _group(context, group, table[table["group"] == group].sort_index())
    return blocks


def _group(context: Context, group: str, table: pd.DataFrame) -> list[Block]:
    title = context.name(group) if group else context.say("portrait.no_group")
    return [
        Heading(title, 2),
        Paragraph(_worst(context, table)),
        *severity_figure(context, table, key=group or "all"),
        _scores_table(context, table, group),
        _items_table(context, table, group),
        *_mechanisms(context, table, group),
    ]


def _worst(context: Context, table: pd.DataFrame) -> str:
    known = table[table["severity"].notna()]
    if known.empty:
        return context.say("portrait.no_scores")
    worst, row = max(records(known), key=lambda pair: float(pair[1]["severity"]))
    return context.say(
        "portrait.worst",
        name=context.name(worst),
        score=score(row["severity"]),
        interval=score_interval(row["severity_low"], row["severity_high"]),
        light=context.light(row["light"]).word,
        n=int(row["n"]),
    )


def _scores_table(context: Context, table: pd.DataFrame, group: str) -> Table:
    return Table(
        f"scores_{group}",
        context.say("portrait.scores"),
        (
            Column(context.say("column.constraint")),
            Column("n", K.COUNT),
            Column(context.say("column.severity"), K.SCORE),
            Column(context.say("column.interval95"), K.SCORE),
            Column("α", K.DECIMAL),
            Column(context.say("column.light")),
        ),
        tuple(
            (
                context.coded(str(code)),
                row["n"],
                row["severity"],
                Interval(row["severity_low"], row["severity_high"]),
                row["alpha"],
                context.light(row["light"]),
            )
            for code, row in records(table)
        ),
        (context.say("portrait.scores_note", draws=context.chain.options.diagnosis.bootstrap),),
    )


def item_shares(context: Context, code: str) -> tuple[int, float, float, float, float]:
    """Return n answering and shares agreeing, neutral, disagreeing, not knowing.

    Shares of those on the scale, except the last, which is of all who were shown the item.
    Reverse-keyed items count after turning, so that agreeing always means severe. Respondents
    kept in the main results only.
    """
    prepared = context.chain.prepared
    item = prepared.study.item(code)
    answers = prepared.items[code].dropna()
    missing = prepared.responses.missing.loc[prepared.items.index, code]
    shown = int((missing != int(Missing.NOT_SHOWN)).sum())
    unknown = int((missing == int(Missing.DO_NOT_KNOW)).sum())
    middle = (item.minimum + item.maximum) / 2
    n = len(answers)
    total = max(1, n)
    return (
        n,
        float((answers > middle).sum()) / total,
        float((answers == middle).sum()) / total,
        float((answers < middle).sum()) / total,
        unknown / max(1, shown),
    )


def _items_table(context: Context, table: pd.DataFrame, group: str) -> Table:
    prepared = context.chain.prepared
    rows = []
    for code in table.index:
        for item in prepared.items_of[str(code)]:
            if item not in prepared.items:
                continue
            n, agree, neutral, disagree, unknown = item_shares(context, item)
            if n < context.threshold:
                continue
            is_reversed = prepared.study.item(item).is_reversed
            mark = context.say("reversed_mark") if is_reversed else ""
            text = f"{item} {context.item_text(item)}{mark}"
            rows.append((text, n, agree, neutral, disagree, unknown))
    return Table(
        f"items_{group}",
        context.say("portrait.items"),
        (
            Column(context.say("column.item"), width=4.6),
            Column("n", K.COUNT, width=0.8),
            Column(context.say("column.agree"), K.SHARE, width=1.0),
            Column(context.say("column.neutral"), K.SHARE, width=1.0),
            Column(context.say("column.disagree"), K.SHARE, width=1.0),
            Column(context.say("column.unknown"), K.SHARE, width=1.0),
        ),
        tuple(rows),
        (context.say("portrait.items_note"),),
    )


def _mechanisms(context: Context, table: pd.DataFrame, group: str) -> list[Block]:
    """Return the mechanisms the framework names for each constraint, with their codes."""
    entries = context.raw("constructs")
    rows = tuple(
        (
            context.coded(str(code)),
            context.say("semicolon").join(
                f"{facet['code']} {context.worded(facet)}" for facet in entries[code]["facets"]
            ),
        )
        for code in table.index
        if code in entries
    )
    if not rows:
        return []
    return [
        Table(
            f"mechanisms_{group}",
            context.say("portrait.mechanisms"),
            (
                Column(context.say("column.constraint"), width=1.5),
                Column(context.say("column.mechanisms"), width=5.0),
            ),
            rows,
            (context.say("portrait.mechanisms_note"),),
            is_compact=True,
        )
    ]
