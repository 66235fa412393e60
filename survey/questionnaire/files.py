"""The JSON form of a questionnaire: read with all problems at once, written always the same."""

import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from survey.problems import Problem, Refusal, refuse
from survey.questionnaire.model import SCHEMA_VERSION, Questionnaire, as_data
from survey.questionnaire.structure import structure_problems

SUFFIX = ".questionnaire.json"
SCHEMA_ADDRESS = "https://json-schema.org/draft/2020-12/schema"
_LARGEST = 20_000_000
_READER = TypeAdapter(Questionnaire)
_WRONG = {
    "missing": "questionnaire_entry_missing",
    "extra_forbidden": "questionnaire_entry_unknown",
    "union_tag_invalid": "questionnaire_kind_unknown",
    "union_tag_not_found": "questionnaire_kind_unknown",
    "string_pattern_mismatch": "questionnaire_code_wrong",
}


def to_text(questionnaire: Questionnaire) -> str:
    """Return the JSON form: UTF-8, two spaces, entries at their defaults left out."""
    return json.dumps(as_data(questionnaire), ensure_ascii=False, indent=2) + "\n"


def from_text(text: str | bytes, *, name: str = "") -> Questionnaire:
    """Return the questionnaire that ``text`` holds.

    Args:
        name: of the file, for messages.

    Raises:
        Refusal: with every problem found, each with its place in the file.
    """
    try:
        data = json.loads(text)
    except UnicodeDecodeError as error:
        raise refuse("questionnaire_not_json", name, line=1, reason=str(error)) from error
    except json.JSONDecodeError as error:
        raise refuse("questionnaire_not_json", name, line=error.lineno, reason=error.msg) from error
    except RecursionError as error:
        raise refuse("questionnaire_not_json", name, line=1, reason="nesting") from error
    version = data.get("schema_version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise refuse("questionnaire_newer", name, found=version, known=SCHEMA_VERSION)
    try:
        questionnaire = _READER.validate_python(data)
    except ValidationError as error:
        raise Refusal(*(_problem(entry, name) for entry in error.errors())) from error
    problems = structure_problems(questionnaire)
    if problems:
        raise Refusal(*problems)
    return questionnaire


def _problem(entry: Any, name: str) -> Problem:
    place = ".".join(str(part) for part in entry["loc"])
    return Problem(
        _WRONG.get(entry["type"], "questionnaire_entry_wrong"),
        f"{name} {place}".strip(),
        None,
        MappingProxyType({"found": repr(entry["input"])[:60], "reason": entry["msg"]}),
    )


def read_questionnaire(path: Path) -> Questionnaire:
    """Return the questionnaire kept in ``path``.

    Raises:
        Refusal: no such file, too large, or not a questionnaire; with every problem found.
    """
    if not path.is_file():
        raise refuse("file_missing", path)
    if path.stat().st_size > _LARGEST:
        raise refuse("questionnaire_not_json", path.name, line=1, reason="size")
    return from_text(path.read_bytes(), name=path.name)


def write_questionnaire(questionnaire: Questionnaire, path: Path) -> None:
    """Write the JSON form to ``path``."""
    path.write_text(to_text(questionnaire), encoding="utf-8", newline="\n")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the form, for other programs and editors."""
    schema = _READER.json_schema()
    definition = schema["$defs"]["Text"]
    # A plain string stands for the Chinese text.
    schema["$defs"]["Text"] = {"anyOf": [{"type": "string"}, definition]}
    return {"$schema": SCHEMA_ADDRESS, **schema}
