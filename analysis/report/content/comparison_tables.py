"""The bulk of the comparison stage, for appendix B."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.report.content.configuring import term_words
from analysis.report.content.context import Context, count, records
from analysis.report.content.grouping import adjustment, group_name, grouping_name
from analysis.report.document import Block, Cell, Column, Heading, Interval, Table
from analysis.report.numbers import NumberKind, format_number, stars

if TYPE_CHECKING:
    from analysis.comparison import ComparisonResult, GroupComparison
    from analysis.comparison.configurations import ConfigurationResult

K = NumberKind
WIDEST = 6
"""Groups beside each other on a page."""

WIDEST_MATRIX = 10
"""Columns of the correlation table."""

MOST_PAIRS = 15
"""Pairs printed; the smaller differences are left out and counted in the note."""


def comparison_tables(context: Context) -> list[Block]:
    """Return the tables of the comparison stage."""
    result = context.chain.comparison
    if result is None:
        return []
    tables = [
        *_group_tables(context, result),
        *_correlations(context, result),
        *_other_regressions(context, result),
        *_bottleneck(context, result),
        *_sets(context, result),
    ]
    heading: list[Block] = [Heading(context.say("compare.appendix"), 2)]
    return [*heading, *tables] if tables else []


def _group_tables(context: Context, result: ComparisonResult) -> list[Table]:
    tables = []
    for place, (column, compared) in enumerate(result.groups.items()):
        tables += _means(context, column, compared, key=f"group_means_{place}")
        if len(compared.tests):
            tables.append(_tests(context, column, compared, key=f"group_tests_{place}"))
        if len(compared.pairs):
            tables.append(_pairs(context, column, compared, key=f"group_pairs_{place}"))
    if len(result.group_pairs):
        tables.append(_association(context, result))
    return tables


def _means(context: Context, column: str, compared: GroupComparison, *, key: str) -> list[Table]:
    """Return mean and SD of each construct by group, with n, a few groups per table."""
    cells: dict[str, dict[str, str]] = {}
    groups: dict[str, None] = {}
    for _, row in records(compared.descriptives):
        groups[str(row["group"])] = None
        mean, sd = (format_number(row[name], K.SCORE) for name in ("mean", "sd"))
        text = f"{mean} ({sd}), {count(row['n'])}"
        cells.setdefault(str(row["score"]), {})[str(row["group"])] = text
    names = list(groups)
    name = grouping_name(context, column)
    tables = []
    for start in range(0, len(names), WIDEST):
        part = names[start : start + WIDEST]
        rows = tuple((code, *(row.get(g) for g in part)) for code, row in cells.items())
        tables.append(
            Table(
                f"{key}_{start}",
                context.say("compare.means_table", column=name),
                (
                    Column(context.say("column.code"), width=0.8),
                    *(Column(group_name(context, column, g), width=1.5) for g in part),
                ),
                rows,
                (context.say("compare.means_table_note", threshold=context.threshold),),
                is_compact=True,
            )
        )
    return tables


def _tests(context: Context, column: str, compared: GroupComparison, *, key: str) -> Table:
    rows = tuple(
        (
            code,
            row["n"],
            row["groups"],
            row["welch_F"],
            row["welch_df2"],
            row["welch_p"],
            row["welch_p_adjusted"],
            row["F"],
            row["p"],
            row["levene_p"],
            row["H"],
            row["kruskal_p"],
            row["eta_squared"],
            row["omega_squared"],
            row["epsilon_squared"],
        )
        for code, row in records(compared.tests)
    )
    return Table(
        key,
        context.say("compare.tests_table", column=grouping_name(context, column)),
        (
            Column(context.say("column.code"), width=0.8),
            Column("n", K.COUNT, width=0.7),
            Column(context.say("compare.column.groups"), K.COUNT, width=0.7),
            Column("Welch F", K.MEAN),
            Column("df2", K.SCORE),
            Column("p", K.PROBABILITY),
            Column(context.say("column.p_holm"), K.PROBABILITY),
            Column("F", K.MEAN),
            Column("p", K.PROBABILITY),
            Column("Levene p", K.PROBABILITY),
            Column("H", K.MEAN),
            Column("p", K.PROBABILITY),
            Column("η²", K.DECIMAL),
            Column("ω²", K.DECIMAL),
            Column("ε²", K.DECIMAL),
        ),
        rows,
        (context.say("compare.tests_note", adjust=adjustment(context)),),
        is_compact=True,
    )


def _pairs(context: Context, column: str, compared: GroupComparison, *, key: str) -> Table:
    order = compared.pairs.assign(size=compared.pairs["g"].abs())
    order = order.sort_values("size", ascending=False, kind="stable").head(MOST_PAIRS)
    rows = tuple(
        (
            row["score"],
            group_name(context, column, row["first"]),
            group_name(context, column, row["second"]),
            row["difference"],
            Interval(row["low"], row["high"]),
            row["p_games_howell"],
            row["p_tukey"],
            row["p_mann_whitney"],
            row["g"],
            Interval(row["g_low"], row["g_high"]),
            row["rank_biserial"],
        )
        for _, row in records(order)
    )
    left_out = len(compared.pairs) - len(rows)
    return Table(
        key,
        context.say("compare.pairs_table", column=grouping_name(context, column)),
        (
            Column(context.say("column.code"), width=0.8),
            Column(context.say("compare.column.first_group"), width=1.4),
            Column(context.say("compare.column.second_group"), width=1.4),
            Column(context.say("column.difference"), K.CHANGE),
            Column(context.say("column.interval95"), K.SCORE, width=1.6),
            Column("Games–Howell p", K.PROBABILITY, width=1.1),
            Column("Tukey p", K.PROBABILITY),
            Column("M–W p", K.PROBABILITY),
            Column("g", K.BRIEF, width=0.8),
            Column(context.say("column.interval95"), K.BRIEF, width=1.5),
            Column("r", K.BRIEF, width=0.8),
        ),
        rows,
        (context.say("compare.pairs_note", left=left_out),),
        is_compact=True,
    )


def _association(context: Context, result: ComparisonResult) -> Table:
    rows = tuple(
        (
            grouping_name(context, str(row["first"])),
            grouping_name(context, str(row["second"])),
            row["n"],
            row["chisq"],
            row["df"],
            row["p"],
            row["p_exact"],
            row["v"],
            Interval(row["v_low"], row["v_high"]),
        )
        for _, row in records(result.group_pairs)
    )
    return Table(
        "association",
        context.say("compare.association"),
        (
            Column(context.say("compare.column.first"), width=2.0),
            Column(context.say("compare.column.second"), width=2.0),
            Column("n", K.COUNT),
            Column("χ²", K.MEAN),
            Column(context.say("column.df"), K.COUNT),
            Column("p", K.PROBABILITY),
            Column(context.say("compare.column.exact"), K.PROBABILITY),
            Column("V", K.BRIEF),
            Column(context.say("column.interval95"), K.BRIEF, width=1.6),
        ),
        rows,
        (context.say("compare.association_note"),),
        is_compact=True,
    )


def _correlations(context: Context, result: ComparisonResult) -> list[Table]:
    """Return the lower triangle with stars of the adjusted p values."""
    found = result.correlations
    if found is None:
        return []
    codes = [str(code) for code in found.matrix.columns]
    p = {(str(r["first"]), str(r["second"])): r["p_adjusted"] for _, r in records(found.pairs)}
    least = int(found.pairs["n"].min())

    def cell(i: int, j: int) -> Cell:
        if j > i:
            return ""
        if i == j:
            return "1"
        r = float(found.matrix.iloc[i, j])  # type: ignore[arg-type]
        return format_number(r, K.BRIEF) + stars(p[codes[j], codes[i]])

    tables = []
    for start in range(0, len(codes), WIDEST_MATRIX):
        part = range(start, min(start + WIDEST_MATRIX, len(codes)))
        rows = tuple((codes[i], *(cell(i, j) for j in part)) for i in range(start, len(codes)))
        tables.append(
            Table(
                f"score_correlations_{start}",
                context.say("compare.correlations", method=found.method.capitalize()),
                (
                    Column(context.say("column.code"), width=0.8),
                    *(Column(codes[j], width=1.0) for j in part),
                ),
                rows,
                (
                    context.say(
                        "compare.correlations_note", n=count(least), adjust=adjustment(context)
                    ),
                ),
                is_compact=True,
            )
        )
    return tables


def _other_regressions(context: Context, result: ComparisonResult) -> list[Table]:
    """Return odds ratios of the logistic and ordinal models beside each other."""
    models = {k: r for k, r in result.regressions.items() if k != "linear"}
    if not models:
        return []
    by_kind = {kind: dict(records(r.coefficients)) for kind, r in models.items()}
    rows = tuple(
        (context.coded(code), *(cell for kind in by_kind for cell in _odds(by_kind[kind][code])))
        for code in result.question.predictors
    )
    columns = [Column(context.say("column.construct"), width=2.6)]
    for kind in models:
        columns += [
            Column(context.say(f"compare.column.odds_{kind}"), K.DECIMAL),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.7),
            Column("p", K.PROBABILITY),
        ]
    notes = tuple(
        context.say(
            f"compare.{kind}_note",
            n=count(model.n),
            good=count(context.chain.options.comparison.good_outcome),
            mcfadden=format_number(model.fit["mcfadden"]),
            nagelkerke=format_number(model.fit["nagelkerke"]),
        )
        for kind, model in models.items()
    )
    outcome = context.name(result.question.outcome)
    return [
        Table(
            "other_regressions",
            context.say("compare.other_regressions", outcome=outcome),
            tuple(columns),
            rows,
            notes,
            is_compact=True,
        )
    ]


def _odds(row: dict[str, Any]) -> tuple[Cell, ...]:
    return (row["odds_ratio"], Interval(row["or_low"], row["or_high"]), row["p"])


def _bottleneck(context: Context, result: ComparisonResult) -> list[Table]:
    if result.necessity is None:
        return []
    table = result.necessity.bottleneck
    rows = tuple(
        (float(level), *(None if row[c] == 0 else float(row[c]) for c in table.columns))
        for level, row in records(table)
    )
    return [
        Table(
            "bottleneck",
            context.say("compare.bottleneck", outcome=context.name(result.question.outcome)),
            (
                Column(context.say("compare.column.level"), K.COUNT, width=1.2),
                *(Column(str(c), K.COUNT) for c in table.columns),
            ),
            rows,
            (context.say("compare.bottleneck_note"),),
            is_compact=True,
        )
    ]


def _sets(context: Context, result: ComparisonResult) -> list[Table]:
    tables: list[Table] = []
    for name, found in result.configurations.items():
        title = context.say(f"compare.for_{name}", outcome=context.name(result.question.outcome))
        tables.append(_necessary_sets(context, name, found, title=title))
        tables.append(_truth_table(context, name, found, title=title))
    return tables


def _necessary_sets(
    context: Context, name: str, found: ConfigurationResult, *, title: str
) -> Table:
    rows = tuple(
        (term_words(context, code), row["consistency"], row["coverage"], row["relevance"])
        for code, row in records(found.necessity)
    )
    return Table(
        f"necessary_sets_{name}",
        title + context.say("compare.necessary_sets"),
        (
            Column(context.say("compare.column.condition"), width=3.0),
            Column(context.say("compare.column.consistency"), K.DECIMAL),
            Column(context.say("compare.column.coverage"), K.DECIMAL),
            Column(context.say("compare.column.relevance"), K.DECIMAL),
        ),
        rows,
        (context.say("compare.necessary_sets_note", n=count(found.n)),),
        is_compact=True,
    )


def _truth_table(context: Context, name: str, found: ConfigurationResult, *, title: str) -> Table:
    conditions = [c for c in found.truth_table.columns if c in found.memberships.columns]
    rows = tuple(
        (
            *(int(row[c]) for c in conditions),
            row["n"],
            row["consistency"],
            row["pri"],
            context.say(f"compare.out_{int(row['out'])}"),
        )
        for _, row in records(found.truth_table)
    )
    formula = found.solutions["complex"].formula if "complex" in found.solutions else ""
    notes = [context.say("compare.truth_note", n=count(found.n))]
    if formula:
        notes.append(context.say("compare.complex", formula=formula))
    return Table(
        f"truth_table_{name}",
        title + context.say("compare.truth_table"),
        (
            *(Column(context.name(str(c)), K.COUNT, width=1.3) for c in conditions),
            Column("n", K.COUNT),
            Column(context.say("compare.column.consistency"), K.DECIMAL),
            Column("PRI", K.DECIMAL),
            Column(context.say("column.result"), width=1.2),
        ),
        rows,
        tuple(notes),
        is_compact=True,
    )
