"""Reads LimeSurvey's XML: both layouts, texts in the rows or in tables of their own.

Older files repeat every question once per language; newer ones have ``*_l10ns`` tables.
"""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from survey.adopt.lime import LimeGroup, LimePart, LimeQuestion, LimeQuota, LimeSurvey
from survey.problems import refuse

Row = dict[str, str]
Tables = Mapping[str, list[Row]]
LARGEST = 50_000_000


def read_lime_xml(data: bytes, where: str) -> LimeSurvey:
    """Return the structure in a .lss, .lsg or .lsq.

    Raises:
        Refusal: no XML, no LimeSurvey structure, or with definitions of entities.
    """
    root = xml_root(data, where)
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or kind not in ("Survey", "Group", "Question"):
        raise refuse("adopt_unknown", where)
    tables = {
        child.tag: [
            {cell.tag: cell.text or "" for cell in row} for row in child.iterfind("rows/row")
        ]
        for child in root
    }
    named = tuple(found.text or "" for found in root.iterfind("languages/language"))
    return _Structure(tables, named).survey()


def structure_of_archive(path: Path) -> bytes:
    """Return the .lss inside a .lsa; answers and tokens are not opened.

    Raises:
        Refusal: damaged, or without a structure, or too large.
    """
    from survey.exchange.archive_scan import damage_told

    with damage_told(path.name), zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.filename.endswith(".lss"):
                if member.file_size > LARGEST:
                    raise refuse("file_is_bomb", path.name, megabytes=member.file_size >> 20)
                with archive.open(member) as stream:
                    return stream.read(LARGEST)
    raise refuse("adopt_unknown", path.name)


def xml_root(data: bytes, where: str) -> Element:
    """Return the root of XML without definitions.

    Raises:
        Refusal: damaged, or with a DTD or entities.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise refuse("file_has_dtd", where) from error
    except (ParseError, ValueError, LookupError) as error:
        raise refuse("file_damaged", where) from error
    return root


class _Structure:
    """The tables, by what belongs together."""

    def __init__(self, tables: Tables, languages: tuple[str, ...]) -> None:
        self._tables = tables
        found = [row.get("language", "") for row in self._rows("surveys_languagesettings")]
        main = next((row.get("language", "") for row in self._rows("surveys")), "")
        self._languages = tuple(dict.fromkeys(x for x in (main, *languages, *found) if x))
        self._question_texts = _grouped(self._rows("question_l10ns"), "qid")
        self._answer_texts = _grouped(self._rows("answer_l10ns"), "aid")
        self._group_texts = _grouped(self._rows("group_l10ns"), "gid")
        self._parts = _grouped(self._rows("subquestions"), "parent_qid")
        self._answers = _grouped(self._rows("answers"), "qid")
        self._questions = _grouped(self._rows("questions"), "gid")
        self._attributes = _grouped(self._rows("question_attributes"), "qid")
        self._conditions = _grouped(self._rows("conditions"), "qid")

    def _rows(self, name: str) -> list[Row]:
        return self._tables.get(name, [])

    def survey(self) -> LimeSurvey:
        """Return everything."""
        settings = self._rows("surveys_languagesettings")
        groups = self._rows("groups")
        if not groups and self._rows("questions"):  # a single question's file
            groups = [{"gid": gid} for gid in self._questions]

        def said(name: str) -> dict[str, str]:
            return {row.get("surveyls_language", ""): row.get(name, "") for row in settings}

        return LimeSurvey(
            languages=self._languages or tuple(said("surveyls_title")),
            groups=tuple(
                self._group(gid, rows)
                for gid, rows in _in_order(_grouped(groups, "gid"), "group_order")
            ),
            code=next((f"S{row.get('sid', '')}" for row in self._rows("surveys")), ""),
            title=said("surveyls_title"),
            welcome=said("surveyls_welcometext"),
            end=said("surveyls_endtext"),
            quotas=tuple(self._quota(row) for row in self._rows("quota")),
        )

    def _quota(self, row: Row) -> LimeQuota:
        number = row.get("id", "")
        titles = {
            found.get("qid", ""): found.get("title", "")
            for rows in self._questions.values()
            for found in rows
        }
        messages = self._rows("quota_languagesettings")
        return LimeQuota(
            name=row.get("name", ""),
            limit=_number(row.get("qlimit")),
            members=tuple(
                (titles.get(member.get("qid", ""), ""), member.get("code", ""))
                for member in self._rows("quota_members")
                if member.get("quota_id") == number
            ),
            message={
                found.get("quotals_language", ""): found.get("quotals_message", "")
                for found in messages
                if found.get("quotals_quota_id") == number
            },
        )

    def _group(self, gid: str, rows: list[Row]) -> LimeGroup:
        questions = _grouped(self._questions.get(gid, []), "qid")
        return LimeGroup(
            words=_said([*self._group_texts.get(gid, []), *rows], "group_name"),
            relevance=_relevance(rows[0].get("grelevance", "")),
            random_group=rows[0].get("randomization_group", ""),
            questions=tuple(
                self._question(qid, members)
                for qid, members in _in_order(questions, "question_order")
                if members[0].get("parent_qid", "0") in ("", "0")
            ),
        )

    def _question(self, qid: str, rows: list[Row]) -> LimeQuestion:
        first = rows[0]
        texts = [*self._question_texts.get(qid, []), *rows]
        answers = _grouped(self._answers.get(qid, []), "code", "scale_id")
        parts = _grouped(self._parts.get(qid, []), "qid")
        attributes = {
            row.get("attribute", ""): row.get("value", "")
            for row in reversed(self._attributes.get(qid, []))
        }
        return LimeQuestion(
            code=first.get("title", ""),
            letter=first.get("type", ""),
            words=_said(texts, "question"),
            help=_said(texts, "help"),
            relevance=_relevance(first.get("relevance", "")),
            is_mandatory=first.get("mandatory") in ("Y", "S"),
            has_other=first.get("other") == "Y",
            attributes={**attributes, "validation": first.get("preg", "")},
            subquestions=tuple(
                LimePart(
                    members[0].get("title", ""),
                    _said([*self._question_texts.get(part, []), *members], "question"),
                    _number(members[0].get("scale_id")),
                    _relevance(members[0].get("relevance", "")),
                )
                for part, members in _in_order(parts, "question_order")
            ),
            answers=tuple(
                LimePart(
                    members[0].get("code", ""),
                    _said(
                        [*self._answer_texts.get(members[0].get("aid", ""), []), *members],
                        "answer",
                    ),
                    _number(members[0].get("scale_id")),
                )
                for _, members in _in_order(answers, "sortorder")
            ),
            conditions=tuple(
                " ".join(row.get(name, "") for name in ("cfieldname", "method", "value"))
                for row in self._conditions.get(qid, [])
            ),
        )


def _relevance(text: str) -> str:
    return "" if text.strip() == "1" else text.strip()


def _said(rows: Iterable[Row], name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        if row.get(name):
            found.setdefault(row.get("language", ""), row[name])
    return found


def _grouped(rows: Iterable[Row], *keys: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault("\0".join(row.get(key, "") for key in keys), []).append(row)
    return found


def _in_order(groups: Mapping[str, list[Row]], name: str) -> list[tuple[str, list[Row]]]:
    return sorted(groups.items(), key=lambda entry: _number(entry[1][0].get(name)))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.lstrip("-").isdigit() else 0
