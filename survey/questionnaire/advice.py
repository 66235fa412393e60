"""One piece of advice on a questionnaire's design. The sentences live in design.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from resources.texts import SOURCE_LANGUAGE, sentence


class Weight(IntEnum):
    """How much a piece of advice matters."""

    NOTE = 1
    """Good to know."""
    ADVICE = 2
    """Answers will be better when it is followed."""
    SERIOUS = 3
    """Answers will be wrong, missing or unlawful when it is not."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to mend or know.

    Args:
        code: key of ``design.advice.<code>.what`` and ``.do``.
        where: code of the page, question, item, scale or construct; "" for the whole.
    """

    code: str
    weight: Weight
    where: str = ""
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def what(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return what was found."""
        return sentence(f"design.advice.{self.code}.what", language, **self.values)

    def do(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return what to do about it."""
        return sentence(f"design.advice.{self.code}.do", language, **self.values)


def advice(code: str, weight: Weight, where: str = "", **values: object) -> Advice:
    """Return a piece of advice: ``advice("too_long", Weight.ADVICE, "X1", count=52)``."""
    return Advice(code, weight, where, MappingProxyType(values))
