"""REDCap's data dictionary (CSV): the inverse of publish/redcap.

Fields of one matrix group become one matrix. Checked by reading back our own exports, and on
the dictionaries of REDCapR.
"""

import re
from collections.abc import Iterable, Sequence

from survey.adopt.adoption import Adoption
from survey.adopt.draft import Choice, Draft, choice_question, multiple_question
from survey.adopt.meaning import Column
from survey.adopt.tables import Row
from survey.adopt.words import slots, without_html
from survey.problems import Problem, Refusal
from survey.publish.redcap import (
    ANNOTATION,
    CHOICES,
    FORM,
    HIGH,
    LABEL,
    LOGIC,
    LOW,
    MATRIX,
    NAME,
    NOTE,
    RANKING,
    REQUIRED,
    SECTION,
    TYPE,
    VALIDATION,
)
from survey.questionnaire.base import NO_TEXT, Text
from survey.questionnaire.questions import (
    AnyQuestion,
    Consent,
    Date,
    Item,
    Matrix,
    Multiple,
    Note,
    Number,
    OpenText,
    Single,
    Slider,
)

Field = dict[str, str]
_HEADS = {
    "field_name": NAME, "form_name": FORM, "section_header": SECTION, "field_type": TYPE,
    "field_label": LABEL, "select_choices_or_calculations": CHOICES, "field_note": NOTE,
    "text_validation_type_or_show_slider_number": VALIDATION, "text_validation_min": LOW,
    "text_validation_max": HIGH, "branching_logic": LOGIC, "required_field": REQUIRED,
    "matrix_group_name": MATRIX, "matrix_ranking": RANKING,
    "field_annotation": ANNOTATION,
}  # fmt: skip
"""The same columns as the API spells them."""
_CHOICE = re.compile(r"\s*([^,|]*?)\s*,\s*(.*)", re.DOTALL)
_TYPES = frozenset(
    {"text", "notes", "radio", "dropdown", "checkbox", "yesno", "truefalse", "slider", "calc",
     "descriptive", "file", "sql"}
)  # fmt: skip


def is_redcap(rows: Sequence[Row]) -> bool:
    """Return whether the rows are a data dictionary."""
    if not rows:
        return False
    heads = {(cell or "").strip() for cell in rows[0][1]}
    return {NAME, TYPE} <= heads or {"field_name", "field_type"} <= heads


def read_redcap(rows: Sequence[Row], where: str) -> Adoption:
    """Return the questionnaire in the rows of a dictionary.

    Raises:
        Refusal: fields without a name or of an unknown type; all of them, with their rows.
    """
    heads = [_HEADS.get((cell or "").strip(), (cell or "").strip()) for cell in rows[0][1]]
    fields = [
        (number, {head: (cell or "").strip() for head, cell in zip(heads, cells, strict=False)})
        for number, cells in rows[1:]
    ]
    problems = tuple(_problems(fields, where))
    if problems:
        raise Refusal(*problems)
    said = " ".join(field.get(LABEL, "") for _, field in fields)
    draft = Draft(where, slots([""], said))
    _Reader(draft).fields([field for _, field in fields])
    return draft.finished("redcap")


def _problems(fields: Iterable[tuple[int, Field]], where: str) -> Iterable[Problem]:
    for number, field in fields:
        if not field.get(NAME):
            yield Problem("adopt_row_short", where, number)
        elif field.get(TYPE, "") not in _TYPES:
            yield Problem("adopt_type_unknown", where, number, values={"type": field.get(TYPE, "")})


