"""How long a questionnaire takes.

A rule, not a measurement: reading at a common silent speed plus a time to decide by kind of
question. Its constants are options, so that an office can put in what its pilot showed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from survey.questionnaire.base import Text
from survey.questionnaire.model import Page, Questionnaire
from survey.questionnaire.questions import (
    AnyQuestion,
    Attention,
    Blanks,
    Consent,
    Differential,
    Matrix,
    Multiple,
    Note,
    NumberMatrix,
    OpenText,
    Ranking,
    Single,
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How quick respondents are; seconds.

    Args:
        characters: Chinese characters read per second (300 a minute).
        words: English words read per second (200 a minute).
        item: deciding on one item of a scale.
        choice: deciding on one question with options.
        option: each option beyond the first four of a choice, and each rank of a ranking.
        typed: typing a number, date or short text.
        written: writing an answer in one's own words.
        page: turning a page.
    """

    characters: float = 5.0
    words: float = 200 / 60
    item: float = 2.5
    choice: float = 3.0
    option: float = 0.5
    typed: float = 8.0
    written: float = 40.0
    page: float = 2.0


DEFAULT_PACE = Pace()


def minutes_needed(
    questionnaire: Questionnaire,
    *,
    role: str | None = None,
    language: str = "zh",
    pace: Pace = DEFAULT_PACE,
) -> float:
    """Return the expected minutes for one respondent, conditions taken as met.

    Args:
        role: count only what this role is asked; None for everything.
    """
    seconds = sum(
        page_seconds(page, role=role, language=language, pace=pace) for page in questionnaire.pages
    )
    return seconds / 60


def page_seconds(
    page: Page, *, role: str | None = None, language: str = "zh", pace: Pace = DEFAULT_PACE
) -> float:
    """Return the expected seconds on one page."""
    return pace.page + sum(
        seconds_for(question, role=role, language=language, pace=pace)
        for question in page.questions
        if role is None or not question.roles or role in question.roles
    )


def seconds_for(
    question: AnyQuestion,
    *,
    role: str | None = None,
    language: str = "zh",
    pace: Pace = DEFAULT_PACE,
) -> float:
    """Return the expected seconds for one question."""
    read = sum(_reading(text, language, pace) for text in _texts(question, role))
    return read + _deciding(question, role, pace)


def _reading(text: Text, language: str, pace: Pace) -> float:
    words = text.in_(language)
    if language == "en" and text.en:
        return len(words.split()) / pace.words
    return len(words) / pace.characters


def _asked(question: Matrix, role: str | None) -> Iterator[Text]:
    for item in question.items:
        if role is None or not item.roles or role in item.roles:
            yield item.text


def _texts(question: AnyQuestion, role: str | None) -> Iterator[Text]:
    yield question.text
    yield question.help
    match question:
        case Matrix():
            yield from _asked(question, role)
        case Single() | Multiple() | Ranking():
            for option in question.options:
                yield option.label
        case Differential():
            for row in question.rows:
                yield row.left
                yield row.right
        case Blanks():
            for field in question.fields:
                yield field.label


def _deciding(question: AnyQuestion, role: str | None, pace: Pace) -> float:
    match question:
        case Note() | Consent():
            return 0.0
        case Matrix():
            return pace.item * sum(1 for _ in _asked(question, role))
        case Differential():
            return pace.item * len(question.rows)
        case Attention():
            return pace.item
        case Single():
            return pace.choice
        case Multiple():
            return pace.choice + pace.option * max(0, len(question.options) - 4)
        case Ranking():
            ranks = question.ranks or len(question.options)
            return pace.choice * ranks + pace.option * len(question.options)
        case Blanks():
            return pace.typed * len(question.fields)
        case NumberMatrix():
            return pace.typed * len(question.rows) * len(question.columns)
        case OpenText(is_long=True):
            return pace.written
        case _:
            return pace.typed if question.kind in ("number", "date", "text") else pace.choice
