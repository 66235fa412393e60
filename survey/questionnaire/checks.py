"""All advice on a questionnaire's design, the gravest first.

Texts of the framework's bank that were not changed are left alone: they were written to
these rules. Advice never prevents anything; structure.py says what does.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from survey.questionnaire.advice import Advice, Weight, advice
from survey.questionnaire.bank import framework_bank
from survey.questionnaire.base import Text, Value
from survey.questionnaire.logic import logic_advice
from survey.questionnaire.model import Questionnaire, Scale
from survey.questionnaire.questions import Consent, Matrix, OpenText, Rating
from survey.questionnaire.roles import tokens_in
from survey.questionnaire.timing import minutes_needed
from survey.questionnaire.variables import Variable, variables
from survey.questionnaire.wording import (
    alike_pairs,
    asks_for_personal_data,
    fingerprint_of,
    pairs_of_letters,
    wording_advice,
)

LONG_MINUTES, TOO_LONG_MINUTES = 15, 20
LONG_MATRIX = 12
ALIKE = 0.75
ITEMS_WITHOUT_CHECK = 20
FEWEST_POINTS = 5
_NEUTRAL = re.compile(
    r"一般|中立|不确定|说不清|有时|中等|普通|不好说"
    r"|neutral|not sure|sometimes|moderate|fair|neither",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"不|没|未|无|差|低|少|弱|反对|否|坏|难"
    r"|\b(?:no|not|never|rarely|poor|bad|low|weak)\b|disagree|dissatisf|unlikely|unimport",
    re.IGNORECASE,
)


def design_advice(questionnaire: Questionnaire) -> tuple[Advice, ...]:
    """Return all advice, the gravest first, else in the order of the questionnaire.

    Args:
        questionnaire: without structure problems.
    """
    found = [
        *_consent(questionnaire),
        *logic_advice(questionnaire),
        *_wordings(questionnaire),
        *_duplicates(questionnaire),
        *_scales(questionnaire),
        *_constructs(questionnaire),
        *_length(questionnaire),
        *_texts(questionnaire),
    ]
    return tuple(sorted(found, key=lambda one: -one.weight))


def _consent(questionnaire: Questionnaire) -> Iterator[Advice]:
    questions = questionnaire.questions
    places = [place for place, found in enumerate(questions) if isinstance(found, Consent)]
    if not places:
        yield advice("consent_missing", Weight.SERIOUS)
    elif places[0] > 0:
        yield advice("consent_late", Weight.ADVICE, questions[places[0]].code)
    for question in questions:
        word = "" if isinstance(question, Consent) else asks_for_personal_data(question.text.zh)
        if word:
            yield advice("personal_data", Weight.SERIOUS, question.code, word=word)


def _items(questionnaire: Questionnaire) -> list[tuple[str, Text, bool]]:
    """Return code, text and key of every item; attention checks are none."""
    found: list[tuple[str, Text, bool]] = []
    for question in questionnaire.questions:
        if isinstance(question, Matrix):
            found += [
                (item.code, item.text, item.is_reversed)
                for item in question.items
                if item.correct is None
            ]
        elif isinstance(question, Rating):
            found.append((question.code, question.text, question.is_reversed))
    return found


def _is_from_bank(code: str, text: Text) -> bool:
    known = framework_bank().items.get(code)
    return known is not None and known.text == text


def _wordings(questionnaire: Questionnaire) -> Iterator[Advice]:
    for code, text, is_reversed in _items(questionnaire):
        if _is_from_bank(code, text):
            continue
        if not text:
            yield advice("empty_text", Weight.SERIOUS, code)
        for language in questionnaire.languages:
            if text.has(language):
                yield from wording_advice(
                    text.in_(language), code, language=language, is_reversed=is_reversed
                )


def _duplicates(questionnaire: Questionnaire) -> Iterator[Advice]:
    texts = {code: text for code, text, _ in _items(questionnaire) if text}
    vetted = {code for code, text in texts.items() if _is_from_bank(code, text)}
    plain = {code: fingerprint_of(text.in_("zh")) for code, text in texts.items()}
    first_of: dict[str, str] = {}
    for code, words in plain.items():
        first = first_of.setdefault(words, code)
        if first != code and not (first in vetted and code in vetted):
            yield advice("duplicate", Weight.SERIOUS, code, other=first)
    letters = {code: pairs_of_letters(text.in_("zh")) for code, text in texts.items()}
    for first, second, share in alike_pairs(letters, least=ALIKE):
        if plain[first] != plain[second] and not (first in vetted and second in vetted):
            yield advice("near_duplicate", Weight.ADVICE, second, other=first, share=share)


def _scales(questionnaire: Questionnaire) -> Iterator[Advice]:
    used = {
        question.scale
        for question in questionnaire.questions
        if isinstance(question, Matrix | Rating)
    }
    for scale in questionnaire.scales:
        if scale.code not in used:
            continue
        labels = [point.label.in_("zh") for point in scale.points]
        if len(set(labels)) < len(labels):
            yield advice("scale_labels_repeated", Weight.SERIOUS, scale.code)
        sides = _sides(scale)
        if sides is not None and sides[0] != sides[1]:
            yield advice(
                "scale_unbalanced", Weight.ADVICE, scale.code, negative=sides[0], positive=sides[1]
            )
        if len(scale.points) < FEWEST_POINTS:
            yield advice("scale_short", Weight.NOTE, scale.code, count=len(scale.points))


def _sides(scale: Scale) -> tuple[int, int] | None:
    """Return how many labels are negative and positive; None when they do not tell."""
    labels = [point.label.in_("zh") for point in scale.points]
    if any(not label or re.fullmatch(r"[\d.\s]*", label) for label in labels):
        return None
    neutral = [label for label in labels if _NEUTRAL.search(label)]
    negative = [label for label in labels if label not in neutral and _NEGATIVE.search(label)]
    return len(negative), len(labels) - len(neutral) - len(negative)


def _constructs(questionnaire: Questionnaire) -> Iterator[Advice]:
    by_construct: dict[str, list[Variable]] = defaultdict(list)
    for column in variables(questionnaire):
        if column.is_item:
            by_construct[column.construct].append(column)
    known = {construct.code for construct in questionnaire.constructs}
    for construct, columns in by_construct.items():
        count = len(columns)
        if construct not in known:
            yield advice("construct_unknown", Weight.SERIOUS, construct)
        if count == 1:
            yield advice("one_item", Weight.SERIOUS, construct)
        elif count == 2:
            yield advice("two_items", Weight.NOTE, construct)
        if len({(column.low, column.high) for column in columns}) > 1:
            yield advice("scales_mixed", Weight.SERIOUS, construct)
        turned = sum(column.is_reversed for column in columns)
        if 2 * turned > count > 1:
            yield advice("mostly_reversed", Weight.ADVICE, construct, turned=turned, count=count)
    for construct in sorted(known - set(by_construct)):
        yield advice("construct_unused", Weight.NOTE, construct)
    total = sum(map(len, by_construct.values()))
    has_check = any(column.correct is not None for column in variables(questionnaire))
    if total >= ITEMS_WITHOUT_CHECK and not has_check:
        yield advice("no_attention_check", Weight.ADVICE, "", count=total)


def _length(questionnaire: Questionnaire) -> Iterator[Advice]:
    roles = [role.code for role in questionnaire.roles]
    if questionnaire.role or not roles:
        minutes = minutes_needed(questionnaire)
    else:
        minutes = max(minutes_needed(questionnaire, role=role) for role in roles)
    if minutes > LONG_MINUTES:
        weight = Weight.SERIOUS if minutes > TOO_LONG_MINUTES else Weight.ADVICE
        yield advice("takes_long", weight, "", minutes=minutes, most=LONG_MINUTES)
    else:
        yield advice("takes", Weight.NOTE, "", minutes=minutes)
    for question in questionnaire.questions:
        if isinstance(question, Matrix) and len(question.items) > LONG_MATRIX:
            yield advice("long_matrix", Weight.NOTE, question.code, count=len(question.items))
        if isinstance(question, OpenText) and question.is_long and question.is_required:
            yield advice("required_writing", Weight.ADVICE, question.code)


def _texts(questionnaire: Questionnaire) -> Iterator[Advice]:
    for token in unfilled_tokens(questionnaire):
        yield advice("token_unfilled", Weight.SERIOUS, "", token="{" + token + "}")
    languages = questionnaire.languages
    untranslated = sum(
        any(not text.has(language) for language in languages) for text in all_texts(questionnaire)
    )
    if untranslated:
        yield advice("untranslated", Weight.ADVICE, "", count=untranslated)


def unfilled_tokens(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the tokens in the texts that nothing is given for, such as ``organiser``."""
    known = set(questionnaire.tokens)
    if questionnaire.roles:
        known |= set.intersection(*(set(role.tokens) for role in questionnaire.roles))
    found = (token for text in all_texts(questionnaire) for token in tokens_in(text.zh + text.en))
    return tuple(dict.fromkeys(token for token in found if token not in known))


def all_texts(value: Value) -> Iterator[Text]:
    """Yield every text a respondent may see, that is not empty; no former wordings."""
    for name in type(value).model_fields:
        if name in ("former", "constructs", "releases"):
            continue
        content = getattr(value, name)
        if isinstance(content, dict):
            content = tuple(content.values())
        for part in content if isinstance(content, tuple) else (content,):
            if isinstance(part, Text):
                if part:
                    yield part
            elif isinstance(part, Value):
                yield from all_texts(part)
