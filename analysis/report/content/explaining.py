"""What goes with the outcome: regression, shares of R², colleges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.report.content.context import Context, count, p_words, records, share
from analysis.report.document import Block, Column, Heading, Interval, Paragraph, Table
from analysis.report.numbers import NumberKind, format_number

if TYPE_CHECKING:
    from analysis.comparison import ComparisonResult
    from analysis.comparison.multilevel import MultilevelResult

K = NumberKind
RELIABLE = 0.05


def explaining(context: Context, result: ComparisonResult) -> list[Block]:
    """Return what goes with the outcome, as far as the sample carried it."""
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
    if result.weights is not None and len(result.question.predictors) > 1:
        first = records(result.weights.table.sort_values("rank"))[0]
        is_sure = first[1]["rank_low"] == first[1]["rank_high"]
        text += context.say(
            f"compare.explain_{'sure' if is_sure else 'first'}",
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
