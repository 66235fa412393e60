"""Confirmatory factor analysis of the constructs: who enters it, the model, what it yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.findings import Finding, Severity, failure, finding
from analysis.measurement.reliability import (
    average_variance_extracted,
    composite_reliability,
    omega_total,
)
from analysis.preparation.scoring import present_items
from survey.progress import Progress, silent
from survey.responses import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analysis.preparation.arrays import FloatArray
    from analysis.preparation.dataset import PreparedDataset
    from analysis.sem import SemResult
    from survey.study import StudyConstruct

MIN_RESPONDENTS = 100
"""The ladder of FRAMEWORK section 8 allows a CFA from 100 respondents on."""

MIN_FOR_ONE_FACTOR = 30
"""Omega from a one-factor model of a single construct needs at least this many."""

NORMAL_975 = 1.959963984540054

UNKNOWN = (float("nan"), float("nan"), float("nan"))

LISTWISE_LOSS = 0.1
"""When complete rows lose more respondents than this share, FIML uses the incomplete ones."""


@dataclass(frozen=True, slots=True, eq=False)
class CfaSample:
    """Who enters the CFA and with which items.

    Args:
        data: turned items, respondents who were shown all of them; NaN where unanswered.
        roles: role codes of those respondents; empty when the data know no roles.
    """

    data: pd.DataFrame
    roles: tuple[str, ...]

    @property
    def complete(self) -> pd.DataFrame:
        """Rows without a missing answer."""
        return self.data.dropna()


def cfa_sample(prepared: PreparedDataset, items: Sequence[str]) -> CfaSample:
    """Return the respondents to whom every one of ``items`` was shown.

    In a study of several roles these are the roles whose questionnaire holds all items; the
    others would add rows whose moments between unseen items cannot be known.
    """
    codes = list(items)
    kinds = prepared.responses.missing.loc[prepared.items.index, codes]
    saw_all = (kinds != Missing.NOT_SHOWN).all(axis=1)
    data = prepared.items.loc[saw_all, codes].dropna(how="all")
    if "role" not in prepared.respondents.columns:
        return CfaSample(data, ())
    roles = prepared.respondents.loc[data.index, "role"].dropna()
    return CfaSample(data, tuple(sorted(str(role) for role in roles.unique())))


def cfa_design(
    prepared: PreparedDataset, constructs: Sequence[StudyConstruct]
) -> tuple[CfaSample, dict[str, list[str]]]:
    """Return who enters a CFA of the constructs, and the items by construct.

    Items without variance are left out, and constructs with fewer than two items left.
    """

    def several(varies: Callable[[str], bool]) -> dict[str, list[str]]:
        kept = {
            c.code: [code for code in present_items(c, prepared.items) if varies(code)]
            for c in constructs
        }
        return {code: items for code, items in kept.items() if len(items) > 1}

    first = several(lambda code: prepared.items[code].nunique() > 1)
    sample = cfa_sample(prepared, [item for items in first.values() for item in items])
    varying = set(sample.data.columns[sample.data.nunique() > 1])
    items_of = several(lambda code: code in varying)
    kept = [item for items in items_of.values() for item in items]
    return CfaSample(sample.data[kept], sample.roles), items_of


def cfa_syntax(items_of: Mapping[str, Sequence[str]]) -> str:
    """Return lavaan text of the correlated-factors model: one line ``A =~ a1 + a2`` each."""
    return "\n".join(f"{code} =~ {' + '.join(items)}" for code, items in items_of.items())


def fit_cfa(
    sample: CfaSample, items_of: Mapping[str, Sequence[str]], progress: Progress = silent
) -> tuple[SemResult | None, list[Finding]]:
    """Return the correlated-factors CFA and what to know about it, None when it cannot be had.

    ML on complete rows; FIML when these lose more than a tenth of the respondents. Factors
    have variance 1, so every loading has a standard error.
    """
    from analysis.sem import SemError, SemOptions, fit

    n, n_complete = len(sample.data), len(sample.complete)
    n_items = sum(len(items) for items in items_of.values())
    if not items_of:
        return None, [finding("cfa_no_construct", Severity.NOTE)]
    if n == 0:
        return None, [finding("cfa_nobody_saw_all", Severity.CAUTION)]
    needed = max(MIN_RESPONDENTS, n_items + 1)
    if n < needed:
        return None, [finding("cfa_too_few", Severity.CAUTION, n=n, needed=needed)]
    loses_many = n - n_complete > LISTWISE_LOSS * n or n_complete < needed
    options = SemOptions(estimator="ML", std_lv=True, missing="ml" if loses_many else "listwise")
    try:
        result = fit(cfa_syntax(items_of), sample.data, options, progress=progress)
    except SemError as error:
        return None, [failure("cfa_failed", Severity.CAUTION, reason=error.reason)]
    return result, []


def standardized_loadings(cfa: SemResult) -> dict[str, float]:
    """Return the standardized loading of each item of a CFA without cross-loadings."""
    table = cfa.parameters
    rows = table[table["op"] == "=~"]
    return dict(zip(rows["rhs"].astype(str), rows["std_all"].astype(float), strict=True))


def latent_correlations(cfa: SemResult, constructs: Sequence[str]) -> pd.DataFrame:
    """Return the correlations of the latent variables, square, 1 on the diagonal."""
    codes = list(constructs)
    matrix = _symmetric(cfa, codes, column="std_all")
    np.fill_diagonal(matrix, 1.0)
    return pd.DataFrame(matrix, index=codes, columns=codes)


def _symmetric(result: SemResult, names: list[str], *, column: str) -> FloatArray:
    """Return the (co)variances of ``names`` from the parameter table, 0 where not a parameter."""
    place = {name: i for i, name in enumerate(names)}
    rows = result.parameters[result.parameters["op"] == "~~"]
    matrix = np.zeros((len(names), len(names)))
    values = rows[column].to_numpy(dtype=float)
    for first, second, value in zip(rows["lhs"], rows["rhs"], values, strict=True):
        if first in place and second in place:
            matrix[place[first], place[second]] = matrix[place[second], place[first]] = value
    return matrix


def omega_syntax(items: Sequence[str]) -> str:
    """Return the one-factor model ``g_`` of the items with ``omega`` as a defined parameter."""
    labels = [f"l{j}" for j in range(1, len(items) + 1)]
    terms = " + ".join(f"{label}*{item}" for label, item in zip(labels, items, strict=True))
    residuals = "\n".join(f"{item} ~~ e{j}*{item}" for j, item in enumerate(items, start=1))
    shared = f"({' + '.join(labels)})^2"
    errors = " + ".join(f"e{j}" for j in range(1, len(items) + 1))
    return f"g_ =~ {terms}\n{residuals}\nomega := {shared} / ({shared} + {errors})"


def logit_interval(value: float, se: float) -> tuple[float, float]:
    """Return the 95 % interval of a share from its standard error, inside 0 and 1.

    NaN where the value is not between 0 and 1 or the error is not known.
    """
    if not 0 < value < 1 or not np.isfinite(se):
        return float("nan"), float("nan")
    middle, reach = np.log(value / (1 - value)), NORMAL_975 * se / (value * (1 - value))
    low, high = (float(0.5 + 0.5 * np.tanh((middle + side * reach) / 2)) for side in (-1, 1))
    return low, high


@dataclass(frozen=True, slots=True)
class LoadingReliability:
    """Composite reliability and AVE of one construct with 95 % intervals (low, high)."""

    composite_reliability: float
    cr_interval: tuple[float, float]
    ave: float
    ave_interval: tuple[float, float]


def loading_reliability(cfa: SemResult, construct: str, items: Sequence[str]) -> LoadingReliability:
    """Return composite reliability and AVE from the standardized loadings of a CFA.

    Intervals by the delta method over loadings and residual variances, on the logit scale.
    NaN with fewer than two items or an inadmissible loading.

    Args:
        cfa: factor variances 1, each item on one factor.

    Reference: Fornell & Larcker (1981); Raykov (2002) for the delta method. Checked against
    the same functions as defined parameters in lavaan.
    """
    estimates = dict(zip(cfa.covariance.columns, cfa.theta, strict=True))
    names = [f"{construct}=~{item}" for item in items] + [f"{item}~~{item}" for item in items]
    if not all(name in estimates for name in names):
        return LoadingReliability(*UNKNOWN[:1], UNKNOWN[:2], *UNKNOWN[:1], UNKNOWN[:2])
    values = np.array([float(estimates[name]) for name in names])
    k = len(items)
    loading, residual = values[:k], values[k:]
    variance = loading**2 + residual
    standardized = loading / np.sqrt(variance)
    slopes = np.hstack([np.diag(residual / variance**1.5), np.diag(-loading / (2 * variance**1.5))])
    covariance = cfa.covariance.loc[names, names].to_numpy(dtype=float)
    shared, rest = float(standardized.sum()), float((1 - standardized**2).sum())
    cr_slope = (2 * shared * rest + 2 * shared**2 * standardized) / (shared**2 + rest) ** 2
    cr = composite_reliability(standardized)
    ave = average_variance_extracted(standardized)

    def error(slope: FloatArray) -> float:
        gradient = slope @ slopes
        return float(np.sqrt(max(float(gradient @ covariance @ gradient), 0.0)))

    return LoadingReliability(
        composite_reliability=cr,
        cr_interval=logit_interval(cr, error(cr_slope)),
        ave=ave,
        ave_interval=logit_interval(ave, error(2 * standardized / k)),
    )


def one_factor_omega(items: pd.DataFrame) -> tuple[float, float, float]:
    """Return omega of one construct and its 95 % interval, from its own one-factor model.

    ML estimates with robust errors; the interval by the delta method on the logit scale, so
    that it stays inside 0 and 1. NaN with fewer than three items (the model is not
    identified) or 30 complete rows, or when the solution is not admissible.

    Args:
        items: complete rows, turned.

    Checked against semTools::reliability; coverage of the interval by simulation.
    """
    from analysis.sem import SemError, SemOptions, fit

    k = items.shape[1]
    if k < 3 or len(items) < max(MIN_FOR_ONE_FACTOR, k + 1):
        return UNKNOWN
    try:
        result = fit(omega_syntax(list(items.columns)), items, SemOptions("MLR", std_lv=True))
    except SemError:
        return UNKNOWN
    if not result.status.is_usable:
        return UNKNOWN
    row = result.parameters[result.parameters["op"] == ":="]
    omega, se = (float(row[column].iloc[0]) for column in ("est", "se"))
    return omega, *logit_interval(omega, se)


def omega_of_fit(result: SemResult, construct: str) -> float:
    """Return omega of one construct from a fitted CFA with factor variances 1."""
    table = result.parameters
    rows = table[(table["op"] == "=~") & (table["lhs"] == construct)]
    residuals = _symmetric(result, [str(item) for item in rows["rhs"]], column="est")
    return omega_total(rows["est"].to_numpy(dtype=float), residuals)
