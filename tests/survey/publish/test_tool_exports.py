"""Exports for LimeSurvey, SurveyJS, REDCap, Qualtrics and archives: form and meaning kept.

What a tool's condition means is tried out: each of our conditions is translated, the
translation is evaluated by a small reading of that tool's language, and both must agree.
SurveyJS's was also tried in survey-core 3.1.1 itself (300 answers, no difference).
"""

import csv
import json
import re
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.publish.ddi import NAMESPACE, ddi_codebook, write_ddi
from survey.publish.limesurvey import COLUMNS as LIME_COLUMNS
from survey.publish.limesurvey import expression as lime_expression
from survey.publish.limesurvey import limesurvey_rows, write_limesurvey
from survey.publish.plain import plain
from survey.publish.qualtrics_text import qualtrics_text, write_qualtrics_text
from survey.publish.redcap import _Names, logic, redcap_rows, write_redcap
from survey.publish.surveyjs import expression as js_expression
from survey.publish.surveyjs import surveyjs_form, write_surveyjs
from survey.publish.xlsform import xpath
from survey.questionnaire.base import text
from survey.questionnaire.conditions import All, Answered, Between, Condition, Is, Not, holds
from survey.questionnaire.conditions import Any as AnyOf
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.model import Page, Questionnaire
from survey.questionnaire.questions import Multiple, Ranking, Single
from survey.questionnaire.variables import variables
from tests.survey.publish.test_plain_exports import lost
from tests.survey.questionnaire.made import one_of_each, options, with_check

EVERY = with_check(one_of_each())
FORM = framework_questionnaire(
    FormOptions(form="FULL_TCH", organiser="科研处", contact="8888", delete_by="2028")
)

# -- conditions mean the same -----------------------------------------------------------------

ASKED = Questionnaire(
    code="C",
    title=text("c"),
    pages=(
        Page(
            code="P",
            questions=(
                Single(code="A", text=text("a"), options=options("1", "2", "3")),
                Multiple(code="M", text=text("m"), options=options("1", "2")),
                Ranking(code="K", text=text("k"), options=options("1", "2"), ranks=2),
            ),
        ),
    ),
)
SINGLES = st.sampled_from(["A"])
CHOSEN = st.sampled_from(["M_1", "M_2"])
RANKED = st.sampled_from(["K_1", "K_2"])
NUMBER = st.integers(0, 3).map(float)


def conditions(*names: st.SearchStrategy[str]) -> st.SearchStrategy[Condition]:
    name = st.one_of(*names)
    bounds = st.tuples(st.none() | NUMBER, st.none() | NUMBER).filter(lambda b: b != (None, None))
    leaf = (
        st.builds(Is, variable=name, values=st.tuples(NUMBER))
        | st.tuples(name, bounds).map(lambda b: Between(variable=b[0], low=b[1][0], high=b[1][1]))
        | st.builds(Answered, variable=name)
    )
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(All, of=st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(AnyOf, of=st.lists(inner, min_size=1, max_size=3).map(tuple))
            | st.builds(Not, of=inner)
        ),
        max_leaves=6,
    )


@st.composite
def answers(draw) -> dict[str, Any]:
    """Draw answers in our form: A 1-3, M_* 0/1 when any is ticked, K_* ranks."""
    found: dict[str, Any] = {}
    a = draw(st.none() | st.integers(1, 3))
    if a is not None:
        found["A"] = float(a)
    ticked = draw(st.sets(st.sampled_from([1, 2])))
    if ticked:
        found |= {f"M_{option}": float(option in ticked) for option in (1, 2)}
    order = draw(st.sampled_from([(), (1,), (2,), (1, 2), (2, 1)]))
    found |= {f"K_{option}": float(rank) for rank, option in enumerate(order, 1)}
    return found


def ticked_in(given_answers: dict[str, Any]) -> set[int]:
    return {option for option in (1, 2) if given_answers.get(f"M_{option}") == 1}


