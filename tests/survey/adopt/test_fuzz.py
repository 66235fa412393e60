"""Whatever a file holds, it is read or refused: no other exception, no hang."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.adopt.expressions import Unreadable
from survey.adopt.lime_tsv import read_lime_tsv
from survey.adopt.limesurvey import lime_questionnaire
from survey.adopt.meaning import Column, Untranslatable, condition_of
from survey.adopt.qualtrics import read_qsf
from survey.adopt.reading import adopt
from survey.adopt.redcap import read_redcap
from survey.adopt.surveyjs import read_surveyjs
from survey.adopt.tables import Sheet
from survey.adopt.text_form import read_text
from survey.adopt.xlsform import read_xlsform
from survey.problems import Refusal
from survey.publish.limesurvey import COLUMNS as LIME_COLUMNS
from survey.publish.redcap import COLUMNS as REDCAP_COLUMNS
from survey.questionnaire.files import from_text, to_text

CHEAP = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
WORDS = st.sampled_from(
    ["", "a", "b", "a_1", "1", "2", "dk", "题", "yes", "${a} = '1'", ". >= 3 and . <= 1", "-5",
     "select_one a", "select_multiple b or_other", "begin group", "end group", "begin repeat",
     "table-list", "start=1 end=0", "rank a", "note", "integer", "date", "1, x | 1, y", "checkbox",
     "radio", "text", "slider", "[a(1)] = '1'", "G", "Q", "SQ", "A", "L", "M", "F", ":", "K", "R",
     "Y", "1e309", "regex(., '(')", "{a}", "1~5", "9" * 30]
)  # fmt: skip
TABLE = st.lists(st.lists(WORDS, min_size=3, max_size=8), max_size=8)


def survives(read, *arguments):
    """Call a reader; what it returns must be a questionnaire that can be saved."""
    try:
        adoption = read(*arguments)
        found, losses = adoption.questionnaire, adoption.losses
    except Refusal as refusal:
        # A sentence that is missing, or lacks a value, raises here.
        refusal.describe()
        refusal.describe("en")
        return
    for loss in losses:
        loss.describe()
        loss.describe("en")
    assert from_text(to_text(found)) == found


def numbered(rows):
    return tuple(enumerate(rows, 1))


@CHEAP
@given(TABLE, TABLE)
def test_that_any_xlsform_is_read_or_refused(survey, choices):
    head = ["type", "name", "label", "relevant", "constraint", "appearance", "parameters", "hint"]
    sheets = [
        Sheet("survey", numbered([head, *survey])),
        Sheet("choices", numbered([["list_name", "name", "label"], *choices])),
    ]
    survives(read_xlsform, sheets, "f")


@CHEAP
@given(TABLE)
def test_that_any_dictionary_is_read_or_refused(rows):
    columns = [REDCAP_COLUMNS[place] for place in (0, 3, 5, 4, 7, 8, 11, 15)]
    survives(read_redcap, numbered([columns, *rows]), "f")


@CHEAP
@given(TABLE)
def test_that_any_structure_is_read_or_refused(rows):
    columns = [
        "class",
        "type/scale",
        "name",
        "text",
        "relevance",
        "other",
        "language",
        "slider_min",
    ]
    assert set(columns) <= set(LIME_COLUMNS)

    def read(content):
        return lime_questionnaire(read_lime_tsv(content, "f"), "f")

    survives(read, numbered([columns, *rows]))


KEYS = st.sampled_from(
    ["type", "name", "title", "choices", "rows", "columns", "items", "visibleIf", "value", "text",
     "elements", "QuestionID", "QuestionType", "Selector", "Choices", "Answers", "Display", "0",
     "RecodeValues", "DisplayLogic", "BlockElements", "Flow", "Type", "ID", "min", "max", "step"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 99), st.floats(), st.sampled_from(
        ["radiogroup", "checkbox", "matrix", "ranking", "rating", "slider", "panel", "MC", "SAVR",
         "Matrix", "Likert", "SBS", "Slider", "{a} = 1", "a", "QID1", "Block", "Question"]
    ),
)  # fmt: skip
ANY_JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)  # fmt: skip


@CHEAP
@given(st.lists(st.dictionaries(KEYS, ANY_JSON, min_size=1), max_size=4))
def test_that_any_surveyjs_is_read_or_refused(elements):
    survives(read_surveyjs, {"pages": [{"elements": elements}]}, "f")


@CHEAP
@given(st.lists(st.tuples(st.sampled_from(["SQ", "BL", "FL"]), ANY_JSON), max_size=5))
def test_that_any_qsf_is_read_or_refused(parts):
    elements = [{"Element": kind, "Payload": payload} for kind, payload in parts]
    survives(read_qsf, {"SurveyElements": elements}, "f")


LINES = st.sampled_from(
    ["1. 题[单选题]", "2、题", "A. 甲 B. 乙", "[分页栏]", "行：", "列：", "1~5", "____", "- x",
     "3 [矩阵量表题]", "4. 题 ___ 和 ___[多项填空题]", "[段落说明]", "一、部分", "5. [滑动条]",
     "5. 题[比重题]", "*"]
)  # fmt: skip


@CHEAP
@given(st.lists(LINES, max_size=12))
def test_that_any_text_is_read_or_refused(lines):
    survives(read_text, "\n".join(lines), "f")


@CHEAP
@given(st.text(alphabet="ab1'\"${}[]().<>=!&| \n,ornot", max_size=60))
def test_that_any_expression_is_read_or_told(text):
    try:
        condition_of(text, lambda name: Column("a", values={"1": 1}) if name == "a" else None)
    except (Unreadable, Untranslatable):
        return


@CHEAP
@given(
    st.sampled_from(["a.xlsx", "a.lss", "a.json", "a.csv", "a.txt", "a.qsf", "a.xml"]),
    st.binary(max_size=200),
    st.sampled_from([b"", b"<document>", b"{", b"\xd0\xcf", b"Variable / Field Name,Field Type\n"]),
)
def test_that_any_bytes_are_read_or_refused(tmp_path_factory, name, data, start):
    file = tmp_path_factory.mktemp("f") / name
    file.write_bytes(start + data)
    survives(adopt, file)


def test_that_deep_json_is_refused(tmp_path):
    (tmp_path / "a.json").write_text("[" * 100_000, "utf-8")
    with pytest.raises(Refusal):
        adopt(tmp_path / "a.json")
    deep: object = {"type": "text", "name": "x"}
    for _ in range(60):
        deep = {"type": "panel", "elements": [deep]}
    (tmp_path / "b.json").write_text(json.dumps({"elements": [deep]}), "utf-8")
    with pytest.raises(Refusal):
        adopt(tmp_path / "b.json")
