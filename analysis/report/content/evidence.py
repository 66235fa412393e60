"""Objective indicators beside the survey: where they agree, where not, what is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.report.content.context import Context, records
from analysis.report.document import (
    Block,
    Bullets,
    Column,
    Dumbbell,
    Figure,
    Heading,
    Paragraph,
    Table,
)
from analysis.report.numbers import NumberKind
from resources.texts import sentence

if TYPE_CHECKING:
    from analysis.supplements.indicators import IndicatorEvidence

K = NumberKind


def evidence(context: Context) -> list[Block]:
    """Return the survey beside the indicators; nothing where there are none."""
    found = context.supplements.indicators
    if found is None:
        return []
    blocks: list[Block] = [
        Heading(context.say("evidence.heading")),
        Paragraph(context.say("evidence.text", unit=found.unit, year=found.year)),
    ]
    if found.systems:
        blocks += [_figure(context, found), _systems(context, found)]
    blocks.append(_indicators(context, found))
    if found.missing:
        blocks += [
            Heading(context.say("evidence.missing"), 2),
            Paragraph(context.say("evidence.missing_text", n=len(found.missing))),
            Bullets((context.join(_named(context, code) for code in found.missing),)),
        ]
    return [*blocks, *context.notes_of(found.findings)]


def _named(context: Context, code: str) -> str:
    entry = context.raw("indicators").get(code)
    return f"{code} {context.worded(entry)}" if entry else code


def _figure(context: Context, found: IndicatorEvidence) -> Figure:
    rows = tuple(
        (
            context.coded(row.system),
            row.survey,
            row.ledger,
            "amber" if row.is_flagged else "green",
            context.say("evidence.apart" if row.is_flagged else "evidence.alike"),
        )
        for row in found.systems
    )
    return Figure(
        "evidence_figure",
        context.say("evidence.figure"),
        Dumbbell(
            rows,  # type: ignore[arg-type]
            context.say("evidence.survey"),
            context.say("evidence.ledger"),
            context.say("evidence.axis"),
        ),
        context.say(
            "evidence.alt", listed=context.join(f"{name} {word}" for name, *_, word in rows)
        ),
    )


def _systems(context: Context, found: IndicatorEvidence) -> Table:
    return Table(
        "evidence",
        context.say("evidence.table"),
        (
            Column(context.say("column.system"), width=2.2),
            Column(context.say("evidence.survey"), K.SCORE, width=1.0),
            Column(context.say("evidence.ledger"), K.SCORE, width=1.0),
            Column(context.say("column.difference"), K.CHANGE, width=0.9),
            Column(context.say("column.verdict"), width=1.3),
            Column(context.say("evidence.causes"), width=3.4),
        ),
        tuple(
            (
                context.coded(row.system),
                row.survey,
                row.ledger,
                row.difference,
                context.say("evidence.apart" if row.is_flagged else "evidence.alike"),
                "\n".join(
                    sentence(f"coupling.cause.{cause}", context.language) for cause in row.causes
                ),
            )
            for row in found.systems
        ),
        (context.say("evidence.note"),),
        is_compact=True,
    )


def _indicators(context: Context, found: IndicatorEvidence) -> Table:
    """Return every indicator used, beside the score of the construct it stands for."""
    raw = context.raw("indicators")

    def unit(code: str) -> str:
        return str(raw.get(code, {}).get("unit", "")) if context.is_source else ""

    return Table(
        "evidence_indicators",
        context.say("evidence.indicators"),
        (
            Column(context.say("evidence.indicator"), width=3.2),
            Column(context.say("column.construct"), width=2.2),
            Column(context.say("column.value"), K.MEAN, width=1.0),
            *([Column(context.say("evidence.unit"), width=0.7)] if context.is_source else []),
            Column(context.say("evidence.scaled"), K.SCORE, width=1.0),
            Column(context.say("evidence.survey_score"), K.SCORE, width=1.0),
        ),
        tuple(
            (
                _named(context, code),
                context.coded(str(row["construct"])) if row["construct"] else "",
                float(row["value"]),
                *([unit(code)] if context.is_source else []),
                float(row["scaled"]),
                None if math.isnan(row["survey"]) else float(row["survey"]),
            )
            for code, row in records(found.table)
        ),
        (context.say("evidence.indicators_note"),),
        is_compact=True,
    )
