"""From a parameter vector to implied moments and their derivatives.

The model is written for all variables at once, observed and latent (McArdle and McDonald's
RAM form):  v = m + A v + K x + e,  Cov(e) = S, with

* A: loadings (row = indicator, column = factor) and paths (row = dependent),
* S: variances and covariances, m: intercepts and means,
* K: slopes on conditioned x (only with ``conditional_x``),
* tau, delta: thresholds and scaling factors of ordered variables.

With C = (I - A)^-1 and L = the rows of C that belong to observed variables,

    Sigma = L S L',   mu = L m,   slopes = L K.

Every derivative of Sigma is a symmetrized rank-one matrix  dSigma_a = u_a v_a' + v_a u_a':

* A[i, j]: u = L[:, i], v = M[:p, j] with M = C S C'   (loading or path);
* S[i, j]: u = L[:, i], v = L[:, j], half of it on the diagonal.

So U and V (p x q) hold all derivatives; docs/methods/sem.md, section 导数.
Everything works on one parameter vector or on a stack of them (leading axes), which is what
the batched bootstrap uses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.categorical.scaling import residual_variances, scaling_factors
from analysis.sem.moments import Array, GroupMoments, IndexArray, SampleMoments, vech_index
from analysis.sem.positive_definite import factorise

if TYPE_CHECKING:
    from analysis.sem.parameter_table import ParameterTable, Row


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Where free parameters sit in one matrix: ``matrix[rows, columns] = theta[parameters]``.

    ``local`` are their positions among the group's own parameters
    (``GroupStructure.parameters``).
    """

    rows: IndexArray
    columns: IndexArray
    parameters: IndexArray
    local: IndexArray

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class GroupStructure:
    """The matrices of one group: fixed values and the places of free parameters.

    Args:
        observed: names of the p observed variables, the first p of ``variables``.
        parameters: indices into theta of the parameters that act in this group, ascending.
        A, S, m, K, tau, delta: fixed values, 0 where free. K is (nv, nx); tau has one entry
            per threshold in the order of ``threshold_of`` (index into observed); delta one
            per observed variable, 1 for continuous ones.
        of_A, of_S, ...: places of the free parameters (vectors use ``rows`` only).
        depth: length of the longest chain of paths, -1 when the model has loops.
    """

    observed: tuple[str, ...]
    variables: tuple[str, ...]
    x_names: tuple[str, ...]
    ordered: IndexArray
    parameters: IndexArray
    A: Array
    S: Array
    m: Array
    K: Array
    tau: Array
    delta: Array
    threshold_of: IndexArray
    of_A: Cells  # noqa: N815
    of_S: Cells  # noqa: N815
    of_m: Cells
    of_K: Cells  # noqa: N815
    of_tau: Cells
    of_delta: Cells
    is_theta: bool = False
    depth: int = -1

    @property
    def p(self) -> int:
        """Number of observed variables."""
        return len(self.observed)


@dataclass(frozen=True, eq=False)
class GroupState:
    """The matrices at one theta (or a stack), and the implied moments.

    Sigma, mu, slopes and M are those of the unscaled variables (latent responses of ordered
    ones); S holds the residual variances of ordered variables, delta their scaling factors,
    whichever of the two follow from the other (analysis.sem.categorical.scaling).
    """

    A: Array
    S: Array
    m: Array
    K: Array
    tau: Array
    delta: Array
    C: Array
    L: Array
    M: Array
    Sigma: Array
    mu: Array
    slopes: Array
    eta: Array
    """C m: means of all variables."""

    @cached_property
    def inverse(self) -> tuple[Array, float] | None:
        """Inverse and log determinant of Sigma; None when it is not positive definite."""
        return inverse_and_log_det(self.Sigma)


def inverse_and_log_det(sigma: Array) -> tuple[Array, float] | None:
    """Return the inverse and log determinant; None when not positive definite."""
    factor = factorise(sigma)
    if factor is None:
        return None
    log_det = factor.log_det()
    return (factor.inverse(), log_det) if np.isfinite(log_det) else None


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """Derivatives by the group's own parameters (columns in ``GroupStructure.parameters``).

    dSigma_a = U[:, a] V[:, a]' + V[:, a] U[:, a]';  dmu[:, a];  dslopes[:, :, a] or None.
    Columns of tau and delta parameters are 0 here.
    """

    U: Array
    V: Array
    dmu: Array
    dslopes: Array | None = None

    def vech_jacobian(self) -> Array:
        """Return d vech(Sigma) / d parameters, (p (p + 1) / 2, q)."""
        rows, columns = vech_index(self.U.shape[-2])
        U, V = self.U, self.V
        return U[..., rows, :] * V[..., columns, :] + V[..., rows, :] * U[..., columns, :]


