"""XLSForm (.xlsx) for KoboToolbox, ODK and Ona: sheets survey, choices and settings.

Names of rows are the questionnaire's own variables, so answers come back without renaming.
Conditions become XPath. Checked with pyxform and ODK Validate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from survey.publish.export import Export, Loss, loss, merged
from survey.publish.keys import COLUMN, keys_of
from survey.publish.plain import Plain, owner_of, plain, shared_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.base import NO_TEXT, Text
from survey.questionnaire.conditions import All, Answered, Any, Between, Condition, Is, Not, leaves
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

DONT_KNOW = "dk"
"""Name of the choice 不了解: text, so that no comparison takes it for a number."""
_LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}
_CAN = frozenset({"option_order", "checks", "keys"})

_WITHOUT_HELP = frozenset({"consent", "matrix", "differential", "blanks", "number_matrix", "note"})
"""Kinds that become a group, or whose hint says something else."""
Row = dict[str, str]


@dataclass(slots=True)
class _Form:
    """The sheets while they are written."""

    plain: Plain
    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    lists: set[str] = field(default_factory=set)

    def texts(self, column: str, text: Text) -> Row:
        """Return the columns of one text, one per language."""
        return {
            f"{column}::{_LANGUAGES[language]}": self.plain.say(text, language)
            for language in self.plain.languages
            if text
        }

    def row(self, kind: str, name: str, label: Text, **entries: str) -> None:
        """Add a row; entries that are empty are left out."""
        given = {key: value for key, value in entries.items() if value}
        self.survey.append({"type": kind, "name": name, **self.texts("label", label), **given})

    def list_of(self, name: str, values: list[tuple[str, Text]]) -> str:
        """Add a list of choices once and return its name."""
        if name not in self.lists:
            self.lists.add(name)
            for value, label in values:
                shown = label if label else Text(zh=value, en=value)
                self.choices.append(
                    {"list_name": name, "name": value, **self.texts("label", shown)}
                )
        return name


def xlsform_rows(
    questionnaire: Questionnaire, *, role: str | None = None
) -> tuple[list[Row], list[Row], list[Row], tuple[Loss, ...]]:
    """Return the rows of survey, choices and settings, and what they cannot hold.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = _Form(plain(questionnaire, role=role))
    whole = form.plain.questionnaire
    form.losses += shared_losses(whole, can=_CAN)
    form.losses += text_losses(whole, "titles_language", help_of=_WITHOUT_HELP)
    form.survey += [{"type": "start", "name": "start"}, {"type": "end", "name": "end"}]
    if whole.introduction:
        form.row("note", "introduction", whole.introduction)
    for page in whole.pages:
        title = page.title or Text(zh=page.code, en=page.code)
        relevant = _relevant(form, page.show_if, page.code)
        form.row("begin_group", page.code, title, appearance="field-list", relevant=relevant)
        for question in page.questions:
            _question(form, question)
        form.survey.append({"type": "end_group"})
    if whole.closing:
        form.row("note", "closing", whole.closing)
    keys = keys_of(whole)
    for row in form.survey:
        if note := keys.get(row.get("name", "")):
            row[COLUMN] = note
    settings = [
        {
            "form_title": form.plain.say(whole.title),
            "form_id": whole.code,
            "version": str(whole.version),
            "default_language": _LANGUAGES[form.plain.language],
        }
    ]
    return form.survey, form.choices, settings, merged(form.losses)


def write_xlsform(questionnaire: Questionnaire, path: Path, *, role: str | None = None) -> Export:
    """Write the workbook to ``path``."""
    from openpyxl import Workbook

    survey, choices, settings, losses = xlsform_rows(questionnaire, role=role)
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        sheet = workbook.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns or ["list_name", "name", "label"])
        for row in rows:
            sheet.append([None] * len(columns))
            for place, column in enumerate(columns, 1):
                if column in row:
                    cell = sheet.cell(sheet.max_row, place, row[column])
                    cell.data_type = "s"  # a text that begins with = is no formula
    workbook.save(path)
    return Export((path,), losses)


