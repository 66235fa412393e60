"""The analysis services of the command line: planning, guard, waves, ledger, norms, panel."""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

import main
from analysis.commands.plan import PlanOrder, _curve, degrees_of_freedom, size_figure
from survey.framework import load_framework
from tests.analysis.simulated_survey import simulate


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


def test_that_the_curve_goes_out_drawn_and_the_same_each_time(tmp_path):
    picture, page, again = tmp_path / "a.png", tmp_path / "a.pdf", tmp_path / "b.pdf"
    for out in (picture, page, again):
        assert run("plan", "--sizes", "600", "60", "300", "--out", out) == main.EXIT_OK
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert page.read_bytes() == again.read_bytes()


def test_that_the_drawn_curve_holds_the_numbers_of_its_table_and_the_ladder():
    curve = _curve(PlanOrder(sizes=(600, 60, 300)), 80, "zh_CN")
    drawing = size_figure(curve, "zh_CN").drawing
    assert drawing.sizes == (60, 300, 600)
    # R 4.2.2: qt(.975, n - 1) * 20 / sqrt(n)
    assert drawing.lines[0][1] == pytest.approx((5.1665479, 2.2723694, 1.6035440), abs=1e-6)
    assert [n for n, _ in drawing.steps] == [30, 100, 300, 600]


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


# --- compare and ledger -------------------------------------------------------

DRAWS = ("--draws", "100")


