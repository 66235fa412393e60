"""The offline page, filled in by a real browser: logic, checks, drafts, keyboard, saving."""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.problems import Refusal
from survey.publish.answer_files import FACTS, read_answer_files, read_answer_folder
from survey.publish.html_page import page_text, write_page
from survey.questionnaire.base import text
from survey.questionnaire.conditions import holds
from survey.questionnaire.edits import release, reword_item
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.model import as_data
from survey.questionnaire.variables import variables
from tests.survey.publish.chromium import Browser, find_browser
from tests.survey.questionnaire.made import one_of_each, with_check
from tests.survey.questionnaire.test_roles_and_bank import ANSWERS, conditions

needs_browser = pytest.mark.skipif(find_browser() is None, reason="no Chromium here")


def in_order():
    """Return one of each kind, with pages and questions in the order they stand."""
    made = with_check(one_of_each())
    pages = tuple(page.model_copy(update={"shuffle": False}) for page in made.pages)
    return made.model_copy(update={"blocks": (), "pages": pages})


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture
def page(browser, tmp_path) -> Browser:
    """Return the browser with a fresh page of one of each kind."""
    for file in browser.downloads.iterdir():
        file.unlink()
    write_page(in_order(), tmp_path / "问 卷.html")
    browser.open(tmp_path / "问 卷.html")
    browser.run("localStorage.clear()")
    browser.problems.clear()
    browser.requests.clear()
    browser.open(tmp_path / "问 卷.html")
    return browser


def pick(browser: Browser, name: str, place: int = 0) -> None:
    browser.run(f"document.querySelectorAll('input[name=\"{name}\"]')[{place}].click()")


def fill(browser: Browser, variable: str, words: str) -> None:
    browser.run(f"document.getElementById('f-{variable}').focus()")
    browser.type(words)


def go_on(browser: Browser) -> None:
    browser.run("document.querySelector('button.main').click()")


def messages(browser: Browser) -> list[str]:
    found: list[str] = browser.run(
        "[...document.querySelectorAll('.problem')].filter(p => !p.hidden && p.id !== 'summary'"
        " && p.textContent).map(p => p.textContent)"
    )
    return found


def shown(browser: Browser) -> list[str]:
    found: list[str] = browser.run(
        "[...document.querySelectorAll('.question')].filter(q => !q.hidden).map(q => q.id.slice(2))"
    )
    return found


def first_page(browser: Browser, *, role: int = 0) -> None:
    pick(browser, "OK")
    pick(browser, "D1", role)


def saved(browser: Browser, count: int = 1) -> dict[str, Any]:
    browser.run("[...document.querySelectorAll('button.main')].pop().click()")
    answer: dict[str, Any] = json.loads(browser.downloaded(count)[-1].read_text(encoding="utf-8"))
    return answer


# -- the file itself --------------------------------------------------------------------------


def test_that_no_text_can_leave_the_data():
    evil = "</script><script>alert(1)</script><!-- @SCRIPT@ \u2028"
    questionnaire = reword_item(one_of_each(), "X1", "zh", evil).after
    questionnaire = questionnaire.model_copy(update={"title": text(evil)})
    page = page_text(questionnaire)
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    kept = json.loads(data[1])["questionnaire"]
    assert kept["title"] == evil.strip()


def test_that_the_policy_allows_this_script_and_style_and_no_connection():
    page = page_text(one_of_each())
    for tag, name in (("script>", "script-src"), ("style>", "style-src")):
        content = page.split(f"<{tag}")[-1].split(f"</{tag}")[0]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert re.findall(r"https?://", page.split('id="data"')[0]) == []


def test_that_the_same_questionnaire_gives_the_same_page():
    assert page_text(one_of_each()) == page_text(one_of_each())


def test_that_quotas_are_told_as_lost(tmp_path):
    export = write_page(one_of_each(), tmp_path / "q.html")
    assert [(loss.code, loss.where) for loss in export.losses] == [("quota_offline", ("Q",))]
    for language in ("zh_CN", "en"):
        assert "Q" in export.losses[0].describe(language)


# -- in a browser -----------------------------------------------------------------------------


