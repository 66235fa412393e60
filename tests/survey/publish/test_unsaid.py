"""Every word of a questionnaire is in what goes out, or a loss tells that it is not.

Each text is a mark of its own, and the marks are looked for in the file that was written.
"""

import html
import json
import zipfile

import pytest

from survey.publish.targets import TARGETS
from survey.questionnaire.base import Text, Value
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from tests.survey.questionnaire.made import one_of_each

NOT_ASKED = {"D1", "Q"}
"""The role question, which one role's form does not ask, and the quota on it."""
ADDED = {"help", "unit", "low_label", "high_label", "introduction", "closing"}
CODES = {
    "title": {"title", "page_titles"},
    "introduction": {"introduction"},
    "closing": {"closing", "wjx_closing"},
    "help": {"help"},
    "unit": {"unit"},
    "low_label": {"ends"},
    "high_label": {"ends"},
    "text": {"notes"},
    "label": {"other_label"},
}
"""By field: the losses that may tell of it."""


def marked(value: Value, places: dict[int, tuple[str, str]], owner: str = "") -> Value:
    """Return ``value`` with a mark for every text; note the owner and field of each."""
    code = getattr(value, "code", owner)
    owner = code if isinstance(code, str) else owner  # options have numbers
    changed: dict[str, object] = {}
    for name in type(value).model_fields:
        content = getattr(value, name)
        if name in ("former", "releases", "constructs", "roles"):
            continue
        if isinstance(content, Text) and (content or name in ADDED):
            number = len(places) + 1
            places[number] = (owner, name)
            changed[name] = Text(zh=f"汉{number:03d}字", en=f"EN{number:03d}X")
        elif isinstance(content, tuple):
            changed[name] = tuple(
                marked(part, places, owner) if isinstance(part, Value) else part for part in content
            )
    return value.model_copy(update=changed)


def written(path) -> str:
    """Return all the text in a file, whatever its escapes."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name).decode(errors="ignore") for name in archive.namelist()]
        return html.unescape("".join(parts))
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".qsf", ".json"):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return html.unescape(text)


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"pdf", "html", "entry"}))
def test_that_no_word_is_dropped_in_silence(target, tmp_path):
    places: dict[int, tuple[str, str]] = {}
    form = marked(one_of_each(), places)
    assert len(places) > 60
    path = tmp_path / f"form{TARGETS[target].suffix}"
    told = {one.code: one.where for one in TARGETS[target].write(form, path, role="TCH").losses}
    text = written(path)
    for number, (owner, field) in places.items():
        if owner in NOT_ASKED:
            continue
        if f"汉{number:03d}字" not in text:
            known = [told[code] for code in CODES[field] if code in told]
            assert any(not where or owner in where for where in known), (owner, field, told)
        elif f"EN{number:03d}X" not in text:
            assert {"one_language", "titles_language"} & told.keys(), (owner, field)


@pytest.mark.parametrize("target", ["qualtrics", "wjx"])
def test_that_help_stands_behind_the_question_where_a_tool_has_none(target, tmp_path):
    form = framework_questionnaire(FormOptions(form="SHORT_TCH"))
    page = form.pages[1]
    first = page.questions[0].model_copy(update={"help": Text(zh="以人事部门登记为准")})
    pages = (form.pages[0], page.model_copy(update={"questions": (first, *page.questions[1:])}))
    path = tmp_path / "form.txt"
    TARGETS[target].write(form.model_copy(update={"pages": pages, "scales": ()}), path)
    assert f"{first.text.zh}（以人事部门登记为准）" in path.read_text(encoding="utf-8")
