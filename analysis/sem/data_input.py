"""From a table or a covariance matrix to checked numbers, group by group.

Listwise deletion, groups, weights, clusters and products ``a:b`` are made here; what is
wrong with a column is said by name. Moments themselves are computed in
:func:`continuous_moments`; ordered variables and missing values have their own modules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.findings import Finding, Severity, finding
from analysis.sem.errors import SemError
from analysis.sem.moments import GroupMoments, SampleMoments

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.moments import Array, IndexArray
    from analysis.sem.options import SemOptions


@dataclass(frozen=True, eq=False)
class CovarianceInput:
    """Moments in place of raw data, one entry per group.

    Args:
        names: variables, in the order of the matrices.
        covariances: divisor n - 1, as programs print them; a correlation matrix is taken as
            covariances of standardized variables.
        n: cases per group. means: None without a mean structure.
    """

    names: tuple[str, ...]
    covariances: tuple[Array, ...]
    n: tuple[int, ...]
    means: tuple[Array, ...] | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class GroupData:
    """The usable cases of one group: (n, p) values in the order of the names asked for."""

    label: str
    values: Array
    cases: IndexArray
    weights: Array | None
    clusters: IndexArray | None


@dataclass(frozen=True, slots=True, eq=False)
class CaseData:
    """All groups, and how many cases were left out."""

    names: tuple[str, ...]
    groups: tuple[GroupData, ...]
    dropped: int

    @property
    def n(self) -> int:
        """Cases used."""
        return sum(len(group.values) for group in self.groups)


def group_labels(data: pd.DataFrame | CovarianceInput, options: SemOptions) -> tuple[str, ...]:
    """Return the labels of the groups in the order of the options or of the data."""
    if isinstance(data, CovarianceInput):
        count = len(data.covariances)
        return data.labels or (tuple(str(k + 1) for k in range(count)) if count > 1 else ("",))
    if options.group is None:
        return ("",)
    present = dict.fromkeys(_label(v) for v in _column(data, options.group).dropna().unique())
    if options.group_labels:
        absent = tuple(label for label in options.group_labels if label not in present)
        if absent:
            raise SemError("unknown_group", labels=absent, column=options.group)
        return options.group_labels
    labels = tuple(present)
    if len(labels) < 1:
        raise SemError("no_cases", columns=(options.group,))
    if len(labels) > 60:
        raise SemError("too_many_groups", column=options.group, count=len(labels))
    return labels


def _label(value: object) -> str:
    """Return a group label as written: 1 and 1.0 are the same group."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _members(column: Any, labels: tuple[str, ...]) -> IndexArray:
    """Return the position of each case's group in ``labels``, -1 for none of them."""
    place = {label: k for k, label in enumerate(labels)}
    codes, values = column.factorize()
    own: IndexArray = np.array([*(place.get(_label(v), -1) for v in values), -1], dtype=np.intp)
    found: IndexArray = own[codes]  # a missing value has code -1 and takes the last entry
    return found


def _column(data: pd.DataFrame, name: str) -> Any:
    count = sum(column == name for column in data.columns)
    if count == 0:
        raise SemError("unknown_column", name=name)
    if count > 1:
        raise SemError("duplicate_column", name=name)
    return data[name]


def numeric_columns(data: pd.DataFrame, names: Sequence[str]) -> Array:
    """Return the columns as float64, NaN where missing; products for names ``a:b``.

    Raises:
        SemError: unknown, duplicate, text, infinite or all-missing columns, by name.
    """
    columns: set[object] = set(data.columns)
    unknown = [n for n in names if n not in columns and not _is_product(n, columns)]
    if unknown:
        raise SemError(
            "unknown_variable", names=tuple(unknown), suggestions=_similar(unknown, columns)
        )
    values = _numeric_block(data, names) if data.columns.is_unique else None
    if values is None:
        values = np.empty((len(data), len(names)))
        for k, name in enumerate(names):
            values[:, k] = _numbers(data, name, columns)
    _check_values(values, names)
    return values


def _numeric_block(data: pd.DataFrame, names: Sequence[str]) -> Array | None:
    """Return plain numeric columns in one go; None when some need a closer look."""
    place = {name: k for k, name in enumerate(data.columns)}
    if not all(name in place for name in names):
        return None
    # take() by position spares the look-up of labels, most of the cost for a small table
    block = data.take([place[name] for name in names], axis=1).to_numpy()
    return np.array(block, dtype=np.float64) if block.dtype.kind in "fiu" else None


def _is_product(name: str, columns: set[object]) -> bool:
    parts = name.split(":")
    return len(parts) == 2 and all(part in columns for part in parts)


def _numbers(data: pd.DataFrame, name: str, columns: set[object]) -> Array:
    if name not in columns:
        left, right = name.split(":")
        return _numbers(data, left, columns) * _numbers(data, right, columns)
    column = _column(data, name)
    if getattr(column.dtype, "name", "") == "category":
        column = column.astype(column.cat.categories.dtype)
    kind = getattr(column.dtype, "kind", "O")
    if kind in "cMm":
        raise SemError("text_column", names=(name,))
    try:
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError) as trouble:
        raise SemError("text_column", names=(name,)) from trouble


