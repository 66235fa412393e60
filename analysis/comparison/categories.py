"""Association of two categorical answers: chi-square, Fisher, Cramer's V, residuals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.comparison.effects import Effect, cramers_v
from analysis.disclosure import DEFAULT_THRESHOLD, hide_crosstab
from analysis.findings import Finding, Severity, finding
from analysis.preparation.arrays import FloatArray
from analysis.sem.distributions import chi2_upper

EXPECTED_MINIMUM = 5.0
"""Cochran: chi-square needs expected counts of 5 in at least 80 % of the cells."""

FISHER_DRAWS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Association:
    """A cross table with its tests.

    Args:
        counts: rows x columns, NaN where a cell must be hidden.
        residuals: adjusted standardized residuals, NaN where hidden; beyond 2 in size a cell
            departs from independence.
        chisq, df, p: Pearson's chi-square without continuity correction.
        p_exact: Fisher's exact p for a 2 x 2 table, else Monte Carlo over tables with the
            same margins (``FISHER_DRAWS`` draws).
        v: Cramer's V.
    """

    counts: pd.DataFrame
    residuals: pd.DataFrame
    n: int
    chisq: float
    df: int
    p: float
    p_exact: float
    v: Effect
    findings: tuple[Finding, ...]


def _expected(table: FloatArray) -> FloatArray:
    return np.asarray(np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum())


def adjusted_residuals(table: FloatArray) -> FloatArray:
    """Return (observed - expected) / sqrt(expected (1 - row share) (1 - column share)).

    Checked against R chisq.test()$stdres.
    """
    expected, n = _expected(table), table.sum()
    rows, columns = table.sum(axis=1) / n, table.sum(axis=0) / n
    return np.asarray((table - expected) / np.sqrt(expected * np.outer(1 - rows, 1 - columns)))


def _log_probabilities(tables: FloatArray) -> FloatArray:
    """Log probability of tables (... x r x c) given their margins, up to a constant."""
    from scipy.special import gammaln

    return np.asarray(-gammaln(tables + 1).sum(axis=(-2, -1)))


def exact_p(table: FloatArray, *, seed: int = 20260101) -> float:
    """Return Fisher's exact p: exact for 2 x 2, else by Monte Carlo with the margins fixed.

    Checked against R fisher.test.
    """
    if table.shape == (2, 2):
        from scipy.stats import fisher_exact

        return float(fisher_exact(table.astype(int)).pvalue)
    from scipy.stats import random_table

    margins = (table.sum(axis=1).astype(int), table.sum(axis=0).astype(int))
    drawn = random_table(*margins, seed=np.random.default_rng(seed)).rvs(FISHER_DRAWS)
    observed = float(_log_probabilities(table))
    as_rare = 1 + int((_log_probabilities(drawn) <= observed + 1e-7).sum())
    return as_rare / (FISHER_DRAWS + 1)


def associate(
    first: pd.Series, second: pd.Series, *, threshold: int = DEFAULT_THRESHOLD
) -> Association:
    """Return the cross table of two categorical variables with tests and effect size.

    Args:
        first, second: same index; respondents with a missing value are left out.
        threshold: smaller cells are hidden, and as many more as protect them.

    Tests use the whole table; what is shown is not enough to rebuild it. Checked against R
    chisq.test(correct=FALSE), fisher.test and effectsize::cramers_v.
    """
    known = pd.DataFrame({"first": first, "second": second}).dropna().astype(str)
    counts = pd.crosstab(known["first"], known["second"])
    table = counts.to_numpy(dtype=float)
    rows, columns = table.shape
    nan = float("nan")
    if min(rows, columns) < 2:
        empty = counts.astype(float) * nan
        one = (finding("table_of_one_category", Severity.NOTE),)
        unknown = Effect(nan, nan, nan)
        return Association(empty, empty, len(known), nan, 0, nan, nan, unknown, one)
    expected = _expected(table)
    chisq, df = float(((table - expected) ** 2 / expected).sum()), (rows - 1) * (columns - 1)
    hidden = hide_crosstab(counts, threshold)
    residuals = pd.DataFrame(adjusted_residuals(table), index=counts.index, columns=counts.columns)
    thin = float(np.mean(expected < EXPECTED_MINIMUM))
    found = (finding("expected_counts_small", Severity.CAUTION, share=thin),) if thin > 0.2 else ()
    return Association(
        counts=counts.astype(float).mask(hidden),
        residuals=residuals.mask(hidden),
        n=len(known),
        chisq=chisq,
        df=df,
        p=chi2_upper(chisq, df),
        p_exact=exact_p(table),
        v=cramers_v(chisq, n=len(known), rows=rows, columns=columns),
        findings=found,
    )
