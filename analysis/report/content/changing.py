"""Before and after: what changed since the earlier wave, and what cannot be told from chance."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.report.content.context import Context, records
from analysis.report.document import (
    Block,
    Cell,
    Column,
    Dumbbell,
    Figure,
    Heading,
    Interval,
    Note,
    Paragraph,
    Table,
    Tone,
)
from analysis.report.numbers import NumberKind
from resources.texts import sentence

if TYPE_CHECKING:
    from analysis.diagnosis.change import Change
    from analysis.findings import Finding

K = NumberKind
Namer = Callable[[str], str]
WHOLE_BLOCKS = ("severity", "positive")
VERDICT_TONES: Mapping[str, Tone] = {"improved": "green", "worsened": "red"}


def changing(context: Context) -> list[Block]:
    """Return the comparison with the earlier wave; nothing where there is none."""
    change = context.supplements.change
    if change is None:
        return []
    before, after = context.supplements.waves
    blocks: list[Block] = [
        Heading(context.say("change.heading")),
        Paragraph(
            context.say(
                "change.text",
                before=before or context.say("change.earlier"),
                after=after or context.say("change.this"),
                n1=change.n[0],
                n2=change.n[1],
                linked=_linking(context, change),
            )
        ),
    ]
    notes = context.notes_of(_named(context, found) for found in change.findings)
    if change.constructs.empty:
        return [*blocks, *notes]
    blocks += [
        _figure(context, change),
        *change_tables(change, context.coded, context.language),
        *([Note(context.say("change.coupling_caution"), "amber")] if len(change.coupling) else []),
        *notes,
    ]
    if change.feedback is not None:
        blocks += context.notes_of(change.feedback.findings)
    return blocks


def _named(context: Context, found: Finding) -> Finding:
    """Return the finding with constructs called by code and name."""
    codes = {construct.code for construct in context.chain.prepared.study.constructs}
    return replace(
        found, subjects=tuple(context.coded(s) if s in codes else s for s in found.subjects)
    )


def _linking(context: Context, change: Change) -> str:
    if change.linked:
        return context.say("change.linked", n=change.linked)
    return context.say("change.independent")


def _figure(context: Context, change: Change) -> Figure:
    rows = tuple(
        (
            context.coded(code),
            float(row["before"]),
            float(row["after"]),
            VERDICT_TONES.get(str(row["verdict"]), "grey"),
            context.diagnosis_word("change", str(row["verdict"])),
        )
        for code, row in records(change.constructs)
    )
    return Figure(
        "change_figure",
        context.say("change.figure"),
        Dumbbell(
            rows,
            context.say("change.earlier"),
            context.say("change.this"),
            context.say("change.axis"),
        ),
        context.say(
            "change.alt", listed=context.join(f"{name} {word}" for name, _, _, _, word in rows)
        ),
        (context.say("change.figure_note"),),
    )


# --- tables, for the report and for compare -------------------------------------------------


def change_tables(change: Change, name: Namer, language: str) -> list[Table]:
    """Return every table of a comparison that has something to show.

    Args:
        name: how a construct or system is called, from its code.
    """
    tables = [_construct_table(change, name, language)]
    if not change.coupling.empty:
        tables.append(_coupling_table(change, name, language))
    if change.invariance:
        tables.append(_invariance_table(change, language))
    if change.retest is not None and len(change.retest):
        tables.append(_retest_table(change, name, language))
    if change.feedback is not None and len(change.feedback.paths):
        tables.append(_feedback_table(change, language))
    return tables


def _say(key: str, language: str, **values: object) -> str:
    return sentence(f"report.{key}", language, **values)


def _construct_table(change: Change, name: Namer, language: str) -> Table:
    """Return the change of every construct, its smallest detectable change, the verdict."""
    return Table(
        "change",
        _say("change.constructs", language),
        (
            Column(_say("column.construct", language), width=2.5),
            Column(_say("column.last_wave", language), K.SCORE, width=0.8),
            Column(_say("column.this_wave", language), K.SCORE, width=0.8),
            Column(_say("column.difference", language), K.CHANGE, width=0.8),
            Column(_say("column.interval95", language), K.CHANGE, width=1.5),
            Column(_say("column.detectable", language), K.SCORE, width=0.9),
            Column(_say("column.p_holm", language), K.PROBABILITY, width=0.9),
            Column(_say("column.verdict", language), width=1.6),
        ),
        tuple(
            (
                name(code),
                *_cells(row),
                float(row["sdc"]),
                float(row["p_holm"]),
                sentence(f"diagnosis.change.{row['verdict']}", language),
            )
            for code, row in records(change.constructs)
        ),
        (_say("change.constructs_note", language, n1=change.n[0], n2=change.n[1]),),
        is_compact=True,
    )


def _cells(row: Mapping[Hashable, Any] | Mapping[str, Any]) -> tuple[Cell, ...]:
    values: Mapping[Any, Any] = row
    interval = Interval(float(values["low"]), float(values["high"]))
    return (
        float(values["before"]),
        float(values["after"]),
        float(values["difference"]),
        interval,
    )


def _coupling_table(change: Change, name: Namer, language: str) -> Table:
    """Return the change of the systems' U and of D by each formula."""

    def called(code: str) -> str:
        if code.startswith("D_"):
            return f"D {_say('formula.' + code.removeprefix('D_'), language)}"
        return name(code)

    return Table(
        "change_coupling",
        _say("change.coupling", language),
        (
            Column(_say("column.quantity", language), width=2.6),
            Column(_say("column.last_wave", language), K.DECIMAL, width=0.9),
            Column(_say("column.this_wave", language), K.DECIMAL, width=0.9),
            Column(_say("column.difference", language), K.DIFFERENCE, width=0.9),
            Column(_say("column.interval95", language), K.DIFFERENCE, width=1.6),
            Column(_say("column.verdict", language), width=1.6),
        ),
        tuple(
            (
                called(code),
                *_cells(row),
                sentence(f"diagnosis.change.{row['verdict']}", language),
            )
            for code, row in records(change.coupling)
        ),
        (_say("change.coupling_note", language),),
    )


