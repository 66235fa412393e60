"""Names of the levels of D and C, and which system lags: the tables of framework.json."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey.framework import load_framework

SCHEMES = ("D10", "D5", "D4", "C4")
ROUNDING = 1e-12
"""A D of 0.7 that the computer holds as 0.69999999999999996 belongs to the upper level."""


@dataclass(frozen=True, slots=True)
class LevelScheme:
    """One published table of levels.

    Args:
        code: ``D10`` (house default), ``D5``, ``D4`` for D, ``C4`` for C.
        edges: inner boundaries, ascending; one less than the levels.
        names, names_en: of the levels, lowest first.
        is_confirmed: the table was read in a source, not taken from general knowledge.
    """

    code: str
    edges: tuple[float, ...]
    names: tuple[str, ...]
    names_en: tuple[str, ...]
    is_confirmed: bool

    def codes(self, degree: ArrayLike, boundary: str = "left") -> NDArray[np.int64]:
        """Return the level of each degree, 1 = lowest; 0 where the degree is NaN.

        Args:
            boundary: ``left``: [lo, hi); ``right``: (lo, hi], as some journals use.
        """
        values = np.asarray(degree, dtype=float)
        if boundary == "left":
            places = np.searchsorted(self.edges, values + ROUNDING, side="right")
        else:
            places = np.searchsorted(self.edges, values - ROUNDING, side="left")
        return np.where(np.isnan(values), 0, places + 1).astype(np.int64)

    def name(self, code: int, language: str = "zh_CN") -> str:
        """Return the name of level ``code`` (1..), "" for 0."""
        names = self.names if language == "zh_CN" else self.names_en
        return names[code - 1] if code else ""


@lru_cache(maxsize=len(SCHEMES))
def level_scheme(code: str = "D10") -> LevelScheme:
    """Return the table ``code`` of framework.json."""
    entry: dict[str, Any] = load_framework().raw["levels"][code]
    levels = entry["levels"]
    return LevelScheme(
        code=code,
        edges=tuple(float(level["lo"]) for level in levels[1:]),
        names=tuple(level["zh"] for level in levels),
        names_en=tuple(level["en"] for level in levels),
        is_confirmed=bool(entry["confirmed"]),
    )


LAG_TYPES = ("first_lags", "synchronous", "second_lags")


def lag_types(ratio: ArrayLike, option: str = "0.8-1.2") -> NDArray[np.int64]:
    """Return which system lags by E = U1/U2: 0 the first, 1 neither, 2 the second; -1 for NaN."""
    limits = next(o for o in load_framework().raw["levels"]["E"]["options"] if o["name"] == option)
    values = np.asarray(ratio, dtype=float)
    places = np.where(values < limits["lag_U1"], 0, np.where(values > limits["lag_U2"], 2, 1))
    return np.where(np.isnan(values), -1, places).astype(np.int64)


def lag_name(place: int, language: str = "zh_CN") -> str:
    """Return the framework's name of lag type ``place`` (0..2), "" for -1."""
    key = "levels_zh" if language == "zh_CN" else "levels_en"
    return str(load_framework().raw["levels"]["E"][key][place]) if place >= 0 else ""
