"""Equality and inequality constraints among parameters, and defined parameters.

Labels that occur twice and linear ``==`` are solved once and for all: every theta is
``origin + basis @ alpha`` with alpha unconstrained. Nonlinear ``==`` and all ``<``, ``>`` and
bounds stay functions of theta with analytic Jacobians.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.errors import SemError
from analysis.sem.syntax.expressions import (
    Call,
    Expression,
    Name,
    Number,
    Value,
    gradient,
    is_linear,
    names_in,
    write,
)

if TYPE_CHECKING:
    from analysis.sem.moments import Array
    from analysis.sem.parameter_table import ParameterTable


@dataclass(frozen=True, slots=True, eq=False)
class Functions:
    """Expressions as functions of theta.

    Args:
        expressions: definitions already put in place of their names.
        free: label → position in theta; fixed: label → value.
    """

    expressions: tuple[Expression, ...]
    free: Mapping[str, int]
    fixed: Mapping[str, float]

    def __len__(self) -> int:
        return len(self.expressions)

    def _values(self, theta: Array) -> dict[str, Value]:
        values: dict[str, Value] = dict(self.fixed)
        values.update({label: theta[..., index] for label, index in self.free.items()})
        return values

    def value(self, theta: Array) -> Array:
        """Return the values, (..., number of expressions)."""
        values = self._values(theta)
        lead = theta.shape[:-1]
        found = [
            np.broadcast_to(np.asarray(gradient(e, values)[0]), lead) for e in self.expressions
        ]
        return np.stack(found, axis=-1) if found else np.zeros((*lead, 0))

    def jacobian(self, theta: Array) -> Array:
        """Return the derivatives by theta, (number of expressions, len(theta))."""
        values = self._values(theta)
        J = np.zeros((len(self.expressions), len(theta)))
        for k, expression in enumerate(self.expressions):
            for label, slope in gradient(expression, values)[1].items():
                if label in self.free:
                    J[k, self.free[label]] += float(np.asarray(slope))
        return J


@dataclass(frozen=True, slots=True, eq=False)
class Constraints:
    """The constraints of one model.

    Args:
        origin, basis: theta = origin + basis alpha satisfies labels and linear equalities;
            ``basis`` is None when every free row is its own parameter.
        equalities: nonlinear, = 0; inequalities: >= 0.
        defined: ``:=`` in order; ``defined_names``: their names.
        equal_rows: pairs (first, other) of free positions that share a label or key, then
            ``linear_rows``: (rows, constants) of the linear ``==`` the user wrote.
    """

    origin: Array
    basis: Array | None
    equalities: Functions
    inequalities: Functions
    defined: Functions
    defined_names: tuple[str, ...]
    equal_rows: tuple[tuple[int, int], ...]
    linear_rows: Array
    linear_constants: Array

    @property
    def n_free(self) -> int:
        """Free rows."""
        return len(self.origin)

    @property
    def n_alpha(self) -> int:
        """Free parameters after linear equalities."""
        return self.n_free if self.basis is None else self.basis.shape[1]

    @property
    def n_parameters(self) -> int:
        """npar: free rows less independent equality constraints."""
        return self.n_alpha - len(self.equalities)

    @property
    def is_linear(self) -> bool:
        """Return whether nothing but labels and linear equalities binds."""
        return len(self.equalities) == 0 and len(self.inequalities) == 0

    def theta(self, alpha: Array) -> Array:
        """Return theta of alpha."""
        return alpha if self.basis is None else self.origin + self.basis @ alpha

    def alpha(self, theta: Array) -> Array:
        """Return the alpha whose theta is nearest."""
        if self.basis is None:
            return theta
        right = self.basis.T @ (theta - self.origin)
        return np.asarray(np.linalg.solve(self.basis.T @ self.basis, right))

    def reduce(self, gradient_or_rows: Array) -> Array:
        """Return a gradient (q,) or rows (k, q) by alpha."""
        return gradient_or_rows if self.basis is None else gradient_or_rows @ self.basis

    def reduce_matrix(self, H: Array) -> Array:
        """Return basis' H basis."""
        return H if self.basis is None else self.basis.T @ H @ self.basis

    def tangent(self, theta: Array) -> Array | None:
        """Return a basis of the directions that all equalities and active inequalities leave.

        None means all directions.
        """
        J = self.active_jacobian(theta)
        if len(J) == 0:
            return self.basis
        basis = np.eye(self.n_free) if self.basis is None else self.basis
        return basis @ null_space(J @ basis)

    def active_jacobian(self, theta: Array) -> Array:
        """Return the Jacobian of nonlinear equalities and inequalities that bind."""
        rows = [self.equalities.jacobian(theta)]
        if len(self.inequalities):
            slack = self.inequalities.value(theta)
            active = slack < ACTIVE * (1 + np.abs(theta).max(initial=0.0))
            rows.append(self.inequalities.jacobian(theta)[active])
        return np.concatenate(rows)


