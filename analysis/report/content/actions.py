"""Problems with their evidence, measures with their actors, ledger, limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.report.content.constraints import item_shares
from analysis.report.content.context import (
    Context,
    count,
    record,
    records,
    score,
    score_interval,
    share,
)
from analysis.report.content.front import advice, deadline, departments, pressing, spoken_date
from analysis.report.document import Block, Bullets, Column, Heading, Paragraph, Table
from analysis.report.numbers import NumberKind

if TYPE_CHECKING:
    from analysis.diagnosis.result import Recommendation

K = NumberKind
AGREEING_ITEMS = 2
FALL = {"red": 10.0, "amber": 5.0}
GREEN_FROM = 40.0


def problems(context: Context) -> list[Block]:
    """Return the list of problems: what shows, evidence, likely causes with their codes."""
    diagnosis = context.chain.diagnosis
    if diagnosis is None or context.framework is None:
        return []
    named = pressing(diagnosis)
    blocks: list[Block] = [
        Heading(context.say("problems.heading")),
        Paragraph(context.say("problems.text")),
    ]
    if named.empty:
        return [*blocks, Paragraph(context.say("problems.none"))]
    rows = tuple(
        (
            str(number),
            context.coded(str(code)),
            _symptoms(context, str(code)),
            context.say(
                "problems.evidence",
                light=context.light(row["light"]).word,
                score=score(row["severity"]),
                interval=score_interval(row["severity_low"], row["severity_high"]),
                n=int(row["n"]),
            ),
            _causes(context, str(code)),
        )
        for number, (code, row) in enumerate(records(named), start=1)
    )
    return [
        *blocks,
        Table(
            "problems",
            context.say("problems.table"),
            (
                Column(context.say("column.number"), width=0.5),
                Column(context.say("column.problem"), width=1.4),
                Column(context.say("column.symptoms"), width=2.7),
                Column(context.say("column.evidence"), width=1.6),
                Column(context.say("column.causes"), width=2.5),
            ),
            rows,
            (context.say("problems.note"),),
            is_compact=True,
        ),
    ]


def _worst_items(context: Context, construct: str) -> list[tuple[str, float]]:
    """Return the items of a construct most agreed to, with their shares."""
    prepared = context.chain.prepared
    shares = [
        (item, item_shares(context, item)[1])
        for item in prepared.items_of[construct]
        if item in prepared.items and item_shares(context, item)[0] >= context.threshold
    ]
    return sorted(shares, key=lambda pair: -pair[1])[:AGREEING_ITEMS]


def _symptoms(context: Context, construct: str) -> str:
    prepared = context.chain.prepared
    lines = []
    for item, agreeing in _worst_items(context, construct):
        key = "reversed_symptom" if prepared.study.item(item).is_reversed else "symptom"
        text = context.item_text(item).rstrip("。.")
        lines.append(context.say(f"problems.{key}", text=text, share=share(agreeing)))
    return "\n".join(lines)


def _causes(context: Context, construct: str) -> str:
    """Return the mechanisms that the most agreed items stand for."""
    items = context.raw("items")
    entry = context.raw("constructs").get(construct)
    if entry is None:
        return ""
    codes = dict.fromkeys(
        facet
        for item, _ in _worst_items(context, construct)
        for facet in items.get(item, {}).get("facets", ())
    )
    facets = {facet["code"]: facet for facet in entry["facets"]}
    return "\n".join(f"{code} {context.worded(facets[code])}" for code in codes if code in facets)


@dataclass(frozen=True, slots=True)
class Aim:
    """What a constraint should come to by the next measurement."""

    target: float
    change: float
    """Smallest change that two measurements of this size can tell from chance."""


def aim_of(light: str, row: Any) -> Aim:
    """Return the target: a fall that can be seen, of ten points for red and five for amber.

    The fall is at least one and a half times the detectable change, which for two independent
    surveys as large as this one is sqrt(2) times the half-width of the 95 % interval. The
    target is a whole number, never below green's limit.
    """
    severity = float(row["severity"])
    half = (float(row["severity_high"]) - float(row["severity_low"])) / 2
    change = math.sqrt(2) * half
    fall = max(FALL.get(light, 0.0), 1.5 * change)
    target = max(GREEN_FROM, math.floor(severity - fall))
    return Aim(min(target, severity), change)


def measures(context: Context) -> list[Block]:
    """Return the list of measures and duties for every red or amber constraint."""
    diagnosis = context.chain.diagnosis
    if diagnosis is None or context.framework is None or not diagnosis.recommendations:
        return []
    named = list(pressing(diagnosis).index)
    chosen = [r for r in diagnosis.recommendations if r.constraint in named]
    blocks: list[Block] = [
        Heading(context.say("measures.heading")),
        Paragraph(context.say("measures.text")),
    ]
    if not chosen:
        return [*blocks, Paragraph(context.say("measures.none"))]
    return [
        *blocks,
        Table(
            "measures",
            context.say("measures.table"),
            (
                Column(context.say("column.constraint"), width=1.3),
                Column(context.say("column.measure"), width=3.6),
                Column(context.say("column.actors"), width=0.9),
                Column(context.say("column.departments"), width=1.3),
                Column(context.say("column.deadline"), width=0.95),
                Column(context.say("column.acceptance"), width=1.9),
            ),
            tuple(_measure_row(context, item) for item in chosen),
            (context.say("measures.note"),),
            is_compact=True,
        ),
        Paragraph(context.say("measures.codes_text")),
        _codes_table(context, chosen),
    ]


def _measure_row(context: Context, item: Recommendation) -> tuple[str, ...]:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    actors, indicators = context.raw("actors"), context.raw("indicators")
    lines = [
        f"{number}. {line}"
        for number, line in enumerate(advice(context, item.constraint, item.advice), start=1)
    ]
    lines.append(context.say("measures.codes", codes=context.join(item.measures)))
    row = record(diagnosis.constraints, item.constraint)
    aim = aim_of(str(row["light"]), row)
    wanted = [context.worded(indicators[code]) for code in item.indicators if code in indicators]
    acceptance = context.say(
        "measures.acceptance",
        indicators=context.join(wanted),
        target=score(aim.target),
    )
    return (
        context.coded(item.constraint),
        "\n".join(lines),
        context.join(context.worded(actors[code]) for code in item.actors if code in actors),
        context.join(departments(context, item.departments)),
        deadline(context, item.urgency),
        acceptance,
    )


def _codes_table(context: Context, chosen: list[Recommendation]) -> Table:
    used = {code for item in chosen for code in item.measures}
    actors = context.raw("actors")
    rows = [
        (
            measure["code"],
            context.worded(measure),
            context.worded(pathway),
            context.join(context.worded(actors[code]) for code in measure["actors"]),
        )
        for pathway in context.raw("pathways").values()
        for measure in pathway["measures"]
        if measure["code"] in used
    ]
    return Table(
        "measure_codes",
        context.say("measures.codes_table"),
        (
            Column(context.say("column.code"), width=0.7),
            Column(context.say("column.measure"), width=3.6),
            Column(context.say("column.pathway"), width=2.2),
            Column(context.say("column.actors"), width=1.6),
        ),
        tuple(rows),
        (),
        is_compact=True,
    )


def ledger(context: Context) -> list[Block]:
    """Return the rectification ledger: now, target, detectable change, next measurement."""
    diagnosis = context.chain.diagnosis
    if diagnosis is None or context.framework is None:
        return []
    named = pressing(diagnosis)
    if named.empty:
        return []
    urgency = {item.constraint: item.urgency for item in diagnosis.recommendations}
    rows = []
    for number, (code, row) in enumerate(records(named), start=1):
        aim = aim_of(str(row["light"]), row)
        rows.append(
            (
                f"{number:02d}",
                context.coded(str(code)),
                row["severity"],
                aim.target,
                aim.change,
                deadline(context, urgency.get(str(code), "plan")),
                context.say("ledger.open"),
            )
        )
    return [
        Heading(context.say("ledger.heading")),
        Paragraph(context.say("ledger.text", date=_next_wave(context))),
        Table(
            "ledger",
            context.say("ledger.table"),
            (
                Column(context.say("column.number"), width=0.6),
                Column(context.say("column.problem"), width=2.6),
                Column(context.say("column.now"), K.SCORE, width=0.9),
                Column(context.say("column.target"), K.SCORE, width=0.9),
                Column(context.say("column.detectable"), K.SCORE, width=1.2),
                Column(context.say("column.deadline"), width=1.6),
                Column(context.say("column.state"), width=0.8),
            ),
            tuple(rows),
            (context.say("ledger.note"),),
        ),
        Heading(context.say("ledger.plan"), 2),
        Bullets(context.items("ledger.step", date=_next_wave(context)), is_numbered=True),
    ]


def _next_wave(context: Context) -> str:
    if context.facts.next_wave:
        return spoken_date(context, context.facts.next_wave)
    parts = context.facts.date.split("-")
    if len(parts) == 3 and parts[0].isdigit() and parts[1].isdigit():
        return context.say("month", year=int(parts[0]) + 1, month=int(parts[1]))
    return context.say("ledger.in_a_year")


def limits(context: Context) -> list[Block]:
    """Return what these results cannot carry."""
    chain = context.chain
    lines = list(context.items("limits.always", n=count(chain.prepared.n)))
    if context.framework is not None:
        lines += context.items("limits.framework")
    if chain.structural.sem is not None:
        lines += context.items("limits.model")
    if chain.coupling is not None:
        lines += context.items("limits.coupling")
    if chain.prepared.study.is_simulated:
        lines.insert(0, context.say("limits.simulated"))
    return [
        Heading(context.say("limits.heading")),
        Paragraph(context.say("limits.text")),
        Bullets(tuple(lines), is_numbered=True),
    ]
