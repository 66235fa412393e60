"""Finds personal data: by heading, by what a column's cells look like, and inside answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.raw_table import Column, RawTable
from survey.exchange.vocabulary import vocabulary
from survey.exchange.wording import bare
from survey.problems import Problem

SHARE = 0.5
"""So many of the distinct cells must look personal."""
LOOKED_AT = 200
LISTED_ROWS = 10
SEARCHED = 2000
"""Characters of an open answer."""
FEWEST_NAMES = 5
NAMES_SHARE = 0.7
DISTINCT_SHARE = 0.8
"""Names hardly repeat; what repeats is a choice."""
IDENTITY_LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
"""GB 11643-1999: the check character of an identity number by the weighted sum modulo 11."""
_MOBILE = r"(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
_LANDLINE = r"(?:0\d{2,3}[- ]|\(0\d{2,3}\) ?|（0\d{2,3}）)[2-9]\d{6,7}"
_MAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = rf"[1-9]\d{{5}}(?:18|19|20)\d{{2}}{_DAY}\d{{3}}[\dXx]"
_OLD_IDENTITY = rf"[1-9]\d{{5}}\d{{2}}{_DAY}\d{{3}}"
_PLACE = r"(?:省|自治区|市|自治州|地区|区|县|旗)"
_STREET = r"(?:大街|街道|路|街|巷|弄|镇|乡|村|小区|公寓|花园)"
_ADDRESS = (
    rf"[\u4e00-\u9fff]{{2,9}}{_PLACE}[\u4e00-\u9fff\d]{{1,20}}?{_STREET}"
    r"[\u4e00-\u9fffA-Za-z\d-]{0,12}?\d+(?:号|弄|栋|幢|单元|室|组)"
)
_LOOKS = tuple(
    re.compile(rf"^(?:{look})$")
    for look in (
        _MOBILE,
        _LANDLINE,
        _MAIL,
        _IDENTITY,
        _OLD_IDENTITY,
        r"(?:\d{1,3}\.){3}\d{1,3}(?:\s*[(（].*[)）])?",  # IP address, 问卷星 adds the place
        r"(?:[0-9A-Fa-f]{1,4}:){3,7}(?::?[0-9A-Fa-f]{1,4}){1,4}",  # IPv6
        r"-?\d{1,3}\.\d{3,} -?\d{1,3}\.\d{3,}(?: -?[\d.]+){0,2}",  # a geopoint
        rf".{{0,40}}{_ADDRESS}.{{0,40}}",
    )
)
PERSONAL_INSIDE = re.compile(
    rf"(?<![\d.-])(?:{_MOBILE}|{_LANDLINE}|{_IDENTITY})(?![\d.]\d|\d)|{_MAIL}|{_ADDRESS}"
)
_ASKS = re.compile(
    r"^(?:请(?:填写|输入|留下)?)?(?:您|你)?的?(?:真实|学生|家长|本人|教师|填表人|受访者|联系人)?的?"
    r"(?:姓名|手机号?码?|联系方式|联系电话|电话号?码?|邮箱|身份证号?码?|证件号码?|微信号?|学号|工号"
    r"|家庭住址|通[讯信]地址|详细地址|银行卡号?)(?:是|为)?[_?？:：。]*$"
)
_COORDINATE = re.compile(r"(?:^|[_/.])(?:latitude|longitude|geolocation|gps)$", re.IGNORECASE)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武"
    "戴莫孔向汤"
)
_NAME = re.compile(r"^(?:欧阳|上官|司马|诸葛|[\u4e00-\u9fff])[\u4e00-\u9fff·]{1,3}$")
_NO_NAME = frozenset("的了是不有和在很地性学业系部院课")
"""Characters of short phrases and of subjects, seldom of given names."""


def is_personal(wording: str, header: str, column: Column) -> bool:
    """Return whether a column holds names, phones, e-mails, identity numbers or addresses."""
    words = vocabulary().personal
    if bare(wording) in words or bare(header) in words or _ASKS.match(wording.strip()):
        return True
    if _COORDINATE.search(header.strip()):
        return True
    cells = [cell.strip() for cell in column.values[:LOOKED_AT]]
    if not cells:
        return False
    return (
        _share(cells, _looks_personal) > SHARE
        or _are_identities(cells)
        or _are_names(cells, column)
    )


def _looks_personal(cell: str) -> bool:
    return any(look.match(cell) for look in _LOOKS)


def _share(cells: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(cell)) for cell in cells) / len(cells)


def _are_identities(cells: Sequence[str]) -> bool:
    """Numbers whose check character is right, whatever stands where the birthday should."""
    return _share(cells, is_identity_number) > SHARE


def is_identity_number(text: str) -> bool:
    """Return whether ``text`` is a Chinese identity number with the right check character."""
    digits, check = text[:-1], text[-1:].upper()
    if len(text) != IDENTITY_LENGTH or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return _CHECK[total % len(_CHECK)] == check


def _are_names(cells: Sequence[str], column: Column) -> bool:
    """Chinese names: a common surname before one to three characters, hardly any twice."""
    answered = len(column) - column.blanks
    if len(cells) < FEWEST_NAMES or len(column.values) < DISTINCT_SHARE * answered:
        return False
    return _share(cells, _is_name) >= NAMES_SHARE


def _is_name(cell: str) -> bool:
    is_known = cell[:1] in _SURNAMES or cell[:2] in ("欧阳", "上官", "司马", "诸葛")
    return is_known and _NAME.match(cell) is not None and not _NO_NAME.intersection(cell[1:])


def personal_notes(raw: RawTable, columns: Sequence[ColumnPlan]) -> list[Problem]:
    """Return one note per column of open answers with phones, mails, addresses inside."""
    notes = []
    for column in columns:
        if column.kind is not ColumnKind.TEXT:
            continue
        cells = raw.columns[column.place]
        codes = [
            code
            for code, cell in enumerate(cells.values)
            if PERSONAL_INSIDE.search(cell[:SEARCHED])
        ]
        if codes:
            rows = raw.row_numbers[np.isin(cells.codes, codes)]
            listed = "、".join(str(row) for row in rows[:LISTED_ROWS])
            values = {"count": len(rows), "rows": listed}
            notes.append(Problem("personal_inside", column.header.strip(), values=values))
    return notes