def _similar(unknown: Sequence[str], columns: set[object]) -> tuple[str, ...]:
    from difflib import get_close_matches

    known = [str(column) for column in columns]
    found = [match for name in unknown[:5] for match in get_close_matches(name, known, 1, 0.5)]
    return tuple(dict.fromkeys(found)) or tuple(known[:3])


def _check_values(values: Array, names: Sequence[str]) -> None:
    if len(values) == 0:
        raise SemError("no_cases", columns=tuple(names))
    size = np.abs(values)
    if size.max() < HUGE:  # false with any gap or infinity
        return
    infinite = np.isinf(values).any(axis=0)
    if infinite.any():
        raise SemError("infinite_values", names=_chosen(names, infinite))
    empty = np.isnan(values).all(axis=0)
    if empty.any():
        raise SemError("all_missing", names=_chosen(names, empty))
    huge = (np.nan_to_num(size) >= HUGE).any(axis=0)
    if huge.any():
        raise SemError("infinite_values", names=_chosen(names, huge))


HUGE = 1e70
"""Values from here on overflow when fourth moments are formed; no measurement is as large."""


def _chosen(names: Sequence[str], mask: Any) -> tuple[str, ...]:
    return tuple(name for name, is_chosen in zip(names, mask, strict=True) if is_chosen)


def read_cases(
    data: pd.DataFrame, names: tuple[str, ...], options: SemOptions, *, complete: Sequence[str] = ()
) -> CaseData:
    """Return the usable cases of every group.

    ``listwise`` keeps cases that are complete in ``names``; otherwise a case needs at least
    one value, and a value in each variable of ``complete`` (fixed x).
    """
    values = numeric_columns(data, names)
    missing = np.isnan(values)
    if options.missing == "listwise":
        usable = ~missing.any(axis=1)
    else:
        needed = np.array([name in complete for name in names])
        # FIML keeps a case that answered nothing but fixed x, pairwise deletion does not.
        others = missing if options.missing == "ml" else missing[:, ~needed]
        usable = ~missing[:, needed].any(axis=1) & ~(others.all(axis=1) & (others.shape[1] > 0))
    weights = _weights(data, options)
    clusters = _clusters(data, options)
    labels = group_labels(data, options)
    member = None
    asked = np.ones(len(values), dtype=bool)
    if options.group is not None:
        member = _members(_column(data, options.group), labels)
        asked = member >= 0
    usable &= asked
    if weights is not None and usable.any():
        weights = weights * usable.sum() / weights[usable].sum()
    groups = []
    for k, label in enumerate(labels):
        chosen = usable if member is None else usable & (member == k)
        cases = np.flatnonzero(chosen)
        if len(cases) < 2:
            code = "no_cases_left" if len(labels) == 1 else "group_too_small"
            raise SemError(code, label=label, n=len(cases), names=_worst_missing(names, missing))
        groups.append(
            GroupData(
                label,
                values[cases],
                cases,
                None if weights is None else weights[cases],
                None if clusters is None else clusters[cases],
            )
        )
    return CaseData(names, tuple(groups), int(asked.sum() - usable.sum()))


def _worst_missing(names: Sequence[str], missing: Any) -> tuple[str, ...]:
    order = np.argsort(-missing.sum(axis=0), kind="stable")
    return tuple(names[k] for k in order[:3] if missing[:, k].any())


def _weights(data: pd.DataFrame, options: SemOptions) -> Array | None:
    if options.sampling_weights is None:
        return None
    weights = numeric_columns(data, (options.sampling_weights,))[:, 0]
    if np.isnan(weights).any() or (weights < 0).any() or weights.sum() <= 0:
        raise SemError("bad_weights", name=options.sampling_weights)
    return weights


def _clusters(data: pd.DataFrame, options: SemOptions) -> IndexArray | None:
    if options.cluster is None:
        return None
    column = _column(data, options.cluster)
    if column.isna().any():
        raise SemError("missing_cluster", name=options.cluster)
    _, codes = np.unique(column.astype(str).to_numpy(dtype=object).astype(str), return_inverse=True)
    if codes.max() < 1:
        raise SemError("one_cluster", name=options.cluster)
    return np.asarray(codes, dtype=np.intp)


