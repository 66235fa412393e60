"""Whatever the answers look like, preparation and measurement end in numbers and findings."""

import numpy as np
import pandas as pd
import pytest

from analysis.measurement import MeasurementOptions, measure
from analysis.measurement.method_bias import check_method_bias
from analysis.measurement.pilot import PilotOptions, review_scale
from analysis.preparation import prepare
from resources.texts import LANGUAGES
from survey.responses import Missing, ResponseSet, SourceFile
from survey.study import Study, StudyConstruct, StudyItem

SIZES = (0, 1, 5, 12, 31, 120, 150, 200, 250)


def random_responses(seed: int) -> ResponseSet:
    """A survey with anything wrong: few rows, constructs without items, constant, empty, half
    answered and reverse-keyed items, hidden questions, roles and times missing."""
    rng = np.random.default_rng(seed)
    n, count = int(rng.choice(SIZES)), int(rng.integers(1, 5))
    sizes = rng.integers(0, 5, count)
    codes = [f"q{c}_{j}" for c, size in enumerate(sizes) for j in range(size)]
    constructs = tuple(
        StudyConstruct(f"K{c}", f"构念{c}", tuple(f"q{c}_{j}" for j in range(size)))
        for c, size in enumerate(sizes)
    )
    items = tuple(
        StudyItem(code, code, 1.0, float(rng.choice([5, 7])), bool(rng.random() < 0.2))
        for code in codes
    )
    factors = rng.normal(size=(n, count))
    of_construct = [int(code[1]) for code in codes]
    noise = rng.normal(size=(n, len(codes)))
    answers = np.clip(np.round(3 + 0.8 * factors[:, of_construct] + 0.7 * noise), 1, 5)
    fate = rng.random(len(codes))
    answers[:, fate < 0.08] = 3.0
    answers[:, (fate > 0.08) & (fate < 0.12)] = np.nan
    answers[rng.random(answers.shape) < rng.choice([0.0, 0.1, 0.4])] = np.nan
    kinds = np.where(np.isnan(answers), int(rng.integers(2, 6)), Missing.ANSWERED)
    role = rng.choice(["TCH", "ENT"], n) if n else np.array([])
    unseen = (role == "ENT")[:, None] & (rng.random(len(codes)) < 0.2)[None, :]
    answers[unseen], kinds[unseen] = np.nan, Missing.NOT_SHOWN
    index = pd.RangeIndex(1, n + 1, name="respondent")
    respondents = pd.DataFrame({"row": index + 1}, index=index)
    if rng.random() < 0.7:
        respondents["role"] = role if rng.random() < 0.8 else np.nan
    return ResponseSet(
        study=Study("t", constructs, items),
        answers=pd.DataFrame(answers, index=index, columns=codes, dtype=float),
        missing=pd.DataFrame(kinds.astype("int8"), index=index, columns=codes),
        respondents=respondents,
        other=pd.DataFrame(index=index),
        source=SourceFile("a.csv", "0" * 64, "table", "utf-8", n, len(codes)),
    )


@pytest.mark.parametrize("seed", range(24))
def test_that_any_answers_end_in_tables_and_findings_that_speak(seed: int):
    prepared = prepare(random_responses(seed))
    result = measure(prepared, MeasurementOptions(bootstrap=5))
    assert result.reliability["alpha"].dropna().le(1).all()
    for found in prepared.findings + result.findings:
        assert all(found.describe(language) for language in LANGUAGES)


@pytest.mark.parametrize("seed", [1, 7, 13, 19])
def test_that_pilot_and_method_bias_survive_too(seed: int):
    prepared = prepare(random_responses(seed))
    result = measure(prepared, MeasurementOptions(bootstrap=0))
    assert set(review_scale(prepared, result, PilotOptions(draws=2)).items.index) == set(
        result.items.index
    )
    assert check_method_bias(prepared).findings
