"""McDonald's omega beyond one factor, and reliability of ordered items."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings import Severity, finding
from analysis.measurement.extraction import extract
from analysis.measurement.reliability import alpha_of_covariance
from analysis.measurement.rotation import rotate
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray

MIN_FOR_ORDINAL = 50
"""Under this many respondents thresholds and polychoric correlations are not to be trusted."""


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
        raise NotComputable(
            finding("omega_factors", Severity.BLOCK, factors=n_factors, items=len(correlation))
        )
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


@dataclass(frozen=True, slots=True)
class OrdinalReliability:
    """Reliability of one construct with its answers taken as ordered categories.

    Args:
        alpha: ordinal alpha.
        omega: categorical omega (Green & Yang), of the sum of the answers as given; NaN with
            fewer than three items or when the model is not usable.
    """

    alpha: float
    omega: float


def ordinal_reliability(items: pd.DataFrame) -> OrdinalReliability:
    """Return ordinal alpha and categorical omega of one construct.

    omega = variance of the sum that the factor explains / variance of the sum, both from
    bivariate normal probabilities at the thresholds; one-factor model by WLSMV.

    Args:
        items: complete rows, turned, no constant column.

    Reference: Zumbo et al. (2007); Green & Yang (2009). Checked against semTools::reliability
    0.5-6 (``alpha.ord``, ``omega3``).
    """
    from analysis.measurement.correlations import polychoric
    from analysis.sem import SemError, SemOptions, fit

    nan = float("nan")
    if items.shape[1] < 2 or len(items) < MIN_FOR_ORDINAL:
        return OrdinalReliability(nan, nan)
    alpha = ordinal_alpha(polychoric(items).matrix.to_numpy(dtype=float))
    if items.shape[1] < 3:
        return OrdinalReliability(alpha, nan)
    names = tuple(str(code) for code in items.columns)
    options = SemOptions("WLSMV", std_lv=True, ordered=names)
    try:
        result = fit(f"g_ =~ {' + '.join(names)}", items, options)
    except SemError:
        return OrdinalReliability(alpha, nan)
    if not result.status.is_usable:
        return OrdinalReliability(alpha, nan)
    return OrdinalReliability(alpha, float(result.reliability["omega_mcdonald"].iloc[0]))
