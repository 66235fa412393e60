"""Coupling coordination of the systems; obstacles and gains."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from analysis.coupling.levels import level_scheme
from analysis.report.content.context import Context, count, decimal, record, records, share
from analysis.report.content.front import level_name
from analysis.report.content.weights import (
    interval_method,
    reading_of,
    weights_tables,
    weights_used,
)
from analysis.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Heading,
    Interval,
    LevelScale,
    Note,
    Paragraph,
    Table,
)
from analysis.report.numbers import NumberKind

K = NumberKind
MAIN_FORMULAS = ("standard", "wang")
LEAST_SHARE = 0.005
"""Levels with a smaller bootstrap share are left out of the table."""


def coupling(context: Context) -> list[Block]:
    """Return both forms side by side with intervals, reference, and limits of reading."""
    result = context.chain.coupling
    if result is None:
        return []
    blocks: list[Block] = [
        Heading(context.say("coupling.heading")),
        Paragraph(context.say("coupling.text")),
    ]
    if result.degrees.empty:
        return [*blocks, *context.notes_of(result.findings)]
    blocks += [
        _systems_table(context),
        *weights_tables(context),
        level_figure(context),
        degrees_table(context, MAIN_FORMULAS, key="degrees"),
        Paragraph(_reference(context)),
        _levels_table(context),
    ]
    if len(result.relative):
        blocks.append(_relative(context))
    if len(result.by_role):
        blocks.append(_role_table(context))
    blocks += [
        Heading(context.say("coupling.stability"), 2),
        Paragraph(_stability(context)),
        Heading(context.say("coupling.limits"), 2),
        Bullets(context.items("coupling.limit")),
        *context.notes_of(result.findings),
    ]
    return blocks


def _systems_table(context: Context) -> Table:
    result = context.chain.coupling
    assert result is not None
    members = {s.code: s.constructs for s in context.chain.prepared.study.systems}
    return Table(
        "systems",
        context.say("coupling.systems"),
        (
            Column(context.say("column.system"), width=2.6),
            Column(context.say("column.members"), width=2.0),
            Column("n", K.COUNT, width=0.8),
            Column(context.say("column.u"), K.DECIMAL, width=1.0),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.6),
        ),
        tuple(
            (
                context.coded(str(code)),
                context.join(members.get(str(code), ())),
                row["n"],
                row["U"],
                Interval(row["U_low"], row["U_high"]),
            )
            for code, row in records(result.systems)
        ),
        (
            context.say(
                f"coupling.systems_note_{context.chain.options.coupling.role_weighting}",
                draws=count(context.chain.options.coupling.bootstrap),
                method=interval_method(context),
            ),
            *filter(None, (weights_used(context),)),
        ),
    )


def level_figure(context: Context) -> Figure:
    """Return the degrees of both forms on the scale of levels."""
    result = context.chain.coupling
    assert result is not None
    scheme = level_scheme(result.levels)
    bands = tuple(
        (low, high, scheme.name(place, context.language))
        for place, (low, high) in enumerate(pairwise((0.0, *scheme.edges, 1.0)), 1)
    )
    rows = tuple(
        (
            context.say(f"formula.{formula}"),
            float(row["D"]),
            float(row["D_low"]),
            float(row["D_high"]),
        )
        for formula, row in records(result.degrees)
        if formula in MAIN_FORMULAS
    )
    middle = float(record(result.degrees, "standard")["midpoint_D"])
    listed = context.join(f"{name} {decimal(value)}" for name, value, *_ in rows)
    return Figure(
        "level_scale",
        context.say("coupling.figure"),
        LevelScale(bands, rows, (middle, context.say("coupling.reference"))),
        context.say("coupling.alt", listed=listed),
    )


def degrees_table(context: Context, formulas: tuple[str, ...], *, key: str) -> Table:
    """Return C, T, D with intervals, level and reference for some of the formulas."""
    result = context.chain.coupling
    assert result is not None
    rows = []
    for formula in formulas:
        if formula not in result.degrees.index:
            continue
        row = record(result.degrees, formula)
        for letter in ("C", "T", "D"):
            is_degree = letter == "D"
            rows.append(
                (
                    context.say(f"formula.{formula}") if letter == "C" else "",
                    context.say(f"coupling.letter_{letter}"),
                    row[letter],
                    Interval(row[f"{letter}_low"], row[f"{letter}_high"]),
                    _level(context, letter, row),
                    row["midpoint_D"] if is_degree else "",
                )
            )
    return Table(
        key,
        context.say(f"coupling.{key}"),
        (
            Column(context.say("column.formula"), width=2.1),
            Column(context.say("column.quantity"), width=1.4),
            Column(context.say("column.value"), K.DECIMAL, width=0.9),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.6),
            Column(context.say("column.level"), width=1.1),
            Column(context.say("column.midpoint"), K.DECIMAL, width=1.1),
        ),
        tuple(rows),
        context.items(f"coupling.{key}_note", **reading_of(context)),
    )


def _level(context: Context, letter: str, row: Mapping[str, Any]) -> str:
    """Return the name of the level of D, or of C where its stages were asked for."""
    coupling = context.chain.options.coupling
    if letter == "D":
        return level_name(context, row["level_code"])
    if letter == "C" and coupling.names_coupling:
        scheme = level_scheme("C4")
        return scheme.name(int(scheme.codes(row["C"], coupling.boundary)), context.language)
    return ""


def _reference(context: Context) -> str:
    result = context.chain.coupling
    assert result is not None
    row = record(result.degrees, "standard")
    boundary = context.chain.options.coupling.boundary
    low, high, middle = row["D_low"], row["D_high"], row["midpoint_D"]
    against = "above" if low > middle else "below" if high < middle else "near"
    return context.say(
        "coupling.midpoint",
        degree=decimal(row["D"]),
        low=decimal(low),
        high=decimal(high),
        middle=decimal(middle),
        level=level_name(context, level_scheme(result.levels).codes(middle, boundary)),
        against=context.say(f"coupling.{against}"),
    )


def _levels_table(context: Context) -> Table:
    result = context.chain.coupling
    assert result is not None
    table = result.level_probabilities
    scheme = level_scheme(result.levels)
    names = [scheme.name(place, context.language) for place in range(1, len(scheme.names) + 1)]
    shown = [f for f in MAIN_FORMULAS if f in table.index]
    shares = [table.loc[[f]].to_numpy(dtype=float)[0] for f in shown]
    rows: list[tuple[Cell, ...]] = [
        (name, *(float(share[place]) for share in shares))
        for place, name in enumerate(names[: table.shape[1]])
        if any(share[place] >= LEAST_SHARE for share in shares)
    ]
    return Table(
        "level_shares",
        context.say("coupling.level_shares"),
        (
            Column(context.say("column.level")),
            *(Column(context.say(f"formula.{f}"), K.SHARE) for f in shown),
        ),
        tuple(rows),
        (
            context.say(
                "coupling.level_shares_note",
                draws=count(context.chain.options.coupling.bootstrap),
            ),
        ),
    )


def _relative(context: Context) -> Paragraph:
    result = context.chain.coupling
    assert result is not None
    row = records(result.relative)[0][1]
    low, high = (row.get(name, row.get(f"E_{name}", math.nan)) for name in ("low", "high"))
    names = [context.name(str(code)) for code in result.systems.index]
    value = float(row["E"])
    kind = "lag_first" if value < 0.8 else "lag_second" if value > 1.2 else "even"
    return Paragraph(
        context.say(
            "coupling.relative",
            first=names[0],
            second=names[1],
            value=decimal(value),
            low=decimal(low),
            high=decimal(high),
            kind=context.say(f"coupling.{kind}", first=names[0], second=names[1]),
        )
    )


def _in_order(context: Context, codes: Iterable[Any]) -> list[Any]:
    """Return roles in the study's order."""
    order = list(context.chain.prepared.study.role_names)
    return sorted(codes, key=lambda c: order.index(str(c)) if str(c) in order else len(order))


