"""Regressions against R 4.2.2: lm, glm, sandwich::vcovHC 3.0-2, lmtest, MASS::polr."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.comparison.design import build_design, variance_inflation
from analysis.comparison.regress import RegressionOptions, regress
from analysis.not_computable import NotComputable

TERMS = ["(Intercept)", "x", "m", "w", "group=文", "group=理"]


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    return pd.read_csv(path, encoding="utf-8")


@pytest.fixture(scope="module")
def linear(survey: pd.DataFrame):
    return regress(survey, RegressionOptions("y", ("x", "m", "w", "group")))


def test_that_linear_estimates_equal_lm(linear):
    # f <- lm(y ~ x + m + w + group); coef(f)
    expected = [-0.0781581724481, 0.4357226222550, 0.4058593099250, -0.0600074465767]
    expected += [0.0256993818280, -0.1061568492879]
    found = linear.coefficients.loc[TERMS, "b"].to_numpy()
    assert found == pytest.approx(expected, abs=1e-11)


def test_that_robust_errors_equal_sandwich_hc3(linear):
    # sqrt(diag(vcovHC(f, "HC3")))
    expected = [0.1201252515334, 0.0908076717825, 0.0785573470804, 0.0805268777462]
    expected += [0.1782228261779, 0.2114082251479]
    found = linear.coefficients.loc[TERMS, "se"].to_numpy()
    assert found == pytest.approx(expected, abs=1e-11)


def test_that_r_squared_and_aic_equal_lm(linear):
    found = (linear.fit["r2"], linear.fit["adj_r2"], linear.fit["aic"])
    assert found == pytest.approx((0.296675833363, 0.281647539204, 777.872322069), abs=1e-8)


def test_that_the_robust_F_is_the_wald_test(linear):
    # t(b) %*% solve(vcovHC(f, "HC3")) %*% b / 5 without the intercept
    assert linear.fit["F"] == pytest.approx(16.4068497958, abs=1e-9)


def test_that_diagnostics_equal_lmtest(linear):
    # bptest(f)$p.value, dwtest(f)$statistic, max(cooks.distance(f))
    assert linear.diagnostics["breusch_pagan_p"] == pytest.approx(0.685227579286, abs=1e-10)
    assert linear.diagnostics["durbin_watson"] == pytest.approx(2.07637002877, abs=1e-10)
    assert linear.diagnostics["cook_max"] == pytest.approx(0.0411055820874, abs=1e-10)


def test_that_variance_inflation_equals_the_inverse_correlation(survey: pd.DataFrame):
    # diag(solve(cor(model.matrix(f)[, -1])))
    design = build_design(survey, "y", ("x", "m", "w", "group"))
    expected = [1.15613815573, 1.17571589055, 1.01289741013, 1.14050535274, 1.15687251395]
    assert variance_inflation(design)[1:] == pytest.approx(expected, abs=1e-10)


def test_that_text_is_compared_with_its_most_frequent_value(linear):
    assert dict(linear.references) == {"group": "工"}


def test_that_standardized_slopes_are_those_of_standardized_columns(survey: pd.DataFrame):
    plain = regress(survey, RegressionOptions("y", ("x", "m")))
    scaled = survey[["y", "x", "m"]].apply(lambda c: (c - c.mean()) / c.std())
    standardized = regress(scaled, RegressionOptions("y", ("x", "m")))
    expected = standardized.coefficients["b"].iloc[1:].to_numpy()
    assert plain.coefficients["beta"].iloc[1:].to_numpy() == pytest.approx(expected)


def test_that_logistic_estimates_equal_glm(survey: pd.DataFrame):
    found = regress(survey, RegressionOptions("pass", ("x", "m", "w"), kind="logistic"))
    # g <- glm(pass ~ x + m + w, binomial); coef(g), sqrt(diag(vcovHC(g, "HC3"))), logLik(g)
    expected = [-0.0722197508403, 0.3849392305235, 0.3299799547610, -0.0332915369593]
    errors = [0.145355387933, 0.146672896784, 0.127589853938, 0.137418200571]
    assert found.coefficients["b"].to_numpy() == pytest.approx(expected, abs=1e-10)
    assert found.coefficients["se"].to_numpy() == pytest.approx(errors, abs=1e-10)
    assert found.fit["log_likelihood"] == pytest.approx(-155.186013111, abs=1e-8)
    assert -2 * found.fit["null"] == pytest.approx(332.643976915, abs=1e-8)


def test_that_model_based_logistic_errors_equal_glm(survey: pd.DataFrame):
    options = RegressionOptions("pass", ("x", "m", "w"), kind="logistic", robust="none")
    errors = [0.139441684337, 0.141704249096, 0.126532336443, 0.134779418055]
    assert regress(survey, options).coefficients["se"].to_numpy() == pytest.approx(errors, abs=1e-6)


def test_that_ordinal_estimates_equal_polr(survey: pd.DataFrame):
    found = regress(survey, RegressionOptions("a1", ("x", "m"), kind="ordinal"))
    # summary(MASS::polr(factor(a1) ~ x + m, Hess = TRUE)); polr's Hessian is numerical
    assert found.coefficients["b"].to_numpy() == pytest.approx([0.358012449, 0.271436736], abs=2e-6)
    assert found.coefficients["se"].to_numpy() == pytest.approx(
        [0.119534189, 0.107896464], abs=2e-5
    )
    cuts = [-2.610506946, -1.174519882, 0.450472688, 2.077959627]
    assert found.thresholds["b"].to_numpy() == pytest.approx(cuts, abs=5e-6)
    assert found.thresholds["se"].iloc[0] == pytest.approx(0.254726754, abs=5e-5)
    assert found.fit["log_likelihood"] == pytest.approx(-342.986099227, abs=1e-7)


def test_that_units_of_predictors_decide_nothing(survey: pd.DataFrame):
    plain = regress(survey, RegressionOptions("a1", ("x", "m"), kind="ordinal"))
    tiny = survey.assign(x=survey["x"] * 1e-6 + 5)
    found = regress(tiny, RegressionOptions("a1", ("x", "m"), kind="ordinal"))
    assert found.coefficients.loc["x", "b"] == pytest.approx(1e6 * plain.coefficients.loc["x", "b"])
    assert found.fit["log_likelihood"] == pytest.approx(plain.fit["log_likelihood"])


def test_that_a_measurement_is_no_ordered_answer(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="outcome_not_ordered"):
        regress(survey, RegressionOptions("y", ("x",), kind="ordinal"))


def test_that_perfect_prediction_is_refused():
    data = pd.DataFrame({"y": [0, 0, 0, 0, 1, 1, 1, 1], "x": [1.0, 2, 3, 4, 5, 6, 7, 8]})
    with pytest.raises(NotComputable, match="perfect_prediction"):
        regress(data, RegressionOptions("y", ("x",), kind="logistic"))


def test_that_collinear_predictors_are_refused(survey: pd.DataFrame):
    twins = survey.assign(x2=2 * survey["x"])
    with pytest.raises(NotComputable, match="regression_collinear"):
        regress(twins, RegressionOptions("y", ("x", "x2")))


def test_that_too_few_rows_are_refused(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="regression_too_few"):
        regress(survey.head(3), RegressionOptions("y", ("x", "m")))


def test_that_a_constant_outcome_is_refused(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="regression_constant"):
        regress(survey.assign(y=1.0), RegressionOptions("y", ("x",)))


def test_that_three_values_are_no_yes_or_no(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="outcome_not_binary"):
        regress(survey, RegressionOptions("a1", ("x",), kind="logistic"))


def test_that_high_inflation_is_a_caution(survey: pd.DataFrame):
    near = survey.assign(x2=survey["x"] + 0.05 * survey["w"])
    found = regress(near, RegressionOptions("y", ("x", "x2")))
    assert "vif_high" in [f.code for f in found.findings]


def test_that_uneven_residuals_are_noticed(survey: pd.DataFrame):
    rng = np.random.default_rng(1)
    x = rng.uniform(1, 5, 200)
    data = pd.DataFrame({"x": x, "y": x + x**2 * rng.normal(size=200)})
    found = regress(data, RegressionOptions("y", ("x",), robust="none"))
    assert "residuals_uneven" in [f.code for f in found.findings]


def test_that_few_events_are_a_caution(survey: pd.DataFrame):
    rare = survey.assign(hit=(survey["y"] > survey["y"].nlargest(12).min()).astype(int))
    found = regress(rare, RegressionOptions("hit", ("x", "w"), kind="logistic"))
    assert "few_events" in [f.code for f in found.findings]


def statsmodels_fit(kind: str, y, X):
    import statsmodels.api as sm
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    if kind == "linear":
        return sm.OLS(y, sm.add_constant(X)).fit(cov_type="HC3", use_t=True)
    if kind == "logistic":
        return sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-12)
    return OrderedModel(y, X, distr="logit").fit(method="bfgs", disp=0, gtol=1e-9)


@pytest.mark.parametrize("kind", ["linear", "logistic", "ordinal"])
def test_that_estimates_and_errors_equal_statsmodels(survey: pd.DataFrame, kind):
    predictors = ("x", "m", "w")
    complete = survey[["y", *predictors]].dropna()
    outcome = {
        "linear": complete["y"],
        "logistic": (complete["y"] > complete["y"].median()).astype(float),
        "ordinal": complete["y"].round().clip(-1, 1),
    }[kind]
    robust = "HC3" if kind == "linear" else "none"
    data = complete.assign(y=outcome)
    ours = regress(data, RegressionOptions("y", predictors, kind=kind, robust=robust))
    theirs = statsmodels_fit(kind, outcome, complete[list(predictors)])
    table = ours.coefficients.loc[list(predictors)]
    # bfgs and a numerical Hessian in statsmodels' ordered model
    tolerance = 2e-4 if kind == "ordinal" else 1e-8
    for name, expected in (("b", theirs.params), ("se", theirs.bse), ("p", theirs.pvalues)):
        found = table[name].to_numpy(dtype=float)
        np.testing.assert_allclose(found, expected[list(predictors)], rtol=tolerance, atol=1e-7)


def test_that_diagnostics_equal_statsmodels(survey: pd.DataFrame):
    import statsmodels.api as sm
    from statsmodels.stats.diagnostic import het_breuschpagan
    from statsmodels.stats.outliers_influence import variance_inflation_factor
    from statsmodels.stats.stattools import durbin_watson, jarque_bera

    predictors = ["x", "m", "w"]
    complete = survey[["y", *predictors]].dropna()
    ours = regress(complete, RegressionOptions("y", tuple(predictors)))
    X = sm.add_constant(complete[predictors])
    fitted = sm.OLS(complete["y"], X).fit()
    expected = {
        "breusch_pagan_p": het_breuschpagan(fitted.resid, X)[1],
        "durbin_watson": durbin_watson(fitted.resid),
        "jarque_bera_p": jarque_bera(fitted.resid)[1],
        "cook_max": fitted.get_influence().cooks_distance[0].max(),
    }
    assert {k: ours.diagnostics[k] for k in expected} == pytest.approx(expected, rel=1e-8)
    vif = [variance_inflation_factor(X.to_numpy(), j) for j in (1, 2, 3)]
    assert ours.coefficients["vif"].to_numpy()[1:] == pytest.approx(vif)
