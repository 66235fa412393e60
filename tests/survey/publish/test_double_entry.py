"""Paper forms typed in twice: matched by their number, compared, settled."""

import csv
import json
from pathlib import Path

import pytest

import main
from survey.problems import Refusal
from survey.publish.answer_files import AnswerFolder, answer_table, read_answer_folder
from survey.publish.double_entry import DO_NOT_KNOW, Difference, compare_entries, settled_sheets
from survey.publish.html_page import write_entry_page
from survey.questionnaire.files import read_questionnaire, write_questionnaire
from survey.questionnaire.roles import for_role
from survey.questionnaire.variables import variables
from tests.survey.publish.chromium import Browser, find_browser
from tests.survey.publish.test_html_page import answer, go_on, messages, pick, saved
from tests.survey.questionnaire.made import one_of_each

FORM = one_of_each()


def typed(folder: Path, *sheets: tuple[str, dict[str, object], dict[str, str]]) -> AnswerFolder:
    folder.mkdir()
    for number, (paper, answers, missing) in enumerate(sheets):
        content = answer(
            paper=paper, response=f"{number + 1:010x}", answers=answers, missing=missing
        )
        (folder / f"{number}.json").write_text(json.dumps(content), encoding="utf-8")
    return read_answer_folder(folder, FORM)


def test_that_differences_are_found_sheet_by_sheet(tmp_path):
    first = typed(
        tmp_path / "a",
        ("2", {"X1": 3, "WHY": "因为  钱"}, {}),
        ("10", {"X1": 1}, {"R": "do_not_know"}),
        ("7", {"X1": 1}, {}),
    )
    second = typed(
        tmp_path / "b",
        ("10", {"X1": 1}, {}),
        ("2", {"X1": 2, "WHY": "因为 钱"}, {}),
        ("8", {"X1": 1}, {}),
    )
    found = compare_entries(first, second, FORM)
    assert found.differences == (
        Difference("2", "X1", 3.0, 2.0),
        Difference("10", "R", DO_NOT_KNOW, None),
    )
    assert (found.only_first, found.only_second) == (("7",), ("8",))
    assert found.compared == 2 * len(variables(FORM))
    assert found.disagreement == pytest.approx(2 / found.compared)


def test_that_a_number_used_twice_is_told_and_not_compared(tmp_path):
    first = typed(tmp_path / "a", ("1", {"X1": 1}, {}), ("1", {"X1": 2}, {}))
    second = typed(tmp_path / "b", ("1", {"X1": 3}, {}))
    found = compare_entries(first, second, FORM)
    assert (found.repeated, found.differences, found.compared) == (("1",), (), 0)
    assert found.disagreement == 0.0


def test_that_decisions_make_the_table(tmp_path):
    first = typed(tmp_path / "a", ("1", {"X1": 3, "R": 1}, {}), ("2", {"X1": 2}, {}))
    second = typed(tmp_path / "b", ("1", {"X1": 2}, {}), ("2", {"X1": 2}, {}))
    found = compare_entries(first, second, FORM)
    with pytest.raises(Refusal) as refusal:
        settled_sheets(found, {("1", "X1"): 2.0})
    assert [problem.code for problem in refusal.value.problems] == ["entry_undecided"]
    assert refusal.value.describe("en")
    sheets = settled_sheets(found, {("1", "X1"): 2.0, ("1", "R"): DO_NOT_KNOW})
    table = answer_table(FORM, sheets)
    rows = [dict(zip(table.headers, row, strict=True)) for row in table.rows(0, 9)]
    assert [(row["序号"], row["X1"], row["R"]) for row in rows] == [
        ("1", "2", "不了解"),
        ("2", "2", "(跳过)"),
    ]


@pytest.mark.skipif(find_browser() is None, reason="no Chromium here")
def test_that_the_entry_page_takes_what_stands_on_the_paper(tmp_path):
    form = for_role(one_of_each(), "TCH")
    write_entry_page(one_of_each(), tmp_path / "entry.html", role="TCH")
    browser = Browser(tmp_path / "browser")
    try:
        browser.open(tmp_path / "entry.html")
        go_on(browser)
        assert browser.run("document.querySelector('.problem').textContent") == "请填写问卷编号"
        browser.type("A-17")
        browser.key("Enter")
        browser.run("document.getElementById('f-AGE').focus()")
        browser.type("120")  # as the paper says
        go_on(browser)
        assert messages(browser) == [
            "请先勾选同意；不愿参加请选择“不同意并退出”",
            "请填写 18 到 99 之间的数",
        ]
        go_on(browser)  # once more: kept as typed
        pick(browser, "X1", 3)
        go_on(browser)
        go_on(browser)
        go_on(browser)
        content = saved(browser)
    finally:
        browser.close()
    assert content["paper"] == "A-17"
    assert content["answers"] == {"AGE": 120}
    assert content["missing"]["X1"] == "do_not_know"
    assert set(content["missing"]) | {"AGE"} == {column.code for column in variables(form)}
    assert "not_shown" not in content["missing"].values()


