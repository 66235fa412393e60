"""REDCap's data dictionary (CSV, 18 columns), uploaded to a project there.

Names are lower case there; ranks and matrices keep one variable each. REDCap's logic knows
no "not", so conditions are written with it pushed down to the comparisons.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from survey.publish.export import Export, Loss, loss, merged
from survey.publish.keys import keys_of
from survey.publish.plain import Plain, owner_of, plain, shared_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.base import Text
from survey.questionnaire.conditions import (
    All,
    Answered,
    Any,
    Between,
    Condition,
    Is,
    Not,
    both,
)
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
from survey.questionnaire.scales import said

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
NAME, FORM, SECTION, TYPE, LABEL, CHOICES, NOTE, VALIDATION, LOW, HIGH, _ID, LOGIC, REQUIRED = (
    COLUMNS[:13]
)
MATRIX, RANKING, ANNOTATION = COLUMNS[15:18]
DONT_KNOW = "dk"
LONGEST_NAME = 26
Row = dict[str, str]


class Maker(Protocol):
    """Returns a row of one question."""

    def __call__(self, kind: str, code: str, label: str, **entries: str) -> Row: ...


class _Names:
    """REDCap's name for each of our variables."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, code: str) -> str:
        """Return ``code`` in lower case, cut to 26 characters, unlike every other."""
        if code not in self.known:
            base = code.lower()
            found, number = base[:LONGEST_NAME], 2
            while found in self.known.values():
                tail = f"_{number}"
                found, number = base[: LONGEST_NAME - len(tail)] + tail, number + 1
            self.known[code] = found
        return self.known[code]


