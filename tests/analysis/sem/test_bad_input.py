"""Whatever comes in, a typed error or a finding that names the culprit comes out."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.sem import CovarianceInput, SemError, SemOptions, fit
from resources.texts import LANGUAGES, has_sentence
from tests.analysis.sem import support

F = "f =~ x1 + x2 + x3 + x4"


def data(n: int = 80, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    f = rng.normal(size=n)
    return pd.DataFrame({f"x{k}": f + rng.normal(size=n) for k in range(1, 7)})


def refused(model: str, frame: object, options: SemOptions | None = None) -> SemError:
    with pytest.raises(SemError) as caught:
        fit(model, frame, options or SemOptions())
    for language in ("zh_CN", "en"):
        assert "{" not in caught.value.describe(language)
    return caught.value


def told(error: SemError) -> None:
    assert "{" not in error.describe()


def test_that_an_unknown_variable_is_named_with_a_suggestion() -> None:
    error = refused("f =~ x1 + x2 + X33", data())
    assert error.code == "unknown_variable"
    assert error.values["names"] == ("X33",)


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (lambda d: d.assign(x2=3.0), "constant_columns"),
        (lambda d: d.assign(x2=0.1), "constant_columns"),
        (lambda d: d.assign(x2=d["x1"] + d["x3"]), "collinear"),
        (lambda d: d.assign(x2=d["x1"]), "collinear"),
        (lambda d: d.assign(x2=np.nan), "all_missing"),
        (lambda d: d.assign(x2=["好", "坏"] * 40), "text_column"),
        (lambda d: d.assign(x2=pd.Timestamp("2026-01-01")), "text_column"),
        (lambda d: d.assign(x2=d["x2"].where(d.index != 3, np.inf)), "infinite_values"),
        (lambda d: d.assign(x2=d["x2"].where(d.index != 3, 1e200)), "infinite_values"),
    ],
)
def test_that_a_bad_column_is_named(column, code: str) -> None:
    error = refused(F, column(data()))
    assert error.code == code
    assert "x2" in error.values["names"]


def test_that_empty_and_short_data_are_refused() -> None:
    assert refused(F, data().iloc[:0]).code == "no_cases"
    assert refused(F, data(4)).code == "too_few_cases"
    gaps = data().assign(
        x2=lambda d: d["x2"].where(d.index < 40), x3=lambda d: d["x3"].where(d.index >= 40)
    )
    assert refused(F, gaps).code == "no_cases_left"


def test_that_lists_in_options_serve_as_tuples_and_arrays_are_refused() -> None:
    frame = data().assign(g=["a", "b"] * 40)
    options = SemOptions(group="g", group_equal=["loadings"], group_partial="f=~x2")  # type: ignore[arg-type]
    assert fit(F, frame, options).fit_measures["df"] == 2 * 2 + 2
    assert refused(F, frame[["x1", "x2"]].to_numpy()).code == "not_a_table"


def test_that_duplicate_columns_are_refused() -> None:
    frame = data()
    frame.insert(0, "x1", 1.0, allow_duplicates=True)
    assert refused(F, frame).code == "duplicate_column"


def test_that_groups_of_one_and_unknown_groups_are_refused() -> None:
    frame = data().assign(g=["a"] + ["b"] * 79)
    assert refused(F, frame, SemOptions(group="g")).code == "group_too_small"
    assert refused(F, frame, SemOptions(group="g", group_labels=("a", "z"))).code == "unknown_group"
    assert refused(F, frame, SemOptions(group="h")).code == "unknown_column"


@pytest.mark.parametrize("kind", ["int64", "Int64", "float32", "category", "object", "boolean"])
def test_that_every_numeric_kind_of_column_is_read(kind: str) -> None:
    frame = data().round().clip(-1, 1) if kind != "boolean" else data() > 0
    expected = fit(F, frame.astype(float))
    found = fit(F, frame.astype(kind))
    assert found.theta == pytest.approx(expected.theta, abs=1e-6)


@pytest.mark.parametrize(
    ("model", "code"),
    [
        (F + "\na == 1", "unknown_label"),
        ("f =~ a*x1 + b*x2 + x3 + x4\na == 1\na == 2", "contradictory_constraint"),
        (F + "\nd := e\ne := d", "circular_definition"),
        (F + "\nd := 1\nd := 2", "defined_twice"),
        ("f =~ 1*x1\nx1 ~~ 0*x1\nf ~~ 1*f", "nothing_free"),
        ("f =~ c(1, 2, 3)*x1 + x2 + x3", "modifier_length"),
        ("f =~ g\ng =~ f", "no_observed"),
        ("f =~ g + x1 + x2\ng =~ f + x3 + x4", "paths_singular"),
        ("f =~ x1 + x2 + x3\ny ~ f:x4", "latent_interaction"),
    ],
)
def test_that_a_bad_model_is_refused(model: str, code: str) -> None:
    assert refused(model, data().assign(y=data(seed=2)["x1"])).code == code


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (SemOptions(estimator="XYZ"), "unknown_estimator"),
        (SemOptions(estimator="MLM", missing="ml"), "estimator_needs_complete"),
        (SemOptions(estimator="GLS", missing="ml"), "fiml_needs_ml"),
        (SemOptions(missing="pairwise"), "pairwise_needs_ordered"),
        (SemOptions(group_equal=("everything",)), "unknown_group_equal"),
        (SemOptions(confidence=1.5), "unknown_choice"),
        (SemOptions(conditional_x=True), "conditional_needs_ordered"),
        (SemOptions(estimator="GLS", cluster="x1"), "clusters_need_mlr"),
        (SemOptions(estimator="GLS", sampling_weights="x1"), "weights_need_ml"),
        (SemOptions(sampling_weights="x1"), "bad_weights"),
    ],
)
def test_that_impossible_options_are_refused(options: SemOptions, code: str) -> None:
    assert refused(F, data(), options).code == code


def test_that_wls_needs_more_cases_than_moments() -> None:
    assert (
        refused("f =~ x1 + x2 + x3 + x4 + x5 + x6", data(20), SemOptions(estimator="WLS")).code
        == "wls_too_few"
    )


def test_that_a_bad_covariance_matrix_is_refused() -> None:
    names = ("x1", "x2", "x3", "x4")
    lopsided = np.eye(4)
    lopsided[0, 1] = 0.5
    assert refused(F, CovarianceInput(names, (lopsided,), (100,))).code == "bad_covariance"
    assert refused(F, CovarianceInput(names, (np.ones((4, 4)),), (100,))).code == "collinear"
    assert refused(F, CovarianceInput(names[:3], (np.eye(3),), (100,))).code == "unknown_variable"
    robust = SemOptions(estimator="MLM")
    assert (
        refused(F, CovarianceInput(names, (np.eye(4) + 0.3,), (100,)), robust).code
        == "needs_raw_data"
    )


def test_that_an_unidentified_model_names_its_parameters() -> None:
    result = fit("f =~ x1 + x2 + x3\ng =~ x4 + x5\nf ~~ 0*g", data())
    assert result.status.converged
    assert not result.status.identified
    assert not result.status.is_usable
    finding = next(f for f in result.findings if f.code == "sem_not_identified")
    assert "g =~ x5" in finding.subjects
    assert result.parameters["se"].isna().any()
    assert "不可识别" in finding.describe()


def test_that_two_identical_factors_are_not_identified() -> None:
    result = fit("f =~ x1 + x2 + x3\ng =~ x1 + x2 + x3", data())
    assert not (result.status.converged and result.status.identified)


def test_that_a_negative_variance_is_named() -> None:
    case = support.cases()["s19_heywood_ml"]
    result = fit(case["model"], support.case_moments(case))
    assert result.status.converged
    assert not result.status.admissible
    assert result.findings[0].code == "sem_negative_variance"


def test_that_dropped_cases_are_told() -> None:
    frame = data()
    frame.loc[:9, "x2"] = np.nan
    result = fit(F, frame)
    assert result.n == 70
    assert result.findings[0].values["dropped"] == 10


def test_that_an_unfitted_result_answers_without_numbers() -> None:
    result = fit(F, data(), SemOptions(max_iterations=1))
    assert not result.status.converged
    assert set(result.fit_measures) == {"npar", "ntotal"}
    assert result.parameters["se"][result.parameters["free"]].isna().all()
    assert "NOT CONVERGED" in str(result)
    with pytest.raises(SemError):
        _ = result.modification_indices


TERMS = st.sampled_from(["x1", "x2", "x3", "x4", "x5", "x6", "f", "g"])
STATEMENTS = st.one_of(
    st.builds(lambda f, items: f"{f} =~ " + " + ".join(items), st.sampled_from(["f", "g"]),
              st.lists(TERMS, min_size=1, max_size=4, unique=True)),
    st.builds(lambda a, b: f"{a} ~ {b}", TERMS, TERMS),
    st.builds(lambda a, b: f"{a} ~~ {b}", TERMS, TERMS),
    st.builds(lambda a, b: f"{a} ~~ l*{b}", TERMS, TERMS),
    st.builds(lambda a, v: f"{a} ~ {v}*1", TERMS, st.sampled_from(["0", "m", "NA"])),
    st.builds(lambda a, b, v: f"{a} ~ {v}*{b}", TERMS, TERMS,
              st.sampled_from(["l", "0.5", "start(9)", "-3"])),
    st.sampled_from(["l > 0.1", "l == 0.4", "l == m^2", "m < 2", "d := l/m", "c <~ x1 + x2"]),
)  # fmt: skip
ESTIMATORS = st.sampled_from(["ML", "MLR", "MLM", "GLS", "ULS", "DWLS"])


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STATEMENTS, min_size=1, max_size=6).map("\n".join), ESTIMATORS, st.booleans())
def test_that_any_model_ends_in_a_result_or_a_typed_error(
    model: str, estimator: str, std_lv: bool
) -> None:
    options = SemOptions(estimator=estimator, std_lv=std_lv, max_iterations=60, max_seconds=5)
    try:
        result = fit(model, data(60), options)
    except SemError as error:
        told(error)
        return
    assert result.parameters is not None
    assert str(result)
    if result.status.is_usable:
        assert np.isfinite(result.theta).all()
        assert np.isfinite(result.problem.value(result.problem.states(result.theta)))


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from(["a", "1", ""]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=0, max_size=12))
def test_that_any_table_ends_in_a_result_or_a_typed_error(rows: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["x1", "x2", "x3"])
    for model in ("f =~ x1 + x2 + x3", "x1 ~ x2 + x3"):
        try:
            result = fit(model, frame, SemOptions(max_seconds=2))
        except SemError as error:
            told(error)
        else:
            assert str(result)


def test_that_every_error_and_finding_has_its_sentences() -> None:
    source = Path(__file__).resolve().parents[3] / "analysis" / "sem"
    errors, findings = set(), set()
    for file in source.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                continue
            if name in ("SemError", "SyntaxProblem", "problem", "_problem"):
                errors.add(first.value)
            elif name == "finding":
                findings.add(first.value)
    for language in LANGUAGES:
        missing = {code for code in errors if not has_sentence(f"sem.{code}.what", language)}
        missing |= {code for code in errors if not has_sentence(f"sem.{code}.do", language)}
        missing |= {code for code in findings if not has_sentence(f"findings.{code}", language)}
        assert missing == set()
    assert len(errors) > 50
