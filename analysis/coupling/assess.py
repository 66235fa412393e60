"""The coupling stage: prepared answers in, coordination with its uncertainty out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.bca import Drawn
from analysis.coupling.cautions import cautions
from analysis.coupling.formulas import (
    system_weights,
)
from analysis.coupling.obstacles import gain_table
from analysis.coupling.result import CouplingOptions, CouplingResult
from analysis.coupling.sensitivity import Grid, sensitivity_grid, stable_share
from analysis.coupling.strata import (
    RoleStrata,
    bootstrap_counts,
    left_out_means,
    organisation_means,
    role_labels,
    role_strata,
)
from analysis.coupling.systems import (
    WEIGHTINGS,
    SystemModel,
    chosen_systems,
    construct_weights,
    performance,
    system_model,
)
from analysis.coupling.tables import (
    Sample,
    by_role_table,
    degree_tables,
    obstacles_table,
    relative_table,
    system_table,
)
from analysis.coupling.weighting import Weighing, weigh
from analysis.disclosure import effective_threshold
from analysis.preparation.dataset import PreparedDataset
from survey.progress import Progress, silent

if TYPE_CHECKING:
    from analysis.sem import SemResult

Array = NDArray[np.float64]


def assess_coupling(
    prepared: PreparedDataset,
    options: CouplingOptions | None = None,
    progress: Progress = silent,
    *,
    sem: SemResult | None = None,
) -> CouplingResult | None:
    """Return the coupling coordination of the study's systems; None without two of them.

    The organisation's U come from construct means over roles, never from averaging
    respondents' own D (FRAMEWORK 9, fact 3). Intervals: percentiles of a bootstrap that
    resamples respondents within their role.

    Args:
        prepared: scored answers; constructs without any score are left out with a finding.
        options: what the user chose.
        progress: told the share done; may raise Cancelled.
        sem: the fitted model, for weights from its loadings.
    """
    options = options or CouplingOptions()
    scores = performance(prepared)
    answered = tuple(str(c) for c in scores.columns[scores.notna().any()])
    chosen = chosen_systems(prepared.study, options.systems)
    weighing = weigh(prepared, chosen, options, answered=answered, sem=sem)
    systems = system_model(chosen, answered, weights=weighing.values)
    if len(systems.codes) < 2:
        return None
    progress(0.0, "coupling")
    sample = _sample(scores[list(answered)], prepared, options)
    progress(0.5, "coupling")
    result = _assess(prepared, sample, systems, options=options, weighing=weighing)
    progress(1.0, "coupling")
    return result


def _sample(scores: pd.DataFrame, prepared: PreparedDataset, options: CouplingOptions) -> Sample:
    threshold = effective_threshold(options.threshold)
    strata = role_strata(scores, role_labels(prepared.respondents), threshold=threshold)
    counts = bootstrap_counts(strata.membership, options.bootstrap, options.seed)
    return Sample(
        strata=strata,
        means=organisation_means(strata, options.role_weighting),
        draws=organisation_means(strata, options.role_weighting, counts=counts),
        by_respondent=organisation_means(
            strata, "respondent" if options.role_weighting == "equal" else "equal"
        ),
        left_out=left_out_means(strata, options.role_weighting)
        if options.intervals == "bca"
        else None,
    )


def _assess(
    prepared: PreparedDataset,
    sample: Sample,
    systems: SystemModel,
    *,
    options: CouplingOptions,
    weighing: Weighing,
) -> CouplingResult:
    asked = options.alpha or (() if systems.empty else weighing.alpha)
    alpha = _usable_alpha(asked, len(systems.codes))
    names = {c.code: c.name for c in prepared.study.constructs}
    places = sample.columns(systems.constructs)
    left_out = sample.left_out
    drawn = Drawn(
        u=systems.values(sample.means[places]),
        draws=systems.values(sample.draws[:, places]),
        left_out=None if left_out is None else systems.values(left_out[:, places]),
        membership=sample.strata.membership,
    )
    degrees, probabilities = degree_tables(
        drawn, alpha=alpha, boundary=options.boundary, levels=options.levels
    )
    grid = sensitivity_grid(
        _grid(
            prepared,
            sample,
            systems,
            alpha=alpha,
            options=options,
            printed=next((s for s in weighing.sources.values() if s != "equal"), "equal"),
        ),
        boundary=options.boundary,
        levels=options.levels,
    )
    gains = gain_table(sample.means[places], systems, alpha, names=names)
    return CouplingResult(
        systems=system_table(sample, systems, drawn),
        degrees=degrees,
        level_probabilities=probabilities,
        relative=relative_table(drawn),
        by_role=by_role_table(prepared, sample, systems, alpha=alpha),
        obstacles=obstacles_table(prepared, sample, systems, alpha=alpha),
        gains=gains,
        sensitivity=grid,
        stable_share=stable_share(grid),
        findings=cautions(
            strata=sample.strata,
            systems=systems,
            degrees=degrees,
            gains=gains,
            grid=grid,
            options=replace(options, alpha=asked),
            known=tuple(s.code for s in prepared.study.systems),
            role_names=prepared.study.role_names,
        )
        + weighing.findings,
        weights=_weights_table(systems, weighing),
        consistency=weighing.consistency,
        fingerprint=prepared.fingerprint,
        roles_pooled=pooled_roles(sample.strata),
        levels=options.levels,
    )


def _weights_table(systems: SystemModel, weighing: Weighing) -> pd.DataFrame:
    """Return the weight of each construct in its system, and where it comes from."""
    rows = [
        (construct, code, float(row[place]), weighing.sources.get(code, "equal"))
        for code, row in zip(systems.codes, systems.weights, strict=True)
        for place, construct in enumerate(systems.constructs)
        if row[place] > 0
    ]
    table = pd.DataFrame(rows, columns=["construct", "system", "weight", "source"])
    return table.set_index("construct")


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


def _grid(
    prepared: PreparedDataset,
    sample: Sample,
    systems: SystemModel,
    *,
    alpha: tuple[float, ...],
    options: CouplingOptions,
    printed: str,
) -> Grid:
    places = sample.columns(systems.constructs)
    values = np.where(sample.strata.present > 0, sample.strata.values, np.nan)[:, places]
    chosen = chosen_systems(prepared.study, options.systems)
    variants = {printed: systems}
    for weighting in WEIGHTINGS:
        if weighting != printed:
            weights = construct_weights(prepared, chosen, weighting)
            variants[weighting] = system_model(chosen, sample.strata.columns, weights=weights)
    other = "respondent" if options.role_weighting == "equal" else "equal"
    return Grid(
        means={options.role_weighting: sample.means[places], other: sample.by_respondent[places]},
        ranges=np.array([np.nanmin(values, axis=0), np.nanmax(values, axis=0)]),
        systems=variants,
        alpha=np.array(alpha),
    )
