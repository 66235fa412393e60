"""Background, method and sample, data quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from analysis.disclosure import hide_groups
from analysis.report.content.context import Context, count, records, score, share
from analysis.report.document import Block, Bullets, Column, Heading, Paragraph, Table
from analysis.report.numbers import NumberKind
from resources.texts import has_sentence, sentence
from survey.responses import Missing

K = NumberKind


def background(context: Context) -> list[Block]:
    """Return why the diagnosis was made and what it looks at; needs the framework."""
    framework = context.framework
    if framework is None:
        return []
    blocks: list[Block] = [Heading(context.say("background.heading"), starts_page=True)]
    blocks += [Heading(context.say("background.policy"), 2)]
    blocks += [Paragraph(text) for text in context.items("background.text")]
    if context.facts.basis:
        blocks += [Heading(context.say("background.own"), 2), Bullets(context.facts.basis)]
    blocks += [
        Heading(context.say("background.object"), 2),
        Paragraph(context.say("background.object_text")),
        _framework_table(context),
    ]
    return blocks


def _framework_table(context: Context) -> Table:
    framework = context.framework
    assert framework is not None
    asked = {construct.code for construct in context.chain.prepared.study.constructs}
    entries = {entry["code"]: entry for entry in framework.raw["constructs"]}
    rows = tuple(
        (
            context.name(group["code"]),
            context.coded(code),
            _definition(context, entries[code]),
        )
        for group in framework.raw["groups"]
        for code in group["constructs"]
        if code in asked
    )
    return Table(
        "framework",
        context.say("background.table"),
        (
            Column(context.say("column.group"), width=1.0),
            Column(context.say("column.constraint"), width=1.6),
            Column(context.say("column.meaning"), width=3.0),
        ),
        rows,
        (),
    )


def _definition(context: Context, entry: Mapping[str, Any]) -> str:
    if context.is_source:
        return str(entry["definition_zh"])
    return str(entry["definition_en"])


def method(context: Context) -> list[Block]:
    """Return questionnaire, respondents, scoring, rules, privacy."""
    study = context.chain.prepared.study
    minimum = min((item.minimum for item in study.items), default=1.0)
    maximum = max((item.maximum for item in study.items), default=5.0)
    values = {
        "constructs": len(study.constructs),
        "items": len(study.items),
        "reversed": sum(item.is_reversed for item in study.items),
        "low": f"{minimum:g}",
        "high": f"{maximum:g}",
        "threshold": context.threshold,
        "share": share(context.chain.prepared.options.min_answered_share),
    }
    origin = "own_items" if context.framework is not None else "user_items"
    return [
        Heading(context.say("method.heading")),
        Heading(context.say("method.questionnaire"), 2),
        Paragraph(context.say("method.questionnaire_text", **values)),
        Paragraph(context.say(f"method.{origin}")),
        Heading(context.say("method.sample"), 2),
        *_sample(context),
        Heading(context.say("method.scoring"), 2),
        Bullets(_scoring(context, values)),
        Heading(context.say("method.reading"), 2),
        Bullets(_reading(context, values)),
        Heading(context.say("method.privacy"), 2),
        Paragraph(context.say("method.privacy_text", **values)),
    ]


def _scoring(context: Context, values: Mapping[str, object]) -> tuple[str, ...]:
    """Return how scores and estimates come about, as far as this study has them."""
    chain = context.chain
    has_constraints = any(c.polarity == "severity" for c in chain.prepared.study.constructs)
    keys = ["score", "severe" if has_constraints else "positive"]
    if chain.diagnosis is not None or chain.coupling is not None:
        keys.append("bootstrap")
    if chain.structural.rungs:
        keys.append("ladder" if context.framework is not None else "sample_size")
    if chain.coupling is not None:
        keys.append("coupling")
    return tuple(context.say(f"method.how.{key}", **values) for key in keys)


def _reading(context: Context, values: Mapping[str, object]) -> tuple[str, ...]:
    keys = ["interval", "lights", "trust", "marks"]
    if context.chain.diagnosis is None:
        keys.remove("lights")
    return tuple(context.say(f"method.read.{key}", **values) for key in keys)


def _sample(context: Context) -> list[Block]:
    prepared = context.chain.prepared
    collected, used = prepared.responses.n, prepared.n
    text = context.say(
        "method.sample_text",
        collected=count(collected),
        excluded=count(collected - used),
        used=count(used),
        share=share(used / collected if collected else 0.0),
    )
    blocks: list[Block] = [Paragraph(text)]
    if "role" in prepared.respondents and prepared.respondents["role"].notna().any():
        blocks.append(_role_table(context))
    return blocks


def _role_table(context: Context) -> Table:
    """Return respondents by role; roles that may not be shown stand in one row."""
    prepared = context.chain.prepared
    used = prepared.respondents["role"].value_counts()
    collected = prepared.responses.respondents["role"].value_counts()
    shown_codes = {str(code): int(n) for code, n in used.items()}
    hidden = set(hide_groups(shown_codes, context.threshold).all)
    rows: list[tuple[str, int, int, float]] = []
    for code in collected.index:
        if str(code) not in hidden and used.get(code, 0) >= context.threshold:
            kept = int(used[code])
            rows.append(
                (context.role(str(code)), int(collected[code]), kept, kept / max(1, prepared.n))
            )
    rest = prepared.n - sum(row[2] for row in rows)
    if rest > 0:
        before = prepared.responses.n - sum(row[1] for row in rows)
        rows.append((context.say("method.other_roles"), before, rest, rest / max(1, prepared.n)))
    rows.append((context.say("total"), prepared.responses.n, prepared.n, 1.0))
    return Table(
        "roles",
        context.say("method.role_table"),
        (
            Column(context.say("column.role")),
            Column(context.say("column.collected"), K.COUNT),
            Column(context.say("column.used"), K.COUNT),
            Column(context.say("column.share"), K.SHARE),
        ),
        tuple(rows),
        (context.say("method.role_note", threshold=context.threshold),),
    )


def quality(context: Context) -> list[Block]:
    """Return what the quality rules found, what is missing, and what exclusion changes."""
    prepared = context.chain.prepared
    blocks: list[Block] = [
        Heading(context.say("quality.heading")),
        Paragraph(context.say("quality.text")),
        _rules_table(context),
        *_decisions(context),
        _missing_table(context),
        *context.notes_of(prepared.findings),
    ]
    diagnosis = context.chain.diagnosis
    if diagnosis is not None and len(diagnosis.with_flagged) and prepared.excluded:
        blocks.append(_with_flagged_table(context))
    notes = context.facts.import_notes
    if notes:
        blocks += [Heading(context.say("quality.import"), 2), Bullets(notes[:12])]
        if len(notes) > 12:
            blocks.append(Paragraph(context.say("quality.import_more", more=len(notes) - 12)))
    return blocks


def _rules_table(context: Context) -> Table:
    prepared = context.chain.prepared
    total = max(1, prepared.responses.n)
    rows = []
    for rule in prepared.flags.columns:
        flagged = int(prepared.flags[rule].sum())
        key = "quality.excluded" if rule in prepared.options.exclude else "quality.kept"
        rows.append(
            (
                _rule_word(context, str(rule), "name"),
                _rule_word(context, str(rule), "meaning"),
                flagged,
                flagged / total,
                context.say(key),
            )
        )
    return Table(
        "quality",
        context.say("quality.table"),
        (
            Column(context.say("column.rule"), width=1.7),
            Column(context.say("column.meaning"), width=4.0),
            Column(context.say("column.flagged"), K.COUNT, width=0.9),
            Column(context.say("column.share"), K.SHARE, width=0.9),
            Column(context.say("column.treatment"), width=1.1),
        ),
        tuple(rows),
        (
            context.say(
                "quality.note",
                total=count(prepared.responses.n),
                excluded=count(len(prepared.excluded)),
                used=count(prepared.n),
            ),
        ),
    )


def _decisions(context: Context) -> list[Block]:
    """Return who chose the rules and what was decided by hand, without the single sheets."""
    prepared = context.chain.prepared
    blocks: list[Block] = []
    if prepared.options.rules_note:
        note = context.say("quality.rules_note", note=prepared.options.rules_note)
        blocks.append(Paragraph(note))
    last = {entry.row: entry for entry in prepared.options.decisions}
    counts = Counter((d.keep, d.reason, d.by, d.on) for d in last.values())
    if not counts:
        return blocks
    rows = tuple(
        (context.say(f"quality.decision_{'in' if keep else 'out'}"), reason, by, on, n)
        for (keep, reason, by, on), n in counts.items()
    )
    columns = [
        Column(context.say(f"quality.{name}"), width=width)
        for name, width in (("decision", 1.4), ("reason", 4.0), ("by", 1.3), ("on", 1.3))
    ]
    columns.append(Column(context.say("quality.sheets"), K.COUNT, width=0.9))
    title, note = context.say("quality.decisions"), context.say("quality.decisions_note")
    return [*blocks, Table("decisions", title, tuple(columns), rows, (note,))]


def _rule_word(context: Context, rule: str, part: str) -> str:
    code = f"quality.{rule}.{part}"
    return sentence(code, context.language) if has_sentence(code, context.language) else rule


def _missing_table(context: Context) -> Table:
    missing = context.chain.prepared.responses.missing
    cells = max(1, missing.size)
    values = missing.to_numpy()
    rows = tuple(
        (context.say(f"missing.{kind.name.lower()}"), found, found / cells)
        for kind in Missing
        if (found := int((values == int(kind)).sum())) or kind is Missing.ANSWERED
    )
    asked = int((values != int(Missing.NOT_SHOWN)).sum())
    answered = int((values == int(Missing.ANSWERED)).sum())
    return Table(
        "missing",
        context.say("quality.missing_table"),
        (
            Column(context.say("column.kind")),
            Column(context.say("column.cells"), K.COUNT),
            Column(context.say("column.share"), K.SHARE),
        ),
        rows,
        (context.say("quality.missing_note", share=share(answered / max(1, asked))),),
    )


def _with_flagged_table(context: Context) -> Table:
    diagnosis = context.chain.diagnosis
    assert diagnosis is not None
    table = diagnosis.with_flagged
    rows = tuple(
        (context.coded(str(code)), row["severity"], row["severity_all"], row["difference"])
        for code, row in records(table)
    )
    largest = float(table["difference"].abs().max())
    return Table(
        "with_flagged",
        context.say("quality.with_flagged"),
        (
            Column(context.say("column.constraint")),
            Column(context.say("column.main_result"), K.SCORE),
            Column(context.say("column.all_answers"), K.SCORE),
            Column(context.say("column.difference"), K.CHANGE),
        ),
        rows,
        (
            context.say(
                "quality.with_flagged_note",
                largest=score(largest),
                n=count(context.chain.prepared.n),
                n_all=count(context.chain.prepared.responses.n),
            ),
        ),
    )
