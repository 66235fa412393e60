"""Edits return new questionnaires, name themselves, and keep what went out."""

from datetime import date

import pytest

from resources.texts import sentences
from survey.questionnaire import edits
from survey.questionnaire.base import text
from survey.questionnaire.model import Construct, Page
from survey.questionnaire.questions import Item, Note
from survey.questionnaire.structure import structure_problems
from tests.survey.questionnaire.made import SCALE, one_of_each

DAY = date(2026, 3, 1)
NOTE = Note(code="NEW", text=text("新"))
EDITS = {
    "retitled": lambda q: edits.retitle(q, text("新标题")),
    "settings": lambda q: edits.change_settings(q, languages=("zh",)),
    "page_added": lambda q: edits.add_page(q, Page(code="PN"), at=0),
    "page_removed": lambda q: edits.remove_page(q, "P4"),
    "page_moved": lambda q: edits.move_page(q, "P4", to=0),
    "page_changed": lambda q: edits.change_page(q, "P4", shuffle=False),
    "question_added": lambda q: edits.add_question(q, NOTE, page="P2", at=1),
    "question_removed": lambda q: edits.remove_question(q, "N"),
    "question_moved": lambda q: edits.move_question(q, "N", page="P1", to=0),
    "question_changed": lambda q: edits.change_question(q, "N", is_required=True),
    "question_reworded": lambda q: edits.reword_question(q, "N", "zh", "您愿意推荐吗？"),
    "items_added": lambda q: edits.add_items(q, (Item(code="X9", text=text("新")),), matrix="M"),
    "items_removed": lambda q: edits.remove_items(q, ("X1", "AC")),
    "item_moved": lambda q: edits.move_item(q, "AC", to=0),
    "item_changed": lambda q: edits.change_item(q, "X1", is_reversed=True),
    "item_reworded": lambda q: edits.reword_item(q, "X1", "zh", "改"),
    "scale_changed": lambda q: edits.put_scale(q, SCALE.model_copy(update={"code": "new"})),
    "construct_changed": lambda q: edits.put_construct(q, Construct(code="X", name=text("新名"))),
}


@pytest.mark.parametrize("code", EDITS)
def test_that_an_edit_changes_a_copy_and_names_itself(code):
    before = one_of_each()
    edit = EDITS[code](before)
    assert edit.code == code
    assert edit.after != before
    assert before == one_of_each()
    assert edit.label("zh_CN")
    assert edit.label("en")


@pytest.mark.parametrize("code", EDITS)
def test_that_the_first_edit_after_a_release_begins_a_version(code):
    released = edits.release(one_of_each(), DAY).after
    edit = EDITS[code](released)
    assert (released.version, edit.after.version) == (1, 2)
    assert edits.retitle(edit.after, text("再改")).after.version == 2


def test_that_every_undo_label_belongs_to_an_edit():
    labels = {key.removeprefix("design.undo.") for key in sentences() if ".undo." in key}
    assert labels == {*EDITS, "released"}


def test_that_order_is_what_the_moves_say():
    q = one_of_each()
    assert [p.code for p in edits.move_page(q, "P1", to=2).after.pages] == ["P2", "P3", "P1", "P4"]
    moved = edits.move_question(q, "R", page="P1", to=1).after
    assert [found.code for found in moved.page("P1").questions] == ["OK", "R", "D1", "AGE"]
    assert [found.code for found in moved.page("P2").questions] == ["M", "AQ"]
    within = edits.move_question(q, "R", page="P2", to=0).after
    assert [found.code for found in within.page("P2").questions] == ["R", "M", "AQ"]


def test_that_items_are_inserted_where_asked_in_their_order():
    new = (Item(code="Y1", text=text("一")), Item(code="Y2", text=text("二")))
    after = edits.add_items(one_of_each(), new, matrix="M", at=1).after
    assert [item.code for item in after.question("M").items] == ["X1", "Y1", "Y2", "X2", "AC"]
    assert structure_problems(after) == ()


def test_that_typing_in_one_field_merges_and_elsewhere_does_not():
    q = one_of_each()
    first = edits.reword_item(q, "X1", "zh", "改")
    second = edits.reword_item(first.after, "X1", "zh", "改了")
    other = edits.reword_item(second.after, "X2", "zh", "改")
    assert first.merges == second.merges != ""
    assert other.merges != first.merges
    assert edits.remove_page(q, "P4").merges == ""


def test_that_the_wording_that_went_out_is_kept():
    released = edits.release(one_of_each(), DAY).after
    second = edits.reword_item(released, "X1", "zh", "第二版").after
    second = edits.reword_item(second, "X1", "zh", "第二版改").after
    second = edits.release(second, DAY).after
    third = edits.reword_item(second, "X1", "zh", "第三版").after
    item = third.question("M").items[0]
    assert [edits.wording(item, version).zh for version in (1, 2, 3)] == [
        "{univ}的评价重数量",
        "第二版改",
        "第三版",
    ]


def test_that_an_item_that_never_went_out_has_no_history():
    released = edits.release(one_of_each(), DAY).after
    new = Item(code="Y1", text=text("新题"))
    second = edits.add_items(released, (new,), matrix="M").after
    second = edits.reword_item(second, "Y1", "zh", "新题改").after
    (item,) = [item for item in second.question("M").items if item.code == "Y1"]
    assert (item.since, item.former) == (2, ())


def test_that_rewording_before_any_release_keeps_no_history():
    after = edits.reword_question(one_of_each(), "N", "zh", "改").after
    assert after.question("N").former == ()


def test_that_the_fingerprint_follows_content_only():
    q = one_of_each()
    released = edits.release(q, DAY).after
    assert released.fingerprint == q.fingerprint == released.releases[0].fingerprint
    assert edits.reword_item(released, "X1", "zh", "改").after.fingerprint != q.fingerprint
