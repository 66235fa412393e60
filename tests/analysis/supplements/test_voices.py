"""Open answers: masked, counted, and nothing that few people said."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from analysis.supplements.voices import VoiceOptions, frequent_phrases, open_answers
from survey.exchange.masking import MASK, mask_personal
from tests.analysis.simulated_survey import simulate


def survey(answers: dict[int, str], counts: dict[str, int]) -> PreparedDataset:
    found = simulate(counts, missing=0.0)
    column = pd.Series(answers, dtype=object).reindex(found.other.index)
    return prepare(
        replace(found, other=found.other.assign(OE1=column)), PreparationOptions(exclude=())
    )


@pytest.mark.parametrize(
    "personal",
    ["13812345678", "138 1234 5678", "010-62345678", "a.b@univ.edu.cn", "11010519491231002X",
     "张伟民", "20230117001"],
)  # fmt: skip
def test_that_personal_data_are_masked(personal: str) -> None:
    text = mask_personal(f"请找{personal}，平台不够用", ("张伟民",))
    assert personal not in text
    assert MASK in text
    assert text.endswith("，平台不够用")


def test_that_a_staff_number_is_masked_after_its_word() -> None:
    assert mask_personal("我的工号是T2031，意见同上") == f"我的工号是{MASK}，意见同上"


def test_that_years_and_amounts_stay() -> None:
    text = "2026年投入100万元，占12.5%，涉及3个学院"
    assert mask_personal(text) == text


def test_that_a_phrase_needs_as_many_people_as_the_threshold() -> None:
    texts = ["缺少中试平台"] * 10 + ["考核只看论文"] * 9
    assert [phrase for phrase, _ in frequent_phrases(texts, 10)] == ["缺少中试平台"]
    assert dict(frequent_phrases(texts, 9))["考核只看论文"] == 9


def test_that_somebody_who_repeats_himself_counts_once() -> None:
    texts = ["平台，平台，还是平台"] * 4 + ["没有平台"] * 3
    assert dict(frequent_phrases(texts, 5))["平台"] == 7


def test_that_the_longer_phrase_stands_for_its_parts() -> None:
    phrases = dict(frequent_phrases(["校企合作不深"] * 6 + ["推动校企合作"] * 6, 5))
    assert phrases["校企合作"] == 12
    assert not {"校企", "企合作", "合作"} & set(phrases)


def test_that_small_roles_are_not_listed_and_quotes_only_on_demand() -> None:
    answers = {k: f"缺少中试平台，请联系1381234{k:04d}" for k in range(1, 41)}
    prepared = survey(answers, {"TCH": 36, "ADM": 4})
    (found,) = open_answers(prepared)
    assert found.answered == 40
    assert found.by_role == ()
    assert found.has_hidden_roles
    assert found.has_masked
    assert found.quotes == ()
    (quoted,) = open_answers(prepared, VoiceOptions(with_quotes=True))
    assert quoted.quotes == (f"缺少中试平台，请联系{MASK}",)


def test_that_fewer_answers_than_the_threshold_say_nothing() -> None:
    answers = dict.fromkeys(range(1, 10), "缺少中试平台")
    (found,) = open_answers(survey(answers, {"TCH": 40}))
    assert (found.answered, found.phrases, found.by_role) == (0, (), ())
