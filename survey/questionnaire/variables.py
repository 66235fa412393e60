"""The columns that answers to a questionnaire have."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from survey.questionnaire.base import NO_TEXT, Text
from survey.questionnaire.conditions import Condition, both
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

Measure = Literal["nominal", "ordinal", "number", "text", "date"]


@dataclass(frozen=True, slots=True)
class Variable:
    """One column of the answers.

    Args:
        code: name of the column.
        question: code of the question it belongs to.
        part: what distinguishes it inside the question (the item, the option), may be empty.
        labels: code and label of each possible answer, empty when any number or text may be.
        low, high: bounds of a number, None when open.
        item: the item with its key, for rows of a matrix and ratings.
        show_if: when it is asked: the conditions of page, question and item together.
        page: place of its page, from 0.
        roles: roles that are asked; empty for all.
    """

    code: str
    question: str
    text: Text
    measure: Measure
    page: int
    part: Text = NO_TEXT
    labels: tuple[tuple[int, Text], ...] = ()
    low: float | None = None
    high: float | None = None
    construct: str = ""
    is_reversed: bool = False
    correct: int | None = None
    has_dont_know: bool = False
    show_if: Condition | None = None
    roles: tuple[str, ...] = ()

    @property
    def is_item(self) -> bool:
        """Return whether it is an answer on a scale that measures something."""
        return bool(self.construct) and self.correct is None


def other_code(question: str) -> str:
    """Return the variable of the text beside 其他."""
    return f"{question}_other"


def part_code(question: str, part: object) -> str:
    """Return the variable of one option, field or cell of a question."""
    return f"{question}_{part}"


def variables(questionnaire: Questionnaire) -> tuple[Variable, ...]:
    """Return the columns of the answers, in the order they are asked."""
    return tuple(
        variable
        for place, page in enumerate(questionnaire.pages)
        for question in page.questions
        for variable in variables_of(questionnaire, question, page=page, place=place)
    )


def variables_of(
    questionnaire: Questionnaire, question: AnyQuestion, *, page: Page, place: int
) -> Iterator[Variable]:
    """Yield the columns of one question."""
    shown = both(page.show_if, question.show_if)

    def column(code: str, measure: Measure, **facts: object) -> Variable:
        values: dict[str, object] = {"show_if": shown, "roles": question.roles, **facts}
        return Variable(code, question.code, question.text, measure, place, **values)  # type: ignore[arg-type]

    code = question.code
    match question:
        case Note():
            return
        case Single():
            yield column(
                code,
                "nominal",
                labels=_labels(question.options),
                has_dont_know=any(option.is_dont_know for option in question.options),
            )
        case Multiple():
            for option in question.options:
                yield column(
                    part_code(code, option.code),
                    "nominal",
                    part=option.label,
                    labels=((0, NO_TEXT), (1, option.label)),
                )
        case Matrix():
            facts = _scale_facts(questionnaire.scale(question.scale))
            for item in question.items:
                yield column(
                    item.code,
                    "ordinal",
                    part=item.text,
                    construct=item.measures,
                    is_reversed=item.is_reversed,
                    correct=item.correct,
                    show_if=both(shown, item.show_if),
                    roles=item.roles or question.roles,
                    **facts,
                )
        case Rating():
            yield column(
                code,
                "ordinal",
                construct=question.measures,
                is_reversed=question.is_reversed,
                **_scale_facts(questionnaire.scale(question.scale)),
            )
        case Attention():
            yield column(
                code,
                "ordinal",
                correct=question.correct,
                **_scale_facts(questionnaire.scale(question.scale)),
            )
        case Differential():
            for row in question.rows:
                yield column(
                    row.code,
                    "ordinal",
                    part=Text(
                        zh=f"{row.left.zh} — {row.right.zh}", en=f"{row.left.en} — {row.right.en}"
                    ),
                    labels=tuple((point, NO_TEXT) for point in range(1, question.points + 1)),
                    low=1,
                    high=question.points,
                    construct=row.measures,
                    is_reversed=row.is_reversed,
                )
        case Ranking():
            last = question.ranks or len(question.options)
            for option in question.options:
                yield column(
                    part_code(code, option.code), "ordinal", part=option.label, low=1, high=last
                )
        case Nps():
            yield column(code, "ordinal", low=0, high=10)
        case Slider() | Number():
            yield column(code, "number", low=question.low, high=question.high)
        case Date():
            yield column(code, "date")
        case OpenText():
            yield column(code, "text")
        case Blanks():
            for field in question.fields:
                yield column(part_code(code, field.code), field.answer, part=field.label)
        case NumberMatrix():
            for row_line in question.rows:
                for line in question.columns:
                    yield column(
                        f"{code}_{row_line.code}_{line.code}",
                        "number",
                        part=Text(
                            zh=f"{row_line.label.zh} — {line.label.zh}",
                            en=f"{row_line.label.en} — {line.label.en}",
                        ),
                        low=question.low,
                        high=question.high,
                    )
        case Consent():
            yield column(code, "nominal", labels=((1, question.agree),))
    if isinstance(question, Single | Multiple | Ranking) and _has_other(question.options):
        yield column(other_code(code), "text")


def _has_other(options: tuple[Option, ...]) -> bool:
    return any(option.is_other for option in options)


def _labels(options: tuple[Option, ...]) -> tuple[tuple[int, Text], ...]:
    return tuple((option.code, option.label) for option in options if not option.is_dont_know)


def _scale_facts(scale: Scale) -> dict[str, object]:
    return {
        "labels": tuple((point.code, point.label) for point in scale.points),
        "low": scale.low,
        "high": scale.high,
        "has_dont_know": bool(scale.dont_know),
    }
