"""LimeSurvey's structure as both its files say it (.lss/.lsg/.lsq/.lsa and .txt/.tsv)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LimePart:
    """A subquestion or an answer.

    Args:
        scale: 0 for rows and answers, 1 for columns of an array and a second scale.
    """

    code: str
    words: Words
    scale: int = 0
    relevance: str = ""


@dataclass(frozen=True, slots=True)
class LimeQuestion:
    """A question with what stands below it.

    Args:
        letter: its type.
        names: other names expressions know it by.
    """

    code: str
    letter: str
    words: Words
    help: Words = field(default_factory=dict)
    relevance: str = ""
    is_mandatory: bool = False
    has_other: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    subquestions: tuple[LimePart, ...] = ()
    answers: tuple[LimePart, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LimeQuota:
    """How many answers of a kind are wanted; answers of one question count together."""

    name: str
    limit: int
    members: tuple[tuple[str, str], ...]
    """Question and answer, by their codes."""
    message: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LimeGroup:
    """A group, a page of ours; groups of one ``random_group`` change places."""

    words: Words
    questions: tuple[LimeQuestion, ...]
    relevance: str = ""
    random_group: str = ""


@dataclass(frozen=True, slots=True)
class LimeSurvey:
    """A survey, or the group or question of one."""

    languages: tuple[str, ...]
    groups: tuple[LimeGroup, ...]
    code: str = ""
    title: Words = field(default_factory=dict)
    welcome: Words = field(default_factory=dict)
    end: Words = field(default_factory=dict)
    quotas: tuple[LimeQuota, ...] = ()
