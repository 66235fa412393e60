"""Any questionnaire without structure problems goes to every target, and means something there."""

import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.publish.ddi import ddi_codebook
from survey.publish.html_page import page_text
from survey.publish.limesurvey import limesurvey_rows
from survey.publish.paper import paper_blocks
from survey.publish.qualtrics_text import qualtrics_text
from survey.publish.redcap import redcap_rows
from survey.publish.surveyjs import surveyjs_form
from survey.publish.wjx_text import wjx_text
from survey.publish.xlsform import write_xlsform, xlsform_rows
from survey.questionnaire.checks import design_advice
from survey.questionnaire.conditions import All, Answered, Between, Is, Not
from survey.questionnaire.conditions import Any as AnyOf
from survey.questionnaire.files import from_text, to_text
from survey.questionnaire.model import END, Page, Questionnaire, Skip
from survey.questionnaire.structure import structure_problems
from survey.questionnaire.variables import variables
from tests.survey.questionnaire.made import one_of_each, with_check

BASE = with_check(one_of_each())
NUMBERS = st.integers(-1, 9).map(float)


def conditions(codes: list[str]) -> st.SearchStrategy[Any]:
    name = st.sampled_from(codes)
    leaf = (
        st.builds(Is, variable=name, values=st.lists(NUMBERS, min_size=1, max_size=2).map(tuple))
        | st.builds(Between, variable=name, low=st.none() | NUMBERS, high=st.none() | NUMBERS)
        | st.builds(Answered, variable=name)
    )
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(All, of=st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(AnyOf, of=st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(Not, of=inner)
        ),
        max_leaves=4,
    )


@st.composite
def questionnaires(draw: Any) -> Questionnaire:
    """Draw pages of drawn questions whose conditions speak of what was asked before."""
    questions = draw(st.permutations(BASE.questions))[: draw(st.integers(1, 10))]
    cuts = sorted(draw(st.sets(st.integers(1, len(questions)), max_size=3)) | {len(questions)})
    pages: list[Page] = []
    known: list[str] = []
    start = 0
    for number, cut in enumerate(cuts):
        members = []
        for question in questions[start:cut]:
            shown = draw(st.none() | conditions(known)) if known else None
            members.append(question.model_copy(update={"show_if": shown, "checks": ()}))
        page = Page(
            code=f"G{number}",
            questions=tuple(members),
            show_if=draw(st.none() | conditions(known)) if known else None,
        )
        pages.append(page)
        made = BASE.model_copy(update={"pages": tuple(pages)})
        known = [column.code for column in variables(made)]
        start = cut
        target = draw(st.none() | st.sampled_from(range(number + 1, len(cuts) + 1)))
        if target is not None and known:
            to = END if target == len(cuts) else f"G{target}"
            skip = Skip(when=draw(conditions(known)), to=to)
            pages[-1] = page.model_copy(update={"skips": (skip,)})
    asked = {question.code for question in questions}
    return BASE.model_copy(
        update={
            "pages": tuple(pages),
            "blocks": (),
            "quotas": (),
            "role_question": "D1" if "D1" in asked else "",
        }
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questionnaire=questionnaires(), role=st.sampled_from(["TCH", "ENT"]))
def test_that_every_questionnaire_goes_everywhere(questionnaire, role):
    assert structure_problems(questionnaire) == ()
    assert from_text(to_text(questionnaire)) == questionnaire
    design_advice(questionnaire)
    page_text(questionnaire)
    paper_blocks(questionnaire, role=role)
    results = (
        wjx_text(questionnaire, role=role),
        qualtrics_text(questionnaire, role=role),
        limesurvey_rows(questionnaire, role=role),
        surveyjs_form(questionnaire, role=role),
        redcap_rows(questionnaire, role=role),
        (None, xlsform_rows(questionnaire, role=role)[3]),
    )
    for _content, losses in results:
        for loss in losses:
            assert loss.describe("zh_CN")
            assert loss.describe("en")
    Tree.fromstring(ddi_codebook(questionnaire, role=role))


@pytest.mark.slow
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(questionnaire=questionnaires())
def test_that_pyxform_converts_any_questionnaire(tmp_path: Path, questionnaire):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyxform's own
        converter = pytest.importorskip("pyxform.xls2xform")
    write_xlsform(questionnaire, tmp_path / "f.xlsx", role="TCH")
    assert converter.convert(tmp_path / "f.xlsx", validate=False).xform
