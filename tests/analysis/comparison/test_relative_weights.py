"""Johnson's relative weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.comparison.relative_weights import relative_weights


def correlated(n: int = 60, k: int = 3, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, k)) + 0.8 * rng.standard_normal((n, 1))
    return x, x @ np.arange(1, k + 1) * 0.3 + rng.standard_normal(n)


# R 4.2.2, mtcars: mpg on wt, hp, qsec:
#   X <- as.matrix(mtcars[,c("wt","hp","qsec")]); y <- mtcars$mpg
#   e <- eigen(cor(X)); L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
#   b <- solve(L) %*% cor(X, y); (L^2) %*% (b^2)
MTCARS_RAW = [0.498941727474538, 0.252371356363555, 0.0834546778677372]
MTCARS_R2 = 0.83476776170583
WT = [
    2.62,
    2.875,
    2.32,
    3.215,
    3.44,
    3.46,
    3.57,
    3.19,
    3.15,
    3.44,
    3.44,
    4.07,
    3.73,
    3.78,
    5.25,
    5.424,
    5.345,
    2.2,
    1.615,
    1.835,
    2.465,
    3.52,
    3.435,
    3.84,
    3.845,
    1.935,
    2.14,
    1.513,
    3.17,
    2.77,
    3.57,
    2.78,
]
HP = [
    110,
    110,
    93,
    110,
    175,
    105,
    245,
    62,
    95,
    123,
    123,
    180,
    180,
    180,
    205,
    215,
    230,
    66,
    52,
    65,
    97,
    150,
    150,
    245,
    175,
    66,
    91,
    113,
    264,
    175,
    335,
    109,
]
QSEC = [
    16.46,
    17.02,
    18.61,
    19.44,
    17.02,
    20.22,
    15.84,
    20,
    22.9,
    18.3,
    18.9,
    17.4,
    17.6,
    18,
    17.98,
    17.82,
    17.42,
    19.47,
    18.52,
    19.9,
    20.01,
    16.87,
    17.3,
    15.41,
    17.05,
    18.9,
    16.7,
    16.9,
    14.5,
    15.5,
    14.6,
    18.6,
]
MPG = [
    21,
    21,
    22.8,
    21.4,
    18.7,
    18.1,
    14.3,
    24.4,
    22.8,
    19.2,
    17.8,
    16.4,
    17.3,
    15.2,
    10.4,
    10.4,
    14.7,
    32.4,
    30.4,
    33.9,
    21.5,
    15.5,
    15.2,
    13.3,
    19.2,
    27.3,
    26,
    30.4,
    15.8,
    19.7,
    15,
    21.4,
]


def test_that_weights_equal_those_computed_in_r() -> None:
    found = relative_weights(np.column_stack([WT, HP, QSEC]), np.array(MPG))
    assert found.raw == pytest.approx(MTCARS_RAW, abs=1e-10)
    assert found.r2 == pytest.approx(MTCARS_R2, abs=1e-10)


@given(st.integers(0, 200))
def test_that_weights_sum_to_r_squared(seed: int) -> None:
    x, y = correlated(seed=seed)
    design = np.column_stack([np.ones(len(y)), x])
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    expected = 1 - residual.var() / y.var()
    found = relative_weights(x, y)
    assert found.raw.sum() == pytest.approx(expected, abs=1e-9)
    assert (found.raw >= 0).all()


def test_that_a_draw_equals_the_repeated_sample() -> None:
    x, y = correlated()
    counts = np.random.default_rng(1).integers(0, 3, size=(2, len(y))).astype(float)
    repeated = counts[1].astype(int)
    alone = relative_weights(np.repeat(x, repeated, axis=0), np.repeat(y, repeated))
    assert relative_weights(x, y, counts=counts).raw[1] == pytest.approx(alone.raw, abs=1e-10)


def test_that_uncorrelated_predictors_earn_their_squared_correlation() -> None:
    x = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]] * 5, dtype=float)
    y = 2 * x[:, 0] + x[:, 1] + np.tile([0.5, 0.5, 0.5, 0.5, -0.5, -0.5, -0.5, -0.5], 3)[:20]
    found = relative_weights(x, y)
    assert found.raw == pytest.approx(found.correlation**2)
