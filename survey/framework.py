"""The coded framework: constructs, items, roles, relations, models, measures, thresholds.

Read once from ``resources/framework.json``; its codes are canonical and no item text is
ever written in code. Typed views are given for what the program works with; the rest
stays reachable as plain mappings in :attr:`Framework.raw`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from resources import FRAMEWORK_FILE
from survey.study import Polarity


@dataclass(frozen=True, slots=True)
class FrameworkConstruct:
    """A construct of the framework: nine constraints C1-C9, processes I, outcomes N, B1, P."""

    code: str
    kind: str
    polarity: Polarity
    name: str
    name_en: str
    definition: str
    group: str | None
    system: str | None


@dataclass(frozen=True, slots=True)
class FrameworkItem:
    """One of the 86 items; ``{univ}`` in the text stands for the role's referent."""

    code: str
    construct: str
    text: str
    text_en: str
    is_reversed: bool
    is_short: bool
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of respondent and how it speaks of the university."""

    code: str
    name: str
    name_en: str
    referent: str
    is_insider: bool


@dataclass(frozen=True, slots=True)
class Framework:
    """The whole framework, immutable."""

    version: str
    constructs: Mapping[str, FrameworkConstruct]
    items: Mapping[str, FrameworkItem]
    roles: Mapping[str, Role]
    raw: Mapping[str, Any]

    def items_of(self, construct: str) -> tuple[FrameworkItem, ...]:
        """Return the items that measure ``construct``, in the order of the bank."""
        return tuple(item for item in self.items.values() if item.construct == construct)

    def item_text(self, item: str, role: str) -> str:
        """Return the Chinese text of ``item`` as ``role`` reads it."""
        return self.items[item].text.replace("{univ}", self.roles[role].referent)


def _construct(entry: Mapping[str, Any]) -> FrameworkConstruct:
    return FrameworkConstruct(
        code=entry["code"],
        kind=entry["kind"],
        polarity=entry["polarity"],
        name=entry["zh"],
        name_en=entry["en"],
        definition=entry.get("definition_zh", ""),
        group=entry.get("group"),
        system=entry.get("system"),
    )


def _item(entry: Mapping[str, Any]) -> FrameworkItem:
    return FrameworkItem(
        code=entry["code"],
        construct=entry["construct"],
        text=entry["zh"],
        text_en=entry["en"],
        is_reversed=entry["reverse"],
        is_short=entry["short"],
        roles=tuple(entry["roles"]),
    )


def _role(entry: Mapping[str, Any]) -> Role:
    return Role(entry["code"], entry["zh"], entry["en"], entry["referent_zh"], entry["insider"])


@lru_cache(maxsize=1)
def load_framework() -> Framework:
    """Return the framework that ships with the program."""
    raw = json.loads(FRAMEWORK_FILE.read_text(encoding="utf-8"))
    return Framework(
        version=raw["meta"]["version"],
        constructs={entry["code"]: _construct(entry) for entry in raw["constructs"]},
        items={entry["code"]: _item(entry) for entry in raw["items"]},
        roles={entry["code"]: _role(entry) for entry in raw["roles"]},
        raw=raw,
    )
