"""Compares wordings: what differs only in width, blanks or punctuation is the same."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_ALIKE = str.maketrans(
    {"～": "~", "〜": "~", "－": "-", "—": "-", "–": "-", "−": "-", "﹣": "-", "’": "'", "‘": "'"}
)
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_NOT_WORD = re.compile(r"[^\w]+|_")


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Return ``text`` in one width and case, with single blanks and no margin."""
    folded = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return _BLANKS.sub(" ", folded).strip().lower()


@lru_cache(maxsize=65536)
def bare(text: str) -> str:
    """Return only the letters, digits and characters of ``text``, for comparison."""
    return _NOT_WORD.sub("", plain(text))


@lru_cache(maxsize=65536)
def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of ``bare(text)``."""
    letters = bare(text)
    return frozenset(letters[place : place + 2] for place in range(max(len(letters) - 1, 1)))


def likeness(text: str, other: str) -> float:
    """Return how alike two wordings are: Dice coefficient of their pairs, 0 to 1."""
    a, b = pairs_of(text), pairs_of(other)
    return 2 * len(a & b) / (len(a) + len(b))


def closest(text: str, others: Iterable[str]) -> tuple[str, float]:
    """Return the most alike of ``others`` and its likeness; ("", 0.0) when there is none."""
    best, score = "", 0.0
    for other in others:
        found = likeness(text, other)
        if found > score:
            best, score = other, found
    return best, score
