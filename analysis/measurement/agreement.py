"""Agreement: intraclass correlations of ratings and of groups, r_wg, kappa, retest."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings import Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """One intraclass correlation with its F test and interval."""

    icc: float
    F: float
    df1: int
    df2: int
    p: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    """Two-way layout of n subjects by k raters."""

    n: int
    k: int
    between: float
    within: float
    raters: float
    error: float


def _mean_squares(ratings: FloatArray) -> _MeanSquares:
    n, k = ratings.shape
    grand = ratings.mean()
    subjects = k * float(((ratings.mean(axis=1) - grand) ** 2).sum())
    raters = n * float(((ratings.mean(axis=0) - grand) ** 2).sum())
    total = float(((ratings - grand) ** 2).sum())
    return _MeanSquares(
        n=n,
        k=k,
        between=subjects / (n - 1),
        within=(total - subjects) / (n * (k - 1)),
        raters=raters / (k - 1),
        error=(total - subjects - raters) / ((n - 1) * (k - 1)),
    )


def _f_quantile(probability: float, df1: float, df2: float) -> float:
    from scipy.stats import f

    return float(f.ppf(probability, df1, df2))


def _by_ratio(
    ratio: float, df1: int, df2: int, *, k: int, tail: float
) -> tuple[IntraclassCorrelation, IntraclassCorrelation]:
    """Return the single and the average form that depend on one F ratio."""
    from scipy.stats import f

    p = float(f.sf(ratio, df1, df2))
    low = ratio / _f_quantile(1 - tail, df1, df2)
    high = ratio * _f_quantile(1 - tail, df2, df1)

    def single(x: float) -> float:
        return (x - 1) / (x + k - 1)

    one = IntraclassCorrelation(single(ratio), ratio, df1, df2, p, single(low), single(high))
    mean = IntraclassCorrelation(1 - 1 / ratio, ratio, df1, df2, p, 1 - 1 / low, 1 - 1 / high)
    return one, mean


def _absolute(ms: _MeanSquares, tail: float) -> tuple[IntraclassCorrelation, IntraclassCorrelation]:
    """Return ICC(2,1) and ICC(2,k) with Satterthwaite intervals."""
    from scipy.stats import f

    n, k = ms.n, ms.k
    icc = (ms.between - ms.error) / (
        ms.between + (k - 1) * ms.error + k * (ms.raters - ms.error) / n
    )
    ratio, of_raters = ms.between / ms.error, ms.raters / ms.error
    df1, df2 = n - 1, (n - 1) * (k - 1)
    spread = n * (1 + (k - 1) * icc) - k * icc
    v = (k - 1) * (n - 1) * (k * icc * of_raters + spread) ** 2
    v /= (n - 1) * (k * icc * of_raters) ** 2 + spread**2
    upper, lower = _f_quantile(1 - tail, n - 1, v), _f_quantile(1 - tail, v, n - 1)
    rest = k * ms.raters + (k * n - k - n) * ms.error
    low = n * (ms.between - upper * ms.error) / (upper * rest + n * ms.between)
    high = n * (lower * ms.between - ms.error) / (rest + n * lower * ms.between)
    p = float(f.sf(ratio, df1, df2))
    mean = (ms.between - ms.error) / (ms.between + (ms.raters - ms.error) / n)

    def stepped(x: float) -> float:
        return k * x / (1 + (k - 1) * x)

    return (
        IntraclassCorrelation(icc, ratio, df1, df2, p, low, high),
        IntraclassCorrelation(mean, ratio, df1, df2, p, stepped(low), stepped(high)),
    )


def intraclass_correlations(
    ratings: pd.DataFrame, *, level: float = 0.95
) -> dict[str, IntraclassCorrelation]:
    """Return the six intraclass correlations of Shrout and Fleiss.

    ``ICC1`` one-way, ``ICC2`` two-way random (absolute agreement), ``ICC3`` two-way mixed
    (consistency); ``ICC1k ICC2k ICC3k`` for the mean of the k ratings.

    Args:
        ratings: subjects x raters (or occasions), complete, at least two each.

    Reference: Shrout & Fleiss (1979). Checked against psych::ICC 2.2.9.
    """
    values = ratings.to_numpy(dtype=float)
    if min(values.shape) < 2 or not np.all(np.isfinite(values)):
        raise NotComputable(
            finding("ratings_incomplete", Severity.BLOCK, n=len(values), raters=values.shape[1])
        )
    ms = _mean_squares(values)
    if min(ms.between, ms.within, ms.error) <= 0:
        raise NotComputable(finding("ratings_without_spread", Severity.BLOCK))
    n, k, tail = ms.n, ms.k, (1 - level) / 2
    one, one_mean = _by_ratio(ms.between / ms.within, n - 1, n * (k - 1), k=k, tail=tail)
    three, three_mean = _by_ratio(ms.between / ms.error, n - 1, (n - 1) * (k - 1), k=k, tail=tail)
    two, two_mean = _absolute(ms, tail)
    return {
        "ICC1": one,
        "ICC2": two,
        "ICC3": three,
        "ICC1k": one_mean,
        "ICC2k": two_mean,
        "ICC3k": three_mean,
    }


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """How far members of a group answer alike, so that a group mean means something.

    Args:
        icc1: share of variance between groups; ``low``, ``high`` its interval.
        icc2: reliability of the group means.
        group_size: mean size as it enters (k0 for unequal sizes).
        F, df1, df2, p: one-way analysis of variance.
        rwg: median r_wg over groups of at least two; each in ``rwg_of``.
    """

    icc1: float
    low: float
    high: float
    icc2: float
    group_size: float
    F: float
    df1: int
    df2: int
    p: float
    rwg: float
    rwg_of: dict[str, float]


def group_agreement(
    scores: pd.Series, groups: pd.Series, *, categories: int, level: float = 0.95
) -> GroupAgreement:
    """Return ICC(1), ICC(2) and r_wg of one score within groups (colleges, say).

    ICC(1) = (MSB - MSW) / (MSB + (k0 - 1) MSW), ICC(2) = (MSB - MSW) / MSB, with
    k0 = (N - sum n_j^2 / N) / (J - 1). r_wg = 1 - s^2 / ((A^2 - 1) / 12), at least 0.

    Args:
        scores, groups: same index; rows with a missing value are left out.
        categories: answer categories A of the uniform null distribution.

    Reference: Bliese (2000); James, Demaree & Wolf (1984). Interval: Searle (1971).
    """
    from scipy.stats import f

    data = pd.DataFrame({"y": scores, "g": groups}).dropna()
    parts = [(str(g), part["y"].to_numpy(dtype=float)) for g, part in data.groupby("g", sort=True)]
    total, count = len(data), len(parts)
    if count < 2 or total <= count:
        raise NotComputable(finding("multilevel_too_little", Severity.BLOCK, n=total, groups=count))
    grand = float(data["y"].mean())
    between = sum(len(y) * (y.mean() - grand) ** 2 for _, y in parts) / (count - 1)
    within = sum(float(((y - y.mean()) ** 2).sum()) for _, y in parts) / (total - count)
    k0 = (total - sum(len(y) ** 2 for _, y in parts) / total) / (count - 1)
    ratio = between / within if within > 0 else float("nan")
    df1, df2 = count - 1, total - count
    tail = (1 - level) / 2
    low = ratio / _f_quantile(1 - tail, df1, df2)
    high = ratio * _f_quantile(1 - tail, df2, df1)
    null = (categories**2 - 1) / 12
    rwg_of = {g: max(1 - float(y.var(ddof=1)) / null, 0.0) for g, y in parts if len(y) > 1}
    return GroupAgreement(
        icc1=(ratio - 1) / (ratio + k0 - 1),
        low=(low - 1) / (low + k0 - 1),
        high=(high - 1) / (high + k0 - 1),
        icc2=1 - 1 / ratio if ratio else float("-inf"),
        group_size=k0,
        F=ratio,
        df1=df1,
        df2=df2,
        p=float(f.sf(ratio, df1, df2)),
        rwg=float(np.median(list(rwg_of.values()))) if rwg_of else float("nan"),
        rwg_of=rwg_of,
    )


def rwg_of_items(items: pd.DataFrame, *, categories: int) -> float:
    """Return r_wg(J) of one group's answers to J parallel items, 0 to 1.

    J (1 - v) / (J (1 - v) + v), v = mean item variance / ((A^2 - 1) / 12); 0 when v >= 1.

    Reference: James, Demaree & Wolf (1984).
    """
    ratio = float(items.var(ddof=1).mean()) / ((categories**2 - 1) / 12)
    if ratio >= 1:
        return 0.0
    j = items.shape[1]
    return j * (1 - ratio) / (j * (1 - ratio) + ratio)


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa with its interval."""

    kappa: float
    se: float
    low: float
    high: float
    n: int


