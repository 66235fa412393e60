"""Appendix A: the questionnaire with item statistics. Appendix B: tables, checklist, origin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.report.content.comparison_tables import comparison_tables
from analysis.report.content.context import Context, count, decimal, records, share
from analysis.report.content.coupling import degrees_table
from analysis.report.content.measuring import reported_fit
from analysis.report.content.reliability_tables import reliability_tables
from analysis.report.content.sensitivity import sensitivity_table
from analysis.report.document import Block, Cell, Column, Heading, Interval, Paragraph, Table
from analysis.report.numbers import NumberKind

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem import SemResult

K = NumberKind
ITEM_STATISTICS = (
    "n", "missing_share", "mean", "sd", "skewness", "kurtosis", "floor_share",
    "ceiling_share", "citc", "loading",
)  # fmt: skip
WIDEST_MATRIX = 15
"""Columns of a matrix that fit a page beside the names."""


def questionnaire(context: Context) -> list[Block]:
    """Return appendix A."""
    return [
        Heading(context.say("appendix.a"), starts_page=True),
        Paragraph(context.say("appendix.a_text")),
        _items_table(context),
    ]


def _items_table(context: Context) -> Table:
    items = context.chain.measurement.items
    longest = max((len(str(code)) for code in items.index), default=0)
    rows = []
    for code, row in records(items):
        mark = context.say("reversed_mark") if bool(row["reversed"]) else ""
        is_shown = row["n"] >= context.threshold
        values = (row[name] if is_shown else None for name in ITEM_STATISTICS)
        rows.append((str(code), context.item_text(str(code)) + mark, *values))
    return Table(
        "item_statistics",
        context.say("appendix.items"),
        (
            Column(context.say("column.code"), width=min(2.4, max(1.1, 0.16 * longest))),
            Column(context.say("column.item"), width=5.2),
            Column("n", K.COUNT, width=0.85),
            Column(context.say("column.missing"), K.SHARE, width=1.12),
            Column(context.say("column.mean"), K.MEAN, width=0.9),
            Column(context.say("column.sd"), K.MEAN, width=1.12),
            Column(context.say("column.skewness"), K.MEAN, width=1.0),
            Column(context.say("column.kurtosis"), K.MEAN, width=1.0),
            Column(context.say("column.floor"), K.SHARE, width=1.12),
            Column(context.say("column.ceiling"), K.SHARE, width=1.12),
            Column("CITC", K.BRIEF, width=0.95),
            Column(context.say("column.loading"), K.BRIEF, width=0.9),
        ),
        tuple(rows),
        (context.say("appendix.items_note"),),
        is_compact=True,
    )


def statistics(context: Context) -> list[Block]:
    """Return appendix B: matrices, parameters, coupling details, checklist, origin."""
    chain = context.chain
    blocks: list[Block] = [
        Heading(context.say("appendix.b"), starts_page=True),
        Heading(context.say("appendix.matrices"), 2),
        *_matrix(context, chain.measurement.htmt, key="htmt"),
        *_matrix(context, chain.measurement.correlations, key="correlations"),
    ]
    if len(blocks) == 2:
        blocks.pop()
    blocks += reliability_tables(context)
    cfa, sem = chain.measurement.cfa, chain.structural.sem
    if cfa is not None and cfa.status.is_usable:
        blocks += [
            Heading(context.say("appendix.cfa"), 2),
            _parameters(context, cfa, key="cfa_parameters", operators=("=~",)),
        ]
    if sem is not None and sem.status.is_usable:
        blocks += [
            Heading(context.say("appendix.model"), 2),
            _parameters(context, sem, key="model_parameters", operators=("=~", "~", "~~", ":=")),
        ]
        blocks += _sample_covariances(context, sem)
    if chain.coupling is not None and len(chain.coupling.degrees):
        blocks += [Heading(context.say("appendix.coupling"), 2), *_coupling(context)]
    return [*blocks, *comparison_tables(context), *_checklist(context), *_origin(context)]


def _matrix(context: Context, matrix: pd.DataFrame, *, key: str) -> list[Block]:
    """Return a matrix in tables of at most WIDEST_MATRIX columns."""
    codes = [str(code) for code in matrix.columns if matrix[code].notna().any()]
    tables: list[Block] = []
    for start in range(0, len(codes), WIDEST_MATRIX):
        part = codes[start : start + WIDEST_MATRIX]
        block = matrix[part]
        kept = block[block.notna().any(axis=1)]
        rows = tuple(
            (str(code), *(_blank_if_missing(value) for value in row))
            for code, row in zip(kept.index, kept.to_numpy(), strict=True)
        )
        tables.append(
            Table(
                f"{key}_{start}",
                _part_title(context, key, start, len(codes)),
                (Column(context.say("column.code")), *(Column(code, K.BRIEF) for code in part)),
                rows,
                (context.say(f"appendix.{key}_note"),),
                is_compact=True,
            )
        )
    return tables


def _part_title(context: Context, key: str, start: int, columns: int) -> str:
    title = context.say(f"appendix.{key}")
    parts = -(-columns // WIDEST_MATRIX)
    if parts < 2:
        return title
    return context.say("appendix.part", title=title, part=start // WIDEST_MATRIX + 1, parts=parts)


def _blank_if_missing(value: float) -> Cell:
    return "" if math.isnan(value) else float(value)


def _parameters(context: Context, sem: SemResult, *, key: str, operators: tuple[str, ...]) -> Table:
    table = sem.parameters[sem.parameters["op"].isin(operators)]
    rows = tuple(
        (
            f"{row['lhs']} {row['op']} {row['rhs']}",
            row["est"],
            row["se"] if row["se"] and not math.isnan(row["se"]) else None,
            row["z"],
            row["p"],
            Interval(row["ci_low"], row["ci_high"]),
            row["std_all"],
        )
        for _, row in records(table)
    )
    return Table(
        key,
        context.say(f"appendix.{key}"),
        (
            Column(context.say("column.parameter"), width=2.4),
            Column(context.say("column.estimate"), K.DECIMAL, width=1.0),
            Column(context.say("column.se"), K.DECIMAL, width=1.0),
            Column("z", K.MEAN, width=0.9),
            Column("p", K.PROBABILITY, width=1.0),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.8),
            Column(context.say("column.std"), K.DECIMAL, width=1.0),
        ),
        rows,
        (context.say("appendix.parameters_note", n=count(sem.n)),),
        is_compact=True,
    )


def _sample_covariances(context: Context, sem: SemResult) -> list[Block]:
    """Return the covariance matrix the model was fitted to, lower triangle, in parts."""
    import numpy as np
    import pandas as pd

    matrix = np.asarray(sem.sample_cov, dtype=float)
    names = [str(name) for name in sem.observed]
    if matrix.shape != (len(names), len(names)):
        return []
    lower = np.where(np.tril(np.ones_like(matrix)) > 0, matrix, np.nan)
    return _matrix(context, pd.DataFrame(lower, index=names, columns=names), key="covariances")


def _coupling(context: Context) -> list[Block]:
    result = context.chain.coupling
    assert result is not None
    tables: list[Block] = [degrees_table(context, ("fan",), key="degrees_fan")]
    if len(result.sensitivity):
        tables.append(sensitivity_table(context))
    return tables


def _checklist(context: Context) -> list[Block]:
    """Return the reporting standard JARS-SEM, each point with where it is answered."""
    chain = context.chain
    sem = chain.structural.sem
    if sem is None or not sem.status.is_usable:
        return []
    fit = reported_fit(sem)
    values = {
        "n": count(sem.n),
        "chisq": decimal(fit.get("chisq")),
        "df": count(fit.get("df")),
        "cfi": decimal(fit.get("cfi")),
        "rmsea": decimal(fit.get("rmsea")),
        "srmr": decimal(fit.get("srmr")),
        "rivals": context.say("jars.rivals_given" if _has_rivals(context) else "jars.not_given"),
        "residual": decimal(_largest_residual(sem)),
        "missing": share(float(chain.measurement.items["missing_share"].mean())),
        "skewness": decimal(float(chain.measurement.items["skewness"].abs().max())),
        "estimator": str(getattr(sem.options, "estimator", "ML")),
        "second": context.say(
            "jars.second_done" if _has_second(context) else "jars.second_not_done"
        ),
    }
    rows: list[tuple[str, str, str]] = []
    while context.has(f"jars.item.{len(rows) + 1}"):
        place = len(rows) + 1
        rows.append(
            (
                str(place),
                context.say(f"jars.item.{place}"),
                context.say(f"jars.answer.{place}", **values),
            )
        )
    return [
        Heading(context.say("jars.heading"), 2),
        Table(
            "jars",
            context.say("jars.table"),
            (
                Column(context.say("column.number"), width=0.5),
                Column(context.say("column.requirement"), width=2.6),
                Column(context.say("column.answer"), width=4.4),
            ),
            tuple(rows),
            (context.say("jars.note"),),
            is_compact=True,
        ),
    ]


def _has_rivals(context: Context) -> bool:
    rivals = context.chain.structural.rivals
    return rivals is not None and len(rivals) > 1


def _has_second(context: Context) -> bool:
    check = context.chain.structural.second_engine
    return check is not None and not check.reason_not_done


def _largest_residual(sem: SemResult) -> float:
    """Return the largest absolute correlation residual of the model."""
    import numpy as np

    sample = np.asarray(sem.sample_cov, dtype=float)
    implied = np.asarray(sem.implied_cov, dtype=float)
    if sample.ndim != 2 or sample.shape != implied.shape or not sample.size:
        return math.nan
    scale = np.sqrt(np.diag(sample))
    residual = (sample - implied) / np.outer(scale, scale)
    return float(np.abs(residual).max())


def _origin(context: Context) -> list[Block]:
    """Return all that is needed to make the same report again."""
    chain, facts = context.chain, context.facts
    source, options = chain.prepared.responses.source, chain.options
    rows: list[tuple[str, str]] = [
        (context.say("origin.file"), source.name),
        (context.say("origin.kind"), source.kind),
        ("SHA-256", source.sha256),
        (
            context.say("origin.size"),
            context.say("origin.size_value", rows=source.rows, columns=source.columns),
        ),
        (context.say("origin.fingerprint"), chain.prepared.fingerprint),
        (context.say("origin.framework"), chain.prepared.study.framework or context.say("none")),
        (context.say("origin.excluded"), context.join(options.preparation.exclude)),
        (context.say("origin.model"), chain.structural.name or context.say("none")),
        (context.say("origin.threshold"), str(context.threshold)),
        (context.say("origin.seeds"), _by_stage(context, "seed")),
        (context.say("origin.draws"), _by_stage(context, "bootstrap")),
    ]
    if source.encoding:
        rows.insert(4, (context.say("origin.encoding"), source.encoding))
    rows += [
        (context.say(f"import.{code}"), count(value))
        for code, value in facts.import_counts.items()
        if context.has(f"import.{code}")
    ]
    if facts.versions:
        versions = context.join(f"{name} {version}" for name, version in facts.versions.items())
        rows.append((context.say("origin.versions"), versions))
    return [
        Heading(context.say("origin.heading"), 2),
        Paragraph(context.say("origin.text")),
        Table(
            "origin",
            context.say("origin.table"),
            (
                Column(context.say("column.entry"), width=1.6),
                Column(context.say("column.value"), width=4.4),
            ),
            tuple(rows),
            is_compact=True,
        ),
        *_syntax(context),
    ]


def _by_stage(context: Context, setting: str) -> str:
    """Return a setting of each stage that was run."""
    chain = context.chain
    stages = ["measurement", "modelling"]
    stages += ["coupling"] if chain.coupling is not None else []
    stages += ["diagnosis"] if chain.diagnosis is not None else []
    stages += ["comparison"] if chain.comparison is not None else []
    return context.join(
        f"{context.say(f'origin.stage.{stage}')} {getattr(getattr(chain.options, stage), setting)}"
        for stage in stages
    )


def _syntax(context: Context) -> list[Block]:
    syntax = context.chain.structural.syntax.strip()
    if not syntax or context.chain.structural.sem is None:
        return []
    lines = [line for line in syntax.splitlines() if line.strip()]
    return [
        Table(
            "syntax",
            context.say("origin.syntax"),
            (Column(context.say("column.syntax")),),
            (("\n".join(lines),),),
            (context.say("origin.syntax_note"),),
            is_compact=True,
        )
    ]
