"""Read lavaan's model language into a :class:`Specification`.

Tokens are cut into statements (a statement ends with its line, a semicolon, or not yet when
an operator or bracket is open); each statement is split at its model operator.
"""

from __future__ import annotations

from functools import lru_cache

from analysis.sem.errors import SyntaxProblem
from analysis.sem.specification import Constraint, Definition, Formula, Modifier, Specification
from analysis.sem.syntax.arithmetic import constant, read_expression
from analysis.sem.syntax.modifiers import read_modifier
from analysis.sem.syntax.tokens import Kind, Token, tokenize

MODEL_OPERATORS = ("=~", "~", "~~", "<~", "|", "~*~")
CONSTRAINT_OPERATORS = ("==", "<", ">", "<=", ">=")
_CONTINUING = (*MODEL_OPERATORS, ":=", "==", "+", "*", "/", "^", "**", ",", "(", ":")
LONGEST_TEXT = 400_000
"""Signs; far beyond any real model, so that reading time stays bounded."""


@lru_cache(maxsize=64)
def parse(text: str) -> Specification:
    """Return what the model text says.

    Raises:
        SyntaxProblem: with line and column, when the text is not lavaan syntax.
    """
    if len(text) > LONGEST_TEXT:
        raise SyntaxProblem("text_too_long", line=1, column=1, longest=LONGEST_TEXT)
    formulas: dict[tuple[str, str, str], Formula] = {}
    constraints: list[Constraint] = []
    definitions: list[Definition] = []
    for statement in _statements(tokenize(text)):
        operator = _operator_of(statement)
        before, after = statement[:operator], statement[operator + 1 :]
        sign = statement[operator]
        if not before or not after:
            raise problem("one_sided", sign, sign=sign.text)
        if sign.text == ":=":
            definitions.append(_definition(before, after))
        elif sign.text in CONSTRAINT_OPERATORS:
            left, right = read_expression(before), read_expression(after)
            constraints.append(Constraint(left, sign.text.rstrip("=") or "==", right))
        else:
            _add_formulas(formulas, before, sign, after)
    if not formulas:
        raise SyntaxProblem("empty_model", line=1, column=1)
    return Specification(tuple(formulas.values()), tuple(constraints), tuple(definitions))


def problem(code: str, token: Token, /, **values: object) -> SyntaxProblem:
    """Return the syntax problem ``code`` at ``token``."""
    return SyntaxProblem(code, line=token.line, column=token.column, **values)


def _statements(tokens: list[Token]) -> list[list[Token]]:
    statements: list[list[Token]] = []
    current: list[Token] = []
    depth = 0
    for position, token in enumerate(tokens):
        if token.kind is not Kind.END:
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind is Kind.OPERATOR else 0
            current.append(token)
            continue
        if current and token.text == "\n" and (depth > 0 or _continues(current, tokens, position)):
            continue
        if current:
            statements.append(current)
        current, depth = [], 0
    if current:
        raise problem("unfinished", current[-1], sign=current[-1].text)
    return statements


def _continues(current: list[Token], tokens: list[Token], position: int) -> bool:
    last = current[-1]
    if last.kind is Kind.OPERATOR and last.text in (*_CONTINUING, "-", "<", ">"):
        return any(token.kind is not Kind.END for token in tokens[position:])
    following = next(
        (t for t in tokens[position:] if not (t.kind is Kind.END and t.text == "\n")), None
    )
    return (
        following is not None
        and following.kind is Kind.OPERATOR
        and following.text in _CONTINUING[:-2]
    )


def _operator_of(statement: list[Token]) -> int:
    depth = 0
    for position, token in enumerate(statement):
        if token.kind is not Kind.OPERATOR:
            continue
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.text in (*MODEL_OPERATORS, ":=", *CONSTRAINT_OPERATORS):
            return position
        if token.text == "=":
            raise problem("single_equals", token)
    raise problem("no_operator", statement[0], text=" ".join(t.text for t in statement[:8]))


