"""What an item measures, and how, carried through tools that have no place for it.

A note that the tool keeps and does not read (a column of an XLSForm, REDCap's field
annotation, a note of DDI) holds the key as ``rongzhen_key={...}``. ``survey.adopt`` reads it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from survey.questionnaire.model import Construct, Questionnaire, as_data
from survey.questionnaire.variables import variables

COLUMN = "rongzhen_key"
"""Name of the column, or of the kind of note."""
_MARK = f"{COLUMN}="
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one item.

    Args:
        construct: what it measures; None for an attention check.
        correct: right answer of an attention check.
    """

    construct: Construct | None = None
    is_reversed: bool = False
    correct: int | None = None


def keys_of(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Return the notes of all variables that have a key, by variable."""
    constructs = {construct.code: construct for construct in questionnaire.constructs}
    notes: dict[str, str] = {}
    for column in variables(questionnaire):
        content: dict[str, Any] = {}
        if column.construct:
            known = constructs.get(column.construct)
            content["construct"] = as_data(known) if known else {"code": column.construct}
        if column.is_reversed:
            content["reversed"] = True
        if column.correct is not None:
            content["correct"] = column.correct
        if content:
            notes[column.code] = _MARK + json.dumps(content, ensure_ascii=False)
    return notes


def key_in(note: str) -> Key | None:
    """Return the key a note holds; None when it holds none, or one that is damaged."""
    _, mark, text = note.partition(_MARK)
    if not mark or len(text) > _LONGEST:
        return None
    try:
        content, _ = json.JSONDecoder().raw_decode(text)
        told = content.get("construct")
        construct = None
        if told is not None:
            construct = Construct.model_validate({"name": told.get("code", ""), **told})
    except (ValueError, AttributeError, TypeError, RecursionError, ValidationError):
        return None
    correct = content.get("correct")
    is_number = isinstance(correct, int) and not isinstance(correct, bool)
    return Key(construct, content.get("reversed") is True, correct if is_number else None)
