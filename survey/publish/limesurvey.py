"""LimeSurvey's tab-separated survey structure (.txt), imported there as a new survey.

One row per object, all rows once more for each further language. LimeSurvey's codes have no
underscore, so ours lose it; the report says which. Conditions become ExpressionScript.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from survey.publish.export import Export, Loss, loss, merged
from survey.publish.plain import Plain, owner_of, plain, shared_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.base import NO_TEXT, Text
from survey.questionnaire.conditions import All, Answered, Any, Between, Condition, Is, Not
from survey.questionnaire.model import Page, Questionnaire, Scale
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

COLUMNS = (
    "class", "type/scale", "name", "relevance", "text", "help", "language", "validation",
    "mandatory", "other", "em_validation_q", "em_validation_q_tip", "answer_order",
    "random_order", "hidden", "max_answers", "min_answers", "exclude_all_others",
    "maximum_chars", "min_num_value_n", "max_num_value_n", "num_value_int_only", "suffix",
    "slider_layout", "slider_min", "slider_max", "slider_accuracy", "date_min", "date_max",
    "input_boxes", "multiflexible_min", "multiflexible_max",
)  # fmt: skip
DONT_KNOW = "dk"
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
CAN = frozenset({"option_order", "item_order", "checks"})

Row = dict[str, str]
Coder = Callable[[str], str]
"""Returns LimeSurvey's code for one of ours."""


@dataclass(slots=True)
class _Codes:
    """LimeSurvey's code for each of ours, the same each time it is asked for."""

    known: dict[str, str] = field(default_factory=dict)

    def of(self, code: str) -> str:
        """Return ``code`` without underscores, with a number where that is taken."""
        if code not in self.known:
            plain_code = code.replace("_", "")
            taken = set(self.known.values())
            number = 2
            found = plain_code
            while found in taken:
                found, number = f"{plain_code}x{number}", number + 1
            self.known[code] = found
        return self.known[code]

    @property
    def changed(self) -> list[str]:
        """Our codes that read differently there."""
        return [ours for ours, theirs in self.known.items() if ours != theirs]


@dataclass(slots=True)
class _Writer:
    form: Plain
    language: str
    codes: _Codes
    losses: list[Loss]
    rows: list[Row] = field(default_factory=list)

    def add(self, kind: str, **entries: str) -> None:
        """Add a row of class ``kind`` in this language."""
        given = {name.replace("type_scale", "type/scale"): text for name, text in entries.items()}
        row = {"class": kind, "language": LANGUAGES[self.language], **given}
        self.rows.append({name: value for name, value in row.items() if value})

    def say(self, text: Text) -> str:
        """Return ``text`` in this language as the HTML LimeSurvey takes it for."""
        return said(self.form.say(text, self.language))


def said(words: str) -> str:
    """Return words as HTML, with braces that are no expression."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("{", "&#123;").replace("}", "&#125;").replace("\n", "<br />")


def limesurvey_rows(
    questionnaire: Questionnaire, *, role: str | None = None, can: frozenset[str] = CAN
) -> tuple[list[Row], tuple[Loss, ...]]:
    """Return the rows of the file and what they cannot hold.

    Args:
        can: what the file holds beside (see plain.shared_losses).

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = plain(questionnaire, role=role)
    losses = [*shared_losses(form.questionnaire, can=can), *text_losses(form.questionnaire)]
    codes = _Codes()
    rows = list(_settings(form))
    for place, language in enumerate(form.languages):
        writer = _Writer(form, language, codes, losses if place == 0 else [])
        for number, page in enumerate(form.questionnaire.pages, 1):
            _page(writer, page, number)
        rows += writer.rows
    if codes.changed:
        losses.append(loss("codes_without_underscore", *codes.changed))
    return rows, merged(losses)


def write_limesurvey(
    questionnaire: Questionnaire, path: Path, *, role: str | None = None
) -> Export:
    """Write the file to ``path`` (UTF-8 with BOM, tabs)."""
    rows, losses = limesurvey_rows(questionnaire, role=role)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    return Export((path,), losses)


