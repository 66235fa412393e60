"""Coupling from objective indicators: units by years, with bounds that stay frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.formulas import (
    FORMULAS,
    coordination_degree,
    coordination_index,
    coupling_degree,
    system_weights,
)
from analysis.coupling.levels import lag_name, lag_types, level_scheme
from analysis.coupling.obstacles import obstacle_degrees
from analysis.coupling.weights import (
    FEWEST_UNIT_YEARS,
    combine_linear,
    critic_weights,
    entropy_weights,
    min_max,
)
from analysis.findings import Finding, Severity, finding
from survey.problems import refuse

Array = NDArray[np.float64]

DATA_WEIGHTS = frozenset({"entropy", "critic", "combined"})
"""Weightings that need units to compare."""


@dataclass(frozen=True, slots=True)
class PanelIndicator:
    """An indicator of the ledger.

    Args:
        direction: 1 when more is better, -1 when less is.
        low, high: frozen bounds (worst and target or benchmark, in the indicator's unit);
            None: the sample's own extremes.
    """

    code: str
    system: str
    direction: int = 1
    low: float | None = None
    high: float | None = None

    @property
    def has_bounds(self) -> bool:
        """Return whether both bounds are given."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True)
class PanelOptions:
    """What the user chose.

    Args:
        weighting: ``equal``, ``entropy``, ``critic``, ``combined`` (half equal or given,
            half entropy) or ``given``.
        weights: by indicator, for ``given`` and the subjective half of ``combined``.
        alpha: contribution weights of the systems; empty: equal.
    """

    weighting: str = "equal"
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    alpha: tuple[float, ...] = ()
    formula: str = "standard"
    boundary: str = "left"


@dataclass(frozen=True, slots=True, eq=False)
class PanelCoupling:
    """Coupling coordination of each unit in each year.

    Args:
        table: index (unit, year); one U per system, ``T``, ``C_… D_…`` by formula, ``level``
            (of D by the chosen formula) ``, lag``.
        scaled: index (unit, year), one column per indicator, 0..1, high = good.
        weights: index indicator; ``system, weight`` (sums to 1 in each system) ``, bounds``
            (frozen or sample).
        obstacles: index (unit, year), one column per indicator: obstacle degrees.
    """

    table: pd.DataFrame
    scaled: pd.DataFrame
    weights: pd.DataFrame
    obstacles: pd.DataFrame
    findings: tuple[Finding, ...]


def assess_panel(
    data: pd.DataFrame, indicators: tuple[PanelIndicator, ...], options: PanelOptions | None = None
) -> PanelCoupling:
    """Return the coordination degrees of units by years.

    Args:
        data: index (unit, year), one column per indicator; rows with a missing indicator are
            left out with a finding.

    Raises:
        Refusal: fewer than ten complete unit-years while the bounds or weights come from
            the sample; fewer than two systems; an indicator without its column; bounds that
            do not enclose an interval.
    """
    options = options or PanelOptions()
    _check(data, indicators)
    codes = [i.code for i in indicators]
    complete = data[codes].dropna()
    _check_size(complete, indicators, options)
    scaled = _scaled(complete, indicators)
    systems = tuple(dict.fromkeys(i.system for i in indicators))
    weights = _weights(complete, indicators, options=options)
    u = np.column_stack(
        [
            scaled.to_numpy() @ np.where([i.system == s for i in indicators], weights, 0.0)
            for s in systems
        ]
    )
    alpha = tuple(system_weights(options.alpha, len(systems)))
    shares = np.array([alpha[systems.index(i.system)] for i in indicators]) * weights
    return PanelCoupling(
        table=_degree_table(u, complete.index, systems, alpha=alpha, options=options),
        scaled=scaled,
        weights=_weight_table(indicators, weights),
        obstacles=pd.DataFrame(
            obstacle_degrees(scaled.to_numpy(), shares), index=complete.index, columns=codes
        ),
        findings=_findings(data, complete, indicators, options=options),
    )


def _check(data: pd.DataFrame, indicators: tuple[PanelIndicator, ...]) -> None:
    absent = [i.code for i in indicators if i.code not in data.columns]
    if absent:
        raise refuse("panel_column_missing", "、".join(absent))
    if len({i.system for i in indicators}) < 2:
        raise refuse("panel_one_system")
    for indicator in indicators:
        low, high = indicator.low, indicator.high
        if low is not None and high is not None and not low < high:
            raise refuse("panel_bounds", indicator.code, low=low, high=high)


def _check_size(
    complete: pd.DataFrame, indicators: tuple[PanelIndicator, ...], options: PanelOptions
) -> None:
    from_sample = options.weighting in DATA_WEIGHTS or not all(i.has_bounds for i in indicators)
    if not len(complete) or (from_sample and len(complete) < FEWEST_UNIT_YEARS):
        raise refuse("panel_too_few", n=len(complete), needed=FEWEST_UNIT_YEARS)


def _scaled(complete: pd.DataFrame, indicators: tuple[PanelIndicator, ...]) -> pd.DataFrame:
    """Return each indicator on 0..1, by its frozen bounds or the sample's extremes."""
    columns = {}
    for indicator in indicators:
        values = complete[indicator.code].to_numpy(dtype=float)
        if indicator.low is not None and indicator.high is not None:
            scaled = np.clip((values - indicator.low) / (indicator.high - indicator.low), 0.0, 1.0)
            columns[indicator.code] = 1 - scaled if indicator.direction < 0 else scaled
        else:
            columns[indicator.code] = min_max(values[:, None], (indicator.direction,))[:, 0]
    return pd.DataFrame(columns, index=complete.index)


def _weights(
    complete: pd.DataFrame,
    indicators: tuple[PanelIndicator, ...],
    *,
    options: PanelOptions,
) -> Array:
    """Return the weight of each indicator inside its system."""
    result = np.zeros(len(indicators))
    for system in dict.fromkeys(i.system for i in indicators):
        places = [k for k, i in enumerate(indicators) if i.system == system]
        codes = [indicators[k].code for k in places]
        signs = [indicators[k].direction for k in places]
        values = complete[codes].to_numpy(dtype=float)
        result[places] = _one_system(values, signs, _given(codes, options), options.weighting)
    return result


def _given(codes: list[str], options: PanelOptions) -> Array:
    given = np.array([max(float(options.weights.get(code, 0.0)), 0.0) for code in codes])
    return given if given.sum() > 0 else np.ones(len(codes))


def _one_system(values: Array, signs: list[int], given: Array, weighting: str) -> Array:
    if weighting == "entropy":
        return entropy_weights(values, signs)
    if weighting == "critic":
        return critic_weights(values, signs)
    if weighting == "combined":
        return combine_linear(given, entropy_weights(values, signs))
    chosen = given if weighting == "given" else np.ones(len(given))
    return np.asarray(chosen / chosen.sum())


def _degree_table(
    u: Array,
    index: pd.Index,
    systems: tuple[str, ...],
    *,
    alpha: tuple[float, ...],
    options: PanelOptions,
) -> pd.DataFrame:
    table = pd.DataFrame(u, index=index, columns=list(systems))
    table["T"] = coordination_index(u, alpha)
    for formula in FORMULAS:
        table[f"C_{formula}"] = coupling_degree(u, formula)
        table[f"D_{formula}"] = coordination_degree(u, formula, alpha=alpha)
    scheme = level_scheme("D10")
    codes = scheme.codes(table[f"D_{options.formula}"].to_numpy(), options.boundary)
    table["level"] = [scheme.name(int(code)) for code in codes]
    if len(systems) == 2:
        with np.errstate(divide="ignore", invalid="ignore"):
            places = lag_types(u[:, 0] / u[:, 1])
        table["lag"] = [lag_name(int(place)) for place in places]
    return table


def _weight_table(indicators: tuple[PanelIndicator, ...], weights: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "system": [i.system for i in indicators],
            "weight": weights,
            "bounds": ["frozen" if i.has_bounds else "sample" for i in indicators],
        },
        index=pd.Index([i.code for i in indicators], name="indicator"),
    )


def _findings(
    data: pd.DataFrame,
    complete: pd.DataFrame,
    indicators: tuple[PanelIndicator, ...],
    *,
    options: PanelOptions,
) -> tuple[Finding, ...]:
    found = []
    if len(complete) < len(data):
        found.append(finding("panel_rows_left_out", Severity.CAUTION, k=len(data) - len(complete)))
    moving = [i.code for i in indicators if not i.has_bounds]
    if moving:
        found.append(finding("panel_bounds_of_sample", Severity.CAUTION, *moving))
    constant = [i.code for i in indicators if complete[i.code].nunique() < 2]
    if constant:
        found.append(finding("panel_constant", Severity.CAUTION, *constant))
    if len(complete) < FEWEST_UNIT_YEARS:
        values = {"n": len(complete), "needed": FEWEST_UNIT_YEARS}
        found.append(finding("panel_points_only", Severity.CAUTION, **values))
    if options.weighting in DATA_WEIGHTS:
        found.append(finding("panel_weights_of_sample", Severity.NOTE))
    return tuple(found)
