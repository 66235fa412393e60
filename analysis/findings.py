"""What a statistic wants the reader to know beside its number.

A finding is part of a result: shown beside the table, printed in the report. It holds a
code, the names concerned and the values quoted; the sentence lives in
``resources/texts/<language>/findings.toml`` under the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from resources.texts import SOURCE_LANGUAGE, sentence

NO_VALUES: Mapping[str, object] = MappingProxyType({})


class Severity(Enum):
    """How much a finding matters for what may be said."""

    NOTE = "note"
    """Good to know; the number stands."""
    CAUTION = "caution"
    """The number stands with reservations that belong beside it."""
    BLOCK = "block"
    """The number must not be used for a conclusion."""


@runtime_checkable
class _Describes(Protocol):
    def describe(self, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a result.

    Args:
        code: key in findings.toml, for instance ``low_reliability``.
        severity: how much it matters.
        subjects: codes or names of the constructs, items, parameters or groups concerned,
            filled into the sentence as ``{subjects}``.
        values: further values the sentence quotes, raw; the formatter writes them. A value that
            has its own words per language (a SemError, say) is asked for them.
    """

    code: str
    severity: Severity = Severity.NOTE
    subjects: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=lambda: NO_VALUES)

    def __reduce__(self) -> tuple[object, ...]:
        """Let results with findings travel between processes."""
        return (_rebuild, (self.code, self.severity, self.subjects, dict(self.values)))

    def describe(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return the sentence in ``language``."""
        joiner = "、" if language == SOURCE_LANGUAGE else ", "
        values = {
            name: value.describe(language) if isinstance(value, _Describes) else value
            for name, value in self.values.items()
        }
        return sentence(
            f"findings.{self.code}", language, subjects=joiner.join(self.subjects), **values
        )


def finding(
    code: str, severity: Severity = Severity.NOTE, *subjects: str, **values: object
) -> Finding:
    """Return a finding: ``finding("low_reliability", Severity.CAUTION, "C1", alpha=0.52)``."""
    return Finding(code, severity, subjects, MappingProxyType(values))


def _rebuild(
    code: str, severity: Severity, subjects: tuple[str, ...], values: dict[str, object]
) -> Finding:
    return Finding(code, severity, subjects, MappingProxyType(values))
