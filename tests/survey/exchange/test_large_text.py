"""The quick way through a large text gives what the slow way gives."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.exchange import large_text, read_table, reading
from survey.exchange.delimited import delimited_rows
from survey.exchange.large_text import read_large
from survey.exchange.raw_table import TableBuilder

CELLS = st.text(
    st.sampled_from(list('ab1, ;"\n\r\t非同意 　N/A.0')) | st.characters(codec="utf-8"), max_size=6
).filter(lambda cell: "\0" not in cell)


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12))
def test_that_both_ways_give_the_same_cells(rows: list[list[str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    text = stream.getvalue()
    quick = read_large(text.encode(), separator=",")
    builder = TableBuilder()
    for number, row in delimited_rows(text, "", separator=","):
        builder.add(row, number)
    slow, _ = builder.finish()
    if quick is not None:
        assert [column.cells() for column in quick] == [column.cells() for column in slow]
        assert [column.values for column in quick] == [column.values for column in slow]


@pytest.mark.parametrize(
    "data",
    [b"a,b\n1,2,3\n", b"a,b\n1,\0\n", b'a,b\n"1,2\n', b"a,b\n\xff,1\n", b"a,1\nb,007\n"],
)
def test_that_a_doubtful_text_is_left_to_the_slow_way(data: bytes) -> None:
    assert read_large(data, separator=",") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_that_a_large_file_is_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    lines = ["序号;您的性别", "", "001;男", ' ;" "', "002;N/A", "003;"]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding=encoding)
    slow = read_table(tmp_path / "a.csv")
    monkeypatch.setattr(reading, "FROM_SIZE", 0)
    quick = read_table(tmp_path / "a.csv")
    assert quick.headers == slow.headers
    assert quick.cells == slow.cells == (("001", "男"), ("002", "N/A"), ("003", None))
    assert quick.row_numbers.tolist() == slow.row_numbers.tolist() == [3, 5, 6]
    assert quick.source == slow.source
    assert large_text.FROM_SIZE > 0
