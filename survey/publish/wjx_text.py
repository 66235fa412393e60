"""The text 问卷星 imports (文本导入): title, description, numbered questions with their kind.

The dialect is the one the website's editor and the vendor's kit both read: the kind in
brackets after the question, options one per line, a matrix with its answers on the first
line and its rows below. Logic, validation and random order have no place in it; each is told.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from survey.publish.export import Export, Loss, loss, merged
from survey.publish.plain import Plain, conditional_places, plain, shared_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.model import Questionnaire
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
from survey.questionnaire.scales import said


class Headed(Protocol):
    """Returns the lines of a question: its numbered title with its kind, and what is below."""

    def __call__(self, kind: str, *below: str, words: str = ...) -> list[str]: ...


_PAGE = "[分页栏]"
_BLANK = "___"


def wjx_text(
    questionnaire: Questionnaire, *, role: str | None = None
) -> tuple[str, tuple[Loss, ...]]:
    """Return the text to paste, in Chinese, and what it cannot hold.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = plain(questionnaire, role=role, languages=("zh",))
    losses = list(_losses(form))
    lines = [form.say(questionnaire.title), ""]
    introduction = form.say(form.questionnaire.introduction)
    if introduction:
        lines += [_line(introduction), ""]
    number = 0
    for place, page in enumerate(form.questionnaire.pages):
        if place:
            lines += [_PAGE, ""]
        for question in page.questions:
            number += 0 if isinstance(question, Note) else 1
            lines += [*_question(form, question, number, losses), ""]
    closing = form.say(form.questionnaire.closing)
    if closing:
        losses.append(loss("wjx_closing"))
    return "\n".join(lines).rstrip("\n") + "\n", merged(losses)


def write_wjx_text(questionnaire: Questionnaire, path: Path, *, role: str | None = None) -> Export:
    """Write the text to ``path`` (UTF-8)."""
    text, losses = wjx_text(questionnaire, role=role)
    path.write_text(text, encoding="utf-8", newline="\n")
    return Export((path,), losses)


def _losses(form: Plain) -> Iterator[Loss]:
    questionnaire = form.questionnaire
    yield from shared_losses(questionnaire)
    yield from text_losses(questionnaire, "page_titles", "one_language")
    shown = conditional_places(questionnaire)
    if shown:
        yield loss("conditions", *shown)
    required = [question.code for question in questionnaire.questions if question.is_required]
    if required:
        yield loss("wjx_required", *required)
    if any(isinstance(question, Consent) for question in questionnaire.questions):
        yield loss("wjx_consent")
    yield loss("codes_by_order")


def _line(text: str) -> str:
    """Return ``text`` on one line: a line break would begin an option."""
    return " ".join(text.split())


def _cell(text: str) -> str:
    """Return ``text`` without blanks, which separate the answers of a matrix."""
    return "".join(text.split())


def _question(form: Plain, question: AnyQuestion, number: int, losses: list[Loss]) -> list[str]:
    code = question.code
    title = _line(form.with_help(question))

    def headed(kind: str, *below: str, words: str = title) -> list[str]:
        return [f"{number}. {words}[{kind}]", *below]

    def options(values: tuple[Option, ...]) -> list[str]:
        return [
            _line(form.say(option.label)) + (_BLANK if option.is_other else "") for option in values
        ]

    match question:
        case Note():
            return [f"{title}[段落说明]"]
        case Consent():
            return headed(
                "单选题", _line(form.say(question.agree)), form.say(said("form.disagree"))
            )
        case Single():
            return headed(
                "下拉框" if question.display == "dropdown" else "单选题", *options(question.options)
            )
        case Multiple():
            if question.least or question.most:
                losses.append(loss("bounds", code))
            return headed("多选题", *options(question.options))
        case Ranking():
            if question.ranks:
                losses.append(loss("ranks", code, count=question.ranks))
            return headed("排序题", *options(question.options))
        case Matrix():
            return _matrix(form, question, headed, losses)
        case Rating() | Attention():
            return _rating(form, question, headed, losses)
        case Differential():
            losses.append(loss("differential", code))
            rows = [f"{_cell(form.say(r.left))}—{_cell(form.say(r.right))}" for r in question.rows]
            scale = " ".join(str(point) for point in range(1, question.points + 1))
            return headed("矩阵量表题", scale, *rows)
        case Nps():
            return headed("量表题", *(str(point) for point in range(11)))
        case Blanks():
            fields = " ".join(f"{_cell(form.say(f.label))}{_BLANK}" for f in question.fields)
            if any(field.answer != "text" for field in question.fields):
                losses.append(loss("bounds", code))
            return headed("多项填空题", words=f"{title} {fields}")
        case NumberMatrix():
            losses.append(loss("number_matrix", code))
            fields = " ".join(
                f"{_cell(form.say(row.label))}{_cell(form.say(column.label))}{_BLANK}"
                for row in question.rows
                for column in question.columns
            )
            return headed("多项填空题", words=f"{title} {fields}")
        case Slider():
            losses.append(loss("bounds", code))
            return headed("滑动条")
        case Number():
            losses.append(loss("bounds", code))
            unit = form.say(question.unit)
            return headed("填空题", words=f"{title}（{unit}）" if unit else title)
        case Date():
            losses.append(loss("dates_as_text", code))
            return headed("填空题")
        case OpenText():
            if question.pattern or question.longest:
                losses.append(loss("bounds", code))
            return headed("填空题")


def _matrix(form: Plain, question: Matrix, headed: Headed, losses: list[Loss]) -> list[str]:
    scale = form.questionnaire.scale(question.scale)
    labels = [_cell(form.say(point.label)) for point in scale.points]
    rows = [_line(form.say(item.text)) for item in question.items]
    if not scale.dont_know:
        return headed("矩阵量表题", " ".join(labels), *rows)
    # On a 量表 the last answer would be scored as one point more than the best.
    losses.append(loss("wjx_dont_know", question.code, code=len(labels) + 1))
    return headed("矩阵单选题", " ".join([*labels, _cell(form.say(scale.dont_know))]), *rows)


def _rating(
    form: Plain, question: Rating | Attention, headed: Headed, losses: list[Loss]
) -> list[str]:
    scale = form.questionnaire.scale(question.scale)
    labels = [_line(form.say(point.label)) for point in scale.points]
    if isinstance(question, Attention) or not scale.dont_know:
        return headed("量表题", *labels)
    losses.append(loss("wjx_dont_know", question.code, code=len(labels) + 1))
    return headed("单选题", *labels, _line(form.say(scale.dont_know)))
