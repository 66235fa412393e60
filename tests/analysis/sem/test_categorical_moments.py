"""Moments of ordered and mixed variables against lavaan 0.6-14.

Constants: ``lavInspect(fit, "wls.obs")``, the diagonal of ``lavInspect(fit, "gamma")`` and its
last but two row, for the models named beside each case (tests/reference/categorical.R). lavaan
stops its searches at a relative change of 1e-10, hence the tolerances.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sem.categorical.ordered_input import ordered_levels, ordered_moments
from analysis.sem.data_input import read_cases
from analysis.sem.errors import SemError
from analysis.sem.moments import GroupMoments, SampleMoments
from analysis.sem.options import SemOptions
from survey.progress import Cancelled
from tests.analysis.sem.mixed_survey import mixed_survey


@dataclass(frozen=True)
class Expected:
    obs: tuple[float, ...]
    diag: tuple[float, ...]
    row: tuple[float, ...]


PLAIN = Expected(
    obs=(
        0.231834362,
        -0.674489750,
        0.610294610,
        -0.856598768,
        0.189118426,
        1.091620367,
        -1.191816172,
        -0.329647051,
        0.430727299,
        1.281551566,
        -0.755415026,
        -0.083651734,
        0.442215414,
        1.018725436,
        0.547680551,
        0.527586780,
        0.551204681,
        0.595726491,
        0.615950204,
        0.462162529,
        0.539282045,
        0.547876163,
        0.537338827,
        0.511900871,
    ),
    diag=(
        1.60182071,
        1.85676747,
        1.80080174,
        2.06101475,
        1.59136398,
        2.45336512,
        2.67999731,
        1.63424775,
        1.68089380,
        2.92210975,
        1.93863051,
        1.57479636,
        1.68709128,
        2.31295199,
        1.20638577,
        1.08236463,
        1.13412334,
        0.97470299,
        0.52773383,
        0.79942936,
        0.78457082,
        0.74367120,
        0.61715233,
        0.72433553,
    ),
    row=(
        -0.08254861,
        0.09546587,
        -0.03576350,
        0.16313369,
        -0.01252078,
        -0.26570119,
        0.23529603,
        0.07818305,
        -0.05659456,
        -0.29008724,
        0.05685910,
        0.00631165,
        -0.12519782,
        -0.31626306,
        0.21510893,
        0.28868765,
        0.28156573,
        0.12836313,
        0.11303148,
        0.30913931,
        0.13728526,
        0.74367120,
        0.19004235,
        0.19597180,
    ),
)
MIXED = Expected(
    obs=(
        0.231834362,
        -0.674489750,
        0.610294610,
        -1.829375000,
        -1.078125000,
        4.108437526,
        0.625363568,
        0.547680551,
        1.283979775,
        0.398889346,
        1.364417484,
        0.416686049,
        1.017212161,
    ),
    diag=(
        1.60182071,
        1.85676747,
        1.80080174,
        4.12234135,
        0.69118927,
        38.29980676,
        0.66737123,
        1.20638577,
        5.55389504,
        0.67704086,
        3.90535839,
        0.47029011,
        2.84482325,
    ),
    row=(
        -0.05005430,
        0.61139875,
        -0.58101392,
        0.22220639,
        0.16909262,
        9.99527569,
        0.49035663,
        0.97337292,
        2.84706986,
        0.56706299,
        3.90535839,
        0.74018007,
        2.24215553,
    ),
)
COVARIATES = Expected(
    obs=(
        0.115528610,
        -0.749114570,
        0.605264419,
        -1.885175547,
        -1.114914553,
        0.390765795,
        0.305028439,
        0.773336487,
        0.275071287,
        -0.487121800,
        -0.190853125,
        -0.384776039,
        -0.181543801,
        3.426075253,
        0.536050783,
        0.484280597,
        1.030114749,
        0.300039562,
        1.164887080,
        0.340307823,
        0.770969476,
    ),
    diag=(
        2.62225654,
        2.76450225,
        2.73299996,
        4.95788543,
        0.85587882,
        1.91870720,
        1.35152396,
        3.78403093,
        0.61615942,
        7.80792734,
        5.31537648,
        16.66373439,
        2.91109851,
        24.43954728,
        0.43751516,
        1.46463585,
        5.21495890,
        0.67507641,
        3.19712475,
        0.39600275,
        1.62453905,
    ),
    row=(
        0.05086064,
        0.55370438,
        -0.48974469,
        -0.00472027,
        0.14401710,
        -0.04208824,
        -0.17620104,
        0.10505511,
        0.07364352,
        0.13729364,
        0.06260483,
        0.30925436,
        0.03665972,
        6.68300186,
        0.25128726,
        0.86244560,
        2.02125206,
        0.35790059,
        3.19712475,
        0.52896536,
        1.28841753,
    ),
)
PAIRWISE = Expected(
    obs=(
        0.228770085,
        -0.737481658,
        0.635126949,
        -0.857969888,
        0.171747090,
        1.096803562,
        -1.788403756,
        -1.066621005,
        4.103739236,
        0.629267121,
        0.567019954,
        0.495338392,
        1.235924360,
        0.394620045,
        0.669892908,
        1.396787899,
        0.417108918,
        1.231940377,
        0.438679622,
        1.032202880,
    ),
    diag=(
        1.82971096,
        2.12276598,
        2.01462939,
        2.25037198,
        1.73207661,
        2.68809525,
        4.65686535,
        0.77204966,
        43.20051577,
        0.72365962,
        1.44516150,
        1.41040035,
        7.01540845,
        1.06436359,
        0.50926480,
        4.63625321,
        0.50466752,
        4.58394223,
        0.59652988,
        3.00964749,
    ),
    row=(
        0.06432941,
        0.61051274,
        -0.45789082,
        0.60682575,
        -0.21745803,
        -0.78188019,
        0.30128329,
        0.24988391,
        10.57871516,
        0.42331459,
        0.71598245,
        1.19791735,
        2.58460424,
        0.55416677,
        0.60028506,
        3.40374777,
        0.45472809,
        4.58394223,
        0.67398997,
        2.22109194,
    ),
)
WEIGHTS = Expected(
    obs=(
        0.286815378,
        -0.706904613,
        0.655227133,
        -1.698681578,
        0.444655717,
        0.290331847,
        0.797352638,
        3.357481874,
        0.480116868,
        1.032924884,
        1.141239542,
    ),
    diag=(
        2.21679765,
        2.56660841,
        2.51407065,
        4.45177648,
        2.40477911,
        1.73824439,
        4.52473917,
        27.41180583,
        1.96933815,
        6.12791644,
        3.89431006,
    ),
    row=(
        -0.05099324,
        0.23941969,
        -0.14385116,
        0.11202403,
        -0.05401641,
        0.01415261,
        0.16965157,
        1.94437782,
        1.96933815,
        1.25338773,
        1.14907906,
    ),
)


def moments_of(
    data: pd.DataFrame,
    names: tuple[str, ...],
    *,
    ordered: tuple[str, ...] = (),
    x: tuple[str, ...] = (),
    **options: str,
) -> SampleMoments:
    chosen = SemOptions(estimator="WLSMV", ordered=ordered, **options)  # type: ignore[arg-type]
    cases = read_cases(data, (*names, *x), chosen, complete=x)
    return ordered_moments(cases, ordered=ordered, x_names=x)


def assert_equal_to_lavaan(group: GroupMoments, expected: Expected) -> None:
    assert group.obs == pytest.approx(expected.obs, abs=2e-7)
    assert group.gamma is not None
    assert np.diag(group.gamma) == pytest.approx(expected.diag, rel=1e-6)
    assert group.gamma[-3] == pytest.approx(expected.row, abs=3e-6)


ITEMS = ("a", "b", "c", "d", "e")


def test_that_polychoric_moments_and_their_covariance_equal_lavaan() -> None:
    """f =~ a + b + c + d + e."""
    moments = moments_of(mixed_survey(), ITEMS, ordered=ITEMS)
    assert_equal_to_lavaan(moments.groups[0], PLAIN)


def test_that_mixed_moments_and_their_covariance_equal_lavaan() -> None:
    """f =~ a + b + y + z with a and b ordered."""
    moments = moments_of(mixed_survey(), ("a", "b", "y", "z"), ordered=("a", "b"))
    assert_equal_to_lavaan(moments.groups[0], MIXED)


def test_that_moments_given_covariates_equal_lavaan() -> None:
    """f =~ a + b + y + z; f ~ x + w, conditional.x."""
    moments = moments_of(mixed_survey(), ("a", "b", "y", "z"), ordered=("a", "b"), x=("x", "w"))
    assert_equal_to_lavaan(moments.groups[0], COVARIATES)


def test_that_pairwise_moments_equal_lavaan() -> None:
    """f =~ aM + bM + cM + yM + zM, missing = "pairwise"."""
    names = ("a_m", "b_m", "c_m", "y_m", "z_m")
    moments = moments_of(mixed_survey(), names, ordered=names[:3], missing="pairwise")
    assert_equal_to_lavaan(moments.groups[0], PAIRWISE)


def test_that_weighted_moments_equal_lavaan() -> None:
    """f =~ a + b + y; f ~ x, sampling.weights = "weight"."""
    moments = moments_of(
        mixed_survey(),
        ("a", "b", "y"),
        ordered=("a", "b"),
        x=("x",),
        sampling_weights="weight",
    )
    assert_equal_to_lavaan(moments.groups[0], WEIGHTS)


def test_that_each_group_has_the_moments_of_its_own_cases() -> None:
    data = mixed_survey()
    both = moments_of(data, ITEMS, ordered=ITEMS, group="group")
    second = moments_of(data[data["group"] == 2.0], ITEMS, ordered=ITEMS)
    assert both.groups[1].gamma == pytest.approx(second.groups[0].gamma, abs=1e-12)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_that_the_order_of_cases_does_not_matter(seed: int) -> None:
    data = mixed_survey()
    shuffled = data.sample(frac=1.0, random_state=seed)
    names = ("a", "d", "y")
    one = moments_of(data, names, ordered=names[:2]).groups[0]
    two = moments_of(shuffled, names, ordered=names[:2]).groups[0]
    assert two.obs == pytest.approx(one.obs, abs=1e-10)
    assert two.gamma == pytest.approx(one.gamma, abs=1e-8)


def test_that_reversing_an_item_turns_its_correlations_round() -> None:
    data = mixed_survey()
    turned = moments_of(data.assign(d=6.0 - data["d"]), ITEMS, ordered=ITEMS).groups[0]
    straight = moments_of(data, ITEMS, ordered=ITEMS).groups[0]
    assert turned.cov[3, :3] == pytest.approx(-straight.cov[3, :3], abs=1e-9)


def test_that_a_case_counted_twice_weighs_two() -> None:
    data = mixed_survey()
    doubled = pd.concat([data, data[:60]])
    weighted = data.assign(twice=np.where(np.arange(len(data)) < 60, 2.0, 1.0))
    one = moments_of(doubled, ITEMS, ordered=ITEMS).groups[0]
    two = moments_of(weighted, ITEMS, ordered=ITEMS, sampling_weights="twice").groups[0]
    assert two.obs == pytest.approx(one.obs, abs=1e-9)


def table_of(counts: list[list[int]]) -> pd.DataFrame:
    rows = [(i, j) for i, line in enumerate(counts) for j, n in enumerate(line) for _ in range(n)]
    return pd.DataFrame(rows, columns=["u", "v"]).astype(float)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # lavaan::lavCor of the same tables; the second has its empty cell filled with 0.5.
        ([[30, 10], [12, 28]], 0.650726779),
        ([[30, 0], [12, 28]], 0.939537836),
        ([[20, 8, 0], [6, 15, 5], [0, 9, 17]], 0.842108100),
    ],
)
def test_that_tables_give_the_correlations_of_lavaan(
    counts: list[list[int]], expected: float
) -> None:
    group = moments_of(table_of(counts), ("u", "v"), ordered=("u", "v")).groups[0]
    assert group.cov[1, 0] == pytest.approx(expected, abs=2e-6)


def test_that_an_empty_diagonal_is_a_correlation_at_the_bound_and_reported() -> None:
    moments = moments_of(table_of([[30, 0], [0, 28]]), ("u", "v"), ordered=("u", "v"))
    assert moments.groups[0].cov[1, 0] == pytest.approx(0.999)
    assert {"sem_empty_cells", "sem_nearly_one"} <= {f.code for f in moments.findings}


def test_that_a_category_without_answers_in_a_group_is_named() -> None:
    data = mixed_survey()
    data = data[(data["group"] == 1.0) | (data["c"] != 4.0)]
    with pytest.raises(SemError) as caught:
        moments_of(data, ("c", "d"), ordered=("c", "d"), group="group")
    assert caught.value.code == "empty_category"
    assert dict(caught.value.values) == {"name": "c", "categories": ("4",), "group": "2"}


def test_that_a_single_category_is_refused_by_name() -> None:
    data = mixed_survey().assign(a=1.0)
    cases = read_cases(data, ("a", "b"), SemOptions(ordered=("a", "b")))
    with pytest.raises(SemError) as caught:
        ordered_levels(cases, ("a", "b"))
    assert (caught.value.code, caught.value.values["name"]) == ("one_category", "a")


def test_that_the_work_reports_its_progress_and_stops_when_told() -> None:
    cases = read_cases(mixed_survey(), ITEMS, SemOptions(ordered=ITEMS))
    shares: list[float] = []

    def watch(share: float, _step: str, /) -> None:
        shares.append(share)
        if share >= 0.7:
            raise Cancelled

    with pytest.raises(Cancelled):
        ordered_moments(cases, ordered=ITEMS, progress=watch)
    assert shares == sorted(shares)
