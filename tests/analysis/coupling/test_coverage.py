"""Bootstrap intervals of D and E cover the truth as often as they claim (issue: 0.92-0.97)."""

import numpy as np
import pandas as pd
import pytest

from analysis.coupling.formulas import coordination_degree
from analysis.coupling.strata import (
    bootstrap_counts,
    interval,
    organisation_means,
    role_strata,
)

SURVEYS, DRAWS = 400, 400
MEANS = {"ADM": (0.62, 0.40), "TCH": (0.55, 0.34)}


def survey(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, pd.Series]:
    """Return correlated scores of two constructs with different means in two roles."""
    rows, roles = [], []
    for role, share in (("ADM", 1 / 3), ("TCH", 2 / 3)):
        size = round(n * share)
        noise = rng.multivariate_normal([0, 0], [[0.04, 0.016], [0.016, 0.04]], size)
        rows.append(np.array(MEANS[role]) + noise)
        roles += [role] * size
    return pd.DataFrame(np.vstack(rows), columns=["I1", "N1"]), pd.Series(roles)


@pytest.mark.parametrize("n", [60, 200])
@pytest.mark.parametrize("formula", ["standard", "wang", "fan"])
def test_that_intervals_of_d_cover_the_truth(n: int, formula: str) -> None:
    truth = coordination_degree(np.mean(list(MEANS.values()), axis=0), formula)
    rng, hits = np.random.default_rng(20260101), 0
    for seed in range(SURVEYS):
        strata = role_strata(*survey(rng, n))
        counts = bootstrap_counts(strata.membership, DRAWS, seed)
        low, high = interval(
            coordination_degree(organisation_means(strata, counts=counts), formula)
        )
        hits += bool(low <= truth <= high)
    assert 0.92 <= hits / SURVEYS <= 0.97
