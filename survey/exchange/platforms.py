"""Which program wrote a table, told from its headings and cells."""

import re
from collections.abc import Sequence

from survey.exchange.headings import Heading
from survey.exchange.raw_table import RawTable
from survey.exchange.wording import bare
from survey.problems import refuse

_WJX_META = frozenset({"序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自ip"})
_TENCENT_META = frozenset({"编号", "开始答题时间", "结束答题时间", "答题时长", "清洗数据结果"})
_LIMESURVEY = (
    frozenset({"submitdate", "lastpage", "startlanguage"}),
    frozenset({"datesubmitted", "lastpage", "startlanguage"}),
)
_KOBO = frozenset({"_id", "_uuid", "_submission_time", "_index"})


_FORM_HEADINGS = (
    frozenset({"class", "type/scale", "name", "relevance", "text"}),  # LimeSurvey structure
    frozenset({"variable / field name", "form name", "field type"}),  # REDCap dictionary
    frozenset({"type", "name", "label"}),  # XLSForm
)
_FORM_TYPES = frozenset({"text", "integer", "note", "begin group", "begin_group", "select_one"})


def refuse_forms(raw: RawTable) -> None:
    """Refuse a table that is a questionnaire, not answers to one.

    Raises:
        Refusal: the structure of LimeSurvey, a REDCap dictionary or an XLSForm.
    """
    names = {header.strip().lower() for header in raw.headers}
    for form in _FORM_HEADINGS:
        if form <= names and (len(form) > 3 or "form name" in form or _has_form_types(raw)):
            raise refuse("file_is_form", raw.source.name)


def _has_form_types(raw: RawTable) -> bool:
    place = next((at for at, h in enumerate(raw.headers) if h.strip().lower() == "type"), None)
    if place is None:
        return False
    first_words = {cell.split(" ")[0].lower() for cell in raw.columns[place].values}
    return bool(_FORM_TYPES & first_words)


def detect_platform(raw: RawTable, headings: Sequence[Heading]) -> str:
    """Return the platform's code: ``wjx_text``, ``wjx_numbers``, ``wjx_spss``, ``tencent``,
    ``qualtrics``, ``limesurvey``, ``kobo``, ``google_forms``, ``surveymonkey``, ``redcap``,
    ``spss``, ``stata`` or ``table``."""
    if raw.source.kind in ("sav", "por", "dta"):
        return _statistics_platform(raw)
    if raw.layout in ("qualtrics", "qualtrics_legacy"):
        return "qualtrics"
    if raw.layout in ("limesurvey_vv", "surveymonkey"):
        return raw.layout.removesuffix("_vv")
    names = {bare(header) for header in raw.headers}
    if len(names & _WJX_META) >= 2 or _numbered(raw, "、") > 0.5:
        return "wjx_numbers" if _holds_numbers(raw, headings) else "wjx_text"
    if len(names & _TENCENT_META) >= 2 or ("编号" in names and _numbered(raw, ".") > 0.5):
        return "tencent"
    if any(known <= names for known in _LIMESURVEY):
        return "limesurvey"
    plain_names = {header.strip().lower() for header in raw.headers}
    if len(plain_names & _KOBO) >= 2 or "meta/instanceid" in plain_names:
        return "kobo"
    if "respondentid" in names:
        return "surveymonkey"
    if any("___" in header for header in raw.headers) or any(
        header.endswith("_complete") for header in raw.headers
    ):
        return "redcap"
    if bare(raw.headers[0]) in ("timestamp", "marcatemporal", "时间戳记", "zeitstempel"):
        return "google_forms"
    return "table"


def _statistics_platform(raw: RawTable) -> str:
    if "totalseconds" in raw.headers and "index" in raw.headers:
        return "wjx_spss"
    return "stata" if raw.source.kind == "dta" else "spss"


def _numbered(raw: RawTable, mark: str) -> float:
    """Return the share of headings that start with a number and ``mark``."""
    pattern = re.compile(rf"^\s*\d{{1,3}}{re.escape(mark)}(?!\d)")
    return sum(bool(pattern.match(header)) for header in raw.headers) / max(len(raw.headers), 1)


def _holds_numbers(raw: RawTable, headings: Sequence[Heading]) -> bool:
    """An export by number has no answer labels: nearly every question's cells are numbers."""
    questions = [
        column
        for column, heading in zip(raw.columns, headings, strict=True)
        if heading.number and column.values
    ]
    if not questions:
        return False
    numeric = sum(
        all(cell.strip().lstrip("-").replace(".", "", 1).isdigit() for cell in column.values[:50])
        for column in questions
    )
    return numeric > 0.5 * len(questions)
