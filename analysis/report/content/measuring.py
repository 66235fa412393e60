"""Reliability and validity, overall levels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analysis.measurement.thresholds import has_limit, limit
from analysis.report.content.context import Context, count, records
from analysis.report.document import (
    Block,
    Column,
    Figure,
    Heading,
    Interval,
    Paragraph,
    SeverityBars,
    Table,
)
from analysis.report.numbers import NumberKind, format_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measurement.adequacy import Adequacy
    from analysis.measurement.result import MeasurementResult
    from analysis.sem import SemResult

K = NumberKind

FIT_ROWS = (
    ("chisq", K.DECIMAL), ("df", K.COUNT), ("pvalue", K.PROBABILITY), ("cmin_df", K.DECIMAL),
    ("cfi", K.DECIMAL), ("tli", K.DECIMAL), ("rmsea", K.DECIMAL), ("srmr", K.DECIMAL),
    ("gfi", K.DECIMAL), ("agfi", K.DECIMAL), ("nfi", K.DECIMAL), ("ifi", K.DECIMAL),
    ("aic", K.SCORE), ("bic", K.SCORE),
)  # fmt: skip
LIMITS = {
    "cmin_df": ("cmin_df", False),
    "cfi": ("CFI", True),
    "tli": ("TLI", True),
    "rmsea": ("RMSEA", False),
    "srmr": ("SRMR", False),
    "gfi": ("GFI", True),
    "agfi": ("AGFI", True),
    "nfi": ("NFI", True),
    "ifi": ("IFI", True),
}
"""Index to its name among the framework's thresholds, and whether higher is better."""
WORST_PAIRS = 10


def reliability(context: Context) -> list[Block]:
    """Return reliability, CFA fit, discriminant validity with their cautions."""
    measurement = context.chain.measurement
    blocks: list[Block] = [
        Heading(context.say("reliability.heading")),
        Paragraph(context.say("reliability.text")),
        _reliability_table(context),
    ]
    if measurement.cfa is not None and measurement.cfa.status.is_usable:
        blocks += [
            Heading(context.say("reliability.cfa"), 2),
            Paragraph(
                context.say(
                    "reliability.cfa_text",
                    n=count(measurement.cfa_n),
                    roles=context.join(map(context.role, measurement.cfa_roles)),
                )
            ),
            fit_table(context, measurement.cfa, key="cfa_fit", n=measurement.cfa_n),
        ]
    pairs = worst_pairs(measurement)
    if pairs:
        blocks += [
            Heading(context.say("reliability.discriminant"), 2),
            Paragraph(context.say("reliability.discriminant_text")),
            _pairs_table(context, pairs),
        ]
    if measurement.adequacy is not None:
        blocks.append(Paragraph(_adequacy(context, measurement.adequacy)))
    blocks += [
        Paragraph(_same_source(context)),
        *context.notes_of(measurement.findings),
    ]
    return blocks


def _adequacy(context: Context, adequacy: Adequacy) -> str:
    return context.say(
        "reliability.adequacy",
        kmo=format_number(adequacy.kmo, K.DECIMAL),
        chisq=format_number(adequacy.chisq, K.DECIMAL),
        df=count(adequacy.df),
        p=format_number(adequacy.p, K.PROBABILITY),
        harman=format_number(context.chain.measurement.harman_share, K.SHARE),
    )


def _same_source(context: Context) -> str:
    text = context.say("reliability.same_source")
    return text + context.say("reliability.procedure") if context.framework else text


def _reliability_table(context: Context) -> Table:
    rows = tuple(
        (
            context.coded(str(code)),
            _number_of_items(row["items"]),
            row["n"],
            row["alpha"],
            Interval(row["alpha_low"], row["alpha_high"]),
            row["omega"],
            row["composite_reliability"],
            row["ave"],
            context.say(f"reliability.grade.{alpha_grade(row['alpha'])}"),
        )
        for code, row in records(context.chain.measurement.reliability)
        if row["n"] >= context.threshold
    )
    return Table(
        "reliability",
        context.say("reliability.table"),
        (
            Column(context.say("column.construct"), width=3.1),
            Column(context.say("column.items"), K.COUNT, width=0.8),
            Column("n", K.COUNT, width=0.8),
            Column("α", K.DECIMAL, width=1.0),
            Column(context.say("column.alpha_interval"), K.DECIMAL, width=1.9),
            Column("ω", K.DECIMAL, width=1.0),
            Column(context.say("column.cr"), K.DECIMAL, width=1.0),
            Column("AVE", K.DECIMAL, width=1.0),
            Column(context.say("column.grade"), width=1.1),
        ),
        rows,
        (context.say("reliability.note"),),
        is_compact=True,
    )


