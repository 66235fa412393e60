"""Common method bias (共同方法偏差): Harman, single factor, method factor, marker variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.findings import Finding, Severity, finding
from analysis.measurement.confirmatory import MIN_RESPONDENTS, cfa_design, cfa_syntax
from analysis.preparation.scoring import present_items
from survey.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.preparation.dataset import PreparedDataset
    from analysis.sem import SemResult
    from survey.study import StudyConstruct

HARMAN_LIMIT = 0.5
"""The usual limit of the first factor's share; conventional and lenient."""

METHOD_SHARE = 0.25
"""Share of the explained item variance due to the method factor (Williams, Cote & Buckley 1989
found .25 on average); above it the bias is called notable."""

METHOD_STEPS = 50
"""Steps of the optimiser for a model with a method factor. Without a method effect its free
loadings are hardly identified: the search would go on for minutes and find nothing usable."""

METHOD = "method_"
MODEL_COLUMNS = ["chisq", "df", "cfi", "tli", "rmsea", "srmr", "aic", "delta_cfi", "is_usable"]


@dataclass(frozen=True, slots=True)
class MethodBiasOptions:
    """What the user chose.

    Args:
        constructs: codes; empty means all.
        marker: code of a construct or item that should have nothing to do with the others, ""
            for none. It is not part of the factor models.
    """

    constructs: tuple[str, ...] = ()
    marker: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class MethodBiasResult:
    """How much of the common variance may come from asking everything of one source at once.

    Args:
        n: respondents in the factor models.
        harman_share: variance share of the first unrotated component, 0 to 1; a weak test.
        models: index ``correlated``, ``single``, ``equal_method``, ``free_method``; columns
            chisq df cfi tli rmsea srmr aic delta_cfi (against correlated) is_usable.
        method_share, trait_share: mean squared standardized loadings on the method factor and
            on the items' own factors, from the best usable method model (NaN without one).
        marker_r: correlation taken as due to method: the marker's smallest in size with any
            construct; NaN without marker.
        marker_pairs: per pair of constructs: first second r r_adjusted p p_adjusted.
    """

    n: int
    harman_share: float
    models: pd.DataFrame
    method_share: float
    trait_share: float
    marker_r: float
    marker_pairs: pd.DataFrame
    findings: tuple[Finding, ...]


def harman_share(items: pd.DataFrame) -> float:
    """Return the variance share of the first principal component of complete rows."""
    values = np.linalg.eigvalsh(np.corrcoef(items.dropna().to_numpy(dtype=float), rowvar=False))
    return float(values[-1] / values.sum())


def single_factor_syntax(items: Sequence[str]) -> str:
    """Return the model in which one factor explains all items."""
    return cfa_syntax({METHOD: items})


def method_factor_syntax(items_of: Mapping[str, Sequence[str]], *, equal: bool) -> str:
    """Return the correlated factors plus a method factor on all items, orthogonal to them.

    With ``equal`` the method loadings are one parameter (identified with two items per
    construct too); else they are free (ULMC, Podsakoff et al. 2003) and begin small, since
    method and traits explain the same covariances.
    """
    items = [item for own in items_of.values() for item in own]
    terms = " + ".join(f"mm*{item}" if equal else f"start(0.1)*{item}" for item in items)
    orthogonal = "\n".join(f"{METHOD} ~~ 0*{code}" for code in items_of)
    return f"{cfa_syntax(items_of)}\n{METHOD} =~ {terms}\n{orthogonal}"


def _fit(syntax: str, data: pd.DataFrame) -> SemResult | None:
    from analysis.sem import SemError, SemOptions, fit

    try:
        return fit(syntax, data, SemOptions(std_lv=True, max_iterations=METHOD_STEPS))
    except SemError:
        return None


def _model_table(fits: Mapping[str, SemResult | None]) -> pd.DataFrame:
    rows = {}
    base = fits["correlated"]
    base_cfi = np.nan
    if base is not None and base.status.converged:
        base_cfi = float(base.fit_measures["cfi"])
    for name, result in fits.items():
        if result is None or not result.status.converged:
            rows[name] = dict.fromkeys(MODEL_COLUMNS[:-1], np.nan) | {"is_usable": False}
            continue
        measures = result.fit_measures
        row = {key: float(measures[key]) for key in MODEL_COLUMNS[:7]}
        rows[name] = row | {
            "delta_cfi": row["cfi"] - base_cfi,
            "is_usable": result.status.is_usable,
        }
    return pd.DataFrame.from_dict(rows, orient="index")[MODEL_COLUMNS]


def _shares(result: SemResult) -> tuple[float, float]:
    """Return mean squared standardized loadings on method and own factors."""
    table = result.parameters
    rows = table[table["op"] == "=~"]
    squares = rows["std_all"].to_numpy(dtype=float) ** 2
    is_method = (rows["lhs"] == METHOD).to_numpy()
    return float(squares[is_method].mean()), float(squares[~is_method].mean())


