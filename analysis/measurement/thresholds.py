"""The conventional limits reviewers ask for, from framework.json ``thresholds``."""

from survey.framework import load_framework


def limit(index: str, grade: str) -> float:
    """Return the limit of an index: ``limit("alpha", "ok")`` is .7. KeyError if unknown."""
    return float(load_framework().raw["thresholds"][index][grade])


def has_limit(index: str, grade: str) -> bool:
    """Return whether the framework gives a limit of that grade for an index."""
    return grade in load_framework().raw["thresholds"][index]
