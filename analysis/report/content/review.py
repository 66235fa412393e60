"""The scale review: on trial or ready, factors, common method bias, items to mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.report.content.context import Context, count, decimal, records, share, shortened
from analysis.report.document import Block, Cell, Column, Heading, Interval, Note, Paragraph, Table
from analysis.report.numbers import NumberKind, format_number
from resources.texts import sentence

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings import Finding
    from analysis.measurement.exploratory import EfaResult
    from analysis.measurement.marker_models import MarkerModels
    from analysis.measurement.method_bias import MethodBiasResult
    from analysis.measurement.review import ScaleReview

K = NumberKind

SHOWN_LOADING = 0.3
"""Loadings smaller in size are left blank in print."""
CHECK_KINDS = {"respondents": K.COUNT, "parallel": K.COUNT, "bartlett": K.PROBABILITY}
"""How the value of a check is written; the others are coefficients."""
WIDEST = 8
"""More factors than this do not fit a page: each item is shown with its two largest."""

Namer = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Words:
    """Names and sentences: in the report from its context, in a command from the study."""

    name: Namer
    item: Namer
    language: str

    def say(self, key: str, /, **values: object) -> str:
        return sentence(f"report.{key}", self.language, **values)

    def pilot(self, kind: str, code: str) -> str:
        return sentence(f"pilot.{kind}.{code}", self.language)

    def join(self, words: list[str]) -> str:
        return ("；" if self.language == "zh_CN" else "; ").join(words)


def review(context: Context) -> list[Block]:
    """Return the chapter on the scale itself; nothing where the run has no review."""
    found = context.chain.review
    if found is None:
        return []
    words = _Words(context.coded, context.item_text, context.language)
    tables = _tables(found, words)
    return [
        Heading(context.say("review.heading")),
        Paragraph(context.say("review.text")),
        Note(verdict(found, context.language), "green" if found.pilot.is_ready else "amber"),
        tables["review_checks"],
        *_mending(context, tables),
        *_factors(context, found, tables),
        *_method_bias(context, found, tables),
        *_agreement(context, tables),
        *context.notes_of(f for f in review_findings(found) if f not in found.pilot.findings),
    ]


def review_findings(found: ScaleReview) -> tuple[Finding, ...]:
    """Return every caution of the review once."""
    factors = found.pilot.factors
    of_factors = factors.findings if factors is not None else ()
    every = (
        *found.pilot.findings, *of_factors, *found.method_bias.findings, *found.findings
    )  # fmt: skip
    kept: list[Finding] = []
    for finding in every:
        if finding not in kept:
            kept.append(finding)
    return tuple(kept)


def verdict(found: ScaleReview, language: str) -> str:
    """Return in a sentence whether the scale is on trial (试用版), and what is open."""
    pilot = found.pilot
    return sentence(
        f"report.review.{'ready' if pilot.is_ready else 'trial'}",
        language,
        checks=int((~pilot.checks["passed"].astype(bool)).sum()),
        items=int((pilot.items["action"] != "keep").sum()),
    )


def review_tables(found: ScaleReview, name: Namer, item: Namer, language: str) -> list[Table]:
    """Return every table of the review, also for a workbook.

    Args:
        name: how a construct is called, from its code; ``item``: an item's wording.
    """
    return list(_tables(found, _Words(name, item, language)).values())


def _mending(context: Context, tables: dict[str, Table]) -> list[Block]:
    heading = Heading(context.say("review.mending"), 2)
    if "review_items" not in tables:
        return [heading, Paragraph(context.say("review.nothing_to_mend"))]
    return [heading, Paragraph(context.say("review.mending_text")), tables["review_items"]]


def _factors(context: Context, found: ScaleReview, tables: dict[str, Table]) -> list[Block]:
    factors = found.pilot.factors
    if factors is None:
        return []
    known = np.isfinite(factors.map_values)
    text = context.say(
        "review.factors_text",
        n=count(factors.n),
        planned=factors.n_factors,
        parallel=factors.parallel.n_factors,
        components=factors.parallel.n_components,
        map=int(np.nanargmin(factors.map_values)) if known.any() else "—",
        kmo=decimal(factors.adequacy.kmo),
    )
    heading = Heading(context.say("review.factors"), 2)
    return [heading, Paragraph(text), tables["review_loadings"], tables["review_eigenvalues"]]


def _method_bias(context: Context, found: ScaleReview, tables: dict[str, Table]) -> list[Block]:
    key = "review.bias_text" if found.method_bias.marker_pairs.size else "review.bias_no_marker"
    keys = ("review_bias", "review_bias_models", "review_marker_models", "review_marker_pairs")
    return [
        Heading(context.say("review.bias"), 2),
        Paragraph(context.say("review.bias_intro") + context.say(key)),
        *(tables[key] for key in keys if key in tables),
    ]


def _agreement(context: Context, tables: dict[str, Table]) -> list[Block]:
    if "review_agreement" not in tables:
        return []
    heading = Heading(context.say("review.agreement"), 2)
    return [heading, Paragraph(context.say("review.agreement_text")), tables["review_agreement"]]


# --- tables -------------------------------------------------------------------


def _tables(found: ScaleReview, words: _Words) -> dict[str, Table]:
    tables = [_checks(found, words)]
    if (found.pilot.items["action"] != "keep").any():
        tables.append(_items(found, words))
    if found.pilot.factors is not None:
        tables += [_loadings(found.pilot.factors, words), _eigenvalues(found.pilot.factors, words)]
    tables += [_bias(found.method_bias, words), _bias_models(found.method_bias, words)]
    if found.marker is not None:
        tables.append(_marker_models(found.marker, words))
    if found.method_bias.marker_pairs.size:
        tables.append(_marker_pairs(found.method_bias, words))
    if found.agreement is not None and len(found.agreement):
        tables.append(_agreement_table(found.agreement, words))
    return {table.key: table for table in tables}


def _telling(checks: pd.DataFrame) -> pd.DataFrame:
    """Return the checks that failed, and the lowest of each kind that every construct passed."""
    lowest = checks.groupby("check", sort=False)["value"].transform("min")
    failed = ~checks["passed"].astype(bool)
    some_failed = failed.groupby(checks["check"]).transform("any")
    is_lowest = (checks["value"] == lowest) & ~some_failed
    return checks[failed | is_lowest].drop_duplicates(["check", "subject"])


def _checks(found: ScaleReview, words: _Words) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for _, row in records(_telling(found.pilot.checks)):
        subject = words.name(row["subject"]) if row["subject"] else "—"
        passed = words.say(f"review.{'passed' if row['passed'] else 'open'}")
        kind = CHECK_KINDS.get(row["check"], K.DECIMAL)
        shown = (format_number(row[name], kind) for name in ("value", "limit"))
        rows.append((words.pilot("check", row["check"]), subject, *shown, passed))
    say = words.say
    columns = (
        Column(say("review.check"), width=2.2),
        Column(say("column.construct"), width=2.4),
        Column(say("column.value"), width=1.0),
        Column(say("review.limit"), width=1.0),
        Column(say("review.result"), width=1.0),
    )
    factors = found.pilot.factors
    note = say("review.checks_note", n=count(factors.n) if factors is not None else "—")
    return Table(
        "review_checks", say("review.checks_table"), columns, tuple(rows), (note,), is_compact=True
    )


def _items(found: ScaleReview, words: _Words) -> Table:
    open_items = found.pilot.items[found.pilot.items["action"] != "keep"]
    rows = tuple(
        (
            code,
            words.name(str(row["construct"])),
            shortened(words.item(code)),
            words.pilot("action", row["action"]),
            words.join([words.pilot("reason", reason) for reason in row["reasons"]]),
        )
        for code, row in records(open_items)
    )
    say = words.say
    columns = (
        Column(say("review.code"), width=0.8),
        Column(say("column.construct"), width=1.6),
        Column(say("column.item"), width=3.4),
        Column(say("review.advice"), width=1.0),
        Column(say("column.reason"), width=2.6),
    )
    return Table(
        "review_items",
        say("review.items_table"),
        columns,
        rows,
        (say("review.items_note"),),
        is_compact=True,
    )


def _shown(value: float) -> Cell:
    return float(value) if abs(value) >= SHOWN_LOADING else ""


def _loadings(factors: EfaResult, words: _Words) -> Table:
    """Return the pattern matrix, or each item's two largest loadings where it is too wide."""
    say, wide = words.say, factors.n_factors > WIDEST
    titles = (
        [say("review.first"), say("review.on"), say("review.second"), say("review.on")]
        if wide
        else [str(name) for name in factors.loadings.columns]
    )
    rows = []
    values = factors.loadings.to_numpy(dtype=float)
    for code, own in zip(factors.loadings.index, values, strict=True):
        order = np.argsort(-np.abs(own))
        first, second = int(order[0]), int(order[min(1, len(order) - 1)])
        pair: list[Cell] = [own[first], f"F{first + 1}", own[second], f"F{second + 1}"]
        cells = pair if wide else [_shown(value) for value in own]
        rows.append((str(code), *cells, float(factors.communality.loc[code])))
    kinds = [K.DECIMAL, K.TEXT, K.DECIMAL, K.TEXT] if wide else [K.DECIMAL] * len(titles)
    columns = (
        Column(say("review.code")),
        *(Column(title, kind) for title, kind in zip(titles, kinds, strict=True)),
        Column(say("review.communality"), K.DECIMAL),
    )
    options = factors.options
    note = say(
        f"review.loadings_note_{'wide' if wide else 'all'}",
        n=count(factors.n),
        extraction=say(f"review.extraction.{options.extraction}"),
        rotation=options.rotation,
        correlation=say(f"review.correlation.{options.correlation}"),
    )
    return Table(
        "review_loadings", say("review.loadings"), columns, tuple(rows), (note,), is_compact=True
    )


