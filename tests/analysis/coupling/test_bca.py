"""Bias-corrected and accelerated intervals against scipy, and where they differ."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from analysis.coupling import CouplingOptions, assess_coupling
from analysis.coupling.bca import bca_interval
from analysis.coupling.strata import interval, left_out_means, organisation_means, role_strata
from analysis.preparation import PreparationOptions, prepare
from tests.analysis.simulated_survey import simulate


def test_that_the_interval_equals_scipys() -> None:
    x = np.random.default_rng(3).exponential(size=40)
    theirs = bootstrap((x,), np.mean, n_resamples=2000, method="BCa", rng=np.random.default_rng(1))
    draws = theirs.bootstrap_distribution
    left_out = (x.sum() - x) / (len(x) - 1)
    low, high = bca_interval(
        np.array(x.mean()), draws, left_out, membership=np.zeros(len(x), dtype=np.int64)
    )
    assert (low, high) == pytest.approx(
        (theirs.confidence_interval.low, theirs.confidence_interval.high), abs=1e-9
    )
    assert float(high) > float(interval(draws)[1])  # a skewed statistic reaches farther


@pytest.mark.parametrize("weighting", ["equal", "respondent"])
def test_that_means_without_one_respondent_are_those_of_the_smaller_sample(weighting: str) -> None:
    prepared = prepare(simulate({"TCH": 30, "ADM": 15, "GOV": 3}), PreparationOptions(exclude=()))
    scores, roles = prepared.scores100, prepared.respondents["role"]
    strata = role_strata(scores, roles)
    found = left_out_means(strata, weighting)
    for place in (0, 31):
        rest = scores.index != scores.index[place]
        fewer = organisation_means(role_strata(scores[rest], roles[rest]), weighting)
        assert found[place] == pytest.approx(fewer, abs=1e-9)


def test_that_both_kinds_of_interval_hold_the_estimate_and_differ_little() -> None:
    prepared = prepare(simulate({"TCH": 60, "ADM": 30}), PreparationOptions(exclude=()))
    plain = assess_coupling(prepared, CouplingOptions(bootstrap=500))
    better = assess_coupling(prepared, CouplingOptions(bootstrap=500, intervals="bca"))
    assert plain is not None
    assert better is not None
    row = better.degrees.loc["standard"]  # Wang's C lies at its end, where BCa leaves the draws
    for letter in ("T", "D"):
        assert row[f"{letter}_low"] <= row[letter] <= row[f"{letter}_high"]
    assert row["D_low"] == pytest.approx(plain.degrees.loc["standard", "D_low"], abs=0.01)
    assert not better.degrees["D_low"].equals(plain.degrees["D_low"])


def test_that_unknown_systems_are_said() -> None:
    prepared = prepare(simulate({"TCH": 60}), PreparationOptions(exclude=()))
    result = assess_coupling(prepared, CouplingOptions(systems=("U1", "U9"), bootstrap=50))
    assert result is not None
    named = [f for f in result.findings if f.code == "coupling_systems_unknown"]
    assert [f.subjects for f in named] == [("U9",)]
