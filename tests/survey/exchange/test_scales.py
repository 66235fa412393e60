"""Label sets of real questionnaires are ordered right, and unknown ones are not guessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.exchange.scales import ordered_scale, understand

# Low to high, as they occur in public files (FORMATS 2.9) and in common questionnaires.
KNOWN_SETS = [
    "非常不同意/不同意/一般/同意/非常同意",
    "完全不同意/不同意/一般/同意/完全同意",
    "非常不同意/比较不同意/一般/比较同意/非常同意",
    "非常不同意/比较不同意/既不同意也不反对/比较同意/非常同意",
    "非常不同意/比较不同意/既不同意也不反对/同意/非常同意",
    "非常不认同/不认同/一般/认同/非常认同",
    "非常不重要/不重要/一般/重要/非常重要",
    "不重要/不太重要/中等/比较重要/重要",
    "非常不满意/不满意/一般/满意/非常满意",
    "很不满意/不太满意/一般/比较满意/很满意",
    "完全不符合/比较不符合/不确定/比较符合/完全符合",
    "完全不同意/不同意/有点不同意/不确定/有点同意/同意/完全同意",
    "非常反对/反对/中立/赞成/非常赞成",
    "很差/较差/一般/较好/很好",
    "非常低/低/一般/高/非常高",
    "从不/很少/有时/经常/总是",
    "一点也不了解/不太了解/一般/比较了解/非常了解",
    "Strongly disagree/Disagree/Neutral/Agree/Strongly agree",
    "Strongly disagree/Somewhat disagree/Neither agree nor disagree/Somewhat agree/Strongly agree",
    "Very dissatisfied/Dissatisfied/Neutral/Satisfied/Very satisfied",
    "Never/Rarely/Sometimes/Often/Always",
    "nie/selten/manchmal/oft/immer",
    "Not at all useful/Slightly useful/Moderately useful/Very useful/Extremely useful",
    "1 - Not impressive/2/3/4 - Very impressive",
    "1=不让AI修改/2/3/4/5=让AI修改",
]


@pytest.mark.parametrize("labels", KNOWN_SETS)
@settings(deadline=None)
@given(data=st.data())
def test_that_a_known_set_is_ordered_whatever_order_it_comes_in(
    data: st.DataObject, labels: str
) -> None:
    low_to_high = labels.split("/")
    scale = understand(data.draw(st.permutations(low_to_high)))
    assert scale is not None
    assert list(scale.labels) == low_to_high
    assert [code for _, code in scale.steps] == list(range(1, len(low_to_high) + 1))
    assert scale.is_certain


@pytest.mark.parametrize(
    "labels",
    [
        "没有更好/无所谓/不便/非常不便",
        "男/女",
        "是/否",
        "有/没有",
        "否/暂时不确定/有",
        "1.男/2.女/3.不便说明",
        "1部/2部/3部/4部及以上",
        "从未有过/1-3次/4-6次/7次及以上",
        "200元及以下/200-500元/501-1000元",
        "微信/抖音/小红书",
        "工学/理学/农学",
        "同意/满意/重要",
        "nooit/zelden/soms/vaak/altijd",
    ],
)
def test_that_an_unknown_set_is_not_guessed(labels: str) -> None:
    assert understand(labels.split("/")) is None


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        ("不同意/一般/同意/非常同意", [2, 3, 4, 5]),
        ("非常不同意/不同意/一般/同意", [1, 2, 3, 4]),
        ("一般/比较同意/非常同意", [3, 4, 5]),
        ("非常不满意/一般/满意/非常满意", [1, 3, 4, 5]),
    ],
)
def test_that_a_step_nobody_chose_keeps_its_place(labels: str, codes: list[int]) -> None:
    scale = understand(labels.split("/"))
    assert scale is not None
    assert [code for _, code in scale.steps] == codes
    assert (scale.minimum, scale.maximum) == (1, 5)
    assert not scale.is_certain


def test_that_option_letters_do_not_matter() -> None:
    scale = understand(["A.非常同意", "B.同意", "C.一般", "D.不同意", "E.非常不同意"])
    assert scale is not None
    assert scale.labels[0] == "E.非常不同意"


@settings(deadline=None)
@given(st.lists(st.text(min_size=1), min_size=2, max_size=11, unique=True))
def test_that_turning_a_scale_twice_changes_nothing(labels: list[str]) -> None:
    scale = ordered_scale(labels)
    assert scale.turned().turned() == scale
    assert dict(scale.turned().steps)[labels[0]] == scale.maximum


@settings(deadline=None)
@given(st.lists(st.text(), max_size=12, unique=True))
def test_that_no_set_of_labels_breaks_it(labels: list[str]) -> None:
    scale = understand(labels)
    assert scale is None or len(set(dict(scale.steps).values())) == len(labels)