def _definition(before: list[Token], after: list[Token]) -> Definition:
    if len(before) != 1 or before[0].kind not in (Kind.NAME, Kind.QUOTED):
        raise problem("definition_name", before[0])
    return Definition(before[0].text, read_expression(after))


def _add_formulas(
    formulas: dict[tuple[str, str, str], Formula],
    before: list[Token],
    sign: Token,
    after: list[Token],
) -> None:
    left = [_variable(part, sign) for part in _split(before, "+", sign)]
    terms = [_term(part, sign) for part in _split(after, "+", sign)]
    for lhs in left:
        for rhs, modifier, token in terms:
            op = "~1" if rhs == "" else sign.text
            if rhs == lhs and op in ("=~", "~", "<~"):
                raise problem("of_itself", token, name=lhs, sign=op)
            _merge(formulas, Formula(lhs, op, rhs, modifier, token.line, token.column), token)


def _merge(formulas: dict[tuple[str, str, str], Formula], formula: Formula, token: Token) -> None:
    key = (formula.lhs, formula.op, formula.rhs)
    mirrored = (formula.rhs, formula.op, formula.lhs)
    if formula.op == "~~" and mirrored in formulas:
        key = mirrored
    known = formulas.get(key)
    if known is None:
        formulas[key] = formula
        return
    if formula.modifier == Modifier() and formula.op in ("=~", "~", "<~"):
        raise problem("repeated", token, formula=f"{formula.lhs} {formula.op} {formula.rhs}")
    modifier = known.modifier.joined(formula.modifier)
    formulas[key] = Formula(*key, modifier, known.line, known.column)


def _split(tokens: list[Token], sign: str, place: Token) -> list[list[Token]]:
    """Return the pieces of ``tokens`` between top-level ``sign`` operators, none empty."""
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind is Kind.OPERATOR:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0 and token.text == sign:
                if not pieces[-1]:
                    raise problem("nothing_between", token, sign=sign)
                pieces.append([])
                continue
            if depth < 0:
                raise problem("bracket", token)
        pieces[-1].append(token)
    if depth > 0:
        raise problem("bracket", tokens[-1])
    if not pieces[-1]:
        raise problem("nothing_between", tokens[-1] if tokens else place, sign=sign)
    return pieces


def _variable(tokens: list[Token], place: Token) -> str:
    """Return a variable name; ``a:b`` is the product of two variables."""
    names = (Kind.NAME, Kind.QUOTED)
    if len(tokens) == 1 and tokens[0].kind in names and tokens[0].text.strip():
        return tokens[0].text
    if (
        len(tokens) == 3
        and tokens[1].text == ":"
        and tokens[0].kind in names
        and tokens[2].kind in names
    ):
        return f"{tokens[0].text}:{tokens[2].text}"
    at = tokens[0] if tokens else place
    raise problem("not_a_variable", at, text=" ".join(t.text for t in tokens))


def _term(tokens: list[Token], sign: Token) -> tuple[str, Modifier, Token]:
    """Return variable, modifiers and place of one term of a right side."""
    *factors, last = _split(tokens, "*", sign)
    modifier = Modifier()
    for factor in factors:
        modifier = modifier.joined(read_modifier(factor))
    if sign.text == "~" and len(last) == 1 and last[0].kind is Kind.NUMBER:
        return "", _intercept(last[0], modifier), last[0]
    variable = _variable(last, sign)
    if sign.text == "|" and not _is_threshold(variable):
        raise problem("threshold_name", last[0], text=variable)
    return variable, modifier, last[0]


def _intercept(token: Token, modifier: Modifier) -> Modifier:
    value = constant([token])
    if value == 1:
        return modifier
    if value == 0:
        return Modifier(fixed=(0.0,)).joined(modifier)
    raise problem("not_a_variable", token, text=token.text)


def _is_threshold(name: str) -> bool:
    return name[:1] == "t" and name[1:].isdecimal() and int(name[1:]) >= 1
