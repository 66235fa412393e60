"""What can be chosen for a PDF, and what is known of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PdfOptions:
    """What the user chose for the PDF.

    Args:
        prefer_system_fonts: 黑体 and 宋体 of this computer where it has them as TrueType.
            Off by default: with the fonts of the program the file is the same everywhere.
    """

    prefer_system_fonts: bool = False


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What is known of a written PDF.

    Args:
        pages: number of pages.
        missing_glyphs: characters of the report that the fonts lack, in order of code;
            they are printed as a box.
        fonts: PostScript names of the fonts used for headings and text.
    """

    pages: int
    missing_glyphs: tuple[str, ...]
    fonts: tuple[str, ...]
