"""Small groups stay hidden, also from somebody who subtracts."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import effective_threshold, hide_crosstab, hide_groups

counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), min_size=1)
tables = st.integers(2, 5).flatmap(
    lambda rows: st.integers(2, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 30), min_size=columns, max_size=columns),
            min_size=rows,
            max_size=rows,
        )
    )
)


def test_that_the_frameworks_example_is_reproduced() -> None:
    # framework.json, golden.suppression
    hidden = hide_groups({"x": 12, "y": 8, "z": 3}, 5)
    assert hidden.primary == ("z",)
    assert hidden.complementary == ("y",)


def test_that_no_setting_goes_under_five() -> None:
    assert effective_threshold(1) == 5
    assert hide_groups({"a": 4, "b": 30, "c": 40}, 1).all == ("a", "b")


def test_that_nothing_is_hidden_when_all_groups_are_large() -> None:
    assert hide_groups({"a": 10, "b": 300, "c": 0}).all == ()


@given(counts, st.integers(5, 15))
def test_that_a_hidden_remainder_is_never_one_group_or_small(
    counts: dict[str, int], threshold: int
) -> None:
    hidden = hide_groups(counts, threshold).all
    shown = [g for g, n in counts.items() if n > 0 and g not in hidden]
    assert all(counts[g] >= threshold for g in shown)
    if hidden and shown:
        assert len(hidden) >= 2
        assert sum(counts[g] for g in hidden) >= threshold


def test_that_a_group_hidden_elsewhere_stays_hidden_and_covers_small_ones() -> None:
    forced = ("RI", "GOV")
    assert set(hide_groups({"ADM": 70, "RI": 22, "GOV": 8}, forced=forced).all) == {"RI", "GOV"}
    assert hide_groups({"ADM": 70, "RI": 22, "GOV": 0}, forced=forced).all == ("RI",)
    assert set(hide_groups({"ADM": 70, "RI": 0, "GOV": 8}, forced=forced).all) == {"ADM", "GOV"}


def can_be_recovered(table: np.ndarray, hidden: np.ndarray) -> list[tuple[int, int]]:
    """Attack with the margins: a cell is recovered if its unit vector is in the row space."""
    places = [tuple(p) for p in np.argwhere(hidden)]
    if not places:
        return []
    rows = [[float(i == r) for i, _ in places] for r in range(table.shape[0])]
    columns = [[float(j == c) for _, j in places] for c in range(table.shape[1])]
    equations = np.array(rows + columns)
    rank = np.linalg.matrix_rank(equations)
    units = np.eye(len(places))
    return [
        place
        for place, unit in zip(places, units, strict=True)
        if np.linalg.matrix_rank(np.vstack([equations, unit])) == rank
    ]


@given(tables)
def test_that_subtracting_margins_recovers_no_hidden_cell(rows: list[list[int]]) -> None:
    table = np.array(rows)
    hidden = hide_crosstab(pd.DataFrame(table), 10).to_numpy()
    assert not ((table > 0) & (table < 10) & ~hidden).any()
    recovered = can_be_recovered(table, hidden)
    if ((table > 0) & ~hidden).any():
        small = [place for place in recovered if table[place] < 10]
        assert small == []
