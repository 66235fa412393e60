"""Questionnaires on the command line: out to other programs, back in, checked, described."""

import json

import pytest

import main
from analysis.workflow import add_sources
from survey.exchange import plan_to_json
from survey.reading import ReadingOptions, read_answers
from survey.store import PLAN, Project

ANSWERS = "序号,提交答卷时间,1、满意度—食堂,1、宿舍,1、图书馆\n" + "\n".join(
    f"{n},2026/3/{n % 28 + 1} 9:00:00,{a},{b},{c}"
    for n, (a, b, c) in enumerate(
        [("满意", "一般", "非常满意"), ("不满意", "不满意", "一般"), ("非常不满意", "一般", "满意")]
        * 8,
        1,
    )
)


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))


@pytest.fixture
def answers(tmp_path):
    file = tmp_path / "答卷.csv"
    file.write_text(ANSWERS, encoding="utf-8")
    return file


def test_that_import_writes_the_plan_and_the_answers(answers, tmp_path, capsys):
    assert main.main(["import", str(answers), "--out", str(tmp_path / "out")]) == main.EXIT_OK
    assert "24 份答卷" in capsys.readouterr().out
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"导入计划.json", "答卷.csv"}


def test_that_import_speaks_json_where_asked(answers, tmp_path, capsys):
    main.main(["import", str(answers), "--out", str(tmp_path / "out"), "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["respondents"] == 24
    assert facts["columns"]["item"] == 3


def test_that_a_saved_plan_serves_the_next_batch(answers, tmp_path, capsys):
    out = tmp_path / "out"
    main.main(["import", str(answers), "--out", str(out)])
    plan = out / "导入计划.json"
    arguments = ["import", str(answers), "--plan", str(plan), "--out", str(tmp_path / "next")]
    assert main.main(arguments) == main.EXIT_OK
    assert (tmp_path / "next" / "答卷.csv").read_bytes() == (out / "答卷.csv").read_bytes()


def test_that_a_batch_exported_again_is_not_counted_twice(answers, tmp_path, capsys):
    again = tmp_path / "第二批.csv"
    again.write_text(ANSWERS + "\n25,2026/4/1 9:00:00,满意,满意,满意", encoding="utf-8")
    arguments = ["import", str(answers), str(again), "--out", str(tmp_path / "out"), "--json"]
    assert main.main(arguments) == main.EXIT_OK
    facts = json.loads(capsys.readouterr().out)
    assert (facts["respondents"], facts["repeated"]) == (25, 24)


@pytest.mark.parametrize("name", ["a.sav", "a.dta", "a.csv", "a.xlsx", "a.R"])
def test_that_answers_go_out_in_the_format_of_the_ending(answers, tmp_path, name):
    assert main.main(["export", str(answers), "--out", str(tmp_path / name)]) == main.EXIT_OK
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("target", ["json", "html", "wjx", "xlsform", "surveyjs", "redcap"])
def test_that_a_form_of_the_framework_goes_out(tmp_path, target):
    out = tmp_path / f"form.{target}"
    arguments = ["export", "SHORT30", "--to", target, "--role", "TCH", "--out", str(out)]
    assert main.main(arguments) == main.EXIT_OK
    assert out.stat().st_size > 0


def test_that_a_written_questionnaire_is_checked(tmp_path, capsys):
    form = tmp_path / "form.json"
    main.main(["export", "SHORT_TCH", "--to", "json", "--out", str(form)])
    capsys.readouterr()
    assert main.main(["check", str(form)]) == main.EXIT_OK
    assert "〔必改〕" in capsys.readouterr().out


def test_that_the_codebook_describes_every_column(answers, tmp_path):
    book = tmp_path / "book.md"
    assert main.main(["codebook", str(answers), "--out", str(book)]) == main.EXIT_OK
    assert "食堂" in book.read_text(encoding="utf-8")


def test_that_an_unknown_target_is_refused_with_the_known_ones(tmp_path, capsys):
    arguments = ["export", "SHORT30", "--to", "fax", "--out", str(tmp_path / "a")]
    assert main.main(arguments) == main.EXIT_REFUSED
    assert "limesurvey" in capsys.readouterr().err


def test_that_a_folder_of_answers_asks_for_the_questionnaire(tmp_path, capsys):
    folder = tmp_path / "answers"
    folder.mkdir()
    arguments = ["import", str(folder), "--out", str(tmp_path / "out")]
    assert main.main(arguments) == main.EXIT_REFUSED
    assert "--questionnaire" in capsys.readouterr().err


def test_that_a_questionnaire_of_another_program_is_taken_over(tmp_path, capsys):
    source = tmp_path / "题目.txt"
    source.write_text("调查\n1. 您的身份[单选题]\n教师\n企业\n2. 说明原因\n", encoding="utf-8")
    out = tmp_path / "新.questionnaire.json"
    assert main.main(["adopt", str(source), "--out", str(out)]) == main.EXIT_OK
    assert "2 题" in capsys.readouterr().out
    assert (tmp_path / "新-转入说明.txt").exists()
    assert main.main(["check", str(out)]) == main.EXIT_OK


def test_that_the_consent_text_takes_what_the_office_gives(tmp_path, capsys):
    page = tmp_path / "form.html"
    given = ["--organiser", "科研处", "--contact", "0451-1234", "--delete-by", "2027-12-31"]
    call = ["export", "SHORT_TCH", "--to", "html", "--out", str(page)]
    assert main.main([*call, *given, "--departments", "机械学院", "信息学院"]) == 0
    assert "{organiser}" not in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert all(word in text for word in ("科研处", "0451-1234", "2027-12-31", "信息学院"))


def test_that_blanks_of_the_consent_text_are_named(tmp_path, capsys):
    call = ["export", "SHORT_TCH", "--to", "html", "--out", str(tmp_path / "form.html")]
    assert main.main(call) == 0
    told = capsys.readouterr().out
    assert all(token in told for token in ("{organiser}", "{contact}", "{date}"))


def test_that_an_unknown_module_is_refused_with_the_known_ones(tmp_path, capsys):
    call = ["export", "SHORT_TCH", "--to", "json", "--out", str(tmp_path / "a.json")]
    assert main.main([*call, "--modules", "M99"]) == 2
    assert "M1 M2" in capsys.readouterr().err


def test_that_a_written_questionnaire_takes_the_consent_too(tmp_path, capsys):
    own = tmp_path / "own.json"
    assert main.main(["export", "SHORT30", "--to", "json", "--points", "7", "--out", str(own)]) == 0
    assert "{organiser}" in capsys.readouterr().out
    given = ["--organiser", "教务处", "--contact", "a", "--delete-by", "b"]
    text = tmp_path / "own.txt"
    call = ["export", str(own), "--to", "wjx", "--role", "TCH", "--out", str(text)]
    assert main.main([*call, *given]) == 0
    assert "本调查由教务处开展" in text.read_text(encoding="utf-8")


OWN = {
    "constructs": [{"code": "C10", "name": "数据壁垒", "polarity": "severity"}],
    "items": [{"code": "C10_1", "construct_code": "C10", "text": "{univ}的数据难以共享。"}],
}


@pytest.fixture
def own_items(tmp_path):
    file = tmp_path / "own.json"
    file.write_text(json.dumps(OWN), encoding="utf-8")
    return file


def test_that_the_item_bank_is_browsed_with_ones_own_items(own_items, capsys):
    assert main.main(["items", "职称", "论文", "--role", "TCH"]) == main.EXIT_OK
    told = capsys.readouterr().out
    assert "C2_2" in told
    assert "共 1 题（题库 86 题）" in told
    asked = ["items", "--construct", "C10", "--overlay", str(own_items), "--json"]
    assert main.main(asked) == main.EXIT_OK
    assert [item["code"] for item in json.loads(capsys.readouterr().out)] == ["C10_1"]
    assert main.main(["items", "--module", "M99"]) == main.EXIT_REFUSED
    assert "M1 M2" in capsys.readouterr().err


def test_that_own_items_go_out_with_a_form_of_the_framework(own_items, tmp_path, capsys):
    form, given = tmp_path / "form.json", ["--overlay", str(own_items)]
    call = ["export", "SHORT_TCH", "--to", "json", "--out", str(form), *given]
    assert main.main(call) == main.EXIT_OK
    assert "的数据难以共享" in form.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main.main(["check", str(form), *given]) == main.EXIT_REFUSED
    assert "SHORT30" in capsys.readouterr().err


def test_that_check_tells_minutes_and_the_sample(tmp_path, capsys):
    assert main.main(["check", "SHORT_TCH"]) == main.EXIT_OK
    told = capsys.readouterr().out
    assert "预计作答时间" in told
    assert "自由度 300" in told  # 30 * 31 / 2 - 2 * 30 - 15 * 14 / 2
    assert main.main(["check", "SHORT30", "--json"]) == main.EXIT_OK
    facts = json.loads(capsys.readouterr().out)
    assert facts["minutes"]["TCH"] > 5
    assert facts["sample"]["per_role_half"] == 64  # R: power.t.test(delta = .5, power = .8)
    assert {one["weight"] for one in facts["advice"]} <= {"serious", "advice", "note"}


def test_that_check_names_items_that_say_almost_the_same(tmp_path, capsys):
    own = tmp_path / "own.json"
    one, two = "本校教师的科研数据很难与合作企业共享。", "本校教师的科研数据较难与合作企业共享。"
    items = [
        {"code": code, "construct_code": "C1", "text": text}
        for code, text in (("C1_8", one), ("C1_9", two))
    ]
    own.write_text(json.dumps({"items": items}), encoding="utf-8")
    assert main.main(["check", "SHORT_TCH", "--overlay", str(own), "--json"]) == main.EXIT_OK
    found = json.loads(capsys.readouterr().out)["advice"]
    assert [a["where"] for a in found if a["code"] == "near_duplicate"] == ["C1_9"]


def test_that_a_project_of_two_batches_goes_out_whole(answers, tmp_path, capsys):
    second = tmp_path / "第二批.csv"
    head, *rows = ANSWERS.splitlines()
    moved = [head.replace("序号,", "手机号,序号,")]  # another order, and a personal column
    moved += [f"1380000{n:04d},{row}" for n, row in enumerate(rows)]
    moved.append("13900001111,25,2026/4/1 9:00:00,满意,满意,满意")
    second.write_text("\n".join(moved), encoding="utf-8")
    reading = read_answers([answers, second], ReadingOptions(), needs_items=False)
    project = tmp_path / "两批.rongzhen"
    with Project.create("两批") as kept:
        add_sources(kept, reading.raw, reading.plan, reading.later)
        kept.put(PLAN, plan_to_json(reading.plan))
        kept.save_as(project)
        assert [source.wave for source in kept.sources] == ["1", "2"]
        assert kept.sources[1].dropped == ("手机号",)
    assert main.main(["export", str(project), "--out", str(tmp_path / "a.csv")]) == main.EXIT_OK
    written = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").strip().splitlines()
    assert len(written) == 1 + 25  # 24 of the second file had come before