def _settings(form: Plain) -> Iterator[Row]:
    others = " ".join(LANGUAGES[language] for language in form.languages[1:])
    for name, value in (
        ("language", LANGUAGES[form.language]),
        ("additional_languages", others),
        ("format", "G"),  # a page per group
        ("anonymized", "Y"),
        ("ipaddr", "N"),
        ("datestamp", "Y"),
        ("savetimings", "Y"),
        ("allowprev", "Y"),
    ):
        if value:
            yield {"class": "S", "name": name, "text": value}
    for language in form.languages:
        writer = _Writer(form, language, _Codes(), [])
        whole = form.questionnaire
        for name, text in (
            ("surveyls_title", whole.title),
            ("surveyls_welcometext", whole.introduction),
            ("surveyls_endtext", whole.closing),
        ):
            if text:
                writer.add("SL", name=name, text=writer.say(text))
        yield from writer.rows


def _page(writer: _Writer, page: Page, number: int) -> None:
    title = writer.form.say(page.title, writer.language) or page.code
    relevance = expression(page.show_if, writer.form.questionnaire, writer.codes.of)
    writer.add("G", type_scale=str(number), name=title, relevance=relevance)
    for question in page.questions:
        _question(writer, question)


# -- conditions as ExpressionScript -------------------------------------------------------------


def expression(condition: Condition | None, questionnaire: Questionnaire, code: Coder) -> str:
    """Return ``condition`` as ExpressionScript; ``1`` when there is none."""
    match condition:
        case None:
            return "1"
        case All(of=parts):
            return " && ".join(f"({expression(part, questionnaire, code)})" for part in parts)
        case Any(of=parts):
            return " || ".join(f"({expression(part, questionnaire, code)})" for part in parts)
        case Not(of=part):
            return f"!({expression(part, questionnaire, code)})"
        case Is() | Between() | Answered():
            return _leaf(condition, questionnaire, code)


def _leaf(leaf: Is | Between | Answered, questionnaire: Questionnaire, code: Coder) -> str:
    question, option = owner_of(questionnaire, leaf.variable)
    if isinstance(question, Ranking) and option is not None:
        return _ranked(leaf, question, option, code)
    if isinstance(question, Multiple) and option is not None:
        return _chosen(leaf, question, option, code)
    if isinstance(question, Consent):
        return f'{code(question.code)}_Y.NAOK == "Y"'
    name = _name(question, leaf.variable, code) + ".NAOK"
    answered = f'!is_empty({name}) && {name} != "{DONT_KNOW}"'
    match leaf:
        case Is(values=values):
            return " || ".join(f'{name} == "{value:g}"' for value in values)
        case Between(low=low, high=high):
            bounds = [f"{name} >= {low:g}"] if low is not None else []
            bounds += [f"{name} <= {high:g}"] if high is not None else []
            return " && ".join([answered, *bounds])
        case Answered():
            return answered


def _name(question: AnyQuestion, variable: str, code: Coder) -> str:
    """Return LimeSurvey's name of one of our variables."""
    own = code(question.code)
    if isinstance(question, Slider):
        return f"{own}_value"
    if variable == question.code:
        return own
    if variable == f"{question.code}_other":
        return f"{own}_other"
    if isinstance(question, NumberMatrix):
        for row in question.rows:
            for column in question.columns:
                if variable == f"{question.code}_{row.code}_{column.code}":
                    return f"{own}_{code(row.code)}_{code(column.code)}"
    if isinstance(question, Blanks):
        return f"{own}_{code(variable.removeprefix(question.code + '_'))}"
    return f"{own}_{code(variable)}"


