"""Qualtrics' survey file: the entries Qualtrics writes, and everything in them comes back."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.adopt.adoption import Adoption
from survey.adopt.qualtrics import read_qsf
from survey.publish.qsf import qsf_survey, write_qsf
from survey.publish.qsf_logic import Unsayable, qsf_logic
from survey.questionnaire.base import NO_TEXT, text
from survey.questionnaire.conditions import All, Between, Is, Not
from survey.questionnaire.conditions import Any as AnyOf
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.model import Block, Page, Questionnaire
from survey.questionnaire.questions import Item, Matrix, Number, Option, Single
from tests.survey.publish.test_fuzz import questionnaires
from tests.survey.questionnaire.made import SCALE, one_of_each

WRITTEN_BY_QUALTRICS = {
    "BL": "Type Description ID BlockElements",
    "FL": "Flow Properties FlowID Type",
    "SCO": (
        "ScoringCategories ScoringCategoryGroups ScoringSummaryCategory "
        "ScoringSummaryAfterQuestions ScoringSummaryAfterSurvey DefaultScoringCategory "
        "AutoScoringCategory"
    ),
    "STAT": "MobileCompatible ID",
    "SO": (
        "BackButton SaveAndContinue SurveyProtection BallotBoxStuffingPrevention NoIndex "
        "SecureResponseFiles SurveyExpiration SurveyTermination Header Footer ProgressBarDisplay "
        "PartialData ValidationMessage PreviousButton NextButton SkinLibrary SkinType Skin "
        "NewScoring"
    ),
}
"""Entries that every one of the four sample surveys of QualtricsTools holds."""
OF_EVERY_QUESTION = {
    *("QuestionText", "DataExportTag", "QuestionType", "Selector", "Configuration"),
    *("QuestionDescription", "Validation", "Language", "QuestionID"),
}
"""Entries of every question there; kinds add Choices, ChoiceOrder, Answers, AnswerOrder."""
OF_KIND = {
    ("MC", "SAVR"): {"SubSelector", "Choices", "ChoiceOrder"},
    ("MC", "MAVR"): {"SubSelector", "Choices", "ChoiceOrder"},
    ("Matrix", "Likert"): {
        *("SubSelector", "Choices", "ChoiceOrder", "Answers", "AnswerOrder"),
        "ChoiceDataExportTags",
    },
    ("Slider", "HSLIDER"): {"Choices", "ChoiceOrder", "Labels"},
    ("TE", "SL"): set(),
}
FORM = framework_questionnaire(FormOptions(form="FULL_TCH", organiser="a", contact="b"))


def elements(questionnaire: Questionnaire, **options) -> dict[str, list]:
    found: dict[str, list] = {}
    for entry in qsf_survey(questionnaire, **options)[0]["SurveyElements"]:
        assert list(entry) == [
            *("SurveyID", "Element", "PrimaryAttribute", "SecondaryAttribute"),
            *("TertiaryAttribute", "Payload"),
        ]
        found.setdefault(entry["Element"], []).append(entry["Payload"])
    return found


def back(questionnaire: Questionnaire, **options) -> Questionnaire:
    content = qsf_survey(questionnaire, **options)[0]
    return read_qsf(json.loads(json.dumps(content)), "form").questionnaire


def test_that_elements_hold_what_qualtrics_writes():
    found = elements(one_of_each(), role="TCH")
    assert set(found) == {"BL", "FL", "SO", "SCO", "STAT", "QC", "SQ", "RS"}
    for kind, keys in WRITTEN_BY_QUALTRICS.items():
        (content,) = found[kind]
        for entry in content if isinstance(content, list) else [content]:
            assert not set(keys.split()) - set(entry), kind


def test_that_questions_hold_what_qualtrics_writes():
    for question in elements(one_of_each(), role="TCH")["SQ"]:
        assert not OF_EVERY_QUESTION - set(question), question["DataExportTag"]
        own = OF_KIND.get((question["QuestionType"], question["Selector"]), set())
        assert not own - set(question), question["DataExportTag"]
        assert question["ChoiceOrder"] == list(question["Choices"]) if own & {"Choices"} else True


def test_that_every_question_stands_in_one_block_of_the_flow():
    found = elements(FORM)
    placed = [e["QuestionID"] for block in found["BL"][0] for e in block["BlockElements"]]
    assert sorted(placed) == sorted(question["QuestionID"] for question in found["SQ"])
    shown = json.dumps(found["FL"])
    assert all(block["ID"] in shown for block in found["BL"][0] if block["Type"] != "Trash")


def test_that_a_whole_form_comes_back_with_codes_texts_and_both_languages():
    found = back(FORM)
    own = qsf_survey(FORM)[1]
    assert {one.code for one in own} <= {
        "attention", "bounds", "closing", "keys", "ranks", "titles_language",
    }  # fmt: skip
    assert [q.code for q in found.questions] == [q.code for q in FORM.questions]
    for before, after in zip(FORM.questions, found.questions, strict=True):
        if isinstance(before, Matrix):
            assert [item.code for item in after.items] == [item.code for item in before.items]
            scale, theirs = FORM.scale(before.scale), found.scale(after.scale)
            assert (scale.points, scale.dont_know) == (theirs.points, theirs.dont_know)
        assert after.is_required == before.is_required
        assert bool(after.text.en) == bool(before.text.en)
    assert found.introduction == FORM.introduction


def pages(*questions, **facts) -> Questionnaire:
    return Questionnaire(
        code="f",
        title=text("问"),
        scales=(SCALE,),
        pages=tuple(Page(code=f"P{n}", questions=(q,)) for n, q in enumerate(questions, 1)),
        **facts,
    )


TWO = (
    Option(code=5, label=text("甲")),
    Option(code=7, label=text("不知道的人"), is_dont_know=True),
)


def test_that_random_pages_random_answers_and_conditions_of_rows_come_back():
    single = Single(code="a", text=text("甲"), options=(TWO[0], Option(code=6, label=text("乙"))))
    matrix = Matrix(
        code="m",
        text=text("丙"),
        scale="agree",
        items=(
            Item(code="m_x", text=text("一")),
            Item(code="m_y", text=text("二"), show_if=Is(variable="a", values=(6,))),
        ),
        shuffle=True,
    )
    number = Number(code="n", text=text("丁"), show_if=Is(variable="m_x", values=(1, 3)))
    block = Block(code="B", pages=("P2", "P3"), choose=1)
    source = pages(single, matrix, number, blocks=(block,))
    found = back(source)
    assert found.question("m") == matrix.model_copy(update={"scale": found.question("m").scale})
    assert found.question("n") == number
    assert (found.blocks[0].pages, found.blocks[0].choose) == (("P2", "P3"), 1)


def test_that_an_answer_of_not_knowing_keeps_its_code():
    third = TWO[0].model_copy(update={"code": 9, "label": text("丙")})
    found = back(pages(Single(code="a", text=text("甲"), options=(*TWO, third))))
    assert [(o.code, o.is_dont_know) for o in found.question("a").options] == [
        (5, False), (7, True), (9, False),
    ]  # fmt: skip


def test_that_each_level_of_a_logic_uses_one_word():
    source = pages(Number(code="n", text=text("甲")), Number(code="k", text=text("乙")))
    low, high = Between(variable="n", low=1), Between(variable="k", low=2)
    logic = qsf_logic(
        Not(of=All(of=(low, AnyOf(of=(high, low))))),
        source,
        {"n": "QID1", "k": "QID2"},
        in_page=False,
    )
    assert logic is not None
    groups = [group for key, group in logic.items() if key.isdigit()]
    assert len({group["Type"] for group in groups} - {"If"}) <= 1
    words = {
        part.get("Conjuction")
        for group in groups
        for key, part in group.items()
        if key.isdigit() and key != "0"
    }
    assert len(words) <= 1


@pytest.mark.parametrize("values", [(99,), (-1,)])
def test_that_a_condition_that_never_holds_is_told(values):
    source = pages(
        Single(code="a", text=text("甲"), options=(TWO[0], Option(code=6, label=text("乙")))),
        Number(code="n", text=text("乙"), show_if=Is(variable="a", values=values)),
    )
    with pytest.raises(Unsayable):
        qsf_logic(source.question("n").show_if, source, {"a": "QID1"}, in_page=False)
    assert [one.where for one in qsf_survey(source)[1] if one.code == "conditions"] == [("n",)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questionnaire=questionnaires(), role=st.sampled_from(["TCH", "ENT"]))
def test_that_any_questionnaire_comes_back_or_is_told(questionnaire, role):
    content, losses = qsf_survey(questionnaire, role=role)
    assert all(one.describe("en") and one.describe("zh_CN") for one in losses)
    asked = [q for q in questionnaire.questions if not q.roles or role in q.roles]
    if any(q.kind != "note" for q in asked):
        read_qsf(json.loads(json.dumps(content)), "form")


def test_that_the_same_questionnaire_gives_the_same_bytes(tmp_path):
    for name in ("a.qsf", "b.qsf"):
        write_qsf(FORM, tmp_path / name)
    assert (tmp_path / "a.qsf").read_bytes() == (tmp_path / "b.qsf").read_bytes()
    assert NO_TEXT not in [question.text for question in back(FORM).questions]


def skipping(*skips: dict[str, str]) -> Adoption:
    """Return what comes back of three questions of which the first skips."""
    source = pages(
        *(
            Single(code=code, text=text(code), options=(TWO[0], Option(code=6, label=text("乙"))))
            for code in ("a", "b", "c")
        )
    )
    content = qsf_survey(source)[0]
    for entry in content["SurveyElements"]:
        if entry["Element"] == "BL":
            first, *others = entry["Payload"]
            first["BlockElements"] += [e for b in others for e in b["BlockElements"]]
            first["BlockElements"][0]["SkipLogic"] = list(skips)
            entry["Payload"] = [first]
    return read_qsf(content, "form")


def skip(choice: str, target: str) -> dict[str, str]:
    place = f"q://QID1/SelectableChoice/{choice}"
    return {
        "ChoiceLocator": place,
        "Condition": "Selected",
        "SkipToDestination": target,
        "Locator": place,
        "Description": "…",
    }


def test_that_skips_become_conditions_of_what_they_pass_by():
    found = skipping(skip("2", "QID3")).questionnaire
    assert found.question("b").show_if == Not(of=Is(variable="a", values=(6,)))
    assert found.question("c").show_if is None
    found = skipping(skip("1", "ENDOFSURVEY")).questionnaire
    assert {q.code for q in found.questions if q.show_if} == {"b", "c"}


def test_that_of_two_skips_with_one_condition_the_first_counts():
    found = skipping(skip("2", "QID3"), skip("2", "ENDOFBLOCK")).questionnaire
    assert found.question("c").show_if is None


def test_that_a_skip_backwards_is_told():
    found = skipping(skip("2", "QID1"))
    assert [one.code for one in found.losses] == ["skip"]
