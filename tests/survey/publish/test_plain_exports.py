"""Exports to tools: valid there, complete, and honest about what is lost."""

import shutil
import warnings
from itertools import product

import pytest
from openpyxl import load_workbook

from resources.texts import sentences
from survey.problems import Refusal
from survey.publish.plain import plain, skips_as_conditions
from survey.publish.wjx_text import wjx_text, write_wjx_text
from survey.publish.xlsform import write_xlsform, xlsform_rows, xpath
from survey.questionnaire.base import text
from survey.questionnaire.conditions import All, Answered, Any, Between, Is, Not, holds
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.model import END, Page, Questionnaire, Skip
from survey.questionnaire.questions import OpenText, Single
from survey.questionnaire.variables import variables
from tests.survey.questionnaire.made import one_of_each, options, with_check

OFFICE = {"organiser": "科研处", "contact": "8888", "delete_by": "2028"}
FORMS = [
    framework_questionnaire(FormOptions(form=f"FULL_{role}", **OFFICE))
    for role in ("TCH", "ENT", "STU")
]


def lost(losses) -> dict[str, tuple[str, ...]]:
    for loss in losses:
        for language in ("zh_CN", "en"):
            assert loss.describe(language)
    return {loss.code: loss.where for loss in losses}


# -- one role, no skips -----------------------------------------------------------------------


def test_that_a_questionnaire_for_several_roles_needs_one():
    with pytest.raises(Refusal) as refusal:
        plain(one_of_each())
    assert refusal.value.problems[0].code == "export_needs_role"
    assert plain(one_of_each(), role="ENT").say(text("{univ}{organiser}")) == "该校科研处"


def test_that_a_quota_of_one_role_stays_with_its_form():
    assert [quota.when for quota in plain(one_of_each(), role="ENT").questionnaire.quotas] == [None]
    assert plain(one_of_each(), role="TCH").questionnaire.quotas == ()
    assert "quotas" in lost(wjx_text(one_of_each(), role="ENT")[1])


def walked(questionnaire: Questionnaire, given: dict[str, float]) -> list[str]:
    """Return the pages seen, the way the page's script walks."""
    answers: dict[str, float] = {}
    seen = []
    jump = None
    for page in questionnaire.pages:
        if jump is not None and page.code != jump:
            continue
        jump = None
        if not holds(page.show_if, answers):
            continue
        seen.append(page.code)
        for question in page.questions:
            if question.code in given:
                answers[question.code] = given[question.code]
        for skip in page.skips:
            if holds(skip.when, answers):
                jump = skip.to
                break
        if jump == END:
            break
    return seen


def test_that_skips_said_as_conditions_show_the_same_pages():
    asked = [Single(code=code, text=text(code), options=options("1", "2", "3")) for code in "ABC"]
    questionnaire = Questionnaire(
        code="S",
        title=text("s"),
        pages=(
            Page(
                code="P1",
                questions=(asked[0],),
                skips=(
                    Skip(when=Is(variable="A", values=(1,)), to="P3"),
                    Skip(when=Is(variable="A", values=(1, 2)), to="P4"),
                ),
            ),
            Page(
                code="P2",
                questions=(asked[1],),
                skips=(Skip(when=Not(of=Is(variable="B", values=(2,))), to=END),),
            ),
            Page(code="P3", questions=(asked[2],), show_if=Not(of=Is(variable="B", values=(3,)))),
            Page(code="P4", questions=(OpenText(code="D", text=text("d")),)),
        ),
    )
    flat = skips_as_conditions(questionnaire)
    assert all(page.skips == () for page in flat.pages)
    for values in product([None, 1.0, 2.0, 3.0], repeat=3):
        given = {
            code: value for code, value in zip("ABC", values, strict=True) if value is not None
        }
        assert walked(flat, given) == walked(questionnaire, given), given


def test_that_pages_always_skipped_are_left_out():
    pages = (Page(code="P1", skips=(Skip(to="P3"),)), Page(code="P2"), Page(code="P3"))
    flat = skips_as_conditions(Questionnaire(code="S", title=text("s"), pages=pages))
    assert [page.code for page in flat.pages] == ["P1", "P3"]


# -- 问卷星 -----------------------------------------------------------------------------------