@needs_browser
def test_that_a_whole_answer_is_given_and_saved(page):
    first_page(page)
    fill(page, "AGE", "４２")
    go_on(page)
    pick(page, "X1", 2)
    pick(page, "X2", 3)  # 不了解
    pick(page, "AC", 2)
    pick(page, "R", 0)
    pick(page, "AQ", 1)
    go_on(page)
    assert shown(page) == ["MC", "RK", "S"]
    pick(page, "MC_8")
    page.run("document.querySelector('[aria-label=\"请填写\"]').focus()")
    page.type("标准")
    page.run("[...document.querySelectorAll('button.choice')][1].click()")
    page.run("[...document.querySelectorAll('button.choice')][0].click()")
    page.run(
        "s = document.getElementById('f-S'); s.value = 60; s.dispatchEvent(new Event('input'))"
    )
    assert shown(page) == ["MC", "RK", "S", "WHY"]
    fill(page, "WHY", "因为")
    go_on(page)
    pick(page, "DF1", 4)
    page.run(
        "d = document.getElementById('f-DAY'); d.value = '2026-03-01';"
        " d.dispatchEvent(new Event('input'))"
    )
    fill(page, "B_A", "12")
    fill(page, "B_N", "研究院")
    fill(page, "NM_y1_in", "1.5")
    fill(page, "NM_y1_out", "0")
    pick(page, "N", 9)
    go_on(page)
    answer = saved(page)
    assert answer["answers"] == {
        "OK": 1,
        "D1": 1,
        "AGE": 42,
        "X1": 3,
        "AC": 3,
        "R": 1,
        "AQ": 2,
        "MC_1": 0,
        "MC_2": 0,
        "MC_8": 1,
        "MC_9": 0,
        "MC_other": "标准",
        "RK_2": 1,
        "RK_1": 2,
        "S": 60,
        "WHY": "因为",
        "DF1": 5,
        "DAY": "2026-03-01",
        "B_A": 12,
        "B_N": "研究院",
        "NM_y1_in": 1.5,
        "NM_y1_out": 0,
        "N": 9,
    }
    assert answer["missing"] == {"X2": "do_not_know", "RK_3": "empty"}
    assert answer["role"] == "TCH"
    assert answer["questionnaire"]["fingerprint"] == in_order().fingerprint
    assert [entry["page"] for entry in answer["pages"]] == ["P1", "P2", "P3", "P4"]
    assert page.problems == []
    assert all(url.startswith(("file:", "blob:", "data:")) for url in page.requests)


@needs_browser
def test_that_a_role_sees_its_items_and_its_referent_only(page):
    first_page(page, role=1)
    assert shown(page) == ["OK", "D1"]
    go_on(page)
    items = page.run(
        "[...document.querySelectorAll('.item')].filter(i => !i.hidden).map(i => i.id.slice(2))"
    )
    assert items == ["X1", "AC"]
    assert "该校的评价重数量" in page.run("document.body.textContent")


@needs_browser
def test_that_what_is_missing_or_wrong_is_told_at_its_place(page):
    go_on(page)
    assert messages(page) == [
        "请先勾选同意；不愿参加请选择“不同意并退出”",
        "请回答这一题",
    ]
    assert page.run("document.activeElement.name") == "OK"
    assert page.run("document.getElementById('summary').textContent").startswith("有 2 处")
    first_page(page)
    fill(page, "AGE", "abc")
    go_on(page)
    assert messages(page) == ["请填写数字"]
    page.run("document.getElementById('f-AGE').select()")
    page.type("120")
    go_on(page)
    assert messages(page) == ["请填写 18 到 99 之间的数"]
    page.run("document.getElementById('f-AGE').select()")
    page.type("30.5")
    go_on(page)
    assert messages(page) == ["最多 0 位小数"]


@needs_browser
def test_that_a_skip_ends_the_questionnaire_and_going_back_undoes_it(page):
    first_page(page)
    fill(page, "AGE", "18")
    go_on(page)
    assert page.run("document.querySelector('h2').textContent") == "作答完成"
    answer = saved(page)
    assert set(answer["answers"]) == {"OK", "D1", "AGE"}
    assert answer["missing"]["X1"] == "not_shown"
    page.run("document.querySelector('.buttons button').click()")
    page.run("document.getElementById('f-AGE').select()")
    page.type("40")
    go_on(page)
    assert shown(page) == ["M", "R", "AQ"]


