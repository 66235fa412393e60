"""Read what stands before ``*``: numbers, NA, labels, ``start()``, ``equal()``, ``c()``."""

from __future__ import annotations

from analysis.sem.errors import SyntaxProblem
from analysis.sem.specification import Modifier
from analysis.sem.syntax.arithmetic import constant
from analysis.sem.syntax.tokens import Kind, Token

FUNCTIONS = ("start", "equal", "label", "lower", "upper")


def read_modifier(tokens: list[Token]) -> Modifier:
    """Return the modifier that ``tokens`` (without the ``*``) say."""
    first = tokens[0]
    if len(tokens) == 1 and first.kind is Kind.QUOTED:
        return Modifier(label=(first.text,))
    if len(tokens) == 1 and first.kind is Kind.NAME:
        return Modifier(fixed=(None,)) if first.text == "NA" else Modifier(label=(first.text,))
    is_call = first.kind is Kind.NAME and len(tokens) > 2 and tokens[1].text == "("
    if is_call and first.text == "c":
        return _vector(_arguments(tokens))
    if is_call and first.text in FUNCTIONS:
        return _function(first, _flat(_arguments(tokens)))
    return Modifier(fixed=(constant(tokens),))


def _arguments(tokens: list[Token]) -> list[list[Token]]:
    """Return the argument token lists of a call ``name ( … )``."""
    if tokens[-1].text != ")":
        raise _problem("bracket", tokens[-1])
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[2:-1]:
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind is Kind.OPERATOR else 0
        if depth == 0 and token.text == "," and token.kind is Kind.OPERATOR:
            pieces.append([])
        else:
            pieces[-1].append(token)
    if not all(pieces):
        raise _problem("nothing_between", tokens[0], sign=",")
    return pieces


def _flat(arguments: list[list[Token]]) -> list[list[Token]]:
    """Return the arguments with an inner ``c(...)`` opened."""
    if len(arguments) == 1 and len(arguments[0]) > 2 and arguments[0][0].text == "c":
        return _arguments(arguments[0])
    return arguments


def _is_word(tokens: list[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].kind in (Kind.NAME, Kind.QUOTED)


def _is_missing(tokens: list[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].kind is Kind.NAME and tokens[0].text == "NA"


def _vector(arguments: list[list[Token]]) -> Modifier:
    words = [argument for argument in arguments if not _is_missing(argument)]
    if words and all(_is_word(argument) for argument in words):
        return Modifier(label=tuple("" if _is_missing(a) else a[0].text for a in arguments))
    return Modifier(fixed=tuple(None if _is_missing(a) else constant(a) for a in arguments))


def _function(name: Token, arguments: list[list[Token]]) -> Modifier:
    if name.text in ("equal", "label"):
        if not all(_is_word(argument) for argument in arguments):
            raise _problem("word_expected", name, function=name.text)
        words = tuple(argument[0].text for argument in arguments)
        if name.text == "label":
            return Modifier(label=words)
        return Modifier(equal=tuple("".join(word.split()) for word in words))
    values = tuple(constant(argument) for argument in arguments)
    if name.text == "start":
        return Modifier(start=values)
    return Modifier(lower=values) if name.text == "lower" else Modifier(upper=values)


def _problem(code: str, token: Token, /, **values: object) -> SyntaxProblem:
    return SyntaxProblem(code, line=token.line, column=token.column, **values)
