"""The measurement stage, against lavaan 0.6-14 and semTools 0.5-6 and on broken data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.findings import Severity
from analysis.measurement import MeasurementOptions, measure
from analysis.measurement.items import answer_distribution
from analysis.measurement.measure import ITEM_COLUMNS, RELIABILITY_COLUMNS
from analysis.preparation import prepare
from resources.texts import LANGUAGES
from survey.progress import Cancelled
from survey.responses import Missing, ResponseSet, SourceFile
from survey.study import Study, StudyConstruct, StudyItem

ITEMS = [f"{letter}{j}" for letter in "abc" for j in range(1, 5)]
STUDY = Study(
    title="t",
    constructs=tuple(
        StudyConstruct(letter.upper(), name, tuple(f"{letter}{j}" for j in range(1, 5)))
        for letter, name in zip("abc", "甲乙丙", strict=True)
    ),
    items=tuple(StudyItem(code, f"题 {code}") for code in ITEMS),
)


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    return pd.read_csv(path, encoding="utf-8")[ITEMS].astype(float)


def measured(answers: pd.DataFrame, *, study: Study = STUDY, hidden=None, roles=None, **options):
    """Answers (NaN = left empty, ``hidden`` = not shown) prepared and measured."""
    data = answers.reset_index(drop=True)
    data.index = pd.RangeIndex(1, len(data) + 1, name="respondent")
    kinds = np.where(data.isna(), Missing.EMPTY, Missing.ANSWERED).astype("int8")
    missing = pd.DataFrame(kinds, index=data.index, columns=data.columns)
    if hidden is not None:
        missing = missing.mask(hidden.to_numpy(), Missing.NOT_SHOWN).astype("int8")
        data = data.mask(hidden.to_numpy())
    respondents = pd.DataFrame({"row": data.index + 1}, index=data.index)
    if roles is not None:
        respondents["role"] = roles
    source = SourceFile("a.csv", "0" * 64, "table", "utf-8", 0, 0)
    responses = ResponseSet(
        study, data, missing, respondents, pd.DataFrame(index=data.index), source
    )
    return measure(prepare(responses), MeasurementOptions(**options))


@pytest.fixture(scope="module")
def result(answers: pd.DataFrame):
    return measured(answers)


def codes(result) -> list[str]:
    return [found.code for found in result.findings]


def test_that_standardized_loadings_equal_lavaan(result):
    # standardizedSolution(cfa(three factors, std.lv = TRUE))
    expected = [0.804830019, 0.677463365, 0.754204320, 0.529894821, 0.714393264, 0.796465389]
    assert result.items["loading"].iloc[:6].to_numpy() == pytest.approx(expected, abs=1e-6)


def test_that_latent_correlations_equal_lavaan(result):
    # lavInspect(fit, "cor.lv")
    assert result.correlations.loc["B", "A"] == pytest.approx(0.440582983, abs=1e-6)
    assert result.correlations.loc["C", "B"] == pytest.approx(0.449661636, abs=1e-6)


def test_that_sqrt_ave_stands_on_the_diagonal(result):
    np.testing.assert_allclose(np.diag(result.correlations) ** 2, result.reliability["ave"])


def test_that_htmt_equals_semtools(result):
    # semTools::htmt(model, data, htmt2 = FALSE)
    found = [result.htmt.loc[pair] for pair in (("B", "A"), ("C", "A"), ("C", "B"))]
    assert found == pytest.approx([0.429877058001, 0.524151563908, 0.432833030368], abs=1e-10)


def test_that_omega_equals_semtools(result):
    # semTools::reliability of each one-factor model, "omega" (lavaan stops at 1e-7)
    expected = [0.791363000, 0.797310654, 0.713714329]
    assert result.reliability["omega"].to_numpy() == pytest.approx(expected, abs=1e-6)


def test_that_reliability_of_ordered_answers_equals_semtools(answers: pd.DataFrame):
    table = measured(answers, ordinal=True, bootstrap=0).reliability
    # semTools::reliability(cfa(one factor, ordered)): alpha.ord, omega3
    alpha = [0.812020385337, 0.827854303881, 0.734681693920]
    omega = [0.791675119780, 0.800205650051, 0.712639280468]
    assert table["alpha_ordinal"].to_numpy() == pytest.approx(alpha, abs=1e-6)
    assert table["omega_categorical"].to_numpy() == pytest.approx(omega, abs=1e-5)


def test_that_the_fit_equals_lavaan(result):
    found = [result.cfa.fit_measures[name] for name in ("chisq", "cfi", "rmsea", "srmr")]
    expected = [60.061212044, 0.988811161, 0.027208365, 0.040020952]
    assert found == pytest.approx(expected, abs=1e-6)


def half_width_on_logit_scale(low: float, high: float) -> float:
    return float(np.log(high / (1 - high)) - np.log(low / (1 - low))) / 2


@pytest.mark.parametrize(
    ("construct", "cr", "cr_se", "ave", "ave_se"),
    [  # defined parameters of the standardized loadings in lavaan, parameterEstimates()
        ("A", 0.789237673, 0.021429657, 0.489080154, 0.031143929),
        ("B", 0.798704008, 0.020935226, 0.499788792, 0.032178290),
        ("C", 0.712531987, 0.029176936, 0.390068179, 0.032510673),
    ],
)
def test_that_reliability_from_loadings_equals_lavaan(result, construct, cr, cr_se, ave, ave_se):
    row = result.reliability.loc[construct]
    assert (row["composite_reliability"], row["ave"]) == pytest.approx((cr, ave), abs=1e-6)
    for value, se, low, high in (
        (cr, cr_se, row["cr_low"], row["cr_high"]),
        (ave, ave_se, row["ave_low"], row["ave_high"]),
    ):
        expected = 1.959963984540054 * se / (value * (1 - value))
        assert half_width_on_logit_scale(low, high) == pytest.approx(expected, rel=1e-5)


def test_that_adequacy_and_harman_come_along(result):
    # psych::KMO(R)$MSA, cortest.bartlett; eigen(R)$values[1] / 12
    assert result.adequacy.kmo == pytest.approx(0.823104850938, abs=1e-10)
    assert result.adequacy.chisq == pytest.approx(854.555953808, abs=1e-7)
    assert result.harman_share == pytest.approx(0.337400677041, abs=1e-10)


def test_that_the_tables_have_the_promised_columns(result):
    assert list(result.items.columns) == ITEM_COLUMNS
    ordered = ["alpha_ordinal", "omega_categorical"]
    assert list(result.reliability.columns) == [*RELIABILITY_COLUMNS, *ordered]


def test_that_missing_share_counts_those_who_saw_the_item(answers: pd.DataFrame):
    hidden = pd.DataFrame(False, index=answers.index, columns=answers.columns)
    hidden.loc[:119, "a1"] = True
    with_gaps = answers.copy()
    with_gaps.loc[120:131, "a1"] = np.nan
    found = measured(with_gaps, hidden=hidden)
    assert found.items.loc["a1", "missing_share"] == pytest.approx(0.1)
    assert found.items.loc["a1", "n"] == 108


def test_that_only_roles_that_saw_everything_enter_the_cfa(answers: pd.DataFrame):
    roles = np.where(np.arange(240) % 3 == 0, "ENT", "TCH")
    hidden = pd.DataFrame(False, index=answers.index, columns=answers.columns)
    hidden.loc[roles == "ENT", ["b4", "c4"]] = True
    found = measured(answers, hidden=hidden, roles=roles)
    assert (found.cfa_n, found.cfa_roles) == (160, ("TCH",))
    assert found.reliability.loc["A", "n"] == 240


def test_that_few_incomplete_rows_are_left_out(answers: pd.DataFrame):
    with_gaps = answers.copy()
    with_gaps.iloc[:10, 0] = np.nan
    assert measured(with_gaps).cfa_n == 230


def test_that_many_incomplete_rows_are_kept_by_fiml(answers: pd.DataFrame):
    gaps = np.random.RandomState(1).uniform(size=answers.shape) < 0.05
    found = measured(answers.mask(gaps))
    assert found.cfa_n == 240
    assert found.cfa.options.missing == "ml"


def test_that_twelve_respondents_still_get_alpha_and_an_explanation(answers: pd.DataFrame):
    found = measured(answers.iloc[:12])
    assert found.cfa is None
    assert "cfa_too_few" in codes(found)
    assert np.isfinite(found.reliability["alpha"]).all()
    assert found.reliability["ave"].isna().all()


def test_that_an_empty_and_a_constant_item_do_not_stop_the_rest(answers: pd.DataFrame):
    broken = answers.assign(a1=3.0, a2=np.nan)
    found = measured(broken)
    assert np.isfinite(found.reliability.loc["A", "alpha"])
    assert np.isnan(found.items.loc["a1", "citc"])
    assert found.cfa is not None
    assert np.isnan(found.items.loc["a2", "loading"])


def test_that_a_construct_of_one_item_is_named(answers: pd.DataFrame):
    study = Study("t", (*STUDY.constructs[:2], StudyConstruct("D", "丁", ("c1",))), STUDY.items)
    found = measured(answers, study=study)
    assert np.isnan(found.reliability.loc["D", "alpha"])
    (one,) = [f for f in found.findings if f.code == "construct_of_one_item"]
    assert one.subjects == ("D 丁",)


def test_that_a_missed_reverse_key_shows_in_item_and_alpha(answers: pd.DataFrame):
    found = measured(answers.assign(a1=6 - answers["a1"]))
    weak = [f for f in found.findings if f.code == "items_weak"]
    assert "a1" in weak[0].subjects


def test_that_two_measures_of_one_thing_block_their_path(answers: pd.DataFrame):
    twins = answers.copy()
    rng = np.random.RandomState(2)
    for j in range(1, 5):
        noise = rng.choice([-1, 0, 0, 0, 1], size=len(twins))
        twins[f"b{j}"] = np.clip(twins[f"a{j}"] + noise, 1, 5)
    found = measured(twins)
    assert found.htmt.loc["B", "A"] >= 0.9
    (block,) = [f for f in found.findings if f.code == "htmt_too_high"]
    assert block.severity is Severity.BLOCK
    assert block.subjects == ("A–B",)


def test_that_all_answers_equal_leaves_only_findings(answers: pd.DataFrame):
    # rows differ in one place so that nobody is excluded as straight-lining
    flat = pd.DataFrame(3.0, index=answers.index, columns=answers.columns)
    flat.iloc[:, 0] = answers["a1"]
    found = measured(flat)
    assert found.cfa is None
    assert found.reliability["alpha"].isna().all()


def test_that_nobody_left_gives_empty_tables(answers: pd.DataFrame):
    flat = pd.DataFrame(3.0, index=answers.index, columns=answers.columns)
    found = measured(flat)
    assert found.items.empty
    assert found.reliability.empty


def test_that_chosen_constructs_only_are_measured(answers: pd.DataFrame):
    assert list(measured(answers, constructs=("A", "C")).reliability.index) == ["A", "C"]


def test_that_unanswered_chosen_constructs_are_named(answers: pd.DataFrame):
    broken = answers.assign(**{f"b{j}": np.nan for j in range(1, 5)})
    found = measured(broken, constructs=("A", "B"))
    assert ("constructs_without_answers", ("B",)) in [(f.code, f.subjects) for f in found.findings]


def test_that_the_same_answers_give_the_same_numbers(answers: pd.DataFrame, result):
    again = measured(answers)
    pd.testing.assert_frame_equal(again.items, result.items)
    assert again.fingerprint == result.fingerprint


def test_that_cancelling_stops_the_stage(answers: pd.DataFrame):
    def stop(share: float, step: str) -> None:
        raise Cancelled

    data = answers.copy()
    data.index = pd.RangeIndex(1, len(data) + 1, name="respondent")
    missing = data.isna().astype("int8")
    source = SourceFile("a.csv", "0" * 64, "table", "utf-8", 0, 0)
    respondents, other = pd.DataFrame(index=data.index), pd.DataFrame(index=data.index)
    prepared = prepare(ResponseSet(STUDY, data, missing, respondents, other, source))
    with pytest.raises(Cancelled):
        measure(prepared, MeasurementOptions(), stop)


def test_that_the_distribution_of_answers_adds_up(answers: pd.DataFrame):
    data = answers.copy()
    data.index = pd.RangeIndex(1, len(data) + 1, name="respondent")
    data.iloc[:24, 0] = np.nan
    kinds = np.where(data.isna(), Missing.DO_NOT_KNOW, Missing.ANSWERED).astype("int8")
    missing = pd.DataFrame(kinds, index=data.index, columns=data.columns)
    nothing = pd.DataFrame(index=data.index)
    source = SourceFile("a.csv", "0" * 64, "table", "utf-8", 0, 0)
    table = answer_distribution(
        prepare(ResponseSet(STUDY, data, missing, nothing, nothing, source))
    )
    np.testing.assert_allclose(table[["1", "2", "3", "4", "5"]].sum(axis=1), 1.0)
    assert table.loc["a1", "do_not_know"] == pytest.approx(0.1)
    assert table.loc["a2", "5"] == pytest.approx((answers["a2"] == 5).mean())


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_every_finding_describes_itself(answers: pd.DataFrame, language: str):
    broken = answers.assign(a1=6 - answers["a1"], b1=answers["c1"], c2=3.0)
    found = measured(broken).findings + measured(answers.iloc[:12]).findings
    assert all(f.describe(language) for f in found)
