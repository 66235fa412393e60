"""Group comparisons against R 4.2.2 (stats, effectsize 0.8.3) on tests/data/statistics/survey.csv.

A, B, C are the means of a1..a4, b1..b4, c1..c4; the R call stands at each constant.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.comparison import GroupOptions, compare_groups
from analysis.comparison.adjust import adjusted
from analysis.comparison.categories import adjusted_residuals, associate
from analysis.comparison.correlate import correlate
from analysis.comparison.distributions import (
    noncentral_t_cdf,
    studentized_range_quantile,
    studentized_range_sf,
)
from analysis.comparison.effects import cramers_v, eta_squared, hedges_g, rank_biserial
from analysis.comparison.group_tests import (
    anova,
    games_howell,
    kruskal_wallis,
    mann_whitney_p,
    welch_anova,
)


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    data = pd.read_csv(path, encoding="utf-8")
    for letter in "abc":
        data[letter.upper()] = data[[f"{letter}{j}" for j in range(1, 5)]].mean(axis=1)
    return data


@pytest.fixture(scope="module")
def comparison(survey: pd.DataFrame):
    return compare_groups(survey[["A", "B", "C"]], survey["group"])


# oneway.test, kruskal.test, TukeyHSD(aov), eta_squared(aov, alternative="two.sided"),
# oneway.test(abs(A - ave(A, g, FUN = median)) ~ g, var.equal = TRUE)
TESTS_OF_A = {
    "welch_F": 2.790696538,
    "welch_df2": 121.7553956,
    "welch_p": 0.0653092049,
    "F": 2.837028603,
    "p": 0.0605915276,
    "levene_p": 0.872555547016,
    "H": 5.557628039,
    "kruskal_p": 0.0621121275,
    "eta_squared": 0.0233813917786623,
    "eta_low": 0.0,
    "eta_high": 0.0690502706668397,
    "omega_squared": 0.0150777528317075,
}


@pytest.mark.parametrize("name", list(TESTS_OF_A))
def test_that_tests_over_groups_equal_R(comparison, name: str):
    assert comparison.tests.loc["A", name] == pytest.approx(TESTS_OF_A[name], rel=3e-8, abs=1e-12)


# TukeyHSD(aov(A ~ g)); Games-Howell by ptukey and qtukey; effectsize::hedges_g,
# rank_biserial; wilcox.test(exact = FALSE): 工 minus 文
PAIR = {
    "difference": -0.2719252873563,
    "df": 156.4519268124238,
    "p_games_howell": 0.0814131658243,
    "low": -0.5698140321985,
    "p_tukey": 0.0784469970238,
    "g": -0.3197618663090,
    "g_low": -0.6103839000034,
    "g_high": -0.0283042857413,
    "rank_biserial": -0.1781609195402,
    "rb_low": -0.3347665530355,
    "rb_high": -0.0119779451075,
    "p_mann_whitney": 0.0370068570524,
}


@pytest.mark.parametrize("name", list(PAIR))
def test_that_pairs_of_groups_equal_R(comparison, name: str):
    row = comparison.pairs.query("score == 'A' and first == '工' and second == '文'").iloc[0]
    assert row[name] == pytest.approx(PAIR[name], abs=5e-8)


def test_that_descriptives_hold_the_interval_of_the_mean(comparison, survey: pd.DataFrame):
    row = comparison.descriptives.query("score == 'A' and group == '文'").iloc[0]
    assert row["n"] == (survey["group"] == "文").sum()
    # t.test(A[g == "文"])$conf.int
    assert (row["low"], row["high"]) == pytest.approx((3.2800839610, 3.6732493724), abs=1e-9)


def test_that_p_values_are_adjusted_over_the_scores(comparison):
    expected = adjusted(comparison.tests["welch_p"].to_numpy(float))
    np.testing.assert_allclose(comparison.tests["welch_p_adjusted"], expected)


def test_that_small_groups_and_their_cover_stay_hidden(survey: pd.DataFrame):
    groups = survey["group"].where(survey.index != 0, "稀")
    found = compare_groups(survey[["A"]], groups)
    # 稀 has one member; the next smallest group is hidden with it against subtraction
    assert set(found.hidden) == {"稀", "理"}
    assert set(found.descriptives["group"]) == {"工", "文"}
    assert "groups_hidden" in [f.code for f in found.findings]


def test_that_a_score_asked_of_few_in_a_group_hides_that_group(survey: pd.DataFrame):
    scores = survey[["A"]].copy()
    scores.loc[survey.index[survey["group"] == "文"][3:], "A"] = np.nan
    found = compare_groups(scores, survey["group"])
    assert "文" not in set(found.descriptives["group"])


def test_that_one_group_left_gives_a_finding_and_no_test(survey: pd.DataFrame):
    found = compare_groups(survey[["A"]], pd.Series("工", index=survey.index))
    assert found.tests.empty
    assert "scores_not_compared" in [f.code for f in found.findings]


def test_that_equal_answers_give_no_numbers_and_no_error():
    scores = pd.DataFrame({"A": np.full(40, 3.0)})
    found = compare_groups(scores, pd.Series(["x", "y"] * 20))
    assert np.isnan(found.tests.loc["A", "welch_p"])
    assert np.isnan(found.pairs["g"].iloc[0])


def test_that_the_welch_test_of_two_groups_is_welch_t_squared(survey: pd.DataFrame):
    samples = [survey.loc[survey["sex"] == sex, "A"].to_numpy(float) for sex in ("男", "女")]
    from scipy.stats import ttest_ind

    expected = ttest_ind(*samples, equal_var=False)
    found = welch_anova(samples)
    assert (found.statistic, found.p) == pytest.approx((expected.statistic**2, expected.pvalue))


def test_that_games_howell_equals_scipy(survey: pd.DataFrame):
    from scipy.stats import tukey_hsd

    samples = [y.to_numpy(float) for _, y in survey.groupby("group")["B"]]
    expected = tukey_hsd(*samples, equal_var=False)
    for pair in games_howell(samples):
        assert pair.p == pytest.approx(expected.pvalue[pair.first, pair.second], abs=1e-8)


@pytest.mark.parametrize(
    ("q", "groups", "df", "expected"),
    [  # ptukey(q, groups, df, lower = FALSE)
        (3.5, 3, 10, 0.07710331083866),
        (1, 2, 5, 0.51108408043036),
        (4, 6, 200, 0.057089737267936),
        (2, 3, 2, 0.47656056837415),
        (5, 10, 2.5, 0.27739194131576),
        (3, 4, 10000, 0.14634373776443),
    ],
)
def test_that_the_studentized_range_equals_R(q: float, groups: int, df: float, expected: float):
    assert studentized_range_sf(q, groups, df) == pytest.approx(expected, abs=2e-8)


def test_that_studentized_quantiles_equal_R():
    assert studentized_range_quantile(0.95, 3, 10) == pytest.approx(3.8767767491916, abs=1e-7)
    assert studentized_range_quantile(0.95, 6, 91.3) == pytest.approx(4.1169629933984, abs=1e-7)


@pytest.mark.parametrize(
    ("t", "df", "ncp", "expected"),
    [  # pt(t, df, ncp)
        (2.0, 10, 1.5, 0.65915407244203),
        (-1.2, 25, 0.7, 0.031302312667486),
        (4.0, 238, 2.1, 0.96889967993315),
    ],
)
def test_that_the_noncentral_t_equals_R(t: float, df: float, ncp: float, expected: float):
    assert noncentral_t_cdf(t, df, ncp) == pytest.approx(expected, abs=1e-9)


def test_that_tests_of_no_spread_are_unknown():
    equal = [np.full(5, 2.0), np.full(5, 2.0)]
    assert np.isnan(welch_anova(equal).p)
    assert np.isnan(anova(equal).p)
    assert np.isnan(kruskal_wallis(equal).p)
    assert np.isnan(mann_whitney_p(*equal))


def test_that_effects_of_too_few_values_are_unknown():
    one = np.array([1.0])
    assert np.isnan(hedges_g(one, np.array([1.0, 2.0])).value)
    assert np.isnan(eta_squared(float("nan"), 2, 10).value)
    assert np.isnan(rank_biserial(np.array([]), one).value)


def test_that_complete_dominance_has_rank_biserial_one():
    assert rank_biserial(np.array([5.0, 6.0]), np.array([1.0, 2.0])).value == 1.0


@settings(max_examples=40)
@given(st.integers(0, 100_000))
def test_that_swapping_groups_turns_the_effect(seed: int):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=12), rng.normal(0.5, size=15)
    forth, back = hedges_g(a, b), hedges_g(b, a)
    assert (forth.value, forth.low) == pytest.approx((-back.value, -back.high), abs=1e-6)


@pytest.mark.parametrize(
    ("method", "expected"),
    [("holm", [0.03, 0.06, 0.06, 0.02]), ("bh", [0.02, 0.04, 0.04, 0.02])],
)
def test_that_adjusted_p_values_equal_R(method: str, expected: list[float]):
    found = adjusted(np.array([0.01, 0.04, 0.03, 0.005]), method=method)
    assert found == pytest.approx(expected)


def test_that_unknown_p_values_do_not_count():
    found = adjusted(np.array([0.01, np.nan, 0.02]))
    assert found[0] == pytest.approx(0.02)
    assert np.isnan(found[1])


def test_that_association_equals_R(survey: pd.DataFrame):
    found = associate(survey["group"], survey["sex"])
    # chisq.test(table(group, sex)), effectsize::cramers_v(adjust = FALSE), fisher.test
    assert (found.chisq, found.p) == pytest.approx((2.102385607, 0.349520591), abs=1e-8)
    assert found.v.value == pytest.approx(0.0935945512836, abs=1e-10)
    assert found.v.high == pytest.approx(0.2047757438952, abs=1e-6)
    assert found.p_exact == pytest.approx(0.366342038742, abs=0.015)  # 10,000 draws


def test_that_adjusted_residuals_equal_R(survey: pd.DataFrame):
    found = associate(survey["group"], survey["sex"])
    # chisq.test(table(group, sex), correct = FALSE)$stdres
    assert found.residuals.loc["文", "女"] == pytest.approx(-1.411254592797, abs=1e-10)


def test_that_fishers_test_of_two_by_two_equals_R(survey: pd.DataFrame):
    found = associate(survey["sex"], survey["pass"])
    # fisher.test(table(sex, pass))$p.value
    assert found.p_exact == pytest.approx(0.605330143812, abs=1e-10)


def test_that_small_cells_are_hidden_with_cover():
    first = pd.Series(["a"] * 40 + ["b"] * 40 + ["c"] * 40)
    second = pd.Series((["x"] * 20 + ["y"] * 20) + (["x"] * 3 + ["y"] * 37) + ["x", "y"] * 20)
    hidden = associate(first, second).counts.isna()
    assert hidden.loc["b", "x"]
    assert hidden.to_numpy().sum() >= 4


def test_that_a_table_of_one_category_gives_a_finding():
    found = associate(pd.Series(["a", "a"]), pd.Series(["x", "y"]))
    assert np.isnan(found.p)
    assert [f.code for f in found.findings] == ["table_of_one_category"]


def test_that_residuals_of_independence_are_zero():
    np.testing.assert_allclose(adjusted_residuals(np.array([[10.0, 20.0], [20.0, 40.0]])), 0.0)


def test_that_perfect_association_has_v_one():
    assert cramers_v(60.0, n=60, rows=2, columns=2).value == pytest.approx(1.0)


# cor.test(A, B, method): r, p
CORRELATIONS = {
    "pearson": (0.338275497993, 7.76964231e-08),
    "spearman": (0.321697729544, 3.51049721e-07),
    "kendall": (0.233650492666, 6.27660405e-07),
}


@pytest.mark.parametrize("method", list(CORRELATIONS))
def test_that_correlations_equal_R(survey: pd.DataFrame, method: str):
    row = correlate(survey[["A", "B"]], method=method).pairs.iloc[0]
    r, p = CORRELATIONS[method]
    assert row["r"] == pytest.approx(r, abs=1e-10)
    assert row["p"] == pytest.approx(p, rel=1e-6)


def test_that_the_interval_of_a_correlation_equals_R(survey: pd.DataFrame):
    row = correlate(survey[["A", "B"]]).pairs.iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((0.221117322847, 0.445808833328), abs=1e-9)


def test_that_a_constant_score_correlates_with_nothing(survey: pd.DataFrame):
    found = correlate(survey[["A"]].assign(k=1.0))
    assert np.isnan(found.matrix.loc["A", "k"])


def test_that_row_order_does_not_matter(survey: pd.DataFrame):
    shuffled = survey.sample(frac=1, random_state=1)
    first = compare_groups(survey[["A"]], survey["group"], GroupOptions())
    second = compare_groups(shuffled[["A"]], shuffled["group"], GroupOptions())
    pd.testing.assert_frame_equal(first.tests, second.tests)
