"""The answers of a survey, as imported: codes, kinds of missing, and who answered.

Nothing here is recoded, excluded or scored; that is analysis.preparation's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from survey.study import Study

if TYPE_CHECKING:
    import pandas as pd


class Missing(IntEnum):
    """Why there is no answer; kept apart from the first reading on."""

    ANSWERED = 0
    NOT_SHOWN = 1
    """The question was never put to this respondent, e.g. 问卷星 (跳过)."""
    EMPTY = 2
    """Shown and left empty, e.g. 问卷星 (空)."""
    DO_NOT_KNOW = 3
    """不了解/不适用: an answer, but not a position on the scale."""
    USER_MISSING = 4
    """A code the file itself declares missing (SPSS)."""
    NOT_UNDERSTOOD = 5
    """The cell could not be read as an answer; listed in the import report."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file the answers came from."""

    name: str
    sha256: str
    kind: str
    """``wjx_text``, ``wjx_numbers``, ``spss``, ``table``, ..."""
    encoding: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True, eq=False)
class ResponseSet:
    """The answers of one survey.

    Args:
        study: what the columns mean.
        answers: one row per respondent (index 1..n in the file's order, named
            ``respondent``), one float64 column per item and attention check of the study;
            NaN where missing.
        missing: same shape as ``answers``, int8 values of :class:`Missing`.
        respondents: same index. Columns where known: ``role`` (role code or NaN),
            ``seconds`` (answering time, float), ``submitted`` (datetime), ``row`` (row in the
            source file as the user's spreadsheet numbers it), and the study's group variables
            as strings. No personal data.
        other: same index. Columns of the file that are neither items nor respondent facts
            (multiple choice, ranking, open text), for description only. Multiple choice: chosen
            labels joined by ``┋``. Ranking: in order of rank, joined by ``→``. The framework's
            ranking is column ``RK1`` and holds construct codes (``C4→C6→C1``), its open
            questions are ``OE1`` and ``OE2``. NaN where missing.
        source: where they came from.
        repeats: rows of repeat groups by sheet (index 1.., named ``row``): column
            ``respondent`` is the response a row belongs to (0: none), the others are as in
            ``other``. For description and export only.
    """

    study: Study
    answers: pd.DataFrame
    missing: pd.DataFrame
    respondents: pd.DataFrame
    other: pd.DataFrame
    source: SourceFile
    repeats: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.answers)
