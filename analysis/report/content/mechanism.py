"""How constraints, community and productive forces go together: the structural model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.report.content.context import Context, count, records, share
from analysis.report.content.measuring import estimator, fit_table
from analysis.report.document import (
    Block,
    Bullets,
    Column,
    Figure,
    Heading,
    Interval,
    Note,
    Paragraph,
    Table,
)
from analysis.report.numbers import NumberKind, format_number
from analysis.report.path_diagram import draw, fitted_scene, graph_of
from resources.texts import has_sentence, sentence

if TYPE_CHECKING:
    from analysis.modelling.result import Rung
    from analysis.sem import SemResult

K = NumberKind
DIAGRAM_WIDTH, DIAGRAM_HEIGHT = 453.0, 440.0


def mechanism(context: Context) -> list[Block]:
    """Return model choice, diagram, effects, fit, and what may not be read from them."""
    structural = context.chain.structural
    if structural.sem is None and not structural.rungs and not structural.findings:
        return []
    blocks: list[Block] = [
        Heading(context.say("mechanism.heading")),
        Heading(context.say("mechanism.choice"), 2),
        Paragraph(
            context.say("mechanism.choice_text" if context.framework else "mechanism.choice_own")
        ),
    ]
    if structural.rungs:
        blocks.append(_ladder_table(context))
    sem = structural.sem
    if sem is not None and sem.status.is_usable:
        blocks += _model(context, sem)
    else:
        blocks.append(Note(context.say("mechanism.no_model"), "amber"))
    blocks += context.notes_of(structural.findings)
    return blocks


def model_name(context: Context, code: str) -> str:
    """Return the name of a framework model, or that it is the user's own."""
    if not code:
        return context.say("mechanism.own_model")
    key = f"ladder.name.{code}"
    return sentence(key, context.language) if has_sentence(key, context.language) else code


def _ladder_table(context: Context) -> Table:
    rows = tuple(
        (
            model_name(context, rung.model),
            rung.n_needed,
            context.say(f"mechanism.rung.{_standing(rung)}"),
            _reason(context, rung),
        )
        for rung in context.chain.structural.rungs
    )
    return Table(
        "ladder",
        context.say("mechanism.ladder"),
        (
            Column(context.say("column.model"), width=2.2),
            Column(context.say("column.n_needed"), K.COUNT, width=0.9),
            Column(context.say("column.result"), width=0.9),
            Column(context.say("column.reason"), width=3.4),
        ),
        rows,
        (context.say("mechanism.ladder_note", n=count(context.chain.structural.n)),),
    )


def _standing(rung: Rung) -> str:
    """Return used, possible (the sample would carry it) or impossible."""
    if rung.reason == "chosen":
        return "used"
    return "possible" if rung.is_supported else "impossible"


def _reason(context: Context, rung: Rung) -> str:
    key = f"ladder.{rung.reason}"
    if not has_sentence(key, context.language):
        return rung.reason
    return sentence(
        key,
        context.language,
        model=model_name(context, rung.model),
        n=count(context.chain.structural.n),
        n_needed=count(rung.n_needed),
    )


def _model(context: Context, sem: SemResult) -> list[Block]:
    structural = context.chain.structural
    blocks: list[Block] = [
        Paragraph(
            context.say(
                "mechanism.results_text",
                model=model_name(context, structural.name),
                n=count(structural.n),
                roles=context.join(map(context.role, structural.roles)) or context.say("everyone"),
                estimator=estimator(context, sem),
            )
        ),
        Heading(context.say("mechanism.fit"), 2),
        fit_table(context, sem, key="model_fit", n=structural.n),
        *_rivals(context),
        *_second_engine(context),
        Heading(context.say("mechanism.results"), 2),
    ]
    if structural.is_measurement_only:
        blocks += [Note(context.say("mechanism.measurement_only"), "amber"), diagram(context, sem)]
    else:
        blocks += [
            *_reading(context, sem),
            _effects_table(context),
            diagram(context, sem),
            Note(_association(context), "amber"),
        ]
    if structural.htmt_gate:
        pairs = [f"{context.name(a)}—{context.name(b)}" for a, b in structural.htmt_gate]
        blocks.append(Note(context.say("mechanism.gate", pairs=context.join(pairs)), "red"))
    everyone = structural.sem_all
    if everyone is not None and everyone.status.is_usable and everyone.n != sem.n:
        blocks.append(_with_all_table(context, sem, everyone))
    return blocks


