"""Our questions as the payloads of a QSF file's questions.

Choices are numbered by place; our codes stand in ``RecodeValues`` and the codes of rows in
``ChoiceDataExportTags``, so answers come back under the questionnaire's own names.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from survey.publish.export import Loss, loss
from survey.publish.limesurvey import said
from survey.publish.plain import Plain
from survey.publish.qsf_logic import Json
from survey.questionnaire.base import NO_TEXT, Text, text
from survey.questionnaire.model import Scale
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

LANGUAGES = {"zh": "ZH-S", "en": "EN"}
DONT_KNOW_NAME = "DONT_KNOW"
"""Variable name of 不了解 in the file: tells it from an answer of the scale."""
_DONT_KNOW_CODE = "-8"


class Part(NamedTuple):
    """A choice, row or column: its code, its text, and what Qualtrics keeps beside."""

    code: str
    label: Text
    facts: Json = {}  # noqa: RUF012
    is_dont_know: bool = False


def payload(question: AnyQuestion, form: Plain, qid: str) -> Json:
    """Return the payload of one question."""
    writer = _Payload(form, question)
    content: Json = {
        "QuestionText": writer.asked(form.language),
        "DefaultChoices": False,
        "DataExportTag": question.code,
        **writer.kind(),
        "QuestionDescription": " ".join(form.say(question.text).split())[:97],
        "GradingData": [],
        "QuestionID": qid,
    }
    content.setdefault("Validation", {"Settings": writer.settings()})
    content["Configuration"] = {
        "QuestionDescriptionOption": "UseText",
        **content.get("Configuration", {}),
    }
    content["Language"] = writer.languages(content) or []
    return content


def question_losses(question: AnyQuestion) -> Iterator[Loss]:
    """Yield what the payload of a question does not hold."""
    code = question.code
    match question:
        case Ranking(ranks=int(count)):
            yield loss("ranks", code, count=count)
        case Rating() | Attention():
            yield loss("rating_as_choice", code)
        case Date():
            yield loss("dates_as_text", code)
        case OpenText() if question.longest or question.pattern:
            yield loss("bounds", code)
        case Number() if question.unit:
            yield loss("unit", code)
        case Blanks() if any(field.answer != "text" for field in question.fields):
            yield loss("bounds", code)


class _Payload:
    """One question in the making."""

    def __init__(self, form: Plain, question: AnyQuestion) -> None:
        self._form = form
        self._question = question
        self._parts: dict[str, list[Part]] = {}

    def say(self, words: Text, language: str | None = None) -> str:
        """Return a text as HTML."""
        return said(self._form.say(words, language))

    def asked(self, language: str) -> str:
        """Return the question's text with its help below."""
        question = self._question
        if not question.help:
            return self.say(question.text, language)
        return (
            f'{self.say(question.text, language)}<br /><em class="help">'
            f"{self.say(question.help, language)}</em>"
        )

    def settings(self, **more: str | dict[str, str]) -> Json:
        """Return the validation."""
        force = "ON" if self._question.is_required else "OFF"
        return {"ForceResponse": force, "ForceResponseType": "ON", "Type": "None", **more}

    def languages(self, content: Json) -> Json:
        """Return the texts in the other languages, where there are any."""
        found: Json = {}
        for language in self._form.languages[1:]:
            own = self._question.text.has(language)
            words: Json = {"QuestionText": self.asked(language)} if own else {}
            for key, parts in self._parts.items():
                said_parts = {
                    name: {"Display": self.say(part.label, language)}
                    for name, part in zip(content[key], parts, strict=True)
                    if part.label.has(language)
                }
                if said_parts:
                    words[key] = said_parts
            if not words:
                continue
            found[LANGUAGES[language]] = words
        return found

    def kind(self) -> Json:
        """Return the kind with its choices."""
        question = self._question
        match question:
            case Note():
                return {"QuestionType": "DB", "Selector": "TB", "Validation": _NONE}
            case Consent():
                return self._choice("SAVR", [Part("1", question.agree)])
            case Single():
                selector = "DL" if question.display == "dropdown" else "SAVR"
                return self._choice(selector, _options(question.options)) | self._order()
            case Multiple():
                return self._multiple(question)
            case Rating() | Attention():
                scale = self._form.questionnaire.scale(question.scale)
                with_more = isinstance(question, Rating)
                return self._choice("SAHR", _points(scale, has_dont_know=with_more))
            case Nps():
                return self._nps(question)
            case Ranking():
                own = {"QuestionType": "RO", "Selector": "DND", "SubSelector": "TX"}
                parts = list(_options(question.options))
                return {**own, **self._listed("Choices", parts, coded=True)} | self._order()
            case Matrix() | Differential() | NumberMatrix():
                return self._rows(question)
            case _:
                return self._typed(question)

    def _order(self) -> Json:
        is_shuffled = getattr(self._question, "shuffle", False)
        drawn = {"Advanced": None, "Type": "All", "TotalRandSubset": ""}
        return {"Randomization": drawn} if is_shuffled else {}

    def _choice(self, selector: str, parts: Iterable[Part]) -> Json:
        own: Json = {"QuestionType": "MC", "Selector": selector}
        if selector != "DL":
            own["SubSelector"] = "TX"
        return {**own, **self._listed("Choices", list(parts), coded=True)}

    def _multiple(self, question: Multiple) -> Json:
        content = self._choice("MAVR", _options(question.options)) | self._order()
        if question.least > 0 or question.most:
            most = question.most or len(question.options)
            settings = self.settings(
                Type="ChoiceRange", MinChoices=str(question.least), MaxChoices=str(most)
            )
            content["Validation"] = {"Settings": settings}
        return content

    def _listed(self, key: str, parts: list[Part], *, coded: bool, first: int = 1) -> Json:
        """Return choices or answers, their order, and our codes as recoded values."""
        self._parts[key] = parts
        names = [str(place) for place in range(first, first + len(parts))]
        content: Json = {
            key: {
                name: {"Display": self.say(part.label), **part.facts}
                for name, part in zip(names, parts, strict=True)
            },
            f"{key[:-1]}Order": names,
        }
        if coded:
            content["RecodeValues"] = {n: p.code for n, p in zip(names, parts, strict=True)}
            unknown = [n for n, p in zip(names, parts, strict=True) if p.is_dont_know]
            if unknown:
                content["VariableNaming"] = dict.fromkeys(unknown, DONT_KNOW_NAME)
        return content

    def _nps(self, question: Nps) -> Json:
        points = [Part(str(code), text(str(code), str(code))) for code in range(11)]
        content = {"QuestionType": "MC", "Selector": "NPS"}
        ends = [question.low_label, question.high_label]
        labels = [{"Display": self.say(end), "IsLabelDefault": False} for end in ends]
        listed = self._listed("Choices", points, coded=False, first=0)
        self._parts.clear()  # the numbers need no translation
        return {**content, **listed, **({"ColumnLabels": labels} if any(ends) else {})}

    def _rows(self, question: Matrix | Differential | NumberMatrix) -> Json:
        content: Json = {"QuestionType": "Matrix", "Configuration": _MATRIX}
        match question:
            case Matrix():
                rows = [Part(item.code, item.text) for item in question.items]
                scale = self._form.questionnaire.scale(question.scale)
                columns = list(_points(scale, has_dont_know=True))
                kind = ("Likert", "SingleAnswer")
            case Differential():
                rows = [Part(row.code, _poles(row.left, row.right)) for row in question.rows]
                columns = [
                    Part(str(code), text(str(code), str(code)))
                    for code in range(1, question.points + 1)
                ]
                kind = ("Bipolar", "")
            case NumberMatrix():
                rows = [Part(line.code, line.label) for line in question.rows]
                columns = [Part(line.code, line.label) for line in question.columns]
                kind = ("TE", "Short")
                content["Validation"] = {"Settings": self._number(question)}
        content |= {"Selector": kind[0], **({"SubSelector": kind[1]} if kind[1] else {})}
        is_numbers = isinstance(question, NumberMatrix)
        content |= self._listed("Choices", rows, coded=False)
        content |= self._listed("Answers", columns, coded=not is_numbers)
        content["ChoiceDataExportTags"] = {str(n): row.code for n, row in enumerate(rows, 1)}
        if is_numbers:
            content["AnswerDataExportTags"] = {str(n): c.code for n, c in enumerate(columns, 1)}
        return content | self._order()

    def _number(self, question: Number | NumberMatrix) -> Json:
        bounds = {
            "Min": "" if question.low is None else f"{question.low:g}",
            "Max": "" if question.high is None else f"{question.high:g}",
            "NumDecimals": str(question.decimals or ""),
        }
        return self.settings(Type="ContentType", ContentType="ValidNumber", ValidNumber=bounds)

    def _typed(self, question: AnyQuestion) -> Json:
        content: Json = {"QuestionType": "TE", "Selector": "SL"}
        match question:
            case Slider():
                return self._slider(question)
            case Number():
                return {**content, "Validation": {"Settings": self._number(question)}}
            case OpenText() if question.is_long:
                return {**content, "Selector": "ML"}
            case Blanks():
                fields = [Part(field.code, field.label) for field in question.fields]
                tags = {str(n): field.code for n, field in enumerate(fields, 1)}
                listed = self._listed("Choices", fields, coded=False)
                return {**content, "Selector": "FORM", **listed, "ChoiceDataExportTags": tags}
            case _:
                return content

    def _slider(self, question: Slider) -> Json:
        steps = (question.high - question.low) / question.step
        decimals = len(f"{question.step:g}".partition(".")[2])
        snaps = steps.is_integer() and question.step != 10**-decimals
        content = self._listed("Choices", [Part("1", NO_TEXT)], coded=False)
        ends = [question.low_label, question.high_label]
        labels = {str(n): {"Display": self.say(end)} for n, end in enumerate(ends, 1)}
        self._parts["Labels"] = [Part(str(n), end) for n, end in enumerate(ends, 1)]
        content["Labels"] = labels
        return {
            "QuestionType": "Slider",
            "Selector": "HSLIDER",
            **content,
            "Configuration": {
                "CSSliderMin": question.low,
                "CSSliderMax": question.high,
                "GridLines": int(steps) if snaps else 10,
                "SnapToGrid": snaps,
                "NumDecimals": str(decimals),
                "ShowValue": True,
                "CustomStart": False,
                "NotApplicable": False,
                "MobileFirst": True,
            },
        }


_NONE: Json = {"Settings": {"Type": "None"}}
_MATRIX: Json = {
    "TextPosition": "inline",
    "ChoiceColumnWidth": 25,
    "RepeatHeaders": "none",
    "WhiteSpace": "OFF",
    "MobileFirst": True,
}


def _options(options: tuple[Option, ...]) -> Iterator[Part]:
    for option in options:
        facts: Json = {"TextEntry": "true"} if option.is_other else {}
        if option.is_exclusive:
            facts["ExclusiveAnswer"] = True
        yield Part(str(option.code), option.label, facts, option.is_dont_know)


def _points(scale: Scale, *, has_dont_know: bool) -> Iterator[Part]:
    for point in scale.points:
        yield Part(str(point.code), point.label)
    if has_dont_know and scale.dont_know:
        yield Part(_DONT_KNOW_CODE, scale.dont_know, is_dont_know=True)


def _poles(left: Text, right: Text) -> Text:
    """Return the words of both ends; Qualtrics parts them at the colon."""

    def joined(first: str, second: str) -> str:
        both = (first.replace(":", "："), second.replace(":", "："))
        return ":".join(both) if first or second else ""

    return Text(zh=joined(left.zh, right.zh), en=joined(left.en, right.en))
