"""No file and no table breaks the import: it is understood or refused, never a traceback."""

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from resources.texts import LANGUAGES
from survey.exchange import (
    append_batch,
    apply_plan,
    plan_from_json,
    plan_to_json,
    propose_plan,
    read_table,
    reading,
    refit_plan,
)
from survey.exchange.archive_scan import scan_archive
from survey.exchange.limesurvey_archive import read_limesurvey_archive
from survey.exchange.raw_table import RawTable
from survey.problems import Refusal
from survey.store import Project
from tests.survey.exchange.tables import table
from tests.survey.exchange.workbooks import sheet_of, write_raw_sheet

EXAMPLES = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=int(os.environ.get("RONGZHEN_FUZZ", "30")),
)
"""RONGZHEN_FUZZ=5000 for a long search."""
WORDS = st.sampled_from(
    [
        "非常不同意",
        "同意",
        "一般",
        "(跳过)",
        "(空)",
        "不了解",
        "1",
        "5",
        "9.0",
        "-3",
        "男",
        "女",
        "运动┋阅读",
        "甲→乙",
        "其他〖x〗",
        "179秒",
        "2026/2/24 21:13:43",
        "a, b",
        "a;b",
        "N/A",
        "=1+1",
        "13800000000",
        "Yes",
        "No",
        "True",
        "",
        " ",
        "\n",
    ]
)
CELLS = WORDS | st.text(max_size=8) | st.none()
HEADINGS = st.sampled_from(
    [
        "序号",
        "总分",
        "所用时间",
        "提交答卷时间",
        "来自IP",
        "1、看法—甲",
        "1、乙",
        "2、(甲)",
        "2、(乙)",
        "第3题(甲)",
        "您的身份",
        "姓名",
        "Q1[SQ001]",
        "Q1[SQ002]",
        "a/b/c",
        "a/b/d",
        "x___1",
        "x___2",
        "1.1 甲",
        "1.2 乙",
        "问题 [甲]",
        "问题 [乙]",
        "3.题:一",
        "3.题:二",
        "RespondentID",
        "—",
        "[]",
    ]
) | st.text(min_size=1, max_size=8)


def refusal_of(error: Refusal) -> str:
    """Every refusal can be said in both languages."""
    return " ".join(error.describe(language) for language in LANGUAGES)


@EXAMPLES
@given(st.data())
def test_that_no_table_breaks_the_plan(data: st.DataObject) -> None:
    headings = data.draw(st.lists(HEADINGS, min_size=1, max_size=6, unique=True))
    rows = data.draw(st.integers(1, 12))
    columns = {
        heading: data.draw(st.lists(CELLS, min_size=rows, max_size=rows)) for heading in headings
    }
    raw = table(columns)
    said = "nothing"
    try:
        plan = propose_plan(raw)
        assert plan_from_json(plan_to_json(plan)).columns == plan.columns
        assert refit_plan(plan, raw).columns == plan.columns
        responses, report = apply_plan(raw, plan, needs_items=False)
        said = "".join(report.lines() + report.lines("en"))
        assert responses.n == rows
        assert len(responses.respondents) == len(responses.other) == rows
    except Refusal as refusal:
        said = refusal_of(refusal)
    assert said


LINK_HEADINGS = st.sampled_from(
    ["_parent_index", "_parent_table_name", "_index", "KEY", "PARENT_KEY", "g/name", "g/a/x",
     "g/a/y", "_submission__id", "respondent", "手机"]
)  # fmt: skip


def sheet(data: st.DataObject, name: str) -> RawTable:
    headings = data.draw(st.lists(LINK_HEADINGS | HEADINGS, min_size=1, max_size=6, unique=True))
    rows = data.draw(st.integers(1, 6))
    cells = st.sampled_from(["1", "2", "3", "S", "T", "U"]) | CELLS
    columns = {h: data.draw(st.lists(cells, min_size=rows, max_size=rows)) for h in headings}
    return replace(table(columns), sheet=name)


