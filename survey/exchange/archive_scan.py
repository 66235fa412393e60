"""Looks into a spreadsheet archive before any parser does: bombs, DTDs, passwords, far cells.

A legal .xlsx of 1.3 kB with one cell in XFD1048576 makes a quick parser reserve the whole
sheet and kills the process. What is found here decides how the sheet is read, or refuses it.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from survey.problems import refuse

MAX_UNCOMPRESSED = 2 * 1024**3
MAX_RATIO = 250
RATIO_COUNTS_FROM = 20 * 1024**2
"""Small members may compress as well as they like."""
SPARSE_FACTOR = 4
CHUNK = 1 << 20
WATCHED = 16 << 20
"""Bytes of a sheet searched for far cells, and its last megabyte. What stands between costs
the reading child its life at worst, and searching a large sheet whole costs a second."""
FAR_CELL = re.compile(rb'r="(?:[A-Z]{3}[0-9]|[A-Z]{1,3}[0-9]{7})')
LAST_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="([0-9]+)"')
MEMBER_LIMIT = 10_000
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    UnicodeDecodeError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What the archive holds.

    Args:
        kind: ``xlsx``, ``xlsb``, ``ods``, or "" when it is no spreadsheet.
        has_far_cells: cells stand so far out that only a row-by-row reader may be used.
        has_macros: it carries a program; it is never run.
    """

    kind: str
    has_far_cells: bool = False
    has_macros: bool = False


@contextmanager
def damage_told(where: str) -> Iterator[None]:
    """Turn what zipfile raises on damaged archives into a refusal; found by fuzzing."""
    try:
        yield
    except DAMAGE as error:
        raise refuse("file_damaged", where) from error


def scan_archive(path: Path) -> ArchiveFacts:
    """Return what the ZIP at ``path`` holds.

    Raises:
        Refusal: damaged, encrypted, a bomb, or with a document type definition.
    """
    with damage_told(path.name), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_sizes(members, path.name)
        kind = _kind_of(archive)
        is_far = False
        for member in members:
            if kind and member.filename.endswith(".xml"):
                is_sheet = kind == "xlsx" and "worksheets/" in member.filename
                is_far |= _scan_member(archive, member, path.name, is_sheet=is_sheet)
    has_macros = any("vbaproject" in member.filename.lower() for member in members)
    return ArchiveFacts(kind, is_far, has_macros)


def _check_sizes(members: list[zipfile.ZipInfo], where: str) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise refuse("file_has_password", where)
    total = sum(member.file_size for member in members)
    worst = max(
        (m.file_size / max(m.compress_size, 1) for m in members if m.file_size > RATIO_COUNTS_FROM),
        default=0.0,
    )
    if total > MAX_UNCOMPRESSED or worst > MAX_RATIO or len(members) > MEMBER_LIMIT:
        raise refuse("file_is_bomb", where, megabytes=total // 1024**2)


def _kind_of(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
        return "ods"
    return ""


def _scan_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str, *, is_sheet: bool
) -> bool:
    """Return whether the sheet has far cells; only the head is read of other members."""
    rows = 0
    is_far = False
    chunk = tail = b""
    read = 0
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            if not read and (b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk):
                raise refuse("file_has_dtd", where)
            read += len(chunk)
            if read > MAX_UNCOMPRESSED:
                raise refuse("file_is_bomb", where, megabytes=read // 1024**2)
            if not is_sheet:
                break
            rows += chunk.count(b"<row ")
            if read <= WATCHED:
                is_far = is_far or FAR_CELL.search(chunk) is not None
            tail = (tail + chunk)[-CHUNK:]
    is_far = is_far or FAR_CELL.search(tail) is not None
    found = LAST_ROW.findall(tail)
    last_row = int(found[-1]) if found else 0
    return is_far or last_row > SPARSE_FACTOR * rows + 10_000
