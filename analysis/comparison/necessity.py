"""Necessary condition analysis: what must be there for an outcome to be high (NCA)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.comparison.adjust import adjusted
from analysis.disclosure import DEFAULT_THRESHOLD
from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray
from survey.progress import Progress, silent

COLUMNS = ["n", "d_ce", "d_cr", "accuracy_cr", "p_ce", "p_adjusted", "is_necessary"]

D_LIMIT = 0.1
"""Effect sizes under .1 are called small (Dul 2016); with p < .05 the usual threshold."""

GRID = 10
"""Cells of the picture along each side."""

CHUNK = 200
MIN_ROWS = 10


@dataclass(frozen=True, slots=True)
class NecessityOptions:
    """What the user chose.

    Args:
        outcome, conditions: columns, all in the direction "high = good"; a constraint enters as
            100 - severity.
        scope: (low, high) of conditions and outcome by theory, or None for the observed range.
        steps: levels of the outcome in the bottleneck table, 0 to 100 % of its range.
        permutations: of the test that the effect is chance.
        threshold: cells of the picture with fewer people are left out.
    """

    outcome: str
    conditions: tuple[str, ...]
    scope: tuple[float, float] | None = None
    steps: int = 10
    permutations: int = 2000
    threshold: int = DEFAULT_THRESHOLD
    seed: int = 20260101


@dataclass(frozen=True, slots=True, eq=False)
class NecessityResult:
    """Ceilings over the scatter of each condition and the outcome.

    Args:
        table: index condition; ``n, d_ce`` (effect size of the step ceiling CE-FDH, 0 to 1)
            ``, d_cr`` (of the line CR-FDH) ``, accuracy_cr`` (share of points on or under the
            line) ``, p_ce`` (permutation) ``, p_adjusted`` (Holm) ``, is_necessary``.
        bottleneck: index level of the outcome in percent of its range; one column per
            condition: least level of the condition (percent of its range) without which
            that outcome was never seen; 0 where not necessary.
        unmet: same shape: share of people whose condition is under that level (0 to 1).
        ceilings: condition → corner points (x, y) of the step ceiling; each is one person.
        lines: condition → (intercept, slope) of CR-FDH, absent without a rising line.
        cells: condition → people by cell of a grid over both ranges, for a picture: ``x, y``
            (middles) ``, n``; cells with fewer people than the threshold are absent.
    """

    table: pd.DataFrame
    bottleneck: pd.DataFrame
    unmet: pd.DataFrame
    ceilings: dict[str, pd.DataFrame]
    lines: dict[str, tuple[float, float]]
    cells: dict[str, pd.DataFrame]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    x_low: float
    x_high: float
    y_low: float
    y_high: float

    @property
    def area(self) -> float:
        return (self.x_high - self.x_low) * (self.y_high - self.y_low)


def _tops(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the distinct x ascending, and per draw of y the running maximum up to each.

    Args:
        y: draws x n.
    """
    order = np.argsort(x, kind="stable")
    distinct, first = np.unique(x[order], return_index=True)
    highest = np.maximum.reduceat(y[:, order], first, axis=1)
    return distinct, np.maximum.accumulate(highest, axis=1)


def ce_fdh_effect(x: FloatArray, y: FloatArray, scope: _Scope) -> FloatArray:
    """Return the effect size of the step ceiling per draw of y (draws x n).

    The empty zone above the steps as a share of the scope: sum of (y_high - running maximum)
    times the width of each step, plus the stretch left of the first point.
    """
    distinct, tops = _tops(x, y)
    widths = np.diff(np.append(distinct, scope.x_high))
    empty = (scope.y_high - tops) @ widths
    left = (distinct[0] - scope.x_low) * (scope.y_high - scope.y_low)
    return np.asarray((empty + left) / scope.area)


