"""What things are called: the same words in the window as in the report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from resources.texts import has_sentence, sentence
from ui.texts import language

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.report.content.context import Context


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


def wording(text: str) -> str:
    """Return an item's wording with the university called 本校."""
    return text.replace("{univ}", sentence("report.referent", language()))
