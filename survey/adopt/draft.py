"""The questionnaire while a reader puts it together.

Readers add pages and questions under the other tool's names; codes, option numbers, shared
scales and, once all questions stand, conditions are made here, and everything that cannot
be kept is told.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from survey.adopt.adoption import Adoption, missed
from survey.adopt.expressions import Unreadable
from survey.adopt.keys import with_keys
from survey.adopt.meaning import DONT_KNOW, Column, Untranslatable, condition_of
from survey.adopt.names import Names
from survey.adopt.words import is_ours, text_in
from survey.problems import Problem, Refusal, refuse
from survey.publish.export import Loss, merged
from survey.questionnaire.base import NO_TEXT, Text
from survey.questionnaire.conditions import Condition, both
from survey.questionnaire.model import Block, Page, Point, Questionnaire, Quota, Scale
from survey.questionnaire.questions import (
    AnyQuestion,
    Attention,
    Check,
    Consent,
    Date,
    Differential,
    Matrix,
    Multiple,
    Note,
    Nps,
    Number,
    OpenText,
    Option,
    Ranking,
    Rating,
    Single,
    Slider,
)
from survey.questionnaire.structure import structure_problems
from survey.questionnaire.variables import variables_of

MOST_QUESTIONS = 5000
_DONT_KNOW_WORDS = frozenset(
    {"不了解", "不适用", "不清楚", "不了解/不适用", "不知道", "don't know", "not applicable"}
)
_QUOTED = 200
_PIPED = re.compile(r"\{[^{}\s][^{}]*\}|%\(\w+\)s|\[[a-z_]\w*\]")
"""A place in a text that the other tool fills in with an answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer as the other tool has it: its name there, and how it reads."""

    name: str
    label: Text
    is_other: bool = False
    is_exclusive: bool = False
    is_dont_know: bool = False


@dataclass(frozen=True, slots=True)
class _Wish:
    """A condition still in the other tool's words."""

    kind: str
    code: str
    text: str
    message: Text = NO_TEXT


