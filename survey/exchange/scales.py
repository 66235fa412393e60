"""Orders answer labels: from words of degree, from numbers inside them, never by guessing.

"比较不同意" is degree 比较, negation 不, predicate 同意. A set of labels is understood when all
of them share one predicate (or its opposite); then their order is the order of strength.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from survey.exchange.vocabulary import likert_words
from survey.exchange.wording import plain

Origin = Literal["words", "numbers", "file", "total", "user", "bounds"]
MOST_STEPS = 11
USUAL_STEPS = 5
"""A one-sided set of fewer labels may lack some that nobody chose."""
_EITHER_NOR = re.compile(r"^既不.+(?:也不|又不).+$|^neither .+ nor .+$")
_NUMBER_FIRST = re.compile(
    r"^[(\[]?(-?\d{1,2})\s*[)\]]?\s*(?:[.、:=)\-,_]\s*|\s+|分\s*[:=(]?|(?=\())(.*)$"
)
_OPTION_NUMBER = re.compile(r"^\d{1,2}\s*[.、]\s*\D")
_NUMBER_LAST = re.compile(r"^(.*?)[\s(\[=:]*(-?\d{1,2})\s*分?\s*[)\]]?$")
_LETTER_FIRST = re.compile(r"^([a-z])\s*[.、:)]\s*(.+)$")


@dataclass(frozen=True, slots=True)
class Scale:
    """How the cells of a column become numbers.

    Args:
        steps: pairs of cell and code, low to high; empty when the cells are numbers already.
        minimum, maximum: theoretical bounds of the codes.
        origin: where the order comes from.
        is_certain: nothing about it was inferred from what happens to occur in the data.
    """

    steps: tuple[tuple[str, float], ...]
    minimum: float
    maximum: float
    origin: Origin
    is_certain: bool = True

    @property
    def labels(self) -> tuple[str, ...]:
        """The cells from low to high."""
        return tuple(cell for cell, _ in self.steps)

    def turned(self) -> "Scale":
        """Return the scale with the order of its codes turned round."""
        total = self.minimum + self.maximum
        steps = tuple((cell, total - code) for cell, code in reversed(self.steps))
        return replace(self, steps=steps)


def ordered_scale(labels: Sequence[str], origin: Origin = "user") -> Scale:
    """Return the scale of labels given low to high, coded 1, 2, 3, ..."""
    steps = tuple((label, float(code)) for code, label in enumerate(labels, start=1))
    return Scale(steps, 1.0, float(max(len(steps), 2)), origin)


def understand(labels: Sequence[str]) -> Scale | None:
    """Return the scale of a set of labels, or None when its order is not known.

    Args:
        labels: distinct cells, the kinds of missing already taken out.
    """
    if not 2 <= len(labels) <= MOST_STEPS:
        return None
    texts = {label: _without_letter(plain(label)) for label in labels}
    by_words = _by_words(texts)
    if by_words is not None:
        return by_words
    return _by_numbers(texts)


def _without_letter(text: str) -> str:
    """Return a label without the letter that 腾讯问卷 puts before it."""
    found = _LETTER_FIRST.match(text)
    return found.group(2) if found else text


# --- words ----------------------------------------------------------------------


def _by_words(texts: dict[str, str]) -> Scale | None:
    words = {label: _split_number(text)[1] or text for label, text in texts.items()}
    listed = _listed(list(words.values()))
    if listed is not None:
        labels = [label for _, label in sorted(zip(listed, words, strict=True))]
        return replace(ordered_scale(labels, "words"), is_certain=len(labels) >= USUAL_STEPS)
    strengths = _strengths(list(words.values()))
    if strengths is None or len(set(strengths)) != len(strengths):
        return None
    return _scale_of(list(zip(words, strengths, strict=True)))


def _strengths(words: Sequence[str]) -> list[float] | None:
    """Return the strength of each label, None unless all belong together."""
    found = [_strength(word) for word in words]
    predicates = {part[1] for part in found if part is not None and part[1]}
    graded = sum(1 for part in found if part is not None and part[2])
    if any(part is None for part in found) or len(predicates) != 1 or not graded:
        return None
    return [part[0] for part in found if part is not None]


def _listed(words: Sequence[str]) -> list[float] | None:
    """Return places in one of the listed sequences (never ... always), if all are in it."""
    for places in _sequences():
        found = [places[word] for word in words if word in places]
        if len(found) == len(words) > 2 and len(set(found)) == len(found):
            return found
    return None


@lru_cache(maxsize=1)
def _sequences() -> tuple[dict[str, float], ...]:
    return tuple(
        {word: float(place) for place, words in enumerate(entry["steps"]) for word in words}
        for entry in likert_words()["ordered"]
    )


@lru_cache(maxsize=4096)
def _strength(word: str) -> tuple[float, str, bool] | None:
    """Return strength, predicate ("" for neutral words) and whether it is graded."""
    table = likert_words()
    if word in table["neutral"]["words"] or _EITHER_NOR.match(word):
        return 0.0, "", False
    return _chinese(word) if re.search(r"[\u4e00-\u9fff]", word) else _english(word)


def _chinese(word: str) -> tuple[float, str, bool] | None:
    table = likert_words()
    word = word.replace(" ", "").rstrip("的")
    degree, rest = _longest_prefix(word, table["degree"])
    negation, bare_rest = _longest_prefix(rest, table["negation"])
    if degree is None and negation is None:
        predicate, sign = _predicate(word)
        return sign * 3.0, predicate, False
    if negation is None:
        predicate, sign = _predicate(rest)
        return sign * (degree or 0.0), predicate, True
    predicate, sign = _predicate(bare_rest)
    return -sign * (degree if degree is not None else negation), predicate, True


def _predicate(word: str) -> tuple[str, int]:
    table = likert_words()
    if word in table["opposites"]:
        return table["opposites"][word], -1
    return table["same"].get(word, word), 1


def _english(word: str) -> tuple[float, str, bool] | None:
    table = likert_words()
    degree, rest = _longest_prefix(word, table["english_degree"], gap=True)
    negation, bare_rest = _longest_prefix(rest, table["english_negation"], gap=False)
    bare_rest = bare_rest.strip()
    predicate, sign = _predicate(bare_rest if negation is not None else rest)
    if degree is None and negation is None:
        return sign * 3.0, predicate, False
    if negation is None:
        return sign * (degree or 0.0), predicate, True
    return -sign * (degree if degree is not None else negation), predicate, True


def _longest_prefix(
    word: str, table: dict[str, float], *, gap: bool = False
) -> tuple[float | None, str]:
    for prefix in sorted(table, key=len, reverse=True):
        start = f"{prefix} " if gap else prefix
        if word.startswith(start) and len(word) > len(start):
            return table[prefix], word[len(start) :]
    return None, word


def _scale_of(strengths: list[tuple[str, float]]) -> Scale:
    """Return the scale; a side that lacks a step the other side has gets the gap.

    A set that nobody used wholly ("不同意 一般 同意 非常同意") is then still a scale of five.
    """
    ordered = sorted(strengths, key=lambda pair: pair[1])
    below = [pair for pair in ordered if pair[1] < 0]
    above = [pair for pair in ordered if pair[1] > 0]
    if len(below) == len(above) or _is_one_sided(ordered):
        scale = ordered_scale([label for label, _ in ordered], "words")
        return replace(scale, is_certain=len(below) == len(above) or len(ordered) >= USUAL_STEPS)
    sides = max(len(below), len(above))
    middle = 1 if len(below) + len(above) < len(ordered) else 0
    points = 2 * sides + middle
    steps = [(label, float(code)) for label, code in _low_side(below, above, sides)]
    steps += [(label, float(sides + 1)) for label, strength in ordered if strength == 0]
    mirrored = _low_side(_mirror(above), _mirror(below), sides)
    steps += [(label, float(points + 1 - code)) for label, code in reversed(mirrored)]
    return Scale(tuple(steps), 1.0, float(points), "words", is_certain=False)


def _is_one_sided(ordered: list[tuple[str, float]]) -> bool:
    """From "not at all" upwards: at most one denial, no neutral word, several degrees."""
    denials = sum(1 for _, strength in ordered if strength < 0)
    neutrals = sum(1 for _, strength in ordered if strength == 0)
    return denials <= 1 and not neutrals and len(ordered) > 3


def _mirror(side: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(label, -strength) for label, strength in reversed(side)]


def _low_side(
    own: list[tuple[str, float]], other: list[tuple[str, float]], sides: int
) -> list[tuple[str, int]]:
    """Return codes 1..sides of the low side; a shorter side is fitted to the longer one."""
    if len(own) == sides:
        return [(label, code) for code, (label, _) in enumerate(own, start=1)]
    mirrored = _mirror(other)
    codes = []
    free = list(range(1, sides + 1))
    for label, strength in own:
        nearest = min(free, key=lambda code: abs(mirrored[code - 1][1] - strength))
        codes.append((label, nearest))
        free = [code for code in free if code > nearest] or [nearest]
    return codes


# --- numbers --------------------------------------------------------------------


def _by_numbers(texts: dict[str, str]) -> Scale | None:
    """Return the scale told by numbers inside the labels: "4 - Very impressive"."""
    if len(texts) < 3:
        return None
    if all(_OPTION_NUMBER.match(text) for text in texts.values()):
        return None  # "1.男 2.女" numbers the options, it does not grade them
    numbers = {label: _split_number(text)[0] for label, text in texts.items()}
    found = {number for number in numbers.values() if number is not None}
    if len(found) != len(texts) or max(found) - min(found) >= MOST_STEPS:
        return None
    if all(not _split_number(text)[1] for text in texts.values()):
        return None  # plain numbers: bounds.py decides
    ordered = sorted(numbers.items(), key=lambda pair: pair[1] or 0)
    steps = tuple((label, float(number or 0)) for label, number in ordered)
    low, high = float(min(found)), float(max(found))
    complete = len(found) == high - low + 1
    return Scale(steps, min(low, 1.0), high, "numbers", is_certain=complete)


def _split_number(text: str) -> tuple[int | None, str]:
    """Return the number at an end of a label, and the rest."""
    found = _NUMBER_FIRST.match(text)
    if found:
        return int(found.group(1)), found.group(2).strip(" )-")
    found = _NUMBER_LAST.match(text)
    if found and found.group(1):
        return int(found.group(2)), found.group(1).strip(" (-")
    return (int(text), "") if re.fullmatch(r"-?\d{1,2}", text) else (None, "")
