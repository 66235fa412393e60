"""Data from a specification: population values from the model text or from a fitted result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.errors import SemError
from analysis.sem.model_matrices import build_structures, evaluate
from analysis.sem.moments import GroupMoments, SampleMoments
from analysis.sem.options import SemOptions
from analysis.sem.parameter_table import build_table
from analysis.sem.syntax import parse

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.model_matrices import GroupState, GroupStructure
    from analysis.sem.moments import Array
    from analysis.sem.parameter_table import Row
    from analysis.sem.specification import Specification

DEFAULTS = SemOptions(fixed_x=False, std_lv=False, conditional_x=False)


def simulate(
    model: str | Specification,
    n: int | tuple[int, ...],
    *,
    seed: int = 20260101,
    options: SemOptions = DEFAULTS,
) -> pd.DataFrame:
    """Return normal data of the population a model text describes.

    Numbers before ``*`` (or in ``start()``) are the population values. What is not given:
    loadings and variances 1, the rest 0. Variables with thresholds (``y | -1*t1 + 1*t2``)
    come out as categories 1, 2, … With several n there is a column ``group`` (1, 2, …).

    Raises:
        SemError: the population covariance matrix is not positive definite.
    """
    specification = parse(model) if isinstance(model, str) else model
    sizes = (n,) if isinstance(n, int) else tuple(n)
    structures, states = population(specification, len(sizes), options)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    frames = []
    for g, size in enumerate(sizes):
        frame = _draw(structures[g], states[g], size, rng)
        if len(sizes) > 1:
            frame["group"] = str(g + 1)
        frames.append(frame)
    import pandas as pd

    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def population(
    specification: Specification, n_groups: int, options: SemOptions = DEFAULTS
) -> tuple[tuple[GroupStructure, ...], tuple[GroupState, ...]]:
    """Return matrices and implied moments of the population, group by group."""
    options = replace(options, fixed_x=False, conditional_x=False)
    counts: dict[str, int] = {}
    for formula in specification.formulas:
        if formula.op == "|":
            counts[formula.lhs] = max(counts.get(formula.lhs, 1), int(formula.rhs[1:]) + 1)
    table = build_table(
        specification,
        options,
        n_groups=n_groups,
        has_means=True,
        levels=tuple(sorted(counts.items())),
    )
    names = table.variables.observed
    dummy = GroupMoments("", 2.0, names, np.eye(len(names)), np.zeros(len(names)))
    structures = build_structures(table, SampleMoments((dummy,) * n_groups))
    theta = np.array([_population_value(table.rows[k]) for k in table.free])
    states = tuple(evaluate(structure, theta) for structure in structures)
    return structures, states


def _population_value(row: Row) -> float:
    if row.start == row.start:
        return row.start
    return 1.0 if row.op == "=~" or (row.op == "~~" and row.lhs == row.rhs) else 0.0


def _draw(
    structure: GroupStructure, state: GroupState, n: int, rng: np.random.Generator
) -> pd.DataFrame:
    import pandas as pd

    try:
        root = np.linalg.cholesky(state.Sigma)
    except np.linalg.LinAlgError as trouble:
        raise SemError("population_not_positive", names=structure.observed) from trouble
    values: Array = rng.standard_normal((n, structure.p)) @ root.T + state.mu
    frame = pd.DataFrame(values, columns=list(structure.observed))
    for k in np.unique(structure.threshold_of):
        cuts = np.sort(state.tau[structure.threshold_of == k])
        frame[structure.observed[k]] = 1.0 + np.searchsorted(cuts, values[:, k])
    return frame
