"""The codebook: every variable with wording, level, labels, missing codes and counts.

Counts are of the whole sample; a code chosen by fewer than the anonymity threshold is
printed without its count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.data_export.variables import Variable, Variables
from survey.problems import refuse

if TYPE_CHECKING:
    from docx.document import Document

THRESHOLD = 10
COLUMNS = ("name", "label", "construct", "level", "codes", "missing", "answered")


def codebook_headings(language: str = SOURCE_LANGUAGE) -> tuple[str, ...]:
    """Return the headings of the codebook's columns."""
    return tuple(sentence(f"codebook.column.{column}", language) for column in COLUMNS)


def codebook_rows(
    variables: Variables, language: str = SOURCE_LANGUAGE
) -> Iterator[tuple[str, ...]]:
    """Yield one row of text per variable, in the order of COLUMNS."""
    for variable in variables:
        yield (
            variable.name,
            variable.label,
            _construct(variable, variables, language),
            sentence(f"codebook.level.{variable.level.value}", language),
            "；".join(f"{code:g} = {text}" for code, text in variable.labels.items()),
            "；".join(f"{code:g} = {text}" for code, text in variable.missing.items()),
            _answered(variable),
        )


def _construct(variable: Variable, variables: Variables, language: str) -> str:
    if not variable.construct:
        return ""
    name = f"{variable.construct} {variables.constructs.get(variable.construct, '')}".strip()
    if variable.is_reversed:
        name += sentence("codebook.reversed", language)
    return name


def _answered(variable: Variable) -> str:
    count = int(variable.valid().notna().sum())
    return str(count) if count == 0 or count >= THRESHOLD else f"< {THRESHOLD}"


def write_codebook(variables: Variables, path: Path, language: str = SOURCE_LANGUAGE) -> None:
    """Write the codebook as Markdown (.md) or Word (.docx); DDI is survey.publish's.

    Raises:
        Refusal: no such format, or the folder cannot be written to.
    """
    write = CODEBOOK_FORMATS.get(path.suffix.lower())
    if write is None:
        known = " ".join(CODEBOOK_FORMATS)
        raise refuse("export_format_unknown", path.name, formats=known)
    write(variables, path, language)


def _opening(variables: Variables, language: str) -> tuple[str, str]:
    source = variables.source
    facts = sentence(
        "codebook.source", language, file=source.name, sha256=source.sha256, n=variables.n
    )
    mark = sentence("codebook.simulated", language) if variables.is_simulated else ""
    return sentence("codebook.title", language, title=variables.title), mark + facts


def _write_markdown(variables: Variables, path: Path, language: str) -> None:
    title, facts = _opening(variables, language)
    headings = codebook_headings(language)
    lines = [f"# {title}", "", facts, "", _markdown_row(headings)]
    lines.append(_markdown_row(["---"] * len(headings)))
    lines += [_markdown_row(row) for row in codebook_rows(variables, language)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _markdown_row(cells: tuple[str, ...] | list[str]) -> str:
    safe = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(safe)} |"


def _write_word(variables: Variables, path: Path, language: str) -> None:
    from docx import Document

    document = Document()
    _use_chinese_fonts(document)
    title, facts = _opening(variables, language)
    document.add_heading(title, level=1)
    document.add_paragraph(facts)
    headings = codebook_headings(language)
    table = document.add_table(rows=1, cols=len(headings), style="Light List")
    for cell, text in zip(table.rows[0].cells, headings, strict=True):
        cell.text = text
    for row in codebook_rows(variables, language):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path))


def _use_chinese_fonts(document: Document) -> None:
    from docx.oxml.ns import qn

    for style, font in (("Normal", "宋体"), ("Heading 1", "黑体")):
        properties = document.styles[style].element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)


Writer = Callable[[Variables, Path, str], None]
CODEBOOK_FORMATS: Mapping[str, Writer] = MappingProxyType(
    {".md": _write_markdown, ".docx": _write_word}
)
