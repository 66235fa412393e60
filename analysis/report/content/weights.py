"""How the coupling was computed: weights and their source, judgements, levels, intervals."""

from __future__ import annotations

from typing import Any

from analysis.coupling.levels import level_scheme
from analysis.report.content.context import Context, records
from analysis.report.document import Block, Column, Table
from analysis.report.numbers import NumberKind
from resources.texts import sentence
from survey.framework import load_framework

K = NumberKind


def _word(context: Context, key: str, /, **values: object) -> str:
    return sentence(f"coupling.{key}", context.language, **values)


def weights_used(context: Context) -> str:
    """Return which weights the systems' U were computed with; "" for results without."""
    result = context.chain.coupling
    assert result is not None
    if result.weights is None or result.weights.empty:
        return ""
    sources = dict.fromkeys(str(source) for source in result.weights["source"])
    listed = context.join(source_name(context, source) for source in sources)
    return _word(context, "weights_table.used", source=listed)


def source_name(context: Context, source: str) -> str:
    """Return what a weighting is called; a combination with its parts and rule."""
    options = context.chain.options.coupling
    if source != "combined":
        return _word(context, f"weights.{source}")
    first, second = (_word(context, f"weights.{part}") for part in options.combined)
    rule = _word(context, f"weights_table.{options.combined_rule}", share=options.combined_share)
    return _word(context, "weights_table.combined", first=first, second=second, rule=rule)


def interval_method(context: Context) -> str:
    """Return the name of the bootstrap intervals."""
    return _word(context, f"interval_method.{context.chain.options.coupling.intervals}")


def reading_of(context: Context) -> dict[str, str]:
    """Return what the note under C, T and D says of α, the levels and their boundaries."""
    result, options = context.chain.coupling, context.chain.options.coupling
    assert result is not None
    edges = context.join(f"{edge:g}" for edge in level_scheme(result.levels).edges)
    alphas = result.sensitivity["alpha"] if len(result.sensitivity) else ()
    return {
        "alpha": str(next(iter(alphas), "")),
        "levels": _word(context, f"levels_note.{result.levels}", edges=edges),
        "boundary": _word(context, f"boundary_note.{options.boundary}"),
    }


def weights_tables(context: Context) -> list[Block]:
    """Return the weights with their source, and λmax, CI and CR of the judgements.

    Nothing where all constructs weigh the same because nobody asked for anything else.
    """
    result = context.chain.coupling
    assert result is not None
    options = context.chain.options.coupling
    if result.weights is None or (options.weighting == "equal" and not options.weights):
        return []
    blocks: list[Block] = [_weights_table(context)]
    if result.consistency is not None and len(result.consistency):
        blocks.append(_consistency_table(context))
    return blocks


def _weights_table(context: Context) -> Table:
    result = context.chain.coupling
    assert result is not None
    assert result.weights is not None
    return Table(
        "coupling_weights",
        _word(context, "weights_table.title"),
        (
            Column(context.say("column.system"), width=2.2),
            Column(context.say("column.construct"), width=2.6),
            Column(_word(context, "weights_table.weight"), K.DECIMAL, width=0.9),
            Column(_word(context, "weights_table.source"), width=2.2),
        ),
        tuple(
            (
                context.coded(str(row["system"])),
                context.coded(str(code)),
                row["weight"],
                _word(context, f"weights.{row['source']}"),
            )
            for code, row in records(result.weights)
        ),
        (_word(context, "weights_table.note"),),
    )


def _consistency_table(context: Context) -> Table:
    result = context.chain.coupling
    assert result is not None
    assert result.consistency is not None
    limit = float(load_framework().raw["thresholds"]["AHP_CR"]["max"])
    columns: list[Column] = [
        Column(_word(context, "consistency.scope"), width=2.2),
        Column(_word(context, "consistency.judgement"), width=2.2),
        Column(_word(context, "consistency.elements"), K.COUNT, width=0.8),
        *(
            Column(_word(context, f"consistency.{name}"), K.DECIMAL, width=0.9)
            for name in ("lambda_max", "ci", "cr")
        ),
        Column(_word(context, "consistency.used"), width=1.0),
    ]
    return Table(
        "judgements",
        _word(context, "consistency.title"),
        tuple(columns),
        tuple(_consistency_row(context, row) for _, row in records(result.consistency)),
        (_word(context, "consistency.note", limit=limit),),
    )


def _consistency_row(context: Context, row: dict[str, Any]) -> tuple[Any, ...]:
    scope, judgement = str(row["scope"]), str(row["judgement"])
    return (
        context.coded(scope) if scope else _word(context, "consistency.systems"),
        judgement or _word(context, "consistency.group"),
        row["elements"],
        row["lambda_max"],
        row["ci"],
        row["cr"],
        _word(context, "consistency.yes" if row["used"] else "consistency.no"),
    )