def _role_table(context: Context) -> Table:
    result = context.chain.coupling
    assert result is not None
    systems = [str(code) for code in result.systems.index if code in result.by_role]
    rows = tuple(
        (
            context.role(str(code)),
            row["n"],
            *(row[system] for system in systems),
            row["D"],
            row.get("D_wang"),
            row.get("coverage"),
        )
        for code, row in records(result.by_role.loc[_in_order(context, result.by_role.index)])
    )
    return Table(
        "coupling_roles",
        context.say("coupling.roles"),
        (
            Column(context.say("column.role")),
            Column("n", K.COUNT),
            *(Column(context.say("column.u_of", system=system), K.DECIMAL) for system in systems),
            Column(context.say("column.d_standard"), K.DECIMAL),
            Column(context.say("column.d_wang"), K.DECIMAL),
            Column(context.say("column.coverage"), K.SHARE),
        ),
        rows,
        (context.say("coupling.roles_note", threshold=context.threshold),),
    )


def _stability(context: Context) -> str:
    result = context.chain.coupling
    assert result is not None
    grid = result.sensitivity
    if grid.empty:
        return context.say("coupling.no_grid")
    return context.say(
        "coupling.grid",
        runs=len(grid),
        lowest=decimal(grid["D"].min()),
        highest=decimal(grid["D"].max()),
        share=share(result.stable_share),
        verdict=context.say(
            "coupling.stable" if result.stable_share >= 0.9 else "coupling.unstable"
        ),
    )


