"""Repeat groups of KoboToolbox and ODK come with the answers, linked to them."""

from pathlib import Path

import pandas as pd
import pytest

from survey.commands import import_answers
from survey.exchange import (
    ColumnKind,
    append_batch,
    apply_plan,
    plan_from_json,
    plan_to_json,
    propose_plan,
    read_table,
    refit_plan,
)
from survey.exchange.raw_table import RawTable
from survey.reading import ReadingOptions
from survey.store import Project
from tests.survey.exchange.workbooks import write_xlsx

HOUSES = [
    ("start", "area", "_id", "_uuid", "_submission_time", "_index"),
    ("2026-01-02", "north", 901, "u1", "2026-01-02T10:00:00", 1),
    ("2026-01-03", "south", 902, "u2", "2026-01-03T10:00:00", 2),
    ("2026-01-04", "north", 903, "u3", "2026-01-04T10:00:00", 3),
]
PEOPLE = [
    ("people/age", "people/name", "people/likes/tea", "people/likes/milk", "_index",
     "_parent_table_name", "_parent_index", "_submission__id"),
    (30, "张三", 1, 0, 1, "Sheet1", 3, 903),
    (40, "李四", 1, 1, 2, "Sheet1", 3, 903),
    (None, "王五", 0, 1, 3, "Sheet1", 1, 901),
    (7, "赵六", 0, 0, 4, "Sheet1", 9, 999),
]  # fmt: skip
PETS = [
    ("people/pets/kind", "_index", "_parent_table_name", "_parent_index"),
    ("cat", 1, "Sheet2", 2),
    ("dog", 2, "Sheet2", 3),
]


@pytest.fixture
def raw(tmp_path: Path) -> RawTable:
    return read_table(write_xlsx(tmp_path / "a.xlsx", HOUSES, PEOPLE, PETS))


def test_that_repeat_sheets_are_read_with_the_first_sheet(raw: RawTable) -> None:
    assert (raw.sheet, raw.n_rows) == ("Sheet1", 3)
    assert [(table.sheet, table.n_rows) for table in raw.repeats] == [("Sheet2", 4), ("Sheet3", 2)]
    assert not raw.problems  # no sheet was left unread


def test_that_another_sheet_is_still_named_as_not_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", HOUSES, PEOPLE, [("note",), ("x",)])
    assert [problem.values["others"] for problem in read_table(path).problems] == ["Sheet3"]