# -- conditions as XPath --------------------------------------------------------------------------


def _relevant(form: _Form, condition: Condition | None, where: str) -> str:
    """Return the XPath of ``condition``; "" and a loss when it has none."""
    if condition is None:
        return ""
    for leaf in leaves(condition):
        question, option = owner_of(form.plain.questionnaire, leaf.variable)
        if isinstance(question, Ranking) and option is not None:
            form.losses.append(loss("conditions", where))
            return ""
    return xpath(condition, form.plain.questionnaire)


def xpath(condition: Condition, questionnaire: Questionnaire) -> str:
    """Return ``condition`` as XPath 1.0 over the form's names."""
    match condition:
        case All(of=parts):
            return " and ".join(f"({xpath(part, questionnaire)})" for part in parts)
        case Any(of=parts):
            return " or ".join(f"({xpath(part, questionnaire)})" for part in parts)
        case Not(of=part):
            return f"not({xpath(part, questionnaire)})"
        case Is() | Between() | Answered():
            return _leaf(condition, questionnaire)


def _leaf(leaf: Is | Between | Answered, questionnaire: Questionnaire) -> str:
    question, option = owner_of(questionnaire, leaf.variable)
    if isinstance(question, Multiple) and option is not None:
        return _chosen(leaf, question.code, option)
    name = "${" + leaf.variable + "}"
    answered = f"{name} != '' and {name} != '{DONT_KNOW}'"
    match leaf:
        case Is(values=values):
            if isinstance(question, Consent):  # acknowledge says OK
                return f"{name} = 'OK'" if 1 in values else "false()"
            return " or ".join(f"{name} = '{_number(value)}'" for value in values)
        case Between(low=low, high=high):
            bounds = [f"{name} >= {_number(low)}"] if low is not None else []
            bounds += [f"{name} <= {_number(high)}"] if high is not None else []
            return " and ".join([answered, *bounds])
        case Answered():
            return answered


def _chosen(leaf: Is | Between | Answered, question: str, option: int) -> str:
    """Return the condition on one option of a multiple choice, whose answer is 0 or 1."""
    name = "${" + question + "}"
    yes, no = (
        f"selected({name}, '{option}')",
        f"({name} != '' and not(selected({name}, '{option}')))",
    )
    match leaf:
        case Is(values=values):
            parts = [yes] if 1 in values else []
            parts += [no] if 0 in values else []
        case Between(low=low, high=high):
            fits = [
                value
                for value in (0, 1)
                if (low is None or value >= low) and (high is None or value <= high)
            ]
            parts = [text for value, text in ((1, yes), (0, no)) if value in fits]
        case Answered():
            return f"{name} != ''"
    return " or ".join(parts) or "false()"


def _number(value: float | None) -> str:
    return f"{value:g}" if value is not None else ""


# -- questions ------------------------------------------------------------------------------------


