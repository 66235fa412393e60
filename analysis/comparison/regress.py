"""Regression with robust errors and diagnostics: linear, logistic, ordinal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.comparison.design import Design, build_design, variance_inflation
from analysis.comparison.distributions import f_upper, t_quantile, t_two_sided
from analysis.comparison.proportional_odds import fit_proportional_odds
from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray
from analysis.sem.distributions import chi2_upper, normal_quantile, two_sided

Kind = Literal["linear", "logistic", "ordinal"]
Tail = Callable[[FloatArray], FloatArray]
"""Two-sided p of a statistic."""

COLUMNS = [
    "b",
    "se",
    "statistic",
    "p",
    "low",
    "high",
    "beta",
    "odds_ratio",
    "or_low",
    "or_high",
    "vif",
]

PERFECT = 1e-20
"""Residual share of the variance at which the predictors determine the outcome."""

VIF_LIMIT = 5.0
COOK_LIMIT = 1.0
MOST_LEVELS = 20
"""Of an ordered outcome; a measurement with more values is no ordered answer."""

EVENTS_PER_TERM = 10
"""Peduzzi et al. (1996): fewer events per term make logistic estimates unstable."""


@dataclass(frozen=True, slots=True)
class RegressionOptions:
    """What the user chose.

    Args:
        outcome: column explained; two values for ``logistic``, ordered values for ``ordinal``.
        predictors: columns; text columns become indicators against their most frequent value.
        robust: heteroskedasticity-consistent errors: ``HC3``, or ``none``. Ordinal regression
            has model-based errors.
    """

    outcome: str
    predictors: tuple[str, ...]
    kind: Kind = "linear"
    robust: Literal["HC3", "none"] = "HC3"
    level: float = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class RegressionResult:
    """A fitted regression.

    Args:
        coefficients: index term; ``b, se, statistic`` (t or z) ``, p, low, high, beta``
            (standardized, linear) ``, odds_ratio, or_low, or_high`` (logistic and ordinal)
            ``, vif``.
        thresholds: cut points of the ordinal model with errors, else empty.
        fit: ``r2 adj_r2 F df1 df2 p`` (linear, robust F) or ``log_likelihood null mcfadden
            nagelkerke chisq df p`` and ``aic bic`` for all.
        diagnostics: ``breusch_pagan_p durbin_watson jarque_bera_p cook_max condition`` (linear).
        references: the value each text column is compared with.
        n: complete rows.
    """

    coefficients: pd.DataFrame
    thresholds: pd.DataFrame
    fit: Mapping[str, float]
    diagnostics: Mapping[str, float]
    references: Mapping[str, str]
    n: int
    options: RegressionOptions
    findings: tuple[Finding, ...]


def regress(data: pd.DataFrame, options: RegressionOptions) -> RegressionResult:
    """Return the regression of the outcome on the predictors over complete rows.

    Raises:
        NotComputable: too few rows, an outcome without two values, or perfect prediction.

    Checked against R lm and glm with sandwich::vcovHC, MASS::polr and car-style VIF.
    """
    design = build_design(data, options.outcome, options.predictors)
    n, k = design.X.shape
    if n <= k + 1:
        raise NotComputable(finding("regression_too_few", Severity.BLOCK, n=n, terms=k - 1))
    if len(np.unique(design.y)) < 2:
        raise NotComputable(finding("regression_constant", Severity.BLOCK, outcome=options.outcome))
    if np.linalg.matrix_rank(design.X) < k:
        raise NotComputable(finding("regression_collinear", Severity.BLOCK))
    fitters = {"linear": _linear, "logistic": _logistic, "ordinal": _ordinal}
    return fitters[options.kind](design, options)


def _table(
    design: Design, b: FloatArray, se: FloatArray, *, quantile: float, tail: Tail
) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = b / se
    table = pd.DataFrame(np.nan, index=list(design.terms), columns=COLUMNS)
    table["b"], table["se"], table["statistic"] = b, se, statistic
    table["p"] = tail(statistic)
    table["low"], table["high"] = b - quantile * se, b + quantile * se
    table["vif"] = variance_inflation(design)
    return table


def leverages(X: FloatArray) -> FloatArray:
    """Return the diagonal of the hat matrix, 0 to 1."""
    bread = np.linalg.inv(X.T @ X)
    return np.asarray(np.einsum("ij,jk,ik->i", X, bread, X))


def coefficient_covariance(X: FloatArray, y: FloatArray, *, robust: str) -> FloatArray:
    """Return the covariance of least-squares coefficients: HC3, or model-based."""
    bread = np.linalg.inv(X.T @ X)
    residual = y - X @ (bread @ X.T @ y)
    if robust != "HC3":
        return np.asarray(bread * float(residual @ residual) / (len(y) - X.shape[1]))
    leverage = np.einsum("ij,jk,ik->i", X, bread, X)
    scores = X * (residual / (1 - leverage))[:, None]
    return np.asarray(bread @ scores.T @ scores @ bread)


def _linear(design: Design, options: RegressionOptions) -> RegressionResult:
    X, y = design.X, design.y
    n, k = X.shape
    df = n - k
    b = np.linalg.solve(X.T @ X, X.T @ y)
    residual, total = y - X @ b, float(((y - y.mean()) ** 2).sum())
    rest = float(residual @ residual)
    if rest <= PERFECT * total:
        raise NotComputable(finding("perfect_fit", Severity.BLOCK))
    stands_alone = options.robust == "HC3" and float(leverages(X).max()) > 1 - 1e-9
    robust = "none" if stands_alone else options.robust
    covariance = coefficient_covariance(X, y, robust=robust)
    quantile = t_quantile((1 + options.level) / 2, df)
    se = np.sqrt(np.diag(covariance))
    table = _table(design, b, se, quantile=quantile, tail=lambda x: t_two_sided(x, df))
    table["beta"] = np.append(np.nan, b[1:] * X[:, 1:].std(axis=0, ddof=1) / y.std(ddof=1))
    wald = float("nan")
    if k > 1:
        wald = float(b[1:] @ np.linalg.pinv(covariance[1:, 1:]) @ b[1:]) / (k - 1)
    log_likelihood = -0.5 * n * (np.log(2 * np.pi * rest / n) + 1)
    fit = {
        "r2": 1 - rest / total,
        "adj_r2": 1 - rest / df / (total / (n - 1)),
        "F": wald,
        "df1": float(k - 1),
        "df2": float(df),
        "p": f_upper(wald, k - 1, df) if k > 1 else float("nan"),
        # the error variance counts as a parameter, as in R
        "aic": float(-2 * log_likelihood + 2 * (k + 1)),
        "bic": float(-2 * log_likelihood + np.log(n) * (k + 1)),
    }
    diagnostics = _diagnostics(X, residual)
    found = _linear_findings(table, diagnostics, robust)
    if stands_alone:
        found.append(finding("row_stands_alone", Severity.CAUTION))
    return RegressionResult(
        coefficients=table,
        thresholds=pd.DataFrame(columns=["b", "se"]),
        fit=fit,
        diagnostics=diagnostics,
        references=design.references,
        n=n,
        options=options,
        findings=tuple(found),
    )


def _diagnostics(X: FloatArray, residual: FloatArray) -> dict[str, float]:
    n, k = X.shape
    leverage = np.minimum(leverages(X), 1 - 1e-12)
    mean_square = float(residual @ residual) / (n - k)
    cook = residual**2 * leverage / (k * mean_square * (1 - leverage) ** 2)
    return {
        "breusch_pagan_p": _breusch_pagan_p(X, residual),
        "durbin_watson": float((np.diff(residual) ** 2).sum() / (residual @ residual)),
        "jarque_bera_p": _jarque_bera_p(residual),
        "cook_max": float(cook.max()),
        "condition": float(np.linalg.cond(_scaled(X))),
    }


def _breusch_pagan_p(X: FloatArray, residual: FloatArray) -> float:
    """Koenker's form: n R² of the squared residuals on the predictors."""
    n, k = X.shape
    squares = residual**2 - (residual**2).mean()
    total = float(squares @ squares)
    if k < 2 or total == 0:
        return float("nan")
    fitted = X @ np.linalg.solve(X.T @ X, X.T @ squares)
    return chi2_upper(n * float(fitted @ fitted) / total, k - 1)


