"""How wide columns become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.pdf.columns import column_widths, shared_widths


def test_that_spare_room_is_shared_in_proportion():
    assert column_widths([100, 50], [10, 10], [True, False], total=300) == [200, 100]


def test_that_words_give_way_and_numbers_do_not():
    assert column_widths([300, 60], [40, 20], [True, False], total=200) == [140, 60]


def test_that_a_column_gets_what_its_longest_word_needs():
    assert shared_widths([1, 1, 2], [50, 10, 10], total=120) == pytest.approx([50, 70 / 3, 140 / 3])


def test_that_shares_stand_where_nothing_would_be_cut():
    assert shared_widths([1, 3], [10, 10], total=100) == [25, 75]


@given(st.lists(st.tuples(st.floats(0.5, 6), st.floats(5, 90)), min_size=2, max_size=12))
def test_that_widths_fill_the_table_and_nothing_is_cut_if_all_fits(columns):
    shares, least = zip(*columns, strict=True)
    widths = shared_widths(shares, least, total=453.0)
    assert sum(widths) == pytest.approx(453.0)
    if sum(least) <= 453.0:
        assert all(w >= low - 1e-6 for w, low in zip(widths, least, strict=True))
