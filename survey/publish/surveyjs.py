"""SurveyJS JSON, read by SurveyJS Creator and every form library built on it.

Names and values are the questionnaire's own, so answers come back without renaming.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any as AnyValue

from survey.publish.export import Export, Loss, loss, merged
from survey.publish.plain import Plain, owner_of, plain, shared_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.base import Text
from survey.questionnaire.conditions import All, Answered, Any, Between, Condition, Is, Not
from survey.questionnaire.model import Page, Questionnaire, Scale
from survey.questionnaire.questions import (
    AnyQuestion,
    Attention,
    Blanks,
    Consent,
    Date,
    Differential,
    Matrix,
    Multiple,
    Note,
    Nps,
    Number,
    NumberMatrix,
    OpenText,
    Option,
    Ranking,
    Rating,
    Single,
    Slider,
)

DONT_KNOW = "dk"
Json = dict[str, AnyValue]
Words = Callable[[Text], AnyValue]
_CAN = frozenset({"option_order", "item_order", "page_order", "checks", "attention"})
_LANGUAGES = {"zh": "zh-cn", "en": "en"}


def surveyjs_form(
    questionnaire: Questionnaire, *, role: str | None = None
) -> tuple[Json, tuple[Loss, ...]]:
    """Return the form as JSON data and what it cannot hold.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = plain(questionnaire, role=role)
    whole = form.questionnaire
    losses = list(shared_losses(whole, can=_CAN))
    losses += text_losses(whole, ends_of=("slider",))
    words = _words(form)
    content: Json = {
        "title": words(whole.title),
        "locale": _LANGUAGES[form.language],
        "showProgressBar": True,
        "checkErrorsMode": "onNextPage",
        "pages": [_page(form, page, words) for page in whole.pages],
    }
    if whole.introduction:
        content["description"] = words(whole.introduction)
    if whole.closing:
        content["completedHtml"] = words(whole.closing)
    losses += [
        loss("dates_as_text", found.code)
        for found in whole.questions
        if isinstance(found, Date) and found.precision == "year"
    ]
    return content, merged(losses)