ACTIVE = 1e-7
"""Slack below which an inequality counts as binding."""


def null_space(rows: Array) -> Array:
    """Return an orthonormal basis of the vectors that every row annihilates."""
    _, singular, right = np.linalg.svd(rows)
    rank = int(np.sum(singular > 1e-10 * max(1.0, float(singular.max(initial=0.0)))))
    return np.asarray(right[rank:].T)


@lru_cache(maxsize=64)
def build_constraints(table: ParameterTable) -> Constraints:
    """Return the constraints of a parameter table.

    Raises:
        SemError: unknown labels, contradictory constraints, a definition of itself.
    """
    position = {index: k for k, index in enumerate(table.free)}
    free = {name: position[i] for name, i in table.labelled.items() if i in position}
    fixed = {n: table.rows[i].value for n, i in table.labelled.items() if i not in position}
    definitions = _definitions(table)

    def functions(expressions: list[Expression]) -> Functions:
        used = {name for expression in expressions for name in names_in(expression)}
        unknown = tuple(sorted(used - free.keys() - fixed.keys()))
        if unknown:
            raise SemError("unknown_label", names=unknown, known=_labels(table))
        return Functions(
            tuple(expressions),
            {name: free[name] for name in used if name in free},
            {name: fixed[name] for name in used if name in fixed},
        )

    equal, unequal = _split_constraints(table, definitions)
    unequal += _bounds(table)
    functions(equal)
    linear = [e for e in equal if is_linear(e)]
    nonlinear = [e for e in equal if not is_linear(e)]
    rows, constants = _linear_rows(functions(linear), len(table.free))
    pairs = _equal_rows(table)
    origin, basis = _solve(pairs, rows, constants, len(table.free), linear)
    return Constraints(
        origin=origin,
        basis=basis,
        equalities=functions(nonlinear),
        inequalities=functions(unequal),
        defined=functions(list(definitions.values())),
        defined_names=tuple(definitions),
        equal_rows=pairs,
        linear_rows=rows,
        linear_constants=constants,
    )


def _labels(table: ParameterTable) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.label for row in table.rows if row.label))[:12]


def _definitions(table: ParameterTable) -> dict[str, Expression]:
    """Return every definition with earlier definitions put in place of their names."""
    done: dict[str, Expression] = {}
    own = {definition.name for definition in table.definitions}
    if len(own) < len(table.definitions):
        names = [definition.name for definition in table.definitions]
        raise SemError(
            "defined_twice", names=tuple(sorted({n for n in names if names.count(n) > 1}))
        )
    pending = list(table.definitions)
    while pending:
        ready = [d for d in pending if not (set(names_in(d.expression)) & own) - done.keys()]
        if not ready:
            raise SemError("circular_definition", names=tuple(d.name for d in pending))
        for definition in ready:
            done[definition.name] = _substituted(definition.expression, done)
        pending = [d for d in pending if d not in ready]
    return {definition.name: done[definition.name] for definition in table.definitions}


