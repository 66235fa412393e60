"""Names and labels that a target accepts; what had to change is told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from survey.problems import Problem

SPSS_RESERVED = frozenset(
    ("ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH")
)
_NOT_IN_NAME = re.compile(r"[^\w.]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a target allows.

    Args:
        name, label, value_label: longest text, in bytes of UTF-8 or in characters.
        in_bytes: whether the limits count bytes.
    """

    target: str
    name: int
    label: int
    value_label: int
    in_bytes: bool
    reserved: frozenset[str] = frozenset()


SPSS = Limits("SPSS", 64, 255, 120, in_bytes=True, reserved=SPSS_RESERVED)
STATA = Limits("Stata", 32, 80, 32000, in_bytes=False)


def accepted_names(names: Iterable[str], limits: Limits) -> Mapping[str, str]:
    """Return for each name one the target accepts, unique also when case is ignored."""
    taken: set[str] = set()
    accepted: dict[str, str] = {}
    for name in names:
        stem = _NOT_IN_NAME.sub("_", name).strip("._") or "v"
        if not stem[0].isalpha() or stem.upper() in limits.reserved:
            stem = f"v_{stem}"
        if limits is STATA:
            stem = stem.replace(".", "_")
        candidate, number = cut(stem, limits.name, limits), 1
        while candidate.lower() in taken:
            number += 1
            tail = f"_{number}"
            candidate = cut(stem, limits.name - len(tail), limits) + tail
        taken.add(candidate.lower())
        accepted[name] = candidate
    return MappingProxyType(accepted)


def cut(text: str, longest: int, limits: Limits) -> str:
    """Return ``text`` shortened to ``longest`` without breaking a character."""
    if not limits.in_bytes:
        return text[:longest]
    return text.encode()[:longest].decode(errors="ignore")


def changed_names(accepted: Mapping[str, str], limits: Limits) -> list[Problem]:
    """Return a note for each variable that goes by another name in the file."""
    return [
        Problem("export_name_changed", name, values={"new": new, "target": limits.target})
        for name, new in accepted.items()
        if name != new
    ]


def cut_labels(
    labels: Mapping[str, str], limits: Limits, *, longest: int, code: str
) -> tuple[Mapping[str, str], list[Problem]]:
    """Return the labels as the target holds them, and a note for each that was cut.

    Args:
        labels: text by place, the place as the user knows it.
        code: of the problem told for a cut label.
    """
    short = {place: cut(text, longest, limits) for place, text in labels.items()}
    notes = [
        Problem(code, place, values={"target": limits.target, "kept": short[place]})
        for place, text in labels.items()
        if text != short[place]
    ]
    return short, notes
