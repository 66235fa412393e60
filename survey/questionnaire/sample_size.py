"""How many answers the planned analysis needs, before the first is collected."""

from dataclasses import dataclass

from survey.questionnaire.model import Questionnaire
from survey.questionnaire.variables import variables

LADDER = (30, 100, 300, 600)
"""Answers from which the program reports scores with intervals, the overall model, the model of
group paths with reservations, and single group paths (FRAMEWORK 8, by simulation)."""
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class SampleNeed:
    """Numbers of usable answers.

    Args:
        items, constructs: of the measurement model planned (constructs with two items or more).
        df: its degrees of freedom.
        close_fit: answers for power .80 to reject a bad fit (RMSEA .08) when asking for a close
            one (.05); None when the model has no degrees of freedom.
        overall, paths, single_paths: the ladder's steps.
        per_role_half, per_role_third: answers **in each of two roles** for power .80 to see a
            gap of .5 and .3 standard deviations.
    """

    items: int
    constructs: int
    df: int
    close_fit: int | None
    overall: int
    paths: int
    single_paths: int
    per_role_half: int
    per_role_third: int


def factor_model_df(items: int, constructs: int) -> int:
    """Return the degrees of freedom of correlated factors, each item on one factor.

    p (p + 1) / 2 moments less p loadings (scale set by factor variances), p error
    variances and k (k - 1) / 2 correlations.
    """
    return items * (items + 1) // 2 - 2 * items - constructs * (constructs - 1) // 2


def close_fit_power(n: int, df: int, *, null: float = 0.05, bad: float = 0.08) -> float:
    """Return the power of the test of close fit at alpha .05 (MacCallum, Browne & Sugawara 1996).

    Power = P(noncentral chi2(df, (n-1) df bad^2) > its .95 quantile under (n-1) df null^2).
    Checked against their Table 2 and 4.
    """
    from scipy.stats import ncx2

    critical = ncx2.ppf(0.95, df, (n - 1) * df * null**2)
    return float(ncx2.sf(critical, df, (n - 1) * df * bad**2))


def close_fit_sample(df: int, *, power: float = 0.8) -> int:
    """Return the smallest n with at least ``power`` in the test of close fit.

    Raises:
        ValueError: ``df`` below 1.
    """
    if df < 1:
        raise ValueError("a model without degrees of freedom fits always")
    low, high = 2, _MOST
    while low < high:
        middle = (low + high) // 2
        if close_fit_power(middle, df) >= power:
            high = middle
        else:
            low = middle + 1
    return low


def group_sample(difference: float, *, power: float = 0.8) -> int:
    """Return the answers per group to see ``difference`` standard deviations, two-sided .05.

    Independent t test, equal groups, noncentral t. Checked against R power.t.test.
    """
    from scipy.stats import nct, t

    n = 2
    while True:
        df, shift = 2 * n - 2, difference * (n / 2) ** 0.5
        critical = t.ppf(0.975, df)
        reached = nct.sf(critical, df, shift) + nct.cdf(-critical, df, shift)
        if reached >= power:
            return n
        n += 1


def sample_need(questionnaire: Questionnaire) -> SampleNeed:
    """Return the numbers of answers that the questionnaire's constructs call for."""
    sizes: dict[str, int] = {}
    for column in variables(questionnaire):
        if column.is_item:
            sizes[column.construct] = sizes.get(column.construct, 0) + 1
    modelled = [size for size in sizes.values() if size > 1]
    items, constructs = sum(modelled), len(modelled)
    df = factor_model_df(items, constructs)
    _, overall, paths, single_paths = LADDER
    return SampleNeed(
        items=items,
        constructs=constructs,
        df=df,
        close_fit=close_fit_sample(df) if df > 0 else None,
        overall=overall,
        paths=paths,
        single_paths=single_paths,
        per_role_half=group_sample(0.5),
        per_role_third=group_sample(0.3),
    )


def invitations(needed: int, *, response_rate: float, usable_rate: float = 0.9) -> int:
    """Return how many to invite for ``needed`` usable answers, rounded up.

    Raises:
        ValueError: a rate outside (0, 1].
    """
    if not (0 < response_rate <= 1 and 0 < usable_rate <= 1):
        raise ValueError("rates lie above 0 and up to 1")
    return -int(-needed // (response_rate * usable_rate))
