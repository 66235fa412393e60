"""Common method bias, against lavaan 0.6-14 on tests/data/statistics/survey.csv."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.measurement.method_bias import (
    MethodBiasOptions,
    check_method_bias,
    marker_adjustment,
)
from analysis.preparation import PreparationOptions, prepare
from resources.texts import LANGUAGES
from survey.responses import ResponseSet, SourceFile
from survey.study import Study, StudyConstruct, StudyItem

ITEMS = [f"{letter}{j}" for letter in "abc" for j in range(1, 5)]
STUDY = Study(
    "t",
    tuple(
        StudyConstruct(letter.upper(), letter, tuple(f"{letter}{j}" for j in range(1, 5)))
        for letter in "abc"
    ),
    tuple(StudyItem(code, code) for code in ITEMS),
)


def prepared(answers: pd.DataFrame):
    data = answers.reset_index(drop=True)
    data.index = pd.RangeIndex(1, len(data) + 1, name="respondent")
    source = SourceFile("a.csv", "0" * 64, "table", "utf-8", 0, 0)
    nothing = pd.DataFrame(index=data.index)
    responses = ResponseSet(STUDY, data, data.isna().astype("int8"), nothing, nothing, source)
    return prepare(responses, PreparationOptions(exclude=()))


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    path = Path(__file__).parents[2] / "data" / "statistics" / "survey.csv"
    return pd.read_csv(path, encoding="utf-8")[ITEMS].astype(float)


@pytest.fixture(scope="module")
def result(answers: pd.DataFrame):
    return check_method_bias(prepared(answers))


def test_that_harman_is_the_first_eigenvalue_share(result):
    # eigen(cor(d))$values[1] / 12
    assert result.harman_share == pytest.approx(0.337400677041, abs=1e-10)


@pytest.mark.parametrize(
    ("model", "chisq", "df"),
    [
        ("correlated", 60.061212044, 51),
        ("single", 336.512038958, 54),
        ("free_method", 34.7957747473, 39),
    ],
)
def test_that_the_models_fit_as_in_lavaan(result, model: str, chisq: float, df: int):
    row = result.models.loc[model]
    assert (row["chisq"], row["df"]) == pytest.approx((chisq, df), abs=1e-5)


def test_that_the_method_share_equals_lavaan(result):
    # mean squared std.all loadings on the method factor and on the items' own factors
    assert result.method_share == pytest.approx(0.0520139652, abs=1e-5)
    assert result.trait_share == pytest.approx(0.4569994641, abs=1e-5)


def test_that_a_planted_method_factor_is_noticed(answers: pd.DataFrame):
    rng = np.random.default_rng(6)
    style = np.round(2.2 * rng.normal(size=(len(answers), 1)))
    found = check_method_bias(prepared((answers * 0.4 + 1.8 + style * 0.45).round(1)))
    assert {"harman_high", "single_factor_fits", "method_factor_notable"} & {
        f.code for f in found.findings
    }


def test_that_the_marker_follows_lindell_and_whitney():
    matrix = pd.DataFrame([[1, 0.5], [0.5, 1]], index=["A", "B"], columns=["A", "B"])
    row = marker_adjustment(matrix, 0.2, n=100).iloc[0]
    assert row["r_adjusted"] == pytest.approx((0.5 - 0.2) / 0.8)


def test_that_the_marker_never_turns_a_sign():
    matrix = pd.DataFrame([[1, -0.1], [-0.1, 1]], index=["A", "B"], columns=["A", "B"])
    assert marker_adjustment(matrix, 0.2, n=100).iloc[0]["r_adjusted"] == 0.0


def test_that_the_marker_stays_out_of_the_models(answers: pd.DataFrame):
    found = check_method_bias(prepared(answers), MethodBiasOptions(marker="C"))
    assert found.models.loc["correlated", "df"] == 19
    assert 0 <= found.marker_r < 1
    assert len(found.marker_pairs) == 1


def test_that_too_few_respondents_are_told(answers: pd.DataFrame):
    found = check_method_bias(prepared(answers.iloc[:40]))
    assert [f.code for f in found.findings] == ["method_bias_not_tested"]
    assert found.models["chisq"].isna().all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_findings_describe_themselves(result, language: str):
    assert all(found.describe(language) for found in result.findings)
