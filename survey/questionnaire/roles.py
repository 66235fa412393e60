"""One form for one role out of a questionnaire for several, and texts with their tokens filled."""

import re
from collections.abc import Mapping

from survey.questionnaire.base import Text
from survey.questionnaire.conditions import All, Any, Condition, Not, holds
from survey.questionnaire.model import END, Page, Questionnaire, RoleForm
from survey.questionnaire.questions import AnyQuestion, Item, Matrix
from survey.questionnaire.variables import variables

Known = Mapping[str, float | None]
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

    The role question is left out, because the answer is known. Conditions on it, and on
    what this role is never asked, are settled. Pages that nothing is left of go.

    Raises:
        KeyError: no such role.
    """
    form = role_form(questionnaire, role)
    known: dict[str, float | None] = {}
    if questionnaire.role_question:
        known[questionnaire.role_question] = form.option
    before = {column.code for column in variables(questionnaire)}
    changed = _with_pages(questionnaire, form, known)
    while gone := before - known.keys() - {column.code for column in variables(changed)}:
        known |= dict.fromkeys(gone)  # never asked, so never answered
        changed = _with_pages(questionnaire, form, known)
    return changed.model_copy(
        update={
            "role": role,
            "role_question": "",
            "tokens": {**questionnaire.tokens, **form.tokens},
        }
    )


def _with_pages(questionnaire: Questionnaire, role: RoleForm, known: Known) -> Questionnaire:
    pages = tuple(
        page
        for page in (_page_for(page, role, known) for page in questionnaire.pages)
        if page is not None
    )
    kept = {page.code for page in pages}
    quotas = []
    for quota in questionnaire.quotas:
        when = settled(quota.when, known)
        if when is not False:
            quotas.append(quota.model_copy(update={"when": None if when is True else when}))
    return questionnaire.model_copy(
        update={
            "pages": tuple(_with_targets(questionnaire, page, kept) for page in pages),
            "quotas": tuple(quotas),
            "blocks": tuple(
                block.model_copy(update={"pages": left})
                for block in questionnaire.blocks
                if len(left := tuple(code for code in block.pages if code in kept)) > 1
            ),
        }
    )


def _with_targets(questionnaire: Questionnaire, page: Page, kept: set[str]) -> Page:
    """Return the page with skips to pages that went leading to the next one that is left."""
    order = [found.code for found in questionnaire.pages]
    skips = []
    for skip in page.skips:
        to = skip.to
        if to != END and to not in kept:
            after = order[order.index(to) :]
            to = next((code for code in after if code in kept), END)
        skips.append(skip.model_copy(update={"to": to}))
    return page.model_copy(update={"skips": tuple(skips)})


def _page_for(page: Page, role: RoleForm, known: Known) -> Page | None:
    shown = settled(page.show_if, known)
    if shown is False:
        return None
    questions = tuple(
        question
        for question in (_question_for(found, role, known) for found in page.questions)
        if question is not None
    )
    if page.questions and not questions:
        return None
    skips = []
    for skip in page.skips:
        when = settled(skip.when, known)
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


def _question_for(question: AnyQuestion, role: RoleForm, known: Known) -> AnyQuestion | None:
    if question.code in known or (question.roles and role.code not in question.roles):
        return None
    shown = settled(question.show_if, known)
    if shown is False:
        return None
    changes: dict[str, object] = {"roles": (), "show_if": None if shown is True else shown}
    checks = []
    for check in question.checks:
        condition = settled(check.condition, known)
        if not isinstance(condition, bool):
            checks.append(check.model_copy(update={"condition": condition}))
    changes["checks"] = tuple(checks)
    if isinstance(question, Matrix):
        items = tuple(
            item
            for item in (_item_for(found, role, known) for found in question.items)
            if item is not None
        )
        if not items:
            return None
        changes["items"] = items
    return question.model_copy(update=changes)


def _item_for(item: Item, role: RoleForm, known: Known) -> Item | None:
    if item.roles and role.code not in item.roles:
        return None
    shown = settled(item.show_if, known)
    if shown is False:
        return None
    return item.model_copy(update={"roles": (), "show_if": None if shown is True else shown})


def settled(condition: Condition | None, known: Known) -> Condition | bool:
    """Return what is left of ``condition`` once the answers in ``known`` are known.

    True and False when that settles it; no condition is always true.

    Args:
        known: code of each variable and its answer, None for one that is never given.
    """
    match condition:
        case None:
            return True
        case All(of=parts):
            left = [settled(part, known) for part in parts]
            open_parts = tuple(part for part in left if not isinstance(part, bool))
            if any(part is False for part in left):
                return False
            return _joined(open_parts, All) if open_parts else True
        case Any(of=parts):
            left = [settled(part, known) for part in parts]
            open_parts = tuple(part for part in left if not isinstance(part, bool))
            if any(part is True for part in left):
                return True
            return _joined(open_parts, Any) if open_parts else False
        case Not(of=part):
            inner = settled(part, known)
            return (not inner) if isinstance(inner, bool) else Not(of=inner)
        case _:
            return holds(condition, known) if condition.variable in known else condition


def _joined(parts: tuple[Condition, ...], kind: type[All] | type[Any]) -> Condition:
    return parts[0] if len(parts) == 1 else kind(of=parts)
