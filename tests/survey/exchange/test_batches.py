"""The next file: the same plan serves it, and responses that came before are found."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from survey.commands import import_answers
from survey.exchange import append_batch, apply_plan, propose_plan, refit_plan
from survey.exchange.raw_table import RawTable
from survey.problems import Refusal
from survey.reading import ReadingOptions
from survey.responses import Missing, ResponseSet
from tests.survey.exchange.tables import agreement, table


def export(answers: list[str], times: list[str], **more: list[str | None]) -> RawTable:
    columns: dict[str, list[str | None]] = {
        "序号": [str(n) for n in range(1, len(times) + 1)],
        "提交答卷时间": list(times),
        "1、看法—甲": agreement(answers[0]),
        "1、乙": agreement(answers[1]),
    }
    return table(columns | more)


MONDAY = ["2026/3/2 9:00:00", "2026/3/2 9:05:00", "2026/3/2 9:10:00"]
FIRST = export(["123", "145"], MONDAY)
SECOND = export(["12345", "14555"], [*MONDAY, "2026/3/3 9:00:00", "2026/3/3 9:01:00"])


def imported(raw: RawTable) -> ResponseSet:
    plan = refit_plan(propose_plan(SECOND), raw)
    return apply_plan(raw, plan)[0]


def test_that_a_later_export_adds_only_what_is_new() -> None:
    joined, report = append_batch(imported(FIRST), imported(SECOND), batch="2")
    assert joined.n == 5
    assert report.added == 2
    assert report.repeated == (2, 3, 4)
    assert joined.answers.index.tolist() == [1, 2, 3, 4, 5]
    assert joined.respondents["batch"].tolist() == ["1", "1", "1", "2", "2"]
    assert joined.answers.iloc[:, 0].tolist() == [1, 2, 3, 4, 5]


def test_that_the_same_answers_at_another_time_are_kept_and_told() -> None:
    again = export(["1", "1"], ["2026/3/9 9:00:00"])
    joined, report = append_batch(imported(FIRST), imported(again), batch="2")
    assert joined.n == 4
    assert report.repeated == ()
    assert report.alike == (2,)


def test_that_the_batch_may_group_the_respondents() -> None:
    joined, _ = append_batch(imported(FIRST), imported(SECOND), batch="春季")
    assert joined.study.group_variables[-1] == "batch"


def test_that_a_third_batch_leaves_the_names_of_the_others() -> None:
    joined, _ = append_batch(imported(FIRST), imported(SECOND), batch="2")
    third = export(["5", "1"], ["2026/3/20 9:00:00"])
    joined, _ = append_batch(joined, imported(third), batch="3")
    assert joined.respondents["batch"].tolist() == ["1", "1", "1", "2", "2", "3"]


def test_that_an_item_of_the_first_batch_only_was_not_shown_in_the_second() -> None:
    first, second = imported(FIRST), imported(SECOND)
    dropped = first.answers.columns[1]
    second = replace(
        second,
        study=second.study.restricted_to([first.answers.columns[0]]),
        answers=second.answers.drop(columns=dropped),
        missing=second.missing.drop(columns=dropped),
    )
    joined, _ = append_batch(first, second, batch="2")
    assert (joined.missing[dropped].iloc[3:] == Missing.NOT_SHOWN).all()


def test_that_other_items_are_refused() -> None:
    other = table({"1、看法—丙": agreement("123"), "1、丁": agreement("321")})
    with pytest.raises(Refusal) as caught:
        append_batch(imported(FIRST), apply_plan(other, propose_plan(other))[0], batch="2")
    assert caught.value.problems[0].code == "batch_other_items"


def test_that_a_plan_follows_its_columns_to_other_places() -> None:
    plan = propose_plan(SECOND)
    moved = SECOND
    order = [1, 3, 2, 0]
    moved = replace(
        moved,
        headers=tuple(SECOND.headers[place] for place in order),
        columns=tuple(SECOND.columns[place] for place in order),
    )
    refitted = refit_plan(plan, moved)
    assert [column.code for column in refitted.columns][1:3] == ["Q1_2", "Q1"]
    assert refitted.questions == ()


def test_that_gone_and_new_columns_are_noted() -> None:
    raw = table({header: column.cells() for header, column in
                 zip(SECOND.headers[1:], SECOND.columns[1:], strict=True)}
                | {"2、性别": ["男", "女", "男", "女", "男"]})  # fmt: skip
    notes = refit_plan(propose_plan(SECOND), raw).notes
    assert [note.code for note in notes] == ["plan_columns_gone", "plan_columns_new"]


def test_that_the_order_settled_by_the_user_serves_the_next_file() -> None:
    cells = ["没有更好", "无所谓", "不便"]
    raw = table({"1、影响—甲": cells, "1、乙": cells})
    plan = propose_plan(raw, scales=["1、影响—甲=没有更好<无所谓<不便"])
    later = table({"1、影响—甲": cells[::-1], "1、乙": cells})
    responses, _ = apply_plan(later, refit_plan(plan, later))
    assert responses.answers.iloc[:, 0].tolist() == [3, 2, 1]


def _write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def test_that_two_files_become_one_import_with_one_report(tmp_path: Path) -> None:
    head = ["提交答卷时间", *(f"1、看法—{part}" for part in "甲乙丙")]
    labels = ("非常不同意", "不同意", "一般", "同意", "非常同意", "(跳过)")
    rows = [
        [f"2026/3/{n + 1} 08:00:00", labels[n % 6], labels[(n + 2) % 5], labels[n // 6]]
        for n in range(24)
    ]
    late = [["2026/4/1 09:00:00", *rows[0][1:]], ["2026/4/2 09:00:00", "也许", "同意", "同意"]]
    first = _write(tmp_path / "a.csv", [head, *rows[:16]])
    second = _write(tmp_path / "b.csv", [head, *rows[12:], *late])
    options = ReadingOptions(role_column="-")
    (line,) = import_answers([first, second], tmp_path / "out", options, as_json=True)
    facts = json.loads(line)
    assert (facts["respondents"], facts["repeated"]) == (26, 4)
    assert sum(facts["missing"].values()) == 3 * 26
    assert facts["missing"]["NOT_UNDERSTOOD"] == 1
    assert any("b.csv" in said and "第 14 行" in said for said in facts["problems"])  # alike
    assert any("也许" in said for said in facts["problems"])
    answers = pd.read_csv(tmp_path / "out" / "答卷.csv")
    assert answers["batch"].value_counts().to_dict() == {1: 16, 2: 10}
