"""The comparison chapter: its sections in order, then what could not be done and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.report.content.configuring import CONFIGURATION_FINDINGS, configuring
from analysis.report.content.context import Context
from analysis.report.content.explaining import explaining
from analysis.report.content.grouping import grouping, grouping_name
from analysis.report.content.mediating import mediating
from analysis.report.content.patterning import PROFILE_FINDINGS, patterning
from analysis.report.document import Block, Heading, Paragraph

if TYPE_CHECKING:
    from analysis.findings import Finding


def comparing(context: Context) -> list[Block]:
    """Return the comparison chapter; nothing when the run had no such stage."""
    result = context.chain.comparison
    if result is None:
        return []
    parts = [
        *grouping(context, result),
        *explaining(context, result),
        *mediating(context, result),
        *patterning(context, result),
        *configuring(context, result),
    ]
    beside = PROFILE_FINDINGS | CONFIGURATION_FINDINGS
    notes = context.notes_of(_named(context, f) for f in result.findings if f.code not in beside)
    if not parts and not notes:
        return []
    return [
        Heading(context.say("compare.heading")),
        Paragraph(context.say("compare.text")),
        *parts,
        *notes,
    ]


def _named(context: Context, finding: Finding) -> Finding:
    """Return a finding of the stage with columns, sets and constructs in words."""
    is_column = finding.code == "group_column_refused"
    names = (
        grouping_name(context, s) if is_column else "–".join(map(context.name, s.split("–")))
        for s in finding.subjects
    )
    return replace(finding, subjects=tuple(names))
