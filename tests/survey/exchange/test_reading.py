"""Every kind of file gives the same table; every bad one a message that says what to do."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import xlwt

from survey.exchange import read_table
from survey.exchange.child import run_in_child
from survey.problems import Refusal
from survey.progress import Cancelled, silent
from tests.survey.exchange.workbooks import sheet_of, write_csv, write_raw_sheet, write_xlsx

ROWS = [
    ["序号", "1、您的性别", "2、满意吗"],
    ["1", "男", "满意"],
    ["2", "女", "(空)"],
    ["3", "男", ""],
]
CELLS = (("1", "男", "满意"), ("2", "女", "(空)"), ("3", "男", None))
TEXT = "\r\n".join(",".join(row) for row in ROWS) + "\r\n"


def refusal_code(path: Path, **options: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_table(path, **options)
    assert caught.value.describe("en") != caught.value.describe("zh_CN")
    return caught.value.problems[0].code


def test_that_an_xlsx_is_read_as_it_stands(tmp_path: Path) -> None:
    raw = read_table(write_xlsx(tmp_path / "a.xlsx", ROWS))
    assert raw.headers == tuple(ROWS[0])
    assert raw.cells == CELLS
    assert raw.sheet == "Sheet1"
    assert raw.row_numbers.tolist() == [2, 3, 4]


def test_that_an_xls_gives_the_same_cells(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for r, row in enumerate(ROWS):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    book.save(str(tmp_path / "a.xls"))
    assert read_table(tmp_path / "a.xls").cells == CELLS


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gb18030"), ("utf-16", "utf-16")],
)
def test_that_the_encoding_is_told_by_the_rule(tmp_path: Path, encoding: str, found: str) -> None:
    raw = read_table(write_csv(tmp_path / "a.csv", TEXT, encoding))
    assert raw.cells == CELLS
    assert raw.headers[0] == "序号"
    assert raw.source.encoding == found


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "shift_jis"])
def test_that_an_encoding_that_cannot_be_told_is_asked(tmp_path: Path, encoding: str) -> None:
    text = "名前,カナ\nテスト,アイウ\n" if encoding == "shift_jis" else "año,país\nsí,España\n"
    path = write_csv(tmp_path / "a.csv", text, encoding)
    assert refusal_code(path) == "encoding_unknown"
    assert read_table(path, encoding).n_rows == 1


def test_that_big5_is_asked_not_taken_for_gbk(tmp_path: Path) -> None:
    text = "編號,您的身份,您對學校的滿意程度\n1,教師,非常滿意\n2,學生,不太滿意\n"
    assert refusal_code(write_csv(tmp_path / "a.csv", text, "big5")) == "encoding_unknown"


@pytest.mark.parametrize(
    ("encoding", "code"), [("gb18030", "encoding_wrong"), ("klingon", "encoding_name_unknown")]
)
def test_that_a_wrong_encoding_named_by_the_user_is_refused(
    tmp_path: Path, encoding: str, code: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n\xff\xff\xff,1\n")
    assert refusal_code(path, encoding=encoding) == code


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_that_the_separator_is_the_one_that_gives_an_even_table(
    tmp_path: Path, separator: str
) -> None:
    text = "\n".join(separator.join(row) for row in ROWS)
    assert read_table(write_csv(tmp_path / "a.txt", text)).cells == CELLS


def test_that_commas_in_the_heading_do_not_decide_the_separator(tmp_path: Path) -> None:
    raw = read_table(write_csv(tmp_path / "a.csv", "a, b, c, d;e\n1;2\n3;4\n5;6\n"))
    assert raw.headers == ("a, b, c, d", "e")


def test_that_line_breaks_and_quotes_inside_cells_survive(tmp_path: Path) -> None:
    raw = read_table(write_csv(tmp_path / "a.csv", 'a,b\n"x\ny","say ""hi"""\n'))
    assert raw.cells == (("x\ny", 'say "hi"'),)


def test_that_cells_like_001_and_na_stay_text(tmp_path: Path) -> None:
    raw = read_table(write_csv(tmp_path / "a.csv", "编号,来源详情\n001,N/A\n002,NULL\n"))
    assert raw.cells == (("001", "N/A"), ("002", "NULL"))


def test_that_numbers_and_texts_mixed_in_a_column_are_told_apart_no_more(tmp_path: Path) -> None:
    raw = read_table(write_xlsx(tmp_path / "a.xlsx", [["a", "b"], [9.0, "8"], ["9", 8.5]]))
    assert raw.cells == (("9", "8"), ("9", "8.5"))


