"""Mediation: simple, parallel and serial, also moderated, with bootstrap intervals.

Associations under a model, not causes: a cross-section cannot show that X moves M.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

import numpy as np
import pandas as pd

from analysis.comparison.distributions import t_quantile, t_two_sided
from analysis.comparison.path_system import (
    CHUNK,
    Equation,
    coefficients,
    cross_products,
    interval,
    jackknife_products,
    ols,
    resample_counts,
)
from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray
from survey.progress import Progress, silent

PATH_COLUMNS = ["outcome", "predictor", "b", "se", "t", "p", "low", "high"]
EFFECT_COLUMNS = ["estimate", "se", "low", "high", "standardized", "share"]

IntervalKind = Literal["percentile", "bc", "bca"]
Moderated = Literal["a", "b", "direct"]


@dataclass(frozen=True, slots=True)
class MediationOptions:
    """What the user chose.

    Args:
        x, y: columns; ``mediators``: in their order for a serial chain.
        serial: each mediator also acts on the later ones.
        covariates: columns in every equation.
        moderator: column that changes the paths named in ``moderated`` (a: X to mediators, b:
            mediators to Y, direct: X to Y); "" for none. Not with ``serial``.
        interval: kind of bootstrap interval.
    """

    x: str
    y: str
    mediators: tuple[str, ...]
    serial: bool = False
    covariates: tuple[str, ...] = ()
    moderator: str = ""
    moderated: tuple[Moderated, ...] = ()
    bootstrap: int = 5000
    interval: IntervalKind = "percentile"
    level: float = 0.95
    seed: int = 20260101


@dataclass(frozen=True, slots=True, eq=False)
class MediationResult:
    """Paths and effects.

    Args:
        paths: one row per coefficient: ``outcome, predictor, b, se, t, p, low, high`` (least
            squares, model-based errors).
        effects: index effect: ``total`` (without moderator), ``direct``, ``indirect`` (sum),
            ``X -> M1 -> Y`` …, and contrasts ``(…) - (…)``; with a moderator conditional
            effects ``… | W = value`` at its 16th, 50th and 84th percentile and ``index`` of
            moderated mediation. Columns ``estimate, se`` (bootstrap) ``, low, high,
            standardized`` (in SDs of Y per SD of X) ``, share`` (of the total effect).
        r2: R² by outcome.
        n: complete rows.
    """

    paths: pd.DataFrame
    effects: pd.DataFrame
    r2: dict[str, float]
    n: int
    options: MediationOptions
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _System:
    """Columns and equations of one mediation."""

    names: tuple[str, ...]
    values: FloatArray
    mediators: tuple[Equation, ...]
    outcome: Equation
    total: Equation
    at: tuple[float, ...]
    """Values of the moderator at which effects are given; empty without."""

    def place(self, name: str) -> int:
        return self.names.index(name)


def _system(data: pd.DataFrame, options: MediationOptions) -> _System:
    w, ms = options.moderator, list(options.mediators)
    plain = [options.x, *ms, options.y, *options.covariates, *([w] if w else [])]
    complete = data[plain].dropna().astype(float)
    if complete.empty:
        raise NotComputable(finding("no_complete_rows", Severity.BLOCK))
    columns: dict[str, FloatArray] = {"1": np.ones(len(complete))}
    columns.update({name: complete[name].to_numpy() for name in plain})
    for name in (options.x, *ms) if w else ():
        columns[_product(name, w)] = columns[name] * columns[w]
    names = tuple(columns)
    base = ["1", options.x, *options.covariates, *([w] if w else [])]
    a_terms = [*base, *([_product(options.x, w)] if "a" in options.moderated else [])]
    y_terms = [
        *base,
        *ms,
        *([_product(options.x, w)] if "direct" in options.moderated else []),
        *([_product(m, w) for m in ms] if "b" in options.moderated else []),
    ]

    def equation(outcome: str, terms: Sequence[str]) -> Equation:
        return Equation(names.index(outcome), tuple(names.index(t) for t in terms))

    chain = [equation(m, [*a_terms, *(ms[:i] if options.serial else [])]) for i, m in enumerate(ms)]
    at = tuple(np.quantile(columns[w], [0.16, 0.5, 0.84])) if w else ()
    return _System(
        names=names,
        values=np.column_stack(list(columns.values())),
        mediators=tuple(chain),
        outcome=equation(options.y, y_terms),
        total=equation(options.y, base),
        at=tuple(float(value) for value in at),
    )


def _product(first: str, second: str) -> str:
    return f"{first}:{second}"


class _Effects:
    """Effects of every draw, computed from cross products."""

    def __init__(self, system: _System, options: MediationOptions) -> None:
        self.system, self.options = system, options

    def of(self, products: FloatArray) -> dict[str, FloatArray]:
        """Return name → draws of each effect."""
        s, o = self.system, self.options
        a = [self._named(e, products) for e in s.mediators]
        b = self._named(s.outcome, products)
        if o.moderator:
            return self._conditional(a, b)
        found = {
            "total": self._named(s.total, products)[o.x],
            "direct": b[o.x],
        }
        specific = self._serial(a, b) if o.serial else self._parallel(a, b)
        found["indirect"] = sum(specific.values(), np.zeros(len(products)))
        found.update(specific)
        for (one, first), (other, second) in combinations(specific.items(), 2):
            found[f"({one}) - ({other})"] = first - second
        return found

    def _named(self, equation: Equation, products: FloatArray) -> dict[str, FloatArray]:
        values = coefficients(products, equation)
        return {self.system.names[p]: values[:, i] for i, p in enumerate(equation.predictors)}

    def _parallel(
        self, a: list[dict[str, FloatArray]], b: dict[str, FloatArray]
    ) -> dict[str, FloatArray]:
        o = self.options
        return {
            f"{o.x} → {m} → {o.y}": equation[o.x] * b[m]
            for m, equation in zip(o.mediators, a, strict=True)
        }

    def _serial(
        self, a: list[dict[str, FloatArray]], b: dict[str, FloatArray]
    ) -> dict[str, FloatArray]:
        """Every chain through one or more mediators in their order."""
        o = self.options
        found: dict[str, FloatArray] = {}
        for size in range(1, len(o.mediators) + 1):
            for chain in combinations(range(len(o.mediators)), size):
                effect = a[chain[0]][o.x]
                for before, after in pairwise(chain):
                    effect = effect * a[after][o.mediators[before]]
                names = " → ".join([o.x, *(o.mediators[i] for i in chain), o.y])
                found[names] = effect * b[o.mediators[chain[-1]]]
        return found

    def _conditional(
        self, a: list[dict[str, FloatArray]], b: dict[str, FloatArray]
    ) -> dict[str, FloatArray]:
        o = self.options
        found: dict[str, FloatArray] = {}
        zero = np.zeros(len(b[o.x]))
        for value in self.system.at:
            label = f"| {o.moderator} = {value:.4g}"
            slope = b.get(_product(o.x, o.moderator), zero)
            found[f"direct {label}"] = b[o.x] + value * slope
            for m, equation in zip(o.mediators, a, strict=True):
                a_at = equation[o.x] + value * equation.get(_product(o.x, o.moderator), zero)
                b_at = b[m] + value * b.get(_product(m, o.moderator), zero)
                found[f"{o.x} → {m} → {o.y} {label}"] = a_at * b_at
        for m, equation in zip(o.mediators, a, strict=True):
            a_slope = equation.get(_product(o.x, o.moderator), zero)
            b_slope = b.get(_product(m, o.moderator), zero)
            if "a" in o.moderated and "b" not in o.moderated:
                found[f"index {m}"] = a_slope * b[m]
            elif "b" in o.moderated and "a" not in o.moderated:
                found[f"index {m}"] = equation[o.x] * b_slope
        return found


def mediate(
    data: pd.DataFrame, options: MediationOptions, progress: Progress = silent
) -> MediationResult:
    """Return paths and effects of X on Y through the mediators, over complete rows.

    Indirect effects are products of regression coefficients; their intervals come from
    resampling respondents (5,000 draws by default), since products are not normal.

    Raises:
        NotComputable: too few rows, a constant or collinear column, serial with moderator.

    Reference: Preacher & Hayes (2008); Hayes (2015) for the index. Estimates checked against R
    lm, coverage of the interval by simulation.
    """
    if options.serial and options.moderator:
        raise NotComputable(finding("mediation_serial_moderated", Severity.BLOCK))
    system = _system(data, options)
    n, p = system.values.shape
    if n < p + 2:
        raise NotComputable(finding("mediation_too_few", Severity.BLOCK, n=n))
    if np.linalg.matrix_rank(system.values - np.append(0.0, system.values[:, 1:].mean(axis=0))) < p:
        raise NotComputable(finding("regression_collinear", Severity.BLOCK))
    effects = _Effects(system, options)
    estimates = effects.of((system.values.T @ system.values)[None])
    drawn = _bootstrap(system, effects, options, progress)
    jackknife = (
        effects.of(jackknife_products(system.values)) if options.interval == "bca" else estimates
    )
    rows = {
        name: _effect_row(
            value=float(estimates[name][0]),
            draws=drawn[name],
            jackknife=jackknife[name],
            options=options,
        )
        for name in estimates
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=EFFECT_COLUMNS)
    _standardize(table, system, options)
    paths, r2 = _paths(system, options)
    return MediationResult(paths, table, r2, n, options, tuple(_findings(table, options)))


def _bootstrap(
    system: _System, effects: _Effects, options: MediationOptions, progress: Progress
) -> dict[str, FloatArray]:
    rng = np.random.default_rng(options.seed)
    parts: dict[str, list[FloatArray]] = {}
    for start in range(0, options.bootstrap, CHUNK):
        progress(start / options.bootstrap, "bootstrap")
        count = min(CHUNK, options.bootstrap - start)
        counts = resample_counts(rng, len(system.values), count)
        for name, values in effects.of(cross_products(system.values, counts)).items():
            parts.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in parts.items()}


def _effect_row(
    *,
    value: float,
    draws: FloatArray,
    jackknife: FloatArray,
    options: MediationOptions,
) -> dict[str, float]:
    low, high = interval(draws, value, jackknife, kind=options.interval, level=options.level)
    return {
        "estimate": value,
        "se": float(draws.std(ddof=1)),
        "low": low,
        "high": high,
        "standardized": float("nan"),
        "share": float("nan"),
    }


def _standardize(table: pd.DataFrame, system: _System, options: MediationOptions) -> None:
    """Fill in the effects in SDs and as shares of the total; not for the index."""
    sd = system.values.std(axis=0, ddof=1)
    ratio = sd[system.place(options.x)] / sd[system.place(options.y)]
    is_effect = ~table.index.str.startswith("index")
    table.loc[is_effect, "standardized"] = table.loc[is_effect, "estimate"] * ratio
    if "total" in table.index:
        estimates = dict(zip(table.index, table["estimate"].to_numpy(dtype=float), strict=True))
        plain = [name for name in table.index if not name.startswith("(")]
        if abs(estimates["total"]) > 1e-12:
            table.loc[plain, "share"] = table.loc[plain, "estimate"] / estimates["total"]


def _paths(system: _System, options: MediationOptions) -> tuple[pd.DataFrame, dict[str, float]]:
    rows, r2 = [], {}
    for equation in (*system.mediators, system.outcome):
        b, covariance, df, share = ols(system.values, equation)
        outcome = system.names[equation.outcome]
        r2[outcome] = share
        se = np.sqrt(np.diag(covariance))
        reach = t_quantile((1 + options.level) / 2, df)
        for place, estimate, error in zip(equation.predictors, b, se, strict=True):
            name = "(Intercept)" if place == 0 else system.names[place]
            ratio = estimate / error
            p = float(t_two_sided(ratio, df))
            low, high = estimate - reach * error, estimate + reach * error
            rows.append((outcome, name, estimate, error, ratio, p, low, high))
    return pd.DataFrame(rows, columns=PATH_COLUMNS), r2


def _findings(table: pd.DataFrame, options: MediationOptions) -> list[Finding]:
    found = [finding("mediation_is_association", Severity.NOTE)]
    if options.bootstrap < 1000:
        found.append(finding("few_draws", Severity.CAUTION, draws=options.bootstrap))
    if "total" in table.index:
        total, indirect = (table.loc[name] for name in ("total", "indirect"))
        signs = np.sign([float(str(total["estimate"])), float(str(indirect["estimate"]))])
        if (
            signs[0] * signs[1] < 0
            and float(str(indirect["low"])) * float(str(indirect["high"])) > 0
        ):
            found.append(finding("mediation_opposite", Severity.NOTE))
    return found