def test_that_a_repeat_sheet_can_be_read_alone(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", HOUSES, PEOPLE)
    alone = read_table(path, sheet="Sheet2")
    assert (alone.n_rows, alone.repeats) == (4, ())


def test_that_rows_are_linked_to_their_responses_and_summed_up(raw: RawTable) -> None:
    responses, report = apply_plan(raw, propose_plan(raw), needs_items=False)
    people = responses.repeats["Sheet2"]
    assert people["respondent"].tolist() == [3, 3, 1, 0]
    assert people["age"].tolist()[:2] == [30, 40]
    assert people["people/likes"].tolist()[:3] == ["tea", "tea┋milk", "milk"]
    assert responses.repeats["Sheet3"]["respondent"].tolist() == [3, 1]  # through the people
    assert responses.other["Sheet2（条数）"].tolist() == [1, 0, 2]
    means = responses.other["Sheet2·age（每份答卷的平均）"]
    assert means.isna().tolist() == [True, True, False]
    assert means[3] == 35
    told = {problem.code: dict(problem.values) for problem in report.problems}
    assert told["repeat_unlinked"] == {"sheet": "Sheet2", "count": 1}
    sheets = [p.values for p in report.problems if p.code == "repeat_sheet"]
    assert [(v["sheet"], v["rows"], v["responses"]) for v in sheets] == [
        ("Sheet2", 4, 2),
        ("Sheet3", 2, 2),
    ]


def test_that_groups_said_to_stand_inside_each_other_end_nowhere(tmp_path: Path) -> None:
    people = [PEOPLE[0], (1, "甲", 0, 0, 1, "Sheet3", 1, 1)]
    pets = [PETS[0], ("cat", 1, "Sheet2", 1)]
    raw = read_table(write_xlsx(tmp_path / "a.xlsx", HOUSES, people, pets))
    responses, _ = apply_plan(raw, propose_plan(raw), needs_items=False)
    assert responses.repeats["Sheet2"]["respondent"].tolist() == [0]


def test_that_odk_keys_link_too(tmp_path: Path) -> None:
    houses = [("KEY", "meta/instanceID", "area"), ("uuid:1", "uuid:1", "n"), ("uuid:2", "b", "s")]
    people = [("age", "PARENT_KEY", "KEY"), (3, "uuid:2", "uuid:2/p[1]")]
    raw = read_table(write_xlsx(tmp_path / "a.xlsx", houses, people))
    responses, _ = apply_plan(raw, propose_plan(raw), needs_items=False)
    assert responses.repeats["Sheet2"]["respondent"].tolist() == [2]


def test_that_personal_data_in_a_repeat_group_are_never_stored(
    raw: RawTable, tmp_path: Path
) -> None:
    plan = propose_plan(raw)
    assert [column.header for column in plan.personal] == ["people/name"]
    responses, report = apply_plan(raw, plan, needs_items=False)
    assert report.dropped == ("people/name",)
    assert "张三" not in responses.repeats["Sheet2"].to_csv()
    with Project.create("p", folder=tmp_path / "data") as project:
        kept = project.add_source(raw, dropped=plan.personal_places)
        again = project.table_of(kept)
        assert kept.dropped == ("people/name",)
        project.save_as(tmp_path / "p.rongzhen")
        assert "张三".encode() not in (tmp_path / "p.rongzhen").read_bytes()
        assert [table.headers for table in again.repeats] == [t.headers for t in raw.repeats]
        assert again.repeats[0].columns[0].cells() == ["30", "40", None, "7"]
        assert again.repeats[0].columns[1].cells() == [None] * 4
        second, _ = apply_plan(again, plan, needs_items=False)
        for sheet, rows in responses.repeats.items():
            pd.testing.assert_frame_equal(second.repeats[sheet], rows)
        project.delete_answers()
        project.save()
        assert project.sources[0].is_deleted
    assert b"south" not in (tmp_path / "p.rongzhen").read_bytes()


def test_that_the_plan_keeps_what_was_settled_for_a_repeat_group(raw: RawTable) -> None:
    plan = propose_plan(raw)
    people = plan.repeats[0]
    columns = tuple(
        c if c.header != "people/age" else type(c)(c.place, c.header, ColumnKind.PERSONAL)
        for c in people.columns
    )
    edited = type(plan)(
        plan.platform, plan.columns, plan.study, plan.study_origin,
        repeats=(type(people)(people.sheet, columns), *plan.repeats[1:]),
    )  # fmt: skip
    read = plan_from_json(plan_to_json(edited))
    assert read.repeats == edited.repeats
    assert [c.header for c in refit_plan(read, raw).personal] == ["people/age", "people/name"]


def test_that_a_later_export_brings_only_the_rows_of_new_responses(tmp_path: Path) -> None:
    first_file = write_xlsx(tmp_path / "a.xlsx", HOUSES[:3], [*PEOPLE[:1], PEOPLE[3]])
    later_file = write_xlsx(tmp_path / "b.xlsx", HOUSES, PEOPLE[:4])
    raw = read_table(first_file)
    plan = propose_plan(raw)
    first, _ = apply_plan(raw, plan, needs_items=False)
    again = read_table(later_file)
    later, _ = apply_plan(again, refit_plan(plan, again), needs_items=False)
    joined, report = append_batch(first, later, batch="2")
    assert report.repeated == (2, 3)
    assert joined.repeats["Sheet2"]["respondent"].tolist() == [1, 3, 3]
    assert joined.repeats["Sheet2"].index.tolist() == [1, 2, 3]


def test_that_repeat_groups_are_exported_beside_the_answers(tmp_path: Path) -> None:
    items = [(*row, mark) for row, mark in zip(HOUSES, ("评分", 5, 3, 1), strict=True)]
    path = write_xlsx(tmp_path / "a.xlsx", items, PEOPLE)
    lines = import_answers([path], tmp_path / "out", ReadingOptions(role_column="-"))
    written = pd.read_csv(next((tmp_path / "out").glob("*_Sheet2.csv")))
    assert written["respondent"].tolist() == [3, 3, 1, 0]
    assert "name" not in " ".join(written.columns)
    assert any("Sheet2" in line and "4 行" in line for line in lines)