# --- from the command line -----------------------------------------------------


def test_that_differences_go_out_and_settled_sheets_come_in(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))
    write_questionnaire(FORM, tmp_path / "form.json")
    typed(tmp_path / "a", ("2", {"X1": 3, "N": 20}, {}), ("10", {"X1": 1}, {}))
    typed(tmp_path / "b", ("2", {"X1": 2, "N": 25}, {}), ("10", {"X1": 1}, {}))
    call = ["entry", str(tmp_path / "a"), str(tmp_path / "b")]
    call += ["--questionnaire", str(tmp_path / "form.json"), "--out", str(tmp_path / "out")]
    assert main.main(call) == 0
    assert "2 处不一致" in capsys.readouterr().out
    listed = tmp_path / "out" / "双录入差异.csv"
    rows = list(csv.reader(listed.read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["问卷编号", "题目代码", "题目", "甲录入", "乙录入", "裁定"]
    assert [row[:2] + row[3:] for row in rows[1:]] == [
        ["2", "X1", "3", "2", ""],
        ["2", "N", "20", "25", ""],
    ]
    decided = {"X1": "乙", "N": "24"}
    with listed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], *([*row[:5], decided[row[1]]] for row in rows[1:])])
    assert main.main([*call, "--decisions", str(listed)]) == 0
    assert "2 份答卷已写入" in capsys.readouterr().out
    settled = read_answer_folder(tmp_path / "out" / "裁定后的答卷", FORM)
    by_paper = {answer.paper: answer.answers for answer in settled.answers}
    assert (by_paper["2"]["X1"], by_paper["2"]["N"]) == (2.0, 24.0)


def test_that_decisions_on_other_sheets_are_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))
    write_questionnaire(FORM, tmp_path / "form.json")
    for name, value in (("a", 3), ("b", 2)):
        typed(tmp_path / name, ("2", {"X1": value}, {}))
    listed = tmp_path / "list.csv"
    listed.write_text("编号,代码,题目,甲,乙,裁定\n9,X1,,3,2,甲\n2,X1,,3,2,\n", encoding="utf-8")
    call = ["entry", str(tmp_path / "a"), str(tmp_path / "b"), "--decisions", str(listed)]
    call += ["--questionnaire", str(tmp_path / "form.json"), "--out", str(tmp_path / "out")]
    assert main.main(call) == 2
    assert "问卷 9" in capsys.readouterr().err


def test_that_paper_of_a_framework_form_is_read_with_the_file_beside_its_page(
    tmp_path, capsys, monkeypatch
):
    """The consent text of this office is in the form, so the bare form is another version."""
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))
    page, beside = tmp_path / "录入.html", tmp_path / "录入.questionnaire.json"
    call = ["export", "SHORT30", "--role", "TCH", "--to", "entry", "--out", str(page)]
    assert main.main([*call, "--organiser", "科研处"]) == 0
    assert str(beside) in capsys.readouterr().out
    form = read_questionnaire(beside)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for sheet in range(12):
            content = answer(
                questionnaire={"code": form.code, "version": 1, "fingerprint": form.fingerprint},
                paper=str(sheet),
                response=f"{sheet + 1:010x}",
                answers={column.code: 3 for column in variables(form) if column.construct},
                missing={},
            )
            (tmp_path / name / f"{sheet}.json").write_text(json.dumps(content), encoding="utf-8")
    read = ["--questionnaire", str(beside), "--out", str(tmp_path / "out")]
    assert main.main(["entry", str(tmp_path / "a"), str(tmp_path / "b"), *read]) == 0
    assert main.main(["import", str(tmp_path / "out" / "裁定后的答卷"), *read]) == 0
    assert "12 份答卷" in capsys.readouterr().out