def _substituted(node: Expression, known: Mapping[str, Expression]) -> Expression:
    if isinstance(node, Name):
        return known.get(node.name, node)
    if isinstance(node, Call):
        return Call(node.function, tuple(_substituted(a, known) for a in node.arguments))
    return node


def _split_constraints(
    table: ParameterTable, definitions: Mapping[str, Expression]
) -> tuple[list[Expression], list[Expression]]:
    """Return what must be 0 and what must be at least 0."""
    equal: list[Expression] = []
    unequal: list[Expression] = []
    for constraint in table.constraints:
        left = _substituted(constraint.left, definitions)
        right = _substituted(constraint.right, definitions)
        if constraint.op == "==":
            equal.append(Call("-", (left, right)))
        elif constraint.op == ">":
            unequal.append(Call("-", (left, right)))
        else:
            unequal.append(Call("-", (right, left)))
    return equal, unequal


def _bounds(table: ParameterTable) -> list[Expression]:
    found: list[Expression] = []
    for index in table.free:
        row = table.rows[index]
        if math.isfinite(row.lower):
            found.append(Call("-", (Name(row.name), Number(row.lower))))
        if math.isfinite(row.upper):
            found.append(Call("-", (Number(row.upper), Name(row.name))))
    return found


def _equal_rows(table: ParameterTable) -> tuple[tuple[int, int], ...]:
    first: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    for k, index in enumerate(table.free):
        key = table.rows[index].key
        if key in first:
            pairs.append((first[key], k))
        else:
            first[key] = k
    return tuple(pairs)


def _linear_rows(functions: Functions, n_free: int) -> tuple[Array, Array]:
    """Return A and b of the linear equalities A theta + b = 0."""
    zero = np.zeros(n_free)
    return functions.jacobian(zero), functions.value(zero)


def _solve(
    pairs: tuple[tuple[int, int], ...],
    rows: Array,
    constants: Array,
    n_free: int,
    expressions: list[Expression],
) -> tuple[Array, Array | None]:
    """Return origin and basis of {theta: shared rows equal, A theta + b = 0}."""
    if not pairs and len(rows) == 0:
        return np.zeros(n_free), None
    leader = {other: first for first, other in pairs}
    own = [k for k in range(n_free) if k not in leader]
    place = {k: column for column, k in enumerate(own)}
    shared = np.zeros((n_free, len(own)))
    for k in range(n_free):
        shared[k, place[leader.get(k, k)]] = 1.0
    if len(rows) == 0:
        return np.zeros(n_free), shared
    origin, basis = _eliminate(rows @ shared, constants, expressions)
    return shared @ origin, shared @ basis


def _eliminate(A: Array, b: Array, expressions: list[Expression]) -> tuple[Array, Array]:
    """Solve A x + b = 0 by elimination: x = origin + basis y, basis sparse."""
    A, b = A.copy(), b.copy()
    n = A.shape[1]
    pivots: list[tuple[int, int]] = []
    size = np.abs(A).max(axis=1, initial=0.0)
    for row in range(len(A)):
        if not np.isfinite(A[row]).all() or not np.isfinite(b[row]):
            raise SemError("constraint_undefined", text=write(expressions[row]) + " == 0")
        column = int(np.argmax(np.abs(A[row]))) if n else 0
        if n == 0 or abs(A[row, column]) <= 1e-10 * max(size[row], 1e-300):
            if abs(b[row]) > 1e-8:
                raise SemError("contradictory_constraint", text=write(expressions[row]) + " == 0")
            continue
        b[row] /= A[row, column]
        A[row] /= A[row, column]
        for other in range(len(A)):
            if other != row and A[other, column] != 0:
                factor = A[other, column]
                A[other] -= factor * A[row]
                b[other] -= factor * b[row]
        pivots.append((row, column))
    bound = {column for _, column in pivots}
    free = [k for k in range(n) if k not in bound]
    origin, basis = np.zeros(n), np.zeros((n, len(free)))
    basis[free, np.arange(len(free))] = 1.0
    for row, column in pivots:
        origin[column] = -b[row]
        basis[column] = -A[row, free]
    return origin, basis
