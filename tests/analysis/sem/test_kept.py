"""A fit that went through a project's JSON answers every question as the fit itself does."""

import json
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.sem import SemOptions, SemResult, fit
from survey.store.codec import from_text, to_text
from tests.analysis.sem.mixed_survey import mixed_survey

ITEMS = ("a", "b", "c", "d", "e")
NUMERIC = "f =~ c + d + e\n g =~ y + z\n g ~ b1*f\n f ~ a1*x\n ind := a1*b1"

CASES: dict[str, tuple[str, SemOptions]] = {
    "ml": (NUMERIC, SemOptions()),
    "ml_bootstrap": (NUMERIC, SemOptions(bootstrap=20, seed=3)),
    "mlr_groups": (
        "f =~ c + d + e + y",
        SemOptions(estimator="MLR", group="group", group_equal=("loadings",)),
    ),
    "gls": ("f =~ c + d + e + y", SemOptions(estimator="GLS")),
    "wls": ("f =~ c + d + e + y", SemOptions(estimator="WLS")),
    "fiml": ("f =~ b_m + d_m + y_m + z_m\n f ~ x", SemOptions(missing="ml")),
    "fiml_groups": (
        "f =~ b_m + d_m + y_m + z_m",
        SemOptions(missing="ml", estimator="MLR", group="group"),
    ),
    "wlsmv": ("f =~ a + b + y + z\n f ~ x", SemOptions(estimator="WLSMV", ordered=("a", "b"))),
    "wlsmv_groups": (
        "f =~ b + c + d + e",
        SemOptions(
            estimator="WLSMV",
            ordered=("b", "c", "d", "e"),
            group="group",
            group_equal=("loadings",),
        ),
    ),
    "unidentified": ("f =~ c + d + e\n g =~ y + z\n f ~~ 0*g", SemOptions()),
}
CALLED = ("release_tests", "residuals", "mean_residuals", "factor_scores", "htmt", "__str__")
SHOWN = tuple(
    name
    for name, value in vars(SemResult).items()
    if isinstance(value, property | cached_property) and not name.startswith("_")
)


def answer(result: SemResult, name: str) -> Any:
    """Return what the result says under ``name``, an error it raises included."""
    try:
        found = getattr(result, name)
        return found() if name in CALLED else found
    except Exception as error:  # the same one is wanted from both
        return type(error), str(error)


def assert_same(found: Any, expected: Any) -> None:
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    elif isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(found, expected, check_exact=True)
    elif isinstance(expected, dict):
        assert list(found) == list(expected)
        for key, value in expected.items():
            assert_same(found[key], value)
    elif hasattr(expected, "__dataclass_fields__"):
        assert type(found) is type(expected)
        for name in expected.__dataclass_fields__:
            assert_same(getattr(found, name), getattr(expected, name))
    elif isinstance(expected, (float, np.ndarray)):
        np.testing.assert_array_equal(found, expected)
    else:
        assert found == expected


@pytest.mark.parametrize("name", CASES)
def test_that_a_fit_read_back_gives_every_table_to_the_last_digit(name: str) -> None:
    model, options = CASES[name]
    result = fit(model, mixed_survey(), options)
    back = from_text(to_text(result), SemResult)
    assert "npar" in back.fit_measures
    for question in (*SHOWN, *CALLED):
        assert_same(answer(back, question), answer(result, question))


def test_that_most_questions_have_an_answer_to_compare() -> None:
    result = fit(NUMERIC, mixed_survey(), SemOptions())
    answers = {name: answer(result, name) for name in (*SHOWN, *CALLED)}
    assert len(SHOWN) >= 20
    without = {
        name
        for name, found in answers.items()
        if isinstance(found, tuple) and found and isinstance(found[0], type)
    }
    assert without <= {"release_tests"}


def test_that_files_that_still_hold_the_discrepancies_are_read() -> None:
    model, options = CASES["fiml"]
    result = fit(model, mixed_survey(), options)
    kept = json.loads(to_text(result))
    kept["problem"]["discrepancies"] = [{"unrestricted": -1.0}]
    back = from_text(json.dumps(kept), SemResult)
    assert back.fit_measures == result.fit_measures
