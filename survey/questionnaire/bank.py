"""The item bank: the framework's items, and the user's own laid over them.

The framework's items are never changed; a user adds constructs (C10 and up, or of his own
theory) and items by an overlay, a small JSON file he can pass on.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from survey.framework import load_framework
from survey.problems import Problem, Refusal, refuse
from survey.questionnaire.base import Code, Text, Value
from survey.questionnaire.model import Construct
from survey.questionnaire.questions import Item


@dataclass(frozen=True, slots=True)
class BankItem:
    """An item of the bank, with all that it can be found by.

    Args:
        roles: roles that can answer it; empty for all.
        modules: modules (pages) it belongs to.
        facets: mechanisms of the construct it covers.
        measures_in_force: measures (P1.1 …) whose being in force it asks about.
        is_own: added by the user.
    """

    code: str
    construct: str
    text: Text
    is_reversed: bool = False
    is_short: bool = False
    roles: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    measures_in_force: tuple[str, ...] = ()
    is_own: bool = False

    def as_item(self) -> Item:
        """Return the item as a questionnaire takes it."""
        return Item(
            code=self.code,
            text=self.text,
            measures=self.construct,
            is_reversed=self.is_reversed,
            roles=self.roles,
        )


@dataclass(frozen=True, slots=True)
class Named:
    """A module or form of the bank."""

    code: str
    name: Text
    members: tuple[str, ...]
    """Constructs of a module, items of a form."""


class OwnItem(Value):
    """An item of the user's."""

    code: Code
    construct_code: Code
    text: Text
    is_reversed: bool = False
    roles: tuple[str, ...] = ()


class Overlay(Value):
    """The user's own constructs and items; an item may also belong to a framework construct."""

    schema_version: Annotated[int, Field(ge=1, le=1)] = 1
    constructs: tuple[Construct, ...] = ()
    items: tuple[OwnItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemBank:
    """Items with their constructs, modules and forms."""

    constructs: Mapping[str, Construct]
    items: Mapping[str, BankItem]
    modules: tuple[Named, ...]
    forms: tuple[Named, ...]

    def select(
        self,
        words: str = "",
        *,
        construct: str | None = None,
        group: str | None = None,
        role: str | None = None,
        module: str | None = None,
        form: str | None = None,
    ) -> tuple[BankItem, ...]:
        """Return the items that meet all that is given, in the order of the bank.

        Args:
            words: words that code or text holds, in any language; all of them.

        Raises:
            KeyError: no such form.
        """
        in_form = None if form is None else frozenset(self.form(form).members)
        return tuple(
            item
            for item in self.items.values()
            if (construct is None or item.construct == construct)
            and (group is None or self.constructs[item.construct].group == group)
            and (role is None or not item.roles or role in item.roles)
            and (module is None or module in item.modules)
            and (in_form is None or item.code in in_form)
            and _mentions(item, words)
        )

    def form(self, code: str) -> Named:
        """Return the form called ``code``; KeyError if there is none."""
        for form in self.forms:
            if form.code == code:
                return form
        raise KeyError(code)

    def with_overlay(self, overlay: Overlay) -> "ItemBank":
        """Return the bank with the user's own constructs and items.

        Raises:
            Refusal: a code is taken, or an item names a construct that does not exist.
        """
        problems = tuple(self._overlay_problems(overlay))
        if problems:
            raise Refusal(*problems)
        constructs = {**self.constructs, **{own.code: own for own in overlay.constructs}}
        items = {**self.items, **{own.code: _own_item(own) for own in overlay.items}}
        return replace(self, constructs=MappingProxyType(constructs), items=MappingProxyType(items))

    def _overlay_problems(self, overlay: Overlay) -> Iterator[Problem]:
        taken = {*self.constructs, *self.items}
        for code in [own.code for own in overlay.constructs] + [own.code for own in overlay.items]:
            if code in taken:
                yield Problem("questionnaire_code_repeated", code)
            taken.add(code)
        known = {*self.constructs, *(own.code for own in overlay.constructs)}
        for own_item in overlay.items:
            if own_item.construct_code not in known:
                yield Problem(
                    "questionnaire_construct_unknown",
                    own_item.code,
                    None,
                    MappingProxyType({"construct": own_item.construct_code}),
                )


def _mentions(item: BankItem, words: str) -> bool:
    content = f"{item.code} {item.text.zh} {item.text.en}".casefold()
    return all(word in content for word in words.casefold().split())


def _own_item(own: OwnItem) -> BankItem:
    return BankItem(
        code=own.code,
        construct=own.construct_code,
        text=own.text,
        is_reversed=own.is_reversed,
        roles=own.roles,
        is_own=True,
    )


def read_overlay(path: Path) -> Overlay:
    """Return the overlay kept in ``path``.

    Raises:
        Refusal: no such file, no JSON, or entries that are wrong; with every problem found.
    """
    if not path.is_file():
        raise refuse("file_missing", path)
    try:
        return TypeAdapter(Overlay).validate_python(json.loads(path.read_bytes()))
    except ValidationError as error:
        raise Refusal(
            *(
                Problem(
                    "questionnaire_entry_wrong",
                    f"{path.name} {'.'.join(map(str, entry['loc']))}",
                    None,
                    MappingProxyType({"found": repr(entry["input"])[:60], "reason": entry["msg"]}),
                )
                for entry in error.errors()
            )
        ) from error
    except ValueError as error:
        raise refuse("questionnaire_not_json", path.name, line=1, reason=str(error)) from error


@lru_cache(maxsize=1)
def framework_bank() -> ItemBank:
    """Return the framework's 86 items, 21 constructs, 7 modules and 14 forms."""
    raw = load_framework().raw
    modules = tuple(_named(entry, entry["constructs"]) for entry in raw["modules"])
    return ItemBank(
        constructs=MappingProxyType(
            {entry["code"]: _construct(entry) for entry in raw["constructs"]}
        ),
        items=MappingProxyType({entry["code"]: _item(entry, modules) for entry in raw["items"]}),
        modules=modules,
        forms=tuple(_named(entry, entry["items"]) for entry in raw["forms"]),
    )


def _named(entry: Mapping[str, Any], members: Iterable[str]) -> Named:
    return Named(entry["code"], Text(zh=entry["zh"], en=entry["en"]), tuple(members))


def _construct(entry: Mapping[str, Any]) -> Construct:
    return Construct(
        code=entry["code"],
        name=Text(zh=entry["zh"], en=entry["en"]),
        definition=Text(zh=entry.get("definition_zh", ""), en=entry.get("definition_en", "")),
        polarity=entry["polarity"],
        group=entry.get("group") or "",
    )


def _item(entry: Mapping[str, Any], modules: tuple[Named, ...]) -> BankItem:
    return BankItem(
        code=entry["code"],
        construct=entry["construct"],
        text=Text(zh=entry["zh"], en=entry["en"]),
        is_reversed=entry["reverse"],
        is_short=entry["short"],
        roles=tuple(entry["roles"]),
        modules=tuple(module.code for module in modules if entry["construct"] in module.members),
        facets=tuple(entry["facets"]),
        measures_in_force=tuple(entry["measures"]),
    )
