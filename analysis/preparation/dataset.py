"""The prepared data: scored, flagged, with every exclusion recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.findings import Finding
from survey.responses import ResponseSet
from survey.study import Study

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided on one answer sheet by hand; it goes before the rules.

    Args:
        row: of the sheet in the file, as ``respondents["row"]``.
        keep: True: stays in although a rule excludes it; False: left out.
        reason, by, on: why, who and when, as given; nothing here reads a clock.
    """

    row: int
    keep: bool
    reason: str
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class PreparationOptions:
    """What the user chose on the quality panel.

    Args:
        exclude: codes of the quality rules whose flagged respondents are left out of the main
            results (they stay in the file, and results with all of them are given beside).
        min_answered_share: a construct is scored when at least this share of its items is
            answered, else missing.
        seconds_per_item_min, longstring_share, irv_min, missing_share_max: limits of the
            quality rules; defaults are the framework's ``response_quality``.
        near_duplicate_share, mahalanobis_p: limits of the rules the framework does not name;
            they flag and leave nobody out by default.
        decisions: single sheets left out or kept in by hand; the last on a row holds.
        rules_note: who chose the rules that exclude, when and why; printed in the report.
    """

    exclude: tuple[str, ...] = ("attention_failed", "straight_lining", "speeding", "duplicate")
    min_answered_share: float = 2 / 3
    seconds_per_item_min: float = 2.0
    longstring_share: float = 0.5
    irv_min: float = 0.25
    missing_share_max: float = 0.3
    near_duplicate_share: float = 0.95
    mahalanobis_p: float = 0.001
    decisions: tuple[Decision, ...] = ()
    rules_note: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One respondent left out, and why: part of the record, never silent.

    ``decision``: the decision by hand that left the sheet out; None when the rules did.
    """

    respondent: int
    row: int
    rules: tuple[str, ...]
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PreparedDataset:
    """Answers ready for analysis.

    Args:
        study: what the columns mean.
        items: index respondent, one float64 column per item, reverse items already turned
            (x' = min + max - x), NaN where missing, whatever the kind.
        scores: same index, one column per construct: mean of the answered items if at least
            ``min_answered_share`` of them are answered, else NaN; on the items' own metric,
            high = severe for constraints, high = good otherwise.
        scores100: the same on 0-100: 100 (score - min) / (max - min).
        respondents: as in ResponseSet, same index.
        flags: index of **all** imported respondents, one bool column per quality rule.
        excluded: the respondents left out here, with reasons.
        responses: what it was prepared from.
        options: how.
        findings: cautions on the data.
        fingerprint: SHA-256 (hex) over study, answers, respondents and options; results carry
            it, so a stale table can be told.
    """

    study: Study
    items: pd.DataFrame
    scores: pd.DataFrame
    scores100: pd.DataFrame
    respondents: pd.DataFrame
    flags: pd.DataFrame
    excluded: tuple[Exclusion, ...]
    responses: ResponseSet
    options: PreparationOptions
    findings: tuple[Finding, ...]
    fingerprint: str

    @property
    def n(self) -> int:
        """Number of respondents kept."""
        return len(self.items)

    @property
    def items_of(self) -> Mapping[str, tuple[str, ...]]:
        """Item codes by construct code."""
        return {construct.code: construct.items for construct in self.study.constructs}
