"""From checked cases to the moments of ordered (and mixed) variables, group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.findings import Finding, Severity, finding
from analysis.sem.categorical.data import CodedData, pair_order
from analysis.sem.categorical.moments import OrdinalMoments, ordinal_moments
from analysis.sem.data_input import (
    CaseData,
    GroupData,
    check_covariance,
    dropped_finding,
    read_cases,
)
from analysis.sem.errors import SemError
from analysis.sem.moments import GroupMoments, SampleMoments
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.sem.moments import Array
    from analysis.sem.options import Estimator, SemOptions
    from analysis.sem.parameter_table import Variables

MOST_CATEGORIES = 50
"""A variable with more different values is not a rating scale."""
NEARLY_ONE = 0.99
"""Correlations beyond this are reported (as lavaan)."""


def ordered_levels(cases: CaseData, ordered: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Return the number of categories of each ordered variable: those that occur in any group.

    Raises:
        SemError: a variable with one category only, or with too many.
    """
    return _levels({name: _categories(cases, name) for name in ordered})


def _levels(categories: dict[str, Array]) -> tuple[tuple[str, int], ...]:
    found = []
    for name, values in categories.items():
        count = len(values)
        if count < 2:
            raise SemError("one_category", name=name)
        if count > MOST_CATEGORIES:
            raise SemError("too_many_categories", name=name, count=count, most=MOST_CATEGORIES)
        found.append((name, count))
    return tuple(found)


def ordered_sample_moments(
    data: pd.DataFrame,
    variables: Variables,
    options: SemOptions,
    estimator: Estimator,
    *,
    progress: Progress = silent,
) -> tuple[SampleMoments, tuple[tuple[str, int], ...]]:
    """Return the moments of a model with ordered variables, and their numbers of categories.

    Raises:
        SemError: empty categories, constant or collinear variables, by name.
    """
    x_names = variables.exogenous if options.conditional_x is not False else ()
    data = _coded_categoricals(data, options.ordered)
    cases = read_cases(data, variables.observed, options, complete=x_names)
    categories = {name: _categories(cases, name) for name in variables.ordered}
    levels = _levels(categories)
    needs_gamma = estimator.discrepancy != "ULS" or estimator.se != "standard"
    moments = _moments(
        cases,
        categories=categories,
        x_names=x_names,
        with_gamma=needs_gamma or estimator.test != "standard",
        progress=progress,
    )
    return moments, levels


def _coded_categoricals(data: pd.DataFrame, ordered: Sequence[str]) -> pd.DataFrame:
    """Return the data with ordered categoricals (of text, say) as category numbers.

    Raises:
        SemError: a name that is no column.
    """
    unknown = tuple(name for name in ordered if name not in data.columns)
    if unknown:
        raise SemError("unknown_column", name=unknown[0])
    coded = {}
    for name in ordered:
        column = data[name]
        if getattr(column.dtype, "ordered", False):
            codes = column.cat.codes.to_numpy(dtype=np.float64)
            coded[name] = np.where(codes < 0, np.nan, codes + 1.0)
    return data.assign(**coded) if coded else data


def ordered_moments(
    cases: CaseData,
    *,
    ordered: Sequence[str],
    x_names: Sequence[str] = (),
    with_gamma: bool = True,
    progress: Progress = silent,
) -> SampleMoments:
    """Return the moments that WLSMV and its relatives fit.

    Args:
        cases: values of the model's variables, NaN where missing (used pairwise).
        ordered: the ordered ones among ``cases.names``.
        x_names: exogenous variables that everything is conditioned on; complete.
        with_gamma: the asymptotic covariance is wanted, too.

    Raises:
        SemError: empty categories in a group, constant or collinear variables, by name.
    """
    return _moments(
        cases,
        categories={name: _categories(cases, name) for name in ordered},
        x_names=x_names,
        with_gamma=with_gamma,
        progress=progress,
    )


def _moments(
    cases: CaseData,
    *,
    categories: dict[str, Array],
    x_names: Sequence[str],
    with_gamma: bool,
    progress: Progress,
) -> SampleMoments:
    names = tuple(name for name in cases.names if name not in x_names)
    groups: list[GroupMoments] = []
    findings: list[Finding] = list(dropped_finding(cases))
    for index, group in enumerate(cases.groups):
        share = len(cases.groups)
        inner = part_of(progress, index / share, (index + 1) / share)
        coded = _coded(group, cases.names, names, categories=categories, x_names=tuple(x_names))
        _check(coded, group.label)
        moments = ordinal_moments(coded, with_gamma=with_gamma, progress=inner)
        groups.append(_group_moments(group, coded, moments))
        findings.extend(_findings(moments, group.label))
    return SampleMoments(tuple(groups), "ordered", cases.dropped, tuple(findings))


def _categories(cases: CaseData, name: str) -> Array:
    """Return the values of a variable that occur in any group, ascending."""
    column = cases.names.index(name)
    values = np.concatenate([group.values[:, column] for group in cases.groups])
    found: Array = np.unique(values[~np.isnan(values)])
    return found


