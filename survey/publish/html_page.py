"""The questionnaire as one HTML file that works without any network.

Logic, validation, progress, drafts in the browser; the answers leave it as a file that the
respondent hands in (answer_files.py reads a folder of them). The page's content security
policy names the hashes of its own script and style and forbids every connection.
"""

import base64
import hashlib
import html
import json
from pathlib import Path

from resources import PAGE_FOLDER
from resources.texts import sentences
from survey.publish.export import Export, Loss, loss
from survey.publish.plain import form_of_role
from survey.questionnaire.model import Questionnaire, as_data
from survey.questionnaire.variables import variables

_WORDS = {"zh": "zh_CN", "en": "en"}
_PREFIX = "publish.page."


def page_text(questionnaire: Questionnaire, *, is_entry: bool = False) -> str:
    """Return the HTML page of ``questionnaire``, the same for the same questionnaire.

    Args:
        is_entry: for typing in answers given on paper: every question as printed, nothing
            refused, each sheet under its number (double_entry.py compares two typings).
    """
    script, style, frame = (
        (PAGE_FOLDER / name).read_text(encoding="utf-8")
        for name in ("page.js", "page.css", "page.html")
    )
    language = questionnaire.languages[0] if questionnaire.languages else "zh"
    values = {
        "TITLE": html.escape(questionnaire.title.in_(language)),
        "NOSCRIPT": html.escape(_words(language)["noscript"]),
        "STYLE_HASH": _hash(style),
        "SCRIPT_HASH": _hash(script),
        "STYLE": style,
        "SCRIPT": script,
        "DATA": _data(questionnaire, is_entry),
    }
    parts = frame.split("@")
    # Names stand at the odd places, so nothing inside a value is taken for one.
    return "".join(values[part] if place % 2 else part for place, part in enumerate(parts))


def _words(language: str) -> dict[str, str]:
    return {
        key.removeprefix(_PREFIX): text
        for key, text in sentences(_WORDS[language]).items()
        if key.startswith(_PREFIX)
    }


def _hash(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode("ascii")


def _data(questionnaire: Questionnaire, is_entry: bool) -> str:
    form = as_data(questionnaire.model_copy(update={"releases": ()}))
    form.setdefault("languages", list(questionnaire.languages))
    content = {
        "questionnaire": form,
        "fingerprint": questionnaire.fingerprint,
        "variables": [column.code for column in variables(questionnaire)],
        "entry": is_entry,
        "words": {language: _words(language) for language in _WORDS},
    }
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # No text of the questionnaire can end the script element.
    return plain.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def write_page(questionnaire: Questionnaire, path: Path) -> Export:
    """Write the page to ``path`` and return what it cannot do."""
    path.write_text(page_text(questionnaire), encoding="utf-8", newline="\n")
    losses: list[Loss] = []
    if questionnaire.quotas:
        losses.append(loss("quota_offline", *(quota.code for quota in questionnaire.quotas)))
    return Export((path,), tuple(losses))


def write_entry_page(
    questionnaire: Questionnaire, path: Path, *, role: str | None = None
) -> Export:
    """Write the page for typing in paper forms to ``path``.

    Args:
        role: the role whose form was printed, of a questionnaire for several.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
        KeyError: no such role.
    """
    form = form_of_role(questionnaire, role)
    path.write_text(page_text(form, is_entry=True), encoding="utf-8", newline="\n")
    return Export((path,))
