"""Finds personal data: by heading and by what the cells look like."""

import re

from survey.exchange.raw_table import Column
from survey.exchange.vocabulary import vocabulary
from survey.exchange.wording import bare

SHARE = 0.5
"""So many of the distinct cells must look personal."""
LOOKED_AT = 200
_LOOKS = (
    re.compile(r"^(?:\+?86[- ]?)?1[3-9]\d{9}$"),  # mobile phone
    re.compile(r"^[1-9]\d{16}[\dXx]$"),  # identity card
    re.compile(r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$"),  # e-mail
    re.compile(r"^(?:\d{1,3}\.){3}\d{1,3}(?:\s*[(（].*[)）])?$"),  # IP address
)
_ASKS_NAME = re.compile(
    r"^(?:请(?:填写|输入))?(?:您|你)?的?(?:真实)?(?:姓名|手机号?码?|联系方式|联系电话|邮箱|身份证号?码?|微信号|学号|工号)(?:是|为)?[_?？:：]*$"
)


def is_personal(wording: str, header: str, column: Column) -> bool:
    """Return whether a column holds names, phones, e-mails, identity numbers or addresses."""
    words = vocabulary().personal
    if bare(wording) in words or bare(header) in words or _ASKS_NAME.match(wording.strip()):
        return True
    cells = column.values[:LOOKED_AT]
    if not cells:
        return False
    return any(
        sum(bool(look.match(cell.strip())) for cell in cells) > SHARE * len(cells)
        for look in _LOOKS
    )
