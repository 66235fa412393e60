"""Small readings of a QSF file's entries, shared by its reader."""

import re
from collections.abc import Mapping
from typing import Any

from survey.adopt.draft import Choice
from survey.adopt.meaning import DONT_KNOW
from survey.adopt.names import Names
from survey.adopt.words import without_html
from survey.publish.qsf_questions import DONT_KNOW_NAME
from survey.questionnaire.base import Text
from survey.questionnaire.questions import AnyQuestion, Line, Multiple

Json = Mapping[str, Any]
_HELP = re.compile(r'<em class="help">(.*?)</em>', re.DOTALL)


def mapping(value: object) -> dict[str, Any]:
    """Return a JSON object; Qualtrics writes an empty one as a list, and full ones too."""
    if isinstance(value, dict):
        return {str(key): content for key, content in value.items()}
    if isinstance(value, list):
        return {str(place): content for place, content in enumerate(value)}
    return {}


def question_ids(block: Mapping[str, Any]) -> list[str]:
    """Return the questions of a block, by their numbers in the file."""
    entries = mapping(block.get("BlockElements")).values()
    return [
        str(entry.get("QuestionID"))
        for entry in entries
        if isinstance(entry, dict) and entry.get("Type") == "Question"
    ]


def tag_of(payload: Json) -> str:
    """Return the name of a question's columns in exported data."""
    return str(payload.get("DataExportTag") or payload.get("QuestionID") or "")


def under(stem: Text, row: Text) -> Text:
    """Return a text and its row as one."""

    def joined(first: str, second: str) -> str:
        return f"{first} — {second}" if first and second else first or second

    return Text(zh=joined(stem.zh, row.zh), en=joined(stem.en, row.en))


def side(label: Text, place: int) -> Text:
    """Return the left (0) or right (2) end of ``left:right``."""
    return Text(zh=label.zh.partition(":")[place], en=label.en.partition(":")[place])


def limited(made: AnyQuestion, validation: Json) -> AnyQuestion:
    """Return a multiple choice with the bounds on how many are chosen."""
    if not isinstance(made, Multiple):
        return made
    least, most = number(validation.get("MinChoices")), number(validation.get("MaxChoices"))
    count = len(made.options)
    low = int(least) if least is not None and 0 <= least <= count else 0
    high = int(most) if most is not None and max(low, 1) <= most <= count else None
    return made.model_copy(update={"least": low, "most": high})


def number(value: object) -> float | None:
    """Return a number Qualtrics writes as a number or as a text; None for anything else."""
    text = str(value) if isinstance(value, str | int | float) else ""
    return float(text) if re.fullmatch(r"-?\d{1,9}(?:\.\d{1,6})?", text) else None


def parted(html: str) -> tuple[str, str]:
    """Return a question's text and the help our own export sets below it."""
    found = _HELP.search(html)
    if found is None:
        return without_html(html), ""
    return without_html(html[: found.start()] + html[found.end() :]), without_html(found[1])


def row_names(payload: Json, rows: list[Choice], tag: str) -> list[str]:
    """Return the names of rows: their own export tags, else the question's with a number."""
    tags = mapping(payload.get("ChoiceDataExportTags"))
    return [str(tags.get(row.name) or f"{tag}_{row.name}") for row in rows]


def part_codes(payload: Json, parts: list[Choice], letter: str, key: str = "Choice") -> list[str]:
    """Return codes for fields or lines: their export tags, else a letter with their place."""
    names = Names(letter)
    tags = mapping(payload.get(f"{key}DataExportTags"))
    return [
        names.fresh(str(tags.get(part.name) or f"{letter}{place}"))
        for place, part in enumerate(parts, 1)
    ]


def lines(payload: Json, parts: list[Choice], letter: str, key: str) -> tuple[Line, ...]:
    """Return the rows or columns of a table of numbers."""
    codes = part_codes(payload, parts, letter, key)
    return tuple(Line(code=code, label=p.label) for code, p in zip(codes, parts, strict=True))


def is_of_numbers(payload: Json) -> bool:
    """Return whether the cells of a table take numbers."""
    settings = mapping(mapping(payload.get("Validation")).get("Settings"))
    return settings.get("ContentType") == "ValidNumber"


def number_bounds(validation: Json) -> dict[str, Any]:
    """Return the bounds and decimals of numbers to type in."""
    bounds = mapping(validation.get("ValidNumber"))
    low, high = number(bounds.get("Min")), number(bounds.get("Max"))
    if low is not None and high is not None and low >= high:
        low = high = None
    decimals = min(6, int(number(bounds.get("NumDecimals")) or 0))
    return {"low": low, "high": high, "decimals": max(0, decimals)}


def draws_blocks(step: Json) -> bool:
    """Return whether a randomizer draws blocks one by one, as ours do."""

    def is_block(found: object) -> bool:
        entry = mapping(found)
        if entry.get("Type") == "Branch":
            inner = list(mapping(entry.get("Flow")).values())
            return len(inner) == 1 and mapping(inner[0]).get("Type") in ("Block", "Standard")
        return entry.get("Type") in ("Block", "Standard")

    members = list(mapping(step.get("Flow")).values())
    return len(members) > 1 and all(is_block(found) for found in members)


def choice_name(payload: Json, name: str) -> tuple[str, bool]:
    """Return the recoded value of an answer, and whether it is 不了解 as our export marks it."""
    recoded = str(mapping(payload.get("RecodeValues")).get(name, name))
    is_unknown = mapping(payload.get("VariableNaming")).get(name) == DONT_KNOW_NAME
    return (DONT_KNOW if is_unknown and recoded.startswith("-") else recoded), is_unknown


def step_of(settings: Json, low: float, high: float) -> float:
    """Return the step of a slider."""
    lines = number(settings.get("GridLines"))
    if settings.get("SnapToGrid") in (True, "true") and lines and lines >= 1:
        return (high - low) / lines
    decimals = number(settings.get("NumDecimals")) or 0
    return float(10 ** -max(0, min(6, int(decimals))))