@needs_browser
def test_that_answers_to_hidden_questions_do_not_count(page):
    first_page(page)
    fill(page, "AGE", "18")
    pick(page, "D1", 1)  # AGE is for teachers; with it hidden nothing skips
    go_on(page)
    assert shown(page) == ["M", "R", "AQ"]
    assert page.run("JSON.stringify(walk().answers)") == '{"OK":1,"D1":2}'


@needs_browser
def test_that_choices_keep_their_bounds(page):
    first_page(page)
    go_on(page)
    go_on(page)
    for place in range(3):
        pick(page, f"MC_{(1, 2, 8)[place]}")
    go_on(page)
    assert messages(page) == ["最多选择 2 项"]
    pick(page, "MC_9")
    assert (
        page.run("JSON.stringify(problemsOf(FORM.pages[2].questions[0], walk().answers))") == "[]"
    )
    assert page.run("[1,2,8,9].map(c => state.answers['MC_' + c])") == [0, 0, 0, 1]
    pick(page, "MC_9")
    assert page.run("[1,2,8,9].map(c => state.answers['MC_' + c] ?? null)") == [None] * 4


@needs_browser
def test_that_a_failed_check_is_told_in_its_words(page):
    first_page(page)
    for _page in range(3):
        go_on(page)
    fill(page, "NM_y1_in", "1")
    fill(page, "NM_y1_out", "-1")
    go_on(page)
    assert messages(page) == ["请填写不小于 0 的数"]
    page.run("document.getElementById('f-NM_y1_out').select()")
    page.type("x")
    go_on(page)
    assert messages(page) == ["请填写数字"]


@needs_browser
def test_that_ranks_close_up_when_one_is_taken_back(page):
    first_page(page)
    go_on(page)
    go_on(page)
    click = "[...document.querySelectorAll('button.choice')][{}].click()"
    for place in (2, 0, 1):  # the third is one too many
        page.run(click.format(place))
    ranks = "[1,2,3].map(c => state.answers['RK_' + c] ?? null)"
    assert page.run(ranks) == [2, None, 1]
    page.run(click.format(2))
    assert page.run(ranks) == [1, None, None]


@needs_browser
def test_that_a_draft_is_kept_and_offered(page, tmp_path):
    first_page(page)
    fill(page, "AGE", "42")
    go_on(page)
    pick(page, "X1", 0)
    page.open(tmp_path / "问 卷.html")
    assert page.run("document.querySelector('h2').textContent") == "发现未完成的答卷"
    go_on(page)
    assert shown(page) == ["M", "R", "AQ"]
    assert page.run("document.querySelector('input[name=X1]').checked") is True
    page.open(tmp_path / "问 卷.html")
    page.run("[...document.querySelectorAll('button')].pop().click()")  # start anew
    assert page.run("JSON.stringify(state.answers)") == "{}"
    assert shown(page) == ["OK", "D1"]


@needs_browser
def test_that_leaving_without_consent_keeps_nothing(page):
    first_page(page)
    page.run("[...document.querySelectorAll('button')].pop().click()")
    assert page.run("document.querySelector('h2').textContent") == "您已退出"
    assert page.run("localStorage.length") == 0


@needs_browser
def test_that_it_is_filled_in_by_keyboard_alone(page):
    def tab_to(condition: str) -> None:
        for _press in range(60):
            page.key("Tab")
            if page.run(f"(e => {condition})(document.activeElement)"):
                return
        raise AssertionError(condition)

    tab_to("e.name === 'OK'")
    page.key(" ")
    tab_to("e.name === 'D1'")
    page.key(" ")
    page.key("ArrowDown")  # from teacher to enterprise
    tab_to("e.className === 'main'")
    page.key("Enter")
    assert page.run("document.activeElement.tagName") == "H2"
    tab_to("e.name === 'X1'")
    page.key(" ")
    tab_to("e.name === 'AC'")
    page.key("ArrowRight")
    tab_to("e.className === 'main'")
    page.key("Enter")
    tab_to("e.name === 'MC_1'")
    page.key(" ")
    tab_to("e.tagName === 'BUTTON' && e.textContent === '二'")
    page.key("Enter")
    tab_to("e.type === 'range'")
    page.key("ArrowRight")
    assert page.run("JSON.stringify(state.answers)") == json.dumps(
        {"OK": 1, "D1": 2, "X1": 1, "AC": 2, "MC_1": 1, "MC_2": 0, "MC_8": 0, "MC_9": 0,
         "RK_2": 1, "S": 55},
        separators=(",", ":"),
    )  # fmt: skip


