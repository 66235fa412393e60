"""Conditions in words, for paper forms, editors and reports of what was lost."""

from collections.abc import Mapping

from resources.texts import sentence
from survey.questionnaire.base import Text
from survey.questionnaire.conditions import All, Answered, Any, Between, Condition, Is, Not
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.questions import Consent, Note
from survey.questionnaire.variables import Variable, variables

_TEXTS = {"zh": "zh_CN", "en": "en"}


def question_numbers(questionnaire: Questionnaire) -> dict[str, int]:
    """Return the number each question has on paper, by code; notes and consent have none."""
    asked = [found for found in questionnaire.questions if not isinstance(found, Note | Consent)]
    return {question.code: number for number, question in enumerate(asked, 1)}


def describe(condition: Condition, questionnaire: Questionnaire, *, language: str = "zh") -> str:
    """Return ``condition`` as a clause: 第 2 题选“企业”，且第 5 题不小于 50."""
    columns = {column.code: column for column in variables(questionnaire)}
    return _clause(condition, columns, question_numbers(questionnaire), language)


def _say(key: str, language: str, **values: object) -> str:
    return sentence(f"design.condition.{key}", _TEXTS[language], **values)


def _clause(
    condition: Condition,
    columns: Mapping[str, Variable],
    numbers: Mapping[str, int],
    language: str,
) -> str:
    match condition:
        case All(of=parts) | Any(of=parts):
            clauses = [_clause(part, columns, numbers, language) for part in parts]
            key = "and" if isinstance(condition, All) else "or"
            joined = _say(key, language).join(clauses)
            return joined if len(parts) == 1 else _say("group", language, clause=joined)
        case Not(of=part):
            return _say("not", language, clause=_clause(part, columns, numbers, language))
        case Is() | Between() | Answered():
            return _comparison(condition, columns[condition.variable], numbers, language)


def _comparison(
    leaf: Is | Between | Answered, column: Variable, numbers: Mapping[str, int], language: str
) -> str:
    number = numbers.get(column.question)
    if number is None:  # the consent
        subject = _say("part", language, text=column.text.in_(language)[:20])
    else:
        subject = _say("question", language, number=number)
    is_option = column.code.startswith(column.question + "_") and column.labels != ()
    if column.part and not is_option:
        subject += _say("part", language, text=column.part.in_(language))
    match leaf:
        case Answered():
            return _say("answered", language, subject=subject)
        case Is(values=values):
            if is_option:
                key = "chosen" if 1 in values else "not_chosen"
                return _say(key, language, subject=subject, label=column.part.in_(language))
            labels: dict[float, Text] = dict(column.labels)
            words = [
                labels[value].in_(language) if labels.get(value) else f"{value:g}"
                for value in values
            ]
            label = _say("or_label", language).join(words)
            return _say("chosen", language, subject=subject, label=label)
        case Between(low=low, high=high):
            if low is not None and high is not None:
                return _say("between", language, subject=subject, low=f"{low:g}", high=f"{high:g}")
            key, bound = ("at_least", low) if low is not None else ("at_most", high)
            return _say(key, language, subject=subject, bound="" if bound is None else f"{bound:g}")
