"""The coupling stage: prepared answers in, coordination with its uncertainty out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.cautions import cautions
from analysis.coupling.formulas import (
    FORMULAS,
    coordination_degree,
    coordination_index,
    coupling_degree,
    system_weights,
)
from analysis.coupling.levels import LAG_TYPES, lag_name, lag_types, level_scheme
from analysis.coupling.obstacles import gain_table, obstacle_table
from analysis.coupling.result import CouplingOptions, CouplingResult
from analysis.coupling.sensitivity import Grid, sensitivity_grid, stable_share
from analysis.coupling.strata import (
    RoleStrata,
    bootstrap_counts,
    interval,
    organisation_means,
    role_labels,
    role_means,
    role_strata,
)
from analysis.coupling.systems import (
    SystemModel,
    chosen_systems,
    item_count_weights,
    performance,
    system_model,
)
from analysis.disclosure import effective_threshold
from analysis.preparation.dataset import PreparedDataset
from survey.progress import Progress, silent

Array = NDArray[np.float64]

MIDPOINT = 0.5
"""U of somebody who answers the middle of the scale throughout."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """The organisation's means of every construct, as observed and in each draw (0..1)."""

    strata: RoleStrata
    means: Array
    draws: Array
    by_respondent: Array

    def columns(self, codes: tuple[str, ...]) -> list[int]:
        return [self.strata.columns.index(code) for code in codes]


def assess_coupling(
    prepared: PreparedDataset,
    options: CouplingOptions | None = None,
    progress: Progress = silent,
) -> CouplingResult | None:
    """Return the coupling coordination of the study's systems; None without two of them.

    The organisation's U come from construct means over roles, never from averaging
    respondents' own D (FRAMEWORK 9, fact 3). Intervals: percentiles of a bootstrap that
    resamples respondents within their role.

    Args:
        prepared: scored answers; constructs without any score are left out with a finding.
        options: what the user chose.
        progress: told the share done; may raise Cancelled.
    """
    options = options or CouplingOptions()
    scores = performance(prepared)
    answered = tuple(str(c) for c in scores.columns[scores.notna().any()])
    systems = system_model(
        chosen_systems(prepared.study, options.systems), answered, weights=options.weights
    )
    if len(systems.codes) < 2:
        return None
    progress(0.0, "coupling")
    sample = _sample(scores[list(answered)], prepared, options)
    progress(0.5, "coupling")
    result = _assess(prepared, sample, systems, options=options)
    progress(1.0, "coupling")
    return result


def _sample(scores: pd.DataFrame, prepared: PreparedDataset, options: CouplingOptions) -> _Sample:
    threshold = effective_threshold(options.threshold)
    strata = role_strata(scores, role_labels(prepared.respondents), threshold=threshold)
    counts = bootstrap_counts(strata.membership, options.bootstrap, options.seed)
    return _Sample(
        strata=strata,
        means=organisation_means(strata, options.role_weighting),
        draws=organisation_means(strata, options.role_weighting, counts=counts),
        by_respondent=organisation_means(
            strata, "respondent" if options.role_weighting == "equal" else "equal"
        ),
    )


def _assess(
    prepared: PreparedDataset, sample: _Sample, systems: SystemModel, *, options: CouplingOptions
) -> CouplingResult:
    alpha = _usable_alpha(options.alpha, len(systems.codes))
    names = {c.code: c.name for c in prepared.study.constructs}
    places = sample.columns(systems.constructs)
    u, drawn = systems.values(sample.means[places]), systems.values(sample.draws[:, places])
    degrees, probabilities = _degrees(u, drawn, alpha=alpha, boundary=options.boundary)
    grid = sensitivity_grid(
        _grid(prepared, sample, systems, alpha=alpha, options=options), boundary=options.boundary
    )
    gains = gain_table(sample.means[places], systems, alpha, names=names)
    return CouplingResult(
        systems=_system_table(sample, systems, u, drawn=drawn),
        degrees=degrees,
        level_probabilities=probabilities,
        relative=_relative(u, drawn),
        by_role=_by_role(prepared, sample, systems, alpha=alpha),
        obstacles=_obstacles(prepared, sample, systems, alpha=alpha),
        gains=gains,
        sensitivity=grid,
        stable_share=stable_share(grid),
        findings=cautions(
            strata=sample.strata,
            systems=systems,
            degrees=degrees,
            gains=gains,
            grid=grid,
            options=options,
            role_names=prepared.study.role_names,
        ),
        fingerprint=prepared.fingerprint,
        roles_pooled=pooled_roles(sample.strata),
    )