def rank_order(given_answers: dict[str, Any]) -> list[int]:
    ranked = [option for option in (1, 2) if f"K_{option}" in given_answers]
    return sorted(ranked, key=lambda option: given_answers[f"K_{option}"])


class Cell(str):
    """A text that compares with numbers the way REDCap and LimeSurvey do."""

    def __ge__(self, other: Any) -> bool:
        return self != "" and float(self) >= other

    def __le__(self, other: Any) -> bool:
        return self != "" and float(self) <= other

    def __gt__(self, other: Any) -> bool:
        return self != "" and float(self) > other

    def __lt__(self, other: Any) -> bool:
        return self != "" and float(self) < other


def number(value: object) -> Cell:
    return Cell("" if value is None else f"{value:g}")


@settings(max_examples=120, deadline=None)
@given(condition=conditions(SINGLES, CHOSEN, RANKED), given_answers=answers())
def test_that_redcap_logic_means_the_same(condition, given_answers):
    names = _Names()
    for column in variables(ASKED):
        names.of(column.code)
    said = logic(condition, ASKED, names)
    ticked = ticked_in(given_answers)
    script = re.sub(r"\[m\((\d)\)\]", lambda m: repr(str(int(int(m[1]) in ticked))), said)
    script = re.sub(r"\[(\w+)\]", r"V('\1')", script)
    script = script.replace("<>", "!=")
    script = re.sub(r"(?<![<>!=])=(?!=)", "==", script)
    cells = {name.lower(): number(value) for name, value in given_answers.items()}
    result = eval(script, {"V": lambda name: cells.get(name, Cell(""))})
    assert bool(result) == holds(condition, given_answers), said


@settings(max_examples=120, deadline=None)
@given(condition=conditions(SINGLES, CHOSEN, RANKED), given_answers=answers())
def test_that_limesurvey_expressions_mean_the_same(condition, given_answers):
    said = lime_expression(condition, ASKED, lambda code: code.replace("_", ""))
    ticked, order = ticked_in(given_answers), rank_order(given_answers)
    cells = {
        "A": number(given_answers.get("A")),
        **{f"M_{option}": Cell("Y" if option in ticked else "") for option in (1, 2)},
        **{f"K_{rank}": Cell(order[rank - 1] if rank <= len(order) else "") for rank in (1, 2)},
    }
    script = re.sub(r"(\w+)\.NAOK", r"V('\1')", said)
    script = script.replace("&&", " and ").replace("||", " or ")
    script = re.sub(r"!(?!=)", " not ", script)
    result = eval(script.strip(), {"V": cells.__getitem__, "is_empty": lambda cell: cell == ""})
    assert bool(result) == holds(condition, given_answers), said


@settings(max_examples=120, deadline=None)
@given(condition=conditions(SINGLES, CHOSEN), given_answers=answers())
def test_that_xpath_means_the_same(condition, given_answers):
    etree = pytest.importorskip("lxml.etree")
    said = xpath(condition, ASKED)
    root = etree.Element("d")
    etree.SubElement(root, "A").text = number(given_answers.get("A"))
    chosen = " ".join(str(option) for option in sorted(ticked_in(given_answers)))
    etree.SubElement(root, "M").text = chosen

    def selected(_context: object, nodes: Any, option: str) -> bool:
        return option in (nodes[0].text or "").split()

    script = re.sub(r"\$\{(\w+)\}", r"\1", said)
    found = root.xpath(f"boolean({script})", extensions={(None, "selected"): selected})
    assert found == holds(condition, given_answers), said


# -- LimeSurvey --------------------------------------------------------------------------------

# Columns and letters of a real structure file written by LimeSurvey's users; those we need.
LETTERS = set("L!MFRNKDSTQX:")


