"""What the simulated respondents answer to the scale items.

Latent structure of the framework's model MS_subscale: three constraint groups correlated
.5, nine constraints loading .8 on them, the community CI hindered by the groups, the
outcome NQ carried by CI; two items per construct loading .85. Item answers are cut into
1-5 so that the expected answer has the level that wording.toml sets.
"""

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from survey.sample.people import Person

Floats = NDArray[np.float64]

GROUPS = (("C1", "C2", "C3"), ("C4", "C5", "C6"), ("C7", "C8", "C9"))
COMMUNITY = ("I1", "I2", "I3")
OUTCOME = ("N1", "N2", "N3")
GROUP_CORRELATION = 0.5
FACTOR_LOADING = 0.8
ITEM_LOADING = 0.85
TO_COMMUNITY = np.array([-0.30, -0.25, -0.25])
DIRECT_TO_OUTCOME = np.array([-0.10, -0.08, -0.08])
COMMUNITY_TO_OUTCOME = 0.45
SPREAD = 1.05
"""Standard deviation of the answer before it is cut into 1-5."""
COLLEGE_SPREAD = 0.2
POINTS = 5

DO_NOT_KNOW = 0
EMPTY = -1


def draw_answers(
    rng: np.random.Generator,
    people: Sequence[Person],
    *,
    items: Sequence[tuple[str, str]],
    levels: Mapping[str, float],
    role_shifts: Mapping[str, Mapping[str, float]],
    colleges: int,
) -> NDArray[np.int64]:
    """Return people x items answers: 1-5, 0 for 不了解, -1 for left empty.

    Args:
        items: pairs of item code and construct code.
        levels: mean of each construct on 0-100.
        role_shifts: for each role what is added to constructs, in standard deviations.
    """
    constructs = _draw_constructs(rng, people, colleges=colleges)
    answers = np.empty((len(people), len(items)), dtype=np.int64)
    for position, (_, construct) in enumerate(items):
        shift = np.array([role_shifts.get(p.role, {}).get(construct, 0.0) for p in people])
        noise = rng.normal(size=len(people)) * np.sqrt(1 - ITEM_LOADING**2)
        standard = ITEM_LOADING * (constructs[construct] + shift) + noise
        centre = _centre_for(1 + (POINTS - 1) * levels[construct] / 100)
        answers[:, position] = np.clip(np.rint(centre + SPREAD * standard), 1, POINTS)
    _leave_gaps(rng, people, answers)
    _answer_carelessly(rng, people, answers)
    return answers


def _draw_constructs(
    rng: np.random.Generator, people: Sequence[Person], *, colleges: int
) -> dict[str, Floats]:
    n = len(people)
    correlation = np.full((3, 3), GROUP_CORRELATION) + (1 - GROUP_CORRELATION) * np.eye(3)
    groups = rng.normal(size=(n, 3)) @ np.linalg.cholesky(correlation).T
    college_effects = COLLEGE_SPREAD * rng.normal(size=(colleges, 3))
    groups = groups + college_effects[[person.college for person in people]]
    explained = TO_COMMUNITY @ correlation @ TO_COMMUNITY
    community = groups @ TO_COMMUNITY + np.sqrt(1 - explained) * rng.normal(size=n)
    systematic = COMMUNITY_TO_OUTCOME * community + groups @ DIRECT_TO_OUTCOME
    outcome = systematic + np.sqrt(1 - np.var(systematic)) * rng.normal(size=n)
    factors = [*zip(GROUPS, groups.T, strict=True), (COMMUNITY, community), (OUTCOME, outcome)]
    unique = np.sqrt(1 - FACTOR_LOADING**2)
    return {
        code: FACTOR_LOADING * factor + unique * rng.normal(size=n)
        for codes, factor in factors
        for code in codes
    }


def _expected_answer(centre: float) -> float:
    normal = NormalDist(centre, SPREAD)
    return POINTS - sum(normal.cdf(point + 0.5) for point in range(1, POINTS))


def _centre_for(mean: float) -> float:
    """Return the uncut centre whose answers, cut to 1-5, have this mean (bisection)."""
    low, high = -3.0, 9.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _expected_answer(middle) < mean else (low, middle)
    return (low + high) / 2


def _leave_gaps(
    rng: np.random.Generator, people: Sequence[Person], answers: NDArray[np.int64]
) -> None:
    """Let some people not know some things, some skip a line, a few give up half-way."""
    width = answers.shape[1]
    for row, person in enumerate(people):
        is_outsider = person.role in ("ENT", "GOV", "RI")
        if rng.random() < (0.30 if is_outsider else 0.09):
            answers[row, rng.choice(width, size=rng.integers(1, 5), replace=False)] = DO_NOT_KNOW
        if rng.random() < 0.04:
            answers[row, rng.choice(width, size=rng.integers(1, 3), replace=False)] = EMPTY
        if rng.random() < 0.012:
            answers[row, rng.integers(width // 3, 2 * width // 3) :] = EMPTY


def _answer_carelessly(
    rng: np.random.Generator, people: Sequence[Person], answers: NDArray[np.int64]
) -> None:
    for row, person in enumerate(people):
        if person.care == "straight_lining":
            answers[row] = rng.choice([3, 4, 4, 5])
        elif person.care == "random":
            answers[row] = rng.integers(1, POINTS + 1, size=answers.shape[1])


def draw_attention(rng: np.random.Generator, people: Sequence[Person], *, correct: int) -> Floats:
    """Return each person's answer to the instructed question."""
    others = [point for point in range(1, POINTS + 1) if point != correct]
    passing = {"attentive": 0.985, "skimming": 0.4, "random": 0.2, "straight_lining": 0.3}
    return np.array(
        [
            correct if rng.random() < passing[person.care] else rng.choice(others)
            for person in people
        ],
        dtype=np.float64,
    )