def continuous_moments(
    cases: CaseData, *, divisor: str, may_be_singular: bool = False
) -> SampleMoments:
    """Return means and covariances of complete continuous cases.

    Args:
        divisor: ``n`` or ``n-1``.
        may_be_singular: do not insist on more cases than variables (ULS).

    Raises:
        SemError: constant or collinear variables, too few cases, by name.
    """
    groups = []
    for group in cases.groups:
        n = len(group.values)
        w = group.weights
        mean = group.values.mean(axis=0) if w is None else w @ group.values / w.sum()
        centred = group.values - mean
        size = float(n) if w is None else float(w.sum())
        lost = 1.0 if divisor == "n-1" else 0.0
        cov = centred.T @ (centred if w is None else centred * w[:, None]) / (size - lost)
        constant = group.values.min(axis=0) == group.values.max(axis=0)
        if constant.any():
            raise SemError(
                "constant_columns", names=_chosen(cases.names, constant), group=group.label
            )
        check_covariance(cov, cases.names, n, group=group.label, may_be_singular=may_be_singular)
        groups.append(
            GroupMoments(
                label=group.label,
                n=size,
                names=cases.names,
                cov=cov,
                mean=mean,
                data=group.values,
                cases=group.cases,
                weights=w,
                clusters=group.clusters,
                divisor=size - lost,
            )
        )
    return SampleMoments(tuple(groups), "continuous", cases.dropped, dropped_finding(cases))


def dropped_finding(cases: CaseData) -> tuple[Finding, ...]:
    """Return the finding on cases left out, if any were."""
    if cases.dropped == 0:
        return ()
    total = cases.dropped + cases.n
    severity = Severity.CAUTION if cases.dropped > 0.1 * total else Severity.NOTE
    return (finding("sem_cases_dropped", severity, dropped=cases.dropped, total=total),)


def moments_from_covariance(
    data: CovarianceInput, names: tuple[str, ...], *, divisor: str
) -> SampleMoments:
    """Return moments from a covariance matrix (divisor n - 1) given in place of raw data."""
    unknown = tuple(name for name in names if name not in data.names)
    if unknown:
        raise SemError(
            "unknown_variable", names=unknown, suggestions=_similar(unknown, set(data.names))
        )
    chosen = [data.names.index(name) for name in names]
    labels = data.labels or ("",) * len(data.covariances)
    groups = []
    for k, matrix in enumerate(data.covariances):
        n = data.n[k]
        whole = np.asarray(matrix, dtype=np.float64)
        if whole.shape != (len(data.names),) * 2 or not np.isfinite(whole).all():
            raise SemError("bad_covariance", names=data.names)
        if not np.allclose(whole, whole.T, rtol=1e-6, atol=1e-8 * np.abs(whole).max()):
            raise SemError("bad_covariance", names=data.names)
        cov = whole[np.ix_(chosen, chosen)]
        cov = 0.5 * (cov + cov.T)
        if divisor == "n":
            cov = cov * (n - 1) / n
        check_covariance(cov, names, n, group=labels[k])
        mean = np.zeros(len(names)) if data.means is None else np.asarray(data.means[k])[chosen]
        groups.append(
            GroupMoments(
                labels[k], float(n), names, cov, mean, divisor=float(n if divisor == "n" else n - 1)
            )
        )
    return SampleMoments(tuple(groups))


SINGULAR = 1e-10
"""Share of a variable's variance not explained by the ones before it, below which it counts
as collinear."""


def check_covariance(
    cov: Array, names: tuple[str, ...], n: int, *, group: str = "", may_be_singular: bool = False
) -> None:
    """Raise SemError for constant or collinear variables or too few cases, naming them."""
    variances = np.diagonal(cov)
    scale = np.sqrt(np.maximum(variances, 0))
    constant = ~(variances > 0)
    if constant.any():
        raise SemError("constant_columns", names=_chosen(names, constant), group=group)
    if may_be_singular:
        return
    if n <= len(names):
        raise SemError("too_few_cases", n=n, variables=len(names), group=group)
    correlation = cov / np.outer(scale, scale)
    try:
        root = np.linalg.cholesky(correlation)
        worst = np.diagonal(root) ** 2
    except np.linalg.LinAlgError:
        worst = _pivots(correlation)
    collinear = np.flatnonzero(~(worst > SINGULAR))
    if len(collinear):
        at = int(collinear[0])
        partners = _partners(correlation, at)
        raise SemError("collinear", names=tuple(names[k] for k in (*partners, at)), group=group)


def _pivots(correlation: Array) -> Array:
    """Return the residual variance of each variable given the ones before it."""
    p = len(correlation)
    left = correlation.copy()
    pivots = np.zeros(p)
    for k in range(p):
        pivots[k] = left[k, k]
        if pivots[k] <= SINGULAR:
            return pivots
        column = left[k + 1 :, k] / pivots[k]
        left[k + 1 :, k + 1 :] -= np.outer(column, left[k, k + 1 :])
    return pivots


def _partners(correlation: Array, at: int) -> tuple[int, ...]:
    """Return the earlier variables that explain variable ``at``."""
    if at == 0:
        return ()
    weights, *_ = np.linalg.lstsq(correlation[:at, :at], correlation[:at, at], rcond=1e-8)
    return tuple(int(k) for k in np.flatnonzero(np.abs(weights) > 1e-4)[:8])
