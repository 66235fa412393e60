"""Numbers, durations and dates are read as they are written in real files."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.exchange.numbers import is_day_first, moment_of, number_of, seconds_of


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("9.0", 9), ("8", 8), ("３", 3), ("1,234", 1234), ("1 234", 1234), ("12.5%", 12.5),
        ("3分", 3), ("约30", 30), ("五", 5), ("十二", 12), ("二十", 20), ("0,75", 0.75),
        ("-3", -3), ("1e3", 1000), ("25岁", 25), ("10 points", 10),
    ],
)  # fmt: skip
def test_that_a_number_is_read(cell: str, number: float) -> None:
    assert number_of(cell) == number


@pytest.mark.parametrize("cell", ["", "同意", "1-3次", "3部", "1,23,4", "nan", "inf", "2026/2/24"])
def test_that_what_is_no_number_is_none(cell: str) -> None:
    assert number_of(cell) is None


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("179秒", 179), ("3分20秒", 200), ("1小时2分3秒", 3723), ("00:03:20", 200), ("3:20", 200),
        ("179", 179), ("1041.5", 1041.5), ("2天", 172800),
    ],
)  # fmt: skip
def test_that_a_duration_is_read(cell: str, seconds: float) -> None:
    assert seconds_of(cell) == seconds


@pytest.mark.parametrize("cell", ["", "很久", "-5"])
def test_that_what_is_no_duration_is_none(cell: str) -> None:
    assert seconds_of(cell) is None


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026/2/24 21:13:43", datetime(2026, 2, 24, 21, 13, 43)),
        ("2026-02-24T21:13:43Z", datetime(2026, 2, 24, 21, 13, 43)),
        ("2026年2月24日", datetime(2026, 2, 24)),
        ("12/13/2019 12:02:32", datetime(2019, 12, 13, 12, 2, 32)),
        ("3/4/2026 1:05 PM", datetime(2026, 3, 4, 13, 5)),
        ("45000.5", datetime(2023, 3, 15, 12, 0)),
    ],
)
def test_that_a_date_is_read(cell: str, moment: datetime) -> None:
    assert moment_of(cell) == moment


def test_that_the_whole_column_decides_whether_days_come_first() -> None:
    cells = ["03/04/2026", "25/04/2026"]
    assert is_day_first(cells)
    assert moment_of(cells[0], day_first=True) == datetime(2026, 4, 3)
    assert not is_day_first(["03/04/2026", "04/25/2026"])


@pytest.mark.parametrize("cell", ["", "2026/13/45", "昨天", "5"])
def test_that_what_is_no_date_is_none(cell: str) -> None:
    assert moment_of(cell) is None


@settings(deadline=None)
@given(st.text())
def test_that_no_text_breaks_a_reader(cell: str) -> None:
    for read in (number_of, seconds_of, moment_of):
        read(cell)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_that_every_number_python_writes_is_read_back(number: float) -> None:
    assert number_of(repr(number)) == number
