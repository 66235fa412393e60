"""Tests of differences between groups, each for a list of samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.comparison.distributions import (
    studentized_range_quantile,
    studentized_range_sf,
)
from analysis.comparison.ranks import average_ranks
from analysis.preparation.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class GroupTest:
    """A test over all groups: statistic, degrees of freedom, p."""

    statistic: float
    df1: float
    df2: float
    p: float


@dataclass(frozen=True, slots=True)
class PairTest:
    """Comparison of two groups (numbers count from 0): difference first minus second.

    ``low`` and ``high`` are simultaneous over all pairs.
    """

    first: int
    second: int
    difference: float
    se: float
    df: float
    low: float
    high: float
    p: float


NO_TEST = GroupTest(float("nan"), float("nan"), float("nan"), float("nan"))


def _f_tail(statistic: float, df1: float, df2: float) -> float:
    from scipy.special import fdtrc

    return float(fdtrc(df1, df2, statistic))


def anova(samples: Sequence[FloatArray]) -> GroupTest:
    """Return the one-way analysis of variance (equal variances assumed).

    NaN without spread inside the groups. Checked against R oneway.test(var.equal=TRUE).
    """
    total, k = sum(map(len, samples)), len(samples)
    grand = np.concatenate(samples).mean()
    between = sum(len(y) * (y.mean() - grand) ** 2 for y in samples)
    within = sum(((y - y.mean()) ** 2).sum() for y in samples)
    if k < 2 or total <= k or within <= 0:
        return NO_TEST
    statistic = float(between / (k - 1) / (within / (total - k)))
    return GroupTest(statistic, k - 1, total - k, _f_tail(statistic, k - 1, total - k))


def welch_anova(samples: Sequence[FloatArray]) -> GroupTest:
    """Return Welch's test of equal means without assuming equal variances.

    For two groups the square of Welch's t. NaN when a group has under two values or no
    spread. Reference: Welch (1951). Checked against R oneway.test.
    """
    if len(samples) < 2 or any(len(y) < 2 or y.var(ddof=1) == 0 for y in samples):
        return NO_TEST
    n = np.array([len(y) for y in samples], dtype=float)
    means = np.array([y.mean() for y in samples])
    w = n / np.array([y.var(ddof=1) for y in samples])
    k = len(samples)
    centre = (w * means).sum() / w.sum()
    lack = (((1 - w / w.sum()) ** 2) / (n - 1)).sum() / (k**2 - 1)
    statistic = float((w * (means - centre) ** 2).sum() / (k - 1) / (1 + 2 * (k - 2) * lack))
    df2 = float(1 / (3 * lack))
    return GroupTest(statistic, k - 1, df2, _f_tail(statistic, k - 1, df2))


def levene(samples: Sequence[FloatArray]) -> GroupTest:
    """Return the Brown-Forsythe test of equal variances (distances from medians)."""
    return anova([np.abs(y - np.median(y)) for y in samples])


def kruskal_wallis(samples: Sequence[FloatArray]) -> GroupTest:
    """Return the Kruskal-Wallis test, corrected for ties; ``statistic`` is H, ``df1`` k - 1.

    NaN when all values are equal. Checked against R kruskal.test.
    """
    from scipy.special import chdtrc

    values = np.concatenate(samples)
    n, k = len(values), len(samples)
    all_ranks, ties = average_ranks(values)
    correction = 1 - (ties**3 - ties).sum() / max(n**3 - n, 1)
    if k < 2 or correction <= 0:
        return NO_TEST
    ranks = np.split(all_ranks, np.cumsum([len(y) for y in samples])[:-1])
    h = 12 / (n * (n + 1)) * sum(len(r) * (r.mean() - (n + 1) / 2) ** 2 for r in ranks)
    statistic = float(h / correction)
    return GroupTest(statistic, k - 1, float("nan"), float(chdtrc(k - 1, statistic)))


def mann_whitney_p(first: FloatArray, second: FloatArray) -> float:
    """Return the two-sided p of the Mann-Whitney test (normal, ties and continuity corrected).

    NaN when all values are equal. Checked against R wilcox.test(exact=FALSE).
    """
    from scipy.special import ndtr

    ranks, ties = average_ranks(np.concatenate([first, second]))
    n1, n2 = len(first), len(second)
    n = n1 + n2
    spread = n1 * n2 / 12 * (n + 1 - (ties**3 - ties).sum() / max(n * (n - 1), 1))
    if spread <= 0:
        return float("nan")
    u = ranks[:n1].sum() - n1 * (n1 + 1) / 2
    z = (abs(float(u) - n1 * n2 / 2) - 0.5) / np.sqrt(spread)
    return float(min(2 * ndtr(-z), 1.0))


def _studentized(
    first: int,
    second: int,
    *,
    difference: float,
    se: float,
    df: float,
    groups: int,
    level: float,
) -> PairTest:
    """Return a pair by the studentized range; ``se`` is that of the difference."""
    p = studentized_range_sf(abs(difference) / se * np.sqrt(2), groups, df)
    reach = studentized_range_quantile(level, groups, df) * se / float(np.sqrt(2))
    return PairTest(first, second, difference, se, df, difference - reach, difference + reach, p)


def games_howell(samples: Sequence[FloatArray], *, level: float = 0.95) -> list[PairTest]:
    """Return all pairwise differences without assuming equal variances.

    Reference: Games & Howell (1976). Checked against scipy.stats.tukey_hsd(equal_var=False)
    and by R ptukey. Pairs without spread are left out.
    """
    found = []
    for i, j in combinations(range(len(samples)), 2):
        a, b = samples[i], samples[j]
        va, vb = (y.var(ddof=1) / len(y) if len(y) > 1 else 0.0 for y in (a, b))
        if va + vb <= 0 or min(len(a), len(b)) < 2:
            continue
        df = float((va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1)))
        found.append(
            _studentized(
                i,
                j,
                difference=float(a.mean() - b.mean()),
                se=float(np.sqrt(va + vb)),
                df=df,
                groups=len(samples),
                level=level,
            )
        )
    return found


def tukey(samples: Sequence[FloatArray], *, level: float = 0.95) -> list[PairTest]:
    """Return Tukey's (Tukey-Kramer) pairwise differences, equal variances assumed.

    Checked against R TukeyHSD.
    """
    total, k = sum(map(len, samples)), len(samples)
    within = float(sum(((y - y.mean()) ** 2).sum() for y in samples))
    if total <= k or within <= 0:
        return []
    mse = within / (total - k)
    return [
        _studentized(
            i,
            j,
            difference=float(samples[i].mean() - samples[j].mean()),
            se=float(np.sqrt(mse * (1 / len(samples[i]) + 1 / len(samples[j])))),
            df=total - k,
            groups=k,
            level=level,
        )
        for i, j in combinations(range(k), 2)
    ]
