"""Rotation of factor loadings: varimax, promax, and oblique gradient projection."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.preparation.arrays import FloatArray

Rotation = Literal["none", "varimax", "promax", "oblimin", "quartimin", "geomin"]

TOLERANCE = 1e-7
"""Norm of the projected gradient at which a rotation has come to rest."""

MOST_STEPS = 2000
PROMAX_POWER = 4
GEOMIN_EPSILON = 0.01

Criterion = Callable[[FloatArray], tuple[float, FloatArray]]


@dataclass(frozen=True, slots=True, eq=False)
class Rotated:
    """Rotated loadings (pattern) and factor correlations.

    Args:
        loadings: variables x factors.
        phi: factor correlations; identity for orthogonal rotations.
        transformation: T with loadings = unrotated @ inv(T)' and phi = T'T.
        has_converged: the criterion came to rest.
    """

    loadings: FloatArray
    phi: FloatArray
    transformation: FloatArray
    has_converged: bool = True


def _oblimin(gamma: float) -> Criterion:
    def criterion(loadings: FloatArray) -> tuple[float, FloatArray]:
        k, m = loadings.shape
        squares = loadings**2
        across = squares @ (np.ones((m, m)) - np.eye(m))
        if gamma:
            across = across - gamma / k * across.sum(axis=0)
        return float((squares * across).sum()) / 4, loadings * across

    return criterion


def _geomin(epsilon: float) -> Criterion:
    def criterion(loadings: FloatArray) -> tuple[float, FloatArray]:
        m = loadings.shape[1]
        squares = loadings**2 + epsilon
        product = np.exp(np.log(squares).sum(axis=1) / m)
        return float(product.sum()), (2 / m) * loadings / squares * product[:, None]

    return criterion


def oblique_rotation(
    loadings: FloatArray, criterion: Criterion, start: FloatArray
) -> tuple[Rotated, float]:
    """Return the rotation that minimises ``criterion`` and its value, from T = ``start``.

    Gradient projection over matrices with columns of length one.

    Reference: Jennrich (2002). Checked against GPArotation 2022.10 (GPFoblq).
    """
    transformation = start / np.linalg.norm(start, axis=0)
    inverse = np.linalg.inv(transformation)
    rotated = loadings @ inverse.T
    value, slope = criterion(rotated)
    gradient = -(rotated.T @ slope @ inverse).T
    step, norm = 1.0, np.inf
    for _ in range(MOST_STEPS):
        projected = gradient - transformation * (transformation * gradient).sum(axis=0)
        norm = float(np.linalg.norm(projected))
        if norm < TOLERANCE:
            break
        step *= 2
        for _ in range(30):
            trial = transformation - step * projected
            trial = trial / np.linalg.norm(trial, axis=0)
            trial_inverse = np.linalg.inv(trial)
            trial_rotated = loadings @ trial_inverse.T
            trial_value, trial_slope = criterion(trial_rotated)
            if value - trial_value > 0.5 * norm**2 * step:
                break
            step /= 2
        transformation, inverse, rotated = trial, trial_inverse, trial_rotated
        value, slope = trial_value, trial_slope
        gradient = -(rotated.T @ slope @ inverse).T
    phi = transformation.T @ transformation
    return Rotated(rotated, phi, transformation, norm < max(TOLERANCE, 1e-5)), value


def _normalised(loadings: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the loadings divided by the square roots of the communalities (Kaiser)."""
    length = np.sqrt((loadings**2).sum(axis=1))
    length = np.where(length > 0, length, 1.0)
    return loadings / length[:, None], length


def varimax(loadings: FloatArray) -> Rotated:
    """Return the varimax rotation with Kaiser's normalisation, as stats::varimax in R.

    Reference: Kaiser (1958).
    """
    m = loadings.shape[1]
    unit, length = _normalised(loadings)
    rotation = np.eye(m)
    previous = 0.0
    for _ in range(MOST_STEPS):
        z = unit @ rotation
        left, values, right = np.linalg.svd(unit.T @ (z**3 - z * (z**2).mean(axis=0)))
        rotation = left @ right
        if values.sum() < previous * (1 + 1e-12):
            break
        previous = float(values.sum())
    return Rotated((unit @ rotation) * length[:, None], np.eye(m), rotation)


def promax(loadings: FloatArray, *, power: int = PROMAX_POWER) -> Rotated:
    """Return the promax rotation: varimax on Kaiser-weighted loadings, target their power.

    Reference: Hendrickson & White (1964). Checked against psych::fa rotate="promax".
    """
    unit, length = _normalised(loadings)
    first = varimax(unit)
    x = first.loadings
    target = x * np.abs(x) ** (power - 1)
    u = np.linalg.lstsq(x, target, rcond=None)[0]
    u = u * np.sqrt(np.diag(np.linalg.inv(u.T @ u)))
    mixing = first.transformation @ u
    inverse = np.linalg.inv(mixing)
    return Rotated((x @ u) * length[:, None], inverse @ inverse.T, inverse.T)


def _best_start(loadings: FloatArray, criterion: Criterion, *, starts: int, seed: int) -> Rotated:
    """Return the best of the rotations from the identity and from random orthogonal starts."""
    m = loadings.shape[1]
    best, lowest = oblique_rotation(loadings, criterion, np.eye(m))
    rng = np.random.default_rng(seed)
    for _ in range(starts):
        start = np.linalg.qr(rng.normal(size=(m, m)))[0]
        found, value = oblique_rotation(loadings, criterion, start)
        if value < lowest - 1e-8:
            best, lowest = found, value
    return best


CRITERIA: dict[str, Criterion] = {
    "oblimin": _oblimin(0.0),
    "quartimin": _oblimin(0.0),
    "geomin": _geomin(GEOMIN_EPSILON),
}


def rotate(
    loadings: FloatArray, *, method: Rotation, starts: int = 0, seed: int = 20260101
) -> Rotated:
    """Return the rotated loadings.

    Args:
        loadings: variables x factors, unrotated. One factor is returned as it is.
        method: ``varimax`` (Kaiser-normalised), ``promax`` (power 4), ``oblimin`` (direct,
            gamma 0, which is ``quartimin``), ``geomin`` (epsilon .01), or ``none``.
        starts: further random starts of the oblique criteria, against local minima.
        seed: of the random starts.
    """
    m = loadings.shape[1]
    if m == 1 or method == "none":
        return Rotated(loadings, np.eye(m), np.eye(m))
    if method == "varimax":
        return varimax(loadings)
    if method == "promax":
        return promax(loadings)
    return _best_start(loadings, CRITERIA[method], starts=starts, seed=seed)
