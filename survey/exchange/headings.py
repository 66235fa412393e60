"""Takes headings apart: question number, stem, part, wording.

问卷星 writes a matrix as ``7、题干—行1``, ``7、行2``, ...; others write ``题干 [行1]``,
``3.题干:部分`` or give parts in brackets behind ``第6题``. Statistics files and Qualtrics keep
the wording in a label beside a short name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from survey.exchange.raw_table import RawTable

_OPTION = re.compile(r"^\s*第\s*(\d{1,3})\s*题\s*[(（](.+)[)）]\s*$", re.DOTALL)
_SHORT_OPTION = re.compile(r"^\s*(\d{1,3})\s*[、.．]?\s*[(（](.+)[)）]\s*$", re.DOTALL)
_SUB_NUMBER = re.compile(r"^\s*(\d{1,3})[.．](\d{1,3})[\s.．、]*(?=\D)(.+)$", re.DOTALL)
_NUMBER = re.compile(r"^\s*[Qq]?(\d{1,3})\s*[、.．:：]\s*(.*)$", re.DOTALL)
_BRACKET = re.compile(r"^(.*?)\s*\[([^\[\]]+)\]\s*(?:\[[^\[\]]+\]\s*)?$", re.DOTALL)
_COLON = re.compile(r"^(.{2,}?)\s*[:：]\s*(\S[^:：]*)$", re.DOTALL)
_DASH = re.compile(r"^(.+?)—(.+)$", re.DOTALL)
_SAV_ROW = re.compile(r"^(Q\d+)_Row\d+$")
_CODE = re.compile(r"^[A-Za-z][A-Za-z0-9_.\[\]]*$")
_CODE_STEM = re.compile(r"^(.*?[A-Za-z])[_.\[]*(\d+)\]?[A-Za-z]?\]?$")
STATISTICS = ("sav", "por", "dta")
_CODE_PREFIX = re.compile(r"^([A-Za-z][A-Za-z0-9]*)_(?=\D)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading taken apart.

    Args:
        number: of the question, "" when headings carry none.
        stem: what the parts of a matrix share, "" when not a matrix.
        part: the row of a matrix or the option of a multiple choice.
        wording: the question as asked, without number: the part in a matrix.
        code: short name where the file has one beside the wording.
        is_option: written as an option in brackets behind the number.
        is_part: a neighbour carries the same number.
    """

    number: str = ""
    stem: str = ""
    part: str = ""
    wording: str = ""
    code: str = ""
    is_option: bool = False
    is_part: bool = False


def read_headings(raw: RawTable) -> tuple[Heading, ...]:
    """Return each column's heading taken apart."""
    texts = _texts(raw)
    is_coded = texts != raw.headers or raw.source.kind in STATISTICS
    names = raw.headers if is_coded else ("",) * len(texts)
    found = [
        replace(take_apart(text), code=name) if name else take_apart(text)
        for text, name in zip(texts, names, strict=True)
    ]
    if raw.source.kind in STATISTICS:
        found = _with_sav_stems(found, raw.headers, texts)
    return tuple(_with_shared_stems(found))


def _texts(raw: RawTable) -> tuple[str, ...]:
    """Return the wordings: labels, or the heading row that holds the questions."""
    if raw.source.kind in STATISTICS:
        return tuple(
            raw.facts[place].label or name if place in raw.facts else name
            for place, name in enumerate(raw.headers)
        )
    row = {"qualtrics": 1, "qualtrics_legacy": 1, "limesurvey_vv": 0}.get(raw.layout)
    if row is None:
        return raw.headers
    return tuple(text or name for text, name in zip(raw.header_rows[row], raw.headers, strict=True))


def take_apart(text: str) -> Heading:
    """Return one heading taken apart, without knowledge of its neighbours."""
    clean = text.strip()
    found = _OPTION.match(clean) or _SHORT_OPTION.match(clean)
    if found:
        number, part = found.group(1), found.group(2).strip()
        return Heading(number, "", part, part, is_option=True)
    found = _SUB_NUMBER.match(clean)
    if found:
        return Heading(f"{found.group(1)}.{found.group(2)}", wording=found.group(3).strip())
    number = ""
    found = _NUMBER.match(clean)
    if found and found.group(2):
        number, clean = found.group(1), found.group(2).strip()
    found = _BRACKET.match(clean)
    if found and found.group(1) and not _CODE.match(clean):
        return Heading(
            number, found.group(1).strip(), found.group(2).strip(), found.group(2).strip()
        )
    found = _DASH.match(clean)
    if found:
        return Heading(
            number, found.group(1).strip(), found.group(2).strip(), found.group(2).strip()
        )
    code = clean if _CODE.match(clean) else ""
    return Heading(number, wording=clean, code=code)


