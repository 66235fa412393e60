"""From results to a report: chapters in order, then numbers for headings, tables, figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.report.content import (
    actions,
    appendix,
    changing,
    comparing,
    constraints,
    coupling,
    evidence,
    front,
    measuring,
    mechanism,
    method,
    priority,
    review,
    roles,
    units,
    voices,
)
from analysis.report.content.context import Context
from analysis.report.document import (
    Block,
    Bullets,
    Figure,
    Heading,
    Note,
    Paragraph,
    Report,
    Table,
)
from analysis.report.facts import ReportFacts
from analysis.supplements import Supplements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.chain import ChainResult

UNNUMBERED = (front.cover, front.summary)
NUMBERED = (
    front.dashboard,
    method.background,
    method.method,
    method.quality,
    measuring.reliability,
    review.review,
    measuring.levels,
    constraints.portraits,
    mechanism.mechanism,
    priority.priority,
    coupling.coupling,
    coupling.obstacles,
    roles.roles,
    units.units,
    comparing.comparing,
    changing.changing,
    evidence.evidence,
    voices.voices,
    actions.problems,
    actions.measures,
    actions.ledger,
    actions.limits,
)
APPENDICES = (appendix.questionnaire, appendix.statistics)
NO_RESULTS = frozenset({"origin", "syntax", "jars"})
"""Tables that hold no result."""
REFERENCE = re.compile(r"\[\[(\w+)\]\]")


def build_report(
    chain: ChainResult,
    facts: ReportFacts,
    language: str = "zh_CN",
    supplements: Supplements | None = None,
) -> Report:
    """Return the report on the results of one run.

    Chapters for which there are no data, and those of the framework when the study follows
    none, are left out; the numbering closes up.

    Args:
        facts: who, when, with what; nothing is read from the clock.
        language: ``zh_CN`` or ``en``.
        supplements: earlier wave, indicators, ledger, open answers; each adds its chapter.
    """
    context = Context(chain, facts, language, supplements or Supplements())
    blocks: list[Block] = [block for chapter in UNNUMBERED for block in chapter(context)]
    numbered = [block for chapter in NUMBERED for block in chapter(context)]
    blocks += _with_heading_numbers(numbered, context)
    blocks += [block for chapter in APPENDICES for block in chapter(context)]
    labelled = _with_labels([_with_data_note(block, context) for block in blocks], context)
    mark = context.say("simulated") if chain.prepared.study.is_simulated else ""
    title = front.report_title(context)
    return Report(
        title=title,
        author=facts.organiser or facts.university,
        subject=context.say("subject", university=facts.university, wave=facts.wave),
        date=facts.date,
        header=context.say("header", university=facts.university, title=title),
        mark=mark,
        language=language,
        blocks=tuple(labelled),
        page_of=context.say("page_of", page="{page}", pages="{pages}"),
        keywords=context.items("keyword"),
    )


def _with_data_note(block: Block, context: Context) -> Block:
    """Say under every table of results which framework or study it follows."""
    if not isinstance(block, Table) or block.key in NO_RESULTS:
        return block
    return replace(block, notes=(*block.notes, context.data_note))


def _with_heading_numbers(blocks: list[Block], context: Context) -> list[Block]:
    """Number headings 一、 （一） 1. in Chinese and 1 1.1 1.1.1 in English."""
    counts = [0, 0, 0]
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            block = replace(block, number=_number(counts, block.level, context))
        found.append(block)
    return found


def _number(counts: list[int], level: int, context: Context) -> str:
    if not context.is_source:
        return ".".join(str(number) for number in counts[:level]) + "  "
    place = counts[level - 1]
    if level == 3:
        return ""
    numeral = chinese_numeral(place)
    return f"{numeral}、" if level == 1 else f"（{numeral}）"


def chinese_numeral(number: int) -> str:
    """Return 1 to 99 in Chinese numerals."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def _with_labels(blocks: list[Block], context: Context) -> list[Block]:
    """Give tables and figures their numbers and resolve references to them."""
    labels: dict[str, str] = {}
    tables = figures = 0
    for block in blocks:
        if isinstance(block, Table | Figure) and block.key in labels:
            raise ValueError(f"two tables or figures are called {block.key}")
        if isinstance(block, Table):
            tables += 1
            labels[block.key] = context.say("label.table", number=tables)
        elif isinstance(block, Figure):
            figures += 1
            labels[block.key] = context.say("label.figure", number=figures)
    return [_labelled(block, labels) for block in blocks]


def _labelled(block: Block, labels: Mapping[str, str]) -> Block:
    def resolve(text: str) -> str:
        return REFERENCE.sub(lambda match: labels[match.group(1)], text)

    if isinstance(block, Table):
        return replace(
            block, label=labels[block.key], notes=tuple(resolve(note) for note in block.notes)
        )
    if isinstance(block, Figure):
        return replace(
            block, label=labels[block.key], notes=tuple(resolve(note) for note in block.notes)
        )
    if isinstance(block, Paragraph | Note):
        return replace(block, text=resolve(block.text))
    if isinstance(block, Bullets):
        return replace(block, items=tuple(resolve(item) for item in block.items))
    return block
