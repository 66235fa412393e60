"""``main.py pilot``: the verdict on the terminal, everything in a workbook."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import main

ITEMS = [f"{letter}{j}" for letter in "abc" for j in range(1, 5)]
STUDY = "\n".join(
    [
        'title = "试测"',
        *(f'[[items]]\ncode = "{item}"\ntext = "题目{item}"\nmin = 1\nmax = 5' for item in ITEMS),
        *(
            f'[[constructs]]\ncode = "{letter.upper()}"\nname = "构念{letter}"\n'
            f"items = [{', '.join(repr(f'{letter}{j}') for j in range(1, 5))}]"
            for letter in "abc"
        ),
    ]
)


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))


def answers(path: Path, *, n: int = 200) -> Path:
    """Three constructs, four items each; a2 is noise."""
    rng = np.random.default_rng(5)
    factors = rng.normal(size=(n, 3)) @ np.linalg.cholesky(np.full((3, 3), 0.4) + 0.6 * np.eye(3)).T
    values = 3 + 0.85 * np.repeat(factors, 4, axis=1) + 0.53 * rng.normal(size=(n, 12))
    table = pd.DataFrame(np.clip(np.round(values), 1, 5).astype(int), columns=ITEMS)
    table["a2"] = rng.integers(1, 6, n)
    table.to_csv(path, index=False)
    return path


def run(tmp_path: Path, *more: str, n: int = 200) -> int:
    study = tmp_path / "study.toml"
    study.write_text(STUDY, encoding="utf-8")
    file = answers(tmp_path / "answers.csv", n=n)
    arguments = ["pilot", str(file), "--study", str(study), "--out", str(tmp_path / "out")]
    return main.main([*arguments, *more])


def test_that_the_item_to_mend_is_told_and_the_scale_is_on_trial(tmp_path, capsys):
    assert run(tmp_path, "--errors", "10") == main.EXIT_OK
    told = capsys.readouterr().out
    assert "试用版" in told
    line = next(line for line in told.splitlines() if line.startswith("a2"))
    assert "建议删除" in line
    assert "CITC" in line
    book = load_workbook(tmp_path / "out" / "量表检验.xlsx")
    text = "\n".join(str(c.value) for s in book for row in s.iter_rows() for c in row)
    assert "载荷的标准误" in text
    assert "平行分析的特征值" in text
    assert "Harman" in text


def test_that_a_marker_brings_its_models(tmp_path, capsys):
    assert run(tmp_path, "--errors", "0", "--marker", "C") == main.EXIT_OK
    assert "标记变量的因子模型" in capsys.readouterr().out


def test_that_an_unknown_marker_is_refused(tmp_path, capsys):
    assert run(tmp_path, "--marker", "Z9") == main.EXIT_REFUSED
    assert "Z9" in capsys.readouterr().err


def test_that_too_few_answers_are_refused(tmp_path, capsys):
    assert run(tmp_path, n=8) == main.EXIT_REFUSED
    assert "不足 10 份" in capsys.readouterr().err