@dataclass(slots=True)
class Draft:
    """A questionnaire in the making.

    Args:
        name: of the file, for messages.
        slots: which of our languages keeps each of theirs (words.slots).
        keys: notes that may hold the key of an item or question, by our code.
    """

    name: str
    slots: Mapping[str, str]
    title: Text = NO_TEXT
    code: str = ""
    introduction: Text = NO_TEXT
    closing: Text = NO_TEXT
    losses: list[Loss] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    page_names: Names = field(default_factory=lambda: Names("P"))
    columns: dict[str, Column] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    _pages: list[Page] = field(default_factory=list)
    _scales: dict[tuple[object, ...], Scale] = field(default_factory=dict)
    _scale_names: Names = field(default_factory=lambda: Names("S"))
    _wishes: list[_Wish] = field(default_factory=list)
    _has_open_page: bool = False
    _blocks: dict[str, list[str]] = field(default_factory=dict)
    _drawn: dict[str, int] = field(default_factory=dict)
    _quotas: dict[str, Quota] = field(default_factory=dict)
    _quota_names: Names = field(default_factory=lambda: Names("K"))

    def lose(self, code: str, /, *where: str, **values: object) -> None:
        """Remember something that is not as it was."""
        self.losses.append(missed(code, *where, **values))

    def text(self, words: Mapping[str, str]) -> Text:
        """Return a text given in their languages."""
        return text_in(words, self.slots)

    # -- pages and questions ----------------------------------------------------------------------

    def page(
        self, name: str = "", title: Text = NO_TEXT, *, relevance: str = "", block: str = ""
    ) -> None:
        """Begin a page; pages of one ``block`` change places."""
        code = self.page_names.fresh(name or f"P{len(self._pages) + 1}")
        if block:
            self._blocks.setdefault(block, []).append(code)
        self._pages.append(Page(code=code, title=title))
        self._has_open_page = True
        self.wish("page", code, relevance)

    def wish_for_page(self, text: str) -> None:
        """Ask for one more condition on the page begun last."""
        self.wish("page", self._pages[-1].code, text)

    def draw(self, block: str, count: int) -> None:
        """Let ``count`` pages of a block be drawn for each respondent."""
        self._drawn[block] = count

    def end_page(self) -> None:
        """End the page: what follows stands on another."""
        self._has_open_page = False

    def add(self, question: AnyQuestion, *, relevance: str = "") -> str:
        """Add a question (its code already one of ``names``) and return its final code."""
        if not self._has_open_page:
            self.page()
        if sum(len(page.questions) for page in self._pages) >= MOST_QUESTIONS:
            raise refuse("adopt_too_many", self.name, most=MOST_QUESTIONS)
        question = self._with_free_columns(question)
        page = self._pages[-1]
        self._pages[-1] = page.model_copy(update={"questions": (*page.questions, question)})
        self.wish("question", question.code, relevance)
        return question.code

    def change_last(self, question: AnyQuestion) -> None:
        """Put ``question`` in place of the last one."""
        page = self._pages[-1]
        self._pages[-1] = page.model_copy(update={"questions": (*page.questions[:-1], question)})

    @property
    def last(self) -> AnyQuestion | None:
        """The question added last, on this page."""
        return self._pages[-1].questions[-1] if self._pages and self._pages[-1].questions else None

    def _with_free_columns(self, question: AnyQuestion) -> AnyQuestion:
        """Return the question under a code whose columns nobody has."""
        reserved = _own_codes(question)
        while True:
            found = {
                column.code
                for column in variables_of(self._scaled(), question, page=Page(code="P"), place=0)
            }
            if not (found - reserved - {question.code}) & self.names.taken:
                self.names.taken |= found
                return question
            code = self.names.fresh(question.code[:36] + "_x")
            question = question.model_copy(update={"code": code})

    def _scaled(self) -> Questionnaire:
        return Questionnaire(code="D", title=NO_TEXT, scales=tuple(self._scales.values()))

    def wish(self, kind: str, code: str, text: str, message: Text = NO_TEXT) -> None:
        """Ask for a condition on a ``page``, ``question``, ``item``, or a ``check``."""
        if text.strip():
            self._wishes.append(_Wish(kind, code, text.strip(), message))

    def quota(self, name: str, limit: int, when: str, message: Text = NO_TEXT) -> None:
        """Want ``limit`` answers of those for whom ``when`` holds (in the tool's words)."""
        if limit < 1 or not when.strip():
            self.lose("quotas", count=1)
            return
        code = self._quota_names.fresh(name)
        self._quotas[code] = Quota(code=code, limit=limit, message=message)
        self.wish("quota", code, when)

    # -- answers ----------------------------------------------------------------------------------

    def options(self, choices: Iterable[Choice], where: str) -> tuple[Option, ...]:
        """Return our options for theirs; each name once."""
        kept = _once(choices)
        codes = _codes(kept)
        if any(choice.name != DONT_KNOW for choice in kept) and not _keeps_numbers(kept):
            pairs = ", ".join(f"{c.name}→{codes[c.name]}" for c in kept)
            if any(choice.name for choice in kept):
                self.lose("option_codes", where, pairs=_cut(pairs))
        return tuple(
            Option(
                code=codes[choice.name],
                label=choice.label or Text(zh=choice.name, en=choice.name),
                is_other=choice.is_other,
                is_exclusive=choice.is_exclusive,
                is_dont_know=choice.is_dont_know or is_dont_know(choice),
            )
            for choice in kept
        )

    def values(self, choices: Iterable[Choice]) -> dict[str, int]:
        """Return our number for each of their answers; without 不了解, which is none."""
        kept = _once(choices)
        codes = _codes(kept)
        return {c.name: codes[c.name] for c in kept if not (c.is_dont_know or is_dont_know(c))}

    def scale(self, choices: Sequence[Choice], where: str, name: str = "") -> str | None:
        """Return the code of the scale with these answers; None for fewer than two."""
        options = self.options(choices, where)
        points = tuple(
            Point(code=option.code, label=option.label)
            for option in options
            if not option.is_dont_know
        )
        if len(points) < 2:
            return None
        dont_know = next((o.label for o in options if o.is_dont_know), NO_TEXT)
        key = (points, dont_know)
        if key not in self._scales:
            code = self._scale_names.fresh(name or f"S{len(self._scales) + 1}")
            self._scales[key] = Scale(code=code, points=points, dont_know=dont_know)
        return self._scales[key].code

    def know(self, name: str, column: Column) -> None:
        """Let conditions speak of ``column`` by ``name``; the first to have a name keeps it."""
        self.columns.setdefault(name, column)

    def know_choice(self, name: str, code: str, choices: Iterable[Choice]) -> None:
        """Let conditions speak of a question that was added, by its name there."""
        kept = list(choices)
        question = next((q for page in self._pages for q in page.questions if q.code == code), None)
        match question:
            case Multiple():
                own = _codes(_once(kept))
                parts = {found: f"{code}_{number}" for found, number in own.items()}
                if parts:
                    self.know(name, Column(next(iter(parts.values())), parts=parts))
            case Single() | Rating() | Attention():
                self.know(name, Column(code, values=self.values(kept)))
            case Consent():
                self.know(name, Column(code, values={"1": 1, "OK": 1, "Y": 1, "true": 1}))
            case Nps():
                self.know(name, Column(code, values={str(point): point for point in range(11)}))
            case Number():
                self.know(name, Column(code, is_whole=question.decimals == 0))
            case Slider():
                self.know(name, Column(code, is_whole=float(question.step).is_integer()))
            case OpenText() | Date():
                self.know(name, Column(code, is_text=True))

    # -- the end ----------------------------------------------------------------------------------

    def finished(self, source: str) -> Adoption:
        """Return the questionnaire with its conditions.

        Raises:
            Refusal: nothing was asked in the file, or what came out cannot be used.
        """
        pages = tuple(page for page in self._pages if page.questions)
        if not any(not isinstance(q, Note) for page in pages for q in page.questions):
            raise self._nothing_asked()
        conditions, checks = self._granted({page.code for page in pages})
        pages = tuple(_with_conditions(page, conditions, checks) for page in pages)
        questionnaire = Questionnaire(
            code=Names().fresh(self.code or "Q"),
            title=self.title or Text(zh=self.name, en=self.name),
            languages=_languages(self.slots),
            introduction=self.introduction,
            closing=self.closing,
            scales=_used(self._scales.values(), pages),
            pages=pages,
            blocks=tuple(self._whole_blocks(pages)),
            quotas=tuple(
                quota.model_copy(update={"when": conditions["quota", code]})
                for code, quota in self._quotas.items()
                if ("quota", code) in conditions
            ),
        )
        questionnaire = with_keys(questionnaire, self.keys)
        problems = structure_problems(questionnaire)
        if problems:
            raise Refusal(*problems)
        self._tell_languages()
        piped = [q.code for page in pages for q in page.questions if _PIPED.search(_said(q))]
        if piped:
            self.lose("piping", *piped)
        if self.names.changed:
            pairs = ", ".join(f"{theirs}→{ours}" for theirs, ours in self.names.changed.items())
            self.lose("names", pairs=_cut(pairs))
        return Adoption(questionnaire, source, merged(self.losses))

    def _whole_blocks(self, pages: tuple[Page, ...]) -> Iterator[Block]:
        """Yield the blocks whose pages follow one another; the others are told."""
        codes = [page.code for page in pages]
        names = Names("B")
        for name, own in self._blocks.items():
            kept = [code for code in codes if code in own]
            start = codes.index(kept[0]) if kept else 0
            if len(kept) > 1 and codes[start : start + len(kept)] == kept:
                count = self._drawn.get(name, 0)
                choose = count if 0 < count < len(kept) else None
                yield Block(code=names.fresh(name), pages=tuple(kept), choose=choose)
            elif len(own) > 1:
                self.lose("random_group", "、".join(kept))

    def _nothing_asked(self) -> Refusal:
        wrong = [
            Problem("adopt_expression_wrong", f"{self.name} {found.where[0]}", None, found.values)
            for found in self.losses
            if found.code == "expression_wrong"
        ]
        return Refusal(Problem("adopt_empty", self.name), *wrong)

    def _granted(
        self, pages: set[str]
    ) -> tuple[dict[tuple[str, str], Condition], dict[str, tuple[Check, ...]]]:
        conditions: dict[tuple[str, str], Condition] = {}
        checks: dict[str, tuple[Check, ...]] = {}
        for wish in self._wishes:
            if wish.kind == "page" and wish.code not in pages:
                continue
            try:
                found = condition_of(wish.text, self.columns.get)
            except Unreadable:
                self.lose("expression_wrong", wish.code, text=_cut(wish.text))
                continue
            except Untranslatable:
                if wish.kind == "quota":
                    self.lose("quotas", count=1)
                else:
                    self.lose("condition", wish.code, text=_cut(wish.text))
                continue
            if found is None:
                continue
            if wish.kind == "check":
                check = Check(condition=found, message=wish.message)
                checks[wish.code] = (*checks.get(wish.code, ()), check)
            else:
                key = (wish.kind, wish.code)
                joined = both(conditions.get(key), found)
                assert joined is not None
                conditions[key] = joined
        return conditions, checks

    def _tell_languages(self) -> None:
        for theirs, ours in self.slots.items():
            if not is_ours(theirs):
                self.lose("language_kept", language=theirs, slot=ours)


