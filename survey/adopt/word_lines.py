"""The lines of a Word document: paragraphs with their automatic numbers, tables as matrices.

Runs in a child process: see exchange/child.py.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey.exchange.archive_scan import damage_told, scan_archive
from survey.problems import refuse

MOST_LINES = 20_000
_ROW_NUMBER = re.compile(r"^\d{1,3}\.\d{1,3}\s+")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word_lines(path: Path) -> list[str]:
    """Return the lines of a .docx in reading order.

    Raises:
        Refusal: damaged, too large when unpacked, or no Word document.
    """
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    scan_archive(path)
    try:
        with damage_told(path.name):
            document = Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise refuse("file_damaged", path.name) from error
    return list(_lines(document))[:MOST_LINES]


def _lines(document: Any) -> Iterator[str]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    numbers = _Numbers(document)
    for child in document.element.body.iterchildren():
        if child.tag == f"{_W}p":
            text = Paragraph(child, document).text
            if text.strip():
                mark = numbers.mark(child)
                is_title = not mark and _is_heading(child, document)
                yield from (f"# {text.strip()}" if is_title else mark + text).splitlines()
        elif child.tag == f"{_W}tbl":
            yield from _table(Table(child, document))


def _table(table: Any) -> Iterator[str]:
    """Yield a table as the matrix above it: answers from the first row, rows from the others."""
    cells = [[cell.text.strip() for cell in row.cells] for row in table.rows]
    if len(cells) < 2 or len(cells[0]) < 3:
        for row in cells:
            yield from (cell for cell in dict.fromkeys(row) if cell)
        return
    if len(cells[0]) > 3 and not cells[0][-1] and any(row[-1] for row in cells[1:]):
        # Words at both ends of a row: poles, or the ends of a scale.
        cells = [
            [" | ".join((row[0], row[-1])) if n else "", *row[1:-1]] for n, row in enumerate(cells)
        ]
    is_empty = all(not cell for row in cells[1:] for cell in row[1:])
    yield "列数字：" if is_empty else "列："
    yield from (f"- {cell}".replace("\n", "") for cell in cells[0][1:] if cell)
    yield "行："
    # A number before a row ("2.1 …") is no part of it, and a row is no question.
    yield from (f"- {_ROW_NUMBER.sub('', row[0])}".replace("\n", "") for row in cells[1:] if row[0])


def _is_heading(paragraph: Any, document: Any) -> bool:
    """Return whether a paragraph is a heading that is not itself a numbered question."""
    from docx.text.paragraph import Paragraph

    found = Paragraph(paragraph, document)
    name = str(found.style.name if found.style is not None else "")
    is_named = name.lower().startswith("heading") or name.startswith("标题")
    return is_named and not re.match(r"\s*(?:\d|第|[QqA-Z][\d.、])", found.text)


class _Numbers:
    """Counts the paragraphs that Word numbers by itself."""

    def __init__(self, document: Any) -> None:
        self._formats: dict[tuple[str, str], str] = {}
        self._counts: dict[tuple[str, str], int] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {
            found.get(f"{_W}abstractNumId"): {
                level.get(f"{_W}ilvl"): kind.get(f"{_W}val")
                for level in found.iter(f"{_W}lvl")
                if (kind := level.find(f"{_W}numFmt")) is not None
            }
            for found in root.iter(f"{_W}abstractNum")
        }
        for found in root.iter(f"{_W}num"):
            own = found.find(f"{_W}abstractNumId")
            levels = abstract.get(own.get(f"{_W}val") if own is not None else "", {})
            for level, kind in levels.items():
                self._formats[found.get(f"{_W}numId"), level] = kind

    def mark(self, paragraph: Any) -> str:
        """Return what Word shows before the paragraph: "3. ", "B. ", "- ", or nothing."""
        found = paragraph.find(f"{_W}pPr/{_W}numPr")
        if found is None:
            return ""
        values = {child.tag: child.get(f"{_W}val") or "0" for child in found}
        key = values.get(f"{_W}numId", "0"), values.get(f"{_W}ilvl", "0")
        kind = self._formats.get(key, "")
        self._counts[key] = self._counts.get(key, 0) + 1
        for other in self._counts:
            if other[0] == key[0] and other[1] > key[1]:
                self._counts[other] = 0
        number = self._counts[key]
        if kind in ("upperLetter", "lowerLetter"):
            return f"{chr(64 + (number - 1) % 26 + 1)}. "
        if kind == "bullet":
            return "- "
        return f"{number}. " if kind and key[1] == "0" else f"({number}) " if kind else ""
