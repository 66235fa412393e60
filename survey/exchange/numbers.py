"""Reads numbers, durations and dates as people and platforms write them."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

_PLAIN = re.compile(r"^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$")
_THOUSANDS = re.compile(r"^[-+]?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?$")
_DECIMAL_COMMA = re.compile(r"^[-+]?\d+,\d{1,2}$|^[-+]?\d+,\d{4,}$")
_UNIT = re.compile(
    r"^(?:约|大约|近)?\s*(.*?)\s*(?:分|岁|年|元|次|个|人|秒|天|小时|分钟|月|%|points?)?$"
)
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "〇": 0,
}
_TENS = re.compile(r"^([一二两三四五六七八九])?十([一二三四五六七八九])?$")
_DURATION = re.compile(
    r"^(?:(\d+)\s*(?:天|d))?\s*(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|m|min))?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*(?:秒|s|sec)?)?$"
)
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,3}):(\d{2})(?:\.\d+)?$")
_YEAR_FIRST = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[ t]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?)?)?\s*(?:z|[-+]\d{2}:?\d{2})?$"
)
_YEAR_LAST = re.compile(
    r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})"
    r"(?:[ t,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?)?.*$"
)
_EXCEL_DAY_ZERO = datetime(1899, 12, 30)
_EXCEL_DAYS = (30_000.0, 60_000.0)
"""1982 to 2064: a serial day number in a column of dates."""


@lru_cache(maxsize=65536)
def number_of(cell: str) -> float | None:
    """Return the number a cell holds, or None.

    Understands full width, thousands, decimal comma, per cent (12.5 % is 12.5), a unit behind,
    约 before, and Chinese numerals below one hundred.
    """
    text = unicodedata.normalize("NFKC", cell).strip().lower()
    found = _number(text)
    if found is not None:
        return found
    inner = _UNIT.match(text)
    return _number(inner.group(1)) if inner and inner.group(1) != text else None


def _number(text: str) -> float | None:
    if _PLAIN.match(text):
        return float(text)
    if _THOUSANDS.match(text):
        return float(text.replace(",", "").replace(" ", ""))
    if _DECIMAL_COMMA.match(text):
        return float(text.replace(",", "."))
    return _chinese_number(text)


def _chinese_number(text: str) -> float | None:
    if text in _DIGITS:
        return float(_DIGITS[text])
    found = _TENS.match(text)
    if not found:
        return None
    tens, ones = found.groups()
    return float(10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0))


def seconds_of(cell: str) -> float | None:
    """Return the seconds of "179秒", "3分20秒", "1:02:03" or "179", or None."""
    text = unicodedata.normalize("NFKC", cell).strip().lower()
    clock = _CLOCK.match(text)
    if clock:
        hours, minutes, seconds = clock.groups()
        return int(hours or 0) * 3600.0 + int(minutes) * 60 + int(seconds)
    found = _DURATION.match(text)
    if not found or not any(found.groups()):
        return None
    days, hours, minutes, seconds = found.groups()
    return (
        int(days or 0) * 86400.0
        + int(hours or 0) * 3600
        + int(minutes or 0) * 60
        + float(seconds or 0)
    )


def is_day_first(cells: Iterable[str]) -> bool:
    """Return whether dates like 03/04/2026 in this column put the day first.

    Decided by the whole column: a first part above 12 can only be a day.
    """
    for cell in cells:
        found = _YEAR_LAST.match(unicodedata.normalize("NFKC", cell).strip().lower())
        if found and int(found.group(1)) > 12:
            return True
    return False


def moment_of(cell: str, *, day_first: bool = False) -> datetime | None:
    """Return the date and time of a cell, or None; zones are left out of account."""
    text = unicodedata.normalize("NFKC", cell).strip().lower()
    found = _YEAR_FIRST.match(text)
    if found:
        year, month, day, *clock = found.groups()
        return _moment(year, month, day, clock)
    found = _YEAR_LAST.match(text)
    if found:
        first, second, year, hour, minute, second_part, half = found.groups()
        day, month = (first, second) if day_first else (second, first)
        if half == "pm" and hour and int(hour) < 12:
            hour = str(int(hour) + 12)
        return _moment(
            year if len(year) == 4 else f"20{year}", month, day, [hour, minute, second_part]
        )
    serial = _number(text)
    if serial is not None and _EXCEL_DAYS[0] <= serial <= _EXCEL_DAYS[1]:
        return _EXCEL_DAY_ZERO + timedelta(days=serial)
    return None


def _moment(year: str, month: str, day: str, clock: list[str | None]) -> datetime | None:
    hour, minute, second = (int(part or 0) for part in clock)
    try:
        return datetime(int(year), int(month), int(day), hour, minute, second)
    except ValueError:
        return None
