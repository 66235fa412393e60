"""What the open answers say, by count: masked first, and only what many people said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.disclosure import effective_threshold, hide_groups
from analysis.preparation.asked import NO_ROLE, role_labels
from analysis.preparation.dataset import PreparedDataset
from survey.exchange.masking import MASK, mask_personal
from survey.framework import load_framework

MOST_PHRASES = 15
MOST_QUOTES = 5
LONGEST_QUOTE = 80
SHORTEST_QUOTE = 6
LENGTHS = range(8, 1, -1)
SAME = 0.8
"""A phrase goes when so large a share of its people said a longer one that contains it."""
OPEN_SHARE = 0.5
OPEN_LENGTH = 6
HAN = re.compile(r"[\u4e00-\u9fff]+")
WORD = re.compile(r"[A-Za-z][A-Za-z-]{3,}")
CHOICES = re.compile("[┋→]")
EDGES = frozenset(
    "的了是在和与及或等把被对就都也很太更最不没有无我你您他她它们这那其之而但又还让使给为以从到向于"
    "应该能会要想可将再做个些一二三上下中内外多少"
)
"""Characters a phrase of the field neither begins nor ends with."""


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """What the user chose for open answers.

    Args:
        names: names to be masked wherever they occur.
        with_quotes: print some masked answers word by word.
    """

    threshold: int = 10
    names: tuple[str, ...] = ()
    with_quotes: bool = False


@dataclass(frozen=True, slots=True)
class Voices:
    """The answers to one open question.

    Args:
        question: its code, or the heading of its column.
        text: as asked, "" where only the heading is known.
        answered: people who wrote something; 0 when fewer than the threshold did.
        by_role: role and people, roles that must be hidden left out.
        has_hidden_roles: some roles are not listed.
        phrases: phrase and people who used it, the most frequent first, each by at least the
            threshold of people.
        has_masked: personal data were found and masked.
        quotes: masked answers, only where the options allow them.
    """

    question: str
    text: str
    answered: int
    by_role: tuple[tuple[str, int], ...] = ()
    has_hidden_roles: bool = False
    phrases: tuple[tuple[str, int], ...] = ()
    has_masked: bool = False
    quotes: tuple[str, ...] = ()


def open_answers(
    prepared: PreparedDataset, options: VoiceOptions | None = None
) -> tuple[Voices, ...]:
    """Return the summary of every open question of the survey.

    Only answers of respondents kept in the analysis count. A phrase is a run of two to eight
    Chinese characters, or a word of four letters, that at least the threshold of people wrote.
    """
    options = options or VoiceOptions()
    other = prepared.responses.other.loc[prepared.respondents.index]
    known = {q["code"]: q["zh"] for q in load_framework().raw["extra_questions"]
             if q["type"] == "open"}  # fmt: skip
    is_framework = bool(prepared.study.framework)
    found = []
    for name in map(str, other.columns):
        is_open = name in known if is_framework else _is_open(other[name])
        texts = _written(other[name]) if is_open else None
        if texts is not None and len(texts):
            question = str(known.get(name, "")) if is_framework else ""
            found.append(_summary(prepared, texts, options, code=name, question=question))
    return tuple(found)


def _written(column: pd.Series) -> pd.Series:
    texts = column.dropna().astype(str).str.strip()
    return texts[texts.str.len() > 1]


def _is_open(column: pd.Series) -> bool:
    """Return whether a column holds sentences of people's own, not choices or numbers."""
    if column.dtype != object:
        return False
    texts = column.dropna().astype(str)
    if texts.empty or texts.str.contains(CHOICES).any():
        return False
    is_long = float(texts.str.len().median()) >= OPEN_LENGTH
    return is_long and texts.nunique() >= OPEN_SHARE * len(texts)


def _summary(
    prepared: PreparedDataset,
    texts: pd.Series,
    options: VoiceOptions,
    *,
    code: str,
    question: str,
) -> Voices:
    threshold = effective_threshold(options.threshold)
    if len(texts) < threshold:
        return Voices(code, question, 0)
    masked = [mask_personal(text, options.names) for text in texts]
    roles = role_labels(prepared.respondents).loc[texts.index]
    counts = {str(role): int(n) for role, n in roles.value_counts().sort_index().items()}
    hidden = hide_groups(counts, threshold).all
    phrases = frequent_phrases(masked, threshold, question=question)
    return Voices(
        question=code,
        text=question,
        answered=len(texts),
        by_role=tuple(
            (role, n) for role, n in counts.items() if role not in hidden and role != NO_ROLE
        ),
        has_hidden_roles=bool(hidden),
        phrases=phrases,
        has_masked=any(MASK in text for text in masked),
        quotes=_quotes(masked, [p for p, _ in phrases]) if options.with_quotes else (),
    )


def frequent_phrases(
    texts: Sequence[str], threshold: int, *, question: str = ""
) -> tuple[tuple[str, int], ...]:
    """Return phrase and number of people, for phrases of at least ``threshold`` people.

    Each text counts a phrase once. Of phrases that contain one another the longer stays when
    nearly the same people said it. Phrases of the question itself are left out.
    """
    people: Counter[str] = Counter()
    beside: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for text in texts:
        found = list(_phrases(text))
        people.update({phrase for phrase, _, _ in found})
        for phrase, before, behind in found:
            left, right = beside.setdefault(phrase, (Counter(), Counter()))
            left[before] += 1
            right[behind] += 1
    frequent = {
        phrase: n
        for phrase, n in people.items()
        if n >= threshold and phrase not in question and not any(map(_is_cut, beside[phrase]))
    }
    kept: list[str] = []
    for phrase in sorted(frequent, key=lambda p: (-len(p), p)):
        if not any(phrase in other and frequent[other] >= SAME * frequent[phrase]
                   for other in kept):  # fmt: skip
            kept.append(phrase)
    kept.sort(key=lambda p: (-frequent[p], -len(p), p))
    return tuple((phrase, frequent[phrase]) for phrase in kept[:MOST_PHRASES])


def _is_cut(neighbours: Counter[str]) -> bool:
    """Return whether nearly always the same character stands beside: the phrase goes on."""
    character, n = neighbours.most_common(1)[0]
    return character != "" and n >= SAME * neighbours.total()


def _phrases(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each phrase with the character before and behind it, "" where the run ends."""
    for run in HAN.findall(text):
        for length in LENGTHS:
            for start in range(len(run) - length + 1):
                phrase, behind = (
                    run[start : start + length],
                    run[start + length : start + length + 1],
                )
                if phrase[0] not in EDGES and phrase[-1] not in EDGES:
                    yield phrase, run[start - 1] if start else "", behind
    yield from ((word.lower(), "", "") for word in WORD.findall(text))


def _quotes(texts: Collection[str], phrases: Sequence[str]) -> tuple[str, ...]:
    """Return for each of the first phrases the shortest answer that holds it, none twice."""
    fit = sorted(
        {t for t in texts if SHORTEST_QUOTE <= len(t) <= LONGEST_QUOTE}, key=lambda t: (len(t), t)
    )
    chosen: list[str] = []
    for phrase in phrases:
        quote = next((t for t in fit if phrase in t and t not in chosen), None)
        if quote is not None and len(chosen) < MOST_QUOTES:
            chosen.append(quote)
    return tuple(chosen)
