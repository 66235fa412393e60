"""The quick way through a large text gives what the slow way gives."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.exchange import large_text, read_table, reading, unquoted_text
from survey.exchange.delimited import delimited_rows
from survey.exchange.large_text import read_large
from survey.exchange.raw_table import TableBuilder, column_of
from survey.exchange.unquoted_text import read_unquoted

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


PLAIN_CELLS = st.text(st.sampled_from(list("ab1 .非常同意　é")), max_size=40)


@settings(deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(PLAIN_CELLS, min_size=width, max_size=width), min_size=1, max_size=30
        )
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_that_cells_without_quotes_are_told_apart_by_their_bytes(
    rows: list[list[str]], line_end: str, ends_with_line: bool
) -> None:
    rows = [["题", *row] for row in rows]
    text = line_end.join("\t".join(row) for row in rows) + line_end * ends_with_line
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unquoted_text, "STRETCH", 700)  # a few rows, each at most 500 bytes
        quick = read_unquoted(text.encode(), separator="\t")
    if quick is None:
        assert line_end == "\r\n"
        assert not ends_with_line  # the last line ends otherwise than the others
        return
    slow = [column_of(cells) for cells in zip(*rows, strict=True)]
    assert [column.values for column in quick] == [column.values for column in slow]
    assert [column.codes.tolist() for column in quick] == [c.codes.tolist() for c in slow]


@pytest.mark.parametrize(
    "data",
    [b"", b"a,b\n1\n", b"a,b\n1,2,3\n4\n", b"a,b\r\n1,2\n", b"a,b\n1\r2,3\n", b"a,b\n\xff,1\n",
     b'a,b\n"1",2\n', b"a,b\n1,\0\n", b"a,b\n\n1,2\n"],
)  # fmt: skip
def test_that_a_table_not_of_the_plain_kind_is_left_to_the_parser(data: bytes) -> None:
    assert read_unquoted(data, separator=",") is None


def test_that_numbers_without_quotes_keep_their_zeros() -> None:
    found = read_unquoted(b"a,1\nb,007\n", separator=",")
    assert found is not None
    assert found[1].values == ("1", "007")


def test_that_cells_with_one_mixed_number_are_left_to_the_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unquoted_text, "_MIXER", np.uint64(0))
    assert read_unquoted(b"aaaaaaaabbb\nccccccccbbb\n", separator=",") is None


@pytest.mark.parametrize(
    "data",
    [b"a,b\n1,2,3\n", b"a,b\n1,\0\n", b'a,b\n"1,2\n', b"a,b\n\xff,1\n", b'a,1\n"b",007\n'],
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


def test_that_a_return_inside_a_cell_is_left_to_the_careful_reader():
    assert read_unquoted(b"a,b\r\n1\r,2\nx,y\r\n", separator=",") is None
    assert read_unquoted(b"a,b\r\n1,2\r\nx,y\r\n", separator=",") is not None
