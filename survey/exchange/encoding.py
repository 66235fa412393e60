"""Which encoding a text file has: a rule that decided every sample file right.

BOM; else strict UTF-8; else strict GB18030 when at least half of the Chinese characters are
everyday ones (GB2312 level 1): real Chinese text scores 1.00, Western or Japanese files that
GB18030 decodes by accident score 0.00. Anything else is asked, never guessed.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable

from survey.problems import refuse

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CANDIDATES = ("cp1252", "mac_roman", "big5", "shift_jis", "gb18030")
"""Tried in this order for the preview when the rule cannot decide."""
HEAD_SIZE = 900_000
SAMPLED = 1_000_000
"""Characters counted of a large text, evenly from all of it."""
EVERYDAY_SHARE = 0.5
PREVIEW = 40
LISTED_ROWS = 10
_CHINESE = re.compile("[\u4e00-\u9fff]{2}")
"""Two in a row: by accident one may come out of other bytes."""


def decode(data: bytes, where: str, *, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of ``data`` and the encoding it was read with.

    Raises:
        Refusal: unknown or wrong encoding named by the user, or the rule cannot decide; the
            message shows what the candidates would make of the first odd line.
    """
    if encoding is not None:
        return _decode_as(data, where, encoding), encoding
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_as(data, where, name), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if data.count(0) > len(data) // 8:
        raise refuse("file_not_text", where)
    text = _strict(data, "gb18030")
    if text is not None and everyday_share(text) >= EVERYDAY_SHARE:
        return text, "gb18030"
    _refuse_mixture(data, where)
    raise refuse("encoding_unknown", where, previews=_previews(data))


def _refuse_mixture(data: bytes, where: str) -> None:
    """Some lines are Chinese in UTF-8 and others are not: files put together, or cut short."""
    lines = [(row, line) for row, line in enumerate(data.split(b"\n"), 1) if not line.isascii()]
    odd = [row for row, line in lines if _strict(line, "utf-8") is None]
    if any(_CHINESE.search(_strict(line, "utf-8") or "") for _, line in lines):
        listed = "、".join(map(str, odd[:LISTED_ROWS]))
        raise refuse("encoding_mixed", where, row=odd[0], count=len(odd), rows=listed)


def utf8_head(data: bytes) -> tuple[str, str]:
    """Return the first HEAD_SIZE bytes as text and the encoding, or two empty texts.

    That they are UTF-8 does not make the rest so.
    """
    name = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    decoder = codecs.getincrementaldecoder(name)()
    try:
        return decoder.decode(data[:HEAD_SIZE]), name  # a character cut at the end waits
    except UnicodeDecodeError:
        return "", ""


def everyday_share(text: str) -> float:
    """Return the share of characters beyond ASCII that are GB2312 level 1 (0 to 1)."""
    found = everyday = 0
    for character, count in Counter(text[:: 1 + len(text) // SAMPLED]).items():
        if not _is_chinese(character):
            continue
        code = character.encode("gb18030")
        found += count
        everyday += count * (len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1)
    return everyday / found if found else 0.0


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"


def _decode_as(data: bytes, where: str, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise refuse("encoding_name_unknown", where, encoding=encoding) from error
    text = _strict(data, encoding)
    if text is None:
        raise refuse("encoding_wrong", where, encoding=encoding)
    return text.removeprefix("\ufeff")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _previews(data: bytes) -> str:
    """Return how each candidate would show the first line that is not plain ASCII."""
    line = next((line for line in data.splitlines() if any(byte > 127 for byte in line)), b"")
    return "; ".join(_shown(line, CANDIDATES))


def _shown(line: bytes, encodings: Iterable[str]) -> list[str]:
    start = max(0, next((at for at, byte in enumerate(line) if byte > 127), 0) - PREVIEW // 2)
    shown = []
    for encoding in encodings:
        text = _strict(line, encoding)
        if text is not None:
            shown.append(f"{encoding}: {text[start : start + PREVIEW]}")
    return shown
