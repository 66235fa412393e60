"""Qualtrics' logic: trees of expressions, said as one text that expressions.py reads."""

import re
from collections.abc import Callable
from typing import Any

from survey.adopt.words import without_html

_LOCATOR = re.compile(r"^q://(QID\d+)/Selectable(?:Choice|Answer)/(\w+)$")
_CELL = re.compile(r"^q://(QID\d+)/SelectableChoice/(\w+)/(\w+)$")
_QUESTION = re.compile(
    r"^q://(QID\d+)/(?:QuestionText|ChoiceTextEntryValue|ChoiceNumericEntryValue/1)$"
)
_COMPARED = {
    "EqualTo": "=", "NotEqualTo": "!=", "GreaterThan": ">", "GreaterThanOrEqual": ">=",
    "LessThan": "<", "LessThanOrEqual": "<=",
}  # fmt: skip
_DEEPEST = 12


def logic_text(logic: Any, option: Callable[[str, str], str]) -> str:
    """Return a logic as an expression, "" when some part of it has no equivalent.

    Args:
        option: the name of a choice, by question and number in the file.
    """
    if not isinstance(logic, dict):
        return ""
    return _joined(logic, option, 0)


def skip_text(skip: dict[str, Any], option: Callable[[str, str], str]) -> str:
    """Return when a skip is taken, "" when that has no equivalent."""
    place = skip.get("ChoiceLocator") or skip.get("Locator")
    leaf = {**skip, "LogicType": "Question", "ChoiceLocator": place, "LeftOperand": place}
    return _leaf({**leaf, "Operator": skip.get("Condition")}, option)


def said_logic(logic: Any, depth: int = 0) -> str:
    """Return the logic in Qualtrics' own words."""
    if not isinstance(logic, dict) or depth > _DEEPEST:
        return ""
    if isinstance(logic.get("Description"), str):
        return without_html(logic["Description"])
    return " ".join(text for part in logic.values() if (text := said_logic(part, depth + 1)))


def _joined(logic: dict[str, Any], option: Callable[[str, str], str], depth: int) -> str:
    if depth > _DEEPEST:
        return ""
    parts = [part for key, part in logic.items() if key.isdigit() and isinstance(part, dict)]
    if not parts:
        return _leaf(logic, option) if "LogicType" in logic else ""
    text = last = ""
    for part in parts:
        own = _joined(part, option, depth + 1)
        if not own:
            return ""
        # Qualtrics spells it so; the groups of a logic say it in their type.
        word = str(part.get("Conjuction") or part.get("Conjunction") or part.get("Type") or "And")
        joiner = "or" if word.lower() in ("or", "orif") else "and"
        if not text:
            text = own
        elif last in ("", joiner):
            text = f"{text if last else f'({text})'} {joiner} ({own})"
            last = joiner
        else:
            text, last = f"({text}) {joiner} ({own})", joiner
    return text


def _leaf(leaf: dict[str, Any], option: Callable[[str, str], str]) -> str:
    if leaf.get("LogicType") != "Question":
        return ""
    operator = str(leaf.get("Operator", ""))
    place = str(leaf.get("ChoiceLocator") or leaf.get("LeftOperand") or "")
    chosen = _LOCATOR.match(place)
    if chosen and operator in ("Selected", "NotSelected"):
        test = f"selected(${{{chosen[1]}}}, '{option(chosen[1], chosen[2])}')"
        return test if operator == "Selected" else f"not({test})"
    cell = _CELL.match(place)
    if cell and operator in ("Selected", "NotSelected"):
        test = f"selected(${{{cell[1]}/{cell[2]}}}, '{option(cell[1], cell[3])}')"
        return test if operator == "Selected" else f"not({test})"
    typed = _QUESTION.match(str(leaf.get("LeftOperand") or ""))
    value = str(leaf.get("RightOperand", ""))
    if typed and operator in _COMPARED and re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        return f"${{{typed[1]}}} {_COMPARED[operator]} {value}"
    if typed and operator in ("Empty", "NotEmpty"):
        return f"${{{typed[1]}}} {'=' if operator == 'Empty' else '!='} ''"
    return ""
