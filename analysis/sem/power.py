"""Power: of tests of fit by RMSEA, and of single paths by Monte Carlo.

RMSEA: the chi-square is noncentral with ncp = (n - 1) df eps^2 / groups under RMSEA eps
(MacCallum, Browne and Sugawara 1996; checked against semTools::findRMSEApower).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chndtrix

from analysis.sem.data_input import CaseData, GroupData, continuous_moments
from analysis.sem.distributions import chi2_quantile, chi2_upper, noncentral_chi2, normal_quantile
from analysis.sem.errors import SemError
from analysis.sem.fitting import build_problem
from analysis.sem.inference import infer
from analysis.sem.model_matrices import build_structures
from analysis.sem.optimise import minimise
from analysis.sem.options import SemOptions
from analysis.sem.simulate import simulate
from analysis.sem.syntax import parse
from analysis.sem.tests_of_fit import standard_test
from survey.progress import silent

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.moments import Array
    from analysis.sem.problem import Problem
    from survey.progress import Progress


def rmsea_power(
    df: int,
    n: int,
    *,
    null: float = 0.05,
    alternative: float = 0.08,
    alpha: float = 0.05,
    groups: int = 1,
) -> float:
    """Return the power to reject RMSEA = ``null`` when it is ``alternative``.

    Close fit when the alternative is larger (upper tail), not-close fit when it is smaller.
    """
    if df < 1 or n < 2 or null < 0 or alternative < 0:
        raise SemError("unknown_choice", option="df, n, RMSEA", value=f"{df}, {n}", known=("> 0",))
    ncp0, ncp1 = ((n - 1) * df * eps**2 / groups for eps in (null, alternative))
    if alternative > null:
        critical = _quantile(1 - alpha, df, ncp0)
        return 1 - noncentral_chi2(critical, df, ncp1)
    return noncentral_chi2(_quantile(alpha, df, ncp0), df, ncp1)


def _quantile(probability: float, df: int, ncp: float) -> float:
    return chi2_quantile(probability, df) if ncp == 0 else float(chndtrix(probability, df, ncp))


def rmsea_sample_size(
    df: int,
    *,
    power: float = 0.8,
    null: float = 0.05,
    alternative: float = 0.08,
    alpha: float = 0.05,
    groups: int = 1,
) -> int:
    """Return the smallest n that reaches the power; SemError beyond a million."""
    low, high = 2, 4
    options = {"null": null, "alternative": alternative, "alpha": alpha, "groups": groups}
    while rmsea_power(df, high, **options) < power:  # type: ignore[arg-type]
        low, high = high, high * 2
        if high > 2_000_000:
            raise SemError("power_out_of_reach", df=df)
    while high - low > 1:
        middle = (low + high) // 2
        if rmsea_power(df, middle, **options) < power:  # type: ignore[arg-type]
            low = middle
        else:
            high = middle
    return high


@dataclass(frozen=True, slots=True, eq=False)
class MonteCarlo:
    """What repeated samples show.

    Args:
        table: per free parameter ``lhs op rhs population mean sd mean_se bias coverage power``:
            population NaN where the population text does not give it; coverage of the
            population value by the intervals; power: share of samples with p < alpha.
        rejection: share of samples whose chi-square has p < alpha.
        replications, failed: samples asked for and those without a usable fit.
    """

    table: pd.DataFrame
    rejection: float
    replications: int
    failed: int


def monte_carlo(
    population: str,
    n: int,
    *,
    model: str | None = None,
    replications: int = 500,
    alpha: float = 0.05,
    seed: int = 20260101,
    options: SemOptions | None = None,
    progress: Progress = silent,
) -> MonteCarlo:
    """Draw samples from a population and fit a model to each (``model``: the same by default).

    Population values stand before ``*`` in ``population``; in the fitted model they only start.
    """
    text = model or _freed(population)
    options = options or SemOptions()
    children = np.random.SeedSequence(seed).spawn(replications)
    estimates: list[Array] = []
    errors: list[Array] = []
    rejected = 0
    problem: Problem | None = None
    for k, child in enumerate(children):
        progress(k / replications, "sem_power")
        frame = simulate(population, n, seed=int(child.generate_state(1)[0]))
        problem = _next_problem(problem, text, frame, options)
        fitted = _fit_once(problem)
        if fitted is None:
            continue
        estimates.append(fitted[0])
        errors.append(fitted[1])
        rejected += fitted[2] < alpha
    if problem is None or len(estimates) < 2:
        raise SemError("bootstrap_failed", asked=replications, kept=len(estimates))
    kept = len(estimates)
    table = _summary(problem, population, np.array(estimates), np.array(errors), alpha)
    return MonteCarlo(table, rejected / kept, replications, replications - kept)


def _freed(population: str) -> str:
    """Return the population model with its values as starting values, markers kept.

    The first loading of each factor keeps its population value fixed, so that the scales of
    the latent variables are those of the population.
    """
    specification = parse(population)
    first: set[str] = set()
    formulas = []
    for formula in specification.formulas:
        m = formula.modifier
        is_marker = formula.op == "=~" and formula.lhs not in first
        if formula.op == "=~":
            first.add(formula.lhs)
        if m.fixed and not is_marker and formula.op != "|":
            start = tuple(0.0 if v is None else v for v in m.fixed)
            m = replace(m, fixed=(None,), start=start)
        elif m.fixed and formula.op == "|":
            m = replace(m, fixed=())
        formulas.append(replace(formula, modifier=m))
    return replace(specification, formulas=tuple(formulas)).text()


def _next_problem(
    known: Problem | None, text: str, frame: pd.DataFrame, options: SemOptions
) -> Problem:
    """Return the problem on new data, reusing the table where moments are all that changes."""
    if known is None or known.estimator.discrepancy != "ML" or len(known.structures) > 1:
        return build_problem(parse(text), frame, options)
    names = known.moments.groups[0].names
    values = frame[list(names)].to_numpy(dtype=float)
    cases = CaseData(names, (GroupData("", values, np.arange(len(values)), None, None),), 0)
    moments = continuous_moments(cases, divisor="n")
    return replace(
        known,
        moments=moments,
        structures=build_structures(known.table, moments),
    )


def _fit_once(problem: Problem) -> tuple[Array, Array, float] | None:
    from analysis.sem.measures import model_tests
    from analysis.sem.start import starting_values

    optimum = minimise(problem, starting_values(problem.table, problem.moments), silent)
    if not optimum.has_converged:
        return None
    inference = infer(problem, optimum.theta)
    if inference.covariance is None:
        return None
    standard, scaled = standard_test(problem, problem.values(inference.states)), None
    if problem.estimator.test not in ("standard", "none"):
        standard, scaled = model_tests(problem, inference)
    test = scaled or standard
    return optimum.theta, inference.se, test.p if test.df > 0 else chi2_upper(0.0, 1)


def _summary(
    problem: Problem, population: str, estimates: Array, errors: Array, alpha: float
) -> pd.DataFrame:
    import pandas as pd

    given = {(f.lhs, f.op, f.rhs): f.modifier for f in parse(population).formulas}
    rows = [problem.table.rows[k] for k in problem.table.free]
    truth = np.array([_given(given, (row.lhs, row.op, row.rhs)) for row in rows])
    z = normal_quantile(1 - alpha / 2)
    inside = np.abs(estimates - truth) <= z * errors
    with np.errstate(divide="ignore", invalid="ignore"):
        significant = np.abs(estimates / errors) > z
    return pd.DataFrame(
        {
            "lhs": [row.lhs for row in rows],
            "op": [row.op for row in rows],
            "rhs": [row.rhs for row in rows],
            "population": truth,
            "mean": estimates.mean(axis=0),
            "sd": estimates.std(axis=0, ddof=1),
            "mean_se": errors.mean(axis=0),
            "bias": estimates.mean(axis=0) - truth,
            "coverage": np.where(np.isnan(truth), np.nan, inside.mean(axis=0)),
            "power": significant.mean(axis=0),
        }
    )


def _given(given: Mapping[tuple[str, str, str], object], key: tuple[str, str, str]) -> float:
    m = given.get(key) or (given.get((key[2], key[1], key[0])) if key[1] == "~~" else None)
    for values in (getattr(m, "fixed", ()), getattr(m, "start", ())):
        if values and values[0] is not None:
            return float(values[0])
    return float("nan")
