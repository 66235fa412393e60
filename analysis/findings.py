"""What a statistic wants the reader to know beside its number.

A finding is part of a result: shown beside the table, printed in the report. It holds a
code, the names concerned and the values quoted; the sentence lives in
``resources/texts/<language>/findings.toml`` under the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step of the analysis failed, in no language yet, so that a project can keep it.

    Args:
        code: of the sentence as a whole; ``parts``: codes of the sentences it quotes, by name.
        values: what those quote; names in a tuple are joined for reading.
    """

    code: str
    parts: Mapping[str, str]
    values: Mapping[str, object] = field(default_factory=lambda: NO_VALUES)

    def __reduce__(self) -> tuple[object, ...]:
        """Let results with reasons travel between processes."""
        return (Reason, (self.code, dict(self.parts), dict(self.values)))

    def describe(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return the sentence in ``language``."""
        joiner = _joiner(language)
        values = {key: _written(value, joiner) for key, value in self.values.items()}
        parts = {name: sentence(code, language, **values) for name, code in self.parts.items()}
        return sentence(self.code, language, **parts)


def _joiner(language: str) -> str:
    return "、" if language == SOURCE_LANGUAGE else ", "


def _written(value: object, joiner: str) -> object:
    if isinstance(value, (tuple, list, frozenset, set)):
        return joiner.join(str(entry) for entry in value)
    return value


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a result.

    Args:
        code: key in findings.toml, for instance ``low_reliability``.
        severity: how much it matters.
        subjects: codes or names of the constructs, items, parameters or groups concerned,
            filled into the sentence as ``{subjects}``.
        values: further values the sentence quotes, raw; the formatter writes them.
        reason: of a failure, filled into the sentence as ``{reason}`` in its language.
    """

    code: str
    severity: Severity = Severity.NOTE
    subjects: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=lambda: NO_VALUES)
    reason: Reason | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """Let results with findings travel between processes."""
        return (
            Finding,
            (self.code, self.severity, self.subjects, dict(self.values), self.reason),
        )

    def describe(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return the sentence in ``language``."""
        values = dict(self.values)
        if self.reason is not None:
            values["reason"] = self.reason.describe(language)
        subjects = _joiner(language).join(self.subjects)
        return sentence(f"findings.{self.code}", language, subjects=subjects, **values)


def finding(
    code: str, severity: Severity = Severity.NOTE, *subjects: str, **values: object
) -> Finding:
    """Return a finding: ``finding("low_reliability", Severity.CAUTION, "C1", alpha=0.52)``."""
    return Finding(code, severity, subjects, MappingProxyType(values))


def failure(code: str, severity: Severity, *subjects: str, reason: Reason) -> Finding:
    """Return a finding that quotes why something failed."""
    return Finding(code, severity, subjects, reason=reason)