def _chosen(leaf: Is | Between | Answered, question: Multiple, option: int, code: Coder) -> str:
    own = code(question.code)
    is_other = any(found.code == option and found.is_other for found in question.options)
    yes = f"!is_empty({own}_other.NAOK)" if is_other else f'{own}_{option}.NAOK == "Y"'
    some = " || ".join(
        f"!is_empty({own}_other.NAOK)" if found.is_other else f'{own}_{found.code}.NAOK == "Y"'
        for found in question.options
    )
    no = f"({some}) && !({yes})"
    values = _numbers(leaf, (0, 1))
    parts = [f"({text})" for value, text in ((1, yes), (0, no)) if value in values]
    return " || ".join(parts) or "0"


def _ranked(leaf: Is | Between | Answered, question: Ranking, option: int, code: Coder) -> str:
    """Return the condition on an option's rank: LimeSurvey has the option of each rank."""
    own = code(question.code)
    ranks = _numbers(leaf, tuple(range(1, (question.ranks or len(question.options)) + 1)))
    return " || ".join(f'{own}_{rank}.NAOK == "{option}"' for rank in ranks) or "0"


def _numbers(leaf: Is | Between | Answered, domain: tuple[int, ...]) -> list[int]:
    match leaf:
        case Is(values=values):
            return [number for number in domain if number in values]
        case Between(low=low, high=high):
            return [
                number
                for number in domain
                if (low is None or number >= low) and (high is None or number <= high)
            ]
        case Answered():
            return list(domain)


# -- questions -----------------------------------------------------------------------------------


def _question(writer: _Writer, question: AnyQuestion) -> None:
    kind, attributes = _kind(question)
    relevance = expression(question.show_if, writer.form.questionnaire, writer.codes.of)
    if question.checks:
        parts = [
            f"({expression(check.condition, writer.form.questionnaire, writer.codes.of)})"
            for check in question.checks
        ]
        attributes["em_validation_q"] = " && ".join(parts)
        attributes["em_validation_q_tip"] = " ".join(
            writer.say(check.message) for check in question.checks
        )
    writer.add(
        "Q",
        type_scale=kind,
        name=writer.codes.of(question.code),
        relevance=relevance,
        text=writer.say(question.text),
        help=writer.say(question.help),
        mandatory="" if isinstance(question, Note) else "Y" if question.is_required else "N",
        **{name: value for name, value in attributes.items() if name != "suffix"},
        **({"suffix": writer.say(question.unit)} if isinstance(question, Number) else {}),
    )
    _below(writer, question)


def _bounds(low: float | None, high: float | None, names: tuple[str, str]) -> Row:
    found = {}
    if low is not None:
        found[names[0]] = f"{low:g}"
    if high is not None:
        found[names[1]] = f"{high:g}"
    return found


def _kind(question: AnyQuestion) -> tuple[str, Row]:
    """Return LimeSurvey's letter and the attributes."""
    match question:
        case Single():
            attributes = {"other": _other(question.options)}
            attributes["answer_order"] = "random" if question.shuffle else ""
            return ("!" if question.display == "dropdown" else "L"), attributes
        case Multiple():
            return "M", _multiple(question)
        case Matrix():
            return "F", {"random_order": "1" if question.shuffle else ""}
        case Rating() | Attention() | Nps():
            return "L", {}
        case Differential():
            return "F", {}
        case Ranking():
            most = str(question.ranks) if question.ranks else ""
            return "R", {"max_answers": most, "random_order": "1" if question.shuffle else ""}
        case Slider():
            bounds = _bounds(question.low, question.high, ("slider_min", "slider_max"))
            return "K", {"slider_layout": "1", "slider_accuracy": f"{question.step:g}", **bounds}
        case Number():
            whole = "1" if question.decimals == 0 else ""
            bounds = _bounds(question.low, question.high, ("min_num_value_n", "max_num_value_n"))
            return "N", {"num_value_int_only": whole, **bounds}
        case Date():
            return "D", {
                "date_min": str(question.earliest or ""),
                "date_max": str(question.latest or ""),
            }
        case OpenText():
            pattern = f"/^(?:{question.pattern})$/u" if question.pattern else ""
            longest = str(question.longest or "")
            return ("T" if question.is_long else "S"), {
                "validation": pattern,
                "maximum_chars": longest,
            }
        case Blanks():
            return "Q", {}
        case NumberMatrix():
            names = ("multiflexible_min", "multiflexible_max")
            return ":", {"input_boxes": "1", **_bounds(question.low, question.high, names)}
        case Consent():
            return "M", {}
        case Note():
            return "X", {}


