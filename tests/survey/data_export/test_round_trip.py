"""The framework's sample goes out with its data and comes back the same."""

from pathlib import Path

import numpy as np
import pytest

from resources import SAMPLE_FILE
from survey.data_export import describe_variables, export_answers
from survey.reading import Reading, ReadingOptions, read_answers


@pytest.fixture(scope="module")
def sent() -> Reading:
    return read_answers([SAMPLE_FILE], ReadingOptions())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("ending", [".sav", ".zsav", ".dta", ".csv", ".xlsx"])
def test_that_answers_come_back_equal(sent, ending, language, tmp_path: Path) -> None:
    path = tmp_path / f"answers{ending}"
    export_answers(describe_variables(sent.responses, sent.plan, language), path)
    found = read_answers([path], ReadingOptions()).responses
    before = sent.responses
    assert set(found.answers.columns) == set(before.answers.columns)
    assert found.respondents["role"].tolist() == before.respondents["role"].tolist()
    for code in before.answers.columns:
        was, now = (r.answers[code].to_numpy(float) for r in (before, found))
        assert np.array_equal(was, now, equal_nan=True)
        if ending in (".sav", ".zsav"):  # the kinds of missing too
            was, now = (r.missing[code].to_numpy() for r in (before, found))
            assert np.array_equal(was, now)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_that_the_sheet_of_labels_keeps_the_kinds_of_missing(sent, language, tmp_path):
    path = tmp_path / "answers.xlsx"
    export_answers(describe_variables(sent.responses, sent.plan, language), path)
    found = read_answers([path], ReadingOptions(sheet="选项文字")).responses
    for code in sent.responses.answers.columns:
        for was, now in (
            (sent.responses.answers[code], found.answers[code]),
            (sent.responses.missing[code], found.missing[code]),
        ):
            assert np.array_equal(was.to_numpy(float), now.to_numpy(float), equal_nan=True)
