"""Groups beside each other, and what goes with the outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.report.content.configuring import CONFIGURATION_FINDINGS, configuring
from analysis.report.content.context import Context, count, p_words, records, share
from analysis.report.content.mediating import mediating
from analysis.report.content.patterning import PROFILE_FINDINGS, patterning
from analysis.report.document import (
    Block,
    Column,
    Figure,
    ForestPlot,
    Heading,
    Interval,
    Note,
    Paragraph,
    Table,
)
from analysis.report.numbers import NumberKind, format_number

if TYPE_CHECKING:
    from analysis.comparison import ComparisonResult, GroupComparison
    from analysis.comparison.multilevel import MultilevelResult
    from analysis.findings import Finding

K = NumberKind
RELIABLE = 0.05
MOST_DIFFERENCES = 8


def comparing(context: Context) -> list[Block]:
    """Return the comparison chapter; nothing when the run had no such stage."""
    result = context.chain.comparison
    if result is None:
        return []
    parts = [
        *_groups(context, result),
        *_explaining(context, result),
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
    grouping = finding.code == "group_column_refused"
    names = (
        grouping_name(context, s) if grouping else "–".join(map(context.name, s.split("–")))
        for s in finding.subjects
    )
    return replace(finding, subjects=tuple(names))


def adjustment(context: Context) -> str:
    """Return the name of the adjustment of p values."""
    return context.say(f"compare.adjust.{context.chain.options.comparison.adjust}")


def grouping_name(context: Context, column: str) -> str:
    """Return how a respondents' column is called in the report."""
    if column == "role":
        return context.say("compare.role")
    for question in context.raw("demographics").values():
        if column == question["zh"]:
            return context.worded(question)
    return column


def group_name(context: Context, column: str, group: object) -> str:
    """Return how one group of a column is called."""
    return context.role(str(group)) if column == "role" else str(group)


