"""A result as a statistician expects to see it printed: fixed-width text, group after group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.sem.result import SemResult

_SECTIONS = (
    ("=~", "Latent variables"),
    ("<~", "Composites"),
    ("~", "Regressions"),
    ("~~", "Covariances"),
    ("~1", "Intercepts"),
    ("|", "Thresholds"),
    ("variance", "Variances"),
    ("~*~", "Scales"),
    (":=", "Defined parameters"),
)


def _number(value: float, digits: int = 3) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def summary_text(result: SemResult) -> str:
    """Return status, fit and estimates as text."""
    lines = _heading(result)
    if not result.status.converged:
        return "\n".join(lines)
    lines += _fit_lines(result)
    rows = _rows(result)
    labels = result.group_labels
    for g, label in enumerate(labels):
        if len(labels) > 1:
            lines += ["", f"Group {g + 1} [{label}], n = {result.n_groups[g]}"]
        lines += _parameter_lines([row for row in rows if row["group"] == g + 1])
    lines += _parameter_lines([row for row in rows if row["group"] == 0])
    return "\n".join(lines)


def _heading(result: SemResult) -> list[str]:
    estimator, problem = result.problem.estimator, result.problem
    state = "converged" if result.status.converged else "NOT CONVERGED"
    lines = [
        f"SEM, {estimator.name}: {state} after {result.optimum.iterations} iterations",
        f"  information {estimator.information}, errors {estimator.se}, test {estimator.test},"
        f" missing {result.options.missing}, data {problem.moments.kind}",
        f"  cases {result.n}, free parameters {result.n_parameters}"
        + (f", left out {problem.moments.dropped}" if problem.moments.dropped else ""),
    ]
    return lines + [f"  ! {finding.describe('en')}" for finding in result.findings]


def _fit_lines(result: SemResult) -> list[str]:
    if result.tests is None:
        return []
    lines = [""]
    for test in result.tests:
        if test is not None:
            factor = f", scaling {test.scaling:.3f}" if not math.isnan(test.scaling) else ""
            lines.append(
                f"  chi-square ({test.kind}) {test.statistic:.3f}, df {test.df:g},"
                f" p {_number(test.p)}{factor}"
            )
    if not result.status.identified:
        return lines
    fit = result.fit_measures
    suffix = next(
        (s for s in (".robust", ".scaled") if not math.isnan(fit.get(f"cfi{s}", math.nan))), ""
    )
    lines.append(
        f"  CFI{suffix} {_number(fit[f'cfi{suffix}'])}, TLI{suffix} {_number(fit[f'tli{suffix}'])},"
        f" RMSEA{suffix} {_number(fit[f'rmsea{suffix}'])}"
        f" [{_number(fit[f'rmsea.ci.lower{suffix}'])}, {_number(fit[f'rmsea.ci.upper{suffix}'])}],"
        f" SRMR {_number(fit['srmr'])}"
    )
    if "aic" in fit:
        lines.append(f"  logl {fit['logl']:.3f}, AIC {fit['aic']:.3f}, BIC {fit['bic']:.3f}")
    return lines


def _rows(result: SemResult) -> list[dict[str, Any]]:
    columns = result.columns
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _kind(row: dict[str, Any]) -> str:
    return "variance" if row["op"] == "~~" and row["lhs"] == row["rhs"] else str(row["op"])


def _parameter_lines(rows: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for kind, title in _SECTIONS:
        chosen = [row for row in rows if _kind(row) == kind]
        if not chosen:
            continue
        head = "".join(f"{name:>9}" for name in ("est", "se", "z", "p", "std.lv", "std.all"))
        lines += ["", f"{title + ':':<34}{head}"]
        lines += [_parameter_line(row) for row in chosen]
    return lines


def _parameter_line(row: dict[str, Any]) -> str:
    name = row["lhs"] if row["op"] in ("~1", ":=") else f"{row['lhs']} {row['op']} {row['rhs']}"
    if row["label"] and row["op"] != ":=":
        name += f" ({row['label']})"
    se = row["se"] if row["se"] > 0 or math.isnan(row["se"]) else math.nan
    values = (row["est"], se, row["z"], row["p"], row["std_lv"], row["std_all"])
    return f"  {name:<32}" + "".join(f"{_number(float(value)):>9}" for value in values)
