"""The analysis services of the command line: planning, guard, waves, ledger, norms, panel."""

import csv

import pytest
from openpyxl import load_workbook

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
