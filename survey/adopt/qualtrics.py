"""Qualtrics' QSF (JSON, undocumented): blocks, questions, display logic.

Known from real files. Checked on the four sample surveys of QualtricsTools.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from survey.adopt.adoption import Adoption
from survey.adopt.draft import (
    Choice,
    Draft,
    choice_question,
    multiple_question,
    ranking_question,
)
from survey.adopt.meaning import Column
from survey.adopt.qualtrics_logic import logic_text, said_logic
from survey.adopt.words import slots, without_html
from survey.problems import refuse
from survey.questionnaire.base import Text
from survey.questionnaire.questions import (
    AnyQuestion,
    Blank,
    Blanks,
    Differential,
    Item,
    Matrix,
    Multiple,
    Note,
    Nps,
    Number,
    OpenText,
    Poles,
    Slider,
)

Json = Mapping[str, Any]
_FILES = frozenset({"FileUpload", "Draw", "HeatMap", "HotSpot", "HL", "Signature"})
_META = frozenset({"Timing", "Captcha", "Meta"})
_DEEPEST = 20


def is_qsf(data: object) -> bool:
    """Return whether JSON data is a Qualtrics survey."""
    return isinstance(data, dict) and isinstance(data.get("SurveyElements"), list)


def read_qsf(data: Json, where: str) -> Adoption:
    """Return the questionnaire in a QSF file.

    Raises:
        Refusal: an entry has another form than Qualtrics gives it, or nothing is asked.
    """
    return _Reader(data, where).adoption()


def _mapping(value: object) -> dict[str, Any]:
    """Return a JSON object; Qualtrics writes an empty one as a list, and full ones too."""
    if isinstance(value, dict):
        return {str(key): content for key, content in value.items()}
    if isinstance(value, list):
        return {str(place): content for place, content in enumerate(value)}
    return {}


class _Reader:
    """The elements of the file, and the draft they go into."""

    def __init__(self, data: Json, where: str) -> None:
        elements = [entry for entry in data["SurveyElements"] if isinstance(entry, dict)]
        self._of = {
            kind: [entry.get("Payload") for entry in elements if entry.get("Element") == kind]
            for kind in ("BL", "FL", "SQ", "QO", "QG")
        }
        self._entry = _mapping(data.get("SurveyEntry"))
        self._questions = {
            str(payload.get("QuestionID", place)): payload
            for place, payload in enumerate(self._of["SQ"])
            if isinstance(payload, dict)
        }
        base = str(self._entry.get("SurveyLanguage") or "")
        others = [name for p in self._questions.values() for name in _mapping(p.get("Language"))]
        sample = " ".join(str(p.get("QuestionText", "")) for p in self._questions.values())
        languages = dict.fromkeys([base, *(n for n in others if not n.isdigit())])
        self._base = base
        self._draft = Draft(where, slots(languages, sample))
        for name in languages:
            if name not in self._draft.slots:
                self._draft.lose("language_lost", language=name)
        self._names: dict[str, dict[str, str]] = {}

    def adoption(self) -> Adoption:
        """Return the questionnaire."""
        draft = self._draft
        draft.title = self._say(self._entry.get("SurveyName"))
        draft.code = str(self._entry.get("SurveyID") or "")
        blocks = self._blocks()
        order = list(self._flow())
        shown: set[str] = set()
        for place, relevance in order:
            if place in blocks and place not in shown:
                shown.add(place)
                self._block(blocks[place], relevance)
        for name, block in blocks.items():
            if name not in shown and block.get("Type") != "Trash" and not order:
                self._block(block, "")
        if not blocks:
            draft.page("")
            for question in self._questions.values():
                self._question(question)
        self._tell_trash(blocks.values())
        if self._of["QO"] or self._of["QG"]:
            draft.lose("quotas", count=max(len(self._of["QO"]), 1))
        return draft.finished("qualtrics")

    def _tell_trash(self, blocks: Any) -> None:
        count = sum(len(_question_ids(block)) for block in blocks if block.get("Type") == "Trash")
        if count:
            self._draft.lose("trash", count=count)

    def _say(self, content: object, others: Mapping[str, object] | None = None) -> Text:
        words = {self._base: without_html(str(content or ""))}
        for name, text in (others or {}).items():
            words[name] = without_html(str(text or ""))
        return self._draft.text(words)

    # -- blocks and flow --------------------------------------------------------------------------

    def _blocks(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for payload in self._of["BL"]:
            for key, block in _mapping(payload).items():
                if isinstance(block, dict):
                    found[str(block.get("ID", key))] = block
        return found

    def _flow(self) -> Iterator[tuple[str, str]]:
        for payload in self._of["FL"]:
            yield from self._steps(_mapping(payload).get("Flow"), "", 0)

    def _steps(self, flow: object, relevance: str, depth: int) -> Iterator[tuple[str, str]]:
        if depth > _DEEPEST:
            raise refuse("adopt_groups_deep", self._draft.name)
        for step in flow if isinstance(flow, list) else ():
            if not isinstance(step, dict):
                raise refuse("adopt_shape", self._draft.name, entry="Flow")
            kind = str(step.get("Type", ""))
            own = relevance
            if kind in ("Block", "Standard"):
                yield str(step.get("ID", "")), relevance
                continue
            if kind == "Branch":
                text = logic_text(step.get("BranchLogic"), self._option_name)
                words = said_logic(step.get("BranchLogic"))
                if text:
                    own = f"({relevance}) and ({text})" if relevance else text
                else:
                    self._draft.lose("flow", kind=kind, text=words[:200])
            elif kind not in ("Root", "Group"):
                words = str(step.get("Description") or step.get("URL") or step.get("FlowID", ""))
                self._draft.lose("flow", kind=kind, text=without_html(words)[:200])
            yield from self._steps(step.get("Flow"), own, depth + 1)

    def _block(self, block: Mapping[str, Any], relevance: str) -> None:
        draft = self._draft
        title = self._say(block.get("Description"))
        draft.page("", title, relevance=relevance)
        options = _mapping(block.get("Options"))
        if options.get("RandomizeQuestions") not in (None, "", "false", False):
            draft.lose("random_order", title.in_("zh"))
        for entry in _mapping(block.get("BlockElements")).values():
            if not isinstance(entry, dict) or entry.get("Type") != "Question":
                continue
            question = self._questions.get(str(entry.get("QuestionID", "")))
            if question is None:
                continue
            self._question(question)
            for skip in _mapping(entry.get("SkipLogic")).values():
                words = without_html(str(_mapping(skip).get("Description", "")))
                draft.lose("skip", _tag(question), text=words[:200])

    # -- questions --------------------------------------------------------------------------------

    def _option_name(self, question: str, choice: str) -> str:
        """Return the name under which conditions know a choice, by its number in the file."""
        payload = self._questions.get(question, {})
        return str(_mapping(payload.get("RecodeValues")).get(choice, choice))

    def _question(self, payload: Json) -> None:
        draft, tag = self._draft, _tag(payload)
        kind = str(payload.get("QuestionType", ""))
        if kind in _META:
            draft.lose("meta", tag)
            return
        if kind in _FILES:
            draft.lose("files", tag)
            return
        relevance = ""
        if payload.get("DisplayLogic"):
            relevance = logic_text(payload["DisplayLogic"], self._option_name)
            if not relevance:
                words = said_logic(payload["DisplayLogic"])
                draft.lose("condition", tag, text=words[:200])
        for key in ("Choices", "Answers"):
            for part in _mapping(payload.get(key)).values():
                if isinstance(part, dict) and part.get("DisplayLogic"):
                    words = said_logic(part["DisplayLogic"])
                    draft.lose("part_condition", tag, text=words[:200])
        for setting in ("DynamicChoices", "DynamicAnswers", "QuestionJS"):
            if payload.get(setting):
                draft.lose("setting", tag, name=setting)
        if payload.get("Randomization"):
            draft.lose("random_order", tag)
        for made, choices in self._made(payload, kind, tag):
            code = draft.add(made, relevance=relevance)
            name = str(payload.get("QuestionID", ""))
            draft.know_choice(name, code, choices)

    def _parts(self, payload: Json, key: str) -> list[Choice]:
        parts = _mapping(payload.get(key))
        ordered = [str(name) for name in _mapping(payload.get(key[:-1] + "Order")).values()]
        recoded = _mapping(payload.get("RecodeValues")) if key == self._coded(payload) else {}
        languages = _mapping(payload.get("Language"))
        found = []
        for name in [*ordered, *(name for name in parts if name not in ordered)]:
            part = parts.get(name)
            if not isinstance(part, dict):
                continue
            others = {
                language: _mapping(_mapping(_mapping(content).get(key)).get(name)).get("Display")
                for language, content in languages.items()
            }
            found.append(
                Choice(
                    str(recoded.get(name, name)),
                    self._say(part.get("Display"), others),
                    is_other=part.get("TextEntry") in ("true", True, "on"),
                    is_exclusive=part.get("ExclusiveAnswer") in ("true", True),
                )
            )
        return found

    @staticmethod
    def _coded(payload: Json) -> str:
        """Return which parts the recoded values belong to."""
        return "Answers" if payload.get("QuestionType") == "Matrix" else "Choices"

    def _made(
        self, payload: Json, kind: str, tag: str
    ) -> Iterator[tuple[AnyQuestion, list[Choice]]]:
        draft, selector = self._draft, str(payload.get("Selector", ""))
        languages = {
            name: _mapping(content).get("QuestionText")
            for name, content in _mapping(payload.get("Language")).items()
        }
        text = self._say(payload.get("QuestionText"), languages) or self._say(tag)
        validation = _mapping(_mapping(payload.get("Validation")).get("Settings"))
        common: dict[str, object] = {"is_required": validation.get("ForceResponse") in ("ON", "on")}
        if kind in ("Matrix", "SBS", "Slider") and not (kind == "Slider" and selector == "STAR"):
            yield from self._several(payload, kind, tag, text=text, common=common)
            return
        code = draft.names.fresh(tag)
        facts: dict[str, object] = {"code": code, "text": text, **common}
        choices = self._parts(payload, "Choices")
        if kind == "DB":
            yield Note(code=code, text=text), []
        elif kind == "MC" and selector == "NPS":
            yield Nps(**facts), []  # type: ignore[arg-type]
        elif kind == "MC" and (selector.startswith("MA") or selector == "MSB"):
            made = multiple_question(draft, code, text, choices, **common)
            yield _limited(made, validation), choices
        elif kind == "MC":
            display = "dropdown" if selector in ("DL", "SB") else "list"
            yield choice_question(draft, code, text, choices, display=display, **common), choices
        elif kind == "RO":
            yield ranking_question(draft, code, text, choices, **common), choices
        elif kind == "CS" or (kind == "TE" and selector == "FORM"):
            yield self._fields(kind, facts, choices), []
        else:
            yield self._typed(kind, selector, facts, validation), []

    def _fields(self, kind: str, facts: dict[str, object], choices: list[Choice]) -> AnyQuestion:
        if kind == "CS":
            self._draft.lose("weights_as_numbers", str(facts["code"]))
        if not choices:
            return OpenText(**facts)  # type: ignore[arg-type]
        fields = tuple(
            Blank(
                code=f"F{place}",
                label=choice.label,
                answer="number" if kind == "CS" else "text",
            )
            for place, choice in enumerate(choices, 1)
        )
        return Blanks(**facts, fields=fields)  # type: ignore[arg-type]

    def _typed(
        self, kind: str, selector: str, facts: dict[str, object], validation: Json
    ) -> AnyQuestion:
        if kind != "TE":
            self._draft.lose("kind_as_text", str(facts["code"]), kind=f"{kind}/{selector}")
        content = validation.get("ContentType")
        if content == "ValidNumber":
            bounds = _mapping(validation.get("ValidNumber"))
            low, high = _number(bounds.get("Min")), _number(bounds.get("Max"))
            if low is not None and high is not None and low >= high:
                low = high = None
            decimals = min(6, int(_number(bounds.get("NumDecimals")) or 0))
            return Number(**facts, low=low, high=high, decimals=max(0, decimals))  # type: ignore[arg-type]
        if content:
            self._draft.lose("validation", str(facts["code"]), kind=str(content)[:40])
        return OpenText(**facts, is_long=selector in ("ML", "ESTB"))  # type: ignore[arg-type]

    # -- questions with rows ----------------------------------------------------------------------

    def _several(
        self, payload: Json, kind: str, tag: str, *, text: Text, common: dict[str, object]
    ) -> Iterator[tuple[AnyQuestion, list[Choice]]]:
        draft = self._draft
        rows, answers = self._parts(payload, "Choices"), self._parts(payload, "Answers")
        selector = str(payload.get("Selector", ""))
        if kind == "Slider":
            yield from self._sliders(payload, tag, rows, text=text, common=common)
        elif kind == "SBS":
            parts = [_mapping(p) for p in _mapping(payload.get("AdditionalQuestions")).values()]
            draft.lose("side_by_side", tag, count=len(parts))
            for place, part in enumerate(parts, 1):
                title = self._say(part.get("QuestionText"))
                both = Text(zh=f"{text.zh} {title.zh}", en=f"{text.en} {title.en}")
                own = {**part, "QuestionType": "Matrix"}
                columns = self._parts(own, "Answers")
                is_multiple = part.get("SubSelector") == "MultipleAnswer"
                yield from self._matrix(
                    f"{tag}_{place}", rows, columns, text=both, common=common, multiple=is_multiple
                )
        elif selector == "Bipolar":
            yield from self._bipolar(tag, rows, answers, text=text, common=common)
        else:
            is_multiple = payload.get("SubSelector") == "MultipleAnswer"
            yield from self._matrix(
                tag, rows, answers, text=text, common=common, multiple=is_multiple
            )

    def _matrix(
        self,
        tag: str,
        rows: list[Choice],
        answers: list[Choice],
        *,
        text: Text,
        common: dict[str, object],
        multiple: bool,
    ) -> Iterator[tuple[AnyQuestion, list[Choice]]]:
        draft = self._draft
        if multiple and rows:
            draft.lose("grid_of_multiples", tag)
            for row in rows:
                code = draft.names.fresh(f"{tag}_{row.name}")
                yield multiple_question(draft, code, _under(text, row.label), answers, **common), []
            return
        code = draft.names.fresh(tag)
        facts: dict[str, object] = {"code": code, "text": text, **common}
        scale = draft.scale(answers, tag) if answers else None
        if rows and scale is not None:
            values = draft.values(answers)
            items = []
            for row in rows:
                item = draft.names.fresh(f"{code}_{row.name}")
                draft.know(f"{tag}_{row.name}", Column(item, values=values))
                items.append(Item(code=item, text=row.label))
            yield Matrix(**facts, scale=scale, items=tuple(items)), []  # type: ignore[arg-type]
            return
        if rows:
            draft.lose("texts_in_cells", tag)
        yield self._fields("TE", facts, rows), []

    def _bipolar(
        self,
        tag: str,
        rows: list[Choice],
        answers: list[Choice],
        *,
        text: Text,
        common: dict[str, object],
    ) -> Iterator[tuple[AnyQuestion, list[Choice]]]:
        if not rows or not 3 <= len(answers) <= 11:
            yield from self._matrix(tag, rows, answers, text=text, common=common, multiple=False)
            return
        code = self._draft.names.fresh(tag)
        poles = tuple(
            Poles(
                code=self._draft.names.fresh(f"{code}_{row.name}"),
                left=_side(row.label, 0),
                right=_side(row.label, 2),
            )
            for row in rows
        )
        facts: dict[str, object] = {"code": code, "text": text, **common}
        yield Differential(**facts, points=len(answers), rows=poles), []  # type: ignore[arg-type]

    def _sliders(
        self,
        payload: Json,
        tag: str,
        rows: list[Choice],
        *,
        text: Text,
        common: dict[str, object],
    ) -> Iterator[tuple[AnyQuestion, list[Choice]]]:
        settings = _mapping(payload.get("Configuration"))
        low = _number(settings.get("CSSliderMin")) or 0.0
        high = _number(settings.get("CSSliderMax"))
        bounds: dict[str, object] = {
            "low": low,
            "high": high if high is not None and high > low else low + 100,
        }
        labels = list(_mapping(payload.get("Labels")).values())
        if len(labels) > 1:
            bounds |= {
                "low_label": self._say(_mapping(labels[0]).get("Display")),
                "high_label": self._say(_mapping(labels[-1]).get("Display")),
            }
        if len(rows) > 1:
            self._draft.lose("several_sliders", tag)
        for row in rows or [Choice("", Text())]:
            code = self._draft.names.fresh(f"{tag}_{row.name}" if len(rows) > 1 else tag)
            title = _under(text, row.label)
            yield Slider(code=code, text=title, **common, **bounds), []  # type: ignore[arg-type]


def _question_ids(block: Mapping[str, Any]) -> list[str]:
    entries = _mapping(block.get("BlockElements")).values()
    return [
        str(entry.get("QuestionID"))
        for entry in entries
        if isinstance(entry, dict) and entry.get("Type") == "Question"
    ]


def _tag(payload: Json) -> str:
    return str(payload.get("DataExportTag") or payload.get("QuestionID") or "")


def _under(stem: Text, row: Text) -> Text:
    def joined(first: str, second: str) -> str:
        return f"{first} — {second}" if first and second else first or second

    return Text(zh=joined(stem.zh, row.zh), en=joined(stem.en, row.en))


def _side(label: Text, place: int) -> Text:
    return Text(zh=label.zh.partition(":")[place], en=label.en.partition(":")[place])


def _limited(made: AnyQuestion, validation: Json) -> AnyQuestion:
    if not isinstance(made, Multiple):
        return made
    least, most = _number(validation.get("MinChoices")), _number(validation.get("MaxChoices"))
    count = len(made.options)
    low = int(least) if least is not None and 0 <= least <= count else 0
    high = int(most) if most is not None and max(low, 1) <= most <= count else None
    return made.model_copy(update={"least": low, "most": high})


def _number(value: object) -> float | None:
    text = str(value) if isinstance(value, str | int | float) else ""
    return float(text) if re.fullmatch(r"-?\d{1,9}(?:\.\d{1,6})?", text) else None