def _with_sav_stems(
    found: Sequence[Heading], names: Sequence[str], labels: Sequence[str]
) -> list[Heading]:
    """问卷星 .sav: ``题干(题干—行1)`` for the first row, ``题干(行2)`` for the others."""
    stems: dict[str, str] = {}
    result = []
    for heading, name, label in zip(found, names, labels, strict=True):
        row = _SAV_ROW.match(name)
        if row is None:
            result.append(heading)
            continue
        base = row.group(1)
        stem = stems.setdefault(base, _repeated_stem(label))
        if stem and label.startswith(f"{stem}("):
            inner = label[len(stem) + 1 :].removesuffix(")").removeprefix(f"{stem}—").strip()
            result.append(Heading(base, stem, inner, inner, name))
        else:
            result.append(replace(heading, number=base))
    return result


def _repeated_stem(label: str) -> str:
    for place, character in enumerate(label):
        if character == "(" and label[place + 1 :].startswith(f"{label[:place]}—"):
            return label[:place]
    return ""


def _with_shared_stems(found: Sequence[Heading]) -> list[Heading]:
    """Give the rows of a matrix the stem that stands before the first of them only.

    A dash or colon alone makes no matrix: the stem must be shared by neighbours, by number
    or by wording.
    """
    result: list[Heading] = []
    for place, heading in enumerate(found):
        before = result[-1] if result else None
        if heading.number and before is not None and before.number == heading.number:
            if not heading.stem and before.stem and not heading.is_option:
                heading = replace(heading, stem=before.stem, part=heading.wording)
        elif heading.stem and not _continues(heading, found, place):
            heading = _whole(heading)
        result.append(heading)
    return _with_colons([_marked(result, place) for place in range(len(result))])


def _marked(found: Sequence[Heading], place: int) -> Heading:
    near = (found[at] for at in (place - 1, place + 1) if 0 <= at < len(found))
    number = found[place].number
    return replace(found[place], is_part=bool(number) and any(h.number == number for h in near))


def _continues(heading: Heading, found: Sequence[Heading], place: int) -> bool:
    after = found[place + 1] if place + 1 < len(found) else None
    before = found[place - 1] if place else None
    if heading.number:
        return after is not None and after.number == heading.number
    return any(other is not None and other.stem == heading.stem for other in (before, after))


def _whole(heading: Heading) -> Heading:
    wording = f"{heading.stem}—{heading.part}"
    return replace(heading, stem="", part="", wording=wording)


def _with_colons(found: list[Heading]) -> list[Heading]:
    """腾讯问卷: ``3.题干:一级``, ``3.题干:二级`` are parts of one question."""
    result = list(found)
    for place in range(len(found) - 1):
        one, two = _COLON.match(found[place].wording), _COLON.match(found[place + 1].wording)
        same = found[place].number and found[place].number == found[place + 1].number
        if same and one and two and one.group(1) == two.group(1):
            for at, parts in ((place, one), (place + 1, two)):
                stem, part = parts.group(1).strip(), parts.group(2).strip()
                result[at] = replace(result[at], stem=stem, part=part, wording=part)
    return result


def family_of(heading: Heading) -> str:
    """Return what a column shares with the others of its scale, or "".

    The question number of a matrix, the first part of a sub-number (``2.1`` is 2), the stem,
    or the letters before the running number of a code (``RSES_3`` is RSES).
    """
    if "." in heading.number:
        return f"#{heading.number.split('.')[0]}"
    if heading.stem or heading.is_part:
        return f"={heading.number} {heading.stem}"
    code = heading.code or heading.wording
    found = _CODE_STEM.match(code) or _CODE_PREFIX.match(code)
    return f"~{found.group(1).rstrip('_.[')}" if found and len(code) < 60 else ""
