"""Reads a LimeSurvey archive (.lsa): the answers with the structure's wordings and labels.

Runs in a child process: see child.py. Tokens (names, e-mails) are never opened.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from survey.exchange.archive_scan import DAMAGE, damage_told
from survey.exchange.raw_table import ColumnFacts
from survey.problems import refuse

NOT_SHOWN = "{question_not_shown}"
_ESCAPES = {"{newline}": "\n", "{cr}": "\r", "{tab}": "\t", "{quote}": '"', "{lbrace}": "{"}
_ESCAPE = re.compile("|".join(map(re.escape, _ESCAPES)))
_TAG = re.compile(r"<[^>]+>")
_SGQA = re.compile(r"^\d+X\d+X(\d+)(.*)$")

Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class LimeSurveyAnswers:
    """What an archive holds.

    Args:
        texts, codes: two heading rows: wording and short name of each column.
        rows: one list per response; None where left empty.
        facts: labels of answer codes by column position.
    """

    texts: list[str]
    codes: list[str]
    rows: list[list[str | None]]
    facts: Mapping[int, ColumnFacts]


def without_escapes(cell: str) -> str:
    """Return a cell of a VV file with its escaped line breaks, tabs and quotes restored."""
    return _ESCAPE.sub(lambda found: _ESCAPES[found.group()], cell)


def is_limesurvey_archive(path: Path) -> bool:
    """Return whether the ZIP at ``path`` holds LimeSurvey's responses."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("_responses.lsr") for name in archive.namelist())
    except DAMAGE:
        return False  # scan_archive says what is wrong with it


def read_limesurvey_archive(path: Path) -> LimeSurveyAnswers:
    """Return the responses of a .lsa file.

    Raises:
        Refusal: no responses or no structure in it, damaged XML, or XML with definitions.
    """
    from defusedxml.common import DefusedXmlException

    try:
        with damage_told(path.name), zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            answers = next((n for n in names if n.endswith("_responses.lsr")), "")
            structure = next((n for n in names if n.endswith(".lss")), "")
            if not answers or not structure:
                raise refuse("file_wrong_kind", path.name, kind="ZIP")
            tables = _tables(archive, structure)
            fields, rows = _responses(archive, answers)
    except DefusedXmlException as error:
        raise refuse("file_has_dtd", path.name) from error
    except ParseError as error:
        raise refuse("file_damaged", path.name) from error
    return _assembled(fields, rows, tables)


def _events(archive: zipfile.ZipFile, name: str) -> Iterator[Element]:
    """Yield each element when it is complete."""
    from defusedxml.ElementTree import iterparse

    with archive.open(name) as stream:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            yield element


def _tables(archive: zipfile.ZipFile, name: str) -> Rows:
    """Return the rows of every table of the structure: ``tables["questions"][0]["title"]``."""
    tables: Rows = {}
    waiting: list[dict[str, str]] = []
    for element in _events(archive, name):
        if element.tag == "row":
            waiting.append({child.tag: child.text or "" for child in element})
            element.clear()
        elif element.tag == "rows":
            waiting, done = [], waiting
            tables["\0"] = done
        elif "\0" in tables:
            tables[element.tag] = tables.pop("\0")
    return tables


def _responses(
    archive: zipfile.ZipFile, name: str
) -> tuple[list[str], list[dict[str, str | None]]]:
    fields: list[str] = []
    rows: list[dict[str, str | None]] = []
    for element in _events(archive, name):
        if element.tag == "fieldname":
            fields.append(element.text or "")
        elif element.tag == "row":
            rows.append({child.tag.removeprefix("_"): child.text for child in element})
            element.clear()
    return fields, rows


def _assembled(
    fields: list[str], rows: list[dict[str, str | None]], tables: Rows
) -> LimeSurveyAnswers:
    structure = _Structure(tables)
    named = [structure.column(field) for field in fields]
    return LimeSurveyAnswers(
        texts=[text for _, text, _ in named],
        codes=[code for code, _, _ in named],
        rows=[[row.get(field, NOT_SHOWN) for field in fields] for row in rows],
        facts={
            place: ColumnFacts(label=text, value_labels=labels)
            for place, (_, text, labels) in enumerate(named)
            if labels
        },
    )


class _Structure:
    """Wordings and labels of both layouts: texts in the rows, or in ``*_l10ns`` tables."""

    def __init__(self, tables: Rows) -> None:
        self._questions = {row["qid"]: row for row in _first(tables.get("questions", []), "qid")}
        self._parts = _first(tables.get("subquestions", []), "qid")
        self._answers = tables.get("answers", [])
        self._texts = {
            row.get("qid", ""): row.get("question", "")
            for row in reversed(tables.get("question_l10ns", []))
        }
        self._labels = {
            row.get("aid", ""): row.get("answer", "")
            for row in reversed(tables.get("answer_l10ns", []))
        }

    def column(self, field: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """Return short name, wording and answer labels of a field."""
        found = _SGQA.match(field)
        question = self._questions.get(found.group(1)) if found else None
        if found is None or question is None:
            return field, field, ()
        title, part = question.get("title", ""), found.group(2)
        text = self._text(question)
        labels = self._answer_labels(question["qid"])
        if not part:
            return title, text, labels
        row = next(
            (r for r in self._parts
             if r.get("parent_qid") == question["qid"] and r.get("title") == part), None,
        )  # fmt: skip
        part_text = self._text(row) if row is not None else part
        return f"{title}[{part}]", f"{text} [{part_text}]", labels

    def _text(self, row: Mapping[str, Any]) -> str:
        text = self._texts.get(row["qid"]) or row.get("question", "") or row.get("title", "")
        return _TAG.sub("", text).strip() or str(row.get("title", ""))

    def _answer_labels(self, question: str) -> tuple[tuple[str, str], ...]:
        rows = [row for row in self._answers if row.get("qid") == question]
        rows.sort(key=lambda row: int(row.get("sortorder") or 0))
        labels: dict[str, str] = {}
        for row in rows:
            text = self._labels.get(row.get("aid", "")) or row.get("answer", "")
            labels.setdefault(row["code"], _TAG.sub("", text).strip() or row["code"])
        return tuple(labels.items())


def _first(rows: list[dict[str, str]], key: str) -> list[dict[str, str]]:
    """Return one row per key: older files repeat every question for each language."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.get(key, ""), row)
    return list(found.values())
