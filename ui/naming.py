"""What things are called: the same words in the window as in the report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from resources.texts import SOURCE_LANGUAGE, has_sentence, sentence
from survey.framework import load_framework
from ui.texts import language

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.report.content.context import Context
    from survey.study import Study, StudyConstruct, StudyItem


def context_of(chain: ChainResult) -> Context:
    """Return the report's own view of ``chain``: names, roles, wordings."""
    from analysis.report import ReportFacts
    from analysis.report.content.context import Context

    return Context(chain, ReportFacts("", ""), language())


def named(records: list[dict[str, Any]], context: Context) -> list[dict[str, Any]]:
    """Give each record the name that the report has for its code."""
    for record in records:
        record["name"] = context.name(str(record["code"]))
    return records


def words(room: str, codes: Iterable[str]) -> dict[str, str]:
    """Return the sentence of each code in ``room`` (``coupling.formula``); the code if none."""
    found = {}
    for code in codes:
        key = f"{room}.{code}"
        found[code] = sentence(key, language()) if has_sentence(key, language()) else code
    return found


def wording(study: Study, item: StudyItem) -> str:
    """Return an item's wording in the language of the window, with the university called 本校."""
    text = item.text
    if study.framework and language() != SOURCE_LANGUAGE:
        ours = load_framework().items.get(item.code)
        text = item.text if ours is None else ours.text_en
    return text.replace("{univ}", sentence("report.referent", language()))


def construct_name(study: Study, construct: StudyConstruct) -> str:
    """Return what a construct is called in the language of the window."""
    if study.framework and language() != SOURCE_LANGUAGE:
        ours = load_framework().constructs.get(construct.code)
        return construct.name if ours is None else ours.name_en
    return construct.name


def system_name(study: Study, code: str) -> str:
    """Return what a system is called in the language of the window."""
    key = f"report.name.{code}"
    if study.framework and language() != SOURCE_LANGUAGE and has_sentence(key, language()):
        return sentence(key, language())
    return next((system.name for system in study.systems if system.code == code), "")


def role_name(study: Study, code: str) -> str:
    """Return what a role is called in the language of the window."""
    key = f"report.role.{code}"
    if study.framework and language() != SOURCE_LANGUAGE and has_sentence(key, language()):
        return sentence(key, language())
    return study.role_names.get(code, code)
