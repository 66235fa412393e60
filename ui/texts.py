"""Sentences of the core in the language of the window."""

from collections.abc import Iterable

from resources.texts import SOURCE_LANGUAGE, has_sentence, sentence
from survey.problems import Problem

ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("gb18030", "GBK / GB18030"),
    ("utf-16", "UTF-16"),
    ("big5", "Big5"),
    ("shift_jis", "Shift-JIS"),
    ("cp1252", "Windows-1252"),
)
"""Encodings of text files one may choose from, and what they are called."""

_language = SOURCE_LANGUAGE


def use_language(language: str) -> None:
    """Set the language of the core's sentences; called once at start."""
    global _language
    _language = language


def language() -> str:
    """Return the language of the window."""
    return _language


def step_text(step: str) -> str:
    """Return what a step of the progress is called; the code itself when nobody named it."""
    code = f"steps.{step}"
    return sentence(code, _language) if has_sentence(code, _language) else step


def problem_texts(problems: Iterable[Problem]) -> list[str]:
    """Return one sentence per problem."""
    return [problem.describe(_language) for problem in problems]
