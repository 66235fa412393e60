"""Bootstrap intervals of D cover the truth as often as they claim (issue: 0.92-0.97)."""

from collections import Counter
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from analysis.coupling.bca import Drawn
from analysis.coupling.formulas import FORMULAS, coordination_degree
from analysis.coupling.strata import (
    bootstrap_counts,
    left_out_means,
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


Hits = dict[tuple[str, str], float]


@pytest.fixture(scope="module", params=[60, 200])
def hits(request: pytest.FixtureRequest) -> Hits:
    """Return the share of surveys whose interval holds the true D, by kind and formula."""
    truth = {f: coordination_degree(np.mean(list(MEANS.values()), axis=0), f) for f in FORMULAS}
    rng = np.random.default_rng(20260101)
    found: Counter[tuple[str, str]] = Counter()
    for seed in range(SURVEYS):
        strata = role_strata(*survey(rng, request.param))
        counts = bootstrap_counts(strata.membership, DRAWS, seed)
        drawn = Drawn(
            u=organisation_means(strata),
            draws=organisation_means(strata, counts=counts),
            left_out=None,
            membership=strata.membership,
        )
        corrected = replace(drawn, left_out=left_out_means(strata))
        for formula in FORMULAS:
            degree = partial(coordination_degree, formula=formula)
            for kind, sample in (("percentile", drawn), ("bca", corrected)):
                low, high = sample.interval(degree)
                found[kind, formula] += bool(low <= truth[formula] <= high)
    return {key: count / SURVEYS for key, count in found.items()}


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_that_intervals_of_d_cover_the_truth(hits: Hits, kind: str, formula: str) -> None:
    assert 0.92 <= hits[kind, formula] <= 0.97
