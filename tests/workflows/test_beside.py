"""``diagnose`` with an earlier wave, indicators, the ledger and open answers beside it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import main
from tests.analysis.simulated_survey import simulate

DRAWS = ("--draws", "60")
PANEL = "学校,年份,OA01,OA09,OB01\n甲大学,2026,300,20,24\n"
BOUNDS = "代码,系统,方向,下限,上限\nOA01,U1,+,0,400\nOA09,U1,+,0,20\nOB01,U2,+,0,40\n"


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))


def run(*arguments: object) -> int:
    return main.main([str(argument) for argument in arguments])


def wave(path: Path, *, seed: int = 1, shift: float = 0.0) -> Path:
    """Write answers of 120 teachers headed by codes; constraints moved by ``shift``."""
    found = simulate({"TCH": 120}, seed=seed, missing=0.0)
    table = found.answers.copy()
    constraints = [c for c in table if str(c).startswith("C")]
    table[constraints] = np.clip(table[constraints] + shift, 1, 5)
    table = table.round().astype("Int64")
    table.insert(0, "身份", found.respondents["role"].map(found.study.role_names))
    told = "缺少中试平台，请找张伟民，电话138"
    table["OE1"] = [f"{told}{10000000 + row}" for row in range(len(table))]
    table.to_csv(path, index=False, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("beside")
    found = {
        "first": wave(folder / "2025.csv"),
        "later": wave(folder / "2026.csv", shift=-1.0),
        "panel": folder / "panel.csv",
        "bounds": folder / "bounds.csv",
        "names": folder / "names.txt",
        "ledger": folder / "台账.json",
    }
    found["panel"].write_text(PANEL, encoding="utf-8")
    found["bounds"].write_text(BOUNDS, encoding="utf-8")
    found["names"].write_text("张伟民\n", encoding="utf-8")
    call = ("ledger", found["first"], "--out", found["ledger"], "--wave", "2025", *DRAWS)
    assert run(*call) == main.EXIT_OK
    return found


@pytest.mark.slow
def test_that_everything_beside_the_answers_reaches_the_report(files, tmp_path):
    out = tmp_path / "out"
    call = ["diagnose", files["later"], "--out", out, "--also", "html", *DRAWS]
    call += ["--earlier", files["first"], "--indicators-data", files["panel"]]
    call += ["--indicators", files["bounds"], "--ledger", files["ledger"], "--wave", "2026"]
    call += ["--names", files["names"], "--quotes", "--university", "甲大学"]
    assert run(*call) == main.EXIT_OK
    page = (out / "诊断报告.html").read_text(encoding="utf-8")
    for said in ("前后对比", "有可靠改善", "客观指标佐证", "意见摘要", "缺少中试平台", "已销号"):
        assert said in page
    assert "张伟民" not in page
    assert "13810000" not in page
    items = json.loads((out / "整改台账.json").read_text(encoding="utf-8"))["items"]
    closed = {entry["constraint"] for entry in items if entry["state"] == "closed"}
    reached = {e["constraint"] for e in items if "OA09" in e["indicators"]}
    assert closed  # OA09 is at its target: survey and indicator agree
    assert closed <= reached
    assert load_workbook(out / "整改台账.xlsx").sheetnames


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--ledger", "ledger"), "--earlier"),
        (("--earlier", "bounds"), ""),
        (("--indicators-data", "panel"), "固定的上下限"),
        (("--names", "nobody"), ""),
        (("--earlier", "first", "--link", "没有"), "--link"),
    ],
)
def test_that_what_cannot_stand_beside_is_refused(files, tmp_path, capsys, given, said):
    told = {**files, "nobody": tmp_path / "none.txt"}
    arguments = [told.get(word, word) for word in given]
    call = ("diagnose", files["later"], "--out", tmp_path / "out", *arguments, *DRAWS)
    assert run(*call) == main.EXIT_REFUSED
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_that_the_table_of_a_wave_is_read_once_more_as_it_was(files, tmp_path):
    table = pd.read_csv(files["first"])
    table.drop(columns="OE1").to_csv(tmp_path / "a.csv", index=False)
    out = tmp_path / "out"
    call = ("diagnose", tmp_path / "a.csv", "--out", out, "--earlier", files["first"], *DRAWS)
    assert run(*call, "--also", "html") == main.EXIT_OK
    page = (out / "诊断报告.html").read_text(encoding="utf-8")
    assert "未发现可靠变化" in page
    assert "意见摘要" not in page
