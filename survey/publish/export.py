"""What every export returns: where it wrote, and what the target could not hold.

A loss is told by code, place and values; its sentence is ``publish.loss.<code>``. What comes
in from other tools (survey/adopt) tells its losses the same way, with sentences of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from resources.texts import SOURCE_LANGUAGE, sentence


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing of the questionnaire that the target cannot hold, or holds otherwise.

    Args:
        code: key of ``<room>.loss.<code>``.
        where: codes of the pages, questions or items concerned; empty for the whole.
        room: texts the sentence stands in.
    """

    code: str
    where: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    room: str = "publish"

    def describe(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return the sentence in ``language``."""
        joiner = "、" if language == SOURCE_LANGUAGE else ", "
        return sentence(
            f"{self.room}.loss.{self.code}", language, where=joiner.join(self.where), **self.values
        )


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export.

    Args:
        files: what was written.
        losses: what the target could not hold; empty when it holds everything.
    """

    files: tuple[Path, ...]
    losses: tuple[Loss, ...] = ()


def loss(code: str, /, *where: str, **values: object) -> Loss:
    """Return a loss: ``loss("no_logic", "Q3", "Q7")``."""
    return Loss(code, where, MappingProxyType(values))


def merged(losses: list[Loss]) -> tuple[Loss, ...]:
    """Return each kind of loss once, with all its places, in the order they came up."""
    places: dict[tuple[str, str, tuple[tuple[str, object], ...]], dict[str, None]] = {}
    for one in losses:
        key = (one.room, one.code, tuple(sorted(one.values.items())))
        places.setdefault(key, {}).update(dict.fromkeys(one.where))
    return tuple(
        Loss(code, tuple(where), MappingProxyType(dict(values)), room)
        for (room, code, values), where in places.items()
    )
