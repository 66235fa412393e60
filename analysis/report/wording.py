"""The few words every renderer needs: titles of tables and figures, kinds of notes."""

from __future__ import annotations

from analysis.report.document import Figure, Note, Table
from resources.texts import sentence


def table_title(table: Table, language: str, *, again: bool = False) -> str:
    """Return the title of a table; ``again``: of its continuation on a later page."""
    label = sentence("report.continued", language, label=table.label) if again else table.label
    return f"{label}  {table.title}".strip()


def figure_title(figure: Figure) -> str:
    """Return the title of a figure."""
    return f"{figure.label}  {figure.title}".strip()


def note_word(note: Note, language: str) -> str:
    """Return the word that opens a note: how serious it is."""
    return sentence(f"report.note.{note.tone}", language)