def _question(form: _Form, question: AnyQuestion) -> None:
    code = question.code
    common = {
        "relevant": _relevant(form, question.show_if, code),
        "required": "yes" if question.is_required else "",
        **form.texts("hint", question.help),
    }
    checked = _checks(form, question)
    match question:
        case Note():
            form.row("note", code, question.text, relevant=common["relevant"])
        case Consent():
            form.row(
                "acknowledge",
                code,
                question.text,
                **{**common, **form.texts("hint", question.agree)},
            )
        case Single():
            listed = form.list_of(code, _choices(question.options))
            form.row(
                f"select_one {listed}",
                code,
                question.text,
                appearance="minimal" if question.display == "dropdown" else "",
                parameters="randomize=true" if question.shuffle else "",
                **common,
                **checked,
            )
            _other(form, question.options, code, "${" + code + "} = '%s'")
        case Multiple():
            listed = form.list_of(code, _choices(question.options))
            form.row(
                f"select_multiple {listed}",
                code,
                question.text,
                parameters="randomize=true" if question.shuffle else "",
                **common,
                **(_how_many(question) or checked),
            )
            _other(form, question.options, code, "selected(${" + code + "}, '%s')")
        case Ranking():
            listed = form.list_of(code, _choices(question.options))
            if question.ranks:
                form.losses.append(loss("ranks", code, count=question.ranks))
            form.row(f"rank {listed}", code, question.text, **common, **checked)
        case Matrix():
            _matrix(form, question, common)
        case Rating() | Attention():
            scale = form.plain.questionnaire.scale(question.scale)
            listed = _scale_list(form, scale)
            form.row(f"select_one {listed}", code, question.text, **common, **checked)
        case Differential():
            _differential(form, question, common)
        case Nps():
            points = [(str(point), NO_TEXT) for point in range(11)]
            listed = form.list_of("nps", points)
            form.row(
                f"select_one {listed}",
                code,
                question.text,
                appearance="likert",
                **common,
                **checked,
            )
        case _:
            _typed(form, question, common, checked)


def _typed(
    form: _Form, question: AnyQuestion, common: Mapping[str, str], checked: Mapping[str, str]
) -> None:
    """Add the rows of questions whose answer is typed or drawn."""
    code = question.code
    match question:
        case Slider():
            bounds = f"start={question.low:g} end={question.high:g} step={question.step:g}"
            form.row("range", code, question.text, parameters=bounds, **common, **checked)
        case Number():
            kind = "decimal" if question.decimals else "integer"
            form.row(
                kind,
                code,
                _with_unit(question),
                **common,
                **(checked or _bounded(question.low, question.high)),
            )
        case Date():
            _date(form, question, common, checked)
        case OpenText():
            rules = [f"string-length(.) <= {question.longest}"] if question.longest else []
            rules += [f"regex(., '^({question.pattern})$')"] if question.pattern else []
            constraint = {"constraint": " and ".join(rules)} if rules else {}
            form.row(
                "text",
                code,
                question.text,
                appearance="multiline" if question.is_long else "",
                **common,
                **(checked or constraint),
            )
        case Blanks():
            form.row("begin_group", code, question.text, relevant=common["relevant"])
            kinds = {"number": "decimal", "date": "date", "text": "text"}
            for blank in question.fields:
                form.row(
                    kinds[blank.answer],
                    f"{code}_{blank.code}",
                    blank.label,
                    required=common["required"],
                )
            form.survey.append({"type": "end_group"})
        case NumberMatrix():
            _number_matrix(form, question, common)
        case _:
            raise TypeError(question.kind)


def _choices(options: tuple[Option, ...]) -> list[tuple[str, Text]]:
    return [
        (DONT_KNOW if option.is_dont_know else str(option.code), option.label) for option in options
    ]


def _scale_list(form: _Form, scale: Scale) -> str:
    points = [(str(point.code), point.label) for point in scale.points]
    if scale.dont_know:
        points.append((DONT_KNOW, scale.dont_know))
    return form.list_of(f"scale_{scale.code}", points)


def _other(form: _Form, options: tuple[Option, ...], code: str, chosen: str) -> None:
    for option in options:
        if option.is_other:
            form.row("text", f"{code}_other", said("form.other"), relevant=chosen % option.code)


def _how_many(question: Multiple) -> Row:
    rules = []
    if question.least > 1:
        rules.append(f"count-selected(.) >= {question.least}")
    if question.most:
        rules.append(f"count-selected(.) <= {question.most}")
    # What excludes all others stands alone, however many are asked for.
    alone = [
        f"(selected(., '{option.code}') and count-selected(.) = 1)"
        for option in question.options
        if option.is_exclusive
    ]
    others = [
        f"not(selected(., '{option.code}'))" for option in question.options if option.is_exclusive
    ]
    if not rules and not alone:
        return {}
    together = " and ".join([*rules, *others])
    return {"constraint": " or ".join([f"({together})", *alone])}


