"""formr's survey tables: like XLSForm's sheets, with types and columns of their own.

Known from formr's documentation and its example tables. Conditions are R; those that compare
answers become conditions, the others are told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from survey.adopt.adoption import Adoption
from survey.adopt.draft import Choice, Draft, choice_question, multiple_question
from survey.adopt.limesurvey import word
from survey.adopt.meaning import Column
from survey.adopt.words import slots, without_html
from survey.adopt.xlsform_sheets import FORMR_MARKS, Form, FormRow
from survey.problems import Problem, Refusal
from survey.questionnaire.base import Text
from survey.questionnaire.questions import (
    AnyQuestion,
    Consent,
    Date,
    Item,
    Matrix,
    Note,
    Number,
    OpenText,
    Rating,
    Slider,
)
from survey.questionnaire.scales import said

_ONE = frozenset({"mc", "mc_button", "select_one", "select", "select_or_add_one", "sex"})
_SEVERAL = frozenset(
    {"mc_multiple", "mc_multiple_button", "select_multiple", "mselect", "select_or_add_multiple"}
)
_SPANS = frozenset({"rating_button", "range", "range_ticks", "visual_analog_scale"})
_DATES: Mapping[str, Literal["day", "month", "year"]] = {
    "date": "day",
    "month": "month",
    "yearmonth": "month",
    "year": "year",
}
_AS_TEXT = frozenset(
    {"email", "url", "tel", "cc", "color", "time", "datetime", "datetime-local", "week", "letters",
     "timezone"}
)  # fmt: skip
_FILES = frozenset({"geopoint", "file", "image", "audio", "video"})
_META = frozenset({"referrer", "ip", "server", "get", "random", "hidden", "browser"})
_BLOCKS = frozenset({"submit", "block", "note_iframe"})
_MARKDOWN = re.compile(r"^\s*#{1,6}\s*|(?<=\n)\s*#{1,6}\s*")
_MOST_CHOICES = 40


def is_formr(form: Form) -> bool:
    """Return whether the sheets are a formr table."""
    return bool(form.headers & FORMR_MARKS)


def read_formr(form: Form, where: str) -> Adoption:
    """Return the questionnaire of a formr table.

    Raises:
        Refusal: types formr does not have, or lists that do not exist; each with its cell.
    """
    problems = tuple(_problems(form, where))
    if problems:
        raise Refusal(*problems)
    sample = " ".join(row.words("label").get("", "") for row in form.survey)
    draft = Draft(where, slots(form.languages or ("",), sample))
    _Reader(form, draft).rows(form.survey)
    return draft.finished("formr")


def _problems(form: Form, where: str) -> Iterator[Problem]:
    known = {
        "note",
        "text",
        "textarea",
        "number",
        "check",
        "check_button",
        "mc_heading",
        "calculate",
    }
    known |= _ONE | _SEVERAL | _SPANS | set(_DATES) | _AS_TEXT | _FILES | _META | _BLOCKS
    for row in form.survey:
        kind, rest = _kind(row)
        if not kind:
            continue
        if kind not in known:
            yield Problem(
                "adopt_type_unknown", f"{where} survey", row.number, {"type": row.get("type")}
            )
        elif kind in _ONE | _SEVERAL and rest and rest not in form.lists and not _own(row):
            yield Problem("adopt_list_missing", f"{where} survey", row.number, {"list": rest})


def _kind(row: FormRow) -> tuple[str, str]:
    kind, _, rest = row.get("type").strip().partition(" ")
    return kind.lower(), rest.strip()


def _own(row: FormRow) -> list[str]:
    """Return the choices in the row itself."""
    found = [row.get(f"choice{place}") for place in range(1, _MOST_CHOICES)]
    return [text for text in found if text]


class _Reader:
    """Puts the rows into the draft."""

    def __init__(self, form: Form, draft: Draft) -> None:
        self._form = form
        self._draft = draft
        self._heading: tuple[FormRow, list[str]] | None = None

    def rows(self, rows: Sequence[FormRow]) -> None:
        """Add all rows; what follows a heading on the same answers becomes its matrix."""
        waiting: list[FormRow] = []
        heading: FormRow | None = None
        for row in rows:
            kind, _ = _kind(row)
            if heading is not None and kind == "mc" and _own(row) == _own(heading):
                waiting.append(row)
                continue
            self._matrix(heading, waiting)
            heading, waiting = (row, []) if kind == "mc_heading" else (None, [])
            if heading is None and kind:
                self._row(row, kind)
        self._matrix(heading, waiting)

    def _text(self, row: FormRow) -> Text:
        plain = {
            language: without_html(_MARKDOWN.sub("", text))
            for language, text in row.words("label").items()
        }
        name = row.get("name")
        return self._draft.text(plain) or Text(zh=name, en=name)

    def _say(self, text: str) -> Text:
        return self._draft.text(dict.fromkeys(list(self._draft.slots)[:1], text))

    def _choices(self, row: FormRow) -> list[Choice]:
        kind, rest = _kind(row)
        if kind == "sex":
            return [Choice("1", word("male")), Choice("2", word("female"))]
        found = [Choice(str(n), self._say(text)) for n, text in enumerate(_own(row), 1)]
        found = found or [
            Choice(entry.get("name"), self._text(entry)) for entry in self._form.lists.get(rest, ())
        ]
        if "or_add" in kind:
            found.append(Choice(str(len(found) + 1), said("form.other"), is_other=True))
        return found

    def _matrix(self, heading: FormRow | None, rows: Sequence[FormRow]) -> None:
        if heading is None:
            return
        draft = self._draft
        code = draft.names.fresh(heading.get("name"))
        choices = self._choices(heading)
        scale = draft.scale(choices, code)
        if scale is None or not rows:
            draft.add(Note(code=code, text=self._text(heading)))
            return
        items = []
        for row in rows:
            own = draft.names.fresh(row.get("name"))
            items.append(Item(code=own, text=self._text(row)))
            draft.know(row.get("name"), Column(own, values=draft.values(choices)))
            draft.wish("item", own, self._condition(row))
        is_required = all(row.get("optional") != "*" for row in rows)
        matrix = Matrix(
            code=code,
            text=self._text(heading),
            scale=scale,
            items=tuple(items),
            is_required=is_required,
        )
        draft.add(matrix, relevance=self._condition(heading))

    def _condition(self, row: FormRow) -> str:
        """Return the condition with R's signs turned into those expressions.py reads."""
        text = row.get("showif").strip().removeprefix("//js_only")
        for pattern, ours in (
            (r"(?<!&)&(?!&)", "&&"), (r"(?<!\|)\|(?!\|)", "||"), (r"\bTRUE\b", "1"),
            (r"\bis\.na\(", "is_empty("), (r"%contains(?:_word)?%", " contains "),
        ):  # fmt: skip
            text = re.sub(pattern, ours, text)
        return text

    def _row(self, row: FormRow, kind: str) -> None:
        draft, name = self._draft, row.get("name")
        if kind in _BLOCKS:
            draft.end_page()
        elif kind in _FILES:
            draft.lose("files", name)
        elif kind in _META:
            draft.lose("meta", name)
        elif kind == "calculate":
            draft.lose("computed", name, text=row.get("value")[:200])
        elif row.get("showif").strip().upper() == "FALSE":
            draft.lose("never_shown", name)
        else:
            choices = self._choices(row) if kind in _ONE | _SEVERAL else []
            question = self._question(row, kind, choices)
            code = draft.add(question, relevance=self._condition(row))
            draft.know_choice(name, code, choices)

    def _question(self, row: FormRow, kind: str, choices: list[Choice]) -> AnyQuestion:
        draft = self._draft
        code, text = draft.names.fresh(row.get("name")), self._text(row)
        if kind == "note":
            return Note(code=code, text=text)
        common: dict[str, Any] = {"is_required": row.get("optional") != "*"}
        facts: dict[str, Any] = {"code": code, "text": text, **common}
        if kind in _ONE:
            display = "dropdown" if kind.startswith("select") else "list"
            return choice_question(draft, code, text, choices, display=display, **common)
        if kind in _SEVERAL:
            return multiple_question(draft, code, text, choices, **common)
        if kind in _SPANS:
            return self._span(row, kind, facts)
        if kind == "number":
            return _number(row, facts)
        if kind in ("check", "check_button"):
            is_required = row.get("optional") == "!"
            return Consent(code=code, text=text, agree=word("yes"), is_required=is_required)
        if kind in _DATES:
            return Date(**facts, precision=_DATES[kind])
        if kind in _AS_TEXT:
            draft.lose("kind_as_text", code, kind=kind)
        return OpenText(**facts, is_long=kind == "textarea")

    def _span(self, row: FormRow, kind: str, facts: dict[str, Any]) -> AnyQuestion:
        """Return a rating or slider from the first to the second bound, its ends labelled."""
        low, high, step = _bounds(row)
        low, high, step = low or 0.0, 100.0 if high is None else high, step or 1.0
        if not low < high or (high - low) / step > 1000:
            low, high, step = 0.0, 100.0, 1.0
            self._draft.lose("bounds_assumed", str(facts["code"]))
        labels = _own(row)
        ends = [labels[0] if labels else "", labels[-1] if len(labels) > 1 else ""]
        count = int((high - low) / step) + 1
        if kind != "rating_button" or count > 11 or not step.is_integer() or low < 0:
            return Slider(
                **facts, low=low, high=high, step=step,
                low_label=self._say(ends[0]), high_label=self._say(ends[1]),
            )  # fmt: skip
        points = [str(int(low + place * step)) for place in range(count)]
        said_points = [f"{points[0]} {ends[0]}", *points[1:-1], f"{points[-1]} {ends[1]}"]
        choices = [
            Choice(name, self._say(label.strip()))
            for name, label in zip(points, said_points, strict=True)
        ]
        scale = self._draft.scale(choices, str(facts["code"]))
        assert scale is not None  # low < high, so there are two points
        self._draft.know(
            row.get("name"), Column(str(facts["code"]), values={n: int(n) for n in points})
        )
        return Rating(**facts, scale=scale)


def _bounds(row: FormRow) -> tuple[float | None, float | None, float | None]:
    parts = [part.strip() for part in _kind(row)[1].split(",")]
    found = [
        float(part) if re.fullmatch(r"-?\d{1,9}(?:\.\d{1,6})?", part) else None for part in parts
    ]
    found += [None] * 3
    if len(parts) == 1 and found[0] is not None:  # one number is the upper bound
        return 1.0, found[0], None
    return found[0], found[1], found[2]


def _number(row: FormRow, facts: dict[str, Any]) -> AnyQuestion:
    low, high, step = _bounds(row)
    if low is not None and high is not None and low >= high:
        low = high = None
    decimals = len(f"{step:g}".partition(".")[2]) if step else 0
    return Number(**facts, low=low, high=high, decimals=min(6, decimals))
