"""Makes a questionnaire of a LimeSurvey structure: the inverse of publish/limesurvey.

Checked by reading back our own exports, and on the sample surveys of LimeSurvey 2.05 to 6.
"""

import re
from collections.abc import Iterable, Sequence

from survey.adopt.adoption import Adoption
from survey.adopt.draft import (
    Choice,
    Draft,
    choice_question,
    multiple_question,
    ranking_question,
)
from survey.adopt.lime import LimeGroup, LimePart, LimeQuestion, LimeQuota, LimeSurvey, Words
from survey.adopt.meaning import Column
from survey.adopt.words import slots, without_html
from survey.questionnaire.base import Text
from survey.questionnaire.questions import (
    AnyQuestion,
    Blank,
    Blanks,
    Date,
    Differential,
    Item,
    Line,
    Matrix,
    Multiple,
    Note,
    Number,
    NumberMatrix,
    OpenText,
    Poles,
    Single,
    Slider,
)
from survey.questionnaire.scales import said

OTHER = "-oth-"
_FIXED = {
    "A": 5, "B": 10, "5": 5,
}  # fmt: skip
"""Letters of arrays on a fixed scale of numbers."""
_WORDED = {"C": ("yes", "uncertain", "no"), "E": ("increase", "same", "decrease")}
_LETTERS = {"C": ("Y", "U", "N"), "E": ("I", "S", "D")}


def lime_questionnaire(survey: LimeSurvey, where: str) -> Adoption:
    """Return the questionnaire of a survey, a group or a question.

    Raises:
        Refusal: nothing is asked in it.
    """
    sample = " ".join(" ".join(group.words.values()) for group in survey.groups)
    draft = Draft(where, slots(survey.languages or ("",), sample))
    for language in survey.languages:
        if language not in draft.slots:
            draft.lose("language_lost", language=language)
    reader = _Reader(draft)
    draft.title, draft.code = reader.say(survey.title), survey.code
    draft.introduction, draft.closing = reader.say(survey.welcome), reader.say(survey.end)
    for group in survey.groups:
        reader.group(group)
    for quota in survey.quotas:
        reader.quota(quota)
    return draft.finished("limesurvey")


