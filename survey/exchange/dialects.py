"""What each foreign platform writes into its headings, brought to one form.

After this step a part of a question has the question's number (or stem) in common with its
neighbours, whichever program wrote the table.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from survey.exchange.headings import Heading
from survey.exchange.raw_table import RawTable

_LIMESURVEY = re.compile(r"^([A-Za-z][A-Za-z0-9]*)[\[_](\w+)\]?(?:[\[_](\w+)\]?)?$")
_REDCAP = re.compile(r"^(.+?)___(.+)$")
_QUALTRICS_ID = re.compile(r"""["']ImportId["']\s*:\s*["'](QID\d+(?:#\d+)?)""")
_QUALTRICS_NAME = re.compile(r"^(.+?)(?:_x)?_(?:\d+|TEXT)(?:_\d+)*$")
_QUALTRICS_ASIDE = re.compile(
    r"(?:_DO(?:_|$)|_(?:First Click|Last Click|Page Submit|Click Count)$|_NPS_GROUP$)|^Timing-"
)
_PATH_SEPARATORS = ("/", ".")
_REPEAT = re.compile(r"\[\d+\]")


def adapt_headings(
    raw: RawTable, headings: tuple[Heading, ...], *, platform: str
) -> tuple[Heading, ...]:
    """Return the headings with parts of one question joined by number or stem."""
    adapt = _DIALECTS.get(platform)
    return headings if adapt is None else tuple(adapt(raw, headings))


def aside_columns(raw: RawTable, *, platform: str) -> frozenset[int]:
    """Return the places of columns that hold no answers: timings, display orders, doubles."""
    if platform == "qualtrics":
        return frozenset(
            place for place, name in enumerate(raw.headers) if _QUALTRICS_ASIDE.search(name)
        )
    if platform == "kobo":
        return frozenset(_doubles(raw.headers))
    return frozenset()


def _doubles(headers: Sequence[str]) -> list[int]:
    """A joined text column that its option columns repeat one by one."""
    return [
        place
        for place, header in enumerate(headers)
        if sum(
            other.startswith(f"{header}{mark}") for mark in _PATH_SEPARATORS for other in headers
        )
        > 1
    ]


def _limesurvey(_raw: RawTable, headings: Sequence[Heading]) -> list[Heading]:
    """``Q1[SQ001]``, ``Q1_SQ001``, ``Q1[SQ001][1]``: parts of Q1."""
    result = []
    for heading in headings:
        found = _LIMESURVEY.match(heading.code)
        if found is None or heading.stem or heading.code.startswith("_"):
            result.append(heading)
            continue
        question, part, scale = found.groups()
        number = f"{question}#{scale}" if scale else question
        result.append(replace(heading, number=number, part=part, is_part=True))
    return result


def _redcap(raw: RawTable, headings: Sequence[Heading]) -> list[Heading]:
    """``field___code``: option ``code`` of the checkbox ``field``."""
    result = []
    for heading, header in zip(headings, raw.headers, strict=True):
        found = _REDCAP.match(header)
        if found is None:
            result.append(heading)
        else:
            field, code = found.groups()
            result.append(Heading(field, "", code, code, header, is_option=True))
    return result


def _kobo(raw: RawTable, headings: Sequence[Heading]) -> list[Heading]:
    """``group/question/option``: the last part of the path is the option or question."""
    mark = max(_PATH_SEPARATORS, key=lambda m: sum(header.count(m) for header in raw.headers))
    result = []
    for heading, header in zip(headings, raw.headers, strict=True):
        stem, _, last = header.rpartition(mark)
        if not stem or header.startswith("_"):
            result.append(heading)
        else:
            result.append(Heading("", _REPEAT.sub("", stem), last, last, ""))
    return result


def _qualtrics(raw: RawTable, headings: Sequence[Heading]) -> list[Heading]:
    """Parts share the question id of the third row, or the name up to its last number."""
    keys = [_qualtrics_key(raw, place) for place in range(len(headings))]
    result = list(headings)
    for start, end in _stretches(keys):
        texts = [_text(raw, place) for place in range(start, end)]
        stem = _shared_stem(texts)
        for place, text in zip(range(start, end), texts, strict=True):
            part = text[len(stem) :].strip(" -\n") or text
            clean = stem.strip(" -\n")
            result[place] = Heading(
                keys[place], clean, part, part, raw.headers[place], is_part=True
            )
    return result


def _qualtrics_key(raw: RawTable, place: int) -> str:
    if len(raw.header_rows) > 2:
        found = _QUALTRICS_ID.search(raw.header_rows[2][place])
        return found.group(1) if found else ""
    found = _QUALTRICS_NAME.match(raw.headers[place])
    return found.group(1) if found else ""


def _text(raw: RawTable, place: int) -> str:
    return raw.header_rows[1][place] or raw.headers[place]


def _stretches(keys: Sequence[str]) -> list[tuple[int, int]]:
    """Return start and end of each run of at least two equal keys."""
    found = []
    start = 0
    for place in range(1, len(keys) + 1):
        if place == len(keys) or keys[place] != keys[start]:
            if keys[start] and place - start > 1:
                found.append((start, place))
            start = place
    return found


def _shared_stem(texts: Sequence[str]) -> str:
    """Return what all texts start with, up to its last dash; "" when that is nothing."""
    first, last = min(texts), max(texts)  # whatever these two share, all share
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[: first.rfind("-", 0, same) + 1]


_DIALECTS: dict[str, Callable[[RawTable, Sequence[Heading]], list[Heading]]] = {
    "limesurvey": _limesurvey,
    "redcap": _redcap,
    "kobo": _kobo,
    "qualtrics": _qualtrics,
}