@pytest.mark.parametrize(("questionnaire", "role"), [(EVERY, "TCH"), (FORM, None)])
def test_that_limesurvey_rows_are_well_formed(questionnaire, role):
    rows, _losses = limesurvey_rows(questionnaire, role=role)
    assert {row["class"] for row in rows} == {"S", "SL", "G", "Q", "SQ", "A"}
    previous = "S"
    for row in rows:
        assert set(row) <= set(LIME_COLUMNS)
        if row["class"] == "Q":
            assert row["type/scale"] in LETTERS
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", row["name"])
        if row["class"] == "SQ":
            assert previous in ("Q", "SQ")
            assert re.fullmatch(r"[A-Za-z0-9]{1,20}", row["name"])
        if row["class"] == "A":
            assert previous in ("Q", "SQ", "A")
            assert len(row["name"]) <= 5
        previous = row["class"]


def test_that_each_language_repeats_the_same_structure():
    rows, _losses = limesurvey_rows(FORM)
    by_language: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        if row["class"] in ("G", "Q", "SQ", "A"):
            key = (row["class"], row["type/scale"], "" if row["class"] == "G" else row["name"])
            by_language.setdefault(row["language"], []).append(key)
    assert set(by_language) == {"zh-Hans", "en"}
    assert by_language["zh-Hans"] == by_language["en"]


def test_that_no_text_becomes_an_expression_or_markup(tmp_path):
    evil = "{1+1} <b>&"
    made = Questionnaire(
        code="S",
        title=text("s"),
        pages=(
            Page(
                code="P", questions=(Single(code="A", text=text(evil), options=options("1", "2")),)
            ),
        ),
    )
    write_limesurvey(made, tmp_path / "s.txt")
    with (tmp_path / "s.txt").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    (question,) = [row for row in rows if row["class"] == "Q"]
    assert question["text"] == "&#123;1+1&#125; &lt;b&gt;&amp;"


def test_that_limesurvey_tells_its_losses():
    losses = lost(limesurvey_rows(EVERY, role="TCH")[1])
    assert losses == {
        "blocks": ("BL",),
        "page_order": ("P4",),
        "attention": ("AQ", "AC"),
        "bounds": ("B",),
        "keys": ("X",),
        "other_label": ("MC",),
    }
    changed = lost(limesurvey_rows(FORM)[1])["codes_without_underscore"]
    assert set(changed) == {c.code for c in variables(FORM) if c.is_item}


# -- SurveyJS ----------------------------------------------------------------------------------


def test_that_surveyjs_keeps_names_values_and_logic(tmp_path):
    write_surveyjs(EVERY, tmp_path / "form.json", role="TCH")
    form = json.loads((tmp_path / "form.json").read_text(encoding="utf-8"))
    elements = {e["name"]: e for page in form["pages"] for e in page["elements"]}
    assert elements["M"]["type"] == "matrix"
    assert [row["value"] for row in elements["M"]["rows"]] == ["X1", "X2", "AC"]
    assert [column["value"] for column in elements["M"]["columns"]] == [1, 2, 3, "dk"]
    assert elements["M"]["correctAnswer"] == {"AC": 3}
    assert elements["WHY"]["visibleIf"] == (
        "({MC} contains 8) and ({S} notempty and {S} <> 'dk' and {S} >= 50)"
    )
    assert elements["MC"]["choices"][3] == {"value": 9, "text": "都没有", "isExclusive": True}
    assert elements["NM"]["validators"][0]["text"] == "支出不能为负"
    assert form["title"] == {"default": "全题型", "en": "Every kind"}
    assert js_expression(Is(variable="X1", values=(3,)), EVERY) == "{M.X1} = 3"
    assert lost(surveyjs_form(EVERY, role="TCH")[1]) == {"blocks": ("BL",), "keys": ("X",)}


# -- REDCap ------------------------------------------------------------------------------------

REDCAP_TYPES = {
    "text", "notes", "radio", "dropdown", "checkbox", "slider", "descriptive"
}  # fmt: skip


