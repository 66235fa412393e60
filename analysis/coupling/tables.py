"""The tables of a coupling assessment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.bca import Drawn
from analysis.coupling.formulas import (
    FORMULAS,
    coordination_degree,
    coordination_index,
    coupling_degree,
)
from analysis.coupling.levels import LAG_TYPES, LevelScheme, lag_name, lag_types, level_scheme
from analysis.coupling.obstacles import obstacle_table
from analysis.coupling.strata import RoleStrata, role_means
from analysis.coupling.systems import SystemModel
from analysis.preparation.dataset import PreparedDataset

Array = NDArray[np.float64]

MIDPOINT = 0.5
"""U of somebody who answers the middle of the scale throughout."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The organisation's means of every construct, as observed and in each draw (0..1)."""

    strata: RoleStrata
    means: Array
    draws: Array
    by_respondent: Array
    left_out: Array | None = None
    """Without each respondent, n x k; None where percentile intervals were asked for."""

    def columns(self, codes: tuple[str, ...]) -> list[int]:
        return [self.strata.columns.index(code) for code in codes]


def degree_tables(
    drawn: Drawn, *, alpha: tuple[float, ...], boundary: str, levels: str = "D10"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table of C, T, D by formula, and the bootstrap shares of the levels."""
    scheme = level_scheme(levels)
    rows, shares = [], []
    for formula in FORMULAS:
        row, codes = _one_formula(drawn, formula, alpha=alpha, boundary=boundary, scheme=scheme)
        rows.append(row)
        shares.append([float((codes == k + 1).mean()) for k in range(len(scheme.names))])
    index = pd.Index(FORMULAS, name="formula")
    return pd.DataFrame(rows, index=index), pd.DataFrame(shares, index=index, columns=scheme.names)


def _one_formula(
    drawn: Drawn, formula: str, *, alpha: tuple[float, ...], boundary: str, scheme: LevelScheme
) -> tuple[dict[str, object], NDArray[np.int64]]:
    """Return one row of the table, and the level of D in each draw."""
    u = drawn.u
    statistics: dict[str, Callable[[Array], Array]] = {
        "C": lambda values: coupling_degree(values, formula),
        "T": lambda values: coordination_index(values, alpha),
        "D": lambda values: coordination_degree(values, formula, alpha=alpha),
    }
    row: dict[str, object] = {}
    for letter, statistic in statistics.items():
        low, high = drawn.interval(statistic)
        row |= {letter: float(statistic(u)), f"{letter}_low": float(low)}
        row |= {f"{letter}_high": float(high)}
    degree, drawn_degree = statistics["D"](u), statistics["D"](drawn.draws)
    code = int(scheme.codes(degree, boundary))
    middle = float(coordination_degree(np.full(len(u), MIDPOINT), formula, alpha=alpha))
    c_level = level_scheme("C4")
    row["C_level"] = c_level.name(int(c_level.codes(coupling_degree(u, formula), boundary)))
    row |= {"level": scheme.name(code), "level_code": code, "midpoint_D": middle}
    row |= {"midpoint_level": scheme.name(int(scheme.codes(middle, boundary)))}
    return row, scheme.codes(drawn_degree, boundary)


def system_table(sample: Sample, systems: SystemModel, drawn: Drawn) -> pd.DataFrame:
    low, high = drawn.interval(lambda values: values)
    other = systems.values(sample.by_respondent[sample.columns(systems.constructs)])
    members = [
        sample.columns(tuple(np.array(systems.constructs)[row > 0])) for row in systems.weights
    ]
    return pd.DataFrame(
        {
            "name": systems.names,
            "U": drawn.u,
            "U_low": low,
            "U_high": high,
            "n": [int(sample.strata.present[:, m].any(axis=1).sum()) for m in members],
            "U_other_weighting": other,
        },
        index=pd.Index(systems.codes, name="code"),
    )


def relative_table(drawn: Drawn) -> pd.DataFrame:
    if len(drawn.u) != 2:
        return pd.DataFrame()
    ratio = _ratio(drawn.u)
    low, high = drawn.interval(_ratio)
    place = int(lag_types(ratio))
    types = lag_types(_ratio(drawn.draws))
    row: dict[str, object] = {"E": float(ratio), "E_low": float(low), "E_high": float(high)}
    row |= {"type": LAG_TYPES[place] if place >= 0 else "", "type_name": lag_name(place)}
    row |= {f"P_{name}": float((types == k).mean()) for k, name in enumerate(LAG_TYPES)}
    return pd.DataFrame([row])


def _ratio(u: Array) -> Array:
    return np.asarray(u[..., 0] / u[..., 1])


def by_role_table(
    prepared: PreparedDataset, sample: Sample, systems: SystemModel, *, alpha: tuple[float, ...]
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


def obstacles_table(
    prepared: PreparedDataset, sample: Sample, systems: SystemModel, *, alpha: tuple[float, ...]
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