def errors_table(factors: EfaResult, language: str) -> Table | None:
    """Return every loading with its bootstrap standard error; None without a bootstrap."""
    if factors.loadings_se is None:
        return None
    sizes = factors.loadings.to_numpy(dtype=float)
    errors = factors.loadings_se.to_numpy(dtype=float)
    rows = tuple(
        (str(item), f"F{j + 1}", float(sizes[i, j]), float(errors[i, j]))
        for i, item in enumerate(factors.loadings.index)
        for j in range(sizes.shape[1])
    )

    def say(key: str, **values: object) -> str:
        return sentence(f"report.review.{key}", language, **values)

    columns = (
        Column(say("code")),
        Column(say("factor")),
        Column(say("loading"), K.DECIMAL),
        Column(say("error"), K.DECIMAL),
    )
    note = say("errors_note", n=count(factors.n), draws=count(factors.options.bootstrap))
    return Table("review_errors", say("errors"), columns, rows, (note,), is_compact=True)


def _eigenvalues(factors: EfaResult, words: _Words) -> Table:
    parallel = factors.parallel
    last = max(parallel.n_factors, parallel.n_components, factors.n_factors) + 2
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(k + 1), *(float(series[k]) for series in (
            parallel.components, parallel.high_components, parallel.factors, parallel.high_factors,
        )))
        for k in range(min(last, len(parallel.factors)))
    )  # fmt: skip
    say = words.say
    titles = ("component", "component_random", "reduced", "reduced_random")
    columns = (
        Column(say("review.place")),
        *(Column(say(f"review.{title}"), K.DECIMAL) for title in titles),
    )
    note = say("review.eigenvalues_note", n=count(factors.n), draws=count(factors.options.draws))
    return Table(
        "review_eigenvalues", say("review.eigenvalues"), columns, rows, (note,), is_compact=True
    )