def _association(context: Context) -> str:
    text = context.say("mechanism.association")
    return text if context.framework is None else text + context.say("mechanism.feedback")


def diagram(context: Context, sem: SemResult) -> Figure:
    """Return the path diagram with standardized estimates."""
    names = {
        code: (context.name(code) if code in sem.latents else code)
        for code in (*sem.latents, *sem.observed)
    }
    graph = graph_of(sem.parameters, latents=tuple(sem.latents), r2=sem.r2, names=names)
    placed = context.facts.positions
    known = [code for code in sem.observed if context.name(code) != code]
    listed = context.join(context.coded(code) for code in known)
    notes = [context.say("mechanism.diagram_note")]
    if listed:
        notes.append(context.say("mechanism.diagram_names", listed=listed))
    paths = sem.parameters[sem.parameters["op"] == "~"]
    described = context.say("semicolon").join(
        context.say(
            "mechanism.path_alt",
            source=context.name(str(row["rhs"])),
            target=context.name(str(row["lhs"])),
            value=format_number(row["std_all"], K.BRIEF),
        )
        for _, row in records(paths)
    )
    return Figure(
        "diagram",
        context.say("mechanism.diagram"),
        draw(graph, placed) if placed else fitted_scene(graph, DIAGRAM_WIDTH, DIAGRAM_HEIGHT),
        context.say("mechanism.diagram_alt", listed=described),
        tuple(notes),
    )


def _effects_table(context: Context) -> Table:
    structural = context.chain.structural
    rows = tuple(
        (
            effect_words(context, str(row["from"]), str(row["to"])),
            context.say(f"effect.{row['kind']}") if context.has(f"effect.{row['kind']}") else "",
            row["est"],
            row["se"],
            Interval(row["low"], row["high"]),
            row["p"],
            row["std"],
        )
        for _, row in records(structural.effects)
    )
    draws = context.chain.options.modelling.bootstrap
    kinds = structural.effects.get("interval")
    is_drawn = bool((kinds == "percentile").any()) if kinds is not None else bool(draws)
    note = "mechanism.effects_bootstrap" if is_drawn else "mechanism.effects_delta"
    return Table(
        "effects",
        context.say("mechanism.effects"),
        (
            Column(context.say("column.effect"), width=3.2),
            Column(context.say("column.kind_of_effect"), width=0.8),
            Column(context.say("column.estimate"), K.DECIMAL, width=1.0),
            Column(context.say("column.se"), K.DECIMAL, width=0.95),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.75),
            Column("p", K.PROBABILITY, width=0.95),
            Column(context.say("column.std"), K.DECIMAL, width=1.0),
        ),
        rows,
        (
            context.say(note, draws=draws, n=count(structural.n)),
            context.say("mechanism.effects_note"),
        ),
        is_compact=True,
    )


def effect_words(context: Context, source: str, target: str) -> str:
    """Return "from → to"; a chain of codes with arrows is named step by step."""
    steps = [step.strip() for part in (source, target) for step in part.split("→")]
    return " → ".join(context.name(step) for step in steps if step)


