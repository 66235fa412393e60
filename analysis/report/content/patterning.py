"""Necessary conditions and kinds of respondents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.report.content.context import Context, count, p_words, records
from analysis.report.document import (
    Block,
    CeilingMap,
    Column,
    Figure,
    Heading,
    Note,
    Paragraph,
    ProfileLines,
    Table,
)
from analysis.report.numbers import NumberKind, format_number

if TYPE_CHECKING:
    from analysis.comparison import ComparisonResult
    from analysis.comparison.necessity import NecessityResult
    from analysis.comparison.profiles import ProfileResult

K = NumberKind
HIGH = 80.0
"""Level of the outcome (percent of its range) whose bottleneck is printed beside the effects."""


PROFILE_FINDINGS = frozenset({"profiles_parallel"})


def stage_notes(context: Context, result: ComparisonResult, codes: frozenset[str]) -> list[Note]:
    """Return the notes of the stage's findings with these codes, codes of sets in words."""
    found = [
        replace(f, subjects=tuple(map(context.name, f.subjects)))
        for f in result.findings
        if f.code in codes
    ]
    return context.notes_of(found)


def patterning(context: Context, result: ComparisonResult) -> list[Block]:
    """Return what averages do not show, as far as the sample carried it."""
    blocks: list[Block] = []
    if result.necessity is not None:
        blocks += _necessity(context, result, result.necessity)
    if result.profiles is not None:
        blocks += _profiles(context, result, result.profiles)
    return blocks


def _necessity(
    context: Context, result: ComparisonResult, necessity: NecessityResult
) -> list[Block]:
    needed = [str(c) for c in necessity.table.index[necessity.table["is_necessary"].astype(bool)]]
    outcome = context.name(result.question.outcome)
    is_mild = set(needed) <= result.question.severe
    key = "compare.necessary_mild" if is_mild else "compare.necessary"
    key = key if needed else "compare.not_necessary"
    blocks: list[Block] = [
        Heading(context.say("compare.necessity", outcome=outcome), 2),
        Paragraph(context.say(key, names=context.join(map(context.name, needed)), outcome=outcome)),
        _necessity_table(context, result, necessity),
    ]
    drawable = [c for c in needed if c in necessity.lines and len(necessity.cells[c])]
    if drawable:
        first = max(drawable, key=lambda c: float(necessity.table["d_ce"][c]))
        blocks.append(_ceiling(context, result, necessity, first))
    return blocks


def _necessity_table(
    context: Context, result: ComparisonResult, necessity: NecessityResult
) -> Table:
    rows = []
    order = necessity.table.sort_values("d_ce", ascending=False, kind="stable")
    for code, row in records(order):
        rows.append(
            (
                context.coded(code),
                row["n"],
                row["d_ce"],
                row["d_cr"],
                row["accuracy_cr"],
                row["p_adjusted"],
                float(necessity.bottleneck.loc[[HIGH], code].to_numpy()[0]),
                float(necessity.unmet.loc[[HIGH], code].to_numpy()[0]),
                context.say(f"compare.is_{'needed' if row['is_necessary'] else 'not_needed'}"),
            )
        )
    is_severe = any(c in result.question.severe for c in result.question.predictors)
    turned = (context.say("compare.necessity_severe"),) if is_severe else ()
    draws = context.chain.options.comparison.permutations
    note = context.say("compare.necessity_note", draws=count(draws), level=count(HIGH))
    return Table(
        "necessity",
        context.say("compare.necessity_table", outcome=context.name(result.question.outcome)),
        (
            Column(context.say("compare.column.condition"), width=2.8),
            Column("n", K.COUNT, width=0.7),
            Column("d (CE)", K.BRIEF, width=0.8),
            Column("d (CR)", K.BRIEF, width=0.8),
            Column(context.say("compare.column.accuracy"), K.SHARE, width=1.0),
            Column(context.say("column.p_holm"), K.PROBABILITY, width=0.9),
            Column(context.say("compare.column.least"), K.COUNT, width=1.0),
            Column(context.say("compare.column.unmet"), K.SHARE, width=1.0),
            Column(context.say("column.verdict"), width=1.2),
        ),
        tuple(rows),
        (*turned, note),
        is_compact=True,
    )


