"""Puts keys that our own exports carried along back where they belong (see publish/keys)."""

from collections.abc import Mapping

from survey.publish.keys import Key, key_in
from survey.questionnaire.model import Construct, Point, Questionnaire, Scale
from survey.questionnaire.questions import AnyQuestion, Attention, Item, Matrix, Rating, Single


def with_keys(questionnaire: Questionnaire, notes: Mapping[str, str]) -> Questionnaire:
    """Return the questionnaire with the keys in ``notes``, given by code of item or question.

    A question with one answer that has a key is a rating again, or an attention check.
    Notes without a key change nothing.
    """
    keys = {code: key for code, note in notes.items() if (key := key_in(note)) is not None}
    if not keys:
        return questionnaire
    scales = {scale.code: scale for scale in questionnaire.scales}
    pages = tuple(
        page.model_copy(
            update={"questions": tuple(_keyed(q, keys, scales) for q in page.questions)}
        )
        for page in questionnaire.pages
    )
    constructs: dict[str, Construct] = {}
    for key in keys.values():
        if key.construct is not None:
            constructs.setdefault(key.construct.code, key.construct)
    return questionnaire.model_copy(
        update={
            "pages": pages,
            "scales": tuple(scales.values()),
            "constructs": tuple(constructs.values()),
        }
    )


def _keyed(question: AnyQuestion, keys: Mapping[str, Key], scales: dict[str, Scale]) -> AnyQuestion:
    key = keys.get(question.code, Key())
    match question:
        case Matrix():
            codes = {point.code for point in scales[question.scale].points}
            items = tuple(_item(item, keys, codes) for item in question.items)
            return question.model_copy(update={"items": items})
        case Rating():
            return question.model_copy(update=_entries(key))
        case Single() if question.code in keys:
            return _scaled(question, key, scales)
        case _:
            return question


def _entries(key: Key) -> dict[str, object]:
    return {
        "measures": key.construct.code if key.construct else "",
        "is_reversed": key.is_reversed,
    }


def _item(item: Item, keys: Mapping[str, Key], codes: set[int]) -> Item:
    key = keys.get(item.code)
    if key is None:
        return item
    correct = key.correct if key.correct in codes else None
    return item.model_copy(update={**_entries(key), "correct": correct})


def _scaled(question: Single, key: Key, scales: dict[str, Scale]) -> AnyQuestion:
    """Return the choice as what it was before a tool without scales took it."""
    shown = [option for option in question.options if not option.is_dont_know]
    if len(shown) < 2 or any(option.is_other for option in shown):
        return question
    points = tuple(Point(code=option.code, label=option.label) for option in shown)
    labels = [option.label for option in question.options if option.is_dont_know]
    kept = [s for s in scales.values() if s.points == points and (not labels or s.dont_know)]
    if kept:
        scale = kept[0].code
    else:
        scale = f"S_{question.code}"[:40]
        made = Scale(code=scale, points=points)
        scales[scale] = made.model_copy(update={"dont_know": labels[0]}) if labels else made
    common = {
        name: getattr(question, name)
        for name in ("code", "text", "help", "is_required", "show_if", "checks")
    }
    if key.correct is not None:
        if key.correct not in {point.code for point in points}:
            return question
        return Attention(scale=scale, correct=key.correct, **common)
    if key.construct is None:
        return question
    return Rating(scale=scale, **common).model_copy(update=_entries(key))