@pytest.mark.parametrize(("questionnaire", "role"), [(EVERY, "TCH"), (FORM, None)])
def test_that_the_redcap_dictionary_is_well_formed(tmp_path, questionnaire, role):
    write_redcap(questionnaire, tmp_path / "d.csv", role=role)
    with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows[0]) == 18
    assert rows[0][0] == "Variable / Field Name"
    names = [row[0] for row in rows[1:]]
    assert len(set(names)) == len(names)
    for row in rows[1:]:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,25}", row[0])
        assert row[3] in REDCAP_TYPES
        for choice in row[5].split(" | ") if row[5] and row[3] != "slider" else []:
            assert re.match(r"^[a-z0-9]+, \S", choice)
        for named in re.findall(r"\[(\w+)[\](]", row[11]):
            assert named in names
    form = plain(questionnaire, role=role).questionnaire
    expected = {c.code.lower() for c in variables(form) if not c.code.startswith("MC_")}
    assert expected <= set(names)


def test_that_long_names_stay_apart():
    names = _Names()
    long = [names.of("A" * 30 + letter) for letter in "XYZ"]
    assert len({*long}) == 3
    assert all(len(name) == 26 for name in long)
    assert "names_lower" in lost(redcap_rows(FORM)[1])


# -- Qualtrics ---------------------------------------------------------------------------------


def test_that_the_qualtrics_text_keeps_codes(tmp_path):
    write_qualtrics_text(EVERY, tmp_path / "q.txt", role="TCH")
    written = (tmp_path / "q.txt").read_text(encoding="utf-8")
    assert written.startswith("[[AdvancedFormat]]\n\n[[Block:开始]]\n")
    assert (
        "[[Question:MC:MultipleAnswer:Vertical]]\n[[ID:MC]]\n来源\n[[AdvancedChoices]]\n" in written
    )
    assert "[[Choice:8]]\n其他\n[[Choice:9]]\n都没有\n" in written
    assert "[[Answer:3]]\n同意\n[[Answer:-8]]\n不了解\n" in written
    losses = lost(qualtrics_text(EVERY, role="TCH")[1])
    assert losses["conditions"] == ("P2", "P3", "P4", "WHY")
    assert losses["other_text"] == ("MC",)


# -- DDI ---------------------------------------------------------------------------------------

# Order of the children of var and qstn in the DDI-Codebook 2.5 schema.
VAR = ["labl", "qstn", "valrng", "universe", "catgry", "concept", "varFormat", "notes"]
QUESTION = ["preQTxt", "qstnLit"]


def test_that_the_codebook_describes_every_variable_in_the_schemas_order(tmp_path):
    write_ddi(EVERY, tmp_path / "c.xml", role="TCH")
    root = Tree.parse(tmp_path / "c.xml").getroot()
    assert root.tag == f"{{{NAMESPACE}}}codeBook"
    described = root.find(f"{{{NAMESPACE}}}dataDscr")
    assert described is not None
    found = [v.get("name") for v in described.iter(f"{{{NAMESPACE}}}var")]
    form = plain(EVERY, role="TCH").questionnaire
    assert found == [column.code for column in variables(form)]
    for element in described.iter(f"{{{NAMESPACE}}}var"):
        tags = [child.tag.split("}")[1] for child in element]
        assert tags == sorted(tags, key=VAR.index)
        question = element.find(f"{{{NAMESPACE}}}qstn")
        assert question is not None
        inside = [child.tag.split("}")[1] for child in question]
        assert inside == sorted(inside, key=QUESTION.index)


def test_that_groups_name_variables_that_exist():
    root = Tree.fromstring(ddi_codebook(FORM))
    known = {v.get("ID") for v in root.iter(f"{{{NAMESPACE}}}var")}
    groups = list(root.iter(f"{{{NAMESPACE}}}varGrp"))
    assert groups
    for group in groups:
        assert set(str(group.get("var")).split()) <= known


def test_that_labels_conditions_and_keys_are_described():
    xml = ddi_codebook(EVERY, role="TCH").decode()
    assert "<catValu>3</catValu>" in xml
    assert ">Agree</labl>" in xml
    assert "<universe>" in xml
    assert "reverse-keyed" in xml
