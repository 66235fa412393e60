"""The questions of a QSF file that have rows: matrices, side-by-side tables, sliders."""

from collections.abc import Callable, Iterator
from typing import Any

from survey.adopt.draft import Choice, Draft, multiple_question
from survey.adopt.meaning import Column
from survey.adopt.qualtrics_logic import logic_text
from survey.adopt.qualtrics_parts import (
    Json,
    is_of_numbers,
    lines,
    mapping,
    number,
    number_bounds,
    part_codes,
    row_names,
    side,
    step_of,
    under,
)
from survey.questionnaire.base import Text
from survey.questionnaire.questions import (
    AnyQuestion,
    Blank,
    Blanks,
    Differential,
    Item,
    Matrix,
    NumberMatrix,
    OpenText,
    Poles,
    Slider,
)


class Rows:
    """Reads rows with what the file's reader knows.

    Args:
        parts: the choices or answers of a question.
        say: a text, in the file's base language.
        option: the name of a choice, by question and number in the file.
    """

    def __init__(
        self,
        draft: Draft,
        parts: Callable[[Json, str], list[Choice]],
        say: Callable[[object], Text],
        option: Callable[[str, str], str],
    ) -> None:
        self._draft = draft
        self._parts = parts
        self._say = say
        self._option_name = option

    def questions(
        self, payload: Json, kind: str, tag: str, *, text: Text, common: dict[str, Any]
    ) -> Iterator[tuple[AnyQuestion, list[Choice]]]:
        """Yield the questions of a matrix, a side-by-side table or sliders."""
        draft = self._draft
        rows, answers = self._parts(payload, "Choices"), self._parts(payload, "Answers")
        selector = str(payload.get("Selector", ""))
        if kind == "Slider":
            yield from self._sliders(payload, tag, rows, text=text, common=common)
        elif kind == "SBS":
            parts = [mapping(p) for p in mapping(payload.get("AdditionalQuestions")).values()]
            draft.lose("side_by_side", tag, count=len(parts))
            for place, part in enumerate(parts, 1):
                title = self._say(part.get("QuestionText"))
                both = Text(zh=f"{text.zh} {title.zh}", en=f"{text.en} {title.en}")
                own = {**part, "QuestionType": "Matrix"}
                columns = self._parts(own, "Answers")
                is_multiple = part.get("SubSelector") == "MultipleAnswer"
                yield from self._matrix(
                    own, f"{tag}_{place}", rows, columns, text=both, common=common,
                    multiple=is_multiple,
                )  # fmt: skip
        elif selector == "Bipolar" and rows and 3 <= len(answers) <= 11:
            yield self._bipolar(payload, tag, rows, len(answers), text=text, common=common), []
        elif selector == "TE" and rows and answers and is_of_numbers(payload):
            yield self._numbers(payload, tag, rows, answers, text=text, common=common), []
        else:
            is_multiple = payload.get("SubSelector") == "MultipleAnswer"
            yield from self._matrix(
                payload, tag, rows, answers, text=text, common=common, multiple=is_multiple
            )

    def _matrix(
        self,
        payload: Json,
        tag: str,
        rows: list[Choice],
        answers: list[Choice],
        *,
        text: Text,
        common: dict[str, Any],
        multiple: bool,
    ) -> Iterator[tuple[AnyQuestion, list[Choice]]]:
        draft = self._draft
        if multiple and rows:
            draft.lose("grid_of_multiples", tag)
            for row in rows:
                code = draft.names.fresh(f"{tag}_{row.name}")
                yield multiple_question(draft, code, under(text, row.label), answers, **common), []
            return
        code = draft.names.fresh(tag)
        facts: dict[str, Any] = {"code": code, "text": text, **common}
        scale = draft.scale(answers, tag) if answers else None
        if rows and scale is not None:
            values = draft.values(answers)
            items = []
            parts = mapping(payload.get("Choices"))
            for row, name in zip(rows, row_names(payload, rows, code), strict=True):
                item = draft.names.fresh(name)
                draft.know(f"{payload.get('QuestionID')}/{row.name}", Column(item, values=values))
                items.append(Item(code=item, text=row.label))
                logic = mapping(parts.get(row.name)).get("DisplayLogic")
                draft.wish("item", item, logic_text(logic, self._option_name))
            yield Matrix(**facts, scale=scale, items=tuple(items)), []
            return
        if rows:
            draft.lose("texts_in_cells", tag)
        yield fields_question(draft, "TE", facts, rows, payload), []

    def _bipolar(
        self,
        payload: Json,
        tag: str,
        rows: list[Choice],
        points: int,
        *,
        text: Text,
        common: dict[str, Any],
    ) -> AnyQuestion:
        code = self._draft.names.fresh(tag)
        poles = tuple(
            Poles(
                code=self._draft.names.fresh(name),
                left=side(row.label, 0),
                right=side(row.label, 2),
            )
            for row, name in zip(rows, row_names(payload, rows, code), strict=True)
        )
        facts: dict[str, Any] = {"code": code, "text": text, **common}
        return Differential(**facts, points=points, rows=poles)

    def _numbers(
        self,
        payload: Json,
        tag: str,
        rows: list[Choice],
        columns: list[Choice],
        *,
        text: Text,
        common: dict[str, Any],
    ) -> AnyQuestion:
        """Return a table of numbers."""
        validation = mapping(mapping(payload.get("Validation")).get("Settings"))
        return NumberMatrix(
            code=self._draft.names.fresh(tag),
            text=text,
            rows=lines(payload, rows, "R", "Choice"),
            columns=lines(payload, columns, "C", "Answer"),
            **number_bounds(validation),
            **common,
        )

    def _sliders(
        self,
        payload: Json,
        tag: str,
        rows: list[Choice],
        *,
        text: Text,
        common: dict[str, Any],
    ) -> Iterator[tuple[AnyQuestion, list[Choice]]]:
        settings = mapping(payload.get("Configuration"))
        low = number(settings.get("CSSliderMin")) or 0.0
        high = number(settings.get("CSSliderMax"))
        bounds: dict[str, Any] = {
            "low": low,
            "high": high if high is not None and high > low else low + 100,
        }
        bounds["step"] = step_of(settings, low, float(str(bounds["high"])))
        labels = self._parts(payload, "Labels")
        if len(labels) > 1:
            bounds |= {"low_label": labels[0].label, "high_label": labels[-1].label}
        if len(rows) > 1:
            self._draft.lose("several_sliders", tag)
        for row in rows or [Choice("", Text())]:
            code = self._draft.names.fresh(f"{tag}_{row.name}" if len(rows) > 1 else tag)
            title = under(text, row.label)
            yield Slider(code=code, text=title, **common, **bounds), []


def fields_question(
    draft: Draft, kind: str, facts: dict[str, Any], choices: list[Choice], payload: Json
) -> AnyQuestion:
    """Return several fields; open text where the file names none."""
    if kind == "CS":
        draft.lose("weights_as_numbers", str(facts["code"]))
    if not choices:
        return OpenText(**facts)
    fields = tuple(
        Blank(
            code=code,
            label=choice.label,
            answer="number" if kind == "CS" else "text",
        )
        for code, choice in zip(part_codes(payload, choices, "F"), choices, strict=True)
    )
    return Blanks(**facts, fields=fields)