def build_structures(table: ParameterTable, moments: SampleMoments) -> tuple[GroupStructure, ...]:
    """Return the matrices of every group; moments of fixed x come from the sample."""
    return tuple(
        _with_sample(*_template(table, group + 1), moments.groups[group])
        for group in range(table.n_groups)
    )


def _with_sample(
    template: GroupStructure, of_x: tuple[tuple[str, int, int, Row], ...], sample: GroupMoments
) -> GroupStructure:
    """Return the structure with the sample moments of fixed x in their places."""
    if not of_x:
        return template
    S, m = template.S.copy(), template.m.copy()
    for matrix, i, j, row in of_x:
        value = _from_sample(row, sample)
        if matrix == "S":
            S[i, j] = S[j, i] = value
        else:
            m[i] = value
    return replace(template, S=S, m=m)


def _matrix_of(row: Row) -> str:
    return {"=~": "A", "~": "A", "<~": "A", "~~": "S", "~1": "m", "|": "tau", "~*~": "delta"}[
        row.op
    ]


@lru_cache(maxsize=128)
def _template(
    table: ParameterTable, group: int
) -> tuple[GroupStructure, tuple[tuple[str, int, int, Row], ...]]:
    """Return the matrices of one group without data, and the cells that x will fill."""
    x_names = table.variables.exogenous if table.is_conditional else ()
    observed = tuple(name for name in table.variables.observed if name not in x_names)
    variables = (*observed, *table.variables.latent)
    place = {name: index for index, name in enumerate(variables)}
    x_place = {name: index for index, name in enumerate(x_names)}
    thresholds = _threshold_order(table, group, observed)
    sizes = {
        "A": (len(variables), len(variables)),
        "S": (len(variables), len(variables)),
        "m": (len(variables), 1),
        "K": (len(variables), len(x_names)),
        "tau": (len(thresholds), 1),
        "delta": (len(observed), 1),
    }
    fixed = {name: np.zeros(shape) for name, shape in sizes.items()}
    fixed["delta"][:] = 1.0
    sites: dict[str, list[tuple[int, int, int]]] = {name: [] for name in sizes}
    of_x: list[tuple[str, int, int, Row]] = []
    position = {index: free for free, index in enumerate(table.free)}
    for index, row in enumerate(table.rows):
        site = _site(row, place, x_place, thresholds) if row.group == group else None
        if site is None:
            continue
        matrix, i, j = site
        if row.is_free:
            sites[matrix].append((i, j, position[index]))
        elif row.value != row.value:
            of_x.append((matrix, i, j, row))
        else:
            fixed[matrix][i, j] = row.value
            if matrix == "S":
                fixed[matrix][j, i] = row.value
    names = _Names(observed, variables, x_names)
    threshold_of = np.array([place[name] for name, _ in thresholds], dtype=np.intp)
    return _assembled(table, names, fixed, sites, threshold_of), tuple(of_x)


@dataclass(frozen=True, slots=True)
class _Names:
    observed: tuple[str, ...]
    variables: tuple[str, ...]
    x: tuple[str, ...]


def _assembled(
    table: ParameterTable,
    names: _Names,
    fixed: dict[str, Array],
    sites: dict[str, list[tuple[int, int, int]]],
    threshold_of: IndexArray,
) -> GroupStructure:
    parameters = np.array(sorted(s[2] for cells in sites.values() for s in cells), dtype=np.intp)
    cells = {name: _cells(found, parameters) for name, found in sites.items()}
    place = {name: index for index, name in enumerate(names.observed)}
    return GroupStructure(
        observed=names.observed,
        variables=names.variables,
        x_names=names.x,
        ordered=np.array([place[n] for n in table.variables.ordered], dtype=np.intp),
        parameters=parameters,
        A=fixed["A"],
        S=fixed["S"],
        m=fixed["m"][:, 0],
        K=fixed["K"],
        tau=fixed["tau"][:, 0],
        delta=fixed["delta"][:, 0],
        threshold_of=threshold_of,
        of_A=cells["A"],
        of_S=cells["S"],
        of_m=cells["m"],
        of_K=cells["K"],
        of_tau=cells["tau"],
        of_delta=cells["delta"],
        is_theta=table.is_theta,
        depth=path_depth(_pattern(fixed["A"], cells["A"])),
    )