def _reading(context: Context, sem: SemResult) -> list[Block]:
    """Return each structural path in a sentence that says association, never cause."""
    lines = []
    paths = sem.parameters[sem.parameters["op"] == "~"]
    for _, row in records(paths):
        p = row["p"]
        if row["rhs"] in ("1", "") or p is None or math.isnan(p):
            continue
        sign = "positive" if row["std_all"] > 0 else "negative"
        key = f"mechanism.read_{sign}" if p < 0.05 else "mechanism.read_none"
        lines.append(
            context.say(
                key,
                source=context.name(str(row["rhs"])),
                target=context.name(str(row["lhs"])),
                value=format_number(row["std_all"], K.BRIEF),
                p=p_value(p),
            )
        )
    explained = [
        context.say("mechanism.r2", name=context.name(str(code)), value=share(value))
        for code, value in sem.r2.items()
        if code in sem.latents and not math.isnan(value) and code in set(paths["lhs"])
    ]
    blocks: list[Block] = []
    if lines:
        blocks.append(Paragraph(context.say("mechanism.reading")))
        blocks.append(Bullets(tuple(lines)))
    if explained:
        listed = context.say("semicolon").join(explained)
        blocks.append(Paragraph(context.say("mechanism.r2_text", listed=listed)))
    return blocks


def _rivals(context: Context) -> list[Block]:
    """Return rival models on the same answers, where the framework has any."""
    rivals = context.chain.structural.rivals
    if rivals is None or len(rivals) < 2:
        return []
    rows = tuple(
        (
            model_name(context, code),
            row["chisq"],
            row["df"],
            row["cfi"],
            row["rmsea"],
            row["bic"],
            row["delta_chisq"],
            row["delta_df"],
            row["delta_p"],
            row["delta_cfi"],
        )
        for code, row in records(rivals)
    )
    return [
        Table(
            "rivals",
            context.say("mechanism.rivals"),
            (
                Column(context.say("column.model"), width=2.8),
                Column("χ²", K.MEAN, width=1.0),
                Column(context.say("column.df"), K.COUNT, width=0.7),
                Column("CFI", K.DECIMAL, width=0.9),
                Column("RMSEA", K.DECIMAL, width=1.0),
                Column("BIC", K.SCORE, width=1.2),
                Column("Δχ²", K.MEAN, width=0.9),
                Column("Δdf", K.COUNT, width=0.7),
                Column("p", K.PROBABILITY, width=0.9),
                Column("ΔCFI", K.DIFFERENCE, width=1.0),
            ),
            rows,
            (context.say("mechanism.rivals_note", n=count(context.chain.structural.n)),),
            is_compact=True,
        )
    ]


def p_value(p: float) -> str:
    """Return a p value for running text: p = 0.032 or p < 0.001."""
    text = format_number(p, K.PROBABILITY)
    return f"p < {text[1:]}" if text.startswith("<") else f"p = {text}"


def _second_engine(context: Context) -> list[Block]:
    """Return what a second, independent program makes of the same model."""
    check = context.chain.structural.second_engine
    if check is None:
        return []
    if check.reason_not_done:
        text = context.say("mechanism.second_not_done", reason=_not_done(context, check))
    else:
        text = context.say(
            "mechanism.second",
            version=check.version,
            n=check.n_compared,
            difference=format_number(check.largest_difference, K.TINY),
            parameter=check.parameter,
        )
    return [Paragraph(text)]


def _not_done(context: Context, check: object) -> str:
    reason = str(getattr(check, "reason_not_done", ""))
    for key in (f"sem.second_engine.{reason}", f"sem.{reason}", f"findings.{reason}"):
        if has_sentence(key, context.language):
            return sentence(key, context.language)
    return reason


def _with_all_table(context: Context, main: SemResult, everyone: SemResult) -> Table:
    def paths(sem: SemResult) -> dict[tuple[str, str], float]:
        table = sem.parameters[sem.parameters["op"] == "~"]
        return {
            (str(row["rhs"]), str(row["lhs"])): float(row["std_all"]) for _, row in records(table)
        }

    ours, theirs = paths(main), paths(everyone)
    rows = tuple(
        (effect_words(context, *key), value, theirs[key], theirs[key] - value)
        for key, value in ours.items()
        if key in theirs
    )
    return Table(
        "paths_all",
        context.say("mechanism.with_all"),
        (
            Column(context.say("column.effect")),
            Column(context.say("column.main_result"), K.DECIMAL),
            Column(context.say("column.all_answers"), K.DECIMAL),
            Column(context.say("column.difference"), K.DIFFERENCE),
        ),
        rows,
        (context.say("mechanism.with_all_note", n=count(main.n), n_all=count(everyone.n)),),
    )