def _peers(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the corner points of the step ceiling: where the running maximum rises."""
    distinct, tops = _tops(x, y[None, :])
    rises = np.append(True, np.diff(tops[0]) > 0)
    return distinct[rises], tops[0][rises]


def cr_fdh_line(x: FloatArray, y: FloatArray) -> tuple[float, float] | None:
    """Return (intercept, slope) of the least-squares line through the corner points.

    None with a single corner or a line that does not rise.
    """
    px, py = _peers(x, y)
    if len(px) < 2:
        return None
    slope, intercept = np.polyfit(px, py, 1)
    return (float(intercept), float(slope)) if slope > 0 else None


def _line_effect(line: tuple[float, float] | None, scope: _Scope) -> float:
    """Return the share of the scope above a rising line, exactly."""
    if line is None:
        return 0.0
    intercept, slope = line

    def above(x: float) -> float:
        return float(np.clip(scope.y_high - (intercept + slope * x), 0, scope.y_high - scope.y_low))

    bends = [(edge - intercept) / slope for edge in (scope.y_low, scope.y_high)]
    inside = [x for x in bends if scope.x_low < x < scope.x_high]
    knots = sorted([scope.x_low, *inside, scope.x_high])
    heights = [above(x) for x in knots]
    return float(np.trapezoid(heights, knots)) / scope.area


def _bottleneck(x: FloatArray, y: FloatArray, levels: FloatArray, scope: _Scope) -> list[float]:
    """Return the smallest x (percent of range) at which each outcome level was reached."""
    distinct, tops = _tops(x, y[None, :])
    found = []
    for level in levels:
        reached = distinct[tops[0] >= level - 1e-12]
        least = reached[0] if len(reached) else scope.x_high
        found.append(100 * (least - scope.x_low) / (scope.x_high - scope.x_low))
    return found


def analyse_necessity(
    data: pd.DataFrame, options: NecessityOptions, progress: Progress = silent
) -> NecessityResult:
    """Return how far each condition is necessary for a high outcome.

    Necessity is about the empty upper left corner, not about the average: a condition may be
    necessary and have no regression weight, or the other way round.

    Raises:
        NotComputable: fewer than ten complete rows, or a column without spread.

    Reference: Dul (2016, 2020). Checked by hand and by a second computation in R.
    """
    rows, ceilings, columns = {}, {}, {}
    unmet, lines, cells = {}, {}, {}
    rng = np.random.default_rng(options.seed)
    share = np.linspace(0, 1, options.steps + 1)
    for done, condition in enumerate(options.conditions):
        complete = data[[condition, options.outcome]].dropna()
        x, y = (complete[c].to_numpy(dtype=float) for c in (condition, options.outcome))
        scope = _scope(x, y, options)
        effect = float(ce_fdh_effect(x, y[None, :], scope)[0])
        line = cr_fdh_line(x, y)
        drawn = _permuted(x, y, scope, rng=rng, options=options, progress=progress, done=done)
        p = (1 + float((drawn >= effect - 1e-12).sum())) / (1 + len(drawn))
        rows[condition] = {
            "n": len(x),
            "d_ce": effect,
            "d_cr": _line_effect(line, scope),
            "accuracy_cr": _accuracy(x, y, line),
            "p_ce": p if options.permutations else float("nan"),
        }
        levels = scope.y_low + share * (scope.y_high - scope.y_low)
        columns[condition] = _bottleneck(x, y, levels, scope)
        needed = scope.x_low + np.array(columns[condition]) / 100 * (scope.x_high - scope.x_low)
        unmet[condition] = (x[None, :] < needed[:, None] - 1e-9).mean(axis=1)
        if line is not None:
            lines[condition] = line
        cells[condition] = _cells(x, y, scope, options.threshold)
        ceilings[condition] = pd.DataFrame(np.column_stack(_peers(x, y)), columns=["x", "y"])
    table = pd.DataFrame.from_dict(rows, orient="index")
    table["p_adjusted"] = adjusted(table["p_ce"].to_numpy(dtype=float))
    table["is_necessary"] = (table["d_ce"] >= D_LIMIT) & (table["p_adjusted"] < 0.05)
    steps = np.round(100 * share, 6)
    return NecessityResult(
        table=table[COLUMNS],
        bottleneck=pd.DataFrame(columns, index=steps),
        unmet=pd.DataFrame(unmet, index=steps),
        ceilings=ceilings,
        lines=lines,
        cells=cells,
        findings=_findings(table),
    )


def _cells(x: FloatArray, y: FloatArray, scope: _Scope, threshold: int) -> pd.DataFrame:
    """Return how many people each cell of a grid holds, small cells left out."""
    ranges = [(scope.x_low, scope.x_high), (scope.y_low, scope.y_high)]
    counts, x_edges, y_edges = np.histogram2d(x, y, bins=GRID, range=ranges)
    i, j = np.nonzero(counts >= max(threshold, 1))
    middles = [(edges[:-1] + edges[1:]) / 2 for edges in (x_edges, y_edges)]
    columns = {"x": middles[0][i], "y": middles[1][j], "n": counts[i, j].astype(int)}
    return pd.DataFrame(columns)


def _scope(x: FloatArray, y: FloatArray, options: NecessityOptions) -> _Scope:
    if len(x) < MIN_ROWS or np.ptp(x) == 0 or np.ptp(y) == 0:
        raise NotComputable(finding("necessity_too_little", Severity.BLOCK, n=len(x)))
    if options.scope is None:
        return _Scope(float(x.min()), float(x.max()), float(y.min()), float(y.max()))
    low, high = options.scope
    return _Scope(low, high, low, high)


def _accuracy(x: FloatArray, y: FloatArray, line: tuple[float, float] | None) -> float:
    if line is None:
        return float("nan")
    return float(np.mean(y <= line[0] + line[1] * x + 1e-12))


def _permuted(
    x: FloatArray,
    y: FloatArray,
    scope: _Scope,
    *,
    rng: np.random.Generator,
    options: NecessityOptions,
    progress: Progress,
    done: int,
) -> FloatArray:
    parts: list[FloatArray] = [np.empty(0)]
    whole = len(options.conditions) * max(options.permutations, 1)
    for start in range(0, options.permutations, CHUNK):
        progress((done * options.permutations + start) / whole, "permutations")
        count = min(CHUNK, options.permutations - start)
        drawn = rng.permuted(np.tile(y, (count, 1)), axis=1)
        parts.append(ce_fdh_effect(x, drawn, scope))
    return np.concatenate(parts)


def _findings(table: pd.DataFrame) -> tuple[Finding, ...]:
    needed: Sequence[str] = [str(c) for c in table.index[table["is_necessary"]]]
    if needed:
        return (finding("conditions_necessary", Severity.NOTE, *needed),)
    return (finding("no_condition_necessary", Severity.NOTE),)
