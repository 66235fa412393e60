"""What is kept as JSON comes back equal, typed, and without running anything."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.store.codec import Undecodable, from_text, to_text

if TYPE_CHECKING:
    from survey.study import StudyItem


class Colour(StrEnum):
    RED = "red"


class Kind(IntEnum):
    ONE = 1


@dataclass(frozen=True, slots=True)
class Inner:
    name: str
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Outer:
    inner: Inner
    many: tuple[Inner, ...]
    pair: tuple[int, str]
    colour: Colour
    kind: Kind
    choice: Literal["a", "b"]
    maybe: float | None = None
    mapping: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    day: date = date(2026, 1, 1)
    at: datetime = datetime(2026, 1, 1, 12)
    raw: bytes = b""
    names: frozenset[str] = frozenset()
    by_number: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Late:
    item: "StudyItem"
    others: "tuple[StudyItem, ...]" = ()


OUTER = Outer(
    Inner("甲", math.inf),
    (Inner("乙"), Inner("丙", -0.0)),
    (3, "x"),
    Colour.RED,
    Kind.ONE,
    "a",
    2.5,
    {"a": 1.0},
    raw=b"\x00\xff",
    names=frozenset({"b", "a"}),
    by_number={1: "one"},
)


def test_that_nested_values_come_back_equal():
    assert from_text(to_text(OUTER), Outer) == OUTER


def test_that_the_same_value_gives_the_same_text():
    assert to_text(OUTER) == to_text(from_text(to_text(OUTER), Outer))


def test_that_missing_fields_take_their_defaults_and_unknown_ones_are_left_out():
    assert from_text('{"name": "a", "gone": 1}', Inner) == Inner("a", 1.0)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"size": 1}', Inner),
        ('{"name": 3}', Inner),
        ("[1]", Inner),
        ("[1, 2, 3]", tuple[int, str]),
        ('"c"', Literal["a", "b"]),
        ('"blue"', Colour),
        ("null", float),
        ("true", int),
        ("{", dict),
    ],
)
def test_that_what_does_not_fit_is_told(text: str, kind: Any):
    with pytest.raises(Undecodable):
        from_text(text, kind)


def test_that_a_value_of_unknown_kind_is_refused_at_once():
    with pytest.raises(TypeError, match="cannot be kept"):
        to_text({"f": lambda: 1})


def test_that_tables_come_back_equal():
    table = pd.DataFrame(
        {
            "n": [1, 2, 3],
            "x": [1.5, math.nan, -math.inf],
            "s": ["甲", None, "丙"],
            "b": [True, False, True],
            "t": pd.to_datetime(["2026-01-01 00:00:00", None, "2026-01-03 04:05:06"]),
            7: np.array([1, 2, 3], dtype="int8"),
        },
        index=pd.Index([3, 1, 2], name="respondent"),
    )
    back = from_text(to_text(table), pd.DataFrame)
    pd.testing.assert_frame_equal(back, table)


def test_that_tables_with_several_levels_come_back_equal():
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"])
    table = pd.DataFrame({("u", "v"): [1.0, 2.0], ("u", "w"): [3.0, 4.0]}, index=index)
    table.columns = pd.MultiIndex.from_tuples([("u", "v"), ("u", "w")])
    pd.testing.assert_frame_equal(from_text(to_text(table), pd.DataFrame), table)


def test_that_empty_tables_and_series_come_back_equal():
    empty = pd.DataFrame({"a": pd.Series(dtype="float64")})
    pd.testing.assert_frame_equal(from_text(to_text(empty), pd.DataFrame), empty)
    series = pd.Series([1.0, math.nan], index=["a", "b"], name="w")
    pd.testing.assert_series_equal(from_text(to_text(series), pd.Series), series)


def test_that_arrays_come_back_equal():
    array = np.array([[1.0, math.nan], [math.inf, -0.5]])
    back = from_text(to_text(array), np.ndarray)
    np.testing.assert_array_equal(back, array)
    assert from_text(to_text(np.float64(2.5)), float) == 2.5


def test_that_arrays_keep_the_order_their_sums_are_rounded_in():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert from_text(to_text(array), np.ndarray).flags.f_contiguous
    assert from_text(to_text(array.T), np.ndarray).flags.c_contiguous


def test_that_lists_and_tuples_in_a_table_stay_what_they_are():
    table = pd.DataFrame({"roles": [("ADM", ("TCH", 1)), (), ["x"]]})
    back = from_text(to_text(table), pd.DataFrame)
    assert back["roles"].tolist() == [("ADM", ("TCH", 1)), (), ["x"]]


def test_that_a_whole_number_kept_as_a_number_is_printed_as_before():
    back = from_text(to_text(Inner("df", 3)), Inner)
    assert str(back.size) == "3"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )
)
def test_that_any_json_like_value_comes_back_equal(value: Any):
    assert from_text(to_text(value), Any) == value


def test_that_the_options_of_a_whole_run_come_back_equal():
    from analysis.chain import ChainOptions  # keeps its imports for the type checker only

    options = ChainOptions()
    assert from_text(to_text(options), ChainOptions) == options


def test_that_hints_imported_for_the_type_checker_only_are_found():
    from survey.study import StudyItem as Item

    late = Late(Item("a", "题"), (Item("b", "题二", is_reversed=True),))
    assert from_text(to_text(late), Late) == late