def _jarque_bera_p(residual: FloatArray) -> float:
    centred = residual - residual.mean()
    variance = float((centred**2).mean())
    skewness = float((centred**3).mean()) / variance**1.5
    excess = float((centred**4).mean()) / variance**2 - 3
    return chi2_upper(len(residual) / 6 * (skewness**2 + excess**2 / 4), 2)


def _scaled(X: FloatArray) -> FloatArray:
    """Columns of length one, as Belsley's condition index takes them."""
    return np.asarray(X / np.sqrt((X**2).sum(axis=0)))


def _linear_findings(
    table: pd.DataFrame, diagnostics: Mapping[str, float], robust: str
) -> list[Finding]:
    found = _collinear(table)
    if diagnostics["breusch_pagan_p"] < 0.05:
        code = "residuals_uneven_robust" if robust == "HC3" else "residuals_uneven"
        severity = Severity.NOTE if robust == "HC3" else Severity.CAUTION
        found.append(finding(code, severity, p=diagnostics["breusch_pagan_p"]))
    if diagnostics["cook_max"] > COOK_LIMIT:
        found.append(finding("influential_rows", Severity.CAUTION, cook=diagnostics["cook_max"]))
    return found


def _collinear(table: pd.DataFrame) -> list[Finding]:
    high = table.index[table["vif"] > VIF_LIMIT]
    return [finding("vif_high", Severity.CAUTION, *high, limit=VIF_LIMIT)] if len(high) else []


def _likelihood_fit(
    log_likelihood: float, null: float, *, n: int, terms: int, params: int
) -> dict[str, float]:
    chisq = 2 * (log_likelihood - null)
    cox_snell = 1 - np.exp(-chisq / n)
    return {
        "log_likelihood": log_likelihood,
        "null": null,
        "mcfadden": 1 - log_likelihood / null,
        "nagelkerke": float(cox_snell / (1 - np.exp(2 * null / n))),
        "chisq": chisq,
        "df": float(terms),
        "p": chi2_upper(chisq, terms) if terms else float("nan"),
        "aic": -2 * log_likelihood + 2 * params,
        "bic": -2 * log_likelihood + float(np.log(n)) * params,
    }


