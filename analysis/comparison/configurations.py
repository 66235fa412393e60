"""Fuzzy-set qualitative comparative analysis (fsQCA): which configurations suffice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from analysis.comparison.fuzzy_sets import (
    Anchors,
    calibrate,
    necessity,
    quantile_anchors,
    sufficiency,
)
from analysis.comparison.minimise import (
    ANY,
    MOST_CONDITIONS,
    PRESENT,
    Term,
    easy_counterfactuals,
    prime_implicants,
    smallest_covers,
    write_term,
)
from analysis.disclosure import DEFAULT_THRESHOLD, hide_groups
from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray

SolutionKind = Literal["complex", "intermediate", "parsimonious"]

NECESSARY = 0.9
"""Consistency from which a condition is called necessary (Ragin 2006)."""

TERM_COLUMNS = ["consistency", "pri", "raw_coverage", "unique_coverage"]
NECESSITY_COLUMNS = ["consistency", "coverage", "relevance", "is_necessary"]


@dataclass(frozen=True, slots=True)
class ConfigurationOptions:
    """What the user chose.

    Args:
        outcome, conditions: columns; two to nine conditions.
        anchors: calibration per column; columns without are calibrated by percentiles, unless
            ``calibrated`` says that the data are memberships already.
        negate_outcome: explain the absence of the outcome.
        consistency, pri: cut-offs of a truth-table row that counts as sufficient.
        frequency: least cases of a row to count as observed; 0: one, or 1 % of many cases.
        expected: condition → True (presence helps), False (absence helps); others: neither.
        threshold: rows with fewer cases show no number.
    """

    outcome: str
    conditions: tuple[str, ...]
    anchors: Mapping[str, Anchors] = field(default_factory=lambda: MappingProxyType({}))
    calibrated: bool = False
    negate_outcome: bool = False
    consistency: float = 0.8
    pri: float = 0.5
    frequency: int = 0
    expected: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    threshold: int = DEFAULT_THRESHOLD


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """One solution formula.

    Args:
        terms: index ``A*~B`` …; ``consistency, pri, raw_coverage, unique_coverage``.
        core: term → conditions that stand in the parsimonious solution as well.
        consistency, pri, coverage: of all terms together.
        models: number of equally short formulas; beyond 1 the data do not decide.
    """

    kind: SolutionKind
    formula: str
    terms: pd.DataFrame
    core: dict[str, tuple[str, ...]]
    consistency: float
    pri: float
    coverage: float
    models: int


@dataclass(frozen=True, slots=True, eq=False)
class ConfigurationResult:
    """Everything fsQCA gives.

    Args:
        memberships: calibrated columns, complete rows.
        necessity: index ``A``, ``~A`` …; ``consistency, coverage, relevance, is_necessary``.
        truth_table: one row per configuration with cases: the conditions (0/1) ``, n`` (NaN
            where hidden) ``, consistency, pri, out`` (1, 0, or -1 for a remainder).
        solutions: by kind; empty when no row suffices.
    """

    memberships: pd.DataFrame
    necessity: pd.DataFrame
    truth_table: pd.DataFrame
    solutions: dict[SolutionKind, Solution]
    n: int
    findings: tuple[Finding, ...]


def analyse_configurations(
    data: pd.DataFrame, options: ConfigurationOptions
) -> ConfigurationResult:
    """Return calibration, necessity, truth table and minimised solutions over complete rows.

    Raises:
        NotComputable: fewer than two or more than nine conditions, no complete row, memberships
            outside 0 to 1.

    Reference: Ragin (2008); Schneider & Wagemann (2012). Checked against published results of
    R QCA on Lipset's data.
    """
    conditions = list(options.conditions)
    if not 2 <= len(conditions) <= MOST_CONDITIONS:
        raise NotComputable(
            finding(
                "conditions_number", Severity.BLOCK, count=len(conditions), most=MOST_CONDITIONS
            )
        )
    memberships = _memberships(data, options)
    y = memberships[options.outcome].to_numpy(dtype=float)
    y = 1 - y if options.negate_outcome else y
    x = memberships[conditions].to_numpy(dtype=float)
    rows = np.array(list(product((0, 1), repeat=len(conditions))), dtype=int)
    truth = _truth_table(x, y, rows, options)
    solutions = _solutions(x, y, rows, truth["out"].to_numpy(dtype=int), options)
    necessary = _necessity_table(x, y, conditions)
    return ConfigurationResult(
        memberships=memberships,
        necessity=necessary,
        truth_table=_shown(truth, rows, options),
        solutions=solutions,
        n=len(x),
        findings=tuple(_findings(necessary, solutions, truth)),
    )


def _memberships(data: pd.DataFrame, options: ConfigurationOptions) -> pd.DataFrame:
    columns = {}
    complete = data[[*options.conditions, options.outcome]].dropna().astype(float)
    if complete.empty:
        raise NotComputable(finding("no_complete_rows", Severity.BLOCK))
    for name in complete.columns:
        if options.calibrated:
            columns[name] = complete[name]
        else:
            anchors = options.anchors.get(name) or quantile_anchors(complete[name])
            columns[name] = calibrate(complete[name], anchors)
    memberships = pd.DataFrame(columns)
    values = memberships.to_numpy(dtype=float)
    if values.min() < 0 or values.max() > 1:
        raise NotComputable(finding("memberships_outside", Severity.BLOCK))
    return memberships


def term_membership(x: FloatArray, term: Sequence[int]) -> FloatArray:
    """Return each case's membership in a term: the least of its literals; 1 without literals."""
    parts = [
        x[:, j] if entry == PRESENT else 1 - x[:, j] for j, entry in enumerate(term) if entry != ANY
    ]
    return np.min(parts, axis=0) if parts else np.ones(len(x))