def write_surveyjs(questionnaire: Questionnaire, path: Path, *, role: str | None = None) -> Export:
    """Write the form to ``path``."""
    content, losses = surveyjs_form(questionnaire, role=role)
    path.write_text(
        json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    return Export((path,), losses)


def _words(form: Plain) -> Words:
    def words(text: Text) -> AnyValue:
        """Return one string, or one per language; ``default`` is the base language."""
        said = {language: form.say(text, language) for language in form.languages}
        base = said[form.language]
        others = {
            _LANGUAGES[language]: words
            for language, words in said.items()
            if language != form.language and words != base
        }
        return {"default": base, **others} if others else base

    return words


# -- conditions -----------------------------------------------------------------------------------


def expression(condition: Condition, questionnaire: Questionnaire) -> str:
    """Return ``condition`` in SurveyJS's expression language."""
    match condition:
        case All(of=parts):
            return " and ".join(f"({expression(part, questionnaire)})" for part in parts)
        case Any(of=parts):
            return " or ".join(f"({expression(part, questionnaire)})" for part in parts)
        case Not(of=part):
            return f"!({expression(part, questionnaire)})"
        case Is() | Between() | Answered():
            return _leaf(condition, questionnaire)


def _leaf(leaf: Is | Between | Answered, questionnaire: Questionnaire) -> str:
    question, option = owner_of(questionnaire, leaf.variable)
    if isinstance(question, Multiple) and option is not None:
        return _chosen(leaf, question.code, option)
    if isinstance(question, Ranking) and option is not None:
        return _ranked(leaf, question, option)
    name = "{" + _path(question, leaf.variable) + "}"
    answered = f"{name} notempty and {name} <> '{DONT_KNOW}'"
    match leaf:
        case Is(values=values):
            if isinstance(question, Consent):
                return f"{name} = true" if 1 in values else "1 = 0"
            return " or ".join(f"{name} = {value:g}" for value in values)
        case Between(low=low, high=high):
            bounds = [f"{name} >= {low:g}"] if low is not None else []
            bounds += [f"{name} <= {high:g}"] if high is not None else []
            return " and ".join([answered, *bounds])
        case Answered():
            return answered


def _path(question: AnyQuestion, variable: str) -> str:
    match question:
        case Matrix() | Differential():
            return f"{question.code}.{variable}"
        case Blanks():
            return f"{question.code}.{variable.removeprefix(question.code + '_')}"
        case NumberMatrix():
            for row in question.rows:
                for column in question.columns:
                    if variable == f"{question.code}_{row.code}_{column.code}":
                        return f"{question.code}.{row.code}.{column.code}"
            raise KeyError(variable)
        case _ if variable == f"{question.code}_other":
            return f"{question.code}-Comment"
        case _:
            return variable


def _chosen(leaf: Is | Between | Answered, question: str, option: int) -> str:
    name = "{" + question + "}"
    yes, no = f"{name} contains {option}", f"({name} notempty and {name} notcontains {option})"
    fits = [value for value in (0, 1) if _fits(leaf, value)]
    return " or ".join(text for value, text in ((1, yes), (0, no)) if value in fits) or "1 = 0"


def _ranked(leaf: Is | Between | Answered, question: Ranking, option: int) -> str:
    """Return the condition on an option's rank: the answer lists options by rank, from 0."""
    ranks = range(1, (question.ranks or len(question.options)) + 1)
    parts = [
        "{" + f"{question.code}[{rank - 1}]" + "}" + f" = {option}"
        for rank in ranks
        if _fits(leaf, rank)
    ]
    return " or ".join(parts) or "1 = 0"


def _fits(leaf: Is | Between | Answered, value: int) -> bool:
    match leaf:
        case Is(values=values):
            return value in values
        case Between(low=low, high=high):
            return (low is None or value >= low) and (high is None or value <= high)
        case Answered():
            return True


# -- pages and questions --


def _page(form: Plain, page: Page, words: Words) -> Json:
    content: Json = {
        "name": page.code,
        "elements": [_element(form, question, words) for question in page.questions],
    }
    if page.title:
        content["title"] = words(page.title)
    if page.show_if is not None:
        content["visibleIf"] = expression(page.show_if, form.questionnaire)
    if page.shuffle:
        content["questionOrder"] = "random"
    return content


def _element(form: Plain, question: AnyQuestion, words: Words) -> Json:
    content: Json = {"name": question.code, "title": words(question.text)}
    if question.help:
        content["description"] = words(question.help)
    if question.is_required:
        content["isRequired"] = True
    if question.show_if is not None:
        content["visibleIf"] = expression(question.show_if, form.questionnaire)
    kind, facts = _kind(form, question, words)
    validators = [
        *facts.pop("validators", []),
        *(
            {
                "type": "expression",
                "expression": expression(check.condition, form.questionnaire),
                "text": words(check.message),
            }
            for check in question.checks
        ),
    ]
    if validators:
        content["validators"] = validators
    return {"type": kind, **content, **facts}


def _kind(form: Plain, question: AnyQuestion, words: Words) -> tuple[str, Json]:
    match question:
        case Note():
            return "html", {"html": words(question.text)}
        case Consent():
            return "boolean", {"renderAs": "checkbox", "label": words(question.agree)}
        case Single() | Multiple() | Ranking():
            return _choice(question, words)
        case Matrix() | Rating() | Attention():
            return _scaled(form, question, words)
        case Differential():
            rows = [
                {
                    "value": row.code,
                    "text": words(
                        Text(
                            zh=f"{row.left.zh} — {row.right.zh}",
                            en=f"{row.left.in_('en')} — {row.right.in_('en')}",
                        )
                    ),
                }
                for row in question.rows
            ]
            return "matrix", {"columns": list(range(1, question.points + 1)), "rows": rows}
        case Nps():
            facts: Json = {"rateMin": 0, "rateMax": 10}
            if question.low_label:
                facts["minRateDescription"] = words(question.low_label)
            if question.high_label:
                facts["maxRateDescription"] = words(question.high_label)
            return "rating", facts
        case _:
            return _typed(question, words)


def _choice(question: Single | Multiple | Ranking, words: Words) -> tuple[str, Json]:
    facts: Json = {"choices": [_option(option, words) for option in question.options]}
    other = [option for option in question.options if option.is_other]
    if other:
        # The option keeps its code; its text goes into a comment of its own.
        facts["showCommentArea"] = True
    if question.shuffle:
        facts["choicesOrder"] = "random"
    match question:
        case Single():
            return ("dropdown" if question.display == "dropdown" else "radiogroup"), facts
        case Multiple():
            if question.least:
                facts["minSelectedChoices"] = question.least
            if question.most:
                facts["maxSelectedChoices"] = question.most
            return "checkbox", facts
        case Ranking():
            if question.ranks:
                facts |= {"selectToRankEnabled": True, "maxSelectedChoices": question.ranks}
            return "ranking", facts


def _option(option: Option, words: Words) -> Json:
    content: Json = {
        "value": DONT_KNOW if option.is_dont_know else option.code,
        "text": words(option.label),
    }
    if option.is_exclusive:
        content["isExclusive"] = True
    return content


def _points(scale: Scale, words: Words) -> list[Json]:
    points: list[Json] = [
        {"value": point.code, "text": words(point.label)} for point in scale.points
    ]
    if scale.dont_know:
        points.append({"value": DONT_KNOW, "text": words(scale.dont_know)})
    return points


def _scaled(form: Plain, question: Matrix | Rating | Attention, words: Words) -> tuple[str, Json]:
    scale = form.questionnaire.scale(question.scale)
    points = _points(scale, words)
    if isinstance(question, Attention):
        return "radiogroup", {
            "choices": [point for point in points if point["value"] != DONT_KNOW],
            "correctAnswer": question.correct,
        }
    if isinstance(question, Rating):
        return "radiogroup", {"choices": points}
    rows: list[Json] = []
    for item in question.items:
        row: Json = {"value": item.code, "text": words(item.text)}
        if item.show_if is not None:
            row["visibleIf"] = expression(item.show_if, form.questionnaire)
        rows.append(row)
    facts: Json = {"columns": points, "rows": rows}
    if question.is_required:
        facts["eachRowRequired"] = True
    if question.shuffle:
        facts["rowOrder"] = "random"
    correct = {item.code: item.correct for item in question.items if item.correct is not None}
    if correct:
        facts["correctAnswer"] = correct
    return "matrix", facts


def _typed(question: AnyQuestion, words: Words) -> tuple[str, Json]:
    match question:
        case Slider():
            return "slider", {"min": question.low, "max": question.high, "step": question.step}
        case Number():
            facts: Json = {"inputType": "number", "step": 10**-question.decimals}
            facts |= _bounds(question.low, question.high)
            if question.unit:
                facts["description"] = words(_with_help(question.help, question.unit))
            return "text", facts
        case Date(precision=precision):
            kind = {"day": "date", "month": "month", "year": "number"}[precision]
            facts = {"inputType": kind}
            if precision == "day":
                facts |= {"min": str(question.earliest)} if question.earliest else {}
                facts |= {"max": str(question.latest)} if question.latest else {}
            return "text", facts
        case OpenText():
            facts = {"maxLength": question.longest} if question.longest else {}
            if question.pattern:
                facts["validators"] = [{"type": "regex", "regex": f"^(?:{question.pattern})$"}]
            return ("comment" if question.is_long else "text"), facts
        case Blanks():
            kinds = {"text": "text", "number": "number", "date": "date"}
            items = [
                {"name": f.code, "title": words(f.label), "inputType": kinds[f.answer]}
                for f in question.fields
            ]
            return "multipletext", {"items": items}
        case NumberMatrix():
            columns = [
                {
                    "name": column.code,
                    "title": words(column.label),
                    "cellType": "text",
                    "inputType": "number",
                    **_bounds(question.low, question.high),
                }
                for column in question.columns
            ]
            rows = [{"value": row.code, "text": words(row.label)} for row in question.rows]
            return "matrixdropdown", {"columns": columns, "rows": rows}
        case _:
            raise TypeError(question.kind)


def _with_help(help_text: Text, unit: Text) -> Text:
    """Return both texts a number shows below its title."""
    if not help_text:
        return unit
    return Text(
        zh=f"{help_text.zh}（{unit.zh}）",
        en=f"{help_text.in_('en')} ({unit.in_('en')})" if help_text.en or unit.en else "",
    )


def _bounds(low: float | None, high: float | None) -> Json:
    found: Json = {}
    if low is not None:
        found["min"] = low
    if high is not None:
        found["max"] = high
    return found
