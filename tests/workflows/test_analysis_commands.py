"""The analysis services of the command line: planning, guard, waves, ledger, norms, panel."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

import main
from analysis.commands.plan import degrees_of_freedom


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))


def run(*arguments: object) -> int:
    """Run main.py; a call argparse refuses also returns its status."""
    try:
        return main.main([str(argument) for argument in arguments])
    except SystemExit as stop:
        return int(str(stop.code))


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Return what a refused call says: Chinese, without a traceback."""
    assert run(*arguments) == main.EXIT_REFUSED
    told = capsys.readouterr().err
    assert "请" in told or "命令写法有误" in told
    assert "Traceback" not in told
    return told


# --- plan ---------------------------------------------------------------------


# lavaan 0.6-14: degrees of freedom of lavaanify(model) as sem() lays it out; MW_two_wave has four
# equal loadings, which lavaan counts when fitting
@pytest.mark.parametrize(
    ("model", "df"),
    [
        ("MS_subscale", 80),
        ("MS0_full_mediation", 83),
        ("MI_items_second_order", 380),
        ("MF_feedback", 109),
        ("MX_formative", 52),
        ("MD_detailed_paths", 73),
        ("MP_pathways", 18),
    ],
)
def test_that_the_degrees_of_freedom_are_lavaans(model, df):
    assert degrees_of_freedom(model) == df


def test_that_a_plan_says_what_model_gap_and_sizes_need(capsys):
    assert run("plan", "--gap", "0.5", "--sizes", "100", "300") == main.EXIT_OK
    told = capsys.readouterr().out
    # R 4.2.2: power.t.test(delta = .5, power = .8): n = 63.77
    assert "64 份和 64 份" in told
    # R, MacCallum et al.: df 80, RMSEA .05 against .08, power .8
    assert "自由度 80" in told
    assert "MS_subscale" in told


def test_that_the_plan_goes_out_as_csv_and_as_workbook(tmp_path):
    table, book = tmp_path / "plan.csv", tmp_path / "plan.xlsx"
    run("plan", "--sizes", "60", "600", "--out", table)
    run("plan", "--sizes", "60", "600", "--out", book)
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == ["60", "600"]
    assert len(load_workbook(book).sheetnames) == 3


def test_that_a_role_too_small_to_be_shown_is_said(capsys):
    run("plan", "--role", "GOV=6", "--role", "ENT=90")
    told = capsys.readouterr().out
    assert "总人数不足 10" in told
    assert "发给全体也只约有 32 份" in told


def test_that_simulated_surveys_give_the_power_of_the_paths(capsys):
    assert run("plan", "--sizes", "300", "--simulate", "4") == main.EXIT_OK
    assert "各效应的检验把握" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--sizes", "1"),
        ("--sizes", "99999999"),
        ("--sizes", "viele"),
        ("--gap", "0"),
        ("--gap", "nan"),
        ("--sd", "-3"),
        ("--response-rate", "40"),
        ("--usable", "0"),
        ("--role", "TCH"),
        ("--role", "XYZ=5"),
        ("--role", "TCH=0"),
        ("--model", "没有.txt"),
        ("--simulate", "3", "--model", "MO_overall"),
        ("--simulate", "3", "--sizes", "50"),
        ("--simulate", "-3"),
        ("--out", "plan.docx"),
        ("--out", "/没有这个文件夹/plan.csv"),
    ],
)
def test_that_a_plan_that_makes_no_sense_is_refused(capsys, arguments):
    refused(capsys, "plan", *arguments)


@pytest.mark.parametrize("text", ["F =~ ", "y ~ x", "", "Y ~~ (", "\x00"])
def test_that_a_model_that_cannot_be_planned_is_refused(tmp_path, capsys, text):
    model = tmp_path / "model.txt"
    model.write_text(text, encoding="utf-8")
    refused(capsys, "plan", "--model", model)


# --- guard --------------------------------------------------------------------

U = ((0.6, 0.3), (0.5, 0.5), (0.81, 0.23), (0.42, 0.77))
LEVELS = ("初级协调", "中级协调", "初级协调", "中级协调")


def published(path: Path, measure: str, values: Sequence[float], *, levels: bool = False) -> Path:
    """Write a table as papers print them, three decimals."""
    heading = ["地区", "U1", "U2", measure, *(["等级"] if levels else [])]
    rows = [
        [f"r{k}", *map(str, u), f"{value:.3f}", *([LEVELS[k]] if levels else [])]
        for k, (u, value) in enumerate(zip(U, values, strict=True))
    ]
    path.write_text("\n".join(",".join(row) for row in [heading, *rows]), encoding="utf-8")
    return path


def standard_c(u: float, v: float) -> float:
    return 2 * math.sqrt(u * v) / (u + v)


