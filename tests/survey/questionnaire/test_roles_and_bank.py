"""The framework's forms and the item bank; one form for one role out of the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.framework import load_framework
from survey.problems import Refusal
from survey.questionnaire.bank import Overlay, framework_bank, read_overlay
from survey.questionnaire.base import text
from survey.questionnaire.conditions import All, Answered, Any, Between, Condition, Is, Not, holds
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.questions import Matrix, Ranking
from survey.questionnaire.roles import filled, for_role, settled
from survey.questionnaire.structure import structure_problems
from survey.questionnaire.variables import variables
from tests.survey.questionnaire.made import one_of_each

FORMS = [entry["code"] for entry in load_framework().raw["forms"]]


@pytest.mark.parametrize("form", FORMS)
def test_that_a_form_asks_exactly_the_items_the_framework_lists(form):
    questionnaire = framework_questionnaire(FormOptions(form=form))
    asked = [column.code for column in variables(questionnaire) if column.is_item]
    expected = {entry["code"]: entry["items"] for entry in load_framework().raw["forms"]}[form]
    assert sorted(asked) == sorted(expected)
    assert structure_problems(questionnaire) == ()


@pytest.mark.parametrize("role", ["ADM", "TCH", "ENT", "STU", "GOV", "RI"])
def test_that_a_roles_form_is_the_whole_form_for_that_role(role):
    whole = framework_questionnaire(FormOptions(form="SHORT30"))
    ours = framework_questionnaire(FormOptions(form=f"SHORT_{role}"))
    items = [c.code for c in variables(for_role(whole, role)) if c.is_item]
    assert items == [c.code for c in variables(ours) if c.is_item]
    assert ours.role == role


def test_that_insiders_and_outsiders_read_their_own_referent():
    teachers = framework_questionnaire(FormOptions(form="SHORT_TCH"))
    partners = framework_questionnaire(FormOptions(form="SHORT_ENT"))
    item = "{univ}的成果"
    assert filled(item, teachers.tokens, "zh") == "本校的成果"
    assert filled(item, partners.tokens, "zh") == "该校的成果"
    assert filled("{univ} {other}", partners.tokens, "en") == "this university {other}"


def test_that_consent_comes_first_and_must_be_given():
    questionnaire = framework_questionnaire(FormOptions(organiser="科研处", delete_by="2028-01-01"))
    consent = questionnaire.pages[0].questions[0]
    assert (consent.kind, consent.is_required) == ("consent", True)
    read = filled(consent.text.zh, questionnaire.tokens, "zh")
    assert "由科研处开展" in read
    assert "于2028-01-01前删除" in read
    assert "{contact}" in read  # not given: left for the office to see


@pytest.mark.parametrize(("form", "places"), [("SHORT30", [10]), ("FULL", [28, 57])])
def test_that_attention_checks_stand_at_thirds(form, places):
    questionnaire = framework_questionnaire(FormOptions(form=form))
    rows = [column for column in variables(questionnaire) if column.low == 1 and column.labels]
    found = [place for place, column in enumerate(rows) if column.correct is not None]
    assert found == places


def test_that_seven_points_change_the_instructed_label_too():
    questionnaire = framework_questionnaire(FormOptions(form="FULL_TCH", points=7))
    checks = [
        item
        for question in questionnaire.questions
        if isinstance(question, Matrix)
        for item in question.items
        if item.correct is not None
    ]
    labels = {point.code: point.label.zh for point in questionnaire.scales[0].points}
    assert len(checks) == 2
    for item in checks:
        assert f"“{labels[item.correct]}”" in item.text.zh


def test_that_modules_can_be_left_out():
    questionnaire = framework_questionnaire(FormOptions(form="FULL_TCH", modules=("M1", "M4")))
    measured = {column.construct for column in variables(questionnaire) if column.is_item}
    assert measured == {"C1", "C2", "C3", "I1", "I2", "I3", "I4"}
    assert not any(isinstance(question, Ranking) for question in questionnaire.questions)
    with pytest.raises(KeyError):
        framework_questionnaire(FormOptions(modules=("M99",)))


def test_that_the_bank_is_browsed_by_construct_role_module_form_and_words():
    bank = framework_bank()
    assert len(bank.items) == 86
    assert [item.code for item in bank.select(construct="C4")] == ["C4_1", "C4_2", "C4_3", "C4_4"]
    assert len(bank.select(role="STU")) == 22
    assert {item.construct for item in bank.select(module="M3")} == {"C7", "C8", "C9"}
    assert len(bank.select(form="SHORT_ENT")) == 20
    assert [item.code for item in bank.select("职称 论文")] == ["C2_2"]
    assert {item.construct for item in bank.select(group="G2")} == {"C4", "C5", "C6"}


def test_that_own_constructs_are_laid_over_and_asked_on_a_page_of_their_own():
    overlay = Overlay.model_validate(
        {
            "constructs": [{"code": "C10", "name": "数据壁垒", "polarity": "severity"}],
            "items": [
                {"code": "C10_1", "construct_code": "C10", "text": "{univ}的数据难以共享。"},
                {"code": "C4_9", "construct_code": "C4", "text": "补充题。", "roles": ["TCH"]},
            ],
        }
    )
    bank = framework_bank().with_overlay(overlay)
    teachers = framework_questionnaire(FormOptions(form="SHORT_TCH"), bank=bank)
    partners = framework_questionnaire(FormOptions(form="SHORT_ENT"), bank=bank)
    assert [page.code for page in teachers.pages][-2] == "POWN"
    assert "C4_9" in {column.code for column in variables(teachers)}
    assert {"C10_1"} == {c.code for c in variables(partners)} & {"C10_1", "C4_9"}
    assert len(framework_bank().items) == 86


def test_that_an_overlay_must_not_take_codes_of_the_framework(tmp_path):
    path = tmp_path / "own.json"
    path.write_text(
        '{"constructs": [{"code": "C1", "name": "x"}],'
        ' "items": [{"code": "Z1", "construct_code": "Q", "text": "x"}]}',
        encoding="utf-8",
    )
    with pytest.raises(Refusal) as refusal:
        framework_bank().with_overlay(read_overlay(path))
    assert [problem.code for problem in refusal.value.problems] == [
        "questionnaire_code_repeated",
        "questionnaire_construct_unknown",
    ]
    path.write_text('{"items": [{"code": 1}]}', encoding="utf-8")
    with pytest.raises(Refusal):
        read_overlay(path)


def test_that_a_role_form_settles_conditions_on_the_role():
    teachers, partners = (for_role(one_of_each(), role) for role in ("TCH", "ENT"))
    assert teachers.question("AGE").show_if is None
    assert "AGE" not in {question.code for question in partners.questions}
    assert [item.code for item in partners.question("M").items] == ["X1", "AC"]
    assert text("本校") == teachers.tokens["univ"]


def test_that_conditions_on_what_a_role_is_never_asked_are_settled():
    partners = for_role(one_of_each(), "ENT")
    assert structure_problems(partners) == ()
    assert partners.page("P1").skips == ()  # it asked for an age that partners do not give


def conditions() -> st.SearchStrategy[Condition]:
    names = st.sampled_from(["A", "B", "C"])
    numbers = st.integers(0, 3).map(float)
    leaf = (
        st.builds(Is, variable=names, values=st.tuples(numbers))
        | st.builds(Between, variable=names, low=st.none() | numbers, high=st.none() | numbers)
        | st.builds(Answered, variable=names)
    )
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(All, of=st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(Any, of=st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(Not, of=inner)
        ),
        max_leaves=8,
    )


ANSWERS = st.dictionaries(st.sampled_from(["B", "C"]), st.none() | st.integers(0, 3).map(float))


@given(conditions(), ANSWERS, st.integers(0, 3))
def test_that_settling_a_variable_is_the_same_as_answering_it(condition, answers, value):
    left = settled(condition, {"A": float(value)})
    expected = holds(condition, {**answers, "A": float(value)})
    assert (left if isinstance(left, bool) else holds(left, answers)) == expected