def _said(question: AnyQuestion) -> str:
    items = question.items if isinstance(question, Matrix) else ()
    return " ".join(
        f"{text.zh} {text.en}" for text in (question.text, *(item.text for item in items))
    )


def is_dont_know(choice: Choice) -> bool:
    """Return whether an answer says that there is none: 不了解, 不适用."""
    label = (choice.label.zh or choice.label.en).strip().casefold()
    return choice.name == DONT_KNOW or label in _DONT_KNOW_WORDS


def _own_codes(question: AnyQuestion) -> set[str]:
    """Return the codes of rows, which a reader has already taken for this question."""
    match question:
        case Matrix():
            return {item.code for item in question.items}
        case Differential():
            return {row.code for row in question.rows}
        case _:
            return set()


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def _once(choices: Iterable[Choice]) -> list[Choice]:
    found: dict[str, Choice] = {}
    for choice in choices:
        found.setdefault(choice.name, choice)
    return list(found.values())


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 10 and str(int(name)) == name


def _keeps_numbers(choices: Sequence[Choice]) -> bool:
    return all(_is_number(choice.name) for choice in choices if choice.name != DONT_KNOW)


def _codes(choices: Sequence[Choice]) -> dict[str, int]:
    """Return our number of each answer: theirs where all are numbers, else their place."""
    if not _keeps_numbers(choices):
        return {choice.name: place for place, choice in enumerate(choices, 1)}
    codes = {choice.name: int(choice.name) for choice in choices if choice.name != DONT_KNOW}
    if len(codes) < len(choices):
        codes[DONT_KNOW] = max(codes.values(), default=0) + 1
    return codes


