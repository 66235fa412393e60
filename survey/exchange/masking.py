"""Masks personal data inside open answers before anyone reads them."""

from __future__ import annotations

import re
from collections.abc import Collection

from survey.exchange.personal import PERSONAL_INSIDE

MASK = "＊＊＊"
SHORTEST_NAME = 2
_NUMBERED = re.compile(
    r"((?:工号|学号|职工号|教工号|员工号|证号|账号|卡号|编号|QQ号?|微信号?"
    r"|staff (?:no|number|id)\.?)"
    r"[是为:：\s]*)[A-Za-z0-9_-]{3,24}",
    re.IGNORECASE,
)
"""A number somebody is known by, after the word that says so."""
_LONG_NUMBER = re.compile(r"(?<![\d.])\d[\d -]{5,}\d(?![\d.])")
"""Seven digits or more: a phone, staff or account number, whatever it is called."""


def mask_personal(text: str, names: Collection[str] = ()) -> str:
    """Return ``text`` with personal data replaced by :data:`MASK`.

    Masked are phones, mails, identity numbers, addresses, staff and student numbers, any other
    number of seven digits or more, and every name of the list ``names`` (two characters or
    more). Names that are not in the list cannot be known and stay.
    """
    known = sorted((n.strip() for n in names if len(n.strip()) >= SHORTEST_NAME), key=len)
    for name in reversed(known):
        text = text.replace(name, MASK)
    text = PERSONAL_INSIDE.sub(MASK, text)
    text = _NUMBERED.sub(lambda found: found.group(1) + MASK, text)
    return _LONG_NUMBER.sub(MASK, text)
