"""Cut a model text into tokens that know their line and column.

Full-width operators, brackets and blanks, as a Chinese keyboard gives them, are
read as their plain forms.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from analysis.sem.errors import SyntaxProblem

_SPECIAL = str.maketrans(
    {"～": "~", "〜": "~", "∼": "~", "–": "-", "—": "-", "−": "-", "×": "*", "÷": "/",
     "“": '"', "”": '"', "‘": "'", "’": "'", "。": ".", "、": ",", "\u00a0": " ", "\u3000": " ",
     "\ufeff": " ", "\u200b": " "}
)  # fmt: skip

_PATTERN = re.compile(
    r"""(?P<blank>[^\S\n]+)
      | (?P<comment>[#!][^\n]*)
      | (?P<end>[\n;])
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![^\W\d_]))
      | (?P<name>[^\W\d](?:[\w.])*|\.[^\W\d][\w.]*)
      | (?P<quoted>"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)
      | (?P<operator>~\*~|=~|<~|~~|:=|==|<=|>=|\*\*|[~<>|+\-*/^(),:?=])
    """,
    re.VERBOSE,
)


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    QUOTED = "quoted"
    NUMBER = "number"
    OPERATOR = "operator"
    END = "end"
    """End of a line or a semicolon."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the model text; line and column count from 1."""

    kind: Kind
    text: str
    line: int
    column: int


def normalise(text: str) -> str:
    """Return ``text`` with full-width operators and brackets made plain, sign for sign.

    Letters and digits stay as they are: a header may be written with full-width ones.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPECIAL)
    if text.isascii():
        return text
    return "".join(_plain(sign) for sign in text)


def _plain(sign: str) -> str:
    if "\uff01" <= sign <= "\uff5e" and not sign.isalnum():  # full-width forms of ASCII
        return unicodedata.normalize("NFKC", sign)
    return sign


def tokenize(text: str) -> list[Token]:
    """Return the tokens of ``text``; SyntaxProblem for a sign that means nothing."""
    text = normalise(text)
    tokens: list[Token] = []
    line, line_start, position = 1, 0, 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        column = position - line_start + 1
        if match is None:
            raise _unreadable(text, position, line, column)
        kind, word = str(match.lastgroup), match.group()
        position = match.end()
        if kind in ("blank", "comment"):
            continue
        if kind == "quoted":
            word = word[1:-1]
        tokens.append(Token(Kind(kind), word, line, column))
        if word == "\n" and kind == "end":
            line, line_start = line + 1, position
    tokens.append(Token(Kind.END, "\n", line, len(text) - line_start + 1))
    return tokens


def _unreadable(text: str, position: int, line: int, column: int) -> SyntaxProblem:
    sign = text[position]
    if sign in "\"'`":
        return SyntaxProblem("open_quote", line=line, column=column)
    if sign.isdigit():
        word = re.match(r"[\w.]+", text[position:])
        return SyntaxProblem(
            "name_starts_with_digit",
            line=line,
            column=column,
            name=word.group() if word else sign,
        )
    return SyntaxProblem("odd_sign", line=line, column=column, sign=sign)