def _differences(result: ComparisonResult) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (column, construct, tests) of every comparison, the largest first."""
    found = [
        (column, code, row)
        for column, compared in result.groups.items()
        for code, row in records(compared.tests)
    ]
    return sorted(found, key=lambda each: -float(each[2]["omega_squared"]))


def _groups(context: Context, result: ComparisonResult) -> list[Block]:
    if not result.groups:
        return []
    columns = context.join(grouping_name(context, column) for column in result.groups)
    blocks: list[Block] = [Heading(context.say("compare.groups"), 2)]
    differences = _differences(result)
    reliable = [each for each in differences if each[2]["welch_p_adjusted"] < RELIABLE]
    if not differences:
        return [*blocks, Paragraph(context.say("compare.groups_described", columns=columns))]
    values = {"columns": columns, "all": len(differences), "reliable": len(reliable)}
    if not reliable:
        return [*blocks, Paragraph(context.say("compare.groups_none", **values))]
    column, code, _ = reliable[0]
    pair = largest_pair(result.groups[column], code)
    first = context.say(
        "compare.groups_first",
        column=grouping_name(context, column),
        name=context.name(code),
        high=group_name(context, column, pair["high"]),
        low=group_name(context, column, pair["low"]),
        g=format_number(pair["g"], K.BRIEF),
    )
    blocks += [
        Paragraph(context.say("compare.groups_found", **values) + first),
        _differences_table(context, result, reliable[:MOST_DIFFERENCES]),
        _means(context, result.groups[column], column, code),
        Note(context.say("compare.groups_caution"), "amber"),
    ]
    return blocks


def largest_pair(compared: GroupComparison, code: str) -> dict[str, Any]:
    """Return the two groups that lie furthest apart: names high and low, g > 0, interval, p."""
    rows = [row for _, row in records(compared.pairs) if row["score"] == code]
    row = max(rows, key=lambda each: abs(float(each["g"])))
    turned = float(row["g"]) < 0
    low, high = float(row["g_low"]), float(row["g_high"])
    return {
        "high": row["second"] if turned else row["first"],
        "low": row["first"] if turned else row["second"],
        "g": abs(float(row["g"])),
        "interval": Interval(-high, -low) if turned else Interval(low, high),
        "p": row["p_games_howell"],
    }


def _differences_table(
    context: Context,
    result: ComparisonResult,
    differences: list[tuple[str, str, dict[str, Any]]],
) -> Table:
    rows = []
    for column, code, row in differences:
        pair = largest_pair(result.groups[column], code)
        names = (group_name(context, column, pair[end]) for end in ("high", "low"))
        rows.append(
            (
                grouping_name(context, column),
                context.coded(code),
                row["n"],
                row["welch_F"],
                row["welch_p_adjusted"],
                row["eta_squared"],
                Interval(row["eta_low"], row["eta_high"]),
                context.say("compare.pair", high=next(names), low=next(names)),
                pair["g"],
                pair["interval"],
            )
        )
    return Table(
        "group_differences",
        context.say("compare.differences"),
        (
            Column(context.say("compare.column.grouping"), width=1.3),
            Column(context.say("column.construct"), width=2.2),
            Column("n", K.COUNT, width=0.6),
            Column("Welch F", K.MEAN, width=0.8),
            Column(context.say("column.p_holm"), K.PROBABILITY, width=0.8),
            Column("η²", K.DECIMAL, width=0.7),
            Column(context.say("column.interval95"), K.BRIEF, width=1.2),
            Column(context.say("column.widest"), width=1.8),
            Column("g", K.BRIEF, width=0.6),
            Column(context.say("column.interval95"), K.BRIEF, width=1.2),
        ),
        tuple(rows),
        (
            context.say(
                "compare.differences_note",
                threshold=context.threshold,
                adjust=adjustment(context),
            ),
        ),
        is_compact=True,
    )


def _means(context: Context, compared: GroupComparison, column: str, code: str) -> Figure:
    rows = [row for _, row in records(compared.descriptives) if row["score"] == code]
    rows.sort(key=lambda row: -float(row["mean"]))
    people = sum(row["n"] for row in rows)
    centre = sum(row["n"] * row["mean"] for row in rows) / people
    drawn = tuple(
        (
            group_name(context, column, row["group"]),
            float(row["mean"]),
            float(row["low"]),
            float(row["high"]),
            f"n = {count(row['n'])}",
        )
        for row in rows
    )
    name, line = context.name(code), (centre, context.say("column.average"))
    return Figure(
        "group_means",
        context.say("compare.means", name=name, column=grouping_name(context, column)),
        ForestPlot(drawn, context.say("compare.means_axis"), line),
        context.say("compare.means_alt", name=name, high=drawn[0][0], low=drawn[-1][0]),
        (context.say("compare.means_note"),),
    )


def _explaining(context: Context, result: ComparisonResult) -> list[Block]:
    linear = result.regressions.get("linear")
    if linear is None:
        return []
    outcome = context.name(result.question.outcome)
    table = dict(records(linear.coefficients))
    reliable = [c for c in result.question.predictors if table[c]["p"] < RELIABLE]
    text = context.say(
        "compare.explain",
        n=count(linear.n),
        roles=context.join(map(context.role, result.roles)) or context.say("compare.everybody"),
        k=len(result.question.predictors),
        outcome=outcome,
        r2=share(linear.fit["r2"]),
        adj=share(linear.fit["adj_r2"]),
    )
    if reliable:
        text += context.say("compare.explain_some", names=context.join(map(context.name, reliable)))
    else:
        text += context.say("compare.explain_none")
    if result.weights is not None:
        first = records(result.weights.table.sort_values("rank"))[0]
        text += context.say(
            "compare.explain_first",
            name=context.name(first[0]),
            percent=share(first[1]["percent"]),
            low=count(first[1]["rank_low"]),
            high=count(first[1]["rank_high"]),
        )
    return [
        Heading(context.say("compare.explaining", outcome=outcome), 2),
        Paragraph(text),
        _regression_table(context, result),
        Paragraph(_other_forms(context, result)),
        *context.notes_of(linear.findings),
        *_units(context, result),
    ]


def _regression_table(context: Context, result: ComparisonResult) -> Table:
    linear, weights = result.regressions["linear"], result.weights
    rows: list[tuple[Any, ...]] = []
    for code in result.question.predictors:
        row = dict(records(linear.coefficients))[code]
        cells = (row["b"], row["se"], Interval(row["low"], row["high"]), row["p"], row["beta"])
        part: tuple[Any, ...] = ()
        if weights is not None:
            own = dict(records(weights.table))[code]
            part = (own["r2_share"], Interval(own["low"], own["high"]), result.relative[code])
        rows.append((context.coded(code), *cells, row["vif"], *part))
    columns = [
        Column(context.say("column.constraint" if _is_severe(result) else "column.construct"),
               width=2.6),
        Column("b", K.DECIMAL, width=0.8),
        Column(context.say("column.se"), K.DECIMAL, width=0.8),
        Column(context.say("column.interval95"), K.BRIEF, width=1.4),
        Column("p", K.PROBABILITY, width=0.7),
        Column("β", K.BRIEF, width=0.7),
        Column("VIF", K.BRIEF, width=0.7),
    ]  # fmt: skip
    if weights is not None:
        columns += [
            Column("Shapley R²", K.DECIMAL, width=0.9),
            Column(context.say("column.interval95"), K.BRIEF, width=1.3),
            Column(context.say("compare.column.relative"), K.DECIMAL, width=0.9),
        ]
    found = linear.diagnostics
    note = context.say(
        "compare.regression_note",
        n=count(linear.n),
        F=format_number(linear.fit["F"], K.MEAN),
        df1=count(linear.fit["df1"]),
        df2=count(linear.fit["df2"]),
        p=p_words(linear.fit["p"]),
        bp=p_words(found["breusch_pagan_p"]),
        dw=format_number(found["durbin_watson"], K.MEAN),
        jb=p_words(found["jarque_bera_p"]),
        cook=format_number(found["cook_max"], K.BRIEF),
    )
    notes = [note]
    if weights is not None:
        draws = context.chain.options.comparison.weight_draws
        notes.append(context.say("compare.weights_note", draws=draws))
    title = context.say("compare.regression", outcome=context.name(result.question.outcome))
    return Table("regression", title, tuple(columns), tuple(rows), tuple(notes), is_compact=True)


def _is_severe(result: ComparisonResult) -> bool:
    return set(result.question.predictors) <= result.question.severe


def _other_forms(context: Context, result: ComparisonResult) -> str:
    """Say which predictors stay reliable whatever the form of the model."""
    forms = [dict(records(r.coefficients)) for r in result.regressions.values()]
    steady = [
        context.name(code)
        for code in result.question.predictors
        if all(form[code]["p"] < RELIABLE for form in forms)
        and len({form[code]["b"] > 0 for form in forms}) == 1
    ]
    key = "compare.forms_some" if steady else "compare.forms_none"
    return context.say(
        key,
        names=context.join(steady),
        good=count(context.chain.options.comparison.good_outcome),
    )


def _units(context: Context, result: ComparisonResult) -> list[Block]:
    """Return the multilevel models of the colleges."""
    null, model = result.unit_null, result.unit_model
    if null is None:
        return []
    key = "compare.units_differ" if null.p_between < RELIABLE else "compare.units_alike"
    text = context.say(
        key,
        units=count(null.n_groups),
        icc=share(null.icc),
        low=share(null.icc_low),
        high=share(null.icc_high),
        outcome=context.name(result.question.outcome),
    )
    rows = [_unit_row(context, "null", null)]
    if model is not None:
        rows.append(_unit_row(context, "model", model))
    table = Table(
        "multilevel",
        context.say("compare.units_table"),
        (
            Column(context.say("column.model"), width=2.2),
            Column("τ²", K.MEAN),
            Column("σ²", K.MEAN),
            Column("ICC", K.DECIMAL),
            Column(context.say("column.interval95"), K.BRIEF, width=1.5),
            Column(context.say("compare.column.p_between"), K.PROBABILITY),
            Column(context.say("compare.column.marginal"), K.DECIMAL),
            Column(context.say("compare.column.conditional"), K.DECIMAL),
        ),
        tuple(rows),
        (context.say("compare.units_note", n=count(null.n), units=count(null.n_groups)),),
        is_compact=True,
    )
    return [Paragraph(text), table, *context.notes_of(null.findings)]


def _unit_row(context: Context, name: str, model: MultilevelResult) -> tuple[Any, ...]:
    return (
        context.say(f"compare.unit_{name}"),
        model.between,
        model.within,
        model.icc,
        Interval(model.icc_low, model.icc_high),
        model.p_between,
        model.r2_marginal,
        model.r2_conditional,
    )
