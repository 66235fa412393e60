"""What every renderer needs of words: titles, kinds of notes, characters that may be written."""

from __future__ import annotations

import re

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


def joined_notes(notes: tuple[str, ...]) -> str:
    """Return the notes as one paragraph; a space only where the text is not Chinese."""
    text = notes[0]
    for note in notes[1:]:
        text += note if text.endswith(("。", "；", "：")) else f" {note}"
    return text


FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return ``text`` without control characters and halves of pairs, which no format holds."""
    return FORBIDDEN.sub("", text)
