"""Qualtrics' QSF (JSON, undocumented): blocks, questions, display logic.

Known from real files. Checked on the four sample surveys of QualtricsTools.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from survey.adopt.adoption import Adoption
from survey.adopt.draft import (
    Choice,
    Draft,
    choice_question,
    multiple_question,
    ranking_question,
)
from survey.adopt.qualtrics_logic import logic_text, said_logic, skip_text
from survey.adopt.qualtrics_parts import (
    choice_name,
    draws_blocks,
    limited,
    mapping,
    number,
    number_bounds,
    parted,
    question_ids,
    tag_of,
)
from survey.adopt.qualtrics_rows import Rows, fields_question
from survey.adopt.words import slots, without_html
from survey.problems import refuse
from survey.publish.qsf import INTRODUCTION
from survey.questionnaire.base import Text
from survey.questionnaire.questions import (
    AnyQuestion,
    Note,
    Nps,
    Number,
    OpenText,
)

Json = Mapping[str, Any]
_FILES = frozenset({"FileUpload", "Draw", "HeatMap", "HotSpot", "HL", "Signature"})
_META = frozenset({"Timing", "Captcha", "Meta"})
_DEEPEST = 20


class _Step(NamedTuple):
    """A block in the flow: when it is shown, and which randomizer draws it."""

    block: str
    relevance: str
    drawn: str


def is_qsf(data: object) -> bool:
    """Return whether JSON data is a Qualtrics survey."""
    return isinstance(data, dict) and isinstance(data.get("SurveyElements"), list)


def read_qsf(data: Json, where: str) -> Adoption:
    """Return the questionnaire in a QSF file.

    Raises:
        Refusal: an entry has another form than Qualtrics gives it, or nothing is asked.
    """
    return _Reader(data, where).adoption()


class _Reader:
    """The elements of the file, and the draft they go into."""

    def __init__(self, data: Json, where: str) -> None:
        elements = [entry for entry in data["SurveyElements"] if isinstance(entry, dict)]
        self._of = {
            kind: [entry.get("Payload") for entry in elements if entry.get("Element") == kind]
            for kind in ("BL", "FL", "SQ", "QO", "QG")
        }
        self._entry = mapping(data.get("SurveyEntry"))
        self._questions = {
            str(payload.get("QuestionID", place)): payload
            for place, payload in enumerate(self._of["SQ"])
            if isinstance(payload, dict)
        }
        base = str(self._entry.get("SurveyLanguage") or "")
        others = [name for p in self._questions.values() for name in mapping(p.get("Language"))]
        sample = " ".join(str(p.get("QuestionText", "")) for p in self._questions.values())
        languages = dict.fromkeys([base, *(n for n in others if not n.isdigit())])
        self._base = base
        self._draft = Draft(where, slots(languages, sample))
        for name in languages:
            if name not in self._draft.slots:
                self._draft.lose("language_lost", language=name)
        self._rows = Rows(self._draft, self._parts, self._say, self._option_name)
        self._ended: list[str] = []  # when the survey did not end before, for each skip to its end

    def adoption(self) -> Adoption:
        """Return the questionnaire."""
        draft = self._draft
        draft.title = self._say(self._entry.get("SurveyName"))
        draft.code = str(self._entry.get("SurveyID") or "")
        blocks = self._blocks()
        order = list(self._flow())
        shown: set[str] = set()
        for place, relevance, drawn in order:
            if place in blocks and place not in shown:
                shown.add(place)
                self._block(blocks[place], relevance, drawn)
        for name, block in blocks.items():
            if name not in shown and block.get("Type") != "Trash" and not order:
                self._block(block, "", "")
        if not blocks:
            draft.page("")
            for question in self._questions.values():
                self._question(question)
        self._tell_trash(blocks.values())
        if self._of["QO"] or self._of["QG"]:
            draft.lose("quotas", count=max(len(self._of["QO"]), 1))
        return draft.finished("qualtrics")

    def _tell_trash(self, blocks: Any) -> None:
        count = sum(len(question_ids(block)) for block in blocks if block.get("Type") == "Trash")
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
            for key, block in mapping(payload).items():
                if isinstance(block, dict):
                    found[str(block.get("ID", key))] = block
        return found

    def _flow(self) -> Iterator[_Step]:
        for payload in self._of["FL"]:
            yield from self._steps(mapping(payload).get("Flow"), "", 0)

    def _steps(self, flow: object, relevance: str, depth: int, drawn: str = "") -> Iterator[_Step]:
        if depth > _DEEPEST:
            raise refuse("adopt_groups_deep", self._draft.name)
        for step in flow if isinstance(flow, list) else ():
            if not isinstance(step, dict):
                raise refuse("adopt_shape", self._draft.name, entry="Flow")
            kind = str(step.get("Type", ""))
            own = relevance
            if kind in ("Block", "Standard"):
                yield _Step(str(step.get("ID", "")), relevance, drawn)
                continue
            within = drawn
            if kind == "Branch":
                text = logic_text(step.get("BranchLogic"), self._option_name)
                words = said_logic(step.get("BranchLogic"))
                if text:
                    own = f"({relevance}) and ({text})" if relevance else text
                else:
                    self._draft.lose("flow", kind=kind, text=words[:200])
            elif kind == "BlockRandomizer" and draws_blocks(step):
                within = str(step.get("FlowID", ""))
                self._draft.draw(within, int(number(step.get("SubSet")) or 0))
            elif kind not in ("Root", "Group"):
                words = str(step.get("Description") or step.get("URL") or step.get("FlowID", ""))
                self._draft.lose("flow", kind=kind, text=without_html(words)[:200])
            yield from self._steps(step.get("Flow"), own, depth + 1, within)

    def _block(self, block: Mapping[str, Any], relevance: str, drawn: str) -> None:
        draft = self._draft
        title = self._say(block.get("Description"))
        draft.page("", title, relevance=relevance, block=drawn)
        for ended in self._ended:
            draft.wish_for_page(ended)
        options = mapping(block.get("Options"))
        if options.get("RandomizeQuestions") not in (None, "", "false", False):
            draft.lose("random_order", title.in_("zh"))
        passed: list[tuple[str, str]] = []  # where a skip goes, and when it does not
        members = question_ids(block)
        entries = mapping(block.get("BlockElements")).values()
        for entry in entries:
            if not isinstance(entry, dict) or entry.get("Type") != "Question":
                continue
            name = str(entry.get("QuestionID", ""))
            question = self._questions.get(name)
            if question is None:
                continue
            passed = [(target, unless) for target, unless in passed if target != name]
            self._question(question, [unless for _, unless in passed])
            later = members[members.index(name) + 1 :]
            passed += self._skips(entry, question, later)

    def _skips(
        self, entry: Mapping[str, Any], question: Json, later: list[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield the target of each skip after a question and when it is not taken."""
        before = ""
        for skip in mapping(entry.get("SkipLogic")).values():
            target = str(mapping(skip).get("SkipToDestination", ""))
            taken = skip_text(mapping(skip), self._option_name)
            is_known = target in later or target in ("ENDOFBLOCK", "ENDOFSURVEY")
            if not taken or not is_known:
                words = without_html(str(mapping(skip).get("Description", "")))
                self._draft.lose("skip", tag_of(question), text=words[:200])
                continue
            if taken == before:  # the first of two with the same condition is taken
                continue
            unless = f"not(({taken}) and not({before}))" if before else f"not({taken})"
            before = f"({before}) or ({taken})" if before else taken
            yield target, unless
            if target == "ENDOFSURVEY":
                self._ended.append(unless)

    # -- questions --------------------------------------------------------------------------------

    def _option_name(self, question: str, choice: str) -> str:
        """Return the name under which conditions know a choice, by its number in the file."""
        payload = self._questions.get(question, {})
        return str(mapping(payload.get("RecodeValues")).get(choice, choice))

    def _question(self, payload: Json, unless: Sequence[str] = ()) -> None:
        draft, tag = self._draft, tag_of(payload)
        kind = str(payload.get("QuestionType", ""))
        if kind == "DB" and tag == INTRODUCTION and not draft.introduction:
            draft.introduction = self._asked(payload)[0]
            return
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
        self._tell_part_logic(payload, kind, tag)
        for setting in ("DynamicChoices", "DynamicAnswers", "QuestionJS"):
            if payload.get(setting):
                draft.lose("setting", tag, name=setting)
        drawn = mapping(payload.get("Randomization"))
        for made, choices in self._made(payload, kind, tag):
            question = made
            if drawn.get("Type") == "All" and "shuffle" in type(made).model_fields:
                question = made.model_copy(update={"shuffle": True})
            elif drawn.get("Type") not in (None, "None", "none"):
                draft.lose("random_order", tag)
            code = draft.add(question, relevance=relevance)
            for text in unless:
                draft.wish("question", code, text)
            draft.know_choice(str(payload.get("QuestionID", "")), code, choices)

    def _tell_part_logic(self, payload: Json, kind: str, tag: str) -> None:
        """Tell the conditions of options; those of a matrix's rows are kept (see _matrix)."""
        for key in ("Choices", "Answers"):
            for part in mapping(payload.get(key)).values():
                if not isinstance(part, dict) or not part.get("DisplayLogic"):
                    continue
                is_row = kind == "Matrix" and key == "Choices"
                if is_row and logic_text(part["DisplayLogic"], self._option_name):
                    continue
                words = said_logic(part["DisplayLogic"])
                self._draft.lose("part_condition", tag, text=words[:200])

    def _asked(self, payload: Json) -> tuple[Text, Text]:
        """Return the text of a question and its help."""
        languages = mapping(payload.get("Language"))
        said = {self._base: parted(str(payload.get("QuestionText") or ""))}
        for name, content in languages.items():
            said[name] = parted(str(mapping(content).get("QuestionText") or ""))
        return (
            self._draft.text({name: both[0] for name, both in said.items()}),
            self._draft.text({name: both[1] for name, both in said.items()}),
        )

    def _parts(self, payload: Json, key: str) -> list[Choice]:
        parts = mapping(payload.get(key))
        ordered = [str(name) for name in mapping(payload.get(key[:-1] + "Order")).values()]
        is_coded = key == self._coded(payload)
        languages = mapping(payload.get("Language"))
        found = []
        for name in [*ordered, *(name for name in parts if name not in ordered)]:
            part = parts.get(name)
            if not isinstance(part, dict):
                continue
            others = {
                language: mapping(mapping(mapping(content).get(key)).get(name)).get("Display")
                for language, content in languages.items()
            }
            own, is_unknown = choice_name(payload, name) if is_coded else (name, False)
            found.append(
                Choice(
                    own,
                    self._say(part.get("Display"), others),
                    is_dont_know=is_unknown,
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
        text, below = self._asked(payload)
        text = text or self._say(tag)
        validation = mapping(mapping(payload.get("Validation")).get("Settings"))
        is_forced = validation.get("ForceResponse") in ("ON", "on")
        common: dict[str, object] = {"is_required": is_forced, "help": below}
        if kind in ("Matrix", "SBS", "Slider") and not (kind == "Slider" and selector == "STAR"):
            yield from self._rows.questions(payload, kind, tag, text=text, common=common)
            return
        code = draft.names.fresh(tag)
        facts: dict[str, object] = {"code": code, "text": text, **common}
        choices = self._parts(payload, "Choices")
        if kind == "DB":
            yield Note(code=code, text=text, help=below), []
        elif kind == "MC" and selector == "NPS":
            ends = [
                mapping(label).get("Display")
                for label in mapping(payload.get("ColumnLabels")).values()
            ]
            if len(ends) > 1:
                facts |= {"low_label": self._say(ends[0]), "high_label": self._say(ends[-1])}
            yield Nps(**facts), []  # type: ignore[arg-type]
        elif kind == "MC" and (selector.startswith("MA") or selector == "MSB"):
            made = multiple_question(draft, code, text, choices, **common)
            yield limited(made, validation), choices
        elif kind == "MC":
            display = "dropdown" if selector in ("DL", "SB") else "list"
            yield choice_question(draft, code, text, choices, display=display, **common), choices
        elif kind == "RO":
            yield ranking_question(draft, code, text, choices, **common), choices
        elif kind == "CS" or (kind == "TE" and selector == "FORM"):
            yield fields_question(draft, kind, facts, choices, payload), []
        else:
            yield self._typed(kind, selector, facts, validation), []

    def _typed(
        self, kind: str, selector: str, facts: dict[str, object], validation: Json
    ) -> AnyQuestion:
        if kind != "TE":
            self._draft.lose("kind_as_text", str(facts["code"]), kind=f"{kind}/{selector}")
        content = validation.get("ContentType")
        if content == "ValidNumber":
            return Number(**facts, **number_bounds(validation))  # type: ignore[arg-type]
        if content:
            self._draft.lose("validation", str(facts["code"]), kind=str(content)[:40])
        return OpenText(**facts, is_long=selector in ("ML", "ESTB"))  # type: ignore[arg-type]
