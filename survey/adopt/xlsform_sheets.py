"""The sheets of an XLSForm as rows of named cells: headers in all their spellings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from types import MappingProxyType

from survey.adopt.tables import Row, Sheet, letter
from survey.problems import Problem, Refusal

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm", "columns")
_ALIASES = {
    "caption": "label", "command": "type", "tag": "name", "value": "name",
    "relevance": "relevant", "calculate": "calculation", "readonly": "read_only",
    "constraintmsg": "constraint_message", "constraining_message": "constraint_message",
    "requiredmsg": "required_message", "set_form_title": "form_title",
    "set_form_id": "form_id", "id_string": "form_id", "title": "form_title",
}  # fmt: skip
FORMR_MARKS = frozenset({"showif", "choice1", "optional"})
"""Columns of formr's tables that an XLSForm does not have."""
_TRANSLATED = frozenset({"label", "hint", "constraint_message", "required_message"})
_PREFIX = re.compile(r"^(?:bind|control|body|jr)::?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row: cells by column, texts by column and language.

    Args:
        number: as the spreadsheet shows it.
    """

    number: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def get(self, column: str) -> str:
        """Return a cell, "" when empty."""
        return self.cells.get(column, "")

    def words(self, column: str) -> Mapping[str, str]:
        """Return a text in its languages ("" for the one without a mark)."""
        return self.texts.get(column, {})


@dataclass(frozen=True, slots=True)
class Form:
    """The sheets of an XLSForm.

    Args:
        sheet_hints: sheets that look like misspelt ones: name, and what was perhaps meant.
        lists: choices by list.
    """

    survey: tuple[FormRow, ...]
    lists: Mapping[str, tuple[FormRow, ...]]
    settings: Mapping[str, str]
    languages: tuple[str, ...]
    sheet_hints: tuple[tuple[str, str], ...] = ()
    headers: frozenset[str] = frozenset()


def header_of(text: str) -> tuple[str, str]:
    """Return the column and the language that a header names."""
    plain = text.strip()
    while found := _PREFIX.match(plain):
        plain = plain[found.end() :]
    name, _, language = plain.partition("::") if "::" in plain else plain.partition(":")
    name = re.sub(r"\s+", "_", name.strip().lower())
    return _ALIASES.get(name, name), language.strip()


def form_of(sheets: Sequence[Sheet], where: str) -> Form:
    """Return the form in ``sheets``.

    Raises:
        Refusal: no survey sheet, no columns type and name, or one column twice; the cell told.
    """
    by_name = {sheet.name.strip().lower(): sheet for sheet in sheets}
    if "survey" not in by_name:
        raise Refusal(Problem("adopt_no_survey", where))
    survey, headers = _rows(by_name["survey"], where)
    choices: tuple[FormRow, ...] = ()
    for name in ("choices", "columns"):
        if name in by_name:
            choices += _rows(by_name[name], where)[0]
    settings_rows = _rows(by_name["settings"], where)[0] if "settings" in by_name else ()
    for needed in ("type", "name"):
        if needed not in headers:
            problem = Problem("adopt_column_missing", f"{where} survey", values={"column": needed})
            raise Refusal(problem)
    return Form(
        survey=survey,
        lists=_lists(choices, fill_down=bool(headers & FORMR_MARKS)),
        settings=settings_rows[0].cells if settings_rows else MappingProxyType({}),
        languages=tuple(
            dict.fromkeys(
                language
                for row in (*survey, *choices)
                for words in row.texts.values()
                for language in words
            )
        ),
        sheet_hints=tuple(_misspelt(sheets)),
        headers=headers,
    )


def _misspelt(sheets: Iterable[Sheet]) -> Iterable[tuple[str, str]]:
    names = {sheet.name.strip().lower() for sheet in sheets}
    for sheet in sheets:
        name = sheet.name.strip().lower()
        if name in SHEETS or name.startswith("_"):
            continue
        for known in SHEETS:
            if known not in names and SequenceMatcher(None, name, known).ratio() > 0.75:
                yield sheet.name, known
                break


def _rows(sheet: Sheet, where: str) -> tuple[tuple[FormRow, ...], frozenset[str]]:
    if not sheet.rows:
        return (), frozenset()
    number, first = sheet.rows[0]
    headers = [header_of(cell or "") for cell in first]
    seen: dict[tuple[str, str], int] = {}
    problems = []
    for place, header in enumerate(headers):
        if header[0] and header in seen:
            problems.append(
                Problem(
                    "adopt_header_twice",
                    f"{where} {sheet.name}!{letter(place)}{number}",
                    values=MappingProxyType(
                        {
                            "header": first[place] or "",
                            "other": f"{letter(seen[header])}{number}",
                            "first": first[seen[header]] or "",
                        }
                    ),
                )
            )
        seen.setdefault(header, place)
    if problems:
        raise Refusal(*problems)
    rows = tuple(_row(row, headers) for row in sheet.rows[1:])
    return rows, frozenset(name for name, _ in headers if name)


def _row(row: Row, headers: Sequence[tuple[str, str]]) -> FormRow:
    cells: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for (name, language), cell in zip(headers, row[1], strict=False):
        content = (cell or "").strip()
        if not name or not content:
            continue
        if name in _TRANSLATED:
            texts.setdefault(name, {})[language] = content
        elif not language:
            cells[name] = content
    return FormRow(row[0], cells, texts)


def _lists(rows: Iterable[FormRow], *, fill_down: bool) -> dict[str, tuple[FormRow, ...]]:
    """Return the choices by list; ``fill_down``: a list is named in its first row only."""
    found: dict[str, list[FormRow]] = {}
    last = ""
    for row in rows:
        last = row.get("list_name") or (last if fill_down else "")
        if last and row.get("name"):
            found.setdefault(last, []).append(row)
    return {name: tuple(members) for name, members in found.items()}


def sheets_in_csv(rows: Sequence[Row]) -> tuple[Sheet, ...]:
    """Return the sheets of an XLSForm kept as one CSV: sheet names stand in the first column."""
    found: list[Sheet] = []
    for number, cells in rows:
        first = (cells[0] or "").strip() if cells else ""
        if first.lower() in SHEETS:
            found.append(Sheet(first.lower(), ()))
        if found and any(cell and cell.strip() for cell in cells[1:]):
            sheet = found[-1]
            found[-1] = Sheet(sheet.name, (*sheet.rows, (number, list(cells[1:]))))
    return tuple(found)
