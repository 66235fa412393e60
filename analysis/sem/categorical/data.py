"""The answers of one group as the categorical estimators read them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class CodedData:
    """The answers of one group.

    Args:
        names: the endogenous variables, in model order.
        categories: number of categories of each; 0 for a numeric variable.
        codes: cases x variables, category 0, 1, ...; -1 where missing or numeric.
        values: cases x variables, numbers; NaN where missing or ordered.
        covariate_names, covariates: exogenous variables, cases x q, complete.
        weights: sampling weights that add up to the number of cases; ones without.
    """

    names: tuple[str, ...]
    categories: tuple[int, ...]
    codes: Index
    values: Array
    covariate_names: tuple[str, ...]
    covariates: Array
    weights: Array

    @property
    def n(self) -> int:
        """Number of cases."""
        return len(self.weights)


@lru_cache(maxsize=64)
def pair_order(count: int) -> tuple[Index, Index]:
    """Return (row, column) of the strict lower triangle, column by column."""
    column, row = np.triu_indices(count, 1)
    return row, column
