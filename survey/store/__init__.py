"""The project file: one SQLite document, a working copy that never loses an edit.

    project = Project.open(path)          # or Project.create(title), Project.recover(left)
    project.put("settings", ChainOptions())
    project.save()

``left_copies()`` at the start of the program returns what a crash left.
"""

from survey.store.contents import PLAN, REPORT, SETTINGS, STUDY, JournalEntry
from survey.store.places import SUFFIX
from survey.store.project import Project, ProjectFacts
from survey.store.recovery import LeftCopy, discard_left_copy, left_copies
from survey.store.sources import StoredSource

__all__ = [
    "PLAN",
    "REPORT",
    "SETTINGS",
    "STUDY",
    "SUFFIX",
    "JournalEntry",
    "LeftCopy",
    "Project",
    "ProjectFacts",
    "StoredSource",
    "discard_left_copy",
    "left_copies",
]
