"""How long work tells how far it is, and how it is stopped.

A long function takes one ``progress`` callback and calls it between small steps. The
callback raises :class:`Cancelled` when the user wants the work to stop; the function
lets that pass, so there is no flag to check and nothing half done to return.
"""

from typing import Protocol


class Cancelled(Exception):
    """The user stopped the work. Never caught inside survey/ or analysis/."""


class Progress(Protocol):
    """Called with the share done (0 to 1) and a code of ``resources/texts/*/steps.toml``."""

    def __call__(self, share: float, step: str, /) -> None: ...


def silent(share: float, step: str, /) -> None:
    """Take note of nothing: the default for callers who do not watch."""


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress for one stage that fills ``start`` to ``end`` of the whole."""

    def inner(share: float, step: str, /) -> None:
        progress(start + (end - start) * share, step)

    return inner
