"""Organisation means over roles, and their bootstrap."""

import numpy as np
import pandas as pd
import pytest

from analysis.coupling.strata import (
    bootstrap_counts,
    interval,
    organisation_means,
    ranks,
    role_means,
    role_strata,
)


def strata_of(groups: dict[str, list[float]], threshold: int = 5):  # type: ignore[no-untyped-def]
    values = [v for members in groups.values() for v in members]
    roles = [role for role, members in groups.items() for _ in members]
    return role_strata(pd.DataFrame({"C1": values}), pd.Series(roles), threshold=threshold)


def test_that_every_role_weighs_the_same_by_default() -> None:
    strata = strata_of({"ADM": [1.0] * 5, "TCH": [0.0] * 20})
    assert organisation_means(strata) == pytest.approx([0.5])
    assert organisation_means(strata, "respondent") == pytest.approx([0.2])


def test_that_small_roles_are_pooled_with_the_next_smallest() -> None:
    strata = strata_of({"ADM": [1.0] * 10, "GOV": [0.0] * 3, "RI": [0.3] * 6})
    assert organisation_means(strata) == pytest.approx([(1.0 + 0.2) / 2])
    assert role_means(strata)["C1"].isna().to_dict() == {"ADM": False, "GOV": True, "RI": True}


def test_that_the_pooled_total_does_not_give_a_small_role_away() -> None:
    # whoever knows every shown mean and the total finds the pooled mean, no single role's
    strata = strata_of({"ADM": [1.0] * 10, "GOV": [0.0] * 3, "RI": [0.3] * 6})
    total, shown = organisation_means(strata)[0], role_means(strata).loc["ADM", "C1"]
    assert 2 * total - shown == pytest.approx(0.2)


def test_that_missing_scores_count_for_nobody() -> None:
    strata = strata_of({"ADM": [1.0, np.nan, 1.0, 1.0, 1.0, 1.0], "TCH": [np.nan] * 6})
    assert organisation_means(strata) == pytest.approx([1.0])


def test_that_too_few_respondents_give_no_value() -> None:
    assert np.isnan(organisation_means(strata_of({"ADM": [1.0] * 4}))).all()


def test_that_the_bootstrap_draws_within_each_role() -> None:
    membership = np.array([0] * 7 + [1] * 3)
    counts = bootstrap_counts(membership, 50, seed=3)
    assert (counts[:, :7].sum(axis=1) == 6).all()
    assert (counts[:, 7:].sum(axis=1) == 2).all()
    assert np.array_equal(counts, bootstrap_counts(membership, 50, seed=3))


def test_that_the_bootstrap_has_the_standard_error_of_a_mean() -> None:
    rng = np.random.default_rng(5)
    sample = rng.normal(size=16)
    strata = strata_of({"ADM": list(sample)})
    drawn = organisation_means(strata, counts=bootstrap_counts(strata.membership, 20000, seed=1))
    assert drawn.std() == pytest.approx(sample.std(ddof=1) / 4, rel=0.02)


def test_that_the_interval_leaves_out_what_is_missing() -> None:
    low, high = interval(np.array([[0.0, np.nan], [1.0, np.nan], [np.nan, np.nan]]))
    assert (low[0], high[0]) == pytest.approx((0.025, 0.975))
    assert np.isnan([low[1], high[1]]).all()


def test_that_equal_values_share_a_rank() -> None:
    assert ranks(np.array([0.5, 0.9, 0.5])).tolist() == [2, 1, 2]
