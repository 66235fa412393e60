"""Appendix B: what reviewers ask about reliability beyond alpha and omega."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.report.content.context import Context, count, records
from analysis.report.document import Block, Column, Heading, Interval, Table
from analysis.report.numbers import NumberKind

if TYPE_CHECKING:
    import pandas as pd

K = NumberKind


def reliability_tables(context: Context) -> list[Block]:
    """Return the reliability of ordered answers with intervals, HTMT2, and whole scales."""
    shown = context.chain.measurement.reliability
    shown = shown[shown["n"] >= context.threshold]
    several = shown[shown["items"] > 1]
    tables: list[Block] = []
    if "alpha_ordinal" in several and several["alpha_ordinal"].notna().any():
        tables.append(_constructs(context, several))
    review = context.chain.review
    whole = None if review is None else review.whole
    if whole is not None and len(whole):
        tables.append(_whole(context, whole))
    pairs = context.chain.measurement.htmt_pairs
    if pairs is not None and pairs["htmt2"].notna().any():
        tables.append(_htmt2(context, pairs))
    return [Heading(context.say("appendix.reliability"), 2), *tables] if tables else []


def _constructs(context: Context, reliability: pd.DataFrame) -> Table:
    say = context.say
    rows = tuple(
        (
            context.coded(str(code)),
            row["n"],
            row["alpha_ordinal"],
            row["omega_categorical"],
            Interval(row["omega_low"], row["omega_high"]),
            Interval(row["cr_low"], row["cr_high"]),
            Interval(row["ave_low"], row["ave_high"]),
        )
        for code, row in records(reliability)
    )
    return Table(
        "reliability_more",
        say("appendix.reliability_more"),
        (
            Column(say("column.construct"), width=2.6),
            Column("n", K.COUNT, width=0.7),
            Column(say("appendix.alpha_ordinal"), K.DECIMAL, width=1.1),
            Column(say("appendix.omega_categorical"), K.DECIMAL, width=1.1),
            Column(say("appendix.omega_interval"), K.DECIMAL, width=1.5),
            Column(say("appendix.cr_interval"), K.DECIMAL, width=1.5),
            Column(say("appendix.ave_interval"), K.DECIMAL, width=1.5),
        ),
        rows,
        (say("appendix.reliability_more_note"),),
        is_compact=True,
    )


def _whole(context: Context, whole: pd.DataFrame) -> Table:
    say = context.say
    rows = tuple(
        (
            say(f"appendix.whole.{polarity}"),
            *(row[name] for name in ("constructs", "items", "n", "alpha")),
            *(row[name] for name in ("omega_total", "omega_h", "ecv")),
        )
        for polarity, row in records(whole)
    )
    return Table(
        "whole_scale",
        say("appendix.whole_table"),
        (
            Column(say("appendix.set"), width=2.2),
            Column(say("appendix.constructs_count"), K.COUNT, width=0.8),
            Column(say("column.items"), K.COUNT, width=0.8),
            Column("n", K.COUNT, width=0.8),
            Column("α", K.DECIMAL, width=0.9),
            Column("ω_t", K.DECIMAL, width=0.9),
            Column("ω_h", K.DECIMAL, width=0.9),
            Column("ECV", K.DECIMAL, width=0.9),
        ),
        rows,
        (say("appendix.whole_note"),),
        is_compact=True,
    )


def _htmt2(context: Context, pairs: pd.DataFrame) -> Table:
    say = context.say
    known = pairs[pairs["htmt2"].notna()].sort_values("htmt2", ascending=False).head(10)
    rows = tuple(
        (
            context.coded(str(row["first"])),
            context.coded(str(row["second"])),
            row["htmt2"],
            Interval(row.get("htmt2_low", math.nan), row.get("htmt2_high", math.nan)),
        )
        for _, row in records(known)
    )
    return Table(
        "htmt2_pairs",
        say("appendix.htmt2", count=len(rows)),
        (
            Column(say("column.construct"), width=2.7),
            Column(say("column.construct"), width=2.7),
            Column("HTMT2", K.DECIMAL, width=1.0),
            Column(say("column.interval95"), K.DECIMAL, width=1.6),
        ),
        rows,
        (say("appendix.htmt2_note", n=count(context.chain.measurement.cfa_n)),),
        is_compact=True,
    )
