"""The second engine: semopy refits a model and the largest difference is reported.

semopy keeps operator handlers in class-level dictionaries, so everything here runs under one
lock; it gets float64 data without gaps, plain names and a tight tolerance. Its parameters are
put into our own formulas for the standardized solution, and the two solutions are compared in
those units. Nothing shown to a user ever comes from here but the difference itself.
"""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.sem.constraints import build_constraints
from analysis.sem.model_matrices import build_structures
from analysis.sem.parameter_table import build_table
from analysis.sem.problem import Problem
from analysis.sem.standardized import standardize
from analysis.sem.syntax.expressions import number_text

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.moments import Array
    from analysis.sem.parameter_table import Row
    from analysis.sem.result import SemResult

_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class SecondEngineCheck:
    """What the second engine found.

    Args:
        version: of semopy, "" when it was not run.
        largest_difference: between standardized parameters, NaN when not done.
        parameter: where the largest difference is, ``lhs op rhs``.
        n_compared: parameters compared.
        reason_not_done: code of a sentence in sem.toml (``second_engine.<code>``), "" when done.
    """

    version: str
    largest_difference: float
    parameter: str
    n_compared: int
    reason_not_done: str


def _not_done(reason: str, version: str = "") -> SecondEngineCheck:
    return SecondEngineCheck(version, float("nan"), "", 0, reason)


def compare(result: SemResult, data: pd.DataFrame | None = None) -> SecondEngineCheck:
    """Refit ``result`` with semopy and return the largest difference of standardized values.

    ``data`` is not needed: the cases the result was fitted to are used; it is accepted so that
    a caller can hand on what it has.
    """
    del data
    reason = _why_not(result)
    if reason:
        return _not_done(reason)
    problem, scale = _scaled_problem(result)
    names = _plain_names(problem)
    text = _model_text(problem, names)
    sample = problem.moments.groups[0]
    if sample.data is None:
        return _not_done("no_raw_data")
    cases = (sample.data - sample.mean) / scale
    with _LOCK:
        version, estimates, reason = _run(text, cases, [names[n] for n in sample.names])
    if reason:
        return _not_done(reason, version)
    theta = _theta(problem, names, estimates)
    if theta is None:
        return _not_done("parameters_differ", version)
    return _compared(result, problem, theta, version)


def _why_not(result: SemResult) -> str:
    problem = result.problem
    if not result.status.converged:
        return "not_converged"
    if not result.status.identified:
        return "not_identified"
    if not result.status.admissible:
        return "not_admissible"
    if problem.estimator.discrepancy != "ML":
        return "not_ml"
    if len(problem.moments.groups) > 1:
        return "groups"
    if result.options.sampling_weights:
        return "weights"
    if len(problem.constraints.linear_rows) or not problem.constraints.is_linear:
        return "constraints"
    if problem.table.has_means and _restricts_means(problem):
        return "means"
    if any(row.op == "<~" for row in problem.table.rows):
        return "formative"
    return ""


def _restricts_means(problem: Problem) -> bool:
    """Return whether the mean structure says anything: a free intercept for each variable."""
    rows = problem.table.rows
    fixed = [
        r for r in rows if r.op == "~1" and r.lhs in problem.table.variables.endogenous_observed
    ]
    latent = [r for r in rows if r.op == "~1" and r.lhs in problem.table.variables.latent]
    return any(not r.is_free or r.label for r in fixed) or any(r.is_free or r.value for r in latent)


def _scaled_problem(result: SemResult) -> tuple[Problem, Array]:
    """Return the problem on standardized variables, when scale does not matter to the model.

    Equal labels or fixed values other than 0 and one marker tie units together; then all
    variables are only centred.
    """
    problem = result.problem
    sample = problem.moments.groups[0]
    if problem.constraints.equal_rows or not _is_scale_free(problem):
        return problem, np.ones(sample.p)
    scale = np.sqrt(np.diagonal(sample.cov))
    cov = sample.cov / np.outer(scale, scale)
    group = replace(sample, cov=cov, mean=sample.mean / scale)
    moments = replace(problem.moments, groups=(group,))
    options, table = problem.options, problem.table
    if options.std_lv:  # the same model with markers: semopy insists on a fixed loading
        options = replace(options, std_lv=False)
        table = build_table(result.specification, options, has_means=table.has_means)
    rescaled = Problem(
        table=table,
        options=options,
        estimator=problem.estimator,
        moments=moments,
        structures=build_structures(table, moments),
        constraints=build_constraints(table),
    )
    return rescaled, scale


def _is_scale_free(problem: Problem) -> bool:
    markers: dict[str, int] = {}
    for row in problem.table.rows:
        if row.is_free or row.is_exogenous or row.value == 0 or row.op in ("~1", "~*~"):
            continue
        latent = problem.table.variables.latent
        is_marker = row.op == "=~" and row.value == 1 and row.rhs not in latent
        is_unit = row.op == "~~" and row.lhs == row.rhs and row.lhs in latent
        if not (is_marker or is_unit):
            return False
        markers[row.lhs] = markers.get(row.lhs, 0) + 1
    return all(count == 1 for count in markers.values())


