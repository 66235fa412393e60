"""What people wrote in their own words, by count; nothing that few of them said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.report.content.context import Context, count
from analysis.report.document import Block, Bullets, Column, Heading, Paragraph, Table
from analysis.report.numbers import NumberKind
from survey.framework import load_framework

if TYPE_CHECKING:
    from analysis.supplements.voices import Voices

K = NumberKind


def voices(context: Context) -> list[Block]:
    """Return the summary of each open question; nothing where none was answered."""
    found = context.supplements.voices
    if not found:
        return []
    blocks: list[Block] = [
        Heading(context.say("voices.heading")),
        Paragraph(context.say("voices.text", threshold=context.threshold)),
    ]
    for place, one in enumerate(found, start=1):
        blocks += _question(context, one, place)
    return blocks


def _question(context: Context, one: Voices, place: int) -> list[Block]:
    blocks: list[Block] = [Heading(_title(context, one), 2)]
    if not one.answered:
        return [*blocks, Paragraph(context.say("voices.too_few", threshold=context.threshold))]
    roles = context.join(f"{context.role(role)} {count(n)}" for role, n in one.by_role)
    text = context.say("voices.answered", n=count(one.answered), roles=roles or "—")
    if one.has_hidden_roles:
        text += context.say("voices.hidden")
    if one.has_masked:
        text += context.say("voices.masked")
    blocks.append(Paragraph(text))
    if one.phrases:
        blocks.append(_phrases(context, one, place))
    else:
        blocks.append(Paragraph(context.say("voices.no_phrases", threshold=context.threshold)))
    if one.quotes:
        quotes = tuple(context.say("voices.quote", text=quote) for quote in one.quotes)
        blocks += [Paragraph(context.say("voices.quotes")), Bullets(quotes)]
    return blocks


def _title(context: Context, one: Voices) -> str:
    """Return code and question, without the request that may follow the question."""
    for question in load_framework().raw["extra_questions"]:
        if question["code"] == one.question and one.text:
            asked, mark, _ = context.worded(question).replace("?", "？").partition("？")
            return f"{one.question} {asked}{mark if context.is_source else '?'}"
    return one.question


def _phrases(context: Context, one: Voices, place: int) -> Table:
    return Table(
        f"voices_{place}",
        context.say("voices.table"),
        (
            Column(context.say("voices.phrase"), width=3.0),
            Column(context.say("voices.people"), K.COUNT, width=1.0),
            Column(context.say("voices.share"), K.SHARE, width=1.0),
        ),
        tuple((phrase, n, n / one.answered) for phrase, n in one.phrases),
        (context.say("voices.note", n=count(one.answered), threshold=context.threshold),),
    )
