"""Percentile intervals of an indirect effect cover the truth as they claim (0.92-0.97)."""

import numpy as np
import pandas as pd
import pytest

from analysis.modelling.effects import effects_table
from analysis.sem import SemOptions, fit
from analysis.sem.syntax import parse

MODEL = parse("m ~ a*x\ny ~ b*m + c*x\nind := a*b")
SURVEYS, DRAWS, N = 250, 200, 100


@pytest.mark.slow
def test_that_the_interval_of_an_indirect_effect_covers_the_truth() -> None:
    rng, hits = np.random.default_rng(20260101), 0
    for seed in range(SURVEYS):
        x = rng.standard_normal(N)
        m = 0.4 * x + rng.standard_normal(N)
        y = 0.4 * m + 0.1 * x + rng.standard_normal(N)
        data = pd.DataFrame({"x": x, "m": m, "y": y})
        sem = fit(MODEL, data, SemOptions(bootstrap=DRAWS, seed=seed))
        indirect = effects_table(MODEL, sem).set_index("effect").loc["ind"]
        hits += bool(indirect["low"] <= 0.16 <= indirect["high"])
    assert 0.92 <= hits / SURVEYS <= 0.97
