"""Comparison of scores between groups: options, function, result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.comparison.adjust import Adjustment, adjusted
from analysis.comparison.effects import eta_squared, hedges_g, omega_squared, rank_biserial
from analysis.comparison.group_tests import (
    anova,
    games_howell,
    kruskal_wallis,
    levene,
    mann_whitney_p,
    tukey,
    welch_anova,
)
from analysis.disclosure import DEFAULT_THRESHOLD, hide_groups
from analysis.findings import Finding, Severity, finding
from analysis.preparation.arrays import FloatArray
from survey.progress import Progress, silent

DESCRIPTIVE_COLUMNS = ["score", "group", "n", "mean", "sd", "se", "low", "high", "median", "iqr"]
TEST_COLUMNS = [
    *("n", "groups", "welch_F", "welch_df1", "welch_df2", "welch_p", "welch_p_adjusted"),
    *("F", "df1", "df2", "p", "levene_p", "H", "kruskal_p"),
    *("eta_squared", "eta_low", "eta_high", "omega_squared", "epsilon_squared"),
]
PAIR_COLUMNS = [
    *("score", "first", "second", "difference", "se", "df", "low", "high"),
    *("p_games_howell", "p_tukey", "p_mann_whitney", "p_adjusted"),
    *("g", "g_low", "g_high", "rank_biserial", "rb_low", "rb_high"),
]


@dataclass(frozen=True, slots=True)
class GroupOptions:
    """What the user chose on the comparison panel.

    Args:
        threshold: smallest group shown; smaller ones are left out altogether.
        adjust: over the scores, for the Welch test and for each pair of groups (Games-Howell
            already covers the pairs of one score).
    """

    threshold: int = DEFAULT_THRESHOLD
    level: float = 0.95
    adjust: Adjustment = "holm"


@dataclass(frozen=True, slots=True, eq=False)
class GroupComparison:
    """Scores by group, with tests and effect sizes.

    Args:
        descriptives: one row per score and group; ``low``, ``high`` the t interval of the mean.
        tests: index score; over all shown groups.
        pairs: one row per score and pair of groups; ``low``, ``high`` are Games-Howell's.
        hidden: groups left out for their size.
    """

    descriptives: pd.DataFrame
    tests: pd.DataFrame
    pairs: pd.DataFrame
    hidden: tuple[str, ...]
    findings: tuple[Finding, ...]


def _mean_interval(y: FloatArray, level: float) -> tuple[float, float, float]:
    from scipy.special import stdtrit

    if len(y) < 2:
        return float("nan"), float("nan"), float("nan")
    se = float(y.std(ddof=1) / np.sqrt(len(y)))
    reach = float(stdtrit(len(y) - 1, (1 + level) / 2)) * se
    return se, float(y.mean()) - reach, float(y.mean()) + reach


def _describe(score: str, group: str, y: FloatArray, *, level: float) -> dict[str, object]:
    se, low, high = _mean_interval(y, level)
    quarter, median, three = np.quantile(y, [0.25, 0.5, 0.75])
    return {
        "score": score,
        "group": group,
        "n": len(y),
        "mean": float(y.mean()),
        "sd": float(y.std(ddof=1)) if len(y) > 1 else float("nan"),
        "se": se,
        "low": low,
        "high": high,
        "median": float(median),
        "iqr": float(three - quarter),
    }


def _tests(samples: Sequence[FloatArray], *, level: float) -> dict[str, object]:
    n = sum(map(len, samples))
    welch, equal, ranks = welch_anova(samples), anova(samples), kruskal_wallis(samples)
    eta = eta_squared(equal.statistic, equal.df1, equal.df2, level=level)
    return {
        "n": n,
        "groups": len(samples),
        "welch_F": welch.statistic,
        "welch_df1": welch.df1,
        "welch_df2": welch.df2,
        "welch_p": welch.p,
        "F": equal.statistic,
        "df1": equal.df1,
        "df2": equal.df2,
        "p": equal.p,
        "levene_p": levene(samples).p,
        "H": ranks.statistic,
        "kruskal_p": ranks.p,
        "eta_squared": eta.value,
        "eta_low": eta.low,
        "eta_high": eta.high,
        "omega_squared": omega_squared(equal.statistic, equal.df1, equal.df2),
        "epsilon_squared": ranks.statistic / (n - 1) if n > 1 else float("nan"),
    }


def _pairs(
    score: str, names: Sequence[str], samples: Sequence[FloatArray], *, level: float
) -> list[dict[str, object]]:
    unequal = {(t.first, t.second): t for t in games_howell(samples, level=level)}
    equal = {(t.first, t.second): t.p for t in tukey(samples, level=level)}
    rows = []
    for pair in combinations(range(len(samples)), 2):
        a, b = samples[pair[0]], samples[pair[1]]
        test = unequal.get(pair)
        g, rb = hedges_g(a, b, level=level), rank_biserial(a, b, level=level)
        rows.append(
            {
                "score": score,
                "first": names[pair[0]],
                "second": names[pair[1]],
                "difference": float(a.mean() - b.mean()),
                "se": test.se if test else float("nan"),
                "df": test.df if test else float("nan"),
                "low": test.low if test else float("nan"),
                "high": test.high if test else float("nan"),
                "p_games_howell": test.p if test else float("nan"),
                "p_tukey": equal.get(pair, float("nan")),
                "p_mann_whitney": mann_whitney_p(a, b),
                "g": g.value,
                "g_low": g.low,
                "g_high": g.high,
                "rank_biserial": rb.value,
                "rb_low": rb.low,
                "rb_high": rb.high,
            }
        )
    return rows


def compare_groups(
    scores: pd.DataFrame,
    groups: pd.Series,
    options: GroupOptions | None = None,
    progress: Progress = silent,
    *,
    allowed: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> GroupComparison:
    """Return descriptives, tests and effect sizes of each score between groups.

    Groups under the threshold, and as many further ones as protect them, are left out before
    anything is computed. A score is compared over the groups with at least the threshold of
    answers to it.

    Args:
        scores: one column per score, NaN where missing.
        groups: same index; respondents without a group are left out.
        allowed: by score, the groups other tables of the same report leave to be shown; a
            score it does not name may show all.

    Checked against R oneway.test, TukeyHSD, kruskal.test, wilcox.test and effectsize.
    """
    options = options or GroupOptions()
    known = groups.dropna().astype(str)
    counts = {str(name): int(count) for name, count in known.value_counts().items()}
    hidden = hide_groups(counts, options.threshold).all
    known = known[~known.isin(hidden)]
    descriptives: list[dict[str, object]] = []
    pairs: list[dict[str, object]] = []
    tests: dict[str, dict[str, object]] = {}
    silent_scores: list[str] = []
    for done, column in enumerate(scores.columns):
        progress(done / len(scores.columns), "compare_groups")
        score = str(column)
        own = known[known.isin(allowed[score])] if score in allowed else known
        names, samples = _samples(scores.loc[own.index, column], own, options.threshold)
        descriptives += [
            _describe(score, name, y, level=options.level)
            for name, y in zip(names, samples, strict=True)
        ]
        if len(samples) < 2:
            silent_scores.append(score)
            continue
        tests[score] = _tests(samples, level=options.level)
        pairs += _pairs(score, names, samples, level=options.level)
    return GroupComparison(
        descriptives=pd.DataFrame(descriptives, columns=DESCRIPTIVE_COLUMNS),
        tests=_test_table(tests, options.adjust),
        pairs=_pair_table(pairs, options.adjust),
        hidden=hidden,
        findings=tuple(_findings(hidden, silent_scores, options.threshold)),
    )


def _samples(
    values: pd.Series, groups: pd.Series, threshold: int
) -> tuple[list[str], list[FloatArray]]:
    """Return names and answers of the groups that may be shown for one score."""
    answered = values.dropna()
    by_group = {str(g): y.to_numpy(dtype=float) for g, y in answered.groupby(groups)}
    hidden = hide_groups({name: len(y) for name, y in by_group.items()}, threshold).all
    names = sorted(name for name in by_group if name not in hidden)
    return names, [by_group[name] for name in names]


def _test_table(tests: dict[str, dict[str, object]], adjust: Adjustment) -> pd.DataFrame:
    table = pd.DataFrame.from_dict(tests, orient="index")
    if table.empty:
        return pd.DataFrame(columns=TEST_COLUMNS)
    table["welch_p_adjusted"] = adjusted(table["welch_p"].to_numpy(dtype=float), method=adjust)
    return table[TEST_COLUMNS]


def _pair_table(rows: list[dict[str, object]], adjust: Adjustment) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    if table.empty:
        return pd.DataFrame(columns=PAIR_COLUMNS)
    table["p_adjusted"] = np.nan
    for rows_of_pair in table.groupby(["first", "second"]).groups.values():
        p = table.loc[rows_of_pair, "p_games_howell"].to_numpy(dtype=float)
        table.loc[rows_of_pair, "p_adjusted"] = adjusted(p, method=adjust)
    return table[PAIR_COLUMNS]


def _findings(hidden: tuple[str, ...], silent_scores: list[str], threshold: int) -> list[Finding]:
    found = []
    if hidden:
        found.append(finding("groups_hidden", Severity.NOTE, count=len(hidden), limit=threshold))
    if silent_scores:
        found.append(finding("scores_not_compared", Severity.NOTE, *silent_scores))
    return found
