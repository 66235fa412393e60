"""Reads LimeSurvey's tab-separated survey structure (.txt, .tsv): what publish/limesurvey writes.

All rows stand once per language; parts belong to the question above them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from survey.adopt.lime import LimeGroup, LimePart, LimeQuestion, LimeSurvey
from survey.adopt.tables import Row
from survey.problems import refuse

CLASSES = frozenset({"S", "SL", "G", "Q", "SQ", "A", "AS", "QTA", "QTALS", "QTAM", "C", "D"})
Cells = dict[str, str]


@dataclass(slots=True)
class _Part:
    code: str
    scale: int
    relevance: str
    words: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Question:
    cells: Cells
    words: dict[str, str] = field(default_factory=dict)
    help: dict[str, str] = field(default_factory=dict)
    parts: dict[tuple[str, str, int], _Part] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    cells: Cells
    words: dict[str, str] = field(default_factory=dict)
    questions: dict[str, _Question] = field(default_factory=dict)


def is_lime_tsv(rows: Sequence[Row]) -> bool:
    """Return whether the rows are a LimeSurvey structure."""
    if len(rows) < 2:
        return False
    header = {(cell or "").strip().lower() for cell in rows[0][1]}
    return {"class", "type/scale", "name", "text"} <= header


def read_lime_tsv(rows: Sequence[Row], where: str) -> LimeSurvey:
    """Return the structure in the rows of the file.

    Raises:
        Refusal: a class that LimeSurvey does not have, or a part without a question.
    """
    header = [(cell or "").strip() for cell in rows[0][1]]
    settings: dict[str, str] = {}
    said: dict[str, dict[str, str]] = {}
    groups: dict[str, _Group] = {}
    group: _Group | None = None
    question: _Question | None = None
    place: dict[str, int] = {}
    for number, row in rows[1:]:
        cells = {n: (c or "").strip() for n, c in zip(header, row, strict=False) if n}
        kind, name, language = (
            cells.get("class", ""),
            cells.get("name", ""),
            cells.get("language", ""),
        )
        if kind not in CLASSES:
            raise refuse("adopt_class_unknown", where, row=number, found=kind)
        match kind:
            case "S":
                settings[name] = cells.get("text", "")
            case "SL":
                said.setdefault(name, {})[language] = cells.get("text", "")
            case "G":
                # Groups are told apart by their number, or by their order in each language.
                place[language] = place.get(language, 0) + 1
                key = str(place[language])
                group = groups.setdefault(key, _Group(cells))
                group.words[language] = name
                question = None
            case "Q":
                if group is None:
                    group = groups.setdefault("1", _Group({}))
                question = group.questions.setdefault(name, _Question(cells))
                question.words[language] = cells.get("text", "")
                question.help[language] = cells.get("help", "")
            case "SQ" | "A":
                if question is None:
                    raise refuse("adopt_part_alone", where, row=number, found=name)
                scale = int(cells.get("type/scale", "") == "1")
                part = question.parts.setdefault(
                    (kind, name, scale), _Part(name, scale, cells.get("relevance", ""))
                )
                part.words[language] = cells.get("text", "")
    languages = (settings.get("language", ""), *settings.get("additional_languages", "").split())
    return LimeSurvey(
        languages=tuple(dict.fromkeys(language for language in languages if language)),
        groups=tuple(_group(found) for found in groups.values()),
        title=said.get("surveyls_title", {}),
        welcome=said.get("surveyls_welcometext", {}),
        end=said.get("surveyls_endtext", {}),
    )


def _group(group: _Group) -> LimeGroup:
    return LimeGroup(
        words=group.words,
        relevance=_relevance(group.cells.get("relevance", "")),
        questions=tuple(_question(found) for found in group.questions.values()),
    )


def _question(question: _Question) -> LimeQuestion:
    cells = question.cells
    return LimeQuestion(
        code=cells.get("name", ""),
        letter=cells.get("type/scale", ""),
        words=question.words,
        help=question.help,
        relevance=_relevance(cells.get("relevance", "")),
        is_mandatory=cells.get("mandatory", "") in ("Y", "S"),
        has_other=cells.get("other", "") == "Y",
        attributes=cells,
        subquestions=tuple(_parts(question, "SQ")),
        answers=tuple(_parts(question, "A")),
    )


def _parts(question: _Question, kind: str) -> Iterable[LimePart]:
    for (found, code, scale), part in question.parts.items():
        if found == kind:
            yield LimePart(code, part.words, scale, _relevance(part.relevance))


def _relevance(text: str) -> str:
    return "" if text in ("", "1") else text
