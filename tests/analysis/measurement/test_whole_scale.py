"""Total scores over several constructs: omega total and hierarchical by polarity."""

import pytest

from analysis.measurement.omega import hierarchical_omega
from analysis.measurement.whole_scale import whole_scale_omegas
from analysis.preparation import PreparationOptions, prepare
from tests.analysis.simulated_survey import simulate


def test_that_constraints_and_the_rest_have_their_own_row():
    """The omegas themselves are checked against psych::omega in test_statistics.py."""
    prepared = prepare(simulate({"TCH": 300}), PreparationOptions(exclude=()))
    found = whole_scale_omegas(prepared)
    assert found.index.tolist() == ["severity", "positive"]
    severe = [c for c in prepared.study.constructs if c.polarity == "severity"]
    items = [item for construct in severe for item in construct.items]
    complete = prepared.items[items].dropna()
    expected = hierarchical_omega(complete.corr(), n_factors=9)
    row = found.loc["severity"]
    assert (row["constructs"], row["items"], row["n"]) == (9, 18, len(complete))
    assert row["omega_h"] == pytest.approx(expected.omega_h, abs=1e-9)
    assert 0 < row["omega_h"] < row["omega_total"] < 1


def test_that_a_small_sample_has_no_whole_scale():
    prepared = prepare(simulate({"TCH": 30}), PreparationOptions(exclude=()))
    assert whole_scale_omegas(prepared).empty