def _multiple(question: Multiple) -> Row:
    alone = [str(option.code) for option in question.options if option.is_exclusive]
    return {
        "other": _other(question.options),
        "random_order": "1" if question.shuffle else "",
        # There it would make an optional question required.
        "min_answers": str(question.least) if question.least and question.is_required else "",
        "max_answers": str(question.most) if question.most else "",
        "exclude_all_others": ";".join(alone),
    }


def _other(options: tuple[Option, ...]) -> str:
    return "Y" if any(option.is_other for option in options) else ""


def _below(writer: _Writer, question: AnyQuestion) -> None:
    """Add the subquestions and answers of a question."""
    match question:
        case Single() | Ranking():
            _answers(writer, question)
        case Multiple():
            if question.least > 1 and not question.is_required:
                writer.losses.append(loss("bounds", question.code))
            for option in question.options:
                if option.is_other:
                    writer.losses.append(loss("other_label", question.code))
                else:
                    _part(writer, str(option.code), option.label)
        case Matrix():
            for item in question.items:
                relevance = expression(item.show_if, writer.form.questionnaire, writer.codes.of)
                _part(writer, writer.codes.of(item.code), item.text, relevance=relevance)
            _scale(writer, writer.form.questionnaire.scale(question.scale), has_dont_know=True)
        case Rating() | Attention():
            scale = writer.form.questionnaire.scale(question.scale)
            _scale(writer, scale, has_dont_know=isinstance(question, Rating))
        case Nps():
            for point in range(11):
                writer.add("A", type_scale="0", name=str(point), text=str(point))
        case Differential():
            for row in question.rows:
                # A bar in the text sets the second half at the right of the row.
                words = f"{writer.say(row.left)}|{writer.say(row.right)}"
                writer.add(
                    "SQ",
                    type_scale="0",
                    name=writer.codes.of(row.code),
                    relevance="1",
                    text=words,
                )
            for point in range(1, question.points + 1):
                writer.add("A", type_scale="0", name=str(point), text=str(point))
        case Slider():
            _part(writer, "value", NO_TEXT)
        case Blanks():
            if any(field.answer != "text" for field in question.fields):
                writer.losses.append(loss("bounds", question.code))
            for blank in question.fields:
                _part(writer, writer.codes.of(blank.code), blank.label)
        case NumberMatrix():
            for row_line in question.rows:
                _part(writer, writer.codes.of(row_line.code), row_line.label)
            for column in question.columns:
                _part(writer, writer.codes.of(column.code), column.label, scale="1")
        case Consent():
            _part(writer, "Y", question.agree)
        case _:
            return


def _part(
    writer: _Writer, code: str, text: Text, *, relevance: str = "1", scale: str = "0"
) -> None:
    writer.add("SQ", type_scale=scale, name=code, relevance=relevance, text=writer.say(text))


def _answers(writer: _Writer, question: Single | Ranking) -> None:
    for option in question.options:
        if option.is_other and isinstance(question, Single):
            writer.losses.append(loss("other_code", question.code, option=option.code))
            continue
        code = DONT_KNOW if option.is_dont_know else str(option.code)
        writer.add("A", type_scale="0", name=code, text=writer.say(option.label))


def _scale(writer: _Writer, scale: Scale, *, has_dont_know: bool) -> None:
    for point in scale.points:
        writer.add("A", type_scale="0", name=str(point.code), text=writer.say(point.label))
    if has_dont_know and scale.dont_know:
        writer.add("A", type_scale="0", name=DONT_KNOW, text=writer.say(scale.dont_know))