def _bounded(low: float | None, high: float | None) -> Row:
    rules = [f". >= {low:g}"] if low is not None else []
    rules += [f". <= {high:g}"] if high is not None else []
    return {"constraint": " and ".join(rules)} if rules else {}


def _checks(form: _Form, question: AnyQuestion) -> Row:
    """Return the question's own checks as a constraint, where one row can carry it."""
    if not question.checks:
        return {}
    if isinstance(question, Matrix | Differential | Blanks | NumberMatrix | Ranking | Note):
        form.losses.append(loss("checks", question.code))
        return {}
    if len(question.checks) > 1:
        form.losses.append(loss("check_messages", question.code))
    parts = [f"({_relevant(form, check.condition, question.code)})" for check in question.checks]
    return {
        "constraint": " and ".join(part for part in parts if part != "()"),
        **form.texts("constraint_message", question.checks[0].message),
    }


def _with_unit(question: Number) -> Text:
    if not question.unit:
        return question.text
    return Text(
        zh=f"{question.text.zh}（{question.unit.zh}）",
        en=f"{question.text.en} ({question.unit.en or question.unit.zh})"
        if question.text.en
        else "",
    )


def _matrix(form: _Form, question: Matrix, common: Mapping[str, str]) -> None:
    scale = form.plain.questionnaire.scale(question.scale)
    listed = _scale_list(form, scale)
    form.row("begin_group", question.code, question.text, relevant=common["relevant"])
    for item in question.items:
        form.row(
            f"select_one {listed}",
            item.code,
            item.text,
            appearance="likert",
            required=common["required"],
            relevant=_relevant(form, item.show_if, item.code),
        )
    form.survey.append({"type": "end_group"})


def _differential(form: _Form, question: Differential, common: Mapping[str, str]) -> None:
    form.row("begin_group", question.code, question.text, relevant=common["relevant"])
    for row in question.rows:
        points: list[tuple[str, Text]] = [
            (str(point), NO_TEXT) for point in range(1, question.points + 1)
        ]
        points[0] = ("1", Text(zh=f"1 {row.left.zh}", en=f"1 {row.left.en or row.left.zh}"))
        last = question.points
        points[-1] = (
            str(last),
            Text(zh=f"{last} {row.right.zh}", en=f"{last} {row.right.en or row.right.zh}"),
        )
        label = Text(
            zh=f"{row.left.zh} — {row.right.zh}",
            en=f"{row.left.en or row.left.zh} — {row.right.en or row.right.zh}",
        )
        listed = form.list_of(row.code, points)
        form.row(
            f"select_one {listed}",
            row.code,
            label,
            appearance="likert",
            required=common["required"],
        )
    form.survey.append({"type": "end_group"})


def _date(
    form: _Form, question: Date, common: Mapping[str, str], checked: Mapping[str, str]
) -> None:
    rules = [f". >= date('{question.earliest}')"] if question.earliest else []
    rules += [f". <= date('{question.latest}')"] if question.latest else []
    appearance = {"day": "", "month": "month-year", "year": "year"}[question.precision]
    constraint = {"constraint": " and ".join(rules)} if rules else {}
    form.row(
        "date",
        question.code,
        question.text,
        appearance=appearance,
        **common,
        **(checked or constraint),
    )


def _number_matrix(form: _Form, question: NumberMatrix, common: Mapping[str, str]) -> None:
    form.row("begin_group", question.code, question.text, relevant=common["relevant"])
    kind = "decimal" if question.decimals else "integer"
    for row in question.rows:
        for column in question.columns:
            form.row(
                kind,
                f"{question.code}_{row.code}_{column.code}",
                Text(
                    zh=f"{row.label.zh} — {column.label.zh}",
                    en=f"{row.label.en} — {column.label.en}" if row.label.en else "",
                ),
                required=common["required"],
                **_bounded(question.low, question.high),
            )
    form.survey.append({"type": "end_group"})
