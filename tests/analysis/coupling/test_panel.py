"""Coupling from objective indicators, against R, and its refusals."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.coupling.panel import PanelIndicator, PanelOptions, assess_panel
from analysis.coupling.triangulation import triangulate
from resources.texts import LANGUAGES, has_sentence
from survey.problems import Refusal

UNIT_YEARS = pd.MultiIndex.from_product([list("abcd"), [2021, 2022, 2023]], names=["unit", "year"])
DATA = pd.DataFrame(
    {
        "OA01": [120, 150, 180, 60, 75, 90, 200, 210, 260, 30, 45, 40],
        "OA03": [12, 15, 14, 5, 8, 9, 22, 25, 27, 3, 4, 6],
        "OB01": [8.1, 8.4, 9.0, 6.2, 6.6, 7.1, 9.5, 9.9, 10.4, 5.0, 5.1, 5.6],
        "OB07": [0.52, 0.50, 0.47, 0.61, 0.60, 0.58, 0.44, 0.43, 0.40, 0.70, 0.69, 0.66],
    },
    index=UNIT_YEARS,
)
INDICATORS = (
    PanelIndicator("OA01", "U1"),
    PanelIndicator("OA03", "U1"),
    PanelIndicator("OB01", "U2"),
    PanelIndicator("OB07", "U2", direction=-1),
)

# R 4.2.2, base functions only (min-max, entropy with .01 + .98 z, CRITIC with
# n - 1, standard C); unit d in 2021 has U = 0 in both systems, where R gives 0/0 and D is 0
ENTROPY = [0.4918473766, 0.5081526234, 0.52584862036, 0.47415137964]
CRITIC = [0.49167796915, 0.50832203085, 0.50293118452, 0.49706881548]
D_ENTROPY = [
    0.68841053832,
    0.75822468112,
    0.80355753902,
    0.40757223568,
    0.50184848473,
    0.56324806992,
    0.89800192174,
    0.9364347711,
    1,
    0.0,
    0.19204272821,
    0.31879227274,
]
D_EQUAL = [
    0.68866688332,
    0.75857072591,
    0.80430915606,
    0.40872817083,
    0.50216650076,
    0.5633995161,
    0.89810401996,
    0.93608429024,
    1,
    0.0,
    0.1929320165,
    0.31854149407,
]


def weights(weighting: str) -> list[float]:
    return assess_panel(DATA, INDICATORS, PanelOptions(weighting)).weights["weight"].tolist()


def test_that_entropy_and_critic_weights_equal_r() -> None:
    assert weights("entropy") == pytest.approx(ENTROPY, abs=1e-9)
    assert weights("critic") == pytest.approx(CRITIC, abs=1e-9)


def test_that_degrees_equal_r() -> None:
    equal = assess_panel(DATA, INDICATORS).table["D_standard"]
    entropy = assess_panel(DATA, INDICATORS, PanelOptions("entropy")).table["D_standard"]
    assert equal.tolist() == pytest.approx(D_EQUAL, abs=1e-9)
    assert entropy.tolist() == pytest.approx(D_ENTROPY, abs=1e-9)


def test_that_combined_weights_lie_between() -> None:
    combined = weights("combined")
    for mixed, entropy in zip(combined, ENTROPY, strict=True):
        assert mixed == pytest.approx((0.5 + entropy) / 2)


def test_that_weights_sum_to_one_in_each_system() -> None:
    table = assess_panel(DATA, INDICATORS, PanelOptions("critic")).weights
    assert table.groupby("system")["weight"].sum().tolist() == pytest.approx([1.0, 1.0])


def frozen() -> tuple[PanelIndicator, ...]:
    bounds = {"OA01": (0.0, 400.0), "OA03": (0.0, 40.0), "OB01": (0.0, 15.0), "OB07": (0.2, 1.0)}
    return tuple(replace(i, low=bounds[i.code][0], high=bounds[i.code][1]) for i in INDICATORS)


def test_that_frozen_bounds_make_years_comparable() -> None:
    whole = assess_panel(DATA, frozen()).table
    part = assess_panel(DATA.iloc[:3], frozen()).table
    assert part["D_standard"].tolist() == pytest.approx(whole["D_standard"].iloc[:3].tolist())


def test_that_few_unit_years_are_refused_unless_bounds_are_frozen() -> None:
    with pytest.raises(Refusal) as refusal:
        assess_panel(DATA.iloc[:9], INDICATORS)
    assert refusal.value.problems[0].code == "panel_too_few"
    with pytest.raises(Refusal):
        assess_panel(DATA.iloc[:9], frozen(), PanelOptions("entropy"))
    assert len(assess_panel(DATA.iloc[:1], frozen()).table) == 1


def test_that_bad_panels_are_refused_with_what_to_do() -> None:
    bad = {
        "panel_column_missing": (DATA, (*INDICATORS, PanelIndicator("OA99", "U1"))),
        "panel_one_system": (DATA, INDICATORS[:2]),
        "panel_bounds": (DATA, (replace(INDICATORS[0], low=5.0, high=5.0), *INDICATORS[1:])),
    }
    for code, (data, indicators) in bad.items():
        with pytest.raises(Refusal) as refusal:
            assess_panel(data, indicators)
        assert refusal.value.problems[0].code == code
        assert all(refusal.value.describe(language) for language in LANGUAGES)


def test_that_incomplete_unit_years_are_left_out_and_counted() -> None:
    holes = DATA.astype(float)
    holes.iloc[0, 0] = float("nan")
    found = assess_panel(holes, INDICATORS)
    assert len(found.table) == 11
    assert found.findings[0].values["k"] == 1
    assert all(f.describe(language) for f in found.findings for language in LANGUAGES)


def test_that_obstacles_sum_to_one_in_each_unit_year() -> None:
    obstacles = assess_panel(DATA, INDICATORS).obstacles.sum(axis=1)
    perfect = [float(k != 8) for k in range(12)]  # unit c in 2023 is best in every indicator
    assert obstacles.tolist() == pytest.approx(perfect)


def test_that_survey_and_ledger_are_flagged_beyond_twenty_points() -> None:
    near, far = triangulate({"U1": 0.60, "U2": 0.70, "U3": 0.5}, {"U1": 0.45, "U2": 0.45})
    assert (near.is_flagged, near.causes) == (False, ())
    assert far.is_flagged
    assert far.difference == pytest.approx(25.0)
    for language in LANGUAGES:
        assert all(has_sentence(f"coupling.cause.{cause}", language) for cause in far.causes)


def test_that_few_unit_years_give_points_and_say_so() -> None:
    codes = {f.code for f in assess_panel(DATA.iloc[:3], frozen()).findings}
    assert "panel_points_only" in codes
    assert "panel_points_only" not in {f.code for f in assess_panel(DATA, frozen()).findings}
