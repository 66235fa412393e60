"""The study: what the columns of a survey mean.

A study ties items to constructs, says which are reverse-keyed, which column tells the
role, and which model and systems the user has in mind. It is a small file the user can
read and edit (TOML or JSON); survey/study_file.py reads and writes it. The framework gives
one ready study; a questionnaire of the user's own gets the same service from his.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

Polarity = Literal["severity", "positive"]


@dataclass(frozen=True, slots=True)
class StudyItem:
    """An item of the study.

    Args:
        code: short name used in models, tables and files; unique.
        text: wording as asked.
        minimum, maximum: theoretical bounds of the answer codes (1 and 5).
        is_reversed: reverse-keyed: scored as minimum + maximum - answer.
    """

    code: str
    text: str
    minimum: float = 1.0
    maximum: float = 5.0
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class StudyConstruct:
    """A construct and the items that measure it.

    Args:
        code: short name used in models; unique among constructs and items.
        polarity: ``severity`` (high = worse, a constraint), ``positive`` (high = better).
        group: code of the constraint group or facet it belongs to, or "".
    """

    code: str
    name: str
    items: tuple[str, ...]
    polarity: Polarity = "positive"
    group: str = ""


@dataclass(frozen=True, slots=True)
class StudySystem:
    """A system of the coupling model and the constructs that make it up."""

    code: str
    name: str
    constructs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttentionCheck:
    """A question whose right answer is known."""

    code: str
    correct: float


@dataclass(frozen=True, slots=True)
class Study:
    """Constructs, items, roles, model: everything the analysis must know beforehand.

    Args:
        framework: version of the framework the study follows, "" for a study of one's own.
            Framework pages (constraints, measures, actors) appear only when it is set.
        role_names: code of each role to the name shown.
        group_variables: names of the respondents' columns that reports may group by.
        model: lavaan syntax over item and construct codes, "" to let the ladder choose.
        is_simulated: data are simulated; shown wherever results appear (模拟数据).
    """

    title: str
    constructs: tuple[StudyConstruct, ...]
    items: tuple[StudyItem, ...]
    framework: str = ""
    role_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    group_variables: tuple[str, ...] = ()
    attention_checks: tuple[AttentionCheck, ...] = ()
    systems: tuple[StudySystem, ...] = ()
    model: str = ""
    is_simulated: bool = False

    def item(self, code: str) -> StudyItem:
        """Return the item called ``code``; KeyError if there is none."""
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)

    def construct(self, code: str) -> StudyConstruct:
        """Return the construct called ``code``; KeyError if there is none."""
        for construct in self.constructs:
            if construct.code == code:
                return construct
        raise KeyError(code)

    def restricted_to(self, items: Collection[str]) -> "Study":
        """Return the study with only the items coded in ``items``.

        Constructs and systems that lose all their parts go too; attention checks, roles and
        group variables stay.
        """
        kept = frozenset(items)
        constructs = tuple(
            replace(construct, items=tuple(code for code in construct.items if code in kept))
            for construct in self.constructs
            if kept.intersection(construct.items)
        )
        codes = {construct.code for construct in constructs}
        systems = tuple(
            replace(system, constructs=tuple(c for c in system.constructs if c in codes))
            for system in self.systems
            if codes.intersection(system.constructs)
        )
        return replace(
            self,
            items=tuple(item for item in self.items if item.code in kept),
            constructs=constructs,
            systems=systems,
        )
