"""The CFA marker models, against lavaan 0.6-14 (`cfa(..., std.lv = TRUE)`, models as in
Williams, Hartman & Cavazotte 2010, marker loadings and residuals fixed by hand)."""

import numpy as np
import pandas as pd
import pytest

from analysis.measurement.marker_models import marker_models
from analysis.not_computable import NotComputable

ITEMS_OF = {letter.upper(): [f"{letter}{j}" for j in (1, 2, 3)] for letter in "abc"}
MARKER = ["m1", "m2", "m3"]


def answers(*, method: float) -> pd.DataFrame:
    """Three constructs and a marker that reach each other only through the method."""
    rng = np.random.default_rng(11)
    marker, first = rng.normal(size=300), rng.normal(size=300)
    second = 0.5 * first + 0.87 * rng.normal(size=300)
    third = 0.3 * first + 0.3 * second + 0.8 * rng.normal(size=300)
    columns = {}
    for letter, factor in zip("abc", (first, second, third), strict=True):
        for k in range(3):
            part = method * (0.25 + 0.1 * k) * marker
            columns[f"{letter}{k + 1}"] = 0.7 * factor + part + 0.6 * rng.normal(size=300)
    for item in MARKER:
        columns[item] = 0.7 * marker + 0.7 * rng.normal(size=300)
    return pd.DataFrame(columns).round(3)


@pytest.fixture(scope="module")
def planted():
    return marker_models(answers(method=1.0), ITEMS_OF, MARKER, name="M")


@pytest.mark.parametrize(
    ("model", "chisq", "df", "cfi", "rmsea"),
    [
        ("cfa", 51.183292, 48, 0.997888, 0.014868),
        ("baseline", 119.079438, 57, 0.958806, 0.060253),
        ("method_c", 64.061560, 56, 0.994651, 0.021906),
        ("method_u", 26.993282, 48, 1.0, 0.0),
        ("method_r", 33.439168, 51, 1.0, 0.0),
    ],
)
def test_that_the_models_fit_as_in_lavaan(
    planted, model: str, chisq: float, df: int, cfi: float, rmsea: float
):
    row = planted.models.loc[model]
    assert row["chisq"] == pytest.approx(chisq, abs=1e-4)
    assert row["df"] == df
    assert row["cfi"] == pytest.approx(cfi, abs=1e-5)
    assert row["rmsea"] == pytest.approx(rmsea, abs=1e-5)


def test_that_chi_square_differences_equal_lavaan_anova(planted):
    # anova(fb, fc); anova(fc, fu); anova(fr, fu)
    assert list(planted.tests["chisq"]) == pytest.approx(
        [55.01787813, 37.06827769, 6.445885907], abs=1e-4
    )
    assert list(planted.tests["df"]) == [1, 8, 3]


def test_that_method_loadings_equal_lavaan(planted):
    # standardizedSolution(fu)
    wanted = [0.2796413, 0.3042184, 0.3958891, 0.2707163, 0.3459015, 0.4120730]
    wanted += [0.3037971, 0.3801792, 0.5139630]
    assert planted.method == "method_u"
    assert list(planted.loadings) == pytest.approx(wanted, abs=1e-5)
    assert [f.code for f in planted.findings] == ["marker_method_harmless"]


def test_that_without_a_method_none_is_reported():
    models = marker_models(answers(method=0.0), ITEMS_OF, MARKER, name="M")
    assert models.method == ""
    assert models.loadings.empty
    assert [f.code for f in models.findings] == ["marker_no_method"]


def test_that_a_marker_of_one_item_is_refused_in_words():
    with pytest.raises(NotComputable) as reason:
        marker_models(answers(method=0.0), ITEMS_OF, MARKER[:1], name="M")
    assert reason.value.finding.code == "marker_needs_items"
