"""Bootstrap intervals of D and E cover the truth as often as they claim (issue: 0.92-0.97)."""

import numpy as np
import pandas as pd
import pytest

from analysis.coupling.formulas import FORMULAS, coordination_degree
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


@pytest.fixture(scope="module", params=[60, 200])
def hits(request: pytest.FixtureRequest) -> dict[str, float]:
    """Return the share of surveys whose interval holds the true D, by formula."""
    truth = {f: coordination_degree(np.mean(list(MEANS.values()), axis=0), f) for f in FORMULAS}
    rng, found = np.random.default_rng(20260101), dict.fromkeys(FORMULAS, 0)
    for seed in range(SURVEYS):
        strata = role_strata(*survey(rng, request.param))
        counts = bootstrap_counts(strata.membership, DRAWS, seed)
        u = organisation_means(strata, counts=counts)
        for formula in FORMULAS:
            low, high = interval(coordination_degree(u, formula))
            found[formula] += bool(low <= truth[formula] <= high)
    return {formula: count / SURVEYS for formula, count in found.items()}


@pytest.mark.parametrize("formula", FORMULAS)
def test_that_intervals_of_d_cover_the_truth(hits: dict[str, float], formula: str) -> None:
    assert 0.92 <= hits[formula] <= 0.97
