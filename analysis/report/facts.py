"""What the report must be told because no result knows it: who, when, with what."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from resources import VERSION

LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels", "semopy", "matplotlib", "reportlab")


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Facts of one report. Given, never read from the clock, so the file can be made again.

    Args:
        university: name of the university, as printed on the cover.
        date: ISO date of the report.
        wave: which measurement this is, for instance 第一轮.
        organiser: office that makes the report.
        classification: 密级, for instance 内部资料; printed on the cover.
        basis: plans and decisions of the university that the diagnosis rests on.
        import_counts: what the import did, by code of ``report.import.*`` (rows read,
            cells mapped, not understood, ...); unknown codes are left out.
        import_notes: problems of the import that did not stop it, one sentence each.
        versions: name of each library to its version.
        next_wave: ISO date of the next measurement, or "" (a year after ``date``).
        positions: where the user put the nodes of the path diagram (code to x, y, in points);
            empty when it is placed by rule.
    """

    university: str
    date: str
    wave: str = ""
    organiser: str = ""
    classification: str = ""
    basis: tuple[str, ...] = ()
    import_counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    import_notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    next_wave: str = ""
    positions: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: MappingProxyType({})
    )


def installed_versions() -> Mapping[str, str]:
    """Return the versions of the program, Python and the libraries that made the numbers."""
    found = {"rongzhen": VERSION, "Python": platform.python_version()}
    found.update({name: _version(name) for name in LIBRARIES})
    return MappingProxyType(found)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "—"