def _coded(
    group: GroupData,
    all_names: Sequence[str],
    names: tuple[str, ...],
    *,
    categories: dict[str, Array],
    x_names: tuple[str, ...],
) -> CodedData:
    """Return the answers of one group as category numbers and values."""
    n = len(group.values)
    codes = np.full((n, len(names)), -1, dtype=np.intp)
    values = np.full((n, len(names)), np.nan)
    for v, name in enumerate(names):
        column = group.values[:, all_names.index(name)]
        if name in categories:
            seen = ~np.isnan(column)
            codes[seen, v] = np.searchsorted(categories[name], column[seen])
        else:
            values[:, v] = column
    x_columns = [all_names.index(name) for name in x_names]
    return CodedData(
        names=names,
        categories=tuple(len(categories.get(name, ())) for name in names),
        codes=codes,
        values=values,
        covariate_names=x_names,
        covariates=group.values[:, x_columns],
        weights=np.ones(n) if group.weights is None else group.weights,
    )


def _check(coded: CodedData, label: str) -> None:
    """Raise SemError for empty categories and for constant or collinear numeric variables."""
    for v, name in enumerate(coded.names):
        if coded.categories[v]:
            seen = coded.codes[:, v] >= 0
            counts = np.bincount(
                coded.codes[seen, v], coded.weights[seen], minlength=coded.categories[v]
            )
            if (counts == 0).any():
                missing = tuple(str(c + 1) for c in np.flatnonzero(counts == 0))
                raise SemError("empty_category", name=name, categories=missing, group=label)
        elif not np.nanvar(coded.values[:, v]) > 0:
            raise SemError("constant_columns", names=(name,), group=label)
    _check_covariates(coded, label)


def _check_covariates(coded: CodedData, label: str) -> None:
    if coded.covariate_names:
        cov = np.atleast_2d(np.cov(coded.covariates, rowvar=False))
        check_covariance(cov, coded.covariate_names, coded.n, group=label)


def _group_moments(group: GroupData, coded: CodedData, moments: OrdinalMoments) -> GroupMoments:
    """Return the moments in lavaan's form: a mean stands as its negative among the thresholds."""
    threshold_of = np.concatenate(
        [
            np.full(len(moments.thresholds[v]) if is_ordered else 1, v, dtype=np.intp)
            for v, is_ordered in enumerate(moments.ordered)
        ]
    )
    is_mean = np.array([not is_ordered for is_ordered in moments.ordered])[threshold_of]
    sign = np.ones(len(moments.vector))
    sign[: len(threshold_of)][is_mean] = -1.0
    obs = moments.vector * sign
    gamma = moments.gamma
    if gamma is not None:
        gamma = gamma * np.outer(sign, sign)
    n = float(coded.weights.sum())
    unbiased = n / (n - 1.0) if group.weights is None else 1.0
    has_x = bool(coded.covariate_names)
    return GroupMoments(
        label=group.label,
        n=n,
        names=coded.names,
        cov=moments.cov,
        mean=moments.means,
        data=np.where(coded.codes >= 0, coded.codes + 1.0, coded.values),
        cases=group.cases,
        weights=group.weights,
        clusters=group.clusters,
        divisor=n,
        x_names=coded.covariate_names,
        x_data=coded.covariates if has_x else None,
        x_mean=moments.covariate_mean if has_x else None,
        x_cov=moments.covariate_cov * unbiased if has_x else None,
        ordered=tuple(
            name
            for name, is_ordered in zip(coded.names, moments.ordered, strict=True)
            if is_ordered
        ),
        thresholds=obs[: len(threshold_of)],
        threshold_of=threshold_of,
        slopes=moments.slopes if has_x else None,
        obs=obs,
        gamma=gamma,
        gamma_diagonal=None if gamma is None else np.diag(gamma),
    )


def _findings(moments: OrdinalMoments, label: str) -> list[Finding]:
    """Return what to know about the tables and correlations of one group."""
    found: list[Finding] = []
    place = f" [{label}]" if label else ""

    def say(code: str, severity: Severity, names: Sequence[str], **values: object) -> None:
        found.append(finding(code, severity, *(f"{name}{place}" for name in names), **values))

    if moments.empty_cells:
        names = tuple(dict.fromkeys(name for pair in moments.empty_cells for name in pair))
        total = len(moments.names) * (len(moments.names) - 1) // 2
        say("sem_empty_cells", Severity.NOTE, names, count=len(moments.empty_cells), total=total)
    rows, columns = pair_order(len(moments.names))
    sd = np.sqrt(np.diag(moments.cov))
    correlations = moments.cov / np.outer(sd, sd)
    near = np.flatnonzero(np.abs(correlations[rows, columns]) > NEARLY_ONE)
    if len(near):
        pairs = [f"{moments.names[rows[k]]} ~~ {moments.names[columns[k]]}" for k in near]
        say("sem_nearly_one", Severity.CAUTION, pairs, bound=NEARLY_ONE)
    if moments.unconverged:
        say("sem_moments_unconverged", Severity.BLOCK, moments.unconverged)
    values, vectors = np.linalg.eigh(correlations)
    if values[0] < 0:
        worst = np.argsort(-np.abs(vectors[:, 0]))[:3]
        say("sem_moments_not_definite", Severity.CAUTION, [moments.names[v] for v in worst])
    return found
