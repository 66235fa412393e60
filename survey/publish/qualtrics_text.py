"""Qualtrics' own text import (advanced format): a .txt file with codes kept.

Conditions, validation and bounds have no place in it; each is told.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from survey.publish.export import Export, Loss, loss, merged
from survey.publish.plain import Plain, conditional_places, options_of, plain, shared_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.model import Questionnaire, Scale
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

DONT_KNOW = -8
"""Code of 不了解, outside every scale."""
Coded = Iterable[tuple[object, str]]


def qualtrics_text(
    questionnaire: Questionnaire, *, role: str | None = None, language: str = "zh"
) -> tuple[str, tuple[Loss, ...]]:
    """Return the text in one language and what it cannot hold.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = plain(questionnaire, role=role, languages=(language,))
    whole = form.questionnaire
    losses = list(shared_losses(whole))
    losses += text_losses(whole, "title", "introduction", "closing", "unit", "one_language")
    shown = conditional_places(whole)
    if shown:
        losses.append(loss("conditions", *shown))
    required = [question.code for question in whole.questions if question.is_required]
    if required:
        losses.append(loss("required", *required))
    others = [
        question.code
        for question in whole.questions
        if any(option.is_other for option in options_of(question))
    ]
    if others:
        losses.append(loss("other_text", *others))
    lines = ["[[AdvancedFormat]]", ""]
    for page in whole.pages:
        lines += [f"[[Block:{form.say(page.title) or page.code}]]", ""]
        for question in page.questions:
            lines += [*_question(form, question, losses), ""]
    return "\n".join(lines).rstrip("\n") + "\n", merged(losses)


def write_qualtrics_text(
    questionnaire: Questionnaire, path: Path, *, role: str | None = None, language: str = "zh"
) -> Export:
    """Write the text to ``path`` (UTF-8)."""
    text, losses = qualtrics_text(questionnaire, role=role, language=language)
    path.write_text(text, encoding="utf-8", newline="\n")
    return Export((path,), losses)


def _line(text: str) -> str:
    """Return ``text`` as one line that cannot be taken for a tag."""
    return " ".join(text.replace("[[", "[ [").split())


def _question(form: Plain, question: AnyQuestion, losses: list[Loss]) -> Iterator[str]:
    kind, choices, answers = _kind(form, question, losses)
    yield f"[[Question:{kind}]]"
    yield f"[[ID:{question.code}]]"
    yield _line(form.with_help(question))
    yield from _listed("Choice", choices)
    yield from _listed("Answer", answers)


def _listed(name: str, values: Coded) -> Iterator[str]:
    values = list(values)
    if values:
        yield f"[[Advanced{name}s]]"
    for code, label in values:
        yield f"[[{name}:{code}]]"
        yield _line(label)


def _options(form: Plain, options: tuple[Option, ...]) -> Coded:
    for option in options:
        yield DONT_KNOW if option.is_dont_know else option.code, form.say(option.label)


def _points(form: Plain, scale: Scale, *, dont_know: bool) -> Coded:
    for point in scale.points:
        yield point.code, form.say(point.label)
    if dont_know and scale.dont_know:
        yield DONT_KNOW, form.say(scale.dont_know)


def _kind(form: Plain, question: AnyQuestion, losses: list[Loss]) -> tuple[str, Coded, Coded]:
    code, whole = question.code, form.questionnaire
    match question:
        case Note():
            return "DB", (), ()
        case Consent():
            return "MC:SingleAnswer:Vertical", ((1, form.say(question.agree)),), ()
        case Single():
            kind = "Dropdown" if question.display == "dropdown" else "SingleAnswer:Vertical"
            return f"MC:{kind}", _options(form, question.options), ()
        case Multiple():
            if question.least or question.most:
                losses.append(loss("bounds", code))
            return "MC:MultipleAnswer:Vertical", _options(form, question.options), ()
        case Ranking():
            if question.ranks:
                losses.append(loss("ranks", code, count=question.ranks))
            return "RO", _options(form, question.options), ()
        case Matrix():
            rows = ((n, form.say(item.text)) for n, item in enumerate(question.items, 1))
            losses.append(loss("rows_by_number", code))
            return "Matrix", rows, _points(form, whole.scale(question.scale), dont_know=True)
        case Rating() | Attention():
            points = _points(
                form, whole.scale(question.scale), dont_know=isinstance(question, Rating)
            )
            return "MC:SingleAnswer:Horizontal", points, ()
        case Differential():
            losses.append(loss("differential", code))
            poles = (
                (n, f"{form.say(row.left)} — {form.say(row.right)}")
                for n, row in enumerate(question.rows, 1)
            )
            return "Matrix", poles, ((n, str(n)) for n in range(1, question.points + 1))
        case Nps():
            return "MC:SingleAnswer:Horizontal", ((n, str(n)) for n in range(11)), ()
        case Blanks():
            if any(field.answer != "text" for field in question.fields):
                losses.append(loss("bounds", code))
            fields = ((n, form.say(f.label)) for n, f in enumerate(question.fields, 1))
            return "TE:Form", fields, ()
        case NumberMatrix():
            losses.append(loss("number_matrix", code))
            cells = [
                f"{form.say(row.label)} — {form.say(column.label)}"
                for row in question.rows
                for column in question.columns
            ]
            return "TE:Form", enumerate(cells, 1), ()
        case Date():
            losses.append(loss("dates_as_text", code))
            return "TE:SingleLine", (), ()
        case Slider() | Number():
            losses.append(loss("bounds", code))
            return "TE:SingleLine", (), ()
        case OpenText():
            if question.longest or question.pattern:
                losses.append(loss("bounds", code))
            return ("TE:Essay" if question.is_long else "TE:SingleLine"), (), ()
