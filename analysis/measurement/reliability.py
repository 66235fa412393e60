"""Internal consistency: Cronbach's alpha and what belongs to it, composite reliability, AVE."""

import numpy as np
import pandas as pd

from analysis.preparation.arrays import FloatArray


def covariance(items: pd.DataFrame) -> FloatArray:
    """Return the sample covariance matrix (n - 1) of complete rows, k x k."""
    values = items.to_numpy(dtype=float)
    deviation = values - values.mean(axis=0)
    return np.asarray(deviation.T @ deviation / (len(values) - 1), dtype=np.float64)


def alpha_of_covariance(cov: FloatArray) -> float:
    """Return alpha from a covariance (raw alpha) or correlation matrix (standardized alpha).

    alpha = k / (k - 1) * (1 - trace / sum), NaN for fewer than two items.
    """
    k, total = len(cov), float(cov.sum())
    if k < 2 or total <= 0:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(cov) / total))


def cronbach_alpha(items: pd.DataFrame) -> float:
    """Return Cronbach's alpha (克隆巴赫系数) of the columns of ``items``.

    alpha = k / (k - 1) * (1 - sum of item variances / variance of the total score). At most 1;
    negative when items disagree, often a missed reverse coding. NaN with fewer than two items
    or rows.

    Args:
        items: complete rows, reverse-keyed items turned.

    Reference: Cronbach (1951). Checked against psych::alpha 2.2.9.
    """
    if items.shape[1] < 2 or len(items) < 2:
        return float("nan")
    return alpha_of_covariance(covariance(items))


def feldt_interval(alpha: float, *, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Return Feldt's interval of alpha from ``n`` respondents and ``k`` items.

    1 - (1 - alpha) F, with F the upper and lower quantiles of F((n-1), (n-1)(k-1)). Exact for
    parallel normal items. NaN where alpha is.

    Reference: Feldt, Woodruff & Salih (1987). Checked against psych::alpha.
    """
    if not np.isfinite(alpha) or n < 3 or k < 2:
        return float("nan"), float("nan")
    from scipy.special import fdtri

    tail = (1 - level) / 2
    df1, df2 = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - alpha) * fdtri(df1, df2, 1 - tail)
    high = 1 - (1 - alpha) * fdtri(df1, df2, tail)
    return float(low), float(high)


def guttman_lambda6(correlation: FloatArray) -> float:
    """Return Guttman's lambda 6: 1 - sum of (1 - squared multiple correlations) / sum of R.

    NaN when the matrix is singular. Checked against psych::alpha ``G6(smc)``.
    """
    errors = 1 / np.diag(np.linalg.pinv(correlation))
    return float(1 - errors.sum() / correlation.sum())


def item_rest_correlations(items: pd.DataFrame) -> dict[str, float]:
    """Return each item's correlation with the sum of the others (CITC, 校正题总相关).

    NaN for a single item. Checked against psych::alpha ``r.drop``.
    """
    if items.shape[1] < 2 or len(items) < 3:
        return dict.fromkeys(map(str, items.columns), float("nan"))
    cov = covariance(items)
    with_total = cov.sum(axis=1)
    own = np.diag(cov)
    rest_variance = cov.sum() - 2 * with_total + own
    with np.errstate(invalid="ignore", divide="ignore"):
        r = (with_total - own) / np.sqrt(own * rest_variance)
    return {str(code): float(value) for code, value in zip(items.columns, r, strict=True)}


def alpha_if_deleted(items: pd.DataFrame) -> dict[str, float]:
    """Return alpha of the remaining items, per item left out; NaN with fewer than three items."""
    k = items.shape[1]
    if k < 3 or len(items) < 3:
        return dict.fromkeys(map(str, items.columns), float("nan"))
    cov = covariance(items)
    return {
        str(code): alpha_of_covariance(np.delete(np.delete(cov, j, 0), j, 1))
        for j, code in enumerate(items.columns)
    }


def composite_reliability(loadings: FloatArray) -> float:
    """Return composite reliability (组合信度) from standardized loadings.

    CR = (sum l)^2 / ((sum l)^2 + sum (1 - l^2)), uncorrelated residuals. 0 to 1; NaN for fewer
    than two loadings or a loading beyond 1 (not admissible).

    Reference: Fornell & Larcker (1981). Checked against lavaan's standardized loadings.
    """
    if len(loadings) < 2 or not np.all(np.abs(loadings) <= 1):
        return float("nan")
    shared = float(loadings.sum()) ** 2
    return shared / (shared + float((1 - loadings**2).sum()))


def average_variance_extracted(loadings: FloatArray) -> float:
    """Return the average variance extracted (平均方差抽取量): mean squared standardized loading.

    0 to 1; NaN for fewer than two loadings or a loading beyond 1.

    Reference: Fornell & Larcker (1981).
    """
    if len(loadings) < 2 or not np.all(np.abs(loadings) <= 1):
        return float("nan")
    return float(np.mean(loadings**2))


def omega_total(loadings: FloatArray, residual_cov: FloatArray) -> float:
    """Return McDonald's omega of one factor: (sum l)^2 / ((sum l)^2 + sum of residuals).

    Args:
        loadings: unstandardized, factor variance 1.
        residual_cov: k x k residual covariance matrix.

    NaN when a residual variance is negative. Checked against semTools::reliability ``omega``.
    """
    if len(loadings) < 2 or np.any(np.diag(residual_cov) < 0):
        return float("nan")
    shared = float(loadings.sum()) ** 2
    return shared / (shared + float(residual_cov.sum()))