def test_that_true_is_not_one_and_zeros_are_no_blank_row(tmp_path: Path) -> None:
    rows = [["a", "b"], [1.0, True], [True, 1.0], ["1", False], [0, 0]]
    rows += [[0.0, 0.0]] * 8
    raw = read_table(write_xlsx(tmp_path / "a.xlsx", rows))
    assert raw.cells[:4] == (("1", "TRUE"), ("TRUE", "1"), ("1", "FALSE"), ("0", "0"))
    assert raw.n_rows == 12
    assert raw.columns[0].values == ("1", "TRUE", "0")


def test_that_blank_margins_and_rows_fall_away(tmp_path: Path) -> None:
    rows = [
        [None, None, None],
        [None, "a", "b"],
        [None, "1", "2"],
        [None, None, " "],
        [None, "3", "4"],
    ]
    raw = read_table(write_xlsx(tmp_path / "a.xlsx", rows))
    assert raw.cells == (("1", "2"), ("3", "4"))
    assert raw.row_numbers.tolist() == [3, 5]


def test_that_an_sav_keeps_labels_and_missing_codes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Q1": [1.0, 2.0, 9.0]})
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "a.sav"),
        column_labels={"Q1": "您的性别"},
        variable_value_labels={"Q1": {1.0: "男", 2.0: "女", 9.0: "拒答"}},
        missing_ranges={"Q1": [9.0]},
    )
    raw = read_table(tmp_path / "a.sav")
    assert raw.cells == (("1",), ("2",), ("9",))
    assert raw.facts[0].label == "您的性别"
    assert raw.facts[0].value_labels == (("1", "男"), ("2", "女"), ("9", "拒答"))
    assert raw.facts[0].missing == ("9",)


def test_that_the_first_filled_sheet_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["说明"]], ROWS, [["x", "y"], [1, 2]])
    raw = read_table(path)
    assert raw.sheet == "Sheet2"
    assert [problem.code for problem in raw.problems] == ["sheet_chosen"]
    assert read_table(path, sheet="Sheet3").cells == (("1", "2"),)
    assert refusal_code(path, sheet="Sheet9") == "sheet_missing"


# --- hostile, damaged, wrong ------------------------------------------------------------------


def test_that_a_stray_cell_at_the_end_of_the_sheet_costs_nothing(tmp_path: Path) -> None:
    cells = {"A1": "题目", "A2": "是", "A1048576": " "}
    raw = read_table(write_raw_sheet(tmp_path / "a.xlsx", sheet_of(cells)))
    assert raw.cells == (("是",),)
    assert "far_cells" in [problem.code for problem in raw.problems]


def test_that_a_cell_in_the_last_corner_kills_nothing(tmp_path: Path) -> None:
    cells = {"A1": "题目", "A2": "是", "XFD1048576": "x"}
    raw = read_table(write_raw_sheet(tmp_path / "a.xlsx", sheet_of(cells)))
    assert raw.cells[0][0] == "是"


def test_that_a_document_type_definition_is_refused(tmp_path: Path) -> None:
    xml = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet_of({"A1": "&a;", "A2": "1"})
    assert refusal_code(write_raw_sheet(tmp_path / "a.xlsx", xml)) == "file_has_dtd"


def test_that_a_bomb_is_refused(tmp_path: Path) -> None:
    extra = {"xl/media/big.bin": b"\0" * 60_000_000}
    path = write_raw_sheet(tmp_path / "a.xlsx", sheet_of({"A1": "a", "A2": "1"}), extra=extra)
    assert path.stat().st_size < 100_000
    assert refusal_code(path) == "file_is_bomb"


def test_that_macros_are_said_to_be_ignored(tmp_path: Path) -> None:
    extra = {"xl/vbaProject.bin": b"macro"}
    path = write_raw_sheet(tmp_path / "a.xlsm", sheet_of({"A1": "a", "A2": "1"}), extra=extra)
    assert [problem.code for problem in read_table(path).problems] == ["macros_ignored"]


