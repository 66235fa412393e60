"""Reading a pasted coupling formula, as text or LaTeX, without executing anything.

``2*sqrt(U1*U2)/(U1+U2)``, ``[(U1×U2)/((U1+U2)/2)^2]^(1/2)`` and
``\\frac{2\\sqrt{U_1U_2}}{U_1+U_2}`` are all the same; the tree allows numbers, names, + - * / ^
and sqrt, abs, min, max, exp, log only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.coupling.guard import Verdict, check_values

Array = NDArray[np.float64]

WEIGHT_NAMES = frozenset({"alpha", "beta", "gamma", "delta", "a", "b", "c", "w1", "w2", "w3"})
LONGEST = 2000


class FormulaProblem(ValueError):
    """A pasted formula that cannot be read; ``code`` is a key of coupling.toml."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def check_formula(text: str, *, measure: str = "C") -> Verdict:
    """Return which form a pasted formula of C or D is, or which known mistake it makes.

    Names such as U1, U2, f(x), g(y) are systems in order of appearance; α, β, γ, a, b, c or
    w1… are the systems' weights in that order. A formula of D may use C and T if they are given
    before it, separated by semicolons or line breaks.

    Raises:
        FormulaProblem: the text is no formula, or has fewer than two systems.
    """
    tree = _tree(with_definitions(text))
    names = list(dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)))
    systems = [n for n in names if n not in WEIGHT_NAMES and n not in FUNCTIONS]
    weights = [n for n in names if n in WEIGHT_NAMES]
    if not 2 <= len(systems) <= 5:
        raise FormulaProblem("formula_systems", str(len(systems)))

    def function(u: Array, alpha: Array) -> Array:
        values = {name: u[:, i] for i, name in enumerate(systems)}
        values |= {name: np.full(len(u), alpha[i]) for i, name in enumerate(weights[: len(alpha)])}
        with np.errstate(all="ignore"):
            return _value(tree.body, values)

    return check_values(function, n=len(systems), measure=measure, has_weights=bool(weights))


def with_definitions(text: str) -> str:
    """Return the last formula of several with C and T replaced by what was given for them.

    ``C = 2*sqrt(U1*U2)/(U1+U2); T = (U1+U2)/2; D = sqrt(C*T)`` becomes one formula of D.
    """
    parts = [part.strip() for part in re.split(r"[;；\n]+", text) if part.strip()]
    if len(parts) < 2 or len(text) > LONGEST:
        return text
    left, sign, formula = parts[-1].rpartition("=")
    formula = re.sub(r"(?<![A-Za-z])CT(?![A-Za-z])", "C*T", formula)
    for part in parts[:-1]:
        name, _, meaning = part.partition("=")
        if name.strip() in ("C", "T"):
            pattern = rf"(?<![A-Za-z\\]){name.strip()}(?![A-Za-z\d(_])"
            formula = re.sub(pattern, f"({meaning})".replace("\\", "\\\\"), formula)
    return left + sign + formula


def _tree(text: str) -> ast.Expression:
    if len(text) > LONGEST:
        raise FormulaProblem("formula_unreadable")
    plain = _plain(text)
    try:
        tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FormulaProblem("formula_unreadable", plain[:80]) from error
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            raise FormulaProblem("formula_unreadable", type(node).__name__)
    return tree


_ALLOWED = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.Call,
    ast.Name,
    ast.Load,
    ast.Constant,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Pow,
    ast.USub,
    ast.UAdd,
)

_SIGNS = {
    "×": "*",
    "·": "*",
    "∙": "*",
    "⋅": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "^": "**",
    "[": "(",
    "]": ")",
    "【": "(",
    "】": ")",
    "（": "(",
    "）": ")",
    "{": "(",
    "}": ")",
    "√": "sqrt",
    "α": " alpha ",
    "β": " beta ",
    "γ": " gamma ",
    "δ": " delta ",
    "，": ",",
    "²": "**2",
    "³": "**3",
    "\\cdot": "*",
    "\\times": "*",
    "\\left": "",
    "\\right": "",
    "\\alpha": " alpha ",
    "\\beta": " beta ",
    "\\gamma": " gamma ",
    "$": "",
}


def _plain(text: str) -> str:
    """Return the formula in Python's notation."""
    right = text.strip().split("=")[-1].replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    right = re.sub(r"([A-Za-z])\s*_\s*(?:\{(\w+)\}|(\w))", r"\1\2\3 ", right)
    right = _without_commands(right)
    for sign in sorted(_SIGNS, key=len, reverse=True):
        right = right.replace(sign, _SIGNS[sign])
    right = re.sub(r"\b([fghuvU])\s*\(\s*([a-z])\s*\)", r"\1\2", right.replace("\\", ""))
    return _explicit_products(right).strip()


def _without_commands(text: str) -> str:
    """Return LaTeX fractions and roots as plain text; anything else stays."""
    found = re.search(r"\\(frac|sqrt)", text)
    if found is None:
        return text
    before, rest = text[: found.start()], text[found.end() :]
    if found.group(1) == "frac":
        above, rest = _group(rest)
        below, rest = _group(rest)
        inner = f"(({_without_commands(above)})/({_without_commands(below)}))"
    else:
        index = re.match(r"\s*\[([^\]]*)\]", rest)
        radicand, rest = _group(rest[index.end() :] if index else rest)
        power = index.group(1) if index else "2"
        inner = f"((({_without_commands(radicand)}))**(1/({power})))"
    return before + inner + _without_commands(rest)


def _group(text: str) -> tuple[str, str]:
    """Return the first ``{...}`` of the text (or its first character) and what follows."""
    text = text.lstrip()
    if not text.startswith("{"):
        return text[:1], text[1:]
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return text[1:place], text[place + 1 :]
    raise FormulaProblem("formula_unreadable", text[:80])


def _explicit_products(text: str) -> str:
    """Return the text with ``2U1``, ``U1U2``, ``)(`` and ``a U1`` written with ``*``."""
    text = re.sub(r"(U\d)(?=U\d)", r"\1*", text)
    text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?=[A-Za-z(])", r"\1*", text)
    text = re.sub(r"\)\s*(?=[A-Za-z\d(])", ")*", text)
    text = re.sub(r"(?<=[A-Za-z\d])\s+(?=[A-Za-z(])", "*", text)
    return re.sub(r"\b(?!sqrt|abs|min|max|exp|log)([A-Za-z]\w*)\(", r"\1*(", text)


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "sqrt": np.sqrt,
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "min": lambda *a: np.minimum.reduce(a),
    "max": lambda *a: np.maximum.reduce(a),
}

_OPERATORS: dict[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


def _value(node: ast.expr, values: dict[str, Array]) -> Array:
    """Return the value of an allowed node for every row of U."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return np.asarray(float(node.value))
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        function = FUNCTIONS.get(node.func.id)
        fewest, most = (1, 5) if node.func.id in ("min", "max") else (1, 1)
        if function is not None and fewest <= len(node.args) <= most:
            return function(*(_value(argument, values) for argument in node.args))
    raise FormulaProblem("formula_unreadable", ast.dump(node)[:80])
