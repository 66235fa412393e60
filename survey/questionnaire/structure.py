"""What must be right before a questionnaire can be used: codes, references, bounds.

Advice on good design is checks.py's; what stands here makes a questionnaire unusable.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from survey.problems import Problem
from survey.questionnaire.conditions import Condition, variables_in
from survey.questionnaire.model import END, Questionnaire, Scale
from survey.questionnaire.questions import (
    AnyQuestion,
    Attention,
    Blanks,
    Differential,
    Matrix,
    Multiple,
    Number,
    NumberMatrix,
    Option,
    Ranking,
    Rating,
    Single,
    Slider,
)
from survey.questionnaire.variables import variables


def structure_problems(questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """Return everything that makes the questionnaire unusable; empty when nothing does."""
    scales = {scale.code for scale in questionnaire.scales}
    broken = tuple(_scale_references(questionnaire, scales))
    if broken:  # the columns cannot be told without the scales
        return (*_codes(questionnaire), *broken)
    return (
        *_codes(questionnaire),
        *_scales(questionnaire.scales),
        *_questions(questionnaire),
        *_conditions(questionnaire),
        *_references(questionnaire),
    )


def _problem(code: str, where: str, **values: object) -> Problem:
    return Problem(f"questionnaire_{code}", where, None, MappingProxyType(values))


def _repeated(codes: Iterable[str]) -> list[str]:
    return [code for code, count in Counter(codes).items() if count > 1]


def _codes(questionnaire: Questionnaire) -> Iterator[Problem]:
    for what in (
        questionnaire.pages,
        questionnaire.scales,
        questionnaire.constructs,
        questionnaire.roles,
        questionnaire.blocks,
        questionnaire.quotas,
    ):
        for code in _repeated(value.code for value in what):
            yield _problem("code_repeated", code)
    for code in _repeated(question.code for question in questionnaire.questions):
        yield _problem("code_repeated", code)


def _scale_references(questionnaire: Questionnaire, scales: set[str]) -> Iterator[Problem]:
    for question in questionnaire.questions:
        if isinstance(question, Matrix | Rating | Attention) and question.scale not in scales:
            yield _problem("scale_unknown", question.code, scale=question.scale)


def _scales(scales: tuple[Scale, ...]) -> Iterator[Problem]:
    for scale in scales:
        for code in _repeated(str(point.code) for point in scale.points):
            yield _problem("option_repeated", scale.code, option=code)


def _questions(questionnaire: Questionnaire) -> Iterator[Problem]:
    columns = variables(questionnaire)
    # Several columns of one name would overwrite each other's answers without a word.
    twice = _repeated(question.code for question in questionnaire.questions)  # told already
    for code in _repeated(column.code for column in columns if column.question not in twice):
        yield _problem("variable_repeated", code)
    for question in questionnaire.questions:
        yield from _question(questionnaire, question)


def _question(questionnaire: Questionnaire, question: AnyQuestion) -> Iterator[Problem]:
    match question:
        case Single() | Multiple() | Ranking():
            yield from _options(question.code, question.options)
        case Matrix():
            if not question.items:
                yield _problem("empty", question.code)
            points = {point.code for point in questionnaire.scale(question.scale).points}
            for item in question.items:
                if item.correct is not None and item.correct not in points:
                    yield _problem("correct_not_on_scale", item.code, correct=item.correct)
        case Attention():
            points = {point.code for point in questionnaire.scale(question.scale).points}
            if question.correct not in points:
                yield _problem("correct_not_on_scale", question.code, correct=question.correct)
        case Differential(rows=()) | Blanks(fields=()) | NumberMatrix(rows=()):
            yield _problem("empty", question.code)
        case NumberMatrix(columns=()):
            yield _problem("empty", question.code)
    if isinstance(question, Slider | Number | NumberMatrix) and _is_upside_down(
        question.low, question.high
    ):
        yield _problem("bounds", question.code, low=question.low, high=question.high)
    if isinstance(question, Multiple):
        most = question.most or len(question.options)
        if question.least > most or most > len(question.options):
            yield _problem("bounds", question.code, low=question.least, high=most)
    if isinstance(question, Ranking) and (question.ranks or 1) > len(question.options):
        yield _problem("bounds", question.code, low=question.ranks, high=len(question.options))


def _is_upside_down(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low >= high


def _options(question: str, options: tuple[Option, ...]) -> Iterator[Problem]:
    if len(options) < 2:
        yield _problem("empty", question)
    for code in _repeated(str(option.code) for option in options):
        yield _problem("option_repeated", question, option=code)


def all_conditions(questionnaire: Questionnaire) -> Iterator[tuple[str, Condition]]:
    """Yield every condition with the code of what it belongs to."""
    for page in questionnaire.pages:
        if page.show_if is not None:
            yield page.code, page.show_if
        for skip in page.skips:
            if skip.when is not None:
                yield page.code, skip.when
        for question in page.questions:
            if question.show_if is not None:
                yield question.code, question.show_if
            for check in question.checks:
                yield question.code, check.condition
            if isinstance(question, Matrix):
                for item in question.items:
                    if item.show_if is not None:
                        yield item.code, item.show_if
    for quota in questionnaire.quotas:
        if quota.when is not None:
            yield quota.code, quota.when


def _conditions(questionnaire: Questionnaire) -> Iterator[Problem]:
    known = {column.code for column in variables(questionnaire)}
    for where, condition in all_conditions(questionnaire):
        for variable in sorted(variables_in(condition) - known):
            yield _problem("variable_unknown", where, variable=variable)


def _references(questionnaire: Questionnaire) -> Iterator[Problem]:
    places = {page.code: place for place, page in enumerate(questionnaire.pages)}
    for page in questionnaire.pages:
        for skip in page.skips:
            if skip.to == END:
                continue
            if skip.to not in places:
                yield _problem("page_unknown", page.code, page=skip.to)
            elif places[skip.to] <= places[page.code]:
                yield _problem("skip_backwards", page.code, page=skip.to)
    for block in questionnaire.blocks:
        for code in block.pages:
            if code not in places:
                yield _problem("page_unknown", block.code, page=code)
    roles = {role.code for role in questionnaire.roles}
    asked = [(question.code, question.roles) for question in questionnaire.questions]
    asked += [
        (item.code, item.roles)
        for question in questionnaire.questions
        if isinstance(question, Matrix)
        for item in question.items
    ]
    for where, named in asked:
        for role in sorted(set(named) - roles):
            yield _problem("role_unknown", where, role=role)
    if questionnaire.role and questionnaire.role not in roles:
        yield _problem("role_unknown", questionnaire.code, role=questionnaire.role)
    if questionnaire.role_question and not any(
        isinstance(question, Single) and question.code == questionnaire.role_question
        for question in questionnaire.questions
    ):
        yield _problem("role_question", questionnaire.code, question=questionnaire.role_question)
