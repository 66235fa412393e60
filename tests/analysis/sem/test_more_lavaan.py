"""Nested models, residuals, scores, reliability, power, second engine: against other programs."""

import numpy as np
import pytest

from analysis.sem import (
    SemError,
    SemOptions,
    compare_models,
    fit,
    invariance_ladder,
    monte_carlo,
    rmsea_power,
    rmsea_sample_size,
    simulate,
)
from analysis.sem.semopy_check import compare
from tests.analysis.sem import support

STEPS = ((), ("loadings",), ("loadings", "intercepts"))


def ladder(estimator: str) -> list:
    data = support.holzinger()
    return [
        fit(
            support.HS_MODEL,
            data,
            SemOptions(estimator=estimator, group="school", group_equal=equal),
        )
        for equal in STEPS
    ]


@pytest.mark.parametrize(
    ("estimator", "method", "differences"),
    [  # lavaan 0.6-14, lavTestLRT on HolzingerSwineford1939 by school
        ("ML", "default", (8.192200323, 40.05928675)),
        ("MLM", "satorra.bentler.2001", (7.135887186, 54.93328331)),
        ("MLR", "satorra.bentler.2010", (5.322614208, 34.44058851)),
        ("MLMV", "satorra.2000", (7.725696264, 38.96090979)),
    ],
)
def test_that_difference_tests_equal_lavaan(
    estimator: str, method: str, differences: tuple[float, float]
) -> None:
    fits = ladder(estimator)
    for k, expected in enumerate(differences):
        found = compare_models(fits[k], fits[k + 1], method=method)
        assert found.statistic == pytest.approx(expected, rel=2e-5)
        assert found.df == 6


def test_that_models_of_equal_df_are_not_compared() -> None:
    result = fit(support.HS_MODEL, support.holzinger())
    with pytest.raises(SemError) as caught:
        compare_models(result, result)
    assert caught.value.code == "not_nested"
    other = fit(support.HS_MODEL, support.holzinger().iloc[:200])
    with pytest.raises(SemError) as caught:
        compare_models(result, other)
    assert caught.value.code == "different_data"


def test_that_the_invariance_ladder_equals_lavaan_and_names_what_to_release() -> None:
    found = invariance_ladder(support.HS_MODEL, support.holzinger(), SemOptions(group="school"))
    # lavaan 0.6-14: configural, metric, scalar, strict, means
    expected = [115.851343876, 124.043544180, 164.102830925, 181.5113452, 221.3350818]
    assert found.table["chisq"].to_list() == pytest.approx(expected, rel=1e-7)
    assert found.table["holds"].to_list() == [None, True, False, True, False]
    worst = found.steps[2].suggestions.iloc[0]
    assert (worst["first"], worst["second"]) == ("x3~1@1", "x3~1@2")


def test_that_residuals_equal_lav_residuals() -> None:
    result = fit(support.HS_MODEL, support.holzinger())
    z = [0, -1.996036002, -0.9969040747, 2.67921862, -0.3593165341, 2.15532147, -3.773091883]
    assert result.residuals("standardized").iloc[0, :7].to_list() == pytest.approx(z, abs=1e-6)
    cor = [-0.02962343195, 0, 0.0936809373, -0.01246825281]
    assert result.residuals("cor.bentler").iloc[1, :4].to_list() == pytest.approx(cor, abs=1e-8)
    with pytest.raises(SemError):
        result.residuals("other")


def test_that_factor_scores_equal_lav_predict() -> None:
    result = fit(support.HS_MODEL, support.holzinger())
    regression, bartlett = result.factor_scores("regression"), result.factor_scores("bartlett")
    first = [-0.8176749703, -0.1375451535, 0.06150725512]
    assert regression.iloc[0].to_list() == pytest.approx(first, abs=1e-6)
    assert bartlett.iloc[0].to_list() == pytest.approx(
        [-1.369538652, -0.09954968836, 0.2318369606], abs=1e-6
    )
    assert bartlett.std().to_list() == pytest.approx(
        [1.086587111, 1.053616359, 0.7399944007], abs=1e-6
    )