def cohen_kappa(first: pd.Series, second: pd.Series, *, weights: str = "none") -> Kappa:
    """Return Cohen's kappa of two coders, or weighted for ordered categories.

    kappa = (p_o - p_e) / (1 - p_e) with agreement weights w_ij = 1 - (i - j)^2 / (c - 1)^2
    (``quadratic``), 1 - |i - j| / (c - 1) (``linear``) or the identity (``none``).

    Args:
        first, second: category codes, same index; rows with a missing code are left out.

    Reference: Cohen (1968); variance Fleiss, Cohen & Everitt (1969). Checked against
    psych::cohen.kappa 2.2.9.
    """
    pairs = pd.DataFrame({"a": first, "b": second}).dropna()
    levels = sorted(set(pairs["a"]) | set(pairs["b"]))
    c, n = len(levels), len(pairs)
    position = {value: i for i, value in enumerate(levels)}
    table = np.zeros((c, c))
    for a, b in zip(pairs["a"], pairs["b"], strict=True):
        table[position[a], position[b]] += 1
    p = table / max(n, 1)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    w = _agreement_weights(c, weights)
    observed, expected = float((w * p).sum()), float((w * np.outer(rows, columns)).sum())
    if n == 0 or expected >= 1:
        return Kappa(float("nan"), float("nan"), float("nan"), float("nan"), n)
    kappa = (observed - expected) / (1 - expected)
    mean_weight = (w @ columns)[:, None] + (w.T @ rows)[None, :]
    inner = (p * (w - mean_weight * (1 - kappa)) ** 2).sum()
    variance = (inner - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    se = float(np.sqrt(max(float(variance), 0.0)))
    return Kappa(kappa, se, kappa - 1.959963984540054 * se, kappa + 1.959963984540054 * se, n)


def _agreement_weights(c: int, kind: str) -> FloatArray:
    if kind == "none" or c < 2:
        return np.eye(c)
    distance = np.abs(np.subtract.outer(np.arange(c), np.arange(c))) / (c - 1)
    if kind == "linear":
        return np.asarray(1 - distance)
    if kind == "quadratic":
        return np.asarray(1 - distance**2)
    raise ValueError(f"no weights called {kind!r}")


@dataclass(frozen=True, slots=True)
class Retest:
    """Agreement of two occasions.

    Args:
        icc: ICC(2,1), absolute agreement, with its interval.
        sem: standard error of measurement, in units of the score.
        sdc: smallest detectable change of one person, 1.96 sqrt(2) sem.
        shift: mean of second minus first.
    """

    icc: IntraclassCorrelation
    n: int
    sem: float
    sdc: float
    shift: float


def retest(first: pd.Series, second: pd.Series) -> Retest:
    """Return how well two occasions of the same persons agree.

    sem = square root of the within-person mean square, which holds shift and error.

    Args:
        first, second: same index of persons; incomplete pairs are left out.

    Reference: Weir (2005); de Vet et al. (2006).
    """
    pairs = pd.DataFrame({"first": first, "second": second}).dropna()
    icc = intraclass_correlations(pairs)["ICC2"]
    ms = _mean_squares(pairs.to_numpy(dtype=float))
    sem = float(np.sqrt(ms.within))
    shift = float((pairs["second"] - pairs["first"]).mean())
    return Retest(icc, len(pairs), sem, 1.959963984540054 * float(np.sqrt(2)) * sem, shift)
