"""Coverage of intervals and size of tests, by simulation from a model that holds.

Each estimator meets the data it is meant for. 95 % intervals must cover between 93 and 97 %
(averaged over all free parameters), tests at 5 % must reject between 3 and 7 %.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from analysis.sem import SemOptions, fit

pytestmark = pytest.mark.slow

LOADING, CORRELATION = 0.7, 0.4
MODEL = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"
NAMES = tuple(f"x{k}" for k in range(1, 7))
CUTS = (-0.9, 0.2, 1.1)
TRUTH = {"=~": LOADING, "f~~g": CORRELATION, "~~": 1 - LOADING**2, "~1": 0.0}

Draw = Callable[[np.random.Generator, int], pd.DataFrame]


def responses(
    rng: np.random.Generator, cases: int, errors: Callable[[int], np.ndarray] | None = None
) -> pd.DataFrame:
    """Return six indicators of two correlated factors; normal unless told otherwise."""
    draw = errors or rng.standard_normal
    f = draw(cases)
    g = CORRELATION * f + np.sqrt(1 - CORRELATION**2) * draw(cases)
    columns = {}
    for k, name in enumerate(NAMES):
        factor = f if k < 3 else g
        columns[name] = LOADING * factor + np.sqrt(1 - LOADING**2) * draw(cases)
    return pd.DataFrame(columns)


def skewed(rng: np.random.Generator, cases: int) -> pd.DataFrame:
    """Return indicators whose factors and errors are chi-squares with 8 df, standardized."""
    return responses(rng, cases, lambda n: (rng.chisquare(8, n) - 8) / 4)


def incomplete(rng: np.random.Generator, cases: int) -> pd.DataFrame:
    """Return indicators with one in eight answers missing completely at random."""
    data = responses(rng, cases)
    return data.mask(rng.random(data.shape) < 0.125)


def incomplete_skewed(rng: np.random.Generator, cases: int) -> pd.DataFrame:
    data = skewed(rng, cases)
    return data.mask(rng.random(data.shape) < 0.125)


def ordered(rng: np.random.Generator, cases: int) -> pd.DataFrame:
    """Return the answers in four categories."""
    data = responses(rng, cases)
    return data.apply(lambda column: 1.0 + np.searchsorted(CUTS, column))


def ordered_pairwise(rng: np.random.Generator, cases: int) -> pd.DataFrame:
    data = ordered(rng, cases)
    return data.mask(rng.random(data.shape) < 0.1)


@dataclass(frozen=True)
class Study:
    options: SemOptions
    draw: Draw
    cases: int = 300
    draws: int = 250


ORDERED = {"ordered": NAMES, "std_lv": True}
STUDIES = {
    "ML": Study(SemOptions("ML", std_lv=True), responses, draws=600),
    "GLS": Study(SemOptions("GLS", std_lv=True), responses, cases=600),
    "WLS": Study(SemOptions("WLS", std_lv=True), responses, cases=2500, draws=400),
    "MLM": Study(SemOptions("MLM", std_lv=True), skewed, cases=600),
    "MLMV": Study(SemOptions("MLMV", std_lv=True), skewed, cases=600),
    "MLR": Study(SemOptions("MLR", std_lv=True), skewed, cases=600),
    "ULSMV": Study(SemOptions("ULSMV", std_lv=True), skewed, cases=600),
    "FIML": Study(SemOptions("ML", std_lv=True, missing="ml"), incomplete, draws=500),
    "robust FIML": Study(
        SemOptions("MLR", std_lv=True, missing="ml"), incomplete_skewed, cases=600
    ),
    "WLSMV": Study(SemOptions("WLSMV", **ORDERED), ordered),  # type: ignore[arg-type]
    "WLSM": Study(SemOptions("WLSM", **ORDERED), ordered, cases=600),  # type: ignore[arg-type]
    "ULSMV ordered": Study(SemOptions("ULSMV", **ORDERED), ordered),  # type: ignore[arg-type]
    "WLSMV pairwise": Study(
        SemOptions("WLSMV", missing="pairwise", **ORDERED),  # type: ignore[arg-type]
        ordered_pairwise,
    ),
}


def truth_of(lhs: str, op: str, rhs: str) -> float:
    if op == "|":
        return CUTS[int(rhs[1:]) - 1]
    if op == "~~" and lhs != rhs:
        return TRUTH["f~~g"]
    return TRUTH[op]


@pytest.mark.parametrize("name", STUDIES)
def test_that_intervals_cover_and_tests_keep_their_level(name: str) -> None:
    study = STUDIES[name]
    rng = np.random.default_rng(1)
    covered, rejected, used = [], 0, 0
    for _ in range(study.draws):
        result = fit(MODEL, study.draw(rng, study.cases), study.options)
        if not result.status.is_usable or result.tests is None:
            continue
        used += 1
        columns = result.columns
        for k in np.flatnonzero(columns["free"]):
            truth = truth_of(columns["lhs"][k], columns["op"][k], columns["rhs"][k])
            covered.append(columns["ci_low"][k] <= truth <= columns["ci_high"][k])
        standard, scaled = result.tests
        rejected += (scaled or standard).p < 0.05
    assert used > 0.98 * study.draws
    assert 0.93 <= np.mean(covered) <= 0.97
    assert 0.03 <= rejected / used <= 0.07