class _Reader:
    """Puts the fields into the draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._form: str | None = None
        self._stems: dict[str, Text] = {}

    def _say(self, text: str) -> Text:
        return self._draft.text({"": without_html(text)})

    def fields(self, fields: Sequence[Field]) -> None:
        """Add all fields; those of one matrix together."""
        self._stems = {
            field.get(NAME, "").removesuffix("_stem"): self._say(field.get(LABEL, ""))
            for field in fields
            if field.get(TYPE) == "descriptive"
        }
        place = 0
        while place < len(fields):
            field = fields[place]
            self._page(field)
            group = field.get(MATRIX, "")
            end = place + 1
            while group and end < len(fields) and fields[end].get(MATRIX, "") == group:
                end += 1
            if group and self._matrix(fields[place:end], group):
                place = end
                continue
            if not self._is_stem(fields, place) and not self._is_other(field):
                self._field(field)
            place += 1

    def _page(self, field: Field) -> None:
        form, title = field.get(FORM, ""), field.get(SECTION, "")
        if form == self._form and not title:
            return
        if self._form is None:
            self._draft.code = form
        self._form = form
        # Our own exports name every form alike; a name like that says nothing to a reader.
        self._draft.page("", self._say(title))

    @staticmethod
    def _is_stem(fields: Sequence[Field], place: int) -> bool:
        """Return whether the text is the stem of the matrix below it, as our exports write it."""
        field = fields[place]
        following = fields[place + 1].get(MATRIX, "") if place + 1 < len(fields) else ""
        return (
            field.get(TYPE) == "descriptive"
            and bool(following)
            and field.get(NAME, "").removesuffix("_stem") == following
        )

    def _is_other(self, field: Field) -> bool:
        """Take the text of 其他 that our exports put after a choice into the choice."""
        last = self._draft.last
        if (
            field.get(TYPE) != "text"
            or not isinstance(last, Single | Multiple)
            or field.get(NAME) != f"{last.code}_other"
        ):
            return False
        own = re.escape(last.code)
        found = re.search(
            rf"\[{own}\((\d+)\)\]\s*=\s*'1'\)?$|\[{own}\]\s*=\s*'(\d+)'\)?$", field.get(LOGIC, "")
        )
        named = next((group for group in found.groups() if group), "") if found else ""
        if named not in {str(option.code) for option in last.options}:
            return False
        options = tuple(
            option.model_copy(update={"is_other": str(option.code) == named})
            for option in last.options
        )
        self._draft.change_last(last.model_copy(update={"options": options}))
        return True

    def _choices(self, text: str) -> list[Choice]:
        found = []
        for part in text.split("|"):
            match = _CHOICE.fullmatch(part)
            name, label = (match[1], match[2]) if match else (part.strip(), part.strip())
            if name or label:
                found.append(Choice(name, self._say(label) or self._say(name)))
        return found

    def _matrix(self, fields: Sequence[Field], group: str) -> bool:
        draft = self._draft
        if any(field.get(TYPE) != "radio" for field in fields):
            draft.lose("grid_of_multiples", group)
            return False
        choices = self._choices(fields[0].get(CHOICES, ""))
        scale = draft.scale(choices, group)
        if scale is None:
            return False
        if any(field.get(RANKING) for field in fields):
            draft.lose("ranked_matrix", group)
        items = []
        logic = {field.get(LOGIC, "") for field in fields}
        for field in fields:
            code = draft.names.fresh(field[NAME])
            draft.know(field[NAME], Column(code, values=draft.values(choices)))
            draft.keys[code] = field.get(ANNOTATION, "")
            if len(logic) > 1:
                draft.wish("item", code, field.get(LOGIC, ""))
            items.append(Item(code=code, text=self._say(field.get(LABEL, ""))))
        matrix = Matrix(
            code=draft.names.fresh(group),
            text=self._stems.get(group, NO_TEXT),
            scale=scale,
            items=tuple(items),
            is_required=all(field.get(REQUIRED, "").lower() == "y" for field in fields),
        )
        draft.add(matrix, relevance=logic.pop() if len(logic) == 1 else "")
        return True

    def _field(self, field: Field) -> None:
        draft, kind, name = self._draft, field[TYPE], field[NAME]
        if kind == "calc":
            draft.lose("computed", name, text=field.get(CHOICES, "")[:200])
            return
        if kind == "file":
            draft.lose("files", name)
            return
        if name == "record_id" and kind == "text":  # a number REDCap gives
            draft.lose("meta", name)
            return
        code = draft.names.fresh(name)
        draft.keys[code] = field.get(ANNOTATION, "")
        choices = self._answers(field)
        common: dict[str, object] = {
            "help": self._say(field.get(NOTE, "")),
            "is_required": field.get(REQUIRED, "").lower() == "y",
        }
        text = self._say(field.get(LABEL, "")) or self._say(name)
        question = self._made(field, code, text, choices=choices, common=common)
        final = draft.add(question, relevance=field.get(LOGIC, ""))
        draft.know_choice(name, final, choices)
        if isinstance(question, Consent):
            draft.columns[name] = Column(final, parts={c.name: final for c in choices})

    def _answers(self, field: Field) -> list[Choice]:
        from survey.adopt.limesurvey import word

        match field[TYPE]:
            case "radio" | "dropdown" | "checkbox":
                return self._choices(field.get(CHOICES, ""))
            case "yesno":
                return [Choice("1", word("yes")), Choice("0", word("no"))]
            case "truefalse":
                return [Choice("1", word("right")), Choice("0", word("wrong"))]
            case _:
                return []

    def _made(
        self,
        field: Field,
        code: str,
        text: Text,
        *,
        choices: list[Choice],
        common: dict[str, object],
    ) -> AnyQuestion:
        facts: dict[str, object] = {"code": code, "text": text, **common}
        match field[TYPE]:
            case "radio" | "yesno" | "truefalse":
                return choice_question(self._draft, code, text, choices, **common)
            case "dropdown":
                return choice_question(
                    self._draft, code, text, choices, display="dropdown", **common
                )
            case "checkbox":
                return multiple_question(self._draft, code, text, choices, **common)
            case "descriptive":
                return Note(code=code, text=text)
            case "slider":
                low, high = _bounds(field)
                low, high = (0.0 if low is None else low), (100.0 if high is None else high)
                if low >= high:
                    low, high = 0.0, 100.0
                return Slider(**facts, low=low, high=high)  # type: ignore[arg-type]
            case "notes":
                return OpenText(**facts, is_long=True)  # type: ignore[arg-type]
            case "sql":
                self._draft.lose("outside_list", code, list=field.get(CHOICES, "")[:80])
                return OpenText(**facts)  # type: ignore[arg-type]
            case _:
                return self._typed(field, facts)

    def _typed(self, field: Field, facts: dict[str, object]) -> AnyQuestion:
        kind = field.get(VALIDATION, "")
        low, high = _bounds(field)
        if low is not None and high is not None and low >= high:
            low = high = None
        if kind in ("integer", "int"):
            return Number(**facts, low=low, high=high)  # type: ignore[arg-type]
        if kind.startswith("number") or kind == "float":
            places = re.search(r"(\d)dp", kind)
            decimals = min(6, int(places[1])) if places else 2
            return Number(**facts, low=low, high=high, decimals=decimals)  # type: ignore[arg-type]
        if kind in ("date_ymd", "date_mdy", "date_dmy"):
            days = {"earliest": _day(field.get(LOW, "")), "latest": _day(field.get(HIGH, ""))}
            return Date(**facts, **days)  # type: ignore[arg-type]
        if kind:
            self._draft.lose("validation", str(facts["code"]), kind=kind)
        return OpenText(**facts)  # type: ignore[arg-type]


def _bounds(field: Field) -> tuple[float | None, float | None]:
    def number(text: str) -> float | None:
        return float(text) if re.fullmatch(r"-?\d{1,12}(?:\.\d{1,9})?", text) else None

    return number(field.get(LOW, "")), number(field.get(HIGH, ""))


def _day(text: str) -> object:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