@EXAMPLES
@given(st.data())
def test_that_no_repeat_group_breaks_plan_or_store(tmp_path: Path, data: st.DataObject) -> None:
    raw = replace(sheet(data, "S"), repeats=(sheet(data, "T"), sheet(data, "U")))
    said = "nothing"
    try:
        plan = propose_plan(raw)
        assert plan_from_json(plan_to_json(plan)).repeats == plan.repeats
        assert refit_plan(plan, raw).repeats == plan.repeats
        responses, report = apply_plan(raw, plan, needs_items=False)
        said = "".join(report.lines() + report.lines("en"))
        assert [len(rows) for rows in responses.repeats.values()] == [t.n_rows for t in raw.repeats]
        joined, _ = append_batch(responses, responses, batch="2")
        assert set(joined.repeats) == set(responses.repeats)
        with Project.create("fuzz", folder=tmp_path) as project:
            again = project.table_of(project.add_source(raw, dropped=plan.personal_places))
            assert [t.headers for t in again.repeats] == [t.headers for t in raw.repeats]
            project.close(discard=True)
    except Refusal as refusal:
        said = refusal_of(refusal)
    assert said


LINES = st.lists(
    st.text(st.sampled_from(list('ab,;\t1."\r\n 非é\ufeff\0')), max_size=12), max_size=12
)


@EXAMPLES
@given(
    LINES.map("\n".join)
    .flatmap(lambda text: st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    .map(lambda name: text.encode(name, errors="replace")))
    | st.binary(max_size=200)
)  # fmt: skip
def test_that_large_and_small_texts_are_read_or_refused_alike(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" + content)
    outcomes = []
    for size in (10**9, 0):  # by rows, then by columns
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "FROM_SIZE", size)
            try:
                raw = read_table(path)
                outcomes.append((raw.headers, raw.cells, raw.row_numbers.tolist(), raw.source))
            except Refusal as refusal:
                outcomes.append(refusal_of(refusal))
    assert outcomes[0] == outcomes[1]


@EXAMPLES
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_that_no_bytes_break_the_text_reader(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" + content)  # no magic number: in this process, not in a child
    said = "read"
    try:
        raw = read_table(path)
        assert all(len(column) == raw.n_rows for column in raw.columns)
    except Refusal as refusal:
        said = refusal_of(refusal)
    assert said


@EXAMPLES
@example(place=1347, byte=1)  # an offset that no file has: OSError from zipfile
@given(place=st.integers(0, 2000), byte=st.integers(0, 255))
def test_that_no_damaged_archive_breaks_the_scan(tmp_path: Path, place: int, byte: int) -> None:
    path = write_raw_sheet(tmp_path / "a.xlsx", sheet_of({"A1": "a", "A2": "1"}))
    content = bytearray(path.read_bytes())
    content[place % len(content)] = byte
    path.write_bytes(content)
    said = "scanned"
    try:
        scan_archive(path)
    except Refusal as refusal:
        said = refusal_of(refusal)
    assert said


@EXAMPLES
@given(st.text(max_size=60), st.text(max_size=60))
def test_that_no_xml_breaks_the_limesurvey_reader(
    tmp_path: Path, structure: str, answers: str
) -> None:
    path = tmp_path / "a.lsa"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("s.lss", f"<document>{structure}</document>")
        archive.writestr("s_responses.lsr", f"<document>{answers}</document>")
    said = "read"
    try:
        read_limesurvey_archive(path)
    except Refusal as refusal:
        said = refusal_of(refusal)
    assert said


@pytest.mark.slow
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(place=st.integers(0, 100_000), byte=st.integers(0, 255))
def test_that_no_damaged_workbook_breaks_the_reading_child(
    tmp_path: Path, place: int, byte: int
) -> None:
    path = write_raw_sheet(tmp_path / "a.xlsx", sheet_of({"A1": "题目", "A2": "1", "A3": "2"}))
    content = bytearray(path.read_bytes())
    content[place % len(content)] = byte
    path.write_bytes(content)
    said = "read"
    try:
        read_table(path)
    except Refusal as refusal:
        said = refusal_of(refusal)
    assert said
