"""What lies between constraints and outcome, and what changes the association."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.report.content.context import Context, count, decimal, p_words, records, share
from analysis.report.document import Block, Column, Heading, Interval, Paragraph, Table
from analysis.report.numbers import NumberKind, format_interval, format_number

if TYPE_CHECKING:
    from analysis.comparison import ComparisonResult
    from analysis.comparison.moderate import ModerationResult

K = NumberKind
RELIABLE = 0.05


def mediating(context: Context, result: ComparisonResult) -> list[Block]:
    """Return mediation and moderation, as far as the sample carried them."""
    if "overall" not in result.mediations:
        return []
    question = result.question
    effects = dict(records(result.mediations["overall"].effects))
    indirect = effects["indirect"]
    key = "compare.mediated" if _excludes_zero(indirect) else "compare.not_mediated"
    text = context.say(
        key,
        n=count(result.mediations["overall"].n),
        x=context.name(question.overall),
        m=context.name(question.mediator),
        y=context.name(question.outcome),
        effect=decimal(indirect["estimate"]),
        interval=format_interval(indirect["low"], indirect["high"]),
        share=share(indirect["share"]),
        direction=context.say(f"compare.{'lower' if indirect['estimate'] < 0 else 'higher'}"),
        ten=format_number(abs(10 * float(indirect["estimate"])), K.SCORE),
    )
    blocks: list[Block] = [
        Heading(context.say("compare.mediating"), 2),
        Paragraph(text),
        _effects_table(context, result),
    ]
    for name, moderation in result.moderations.items():
        blocks.append(Paragraph(_moderation_text(context, result, name, moderation)))
    if result.moderations:
        blocks.append(_slopes_table(context, result))
    return blocks


def _excludes_zero(effect: dict[str, Any]) -> bool:
    return float(effect["low"]) * float(effect["high"]) > 0


def effect_name(context: Context, effect: str) -> str:
    """Return ``CON → U1 → U2`` in words, the rest of the name unchanged."""
    chain, _, condition = effect.partition(" | ")
    named = " → ".join(context.name(code) for code in chain.split(" → "))
    if not condition:
        return named
    moderator, _, value = condition.partition(" = ")
    return f"{named}（{context.name(moderator)} = {value}）"


def _effects_table(context: Context, result: ComparisonResult) -> Table:
    """Return the specific indirect effects of every plan; conditional ones by moderator."""
    rows = []
    for plan, mediation in result.mediations.items():
        is_block = plan in result.question.blocks
        kind = context.say(f"compare.plan.{'block' if is_block else plan}")
        for effect, row in records(mediation.effects):
            if effect.startswith("(") or not ("→" in effect or effect.startswith("index")):
                continue
            name = (
                context.say("compare.index", name=context.name(result.question.moderator))
                if effect.startswith("index")
                else effect_name(context, effect)
            )
            verdict = "compare.reliable" if _excludes_zero(row) else "compare.unclear"
            rows.append(
                (
                    kind,
                    name,
                    row["estimate"],
                    Interval(row["low"], row["high"]),
                    row["standardized"],
                    row["share"],
                    context.say(verdict),
                )
            )
    first = result.mediations["overall"]
    return Table(
        "mediation",
        context.say("compare.mediation"),
        (
            Column(context.say("column.kind"), width=1.2),
            Column(context.say("compare.column.chain"), width=4.0),
            Column(context.say("compare.column.indirect"), K.DECIMAL, width=1.0),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.7),
            Column(context.say("column.std"), K.BRIEF, width=0.8),
            Column(context.say("compare.column.of_total"), K.SHARE, width=1.0),
            Column(context.say("column.verdict"), width=1.1),
        ),
        tuple(rows),
        (
            context.say(
                "compare.mediation_note", n=count(first.n), draws=count(first.options.bootstrap)
            ),
        ),
        is_compact=True,
    )


def _moderation_text(
    context: Context, result: ComparisonResult, name: str, moderation: ModerationResult
) -> str:
    question = result.question
    product = records(moderation.regression.coefficients)
    p = next(row["p"] for term, row in product if ":" in term)
    values = {
        "x": context.name(question.overall),
        "y": context.name(question.mediator),
        "p": p_words(p),
        "n": count(moderation.regression.n),
    }
    is_found = p < RELIABLE
    if name == "role":
        values["first"], values["second"] = map(context.role, result.compared_roles)
        return context.say(f"compare.role_{'differs' if is_found else 'alike'}", **values)
    values["w"] = context.name(name)
    text = context.say(f"compare.moderation_{'found' if is_found else 'none'}", **values)
    if is_found and moderation.boundaries:
        limits = context.join(format_number(b, K.SCORE) for b in moderation.boundaries)
        text += context.say("compare.boundaries", limits=limits, w=values["w"])
    return text


def _slopes_table(context: Context, result: ComparisonResult) -> Table:
    rows = []
    for name, moderation in result.moderations.items():
        title = context.say("compare.role") if name == "role" else context.name(name)
        for place, (_, row) in enumerate(records(moderation.slopes)):
            at = (
                context.role(result.compared_roles[place])
                if name == "role"
                else format_number(row["at"], K.SCORE)
            )
            cells = (row["slope"], row["se"], Interval(row["low"], row["high"]), row["p"])
            rows.append((title, at, *cells))
    return Table(
        "slopes",
        context.say("compare.slopes"),
        (
            Column(context.say("compare.column.moderator"), width=2.0),
            Column(context.say("compare.column.at"), width=2.4),
            Column(context.say("compare.column.slope"), K.DECIMAL),
            Column(context.say("column.se"), K.DECIMAL),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.8),
            Column("p", K.PROBABILITY),
        ),
        tuple(rows),
        (context.say("compare.slopes_note"),),
        is_compact=True,
    )