def _pattern(fixed: Array, cells: Cells) -> Array:
    pattern = fixed.copy()
    pattern[cells.rows, cells.columns] = 1.0
    return pattern


def _threshold_order(
    table: ParameterTable, group: int, observed: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Return (variable, t_k) of every threshold: by variable in model order, then by k."""
    rows = [row for row in table.rows if row.group == group and row.op == "|"]
    rows.sort(key=lambda row: (observed.index(row.lhs), int(row.rhs[1:])))
    return [(row.lhs, row.rhs) for row in rows]


def _site(
    row: Row,
    place: dict[str, int],
    x_place: dict[str, int],
    thresholds: list[tuple[str, str]],
) -> tuple[str, int, int] | None:
    """Return matrix, row and column of a parameter; None for moments of conditioned x."""
    if row.op == "|":
        return "tau", thresholds.index((row.lhs, row.rhs)), 0
    if row.op == "=~":
        return "A", place[row.rhs], place[row.lhs]
    if row.lhs in x_place:
        return None
    if row.op in ("~", "<~") and row.rhs in x_place:
        return "K", place[row.lhs], x_place[row.rhs]
    column = 0 if row.op in ("~1", "~*~") else place[row.rhs]
    return _matrix_of(row), place[row.lhs], column


def _from_sample(row: Row, sample: GroupMoments) -> float:
    """Return the sample moment of fixed x."""
    i = sample.names.index(row.lhs)
    return float(sample.mean[i] if row.op == "~1" else sample.cov[i, sample.names.index(row.rhs)])


def _cells(found: list[tuple[int, int, int]], parameters: IndexArray) -> Cells:
    array = np.array(found, dtype=np.intp).reshape(-1, 3)
    return Cells(array[:, 0], array[:, 1], array[:, 2], np.searchsorted(parameters, array[:, 2]))


def evaluate(structure: GroupStructure, theta: Array) -> GroupState:
    """Return matrices and implied moments at ``theta`` (..., number of free rows)."""
    A = _filled(structure.A, structure.of_A, theta)
    S = _filled(structure.S, structure.of_S, theta, symmetric=True)
    m = _filled_vector(structure.m, structure.of_m, theta)
    K = _filled(structure.K, structure.of_K, theta)
    p = structure.p
    C = _inverse_of_paths(A, structure.depth)
    L = C[..., :p, :]
    delta = _filled_vector(structure.delta, structure.of_delta, theta)
    is_delta = len(structure.ordered) > 0 and not structure.is_theta
    if is_delta:
        S = residual_variances(S, L, delta, structure.ordered)
    M = C @ S @ np.swapaxes(C, -1, -2)
    if structure.is_theta:
        delta = scaling_factors(M[..., :p, :p], delta, structure.ordered)
    eta = (C @ m[..., None])[..., 0]
    return GroupState(
        A=A,
        S=S,
        m=m,
        K=K,
        tau=_filled_vector(structure.tau, structure.of_tau, theta),
        delta=delta,
        C=C,
        L=L,
        M=M,
        Sigma=M[..., :p, :p],
        mu=eta[..., :p],
        slopes=L @ K,
        eta=eta,
    )


def _inverse_of_paths(A: Array, depth: int) -> Array:
    """Return (I - A)^-1; without loops it is the finite sum I + A + A^2 + ..."""
    unit = np.eye(A.shape[-1])
    if depth < 0:
        return np.asarray(np.linalg.inv(unit - A))
    C = unit + A
    for _ in range(depth - 1):
        C = unit + A @ C
    return C


def path_depth(A: Array) -> int:
    """Return the length of the longest chain of nonzero paths, -1 with loops or beyond 6."""
    pattern = (A != 0).astype(np.float64)
    power = pattern
    for depth in range(7):
        if not power.any():
            return depth
        power = (power @ pattern > 0).astype(np.float64)
    return -1


def _filled(fixed: Array, cells: Cells, theta: Array, *, symmetric: bool = False) -> Array:
    if theta.ndim > 1 and fixed.ndim == 2:
        fixed = np.broadcast_to(fixed, (*theta.shape[:-1], *fixed.shape))
    if not len(cells):
        return fixed
    matrix = fixed.copy()
    values = theta[..., cells.parameters]
    matrix[..., cells.rows, cells.columns] = values
    if symmetric:
        matrix[..., cells.columns, cells.rows] = values
    return matrix


def _filled_vector(fixed: Array, cells: Cells, theta: Array) -> Array:
    if theta.ndim > 1 and fixed.ndim == 1:
        fixed = np.broadcast_to(fixed, (*theta.shape[:-1], *fixed.shape))
    if not len(cells):
        return fixed
    vector = fixed.copy()
    vector[..., cells.rows] = theta[..., cells.parameters]
    return vector


def directions(structure: GroupStructure, state: GroupState) -> Directions:
    """Return the rank-one derivatives of Sigma and the derivatives of mu and slopes."""
    return _directions(structure, state, structure.p)


def directions_of_all(structure: GroupStructure, state: GroupState) -> Directions:
    """Return the same for the moments of all variables, latent ones too: U, V are (nv, q)."""
    return _directions(structure, state, len(structure.variables))


def _directions(structure: GroupStructure, state: GroupState, p: int) -> Directions:
    q = len(structure.parameters)
    L = state.C[..., :p, :]
    lead = L.shape[:-2]
    U, V, dmu = np.zeros((*lead, p, q)), np.zeros((*lead, p, q)), np.zeros((*lead, p, q))
    a, s, m = structure.of_A, structure.of_S, structure.of_m
    U[..., a.local] = L[..., a.rows]
    V[..., a.local] = state.M[..., :p, :][..., a.columns]
    if state.eta.any():
        dmu[..., a.local] = L[..., a.rows] * state.eta[..., None, a.columns]
    U[..., s.local] = L[..., s.rows] * np.where(s.rows == s.columns, 0.5, 1.0)
    V[..., s.local] = L[..., s.columns]
    dmu[..., m.local] = L[..., m.rows]
    return Directions(U, V, dmu, _slope_derivatives(structure, state, L))


def _slope_derivatives(structure: GroupStructure, state: GroupState, L: Array) -> Array | None:
    """Return d slopes / d parameters, (p, nx, q): A acts through C, K directly."""
    if not structure.x_names:
        return None
    found = np.zeros((len(L), len(structure.x_names), len(structure.parameters)))
    a, k = structure.of_A, structure.of_K
    effect = state.C @ state.K
    found[:, :, a.local] = np.einsum("ia,ax->ixa", L[:, a.rows], effect[a.columns])
    found[:, k.columns, k.local] = L[:, k.rows]
    return found


def second_order(
    structure: GroupStructure, state: GroupState, by_sigma: Array, by_mu: Array
) -> Array:
    """Return sum over moments of weight x second derivative, (q, q).

    Args:
        by_sigma: symmetric weights G (p, p): the sum runs over tr(G d2Sigma).
        by_mu: weights w (p,): plus w' d2mu.

    With Y = C'F'GFC and X = Y S C' (all variables), z = C'F'w, eta = C m:
    A-A: 2 (C_li X_kj + Y_ik M_lj + X_il C_jk) + C_li z_k eta_j + z_i C_jk eta_l,
    A-S: 2 (Y_ik C_jl + Y_il C_jk), half on the diagonal of S;  m-A: C_li z_k.
    """
    q = len(structure.parameters)
    C, M, L = state.C, state.M, state.L
    Y = L.T @ by_sigma @ L
    X = L.T @ (by_sigma @ M[: structure.p])
    z = L.T @ by_mu
    a, s, m = structure.of_A, structure.of_S, structure.of_m
    i, j = a.rows, a.columns
    H = np.zeros((q, q))
    if not len(a):
        return H
    C_j, Y_i = C[j], Y[i]
    C_ab = C_j[:, i]
    half = X[i][:, j] * C_ab
    if by_mu.any():
        half = half + 0.5 * np.outer(z[i], state.eta[j]) * C_ab
    H_aa = Y_i[:, i] * M[j][:, j] + half
    H_aa += half.T
    H_aa *= 2
    _put(H, a, a, H_aa)
    if len(s):
        k, l = s.rows, s.columns  # noqa: E741
        H_as = Y_i[:, k] * C_j[:, l] + Y_i[:, l] * C_j[:, k]
        H_as *= np.where(k == l, 1.0, 2.0)
        _put(H, a, s, H_as)
        _put(H, s, a, H_as.T)
    if len(m):
        H_am = C_j[:, m.rows] * z[i][:, None]
        _put(H, a, m, H_am)
        _put(H, m, a, H_am.T)
    return H


def _put(H: Array, rows: Cells, columns: Cells, values: Array) -> None:
    H[rows.local[:, None], columns.local] = values