def obstacles(context: Context) -> list[Block]:
    """Return obstacle degrees with rank intervals, and what raising each construct gains."""
    result = context.chain.coupling
    if result is None or (result.obstacles.empty and result.gains.empty):
        return []
    blocks: list[Block] = [
        Heading(context.say("obstacles.heading")),
        Paragraph(context.say("obstacles.text")),
    ]
    if len(result.obstacles):
        blocks += [_obstacles_table(context), Note(context.say("obstacles.caution"), "amber")]
    if len(result.gains):
        blocks += [
            Heading(context.say("obstacles.gains"), 2),
            Paragraph(context.say("obstacles.gains_text")),
            _gains_table(context),
            Note(context.say("obstacles.gains_caution"), "amber"),
        ]
    return blocks


def _obstacles_table(context: Context) -> Table:
    result = context.chain.coupling
    assert result is not None
    ordered = result.obstacles.sort_values("degree", ascending=False)
    return Table(
        "obstacles",
        context.say("obstacles.table"),
        (
            Column(context.say("column.rank"), K.COUNT, width=0.7),
            Column(context.say("column.constraint"), width=3.2),
            Column(context.say("column.severity"), K.SCORE, width=1.0),
            Column(context.say("column.weight"), K.DECIMAL, width=0.9),
            Column(context.say("column.deviation"), K.DECIMAL, width=1.0),
            Column(context.say("column.obstacle"), K.SHARE, width=1.1),
            Column(context.say("column.rank_interval"), K.COUNT, width=1.1),
        ),
        tuple(
            (
                row["rank"],
                context.coded(str(code)),
                row["severity"],
                row["weight"],
                row["deviation"],
                row["degree"],
                Interval(row["rank_low"], row["rank_high"]),
            )
            for code, row in records(ordered)
        ),
        (context.say("obstacles.note", draws=count(context.chain.options.coupling.bootstrap)),),
    )


def _gains_table(context: Context) -> Table:
    result = context.chain.coupling
    assert result is not None
    ordered = result.gains.sort_values("D_plus_10", ascending=False)
    return Table(
        "gains",
        context.say("obstacles.gains_table"),
        (
            Column(context.say("column.construct"), width=3.0),
            Column(context.say("column.system"), width=2.2),
            Column(context.say("column.gradient"), K.DECIMAL, width=1.0),
            Column(context.say("column.plus_standard"), K.DIFFERENCE, width=1.2),
            Column(context.say("column.plus_wang"), K.DIFFERENCE, width=1.2),
        ),
        tuple(
            (
                context.coded(str(code)),
                context.name(str(row["system"])),
                row["gradient"],
                row["D_plus_10"],
                row["D_plus_10_wang"],
            )
            for code, row in records(ordered)
        ),
        (context.say("obstacles.gains_note"),),
    )
