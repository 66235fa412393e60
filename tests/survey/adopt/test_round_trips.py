"""What our exports write, the readers read back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.adopt.adoption import Adoption
from survey.adopt.lime_tsv import read_lime_tsv
from survey.adopt.lime_xml import read_lime_xml
from survey.adopt.limesurvey import lime_questionnaire
from survey.adopt.qualtrics import read_qsf
from survey.adopt.redcap import read_redcap
from survey.adopt.surveyjs import read_surveyjs
from survey.adopt.tables import Sheet, read_csv
from survey.adopt.text_form import read_text
from survey.adopt.xlsform import read_xlsform
from survey.publish.limesurvey import write_limesurvey
from survey.publish.limesurvey_xml import write_lss
from survey.publish.qsf import qsf_survey
from survey.publish.redcap import write_redcap
from survey.publish.surveyjs import surveyjs_form
from survey.publish.wjx_text import wjx_text
from survey.publish.xlsform import xlsform_rows
from survey.questionnaire.base import text
from survey.questionnaire.conditions import All, Answered, Between, Condition, Is, Not, holds
from survey.questionnaire.conditions import Any as AnyOf
from survey.questionnaire.model import Page, Point, Questionnaire, Scale
from survey.questionnaire.questions import (
    Item,
    Matrix,
    Multiple,
    Number,
    OpenText,
    Option,
    Ranking,
    Single,
    Slider,
)

TARGETS = ("xlsform", "limesurvey", "lss", "redcap", "surveyjs", "qsf")


def form(condition: Condition | None = None) -> Questionnaire:
    """Return a form whose codes every tool can hold."""
    return Questionnaire(
        code="form",
        title=text("问卷"),
        scales=(
            Scale(
                code="agree",
                points=(Point(code=1, label=text("否定")), Point(code=2, label=text("肯定"))),
                dont_know=text("不了解"),
            ),
        ),
        pages=(
            Page(
                code="P1",
                title=text("开始"),
                questions=(
                    Single(code="d1", text=text("身份"), options=options("教师", "企业")),
                    Multiple(code="mc", text=text("来源"), options=options("甲", "乙", "丙")),
                    Number(code="age", text=text("年龄"), low=18, high=99),
                    Slider(code="sl", text=text("比重")),
                    Matrix(
                        code="mx",
                        text=text("评价"),
                        scale="agree",
                        items=(
                            Item(code="xa1", text=text("重数量")),
                            Item(code="xa2", text=text("重质量")),
                        ),
                    ),
                    OpenText(code="why", text=text("原因"), is_long=True, show_if=condition),
                ),
            ),
        ),
    )


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(code=code, label=text(label)) for code, label in enumerate(labels, 1))


def back(questionnaire: Questionnaire, target: str, folder) -> Adoption:
    """Return the questionnaire after it went out to ``target`` and came back."""
    path = folder / "form.txt"
    match target:
        case "xlsform":
            sheets = zip(
                ("survey", "choices", "settings"), xlsform_rows(questionnaire)[:3], strict=True
            )
            return read_xlsform([sheet(name, rows) for name, rows in sheets], "form")
        case "limesurvey":
            write_limesurvey(questionnaire, path)
            rows = read_csv(path.read_text("utf-8-sig"), "\t")
            return lime_questionnaire(read_lime_tsv(rows, "form"), "form")
        case "lss":
            write_lss(questionnaire, path)
            return lime_questionnaire(read_lime_xml(path.read_bytes(), "form"), "form")
        case "redcap":
            write_redcap(questionnaire, path)
            return read_redcap(read_csv(path.read_text("utf-8")), "form")
        case "surveyjs":
            return read_surveyjs(json.loads(json.dumps(surveyjs_form(questionnaire)[0])), "form")
        case "qsf":
            return read_qsf(json.loads(json.dumps(qsf_survey(questionnaire)[0])), "form")
    return read_text(wjx_text(questionnaire)[0], "form")


def sheet(name, rows):
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, *([row.get(column) for column in columns] for row in rows)]
    return Sheet(name, tuple(enumerate(lines, 1)))


@pytest.mark.parametrize("target", TARGETS)
def test_that_questions_come_back_under_their_codes(target, tmp_path):
    questions = back(form(), target, tmp_path).questionnaire.questions
    assert [(q.code, q.kind, q.text.zh) for q in questions] == [
        (q.code, q.kind, q.text.zh) for q in form().questions
    ]


@pytest.mark.parametrize("target", TARGETS)
def test_that_options_and_scales_come_back_with_their_codes(target, tmp_path):
    found = back(form(), target, tmp_path).questionnaire
    assert found.question("mc").options == form().question("mc").options
    scale = found.scale(found.question("mx").scale)
    assert (scale.points, scale.dont_know) == (form().scales[0].points, text("不了解"))
    assert (found.question("age").low, found.question("age").high) == (18, 99)


CONDITIONS = (
    Is(variable="d1", values=(2,)),
    Is(variable="d1", values=(1, 2)),
    Is(variable="mc_2", values=(1,)),
    Between(variable="age", low=30),
    Between(variable="sl", low=20, high=60),
    Answered(variable="age"),
    All(of=(Is(variable="d1", values=(1,)), Between(variable="age", high=60))),
    AnyOf(of=(Is(variable="mc_1", values=(1,)), Is(variable="d1", values=(2,)))),
)


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
@pytest.mark.parametrize("target", TARGETS)
def test_that_conditions_come_back_as_data(target, condition, tmp_path):
    found = back(form(condition), target, tmp_path)
    assert found.questionnaire.question("why").show_if == condition
    assert not [loss for loss in found.losses if loss.code == "condition"]


@pytest.mark.parametrize("target", ["xlsform", "limesurvey", "lss", "surveyjs"])
def test_that_a_denied_condition_comes_back(target, tmp_path):
    condition = Not(of=Between(variable="age", high=19))
    assert (
        back(form(condition), target, tmp_path).questionnaire.question("why").show_if == condition
    )


def test_that_the_wjx_text_comes_back_with_kinds_and_wordings(tmp_path):
    source = form()
    page = source.pages[0]
    ranking = Ranking(code="rk", text=text("排序"), options=options("一", "二"))
    page = page.model_copy(update={"questions": (*page.questions, ranking)})
    found = back(source.model_copy(update={"pages": (page,)}), "wjx", tmp_path).questionnaire
    assert [q.kind for q in found.questions] == [
        "single", "multiple", "text", "slider", "matrix", "text", "ranking",
    ]  # fmt: skip
    assert [item.text.zh for item in found.questions[4].items] == ["重数量", "重质量"]
    assert found.title.zh == "问卷"


LEAVES = st.one_of(
    st.builds(Is, variable=st.just("d1"), values=st.sampled_from([(1,), (2,), (1, 2)])),
    st.builds(Is, variable=st.sampled_from(["mc_1", "mc_2"]), values=st.sampled_from([(0,), (1,)])),
    st.builds(Between, variable=st.just("age"), low=st.integers(18, 60)),
    st.builds(Answered, variable=st.sampled_from(["age", "d1", "xa1"])),
)
CONDITIONS_OF_ANY_SHAPE = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, of=inner),
        st.builds(All, of=st.tuples(inner, inner)),
        st.builds(AnyOf, of=st.tuples(inner, inner)),
    ),
    max_leaves=4,
)
CHOSEN = st.sampled_from([{}, {"mc_1": 1, "mc_2": 0, "mc_3": 0}, {"mc_1": 0, "mc_2": 1, "mc_3": 1}])
ANSWERS = st.builds(
    lambda d1, age, xa1, boxes: {"d1": d1, "age": age, "xa1": xa1, **boxes},
    st.sampled_from([None, 1, 2]), st.sampled_from([None, 18, 40, 99]),
    st.sampled_from([None, 1]), CHOSEN,
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(condition=CONDITIONS_OF_ANY_SHAPE, answers=st.lists(ANSWERS, min_size=8, max_size=8))
@pytest.mark.parametrize("target", TARGETS)
def test_that_a_condition_means_the_same_after_it_came_back(
    target, condition, answers, tmp_path_factory
):
    folder = tmp_path_factory.getbasetemp()
    shown = back(form(condition), target, folder).questionnaire.question("why").show_if
    assert shown is not None
    assert [holds(shown, one) for one in answers] == [holds(condition, one) for one in answers]
