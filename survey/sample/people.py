"""Who answers the simulated survey, and how carefully."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

Care = Literal["attentive", "straight_lining", "random", "skimming"]

ROLE_COUNTS = {"ADM": 72, "TCH": 350, "ENT": 58, "STU": 92, "RI": 20, "GOV": 8}
"""GOV stays under the anonymity threshold, so that suppression can be seen."""
CARELESS_COUNTS: dict[Care, int] = {"straight_lining": 14, "random": 14, "skimming": 8}
"""36 of 600: six per cent."""
FIRST_DAY = datetime(2026, 3, 2, 8, 30, 0)


@dataclass(frozen=True, slots=True)
class Person:
    """One simulated respondent.

    Args:
        college: position in the list of colleges; used for insiders only.
        pace: seconds per scale item.
    """

    role: str
    college: int
    care: Care
    pace: float
    submitted: datetime


def draw_people(rng: np.random.Generator, *, colleges: int) -> list[Person]:
    """Return the 600 respondents in the order in which they submit."""
    roles = [role for role, count in ROLE_COUNTS.items() for _ in range(count)]
    roles = [roles[position] for position in rng.permutation(len(roles))]
    cares = _draw_cares(rng, len(roles))
    moments = _draw_moments(rng, len(roles))
    return [
        Person(role, int(rng.integers(colleges)), care, _draw_pace(rng, care), moment)
        for role, care, moment in zip(roles, cares, moments, strict=True)
    ]


def _draw_cares(rng: np.random.Generator, count: int) -> list[Care]:
    cares: list[Care] = ["attentive"] * count
    places = iter(rng.choice(count, size=sum(CARELESS_COUNTS.values()), replace=False))
    for care, number in CARELESS_COUNTS.items():
        for _ in range(number):
            cares[int(next(places))] = care
    return cares


def _draw_pace(rng: np.random.Generator, care: Care) -> float:
    if care in ("random", "skimming"):
        return float(rng.uniform(0.8, 1.8))
    if care == "straight_lining":
        return float(rng.uniform(1.2, 3.0))
    return float(max(3.2, rng.lognormal(1.85, 0.35)))


def _draw_moments(rng: np.random.Generator, count: int) -> list[datetime]:
    """Return submission times over three weeks, between half past eight and ten at night."""
    seconds = np.sort(rng.integers(0, 21 * 13 * 3600, size=count))
    days, within = np.divmod(seconds, 13 * 3600)
    return [
        FIRST_DAY + timedelta(days=int(day), seconds=int(second))
        for day, second in zip(days, within, strict=True)
    ]
