"""LimeSurvey's survey file (.lss): the rows of the tab-separated structure as its tables.

The older of the two layouts, which every LimeSurvey since 2.05 imports: texts stand in the rows
and every question is repeated for each language. Beside what the tab-separated file holds there
are quotas and pages in random order.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from survey.publish.export import Export, Loss, loss, merged
from survey.publish.limesurvey import CAN, LANGUAGES, Row, limesurvey_rows, said
from survey.publish.plain import plain
from survey.questionnaire.conditions import All, Condition, Is
from survey.questionnaire.model import Questionnaire, Quota
from survey.questionnaire.questions import Single

DB_VERSION = "324"
"""LimeSurvey 3: the last layout with texts in the rows whose columns are known."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "answers": (
        *("qid", "code", "answer", "sortorder", "assessment_value", "language", "scale_id"),
    ),
    "groups": (
        *("gid", "sid", "group_name", "group_order", "description", "language"),
        *("randomization_group", "grelevance"),
    ),
    "questions": (
        *("qid", "parent_qid", "sid", "gid", "type", "title", "question", "preg", "help"),
        *("other", "mandatory", "question_order", "language", "scale_id", "same_default"),
        *("relevance", "modulename"),
    ),
    "question_attributes": ("qid", "attribute", "value", "language"),
    "quota": ("id", "sid", "name", "qlimit", "action", "active", "autoload_url"),
    "quota_members": ("id", "sid", "qid", "quota_id", "code"),
    "quota_languagesettings": (
        *("quotals_id", "quotals_quota_id", "quotals_language", "quotals_name"),
        *("quotals_message", "quotals_url", "quotals_urldescrip"),
    ),
    "surveys": (
        *("sid", "admin", "adminemail", "anonymized", "format", "savetimings", "template"),
        *("language", "additional_languages", "datestamp", "usecookie", "allowregister"),
        *("allowsave", "autoredirect", "allowprev", "printanswers", "ipaddr", "refurl"),
        *("publicstatistics", "publicgraphs", "listpublic", "htmlemail", "assessments"),
        *("usecaptcha", "usetokens", "showxquestions", "showgroupinfo", "shownoanswer"),
        *("showqnumcode", "showwelcome", "showprogress", "questionindex", "navigationdelay"),
        *("nokeyboard", "alloweditaftercompletion", "gsid"),
    ),
    "surveys_languagesettings": (
        *("surveyls_survey_id", "surveyls_language", "surveyls_title", "surveyls_description"),
        *("surveyls_welcometext", "surveyls_endtext", "surveyls_url", "surveyls_urldescription"),
        *("surveyls_dateformat", "surveyls_numberformat"),
    ),
}
"""Columns of each table, in the order of files written by LimeSurvey 3."""
ORDER = (
    *("answers", "groups", "questions", "subquestions", "question_attributes"),
    *("quota", "quota_members", "quota_languagesettings"),
    *("surveys", "surveys_languagesettings"),
)
_SETTINGS = {
    "admin": "", "adminemail": "", "anonymized": "Y", "format": "G", "savetimings": "Y",
    "template": "default", "additional_languages": "", "datestamp": "Y", "usecookie": "N",
    "allowregister": "N", "allowsave": "Y", "autoredirect": "N", "allowprev": "Y",
    "printanswers": "N", "ipaddr": "N", "refurl": "N", "publicstatistics": "N",
    "publicgraphs": "N", "listpublic": "N", "htmlemail": "Y", "assessments": "N",
    "usecaptcha": "N", "usetokens": "N", "showxquestions": "N", "showgroupinfo": "N",
    "shownoanswer": "N", "showqnumcode": "X", "showwelcome": "Y", "showprogress": "Y",
    "questionindex": "0", "navigationdelay": "0", "nokeyboard": "N",
    "alloweditaftercompletion": "N", "gsid": "1",
}  # fmt: skip
_STRUCTURE = frozenset(
    {"class", "type/scale", "name", "relevance", "text", "help", "language", "validation"}
    | {"mandatory", "other"}
)
"""Columns of a question's row that are no attributes."""
_IN_LANGUAGE = frozenset({"em_validation_q_tip", "suffix"})
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Tables = dict[str, list[Row]]


