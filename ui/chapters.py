"""Chapters of the report that the window shows as steps. Written where the run is; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.report.document import Block, Note

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.report.content.context import Context


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one step shows: its blocks, and the notes that concern all of them."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]


def chapters_of(chain: ChainResult, language: str) -> dict[str, Chapter]:
    """Return the chapter of each step that shows one, by the step's key.

    Writing them looks up hundreds of cells, so it is done in the worker's process.
    """
    from analysis.report import ReportFacts
    from analysis.report.content.context import Context

    context = Context(chain, ReportFacts("", ""), language)
    return {"review": _review(context), "comparison": _comparison(context)}


def _review(context: Context) -> Chapter:
    from analysis.report.content.review import review

    return _chapter(review(context), [])


def _comparison(context: Context) -> Chapter:
    from analysis.report.content.comparing import comparing
    from analysis.report.content.comparison_tables import comparison_tables

    return _chapter(comparing(context), comparison_tables(context))


def _chapter(blocks: list[Block], bulk: list[Block]) -> Chapter:
    """Return the chapter; the notes at its end go to the top, the tables of the appendix last."""
    end = len(blocks)
    while end and isinstance(blocks[end - 1], Note):
        end -= 1
    notes = tuple(block for block in blocks[end:] if isinstance(block, Note))
    return Chapter((*blocks[:end], *bulk), notes)
