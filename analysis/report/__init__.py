"""From results to the report: a document model, and renderers for it.

The renderers are imported where they are used; they load heavy libraries.
"""

from analysis.report.build import build_report
from analysis.report.document import Report
from analysis.report.facts import ReportFacts, installed_versions

__all__ = ["Report", "ReportFacts", "build_report", "installed_versions"]
