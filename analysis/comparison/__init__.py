"""Comparing groups, explaining scores: tests, effect sizes, regressions, configurations."""

from analysis.comparison.groups import GroupComparison, GroupOptions, compare_groups

__all__ = ["GroupComparison", "GroupOptions", "compare_groups"]
