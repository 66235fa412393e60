"""fsQCA against outputs of R QCA on Lipset's fuzzy data (18 countries, ``LF`` of the package).

Outputs that the package keeps of itself: github.com/dusadrian/QCA, commit ee9fd13,
tests/testthat/_snaps/minimize.md: truthTable(LF, "SURV", incl.cut = .7), its complex,
parsimonious (include = "?") and intermediate (dir.exp = "1,1,1,1,1") solutions. Formulas at
incl.cut = .8: as the QCA package gives them in two independent parity checks against it
(setqca-python; the known-answer test of a pipeline over QCA 3): parsimonious
DEV*~IND + URB*STB, intermediate DEV*URB*LIT*STB + DEV*LIT*~IND*STB. Measures of fit at .8: Dusa
(2019), QCA with R, chapters 6 and 8.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.comparison.configurations import ConfigurationOptions, analyse_configurations
from analysis.comparison.fuzzy_sets import (
    Anchors,
    calibrate,
    necessity,
    quantile_anchors,
    sufficiency,
)
from analysis.comparison.minimise import covers, prime_implicants, smallest_covers, write_term
from analysis.not_computable import NotComputable

CONDITIONS = ("DEV", "URB", "LIT", "IND", "STB")
LIPSET = pd.DataFrame(
    [
        [0.05, 0.81, 0.12, 0.99, 0.73, 0.43],
        [0.95, 0.99, 0.89, 0.98, 1.00, 0.98],
        [0.89, 0.58, 0.98, 0.98, 0.90, 0.91],
        [0.12, 0.16, 0.07, 0.98, 0.01, 0.91],
        [0.77, 0.58, 0.03, 0.99, 0.08, 0.58],
        [0.95, 0.98, 0.03, 0.99, 0.81, 0.95],
        [0.05, 0.89, 0.79, 0.99, 0.96, 0.31],
        [0.06, 0.04, 0.09, 0.13, 0.36, 0.43],
        [0.42, 0.07, 0.16, 0.88, 0.07, 0.13],
        [0.92, 0.72, 0.05, 0.98, 0.01, 0.95],
        [0.05, 0.34, 0.10, 0.41, 0.47, 0.58],
        [0.95, 0.98, 1.00, 0.99, 0.94, 0.99],
        [0.12, 0.02, 0.17, 0.59, 0.00, 0.00],
        [0.05, 0.01, 0.02, 0.01, 0.11, 0.01],
        [0.21, 0.01, 0.03, 0.17, 0.00, 0.84],
        [0.06, 0.03, 0.30, 0.09, 0.21, 0.20],
        [0.95, 0.95, 0.13, 0.99, 0.67, 0.91],
        [0.95, 0.98, 0.99, 0.99, 1.00, 0.98],
    ],
    columns=["SURV", *CONDITIONS],
)


def lipset_options(**changes) -> ConfigurationOptions:
    settings_ = {
        "calibrated": True,
        "threshold": 1,
        "pri": 0.0,
        "expected": dict.fromkeys(CONDITIONS, True),
    }
    return ConfigurationOptions("SURV", CONDITIONS, **(settings_ | changes))


@pytest.fixture(scope="module")
def lipset():
    return analyse_configurations(LIPSET, lipset_options())


# inclS, PRI, covS (and covU) of each term, then of the solution; incl.cut = .7
SNAPSHOT = {
    "complex": (
        "DEV*LIT*IND*STB + DEV*~URB*LIT*STB",
        [[0.843, 0.821, 0.622, 0.385], [0.809, 0.761, 0.433, 0.196]],
        (0.871, 0.851, 0.818),
    ),
    "parsimonious": ("DEV*STB", [[0.869, 0.848, 0.824, 0.824]], (0.869, 0.848, 0.824)),
    "intermediate": ("DEV*LIT*STB", [[0.869, 0.848, 0.824, 0.824]], (0.869, 0.848, 0.824)),
}


@pytest.mark.parametrize("kind", list(SNAPSHOT))
def test_that_solutions_equal_the_packages_own_record(kind):
    formula, terms, whole = SNAPSHOT[kind]
    solution = analyse_configurations(LIPSET, lipset_options(consistency=0.7)).solutions[kind]
    assert " + ".join(sorted(solution.formula.split(" + "))) == formula
    found = solution.terms.sort_index().to_numpy(dtype=float)
    np.testing.assert_allclose(found, terms, atol=5e-4)
    assert (solution.consistency, solution.pri, solution.coverage) == pytest.approx(whole, abs=5e-4)


def test_that_the_parsimonious_solution_equals_qca(lipset):
    solution = lipset.solutions["parsimonious"]
    assert solution.formula == "DEV*~IND + URB*STB"
    assert (solution.consistency, solution.pri, solution.coverage) == pytest.approx(
        (0.850, 0.819, 0.714), abs=5e-4
    )
    # inclS PRI covS covU
    expected = [[0.815, 0.721, 0.284, 0.194], [0.874, 0.845, 0.520, 0.430]]
    np.testing.assert_allclose(solution.terms.to_numpy(dtype=float), expected, atol=5e-4)


def test_that_the_intermediate_solution_equals_qca(lipset):
    solution = lipset.solutions["intermediate"]
    assert solution.formula == "DEV*URB*LIT*STB + DEV*LIT*~IND*STB"
    expected = [[0.901, 0.879, 0.468], [0.814, 0.721, 0.282]]
    found = solution.terms[["consistency", "pri", "raw_coverage"]].to_numpy(dtype=float)
    np.testing.assert_allclose(found, expected, atol=5e-4)


def test_that_without_expectations_intermediate_is_complex():
    found = analyse_configurations(LIPSET, lipset_options(expected={})).solutions
    assert found["intermediate"].formula == found["complex"].formula


def test_that_core_conditions_stand_in_the_parsimonious_solution(lipset):
    core = lipset.solutions["intermediate"].core
    assert core["DEV*LIT*~IND*STB"] == ("DEV", "~IND")


def test_that_literacy_and_stability_are_necessary(lipset):
    # pof(LF necessity): LIT .991, STB .920
    assert lipset.necessity.loc["LIT", "consistency"] == pytest.approx(0.991, abs=5e-4)
    assert lipset.necessity.loc["STB", "consistency"] == pytest.approx(0.920, abs=5e-4)
    assert list(lipset.necessity.index[lipset.necessity["is_necessary"]]) == ["LIT", "STB"]


def test_that_the_truth_table_holds_each_case_once(lipset):
    assert lipset.truth_table["n"].sum() == 18


def test_that_small_rows_show_no_number():
    table = analyse_configurations(LIPSET, lipset_options(threshold=3)).truth_table
    assert table["n"].min() >= 3
    assert table["n"].isna().any()


def test_that_the_negated_outcome_is_explained_by_its_own_table():
    negated = analyse_configurations(LIPSET, lipset_options(negate_outcome=True))
    turned = analyse_configurations(LIPSET.assign(SURV=1 - LIPSET["SURV"]), lipset_options())
    solution = negated.solutions["parsimonious"]
    assert solution.formula == turned.solutions["parsimonious"].formula
    assert solution.consistency >= 0.8


def test_that_no_sufficient_row_gives_a_finding_and_no_solution():
    found = analyse_configurations(LIPSET, lipset_options(consistency=1.0))
    assert found.solutions == {}
    assert "no_sufficient_configuration" in [f.code for f in found.findings]


def test_that_calibration_equals_qca():
    # calibrate(DEV, thresholds = "e=300, c=600, i=800"), rounded; Thomann, Oana & Wittwer (2018)
    raw = pd.Series([720, 1098, 586, 468, 590, 983, 795, 390, 424, 662, 517, 1008], dtype=float)
    expected = [0.85, 1.00, 0.47, 0.21, 0.48, 1.00, 0.95, 0.11, 0.15, 0.71, 0.31, 1.00]
    found = calibrate(raw, Anchors(300, 600, 800))
    assert found.round(2).tolist() == expected


def test_that_calibration_can_turn_the_direction():
    found = calibrate(pd.Series([1.0, 3.0, 5.0]), Anchors(5, 3, 1))
    assert found.round(3).tolist() == [0.95, 0.501, 0.05]


def test_that_anchors_out_of_order_are_refused():
    with pytest.raises(NotComputable, match="anchors_out_of_order"):
        Anchors(1, 5, 3)


def test_that_percentile_anchors_survive_piled_up_answers():
    anchors = quantile_anchors(pd.Series([1.0] * 90 + [2.0] * 10))
    assert anchors.out < anchors.crossover < anchors.full


def test_that_memberships_outside_the_unit_interval_are_refused():
    with pytest.raises(NotComputable, match="memberships_outside"):
        analyse_configurations(LIPSET * 2, lipset_options())


def test_that_a_subset_is_perfectly_sufficient():
    x, y = np.array([0.2, 0.6]), np.array([0.4, 0.6])
    assert sufficiency(x, y).consistency == 1.0
    assert necessity(y, x)[0] == 1.0


def truth_rows(k: int) -> np.ndarray:
    return np.array([[(i >> j) & 1 for j in range(k)] for i in range(2**k)])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1))
def test_that_a_cover_holds_every_on_row_and_no_off_row(on_bits: int, care_bits: int):
    rows = [tuple(int(v) for v in row) for row in truth_rows(4)]
    on = [r for i, r in enumerate(rows) if (on_bits >> i) & 1]
    off = [r for i, r in enumerate(rows) if not (on_bits >> i) & 1 and (care_bits >> i) & 1]
    if not on:
        return
    for model in smallest_covers(prime_implicants(on, off, 4), on):
        terms = np.array(model)
        assert covers(terms, np.array(on)).any(axis=0).all()
        if off:
            assert not covers(terms, np.array(off)).any()


def test_that_quine_and_mccluskeys_example_has_its_two_models():
    # minterms 4, 8, 10, 11, 12, 15, don't-cares 9 and 14: BC'D' + AB' + AC or BC'D' + AD' + AC
    rows = {i: tuple(int(b) for b in f"{i:04b}") for i in range(16)}
    on = [rows[i] for i in (4, 8, 10, 11, 12, 15)]
    off = [rows[i] for i in (0, 1, 2, 3, 5, 6, 7, 13)]
    models = smallest_covers(prime_implicants(on, off, 4), on)
    texts = {" + ".join(sorted(write_term(t, "ABCD") for t in model)) for model in models}
    assert texts == {"A*C + A*~B + B*~C*~D", "A*C + A*~D + B*~C*~D"}
