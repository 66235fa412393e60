"""Direct, indirect and total effects of every variable on every other, listed by themselves.

With B the matrix of structural paths among all variables (loadings left out), total effects
are (I - B)^-1 - I; a specific indirect effect is the product of the paths along one route.
Errors by the delta method; bootstrap intervals when the result has draws. Bollen (1987).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.distributions import normal_quantile, two_sided
from analysis.sem.standardized import standardize

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.model_matrices import GroupStructure
    from analysis.sem.moments import Array
    from analysis.sem.result import SemResult

MOST_ROUTES = 2000
"""Specific indirect effects listed at most; networks of paths can have more."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """One structural path: from, to (positions), its value and free position (-1 if fixed)."""

    source: int
    target: int
    value: float
    parameter: int


def effects(result: SemResult, *, specific: bool = True) -> pd.DataFrame:
    """Return all effects among variables joined by structural paths.

    Columns ``group from to via kind est se z p ci_low ci_high std_all``; ``kind`` is direct,
    specific (one route, ``via`` the variables on it), indirect (sum of routes) or total. With
    loops in the model, total and indirect effects are those of the converged series and no
    routes are listed.
    """
    import pandas as pd

    result.require_inference()
    rows: list[tuple[object, ...]] = []
    for g, structure in enumerate(result.problem.structures):
        rows += _group_effects(result, g, structure, specific=specific)
    names = [
        "group",
        "from",
        "to",
        "via",
        "kind",
        "est",
        "se",
        "z",
        "p",
        "ci_low",
        "ci_high",
        "std_all",
    ]
    return pd.DataFrame(rows, columns=names)


def _edges(result: SemResult, g: int, structure: GroupStructure, values: Array) -> list[_Edge]:
    table = result.problem.table
    place = {name: k for k, name in enumerate(structure.variables)}
    place |= {name: len(structure.variables) + k for k, name in enumerate(structure.x_names)}
    position = {index: k for k, index in enumerate(table.free)}
    found = []
    for index, row in enumerate(table.rows):
        if row.group == g + 1 and row.op in ("~", "<~"):
            found.append(
                _Edge(place[row.rhs], place[row.lhs], float(values[index]), position.get(index, -1))
            )
    return found


def _group_effects(
    result: SemResult, g: int, structure: GroupStructure, *, specific: bool
) -> list[tuple[object, ...]]:
    n_rows = len(result.problem.table.rows)
    raw = np.asarray(result.columns["est"])[:n_rows]
    states = result.problem.states(result.theta)
    standard = standardize(result.problem, result.theta, states, kind="all").values[:n_rows]
    names = (*structure.variables, *structure.x_names)
    edges, std_edges = (_edges(result, g, structure, v) for v in (raw, standard))
    total, slopes = _totals(edges, len(names), len(result.theta))
    std_total, _ = _totals(std_edges, len(names), 0)
    direct = {(e.source, e.target): e for e in edges}
    std_direct = {(e.source, e.target): e.value for e in std_edges}
    routes = _routes(edges) if specific else []
    rows: list[tuple[object, ...]] = []
    for source in range(len(names)):
        for target in range(len(names)):
            if source == target or not _is_reached(edges, source, target):
                continue
            row = _Writer(result, g, names[source], names[target])
            est, slope = total[target, source], slopes[target, source]
            edge = direct.get((source, target))
            own = np.zeros(len(result.theta))
            if edge is not None:
                if edge.parameter >= 0:
                    own[edge.parameter] = 1.0
                rows.append(row.line("direct", "", edge.value, own, std_direct[source, target]))
            between = [r for r in routes if r[0] == source and r[-1] == target and len(r) > 2]
            for route in between:
                value, gradient = _along(route, direct, len(result.theta))
                standardized = float(np.prod([std_direct[p] for p in pairwise(route)]))
                via = " → ".join(names[k] for k in route[1:-1])
                rows.append(row.line("specific", via, value, gradient, standardized))
            base = edge.value if edge is not None else 0.0
            std_base = std_direct.get((source, target), 0.0)
            if edge is None or between or (not routes and abs(est - base) > 1e-12):
                rows.append(
                    row.line(
                        "indirect",
                        "",
                        est - base,
                        slope - own,
                        std_total[target, source] - std_base,
                    )
                )
            rows.append(row.line("total", "", est, slope, std_total[target, source]))
    return rows


class _Writer:
    """Writes the lines of one pair of variables."""

    def __init__(self, result: SemResult, g: int, source: str, target: str) -> None:
        self.result = result
        self.start = (result.group_labels[g], source, target)

    def line(
        self, kind: str, via: str, est: float, slope: Array, standardized: float
    ) -> tuple[object, ...]:
        inference = self.result.inference
        covariance = None if inference is None else inference.covariance
        se = float("nan")
        if covariance is not None:
            se = float(np.sqrt(max(float(slope @ covariance @ slope), 0.0)))
        z = est / se if se > 0 else float("nan")
        half = normal_quantile(0.5 + self.result.options.confidence / 2) * se
        p = float(two_sided(np.array([z]))[0])
        return (
            *self.start,
            via,
            kind,
            float(est),
            se,
            z,
            p,
            est - half,
            est + half,
            float(standardized),
        )


def _totals(edges: list[_Edge], n: int, q: int) -> tuple[Array, Array]:
    """Return T = (I - B)^-1 - I and dT by theta, (n, n, q)."""
    B = np.zeros((n, n))
    for edge in edges:
        B[edge.target, edge.source] = edge.value
    C = np.linalg.inv(np.eye(n) - B)
    slopes = np.zeros((n, n, q))
    for edge in edges:
        if q and edge.parameter >= 0:
            slopes[:, :, edge.parameter] += np.outer(C[:, edge.target], C[edge.source])
    return C - np.eye(n), slopes


def _is_reached(edges: list[_Edge], source: int, target: int) -> bool:
    seen, frontier = {source}, [source]
    while frontier:
        here = frontier.pop()
        for edge in edges:
            if edge.source == here and edge.target not in seen:
                if edge.target == target:
                    return True
                seen.add(edge.target)
                frontier.append(edge.target)
    return False


def _routes(edges: list[_Edge]) -> list[tuple[int, ...]]:
    """Return every route of two or more steps; none when the paths form a loop."""
    following: dict[int, list[int]] = {}
    for edge in edges:
        following.setdefault(edge.source, []).append(edge.target)
    found: list[tuple[int, ...]] = []
    stack: list[tuple[int, ...]] = [(start,) for start in sorted(following)]
    while stack:
        route = stack.pop()
        for target in following.get(route[-1], ()):
            if target in route:
                return []
            longer = (*route, target)
            if len(longer) > 2:
                found.append(longer)
                if len(found) > MOST_ROUTES:
                    return found
            stack.append(longer)
    return sorted(found)


def _along(
    route: tuple[int, ...], direct: dict[tuple[int, int], _Edge], q: int
) -> tuple[float, Array]:
    """Return the product of the paths along a route and its gradient."""
    path = [direct[pair] for pair in pairwise(route)]
    values = np.array([edge.value for edge in path])
    gradient = np.zeros(q)
    for k, edge in enumerate(path):
        if edge.parameter >= 0:
            gradient[edge.parameter] += float(np.prod(np.delete(values, k)))
    return float(values.prod()), gradient
