"""What reaches a research office: merged, cut, mixed, damaged tables are handled or refused."""

import datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from openpyxl import Workbook

from survey.exchange import (
    ColumnKind,
    ImportPlan,
    ImportReport,
    apply_plan,
    propose_plan,
    read_table,
)
from survey.problems import Problem, Refusal
from tests.survey.exchange.workbooks import sheet_of, write_csv, write_raw_sheet, write_xlsx

ATTACHED = {
    "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
    "xl/externalLinks/_rels/externalLink1.xml.rels": (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="externalLinkPath" TargetMode="External" '
        b'Target="http://192.0.2.1/other.xlsx"/></Relationships>'
    ),
}


def refused(path: Path) -> Problem:
    with pytest.raises(Refusal) as caught:
        read_table(path)
    return caught.value.problems[0]


def understood(path: Path) -> tuple[ImportPlan, ImportReport]:
    raw = read_table(path)
    plan = propose_plan(raw)
    return plan, apply_plan(raw, plan, needs_items=False)[1]


def test_that_merged_headings_become_question_and_part(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "您对学校的看法", None, None, "2、性别"])
    sheet.append([None, "教学", "食堂", "住宿", None])
    for merged in ("A1:A2", "B1:D1", "E1:E2"):
        sheet.merge_cells(merged)
    for number, answer in enumerate(("同意", "不同意", "一般", "非常同意"), start=1):
        sheet.append([number, answer, "不同意", "非常同意", "男"])
    book.save(tmp_path / "a.xlsx")
    plan, _ = understood(tmp_path / "a.xlsx")
    items = plan.of_kind(ColumnKind.ITEM)
    assert {item.stem for item in items} == {"您对学校的看法"}
    assert [item.wording for item in items] == ["教学", "食堂", "住宿"]
    assert plan.columns[4].header == "2、性别"


def test_that_links_to_other_workbooks_are_never_followed(tmp_path: Path) -> None:
    cells = sheet_of({"A1": "题", "A2": "1", "A3": "2"})
    raw = read_table(write_raw_sheet(tmp_path / "a.xlsx", cells, extra=ATTACHED))
    assert raw.cells == (("1",), ("2",))


def test_that_formulas_are_not_computed_and_blank_headings_are_told(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["=1+1", "题"], ["=A1", "x"], [3, "y"]])
    raw = read_table(path)
    assert raw.headers == ("（第 1 列）", "题")
    assert raw.columns[0].cells() == [None, "3"]
    assert [problem.code for problem in raw.problems] == ["heading_blank"]


def test_that_formulas_in_a_text_are_text_and_go_out_harmless(tmp_path: Path) -> None:
    from survey.data_export import describe_variables, export_answers

    path = write_csv(tmp_path / "a.csv", "=1+1,说明\n1,=cmd|' /C calc'!A0\n2,@SUM(A1)\n")
    raw = read_table(path)
    assert raw.headers[0] == "=1+1"
    responses, _ = apply_plan(raw, propose_plan(raw), needs_items=False)
    export_answers(describe_variables(responses), tmp_path / "b.csv")
    written = (tmp_path / "b.csv").read_text(encoding="utf-8-sig")
    assert not any(
        cell[:1] in "=@" for line in written.splitlines()[1:] for cell in line.split(",")
    )


def test_that_two_encodings_in_one_file_are_refused_with_the_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        "序号,城市\n1,上海\n".encode() + "2,北京\n3,广州\n".encode("gb18030") + "4,成都\n".encode()
    )
    problem = refused(tmp_path / "a.csv")
    assert (problem.code, problem.row) == ("encoding_mixed", 3)
    assert (problem.values["count"], problem.values["rows"]) == (2, "3、4")


def test_that_a_text_cut_inside_a_character_is_refused_with_the_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("序号,城市\n1,上海\n2,北京".encode()[:-1])
    assert (refused(tmp_path / "a.csv").code, refused(tmp_path / "a.csv").row) == (
        "encoding_mixed",
        3,
    )


def test_that_a_text_cut_inside_a_quoted_cell_is_refused_with_the_row(tmp_path: Path) -> None:
    whole = 'a,b\n1,"上海"\n2,"北\n京"\n3,"成都'
    problem = refused(write_csv(tmp_path / "a.csv", whole + "\n4,武汉\n"))
    assert (problem.code, problem.row) == ("quote_never_closed", 4)
    assert read_table(write_csv(tmp_path / "b.csv", whole + '"\n4,武汉\n')).n_rows == 4


def test_that_a_cut_spss_file_is_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.0] * 500, "b": ["x"] * 500})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    whole = (tmp_path / "a.sav").read_bytes()
    (tmp_path / "a.sav").write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path / "a.sav").code == "statistics_file_damaged"


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".sav", ".dta"])
def test_that_nul_characters_come_in_and_go_out(tmp_path: Path, ending: str) -> None:
    from survey.data_export import describe_variables, export_answers

    raw = read_table(write_csv(tmp_path / "a.csv", "a,b\n1,\0x\x01\n2,y\n"))
    assert raw.columns[1].values == ("\0x\x01", "y")
    responses, _ = apply_plan(raw, propose_plan(raw), needs_items=False)
    export_answers(describe_variables(responses), tmp_path / f"b{ending}")
    assert read_table(tmp_path / f"b{ending}").n_rows == 2


def test_that_ten_thousand_columns_are_understood(tmp_path: Path) -> None:
    lines = [",".join(f"{letter}{n}" for n in range(10_000)) for letter in "cxy"]
    raw = read_table(write_csv(tmp_path / "a.csv", "\n".join(lines)))
    assert len(raw.columns) == 10_000


def test_that_dates_made_by_excel_and_cut_numbers_are_told(tmp_path: Path) -> None:
    day = datetime.date(2026, 3, 5)
    rows = [
        ["1、次数", "学校编号"],
        [day, "3.58E+14"],
        ["1-2次", "3.58E+14"],
        ["5次以上", "3.6E+14"],
    ]
    _, report = understood(write_xlsx(tmp_path / "a.xlsx", rows))
    told = {problem.code: problem.where for problem in report.problems}
    assert told["excel_dates"] == "1、次数"
    assert told["excel_exponents"] == "学校编号"


def test_that_all_problems_of_a_file_are_listed_at_once(tmp_path: Path) -> None:
    text = (
        "序号,1、次数,,您的性别,您的性别\n"
        "7,3月5日,x,男,男\n7,1-2次,y,女,女\n8,5次以上,z,男,男\n9,1-2次,w,男,女\n"
    )
    _, report = understood(write_csv(tmp_path / "a.csv", text))
    assert {"heading_blank", "headings_twice", "numbers_twice", "excel_dates"} <= {
        problem.code for problem in report.problems
    }


def test_that_all_open_questions_are_asked_at_once(tmp_path: Path) -> None:
    matrix = "，".join(("甲", "乙", "丙"))
    head = [f"1、看法—{part}" for part in matrix.split("，")]
    head += [f"2、做法—{part}" for part in matrix.split("，")]
    rows = [["青", "红", "蓝", "圆", "方", "扁"], ["红", "蓝", "青", "方", "扁", "圆"],
            ["蓝", "青", "红", "扁", "圆", "方"]] * 3  # fmt: skip
    raw = read_table(write_xlsx(tmp_path / "a.xlsx", [head, *rows]))
    with pytest.raises(Refusal) as caught:
        apply_plan(raw, propose_plan(raw))
    assert [p.code for p in caught.value.problems] == ["scale_order_unknown"] * 2