def _normal_tail(z: FloatArray) -> FloatArray:
    return two_sided(np.asarray(z, dtype=np.float64))


def _with_odds(table: pd.DataFrame) -> pd.DataFrame:
    with np.errstate(over="ignore"):  # a hopelessly wide interval ends at infinity
        for name, source in (("odds_ratio", "b"), ("or_low", "low"), ("or_high", "high")):
            table[name] = np.exp(table[source])
    return table


def _logistic(design: Design, options: RegressionOptions) -> RegressionResult:
    """Logistic regression; HC3 errors from leverages of the weighted fit, as sandwich does."""
    values = np.unique(design.y)
    if len(values) != 2:
        raise NotComputable(
            finding(
                "outcome_not_binary", Severity.BLOCK, outcome=options.outcome, values=len(values)
            )
        )
    y = (design.y == values[1]).astype(float)
    b = _logit_fit(design.X, y)
    p = 1 / (1 + np.exp(-design.X @ b))
    bread = np.linalg.inv((design.X * (p * (1 - p))[:, None]).T @ design.X)
    covariance = bread
    if options.robust == "HC3":
        leverage = np.einsum("ij,jk,ik->i", design.X, bread, design.X) * p * (1 - p)
        scores = design.X * ((y - p) / (1 - leverage))[:, None]
        covariance = bread @ scores.T @ scores @ bread
    se = np.sqrt(np.diag(covariance))
    quantile = normal_quantile((1 + options.level) / 2)
    table = _with_odds(_table(design, b, se, quantile=quantile, tail=_normal_tail))
    share, n, k = y.mean(), *design.X.shape
    log_likelihood = float((y * np.log(p) + (1 - y) * np.log1p(-p)).sum())
    null = float(n * (share * np.log(share) + (1 - share) * np.log1p(-share)))
    found = _collinear(table)
    events = min(y.sum(), n - y.sum())
    if events < EVENTS_PER_TERM * (k - 1):
        found.append(finding("few_events", Severity.CAUTION, events=int(events), terms=k - 1))
    return RegressionResult(
        coefficients=table,
        thresholds=pd.DataFrame(columns=["b", "se"]),
        fit=_likelihood_fit(log_likelihood, null, n=n, terms=k - 1, params=k),
        diagnostics={},
        references=design.references,
        n=n,
        options=options,
        findings=tuple(found),
    )


def _logit_fit(X: FloatArray, y: FloatArray) -> FloatArray:
    """Return the maximum likelihood estimates by Newton steps.

    Raises:
        NotComputable: the outcome is predicted perfectly, so no maximum exists.
    """
    b = np.zeros(X.shape[1])
    for _ in range(100):
        eta = X @ b
        if np.abs(eta).max() > 30:
            raise NotComputable(finding("perfect_prediction", Severity.BLOCK))
        p = 1 / (1 + np.exp(-eta))
        step = np.linalg.solve((X * (p * (1 - p))[:, None]).T @ X, X.T @ (y - p))
        b = b + step
        if np.abs(step).max() < 1e-12 * max(1.0, float(np.abs(b).max())):
            return np.asarray(b)
    return np.asarray(b)


def _ordinal(design: Design, options: RegressionOptions) -> RegressionResult:
    """Proportional odds model, the signs as in R: positive means higher."""
    levels, codes = np.unique(design.y, return_inverse=True)
    if not 3 <= len(levels) <= MOST_LEVELS:
        values = {"outcome": options.outcome, "values": len(levels), "most": MOST_LEVELS}
        raise NotComputable(finding("outcome_not_ordered", Severity.BLOCK, **values))
    fitted = fit_proportional_odds(design.X[:, 1:], codes)
    if fitted is None:
        raise NotComputable(finding("perfect_prediction", Severity.BLOCK))
    count = len(fitted.cuts)
    se = np.sqrt(np.diag(fitted.covariance))
    quantile = normal_quantile((1 + options.level) / 2)
    b, errors = np.append(np.nan, fitted.b), np.append(np.nan, se[count:])
    table = _table(design, b, errors, quantile=quantile, tail=_normal_tail)
    n, slopes = len(design.y), len(fitted.b)
    null = float(sum(c * np.log(c / n) for c in np.bincount(codes)))
    names = [f"{levels[j]:g}|{levels[j + 1]:g}" for j in range(count)]
    return RegressionResult(
        coefficients=_with_odds(table).drop(index=design.terms[0]),
        thresholds=pd.DataFrame({"b": fitted.cuts, "se": se[:count]}, index=names),
        fit=_likelihood_fit(fitted.log_likelihood, null, n=n, terms=slopes, params=slopes + count),
        diagnostics={},
        references=design.references,
        n=n,
        options=options,
        findings=tuple(_collinear(table)),
    )
