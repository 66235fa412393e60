"""Codes of ours for names of theirs: legal, unlike each other, and as close as can be."""

import re
from dataclasses import dataclass, field

LONGEST = 40
_ILLEGAL = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(slots=True)
class Names:
    """The codes given out so far.

    Args:
        letter: what a code begins with when the name begins with no letter.
    """

    letter: str = "Q"
    taken: set[str] = field(default_factory=set)
    changed: dict[str, str] = field(default_factory=dict)

    def fresh(self, name: str) -> str:
        """Return a code that nobody has, and remember it when it differs from ``name``."""
        base = _ILLEGAL.sub("_", name).strip("_")
        if not base:
            base = f"{self.letter}{len(self.taken) + 1}"
        elif not base[0].isalpha():
            base = self.letter + base
        base = base[:LONGEST]
        code, number = base, 2
        while code in self.taken:
            tail = f"_{number}"
            code, number = base[: LONGEST - len(tail)] + tail, number + 1
        self.taken.add(code)
        if name and code != name:
            self.changed.setdefault(name, code)
        return code
