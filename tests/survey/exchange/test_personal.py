"""Personal data of Chinese surveys are found by heading, by look, and inside answers.

All numbers are made up; identity numbers have the check character of GB 11643-1999, whose
published example is 11010519491231002X.
"""

import hashlib
from pathlib import Path

import pytest

from survey.exchange import ColumnKind, apply_plan, propose_plan, read_table
from survey.exchange.personal import is_identity_number
from survey.store import Project
from tests.survey.exchange.tables import agreement, table

NAMES = ["王小明", "李华", "张丽娟", "陈建国", "欧阳娜", "刘洋", "赵敏", "黄志强", "周杰", "吴佳怡"]
STATEMENTS = ["学校好", "希望多开课", "食堂太贵", "没有", "图书馆座位少", "很满意", "无", "网络慢",
              "教师认真", "方便"]  # fmt: skip


def kind_of(heading: str, cells: list[str]) -> ColumnKind:
    rating = agreement("12345" * ((len(cells) + 4) // 5))[: len(cells)]
    return propose_plan(table({"1、题": rating, heading: cells})).columns[1].kind


def test_that_the_check_character_decides_an_identity_number() -> None:
    assert is_identity_number("11010519491231002X")
    assert is_identity_number("11010519491231002x")
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("１１０１０５１９４９１２３１００２X")
    assert not is_identity_number("1101051949123100X")


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("2、编码", ["11010519491231002X", "440524188001010014", "110105194912310029"]),
        ("2、编码", ["110105491231002", "440524800101001"]),
        ("2、号码", ["138 0013 8000", "139-1234-5678", "+86 15912345678"]),
        ("2、号码", ["010-62751234", "(0571)87951234", "0755-26534321"]),
        ("2、邮件", ["a.b@pku.edu.cn", "c_d@163.com"]),
        ("2、来源", ["192.0.2.1(浙江-杭州)", "2001:db8:0:0:1:2:3:4"]),
        ("2、住在哪里", ["浙江省杭州市西湖区余杭塘路866号", "北京市海淀区颐和园路5号3栋201室"]),
        ("2、位置", ["30.2741 120.1551 5 10", "39.9042 116.4074 40 8"]),
        ("2、请问您是哪位", NAMES),
        ("2、请留下您的联系电话：", ["无", "没有"]),
        ("_gps_latitude", ["30.2741", "39.9042"]),
        ("学生姓名", ["x", "y"]),
    ],
)
def test_that_a_column_of_personal_data_is_found(heading: str, cells: list[str]) -> None:
    assert kind_of(heading, cells) is ColumnKind.PERSONAL


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("2、建议", STATEMENTS),
        ("2、城市", ["上海", "杭州", "南京", "北京", "广州", "成都", "武汉", "西安"]),
        ("2、专业", ["计算机", "数学", "物理", "金融学", "汉语言文学", "马克思主义", "高等教育学"]),
        ("2、学院", ["经济学院", "法学院", "文学院", "马克思主义学院", "金融学院", "医学院"]),
        ("2、最喜欢的老师", ["王老师", "王老师", "王老师", "李老师", "李老师"]),
        ("2、订单", ["202601010000000001", "202601010000000002", "202601010000000003"]),
        ("2、年龄", ["18", "19", "20"]),
        ("2、分数", ["13.5", "138.0", "99.25"]),
    ],
)  # fmt: skip
def test_that_other_answers_are_not_taken_for_personal_data(heading: str, cells: list[str]) -> None:
    assert kind_of(heading, cells) is not ColumnKind.PERSONAL


@pytest.mark.parametrize(
    "said",
    [
        "有问题请打13812345678找我",
        "邮箱 zhang.san@zju.edu.cn 可联系",
        "身份证11010519491231002X",
        "我住在浙江省杭州市西湖区文三路100号",
        "电话 0571-87951234",
    ],
)
def test_that_personal_data_inside_an_open_answer_are_told_with_the_row(said: str) -> None:
    answers = [*STATEMENTS[:9], said]
    raw = table({"1、题": agreement("1234512345"), "2、建议": answers})
    plan = propose_plan(raw)
    assert plan.columns[1].kind is ColumnKind.TEXT
    _, report = apply_plan(raw, plan)
    told = [p for p in report.problems if p.code == "personal_inside"]
    assert [(p.where, p.values["count"], p.values["rows"]) for p in told] == [("2、建议", 1, "11")]


def test_that_ordinary_numbers_inside_an_answer_are_not_told() -> None:
    answers = [*STATEMENTS[:7], "花了 13812345678.50 元", "2026年1月", "第138123456789012号文件"]
    raw = table({"1、题": agreement("1234512345"), "2、建议": answers})
    assert "personal_inside" not in {note.code for note in propose_plan(raw).notes}


def test_that_a_stored_table_is_the_file_without_personal_cells_and_serves_another_plan(
    tmp_path: Path,
) -> None:
    rows = [f"{n},{name},{'男女'[n % 2]},{n % 5 + 1}" for n, name in enumerate(NAMES)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["序号,姓名,性别,1、满意度评分", *rows]), encoding="utf-8")
    raw = read_table(path)
    plan = propose_plan(raw)
    with Project.create("p", folder=tmp_path / "data") as project:
        project.add_source(raw, dropped=plan.personal_places)
        project.save_as(tmp_path / "p.rongzhen")
    for name in NAMES:
        assert name.encode() not in (tmp_path / "p.rongzhen").read_bytes()
    with Project.open(tmp_path / "p.rongzhen", folder=tmp_path / "data") as project:
        kept = project.table_of(project.sources[0])
    assert kept.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    for place in (0, 2, 3):
        assert kept.columns[place].cells() == raw.columns[place].cells()
    first, _ = apply_plan(kept, plan)
    assert "性别" in first.respondents
    again, _ = apply_plan(kept, plan.with_kind(2, ColumnKind.IGNORED))
    assert "性别" not in again.respondents
    assert again.answers.equals(first.answers)
