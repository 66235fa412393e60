"""The questionnaire as a sequence of blocks for paper; word.py and pdf.py draw them."""

from collections.abc import Iterator
from dataclasses import dataclass

from resources.texts import sentence
from survey.publish.export import Loss, merged
from survey.publish.plain import Plain, plain, shared_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.conditions import Condition, Not
from survey.questionnaire.describe import describe, question_numbers
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
from survey.questionnaire.roles import filled

CIRCLE, BOX, BLANK = "○", "□", ""
_TEXTS = {"zh": "zh_CN", "en": "en"}
_LONG_LINES, _SHORT_LINES = 5, 1


@dataclass(frozen=True, slots=True)
class Title:
    """The title of the whole."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a page of the questionnaire."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text; ``role`` is ``question``, ``note``, ``text`` or ``closing``."""

    text: str
    role: str = "text"


@dataclass(frozen=True, slots=True)
class Choices:
    """Answers to mark, one per line; ``blank_after`` says which leave room to write."""

    labels: tuple[str, ...]
    marker: str
    blank_after: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows with a cell per column, to mark with ``marker`` or to write in when it is empty."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    marker: str
    ends: tuple[str, ...] = ()
    """What stands right of each row, for opposite poles."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Lines to write on, with a label before and a unit after."""

    lines: int = 1
    label: str = ""
    unit: str = ""


Block = Title | Heading | Paragraph | Choices | Grid | Writing


def paper_blocks(
    questionnaire: Questionnaire, *, role: str | None = None, language: str = "zh"
) -> tuple[Block, ...]:
    """Return the form as blocks, with its conditions said in words.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = plain(questionnaire, role=role, languages=(language,))
    return tuple(_blocks(form))


def paper_losses(questionnaire: Questionnaire, *, role: str | None = None) -> tuple[Loss, ...]:
    """Return what paper does not do: draw an order, count quotas, check an answer.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    whole = plain(questionnaire, role=role).questionnaire
    told = text_losses(whole, "one_language", ends_of=("slider",))
    return merged([*shared_losses(whole), *told])


def _word(form: Plain, key: str, **values: object) -> str:
    return sentence(f"publish.paper.{key}", _TEXTS[form.language], **values)


def _blocks(form: Plain) -> Iterator[Block]:
    whole = form.questionnaire
    numbers = question_numbers(whole)
    yield Title(form.say(whole.title))
    if whole.introduction:
        yield Paragraph(form.say(whole.introduction))
    for page in whole.pages:
        yield from _page(form, page, numbers)
    if whole.closing:
        yield Paragraph(form.say(whole.closing), "closing")


def _page(form: Plain, page: Page, numbers: dict[str, int]) -> Iterator[Block]:
    if page.title:
        yield Heading(form.say(page.title))
    if page.show_if is not None:
        yield _condition(form, page.show_if, "page")
    for question in page.questions:
        yield from _question(form, question, numbers.get(question.code, 0))


def _condition(form: Plain, condition: Condition, what: str) -> Paragraph:
    """Return the instruction for a condition: when to answer, or when to go on."""
    key = f"{what}_if"
    if isinstance(condition, Not):
        condition, key = condition.of, f"{what}_unless"
    clause = describe(condition, form.questionnaire, language=form.language)
    clause = filled(clause, form.questionnaire.tokens, form.language)
    return Paragraph(_word(form, key, clause=clause), "note")


def _question(form: Plain, question: AnyQuestion, number: int) -> Iterator[Block]:
    if isinstance(question, Note | Consent):
        yield Paragraph(form.say(question.text))
    else:
        star = _word(form, "required") if question.is_required else ""
        hint = _hint(form, question)
        yield Paragraph(f"{number}. {form.say(question.text)}{hint}{star}", "question")
    if question.help:
        yield Paragraph(form.say(question.help), "note")
    if question.show_if is not None:
        yield _condition(form, question.show_if, "question")
    yield from _answer(form, question, number)


def _hint(form: Plain, question: AnyQuestion) -> str:
    match question:
        case Single():
            return _word(form, "one")
        case Multiple(most=None):
            return _word(form, "several")
        case Multiple(most=most):
            return _word(form, "several_most", most=most)
        case Ranking():
            return _word(form, "rank", count=question.ranks or len(question.options))
        case _:
            return ""


def _answer(form: Plain, question: AnyQuestion, number: int) -> Iterator[Block]:
    match question:
        case Consent():
            yield Choices((form.say(question.agree),), BOX, (False,))
        case Single():
            yield _choices(form, question.options, CIRCLE)
        case Multiple() | Ranking():
            yield _choices(form, question.options, BOX)
        case Matrix():
            scale = form.questionnaire.scale(question.scale)
            rows = tuple(
                f"{number}.{place} {form.say(item.text)}"
                for place, item in enumerate(question.items, 1)
            )
            yield Grid(_labels(form, scale, dont_know=True), rows, CIRCLE)
        case Rating():
            labels = _labels(form, form.questionnaire.scale(question.scale), dont_know=True)
            yield Choices(labels, CIRCLE, (False,) * len(labels))
        case Attention():
            labels = _labels(form, form.questionnaire.scale(question.scale), dont_know=False)
            yield Choices(labels, CIRCLE, (False,) * len(labels))
        case Differential():
            points = tuple(str(point) for point in range(1, question.points + 1))
            yield Grid(
                points,
                tuple(form.say(row.left) for row in question.rows),
                CIRCLE,
                tuple(form.say(row.right) for row in question.rows),
            )
        case Nps():
            low, high = form.say(question.low_label), form.say(question.high_label)
            yield Grid(tuple(str(point) for point in range(11)), (low,), CIRCLE, (high,))
        case NumberMatrix():
            columns = tuple(form.say(column.label) for column in question.columns)
            yield Grid(columns, tuple(form.say(row.label) for row in question.rows), BLANK)
        case Blanks():
            for blank in question.fields:
                yield Writing(label=form.say(blank.label))
        case Slider():
            label = _word(form, "from_to", low=f"{question.low:g}", high=f"{question.high:g}")
            yield Writing(label=label)
        case Number():
            yield Writing(unit=form.say(question.unit))
        case Date():
            yield Writing(label=_word(form, f"date_{question.precision}"))
        case OpenText():
            yield Writing(_LONG_LINES if question.is_long else _SHORT_LINES)
        case Note():
            return


def _choices(form: Plain, options: tuple[Option, ...], marker: str) -> Choices:
    return Choices(
        tuple(form.say(option.label) for option in options),
        marker,
        tuple(option.is_other for option in options),
    )


def _labels(form: Plain, scale: Scale, *, dont_know: bool) -> tuple[str, ...]:
    labels = tuple(form.say(point.label) for point in scale.points)
    return (*labels, form.say(scale.dont_know)) if dont_know and scale.dont_know else labels
