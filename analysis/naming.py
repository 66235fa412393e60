"""What constructs and roles are called in the language of the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resources.texts import SOURCE_LANGUAGE
from survey.framework import load_framework

if TYPE_CHECKING:
    from survey.study import Study


def construct_name(code: str, study: Study | None, language: str) -> str:
    """Return the name of a construct: the framework's in the language, else the study's."""
    known = load_framework().constructs
    is_framework = study is None or bool(study.framework)
    if is_framework and code in known:
        return known[code].name if language == SOURCE_LANGUAGE else known[code].name_en
    names = {c.code: c.name for c in study.constructs} if study is not None else {}
    return names.get(code, code)


def role_name(code: str, study: Study | None, language: str) -> str:
    """Return the name of a role: the framework's in the language, else the study's."""
    known = load_framework().roles
    is_framework = study is None or bool(study.framework)
    if is_framework and code in known:
        return known[code].name if language == SOURCE_LANGUAGE else known[code].name_en
    return study.role_names.get(code, code) if study is not None else code