@needs_browser
def test_that_every_control_has_a_name_for_screen_readers(page):
    controls = {"radio", "checkbox", "textbox", "combobox", "slider", "button", "progressbar"}
    first_page(page)
    for _page in range(5):
        tree = page.call("Accessibility.getFullAXTree")["nodes"]
        found = [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in tree
            if not node["ignored"] and node.get("role", {}).get("value") in controls
        ]
        assert len(found) > 3
        assert [role for role, name in found if not name.strip()] == []
        groups = [
            node.get("name", {}).get("value", "")
            for node in tree
            if not node["ignored"] and node.get("role", {}).get("value") == "group"
        ]
        assert all(groups)
        go_on(page)


@needs_browser
def test_that_the_language_changes_with_the_answers_kept(page):
    first_page(page)
    page.run(
        "l = document.getElementById('language'); l.value = 'en';"
        " l.dispatchEvent(new Event('change'))"
    )
    assert page.run("document.documentElement.lang") == "en"
    assert page.run("document.getElementById('title').textContent") == "Every kind"
    assert page.run("document.querySelector('button.main').textContent") == "Next"
    assert page.run("document.querySelector('input[name=OK]').checked") is True


@needs_browser
@settings(max_examples=150, deadline=None)
@given(condition=conditions(), answers=ANSWERS)
def test_that_the_page_and_the_program_agree_on_conditions(browser, condition, answers):
    data = json.dumps(as_data(condition))
    known = json.dumps({code: value for code, value in answers.items() if value is not None})
    assert browser.run(f"holds({data}, {known})") == holds(condition, answers)


@needs_browser
def test_that_random_blocks_are_drawn_per_respondent(browser, tmp_path):
    write_page(one_of_each(), tmp_path / "q.html")
    browser.open(tmp_path / "q.html")
    browser.run("localStorage.clear()")
    browser.open(tmp_path / "q.html")
    orders = browser.run(
        "[...Array(40).keys()].map(n => { state.id = 'r' + n;"
        " return orderedPages().map(p => p.code).join() })"
    )
    assert set(orders) == {"P1,P2,P3,P4", "P1,P2,P4,P3"}
    again = browser.run("[...Array(40).keys()].map(n => { state.id = 'r' + n;"
        " return orderedPages().map(p => p.code).join() })")  # fmt: skip
    assert again == orders


@needs_browser
@pytest.mark.slow
def test_that_thirty_answers_come_back_as_a_folder(browser, tmp_path):
    for file in browser.downloads.iterdir():
        file.unlink()
    form = framework_questionnaire(FormOptions(form="SHORT_STU"))
    codes = [column.code for column in variables(form) if column.is_item]
    for number in range(30):
        # A file of its own each time, as on thirty devices: a page may save ten files only.
        write_page(form, tmp_path / f"stu{number}.html")
        browser.open(tmp_path / f"stu{number}.html")
        answers = {code: (number + place) % 5 + 1 for place, code in enumerate(codes)}
        browser.run(
            f"state = freshState(); Object.assign(state.answers, {json.dumps(answers)});"
            " state.answers.CONSENT = 1; drawEnd(); clearDraft();"
            "[...document.querySelectorAll('button.main')].pop().click()"
        )
        browser.downloaded(number + 1)
    folder = tmp_path / "answers"
    shutil.copytree(browser.downloads, folder)
    one = next(folder.glob("*.json"))
    shutil.copy(one, folder / "副本.json")
    (folder / "half.json").write_text(one.read_text(encoding="utf-8")[:200], encoding="utf-8")
    found = read_answer_folder(folder, form)
    assert found.table.n_rows == 30
    assert len(found.duplicates) == 1
    assert [problem.where for problem in found.problems] == ["half.json"]
    place = found.table.headers.index(codes[0])
    assert sorted(row[place] for row in found.table.rows(0, 30)) == sorted("12345" * 6)


