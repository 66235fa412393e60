"""The framework's questionnaire exported by number gives the same answers as by text."""

import pandas as pd

from survey.exchange import ImportReport, apply_plan, propose_plan
from survey.exchange.raw_table import RawTable
from survey.framework import load_framework
from survey.responses import ResponseSet
from survey.sample import sample_table
from tests.survey.exchange.tables import table

FRAMEWORK = load_framework()
SCALE = [*FRAMEWORK.raw["scale"]["labels_zh"], FRAMEWORK.raw["scale"]["na_zh"]]
NOTHING = {"(跳过)": "-3", "(空)": "-2"}


def by_text() -> RawTable:
    header, *rows = sample_table()
    return table(dict(zip(header, map(list, zip(*rows, strict=True)), strict=True)))


def by_number() -> RawTable:
    """Return the sample as 问卷星 exports it by number."""
    header, *rows = sample_table()
    columns: dict[str, list[str | None]] = {}
    for heading, cells in zip(header, map(list, zip(*rows, strict=True)), strict=True):
        if any("→" in cell for cell in cells):
            columns |= _ranking(heading.split("、")[0], cells)
            continue
        options = _options(heading, cells)
        columns[heading] = [NOTHING.get(cell) or options.get(cell, cell) for cell in cells]
    return table(columns)


def _options(heading: str, cells: list[str]) -> dict[str, str]:
    labels = SCALE if set(cells) & set(SCALE) else []
    for question in FRAMEWORK.raw["demographics"]:
        if heading.endswith(question["zh"]) and len(question["options_zh"]) > 1:
            labels = question["options_zh"]
    return {label: str(place) for place, label in enumerate(labels, start=1)}


def _ranking(number: str, cells: list[str]) -> dict[str, list[str | None]]:
    names = [c.name for c in FRAMEWORK.constructs.values() if c.kind == "constraint"]
    return {
        f"{number}、({name})": [
            NOTHING.get(cell) or str(cell.split("→").index(name) + 1 if name in cell else "-2")
            for cell in cells
        ]
        for name in names
    }


def imported(raw: RawTable) -> tuple[ResponseSet, ImportReport]:
    return apply_plan(raw, propose_plan(raw))


def test_that_both_exports_give_the_same_answers() -> None:
    text, _ = imported(by_text())
    numbers, report = imported(by_number())
    assert numbers.source.kind == "wjx_numbers"
    pd.testing.assert_frame_equal(numbers.answers, text.answers)
    pd.testing.assert_frame_equal(numbers.missing, text.missing)
    assert report.missing["NOT_UNDERSTOOD"] == 0
    assert "number_beyond_scale" in [problem.code for problem in report.problems]


def test_that_both_exports_give_the_same_respondents() -> None:
    text, _ = imported(by_text())
    numbers, _ = imported(by_number())
    pd.testing.assert_frame_equal(
        numbers.respondents.drop(columns="所在学院（部门）"),
        text.respondents.drop(columns="所在学院（部门）"),
    )


def test_that_both_exports_give_the_same_ranking() -> None:
    text, _ = imported(by_text())
    numbers, _ = imported(by_number())
    pd.testing.assert_series_equal(numbers.other["RK1"], text.other["RK1"])
