"""The CFA marker technique: does what the marker measures sit in the other items too?

Williams, Hartman & Cavazotte (2010), doi 10.1177/1094428110366036. The marker is a construct that
theory says has nothing to do with the others; its factor is let into their items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.findings import Finding, Severity, finding
from analysis.measurement.confirmatory import cfa_syntax
from analysis.not_computable import NotComputable
from survey.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analysis.sem import SemResult

MODELS = ("cfa", "baseline", "method_c", "method_u", "method_r")
TESTS = (("baseline", "method_c"), ("method_c", "method_u"))
MODEL_COLUMNS = ["chisq", "df", "cfi", "rmsea", "is_usable"]
TEST_COLUMNS = ["restricted", "freed", "chisq", "df", "p"]
METHOD_LABEL = "mk_"


@dataclass(frozen=True, slots=True, eq=False)
class MarkerModels:
    """The five models and their comparison.

    Args:
        marker: code of the marker construct.
        n: complete rows.
        models: index ``cfa, baseline, method_c, method_u, method_r``; chisq df cfi rmsea
            is_usable.
        tests: likelihood-ratio tests: restricted, freed, chisq, df, p. ``baseline`` against
            ``method_c``: is there a method effect; ``method_c`` against ``method_u``: is it
            unequal over items; the method model kept against ``method_r``: does it change the
            correlations of the constructs.
        method: ``method_c`` or ``method_u``, the model kept; "" when there is no method effect.
        loadings: standardized method loadings of the kept model by item; empty without.
        findings: what it means in words.
    """

    marker: str
    n: int
    models: pd.DataFrame
    tests: pd.DataFrame
    method: str
    loadings: pd.Series
    findings: tuple[Finding, ...]


def marker_models(
    data: pd.DataFrame,
    items_of: Mapping[str, Sequence[str]],
    marker: Sequence[str],
    *,
    name: str,
    progress: Progress = silent,
) -> MarkerModels:
    """Return the marker models of complete answers, ML.

    Args:
        data: items of the constructs and of the marker; rows with a missing one are left out.
        items_of: substantive constructs, two or more items each.
        marker: the marker's items, two or more.
        name: code of the marker.

    Raises:
        NotComputable: too few items, or a model that cannot be fitted.

    Checked against lavaan (docs/methods/measurement.md).
    """
    several = {code: list(own) for code, own in items_of.items() if len(own) > 1}
    if len(marker) < 2 or len(several) < 2:
        raise NotComputable(finding("marker_needs_items", Severity.NOTE, name))
    complete = data[[*(i for own in several.values() for i in own), *marker]].dropna()
    fits = {"cfa": _fit(cfa_syntax({**several, _latent(name): list(marker)}), complete, name)}
    fixed = _fixed_marker(fits["cfa"], name, marker, several)
    structure = cfa_syntax(several)
    items = [item for own in several.values() for item in own]
    equal = f"{_latent(name)} =~ " + " + ".join(f"{METHOD_LABEL}*{item}" for item in items)
    free = f"{_latent(name)} =~ " + " + ".join(f"start(0.1)*{item}" for item in items)
    texts = {
        "baseline": f"{structure}\n{fixed}",
        "method_c": f"{structure}\n{fixed}\n{equal}",
        "method_u": f"{structure}\n{fixed}\n{free}",
    }
    for done, (model, text) in enumerate(texts.items(), start=1):
        progress(done / len(MODELS), "method_bias")
        fits[model] = _fit(text, complete, name)
    tests = [_difference(fits, *pair) for pair in TESTS]
    has_method, is_unequal = (row[-1] < 0.05 for row in tests)
    kept = "method_u" if is_unequal else "method_c"
    held = _held_correlations(fits["baseline"], list(several))
    fits["method_r"] = _fit(f"{texts[kept]}\n{held}", complete, name)
    tests.append(_difference(fits, "method_r", kept))
    changes = tests[-1][-1] < 0.05
    loadings = _method_loadings(fits[kept], name, items)
    return MarkerModels(
        marker=name,
        n=len(complete),
        models=_model_table(fits),
        tests=pd.DataFrame(tests, columns=TEST_COLUMNS),
        method=kept if has_method else "",
        loadings=loadings if has_method else loadings.iloc[:0],
        findings=(_said(has_method, changes),),
    )


def _latent(name: str) -> str:
    return f"{name}_marker"


def _fit(text: str, data: pd.DataFrame, name: str) -> SemResult:
    from analysis.sem import SemError, SemOptions, fit

    try:
        result = fit(text, data, SemOptions(std_lv=True))
    except SemError as error:
        raise NotComputable(finding("marker_not_fitted", Severity.NOTE, name)) from error
    if not result.status.converged:
        raise NotComputable(finding("marker_not_fitted", Severity.NOTE, name))
    return result


def _estimates(result: SemResult) -> dict[tuple[str, str, str], float]:
    table = result.parameters
    keys = zip(table["lhs"], table["op"], table["rhs"], strict=True)
    return dict(zip(keys, table["est"].astype(float), strict=True))


def _fixed_marker(
    cfa: SemResult, name: str, marker: Sequence[str], constructs: Iterable[str]
) -> str:
    """Return the marker factor with loadings and residuals of the CFA, apart from the others."""
    at, latent = _estimates(cfa), _latent(name)
    terms = " + ".join(f"{at[latent, '=~', item]:.10g}*{item}" for item in marker)
    residuals = "\n".join(f"{item} ~~ {at[item, '~~', item]:.10g}*{item}" for item in marker)
    apart = "\n".join(f"{latent} ~~ 0*{code}" for code in constructs)
    return f"{latent} =~ {terms}\n{residuals}\n{apart}"


def _held_correlations(baseline: SemResult, codes: Sequence[str]) -> str:
    at = _estimates(baseline)
    pairs = [(a, b) for k, a in enumerate(codes) for b in codes[k + 1 :]]
    return "\n".join(
        f"{a} ~~ {at.get((a, '~~', b), at.get((b, '~~', a), np.nan)):.10g}*{b}" for a, b in pairs
    )


def _difference(
    fits: Mapping[str, SemResult], restricted: str, freed: str
) -> tuple[str, str, float, float, float]:
    from scipy.special import chdtrc

    first, second = fits[restricted].fit_measures, fits[freed].fit_measures
    chisq = max(float(first["chisq"] - second["chisq"]), 0.0)
    df = float(first["df"] - second["df"])
    return restricted, freed, chisq, df, float(chdtrc(df, chisq))


def _model_table(fits: Mapping[str, SemResult]) -> pd.DataFrame:
    rows = {
        model: [*(float(fits[model].fit_measures[m]) for m in MODEL_COLUMNS[:-1]),
                fits[model].status.is_usable]
        for model in MODELS
    }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=MODEL_COLUMNS)


def _method_loadings(result: SemResult, name: str, items: Sequence[str]) -> pd.Series:
    table = result.parameters
    rows = table[(table["op"] == "=~") & (table["lhs"] == _latent(name)) & table["rhs"].isin(items)]
    return pd.Series(rows["std_all"].to_numpy(dtype=float), index=rows["rhs"].astype(str))


def _said(has_method: bool, changes: bool) -> Finding:
    if not has_method:
        return finding("marker_no_method", Severity.NOTE)
    if changes:
        return finding("marker_method_changes", Severity.CAUTION)
    return finding("marker_method_harmless", Severity.NOTE)
