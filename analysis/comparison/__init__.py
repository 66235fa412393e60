"""Comparing groups, explaining scores: tests, effect sizes, regressions, configurations."""

from analysis.comparison.groups import GroupComparison, GroupOptions, compare_groups
from analysis.comparison.result import ComparisonOptions, ComparisonResult, Question
from analysis.comparison.stage import compare

__all__ = [
    "ComparisonOptions",
    "ComparisonResult",
    "GroupComparison",
    "GroupOptions",
    "Question",
    "compare",
    "compare_groups",
]
