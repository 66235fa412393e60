"""SurveyJS JSON: the inverse of publish/surveyjs.

Panels are dissolved into their page. Checked by reading back our own exports.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey.adopt.adoption import Adoption
from survey.adopt.draft import (
    Choice,
    Draft,
    choice_question,
    multiple_question,
    ranking_question,
)
from survey.adopt.limesurvey import word
from survey.adopt.meaning import Column
from survey.adopt.words import slots, without_html
from survey.problems import refuse
from survey.questionnaire.base import NO_TEXT, Text
from survey.questionnaire.questions import (
    AnyQuestion,
    Attention,
    Blank,
    Blanks,
    Consent,
    Date,
    Item,
    Line,
    Matrix,
    Multiple,
    Note,
    Number,
    NumberMatrix,
    OpenText,
    Rating,
    Slider,
)
from survey.questionnaire.scales import said

Json = Mapping[str, Any]
_DEEPEST = 12
_TEXT_KEYS = ("title", "text", "description", "html", "label", "completedHtml")


def is_surveyjs(data: object) -> bool:
    """Return whether JSON data is a SurveyJS form."""
    return isinstance(data, dict) and any(
        isinstance(data.get(key), list) for key in ("pages", "elements", "questions")
    )


def read_surveyjs(data: Json, where: str) -> Adoption:
    """Return the questionnaire in a SurveyJS form.

    Raises:
        Refusal: an entry has another form than SurveyJS gives it, or nothing is asked.
    """
    locale = data.get("locale")
    base = locale if isinstance(locale, str) and locale else "default"
    named = dict.fromkeys(_languages(data, 0))
    languages = [base, *(name for name in named if name not in ("default", base))]
    plain = [name if name != "default" else "" for name in languages]
    draft = Draft(where, slots(plain, str(data)[:20000]))
    for name in plain:
        if name not in draft.slots:
            draft.lose("language_lost", language=name)
    _Reader(draft, plain[0]).form(data)
    return draft.finished("surveyjs")


def _languages(value: object, depth: int) -> Iterator[str]:
    if depth > 40:
        return
    if isinstance(value, dict):
        for key, content in value.items():
            if key in _TEXT_KEYS and isinstance(content, dict):
                yield from (str(name) for name in content)
            else:
                yield from _languages(content, depth + 1)
    elif isinstance(value, list):
        for content in value:
            yield from _languages(content, depth + 1)


class _Reader:
    """Puts pages and elements into the draft."""

    def __init__(self, draft: Draft, base: str) -> None:
        self._draft = draft
        self._base = base

    def _say(self, content: object) -> Text:
        if isinstance(content, dict):
            words = {
                self._base if name == "default" else str(name): without_html(str(text))
                for name, text in content.items()
            }
        elif content is None:
            return NO_TEXT
        else:
            words = {self._base: without_html(str(content))}
        return self._draft.text(words)

    def _list(self, owner: Json, key: str) -> list[Any]:
        found = owner.get(key, [])
        if not isinstance(found, list):
            raise refuse("adopt_shape", self._draft.name, entry=key)
        return found

    def form(self, data: Json) -> None:
        """Add everything."""
        draft = self._draft
        draft.title = self._say(data.get("title"))
        draft.introduction = self._say(data.get("description"))
        draft.closing = self._say(data.get("completedHtml"))
        for trigger in self._list(data, "triggers"):
            draft.lose("flow", kind="trigger", text=str(trigger)[:200])
        for value in self._list(data, "calculatedValues"):
            draft.lose("computed", "", text=str(value)[:200])
        pages = self._list(data, "pages") or [
            {"elements": data.get("elements", data.get("questions"))}
        ]
        for page in pages:
            if not isinstance(page, dict):
                raise refuse("adopt_shape", draft.name, entry="pages")
            title = self._say(page.get("title"))
            draft.page(str(page.get("name", "")), title, relevance=_expression(page, "visibleIf"))
            if page.get("questionOrder", page.get("questionsOrder")) == "random":
                draft.lose("random_order", str(page.get("name", "")))
            self._elements(page, depth=0, inherited="")

    def _elements(self, owner: Json, *, depth: int, inherited: str) -> None:
        if depth > _DEEPEST:
            raise refuse("adopt_groups_deep", self._draft.name)
        key = "elements" if "elements" in owner else "questions"
        for element in self._list(owner, key):
            if not isinstance(element, dict):
                raise refuse("adopt_shape", self._draft.name, entry="elements")
            shown = _expression(element, "visibleIf")
            relevance = (
                f"({inherited}) and ({shown})" if inherited and shown else inherited or shown
            )
            if element.get("type") in ("panel", "paneldynamic"):
                self._panel(element, depth=depth, relevance=relevance)
            else:
                self._element(element, relevance)

    def _panel(self, element: Json, *, depth: int, relevance: str) -> None:
        name = str(element.get("name", ""))
        title = self._say(element.get("title"))
        if title:
            code = self._draft.names.fresh(name)
            self._draft.add(Note(code=code, text=title), relevance=relevance)
        self._draft.lose("group_dissolved", name)
        if element.get("type") == "paneldynamic":
            self._draft.lose("repeat", name)
            element = {"elements": element.get("templateElements", [])}
        self._elements(element, depth=depth + 1, inherited=relevance)

    # -- questions --------------------------------------------------------------------------------

    def _element(self, element: Json, relevance: str) -> None:
        draft, kind, name = (
            self._draft,
            str(element.get("type", "text")),
            str(element.get("name", "")),
        )
        if kind in ("file", "image", "signaturepad"):
            draft.lose("files", name)
            return
        if kind == "expression":
            draft.lose("computed", name, text=str(element.get("expression", ""))[:200])
            return
        code = draft.names.fresh(name)
        made, choices = self._made(element, kind, code)
        if _expression(element, "requiredIf"):
            draft.lose("required_sometimes", code, text=_expression(element, "requiredIf")[:200])
        for key in ("enableIf", "choicesVisibleIf", "setValueExpression", "choicesByUrl"):
            if element.get(key):
                draft.lose("part_condition", code, text=str(element[key])[:200])
        final = draft.add(made, relevance=relevance)
        if not isinstance(made, Matrix | Blanks | NumberMatrix):
            draft.know_choice(name, final, choices)
        self._know_parts(name, made, final)
        self._validators(element, final)

    def _know_parts(self, name: str, made: AnyQuestion, code: str) -> None:
        draft = self._draft
        match made:
            case Blanks():
                for blank in made.fields:
                    is_text = blank.answer != "number"
                    own = Column(f"{code}_{blank.code}", is_text=is_text, is_whole=False)
                    draft.know(f"{name}.{blank.code}", own)
            case NumberMatrix():
                for row in made.rows:
                    for line in made.columns:
                        own = Column(f"{code}_{row.code}_{line.code}", is_whole=False)
                        draft.know(f"{name}.{row.code}.{line.code}", own)
            case Consent():
                draft.columns[name] = Column(code, values={"true": 1}, yes="true")

    def _validators(self, element: Json, code: str) -> None:
        for validator in self._list(element, "validators"):
            if not isinstance(validator, dict):
                continue
            if validator.get("type") in ("expression", "expressionvalidator"):
                text = str(validator.get("expression", ""))
                self._draft.wish("check", code, text, self._say(validator.get("text")))
            elif validator.get("type") not in ("regex", "regexvalidator"):
                self._draft.lose("constraint", code, text=str(dict(validator))[:200])

    def _made(self, element: Json, kind: str, code: str) -> tuple[AnyQuestion, list[Choice]]:
        draft = self._draft
        text = self._say(element.get("title")) or self._say(element.get("name")) or self._say(code)
        common: dict[str, object] = {
            "help": self._say(element.get("description")),
            "is_required": bool(element.get("isRequired", element.get("eachRowRequired", False))),
        }
        facts: dict[str, object] = {"code": code, "text": text, **common}
        shuffle = element.get("choicesOrder") == "random"
        match kind:
            case "html":
                return Note(code=code, text=self._say(element.get("html")) or text), []
            case "boolean":
                return self._boolean(element, facts, common)
            case "radiogroup" | "dropdown" | "buttongroup" | "imagepicker":
                return self._single(element, kind, code, text=text, common=common)
            case "checkbox" | "tagbox":
                choices = self._choices(element)
                made = multiple_question(draft, code, text, choices, shuffle=shuffle, **common)
                return self._limited(made, element), choices
            case "ranking":
                choices = self._choices(element)
                most = element.get("maxSelectedChoices")
                is_part = isinstance(most, int) and 0 < most <= len(choices)
                ranks = {"ranks": most} if is_part else {}
                made = ranking_question(
                    draft, code, text, choices, shuffle=shuffle, **common, **ranks
                )
                return made, choices
            case "rating":
                return self._rating(element, facts)
            case "matrix":
                return self._matrix(element, facts), []
            case "matrixdropdown" | "multipletext":
                return self._table(element, kind, facts), []
            case _:
                return self._typed(element, kind, facts), []

    def _boolean(
        self, element: Json, facts: dict[str, object], common: dict[str, object]
    ) -> tuple[AnyQuestion, list[Choice]]:
        if element.get("renderAs") == "checkbox":
            agree = self._say(element.get("label")) or said("form.agree")
            return Consent(**facts, agree=agree), []  # type: ignore[arg-type]
        yes = self._say(element.get("labelTrue")) or word("yes")
        no = self._say(element.get("labelFalse")) or word("no")
        choices = [Choice("true", yes), Choice("false", no)]
        text = facts["text"]
        assert isinstance(text, Text)
        return choice_question(self._draft, str(facts["code"]), text, choices, **common), choices

    def _single(
        self, element: Json, kind: str, code: str, *, text: Text, common: dict[str, object]
    ) -> tuple[AnyQuestion, list[Choice]]:
        choices = self._choices(element)
        correct = element.get("correctAnswer")
        if isinstance(correct, int) and str(correct) in self._draft.values(choices):
            scale = self._draft.scale(choices, code)
            if scale is not None:
                right = self._draft.values(choices)[str(correct)]
                facts = {"code": code, "text": text, "scale": scale, "correct": right, **common}
                return Attention(**facts), choices  # type: ignore[arg-type]
        made = choice_question(
            self._draft,
            code,
            text,
            choices,
            display="dropdown" if kind == "dropdown" else "list",
            shuffle=element.get("choicesOrder") == "random",
            **common,
        )
        return made, choices

    def _limited(self, made: AnyQuestion, element: Json) -> AnyQuestion:
        if not isinstance(made, Multiple):
            return made
        least, most = element.get("minSelectedChoices"), element.get("maxSelectedChoices")
        count = len(made.options)
        low = least if isinstance(least, int) and 0 <= least <= count else 0
        high = most if isinstance(most, int) and max(low, 1) <= most <= count else None
        return made.model_copy(update={"least": low, "most": high})

    def _choices(self, element: Json, key: str = "choices") -> list[Choice]:
        found = []
        for entry in self._list(element, key):
            if isinstance(entry, dict):
                value = entry.get("value", "")
                label = self._say(entry.get("text", value))
                exclusive = entry.get("isExclusive") is True
                if entry.get("visibleIf"):
                    self._draft.lose(
                        "part_condition",
                        str(element.get("name", "")),
                        text=str(entry["visibleIf"])[:200],
                    )
                found.append(Choice(str(value), label, is_exclusive=exclusive))
            elif isinstance(entry, str | int | float):
                found.append(Choice(str(entry), self._say(entry)))
        extras = (
            ("Other", "other", "otherText"), ("None", "none", "noneText"),
        )  # fmt: skip
        for name, value, label_key in extras if key == "choices" else ():
            if element.get(f"has{name}") is True or element.get(f"show{name}Item") is True:
                label = self._say(element.get(label_key)) or (
                    said("form.other") if value == "other" else self._say(value)
                )
                found.append(
                    Choice(value, label, is_other=value == "other", is_exclusive=value == "none")
                )
        is_commented = element.get("showCommentArea") is True or element.get("hasComment") is True
        if is_commented and found and key == "choices":
            # The comment of our own exports belongs to the option they do not mark.
            found = _marked(found)
        return found

    def _rating(self, element: Json, facts: dict[str, object]) -> tuple[AnyQuestion, list[Choice]]:
        from survey.questionnaire.questions import Nps

        low, high = element.get("rateMin", 1), element.get("rateMax", 5)
        if (low, high) == (0, 10):
            left = self._say(element.get("minRateDescription"))
            right = self._say(element.get("maxRateDescription"))
            return Nps(**facts, low_label=left, high_label=right), []  # type: ignore[arg-type]
        choices = self._choices(element, "rateValues")
        if not choices and isinstance(low, int) and isinstance(high, int) and 0 < high - low < 100:
            choices = [Choice(str(n), self._say(n)) for n in range(low, high + 1)]
        scale = self._draft.scale(choices, str(facts["code"]))
        if scale is None:
            return OpenText(**facts), []  # type: ignore[arg-type]
        display = "stars" if element.get("rateType") in ("stars", "smileys") else "buttons"
        return Rating(**facts, scale=scale, display=display), choices  # type: ignore[arg-type]

    def _matrix(self, element: Json, facts: dict[str, object]) -> AnyQuestion:
        draft, name = self._draft, str(element.get("name", ""))
        choices, rows = self._choices(element, "columns"), self._rows(element, "rows")
        scale = draft.scale(choices, str(facts["code"]))
        if scale is None or not rows:
            draft.lose("kind_as_text", name, kind="matrix")
            return OpenText(**facts)  # type: ignore[arg-type]
        correct = element.get("correctAnswer")
        values = draft.values(choices)
        items = []
        for value, text, shown in rows:
            code = draft.names.fresh(value)
            draft.know(f"{name}.{value}", Column(code, values=values))
            draft.wish("item", code, shown)
            right = correct.get(value) if isinstance(correct, dict) else None
            items.append(Item(code=code, text=text, correct=values.get(str(right))))
        shuffle = element.get("rowOrder", element.get("rowsOrder")) == "random"
        return Matrix(**facts, scale=scale, items=tuple(items), shuffle=shuffle)  # type: ignore[arg-type]

    def _rows(self, element: Json, key: str) -> list[tuple[str, Text, str]]:
        found = []
        for entry in self._list(element, key):
            if isinstance(entry, dict):
                value = str(entry.get("value", entry.get("name", "")))
                text = self._say(entry.get("text", entry.get("title", value)))
                found.append((value, text, _expression(entry, "visibleIf")))
            else:
                found.append((str(entry), self._say(entry), ""))
        return found

    def _table(self, element: Json, kind: str, facts: dict[str, object]) -> AnyQuestion:
        from survey.adopt.names import Names

        names = Names("F")
        if kind == "multipletext":
            answers = {"number": "number", "date": "date"}
            items = [entry for entry in self._list(element, "items") if isinstance(entry, dict)]
            fields = tuple(
                Blank(
                    code=names.fresh(str(item.get("name", "")))[:18],
                    label=self._say(item.get("title", item.get("name"))),
                    answer=answers.get(str(item.get("inputType")), "text"),  # type: ignore[arg-type]
                )
                for item in items
            )
            return Blanks(**facts, fields=fields) if fields else OpenText(**facts)  # type: ignore[arg-type]
        columns = [entry for entry in self._list(element, "columns") if isinstance(entry, dict)]
        rows, lines = self._rows(element, "rows"), self._rows(element, "columns")
        if not rows or not lines or any(c.get("inputType") != "number" for c in columns):
            self._draft.lose("kind_as_text", str(facts["code"]), kind=kind)
            return OpenText(**facts)  # type: ignore[arg-type]
        low, high = _bounds(columns[0])
        return NumberMatrix(
            **facts,  # type: ignore[arg-type]
            rows=tuple(Line(code=names.fresh(v)[:18], label=t) for v, t, _ in rows),
            columns=tuple(Line(code=names.fresh(v)[:18], label=t) for v, t, _ in lines),
            low=low,
            high=high,
            decimals=2,
        )

    def _typed(self, element: Json, kind: str, facts: dict[str, object]) -> AnyQuestion:
        kind_of_input = element.get("inputType", "text")
        low, high = _bounds(element)
        if kind == "slider" or (kind == "text" and kind_of_input == "range"):
            step = element.get("step", 1)
            step = float(step) if isinstance(step, int | float) and 0 < step < 1e9 else 1.0
            low, high = (0.0 if low is None else low), (100.0 if high is None else high)
            return Slider(**facts, low=low, high=max(high, low + step), step=step)  # type: ignore[arg-type]
        if kind not in ("text", "comment"):
            self._draft.lose("kind_as_text", str(facts["code"]), kind=kind)
        if kind == "text" and kind_of_input == "number":
            return Number(**facts, low=low, high=high, decimals=_places(element.get("step")))  # type: ignore[arg-type]
        if kind == "text" and kind_of_input in ("date", "month", "datetime-local"):
            days = {"earliest": _day(element.get("min")), "latest": _day(element.get("max"))}
            precision = "month" if kind_of_input == "month" else "day"
            return Date(**facts, precision=precision, **days)  # type: ignore[arg-type]
        longest = element.get("maxLength")
        return OpenText(
            **facts,  # type: ignore[arg-type]
            is_long=kind == "comment",
            longest=longest if isinstance(longest, int) and longest > 0 else None,
            pattern=self._pattern(element),
        )

    def _pattern(self, element: Json) -> str | None:
        for validator in self._list(element, "validators"):
            if isinstance(validator, dict) and validator.get("type") in ("regex", "regexvalidator"):
                text = str(validator.get("regex", ""))
                found = re.fullmatch(r"\^\(\?:(.*)\)\$", text, re.DOTALL) or re.fullmatch(
                    r"\^(.*)\$", text, re.DOTALL
                )
                try:
                    if found and re.compile(found[1]):
                        return found[1]
                except (re.error, RecursionError, OverflowError):
                    pass  # told below
                self._draft.lose("pattern", str(element.get("name", "")), text=text[:200])
        return None


def _marked(choices: Sequence[Choice]) -> list[Choice]:
    """Return the choices with the one that is worded as "other" marked, if there is one."""
    from dataclasses import replace

    pattern = re.compile(r"^(?:其[他它]|others?\b|请注明)", re.IGNORECASE)
    return [replace(c, is_other=bool(pattern.match(c.label.zh or c.label.en))) for c in choices]


def _expression(owner: Json, key: str) -> str:
    found = owner.get(key)
    return found if isinstance(found, str) else ""


def _bounds(owner: Json) -> tuple[float | None, float | None]:
    def number(value: object) -> float | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if is_number and abs(value) < 1e12 else None  # type: ignore[arg-type]

    low, high = number(owner.get("min")), number(owner.get("max"))
    if low is not None and high is not None and low >= high:
        return None, None
    return low, high


def _places(step: object) -> int:
    if not isinstance(step, int | float) or step <= 0 or step >= 1:
        return 0 if isinstance(step, int | float) and step >= 1 else 2
    from math import ceil, log10

    return min(6, ceil(-log10(step)))


def _day(text: object) -> object:
    from datetime import date

    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
