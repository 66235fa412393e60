"""Makes a questionnaire of a list of questions in text or Word: the inverse of publish/wjx_text.

Where the text does not say a question's kind, it is judged by its content, and told.
Checked by reading back our own exports.
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
from survey.adopt.limesurvey import word
from survey.adopt.text_lines import BLANK, TextForm, TextQuestion, form_in
from survey.adopt.words import slots
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
    Nps,
    Number,
    NumberMatrix,
    OpenText,
    Poles,
    Ranking,
    Rating,
    Slider,
)
from survey.questionnaire.scales import standard_scale

_OTHER = re.compile(
    r"\s*(?:_{2,}|\{_+\}|＿{2,}|[（(]\s*请(?:注明|说明|填写)[^)）]*[)）]|〖[^〗]*〗)\s*[：:]?\s*$"
)
_SPAN = re.compile(r"^\s*(-?\d{1,4})\s*[~～\-—至到]\s*(-?\d{1,4})\s*$")
_BETWEEN = re.compile(r"^.*?(-?\d{1,4})\s*(?:到|至|to|and)\s*(-?\d{1,4})[^\d]*$")
_MULTIPLE = re.compile(r"多选|可选多项|选择所有|不定项|select all|all that apply", re.IGNORECASE)
_ASKS = re.compile(r"[?？]|请|什么|哪|多少|是否|如何|几")
_DATE = re.compile(r"^年\s*/\s*月(?:\s*/\s*日)?$|^年$")
_OPTION_OTHER = re.compile(r"^(?:其他|其它|other)", re.IGNORECASE)
LEAST_STATEMENTS = 3
"""So many statements without any answers are taken for items of one scale."""


def read_text(text: str, where: str) -> Adoption:
    """Return the questionnaire in plain text.

    Raises:
        Refusal: no question was found.
    """
    return text_questionnaire(form_in(text.splitlines()), where)


def text_questionnaire(form: TextForm, where: str) -> Adoption:
    """Return the questionnaire of the questions found in a text.

    Raises:
        Refusal: none was found.
    """
    sample = form.title + " ".join(question.stem for question in form.questions)
    draft = Draft(where, slots([""], sample))
    reader = _Reader(draft)
    draft.title = reader.say(form.title)
    draft.introduction = reader.say("\n".join(form.introduction))
    if _are_statements(form.questions):
        reader.statements(form.questions)
    else:
        for page in form.pages:
            if page.questions:
                draft.page("", reader.say(page.title))
                for text in page.conditions:
                    draft.lose("condition", f"Q{page.questions[0].number}", text=text[:200])
            for question in page.questions:
                reader.question(question)
    return draft.finished("text")


def _are_statements(questions: Sequence[TextQuestion]) -> bool:
    """Return whether the text is nothing but statements, to be answered on one scale."""
    return len(questions) >= LEAST_STATEMENTS and not any(
        q.kind or q.lines or q.rows or q.columns or BLANK.search(q.stem) or _ASKS.search(q.stem)
        for q in questions
    )


class _Reader:
    """Puts the questions into the draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def say(self, text: str) -> Text:
        """Return a text in the language of the file."""
        return self._draft.text({"": text})

    def statements(self, questions: Sequence[TextQuestion]) -> None:
        """Add statements as the items of one matrix on the agreement scale."""
        draft = self._draft
        points = standard_scale("agreement5", dont_know=False).points
        scale = draft.scale([Choice(str(p.code), p.label) for p in points], "M1", "agreement5")
        assert scale is not None
        items = tuple(
            Item(code=draft.names.fresh(f"Q{q.number}"), text=self.say(q.stem)) for q in questions
        )
        matrix = Matrix(code=draft.names.fresh("M1"), text=Text(), scale=scale, items=items)
        draft.add(matrix)
        draft.lose("scale_assumed", matrix.code)

    def question(self, question: TextQuestion) -> None:
        """Add one question."""
        kind = question.kind or self._guess(question)
        if kind == "note":
            code = self._draft.names.fresh(f"T{len(self._draft.names.taken) + 1}")
            self._draft.add(
                Note(code=code, text=self.say(" ".join([question.stem, *question.lines])))
            )
            return
        code = self._draft.names.fresh(f"Q{question.number or len(self._draft.names.taken) + 1}")
        if not question.kind:
            self._draft.lose("kind_guessed", code)
        common: dict[str, object] = {"is_required": question.is_required is True}
        for text in question.conditions:
            self._draft.lose("condition", code, text=text[:200])
        made = self._made(question, kind, code, common)
        if question.most and isinstance(made, Multiple | Ranking):
            most = question.most if question.most < len(made.options) else None
            name = "most" if isinstance(made, Multiple) else "ranks"
            made = made.model_copy(update={name: most})
        self._draft.add(made)

    def _guess(self, question: TextQuestion) -> str:
        printed = _printed_kind(question)
        if printed:
            return printed
        if len(question.lines) >= 2:
            return "multiple" if _MULTIPLE.search(question.stem) else "single"
        if len(question.lines) == 1 and _SPAN.match(question.lines[0]):
            return "rating"
        if len(BLANK.findall(question.stem)) > 1:
            return "blanks"
        return "text"

    def _made(
        self, question: TextQuestion, kind: str, code: str, common: dict[str, object]
    ) -> AnyQuestion:
        draft = self._draft
        stem = BLANK.sub("", question.stem).strip() or question.stem
        text = self.say(stem)
        facts: dict[str, object] = {"code": code, "text": text, **common}
        choices = self._choices(question.lines or question.columns)
        match kind:
            case "single":
                return choice_question(draft, code, text, choices, **common)
            case "dropdown":
                return choice_question(draft, code, text, choices, display="dropdown", **common)
            case "yes_no":
                given = choices or [Choice("1", word("right")), Choice("2", word("wrong"))]
                return choice_question(draft, code, text, given, **common)
            case "multiple":
                return multiple_question(draft, code, text, choices, **common)
            case "ranking":
                return ranking_question(draft, code, text, choices, **common)
            case "rating":
                return self._rating(question, facts)
            case "nps":
                return Nps(**facts)  # type: ignore[arg-type]
            case "matrix" | "matrix_multiple" | "matrix_blanks":
                return self._matrix(question, kind, facts)
            case "blanks" | "weights":
                return self._blanks(question, kind, facts)
            case "slider":
                return self._slider(question, facts)
            case "numbers":
                return self._numbers(question, facts)
            case "poles":
                return self._poles(question, facts)
            case "date":
                return Date(**facts)  # type: ignore[arg-type]
            case "number":
                return Number(**facts)  # type: ignore[arg-type]
            case _:
                written = [line for line in question.lines if BLANK.sub("", line).strip()]
                for line in written:
                    draft.lose("line_unread", code, line=question.line, text=line[:60])
                is_long = kind == "long" or len(question.lines) - len(written) > 1
                return OpenText(**facts, is_long=is_long)  # type: ignore[arg-type]

    def _choices(self, lines: Iterable[str]) -> list[Choice]:
        found = []
        for place, line in enumerate(lines, 1):
            label = _OTHER.sub("", line).strip(" ：:")
            found.append(
                Choice(str(place), self.say(label or line), is_other=bool(_OTHER.search(line)))
            )
        return found

    def _points(self, lines: Sequence[str]) -> list[Choice]:
        """Return the answers of a scale: one per line, all in one line, or a span (1~5)."""
        if len(lines) == 1:
            span = _SPAN.match(lines[0])
            if span and 0 < int(span[2]) - int(span[1]) < 101 and int(span[1]) >= 0:
                numbers = range(int(span[1]), int(span[2]) + 1)
                return [Choice(str(n), self.say(str(n))) for n in numbers]
            return self._choices(lines[0].split())
        numbers_only = all(line.isascii() and line.isdigit() for line in lines)
        if numbers_only and len(set(lines)) == len(lines):
            return [Choice(str(int(line)), self.say(line)) for line in lines]
        return self._choices(lines)

    def _rating(self, question: TextQuestion, facts: dict[str, object]) -> AnyQuestion:
        choices = self._points(question.lines or question.columns or ["1~5"])
        if [choice.name for choice in choices] == [str(n) for n in range(11)]:
            return Nps(**facts)  # type: ignore[arg-type]
        scale = self._draft.scale(choices, str(facts["code"]))
        if scale is None:
            return OpenText(**facts)  # type: ignore[arg-type]
        return Rating(**facts, scale=scale)  # type: ignore[arg-type]

    def _matrix(self, question: TextQuestion, kind: str, facts: dict[str, object]) -> AnyQuestion:
        code = str(facts["code"])
        rows, columns = question.rows, question.columns
        if not rows and not columns:
            columns, rows = question.lines[:1], question.lines[1:]
        elif question.lines:
            columns, rows = (columns or question.lines[:1]), (rows or question.lines)
        if kind != "matrix":
            self._draft.lose(
                "grid_of_multiples" if kind == "matrix_multiple" else "texts_in_cells", code
            )
        scale = self._draft.scale(self._points(columns), code) if columns else None
        if not rows or scale is None:
            self._draft.lose("kind_as_text", code, kind=question.kind)
            return OpenText(**facts)  # type: ignore[arg-type]
        items = tuple(
            Item(code=self._draft.names.fresh(f"{code}_{place}"), text=self.say(row))
            for place, row in enumerate(rows, 1)
        )
        return Matrix(**facts, scale=scale, items=items)  # type: ignore[arg-type]

    def _blanks(self, question: TextQuestion, kind: str, facts: dict[str, object]) -> AnyQuestion:
        is_number = kind == "weights"
        if is_number:
            self._draft.lose("weights_as_numbers", str(facts["code"]))
        labels = [part.strip(" ，,；;：:、") for part in BLANK.split(question.stem)[:-1]]
        stem = question.stem
        if labels:
            # The words before the first blank hold the stem and the first label.
            head, _, first = labels[0].rpartition(" ")
            stem, labels[0] = (head, first) if head else (labels[0], labels[0])
        labels += [BLANK.sub("", line).strip(" ：:") for line in question.lines]
        if not labels:
            return OpenText(**facts)  # type: ignore[arg-type]
        fields = tuple(
            Blank(
                code=f"F{place}",
                label=self.say(label or str(place)),
                answer="number" if is_number else "text",
            )
            for place, label in enumerate(labels, 1)
        )
        return Blanks(**{**facts, "text": self.say(stem), "fields": fields})  # type: ignore[arg-type]

    def _numbers(self, question: TextQuestion, facts: dict[str, object]) -> AnyQuestion:
        """Return a table whose cells are empty: numbers are written in."""

        def lines(labels: list[str], letter: str) -> tuple[Line, ...]:
            return tuple(
                Line(code=f"{letter}{place}", label=self.say(label))
                for place, label in enumerate(labels, 1)
            )

        rows, columns = lines(question.rows, "R"), lines(question.columns, "C")
        return NumberMatrix(**facts, rows=rows, columns=columns)  # type: ignore[arg-type]

    def _poles(self, question: TextQuestion, facts: dict[str, object]) -> AnyQuestion:
        """Return opposite words at both ends of rows; a single 0 to 10 is the NPS."""
        ends = [row.partition(" | ") for row in question.rows]
        if len(question.columns) == 11:
            low, _, high = ends[0]
            labels = {"low_label": self.say(low), "high_label": self.say(high)}
            return Nps(**facts, **labels)  # type: ignore[arg-type]
        rows = tuple(
            Poles(
                code=self._draft.names.fresh(f"{facts['code']}_{place}"),
                left=self.say(left),
                right=self.say(right),
            )
            for place, (left, _, right) in enumerate(ends, 1)
        )
        return Differential(**facts, points=len(question.columns), rows=rows)  # type: ignore[arg-type]

    def _slider(self, question: TextQuestion, facts: dict[str, object]) -> AnyQuestion:
        lines = [_BETWEEN.sub(r"\1~\2", line) for line in question.lines]
        spans = [span for line in lines if (span := _SPAN.match(line))]
        if spans and int(spans[0][1]) < int(spans[0][2]):
            return Slider(**facts, low=int(spans[0][1]), high=int(spans[0][2]))  # type: ignore[arg-type]
        self._draft.lose("bounds_assumed", str(facts["code"]))
        return Slider(**facts)  # type: ignore[arg-type]


def _printed_kind(question: TextQuestion) -> str:
    """Return the kind a printed form shows by its lines to write on and its tables."""
    lines, columns = question.lines, question.columns
    if columns and question.rows:
        numbered = columns in (
            [str(n) for n in range(11)], [str(n) for n in range(1, len(columns) + 1)]
        )  # fmt: skip
        has_ends = all(" | " in row for row in question.rows)
        return "poles" if has_ends and numbered and 3 <= len(columns) <= 11 else "matrix"
    if columns == [str(n) for n in range(11)]:
        return "nps"
    if not lines or not all(BLANK.search(line) for line in lines):
        return ""
    words = [BLANK.sub("", line).strip(" ：:") for line in lines]
    if len(words) == 1:
        if _DATE.match(words[0]):
            return "date"
        if _BETWEEN.match(words[0]):
            return "slider"
        return "text" if not words[0] else ""
    if not any(words):
        return "long"
    return "blanks" if all(words) and not any(_OPTION_OTHER.search(word) for word in words) else ""
