"""How far D moves with each choice: formula, normalisation, weights, α, role weights."""

from __future__ import annotations

from collections.abc import Callable

from analysis.report.content.context import Context
from analysis.report.document import Cell, Column, Table
from analysis.report.numbers import NumberKind
from resources.texts import sentence

K = NumberKind


def sensitivity_table(context: Context) -> Table:
    """Return the range of D and the share in the printed level, for every value of a choice."""
    result = context.chain.coupling
    assert result is not None
    grid = result.sensitivity
    printed = int(grid["level_code"].iloc[0])
    rows: list[tuple[Cell, ...]] = []
    for choice, name in _choices(context).items():
        if choice not in grid or (choice != "formula" and grid[choice].nunique() < 2):
            continue
        for place, (value, runs) in enumerate(grid.groupby(choice, sort=False)):
            degrees = runs["D"]
            rows.append(
                (
                    sentence(f"coupling.choice.{choice}", context.language) if not place else "",
                    name(str(value)),
                    len(runs),
                    float(degrees.min()),
                    float(degrees.median()),
                    float(degrees.max()),
                    float((runs["level_code"] == printed).mean()),
                )
            )
    return Table(
        "sensitivity",
        context.say("appendix.sensitivity"),
        (
            Column(sentence("coupling.choice.title", context.language), width=1.3),
            Column(sentence("coupling.choice.value", context.language), width=2.2),
            Column(context.say("column.runs"), K.COUNT, width=0.8),
            Column(context.say("column.lowest"), K.DECIMAL, width=0.9),
            Column(context.say("column.median"), K.DECIMAL, width=0.9),
            Column(context.say("column.highest"), K.DECIMAL, width=0.9),
            Column(sentence("coupling.choice.same", context.language), K.SHARE, width=1.1),
        ),
        tuple(rows),
        (context.say("appendix.sensitivity_note"),),
    )


def _choices(context: Context) -> dict[str, Callable[[str], str]]:
    """Return the columns of the grid, with what their values are called."""

    def words(section: str) -> Callable[[str], str]:
        return lambda value: sentence(f"coupling.{section}.{value}", context.language)

    return {
        "formula": lambda value: context.say(f"formula.{value}"),
        "normalisation": words("normalisation"),
        "weights": words("weights"),
        "alpha": str,
        "role_weighting": words("role_weighting"),
    }
