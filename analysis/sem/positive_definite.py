"""Inverse, solution and determinant of a positive definite matrix from one Cholesky factor.

Every matrix is first scaled to unit diagonal, so units of the variables do not matter. LAPACK
is called directly: on matrices this small numpy's checks and general solver cost more than
the factor itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs

if TYPE_CHECKING:
    from analysis.sem.moments import Array


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """Upper Cholesky root of ``scale * matrix * scale``, whose diagonal is 1.

    Args:
        smallest: smallest diagonal entry of the root; near 0 for a nearly singular matrix.
    """

    root: Array
    scale: Array
    smallest: float

    def inverse(self) -> Array:
        """Return the inverse of the matrix."""
        upper, _ = dpotri(self.root)
        whole: Array = upper + upper.T
        whole.ravel("K")[:: len(whole) + 1] *= 0.5
        whole *= self.scale
        whole *= self.scale[:, None]
        return whole

    def solve(self, right: Array) -> Array:
        """Return matrix^-1 ``right``, a vector."""
        found, _ = dpotrs(self.root, right * self.scale)
        return np.asarray(found * self.scale)

    def log_det(self) -> float:
        """Return the log determinant of the matrix."""
        return 2 * float(np.log(self.root.diagonal() / self.scale).sum())


def factorise(matrix: Array) -> Factor | None:
    """Return the Cholesky factor of a symmetric (p, p) matrix; None when not positive definite."""
    variances = matrix.diagonal()
    if not variances.min(initial=1.0) > 0:
        return None
    scale = 1 / np.sqrt(variances)
    root, failed = dpotrf((matrix * scale[:, None] * scale).T, overwrite_a=1)
    smallest = float(root.diagonal().min(initial=1.0))
    return None if failed or not smallest > 0 else Factor(root, scale, smallest)
