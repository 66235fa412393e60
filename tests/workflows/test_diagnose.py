"""What a user of the command line does, from the file to the PDF."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook
from pypdf import PdfReader

import main
from resources import SAMPLE_FILE
from survey.store import Project

LABELS = ("非常不同意", "不同意", "一般", "同意", "非常同意")
QUESTIONS = {
    "6、请评价校企合作": ("企业需求清楚", "合作机制稳定", "双方投入充足", "成果共享合理"),
    "7、请评价人才培养": ("课程跟上前沿", "学生能进企业", "实训条件良好", "毕业生受欢迎"),
}


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory):
    """The main job once; several tests look at what it made."""
    folder = tmp_path_factory.mktemp("demo")
    assert main.main(["demo", "--out", str(folder)]) == main.EXIT_OK
    return folder


def wjx_export(path: Path, *, n: int, seed: int = 3) -> Path:
    """Write a small 问卷星 text export of a questionnaire that is not the framework's."""
    random = np.random.default_rng(seed)
    headers = ["序号", "提交答卷时间", "所用时间"]
    for stem, rows in QUESTIONS.items():
        number = stem.split("、")[0]
        headers += [f"{stem}—{rows[0]}", *(f"{number}、{row}" for row in rows[1:])]
    book = Workbook()
    sheet = book.active
    sheet.append(headers)
    common = random.normal(size=(n, 1))
    for respondent in range(n):
        cells: list[object] = [str(respondent + 1), "2026/3/1 9:00:00", "200秒"]
        for _ in QUESTIONS:
            own = random.normal()
            values = 0.5 * common[respondent] + 0.7 * own + 0.6 * random.normal(size=4)
            cells += [LABELS[int(np.clip(round(value * 1.1) + 2, 0, 4))] for value in values]
        sheet.append(cells)
    book.save(path)
    return path


def text_of(pdf: Path) -> str:
    pages = PdfReader(pdf).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def test_that_the_demo_writes_report_study_and_project(demo_run):
    assert {file.name for file in demo_run.iterdir()} == {
        "诊断报告.pdf",
        "研究定义.toml",
        "项目.rongzhen",
    }
    assert len(PdfReader(demo_run / "诊断报告.pdf").pages) >= 10


def test_that_simulated_data_are_marked_on_every_page(demo_run):
    pages = PdfReader(demo_run / "诊断报告.pdf").pages
    assert all("模拟数据" in page.extract_text() for page in pages)


def test_that_the_same_file_and_seed_give_the_same_bytes(demo_run, tmp_path):
    assert main.main(["demo", "--out", str(tmp_path)]) == main.EXIT_OK
    digests = {
        hashlib.sha256((folder / "诊断报告.pdf").read_bytes()).hexdigest()
        for folder in (demo_run, tmp_path)
    }
    assert len(digests) == 1


def test_that_the_written_project_opens_with_its_answers_and_results(demo_run):
    with Project.open(demo_run / "项目.rongzhen") as project:
        assert project.sources[0].rows == 600
        assert "chain" in project.results


def test_that_a_questionnaire_of_ones_own_gets_a_report_without_framework_pages(tmp_path):
    file = wjx_export(tmp_path / "校企合作_120.xlsx", n=120)
    assert main.main(["diagnose", str(file), "--out", str(tmp_path / "out")]) == main.EXIT_OK
    text = text_of(tmp_path / "out" / "诊断报告.pdf")
    assert "课程跟上前沿" in text
    assert "障碍度" not in text


def test_that_a_drafted_study_can_be_used_as_it_stands(tmp_path):
    file = wjx_export(tmp_path / "export.xlsx", n=60)
    study = tmp_path / "study.toml"
    assert main.main(["study", str(file), "--out", str(study)]) == main.EXIT_OK
    out = tmp_path / "out"
    arguments = ["diagnose", str(file), "--study", str(study), "--out", str(out)]
    assert main.main([*arguments, "--also", "word", "excel", "html"]) == main.EXIT_OK
    made = {file.suffix for file in out.glob("诊断报告.*")}
    assert made == {".pdf", ".docx", ".xlsx", ".html"}


def test_that_twelve_answers_still_give_a_report_that_says_what_it_cannot_tell(tmp_path):
    file = wjx_export(tmp_path / "few.xlsx", n=12)
    assert main.main(["diagnose", str(file), "--out", str(tmp_path / "out")]) == main.EXIT_OK
    assert "只宜作描述" in text_of(tmp_path / "out" / "诊断报告.pdf")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xlsx", b""),
        ("empty.csv", b""),
        ("cut.xlsx", b"PK\x03\x04 cut off"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("binary.csv", bytes(range(256)) * 20),
        ("header_only.csv", "姓名,得分\n".encode()),
    ],
)
def test_that_a_bad_file_is_refused_in_one_chinese_line(tmp_path, capsys, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    status = main.main(["diagnose", str(file), "--out", str(tmp_path / "out")])
    told = capsys.readouterr().err
    assert status == main.EXIT_REFUSED
    assert name in told
    assert "。请" in told
    assert "Traceback" not in told


def test_that_a_missing_file_is_named(tmp_path, capsys):
    status = main.main(["diagnose", str(tmp_path / "没有.xlsx"), "--out", str(tmp_path)])
    assert status == main.EXIT_REFUSED
    assert "没有.xlsx" in capsys.readouterr().err


def test_that_a_file_in_the_place_of_the_folder_is_refused_before_the_work(tmp_path, capsys):
    file = wjx_export(tmp_path / "export.xlsx", n=12)
    assert main.main(["diagnose", str(file), "--out", str(file)]) == main.EXIT_REFUSED
    assert "--out" in capsys.readouterr().err


def test_that_a_study_with_unknown_columns_names_them(tmp_path, capsys):
    file = wjx_export(tmp_path / "export.xlsx", n=12)
    study = tmp_path / "study.toml"
    main.main(["study", str(file), "--out", str(study)])
    changed = study.read_text(encoding="utf-8").replace("课程跟上前沿", "并不存在的题目甲乙丙")
    study.write_text(changed, encoding="utf-8")
    status = main.main(["diagnose", str(file), "--study", str(study), "--out", str(tmp_path)])
    assert status == main.EXIT_REFUSED
    assert "并不存在的题目甲乙丙" in capsys.readouterr().err


def test_that_unknown_labels_are_refused_with_the_option_that_orders_them(tmp_path, capsys):
    file = tmp_path / "labels.csv"
    rows = "\n".join(["甲,乙,丙,丁", "乙,丙,丁,甲", "丙,丁,甲,乙", "丁,甲,乙,丙"] * 5)
    file.write_text("1、态度—一,1、二,1、三,1、四\n" + rows, encoding="utf-8")
    assert main.main(["diagnose", str(file), "--out", str(tmp_path)]) == main.EXIT_REFUSED
    assert "--scale" in capsys.readouterr().err
    arguments = ["diagnose", str(file), "--out", str(tmp_path / "out"), "--scale", "*=甲<乙<丙<丁"]
    assert main.main(arguments) == main.EXIT_OK


def test_that_an_unknown_model_is_refused_before_the_work(tmp_path, capsys):
    call = ["diagnose", str(SAMPLE_FILE), "--out", str(tmp_path / "out"), "--model", "没有的模型"]
    assert main.main(call) == main.EXIT_REFUSED
    assert "MS_subscale" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
