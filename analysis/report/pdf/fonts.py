"""The two typefaces of the report: one for headings (黑体), one for text (宋体).

By default both are the bundled Noto Sans SC, so the file is the same on every computer. On
demand the TrueType 黑体/宋体 of the system are taken. Every font is embedded and has a
complete map to Unicode.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.report.pdf.lines import Line
from resources import FONT_BOLD, FONT_REGULAR

REGULAR = "RongzhenText"
BOLD = "RongzhenHeading"
ASCENT, DESCENT = 0.88, 0.12
"""Of the full-width box, in em: what Chinese characters fill."""

SYSTEM_TEXT = ("simsun.ttc", "STSong.ttf", "Songti.ttc", "uming.ttc")
SYSTEM_HEADING = ("simhei.ttf", "STHeiti.ttf", "wqy-zenhei.ttc", "wqy-microhei.ttc")
SYSTEM_FOLDERS = (
    "C:/Windows/Fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "/usr/share/fonts",
)


@dataclass(slots=True)
class Fonts:
    """Names under which reportlab knows the two faces, and what was measured with them.

    Args:
        missing: characters that were needed and are lacking.
        is_draft: pages are only counted, nothing need be painted.
    """

    text: str
    heading: str
    missing: set[str] = field(default_factory=set)
    is_draft: bool = False
    lines: dict[Hashable, tuple[Line, ...]] = field(default_factory=dict)
    """Broken paragraphs, so that the second making of the pages need not break them again."""
    _widths: tuple[dict[str, float], dict[str, float]] = field(default_factory=lambda: ({}, {}))

    def name(self, *, is_bold: bool) -> str:
        """Return the face for text or for headings and emphasis."""
        return self.heading if is_bold else self.text

    def width(self, text: str, size: float, *, is_bold: bool = False) -> float:
        """Return the width of ``text`` in points and note the characters that are lacking."""
        known = self._widths[is_bold]
        total = 0.0
        for sign in text:
            width = known.get(sign)
            total += self._measure(sign, is_bold) if width is None else width
        return total * size

    def _measure(self, sign: str, is_bold: bool) -> float:
        from reportlab.pdfbase.pdfmetrics import getFont

        font = getFont(self.name(is_bold=is_bold))
        if ord(sign) not in font.face.charToGlyph:
            self.missing.add(sign)
        width = float(font.stringWidth(sign, 1.0))
        self._widths[is_bold][sign] = width
        return width


def register_fonts(*, prefer_system: bool = False) -> Fonts:
    """Return the faces of this report, registered with reportlab."""
    mend_unicode_map()
    text, heading = FONT_REGULAR, FONT_BOLD
    names = [REGULAR, BOLD]
    if prefer_system:
        found = [_system_font(SYSTEM_TEXT), _system_font(SYSTEM_HEADING)]
        if all(found):
            text, heading = (path for path in found if path is not None)
            names = [f"{REGULAR}System", f"{BOLD}System"]
    _register(names[0], text)
    _register(names[1], heading)
    return Fonts(names[0], names[1])


@lru_cache(maxsize=4)
def _register(name: str, path: Path) -> None:
    """Register a face once: reportlab mixes up two faces of one PostScript name."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(name, str(path)))


def _system_font(names: tuple[str, ...]) -> Path | None:
    """Return the first of ``names`` on this computer that holds TrueType outlines."""
    from reportlab.pdfbase.ttfonts import TTFError, TTFontFile

    wanted = {name.lower(): rank for rank, name in enumerate(names)}
    found: dict[int, Path] = {}
    for folder in map(Path, SYSTEM_FOLDERS):
        if not folder.is_dir():
            continue
        for path in folder.rglob("*.tt[fc]") if sys.platform == "linux" else folder.iterdir():
            rank = wanted.get(path.name.lower())
            if rank is not None:
                found.setdefault(rank, path)
    for rank in sorted(found):
        try:
            TTFontFile(str(found[rank]))
        except TTFError:
            continue
        return found[rank]
    return None


def mend_unicode_map() -> None:
    """Make reportlab write characters above U+FFFF as UTF-16, as PDF wants (9.10.3)."""
    from reportlab.pdfbase import ttfonts

    if getattr(ttfonts.makeToUnicodeCMap, "is_mended", False):
        return
    original: Any = ttfonts.makeToUnicodeCMap

    def mended(fontname: str, subset: list[int]) -> str:
        text = str(original(fontname, subset))
        for code, sign in enumerate(subset):
            if sign > 0xFFFF:
                utf16 = chr(sign).encode("utf-16-be").hex().upper()
                text = text.replace(f"<{code:02X}> <{sign:04X}>", f"<{code:02X}> <{utf16}>")
        return text

    mended.is_mended = True  # type: ignore[attr-defined]
    ttfonts.makeToUnicodeCMap = mended