def marker_adjustment(correlations: pd.DataFrame, r_marker: float, *, n: int) -> pd.DataFrame:
    """Return the correlations with the method part removed: (|r| - r_m) / (1 - r_m).

    Each is brought towards 0 and keeps its sign: scores that point either way were turned, so
    method cannot be told to push them all up.

    Args:
        correlations: square, constructs without the marker.
        r_marker: the correlation that only method can explain.
        n: respondents; the test has n - 3 degrees of freedom.

    Reference: Lindell & Whitney (2001).
    """
    from scipy.stats import t

    rows = []
    codes = [str(code) for code in correlations.columns]
    values = correlations.to_numpy(dtype=float)
    for i in range(len(codes)):
        for j in range(i):
            r = values[i, j]
            adjusted = float(np.sign(r)) * max(abs(r) - r_marker, 0.0) / (1 - r_marker)
            statistics = [x * np.sqrt((n - 3) / max(1 - x**2, 1e-12)) for x in (r, adjusted)]
            p = [2 * float(t.sf(abs(s), n - 3)) for s in statistics]
            rows.append((codes[j], codes[i], r, adjusted, *p))
    names = ["first", "second", "r", "r_adjusted", "p", "p_adjusted"]
    return pd.DataFrame(rows, columns=names)


def _marker(
    prepared: PreparedDataset, constructs: Sequence[StudyConstruct], marker: str
) -> tuple[float, pd.DataFrame]:
    scores = prepared.scores[[c.code for c in constructs]]
    source = prepared.scores if marker in prepared.scores.columns else prepared.items
    both = scores.assign(**{"__marker": source[marker]}).dropna()
    correlations = both.corr()
    with_marker = correlations["__marker"].drop("__marker").abs()
    r_marker = float(with_marker.min())
    rest = correlations.drop(index="__marker", columns="__marker")
    return r_marker, marker_adjustment(rest, r_marker, n=len(both))


def check_method_bias(
    prepared: PreparedDataset,
    options: MethodBiasOptions | None = None,
    progress: Progress = silent,
) -> MethodBiasResult:
    """Return the checks on common method bias, weak and strong ones side by side.

    The factor models use complete rows of the respondents who were shown all items, ML. A
    single source cannot be repaired by statistics; the result says how much it may matter.

    Reference: Podsakoff et al. (2003); Lindell & Whitney (2001).
    """
    options = options or MethodBiasOptions()
    wanted = options.constructs or tuple(c.code for c in prepared.study.constructs)
    chosen = [prepared.study.construct(code) for code in wanted if code != options.marker]
    chosen = [c for c in chosen if options.marker not in c.items]
    chosen = [c for c in chosen if prepared.items[present_items(c, prepared.items)].size]
    sample, items_of = cfa_design(prepared, chosen)
    data = sample.complete
    items = [item for own in items_of.values() for item in own]
    syntaxes = {
        "correlated": cfa_syntax(items_of),
        "single": single_factor_syntax(items),
        "equal_method": method_factor_syntax(items_of, equal=True),
        "free_method": method_factor_syntax(items_of, equal=False),
    }
    enough = len(data) >= max(MIN_RESPONDENTS, len(items) + 1) and len(items_of) > 1
    fits: dict[str, SemResult | None] = dict.fromkeys(syntaxes)
    if enough:
        for done, (name, syntax) in enumerate(syntaxes.items()):
            progress(done / len(syntaxes), "method_bias")
            fits[name] = _fit(syntax, data)
    models = _model_table(fits)
    method, trait = _best_shares(fits)
    marker_r, pairs = (
        _marker(prepared, chosen, options.marker)
        if options.marker
        else (float("nan"), marker_adjustment(pd.DataFrame(), 0.0, n=4))
    )
    share = harman_share(data[items]) if len(data) > len(items) > 1 else float("nan")
    return MethodBiasResult(
        n=len(data),
        harman_share=share,
        models=models,
        method_share=method,
        trait_share=trait,
        marker_r=marker_r,
        marker_pairs=pairs,
        findings=tuple(_findings(len(data), share, models, method / (method + trait), pairs)),
    )


def _best_shares(fits: Mapping[str, SemResult | None]) -> tuple[float, float]:
    for name in ("free_method", "equal_method"):
        result = fits[name]
        if result is not None and result.status.is_usable:
            return _shares(result)
    return float("nan"), float("nan")


def _findings(
    n: int, share: float, models: pd.DataFrame, method_part: float, pairs: pd.DataFrame
) -> list[Finding]:
    found = []
    if not models["is_usable"].any():
        return [finding("method_bias_not_tested", Severity.CAUTION, n=n)]
    if share > HARMAN_LIMIT:
        found.append(finding("harman_high", Severity.CAUTION, share=share))
    else:
        found.append(finding("harman_low", Severity.NOTE, share=share))
    drop = dict(zip(models.index, models["delta_cfi"].to_numpy(dtype=float), strict=True))["single"]
    if np.isfinite(drop):
        code = "single_factor_fits" if drop > -0.01 else "single_factor_rejected"
        severity = Severity.CAUTION if drop > -0.01 else Severity.NOTE
        found.append(finding(code, severity, drop=-drop))
    if np.isfinite(method_part):
        code = "method_factor_notable" if method_part > METHOD_SHARE else "method_factor_small"
        severity = Severity.CAUTION if method_part > METHOD_SHARE else Severity.NOTE
        found.append(finding(code, severity, share=method_part))
    lost = pairs[(pairs["p"] < 0.05) & (pairs["p_adjusted"] >= 0.05)]
    if len(lost):
        names = [f"{a}–{b}" for a, b in zip(lost["first"], lost["second"], strict=True)]
        found.append(finding("marker_removes", Severity.CAUTION, *names, count=len(names)))
    return found