def test_that_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "a.xlsx", ROWS).read_bytes()
    (tmp_path / "b.xlsx").write_bytes(whole[: len(whole) // 2])
    assert refusal_code(tmp_path / "b.xlsx") == "file_damaged"


def test_that_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    ole += "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    (tmp_path / "a.xlsx").write_bytes(ole)
    assert refusal_code(tmp_path / "a.xlsx") == "file_has_password"


def test_that_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    while place >= 0:  # the "encrypted" bit of every entry in the directory
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    path.write_bytes(data)
    assert refusal_code(path) == "file_has_password"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"a,b\n", "file_empty"),
        (b"only one column\nx\ny\n", "no_columns"),
        (b"%PDF-1.7 ...", "file_wrong_kind"),
        (b"\x89PNG\r\n\x1a\n....", "file_wrong_kind"),
        (b"\xff\xd8\xff\xe0 jpeg", "file_wrong_kind"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file_is_web_page"),
        (b"<?xml version='1.0'?><document/>", "file_is_form"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "file_damaged"),
        (b"PK\x03\x04 broken", "file_damaged"),
        (b"$FL2 broken", "statistics_file_damaged"),
        (b"<stata_dta>broken", "statistics_file_damaged"),
        (bytes(range(128, 256)) * 50 + bytes(5000), "file_not_text"),
        (b'a,b\n"never closed,1\n' + b"x" * 1_100_000, "quote_never_closed"),
    ],
)
def test_that_a_wrong_file_gets_one_clear_message(
    tmp_path: Path, content: bytes, code: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert refusal_code(tmp_path / "a.csv") == code


def test_that_another_zip_is_no_data_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal_code(tmp_path / "a.xlsx") == "file_wrong_kind"


def test_that_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert refusal_code(tmp_path / "none.xlsx") == "file_missing"
    assert refusal_code(tmp_path) == "file_is_folder"


def test_that_ten_thousand_columns_are_refused(tmp_path: Path) -> None:
    text = ",".join(f"c{n}" for n in range(10_002)) + "\n" + ",".join("1" * 10_002) + "\n"
    assert refusal_code(write_csv(tmp_path / "a.csv", text)) == "too_many_columns"


def test_that_blank_headings_are_named_after_their_place(tmp_path: Path) -> None:
    raw = read_table(write_csv(tmp_path / "a.csv", "a,,c\nx,y,z\nx,y,z\n"))
    assert raw.headers == ("a", "（第 2 列）", "c")
    assert [problem.code for problem in raw.problems] == ["heading_blank"]


def test_that_a_table_without_headings_loses_no_row(tmp_path: Path) -> None:
    raw = read_table(write_csv(tmp_path / "a.csv", "1,2,3\n4,5,6\n"))
    assert raw.cells == (("1", "2", "3"), ("4", "5", "6"))
    assert [problem.code for problem in raw.problems] == ["headings_missing"]


def test_that_ragged_rows_are_filled_with_blanks(tmp_path: Path) -> None:
    raw = read_table(write_csv(tmp_path / "a.csv", "a,b,c\n1,2\n1,2,3\n1\n1,2,3\n1,2,3\n"))
    assert raw.cells[0] == ("1", "2", None)
    assert raw.cells[2] == ("1", None, None)


# --- the child process ---------------------------------------------------------------------------


def test_that_a_reader_that_dies_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        run_in_child(_die, (), where="a.xlsx", progress=silent)
    assert caught.value.problems[0].code == "reader_died"


def test_that_a_reader_that_takes_all_memory_is_stopped() -> None:
    with pytest.raises(Refusal) as caught:
        run_in_child(_take_memory, (), where="a.xlsx", progress=silent, memory_limit=600 * 1024**2)
    assert caught.value.problems[0].code == "reader_died"


def test_that_a_reader_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(Refusal) as caught:
        run_in_child(_sleep, (), where="a.xlsx", progress=silent, time_limit=0.1)
    assert caught.value.problems[0].code == "reading_too_slow"


def test_that_a_reader_can_be_cancelled() -> None:
    def stop(share: float, step: str, /) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run_in_child(_sleep, (), where="a.xlsx", progress=stop)


def test_that_a_bug_in_the_reader_is_no_refusal() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run_in_child(_fail, (), where="a.xlsx", progress=silent)


def _die() -> None:
    import os

    os.abort()


def _take_memory() -> int:
    return len(bytearray(4 * 1024**3))


def _sleep() -> None:
    import time

    time.sleep(30)


def _fail() -> float:
    return 1 / 0


def test_that_progress_is_told(tmp_path: Path) -> None:
    seen: list[float] = []
    read_table(
        write_xlsx(tmp_path / "a.xlsx", ROWS), progress=lambda share, step: seen.append(share)
    )
    assert seen[0] == 0
    assert seen[-1] == 1


def test_that_a_long_text_can_be_cancelled(tmp_path: Path) -> None:
    def stop_later(share: float, step: str, /) -> None:
        if share > 0:
            raise Cancelled

    path = write_csv(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 5000)
    with pytest.raises(Cancelled):
        read_table(path, progress=stop_later)


def test_that_a_script_without_a_guard_or_a_file_can_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    script = f"from survey.exchange import read_table; print(read_table({str(path)!r}).n_rows)"
    found = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "3"


def test_that_the_source_is_named_and_hashed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", TEXT)
    source = read_table(path).source
    assert (source.name, source.rows, source.columns) == ("a.csv", 3, 3)
    assert len(source.sha256) == 64
