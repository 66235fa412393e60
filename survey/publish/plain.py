"""A questionnaire made ready for tools that know less: one role, one order, plain words.

Most tools cannot put a role's words into a text, and know either skips or conditions. So an
export first takes the form of one role, turns skips into conditions, and fills in tokens.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from survey.problems import Refusal, refuse
from survey.publish.export import Loss, loss
from survey.questionnaire.base import Text
from survey.questionnaire.conditions import All, Condition, Not, both
from survey.questionnaire.model import END, Page, Questionnaire
from survey.questionnaire.questions import (
    AnyQuestion,
    Attention,
    Matrix,
    Multiple,
    Option,
    Ranking,
    Single,
)
from survey.questionnaire.roles import filled, for_role
from survey.questionnaire.structure import structure_problems
from survey.questionnaire.variables import part_code, variables


@dataclass(frozen=True, slots=True)
class Plain:
    """A questionnaire for one role with the words of one or more languages.

    Args:
        questionnaire: without skips and without roles on questions.
        languages: the first one is the tool's base language.
    """

    questionnaire: Questionnaire
    languages: tuple[str, ...]

    @property
    def language(self) -> str:
        """Return the base language."""
        return self.languages[0]

    def say(self, text: Text, language: str | None = None) -> str:
        """Return ``text`` with its tokens filled in."""
        wanted = language or self.language
        return filled(text.in_(wanted), self.questionnaire.tokens, wanted)

    def with_help(self, question: AnyQuestion) -> str:
        """Return a question's text with its help in brackets, where a tool has no help."""
        help_text = self.say(question.help)
        return f"{self.say(question.text)}（{help_text}）" if help_text else self.say(question.text)


def plain(
    questionnaire: Questionnaire,
    *,
    role: str | None = None,
    languages: tuple[str, ...] | None = None,
) -> Plain:
    """Return ``questionnaire`` as a tool with conditions but without roles and skips takes it.

    Args:
        role: whose form it is; needed when the questionnaire is for several.
        languages: of those the questionnaire has; None for all.

    Raises:
        Refusal: no role given for a questionnaire for several, or structure problems.
        KeyError: no such role.
    """
    problems = structure_problems(questionnaire)
    if problems:
        raise Refusal(*problems)
    questionnaire = form_of_role(questionnaire, role)
    return Plain(
        skips_as_conditions(questionnaire), languages or questionnaire.languages or ("zh",)
    )


def form_of_role(questionnaire: Questionnaire, role: str | None) -> Questionnaire:
    """Return the form one role fills in, the questionnaire itself when it is for one already.

    Raises:
        Refusal: no role given for a questionnaire for several.
        KeyError: no such role.
    """
    if role is not None and role != questionnaire.role:
        questionnaire = for_role(questionnaire, role)
    if questionnaire.roles and not questionnaire.role:
        names = "、".join(found.code for found in questionnaire.roles)
        raise refuse("export_needs_role", questionnaire.code, roles=names)
    return questionnaire


def skips_as_conditions(questionnaire: Questionnaire) -> Questionnaire:
    """Return the questionnaire with every skip said as a condition of the pages it passes by.

    A page is shown when no earlier page that is itself shown skips it; of several skips of
    a page the first that holds counts.
    """
    places = {page.code: place for place, page in enumerate(questionnaire.pages)}
    pages: list[Page] = []
    passed: list[tuple[int, int, Condition | None]] = []
    for place, page in enumerate(questionnaire.pages):
        shown = page.show_if
        is_never = False
        for source, target, when in passed:
            if source < place < target:
                if when is None:
                    is_never = True
                else:
                    shown = both(shown, Not(of=when))
        if is_never:
            continue
        before: list[Condition] = []
        for skip in page.skips:
            target = len(places) if skip.to == END else places[skip.to]
            # ``when`` may also hold for those who never saw this page, so its own condition too.
            parts = [shown, skip.when, *(Not(of=found) for found in before)]
            passed.append((place, target, _all(parts)))
            if skip.when is None:
                break
            before.append(skip.when)
        pages.append(page.model_copy(update={"show_if": shown, "skips": ()}))
    return questionnaire.model_copy(update={"pages": tuple(pages)})


def _all(parts: list[Condition | None]) -> Condition | None:
    kept = tuple(part for part in parts if part is not None)
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else All(of=kept)


def options_of(question: AnyQuestion) -> tuple[Option, ...]:
    """Return the options of a choice or ranking, none for other kinds."""
    return question.options if isinstance(question, Single | Multiple | Ranking) else ()


def owner_of(questionnaire: Questionnaire, variable: str) -> tuple[AnyQuestion, int | None]:
    """Return the question a variable belongs to, and the option it stands for if it does.

    Raises:
        KeyError: no such variable.
    """
    owner = {column.code: column.question for column in variables(questionnaire)}[variable]
    question = questionnaire.question(owner)
    if isinstance(question, Multiple | Ranking):
        for option in question.options:
            if variable == part_code(owner, option.code):
                return question, option.code
    return question, None


def shared_losses(
    questionnaire: Questionnaire, *, can: frozenset[str] = frozenset()
) -> Iterator[Loss]:
    """Yield what few tools hold, unless ``can`` names it.

    Names: ``blocks``, ``page_order``, ``item_order``, ``option_order``, ``quotas``, ``checks``,
    ``attention``, ``keys`` (what the items measure, and which are reversed).
    """
    questions, columns = questionnaire.questions, variables(questionnaire)
    candidates = {
        "blocks": [block.code for block in questionnaire.blocks],
        "page_order": [page.code for page in questionnaire.pages if page.shuffle],
        "item_order": [q.code for q in questions if isinstance(q, Matrix) and q.shuffle],
        "option_order": [
            q.code for q in questions if isinstance(q, Single | Multiple | Ranking) and q.shuffle
        ],
        "quotas": [quota.code for quota in questionnaire.quotas],
        "checks": [q.code for q in questions if q.checks],
        "attention": [
            *(q.code for q in questions if isinstance(q, Attention)),
            *(
                item.code
                for q in questions
                if isinstance(q, Matrix)
                for item in q.items
                if item.correct is not None
            ),
        ],
        "keys": list(dict.fromkeys(column.construct for column in columns if column.construct)),
    }
    for name, places in candidates.items():
        if places and name not in can:
            yield loss(name, *places)


def conditional_places(questionnaire: Questionnaire) -> list[str]:
    """Return the codes of pages, questions and items that are shown under a condition."""
    found = [page.code for page in questionnaire.pages if page.show_if is not None]
    for question in questionnaire.questions:
        if question.show_if is not None:
            found.append(question.code)
        if isinstance(question, Matrix):
            found += [item.code for item in question.items if item.show_if is not None]
    return found
