"""Whatever the table looks like, each comparison ends in a result or a refusal in words."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import compare_groups
from analysis.comparison.categories import associate
from analysis.comparison.configurations import ConfigurationOptions, analyse_configurations
from analysis.comparison.correlate import correlate
from analysis.comparison.mediate import MediationOptions, mediate
from analysis.comparison.moderate import ModerationOptions, moderate
from analysis.comparison.multilevel import MultilevelOptions, multilevel
from analysis.comparison.necessity import NecessityOptions, analyse_necessity
from analysis.comparison.profiles import ProfileOptions, find_profiles
from analysis.comparison.regress import RegressionOptions, regress
from analysis.comparison.shapley import decompose_r2
from analysis.findings import Finding
from analysis.not_computable import NotComputable
from resources.texts import LANGUAGES

SCORES = list("abcdy")


def random_table(seed: int) -> pd.DataFrame:
    """Columns of answers or measurements of any size; constant, empty, half empty or twice the
    same; up to five groups; 0 to 120 rows."""
    rng = np.random.default_rng(seed)
    n = int(rng.choice([0, 1, 2, 3, 6, 11, 25, 60, 120]))
    data = pd.DataFrame(rng.normal(size=(n, 5)), columns=SCORES)
    for name in SCORES:
        if rng.random() < 0.6:
            data[name] = np.clip(np.round(3 + data[name]), 1, 5)
        else:
            data[name] *= rng.choice([1e-6, 1.0, 1e6])
        fate = rng.random()
        if fate < 0.08:
            data[name] = 3.0
        elif fate < 0.13:
            data[name] = np.nan
        elif fate < 0.3:
            data.loc[rng.random(n) < 0.3, name] = np.nan
        elif fate < 0.36:
            data[name] = data["a"]
    data["group"] = pd.Series(rng.choice(list("xyzuv")[: int(rng.integers(1, 6))], n), dtype=str)
    data["sex"] = pd.Series(rng.choice(["男", "女"], n), dtype=str)
    data["hit"] = (rng.random(n) < 0.4).astype(float)
    return data


ANALYSES: dict[str, Callable[[pd.DataFrame], object]] = {
    "groups": lambda d: compare_groups(d[SCORES], d["group"]),
    "association": lambda d: associate(d["group"], d["sex"]),
    "correlation": lambda d: correlate(d[SCORES], method="spearman"),
    "linear": lambda d: regress(d, RegressionOptions("y", ("a", "b", "group"))),
    "logistic": lambda d: regress(d, RegressionOptions("hit", ("a", "b"), kind="logistic")),
    "ordinal": lambda d: regress(d, RegressionOptions("a", ("b", "c"), kind="ordinal")),
    "multilevel": lambda d: multilevel(d, MultilevelOptions("y", "group", ("a",))),
    "shapley": lambda d: decompose_r2(d, "y", ("a", "b", "c"), draws=10),
    "serial": lambda d: mediate(
        d, MediationOptions("a", "y", ("b", "c"), serial=True, bootstrap=20)
    ),
    "moderated": lambda d: mediate(
        d,
        MediationOptions(
            "a", "y", ("b",), moderator="d", moderated=("a", "b"), bootstrap=20, interval="bca"
        ),
    ),
    "moderation": lambda d: moderate(d, ModerationOptions("a", "b", "y")),
    "necessity": lambda d: analyse_necessity(d, NecessityOptions("y", ("a", "b"), permutations=20)),
    "profiles": lambda d: find_profiles(d, ProfileOptions(("a", "b"), most=2, starts=2)),
    "configurations": lambda d: analyse_configurations(
        d, ConfigurationOptions("y", ("a", "b", "c"))
    ),
}


def findings_of(analysis: Callable[[pd.DataFrame], object], data: pd.DataFrame) -> list[Finding]:
    """Return the findings of the result, or the one that says why there is none."""
    try:
        return list(getattr(analysis(data), "findings", ()))
    except NotComputable as refusal:
        return [refusal.finding]


@pytest.mark.parametrize("name", list(ANALYSES))
def test_that_broken_tables_end_in_a_result_or_a_refusal_in_words(name: str):
    for seed in range(16):
        for found in findings_of(ANALYSES[name], random_table(seed)):
            assert all(found.describe(language) for language in LANGUAGES)
