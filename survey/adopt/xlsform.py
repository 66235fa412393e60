"""XLSForm (.xlsx, .xls, .csv) of KoboToolbox, ODK and Ona: the inverse of publish/xlsform.

Groups become pages, groups on one list of answers become matrices. Checked by reading back
our own exports, and on the sample forms of pyxform and KoboToolbox.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from survey.adopt import xlsform_rules
from survey.adopt.adoption import Adoption
from survey.adopt.draft import (
    Choice,
    Draft,
    choice_question,
    multiple_question,
    ranking_question,
)
from survey.adopt.expressions import Unreadable, read_expression
from survey.adopt.formr import is_formr, read_formr
from survey.adopt.meaning import Column
from survey.adopt.tables import Sheet
from survey.adopt.words import slots, without_html
from survey.adopt.xlsform_sheets import Form, FormRow, form_of
from survey.problems import Problem, Refusal, refuse
from survey.publish.keys import COLUMN as KEY
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
from survey.questionnaire.scales import said

_SELECT = re.compile(
    r"^(?:add\s+)?(?P<kind>select[_ ]?one(?:_external|[_ ]from[_ ]file)?|select1"
    r"|select[_ ]multiple(?:[_ ]from[_ ]file)?|select all that apply|select one prompt using"
    r"|select multiple prompt using|rank)"
    r"(?:\s+from)?\s+(?P<list>\S+)(?:\s+(?P<other>or[_ ]other|or specify other))?$",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"^begin[_ ](?P<kind>group|repeat|loop|lgroup|looped group)\b", re.IGNORECASE)
_END = re.compile(r"^end[_ ](?:group|repeat|loop|lgroup|looped group)\b", re.IGNORECASE)
_TEXTS = frozenset({"text", "string", "phone number", "email"})
_WHOLE = frozenset({"integer", "int"})
_AS_TEXT = frozenset({"time", "datetime", "barcode", "url", "add time prompt"})
_FILES = frozenset(
    {"geopoint", "geotrace", "geoshape", "image", "photo", "audio", "video", "file", "osm",
     "background-audio", "background-geopoint", "add image prompt", "add audio prompt",
     "add video prompt", "add file prompt", "location", "gps", "xml-external", "csv-external"}
)  # fmt: skip
_META = re.compile(
    r"^(?:get |set )?(?:start|end|today|device ?id|subscriber ?id|sim ?(?:id|serial)|imei"
    r"|phone ?number|username|email|audit|uri:.*|start[_ ]time|end[_ ]time|form ?title|form ?id"
    r"|start-geopoint|simserial)$",
    re.IGNORECASE,
)
_COMPUTED = frozenset({"calculate", "hidden", "calculate_here", "xml"})
_YES = frozenset({"yes", "true", "true()", "1"})


@dataclass(slots=True)
class _Group:
    """A group of rows, and what is in it."""

    row: FormRow | None
    is_repeat: bool = False
    members: list["_Group | FormRow"] = field(default_factory=list)

    @property
    def appearance(self) -> str:
        """How the group is shown."""
        return self.row.get("appearance").lower() if self.row else ""


def read_xlsform(sheets: Sequence[Sheet], where: str) -> Adoption:
    """Return the questionnaire in the sheets of an XLSForm.

    Raises:
        Refusal: headers twice, unknown types, lists that do not exist, groups not closed; all
            of them at once, each with its cell.
    """
    form = form_of(sheets, where)
    if is_formr(form):
        return read_formr(form, where)
    problems = tuple(_problems(form, where))
    if problems:
        raise Refusal(*problems)
    draft = Draft(where, slots(form.languages, _sample(form)))
    title = form.settings.get("form_title", "")
    draft.title = Text(zh=title, en=title) if title else NO_TEXT
    draft.code = form.settings.get("form_id", "")
    for language in form.languages:
        if language not in draft.slots:
            draft.lose("language_lost", language=language)
    for name, meant in form.sheet_hints:
        draft.lose("sheet_misspelt", sheet=name, meant=meant)
    _Writer(form, draft).members(_tree(form, where).members, depth=0)
    return draft.finished("xlsform")


def _sample(form: Form) -> str:
    return " ".join(row.words("label").get("", "") for row in form.survey)


def _problems(form: Form, where: str) -> Iterator[Problem]:
    for row in form.survey:
        kind = row.get("type")
        if not kind:
            if row.get("name") and row.words("label"):
                yield _at(where, row, "adopt_type_missing", name=row.get("name"))
            continue
        found = _SELECT.match(kind)
        if found:
            listed = found["list"]
            if _is_outside(found["kind"]) or listed in form.lists or "${" in listed:
                continue
            yield _at(where, row, "adopt_list_missing", list=listed)
        elif not _is_known(kind.lower()):
            yield _at(where, row, "adopt_type_unknown", type=kind)


def _at(where: str, row: FormRow, code: str, **values: object) -> Problem:
    return Problem(code, f"{where} survey", row.number, MappingProxyType(values))


def _is_outside(kind: str) -> bool:
    """Return whether the answers of a select stand in a file of their own."""
    return "external" in kind.lower() or "file" in kind.lower()


def _is_known(kind: str) -> bool:
    return bool(
        kind in _TEXTS | _WHOLE | _AS_TEXT | _FILES | _COMPUTED
        or kind in ("decimal", "date", "range", "note", "acknowledge", "trigger")
        or _BEGIN.match(kind)
        or _END.match(kind)
        or _META.match(kind)
        or kind.split(" ")[0] in _FILES
    )


def _tree(form: Form, where: str) -> _Group:
    root = _Group(None)
    open_groups = [root]
    for row in form.survey:
        kind = row.get("type")
        begins = _BEGIN.match(kind)
        if begins:
            group = _Group(row, begins["kind"].lower() not in ("group",))
            open_groups[-1].members.append(group)
            open_groups.append(group)
            if len(open_groups) > 30:
                raise Refusal(_at(where, row, "adopt_groups_deep"))
        elif _END.match(kind):
            if len(open_groups) == 1:
                raise Refusal(_at(where, row, "adopt_group_unopened"))
            open_groups.pop()
        elif kind:
            open_groups[-1].members.append(row)
    if len(open_groups) > 1 and (unclosed := open_groups[-1].row) is not None:
        raise Refusal(_at(where, unclosed, "adopt_group_unclosed", name=unclosed.get("name")))
    return root


class _Writer:
    """Puts the rows into the draft."""

    def __init__(self, form: Form, draft: Draft) -> None:
        self._form = form
        self._draft = draft
        self._names: dict[str, str] = {}

    def members(
        self, members: Iterable[_Group | FormRow], *, depth: int, inherited: str = ""
    ) -> None:
        """Add rows and groups; ``inherited`` is the condition of groups that were dissolved."""
        for member in members:
            if isinstance(member, FormRow):
                self._row(member, inherited)
            else:
                self._group(member, depth=depth, inherited=inherited)

    def _text(self, row: FormRow, column: str = "label") -> Text:
        plain = {language: without_html(text) for language, text in row.words(column).items()}
        return self._draft.text(plain)

    def _title(self, row: FormRow) -> Text:
        name = row.get("name")
        return self._text(row) or Text(zh=name, en=name)

    def _choices(self, listed: str) -> list[Choice]:
        return [
            Choice(row.get("name"), self._text(row)) for row in self._form.lists.get(listed, ())
        ]

    # -- groups -----------------------------------------------------------------------------------

    def _group(self, group: _Group, *, depth: int, inherited: str) -> None:
        row = group.row
        assert row is not None
        relevance = _joined(inherited, row.get("relevant"))
        if group.is_repeat:
            self._draft.lose("repeat", row.get("name"))
        listed = self._grid_list(group)
        if listed is not None and self._matrix(group, listed, relevance):
            return
        if depth == 0:
            title = self._text(row)
            self._draft.page(row.get("name"), title, relevance=relevance)
            self.members(group.members, depth=1)
            self._draft.end_page()
            return
        if row.words("label"):
            code = self._draft.names.fresh(row.get("name"))
            self._draft.add(Note(code=code, text=self._text(row)), relevance=relevance)
        self._draft.lose("group_dissolved", row.get("name"))
        self.members(group.members, depth=depth + 1, inherited=relevance)

    def _grid_list(self, group: _Group) -> str | None:
        """Return the list that all rows of a grid answer on, None when it is no grid."""
        kinds = [
            _SELECT.match(member.get("type")) if isinstance(member, FormRow) else None
            for member in group.members
        ]
        looks = {
            member.get("appearance").lower().split(" ")[0]
            for member in group.members
            if isinstance(member, FormRow)
        }
        is_grid = "table-list" in group.appearance or looks in (
            {"likert"},
            {"label", "list-nolabel"},
        )
        lists = {found["list"] for found in kinds if found}
        if not is_grid or not kinds or not all(kinds) or len(lists) != 1:
            return None
        if any(_is_multiple(found["kind"]) for found in kinds if found):
            self._draft.lose("grid_of_multiples", group.row.get("name") if group.row else "")
            return None
        return lists.pop()

    def _matrix(self, group: _Group, listed: str, relevance: str) -> bool:
        row = group.row
        assert row is not None
        draft = self._draft
        choices = self._choices(listed)
        rows = [
            member
            for member in group.members
            if isinstance(member, FormRow) and member.get("appearance").lower() != "label"
        ]
        scale = draft.scale(choices, row.get("name"), listed.removeprefix("scale_"))
        if scale is None or not rows:
            return False
        items = []
        for member in rows:
            code = draft.names.fresh(member.get("name"))
            items.append(Item(code=code, text=self._title(member)))
            draft.know(member.get("name"), Column(code, values=draft.values(choices)))
            draft.keys[code] = member.get(KEY)
            draft.wish("item", code, member.get("relevant"))
            if member.get("constraint"):
                draft.lose("constraint", code, text=member.get("constraint")[:200])
        matrix = Matrix(
            code=draft.names.fresh(row.get("name")),
            text=self._text(row),
            help=self._text(row, "hint"),
            scale=scale,
            items=tuple(items),
            is_required=all(member.get("required").lower() in _YES for member in rows),
        )
        draft.add(matrix, relevance=relevance)
        return True

    # -- rows -------------------------------------------------------------------------------------

    def _row(self, row: FormRow, inherited: str) -> None:
        kind, name = row.get("type"), row.get("name")
        lower = kind.lower()
        draft = self._draft
        if lower in _COMPUTED:
            self._computed(row)
        elif _META.match(lower) and not (lower in _TEXTS and row.words("label")):
            if lower not in ("start", "end"):  # times of filling in are kept anyway
                draft.lose("meta", name or kind)
        elif lower in _FILES or lower.split(" ")[0] in _FILES:
            draft.lose("files", name)
        elif lower == "note" and name in ("introduction", "closing") and not inherited:
            setattr(draft, name, self._text(row))
        elif self._is_other_text(row):
            return
        else:
            self._question(row, inherited)

    def _computed(self, row: FormRow) -> None:
        text = row.get("calculation")
        try:
            if text:
                read_expression(text)
        except Unreadable:
            self._draft.lose("expression_wrong", row.get("name"), text=text[:200])
            return
        self._draft.lose("computed", row.get("name"), text=text[:200])

    def _is_other_text(self, row: FormRow) -> bool:
        """Take the text field of 其他 that our export puts after a choice into the choice."""
        last = self._draft.last
        if (
            row.get("type") != "text"
            or not isinstance(last, Single | Multiple)
            or row.get("name") != f"{last.code}_other"
        ):
            return False
        named = re.search(r"'([^']+)'", row.get("relevant"))
        chosen = named[1] if named else ""
        options = tuple(
            option.model_copy(update={"is_other": str(option.code) == chosen})
            for option in last.options
        )
        if not any(option.is_other for option in options):
            return False
        self._draft.change_last(last.model_copy(update={"options": options}))
        return True

    def _question(self, row: FormRow, inherited: str) -> None:
        draft, name = self._draft, row.get("name")
        code = draft.names.fresh(name)
        required = row.get("required").lower()
        if required and required not in (*_YES, "no", "false", "false()", "0"):
            draft.lose("required_sometimes", code, text=required[:200])
        common: dict[str, object] = {
            "help": self._text(row, "hint"),
            "is_required": required in _YES,
        }
        choices: list[Choice] = []
        found = _SELECT.match(row.get("type"))
        if found:
            choices = self._select_choices(row, found)
            question = self._select(row, code, found["kind"], choices, common)
        else:
            question = self._typed(row, code, common)
        if row.get("constraint"):
            message = self._text(row, "constraint_message")
            question = xlsform_rules.constrained(draft, question, row.get("constraint"), message)
        final = draft.add(question, relevance=_joined(inherited, row.get("relevant")))
        draft.keys[final] = row.get(KEY)
        draft.know_choice(name, final, choices)
        if row.get("constraint"):
            xlsform_rules.wish_check(draft, final, row, self._text(row, "constraint_message"))

    def _select_choices(self, row: FormRow, found: re.Match[str]) -> list[Choice]:
        draft, name = self._draft, row.get("name")
        if _is_outside(found["kind"]):
            draft.lose("outside_list", name, list=found["list"])
            return []
        choices = self._choices(found["list"])
        if found["other"]:
            choices.append(Choice("other", said("form.other"), is_other=True))
        if row.get("choice_filter"):
            draft.lose("choice_filter", name, text=row.get("choice_filter")[:200])
        return choices

    def _select(
        self,
        row: FormRow,
        code: str,
        kind: str,
        choices: list[Choice],
        common: dict[str, object],
    ) -> AnyQuestion:
        title = self._title(row)
        shuffle = "randomize=true" in row.get("parameters").replace(" ", "")
        if kind.lower() == "rank":
            return ranking_question(self._draft, code, title, choices, shuffle=shuffle, **common)
        if _is_multiple(kind):
            return multiple_question(self._draft, code, title, choices, shuffle=shuffle, **common)
        is_short = any(
            word in row.get("appearance").lower() for word in ("minimal", "autocomplete")
        )
        display = "dropdown" if is_short else "list"
        return choice_question(
            self._draft, code, title, choices, shuffle=shuffle, display=display, **common
        )

    def _typed(self, row: FormRow, code: str, common: dict[str, object]) -> AnyQuestion:
        kind, appearance = row.get("type").lower(), row.get("appearance").lower()
        facts = {"code": code, "text": self._title(row), **common}
        if kind == "note":
            return Note(code=code, text=self._title(row), help=self._text(row, "hint"))
        if kind in ("acknowledge", "trigger"):
            agree = self._text(row, "hint") or said("form.agree")
            return Consent(**{**facts, "help": NO_TEXT, "agree": agree})  # type: ignore[arg-type]
        if kind in _WHOLE:
            return Number(**facts)  # type: ignore[arg-type]
        if kind == "decimal":
            return Number(**facts, decimals=xlsform_rules.DECIMALS)  # type: ignore[arg-type]
        if kind == "range":
            return self._slider(row, facts)
        if kind == "date":
            precision = "month" if "month-year" in appearance else "day"
            precision = "year" if appearance == "year" else precision
            return Date(**facts, precision=precision)  # type: ignore[arg-type]
        if kind in _AS_TEXT:
            self._draft.lose("kind_as_text", code, kind=kind)
        return OpenText(**facts, is_long="multiline" in appearance)  # type: ignore[arg-type]

    def _slider(self, row: FormRow, facts: dict[str, object]) -> Slider:
        given = dict(re.findall(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)", row.get("parameters")))
        low, high = float(given.get("start", 1)), float(given.get("end", 10))
        step = float(given.get("step", 1))
        if not (low < high and step > 0 and max(abs(low), abs(high)) < 1e12):
            raise refuse("adopt_range", self._draft.name, row=row.number, low=low, high=high)
        return Slider(**facts, low=low, high=high, step=step)  # type: ignore[arg-type]


def _is_multiple(kind: str) -> bool:
    return "multiple" in kind.lower() or "all that apply" in kind.lower()


def _joined(first: str, second: str) -> str:
    if first and second:
        return f"({first}) and ({second})"
    return first or second
