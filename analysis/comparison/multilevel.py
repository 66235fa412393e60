"""Respondents within colleges: null and random-intercept models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.comparison.design import Design, build_design
from analysis.comparison.distributions import t_quantile, t_two_sided
from analysis.disclosure import DEFAULT_THRESHOLD, hide_groups
from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray, IntArray
from analysis.sem.distributions import chi2_quantile, chi2_upper, normal_quantile

FIXED_COLUMNS = ["b", "se", "df", "t", "p", "low", "high"]
FEW_GROUPS = 10
"""Under this many groups the variance between them is hardly known (Maas & Hox 2005)."""

LARGEST_RATIO = 1e4


@dataclass(frozen=True, slots=True)
class MultilevelOptions:
    """What the user chose.

    Args:
        outcome, group: columns; ``predictors``: columns, none for the null model.
        threshold: groups with fewer rows are used but not shown.
    """

    outcome: str
    group: str
    predictors: tuple[str, ...] = ()
    threshold: int = DEFAULT_THRESHOLD
    level: float = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class MultilevelResult:
    """A random-intercept model y_ij = x_ij b + u_j + e_ij by REML.

    Args:
        fixed: index term; ``b, se, df`` (as nlme: groups for terms constant within groups)
            ``, t, p, low, high``.
        between, within: variances of u and e.
        icc: between / (between + within), with the profile-likelihood interval.
        p_between: likelihood-ratio test that ``between`` is 0 (mixture of chi-squares).
        r2_marginal, r2_conditional: Nakagawa & Schielzeth (2013).
        log_likelihood: REML.
        groups: index group; ``n, mean, shrunken, low, high, reliability``: the group's mean and
            its best prediction with a 95 % interval; groups that must be hidden are absent.
        n, n_groups: rows and groups used.
    """

    fixed: pd.DataFrame
    between: float
    within: float
    icc: float
    icc_low: float
    icc_high: float
    p_between: float
    r2_marginal: float
    r2_conditional: float
    log_likelihood: float
    groups: pd.DataFrame
    n: int
    n_groups: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GroupSums:
    """Cross products by group, all that the likelihood needs.

    Args:
        n: rows of each of J groups; ``x``: J x k sums of the columns of X; ``y``: J sums.
        xx, xy, yy: cross products over all rows.
    """

    n: FloatArray
    x: FloatArray
    y: FloatArray
    xx: FloatArray
    xy: FloatArray
    yy: float

    @property
    def total(self) -> int:
        return int(self.n.sum())


@dataclass(frozen=True, slots=True, eq=False)
class RemlSolution:
    """REML at one ratio of the variances.

    Args:
        ratio: between / within.
        inverse: (X'V^-1 X)^-1 with V in units of ``within``.
    """

    ratio: float
    log_likelihood: float
    b: FloatArray
    within: float
    inverse: FloatArray


def _sums(design: Design, codes: IntArray, count: int) -> GroupSums:
    X, y = design.X, design.y
    member = np.zeros((count, len(y)))
    member[codes, np.arange(len(y))] = 1.0
    return GroupSums(member.sum(axis=1), member @ X, member @ y, X.T @ X, X.T @ y, float(y @ y))


def means_only(n: FloatArray, means: FloatArray, within: float) -> GroupSums:
    """Return the sums of a null model from each group's n and mean.

    Args:
        within: sum of squared deviations from the group means.
    """
    totals = n * means
    whole = np.array([[n.sum()]])
    squares = within + float(totals @ means)
    return GroupSums(n, n[:, None], totals, whole, np.array([totals.sum()]), squares)


def fit_reml(sums: GroupSums) -> RemlSolution:
    """Return the restricted maximum likelihood solution."""
    return _solve(sums, _best_ratio(sums))


def _solve(sums: GroupSums, ratio: float) -> RemlSolution:
    """Return the REML solution at between / within = ``ratio``, profiled over b and within."""
    shrink = ratio / (1 + sums.n * ratio)
    information = sums.xx - (sums.x * shrink[:, None]).T @ sums.x
    right = sums.xy - sums.x.T @ (shrink * sums.y)
    inverse = np.linalg.inv(information)
    b = inverse @ right
    rest = sums.yy - float(shrink @ sums.y**2) - float(right @ b)
    df = sums.total - len(b)
    within = max(rest / df, np.finfo(float).tiny)
    log_det = float(np.log1p(sums.n * ratio).sum()) + float(np.linalg.slogdet(information)[1])
    log_likelihood = -0.5 * (df * (np.log(2 * np.pi * within) + 1) + log_det)
    return RemlSolution(ratio, float(log_likelihood), b, within, inverse)


def _best_ratio(sums: GroupSums) -> float:
    """Return the ratio of variances with the highest REML likelihood; 0 at the boundary."""
    from scipy.optimize import minimize_scalar

    def loss(log_ratio: float) -> float:
        return -_solve(sums, float(np.exp(log_ratio))).log_likelihood

    grid = np.linspace(-12, np.log(LARGEST_RATIO), 25)
    values = [loss(float(g)) for g in grid]
    best = int(np.argmin(values))
    if best == 0:
        return 0.0
    low, high = grid[best - 1], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-10})
    ratio = float(np.exp(found.x))
    return ratio if -found.fun > _solve(sums, 0.0).log_likelihood else 0.0


def _icc_interval(sums: GroupSums, ratio: float, level: float) -> tuple[float, float]:
    """Return the ratios at which twice the log-likelihood has fallen by the chi-square limit."""
    from scipy.optimize import brentq

    top = _solve(sums, ratio).log_likelihood - chi2_quantile(level, 1) / 2

    def gap(log_ratio: float) -> float:
        return float(_solve(sums, float(np.exp(log_ratio))).log_likelihood - top)

    middle = np.log(max(ratio, 1e-10))
    low_end, high_end = -25.0, float(np.log(LARGEST_RATIO))
    low = float(np.exp(brentq(gap, low_end, middle))) if gap(low_end) < 0 < gap(middle) else 0.0
    high = float(np.exp(brentq(gap, middle, high_end))) if gap(high_end) < 0 else LARGEST_RATIO
    return low / (1 + low), high / (1 + high)


def multilevel(data: pd.DataFrame, options: MultilevelOptions) -> MultilevelResult:
    """Return the random-intercept model of the outcome over complete rows.

    Args:
        data: columns named in the options; a text predictor becomes indicators.

    Raises:
        NotComputable: fewer than two groups, or no group with two rows, or no spread.

    Checked against R nlme::lme 3.1-162 (REML).
    """
    complete = data[[options.outcome, options.group, *options.predictors]].dropna()
    codes, names = pd.factorize(complete[options.group].astype(str), sort=True)
    design = build_design(complete, options.outcome, options.predictors)
    count, n = len(names), len(complete)
    if count < 2 or n - count < 1 or design.y.std() == 0:
        raise NotComputable(finding("multilevel_too_little", Severity.BLOCK, n=n, groups=count))
    if np.linalg.matrix_rank(design.X) < design.X.shape[1]:
        raise NotComputable(finding("regression_collinear", Severity.BLOCK))
    sums = _sums(design, codes, count)
    solution = fit_reml(sums)
    ratio = solution.ratio
    within, between = solution.within, solution.within * ratio
    low, high = _icc_interval(sums, ratio, options.level)
    fitted = design.X @ solution.b
    explained = float(fitted.var())
    total = explained + between + within
    found = []
    if count < FEW_GROUPS:
        found.append(finding("few_groups", Severity.CAUTION, n=count))
    if ratio == 0.0:
        found.append(finding("no_group_variance", Severity.NOTE))
    return MultilevelResult(
        fixed=_fixed_table(design, codes, solution, level=options.level),
        between=between,
        within=within,
        icc=ratio / (1 + ratio),
        icc_low=low,
        icc_high=high,
        p_between=_p_between(sums, solution),
        r2_marginal=explained / total,
        r2_conditional=(explained + between) / total,
        log_likelihood=solution.log_likelihood,
        groups=_groups(design, codes, list(names), solution, ratio=ratio, options=options),
        n=n,
        n_groups=count,
        findings=tuple(found),
    )


def _p_between(sums: GroupSums, solution: RemlSolution) -> float:
    statistic = 2 * (solution.log_likelihood - _solve(sums, 0.0).log_likelihood)
    return 0.5 * chi2_upper(statistic, 1) if statistic > 1e-10 else 1.0


def _fixed_table(
    design: Design, codes: IntArray, solution: RemlSolution, *, level: float
) -> pd.DataFrame:
    n, k = design.X.shape
    count = len(np.unique(codes))
    varies = np.array([_varies_within(design.X[:, j], codes) for j in range(k)])
    between_terms = int((~varies[1:]).sum())
    inner = n - count - int(varies[1:].sum())
    df = np.where(varies, inner, count - 1 - between_terms).astype(float)
    df[0] = inner  # nlme counts the intercept inside
    se = np.sqrt(np.diag(solution.inverse) * solution.within)
    statistic = solution.b / se
    reach = np.array([t_quantile((1 + level) / 2, float(each)) for each in df]) * se
    columns = [
        *(solution.b, se, df, statistic),
        *(t_two_sided(statistic, df), solution.b - reach, solution.b + reach),
    ]
    return pd.DataFrame(np.column_stack(columns), index=list(design.terms), columns=FIXED_COLUMNS)


def _varies_within(column: FloatArray, codes: IntArray) -> bool:
    return bool((pd.Series(column).groupby(codes).nunique() > 1).any())


def _groups(
    design: Design,
    codes: IntArray,
    names: list[str],
    solution: RemlSolution,
    *,
    ratio: float,
    options: MultilevelOptions,
) -> pd.DataFrame:
    """Return each showable group's mean and its shrunken value with an interval."""
    y = pd.Series(design.y).groupby(codes)
    n, mean = y.size().to_numpy(dtype=float), y.mean().to_numpy(dtype=float)
    centre = pd.Series(design.X @ solution.b).groupby(codes).mean().to_numpy(dtype=float)
    reliability = n * ratio / (1 + n * ratio)
    shrunken = centre + reliability * (mean - centre)
    error = np.sqrt(solution.within * ratio * (1 - reliability))
    reach = normal_quantile((1 + options.level) / 2) * error
    table = pd.DataFrame(
        {
            "n": n.astype(int),
            "mean": mean,
            "shrunken": shrunken,
            "low": shrunken - reach,
            "high": shrunken + reach,
            "reliability": reliability,
        },
        index=names,
    )
    sizes = dict(zip(names, n.astype(int).tolist(), strict=True))
    hidden = hide_groups(sizes, options.threshold).all
    return table[~table.index.isin(hidden)]
