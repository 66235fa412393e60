"""Read an arithmetic expression: precedence climbing over a list of tokens."""

from __future__ import annotations

import math

import numpy as np

from analysis.sem.errors import SyntaxProblem
from analysis.sem.syntax.expressions import (
    FUNCTIONS,
    Call,
    Expression,
    Name,
    Number,
    evaluate,
    names_in,
)
from analysis.sem.syntax.tokens import Kind, Token

_BINARY = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4, "**": 4}
_UNARY = 3
DEEPEST = 60
"""Nesting beyond this is refused, so that no text exhausts the stack."""


def _problem(code: str, token: Token, /, **values: object) -> SyntaxProblem:
    return SyntaxProblem(code, line=token.line, column=token.column, **values)


def read_expression(tokens: list[Token]) -> Expression:
    """Return the tree of ``tokens``; SyntaxProblem when they are not an expression."""
    reader = _Reader(tokens)
    tree = reader.expression(0, 0)
    if reader.position < len(tokens):
        extra = tokens[reader.position]
        raise _problem("extra_word", extra, text=extra.text)
    return tree


def constant(tokens: list[Token]) -> float:
    """Return the value of an expression without labels."""
    tree = read_expression(tokens)
    if names_in(tree):
        raise _problem("not_a_number", tokens[0], text="".join(t.text for t in tokens))
    value = float(np.asarray(evaluate(tree, {})))
    if not math.isfinite(value):
        raise _problem("not_a_number", tokens[0], text="".join(t.text for t in tokens))
    return value


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0

    def peek(self) -> Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            last = self.tokens[-1]
            raise _problem("unfinished", last, sign=last.text)
        self.position += 1
        return token

    def expression(self, least: int, depth: int) -> Expression:
        if depth > DEEPEST:
            raise _problem("too_deep", self.tokens[0])
        left = self.operand(depth + 1)
        count = 0
        while (token := self.peek()) is not None and token.kind is Kind.OPERATOR:
            strength = _BINARY.get(token.text)
            if strength is None or strength < least:
                break
            count += 1
            if count > 20 * DEEPEST:
                raise _problem("too_deep", token)
            self.take()
            power = token.text in ("^", "**")
            right = self.expression(strength if power else strength + 1, depth + 1)
            left = Call("^" if power else token.text, (left, right))
        return left

    def operand(self, depth: int) -> Expression:
        token = self.take()
        if token.kind is Kind.NUMBER:
            return Number(float(token.text))
        if token.text == "-" and token.kind is Kind.OPERATOR:
            return Call("negative", (self.expression(_UNARY, depth),))
        if token.text == "+" and token.kind is Kind.OPERATOR:
            return self.expression(_UNARY, depth)
        if token.text == "(" and token.kind is Kind.OPERATOR:
            inner = self.expression(0, depth)
            self.close(token)
            return inner
        following = self.peek()
        if token.kind is Kind.NAME and following is not None and following.text == "(":
            return self.call(token, depth)
        if token.kind in (Kind.NAME, Kind.QUOTED):
            return Name(token.text)
        raise _problem("extra_word", token, text=token.text)

    def call(self, name: Token, depth: int) -> Expression:
        if name.text not in FUNCTIONS:
            raise _problem("unknown_function", name, name=name.text, known=FUNCTIONS)
        opening = self.take()
        inner = self.expression(0, depth)
        self.close(opening)
        return Call(name.text, (inner,))

    def close(self, opening: Token) -> None:
        token = self.peek()
        if token is None or token.text != ")":
            raise _problem("bracket", opening)
        self.take()