def test_that_reliability_and_htmt_equal_sem_tools() -> None:
    # semTools 0.5-6: reliability(), compRelSEM(), AVE(), htmt()
    result = fit(support.HS_MODEL, support.holzinger())
    visual = result.reliability.loc["visual"]
    expected = {
        "alpha": 0.6261171319,
        "omega": 0.6253177576,
        "omega_mcdonald": 0.6120048459,
        "composite_reliability": 0.6120048459,
        "ave": 0.370558688,
        "cr_std": 0.6258382207,
        "ave_std": 0.370983778,
    }
    for name, value in expected.items():
        assert visual[name] == pytest.approx(value, abs=1e-7), name
    assert result.htmt().loc["visual", "textual"] == pytest.approx(0.4243230424, abs=1e-8)
    assert result.htmt("geometric").loc["speed", "visual"] == pytest.approx(0.3867729305, abs=1e-8)


def test_that_wishart_likelihood_equals_lavaan() -> None:
    result = fit(support.HS_MODEL, support.holzinger(), SemOptions(likelihood="wishart"))
    assert result.fit_measures["chisq"] == pytest.approx(85.022, abs=5e-4)
    assert result.fit_measures["bic"] == pytest.approx(7604.354, abs=5e-4)
    assert result.parameters["se"].iloc[1] == pytest.approx(0.0998, abs=5e-5)


def test_that_effects_coding_equals_lavaan() -> None:
    options = SemOptions(effect_coding=("loadings", "intercepts"), meanstructure=True)
    found = support.rows_of(fit(support.HS_MODEL, support.holzinger(), options))
    assert found["visual", "=~", "x1", 1]["est"] == pytest.approx(1.314, abs=5e-4)
    assert found["visual", "~~", "visual", 1]["se"] == pytest.approx(0.062, abs=5e-4)


def test_that_rmsea_power_equals_sem_tools() -> None:
    # semTools::findRMSEApower(.05, .08, 24, 300), (.05, .01, 24, 300); findRMSEAsamplesize
    assert rmsea_power(24, 300) == pytest.approx(0.700020935515, abs=1e-9)
    assert rmsea_power(24, 300, alternative=0.01) == pytest.approx(0.583075647673, abs=1e-9)
    assert rmsea_sample_size(24) == 375


POPULATION = """f =~ 0.8*x1 + 0.7*x2 + 0.6*x3
g =~ 0.8*y1 + 0.7*y2 + 0.6*y3
f ~~ 1*f
g ~~ 0.75*g
g ~ 0.5*f
x1 ~~ 0.36*x1
x2 ~~ 0.51*x2
x3 ~~ 0.64*x3
y1 ~~ 0.36*y1
y2 ~~ 0.51*y2
y3 ~~ 0.64*y3"""


def test_that_simulated_data_have_the_population_moments() -> None:
    data = simulate(POPULATION, 40_000, seed=3)
    assert np.diagonal(data.cov()) == pytest.approx(np.ones(6), abs=0.03)
    assert data.cov().loc["x1", "y2"] == pytest.approx(0.8 * 0.5 * 0.7, abs=0.02)
    assert simulate(POPULATION, 50, seed=3).equals(simulate(POPULATION, 50, seed=3))


def test_that_thresholds_cut_simulated_variables() -> None:
    data = simulate("f =~ 0.8*x1 + 0.8*x2\nx1 ~~ 0.36*x1\nx1 | -1*t1 + 1*t2", 20_000, seed=1)
    assert set(data["x1"].unique()) == {1.0, 2.0, 3.0}
    assert (data["x1"] == 1).mean() == pytest.approx(0.1587, abs=0.01)


def test_that_intervals_cover_and_tests_keep_their_level() -> None:
    found = monte_carlo(POPULATION, 250, replications=250, seed=8)
    assert 0.93 < found.table["coverage"].mean() < 0.97
    assert found.rejection < 0.1
    assert found.failed == 0
    path = found.table.query("lhs == 'g' and op == '~'").iloc[0]
    assert abs(path["bias"]) < 0.03
    assert path["power"] == 1.0


@pytest.mark.parametrize(
    "model",
    [
        support.HS_MODEL,
        "x9 ~ x1 + x2\nx5 ~ x9 + x3",
        "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\ng ~ f + x7\nx1 ~~ x4",
    ],
)
def test_that_the_second_engine_agrees(model: str) -> None:
    check = compare(fit(model, support.holzinger()))
    assert check.reason_not_done == ""
    assert check.largest_difference < 1e-5
    assert check.n_compared > 5


def test_that_the_second_engine_says_why_it_was_not_run() -> None:
    data = support.holzinger()
    assert (
        compare(fit(support.HS_MODEL, data, SemOptions(estimator="GLS"))).reason_not_done
        == "not_ml"
    )
    assert (
        compare(fit(support.HS_MODEL, data, SemOptions(group="school"))).reason_not_done == "groups"
    )