def _plain_names(problem: Problem) -> dict[str, str]:
    variables = problem.table.variables
    names = {name: f"y{k}" for k, name in enumerate(variables.observed)}
    return names | {name: f"F{k}" for k, name in enumerate(variables.latent)}


def _model_text(problem: Problem, names: dict[str, str]) -> str:
    """Return the model in semopy's syntax, every default written out."""
    lines = []
    labels: dict[str, str] = {}
    keys = [row.key for row in problem.table.rows if row.is_free]
    for row in problem.table.rows:
        if row.op not in ("=~", "~", "~~") or row.is_exogenous:
            continue
        factor = "" if row.is_free else f"{number_text(row.value)}*"
        if row.is_free and keys.count(row.key) > 1:
            factor = labels.setdefault(row.key, f"eq{len(labels)}") + "*"
        lines.append(f"{names[row.lhs]} {row.op} {factor}{names[row.rhs]}")
    lines += _absent_covariances(problem, names)
    return "\n".join(lines)


def _absent_covariances(problem: Problem, names: dict[str, str]) -> list[str]:
    """Return ``a ~~ 0*b`` for pairs semopy would free by itself and we do not."""
    v, position = problem.table.variables, problem.table.position
    dependent = {row.lhs for row in problem.table.rows if row.op == "~"}
    latent_x = [n for n in v.latent if n not in dependent]
    indicators = {row.rhs for row in problem.table.rows if row.op == "=~"}
    ends = [n for n in (*v.latent, *v.endogenous_observed) if n in dependent - indicators]
    found = []
    for pool in (latent_x, ends):
        pairs = [(b, a) for k, a in enumerate(pool) for b in pool[:k]]
        absent = [(b, a) for b, a in pairs if (b, "~~", a, 1) not in position]
        found += [f"{names[b]} ~~ 0*{names[a]}" for b, a in absent]
    return found


def _run(text: str, cases: Array, columns: list[str]) -> tuple[str, Any, str]:
    """Return semopy's version, its estimates and why there are none. Holds the lock."""
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import semopy
    except ImportError:
        return "", None, "not_installed"
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            model = semopy.Model(text)
            solution = model.fit(
                pd.DataFrame(cases, columns=columns),
                obj="MLW",
                options={"ftol": 1e-12, "maxiter": 400},
            )
            if not solution.success:
                return semopy.__version__, None, "did_not_converge"
            return semopy.__version__, model.inspect(se_robust=False), ""
    except Exception:  # foreign code raises anything; that it failed is the whole finding
        return semopy.__version__, None, "failed"


def _theta(problem: Problem, names: dict[str, str], estimates: Any) -> Array | None:
    """Return our parameter vector holding semopy's estimates; None if one is missing."""
    sign = {"=~": "~", "~": "~", "~~": "~~"}
    found: dict[tuple[str, str, str], float] = {}
    for lval, op, rval, value in zip(
        estimates["lval"], estimates["op"], estimates["rval"], estimates["Estimate"], strict=True
    ):
        found[lval, op, rval] = float(value)
        if op == "~~":
            found[rval, op, lval] = float(value)
    theta = np.empty(len(problem.table.free))
    for k, index in enumerate(problem.table.free):
        row = problem.table.rows[index]
        value = _mean_or_found(problem, row, names, found, sign)
        if value is None:
            return None
        theta[k] = value
    return theta


def _mean_or_found(
    problem: Problem,
    row: Row,
    names: dict[str, str],
    found: dict[tuple[str, str, str], float],
    sign: dict[str, str],
) -> float | None:
    if row.op == "~1":
        sample = problem.moments.groups[0]
        return float(sample.mean[sample.names.index(row.lhs)])
    left, right = (row.rhs, row.lhs) if row.op == "=~" else (row.lhs, row.rhs)
    value = found.get((names[left], sign[row.op], names[right]))
    if value is None and row.op == "~~" and not problem.options.fixed_x:
        sample = problem.moments.groups[0]
        return float(sample.cov[sample.names.index(row.lhs), sample.names.index(row.rhs)])
    return value


def _compared(result: SemResult, problem: Problem, theta: Array, version: str) -> SecondEngineCheck:
    theirs = standardize(problem, theta, problem.states(theta), kind="all").values
    ours = np.asarray(result.columns["std_all"])
    rows = result.problem.table.rows
    compared = [
        k for k, row in enumerate(rows) if row.op in ("=~", "~", "~~") and not row.is_exogenous
    ]
    gaps = np.abs(theirs[compared] - ours[compared])
    if not np.isfinite(gaps).all():
        return _not_done("parameters_differ", version)
    worst = int(np.argmax(gaps))
    row = rows[compared[worst]]
    return SecondEngineCheck(
        version, float(gaps[worst]), f"{row.lhs} {row.op} {row.rhs}", len(compared), ""
    )
