"""Random-intercept models against R nlme::lme 3.1-162 (REML)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.comparison.multilevel import MultilevelOptions, multilevel
from analysis.not_computable import NotComputable


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    data = pd.read_csv(path, encoding="utf-8")
    return data.assign(A=data[["a1", "a2", "a3", "a4"]].mean(axis=1))


@pytest.fixture(scope="module")
def null(survey: pd.DataFrame):
    return multilevel(survey, MultilevelOptions("A", "college"))


def test_that_variances_equal_lme(null):
    # VarCorr(lme(A ~ 1, random = ~ 1 | college)); lme stops at 1e-8 of the likelihood
    assert (null.between, null.within) == pytest.approx((0.0701617880, 0.6612289183), abs=5e-6)


def test_that_the_likelihood_is_at_least_lmes(null):
    assert null.log_likelihood == pytest.approx(-299.302134881, abs=1e-7)


def test_that_the_intercept_equals_lme(null):
    row = null.fixed.loc["(Intercept)"]
    assert (row["b"], row["se"], row["df"]) == pytest.approx(
        (3.263458488, 0.086730958, 225), abs=2e-6
    )


def test_that_slopes_equal_lme(survey: pd.DataFrame):
    found = multilevel(survey, MultilevelOptions("A", "college", ("x", "w"))).fixed
    # summary(lme(A ~ x + w, random = ~ 1 | college))$tTable
    assert found["b"].to_numpy() == pytest.approx(
        [3.2348197197, 0.2521636161, 0.0133572416], abs=5e-8
    )
    assert found["se"].to_numpy() == pytest.approx(
        [0.0743618883, 0.0486764903, 0.0514802880], abs=5e-8
    )
    assert found["df"].tolist() == [223, 223, 223]


def test_that_shrunken_means_equal_ranef(null):
    # head(ranef(m), 1) + fixef(m): college 1, 11 members
    assert null.groups.loc["1", "shrunken"] == pytest.approx(2.92572216, abs=1e-5)


def test_that_the_test_of_the_group_variance_is_halved(null):
    # anova(m, gls(A ~ 1))$L.Ratio = 8.62046104299
    from scipy.stats import chi2

    assert null.p_between == pytest.approx(chi2.sf(8.62046104299, 1) / 2, rel=1e-5)


def test_that_the_interval_of_icc_holds_it(null):
    assert 0 < null.icc_low < null.icc < null.icc_high < 1


def test_that_small_groups_are_used_but_hidden(survey: pd.DataFrame):
    small = survey.assign(college=survey["college"].where(survey.index > 3, 99))
    found = multilevel(small, MultilevelOptions("A", "college"))
    assert found.n_groups == 16
    assert "99" not in found.groups.index


def test_that_groups_without_difference_have_no_variance():
    rng = np.random.default_rng(0)
    y = np.tile(rng.normal(size=20), 6)
    data = pd.DataFrame({"y": y, "g": np.repeat(list("abcdef"), 20)})
    found = multilevel(data, MultilevelOptions("y", "g"))
    assert found.between == 0.0
    assert found.p_between == 1.0
    assert "no_group_variance" in [f.code for f in found.findings]


def test_that_one_group_is_refused(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="multilevel_too_little"):
        multilevel(survey.assign(college=1), MultilevelOptions("A", "college"))
