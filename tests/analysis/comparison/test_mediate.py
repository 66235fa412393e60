"""Mediation and moderation: estimates against R lm, intervals by simulation."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.comparison.mediate import MediationOptions, mediate
from analysis.comparison.moderate import ModerationOptions, moderate
from analysis.not_computable import NotComputable
from survey.progress import Cancelled


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    data = pd.read_csv(path, encoding="utf-8")
    return data.assign(A=data[["a1", "a2", "a3", "a4"]].mean(axis=1))


@pytest.fixture(scope="module")
def serial(survey: pd.DataFrame):
    options = MediationOptions("x", "y", ("A", "m"), serial=True, covariates=("w",), bootstrap=500)
    return mediate(survey, options)


def test_that_serial_effects_are_products_of_lm_coefficients(serial):
    # coef of lm(A ~ x + w), lm(m ~ x + A + w), lm(y ~ x + A + m + w), lm(y ~ x + w)
    expected = {
        "total": 0.598933572667,
        "direct": 0.479611152052,
        "x → A → y": -0.0455021808206,
        "x → m → y": 0.145955810961,
        "x → A → m → y": 0.018868790474,
    }
    for name, value in expected.items():
        assert serial.effects.loc[name, "estimate"] == pytest.approx(value, abs=1e-11)


def test_that_path_errors_equal_lm(serial):
    rows = serial.paths.query("outcome == 'y'").set_index("predictor")
    # summary(lm(y ~ x + A + m + w))$coefficients
    assert rows.loc["A", "se"] == pytest.approx(0.0970849941058, abs=1e-11)
    assert rows.loc["m", "p"] == pytest.approx(1.63645776509e-08, rel=1e-6)


def test_that_total_is_direct_plus_indirect(serial):
    effects = serial.effects["estimate"]
    assert effects["total"] == pytest.approx(effects["direct"] + effects["indirect"])


def test_that_effects_in_sds_are_those_of_standardized_columns(survey: pd.DataFrame):
    scaled = survey[["x", "m", "y"]].apply(lambda c: (c - c.mean()) / c.std())
    options = MediationOptions("x", "y", ("m",), bootstrap=50)
    found = mediate(survey, options).effects["standardized"]
    expected = mediate(scaled, options).effects["estimate"]
    assert found["indirect"] == pytest.approx(expected["indirect"])


def test_that_parallel_mediators_do_not_act_on_each_other(survey: pd.DataFrame):
    found = mediate(survey, MediationOptions("x", "y", ("A", "m"), bootstrap=50))
    assert "x → A → m → y" not in found.effects.index
    assert set(found.paths.query("outcome == 'm'")["predictor"]) == {"(Intercept)", "x"}


def test_that_conditional_effects_equal_lm(survey: pd.DataFrame):
    options = MediationOptions("x", "y", ("m",), moderator="w", moderated=("a",), bootstrap=100)
    found = mediate(survey, options).effects["estimate"]
    # f <- lm(m ~ x * w), g <- lm(y ~ x + m + w), w at its 16th, 50th and 84th percentile
    conditional = [found[name] for name in found.index if name.startswith("x → m")]
    expected = [0.218491506266, 0.161608854901, 0.0996533013526]
    assert conditional == pytest.approx(expected, abs=1e-11)
    assert found["index m"] == pytest.approx(-0.0614748204526, abs=1e-11)


@pytest.mark.parametrize("kind", ["percentile", "bc", "bca"])
def test_that_the_interval_surrounds_the_estimate(survey: pd.DataFrame, kind: str):
    row = mediate(survey, MediationOptions("x", "y", ("m",), interval=kind, bootstrap=500)).effects
    assert (
        row.loc["indirect", "low"] < row.loc["indirect", "estimate"] < row.loc["indirect", "high"]
    )


def test_that_the_bootstrap_error_is_near_sobels(survey: pd.DataFrame):
    found = mediate(survey, MediationOptions("x", "y", ("m",), bootstrap=2000))
    paths = found.paths.set_index(["outcome", "predictor"])
    a, sa = paths.loc[("m", "x"), ["b", "se"]]
    b, sb = paths.loc[("y", "m"), ["b", "se"]]
    sobel = np.sqrt(a**2 * sb**2 + b**2 * sa**2)
    assert found.effects.loc["indirect", "se"] == pytest.approx(sobel, rel=0.15)


def test_that_the_interval_of_the_indirect_effect_covers_the_truth():
    rng = np.random.default_rng(21)
    hits = 0
    for _ in range(300):
        x = rng.normal(size=120)
        m = 0.4 * x + rng.normal(size=120)
        y = 0.35 * m + 0.2 * x + rng.normal(size=120)
        data = pd.DataFrame({"x": x, "m": m, "y": y})
        row = mediate(data, MediationOptions("x", "y", ("m",), bootstrap=400)).effects.loc[
            "indirect"
        ]
        hits += row["low"] <= 0.14 <= row["high"]
    assert 0.92 <= hits / 300 <= 0.97


def test_that_serial_and_moderator_together_are_refused(survey: pd.DataFrame):
    options = MediationOptions("x", "y", ("A", "m"), serial=True, moderator="w")
    with pytest.raises(NotComputable, match="serial"):
        mediate(survey, options)


def test_that_a_copy_of_x_as_mediator_is_refused(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="collinear"):
        mediate(survey.assign(m=survey["x"]), MediationOptions("x", "y", ("m",)))


def test_that_too_few_rows_are_refused(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="too_few"):
        mediate(survey.head(4), MediationOptions("x", "y", ("m",)))


def test_that_a_bootstrap_can_be_stopped(survey: pd.DataFrame):
    def stop(share: float, step: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        mediate(survey, MediationOptions("x", "y", ("m",)), stop)


def test_that_the_wording_speaks_of_association(serial):
    assert "mediation_is_association" in [f.code for f in serial.findings]


@pytest.fixture(scope="module")
def moderation(survey: pd.DataFrame):
    return moderate(survey, ModerationOptions("x", "w", "y", ("m",)))


def test_that_simple_slopes_equal_lm_with_hc3(moderation):
    # f <- lm(y ~ x * w + m); V <- vcovHC(f, "HC3"); slope and error at quantiles of w
    slopes, errors = moderation.slopes["slope"], moderation.slopes["se"]
    assert slopes.to_numpy() == pytest.approx([0.151973389, 0.414506167, 0.700452114], abs=1e-8)
    assert errors.to_numpy() == pytest.approx([0.125209503, 0.085794211, 0.122018482], abs=1e-8)


def test_that_the_johnson_neyman_boundary_solves_its_equation(moderation):
    # uniroot(slope^2 - qt(.975, 235)^2 * se^2, c(-1, 0))
    assert moderation.boundaries == pytest.approx([-0.588772681981], abs=1e-9)
    assert moderation.regions["is_significant"].tolist() == [False, True]
    assert moderation.regions["share"].sum() == pytest.approx(1.0)


def test_that_r_squared_change_equals_lm(moderation):
    assert moderation.r2_change == pytest.approx(0.0356795253243, abs=1e-10)


def test_that_centring_changes_no_slope(survey: pd.DataFrame):
    centred = survey.assign(x=survey["x"] - 3)
    found = moderate(centred, ModerationOptions("x", "w", "y", ("m",)))
    expected = moderate(survey, ModerationOptions("x", "w", "y", ("m",)))
    np.testing.assert_allclose(found.slopes["slope"], expected.slopes["slope"])


def test_that_a_moderator_of_two_values_is_shown_at_both(survey: pd.DataFrame):
    # coef(lm(y ~ x, subset = b == 0 or 1)): with one product per group the slopes are the
    # groups' own
    data = survey[["x", "y"]].dropna()
    data = data.assign(b=(np.arange(len(data)) % 3 == 0).astype(float))
    found = moderate(data, ModerationOptions("x", "b", "y")).slopes
    assert found["at"].tolist() == [0.0, 1.0]
    for at, slope in zip(found["at"], found["slope"], strict=True):
        own = data[data["b"] == at]
        assert slope == pytest.approx(np.polyfit(own["x"], own["y"], 1)[0])
