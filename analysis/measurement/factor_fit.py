"""How well common factors reproduce the correlations: chi-square, RMSEA, TLI, residuals."""

from dataclasses import dataclass

import numpy as np

from analysis.preparation.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class FactorFit:
    """Fit of an exploratory solution; NaN where degrees of freedom or matrix do not allow it.

    Args:
        objective: ML discrepancy, the diagonal of the model set to 1.
        chisq, df, p: Bartlett-corrected test of the number of factors.
        rmsea, tli: from chi-square.
        rms: root mean square of the off-diagonal residuals.
    """

    objective: float
    chisq: float
    df: int
    p: float
    rmsea: float
    tli: float
    rms: float


def factor_degrees_of_freedom(k: int, m: int) -> int:
    """Return p(p-1)/2 - pm + m(m-1)/2; negative when there are too many factors."""
    return k * (k - 1) // 2 - k * m + m * (m - 1) // 2


def _discrepancy(correlation: FloatArray, model: FloatArray) -> float:
    ratio = np.linalg.solve(model, correlation)
    sign, logdet = np.linalg.slogdet(ratio)
    return float(np.trace(ratio) - logdet - len(ratio)) if sign > 0 else float("nan")


def factor_fit(correlation: FloatArray, common: FloatArray, *, n: int, m: int) -> FactorFit:
    """Return the fit of a solution with common part ``common`` = L Phi L'.

    chi-square = F (n - 1 - (2p + 5)/6 - 2m/3); RMSEA = sqrt(max(chi-square / (df n) - 1/(n-1),
    0)); TLI from the mean squares F0 / df0 and F / df.

    Args:
        correlation: k x k.
        n: respondents; m: factors.

    Checked against psych::fa 2.2.9.
    """
    from scipy.stats import chi2

    k = len(correlation)
    df = factor_degrees_of_freedom(k, m)
    residual = correlation - common
    off = residual - np.diag(np.diag(residual))
    rms = float(np.sqrt((off**2).sum() / (k * (k - 1))))
    model = common.copy()
    np.fill_diagonal(model, 1.0)
    objective = _discrepancy(correlation, model)
    factor = n - 1 - (2 * k + 5) / 6 - 2 * m / 3
    chisq = max(objective * factor, 0.0)
    if df <= 0:
        nan = float("nan")
        return FactorFit(objective, chisq, df, nan, nan, nan, rms)
    null = 2 * _discrepancy(correlation, np.eye(k)) / (k * (k - 1))
    return FactorFit(
        objective=objective,
        chisq=chisq,
        df=df,
        p=float(chi2.sf(chisq, df)),
        rmsea=float(np.sqrt(max(chisq / (df * n) - 1 / (n - 1), 0.0))),
        tli=(null - objective / df) / (null - 1 / factor),
        rms=rms,
    )