def write_lss(questionnaire: Questionnaire, path: Path, *, role: str | None = None) -> Export:
    """Write the file to ``path`` (UTF-8).

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    can = CAN | {"blocks", "quotas"}
    rows, losses = limesurvey_rows(questionnaire, role=role, can=can)
    form = plain(questionnaire, role=role)
    builder = _Builder(form.questionnaire, [row for row in rows if row["class"] == "S"])
    for language in form.languages:
        builder.language([row for row in rows if row.get("language") == LANGUAGES[language]])
    builder.blocks()
    more = list(builder.quotas(form.languages))
    builder.survey()
    path.write_text(_document(builder.tables, builder.languages), encoding="utf-8")
    return Export((path,), merged([*losses, *more]))


@dataclass(slots=True)
class _Place:
    """Where in a language's rows the builder stands."""

    language: str
    group: int = 0
    question: int = 0
    parts: int = 0
    answers: int = 0
    code: str = ""


@dataclass(slots=True)
class _Builder:
    """The tables in the making; numbers are given by place, the same in every language."""

    questionnaire: Questionnaire
    settings: Sequence[Row]
    tables: Tables = field(default_factory=lambda: {name: [] for name in ORDER})
    languages: list[str] = field(default_factory=list)
    qids: dict[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def sid(self) -> str:
        """A number of six digits that follows from the questionnaire's code."""
        digest = hashlib.sha256(self.questionnaire.code.encode()).hexdigest()
        return str(100_000 + int(digest[:12], 16) % 900_000)

    def language(self, rows: Sequence[Row]) -> None:
        """Add all rows of one language."""
        language = rows[0]["language"]
        self.languages.append(language)
        words = {row["name"]: row["text"] for row in rows if row["class"] == "SL"}
        self.tables["surveys_languagesettings"].append(
            {
                "surveyls_survey_id": self.sid,
                "surveyls_language": language,
                "surveyls_dateformat": "6",
                "surveyls_numberformat": "0",
                **words,
            }
        )
        reader = _Place(language)
        for row in rows:
            match row["class"]:
                case "G":
                    self._group(row, reader)
                case "Q":
                    self._question(row, reader)
                case "SQ":
                    self._part(row, reader)
                case "A":
                    self._answer(row, reader)

    def _qid(self, *place: str) -> str:
        return str(self.qids.setdefault(place, len(self.qids) + 1))

    def _group(self, row: Row, at: _Place) -> None:
        at.group += 1
        at.question = 0
        relevance = row.get("relevance", "1")
        self.tables["groups"].append(
            {
                "gid": str(at.group),
                "sid": self.sid,
                "group_name": row["name"],
                "group_order": str(at.group - 1),
                "language": at.language,
                "grelevance": "" if relevance == "1" else relevance,
            }
        )

    def _question(self, row: Row, at: _Place) -> None:
        at.question += 1
        at.code = row["name"]
        at.parts = at.answers = 0
        qid = self._qid(at.code)
        self.tables["questions"].append(
            {
                **self._common(qid, row, at),
                "parent_qid": "0",
                "type": row["type/scale"],
                "question_order": str(at.question),
                "scale_id": "0",
                "preg": row.get("validation", ""),
                "help": row.get("help", ""),
                "other": row.get("other") or "N",
                "mandatory": row.get("mandatory") or "N",
            }
        )
        for name, value in row.items():
            if name in _STRUCTURE or (name not in _IN_LANGUAGE and len(self.languages) > 1):
                continue
            attribute = "random_order" if name == "answer_order" else name
            value = "1" if name == "answer_order" else value
            entry = {"qid": qid, "attribute": attribute, "value": value}
            if name in _IN_LANGUAGE:
                entry["language"] = at.language
            self.tables["question_attributes"].append(entry)

    def _part(self, row: Row, at: _Place) -> None:
        at.parts += 1
        scale = row.get("type/scale", "0")
        self.tables["subquestions"].append(
            {
                **self._common(self._qid(at.code, scale, row["name"]), row, at),
                "parent_qid": self._qid(at.code),
                "type": "T",
                "question_order": str(at.parts),
                "scale_id": scale,
                "other": "N",
                "mandatory": "N",
            }
        )

    def _common(self, qid: str, row: Row, at: _Place) -> Row:
        return {
            "qid": qid,
            "sid": self.sid,
            "gid": str(at.group),
            "title": row["name"],
            "question": row.get("text", ""),
            "language": at.language,
            "same_default": "0",
            "relevance": row.get("relevance", "1"),
        }

    def _answer(self, row: Row, at: _Place) -> None:
        at.answers += 1
        self.tables["answers"].append(
            {
                "qid": self._qid(at.code),
                "code": row["name"],
                "answer": row.get("text", ""),
                "sortorder": str(at.answers),
                "assessment_value": "0",
                "language": at.language,
                "scale_id": row.get("type/scale", "0"),
            }
        )

    @property
    def qid_of(self) -> dict[str, str]:
        """The number of each question, by our code: they stand in our order in the rows."""
        numbers = dict.fromkeys(row["qid"] for row in self.tables["questions"])
        codes = [question.code for question in self.questionnaire.questions]
        return dict(zip(codes, numbers, strict=True))

    def blocks(self) -> None:
        """Let the pages of a block change places: groups of one name do."""
        place = {page.code: str(n) for n, page in enumerate(self.questionnaire.pages, 1)}
        block_of = {
            place[page]: block.code for block in self.questionnaire.blocks for page in block.pages
        }
        for row in self.tables["groups"]:
            row["randomization_group"] = block_of.get(row["gid"], "")

    def quotas(self, languages: Sequence[str]) -> Iterator[Loss]:
        """Add the quotas LimeSurvey can count: answers of single choices, joined by "and"."""
        for block in self.questionnaire.blocks:
            if block.choose is not None:
                yield loss("block_all_shown", block.code)
        for number, quota in enumerate(self.questionnaire.quotas, 1):
            members = self._members(quota)
            if members is None:
                yield loss("quotas", quota.code)
                continue
            self.tables["quota"].append(
                {
                    "id": str(number),
                    "sid": self.sid,
                    "name": quota.code,
                    "qlimit": str(quota.limit),
                    "action": "1",
                    "active": "1",
                    "autoload_url": "0",
                }
            )
            for qid, code in members:
                count = len(self.tables["quota_members"]) + 1
                self.tables["quota_members"].append(
                    {
                        "id": str(count),
                        "sid": self.sid,
                        "qid": qid,
                        "quota_id": str(number),
                        "code": code,
                    }
                )
            for language in languages:
                count = len(self.tables["quota_languagesettings"]) + 1
                self.tables["quota_languagesettings"].append(
                    {
                        "quotals_id": str(count),
                        "quotals_quota_id": str(number),
                        "quotals_language": LANGUAGES[language],
                        "quotals_name": quota.code,
                        "quotals_message": said(quota.message.in_(language)),
                    }
                )

    def _members(self, quota: Quota) -> list[tuple[str, str]] | None:
        """Return the answers (question, code) a quota counts; None where they cannot say it."""
        found: list[tuple[str, str]] = []
        seen: set[str] = set()
        for part in _parts(quota.when):
            question = self._single(part)
            if question is None or question.code in seen:
                return None
            assert isinstance(part, Is)
            seen.add(question.code)
            qid = self.qid_of[question.code]
            found += [(qid, f"{value:g}") for value in part.values]
        return found or None

    def _single(self, part: Condition | None) -> Single | None:
        if not isinstance(part, Is):
            return None
        for question in self.questionnaire.questions:
            if question.code == part.variable and isinstance(question, Single):
                special = [o.code for o in question.options if o.is_other or o.is_dont_know]
                return None if set(special) & set(part.values) else question
        return None

    def survey(self) -> None:
        """Add the settings."""
        given = {row["name"]: row["text"] for row in self.settings}
        known = {name: text for name, text in given.items() if name in FIELDS["surveys"]}
        self.tables["surveys"].append({"sid": self.sid, **_SETTINGS, **known})


def _parts(when: Condition | None) -> tuple[Condition | None, ...]:
    return when.of if isinstance(when, All) else (when,)


def _document(tables: Tables, languages: Sequence[str]) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<document>"]
    lines += [
        " <LimeSurveyDocType>Survey</LimeSurveyDocType>",
        f" <DBVersion>{DB_VERSION}</DBVersion>",
        " <languages>",
        *(f"  <language>{escape(language)}</language>" for language in languages),
        " </languages>",
    ]
    for name in ORDER:
        if tables[name]:
            lines += _table(name, tables[name])
    return "\n".join([*lines, "</document>", ""])


def _table(name: str, rows: Sequence[Row]) -> Iterator[str]:
    fields = FIELDS["questions" if name == "subquestions" else name]
    yield f" <{name}>"
    yield "  <fields>"
    yield from (f"   <fieldname>{column}</fieldname>" for column in fields)
    yield "  </fields>"
    yield "  <rows>"
    for row in rows:
        yield "   <row>"
        for column in fields:
            if column in row or column != "language":  # an attribute of all languages has none
                yield f"    <{column}>{_cdata(row.get(column, ''))}</{column}>"
        yield "   </row>"
    yield "  </rows>"
    yield f" </{name}>"


def _cdata(text: str) -> str:
    if not text:
        return ""
    return f"<![CDATA[{_NOT_XML.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"
