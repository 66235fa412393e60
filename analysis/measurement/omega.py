"""McDonald's omega beyond one factor, and reliability of ordered items."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.measurement.extraction import extract
from analysis.measurement.reliability import alpha_of_covariance
from analysis.measurement.rotation import rotate
from analysis.preparation.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class HierarchicalOmega:
    """Omega from an exploratory hierarchical solution (Schmid-Leiman).

    Args:
        omega_h: share of the total score's variance due to the general factor.
        omega_total: share due to all common factors.
        alpha: standardized alpha of the same items.
        ecv: explained common variance of the general factor.
        general: loadings on the general factor.
        groups: loadings on the group factors after the general one.
    """

    omega_h: float
    omega_total: float
    alpha: float
    ecv: float
    general: pd.Series
    groups: pd.DataFrame


def _general_loadings(phi: FloatArray) -> FloatArray:
    """Loadings of the group factors on one general factor of their correlations."""
    if len(phi) == 2:
        root = float(np.sqrt(abs(phi[0, 1])))
        return np.array([root, np.sign(phi[0, 1]) * root])
    loadings = extract(phi, 1, method="minres").loadings[:, 0]
    return np.asarray(loadings if loadings.sum() >= 0 else -loadings)


def hierarchical_omega(correlation: pd.DataFrame, *, n_factors: int = 3) -> HierarchicalOmega:
    """Return omega hierarchical and total of a set of items.

    Minres factors, oblimin rotation, one minres factor of their correlations, Schmid-Leiman
    transformation: omega_h = (sum g)^2 / sum R, omega_total = 1 - sum(1 - h^2) / sum R.

    Args:
        correlation: square; items should all point the same way, reverse-keyed ones turned.
        n_factors: group factors, at least 2; 2 are identified only by equal loadings.

    Reference: Zinbarg et al. (2005). Checked against psych::omega 2.2.9.
    """
    if not 2 <= n_factors < len(correlation):
        raise ValueError(f"{n_factors} group factors of {len(correlation)} items")
    matrix = correlation.to_numpy(dtype=float)
    factors = extract(matrix, n_factors, method="minres")
    rotated = rotate(factors.loadings, method="oblimin", starts=5)
    sign = np.where(rotated.loadings.sum(axis=0) < 0, -1.0, 1.0)
    pattern, phi = rotated.loadings * sign, rotated.phi * np.outer(sign, sign)
    second = _general_loadings(phi)
    general = pattern @ second
    groups = pattern * np.sqrt(np.maximum(1 - second**2, 0))
    h2 = np.diag(pattern @ phi @ pattern.T)
    total = float(matrix.sum())
    common = float((general**2).sum() + (groups**2).sum())
    return HierarchicalOmega(
        omega_h=float(general.sum()) ** 2 / total,
        omega_total=1 - float((1 - h2).sum()) / total,
        alpha=alpha_of_covariance(matrix),
        ecv=float((general**2).sum()) / common,
        general=pd.Series(general, index=correlation.index, name="g"),
        groups=pd.DataFrame(groups, index=correlation.index),
    )


def ordinal_alpha(polychoric: FloatArray) -> float:
    """Return ordinal alpha: standardized alpha of the polychoric correlations.

    Reference: Zumbo, Gadermann & Zeisser (2007). Checked against psych::alpha of
    psych::polychoric.
    """
    return alpha_of_covariance(polychoric)
