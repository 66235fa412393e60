"""Latent profiles against R mclust 6.0.0 (EEI, VVI; tol 1e-12)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.comparison.profiles import ProfileOptions, find_profiles
from analysis.not_computable import NotComputable

ABC = ("A", "B", "C")


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    data = pd.read_csv(path, encoding="utf-8")
    for letter in "abc":
        data[letter.upper()] = data[[f"{letter}{j}" for j in range(1, 5)]].mean(axis=1)
    return data


@pytest.fixture(scope="module")
def result(survey: pd.DataFrame):
    return find_profiles(survey, ProfileOptions(ABC, most=3, starts=8))


@pytest.mark.parametrize(
    ("k", "log_likelihood", "bic", "parameters"),
    [  # Mclust(X, G = k, modelNames = "EEI"): loglik, -bic, df
        (1, -853.429190453, 1739.74221445, 6),
        (2, -811.910419404, 1678.62722804, 10),
        (3, -809.426559258, 1695.58206344, 14),
    ],
)
def test_that_fits_equal_mclust(result, k, log_likelihood, bic, parameters):
    row = result.fits.loc[k]
    # EM stops at a relative rise of 1e-9
    assert row["log_likelihood"] == pytest.approx(log_likelihood, abs=1e-4)
    assert row["bic"] == pytest.approx(bic, abs=2e-4)
    assert row["parameters"] == parameters


def test_that_bic_chooses_two_profiles(result):
    assert result.n_profiles == 2


def test_that_profiles_come_largest_first(result):
    # Mclust(G = 2)$parameters$pro
    assert result.shares.to_numpy() == pytest.approx([0.597190311, 0.402809689], abs=1e-3)


def test_that_free_variances_equal_mclust_vvi(survey: pd.DataFrame):
    found = find_profiles(survey, ProfileOptions(ABC, n_profiles=2, variances="free", starts=8))
    assert found.fits.loc[2, "log_likelihood"] == pytest.approx(-810.171468753, abs=1e-4)
    means = found.means.sort_values("A")
    assert means["A"].to_numpy() == pytest.approx([2.72642616, 3.78484643], abs=2e-3)


def test_that_planted_profiles_are_found():
    rng = np.random.default_rng(5)
    centres = np.array([[1.5, 4.0], [3.0, 3.0], [4.5, 1.5]])
    belongs = np.repeat([0, 1, 2], [120, 80, 60])
    data = pd.DataFrame(centres[belongs] + 0.3 * rng.normal(size=(260, 2)), columns=["u", "v"])
    found = find_profiles(data, ProfileOptions(("u", "v"), most=5, starts=6))
    assert found.n_profiles == 3
    agreement = pd.crosstab(found.membership["profile"], belongs).max(axis=1).sum() / 260
    assert agreement > 0.98


def test_that_a_profile_too_small_to_show_is_not_chosen():
    rng = np.random.default_rng(6)
    values = np.concatenate([rng.normal(0, 1, (200, 2)), rng.normal(9, 0.3, (4, 2))])
    found = find_profiles(
        pd.DataFrame(values, columns=["u", "v"]), ProfileOptions(("u", "v"), most=3)
    )
    assert found.fits.loc[found.n_profiles, "smallest"] >= 10


def test_that_a_small_profile_asked_for_stays_hidden():
    rng = np.random.default_rng(6)
    values = np.concatenate([rng.normal(0, 1, (200, 2)), rng.normal(9, 0.3, (4, 2))])
    data = pd.DataFrame(values, columns=["u", "v"])
    found = find_profiles(data, ProfileOptions(("u", "v"), n_profiles=2))
    assert found.means.isna().any().all()
    assert "profile_small" in [f.code for f in found.findings]


def test_that_the_bootstrap_test_sees_two_real_profiles():
    rng = np.random.default_rng(7)
    values = np.concatenate([rng.normal(0, 1, (60, 2)), rng.normal(4, 1, (60, 2))])
    options = ProfileOptions(("u", "v"), n_profiles=2, starts=3, blrt=19)
    found = find_profiles(pd.DataFrame(values, columns=["u", "v"]), options)
    assert found.fits.loc[2, "p_blrt"] == pytest.approx(0.05)


def test_that_the_same_seed_finds_the_same(survey: pd.DataFrame):
    options = ProfileOptions(ABC, n_profiles=3, starts=4)
    first, second = find_profiles(survey, options), find_profiles(survey, options)
    pd.testing.assert_frame_equal(first.membership, second.membership)


def test_that_equal_answers_are_refused(survey: pd.DataFrame):
    with pytest.raises(NotComputable, match="profiles_too_little"):
        find_profiles(survey.assign(A=3.0), ProfileOptions(ABC))
