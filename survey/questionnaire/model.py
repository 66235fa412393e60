"""The questionnaire: pages of questions, and what they refer to.

A value that is never changed: edits.py returns new ones. ``files.py`` reads and writes the
JSON form, docs/questionnaire-format.md describes it.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import Field, PositiveInt

from survey.questionnaire.base import NO_TEXT, Code, Text, Value
from survey.questionnaire.conditions import Condition
from survey.questionnaire.questions import AnyQuestion

SCHEMA_VERSION = 1
END = "END"
"""Target of a skip that ends the questionnaire."""


class Point(Value):
    """One answer of a scale."""

    code: int
    label: Text


class Scale(Value):
    """A response scale: ordered answers, and whether 不了解/不适用 is offered beside them."""

    code: Code
    points: Annotated[tuple[Point, ...], Field(min_length=2)]
    dont_know: Text = NO_TEXT

    @property
    def low(self) -> int:
        """Return the smallest code."""
        return min(point.code for point in self.points)

    @property
    def high(self) -> int:
        """Return the greatest code."""
        return max(point.code for point in self.points)


class Construct(Value):
    """What items measure; the same meaning as survey.study.StudyConstruct."""

    code: Code
    name: Text
    definition: Text = NO_TEXT
    polarity: Literal["severity", "positive"] = "positive"
    group: str = ""


class RoleForm(Value):
    """A kind of respondent.

    Args:
        option: code of the role question's option that tells this role, in a questionnaire
            for several roles.
        tokens: what tokens such as ``univ`` read for this role.
    """

    code: Code
    name: Text
    option: int | None = None
    tokens: dict[str, Text] = Field(default_factory=dict)


class Skip(Value):
    """After the page, go on with another one (or ``END``) when ``when`` holds."""

    when: Condition | None = None
    to: Code


class Page(Value):
    """A page: a title and questions."""

    code: Code
    title: Text = NO_TEXT
    module: str = ""
    """Module of the framework the page stands for, "" for none."""
    questions: tuple[AnyQuestion, ...] = ()
    show_if: Condition | None = None
    skips: tuple[Skip, ...] = ()
    shuffle: bool = False


class Block(Value):
    """Pages in a row whose order is drawn for each respondent, or of which some are drawn."""

    code: Code
    pages: Annotated[tuple[Code, ...], Field(min_length=2)]
    choose: PositiveInt | None = None


class Quota(Value):
    """How many answers of a kind are wanted; later ones are thanked with ``message``.

    Without ``when`` all answers count.
    """

    code: Code
    limit: PositiveInt
    when: Condition | None = None
    message: Text = NO_TEXT


class Release(Value):
    """A version that went out to respondents."""

    version: PositiveInt
    fingerprint: str
    day: date
    note: str = ""


class Questionnaire(Value):
    """Everything that is asked.

    Args:
        version: counts up with the first edit after a release; answers name it.
        role_question: code of the question that tells the role, "" in a form for one role.
        role: the one role this form is for, "" otherwise.
        tokens: texts that tokens such as ``{organiser}`` stand for.
        framework: version of the framework its items come from, "" for one of one's own.
    """

    schema_version: Literal[1] = 1
    code: Code
    title: Text
    version: PositiveInt = 1
    languages: tuple[Literal["zh", "en"], ...] = ("zh",)
    introduction: Text = NO_TEXT
    closing: Text = NO_TEXT
    framework: str = ""
    scales: tuple[Scale, ...] = ()
    constructs: tuple[Construct, ...] = ()
    roles: tuple[RoleForm, ...] = ()
    role_question: str = ""
    role: str = ""
    tokens: dict[str, Text] = Field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    blocks: tuple[Block, ...] = ()
    quotas: tuple[Quota, ...] = ()
    releases: tuple[Release, ...] = ()

    @property
    def questions(self) -> tuple[AnyQuestion, ...]:
        """All questions in the order of the pages."""
        return tuple(question for page in self.pages for question in page.questions)

    def question(self, code: str) -> AnyQuestion:
        """Return the question called ``code``; KeyError if there is none."""
        return _by_code(self.questions, code)

    def page(self, code: str) -> Page:
        """Return the page called ``code``; KeyError if there is none."""
        return _by_code(self.pages, code)

    def scale(self, code: str) -> Scale:
        """Return the scale called ``code``; KeyError if there is none."""
        return _by_code(self.scales, code)

    def page_of(self, question: str) -> Page:
        """Return the page that holds the question; KeyError if there is none."""
        for page in self.pages:
            if any(found.code == question for found in page.questions):
                return page
        raise KeyError(question)

    @property
    def is_released(self) -> bool:
        """Return whether the present version went out: the next edit begins a new one."""
        return any(release.version == self.version for release in self.releases)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that a respondent sees or answers; releases do not count."""
        content = {
            key: value
            for key, value in as_data(self).items()
            if key not in ("releases", "version", "schema_version")
        }
        plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=_Coded)


def _by_code(values: tuple[C, ...], code: str) -> C:
    for value in values:
        if value.code == code:
            return value
    raise KeyError(code)


def as_data(value: Value) -> dict[str, Any]:
    """Return ``value`` as JSON data, with entries at their defaults left out, kinds kept."""
    return dict(_entries(value))


def _entries(value: Value) -> Iterator[tuple[str, Any]]:
    for name, field in type(value).model_fields.items():
        content = getattr(value, name)
        if name not in ("kind", "schema_version") and content == field.get_default(
            call_default_factory=True
        ):
            continue
        yield name, _plain(content)


def _plain(content: Any) -> Any:
    if isinstance(content, Text):
        return content.zh if content.zh and not content.en else dict(_entries(content))
    if isinstance(content, Value):
        return dict(_entries(content))
    if isinstance(content, tuple):
        return [_plain(part) for part in content]
    if isinstance(content, dict):
        return {key: _plain(part) for key, part in content.items()}
    if isinstance(content, date):
        return content.isoformat()
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return content
