"""A questionnaire says itself what its answers mean."""

import pytest

from survey.framework_study import framework_study
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.study import study_of
from tests.survey.questionnaire.made import one_of_each


@pytest.mark.parametrize("form", ["FULL", "SHORT_TCH", "SHORT_STU"])
def test_that_a_form_of_the_framework_gives_the_frameworks_study(form):
    ours, theirs = study_of(framework_questionnaire(FormOptions(form=form))), framework_study(form)
    key = [(i.code, i.minimum, i.maximum, i.is_reversed) for i in ours.items]
    assert sorted(key) == sorted(
        (i.code, i.minimum, i.maximum, i.is_reversed) for i in theirs.items
    )
    assert {
        (c.code, c.name, set(c.items) == set(), c.polarity, c.group) for c in ours.constructs
    } == {(c.code, c.name, False, c.polarity, c.group) for c in theirs.constructs}
    assert ours.framework == theirs.framework
    checks = {check.code: check.correct for check in theirs.attention_checks}
    assert all(checks[check.code] == check.correct for check in ours.attention_checks)


def test_that_an_own_questionnaire_gives_its_study():
    study = study_of(one_of_each(), model="X =~ X1 + X2")
    assert [item.code for item in study.items] == ["X1", "X2"]
    assert study.item("X2").is_reversed
    assert study.construct("X").polarity == "severity"
    assert {check.code: check.correct for check in study.attention_checks} == {"AC": 3, "AQ": 2}
    assert study.role_names == {"TCH": "教师", "ENT": "企业"}
    assert study.model == "X =~ X1 + X2"