def survey(
    path: Path, *, n: int = 60, seed: int = 1, shift: float = 0.0, roles: Sequence[str] = ("TCH",)
) -> Path:
    """Write answers to the framework's short form, headed by codes, with a self-made code."""
    counts = {role: n // len(roles) for role in roles}
    found = simulate(counts, seed=seed, missing=0.0)
    table = np.clip(found.answers + shift, 1, 5).round().astype("Int64")
    table.insert(0, "身份", found.respondents["role"].map(found.study.role_names))
    table.insert(0, "识别码", [f"k{row}" for row in found.respondents["row"]])
    table.to_csv(path, index=False, encoding="utf-8")
    return path


def compared(tmp_path: Path, *arguments: object) -> int:
    return run("compare", *arguments, "--out", tmp_path / "out", *DRAWS)


def test_that_a_rise_of_everybody_shows_and_is_written(tmp_path, capsys):
    first = survey(tmp_path / "2026.csv")
    later = survey(tmp_path / "2027.csv", shift=1.0)
    assert compared(tmp_path, first, later) == main.EXIT_OK
    told = capsys.readouterr().out
    assert "有可靠改善" in told
    assert "有可靠下降" in told  # constraints: more severe
    assert "不能证明由某项措施引起" in told
    book = load_workbook(tmp_path / "out" / "前后对比.xlsx")
    assert len(book.sheetnames) == 4


def test_that_the_same_answers_show_no_reliable_change(tmp_path, capsys):
    first = survey(tmp_path / "2026.csv")
    compared(tmp_path, first, first)
    told = capsys.readouterr().out
    assert "未发现可靠变化" in told
    assert "有可靠" not in told


def test_that_the_same_seed_gives_the_same_workbook(tmp_path):
    files = [survey(tmp_path / "2026.csv"), survey(tmp_path / "2027.csv", seed=5)]
    for out in ("a", "b"):
        run("compare", *files, "--out", tmp_path / out, *DRAWS)
    books = [(tmp_path / out / "前后对比.xlsx").read_bytes() for out in ("a", "b")]
    assert books[0] == books[1]


def reheaded(path: Path, target: Path, changes: Mapping[str, str]) -> Path:
    """Write ``path`` again with other headings."""
    heading, _, rest = path.read_text(encoding="utf-8").partition("\n")
    cells = [changes.get(cell, cell) for cell in heading.split(",")]
    target.write_text(",".join(cells) + "\n" + rest, encoding="utf-8")
    return target


def worded(path: Path, target: Path, **other: str) -> Path:
    """Write ``path`` with the items' wording as headings."""
    framework = load_framework()
    texts = {code: framework.item_text(code, "TCH").replace(",", "，") for code in framework.items}
    return reheaded(path, target, texts | other)


def test_that_a_changed_wording_is_left_out_and_named(tmp_path, capsys):
    answers = survey(tmp_path / "a.csv")
    first = worded(answers, tmp_path / "2026.csv")
    text = load_framework().item_text("C4_1", "TCH").replace(",", "，")
    for other in (text[:-4] + "甲乙", "与原题毫无关系的另一句话"):
        compared(tmp_path, first, worded(answers, tmp_path / "2027.csv", C4_1=other))
        told = capsys.readouterr().out
        assert "C4_1" in told
        assert "参与对比" in told


def test_that_a_role_that_no_longer_answers_an_item_is_named(tmp_path, capsys):
    first = survey(tmp_path / "2026.csv", roles=("TCH", "ADM"), n=80)
    table = pd.read_csv(first)
    table.loc[table["身份"] == table["身份"].iloc[0], "C4_1"] = None
    table.to_csv(tmp_path / "2027.csv", index=False)
    compared(tmp_path, first, tmp_path / "2027.csv")
    assert "C4_1 只在一次调查中出现" in capsys.readouterr().out


def test_that_linked_people_are_compared_with_themselves(tmp_path, capsys):
    first = survey(tmp_path / "2026.csv")
    compared(tmp_path, first, first, "--link", "识别码")
    assert "按相互独立处理" not in capsys.readouterr().out
    assert "--link" in refused(
        capsys, "compare", first, first, "--link", "没有", "--out", tmp_path / "out"
    )


@pytest.mark.slow
def test_that_projects_are_compared_too(tmp_path, capsys):
    first = survey(tmp_path / "2026.csv")
    run("diagnose", first, "--out", tmp_path / "project", *DRAWS)
    project = tmp_path / "project" / "项目.rongzhen"
    assert compared(tmp_path, project, survey(tmp_path / "2027.csv", shift=1.0)) == main.EXIT_OK
    assert "有可靠改善" in capsys.readouterr().out
    assert run("ledger", project, "--out", tmp_path / "a.json") == main.EXIT_OK
    assert (tmp_path / "a.xlsx").exists()


def test_that_small_waves_are_not_shown(tmp_path, capsys):
    first = survey(tmp_path / "2026.csv")
    few = survey(tmp_path / "2027.csv", n=8)
    told = refused(capsys, "compare", first, few, "--out", tmp_path / "out")
    assert "不足 10" in told
    # eight managers beside sixty teachers: the managers alone must not be compared
    mixed = survey(tmp_path / "mixed.csv", n=16, roles=("ADM", "ENT"))
    assert "不足 10" in refused(
        capsys, "compare", mixed, survey(tmp_path / "adm.csv", n=40, roles=("ADM",)),
        "--out", tmp_path / "out",
    )  # fmt: skip


def test_that_waves_without_anything_in_common_are_refused(tmp_path, capsys):
    teachers = survey(tmp_path / "a.csv")
    firms = survey(tmp_path / "b.csv", roles=("ENT",))
    assert "身份" in refused(capsys, "compare", teachers, firms, "--out", tmp_path / "out")
    other = tmp_path / "c.csv"
    other.write_text("甲,乙,丙\n" + "1,2,3\n4,5,1\n" * 20, encoding="utf-8")
    refused(capsys, "compare", teachers, other, "--out", tmp_path / "out")


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a wave and the ledger drafted from it."""
    folder = tmp_path_factory.mktemp("ledger")
    first = survey(folder / "2026.csv", n=120)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RONGZHEN_DATA", str(folder / "data"))
        ledger = folder / "台账.json"
        assert run("ledger", first, "--out", ledger, "--wave", "2026", *DRAWS) == main.EXIT_OK
    return first, ledger


def test_that_the_ledger_names_problem_measure_actor_and_department(drafted):
    book = load_workbook(drafted[1].with_suffix(".xlsx"))
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value]
    assert "待整改" in cells
    assert any("高校" in cell for cell in cells)
    assert any(cell.startswith("P2.") for cell in cells)
    assert any("处" in cell for cell in cells)


def test_that_survey_and_indicator_close_an_item(drafted, tmp_path, capsys):
    first, ledger = drafted
    better = survey(tmp_path / "2027.csv", n=120, shift=-1.0)  # constraints less severe
    item = ("--ledger", ledger, "--wave", "2027")
    assert compared(tmp_path, first, better, *item, "--reached", "OA09") == main.EXIT_OK
    assert "已销号" in capsys.readouterr().out
    items = json.loads((tmp_path / "out" / "整改台账.json").read_text(encoding="utf-8"))["items"]
    closed = [entry for entry in items if entry["state"] == "closed"]
    assert closed
    assert all("OA09" in entry["indicators"] for entry in closed)
    assert all(len(entry["evidence"]) == 2 for entry in items)
    compared(tmp_path, first, better, *item, "--missed", "OA09")
    assert "已销号" not in capsys.readouterr().out


def edited(ledger: Path, target: Path, **words: str) -> Path:
    """Write the ledger and its workbook again, the first item filled in by hand."""
    target.with_suffix(".json").write_bytes(ledger.read_bytes())
    book = load_workbook(ledger.with_suffix(".xlsx"))
    sheet = book["整改台账"]
    headings = {cell.value: cell.column for cell in sheet[3]}
    for heading, word in words.items():
        sheet.cell(4, headings[heading]).value = word
    book.save(target)
    return target


def test_that_what_departments_fill_in_is_kept(drafted, tmp_path):
    first, ledger = drafted
    book = edited(ledger, tmp_path / "b.xlsx", 完成时限="2026-12-31", 状态="整改中", 目标="降到 50")
    assert compared(tmp_path, first, first, "--ledger", book, "--wave", "2027") == main.EXIT_OK
    items = json.loads((tmp_path / "out" / "整改台账.json").read_text(encoding="utf-8"))["items"]
    kept = [items[0][key] for key in ("deadline", "state", "target")]
    assert kept == ["2026-12-31", "working", "降到 50"]


def test_that_nobody_closes_an_item_by_hand(drafted, tmp_path, capsys):
    first, ledger = drafted
    call = ("compare", first, first, "--out", tmp_path / "out", "--wave", "2027", "--ledger")
    assert "compare --ledger" in refused(
        capsys, *call, edited(ledger, tmp_path / "b.xlsx", 状态="已销号")
    )
    refused(capsys, *call, edited(ledger, tmp_path / "b.xlsx", 状态="随便"))
    refused(capsys, *call, first)
    other = Workbook()
    other.active.append(["编码", "状态"])
    other.save(tmp_path / "b.xlsx")
    refused(capsys, *call, tmp_path / "b.xlsx")


def test_that_a_ledger_that_does_not_fit_is_refused(drafted, tmp_path, capsys):
    first, ledger = drafted
    call = ("compare", first, first, "--out", tmp_path / "out", *DRAWS, "--ledger")
    assert "2026" in refused(capsys, *call, ledger, "--wave", "2026")
    refused(capsys, *call, ledger, "--reached", "OA99")
    refused(capsys, *call, tmp_path / "没有.json")
    document = json.loads(ledger.read_text(encoding="utf-8"))
    for change in (
        {"measures": [1]},
        {"actors": "A1"},
        {"deadline": None},
        {"evidence": [{"wave": "x", "severity": "y", "low": 0, "high": 1, "n": 3, "light": ""}]},
        {"constraint": 5},
        {"state": []},
    ):
        broken = tmp_path / "broken.json"
        items = [{**document["items"][0], **change}]
        broken.write_text(json.dumps({**document, "items": items}), encoding="utf-8")
        refused(capsys, *call, broken)


def test_that_a_ledger_wants_the_framework_and_a_json_file(tmp_path, capsys):
    first = survey(tmp_path / "2026.csv")
    assert ".json" in refused(capsys, "ledger", first, "--out", tmp_path / "a.xlsx")
    own = tmp_path / "own.csv"
    labels = ("满意", "一般", "非常满意", "不满意", "非常不满意")
    rows = "\n".join(f"{labels[k % 5]},{labels[(k * 2) % 5]}" for k in range(40))
    own.write_text("1、满意度—食堂,1、宿舍\n" + rows, encoding="utf-8")
    refused(capsys, "ledger", own, "--out", tmp_path / "a.json", *DRAWS)


# --- norm ---------------------------------------------------------------------


def norm_of(path: Path, *, seed: int, n: int = 60, roles: Sequence[str] = ("TCH",)) -> Path:
    answers = survey(path.with_suffix(".csv"), n=n, seed=seed, roles=roles)
    assert run("norm", "make", answers, "--label", path.stem, "--out", path) == main.EXIT_OK
    return path


def test_that_a_norm_file_holds_aggregates_of_large_groups_only(tmp_path, capsys):
    file = norm_of(
        tmp_path / "甲校.json", seed=1, n=48, roles=("TCH", "ADM", "ENT", "GOV", "RI", "STU")
    )
    assert "没有任何群体" not in capsys.readouterr().out
    norm = json.loads(file.read_text(encoding="utf-8"))
    assert {entry["role"] for entry in norm["entries"]} == {""}  # eight per role: hidden
    assert min(entry["n"] for entry in norm["entries"]) >= 10
    assert set(norm["entries"][0]) == {"construct", "role", "n", "mean", "sd", "items"}


def test_that_three_other_universities_give_a_norm(tmp_path, capsys):
    own, *others = (norm_of(tmp_path / f"{k}.json", seed=k) for k in range(1, 5))
    table = tmp_path / "a.csv"
    assert run("norm", "compare", own, *others, "--out", table) == main.EXIT_OK
    assert "不作排名" in capsys.readouterr().out
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert {row[4] for row in rows[1:]} == {"3"}
    assert run("norm", "compare", own, *others[:2]) == main.EXIT_OK
    told = capsys.readouterr().out
    assert "没有可以比较的内容" in told
    assert "不足 3 所" in told


def test_that_a_norm_of_simulated_answers_says_so(tmp_path):
    answers, out = survey(tmp_path / "a.csv"), tmp_path / "a.json"
    run("norm", "make", answers, "--simulated", "--label", "甲校", "--out", out)
    assert "模拟数据" in json.loads(out.read_text(encoding="utf-8"))["label"]


def test_that_a_norm_that_may_not_be_used_is_refused(tmp_path, capsys):
    own, other = norm_of(tmp_path / "a.json", seed=1), tmp_path / "b.json"
    refused(capsys, "norm", "compare", own, own)
    refused(capsys, "norm", "compare", own, tmp_path / "没有.json")
    refused(capsys, "norm")
    document = json.loads(own.read_text(encoding="utf-8"))
    for change in ({"n": 3}, {"mean": 130}, {"mean": "x"}, {"role": []}, {"sd": None}):
        entries = [{**document["entries"][0], **change}]
        other.write_text(json.dumps({**document, "entries": entries}), encoding="utf-8")
        refused(capsys, "norm", "compare", own, other)
    for content in (b"", b"\xff\xfe\x00", b"[]", b'{"format": "x"}'):
        other.write_bytes(content)
        refused(capsys, "norm", "compare", own, other)


def test_that_a_norm_cannot_be_made_of_too_few(tmp_path, capsys):
    few = survey(tmp_path / "few.csv", n=8)
    told = refused(capsys, "norm", "make", few, "--label", "x", "--out", tmp_path / "a.json")
    assert "没有任何群体达到 10 人" in told
    assert not (tmp_path / "a.json").exists()
    refused(capsys, "norm", "make", few, "--label", " ", "--out", tmp_path / "a.json")
    refused(capsys, "norm", "make", few, "--label", "x", "--out", tmp_path / "a.txt")


# --- panel --------------------------------------------------------------------

PANEL = (
    "学校,年份,OA01 合同额,OA03,OB01,OB07\n"
    "a,2021,120,12,8.1,0.52\na,2022,150,15,8.4,0.50\na,2023,180,14,9.0,0.47\n"
    "b,2021,60,5,6.2,0.61\nb,2022,75,8,6.6,0.60\nb,2023,90,9,7.1,0.58\n"
    "c,2021,200,22,9.5,0.44\nc,2022,210,25,9.9,0.43\nc,2023,260,27,10.4,0.40\n"
    "d,2021,30,3,5.0,0.70\nd,2022,45,4,5.1,0.69\nd,2023,40,6,5.6,0.66\n"
)
DESCRIBED = (
    "代码,系统,方向,下限,上限,权重\nOA01,U1,+,0,400,2\nOA03,U1,+,0,40,1\n"
    "OB01,U2,+,0,15,1\nOB07,U2,-,0.2,1,1\n"
)


def panel(tmp_path: Path, text: str = PANEL, described: str = "") -> tuple[object, ...]:
    """Return the call for a panel, with the user's table of indicators where there is one."""
    file, indicators = tmp_path / "panel.csv", tmp_path / "indicators.csv"
    file.write_text(text, encoding="utf-8")
    indicators.write_text(described, encoding="utf-8")
    return ("panel", file, *(("--indicators", indicators) if described else ()))


def test_that_a_panel_gives_the_degrees_of_r(tmp_path, capsys):
    table = tmp_path / "out.csv"
    assert run(*panel(tmp_path), "--weighting", "entropy", "--out", table) == main.EXIT_OK
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
    # R 4.2.2, base functions (min-max, entropy weights, standard D)
    expected = [0.68841053832, 0.75822468112, 0.80355753902, 0.40757223568]
    assert [float(row["D 标准式"]) for row in rows[:4]] == pytest.approx(expected, abs=1e-9)
    assert "不能跨年比较" in capsys.readouterr().out


def test_that_nine_unit_years_are_refused_unless_bounds_are_frozen(tmp_path, capsys):
    nine = "\n".join(PANEL.splitlines()[:10])
    assert "只有 9 个" in refused(capsys, *panel(tmp_path, nine))
    assert run(*panel(tmp_path, nine, DESCRIBED), "--weighting", "given") == main.EXIT_OK
    assert "固定" in capsys.readouterr().out
    refused(capsys, *panel(tmp_path, nine, DESCRIBED), "--weighting", "entropy")


def test_that_a_panel_speaks_english_and_fills_a_workbook(tmp_path, capsys):
    book = tmp_path / "out.xlsx"
    assert run(*panel(tmp_path), "--language", "en", "--out", book) == main.EXIT_OK
    assert "Good coordination" in capsys.readouterr().out
    assert len(load_workbook(book).sheetnames) == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a,2022", "a,2021"),
        ("a,2022", ",2022"),
        ("150", "很多"),
        ("150", "inf"),
        ("年份", "期次"),
        ("OB01,OB07", "X1,X2"),
        ("OA01 合同额,OA03,OB01,OB07", "a,b,c,d"),
    ],
)
def test_that_a_panel_that_cannot_be_used_is_refused(tmp_path, capsys, old, new):
    refused(capsys, *panel(tmp_path, PANEL.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("代码", "名字"),
        ("OA03", "OA01"),
        ("OA03", "XX01"),
        ("U1,+,0,40", "U1,?,0,40"),
        ("0,40,", "50,40,"),
        ("0,40,1", "0,40,-1"),
        ("U2", "U1"),
        ("0,40", "零,40"),
    ],
)
def test_that_indicators_that_cannot_be_used_are_refused(tmp_path, capsys, old, new):
    refused(capsys, *panel(tmp_path, PANEL, DESCRIBED.replace(old, new)))


def test_that_weights_that_do_not_fit_are_refused(tmp_path, capsys):
    refused(capsys, *panel(tmp_path), "--alpha", "0.5,0.3,0.2")
    refused(capsys, *panel(tmp_path), "--weighting", "given")
    refused(capsys, *panel(tmp_path), "--weighting", "ahp")