def _languages(slots: Mapping[str, str]) -> tuple[Literal["zh", "en"], ...]:
    both: tuple[Literal["zh", "en"], ...] = ("zh", "en")
    return tuple(found for found in both if found in slots.values()) or ("zh",)


def _used(scales: Iterable[Scale], pages: tuple[Page, ...]) -> tuple[Scale, ...]:
    named = {
        question.scale
        for page in pages
        for question in page.questions
        if isinstance(question, Matrix | Rating | Attention)
    }
    return tuple(scale for scale in scales if scale.code in named)


def _with_conditions(
    page: Page,
    conditions: Mapping[tuple[str, str], Condition],
    checks: Mapping[str, tuple[Check, ...]],
) -> Page:
    questions = []
    for question in page.questions:
        update: dict[str, object] = {}
        if ("question", question.code) in conditions:
            update["show_if"] = conditions["question", question.code]
        if question.code in checks:
            update["checks"] = checks[question.code]
        if isinstance(question, Matrix):
            update["items"] = tuple(
                item.model_copy(update={"show_if": conditions["item", item.code]})
                if ("item", item.code) in conditions
                else item
                for item in question.items
            )
        questions.append(question.model_copy(update=update))
    shown = conditions.get(("page", page.code))
    return page.model_copy(update={"questions": tuple(questions), "show_if": shown})


def choice_question(
    draft: Draft, code: str, text: Text, choices: Sequence[Choice], **common: object
) -> AnyQuestion:
    """Return a single choice; a consent for one option, open text for none."""
    options = draft.options(choices, code)
    if len(options) > 1:
        return Single(code=code, text=text, options=options, **common)  # type: ignore[arg-type]
    return _narrow(draft, code, text, options, common)


def multiple_question(
    draft: Draft, code: str, text: Text, choices: Sequence[Choice], **common: object
) -> AnyQuestion:
    """Return a multiple choice; a consent for one option, open text for none."""
    options = draft.options(choices, code)
    if len(options) > 1:
        return Multiple(code=code, text=text, options=options, **common)  # type: ignore[arg-type]
    return _narrow(draft, code, text, options, common)


def ranking_question(
    draft: Draft, code: str, text: Text, choices: Sequence[Choice], **common: object
) -> AnyQuestion:
    """Return a ranking, with fewer than two options what is left of it."""
    options = draft.options(choices, code)
    if len(options) > 1:
        return Ranking(code=code, text=text, options=options, **common)  # type: ignore[arg-type]
    return _narrow(draft, code, text, options, common)


def _narrow(
    draft: Draft, code: str, text: Text, options: tuple[Option, ...], common: dict[str, object]
) -> AnyQuestion:
    kept = {key: common[key] for key in ("help", "is_required") if key in common}
    if options:
        return Consent(code=code, text=text, agree=options[0].label, **kept)  # type: ignore[arg-type]
    draft.lose("no_options", code)
    return OpenText(code=code, text=text, **kept)  # type: ignore[arg-type]
