"""Reads the conditions of other tools: XPath, ExpressionScript, REDCap logic, SurveyJS.

They share operators and differ in how a variable is written, so one grammar reads all four.
What comes out is a tree; meaning.py makes a condition of it where ours can say the same.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

LONGEST = 4000
DEEPEST = 40


class Unreadable(ValueError):
    """The text is no expression of this language."""


@dataclass(frozen=True, slots=True)
class Name:
    """A variable; ``part`` is the option in REDCap's ``[q(2)]``."""

    name: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a text."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; arithmetic is one too (``+``)."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values compared: ``= != < <= > >= contains notcontains``."""

    left: "Node"
    operator: str
    right: "Node"


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by ``and`` or ``or``."""

    word: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The opposite of a part."""

    part: "Node"


Node = Name | Literal | Call | Compare | Joined | Negated


class _Token(NamedTuple):
    kind: str
    text: str


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"[^"]*"|'[^']*')
    | (?P<number>\d+(?:\.\d+)?)
    | \$\{\s*(?P<xpath>[^{}\s]+)\s*\}
    | \{(?P<brace>[^{}]+)\}
    | \[(?P<square>[A-Za-z_][\w\[\]-]*)(?:\((?P<part>[^()\[\]]*)\))?\]
    | (?P<operator><=|>=|<>|==|!=|&&|\|\||[=<>!+*()/%,-])
    | (?P<word>[^\W\d][\w:]*(?:[-.][^\W\d][\w]*)*)
    | (?P<self>\.)
    )""",
    re.VERBOSE,
)
_OPERATORS = {
    "=": "=", "==": "=", "eq": "=", "equal": "=", "!=": "!=", "<>": "!=", "ne": "!=",
    "notequal": "!=", "<": "<", "lt": "<", "less": "<", "<=": "<=", "le": "<=",
    "lessorequal": "<=", ">": ">", "gt": ">", "greater": ">", ">=": ">=", "ge": ">=",
    "greaterorequal": ">=", "contains": "contains", "contain": "contains",
    "notcontains": "notcontains", "notcontain": "notcontains",
}  # fmt: skip
_TESTS = {"empty": True, "notempty": False}
_SUFFIX = re.compile(r"\.(?:NAOK|shown|value|code)$")


def read_expression(text: str) -> Node:
    """Return the tree of ``text``.

    Raises:
        Unreadable: it is none, too long, or nested too deep.
    """
    if len(text) > LONGEST:
        raise Unreadable("length")
    reader = _Reader(_tokens(text))
    node = reader.any_of()
    if reader.peek() is not None:
        raise Unreadable(reader.peek())
    return node


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            raise Unreadable(text[place:])
        place = match.end()
        groups = match.groupdict()
        kind = match.lastgroup or ""
        if groups["square"] is not None:
            found.append(_Token("square", f"{groups['square']}\0{groups['part'] or ''}"))
        elif kind == "text":
            found.append(_Token(kind, groups["text"][1:-1]))
        else:
            found.append(_Token(kind, (groups[kind] or "").strip()))
    return found


class _Reader:
    """Reads tokens from left to right, the weakest operator first."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def peek(self) -> _Token | None:
        """Return the next token, None at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _next(self) -> _Token:
        token = self.peek()
        if token is None:
            raise Unreadable("end")
        self._place += 1
        return token

    def _is(self, *texts: str) -> bool:
        token = self.peek()
        return (
            token is not None and token.kind in ("operator", "word") and token.text.lower() in texts
        )

    def _take(self, text: str) -> None:
        if not self._is(text):
            raise Unreadable(self.peek())
        self._place += 1

    def any_of(self) -> Node:
        """Read parts joined by ``or``."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("depth")
        node = self._joined("or", ("or", "||"), self._all_of)
        self._depth -= 1
        return node

    def _all_of(self) -> Node:
        return self._joined("and", ("and", "&&"), self._comparison)

    def _joined(self, word: str, texts: tuple[str, ...], part: "object") -> Node:
        read = part
        assert callable(read)
        parts: list[Node] = [read()]
        while self._is(*texts):
            self._place += 1
            parts.append(read())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _comparison(self) -> Node:
        left = self._sum()
        token = self.peek()
        if token is None or token.kind not in ("operator", "word"):
            return left
        word = token.text.lower()
        if word in _TESTS:
            self._place += 1
            empty = Compare(left, "=", Literal(""))
            return empty if _TESTS[word] else Negated(empty)
        if word not in _OPERATORS:
            return left
        self._place += 1
        return Compare(left, _OPERATORS[word], self._sum())

    def _sum(self) -> Node:
        node = self._value()
        while self._is("+", "-", "*", "/", "%", "div", "mod"):
            word = self._next().text
            node = Call(word, (node, self._value()))
        return node

    def _value(self) -> Node:
        token = self._next()
        match token.kind:
            case "text":
                return Literal(token.text)
            case "number":
                return Literal(token.text, is_number=True)
            case "xpath" | "brace":
                return Name(token.text)
            case "square":
                name, _, part = token.text.partition("\0")
                return Name(name, part)
            case "self":
                return Name(".")
            case "operator":
                return self._sign(token.text)
            case _:
                return self._word(token.text)

    def _sign(self, sign: str) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("depth")
        if sign == "(":
            node = self.any_of()
            self._take(")")
        elif sign == "!":
            node = Negated(self._value())
        elif sign == "-":
            token = self._next()
            if token.kind != "number":
                raise Unreadable(token)
            node = Literal("-" + token.text, is_number=True)
        else:
            raise Unreadable(sign)
        self._depth -= 1
        return node

    def _word(self, word: str) -> Node:
        if not self._is("("):
            return Name(_SUFFIX.sub("", word))
        self._place += 1
        arguments: list[Node] = []
        while not self._is(")"):
            arguments.append(self.any_of())
            if not self._is(")"):
                self._take(",")
        self._place += 1
        if word.lower() == "not" and len(arguments) == 1:
            return Negated(arguments[0])
        return Call(word.lower(), tuple(arguments))