def test_that_the_wjx_text_is_what_the_website_reads(tmp_path):
    export = write_wjx_text(with_check(one_of_each()), tmp_path / "wjx.txt", role="TCH")
    written = export.files[0].read_text(encoding="utf-8")
    assert written.startswith(
        "全题型\n\n请科研处的同事填写。\n\n1. 说明[单选题]\n同意\n不同意，退出\n\n"
    )
    assert "\n3. 评价本校[矩阵单选题]\n不同意 一般 同意 不了解\n本校的评价重数量\n" in written
    assert "\n6. 来源[多选题]\n论文\n专利\n其他___\n都没有\n" in written
    assert "\n12. 人数 教师___ 单位___[多项填空题]\n" in written
    assert written.count("[分页栏]") == 3
    assert lost(export.losses).keys() == {
        "attention", "blocks", "bounds", "checks", "codes_by_order", "conditions",
        "dates_as_text", "differential", "keys", "number_matrix", "page_order", "ranks",
        "one_language", "page_titles", "wjx_closing", "wjx_consent", "wjx_dont_know",
        "wjx_required",
    }  # fmt: skip
    assert lost(export.losses)["conditions"] == ("P2", "P3", "P4", "WHY")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_that_every_item_stands_on_a_line_of_its_own(form):
    lines = wjx_text(form)[0].splitlines()
    for column in variables(form):
        if column.is_item:
            assert lines.count(plain(form).say(column.part, "zh")) == 1
    assert not any("{" in line for line in lines)
    numbers = [
        int(line.split(".")[0]) for line in lines if line.endswith("题]") or "下拉框]" in line
    ]
    assert numbers == list(range(1, len(numbers) + 1))


def test_that_line_breaks_in_texts_do_not_become_options():
    made = Questionnaire(
        code="S",
        title=text("s"),
        pages=(
            Page(
                code="P",
                questions=(
                    Single(code="A", text=text("第一行\n第二行"), options=options("甲\n乙", "丙")),
                ),
            ),
        ),
    )
    assert "1. 第一行 第二行[单选题]\n甲 乙\n丙\n" in wjx_text(made)[0]


# -- XLSForm ----------------------------------------------------------------------------------

QUESTIONNAIRES = [(with_check(one_of_each()), "TCH"), *((form, None) for form in FORMS)]


@pytest.mark.parametrize(("questionnaire", "role"), QUESTIONNAIRES)
def test_that_pyxform_converts_the_form(tmp_path, questionnaire, role):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyxform's own
        converter = pytest.importorskip("pyxform.xls2xform")
    path = tmp_path / "form.xlsx"
    write_xlsform(questionnaire, path, role=role)
    # With Java at hand ODK Validate runs too and reads every XPath.
    has_java = shutil.which("java") is not None and questionnaire is QUESTIONNAIRES[0][0]
    result = converter.convert(path, validate=has_java)
    assert result.warnings == []
    form = plain(questionnaire, role=role).questionnaire
    for column in variables(form):
        if not column.code.startswith(("MC_", "RK_", "RK1_")):  # one row holds all their options
            assert f"/{column.code}" in result.xform


def test_that_conditions_become_xpath():
    form = plain(one_of_each(), role="TCH").questionnaire
    assert xpath(Is(variable="D1", values=(1, 2)), one_of_each()) == "${D1} = '1' or ${D1} = '2'"
    assert xpath(Is(variable="MC_8", values=(1,)), form) == "selected(${MC}, '8')"
    assert xpath(Between(variable="AGE", low=18, high=19.5), form) == (
        "${AGE} != '' and ${AGE} != 'dk' and ${AGE} >= 18 and ${AGE} <= 19.5"
    )
    both = All(of=(Answered(variable="X1"), Not(of=Any(of=(Is(variable="X1", values=(3,)),)))))
    assert xpath(both, form) == ("(${X1} != '' and ${X1} != 'dk') and (not((${X1} = '3')))")


def test_that_the_xlsform_tells_its_losses():
    losses = lost(xlsform_rows(with_check(one_of_each()), role="TCH")[3])
    assert losses == {
        "blocks": ("BL",),
        "page_order": ("P4",),
        "attention": ("AQ", "AC"),
        "ranks": ("RK",),
        "checks": ("NM",),
        "titles_language": (),
    }


def test_that_no_text_becomes_a_formula(tmp_path):
    made = Questionnaire(
        code="S",
        title=text("=1+1"),
        pages=(Page(code="P", questions=(OpenText(code="A", text=text('=HYPERLINK("x")')),)),),
    )
    write_xlsform(made, tmp_path / "f.xlsx")
    for sheet in load_workbook(tmp_path / "f.xlsx"):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_that_every_loss_sentence_is_used():
    from pathlib import Path

    import survey.publish

    folder = Path(survey.publish.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    said = {key.split(".")[2] for key in sentences() if key.startswith("publish.loss.")}
    assert {code for code in said if f'"{code}"' not in source} == set()
