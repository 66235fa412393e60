"""The ladder of measurement invariance: each step holds more parameters equal across groups.

Continuous items: configural, metric (loadings), scalar (+ intercepts), strict (+ residual
variances), means (+ latent means). Ordered items: configural, thresholds, loadings
(+ thresholds), means. A step is judged by its difference test and by changes of CFI and RMSEA
(Cheung and Rensvold 2002: CFI may fall by .01; Chen 2007: RMSEA may rise by .015).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.comparison import ModelComparison, compare_models
from analysis.sem.errors import SemError
from analysis.sem.fitting import build_problem, fit, solve
from analysis.sem.options import SemOptions
from analysis.sem.standardized import row_estimates
from analysis.sem.start import starting_values
from analysis.sem.syntax import parse
from survey.progress import part_of, silent

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.moments import Array
    from analysis.sem.problem import Problem
    from analysis.sem.result import SemResult
    from survey.progress import Progress

CFI_DROP = 0.01
RMSEA_RISE = 0.015

CONTINUOUS = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
    "means": ("loadings", "intercepts", "residuals", "means"),
}
ORDERED = {
    "configural": (),
    "thresholds": ("thresholds",),
    "loadings": ("thresholds", "loadings"),
    "means": ("thresholds", "loadings", "means"),
}


@dataclass(frozen=True, slots=True, eq=False)
class InvarianceStep:
    """One step: its fit, its test against the step before, and what might be released.

    Args:
        holds: the changes of CFI and RMSEA stay within the limits; None for the first step.
    """

    name: str
    equal: tuple[str, ...]
    result: SemResult
    comparison: ModelComparison | None
    holds: bool | None

    @property
    def suggestions(self) -> pd.DataFrame:
        """Equalities whose release would improve fit most (score tests, p < .01).

        Columns ``first second statistic df p``, largest first; empty for the first step.
        """
        if self.comparison is None:
            import pandas as pd

            return pd.DataFrame(columns=["first", "second", "statistic", "df", "p"])
        single = self.result.release_tests().single
        chosen = single[single["p"] < 0.01].sort_values("statistic", ascending=False)
        return chosen.reset_index(drop=True)


@dataclass(frozen=True, slots=True, eq=False)
class InvarianceLadder:
    """All steps, in order."""

    steps: tuple[InvarianceStep, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per step: ``chisq df p cfi rmsea srmr delta_chisq delta_df delta_p delta_cfi
        delta_rmsea holds``; scaled values where the estimator has them.
        """
        import pandas as pd

        rows = []
        for step in self.steps:
            measures, test = step.result.fit_measures, step.result.tests
            suffix = ".scaled" if test is not None and test[1] is not None else ""
            compared = step.comparison
            rows.append(
                {
                    "chisq": measures.get(f"chisq{suffix}"),
                    "df": measures.get(f"df{suffix}"),
                    "p": measures.get(f"pvalue{suffix}"),
                    "cfi": measures.get(f"cfi{suffix}"),
                    "rmsea": measures.get(f"rmsea{suffix}"),
                    "srmr": measures.get("srmr"),
                    "delta_chisq": None if compared is None else compared.statistic,
                    "delta_df": None if compared is None else compared.df,
                    "delta_p": None if compared is None else compared.p,
                    "delta_cfi": None if compared is None else compared.delta_cfi,
                    "delta_rmsea": None if compared is None else compared.delta_rmsea,
                    "holds": step.holds,
                }
            )
        return pd.DataFrame(rows, index=[step.name for step in self.steps])


def invariance_ladder(
    model: str,
    data: pd.DataFrame,
    options: SemOptions,
    *,
    steps: tuple[str, ...] = (),
    partial: tuple[str, ...] = (),
    progress: Progress = silent,
) -> InvarianceLadder:
    """Fit the ladder; ``options.group`` names the groups.

    Args:
        steps: names of the steps to fit, empty: all for the kind of items.
        partial: parameters released in every step (``item~1``, ``factor=~item``).

    Raises:
        SemError: no group column, an unknown step, or a model that cannot be fitted.
    """
    if options.group is None:
        raise SemError("no_group")
    known = ORDERED if options.ordered else CONTINUOUS
    chosen = steps or tuple(known)
    unknown = tuple(name for name in chosen if name not in known)
    if unknown:
        raise SemError(
            "unknown_choice", option="steps", value=", ".join(unknown), known=tuple(known)
        )
    found: list[InvarianceStep] = []
    for k, name in enumerate(chosen):
        equal = known[name]
        own = replace(
            options,
            group_equal=equal,
            group_partial=partial,
            meanstructure=True if not options.ordered else None,
        )
        inner = part_of(progress, k / len(chosen), (k + 1) / len(chosen))
        result = _fitted(model, data, own, found, progress=inner)
        found.append(_judged(name, equal, result, found[-1] if found else None))
    return InvarianceLadder(tuple(found))


def _fitted(
    model: str,
    data: pd.DataFrame,
    options: SemOptions,
    before: list[InvarianceStep],
    *,
    progress: Progress,
) -> SemResult:
    """Return the fit of one step; continuous moments are computed once for all steps."""
    if not before or options.ordered:
        return fit(model, data, options, progress=progress)
    specification = parse(model)
    known = before[0].result.problem.moments
    problem = build_problem(specification, data, options, progress=progress, known=known)
    start = _start(problem, before[-1].result)
    return solve(specification, problem, progress=progress, start=start)


def _start(problem: Problem, before: SemResult) -> Array:
    """Return a start from the estimates of the step before, where it had the parameter."""
    if not before.status.converged:
        return starting_values(problem.table, problem.moments)
    theta = np.empty(len(problem.table.free))
    estimates = row_estimates(before.problem, before.theta)
    known = before.problem.table.position
    for k, index in enumerate(problem.table.free):
        row = problem.table.rows[index]
        theta[k] = estimates[known[row.lhs, row.op, row.rhs, row.group]]
    return theta


def _judged(
    name: str, equal: tuple[str, ...], result: SemResult, before: InvarianceStep | None
) -> InvarianceStep:
    if before is None or not (result.status.identified and before.result.status.identified):
        return InvarianceStep(name, equal, result, None, None)
    comparison = compare_models(before.result, result)
    holds = comparison.delta_cfi >= -CFI_DROP and comparison.delta_rmsea <= RMSEA_RISE
    return InvarianceStep(name, equal, result, comparison, holds)
