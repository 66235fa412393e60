"""The JSON form: what is written reads back equal; what is wrong is told, all of it."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.problems import Refusal
from survey.questionnaire.base import Text
from survey.questionnaire.files import (
    from_text,
    json_schema,
    read_questionnaire,
    to_text,
    write_questionnaire,
)
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.questions import KINDS
from tests.survey.questionnaire.made import one_of_each, with_check

FORMS = (
    "FULL", "SHORT30", "FULL_ADM", "SHORT_ADM", "FULL_TCH", "SHORT_TCH", "FULL_ENT", "SHORT_ENT",
    "FULL_STU", "SHORT_STU", "FULL_GOV", "SHORT_GOV", "FULL_RI", "SHORT_RI",
)  # fmt: skip


def problems_of(content: str) -> set[tuple[str, str]]:
    with pytest.raises(Refusal) as refusal:
        from_text(content, name="q.json")
    for language in ("zh_CN", "en"):
        assert refusal.value.describe(language)
    return {(problem.code, problem.where) for problem in refusal.value.problems}


def read_or_refused(content: str) -> str:
    try:
        from_text(content)
    except Refusal as refusal:
        return refusal.describe("zh_CN")
    return ""


def changed(**entries: object) -> str:
    return json.dumps({**json.loads(to_text(one_of_each())), **entries}, ensure_ascii=False)


def test_that_one_of_each_kind_is_there():
    assert {question.kind for question in one_of_each().questions} == set(KINDS)


def test_that_a_written_questionnaire_reads_back_equal(tmp_path):
    questionnaire = with_check(one_of_each())
    write_questionnaire(questionnaire, tmp_path / "问 卷.json")
    assert read_questionnaire(tmp_path / "问 卷.json") == questionnaire


@pytest.mark.parametrize("form", FORMS)
def test_that_every_form_of_the_framework_reads_back_equal(form):
    questionnaire = framework_questionnaire(FormOptions(form=form))
    assert from_text(to_text(questionnaire)) == questionnaire


def test_that_the_same_questionnaire_is_written_the_same():
    assert to_text(from_text(to_text(one_of_each()))) == to_text(one_of_each())


def test_that_a_plain_string_is_the_chinese_text():
    assert Text.model_validate("单位") == Text(zh="单位")
    assert '"title": {' in to_text(one_of_each())
    assert '"text": "说明"' in to_text(one_of_each())


def test_that_all_wrong_entries_are_told_at_once():
    found = problems_of(changed(code="1x", colour="red", version=0, languages=["zh", "fr"]))
    assert found == {
        ("questionnaire_code_wrong", "q.json code"),
        ("questionnaire_entry_unknown", "q.json colour"),
        ("questionnaire_entry_wrong", "q.json version"),
        ("questionnaire_entry_wrong", "q.json languages.1"),
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "questionnaire_not_json"),
        ("{", "questionnaire_not_json"),
        ("[]", "questionnaire_entry_wrong"),
        ("3", "questionnaire_entry_wrong"),
        ('{"schema_version": 99}', "questionnaire_newer"),
        ("[" * 100_000, "questionnaire_not_json"),
    ],
)
def test_that_what_is_no_questionnaire_is_refused(content, code):
    assert {found for found, _ in problems_of(content)} == {code}


def test_that_bytes_that_are_no_utf8_are_refused():
    with pytest.raises(Refusal):
        from_text("问卷".encode("gbk"))


def test_that_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refusal) as refusal:
        read_questionnaire(tmp_path / "none.json")
    assert refusal.value.problems[0].code == "file_missing"


def page(*questions: dict[str, object], **entries: object) -> list[dict[str, object]]:
    return [{"code": "P", "questions": list(questions), **entries}]


def single(code: str = "A", **entries: object) -> dict[str, object]:
    two = [{"code": 1, "label": "甲"}, {"code": 2, "label": "乙"}]
    return {"kind": "single", "code": code, "text": "题", "options": two, **entries}


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (page(single(), single()), "questionnaire_code_repeated"),
        (page(single(), {**single("A_1"), "code": "A"}), "questionnaire_code_repeated"),
        (page(single(options=[{"code": 1, "label": "甲"}])), "questionnaire_empty"),
        (page(single(options=[{"code": 1, "label": "甲"}] * 2)), "questionnaire_option_repeated"),
        (page(single(kind="puzzle")), "questionnaire_kind_unknown"),
        (
            page({"kind": "matrix", "code": "M", "text": "", "scale": "none", "items": []}),
            "questionnaire_scale_unknown",
        ),
        (
            page({"kind": "matrix", "code": "M", "text": "", "scale": "agree", "items": []}),
            "questionnaire_empty",
        ),
        (
            page({"kind": "attention", "code": "M", "text": "", "scale": "agree", "correct": 9}),
            "questionnaire_correct_not_on_scale",
        ),
        (
            page({"kind": "number", "code": "N", "text": "", "low": 5, "high": 1}),
            "questionnaire_bounds",
        ),
        (page(single(kind="multiple", least=3)), "questionnaire_bounds"),
        (page(single(kind="ranking", ranks=3)), "questionnaire_bounds"),
        (
            page(single(show_if={"kind": "is", "variable": "GONE", "values": [1]})),
            "questionnaire_variable_unknown",
        ),
        (page(single(), skips=[{"to": "GONE"}]), "questionnaire_page_unknown"),
        (page(single(), skips=[{"to": "P"}]), "questionnaire_skip_backwards"),
        (page(single(roles=["XX"])), "questionnaire_role_unknown"),
        (
            page(single(kind="multiple"), single("A_1")),
            "questionnaire_variable_repeated",
        ),
    ],
)
def test_that_what_makes_it_unusable_is_told(pages, expected):
    content = changed(pages=pages, role_question="", blocks=[], quotas=[])
    assert {code for code, _ in problems_of(content)} == {expected}


def test_that_the_role_question_must_be_a_single_choice():
    found = problems_of(changed(role_question="AGE"))
    assert {code for code, _ in found} == {"questionnaire_role_question"}


def test_that_the_schema_names_every_kind_and_its_version():
    schema = json_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["properties"]["schema_version"]["const"] == 1
    kinds = {
        definition["properties"]["kind"]["const"]
        for definition in schema["$defs"].values()
        if "kind" in definition.get("properties", {})
    }
    assert set(KINDS) <= kinds


def test_that_300_items_load_check_and_save_in_time():
    questionnaire = framework_questionnaire(FormOptions(form="FULL"))
    matrix = questionnaire.question("M1")
    items = tuple(
        matrix.items[0].model_copy(update={"code": f"Y{number}", "roles": ()})
        for number in range(300)
    )
    big = matrix.model_copy(update={"code": "BIG", "items": items})
    last = questionnaire.pages[-1]
    questionnaire = questionnaire.model_copy(
        update={
            "pages": (
                *questionnaire.pages[:-1],
                last.model_copy(update={"questions": (*last.questions, big)}),
            )
        }
    )
    content = to_text(questionnaire)
    best = 9.0
    for _attempt in range(3):
        start = time.process_time()
        to_text(from_text(content))
        best = min(best, time.process_time() - start)
    assert best < 0.05


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_that_no_damage_to_the_file_raises_anything_but_a_refusal(data):
    content = to_text(with_check(one_of_each()))
    at = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(0, 40))
    junk = data.draw(st.text(max_size=20))
    read_or_refused(content[:at] + junk + content[at + length :])


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["code", "title", "pages", "kind", "questions", "scales", "tokens"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_that_any_json_is_read_or_refused(value):
    read_or_refused(json.dumps(value))