def redcap_rows(
    questionnaire: Questionnaire, *, role: str | None = None, language: str = "zh"
) -> tuple[list[Row], tuple[Loss, ...]]:
    """Return the rows of the dictionary in one language and what they cannot hold.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = plain(questionnaire, role=role, languages=(language,))
    losses = list(shared_losses(form.questionnaire, can=frozenset({"keys"})))
    losses += text_losses(
        form.questionnaire, "title", "introduction", "closing", "one_language", ends_of=("nps",)
    )
    names = _Names()
    rows: list[Row] = [{NAME: "record_id", TYPE: "text", LABEL: "Record ID"}]
    for page in form.questionnaire.pages:
        section = form.say(page.title)
        for question in page.questions:
            shown = both(page.show_if, question.show_if)
            for row in _question(form, question, names=names, shown=shown, losses=losses):
                if section:
                    row[SECTION], section = section, ""
                rows.append(row)
    keys = {names.of(code): note for code, note in keys_of(form.questionnaire).items()}
    for row in rows:
        if row[NAME] in keys:
            row[ANNOTATION] = keys[row[NAME]]
        row[FORM] = form.questionnaire.code.lower()
    changed = [ours for ours, theirs in names.known.items() if theirs != ours.lower()]
    losses.append(loss("names_lower"))
    if changed:
        losses.append(loss("names_cut", *changed))
    return rows, merged(losses)


def write_redcap(
    questionnaire: Questionnaire, path: Path, *, role: str | None = None, language: str = "zh"
) -> Export:
    """Write the dictionary to ``path`` (CSV, UTF-8)."""
    rows, losses = redcap_rows(questionnaire, role=role, language=language)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return Export((path,), losses)


# -- conditions -----------------------------------------------------------------------------------


def logic(
    condition: Condition, questionnaire: Questionnaire, names: _Names, *, holds: bool = True
) -> str:
    """Return the branching logic that says ``condition`` (or, not ``holds``, its opposite)."""
    match condition:
        case Not(of=part):
            return logic(part, questionnaire, names, holds=not holds)
        case All(of=parts) | Any(of=parts):
            word = "and" if isinstance(condition, All) is holds else "or"
            each = [logic(part, questionnaire, names, holds=holds) for part in parts]
            return f" {word} ".join(f"({text})" for text in each)
        case Is() | Between() | Answered():
            return _leaf(condition, questionnaire, names, holds=holds)


def _leaf(
    leaf: Is | Between | Answered, questionnaire: Questionnaire, names: _Names, *, holds: bool
) -> str:
    question, option = owner_of(questionnaire, leaf.variable)
    if isinstance(question, Multiple) and option is not None:
        return _chosen(leaf, question, option, names=names, holds=holds)
    if isinstance(question, Consent):
        return f"[{names.of(question.code)}(1)] = '{int(holds)}'"
    name = f"[{names.of(leaf.variable)}]"
    equal, joined = ("=", " or ") if holds else ("<>", " and ")
    match leaf:
        case Is(values=values):
            return joined.join(f"{name} {equal} '{value:g}'" for value in values)
        case Between(low=low, high=high):
            parts = [_answered(name, holds=holds)]
            if low is not None:
                parts.append(f"{name} {'>=' if holds else '<'} {low:g}")
            if high is not None:
                parts.append(f"{name} {'<=' if holds else '>'} {high:g}")
            return (" and " if holds else " or ").join(parts)
        case Answered():
            return _answered(name, holds=holds)


def _answered(name: str, *, holds: bool) -> str:
    if holds:
        return f"({name} <> '' and {name} <> '{DONT_KNOW}')"
    return f"({name} = '' or {name} = '{DONT_KNOW}')"


def _chosen(
    leaf: Is | Between | Answered,
    question: Multiple,
    option: int,
    *,
    names: _Names,
    holds: bool,
) -> str:
    own = names.of(question.code)
    some = " or ".join(f"[{own}({found.code})] = '1'" for found in question.options)
    none = " and ".join(f"[{own}({found.code})] = '0'" for found in question.options)
    yes, not_chosen = f"[{own}({option})] = '1'", f"[{own}({option})] = '0'"
    match leaf:
        case Is(values=values):
            wants = {value for value in (0, 1) if value in values}
        case Between(low=low, high=high):
            wants = {v for v in (0, 1) if (low is None or v >= low) and (high is None or v <= high)}
        case Answered():
            wants = {0, 1}
    # An untouched checkbox is 0 too: only with some box ticked is a 0 an answer.
    said_by = {
        ((0, 1), True): f"({some})",
        ((0, 1), False): f"({none})",
        ((1,), True): yes,
        ((1,), False): not_chosen,
        ((0,), True): f"({not_chosen} and ({some}))",
        ((0,), False): f"({yes} or ({none}))",
        ((), True): "1 = 0",
        ((), False): "1 = 1",
    }
    return said_by[tuple(sorted(wants)), holds]


# -- questions --


def _question(
    form: Plain,
    question: AnyQuestion,
    *,
    names: _Names,
    shown: Condition | None,
    losses: list[Loss],
) -> Iterator[Row]:
    whole = form.questionnaire
    title = form.say(question.text)

    def row(kind: str, code: str, label: str, **entries: str) -> Row:
        content = {
            NAME: names.of(code),
            TYPE: kind,
            LABEL: label,
            NOTE: form.say(question.help),
            REQUIRED: "y" if question.is_required and kind != "descriptive" else "",
        }
        given = {_ENTRIES[name]: value for name, value in entries.items()}
        if shown is not None and LOGIC not in given:
            content[LOGIC] = logic(shown, whole, names)
        return {name: value for name, value in {**content, **given}.items() if value}

    code = question.code
    match question:
        case Note():
            yield row("descriptive", code, title)
        case Consent():
            yield row("checkbox", code, title, choices=f"1, {form.say(question.agree)}")
        case Single():
            kind = "dropdown" if question.display == "dropdown" else "radio"
            yield row(kind, code, title, choices=_options(form, question.options))
        case Multiple():
            if question.least or question.most or any(o.is_exclusive for o in question.options):
                losses.append(loss("bounds", code))
            yield row("checkbox", code, title, choices=_options(form, question.options))
        case Matrix():
            choices = _points(form, whole.scale(question.scale), dont_know=True)
            yield row("descriptive", f"{code}_stem", title)
            for item in question.items:
                both_hold = both(shown, item.show_if)
                own = logic(both_hold, whole, names) if both_hold is not None else ""
                text = form.say(item.text)
                yield row(
                    "radio", item.code, text, choices=choices, matrix=names.of(code), logic=own
                )
        case Rating() | Attention():
            choices = _points(
                form, whole.scale(question.scale), dont_know=isinstance(question, Rating)
            )
            yield row("radio", code, title, choices=choices)
        case Differential():
            numbers = " | ".join(f"{n}, {n}" for n in range(1, question.points + 1))
            yield row("descriptive", f"{code}_stem", title)
            for pole in question.rows:
                text = f"{form.say(pole.left)} — {form.say(pole.right)}"
                yield row("radio", pole.code, text, choices=numbers, matrix=names.of(code))
        case Nps():
            numbers = " | ".join(f"{n}, {n}" for n in range(11))
            yield row("radio", code, title, choices=numbers)
        case Ranking():
            last = question.ranks or len(question.options)
            numbers = " | ".join(f"{n}, {n}" for n in range(1, last + 1))
            yield row("descriptive", f"{code}_stem", title)
            for option in question.options:
                part = f"{code}_{option.code}"
                yield row(
                    "radio",
                    part,
                    form.say(option.label),
                    choices=numbers,
                    matrix=names.of(code),
                    ranking="y",
                )
        case _:
            yield from _typed(form, question, row)
    for option in question.options if isinstance(question, Single | Multiple | Ranking) else ():
        if option.is_other:
            chosen = (
                Is(variable=f"{code}_{option.code}", values=(1,))
                if isinstance(question, Multiple)
                else Is(variable=code, values=(option.code,))
            )
            label = form.say(said("form.other"))
            both_hold = both(shown, chosen)
            assert both_hold is not None
            yield row("text", f"{code}_other", label, logic=logic(both_hold, whole, names))


_ENTRIES = {
    "choices": CHOICES,
    "validation": VALIDATION,
    "low": LOW,
    "high": HIGH,
    "matrix": MATRIX,
    "ranking": RANKING,
    "logic": LOGIC,
    "note": NOTE,
}


def _typed(form: Plain, question: AnyQuestion, row: Maker) -> Iterator[Row]:
    code, title = question.code, form.say(question.text)
    match question:
        case Slider():
            yield row(
                "slider",
                code,
                title,
                choices=_ends(form, question),
                validation="number",
                low=f"{question.low:g}",
                high=f"{question.high:g}",
            )
        case Number():
            unit = form.say(question.unit)
            yield row(
                "text",
                code,
                f"{title}（{unit}）" if unit else title,
                validation="number" if question.decimals else "integer",
                low=_bound(question.low),
                high=_bound(question.high),
            )
        case Date():
            day = question.precision == "day"
            yield row(
                "text",
                code,
                title,
                validation="date_ymd" if day else "",
                low=str(question.earliest or "") if day else "",
                high=str(question.latest or "") if day else "",
            )
        case OpenText():
            yield row("notes" if question.is_long else "text", code, title)
        case Blanks():
            kinds = {"text": "", "number": "number", "date": "date_ymd"}
            for blank in question.fields:
                label = f"{title} — {form.say(blank.label)}"
                yield row("text", f"{code}_{blank.code}", label, validation=kinds[blank.answer])
        case NumberMatrix():
            for line in question.rows:
                for column in question.columns:
                    label = f"{title} — {form.say(line.label)} — {form.say(column.label)}"
                    yield row(
                        "text",
                        f"{code}_{line.code}_{column.code}",
                        label,
                        validation="number" if question.decimals else "integer",
                        low=_bound(question.low),
                        high=_bound(question.high),
                    )
        case _:
            raise TypeError(question.kind)


def _ends(form: Plain, question: Slider) -> str:
    low, high = form.say(question.low_label), form.say(question.high_label)
    return f"{low} | | {high}" if low or high else ""


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _choice(form: Plain, code: object, label: Text) -> str:
    # A bar would begin the next choice.
    return f"{code}, {form.say(label).replace('|', '/')}"


def _options(form: Plain, options: tuple[Option, ...]) -> str:
    return " | ".join(
        _choice(form, DONT_KNOW if option.is_dont_know else option.code, option.label)
        for option in options
    )


def _points(form: Plain, scale: Scale, *, dont_know: bool) -> str:
    parts = [_choice(form, point.code, point.label) for point in scale.points]
    if dont_know and scale.dont_know:
        parts.append(_choice(form, DONT_KNOW, scale.dont_know))
    return " | ".join(parts)