def _truth_table(
    x: FloatArray, y: FloatArray, rows: FloatArray, options: ConfigurationOptions
) -> pd.DataFrame:
    frequency = options.frequency or max(1, round(0.01 * len(x)))
    records = []
    for row in rows:
        inside = term_membership(x, row)
        n = int((inside > 0.5).sum())
        found = sufficiency(inside, y)
        suffices = found.consistency >= options.consistency and found.pri >= options.pri
        out = -1 if n < frequency else int(suffices)
        records.append((n, found.consistency, found.pri, out))
    return pd.DataFrame(records, columns=["n", "consistency", "pri", "out"])


def _shown(truth: pd.DataFrame, rows: FloatArray, options: ConfigurationOptions) -> pd.DataFrame:
    """Return the rows with cases, best first, small numbers hidden."""
    table = pd.concat([pd.DataFrame(rows, columns=list(options.conditions)), truth], axis=1)
    table = table[table["n"] > 0].sort_values(["out", "consistency"], ascending=False)
    table = table.reset_index(drop=True)
    sizes = {str(row): int(n) for row, n in table["n"].items()}
    # the number of cases is known: one hidden row alone could be subtracted
    hidden = hide_groups(sizes, options.threshold, floor=1).all
    is_hidden = table.index.astype(str).isin(hidden)
    return table.assign(n=table["n"].astype(float).mask(is_hidden))


def _solutions(
    x: FloatArray,
    y: FloatArray,
    rows: FloatArray,
    out: FloatArray,
    options: ConfigurationOptions,
) -> dict[SolutionKind, Solution]:
    def chosen(value: int) -> list[Term]:
        return [tuple(int(entry) for entry in row) for row in rows[out == value]]

    on, off, rest = chosen(1), chosen(0), chosen(-1)
    if not on:
        return {}
    k = len(options.conditions)
    narrow = smallest_covers(prime_implicants(on, [*off, *rest], k), on)
    wide = smallest_covers(prime_implicants(on, off, k), on)
    expected = tuple(
        int(options.expected[name]) if name in options.expected else ANY
        for name in options.conditions
    )
    easy = easy_counterfactuals(rest, narrow[0], wide[0], expected)
    hard = [row for row in rest if row not in easy]
    middle = smallest_covers(prime_implicants(on, [*off, *hard], k), on)
    by_kind: dict[SolutionKind, list[tuple[Term, ...]]] = {
        "complex": narrow,
        "intermediate": middle,
        "parsimonious": wide,
    }
    return {
        kind: _solution(kind, models, x, y, core=wide[0], options=options)
        for kind, models in by_kind.items()
    }


def _solution(
    kind: SolutionKind,
    models: Sequence[tuple[Term, ...]],
    x: FloatArray,
    y: FloatArray,
    *,
    core: Sequence[Term],
    options: ConfigurationOptions,
) -> Solution:
    """Return the first of equally short formulas with its measures of fit."""
    terms = models[0]
    inside = np.array([term_membership(x, term) for term in terms])
    whole = inside.max(axis=0)
    total = sufficiency(whole, y)
    names = [write_term(term, options.conditions) for term in terms]
    records = []
    for i, own in enumerate(inside):
        found = sufficiency(own, y)
        others = np.delete(inside, i, axis=0)
        rest = sufficiency(others.max(axis=0), y).coverage if len(others) else 0.0
        records.append((found.consistency, found.pri, found.coverage, total.coverage - rest))
    return Solution(
        kind=kind,
        formula=" + ".join(names),
        terms=pd.DataFrame(records, index=names, columns=TERM_COLUMNS),
        core={n: _core(t, core, options) for n, t in zip(names, terms, strict=True)},
        consistency=total.consistency,
        pri=total.pri,
        coverage=total.coverage,
        models=len(models),
    )


def _core(term: Term, core: Sequence[Term], options: ConfigurationOptions) -> tuple[str, ...]:
    """Return the literals of a term that a parsimonious term containing it demands."""
    demanded: set[int] = set()
    for wide in core:
        if all(w in (ANY, t) for w, t in zip(wide, term, strict=True)):
            demanded |= {j for j, entry in enumerate(wide) if entry != ANY}
    return tuple(
        name if term[j] == PRESENT else f"~{name}"
        for j, name in enumerate(options.conditions)
        if j in demanded
    )


def _necessity_table(x: FloatArray, y: FloatArray, conditions: Sequence[str]) -> pd.DataFrame:
    rows = {}
    for j, name in enumerate(conditions):
        for label, values in ((name, x[:, j]), (f"~{name}", 1 - x[:, j])):
            consistency, coverage, relevance = necessity(values, y)
            rows[label] = (consistency, coverage, relevance, consistency >= NECESSARY)
    return pd.DataFrame.from_dict(rows, orient="index", columns=NECESSITY_COLUMNS)


def _findings(
    necessary: pd.DataFrame, solutions: Mapping[SolutionKind, Solution], truth: pd.DataFrame
) -> list[Finding]:
    found = []
    needed = [str(name) for name in necessary.index[necessary["is_necessary"].astype(bool)]]
    if needed:
        found.append(finding("sets_necessary", Severity.NOTE, *needed))
    if not solutions:
        best = float(truth.loc[truth["out"] >= 0, "consistency"].max())
        found.append(finding("no_sufficient_configuration", Severity.CAUTION, best=best))
    elif max(solution.models for solution in solutions.values()) > 1:
        count = max(solution.models for solution in solutions.values())
        found.append(finding("solutions_ambiguous", Severity.CAUTION, count=count))
    return found