class _Reader:
    """Puts the questions into the draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._boxes: set[str] = set()  # questions of which several answers may be marked

    def say(self, words: Words) -> Text:
        """Return a text without its HTML."""
        return self._draft.text({name: without_html(text) for name, text in words.items()})

    def group(self, group: LimeGroup) -> None:
        """Add a group as a page."""
        title = self.say(group.words)
        self._draft.page("", title, relevance=group.relevance, block=group.random_group)
        for question in group.questions:
            self._question(question)

    def quota(self, quota: LimeQuota) -> None:
        """Add a quota: answers of one question count together, those of several at once."""
        answers: dict[str, list[str]] = {}
        for question, answer in quota.members:
            is_box = question in self._boxes
            said = f'{question}_{answer} == "Y"' if is_box else f'{question} == "{answer}"'
            answers.setdefault(question, []).append(said)
        when = " && ".join(f"({' || '.join(parts)})" for parts in answers.values())
        self._draft.quota(quota.name, quota.limit, when, self.say(quota.message))

    def _question(self, question: LimeQuestion) -> None:
        draft = self._draft
        if question.letter in ("*", "|"):
            code = question.code
            words = next(iter(question.words.values()), "")
            if question.letter == "*":
                draft.lose("computed", code, text=words[:200])
            else:
                draft.lose("files", code)
            return
        for text in question.conditions:
            draft.lose("condition", question.code, text=text[:200])
        code = draft.names.fresh(question.code)
        made, choices = self._made(question, code)
        if question.letter in ("M", "P"):
            self._boxes.add(question.code)
        relevance = question.relevance
        final = draft.add(made, relevance=relevance)
        if not isinstance(made, Matrix | Differential | Blanks | NumberMatrix):
            draft.know_choice(question.code, final, choices)
        self._know_parts(question, made, final)
        self._check(question, final)

    def _check(self, question: LimeQuestion, code: str) -> None:
        text = question.attributes.get("em_validation_q", "")
        if text:
            tip = question.attributes.get("em_validation_q_tip", "")
            message = Text(zh=without_html(tip), en="") if tip else self.say(question.help)
            named = re.sub(r"\b(?:self|this)\b(?:\.NAOK)?", question.code, text)
            self._draft.wish("check", code, named, message)
        for name in ("array_filter", "array_filter_exclude"):
            if question.attributes.get(name):
                self._draft.lose("answers_filtered", code, text=question.attributes[name][:200])

    # -- kinds ------------------------------------------------------------------------------------

    def _common(self, question: LimeQuestion) -> dict[str, object]:
        return {"help": self.say(question.help), "is_required": question.is_mandatory}

    def _choices(self, parts: Iterable[LimePart], *, scale: int | None = None) -> list[Choice]:
        return [
            Choice(part.code, self.say(part.words))
            for part in parts
            if scale is None or part.scale == scale
        ]

    def _other(self, question: LimeQuestion, choices: list[Choice]) -> list[Choice]:
        if not question.has_other:
            return choices
        numbers = [int(choice.name) for choice in choices if choice.name.isdigit()]
        is_plain = len(numbers) == sum(choice.name != "dk" for choice in choices)
        # Their "other" has no code; where all others are numbers it is the next one.
        name = str(max(numbers, default=0) + 1) if is_plain else OTHER
        label = question.attributes.get("other_replace_text", "")
        text = self._draft.text(dict.fromkeys(question.words, label)) if label else None
        return [*choices, Choice(name, text or said("form.other"), is_other=True)]

    def _made(self, question: LimeQuestion, code: str) -> tuple[AnyQuestion, list[Choice]]:
        text = self.say(question.words) or Text(zh=question.code, en=question.code)
        facts: dict[str, object] = {"code": code, "text": text, **self._common(question)}
        letter = question.letter
        if letter in "L!OYGI5":
            return self._single(question, code, text)
        if letter in "MP":
            if letter == "P":
                self._draft.lose("comments", code)
            return self._multiple(question, code, text)
        if letter == "R":
            choices = self._choices(question.answers or question.subquestions)
            most = _whole(question.attributes.get("max_answers", ""))
            ranks = {"ranks": most} if most and most < len(choices) else {}
            made = ranking_question(
                self._draft, code, text, choices, **self._common(question), **ranks
            )
            return made, choices
        if letter in "FHABCE1" and (grid := self._grid(question, facts)) is not None:
            return grid, []
        if letter in ":;" and (grid := self._number_grid(question, facts)) is not None:
            return grid, []
        if letter in "KQ;:":
            return self._blanks(question, facts), []
        return self._typed(question, facts), []

    def _single(
        self, question: LimeQuestion, code: str, text: Text
    ) -> tuple[AnyQuestion, list[Choice]]:
        letter = question.letter
        if letter == "Y":
            choices = [Choice("Y", said("scales.yes_no.p2")), Choice("N", said("scales.yes_no.p1"))]
        elif letter == "G":
            words = (("F", "female"), ("M", "male"))
            choices = [Choice(name, word(key)) for name, key in words]
        elif letter == "5":
            choices = _numbers(5)
        elif letter == "I":
            choices = [Choice(name, Text(zh=name, en=name)) for name in self._draft.slots]
        else:
            choices = self._other(question, self._choices(question.answers))
        if letter == "O":
            self._draft.lose("comments", code)
        made = choice_question(
            self._draft,
            code,
            text,
            choices,
            display="dropdown" if letter == "!" else "list",
            shuffle=_is_random(question),
            **self._common(question),
        )
        return made, choices

    def _multiple(
        self, question: LimeQuestion, code: str, text: Text
    ) -> tuple[AnyQuestion, list[Choice]]:
        alone = set(re.split(r"[;,\s]+", question.attributes.get("exclude_all_others", "")))
        choices = self._other(
            question,
            [
                Choice(part.code, self.say(part.words), is_exclusive=part.code in alone)
                for part in question.subquestions
            ],
        )
        made = multiple_question(
            self._draft,
            code,
            text,
            choices,
            shuffle=_is_random(question),
            **self._common(question),
        )
        if isinstance(made, Multiple):
            least = _whole(question.attributes.get("min_answers", ""))
            most = _whole(question.attributes.get("max_answers", "")) or None
            count = len(made.options)
            if least <= (most or count) <= count:
                made = made.model_copy(update={"least": least, "most": most})
        return made, choices

    def _grid(self, question: LimeQuestion, facts: dict[str, object]) -> AnyQuestion | None:
        rows, answers = question.subquestions, list(question.answers)
        if question.letter == "H":  # by column: the other way round, the same to answer
            self._draft.lose("array_by_column", str(facts["code"]))
        if question.letter == "1":
            self._draft.lose("second_scale", str(facts["code"]))
            answers = [part for part in answers if part.scale == 0]
        poles = [self.say(part.words) for part in rows]
        is_numbered = len(answers) >= 3 and all(
            self.say(part.words).in_("zh") == part.code == str(place)
            for place, part in enumerate(answers, 1)
        )
        if rows and is_numbered and len(answers) <= 11 and all("|" in p.in_("zh") for p in poles):
            return self._differential(question, facts, len(answers))
        choices = self._scale_of(question.letter) or self._choices(answers)
        scale = self._draft.scale(choices, str(facts["code"]))
        if not rows or scale is None:
            return None
        items = []
        for part in rows:
            code = self._draft.names.fresh(
                part.code
                if len(part.code) > 2 and not part.code.startswith("SQ")
                else f"{facts['code']}_{part.code}"
            )
            self._draft.wish("item", code, part.relevance)
            items.append(Item(code=code, text=self.say(part.words) or Text(zh=part.code)))
            column = Column(code, values=self._draft.values(choices))
            self._draft.know(f"{question.code}_{part.code}", column)
        return Matrix(**facts, scale=scale, items=tuple(items), shuffle=_is_random(question))  # type: ignore[arg-type]

    def _scale_of(self, letter: str) -> list[Choice]:
        if letter in _FIXED:
            return _numbers(_FIXED[letter])
        if letter in _WORDED:
            names = zip(_LETTERS[letter], _WORDED[letter], strict=True)
            return [Choice(name, word(key)) for name, key in names]
        return []

    def _differential(
        self, question: LimeQuestion, facts: dict[str, object], points: int
    ) -> Differential:
        rows = []
        for part in question.subquestions:
            text = self.say(part.words)
            code = self._draft.names.fresh(part.code)
            left = Text(zh=text.zh.partition("|")[0], en=text.en.partition("|")[0])
            right = Text(zh=text.zh.partition("|")[2], en=text.en.partition("|")[2])
            rows.append(Poles(code=code, left=left, right=right))
            self._draft.know(f"{question.code}_{part.code}", Column(code))
        return Differential(**facts, points=points, rows=tuple(rows))  # type: ignore[arg-type]

    def _number_grid(self, question: LimeQuestion, facts: dict[str, object]) -> AnyQuestion | None:
        rows = [part for part in question.subquestions if part.scale == 0]
        columns = [part for part in question.subquestions if part.scale == 1]
        if not rows or not columns:
            return None
        if question.letter == ";":
            self._draft.lose("texts_in_cells", str(facts["code"]))
            fields = tuple(
                Blank(
                    code=f"{_part(row.code)}_{_part(column.code)}"[:40],
                    label=_beside(self.say(row.words), self.say(column.words)),
                )
                for row in rows
                for column in columns
            )
            return Blanks(**facts, fields=_unlike(fields))  # type: ignore[arg-type]
        low = _float(question.attributes.get("multiflexible_min", ""))
        high = _float(question.attributes.get("multiflexible_max", ""))
        if low is not None and high is not None and low >= high:
            low = high = None
        return NumberMatrix(
            **facts,  # type: ignore[arg-type]
            rows=self._lines(rows),
            columns=self._lines(columns),
            low=low,
            high=high,
            decimals=2,
        )

    def _lines(self, parts: Sequence[LimePart]) -> tuple[Line, ...]:
        return tuple(Line(code=_part(part.code), label=self.say(part.words)) for part in parts)

    def _blanks(self, question: LimeQuestion, facts: dict[str, object]) -> AnyQuestion:
        parts = question.subquestions
        is_number = question.letter == "K"
        if is_number and len(parts) == 1 and question.attributes.get("slider_layout") == "1":
            low = _float(question.attributes.get("slider_min", "")) or 0
            high = _float(question.attributes.get("slider_max", ""))
            step = _float(question.attributes.get("slider_accuracy", "")) or 1
            if (high := 100.0 if high is None else high) > low and step > 0:
                return Slider(**facts, low=low, high=high, step=step)  # type: ignore[arg-type]
        if not parts:
            return OpenText(**facts)  # type: ignore[arg-type]
        answer = "number" if is_number else "text"
        fields = tuple(
            Blank(code=_part(part.code), label=self.say(part.words), answer=answer)  # type: ignore[arg-type]
            for part in parts
        )
        return Blanks(**facts, fields=_unlike(fields))  # type: ignore[arg-type]

    def _typed(self, question: LimeQuestion, facts: dict[str, object]) -> AnyQuestion:
        letter, attributes = question.letter, question.attributes
        if letter == "X":
            kept = {name: facts[name] for name in ("code", "text", "help")}
            return Note(**kept)  # type: ignore[arg-type]
        if letter == "N":
            low = _float(attributes.get("min_num_value_n", ""))
            high = _float(attributes.get("max_num_value_n", ""))
            if low is not None and high is not None and low >= high:
                low = high = None
            decimals = 0 if attributes.get("num_value_int_only") == "1" else 2
            unit = self._draft.text(dict.fromkeys(question.words, attributes.get("suffix", "")))
            return Number(**facts, low=low, high=high, decimals=decimals, unit=unit)  # type: ignore[arg-type]
        if letter == "D":
            return Date(**facts, **_dates(attributes))  # type: ignore[arg-type]
        if letter not in "STU":
            self._draft.lose("kind_as_text", question.code, kind=letter)
        pattern = re.fullmatch(r"/\^\(\?:(.*)\)\$/u?", attributes.get("validation", ""))
        if attributes.get("validation") and not pattern:
            self._draft.lose("pattern", question.code, text=attributes["validation"][:200])
        longest = _whole(attributes.get("maximum_chars", "")) or None
        return OpenText(
            **facts,  # type: ignore[arg-type]
            is_long=letter in "TU",
            longest=longest,
            pattern=_regular(pattern[1]) if pattern else None,
        )

    def _know_parts(self, question: LimeQuestion, made: AnyQuestion, code: str) -> None:
        draft = self._draft
        match made:
            case Multiple():
                for part, option in zip(question.subquestions, made.options, strict=False):
                    column = Column(f"{code}_{option.code}", yes="Y", values={"Y": 1})
                    draft.know(f"{question.code}_{part.code}", column)
                if question.has_other:
                    other = Column(f"{code}_other", is_text=True)
                    draft.know(f"{question.code}_other", other)
            case Single() if question.has_other:
                draft.know(f"{question.code}_other", Column(f"{code}_other", is_text=True))
            case Slider():
                for part in question.subquestions:
                    draft.know(f"{question.code}_{part.code}", Column(code))
            case Blanks():
                for part, blank in zip(question.subquestions, made.fields, strict=False):
                    own = Column(
                        f"{code}_{blank.code}", is_text=blank.answer != "number", is_whole=False
                    )
                    draft.know(f"{question.code}_{part.code}", own)
            case NumberMatrix():
                for row in made.rows:
                    for line in made.columns:
                        name = f"{code}_{row.code}_{line.code}"
                        draft.know(
                            f"{question.code}_{row.code}_{line.code}", Column(name, is_whole=False)
                        )
            case _ if made.kind == "consent":
                for part in question.subquestions:
                    draft.know(
                        f"{question.code}_{part.code}", Column(code, values={"Y": 1}, yes="Y")
                    )


def word(key: str) -> Text:
    """Return one of the answers that the other tool words itself."""
    from resources.texts import SOURCE_LANGUAGE, sentence

    return Text(
        zh=sentence(f"adopt.word.{key}", SOURCE_LANGUAGE), en=sentence(f"adopt.word.{key}", "en")
    )


def _numbers(count: int) -> list[Choice]:
    return [Choice(str(n), Text(zh=str(n), en=str(n))) for n in range(1, count + 1)]


def _is_random(question: LimeQuestion) -> bool:
    attributes = question.attributes
    return attributes.get("random_order") == "1" or attributes.get("answer_order") == "random"


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _float(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d{1,12}(?:\.\d{1,9})?", text) else None


def _regular(text: str) -> str | None:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return None
    return text


def _dates(attributes: Words) -> dict[str, object]:
    from datetime import date

    found: dict[str, object] = {}
    for theirs, ours in (("date_min", "earliest"), ("date_max", "latest")):
        try:
            found[ours] = date.fromisoformat(attributes.get(theirs, ""))
        except ValueError:
            continue
    return found


def _part(code: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_]", "", code)[:18]
    return plain if plain[:1].isalpha() else f"F{plain}"


def _beside(first: Text, second: Text) -> Text:
    return Text(
        zh=f"{first.zh} — {second.zh}".strip(" —"), en=f"{first.en} — {second.en}".strip(" —")
    )


def _unlike(fields: tuple[Blank, ...]) -> tuple[Blank, ...]:
    from survey.adopt.names import Names

    names = Names("F")
    return tuple(f.model_copy(update={"code": names.fresh(f.code)}) for f in fields)
