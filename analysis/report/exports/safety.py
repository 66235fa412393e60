"""What exported files have to mind: formulas in spreadsheets, clocks in archives."""

from __future__ import annotations

import io
import zipfile

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CLOCK = (1980, 1, 1, 0, 0, 0)


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet might take ``text`` for a formula."""
    return text.startswith(FORMULA_STARTS)


def without_clock(archive: bytes) -> bytes:
    """Return a zip archive with every entry's time set to one fixed moment."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, CLOCK)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(fixed, source.read(entry))
    return target.getvalue()
