"""Configurations of conditions that go with a high or a low outcome (fsQCA)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.report.content.context import Context, count, decimal, records
from analysis.report.content.patterning import stage_notes
from analysis.report.document import Block, Column, Heading, Paragraph, Table
from analysis.report.numbers import NumberKind

if TYPE_CHECKING:
    from analysis.comparison import ComparisonResult
    from analysis.comparison.configurations import ConfigurationResult

K = NumberKind
CONFIGURATION_FINDINGS = frozenset({"sets_skewed"})


def configuring(context: Context, result: ComparisonResult) -> list[Block]:
    """Return the configurations, as far as the sample carried them."""
    if not result.configurations:
        return []
    outcome = context.name(result.question.outcome)
    high = result.configurations.get("high")
    solution = high.solutions.get("intermediate") if high is not None else None
    if solution is None:
        text = context.say("compare.no_configuration", outcome=outcome)
    else:
        text = context.say(
            "compare.configuration",
            outcome=outcome,
            k=len(solution.terms),
            first=term_words(context, str(solution.terms.index[0])),
            consistency=decimal(solution.consistency),
            coverage=decimal(solution.coverage),
        )
        limit = context.chain.options.comparison.consistency
        if solution.consistency < limit:
            text += context.say("compare.configuration_weak", limit=limit)
    anchors = context.chain.options.comparison.anchors
    blocks: list[Block] = [
        Heading(context.say("compare.configurations"), 2),
        Paragraph(text),
        Paragraph(
            context.say(
                "compare.calibration", out=anchors[0], crossover=anchors[1], full=anchors[2]
            )
        ),
    ]
    rows: list[tuple[Any, ...]] = []
    for name, found in result.configurations.items():
        rows += _solution_rows(context, name, found)
    if rows:
        blocks.append(_solutions_table(context, result, rows))
    notes = stage_notes(context, result, CONFIGURATION_FINDINGS)
    return [*blocks, *_configuration_notes(context, result), *notes]


def _configuration_notes(context: Context, result: ComparisonResult) -> list[Block]:
    """Return the findings of each analysis with its name before them, sets in words."""
    notes: list[Block] = []
    outcome = context.name(result.question.outcome)
    for name, found in result.configurations.items():
        opening = context.say(f"compare.for_{name}", outcome=outcome)
        worded = [
            replace(f, subjects=tuple(term_words(context, s) for s in f.subjects))
            for f in found.findings
        ]
        notes += [replace(note, text=opening + note.text) for note in context.notes_of(worded)]
    return notes


def term_words(context: Context, term: str) -> str:
    """Return ``G1*~G2`` in words: the conditions present and absent."""
    comparison = context.chain.comparison
    words = []
    for literal in term.split("*"):
        code = literal.removeprefix("~")
        is_severe = comparison is None or code in comparison.question.severe
        present, absent = ("present", "absent") if is_severe else ("has", "has_not")
        key = f"compare.{absent if literal.startswith('~') else present}"
        words.append(context.say(key, name=context.name(code)))
    return context.say("compare.and").join(words)


def _solution_rows(
    context: Context, name: str, found: ConfigurationResult
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    if not found.solutions:
        return rows
    shown = {
        "intermediate": found.solutions["intermediate"],
        "parsimonious": found.solutions["parsimonious"],
    }
    if len({solution.formula for solution in shown.values()}) == 1:
        shown = {"both": shown["intermediate"]}
    for kind, solution in shown.items():
        for term, row in records(solution.terms):
            cells = (row["consistency"], row["pri"], row["raw_coverage"], row["unique_coverage"])
            label = context.say(f"compare.{name}_{kind}")
            rows.append((label, term_words(context, term), *cells))
        whole = (solution.consistency, solution.pri, solution.coverage, None)
        rows.append((context.say(f"compare.{name}_{kind}"), context.say("compare.whole"), *whole))
    return rows


def _solutions_table(
    context: Context, result: ComparisonResult, rows: list[tuple[Any, ...]]
) -> Table:
    options = context.chain.options.comparison
    first = next(iter(result.configurations.values()))
    return Table(
        "solutions",
        context.say("compare.solutions", outcome=context.name(result.question.outcome)),
        (
            Column(context.say("column.kind"), width=1.6),
            Column(context.say("compare.column.configuration"), width=4.2),
            Column(context.say("compare.column.consistency"), K.DECIMAL),
            Column("PRI", K.DECIMAL),
            Column(context.say("compare.column.coverage"), K.DECIMAL),
            Column(context.say("compare.column.unique"), K.DECIMAL),
        ),
        tuple(rows),
        (
            context.say(
                "compare.solutions_note",
                n=count(first.n),
                consistency=options.consistency,
                pri=options.pri,
            ),
        ),
        is_compact=True,
    )