def _number_of_items(items: Any) -> int:
    return len(items) if isinstance(items, list | tuple) else int(items)


def alpha_grade(alpha: float) -> str:
    """Return good, acceptable, low, very_low or unknown (FRAMEWORK section 12)."""
    if math.isnan(alpha):
        return "unknown"
    for name, grade in (("good", "good"), ("ok", "acceptable"), ("low", "low")):
        if alpha >= limit("alpha", name):
            return grade
    return "very_low"


def fit_table(context: Context, sem: SemResult, *, key: str, n: int) -> Table:
    """Return fit indices beside the customary limits."""
    values = reported_fit(sem)
    rows = []
    for name, kind in FIT_ROWS:
        if name not in values or math.isnan(values[name]):
            continue
        interval = None
        if name == "rmsea" and "rmsea.ci.lower" in values:
            interval = Interval(values["rmsea.ci.lower"], values["rmsea.ci.upper"])
        rows.append(
            (
                context.say(f"fit.{name}"),
                format_number(values[name], kind),
                interval if interval is not None else "",
                _custom(context, name),
                _met(context, name, values[name]),
            )
        )
    return Table(
        key,
        context.say(f"fit.title_{key}"),
        (
            Column(context.say("column.index"), width=2.6),
            Column(context.say("column.value"), K.DECIMAL, width=1.1),
            Column(context.say("column.interval90"), K.DECIMAL, width=1.5),
            Column(context.say("column.custom"), width=2.2),
            Column(context.say("column.met"), width=1.4),
        ),
        tuple(rows),
        (
            context.say("fit.note", n=count(n), estimator=estimator(context, sem)),
            *((context.say("fit.robust"),) if "chisq.scaled" in sem.fit_measures else ()),
            context.say("fit.warning"),
        ),
        is_compact=True,
    )


def reported_fit(sem: SemResult) -> dict[str, float]:
    """Return fit measures by plain name: the scaled test and robust indices where there are.

    ``cmin_df`` is added.
    """
    known = dict(sem.fit_measures)
    values = {
        name: known.get(f"{name}.robust", known.get(f"{name}.scaled", value))
        for name, value in known.items()
        if not name.endswith((".robust", ".scaled"))
    }
    if values.get("df"):
        values["cmin_df"] = values["chisq"] / values["df"]
    return values


def estimator(context: Context, sem: SemResult) -> str:
    """Return estimator and treatment of missing answers in words."""
    missing = str(getattr(sem.options, "missing", "listwise"))
    name = str(getattr(sem.options, "estimator", "ML"))
    treatment = f"estimator.{missing}"
    return context.say(
        "estimator.line",
        name=name,
        missing=context.say(treatment) if context.has(treatment) else missing,
    )


def _limits(name: str) -> tuple[float, float, bool]:
    """Return the conventional limits of an index (good, acceptable) and its direction."""
    threshold, higher = LIMITS[name]
    acceptable = limit(threshold, "ok")
    good = limit(threshold, "good") if has_limit(threshold, "good") else acceptable
    return good, acceptable, higher


def _custom(context: Context, name: str) -> str:
    if name not in LIMITS:
        return ""
    good, acceptable, higher = _limits(name)
    key = "fit.custom_high" if higher else "fit.custom_low"
    return context.say(key, good=f"{good:g}", acceptable=f"{acceptable:g}")


def _met(context: Context, name: str, value: float) -> str:
    if name not in LIMITS:
        return ""
    good, acceptable, higher = _limits(name)
    for bound, word in ((good, "good"), (acceptable, "acceptable")):
        if (value >= bound) if higher else (value <= bound):
            return context.say(f"fit.{word}")
    return context.say("fit.not_met")


def worst_pairs(measurement: MeasurementResult) -> list[dict[str, Any]]:
    """Return the pairs of constructs with the highest HTMT, highest first.

    Each with ``first, second, htmt`` and, where bootstrapped, ``htmt_low, htmt_high``.
    """
    pairs: list[dict[str, Any]]
    if measurement.htmt_pairs is not None:
        pairs = [row for _, row in records(measurement.htmt_pairs)]
    else:
        pairs = [
            {"first": str(column), "second": row, "htmt": float(value)}
            for row, cells in records(measurement.htmt)
            for column, value in cells.items()
        ]
    known = [pair for pair in pairs if not math.isnan(pair["htmt"])]
    return sorted(known, key=lambda pair: -float(pair["htmt"]))[:WORST_PAIRS]