def _bias(bias: MethodBiasResult, words: _Words) -> Table:
    say = words.say
    drop = float(bias.models["delta_cfi"].to_dict()["single"])
    whole = bias.method_share + bias.trait_share
    values = {
        "harman": share(bias.harman_share),
        "single": decimal(drop),
        "ulmc": share(bias.method_share / whole if whole else np.nan),
        "marker": decimal(bias.marker_r),
    }
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            say(f"review.by.{key}"),
            value,
            say(f"review.reads.{key}"),
            say(f"review.strength.{key}"),
        )
        for key, value in values.items()
    )
    columns = (
        Column(say("review.method"), width=1.6),
        Column(say("column.value"), width=0.9),
        Column(say("review.reading"), width=3.6),
        Column(say("review.evidence"), width=0.9),
    )
    note = say("review.bias_note", n=count(bias.n))
    return Table("review_bias", say("review.bias_table"), columns, rows, (note,))


def _bias_models(bias: MethodBiasResult, words: _Words) -> Table:
    say = words.say
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            say(f"review.model.{name}"),
            *(row[key] for key in ("chisq", "df", "cfi", "tli", "rmsea", "srmr", "delta_cfi")),
            say(f"review.{'usable' if row['is_usable'] else 'unusable'}"),
        )
        for name, row in records(bias.models)
    )
    columns = (
        Column(say("column.model"), width=2.0),
        Column("χ²", K.DECIMAL),
        Column("df", K.COUNT, width=0.7),
        *(Column(title, K.DECIMAL) for title in ("CFI", "TLI", "RMSEA", "SRMR")),
        Column("ΔCFI", K.DIFFERENCE),
        Column(say("review.solution"), width=1.0),
    )
    note = say("review.bias_note", n=count(bias.n))
    title = say("review.models")
    return Table("review_bias_models", title, columns, rows, (note,), is_compact=True)


