"""What a comparison of waves may show beside the waves' own reports."""

from dataclasses import replace

import numpy as np

from analysis.diagnosis.change import ChangeOptions, compare_waves
from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from resources.texts import LANGUAGES
from survey.responses import ResponseSet
from tests.analysis.simulated_survey import simulate

FEW = ChangeOptions(bootstrap=100)


def wave(responses: ResponseSet) -> PreparedDataset:
    codes = [f"k{row}" for row in responses.respondents["row"]]
    coded = replace(responses, respondents=responses.respondents.assign(code=codes))
    return prepare(coded, PreparationOptions(exclude=()))


def test_that_a_large_role_of_one_wave_only_is_simply_left_out() -> None:
    first = wave(simulate({"ADM": 60, "TCH": 120, "ENT": 40}, missing=0.0))
    later = wave(simulate({"ADM": 60, "TCH": 120}, seed=2, missing=0.0))
    found = compare_waves(first, later, FEW)
    assert found.roles == ("ADM", "TCH")
    assert "change_roles_withheld" not in {f.code for f in found.findings}


def test_that_a_small_role_of_one_wave_cannot_be_had_by_subtraction() -> None:
    # everybody minus the common roles would be the four of ENT: only what each wave's own
    # report shows by itself (TCH; ADM is hidden to cover ENT) may be compared
    first = wave(simulate({"ADM": 60, "TCH": 120, "ENT": 4}, missing=0.0))
    later = wave(simulate({"ADM": 60, "TCH": 120}, seed=2, missing=0.0))
    found = compare_waves(first, later, FEW)
    assert found.roles == ("TCH",)
    (told,) = [f for f in found.findings if f.code == "change_roles_withheld"]
    assert all(told.describe(language) for language in LANGUAGES)
    own = first.scores100.loc[first.respondents["role"] == "TCH", "C4"].mean()
    assert np.isclose(found.constructs.loc["C4", "before"], own)


def test_that_a_few_people_found_in_one_wave_only_are_not_isolated() -> None:
    # 115 of 120 are found in both: their mean and that of all would give the other five
    first = simulate({"TCH": 120}, missing=0.0)
    kept = first.respondents.index[:115]
    later = replace(
        first,
        answers=first.answers.loc[kept],
        missing=first.missing.loc[kept],
        respondents=first.respondents.loc[kept],
        other=first.other.loc[kept],
    )
    found = compare_waves(wave(first), wave(later), replace(FEW, link="code"))
    assert found.linked == 0
    assert found.n == (120, 115)
    assert "change_link_exposes" in {f.code for f in found.findings}


def test_that_a_construct_whose_answers_would_expose_a_few_is_withheld() -> None:
    # ENT is gone in the later wave; of its forty only four answered C6, so the mean of C6 over
    # the common roles would give the four away; the other constructs stay
    first = simulate({"ADM": 60, "TCH": 120, "ENT": 40}, missing=0.0)
    answers, missing = first.answers.copy(), first.missing.copy()
    firms = first.respondents.index[first.respondents["role"] == "ENT"][4:]
    for item in ("C6_1", "C6_2"):
        answers.loc[firms, item] = np.nan
        missing.loc[firms, item] = 2
    thin = replace(first, answers=answers, missing=missing)
    later = wave(simulate({"ADM": 60, "TCH": 120}, seed=2, missing=0.0))
    found = compare_waves(wave(thin), later, FEW)
    assert "C6" not in found.constructs.index
    assert "C4" in found.constructs.index
    (told,) = [f for f in found.findings if f.code == "change_withheld"]
    assert told.subjects == ("C6",)


def test_that_many_constructs_are_allowed_for() -> None:
    found = compare_waves(
        wave(simulate({"TCH": 200})), wave(simulate({"TCH": 200}, seed=4)), FEW
    ).constructs
    order = found["p"].sort_values().index
    # Holm 1979: the smallest of k p values is multiplied by k
    k = int(found["p"].notna().sum())
    assert np.isclose(found.loc[order[0], "p_holm"], min(1.0, k * found.loc[order[0], "p"]))
    assert (found["p_holm"] >= found["p"]).all()


def test_that_a_retest_gives_the_stability_of_each_construct() -> None:
    first = simulate({"TCH": 120}, missing=0.0)
    rng = np.random.default_rng(3)
    again = replace(first, answers=first.answers + rng.normal(0, 0.6, first.answers.shape))
    options = replace(FEW, link="code", is_retest=True)
    found = compare_waves(wave(first), wave(again), options)
    assert found.retest is not None
    row = found.retest.loc["C4"]
    assert row["n"] == 120
    assert row["low"] < row["icc"] < row["high"]
    assert 0.5 < row["icc"] < 1
    assert compare_waves(wave(first), wave(again), replace(options, link="")).retest is None
