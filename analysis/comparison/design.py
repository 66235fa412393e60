"""From columns to a design matrix: intercept, numbers as they are, texts as indicators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings import Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray

INTERCEPT = "(Intercept)"


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Complete rows of an outcome and its predictors.

    Args:
        y: outcome.
        X: intercept and terms, n x k.
        terms: names of the columns of X; an indicator is called ``column=value``.
        references: most frequent value of each text column, which the others are against.
        index: the rows' labels in the data.
    """

    y: FloatArray
    X: FloatArray
    terms: tuple[str, ...]
    references: Mapping[str, str]
    index: pd.Index


def _is_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)


def _indicators(column: pd.Series) -> tuple[dict[str, FloatArray], str]:
    values = column.astype(str)
    counts = values.value_counts()
    most = sorted(str(v) for v in counts.index[counts == counts.max()])[0]
    others = sorted(set(values) - {most})
    return {f"{column.name}={v}": np.where(values == v, 1.0, 0.0) for v in others}, most


def build_design(data: pd.DataFrame, outcome: str, predictors: Sequence[str]) -> Design:
    """Return the design over the rows without a missing value.

    Raises:
        KeyError: a column is not in the data.
        NotComputable: no complete row.
    """
    complete = data[[outcome, *predictors]].dropna()
    if complete.empty:
        raise NotComputable(finding("no_complete_rows", Severity.BLOCK))
    columns: dict[str, FloatArray] = {INTERCEPT: np.ones(len(complete))}
    references = {}
    for name in predictors:
        column = complete[name]
        if _is_text(column):
            indicators, references[name] = _indicators(column)
            columns.update(indicators)
        else:
            columns[name] = column.to_numpy(dtype=float)
    y = complete[outcome]
    codes = pd.factorize(y, sort=True)[0] if _is_text(y) else y
    return Design(
        y=np.asarray(codes, dtype=float),
        X=np.column_stack(list(columns.values())),
        terms=tuple(columns),
        references=references,
        index=complete.index,
    )


def variance_inflation(design: Design) -> FloatArray:
    """Return 1 / (1 - R^2) of each term on the others; NaN for the intercept.

    The diagonal of the inverse correlation matrix of the terms. Checked against R:
    1 / (1 - summary(lm(x ~ others))$r.squared).
    """
    terms = design.X[:, 1:]
    k = terms.shape[1]
    if k == 0:
        return np.array([np.nan])
    if k == 1:
        return np.array([np.nan, 1.0])
    correlation = np.corrcoef(terms, rowvar=False)
    return np.append(np.nan, np.diag(np.linalg.inv(correlation)))
