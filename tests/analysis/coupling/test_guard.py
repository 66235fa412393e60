"""The formula guard finds the published forms and the published mistakes."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coupling.formulas import coordination_degree, coupling_degree
from analysis.coupling.guard import check_table
from analysis.coupling.guard_levels import check_levels
from analysis.coupling.pasted_formula import FormulaProblem, check_formula
from resources.texts import LANGUAGES

U = np.array([[0.62, 0.35], [0.41, 0.77], [0.55, 0.58], [0.9, 0.2]])


# framework.json, golden.coupling_wrong
@pytest.mark.parametrize(
    ("u", "alpha", "c", "form"),
    [
        ((0.6, 0.3), (), 0.471405, "lost_coefficient"),
        ((0.6, 0.3), (), 0.888889, "exponent_1"),
        ((0.6, 0.3), (), 0.49327, "exponent_6"),
        ((0.7, 0.5, 0.3), (), 0.314513, "lost_coefficient"),
        ((0.7, 0.5, 0.3), (), 0.916515, "exponent_0.5"),
        ((0.6, 0.3), (0.7, 0.3), 0.76244, "weights_inside"),
        ((0.6, 0.3), (), 0.942809, "standard"),
        ((0.6, 0.3), (), 0.591608, "wang"),
        ((0.6, 0.3), (), 0.7, "fan"),
    ],
)
def test_that_every_golden_mistake_is_named(
    u: tuple[float, ...], alpha: tuple[float, ...], c: float, form: str
) -> None:
    verdict = check_table([u], [c], alpha=alpha, decimals=6)
    assert verdict.form == form
    assert verdict.is_sound == (form in {"standard", "wang", "fan"})


@pytest.mark.parametrize("formula", ["standard", "wang", "fan"])
@pytest.mark.parametrize("measure", ["C", "D"])
def test_that_a_rounded_table_is_recognised(formula: str, measure: str) -> None:
    values = coupling_degree(U, formula) if measure == "C" else coordination_degree(U, formula)
    verdict = check_table(U, np.round(values, 3), measure=measure, decimals=3)
    assert (verdict.form, verdict.is_sound) == (formula, True)


def test_that_d_without_root_is_named() -> None:
    verdict = check_table(U, coordination_degree(U) ** 2, measure="D", decimals=6)
    assert verdict.form == "no_root"


def test_that_a_table_that_fits_nothing_is_said_to() -> None:
    verdict = check_table(U, [0.1, 0.9, 0.4, 0.2])
    assert (verdict.form, verdict.findings[0].code) == ("", "guard_unknown")


def test_that_scores_outside_the_unit_interval_are_named_first() -> None:
    verdict = check_table([[62.0, 35.0], [0.4, 0.5]], [0.96, 0.994])
    assert verdict.findings[0].code == "guard_u_outside"


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.01, 0.99)])
def test_that_scores_stretched_by_the_sample_are_warned_of(low: float, high: float) -> None:
    u = np.column_stack([[low, 0.4, high], [0.3, 0.5, 0.6]])
    found = check_table(u, np.round(coupling_degree(u), 3)).findings
    assert found[0].code == "guard_sample_scaled"


def test_that_levels_of_a_known_table_are_recognised() -> None:
    verdict = check_levels([0.45, 0.62, 0.71], ["濒临失调", "初级协调", "中级协调"])
    assert (verdict.scheme, verdict.findings) == ("D10", ())
    assert check_levels([0.2, 0.45, 0.9], ["低水平耦合", "拮抗阶段", "高水平耦合"]).scheme == "C4"


def test_that_both_sides_of_a_boundary_are_accepted() -> None:
    assert check_levels([0.7, 0.45], ["初级协调", "濒临失调"]).scheme == "D10"


def test_that_a_wrong_level_is_counted() -> None:
    verdict = check_levels([0.45, 0.62, 0.55], ["濒临失调", "初级协调", "良好协调"])
    assert verdict.wrong_rows == (2,)
    assert [f.code for f in verdict.findings] == ["guard_levels_wrong"]


def test_that_levels_bent_to_fit_are_named() -> None:
    # FRAMEWORK 9: one published table runs from .16 to .23
    verdict = check_levels([0.16, 0.19, 0.23], ["严重失调", "勉强协调", "良好协调"])
    assert "guard_levels_bent" in {f.code for f in verdict.findings}
    assert all(f.describe(language) for f in verdict.findings for language in LANGUAGES)


@given(st.integers(0, 300), st.sampled_from([2, 3, 4]))
def test_that_a_sound_table_is_never_called_a_mistake(seed: int, n: int) -> None:
    u = np.round(np.random.default_rng(seed).uniform(0.1, 0.9, size=(6, n)), 4)
    assert check_table(u, np.round(coupling_degree(u), 4), decimals=4).is_sound


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("C = 2*sqrt(U1*U2)/(U1+U2)", "standard"),
        ("[(U1×U2)/((U1+U2)/2)^2]^(1/2)", "standard"),
        (r"C=\frac{2\sqrt{U_1U_2}}{U_1+U_2}", "standard"),
        (r"C=3\sqrt[3]{\frac{U_1U_2U_3}{(U_1+U_2+U_3)^3}}", "standard"),
        ("2√(U1U2)/(U1+U2)", "standard"),
        ("1-2*sqrt(((U1-(U1+U2)/2)^2+(U2-(U1+U2)/2)^2)/2)", "fan"),
        ("sqrt((1-abs(U1-U2))*min(U1,U2)/max(U1,U2))", "wang"),
        ("sqrt(U1*U2)/(U1+U2)", "lost_coefficient"),
        (r"\sqrt{\frac{f(x) \cdot g(y)}{(f(x)+g(y))^2}}", "lost_coefficient"),
        ("{U1×U2/[(U1+U2)/2]^2}^2", "exponent_2"),
        ("2√[(αU1)(βU2)]/(αU1+βU2)", "weights_inside"),
    ],
)
def test_that_a_pasted_formula_is_recognised(text: str, form: str) -> None:
    assert check_formula(text).form == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("C = 2*sqrt(U1*U2)/(U1+U2); T = 0.5*U1+0.5*U2; D = sqrt(C*T)", "standard"),
        ("C = sqrt(U1*U2)/(U1+U2)；T = (U1+U2)/2；D = √(CT)", "lost_coefficient"),
        ("C = 2*sqrt(U1*U2)/(U1+U2)\nT = (U1+U2)/2\nD = C*T", "no_root"),
        (
            r"C=\frac{2\sqrt{U_1U_2}}{U_1+U_2}; T=\alpha U_1+\beta U_2; D=\sqrt{C \cdot T}",
            "standard",
        ),
    ],
)
def test_that_c_and_t_may_be_given_before_d(text: str, form: str) -> None:
    assert check_formula(text, measure="D").form == form


def test_that_a_pasted_formula_of_d_is_recognised() -> None:
    text = "D=sqrt(2*sqrt(U1*U2)/(U1+U2)*(αU1+βU2))"
    assert check_formula(text, measure="D").form == "standard"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "U1",
        "__import__('os').system('x')",
        "U1.real + U2",
        "U1 if U2 else 3",
        "((U1",
        "9**9**9",
    ],
)
def test_that_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(FormulaProblem):
        check_formula(text)


@given(st.text(alphabet="U12αβ()[]{}^*/+-√ sqrtminx\\_,.", max_size=40))
def test_that_any_text_is_read_or_refused(text: str) -> None:
    with suppress(FormulaProblem):
        assert check_formula(text).measure == "C"


def test_that_every_verdict_has_its_sentence() -> None:
    tables = [check_table(U, coupling_degree(U) ** k) for k in (1.0, 2.0, 4.0)]
    for finding in [f for verdict in tables for f in verdict.findings]:
        assert all(finding.describe(language) for language in LANGUAGES)
