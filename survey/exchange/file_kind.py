"""What a file is, told from its first bytes: extensions lie."""

from pathlib import Path

from survey.problems import refuse

HEAD = 4096
LARGEST_FILE = 1024**3
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab", ".vv", ".dat", ""})
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_STATA = range(0x66, 0x74)
"""First byte of Stata 2-12 files: the format's number."""
_WRONG = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
)


def check_file(path: Path) -> None:
    """Refuse what cannot be read as a file at all.

    Raises:
        Refusal: missing, a folder, unreadable, empty, or larger than 1 GiB.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise refuse("file_missing", path.name) from error
    except (OSError, ValueError) as error:
        raise refuse("file_unreadable", path.name, reason=error) from error
    if path.is_dir():
        raise refuse("file_is_folder", path.name)
    if size == 0:
        raise refuse("file_empty", path.name)
    if size > LARGEST_FILE:
        raise refuse("file_too_large", path.name, megabytes=size // 1024**2)


def file_kind(path: Path) -> str:
    """Return ``zip``, ``xls``, ``sav``, ``por``, ``dta``, ``xml`` or ``text``.

    Raises:
        Refusal: a file that cannot hold answers (a picture, a PDF, a program, a web page).
    """
    head = _head(path)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return "zip"
    if head.startswith(_OLE):
        return "xls"
    if head.startswith((b"$FL2", b"$FL3")):
        return "sav"
    if b"ASCII SPSS PORT FILE" in head[:200] or path.suffix.lower() == ".por":
        return "por"
    if head.startswith(b"<stata_dta>"):
        return "dta"
    if path.suffix.lower() == ".dta" and head[:1] and head[0] in _OLD_STATA:
        return "dta"
    for magic, name in _WRONG:
        if head.startswith(magic) and _is_binary(head, name):
            raise refuse("file_wrong_kind", path.name, kind=name)
    return _text_kind(head, path.name)


def _is_binary(head: bytes, name: str) -> bool:
    return name not in ("EXE",) or b"\0" in head


def _text_kind(head: bytes, where: str) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise refuse("file_is_web_page", where)
    if start.startswith(b"<?xml") or start.startswith(b"<"):
        return "xml"
    return "text"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)
    except OSError as error:
        raise refuse("file_unreadable", path.name, reason=error) from error
