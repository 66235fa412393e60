"""The model language: reading, writing back, and refusing with line and column."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sem import SyntaxProblem, parse
from analysis.sem.specification import Formula, Modifier
from analysis.sem.syntax.expressions import evaluate, gradient


def formulas(text: str) -> list[tuple[str, str, str]]:
    return [(f.lhs, f.op, f.rhs) for f in parse(text).formulas]


def test_that_lines_continue_after_operators_and_before_them() -> None:
    assert formulas("f =~ x1 +\n  x2\n + x3") == [
        ("f", "=~", "x1"),
        ("f", "=~", "x2"),
        ("f", "=~", "x3"),
    ]


def test_that_semicolons_end_statements_and_comments_are_left_out() -> None:
    assert formulas("a ~ b; c ~ d # tail\n! whole line\ne ~~ e") == [
        ("a", "~", "b"),
        ("c", "~", "d"),
        ("e", "~~", "e"),
    ]


def test_that_several_variables_on_the_left_each_get_the_right_side() -> None:
    assert formulas("a + b ~ c + d") == [
        ("a", "~", "c"),
        ("a", "~", "d"),
        ("b", "~", "c"),
        ("b", "~", "d"),
    ]


def test_that_full_width_operators_and_chinese_names_are_read() -> None:
    assert formulas("态度 ＝～ 题1 ＋ 题2；态度 ～ 年龄") == [
        ("态度", "=~", "题1"),
        ("态度", "=~", "题2"),
        ("态度", "~", "年龄"),
    ]


def test_that_quoted_names_hold_any_header() -> None:
    assert formulas('f =~ "1. 满意 (A)" + `x-y`') == [
        ("f", "=~", "1. 满意 (A)"),
        ("f", "=~", "x-y"),
    ]


@pytest.mark.parametrize(
    ("term", "modifier"),
    [
        ("0.5*x", Modifier(fixed=(0.5,))),
        ("-1/4*x", Modifier(fixed=(-0.25,))),
        ("NA*x", Modifier(fixed=(None,))),
        ("a*x", Modifier(label=("a",))),
        ('"a b"*x', Modifier(label=("a b",))),
        ("c(1, NA)*x", Modifier(fixed=(1.0, None))),
        ("c(a, b)*x", Modifier(label=("a", "b"))),
        ("start(0.3)*x", Modifier(start=(0.3,))),
        ('equal("f =~ y")*x', Modifier(equal=("f=~y",))),
        ("lower(0)*x + upper(2)*x", Modifier(lower=(0.0,), upper=(2.0,))),
        ("NA*x + a*x", Modifier(fixed=(None,), label=("a",))),
    ],
)
def test_that_modifiers_are_read(term: str, modifier: Modifier) -> None:
    assert parse(f"f =~ {term}").formulas == (Formula("f", "=~", "x", modifier),)


def test_that_intercepts_products_thresholds_and_scales_are_read() -> None:
    assert formulas("x ~ 1 + a:b\ny | t1 + 0.5*t2\ny ~*~ 1*y\nc <~ u + v") == [
        ("x", "~1", ""),
        ("x", "~", "a:b"),
        ("y", "|", "t1"),
        ("y", "|", "t2"),
        ("y", "~*~", "y"),
        ("c", "<~", "u"),
        ("c", "<~", "v"),
    ]


def test_that_arithmetic_follows_the_usual_order() -> None:
    expression = parse("f =~ x\nd := -a^2 + b*(c - 1)/2").definitions[0].expression
    assert evaluate(expression, {"a": 3.0, "b": 4.0, "c": 2.0}) == pytest.approx(-7.0)


def test_that_derivatives_of_expressions_equal_differences() -> None:
    text = "f =~ x\nd := exp(a)*sqrt(b)/log(c) - a^b + abs(a - c)*cos(b) - tan(a/9)*sin(c)"
    expression = parse(text).definitions[0].expression
    at = {"a": 0.7, "b": 1.9, "c": 2.4}
    _, partials = gradient(expression, at)
    for name, slope in partials.items():
        up = evaluate(expression, {**at, name: at[name] + 1e-6})
        down = evaluate(expression, {**at, name: at[name] - 1e-6})
        assert slope == pytest.approx((up - down) / 2e-6, rel=1e-7)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("f =~ x1 +", "nothing_between", (1, 9)),
        ("f = x1", "single_equals", (1, 3)),
        ("f =~ x1\nf ~", "one_sided", (2, 3)),
        ("f =~ x1\n~ x2", None, None),
        ("x1 x2", "no_operator", (1, 1)),
        ("f =~ 'x1", "open_quote", (1, 6)),
        ("f =~ 1x", "name_starts_with_digit", (1, 6)),
        ("f =~ x1\n  f =~ x2 @ 3", "odd_sign", (2, 11)),
        ("f =~ (x1", "unfinished", None),
        ("f =~ x1 + + x2", "nothing_between", (1, 11)),
        ("f ~ f", "of_itself", (1, 5)),
        ("f =~ x1 + x1", "repeated", (1, 11)),
        ("", "empty_model", (1, 1)),
        ("f =~ x\nd := foo(1)", "unknown_function", (2, 6)),
        ("f =~ x\ny | a", "threshold_name", (2, 5)),
        ("f =~ x\n1 := a", "definition_name", (2, 1)),
    ],
)
def test_that_errors_name_line_and_column(
    text: str, code: str | None, place: tuple[int, int] | None
) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse(text)
    if code is not None:
        assert caught.value.code == code
    if place is not None:
        assert caught.value.place == place
    assert caught.value.describe("zh_CN")
    assert caught.value.describe("en")


def told(problem: SyntaxProblem) -> None:
    line, column = problem.place
    assert line >= 1
    assert column >= 1
    assert problem.describe()


WORDS = st.sampled_from(
    [
        "f",
        "x1",
        "x2",
        "态度",
        "0.5",
        "NA",
        "1",
        "=~",
        "~",
        "~~",
        "~*~",
        "<~",
        ":=",
        "==",
        "<",
        ">",
        "+",
        "-",
        "*",
        "/",
        "^",
        "(",
        ")",
        ",",
        "c(",
        "start(",
        "equal(",
        ";",
        "|",
        "t1",
        ":",
        "#",
        "!",
        "'",
        '"a b"',
        "\n",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_that_any_jumble_of_words_is_read_or_refused(text: str) -> None:
    try:
        specification = parse(text)
    except SyntaxProblem as problem:
        told(problem)
        return
    assert parse(specification.text()) == specification


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_that_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except SyntaxProblem as problem:
        told(problem)


NAMES = st.text(
    st.characters(blacklist_characters='"`\n\r', blacklist_categories=("Cs", "Cc")),
    min_size=1,
    max_size=6,
).filter(lambda name: name.strip() == name and ":" not in name)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 6))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NAMES, NUMBERS), min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
def test_that_what_is_written_reads_back_equal(pairs: list[tuple[str, float]]) -> None:
    from analysis.sem import Specification
    from analysis.sem.syntax.tokens import normalise

    pairs = [(normalise(name), value) for name, value in pairs]
    if any(not name.strip() or '"' in name or "`" in name or name == "factor" for name, _ in pairs):
        return
    rows = tuple(Formula("factor", "=~", name, Modifier(fixed=(value,))) for name, value in pairs)
    specification = Specification(rows)
    if len({row.rhs for row in rows}) == len(rows):
        assert parse(specification.text()) == specification


def test_that_deep_nesting_is_refused_not_crashed() -> None:
    with pytest.raises(SyntaxProblem):
        parse("f =~ x\nd := " + "(" * 5000 + "a" + ")" * 5000)