def _marker_models(marker: MarkerModels, words: _Words) -> Table:
    say = words.say
    tests = {str(row["restricted"]): row for _, row in records(marker.tests)}
    rows = []
    for name, row in records(marker.models):
        test = tests.get(name)
        cells: tuple[Cell, ...] = (None, None, None)
        if test is not None:
            cells = (test["chisq"], test["df"], test["p"])
        rows.append(
            (say(f"review.model.{name}"), row["chisq"], row["df"], row["cfi"], row["rmsea"], *cells)
        )
    columns = (
        Column(say("column.model"), width=2.0),
        Column("χ²", K.DECIMAL),
        Column("df", K.COUNT, width=0.7),
        Column("CFI", K.DECIMAL),
        Column("RMSEA", K.DECIMAL),
        Column("Δχ²", K.DECIMAL),
        Column("Δdf", K.COUNT, width=0.7),
        Column("p", K.PROBABILITY),
    )
    note = say("review.marker_note", n=count(marker.n), marker=words.name(marker.marker))
    title = say("review.marker_models")
    return Table("review_marker_models", title, columns, tuple(rows), (note,), is_compact=True)


def _marker_pairs(bias: MethodBiasResult, words: _Words) -> Table:
    say = words.say
    rows = tuple(
        (
            words.name(row["first"]), words.name(row["second"]),
            row["r"], row["p"], row["r_adjusted"], row["p_adjusted"],
        )
        for _, row in records(bias.marker_pairs)
    )  # fmt: skip
    columns = (
        Column(say("column.construct"), width=2.0),
        Column(say("column.construct"), width=2.0),
        Column("r", K.DECIMAL),
        Column("p", K.PROBABILITY),
        Column(say("review.r_adjusted"), K.DECIMAL),
        Column(say("review.p_adjusted"), K.PROBABILITY),
    )
    note = say("review.pairs_note", r=decimal(bias.marker_r))
    title = say("review.pairs")
    return Table("review_marker_pairs", title, columns, rows, (note,), is_compact=True)


def _agreement_table(agreement: pd.DataFrame, words: _Words) -> Table:
    say = words.say
    rows = tuple(
        (
            words.name(code), row["n"], row["units"], row["icc1"],
            Interval(row["icc1_low"], row["icc1_high"]), row["icc2"], row["p"], row["rwg"],
        )
        for code, row in records(agreement)
    )  # fmt: skip
    columns = (
        Column(say("column.construct"), width=2.4),
        Column("n", K.COUNT),
        Column(say("review.units"), K.COUNT),
        Column("ICC(1)", K.DECIMAL),
        Column(say("column.interval95"), K.DECIMAL, width=1.7),
        Column("ICC(2)", K.DECIMAL),
        Column("p", K.PROBABILITY),
        Column("r_wg", K.DECIMAL),
    )
    note = say("review.agreement_note")
    title = say("review.agreement_table")
    return Table("review_agreement", title, columns, rows, (note,), is_compact=True)
