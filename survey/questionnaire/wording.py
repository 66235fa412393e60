"""Advice on single wordings: what makes an item measure two things, or nothing.

Lists of words, not understanding: each finds a suspicion and says what to look at. The
lists name Chinese and English function words; they are rules, not texts for the user.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from survey.questionnaire.advice import Advice, Weight, advice

LONG, TOO_LONG = 40, 45
"""Chinese characters of an item: the rule, and where the editor warns (FRAMEWORK 7)."""
TOO_MANY_WORDS = 25
_TOKEN = re.compile(r"\{\w+\}")

# Words that hold a character of the patterns below and mean something else.
_NO_JOIN = re.compile(
    r"和谐|和平|和解|和睦|饱和|总和|缓和|温和|涉及|及时|普及|及格|及早|来不及|顾及|提及|危及|波及|触及|企及|或许"
)
_JOIN_ZH = re.compile(r"以及|并且|而且|同时|既.+[又也]|[和及、或]")
_JOIN_EN = re.compile(r"\b(?:and|or|as well as|both)\b|/", re.IGNORECASE)
_NO_NEGATION = re.compile(
    r"非常|不仅|不但|不同|不断|不管|不论|无论|未来|差不多|不了解|无人机|无线|无形|不少|(.)不\1"
)
_NEGATION_ZH = re.compile(r"不|没|无|未|非|缺乏|缺少|难以|拒绝|避免|否认|禁止|并非|勿")
_NEGATION_EN = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|without|hardly|lacks?|fails? to|unable)\b|n't",
    re.IGNORECASE,
)
_LEADING_ZH = re.compile(
    r"显然|众所周知|毫无疑问|毋庸置疑|不可否认|难道|理所当然|无疑|大家都|人人都|必须承认|您也认为|当然"
)
_LEADING_EN = re.compile(
    r"^clearly\b|clearly,"  # elsewhere it means "visibly"
    r"|\b(?:obviously|of course|surely|don't you|everyone knows|undoubtedly)\b",
    re.IGNORECASE,
)
_ABSOLUTE_ZH = re.compile(r"总是|从不|从来|所有|一切|完全|绝对|永远|任何|百分之百|唯一")
_ABSOLUTE_EN = re.compile(
    r"\b(?:always|never|all|every|none|absolutely|completely|only)\b", re.IGNORECASE
)
_TIME_ZH = re.compile(
    r"近[一二两三四五六七八九十\d]+年|去年|今年|明年|过去|目前|现在|当前|如今|将来|未来|近年|最近|以往"
)
_TIME_EN = re.compile(
    r"\b(?:last year|this year|next year|in the past|currently|now|in future|recently"
    r"|last \w+ years)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"姓名|手机号|电话|身份证|证件号|邮箱|电子邮件|微信号|QQ|学号|工号|住址|家庭地址"
    r"|\b(?:full name|your name|phone|e-?mail|ID number|home address)\b",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return ``text`` with each token counted as two characters, as 本校 is."""
    return _TOKEN.sub("本校", text)


def negations(text: str, language: str = "zh") -> int:
    """Return how many negating words ``text`` holds."""
    if language == "en":
        return len(_NEGATION_EN.findall(text))
    return len(_NEGATION_ZH.findall(_NO_NEGATION.sub("", text)))


def wording_advice(
    text: str, where: str, *, language: str = "zh", is_reversed: bool = False
) -> Iterator[Advice]:
    """Yield the advice on one item's text."""
    text = plain(text)
    is_english = language == "en"
    joined = _JOIN_EN.search(text) if is_english else _JOIN_ZH.search(_NO_JOIN.sub("", text))
    if joined:
        yield advice("double_barrelled", Weight.ADVICE, where, word=joined[0], text=text)
    count = negations(text, language)
    if count > 1:
        yield advice("double_negative", Weight.ADVICE, where, count=count, text=text)
    elif count and is_reversed:
        yield advice("reversed_by_negation", Weight.NOTE, where, text=text)
    for code, pattern, weight in (
        ("leading", _LEADING_EN if is_english else _LEADING_ZH, Weight.ADVICE),
        ("absolute", _ABSOLUTE_EN if is_english else _ABSOLUTE_ZH, Weight.NOTE),
    ):
        found = pattern.search(text)
        if found:
            yield advice(code, weight, where, word=found[0], text=text)
    frames = dict.fromkeys((_TIME_EN if is_english else _TIME_ZH).findall(text))
    if len(frames) > 1:
        yield advice("two_times", Weight.ADVICE, where, words="、".join(frames), text=text)
    yield from _length_advice(text, where, is_english=is_english)


def _length_advice(text: str, where: str, *, is_english: bool) -> Iterator[Advice]:
    if is_english:
        count = len(text.split())
        if count > TOO_MANY_WORDS:
            yield advice("too_many_words", Weight.NOTE, where, count=count, most=TOO_MANY_WORDS)
        return
    count = len(text)
    if count > LONG:
        weight = Weight.ADVICE if count > TOO_LONG else Weight.NOTE
        yield advice("too_long", weight, where, count=count, most=LONG)


def asks_for_personal_data(text: str) -> str:
    """Return the word that asks for a person's identity, "" when none does."""
    if re.search(r"勿|不要|不收集|请不|no names|do not", text):
        return ""
    found = _PERSONAL.search(text)
    return found[0] if found else ""


_PUNCTUATION = re.compile(r"[\s\W_]+")


def fingerprint_of(text: str) -> str:
    """Return ``text`` without punctuation, case and spaces, to find duplicates."""
    return _PUNCTUATION.sub("", plain(text)).casefold()


def pairs_of_letters(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of ``text``'s fingerprint."""
    plain_text = fingerprint_of(text)
    return frozenset(plain_text[place : place + 2] for place in range(len(plain_text) - 1))


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of common pairs (Jaccard index), 0 to 1."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def alike_pairs(
    letters: Mapping[str, frozenset[str]], *, least: float
) -> Iterator[tuple[str, str, float]]:
    """Yield each two texts whose likeness is at least ``least``, with the likeness.

    Two sets of which a share ``least`` is common have one of their rarest members in
    common, so only texts that share a rare pair are compared (prefix filtering).
    """
    frequency = Counter(pair for pairs in letters.values() for pair in pairs)
    holders: dict[str, list[str]] = {}
    for code, pairs in letters.items():
        rarest = sorted(pairs, key=lambda pair: (frequency[pair], pair))
        rarest = rarest[: len(rarest) - math.ceil(least * len(rarest)) + 1]
        for other in dict.fromkeys(found for pair in rarest for found in holders.get(pair, ())):
            share = likeness(letters[other], pairs)
            if share >= least:
                yield other, code, share
        for pair in rarest:
            holders.setdefault(pair, []).append(code)