def _pairs_table(context: Context, pairs: list[dict[str, Any]]) -> Table:
    def verdict(value: float) -> str:
        word = "apart" if value < 0.85 else "close" if value < 0.9 else "same"
        return context.say(f"reliability.{word}")

    return Table(
        "htmt_pairs",
        context.say("reliability.pairs_table", count=len(pairs)),
        (
            Column(context.say("column.construct"), width=2.7),
            Column(context.say("column.construct"), width=2.7),
            Column("HTMT", K.DECIMAL, width=0.9),
            Column(context.say("column.interval95"), K.DECIMAL, width=1.5),
            Column(context.say("column.verdict"), width=1.3),
        ),
        tuple(
            (
                context.coded(str(pair["first"])),
                context.coded(str(pair["second"])),
                pair["htmt"],
                Interval(pair.get("htmt_low", math.nan), pair.get("htmt_high", math.nan)),
                verdict(float(pair["htmt"])),
            )
            for pair in pairs
        ),
        (context.say("reliability.pairs_note"),),
        is_compact=True,
    )


def levels(context: Context) -> list[Block]:
    """Return the level of every construct that is no constraint, and feature scores."""
    table = _levels_table(context)
    blocks: list[Block] = [Heading(context.say("levels.heading"))]
    rows = [row for row in table if row[4] != "severity"] or table
    if not rows:
        return [*blocks, Paragraph(context.say("levels.none"))]
    bars = tuple(
        (context.coded(code), mean, low, high, "plain", "") for code, mean, low, high, *_ in rows
    )
    blocks += [
        Paragraph(context.say("levels.text")),
        Figure(
            "levels_bars",
            context.say("levels.figure"),
            SeverityBars(bars, context.say("levels.axis")),  # type: ignore[arg-type]
            context.say("levels.alt"),
        ),
        Table(
            "levels",
            context.say("levels.table"),
            (
                Column(context.say("column.construct")),
                Column("n", K.COUNT),
                Column(context.say("column.score"), K.SCORE),
                Column(context.say("column.interval95"), K.SCORE),
            ),
            tuple(
                (context.coded(code), n, mean, Interval(low, high))
                for code, mean, low, high, _, n in rows
            ),
            (context.say("levels.note"),),
        ),
    ]
    features = _features(context)
    if features is not None:
        blocks += [Heading(context.say("levels.features"), 2), features]
    return blocks


def _levels_table(context: Context) -> list[tuple[str, float, float, float, str, int]]:
    diagnosis = context.chain.diagnosis
    if diagnosis is not None and len(diagnosis.levels):
        return [
            (
                str(code), float(row["score"]), float(row["score_low"]),
                float(row["score_high"]), str(row["polarity"]), int(row["n"]),
            )
            for code, row in records(diagnosis.levels)
            if not math.isnan(row["score"])
        ]  # fmt: skip
    found: list[tuple[str, float, float, float, str, int]] = []
    scores = context.chain.prepared.scores100
    for construct in context.chain.prepared.study.constructs:
        if construct.code in scores and scores[construct.code].notna().sum() >= context.threshold:
            mean, low, high, n = mean_interval(scores[construct.code])
            found.append((construct.code, mean, low, high, construct.polarity, n))
    return found


def mean_interval(scores: pd.Series[float]) -> tuple[float, float, float, int]:
    """Return mean, 95 % t interval and number of the scores that are there."""
    from scipy.special import stdtrit

    known = scores.dropna()
    n = len(known)
    mean = float(known.mean())
    if n < 2:
        return mean, math.nan, math.nan, n
    half = float(stdtrit(n - 1, 0.975)) * float(known.std(ddof=1)) / math.sqrt(n)
    return mean, mean - half, mean + half, n


def _features(context: Context) -> Table | None:
    """Return the scores of the features digital, intelligent, green from tagged items."""
    prepared = context.chain.prepared
    rows = []
    for entry in context.raw("features").values():
        items = [code for code in entry["items"] if code in prepared.items]
        bounds = {code: prepared.study.item(code) for code in items}
        scaled = [
            100 * (prepared.items[c] - i.minimum) / (i.maximum - i.minimum)
            for c, i in bounds.items()
        ]
        if not scaled:
            continue
        mean, low, high, n = mean_interval(sum(scaled) / len(scaled))
        if n >= context.threshold:
            rows.append((context.worded(entry), context.join(items), n, mean, Interval(low, high)))
    if not rows:
        return None
    return Table(
        "features",
        context.say("levels.features_table"),
        (
            Column(context.say("column.feature")),
            Column(context.say("column.items_used")),
            Column("n", K.COUNT),
            Column(context.say("column.score"), K.SCORE),
            Column(context.say("column.interval95"), K.SCORE),
        ),
        tuple(rows),
        (context.say("levels.features_note"),),
    )
