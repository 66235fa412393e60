"""Stated importance from the ranking question."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.diagnosis.stated import stated_points
from tests.analysis.simulated_survey import simulate

CODES = tuple(f"C{i}" for i in range(1, 10))


def ranked(*texts: object) -> pd.DataFrame:
    responses = simulate({"TCH": len(texts)})
    other = pd.DataFrame({"RK1": list(texts)}, index=responses.answers.index)
    return stated_points(replace(responses, other=other), responses.answers.index, CODES)


def test_that_three_choices_earn_three_two_and_one_point() -> None:
    row = ranked("C4→C6→C1").iloc[0]
    assert row[["C4", "C6", "C1"]].tolist() == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert row.sum() == pytest.approx(1.0)


def test_that_a_single_choice_takes_all_points() -> None:
    assert ranked("C2").iloc[0]["C2"] == 1.0


def test_that_no_ranking_counts_for_nothing() -> None:
    assert ranked(None, "", float("nan"), "无").isna().all(axis=None)


def test_that_a_survey_without_the_question_has_no_stated_importance() -> None:
    responses = simulate({"TCH": 3})
    bare = replace(responses, other=pd.DataFrame(index=responses.answers.index))
    assert stated_points(bare, bare.answers.index, CODES).isna().all(axis=None)
