"""Every fit measure of lavaan's ``fitMeasures``, each formula once.

T, df: chi-square and degrees of freedom of the model; T0, df0: of the baseline model;
N: cases (less one per group where the estimator divides by n - 1); G: groups.
Scaled measures put the scaled statistics in place of T and T0. Robust measures are those of
Brosseau-Liard and Savalei (2014) and Savalei (2018); robust RMSEA of Li and Bentler (2006).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.sem.distributions import chi2_quantile, noncentral_chi2, noncentrality

if TYPE_CHECKING:
    from analysis.sem.tests_of_fit import TestOfFit

NAN = math.nan
CLOSE, NOT_CLOSE, LEVEL = 0.05, 0.08, 0.90


@dataclass(frozen=True, slots=True)
class RobustInput:
    """What the robust indices work on: statistics with their correction factors c."""

    statistic: float
    df: float
    c: float
    scaled: float
    baseline: float
    baseline_df: float
    c_baseline: float


def cfi(T: float, df: float, T0: float, df0: float, *, c: float = 1.0, c0: float = 1.0) -> float:
    """Return 1 - max(T - c df, 0) / max(T - c df, T0 - c0 df0, 0) (Bentler 1990)."""
    if math.isnan(T + df + T0 + df0 + c + c0):
        return NAN
    above = max(T - c * df, 0.0)
    whole = max(T - c * df, T0 - c0 * df0, 0.0)
    if above < 1.5e-8 and whole < 1.5e-8:
        return 1.0
    return 1 - above / whole


def rni(T: float, df: float, T0: float, df0: float, *, c: float = 1.0, c0: float = 1.0) -> float:
    """Return the relative noncentrality index: CFI without limits."""
    whole = T0 - c0 * df0
    return NAN if math.isnan(whole + T) or whole == 0 else 1 - (T - c * df) / whole


def tli(T: float, df: float, T0: float, df0: float, *, c: float = 1.0, c0: float = 1.0) -> float:
    """Return 1 - (T - c df) df0 / ((T0 - c0 df0) df) (Tucker and Lewis 1973)."""
    above = (T - c * df) * df0
    below = (T0 - c0 * df0) * df
    if math.isnan(above + below):
        return NAN
    return 1 - above / below if df > 0 and abs(below) > 0 else 1.0


def nfi(T: float, df: float, T0: float, df0: float) -> float:
    """Return (T0 - T) / T0 (Bentler and Bonett 1980)."""
    if math.isnan(T + T0) or df > df0 or abs(T0) < 1.5e-8:
        return NAN
    return (T0 - T) / T0 if df > 0 else 1.0


def rfi(T: float, df: float, T0: float, df0: float) -> float:
    """Return (T0/df0 - T/df) / (T0/df0) (Bollen 1986)."""
    if math.isnan(T + T0) or df > df0:
        return NAN
    if not (df > 0 and df0 > 0):
        return 1.0
    gain = T0 / df0 - T / df
    return 1.0 if gain < 0 or T0 < 0 else gain / (T0 / df0) if T0 else NAN


def ifi(T: float, df: float, T0: float) -> float:
    """Return (T0 - T) / (T0 - df) (Bollen 1989)."""
    below = T0 - df
    if math.isnan(T + below) or abs(below) < 1.5e-8:
        return NAN
    return 1.0 if below < 0 else (T0 - T) / below


def pnfi(T: float, df: float, T0: float, df0: float) -> float:
    """Return df/df0 (T0 - T) / T0 (James, Mulaik and Brett 1982)."""
    return df / df0 * (T0 - T) / T0 if df0 > 0 and T0 > 0 else NAN


def incremental(
    T: float, df: float, T0: float, df0: float, *, suffix: str = ""
) -> dict[str, float]:
    """Return CFI, TLI and their relatives for one pair of statistics."""
    names = {
        "cfi": cfi(T, df, T0, df0),
        "tli": tli(T, df, T0, df0),
        "nnfi": tli(T, df, T0, df0),
        "rfi": rfi(T, df, T0, df0),
        "nfi": nfi(T, df, T0, df0),
        "pnfi": pnfi(T, df, T0, df0),
        "ifi": ifi(T, df, T0),
        "rni": _rni_or_one(T, df, T0, df0),
    }
    return {name + suffix: value for name, value in names.items()}


def _rni_or_one(T: float, df: float, T0: float, df0: float) -> float:
    value = rni(T, df, T0, df0)
    return 1.0 if math.isnan(value) and not math.isnan(T + T0) else value


def rmsea(T: float, df: float, N: float, G: int, *, c: float = 1.0) -> float:
    """Return sqrt(max(T/(N df) - c/N, 0)) sqrt(G) (Steiger and Lind 1980)."""
    if not (math.isfinite(T) and math.isfinite(df)):
        return NAN
    if df <= 0:
        return 0.0
    return math.sqrt(max(T / (N * df) - c / N, 0.0)) * math.sqrt(G)


def rmsea_interval(
    T: float, df: float, N: float, G: int, *, c: float = 1.0, level: float = LEVEL
) -> tuple[float, float]:
    """Return the confidence limits of RMSEA through the noncentrality of T."""
    if not (math.isfinite(T) and math.isfinite(df) and math.isfinite(c)):
        return NAN, NAN
    if df <= 0:
        return 0.0, 0.0
    low = noncentrality(T, df, 1 - (1 - level) / 2)
    high = noncentrality(T, df, (1 - level) / 2)
    unit = math.sqrt(c / (N * df)) * math.sqrt(G) if c > 0 else NAN
    return unit * math.sqrt(low), unit * math.sqrt(high)


def rmsea_block(
    T: float, df: float, N: float, G: int, *, suffix: str = "", c: float = 1.0, tail: float = NAN
) -> dict[str, float]:
    """Return RMSEA, its interval and the tests of close and not-close fit.

    ``tail``: statistic whose distribution gives interval and tests (robust: the scaled one);
    ``c`` then also scales their noncentrality. NaN: T itself.
    """
    statistic = T if math.isnan(tail) else tail
    low, high = rmsea_interval(statistic, df, N, G, c=c)
    close = noncentral_chi2(statistic, df, N * df / c * CLOSE**2 / G) if c else NAN
    far = noncentral_chi2(statistic, df, N * df / c * NOT_CLOSE**2 / G) if c else NAN
    return {
        f"rmsea{suffix}": rmsea(T, df, N, G, c=c),
        f"rmsea.ci.lower{suffix}": low,
        f"rmsea.ci.upper{suffix}": high,
        f"rmsea.pvalue{suffix}": 1 - close,
        f"rmsea.notclose.pvalue{suffix}": far,
    }


def chi_square_measures(
    test: TestOfFit,
    scaled: TestOfFit | None,
    null: TestOfFit,
    null_scaled: TestOfFit | None,
    *,
    n: float,
    groups: int,
) -> dict[str, float]:
    """Return all measures that follow from the tests of model and baseline."""
    T, df, T0, df0 = test.statistic, test.df, null.statistic, null.df
    found = {"chisq": T, "df": df, "pvalue": test.p}
    found |= {"baseline.chisq": T0, "baseline.df": df0, "baseline.pvalue": null.p}
    found |= incremental(T, df, T0, df0)
    found |= {"rmsea.ci.level": LEVEL, "rmsea.close.h0": CLOSE, "rmsea.notclose.h0": NOT_CLOSE}
    found |= rmsea_block(T, df, n, groups)
    found["cn_05"] = critical_n(T, df, n, 0.05)
    found["cn_01"] = critical_n(T, df, n, 0.01)
    found["mfi"] = math.exp(-0.5 * (T - df) / n)
    if scaled is not None and null_scaled is not None:
        found |= _scaled_measures(test, scaled, null_scaled, n=n, groups=groups)
    return found


def _scaled_measures(
    test: TestOfFit, scaled: TestOfFit, null: TestOfFit, *, n: float, groups: int
) -> dict[str, float]:
    found = {
        "chisq.scaled": scaled.statistic,
        "df.scaled": scaled.df,
        "pvalue.scaled": scaled.p,
        "chisq.scaling.factor": scaled.scaling,
        "baseline.chisq.scaled": null.statistic,
        "baseline.df.scaled": null.df,
        "baseline.pvalue.scaled": null.p,
        "baseline.chisq.scaling.factor": null.scaling,
    }
    found |= incremental(scaled.statistic, scaled.df, null.statistic, null.df, suffix=".scaled")
    if scaled.kind == "scaled.shifted":
        found |= rmsea_block(scaled.statistic, test.df, n, groups, suffix=".scaled")
    else:
        found |= rmsea_block(test.statistic, scaled.trace, n, groups, suffix=".scaled")
    if scaled.kind == "yuan.bentler.mplus":
        found["scaling.factor.h1"] = scaled.scaling_h1
        found["scaling.factor.h0"] = scaled.scaling_h0
    return found


def correction_factor(scaled: TestOfFit) -> float:
    """Return c of the robust indices: the scaling factor, or a (df - b) / df when shifted."""
    if scaled.kind == "scaled.shifted" and scaled.df > 0:
        return scaled.scaling * (scaled.df - scaled.shift) / scaled.df
    return scaled.scaling


def robust_input(
    test: TestOfFit, scaled: TestOfFit, null: TestOfFit, null_scaled: TestOfFit
) -> RobustInput:
    """Return what the robust indices of complete continuous data work on."""
    c = correction_factor(scaled)
    return RobustInput(
        test.statistic,
        test.df,
        c,
        scaled.statistic,
        null.statistic,
        null.df,
        correction_factor(null_scaled),
    )


def robust_measures(
    r: RobustInput, *, n: float, groups: int, c_interval: float = NAN
) -> dict[str, float]:
    """Return robust CFI, TLI, RNI and RMSEA.

    ``c_interval``: factor of the RMSEA interval where it differs from ``r.c``.
    """
    c, c0 = (
        (r.c, r.c_baseline) if r.df > 0 and _differs(r.c) and _differs(r.c_baseline) else (1.0, 1.0)
    )
    arguments = (r.statistic, r.df, r.baseline, r.baseline_df)
    found = {
        "cfi.robust": cfi(*arguments, c=c, c0=c0),
        "tli.robust": tli(*arguments, c=c, c0=c0),
        "nnfi.robust": tli(*arguments, c=c, c0=c0),
        "rni.robust": rni(*arguments, c=c, c0=c0),
    }
    if math.isnan(r.c) and r.df <= 0:
        found |= {"cfi.robust": 1.0, "tli.robust": 1.0, "nnfi.robust": 1.0, "rni.robust": 1.0}
    block = rmsea_block(r.statistic, r.df, n, groups, suffix=".robust", c=r.c, tail=r.scaled)
    if not math.isnan(c_interval):
        other = rmsea_block(
            r.statistic, r.df, n, groups, suffix=".robust", c=c_interval, tail=r.scaled
        )
        block = {**other, "rmsea.robust": block["rmsea.robust"]}
    if r.df <= 0:
        block["rmsea.robust"] = 0.0
    return found | block


def _differs(c: float) -> bool:
    """Return whether a correction factor is not 1 (then lavaan leaves CFI and TLI uncorrected)."""
    return abs(c - 1) > 1e-9 or math.isnan(c)


def critical_n(T: float, df: float, n: float, alpha: float) -> float:
    """Return Hoelter's critical N: quantile / (T / N) + 1."""
    if df <= 0:
        return 1.0
    return chi2_quantile(1 - alpha, df) / (T / n) + 1 if T > 0 else NAN


def likelihood_measures(
    log_likelihood: float, unrestricted: float, npar: int, n: float
) -> dict[str, float]:
    """Return log-likelihoods and information criteria."""
    deviance = -2 * log_likelihood
    return {
        "logl": log_likelihood,
        "unrestricted.logl": unrestricted,
        "aic": deviance + 2 * npar,
        "bic": deviance + npar * math.log(n),
        "bic2": deviance + npar * math.log((n + 2) / 24),
    }


def absolute_measures(gfi: float, moments: int, df: float) -> dict[str, float]:
    """Return AGFI = 1 - k/df (1 - GFI) and PGFI = df/k GFI, k moments."""
    return {
        "gfi": gfi,
        "agfi": 1 - moments / df * (1 - gfi) if df > 0 else 1.0,
        "pgfi": df / moments * gfi if moments else NAN,
    }
