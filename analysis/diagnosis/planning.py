"""Planning before the survey: what a sample of n buys, and the n a question needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from analysis.comparison.distributions import noncentral_t_cdf
from analysis.modelling.ladder import FRAMEWORK_LADDER, ON_REQUEST, SCORES_MINIMUM
from survey.questionnaire.sample_size import close_fit_power

TYPICAL_SD = 20.0
"""Standard deviation of a construct on 0-100 in surveys of this kind (FRAMEWORK 8)."""

POWER = 0.80
LARGEST_SAMPLE = 1_000_000
CURVE = (30, 60, 100, 150, 200, 300, 400, 600, 900)


def half_width(
    n: int, sd: float = TYPICAL_SD, *, population: int = 0, level: float = 0.95
) -> float:
    """Return the half width of the t interval of a mean.

    Args:
        population: size of the group sampled; the finite population correction applies;
            0: large.
    """
    from scipy.stats import t

    correction = math.sqrt(max(population - n, 0) / (population - 1)) if population > 1 else 1.0
    return float(t.ppf(0.5 + level / 2, n - 1)) * sd / math.sqrt(n) * correction


def sample_for_half_width(
    width: float, sd: float = TYPICAL_SD, *, population: int = 0, level: float = 0.95
) -> int:
    """Return the smallest n whose interval reaches at most ``width`` to either side."""
    return _smallest(lambda n: half_width(n, sd, population=population, level=level) <= width, 2)


def gap_power(d: float, n1: int, n2: int, *, alpha: float = 0.05) -> float:
    """Return the power of the two-sided t test for a standardised difference ``d``.

    Noncentral t, equal variances. Checked against R power.t.test.
    """
    from scipy.stats import t

    df = n1 + n2 - 2
    ncp = d * math.sqrt(n1 * n2 / (n1 + n2))
    critical = float(t.ppf(1 - alpha / 2, df))
    return 1 - noncentral_t_cdf(critical, df, ncp) + noncentral_t_cdf(-critical, df, ncp)


def sample_for_gap(
    d: float, *, ratio: float = 1.0, power: float = POWER, alpha: float = 0.05
) -> tuple[int, int]:
    """Return the respondents of two roles that show a gap ``d``; ``ratio`` = second / first."""
    first = _smallest(lambda n: gap_power(d, n, math.ceil(n * ratio), alpha=alpha) >= power, 3)
    return first, math.ceil(first * ratio)


def smallest_gap(n1: int, n2: int, *, power: float = POWER, alpha: float = 0.05) -> float:
    """Return the standardised difference that is found with the given power."""
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if gap_power(middle, n1, n2, alpha=alpha) >= power:
            high = middle
        else:
            low = middle
    return high


def reachable_model(n: int) -> str:
    """Return the framework model that n complete answers carry; ``scores``, ``none`` below."""
    for name, needed in FRAMEWORK_LADDER:
        if name not in ON_REQUEST and n >= needed:
            return name
    return "scores" if n >= SCORES_MINIMUM else "none"


def sample_curve(
    sizes: Sequence[int] = CURVE, *, sd: float = TYPICAL_SD, df: int = 80
) -> pd.DataFrame:
    """Return what each sample size buys.

    Index n (complete answers, per role for the gap): ``half_width`` of a score (points),
    ``gap`` between two roles of n each (d, 80 % power) ``, change`` between two waves of n
    (points, 80 %) ``, fit_power`` (RMSEA .05 against .08, ``df``) ``, model`` of the ladder.
    """
    gaps = {n: smallest_gap(n, n) for n in sizes}
    return pd.DataFrame(
        {
            "half_width": [half_width(n, sd) for n in sizes],
            "gap": [gaps[n] for n in sizes],
            "change": [sd * gaps[n] for n in sizes],
            "fit_power": [close_fit_power(n, df) for n in sizes],
            "model": [reachable_model(n) for n in sizes],
        },
        index=pd.Index(list(sizes), name="n"),
    )


def _smallest(is_enough: Callable[[int], bool], start: int) -> int:
    """Return the smallest n from ``start`` on for which a rising condition holds."""
    high = start
    while not is_enough(high):
        high *= 2
        if high > LARGEST_SAMPLE:
            return LARGEST_SAMPLE
    low = start - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high
