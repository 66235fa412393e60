"""One form for one role out of a questionnaire for several, and texts with their tokens filled."""

import re
from collections.abc import Mapping

from survey.questionnaire.base import Text
from survey.questionnaire.conditions import All, Any, Condition, Not, holds
from survey.questionnaire.model import Page, Questionnaire, RoleForm
from survey.questionnaire.questions import AnyQuestion, Item, Matrix

_TOKEN = re.compile(r"\{([A-Za-z_]\w*)\}")


def tokens_in(text: str) -> tuple[str, ...]:
    """Return the tokens of ``text``, each once, in their order."""
    return tuple(dict.fromkeys(_TOKEN.findall(text)))


def filled(text: str, tokens: Mapping[str, Text], language: str) -> str:
    """Return ``text`` with the tokens that have a text replaced; others stay as they are."""

    def replacement(match: re.Match[str]) -> str:
        found = tokens.get(match[1])
        return found.in_(language) if found else match[0]

    return _TOKEN.sub(replacement, text)


def role_form(questionnaire: Questionnaire, role: str) -> RoleForm:
    """Return the role called ``role``; KeyError if there is none."""
    for found in questionnaire.roles:
        if found.code == role:
            return found
    raise KeyError(role)


def for_role(questionnaire: Questionnaire, role: str) -> Questionnaire:
    """Return the form that ``role`` fills in: only its questions, with its tokens.

    The role question is left out, because the answer is known; conditions on it are
    settled. Pages that nothing is left of go.

    Raises:
        KeyError: no such role.
    """
    form = role_form(questionnaire, role)
    pages = tuple(
        page
        for page in (_page_for(questionnaire, page, form) for page in questionnaire.pages)
        if page is not None
    )
    kept = {page.code for page in pages}
    return questionnaire.model_copy(
        update={
            "role": role,
            "role_question": "",
            "tokens": {**questionnaire.tokens, **form.tokens},
            "pages": pages,
            "blocks": tuple(
                block.model_copy(update={"pages": left})
                for block in questionnaire.blocks
                if len(left := tuple(code for code in block.pages if code in kept)) > 1
            ),
        }
    )


def _page_for(questionnaire: Questionnaire, page: Page, role: RoleForm) -> Page | None:
    asked = questionnaire.role_question
    shown = settled(page.show_if, asked, role.option)
    if shown is False:
        return None
    questions = tuple(
        question
        for question in (_question_for(found, asked, role) for found in page.questions)
        if question is not None
    )
    if page.questions and not questions:
        return None
    skips = []
    for skip in page.skips:
        when = settled(skip.when, asked, role.option)
        if when is False:
            continue
        skips.append(skip.model_copy(update={"when": None if when is True else when}))
    return page.model_copy(
        update={
            "questions": questions,
            "show_if": None if shown is True else shown,
            "skips": tuple(skips),
        }
    )


def _question_for(question: AnyQuestion, asked: str, role: RoleForm) -> AnyQuestion | None:
    if question.code == asked or (question.roles and role.code not in question.roles):
        return None
    shown = settled(question.show_if, asked, role.option)
    if shown is False:
        return None
    changes: dict[str, object] = {"roles": (), "show_if": None if shown is True else shown}
    if isinstance(question, Matrix):
        items = tuple(
            item
            for item in (_item_for(found, asked, role) for found in question.items)
            if item is not None
        )
        if not items:
            return None
        changes["items"] = items
    return question.model_copy(update=changes)


def _item_for(item: Item, asked: str, role: RoleForm) -> Item | None:
    if item.roles and role.code not in item.roles:
        return None
    shown = settled(item.show_if, asked, role.option)
    if shown is False:
        return None
    return item.model_copy(update={"roles": (), "show_if": None if shown is True else shown})


def settled(condition: Condition | None, variable: str, value: float | None) -> Condition | bool:
    """Return what is left of ``condition`` once ``variable`` is known to be ``value``.

    True and False when that settles it; no condition is always true.
    """
    match condition:
        case None:
            return True
        case All(of=parts):
            left = [settled(part, variable, value) for part in parts]
            open_parts = tuple(part for part in left if not isinstance(part, bool))
            if any(part is False for part in left):
                return False
            return _joined(open_parts, All) if open_parts else True
        case Any(of=parts):
            left = [settled(part, variable, value) for part in parts]
            open_parts = tuple(part for part in left if not isinstance(part, bool))
            if any(part is True for part in left):
                return True
            return _joined(open_parts, Any) if open_parts else False
        case Not(of=part):
            inner = settled(part, variable, value)
            return (not inner) if isinstance(inner, bool) else Not(of=inner)
        case _:
            if not variable or condition.variable != variable:
                return condition
            return holds(condition, {variable: value})


def _joined(parts: tuple[Condition, ...], kind: type[All] | type[Any]) -> Condition:
    return parts[0] if len(parts) == 1 else kind(of=parts)
