"""Change between waves: a shift of everybody shows, noise does not, other items are left out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.diagnosis.change import Change, ChangeOptions, compare_waves, verdict_of
from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from resources.texts import LANGUAGES, has_sentence
from survey.responses import ResponseSet
from tests.analysis.simulated_survey import simulate

COUNTS = {"ADM": 60, "TCH": 200, "ENT": 60}
FEW = ChangeOptions(bootstrap=400)
KEEP = PreparationOptions(exclude=())


def wave(responses: ResponseSet) -> PreparedDataset:
    return prepare(responses, KEEP)


def shifted(responses: ResponseSet, by: float) -> ResponseSet:
    """Return the answers with every item moved by ``by`` scale points (off the scale or not)."""
    return replace(responses, answers=responses.answers + by)


@pytest.fixture(scope="module")
def first() -> ResponseSet:
    return simulate(COUNTS, missing=0.0)


@pytest.fixture(scope="module")
def moved(first: ResponseSet) -> Change:
    return compare_waves(wave(first), wave(shifted(first, 0.5)), FEW)


def test_that_a_uniform_shift_shows_in_full(moved: Change) -> None:
    # half a point of a 5-point scale is 12.5 of 100, in every construct
    assert moved.constructs["difference"].to_numpy() == pytest.approx(12.5)


def test_that_a_shift_improves_processes_and_worsens_constraints(moved: Change) -> None:
    by_polarity = moved.constructs.groupby("polarity")["verdict"].unique()
    assert by_polarity["positive"].tolist() == ["improved"]
    assert by_polarity["severity"].tolist() == ["worsened"]


def test_that_a_shift_raises_the_coordination_degree(moved: Change) -> None:
    assert moved.coupling.loc["U1", "difference"] == pytest.approx(0.125)
    assert moved.coupling.loc["D_standard", "verdict"] == "improved"


def test_that_the_same_answers_have_not_changed(first: ResponseSet) -> None:
    same = compare_waves(wave(first), wave(first), FEW)
    assert same.constructs["difference"].abs().max() == 0
    assert set(same.constructs["verdict"]) == {"no_reliable_change"}


def test_that_new_respondents_alone_seldom_look_like_change() -> None:
    verdicts = [
        compare_waves(
            wave(simulate(COUNTS, seed=2 * k)), wave(simulate(COUNTS, seed=2 * k + 1)), FEW
        ).constructs["verdict"]
        for k in range(1, 4)
    ]
    changed = (pd.concat(verdicts) != "no_reliable_change").mean()
    assert changed < 0.12


def test_that_the_smallest_detectable_change_follows_the_framework(first: ResponseSet) -> None:
    # FRAMEWORK 8 says 6 points for two waves of 200 with SD 20 at 80 % power: 2.8 standard
    # errors; a difference beyond 1.96 of them is called a change
    found = compare_waves(wave(simulate({"TCH": 200})), wave(simulate({"TCH": 200}, seed=9)), FEW)
    sd = wave(first).scores100["C4"].std()
    expected = 1.96 * sd * np.sqrt(2 / 200)
    assert found.constructs.loc["C4", "sdc"] == pytest.approx(expected, rel=0.15)


def test_that_linked_people_are_compared_with_themselves(first: ResponseSet) -> None:
    def coded(responses: ResponseSet) -> PreparedDataset:
        codes = [f"k{row}" for row in responses.respondents["row"]]
        return wave(replace(responses, respondents=responses.respondents.assign(code=codes)))

    options = replace(FEW, link="code")
    linked = compare_waves(coded(first), coded(shifted(first, 0.1)), options)
    assert linked.linked == first.n
    assert linked.constructs["se"].max() < 1e-9
    assert linked.constructs.loc["I1", "verdict"] == "improved"


def test_that_a_changed_wording_is_left_out_and_said(first: ResponseSet) -> None:
    items = tuple(
        replace(item, text="另一种问法") if item.code == "C4_1" else item
        for item in first.study.items
    )
    later = replace(first, study=replace(first.study, items=items))
    found = compare_waves(wave(first), wave(later), FEW)
    assert found.changed_items == ("C4_1",)
    assert found.constructs.loc["C4", "items"] == 1
    assert "change_items_changed" in {f.code for f in found.findings}


def test_that_a_role_of_one_wave_only_does_not_count() -> None:
    found = compare_waves(
        wave(simulate(COUNTS)), wave(simulate({"ADM": 60, "TCH": 200}, seed=3)), FEW
    )
    assert found.roles == ("ADM", "TCH")
    assert "change_roles_differ" in {f.code for f in found.findings}


@pytest.mark.parametrize(
    ("improvement", "smallest", "verdict"),
    [(5.0, 4.0, "improved"), (-5.0, 4.0, "worsened"), (3.9, 4.0, "no_reliable_change")],
)
def test_that_a_change_inside_the_noise_is_not_called_one(
    improvement: float, smallest: float, verdict: str
) -> None:
    assert verdict_of(improvement, smallest) == verdict
    assert all(has_sentence(f"diagnosis.change.{verdict}", language) for language in LANGUAGES)
