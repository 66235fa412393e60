"""Edits of a questionnaire: pure functions that return the new value and the undo label.

    edit = reword_item(questionnaire, "C1_1", "zh", "…")
    push(edit.label("zh_CN"), questionnaire, edit.after)

The first edit after a release begins a new version; the wording that went out is kept with
the item or question. Nothing is checked here: an editor shows what is wrong beside the
place, so a half-finished questionnaire must be possible.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from resources.texts import sentence
from survey.questionnaire.base import Code, Text, Value
from survey.questionnaire.model import Construct, Page, Questionnaire, Release, Scale
from survey.questionnaire.questions import AnyQuestion, FormerWording, Item, Matrix


@dataclass(frozen=True, slots=True)
class Edit:
    """One step that can be undone.

    Args:
        code: key of the undo label, ``design.undo.<code>``.
        values: what the label quotes.
        after: the questionnaire after the edit.
        merges: edits of the same non-empty key in a row are one step (typing in a field).
    """

    code: str
    after: Questionnaire
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    merges: str = ""

    def label(self, language: str) -> str:
        """Return the words for the undo menu."""
        return sentence(f"design.undo.{self.code}", language, **self.values)


V = TypeVar("V")


def _changed(questionnaire: Questionnaire, **entries: Any) -> Questionnaire:
    """Return the questionnaire with other entries, as a new version if this one went out."""
    if questionnaire.is_released:
        entries["version"] = questionnaire.version + 1
    return questionnaire.model_copy(update=entries)


def _next_version(questionnaire: Questionnaire) -> int:
    return questionnaire.version + (1 if questionnaire.is_released else 0)


def _inserted(values: tuple[V, ...], value: V, at: int | None) -> tuple[V, ...]:
    place = len(values) if at is None else at
    return (*values[:place], value, *values[place:])


def _place(values: tuple[Any, ...], code: str) -> int:
    for place, value in enumerate(values):
        if value.code == code:
            return place
    raise KeyError(code)


def _without(values: tuple[V, ...], code: str) -> tuple[V, ...]:
    place = _place(values, code)
    return values[:place] + values[place + 1 :]


def _moved(values: tuple[V, ...], code: str, to: int) -> tuple[V, ...]:
    value = values[_place(values, code)]
    return _inserted(_without(values, code), value, to)


def _replaced(values: tuple[V, ...], code: str, new: V) -> tuple[V, ...]:
    place = _place(values, code)
    return (*values[:place], new, *values[place + 1 :])


def _former(questionnaire: Questionnaire, value: Any) -> tuple[FormerWording, ...]:
    """Return the wording history of ``value`` once its text is changed."""
    former: tuple[FormerWording, ...] = value.former
    if not questionnaire.releases:
        return former
    last = max(release.version for release in questionnaire.releases)
    was_sent = value.since <= last
    is_kept = bool(former) and former[-1].last_version >= last
    if not was_sent or is_kept:
        return former
    return (*former, FormerWording(last_version=last, text=value.text))


def wording(value: Any, version: int) -> Text:
    """Return how an item or question read in ``version``."""
    for former in value.former:
        if version <= former.last_version:
            return former.text  # type: ignore[no-any-return]
    return value.text  # type: ignore[no-any-return]


# -- the whole ---------------------------------------------------------------------------------


def retitle(questionnaire: Questionnaire, title: Text) -> Edit:
    """Give the questionnaire another title."""
    return Edit("retitled", _changed(questionnaire, title=title), merges="title")


def change_settings(questionnaire: Questionnaire, **entries: Any) -> Edit:
    """Change languages, tokens, introduction, closing, blocks, quotas, roles."""
    return Edit("settings", _changed(questionnaire, **entries))


def release(questionnaire: Questionnaire, day: date, *, note: str = "") -> Edit:
    """Note that the present version goes out to respondents."""
    entry = Release(
        version=questionnaire.version, fingerprint=questionnaire.fingerprint, day=day, note=note
    )
    others = tuple(
        found for found in questionnaire.releases if found.version != questionnaire.version
    )
    after = questionnaire.model_copy(update={"releases": (*others, entry)})
    return Edit("released", after, {"version": questionnaire.version})


# -- pages -------------------------------------------------------------------------------------


def add_page(questionnaire: Questionnaire, page: Page, *, at: int | None = None) -> Edit:
    """Insert a page, at the end unless ``at`` says where."""
    pages = _inserted(questionnaire.pages, page, at)
    return Edit("page_added", _changed(questionnaire, pages=pages), {"page": page.code})


def remove_page(questionnaire: Questionnaire, page: str) -> Edit:
    """Remove a page with its questions."""
    pages = _without(questionnaire.pages, page)
    return Edit("page_removed", _changed(questionnaire, pages=pages), {"page": page})


def move_page(questionnaire: Questionnaire, page: str, *, to: int) -> Edit:
    """Move a page to place ``to``, counted without it."""
    pages = _moved(questionnaire.pages, page, to)
    return Edit("page_moved", _changed(questionnaire, pages=pages), {"page": page})


def change_page(questionnaire: Questionnaire, page: str, **entries: Any) -> Edit:
    """Change title, condition, skips, shuffling of a page."""
    new = questionnaire.page(page).model_copy(update=entries)
    return _with_page(questionnaire, new, "page_changed", {"page": page})


def _with_page(
    questionnaire: Questionnaire,
    page: Page,
    code: str,
    values: Mapping[str, object],
    *,
    merges: str = "",
) -> Edit:
    pages = _replaced(questionnaire.pages, page.code, page)
    return Edit(code, _changed(questionnaire, pages=pages), MappingProxyType(dict(values)), merges)


# -- questions ---------------------------------------------------------------------------------


def add_question(
    questionnaire: Questionnaire, question: AnyQuestion, *, page: str, at: int | None = None
) -> Edit:
    """Insert a question on a page."""
    new = question.model_copy(update={"since": _next_version(questionnaire)})
    found = questionnaire.page(page)
    changed = found.model_copy(update={"questions": _inserted(found.questions, new, at)})
    return _with_page(questionnaire, changed, "question_added", {"question": question.code})


def remove_question(questionnaire: Questionnaire, question: str) -> Edit:
    """Remove a question."""
    page = questionnaire.page_of(question)
    changed = page.model_copy(update={"questions": _without(page.questions, question)})
    return _with_page(questionnaire, changed, "question_removed", {"question": question})


def move_question(questionnaire: Questionnaire, question: str, *, page: str, to: int) -> Edit:
    """Move a question to place ``to`` of ``page``, counted without it."""
    moved = questionnaire.question(question)
    source = questionnaire.page_of(question)
    pages = _replaced(
        questionnaire.pages,
        source.code,
        source.model_copy(update={"questions": _without(source.questions, question)}),
    )
    target = pages[_place(pages, page)]
    pages = _replaced(
        pages, page, target.model_copy(update={"questions": _inserted(target.questions, moved, to)})
    )
    return Edit("question_moved", _changed(questionnaire, pages=pages), {"question": question})


def change_question(questionnaire: Questionnaire, question: str, **entries: Any) -> Edit:
    """Change anything of a question but its wording."""
    return _with_question(
        questionnaire,
        question,
        lambda found: found.model_copy(update=entries),
        "question_changed",
    )


def reword_question(questionnaire: Questionnaire, question: str, language: str, words: str) -> Edit:
    """Change the text of a question in one language."""

    def reworded(found: AnyQuestion) -> AnyQuestion:
        return found.model_copy(
            update={
                "text": found.text.with_(language, words),
                "former": _former(questionnaire, found),
            }
        )

    return _with_question(
        questionnaire, question, reworded, "question_reworded", merges=f"text {question} {language}"
    )


def _with_question(
    questionnaire: Questionnaire,
    question: str,
    change: Callable[[Any], Any],
    code: str,
    *,
    merges: str = "",
) -> Edit:
    page = questionnaire.page_of(question)
    new = change(questionnaire.question(question))
    changed = page.model_copy(update={"questions": _replaced(page.questions, question, new)})
    return _with_page(questionnaire, changed, code, {"question": question}, merges=merges)


# -- items -------------------------------------------------------------------------------------


def matrix_of(questionnaire: Questionnaire, item: str) -> Matrix:
    """Return the matrix that holds ``item``; KeyError if there is none."""
    for question in questionnaire.questions:
        if isinstance(question, Matrix) and any(found.code == item for found in question.items):
            return question
    raise KeyError(item)


def add_items(
    questionnaire: Questionnaire, items: tuple[Item, ...], *, matrix: str, at: int | None = None
) -> Edit:
    """Insert items into a matrix, as one step."""
    since = _next_version(questionnaire)

    def inserted(found: Matrix) -> Matrix:
        kept = found.items
        for offset, item in enumerate(items):
            place = None if at is None else at + offset
            kept = _inserted(kept, item.model_copy(update={"since": since}), place)
        return found.model_copy(update={"items": kept})

    edit = _with_question(questionnaire, matrix, inserted, "items_added")
    return _labelled(edit, count=len(items))


def remove_items(questionnaire: Questionnaire, items: tuple[Code, ...]) -> Edit:
    """Remove items from whatever matrix holds them, as one step."""
    gone = frozenset(items)

    def cleared(question: AnyQuestion) -> AnyQuestion:
        if not isinstance(question, Matrix):
            return question
        kept = tuple(item for item in question.items if item.code not in gone)
        return question if kept == question.items else question.model_copy(update={"items": kept})

    pages = tuple(
        page.model_copy(update={"questions": tuple(map(cleared, page.questions))})
        for page in questionnaire.pages
    )
    return Edit("items_removed", _changed(questionnaire, pages=pages), {"count": len(items)})


def move_item(questionnaire: Questionnaire, item: str, *, to: int) -> Edit:
    """Move an item inside its matrix to place ``to``, counted without it."""
    return _with_items(
        questionnaire, item, lambda items: _moved(items, item, to), code="item_moved"
    )


def change_item(questionnaire: Questionnaire, item: str, **entries: Any) -> Edit:
    """Change anything of an item but its wording."""

    def changed(items: tuple[Item, ...]) -> tuple[Item, ...]:
        found = items[_place(items, item)]
        return _replaced(items, item, found.model_copy(update=entries))

    return _with_items(questionnaire, item, changed, code="item_changed")


def reword_item(questionnaire: Questionnaire, item: str, language: str, words: str) -> Edit:
    """Change the text of an item in one language."""

    def reworded(items: tuple[Item, ...]) -> tuple[Item, ...]:
        found = items[_place(items, item)]
        new = found.model_copy(
            update={
                "text": found.text.with_(language, words),
                "former": _former(questionnaire, found),
            }
        )
        return _replaced(items, item, new)

    return _with_items(
        questionnaire, item, reworded, code="item_reworded", merges=f"text {item} {language}"
    )


def _with_items(
    questionnaire: Questionnaire,
    item: str,
    change: Callable[[tuple[Item, ...]], tuple[Item, ...]],
    *,
    code: str,
    merges: str = "",
) -> Edit:
    matrix = matrix_of(questionnaire, item)
    edit = _with_question(
        questionnaire,
        matrix.code,
        lambda found: found.model_copy(update={"items": change(found.items)}),
        code,
        merges=merges,
    )
    return _labelled(edit, item=item)


def _labelled(edit: Edit, **values: object) -> Edit:
    return Edit(edit.code, edit.after, MappingProxyType({**edit.values, **values}), edit.merges)


# -- scales and constructs -----------------------------------------------------------------------


def put_scale(questionnaire: Questionnaire, scale: Scale) -> Edit:
    """Add a scale, or replace the one of the same code."""
    scales = _put(questionnaire.scales, scale)
    return Edit("scale_changed", _changed(questionnaire, scales=scales), {"scale": scale.code})


def put_construct(questionnaire: Questionnaire, construct: Construct) -> Edit:
    """Add a construct, or replace the one of the same code."""
    constructs = _put(questionnaire.constructs, construct)
    after = _changed(questionnaire, constructs=constructs)
    return Edit("construct_changed", after, {"construct": construct.code})


P = TypeVar("P", bound=Value)


def _put(values: tuple[P, ...], value: P) -> tuple[P, ...]:
    code = value.code  # type: ignore[attr-defined]
    if any(found.code == code for found in values):  # type: ignore[attr-defined]
        return _replaced(values, code, value)
    return (*values, value)
