"""Qualtrics' survey file (QSF): blocks, flow and questions as Qualtrics itself writes them.

The format is undocumented. What is written here is what surveys exported by Qualtrics hold,
element by element; no Qualtrics account was at hand to import one.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from survey.publish.export import Export, Loss, loss, merged
from survey.publish.plain import Plain, plain, shared_losses
from survey.publish.qsf_logic import Json, Unsayable, qsf_logic
from survey.publish.qsf_questions import LANGUAGES, payload, question_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.conditions import Condition, variables_in
from survey.questionnaire.model import Page, Questionnaire
from survey.questionnaire.questions import AnyQuestion, Matrix, Note
from survey.questionnaire.variables import variables

INTRODUCTION = "INTRODUCTION"
"""Export tag of the text before the first question."""
_CAN = frozenset({"blocks", "option_order", "item_order"})


def qsf_survey(
    questionnaire: Questionnaire, *, role: str | None = None
) -> tuple[Json, tuple[Loss, ...]]:
    """Return the survey as JSON data and what it cannot hold.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = plain(questionnaire, role=role)
    builder = _Builder(form)
    elements = builder.elements()
    losses = [*shared_losses(form.questionnaire, can=_CAN), *builder.losses]
    for question in form.questionnaire.questions:
        losses += question_losses(question)
    losses += text_losses(form.questionnaire, "closing", "titles_language", ends_of=())
    entry: Json = {
        "SurveyID": builder.survey,
        "SurveyName": form.say(form.questionnaire.title),
        "SurveyDescription": None,
        "SurveyOwnerID": builder.made("UR"),
        "SurveyBrandID": "",
        "DivisionID": None,
        "SurveyLanguage": LANGUAGES[form.language],
        "SurveyActiveResponseSet": builder.made("RS"),
        "SurveyStatus": "Inactive",
        **dict.fromkeys(("SurveyStartDate", "SurveyExpirationDate"), _NEVER),
        "SurveyCreationDate": _NEVER,
        "CreatorID": builder.made("UR"),
        **dict.fromkeys(("LastModified", "LastAccessed", "LastActivated"), _NEVER),
        "Deleted": None,
    }
    return {"SurveyEntry": entry, "SurveyElements": elements}, merged(losses)


_NEVER = "0000-00-00 00:00:00"