def _ceiling(
    context: Context, result: ComparisonResult, necessity: NecessityResult, code: str
) -> Figure:
    bubbles = tuple(
        (float(row["x"]), float(row["y"]), int(row["n"]))
        for _, row in records(necessity.cells[code])
    )
    name, outcome = context.name(code), context.name(result.question.outcome)
    people = float(necessity.table["n"][code])
    drawn = sum(n for _, _, n in bubbles) / people
    axis = "compare.ceiling_turned" if code in result.question.severe else "compare.ceiling_x"
    return Figure(
        "ceiling",
        context.say("compare.ceiling", name=name, outcome=outcome),
        CeilingMap(
            bubbles,
            necessity.lines[code],
            context.say(axis, name=name),
            context.say("compare.ceiling_x", name=outcome),
            context.say("compare.ceiling_empty"),
        ),
        context.say("compare.ceiling_alt", name=name, outcome=outcome),
        (
            context.say(
                "compare.ceiling_note",
                threshold=context.threshold,
                share=format_number(drawn, K.SHARE),
            ),
        ),
    )


def _profiles(context: Context, result: ComparisonResult, profiles: ProfileResult) -> list[Block]:
    heading = Heading(context.say("compare.profiles"), 2)
    fit = dict(records(profiles.fits))[str(profiles.n_profiles)]
    if profiles.n_profiles == 1:
        return [heading, Paragraph(context.say("compare.profiles_one", n=count(profiles.n)))]
    text = context.say(
        "compare.profiles_found",
        n=count(profiles.n),
        k=profiles.n_profiles,
        entropy=format_number(fit["entropy"], K.BRIEF),
    )
    blocks: list[Block] = [heading, Paragraph(text)]
    shown = profiles.means.dropna()
    if len(shown):
        blocks.append(_profile_figure(context, result, profiles))
    blocks.append(_fits_table(context, profiles))
    if result.profile_roles is not None and len(result.profile_roles.counts):
        blocks.append(_profile_roles(context, result))
    own = context.notes_of(f for f in profiles.findings if f.code != "profiles_one")
    return [*blocks, *own, *stage_notes(context, result, PROFILE_FINDINGS)]


def _profile_name(context: Context, profiles: ProfileResult, number: int) -> str:
    part = format_number(float(profiles.shares[number]), K.SHARE)
    return context.say("compare.profile", number=number, share=part)


def _profile_figure(context: Context, result: ComparisonResult, profiles: ProfileResult) -> Figure:
    shown = profiles.means.dropna()
    is_severe = any(c in result.question.severe for c in shown.columns)
    severe = (context.say("compare.profiles_severe"),) if is_severe else ()
    lines = tuple(
        (_profile_name(context, profiles, int(number)), tuple(float(row[c]) for c in shown.columns))
        for number, row in records(shown)
    )
    variables = tuple(context.name(str(c)) for c in shown.columns)
    return Figure(
        "profiles",
        context.say("compare.profiles_figure"),
        ProfileLines(variables, lines, context.say("compare.means_axis")),
        context.say("compare.profiles_alt", k=len(lines)),
        (*severe, context.say("compare.profiles_note")),
    )


def _fits_table(context: Context, profiles: ProfileResult) -> Table:
    rows = tuple(
        (
            int(k),
            row["log_likelihood"],
            row["parameters"],
            row["aic"],
            row["bic"],
            row["sabic"],
            row["entropy"],
            row["p_blrt"],
            context.say("compare.chosen") if int(k) == profiles.n_profiles else "",
        )
        for k, row in records(profiles.fits)
    )
    return Table(
        "profile_fits",
        context.say("compare.fits"),
        (
            Column(context.say("compare.column.profiles"), K.COUNT),
            Column(context.say("compare.column.likelihood"), K.SCORE, width=1.2),
            Column(context.say("compare.column.parameters"), K.COUNT),
            Column("AIC", K.SCORE, width=1.2),
            Column("BIC", K.SCORE, width=1.2),
            Column("SABIC", K.SCORE, width=1.2),
            Column(context.say("compare.column.entropy"), K.BRIEF),
            Column("BLRT p", K.PROBABILITY),
            Column("", width=0.8),
        ),
        rows,
        (context.say("compare.fits_note", n=count(profiles.n)),),
        is_compact=True,
    )


def _profile_roles(context: Context, result: ComparisonResult) -> Table:
    found = result.profile_roles
    assert found is not None
    roles = [str(c) for c in found.counts.columns]
    rows = tuple(
        (context.say("compare.profile_short", number=number), *(row[role] for role in roles))
        for number, row in records(found.counts)
    )
    return Table(
        "profile_roles",
        context.say("compare.profile_roles"),
        (
            Column(context.say("compare.column.profile"), width=1.4),
            *(Column(context.role(role), K.COUNT) for role in roles),
        ),
        rows,
        (
            context.say(
                "compare.profile_roles_note",
                n=count(found.n),
                chisq=format_number(found.chisq, K.MEAN),
                df=found.df,
                p=p_words(found.p),
                exact=p_words(found.p_exact),
                v=format_number(found.v.value, K.BRIEF),
                low=format_number(found.v.low, K.BRIEF),
                high=format_number(found.v.high, K.BRIEF),
            ),
        ),
        is_compact=True,
    )
