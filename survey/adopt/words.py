"""Texts as other tools keep them: with HTML, and in languages of their own names."""

import html
import re
from collections.abc import Iterable, Mapping

from survey.questionnaire.base import Text

_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_BLANKS = re.compile(r"[ \t\xa0]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ZH = re.compile(r"^(?:zh|cn|chs|cht)\b|chinese|中文|汉语|漢語|简体|繁體", re.IGNORECASE)
_EN = re.compile(r"^en\b|english|英[文语]", re.IGNORECASE)
_CODE = re.compile(r"\(([A-Za-z-]+)\)\s*$")


def without_html(text: str) -> str:
    """Return ``text`` without tags, entities resolved, line breaks kept."""
    if "<" not in text and "&" not in text:
        return text.strip()
    plain = _TAG.sub("", _BREAK.sub("\n", _SCRIPT.sub("", text)))
    lines = (_BLANKS.sub(" ", line).strip() for line in html.unescape(plain).splitlines())
    return "\n".join(line for line in lines if line)


def has_chinese(text: str) -> bool:
    """Return whether ``text`` holds Chinese characters."""
    return bool(_CHINESE.search(text))


def slots(names: Iterable[str], sample: str = "") -> dict[str, str]:
    """Return which of our languages keeps each of theirs.

    Chinese and English have their own; any other language takes what is left, so that no
    text is lost; "" is a text without a mark, judged by ``sample``. Languages beyond two
    have no place and are missing from what is returned.
    """
    found: dict[str, str] = {}
    waiting: list[str] = []
    every = dict.fromkeys(names)
    for name in sorted(every, key=lambda name: not name):  # without a mark: last
        own = _own_slot(name, sample)
        if not name and len(every) > 1:
            found[name] = own  # beside marked ones it fills what they leave empty
            continue
        if own and own not in found.values():
            found[name] = own
        else:
            waiting.append(name)
    for name in waiting:
        left = [slot for slot in ("en", "zh") if slot not in found.values()]
        if left:
            found[name] = left[0]
    return found


def _own_slot(name: str, sample: str) -> str:
    if not name:
        return "zh" if has_chinese(sample) else "en"
    code = _CODE.search(name)
    for part in (code.group(1) if code else "", name.strip()):
        if part and _ZH.search(part):
            return "zh"
        if part and _EN.search(part):
            return "en"
    return ""


def is_ours(name: str) -> bool:
    """Return whether a language of theirs is one of our two (or not named at all)."""
    return not name or bool(_own_slot(name, ""))


def text_in(words: Mapping[str, str], kept: Mapping[str, str]) -> Text:
    """Return the texts of one thing, each in the language that ``kept`` says."""
    found: dict[str, str] = {}
    for name, content in sorted(words.items(), key=lambda entry: not entry[0]):
        slot = kept.get(name)
        if slot and content.strip():
            found.setdefault(slot, content.strip())
    return Text(**found)
