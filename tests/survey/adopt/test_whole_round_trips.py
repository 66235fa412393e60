"""One of each kind goes out and comes back: what differs is known, field by field.

The table is the list of losses: a difference that is not in it fails the test, and so does
one that is in it and no longer there.
"""

import pytest

from survey.adopt.reading import adopt
from survey.publish.keys import key_in
from survey.publish.plain import plain
from survey.publish.targets import TARGETS
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.questions import AnyQuestion, Matrix
from survey.questionnaire.variables import variables
from tests.survey.questionnaire.made import one_of_each

DIFFERENT = {
    "xlsform": {
        "OK": "agree", "AGE": "unit", "M": "items", "R": "single",
        "MC": "options least", "RK": "options ranks", "DF": "matrix", "B": "note", "NM": "note",
        "N": "single",
    },
    "limesurvey": {
        "OK": "agree", "AGE": "unit", "M": "items", "R": "single", "AQ": "single",
        "MC": "options least", "RK": "options", "DF": "rows", "B": "fields",
        "NM": "rows columns decimals", "N": "single",
    },
    "surveyjs": {
        "AGE": "help unit", "M": "items", "R": "single", "DF": "matrix", "NM": "decimals",
    },
    "redcap": {
        "AGE": "unit", "M": "items", "R": "single",
        "MC": "options least most", "RK": "matrix", "S": "step", "WHY": "longest",
        "DF": "matrix", "B": "-", "NM": "-", "N": "single",
    },
    "qsf": {
        "AGE": "unit", "M": "items", "R": "single", "AQ": "single", "RK": "ranks",
        "WHY": "longest", "DAY": "text", "B": "fields",
    },
    "ddi": {
        "OK": "is_required", "AGE": "decimals unit", "M": "items", "R": "display",
        "AQ": "rating", "MC": "options least most", "RK": "-", "S": "number",
        "WHY": "is_long longest", "DF": "-", "DAY": "text", "B": "-", "NM": "-", "N": "number",
        "T": "-",
    },
}  # fmt: skip
"""By target and question: the kind it becomes, its fields that differ, or "-" for no question of
its name. ``items`` differ by the role's words in the texts, and, where no note is kept, by the
construct, direction and right answer."""
DIFFERENT["lss"] = DIFFERENT["limesurvey"]
_NOT_COMPARED = {"code", "scale", "text", "show_if", "since", "former"}
"""Codes of scales are made anew; texts and conditions have tests of their own."""


def plain_code(code: str) -> str:
    """Return a code as every tool keeps it: LimeSurvey has no underscores, REDCap no capitals."""
    return code.replace("_", "").lower()


def difference(before: AnyQuestion, after: AnyQuestion | None) -> str:
    if after is None:
        return "-"
    if after.kind != before.kind:
        return after.kind
    names = [name for name in type(before).model_fields if name not in _NOT_COMPARED]
    return " ".join(name for name in names if getattr(before, name) != getattr(after, name))


@pytest.mark.parametrize("target", DIFFERENT)
def test_that_one_of_each_kind_comes_back_up_to_the_listed_losses(target, tmp_path):
    sent = plain(one_of_each(), role="TCH").questionnaire
    path = tmp_path / f"form{TARGETS[target].suffix}"
    TARGETS[target].write(one_of_each(), path, role="TCH")
    found = {plain_code(q.code): q for q in adopt(path).questionnaire.questions}
    differences = {
        question.code: difference(question, found.get(plain_code(question.code)))
        for question in sent.questions
    }
    assert {code: what for code, what in differences.items() if what} == DIFFERENT[target]


KEEP_KEYS = {"xlsform", "redcap", "ddi"}
"""Targets with a place for a note: constructs, directions and right answers come back."""


def keys(question: Matrix) -> list[tuple[str, bool, int | None]]:
    return [(item.measures, item.is_reversed, item.correct) for item in question.items]


@pytest.mark.parametrize("target", DIFFERENT)
def test_that_keys_of_items_come_back_or_are_told_to_stay_behind(target, tmp_path):
    sent = plain(one_of_each(), role="TCH").questionnaire
    path = tmp_path / f"form{TARGETS[target].suffix}"
    export = TARGETS[target].write(one_of_each(), path, role="TCH")
    found = adopt(path).questionnaire
    matrix = next(q for q in found.questions if plain_code(q.code) == "m")
    assert isinstance(matrix, Matrix)
    told = [one.where for one in export.losses if one.code == "keys"]
    if target in KEEP_KEYS:
        assert keys(matrix) == keys(sent.question("M"))
        assert found.constructs == sent.constructs
        assert not told
    else:
        assert told == [("X",)]


@pytest.mark.parametrize("target", sorted(KEEP_KEYS))
def test_that_every_key_of_a_framework_form_comes_back(target, tmp_path):
    form = framework_questionnaire(FormOptions(form="FULL_TCH"))
    path = tmp_path / f"form{TARGETS[target].suffix}"
    TARGETS[target].write(form, path)
    found = {
        column.code.lower(): (column.construct, column.is_reversed, column.correct)
        for column in variables(adopt(path).questionnaire)
    }
    for column in variables(form):
        if column.construct or column.correct is not None:
            expected = (column.construct, column.is_reversed, column.correct)
            assert found[column.code.lower()] == expected


@pytest.mark.parametrize(
    "note",
    [
        "rongzhen_key=",
        "rongzhen_key=[1]",
        'rongzhen_key={"construct": 3}',
        "x",
        "rongzhen_key={",
        'rongzhen_key={"construct": {"code": "1 x"}}',
        "rongzhen_key=" + "[" * 3000,
    ],
)
def test_that_a_damaged_key_is_no_key(note):
    assert key_in(note) is None


@pytest.mark.parametrize("target", ["lss", "limesurvey", "surveyjs", "xlsform", "qsf"])
def test_that_titles_introductions_and_both_languages_come_back(target, tmp_path):
    path = tmp_path / f"form{TARGETS[target].suffix}"
    TARGETS[target].write(one_of_each(), path, role="TCH")
    found = adopt(path).questionnaire
    assert found.title.zh == "全题型"
    assert found.languages == ("zh", "en")
    assert "科研处" in found.introduction.zh