def pooled_roles(strata: RoleStrata) -> tuple[str, ...]:
    """Return the roles that are pooled wherever they answered."""
    answered = strata.counts > 0
    return tuple(
        role
        for role, hidden, some in zip(strata.roles, strata.hidden, answered, strict=True)
        if role and some.any() and bool(hidden[some].all())
    )


def _usable_alpha(alpha: tuple[float, ...], n: int) -> tuple[float, ...]:
    """Return weights summing to 1; equal ones where those given cannot be used."""
    usable = len(alpha) == n and min(alpha) >= 0 and sum(alpha) > 0
    return tuple(system_weights(alpha if usable else (), n))


def _degrees(
    u: Array, draws: Array, *, alpha: tuple[float, ...], boundary: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table of C, T, D by formula, and the bootstrap shares of the levels."""
    scheme = level_scheme("D10")
    rows, shares = [], []
    for formula in FORMULAS:
        row, codes = _one_formula(u, draws, formula, alpha=alpha, boundary=boundary)
        rows.append(row)
        shares.append([float((codes == k + 1).mean()) for k in range(len(scheme.names))])
    index = pd.Index(FORMULAS, name="formula")
    return pd.DataFrame(rows, index=index), pd.DataFrame(shares, index=index, columns=scheme.names)


def _one_formula(
    u: Array, draws: Array, formula: str, *, alpha: tuple[float, ...], boundary: str
) -> tuple[dict[str, object], NDArray[np.int64]]:
    """Return one row of the table, and the level of D in each draw."""
    scheme = level_scheme("D10")
    row: dict[str, object] = {}
    for letter, value, drawn in (
        ("C", coupling_degree(u, formula), coupling_degree(draws, formula)),
        ("T", coordination_index(u, alpha), coordination_index(draws, alpha)),
        (
            "D",
            degree := coordination_degree(u, formula, alpha=alpha),
            drawn_degree := coordination_degree(draws, formula, alpha=alpha),
        ),
    ):
        low, high = interval(drawn)
        row |= {letter: float(value), f"{letter}_low": float(low), f"{letter}_high": float(high)}
    code = int(scheme.codes(degree, boundary))
    middle = float(coordination_degree(np.full(len(u), MIDPOINT), formula, alpha=alpha))
    row |= {"level": scheme.name(code), "level_code": code, "midpoint_D": middle}
    row |= {"midpoint_level": scheme.name(int(scheme.codes(middle, boundary)))}
    return row, scheme.codes(drawn_degree, boundary)


def _system_table(sample: _Sample, systems: SystemModel, u: Array, *, drawn: Array) -> pd.DataFrame:
    low, high = interval(drawn)
    other = systems.values(sample.by_respondent[sample.columns(systems.constructs)])
    members = [
        sample.columns(tuple(np.array(systems.constructs)[row > 0])) for row in systems.weights
    ]
    return pd.DataFrame(
        {
            "name": systems.names,
            "U": u,
            "U_low": low,
            "U_high": high,
            "n": [int(sample.strata.present[:, m].any(axis=1).sum()) for m in members],
            "U_other_weighting": other,
        },
        index=pd.Index(systems.codes, name="code"),
    )


def _relative(u: Array, draws: Array) -> pd.DataFrame:
    if len(u) != 2:
        return pd.DataFrame()
    ratio, drawn = u[0] / u[1], draws[:, 0] / draws[:, 1]
    low, high = interval(drawn)
    place = int(lag_types(ratio))
    types = lag_types(drawn)
    row: dict[str, object] = {"E": float(ratio), "E_low": float(low), "E_high": float(high)}
    row |= {"type": LAG_TYPES[place] if place >= 0 else "", "type_name": lag_name(place)}
    row |= {f"P_{name}": float((types == k).mean()) for k, name in enumerate(LAG_TYPES)}
    return pd.DataFrame([row])


def _by_role(
    prepared: PreparedDataset, sample: _Sample, systems: SystemModel, *, alpha: tuple[float, ...]
) -> pd.DataFrame:
    """Return U and D of each role that may be shown."""
    means = role_means(sample.strata)[list(systems.constructs)]
    counts = pd.DataFrame(
        sample.strata.counts, index=means.index, columns=list(sample.strata.columns)
    )[list(systems.constructs)]
    rows = {}
    for role in means.index[means.notna().any(axis=1)]:
        known = means.loc[role].notna().to_numpy()
        u = _partial_values(means.loc[role].to_numpy(), systems.weights * known)
        shown = counts.loc[role].to_numpy()[known]
        row: dict[str, object] = {"name": prepared.study.role_names.get(role, role)}
        row |= {"n": int(shown.max()), **dict(zip(systems.codes, u, strict=True))}
        row |= {"D": float(coordination_degree(u, alpha=alpha))}
        row |= {"D_wang": float(coordination_degree(u, "wang", alpha=alpha))}
        rows[role] = row | {"coverage": float(known.mean())}
    columns = ["name", "n", *systems.codes, "D", "D_wang", "coverage"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.rename_axis(index="role")


def _partial_values(means: Array, weights: Array) -> Array:
    """Return each system's U over the constructs with weight, NaN where there is none."""
    total = weights.sum(axis=1)
    sums = (np.nan_to_num(means) * weights).sum(axis=1)
    u: Array = np.divide(sums, total, out=np.full(len(total), np.nan), where=total > 0)
    return u


def _obstacles(
    prepared: PreparedDataset, sample: _Sample, systems: SystemModel, *, alpha: tuple[float, ...]
) -> pd.DataFrame:
    """Return the obstacle degrees of the constraints, or of the systems' own constructs."""
    constructs = {c.code: c for c in prepared.study.constructs}
    codes = [c for c in sample.strata.columns if constructs[c].polarity == "severity"]
    weights = np.full(len(codes), 1 / max(len(codes), 1))
    if not codes:
        codes = list(systems.constructs)
        weights = np.asarray(np.array(alpha) @ systems.weights)
    places = sample.columns(tuple(codes))
    shown = np.isfinite(sample.means[places])
    codes = [code for code, keep in zip(codes, shown, strict=True) if keep]
    places, weights = [p for p, keep in zip(places, shown, strict=True) if keep], weights[shown]
    return obstacle_table(
        sample.means[places],
        sample.draws[:, places],
        weights / weights.sum() if len(weights) else weights,
        codes=codes,
        names=[constructs[c].name for c in codes],
    )


def _grid(
    prepared: PreparedDataset,
    sample: _Sample,
    systems: SystemModel,
    *,
    alpha: tuple[float, ...],
    options: CouplingOptions,
) -> Grid:
    places = sample.columns(systems.constructs)
    values = np.where(sample.strata.present > 0, sample.strata.values, np.nan)[:, places]
    by_items = system_model(
        chosen_systems(prepared.study, options.systems),
        sample.strata.columns,
        weights=item_count_weights(prepared.study),
    )
    other = "respondent" if options.role_weighting == "equal" else "equal"
    return Grid(
        means={options.role_weighting: sample.means[places], other: sample.by_respondent[places]},
        ranges=np.array([np.nanmin(values, axis=0), np.nanmax(values, axis=0)]),
        systems={"given" if options.weights else "equal": systems, "items": by_items},
        alpha=np.array(alpha),
    )