# -- answer files ------------------------------------------------------------------------------


def answer(**changes: Any) -> dict[str, Any]:
    form = one_of_each()
    return {
        "format": "rongzhen-answers",
        "format_version": 1,
        "questionnaire": {"code": "ALL", "version": 1, "fingerprint": form.fingerprint},
        "response": "ab" * 10,
        "role": "TCH",
        "started": "2026-03-01T08:00:00.000Z",
        "finished": "2026-03-01T08:05:00.000Z",
        "seconds": 299.5,
        "pages": [],
        "answers": {"X1": 3, "WHY": "=1+1", "NM_y1_in": 1.5},
        "missing": {"X2": "do_not_know", "R": "empty"},
        **changes,
    }


def kept(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_that_an_answer_becomes_a_row_with_kinds_of_missing(tmp_path):
    found = read_answer_files([kept(tmp_path, "a.json", answer())], one_of_each())
    (row,) = found.table.rows(0, 1)
    cells = dict(zip(found.table.headers, row, strict=True))
    assert {code: cells[code] for code in ("X1", "X2", "R", "AGE", "WHY", "NM_y1_in")} == {
        "X1": "3",
        "X2": "不了解",
        "R": "(空)",
        "AGE": "(跳过)",
        "WHY": "=1+1",
        "NM_y1_in": "1.5",
    }
    assert found.table.headers[: len(FACTS)] == FACTS
    assert (cells["role"], cells["所用时间"]) == ("TCH", "300秒")
    assert cells["提交答卷时间"] == "2026-03-01 08:05:00"
    assert "身份" in cells  # single choices go by their wording


def test_that_the_later_of_two_files_of_one_response_counts(tmp_path):
    later = answer(finished="2026-03-01T09:00:00Z", answers={"X1": 1})
    paths = [kept(tmp_path, "1.json", later), kept(tmp_path, "2.json", answer())]
    found = read_answer_files(paths, one_of_each())
    assert (found.files, found.duplicates) == (("1.json",), ("2.json",))


def test_that_released_versions_are_taken_and_others_told(tmp_path):
    from datetime import date

    first = release(one_of_each(), date(2026, 3, 1)).after
    second = reword_item(first, "X1", "zh", "改").after
    other = {"code": "ALL", "version": 1, "fingerprint": "0" * 64}
    paths = [
        kept(tmp_path, "1.json", answer()),
        kept(tmp_path, "2.json", answer(response="cd" * 10, questionnaire=other)),
        kept(tmp_path, "3.json", answer(questionnaire={**other, "code": "X"}, response="ef" * 9)),
    ]
    found = read_answer_files(paths, second)
    assert found.files == ("1.json",)
    assert [problem.code for problem in found.problems] == [
        "answers_other_version",
        "answers_other_form",
    ]
    for problem in found.problems:
        assert problem.describe("zh_CN")
        assert problem.describe("en")


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"format": "rongzhen-answers"}', "[" * 100_000, '"x"', "\x00"],
)
def test_that_a_folder_without_answers_is_refused(tmp_path, content):
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        read_answer_folder(tmp_path, one_of_each())
    assert refusal.value.problems[0].code == "answers_damaged"
    (tmp_path / "bad.json").unlink()
    with pytest.raises(Refusal) as refusal:
        read_answer_folder(tmp_path, one_of_each())
    assert refusal.value.problems[0].code == "answers_none"


@settings(max_examples=100, deadline=None)
@given(
    changes=st.dictionaries(
        st.sampled_from(sorted(answer())),
        st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
        | st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=3),
        max_size=3,
    )
)  # fmt: skip
def test_that_any_damage_is_told_not_raised(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("answers")
    path = kept(folder, "a.json", {**answer(), **changes})
    try:
        assert read_answer_files([path], one_of_each()).table.n_rows == 1
    except Refusal as refusal:
        told = refusal.describe("zh_CN")
        assert told