def write_qsf(questionnaire: Questionnaire, path: Path, *, role: str | None = None) -> Export:
    """Write the survey to ``path`` (UTF-8).

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    content, losses = qsf_survey(questionnaire, role=role)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8", newline="\n")
    return Export((path,), losses)


@dataclass(slots=True)
class _Builder:
    """The elements of one survey; identifiers follow from the questionnaire's code."""

    form: Plain
    losses: list[Loss] = field(default_factory=list)
    _steps: int = 1

    @property
    def whole(self) -> Questionnaire:
        """The questionnaire that goes out."""
        return self.form.questionnaire

    @property
    def survey(self) -> str:
        """The survey's identifier."""
        return self.made("SV")

    def made(self, kind: str, part: str = "") -> str:
        """Return an identifier of Qualtrics' form: ``SV_`` and fifteen signs."""
        digest = hashlib.sha256(f"{kind}/{self.whole.code}/{part}".encode()).hexdigest()
        return f"{kind}_{digest[:15]}"

    @property
    def qids(self) -> dict[str, str]:
        """The number of each question, by our code."""
        return {q.code: f"QID{n}" for n, q in enumerate(self.whole.questions, 1)}

    def elements(self) -> list[Json]:
        """Return all elements in the order Qualtrics gives them."""
        questions = [self._question(page, q) for page in self.whole.pages for q in page.questions]
        if self.whole.introduction:
            note = Note(code=INTRODUCTION, text=self.whole.introduction)
            questions.append(payload(note, self.form, f"QID{len(questions) + 1}"))
        blocks = list(self._blocks(questions))
        flow = {
            "Type": "Root",
            "FlowID": "FL_1",
            "Flow": list(self._flow(blocks)),
            "Properties": {"Count": self._steps},
        }
        said = [self._element("BL", "Survey Blocks", blocks), self._element("FL", _FLOW, flow)]
        said += [
            self._element("SO", "Survey Options", self._options()),
            self._element("SCO", "Scoring", _SCORING),
            self._element("STAT", "Survey Statistics", _STATISTICS),
            self._element("QC", "Survey Question Count", None, second=str(len(questions))),
        ]
        said += [
            self._element("SQ", q["QuestionID"], q, second=q["QuestionDescription"])
            for q in questions
        ]
        return [*said, self._element("RS", self.made("RS"), None, second="Default Response Set")]

    def _element(
        self, kind: str, first: str, content: object, *, second: str | None = None
    ) -> Json:
        return {
            "SurveyID": self.survey,
            "Element": kind,
            "PrimaryAttribute": first,
            "SecondaryAttribute": second,
            "TertiaryAttribute": None,
            "Payload": content,
        }

    def _options(self) -> Json:
        others: Json = {LANGUAGES[name]: [] for name in self.form.languages}
        return {**_SETTINGS, "AvailableLanguages": others}

    # -- blocks and flow --------------------------------------------------------------------------

    def _blocks(self, questions: Sequence[Json]) -> Iterator[Json]:
        if self.whole.introduction:
            yield self._block("", "Default", "", [questions[-1]["QuestionID"]])
        qids = self.qids
        for place, page in enumerate(self.whole.pages):
            is_first = place == 0 and not self.whole.introduction
            title = self.form.say(page.title) or page.code
            members = [qids[question.code] for question in page.questions]
            yield self._block(page.code, "Default" if is_first else "Standard", title, members)
        yield {**self._block("/trash", "Trash", "Trash / Unused Questions", [])}

    def _block(self, code: str, kind: str, title: str, members: Sequence[str]) -> Json:
        return {
            "Type": kind,
            "Description": title,
            "ID": self.made("BL", code),
            "BlockElements": [{"Type": "Question", "QuestionID": name} for name in members],
        }

    def _flow(self, blocks: Sequence[Json]) -> Iterator[Json]:
        if self.whole.introduction:
            yield self._step("Block", ID=blocks[0]["ID"])
        block_of = {page: block for block in self.whole.blocks for page in block.pages}
        opened: set[str] = set()
        for page in self.whole.pages:
            block = block_of.get(page.code)
            if block is None:
                yield self._page_step(page)
            elif block.code not in opened:
                opened.add(block.code)
                members = [found for found in self.whole.pages if found.code in block.pages]
                count = min(block.choose or len(members), len(members))
                randomizer = self._step("BlockRandomizer", SubSet=count, EvenPresentation=False)
                yield {**randomizer, "Flow": [self._page_step(found) for found in members]}

    def _step(self, kind: str, **facts: object) -> Json:
        self._steps += 1
        return {"Type": kind, "FlowID": f"FL_{self._steps}", **facts}

    def _page_step(self, page: Page) -> Json:
        logic = self._logic(page.show_if, page, page.code)
        if logic is None:
            return self._step("Standard", ID=self.made("BL", page.code))
        logic.pop("inPage")
        branch = self._step("Branch", Description=page.code, BranchLogic=logic)
        return {**branch, "Flow": [self._step("Standard", ID=self.made("BL", page.code))]}

    # -- questions --------------------------------------------------------------------------------

    def _question(self, page: Page, question: AnyQuestion) -> Json:
        content = payload(question, self.form, self.qids[question.code])
        logic = self._logic(question.show_if, page, question.code)
        if logic is not None:
            content["DisplayLogic"] = logic
        if isinstance(question, Matrix):
            for place, item in enumerate(question.items, 1):
                own = self._logic(item.show_if, page, item.code)
                if own is not None:
                    content["Choices"][str(place)]["DisplayLogic"] = own
        return content

    def _logic(self, condition: Condition | None, page: Page, where: str) -> Json | None:
        if condition is None:
            return None
        owner = {column.code: column.question for column in variables(self.whole)}
        asked = {owner[name] for name in variables_in(condition)}
        in_page = bool(asked & {question.code for question in page.questions})
        try:
            return qsf_logic(condition, self.whole, self.qids, in_page=in_page)
        except Unsayable:
            self.losses.append(loss("conditions", where))
            return None


_FLOW = "Survey Flow"
_SCORING: Json = {
    "ScoringCategories": [],
    "ScoringCategoryGroups": [],
    "ScoringSummaryCategory": None,
    "ScoringSummaryAfterQuestions": 0,
    "ScoringSummaryAfterSurvey": 0,
    "DefaultScoringCategory": None,
    "AutoScoringCategory": None,
}
_STATISTICS: Json = {"MobileCompatible": True, "ID": "Survey Statistics"}
_SETTINGS: Json = {
    "BackButton": "true",
    "SaveAndContinue": "true",
    "SurveyProtection": "PublicSurvey",
    "BallotBoxStuffingPrevention": "false",
    "NoIndex": "Yes",
    "SecureResponseFiles": "true",
    "SurveyExpiration": "None",
    "SurveyTermination": "DefaultMessage",
    "Header": "",
    "Footer": "",
    "ProgressBarDisplay": "VerboseText",
    "PartialData": "+1 week",
    "ValidationMessage": "",
    "PreviousButton": "  <<  ",
    "NextButton": "  >>  ",
    "SkinLibrary": "Qualtrics",
    "SkinType": "MQ",
    "Skin": "QualtricsLight",
    "NewScoring": 1,
    "AnonymizeResponse": "Yes",
}
