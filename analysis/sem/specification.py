"""What a model text says, as an immutable value: formulas, constraints, definitions.

A specification knows nothing of data or defaults; :mod:`analysis.sem.parameter_table`
adds those. ``Specification.text()`` writes lavaan syntax that reads back equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.sem.syntax.expressions import number_text, quoted, write

if TYPE_CHECKING:
    from analysis.sem.syntax.expressions import Expression

FREE = None
"""Entry of ``Modifier.fixed`` for NA: free this parameter."""


@dataclass(frozen=True, slots=True)
class Modifier:
    """What stands before ``*``. Tuples hold one entry, or one per group; empty: not given.

    Args:
        fixed: fixed values; None (NA) frees the parameter.
        start: starting values.
        label: labels; "" leaves that group without.
        equal: the parameter this one equals, written ``lhs op rhs`` without blanks.
        lower, upper: bounds.
    """

    fixed: tuple[float | None, ...] = ()
    start: tuple[float, ...] = ()
    label: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()

    def joined(self, other: Modifier) -> Modifier:
        """Return both modifiers in one; ``other`` wins where both speak."""
        return Modifier(
            other.fixed or self.fixed,
            other.start or self.start,
            other.label or self.label,
            other.equal or self.equal,
            other.lower or self.lower,
            other.upper or self.upper,
        )

    def texts(self) -> list[str]:
        """Return the modifiers as they are written before ``*``."""
        written: list[str] = []
        if self.fixed:
            written.append(_vector(["NA" if v is None else number_text(v) for v in self.fixed]))
        for name in ("start", "lower", "upper"):
            values: tuple[float, ...] = getattr(self, name)
            if values:
                written.append(f"{name}({','.join(map(number_text, values))})")
        if self.label:
            written.append(_vector([f'"{v}"' if not v else quoted(v) for v in self.label]))
        if self.equal:
            written.append("equal(" + ",".join(f'"{v}"' for v in self.equal) + ")")
        return written


def _vector(entries: list[str]) -> str:
    return entries[0] if len(entries) == 1 else f"c({','.join(entries)})"


@dataclass(frozen=True, slots=True)
class Formula:
    """One parameter the user wrote: ``lhs op rhs`` with its modifiers.

    ``op`` is one of ``=~ ~ ~~ ~1 <~ | ~*~``; ``rhs`` is "" for ``~1``, ``t1``, ``t2`` … for
    ``|``. ``line`` and ``column`` say where, for messages; they do not count in ==.
    """

    lhs: str
    op: str
    rhs: str
    modifier: Modifier = Modifier()
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)

    def text(self) -> str:
        """Return the formula as lavaan text, one line."""
        right = "1" if self.op == "~1" else _variable(self.rhs)
        op = "~" if self.op == "~1" else self.op
        factors = [f"{text}*{right}" for text in self.modifier.texts()] or [right]
        return f"{_variable(self.lhs)} {op} {' + '.join(factors)}"


def _variable(name: str) -> str:
    """Return a variable as written; an interaction ``a:b`` keeps its colon."""
    parts = name.split(":")
    if len(parts) == 2 and all(parts):
        return ":".join(quoted(part) for part in parts)
    return quoted(name)


@dataclass(frozen=True, slots=True)
class Constraint:
    """``left op right`` on labels, op one of ``== < >``."""

    left: Expression
    op: str
    right: Expression

    def text(self) -> str:
        """Return the constraint as lavaan text."""
        return f"{write(self.left)} {self.op} {write(self.right)}"


@dataclass(frozen=True, slots=True)
class Definition:
    """``name := expression``."""

    name: str
    expression: Expression

    def text(self) -> str:
        """Return the definition as lavaan text."""
        return f"{quoted(self.name)} := {write(self.expression)}"


@dataclass(frozen=True, slots=True)
class Specification:
    """Everything a model text says, in the order written."""

    formulas: tuple[Formula, ...]
    constraints: tuple[Constraint, ...] = ()
    definitions: tuple[Definition, ...] = ()

    def text(self) -> str:
        """Return lavaan syntax that :func:`analysis.sem.syntax.parse` reads back equal."""
        texts = [formula.text() for formula in self.formulas]
        texts += [constraint.text() for constraint in self.constraints]
        texts += [definition.text() for definition in self.definitions]
        return "\n".join(texts)

    def __str__(self) -> str:
        return self.text()
