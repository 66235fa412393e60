"""Every estimate, error, standardized value and fit measure against lavaan 0.6-14."""

from functools import lru_cache

import pytest

from analysis.sem import SemResult, fit
from tests.analysis.sem import support

# The stored moments carry nine digits, which costs two of the ten digits of the reference.
ESTIMATE, ERROR = 2e-6, 1e-5


@lru_cache(maxsize=64)
def fitted(name: str) -> tuple[dict, SemResult]:
    case = support.cases()[name]
    options = support.case_options(case)
    if "data" not in case:
        return case, fit(case["model"], support.case_moments(case), options)
    data = support.holzinger() if case["data"] == "hs" else support.political_democracy()
    return case, fit(case["model"], data, options)


ALL = [*support.case_ids(raw=False), *support.case_ids(raw=True)]


@pytest.fixture(params=ALL)
def pair(request: pytest.FixtureRequest) -> tuple[dict, SemResult]:
    return fitted(request.param)


def test_that_estimates_equal_lavaan(pair: tuple[dict, SemResult]) -> None:
    case, result = pair
    found = support.rows_of(result)
    for lhs, op, rhs, group, est, *_ in case["estimates"]:
        own = found[lhs, op, "" if op == ":=" else rhs, group]["est"]
        assert own == pytest.approx(est, rel=ESTIMATE, abs=ESTIMATE), (lhs, op, rhs, group)


def test_that_standard_errors_equal_lavaan(pair: tuple[dict, SemResult]) -> None:
    case, result = pair
    found = support.rows_of(result)
    for lhs, op, rhs, group, _, se, *_ in case["estimates"]:
        own = found[lhs, op, "" if op == ":=" else rhs, group]["se"]
        assert own == pytest.approx(se, rel=ERROR, abs=1e-7), (lhs, op, rhs, group)


def test_that_standardized_values_and_errors_equal_lavaan(pair: tuple[dict, SemResult]) -> None:
    case, result = pair
    found = support.rows_of(result)
    for lhs, op, rhs, group, _, _, std, std_se in case["estimates"]:
        own = found[lhs, op, "" if op == ":=" else rhs, group]
        if std is None or op == "~1":
            continue
        assert own["std_all"] == pytest.approx(std, rel=ESTIMATE, abs=ESTIMATE), (lhs, op, rhs)
        assert own["std_all_se"] == pytest.approx(std_se, rel=1e-4, abs=2e-6), (lhs, op, rhs)


def test_that_fit_measures_equal_lavaan(pair: tuple[dict, SemResult]) -> None:
    case, result = pair
    for name, value in case["fit"].items():
        # lavaan's root finder leaves four digits in the limits of RMSEA
        rel = 1e-3 if ".ci." in name else 2e-5
        assert result.fit_measures[name] == pytest.approx(value, rel=rel, abs=2e-6), name


# lavaan frees the weights of composites a second time, which says nothing
WITH_INDICES = [n for n in ALL if support.cases()[n]["mi"] and n != "m17_formative"]


@pytest.mark.parametrize("name", WITH_INDICES)
def test_that_modification_indices_equal_lavaan(name: str) -> None:
    case, result = fitted(name)
    table = result.modification_indices
    own = {(r.lhs, r.op, r.rhs, r.group): r for r in table.itertuples()}
    own |= {(r.rhs, r.op, r.lhs, r.group): r for r in table.itertuples() if r.op == "~~"}
    for lhs, op, rhs, group, mi, epc, sepc in case["mi"]:
        row = own[lhs, op, rhs, group]
        assert row.mi == pytest.approx(mi, rel=2e-5, abs=1e-5)
        assert row.epc == pytest.approx(epc, rel=2e-5, abs=1e-6)
        assert row.sepc_all == pytest.approx(sepc, rel=2e-5, abs=1e-6)


@pytest.mark.parametrize("name", ["s02_poldem_sem_ml", "s25_multigroup_paths_ml"])
def test_that_r_squared_equals_lavaan(name: str) -> None:
    case, result = fitted(name)
    table = result.r2 if len(result.group_labels) > 1 else result.r2.to_frame()
    for group, values in case["r2"].items():
        for variable, value in values.items():
            assert table[table.columns[int(group) - 1]][variable] == pytest.approx(value, rel=1e-5)


def test_that_release_tests_equal_lav_test_score() -> None:
    case, result = fitted("s03_poldem_equal_ml")
    statistic, df, p = result.release_tests().total
    assert statistic == pytest.approx(case["score_tests"]["stat"], rel=1e-4)
    assert (df, p) == (3, pytest.approx(case["score_tests"]["p"], rel=1e-4))
