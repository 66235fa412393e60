"""From results to the report: a document model, and renderers for it.

Loading this package costs nothing: the window takes number formats and the path diagram
from here before any result exists, so chapters and renderers are loaded when used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.report.document import Report
from analysis.report.facts import ReportFacts, installed_versions

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.supplements import Supplements

__all__ = ["Report", "ReportFacts", "build_report", "installed_versions"]


def build_report(
    chain: ChainResult,
    facts: ReportFacts,
    language: str = "zh_CN",
    supplements: Supplements | None = None,
) -> Report:
    """Return the report on the results of one run; see :mod:`analysis.report.build`."""
    from analysis.report.build import build_report as build

    return build(chain, facts, language, supplements)