def test_that_a_sound_table_is_called_sound_with_its_levels(tmp_path, capsys):
    values = [(u * v) ** 0.25 for u, v in U]  # FRAMEWORK 9, fact 1
    table = published(tmp_path / "a.csv", "D", values, levels=True)
    assert run("guard", table) == main.EXIT_OK
    told = capsys.readouterr().out
    assert "与标准式一致" in told
    assert "与 D10 等级表一致" in told
    assert "也吻合" not in told


def test_that_a_lost_coefficient_is_named_from_table_and_formula(tmp_path, capsys):
    table = published(tmp_path / "a.csv", "耦合度C", [standard_c(*u) / 2 for u in U])
    run("guard", table)
    run("guard", "--formula", r"C=\frac{\sqrt{U_1U_2}}{U_1+U_2}")
    assert capsys.readouterr().out.count("漏掉了系数 2") == 2


def test_that_a_wrong_exponent_is_named_in_a_workbook(tmp_path, capsys):
    book = Workbook()
    book.active.append(["city", "industry", "research", "result"])
    for u in U:
        book.active.append(["x", *u, round(standard_c(*u) ** 4, 3)])  # k = 2 instead of 1/2
    book.save(tmp_path / "a.xlsx")
    named = ["--systems", "industry", "research", "--c", "result"]
    assert run("guard", tmp_path / "a.xlsx", *named) == main.EXIT_OK
    assert "外层指数是 2" in capsys.readouterr().out


def test_that_numbers_of_no_known_form_get_the_closest(tmp_path, capsys):
    run("guard", published(tmp_path / "a.csv", "C", [0.1, 0.9, 0.4, 0.2]))
    told = capsys.readouterr().out
    assert "都不一致" in told
    assert "最接近的是" in told


def test_that_bent_level_names_are_pointed_at(tmp_path, capsys):
    values = [(u * v) ** 0.25 - 0.2 for u, v in U]
    run("guard", published(tmp_path / "a.csv", "D", values, levels=True))
    assert "等级" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("2*sqrt(U1*U2)/(U1+U2)", "与标准式一致"),
        ("D=(U1*U2)^(1/4)", "与标准式一致"),
        ("D = sqrt(2*sqrt(U1*U2)/(U1+U2)*(αU1+βU2))", "与标准式一致"),
        ("D=2*sqrt(U1*U2)/(U1+U2)*(U1+U2)/2", "没有开方"),
    ],
)
def test_that_a_pasted_formula_is_recognised(capsys, formula, said):
    assert run("guard", "--formula", formula) == main.EXIT_OK
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "formula",
    ["U1", "import os", "D=sqrt(C*T)", "f(", "9" * 1500 + "*U1*U2", "(" * 900 + "U1+U2", "中文"],
)
def test_that_a_formula_that_cannot_be_read_is_refused(capsys, formula):
    refused(capsys, "guard", f"--formula={formula}")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("a,b\n1,2\n3,4", ()),
        ("U1,U2,C\n0.5,x,0.3", ()),
        ("U1,U2,C\n0.5,,0.3\n,0.2,0.4", ()),
        ("U1,C\n0.5,0.3\n0.4,0.2", ()),
        ("U1,U2,U3,U4,U5,U6,C\n.1,.2,.3,.4,.5,.6,.7", ()),
        ("U1,U2,C\n0.5,0.4,0.9", ("--c", "没有")),
        ("U1,U2,D\n0.5,0.4,0.6", ("--alpha", "1,x")),
        ("U1,U2,D\n0.5,0.4,0.6", ("--alpha", "0.5")),
        ("U1,U2,D\n0.5,0.4,0.6", ("--alpha", "0,0")),
        ("U1,U2,D\n0.5,0.4,0.6", ("--formula", "U1*U2")),
        ("U1,U2,D\n0.5,0.4,0.6", ("--decimals", "99")),
        ("", ()),
    ],
)
def test_that_a_table_that_cannot_be_checked_is_refused(tmp_path, capsys, text, options):
    table = tmp_path / "a.csv"
    table.write_text(text, encoding="utf-8")
    refused(capsys, "guard", table, *options)


@pytest.mark.parametrize("rows", ["1.5,0.4,1.2", "0,0,1", "nan,0.4,0.2\n0.5,0.4,0.9", "-1,0.5,0.5"])
def test_that_impossible_scores_are_told_and_nothing_breaks(tmp_path, capsys, rows):
    table = tmp_path / "a.csv"
    table.write_text("U1,U2,C\n" + rows, encoding="utf-8")
    assert run("guard", table) in (main.EXIT_OK, main.EXIT_REFUSED)
    assert "Traceback" not in "".join(capsys.readouterr())


def test_that_guard_wants_something_to_check(capsys):
    refused(capsys, "guard")
    refused(capsys, "guard", "没有.csv")
