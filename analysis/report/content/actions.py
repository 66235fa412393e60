"""Problems with their evidence, measures with their actors, ledger, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.diagnosis.ledger import LedgerItem, aim_of, draft_ledger
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
    bounds = (float(row[name]) for name in ("severity", "severity_low", "severity_high"))
    aim = aim_of(str(row["light"]), *bounds)
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
    """Return the rectification ledger: that of the last wave as reviewed, else a first draft."""
    diagnosis = context.chain.diagnosis
    if diagnosis is None or context.framework is None:
        return []
    reviewed = context.supplements.ledger
    items = reviewed or draft_ledger(diagnosis, context.facts.wave)
    if not items:
        return []
    table = _reviewed_table if reviewed else _drafted_table
    return [
        Heading(context.say("ledger.heading")),
        Paragraph(context.say("ledger.text", date=_next_wave(context))),
        *([Paragraph(context.say("ledger.reviewed_text"))] if reviewed else []),
        table(context, items),
        Heading(context.say("ledger.plan"), 2),
        Bullets(context.items("ledger.step", date=_next_wave(context)), is_numbered=True),
    ]


def _drafted_table(context: Context, items: tuple[LedgerItem, ...]) -> Table:
    return Table(
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
        tuple(
            (
                f"{number:02d}",
                context.coded(item.constraint),
                item.evidence[-1].severity,
                item.aim,
                item.detectable,
                deadline(context, item.urgency),
                context.say("ledger.open"),
            )
            for number, item in enumerate(items, start=1)
        ),
        (context.say("ledger.note"),),
    )


def _reviewed_table(context: Context, items: tuple[LedgerItem, ...]) -> Table:
    """Return the ledger over the waves: severity then and now, target, verdict, state."""
    rows = []
    for number, item in enumerate(items, start=1):
        scores = [evidence.severity for evidence in item.evidence]
        due = item.deadline or (deadline(context, item.urgency) if not item.verdict else "")
        rows.append(
            (
                f"{number:02d}",
                context.coded(item.constraint),
                context.join(departments(context, (item.responsible,) if item.responsible else ())),
                scores[-2] if len(scores) > 1 else None,
                scores[-1] if scores else None,
                item.aim,
                due or None,
                context.diagnosis_word("review", item.verdict) if item.verdict else "",
                context.diagnosis_word("state", item.state),
            )
        )
    return Table(
        "ledger",
        context.say("ledger.table"),
        (
            Column(context.say("column.number"), width=0.6),
            Column(context.say("column.problem"), width=2.2),
            Column(context.say("column.departments"), width=1.3),
            Column(context.say("column.last_wave"), K.SCORE, width=0.8),
            Column(context.say("column.this_wave"), K.SCORE, width=0.8),
            Column(context.say("column.target"), K.SCORE, width=0.8),
            Column(context.say("column.deadline"), width=1.2),
            Column(context.say("column.review"), width=0.9),
            Column(context.say("column.state"), width=0.9),
        ),
        tuple(rows),
        (context.say("ledger.reviewed_note"),),
        is_compact=True,
    )


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
    if context.supplements.change is not None:
        lines[1] = context.say("limits.two_waves")
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
