"""Measurement statistics against psych 2.2.9 and GPArotation 2022.10 in R 4.2.2.

All constants: R on tests/data/statistics/survey.csv, the call named in the test.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measurement.adequacy import sampling_adequacy
from analysis.measurement.agreement import (
    cohen_kappa,
    group_agreement,
    intraclass_correlations,
    retest,
    rwg_of_items,
)
from analysis.measurement.correlations import item_correlations, smoothed
from analysis.measurement.exploratory import EfaOptions, explore_factors, most_factors
from analysis.measurement.extraction import extract
from analysis.measurement.items import kurtosis, skewness
from analysis.measurement.number_of_factors import (
    minimum_average_partial,
    one_factor_communalities,
    parallel_analysis,
)
from analysis.measurement.omega import hierarchical_omega, ordinal_alpha
from analysis.measurement.reliability import (
    alpha_if_deleted,
    alpha_of_covariance,
    average_variance_extracted,
    composite_reliability,
    cronbach_alpha,
    feldt_interval,
    guttman_lambda6,
    item_rest_correlations,
)
from analysis.measurement.rotation import rotate
from analysis.measurement.validity import fornell_larcker, fornell_larcker_failures, htmt
from analysis.not_computable import NotComputable

ITEMS = [f"{construct}{j}" for construct in "abc" for j in range(1, 5)]
A_ITEMS = ITEMS[:4]


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    return pd.read_csv(path, encoding="utf-8")


@pytest.fixture(scope="module")
def correlation(survey: pd.DataFrame) -> pd.DataFrame:
    return survey[ITEMS].corr()


def test_that_alpha_equals_psych_alpha(survey: pd.DataFrame):
    assert cronbach_alpha(survey[A_ITEMS]) == pytest.approx(0.785095742834, abs=1e-11)


def test_that_standardized_alpha_equals_psych_alpha(correlation: pd.DataFrame):
    matrix = correlation.loc[A_ITEMS, A_ITEMS].to_numpy()
    assert alpha_of_covariance(matrix) == pytest.approx(0.784202272838, abs=1e-11)


def test_that_lambda6_equals_psych_alpha(correlation: pd.DataFrame):
    matrix = correlation.loc[A_ITEMS, A_ITEMS].to_numpy()
    assert guttman_lambda6(matrix) == pytest.approx(0.740901552359, abs=1e-11)


def test_that_the_feldt_interval_equals_psych_alpha():
    interval = feldt_interval(0.785095742834, n=240, k=4)
    assert interval == pytest.approx((0.73699687757, 0.826300453516), abs=1e-10)


def test_that_item_rest_correlations_equal_psych_r_drop(survey: pd.DataFrame):
    expected = [0.667488850509, 0.587840552654, 0.637692965747, 0.478614559209]
    found = item_rest_correlations(survey[A_ITEMS])
    assert list(found.values()) == pytest.approx(expected, abs=1e-11)


def test_that_alpha_without_an_item_equals_psych_alpha_drop(survey: pd.DataFrame):
    expected = [0.692719559252, 0.734424848461, 0.708303970085, 0.786648656012]
    assert list(alpha_if_deleted(survey[A_ITEMS]).values()) == pytest.approx(expected, abs=1e-11)


def test_that_reversing_one_item_makes_alpha_fall(survey: pd.DataFrame):
    turned = survey[A_ITEMS].assign(a1=6 - survey["a1"])
    assert cronbach_alpha(turned) < cronbach_alpha(survey[A_ITEMS])


def test_that_alpha_of_one_item_is_unknown(survey: pd.DataFrame):
    assert np.isnan(cronbach_alpha(survey[["a1"]]))


def test_that_skewness_equals_psych_skew_type_2(survey: pd.DataFrame):
    assert skewness(survey["a1"].to_numpy(float)) == pytest.approx(-0.214210531395, abs=1e-11)


def test_that_kurtosis_equals_psych_kurtosi_type_2(survey: pd.DataFrame):
    assert kurtosis(survey["a1"].to_numpy(float)) == pytest.approx(-0.530071107962, abs=1e-11)


@pytest.mark.parametrize("statistic", [skewness, kurtosis])
def test_that_moments_of_equal_answers_are_unknown(statistic):
    assert np.isnan(statistic(np.full(10, 3.0)))


def test_that_composite_reliability_follows_its_formula():
    # (.8 + .7 + .6)^2 / (2.1^2 + .36 + .51 + .64) = 4.41 / 5.92
    assert composite_reliability(np.array([0.8, 0.7, 0.6])) == pytest.approx(4.41 / 5.92)


def test_that_ave_is_the_mean_squared_loading():
    assert average_variance_extracted(np.array([0.8, 0.7, 0.6])) == pytest.approx(1.49 / 3)


def test_that_an_inadmissible_loading_gives_no_reliability():
    assert np.isnan(composite_reliability(np.array([1.1, 0.7])))


def test_that_htmt_follows_its_formula():
    names = ["a1", "a2", "b1", "b2"]
    matrix = np.array(
        [[1, 0.5, 0.3, 0.2], [0.5, 1, 0.1, -0.4], [0.3, 0.1, 1, 0.8], [0.2, -0.4, 0.8, 1]]
    )
    frame = pd.DataFrame(matrix, index=names, columns=names)
    items_of = {"A": ["a1", "a2"], "B": ["b1", "b2"]}
    # mean |r| between = .25, within .5 and .8
    assert htmt(frame, items_of).loc["B", "A"] == pytest.approx(0.25 / np.sqrt(0.4))
    between = (0.3 * 0.2 * 0.1 * 0.4) ** 0.25
    found = htmt(frame, items_of, geometric=True).loc["B", "A"]
    assert found == pytest.approx(between / np.sqrt(0.4))


def test_that_a_single_item_has_no_htmt(correlation: pd.DataFrame):
    found = htmt(correlation, {"A": ["a1"], "B": ["b1", "b2"]})
    assert found.isna().to_numpy().all()


def test_that_fornell_larcker_names_the_pair_that_fails():
    latent = pd.DataFrame([[1, 0.8], [0.8, 1]], index=["A", "B"], columns=["A", "B"])
    table = fornell_larcker(latent, {"A": 0.5, "B": 0.7})
    assert fornell_larcker_failures(table) == [("A", "B")]
    assert fornell_larcker_failures(fornell_larcker(latent, {"A": 0.7, "B": 0.7})) == []


def test_that_kmo_equals_psych_KMO(correlation: pd.DataFrame):
    found = sampling_adequacy(correlation, n=240)
    assert found.kmo == pytest.approx(0.823104850938, abs=1e-11)
    assert found.kmo_items["c4"] == pytest.approx(0.769577634544, abs=1e-11)


def test_that_bartlett_equals_psych_cortest(correlation: pd.DataFrame):
    found = sampling_adequacy(correlation, n=240)
    assert (found.chisq, found.df) == pytest.approx((854.555953808, 66), abs=1e-8)
    assert found.p == pytest.approx(1.70536111762e-137, rel=1e-8)


def test_that_a_singular_matrix_has_no_kmo():
    singular = pd.DataFrame(np.ones((3, 3)))
    found = sampling_adequacy(singular, n=50)
    assert np.isnan(found.kmo)
    assert np.isnan(found.chisq)


def test_that_map_equals_psych_vss(correlation: pd.DataFrame):
    expected = [0.0417973520550, 0.0355444802211, 0.0361131312942, 0.0525856927509]
    found = minimum_average_partial(correlation.to_numpy())
    assert found[1:5] == pytest.approx(expected, abs=1e-10)


def test_that_one_factor_sweeps_reach_the_minres_optimum(correlation: pd.DataFrame):
    matrix = correlation.to_numpy()
    loadings = extract(matrix, 1, method="minres").loadings[:, 0]
    assert one_factor_communalities(matrix[None])[0] == pytest.approx(loadings**2, abs=1e-5)


def test_that_parallel_analysis_finds_the_three_simulated_factors(correlation: pd.DataFrame):
    found = parallel_analysis(correlation.to_numpy(), n=240, draws=50)
    assert (found.n_components, found.n_factors) == (3, 3)


def test_that_parallel_analysis_repeats_itself_with_the_same_seed(correlation: pd.DataFrame):
    first, second = (parallel_analysis(correlation.to_numpy(), n=240, draws=10) for _ in range(2))
    np.testing.assert_array_equal(first.high_factors, second.high_factors)


# psych::fa(R, 3, n.obs = 240, fm, rotate, max.iter = 5000, min.err = 1e-10): loadings of a1, b1
# and c1 on the factors a, b, c, and chi-square, RMSEA, TLI, rms, objective.
EFA = {
    ("minres", "geomin"): (
        [
            [0.760480185981, 0.031374535201, 0.027724963519],
            [0.019855785685, 0.709713825168, -0.021008669331],
            [-0.000654865234, 0.094592883927, 0.597688578714],
        ],
        (46.5882943177, 0.0412099499543, 0.9652142895928, 0.0307906953314, 0.2006674557832),
        0.396146081978,
    ),
    ("ml", "oblimin"): (
        [
            [0.775714577704, 0.012920052852, 0.027163549958],
            [0.018664213620, 0.726376620532, -0.037532874007],
            [-0.004451729847, 0.093320370812, 0.592028060674],
        ],
        (45.7772462046, 0.0399481527790, 0.9672905534805, 0.0314502303052, 0.1971740683616),
        0.402916742597,
    ),
    ("pa", "promax"): (
        [
            [0.762688059888, 0.037577017523, 0.016461533332],
            [0.018143633055, 0.709180862820, -0.017428204996],
            [-0.023513548336, 0.093981129981, 0.609252453737],
        ],
        (46.5882430416, 0.0412098714021, 0.9652144208584, 0.0307906953279, 0.2006672349242),
        0.393650312735,
    ),
    ("minres", "varimax"): (
        [
            [0.737915702757, 0.181205955944, 0.203624206834],
            [0.140222383192, 0.685739699635, 0.116321260474],
            [0.142340105348, 0.204315677129, 0.590619430350],
        ],
        (46.5882943177, 0.0412099499543, 0.9652142895929, 0.0307906953314, 0.2006674557832),
        0.0,
    ),
}


def factors_in_order(result) -> list[str]:
    """The factor on which a1, b1 and c1 load most."""
    return [str(result.loadings.loc[item].abs().idxmax()) for item in ("a1", "b1", "c1")]


@pytest.mark.parametrize(("extraction", "rotation"), list(EFA))
def test_that_factors_equal_psych_fa(survey: pd.DataFrame, extraction: str, rotation: str):
    loadings, fit, phi = EFA[extraction, rotation]
    options = EfaOptions(n_factors=3, extraction=extraction, rotation=rotation, draws=5)
    found = explore_factors(survey[ITEMS], options)
    order = factors_in_order(found)
    values = found.loadings.loc[["a1", "b1", "c1"], order].to_numpy()
    # psych stops at 1e-5 of the criterion (GPArotation, stats::varimax)
    np.testing.assert_allclose(values, loadings, atol=6e-4)
    measured = (found.fit.chisq, found.fit.rmsea, found.fit.tli, found.fit.rms, found.fit.objective)
    np.testing.assert_allclose(measured, fit, rtol=2e-5, atol=2e-6)
    assert found.phi.loc[order[0], order[1]] == pytest.approx(phi, abs=6e-4)


def test_that_oblimin_with_gamma_zero_is_quartimin(correlation: pd.DataFrame):
    loadings = extract(correlation.to_numpy(), 3, method="ml").loadings
    first, second = rotate(loadings, method="oblimin"), rotate(loadings, method="quartimin")
    np.testing.assert_allclose(first.loadings, second.loadings)


@pytest.mark.parametrize("method", ["varimax", "promax", "oblimin", "geomin"])
def test_that_rotation_keeps_what_the_factors_explain(correlation: pd.DataFrame, method: str):
    loadings = extract(correlation.to_numpy(), 3, method="minres").loadings
    turned = rotate(loadings, method=method)
    common = turned.loadings @ turned.phi @ turned.loadings.T
    np.testing.assert_allclose(common, loadings @ loadings.T, atol=1e-10)
    np.testing.assert_allclose(np.diag(turned.phi), 1.0)


def test_that_bootstrap_errors_of_loadings_match_theory(survey: pd.DataFrame):
    options = EfaOptions(n_factors=3, extraction="ml", rotation="oblimin", draws=5, bootstrap=60)
    found = explore_factors(survey[ITEMS], options)
    # a salient loading of .7 at n = 240 has an error of about .05; 60 draws give it within a third
    salient = found.loadings_se.to_numpy()[found.loadings.abs().to_numpy() > 0.5]
    assert 0.03 < np.median(salient) < 0.09


def test_that_the_number_of_factors_comes_from_parallel_analysis(survey: pd.DataFrame):
    assert explore_factors(survey[ITEMS], EfaOptions(draws=50)).n_factors == 3


def test_that_a_constant_item_is_left_out_with_a_finding(survey: pd.DataFrame):
    found = explore_factors(survey[ITEMS].assign(a1=3), EfaOptions(n_factors=3, draws=5))
    assert "a1" not in found.loadings.index
    assert ("item_constant", ("a1",)) in [(f.code, f.subjects) for f in found.findings]


def test_that_twin_items_are_smoothed_and_reported(survey: pd.DataFrame):
    found = explore_factors(survey[ITEMS].assign(a2=survey["a1"]), EfaOptions(n_factors=3, draws=5))
    assert "correlations_smoothed" in [f.code for f in found.findings]


def test_that_too_few_items_are_refused(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="factors_too_little"):
        explore_factors(survey[["a1", "a2"]])


@pytest.mark.parametrize(("k", "m"), [(3, 1), (4, 1), (5, 2), (6, 3), (12, 7)])
def test_that_the_ledermann_bound_limits_the_factors(k: int, m: int):
    assert most_factors(k) == m


def test_that_smoothing_leaves_a_correlation_matrix():
    broken = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    mended = smoothed(broken)
    assert np.linalg.eigvalsh(mended)[0] > 0
    np.testing.assert_allclose(np.diag(mended), 1.0)


def test_that_polychoric_correlations_equal_psych(survey: pd.DataFrame):
    found = item_correlations(survey[A_ITEMS], kind="polychoric")
    # psych::polychoric(correct = 0); its optimiser stops within 3e-5
    assert found.matrix.loc["a1", "a2"] == pytest.approx(0.577535684490, abs=5e-5)
    assert found.matrix.loc["a1", "a3"] == pytest.approx(0.674431566405, abs=5e-5)


def test_that_ordinal_alpha_equals_alpha_of_polychoric(survey: pd.DataFrame):
    matrix = item_correlations(survey[A_ITEMS], kind="polychoric").matrix.to_numpy()
    assert ordinal_alpha(matrix) == pytest.approx(0.812021428738, abs=5e-5)


def test_that_hierarchical_omega_equals_psych_omega(correlation: pd.DataFrame):
    found = hierarchical_omega(correlation, n_factors=3)
    assert found.omega_h == pytest.approx(0.597905376928, abs=2e-4)
    assert found.omega_total == pytest.approx(0.865778947074, abs=2e-4)
    assert found.ecv == pytest.approx(0.437880112128, abs=2e-4)
    assert found.general["a1"] == pytest.approx(0.543229485521, abs=5e-4)


# psych::ICC(x[1:30, a1..a4], lmer = FALSE): icc, lower, upper
ICC = {
    "ICC1": (0.567073426427, 0.392404965598, 0.731969521582),
    "ICC2": (0.566946308725, 0.392098690419, 0.731940361051),
    "ICC3": (0.566281213340, 0.390424147592, 0.731768911816),
    "ICC1k": (0.839729259811, 0.720930150121, 0.916133245683),
    "ICC2k": (0.839659563894, 0.720671595372, 0.916121825354),
    "ICC3k": (0.839294585196, 0.719254092486, 0.916054666925),
}


@pytest.mark.parametrize("kind", list(ICC))
def test_that_intraclass_correlations_equal_psych_ICC(survey: pd.DataFrame, kind: str):
    found = intraclass_correlations(survey[A_ITEMS].iloc[:30])[kind]
    assert (found.icc, found.low, found.high) == pytest.approx(ICC[kind], abs=1e-10)


def test_that_kappa_equals_psych_cohen_kappa(survey: pd.DataFrame):
    found = cohen_kappa(survey["a1"], survey["a2"])
    assert found.kappa == pytest.approx(0.21362314827634, abs=1e-11)
    assert found.se**2 == pytest.approx(0.00175528724908, abs=1e-11)


def test_that_weighted_kappa_equals_psych_cohen_kappa(survey: pd.DataFrame):
    found = cohen_kappa(survey["a1"], survey["a2"], weights="quadratic")
    assert found.kappa == pytest.approx(0.52553542009885, abs=1e-11)


def test_that_coders_who_always_agree_have_kappa_one():
    codes = pd.Series([1, 2, 1, 3])
    assert cohen_kappa(codes, codes).kappa == pytest.approx(1.0)


def test_that_group_agreement_follows_the_analysis_of_variance(survey: pd.DataFrame):
    found = group_agreement(survey["a1"], survey["group"], categories=5)
    means = survey.groupby("group")["a1"].agg(["mean", "count", "var"])
    within = ((means["count"] - 1) * means["var"]).sum() / (240 - 3)
    between = (means["count"] * (means["mean"] - survey["a1"].mean()) ** 2).sum() / 2
    assert found.icc2 == pytest.approx(1 - within / between)
    assert found.low <= found.icc1 <= found.high


def test_that_groups_without_spread_agree_perfectly():
    scores = pd.Series([1.0, 1.0, 5.0, 5.0])
    found = group_agreement(scores, pd.Series(["a", "a", "b", "b"]), categories=5)
    assert found.rwg == 1.0
    assert np.isnan(found.icc1)


def test_that_rwg_of_items_is_one_when_all_agree():
    assert rwg_of_items(pd.DataFrame([[3, 4], [3, 4], [3, 4]]), categories=5) == 1.0


def test_that_rwg_of_items_follows_james_demaree_and_wolf():
    # item variances 1, uniform null variance of five categories 2: ratio .5, J = 2
    items = pd.DataFrame([[2, 2], [3, 3], [4, 4]], dtype=float)
    assert rwg_of_items(items, categories=5) == pytest.approx(2 * 0.5 / (2 * 0.5 + 0.5))


def test_that_retest_reports_the_smallest_detectable_change():
    first = pd.Series([10.0, 20.0, 30.0, 40.0])
    second = first + pd.Series([2.0, -2.0, 2.0, -2.0])
    found = retest(first, second)
    # within-person variances 2 each: sem = sqrt(2), sdc = 1.96 * sqrt(2) * sqrt(2)
    assert (found.sem, found.sdc, found.shift) == pytest.approx((2**0.5, 3.919928, 0.0), abs=1e-6)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.1, 5))
def test_that_alpha_ignores_a_common_unit(seed: int, unit: float):
    rng = np.random.default_rng(seed)
    items = pd.DataFrame(rng.normal(size=(20, 3)) + rng.normal(size=(20, 1)))
    assert cronbach_alpha(items * unit + 3) == pytest.approx(cronbach_alpha(items), abs=1e-9)