def _invariance_table(change: Change, language: str) -> Table:
    """Return the steps of the test of measurement invariance."""
    rows: list[tuple[Cell, ...]] = []
    for block in change.invariance:
        named = ", ".join(block.constructs)
        if block.block in WHOLE_BLOCKS:
            named = _say(f"change.block.{block.block}", language)
        verdict = sentence(f"diagnosis.comparability.{block.found.code}", language)
        n = " / ".join(map(str, block.found.n))
        if not block.found.steps:
            rows.append((named, n, "", None, None, verdict))
        for place, (step, cfi, rmsea) in enumerate(block.found.steps):
            first = place == 0
            level = _say(f"change.step.{step}", language)
            rows.append(
                (named if first else "", n if first else "", level, cfi, rmsea,
                 verdict if first else "")
            )  # fmt: skip
    return Table(
        "change_invariance",
        _say("change.invariance", language),
        (
            Column(_say("change.block.title", language), width=1.6),
            Column("n", width=1.0),
            Column(_say("change.step.title", language), width=1.4),
            Column("CFI", K.DECIMAL, width=0.9),
            Column("RMSEA", K.DECIMAL, width=0.9),
            Column(_say("column.verdict", language), width=1.4),
        ),
        tuple(rows),
        (_say("change.invariance_note", language),),
        is_compact=True,
    )


def _retest_table(change: Change, name: Namer, language: str) -> Table:
    """Return how stable the scores of the same people are."""
    assert change.retest is not None
    return Table(
        "change_retest",
        _say("change.retest", language),
        (
            Column(_say("column.construct", language), width=2.6),
            Column("n", K.COUNT, width=0.7),
            Column("ICC(2,1)", K.DECIMAL, width=0.9),
            Column(_say("column.interval95", language), K.DECIMAL, width=1.5),
            Column("r", K.DECIMAL, width=0.8),
            Column(_say("change.person_error", language), K.SCORE, width=1.1),
            Column(_say("change.person_sdc", language), K.SCORE, width=1.1),
            Column(_say("change.shift", language), K.CHANGE, width=1.0),
        ),
        tuple(
            (
                name(code),
                int(row["n"]),
                float(row["icc"]),
                Interval(float(row["low"]), float(row["high"])),
                float(row["r"]),
                float(row["sem"]),
                float(row["sdc_person"]),
                float(row["shift"]),
            )
            for code, row in records(change.retest)
        ),
        (_say("change.retest_note", language),),
        is_compact=True,
    )


def _feedback_table(change: Change, language: str) -> Table:
    """Return the cross-lags between community and NQPF."""
    feedback = change.feedback
    assert feedback is not None
    fit = feedback.fit
    return Table(
        "change_feedback",
        _say("change.feedback", language),
        (
            Column(_say("column.effect", language), width=3.2),
            Column(_say("column.estimate", language), K.DECIMAL, width=0.9),
            Column(_say("column.interval95", language), K.DECIMAL, width=1.5),
            Column("p", K.PROBABILITY, width=0.8),
            Column(_say("column.std", language), K.DECIMAL, width=1.0),
        ),
        tuple(
            (
                _say(f"change.lag.{relation}", language),
                float(row["estimate"]),
                Interval(float(row["low"]), float(row["high"])),
                float(row["p"]),
                float(row["standardized"]),
            )
            for relation, row in records(feedback.paths)
        ),
        (
            _say(
                "change.feedback_note",
                language,
                n=feedback.n,
                df=int(fit["df"]),
                chisq=fit["chisq"],
                cfi=fit["cfi"],
                rmsea=fit["rmsea"],
                srmr=fit["srmr"],
            ),
        ),
    )
