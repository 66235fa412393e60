"""What the departments wrote into the workbook of the ledger, taken back into the ledger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.commands.output import say
from analysis.diagnosis.ledger import STATES, LedgerItem
from resources.texts import LANGUAGES, sentence
from survey.problems import Refusal, refuse

if TYPE_CHECKING:
    from survey.exchange import RawTable

EDITABLE = ("responsible", "deadline", "target")


def with_edits(items: tuple[LedgerItem, ...], book: Path) -> tuple[LedgerItem, ...]:
    """Return the items with person in charge, deadline, target and state as in ``book``.

    Raises:
        Refusal: no workbook of a ledger, an unknown state, or an item closed by hand: only
            survey and indicator together close one.
    """
    language, raw = _sheet(book)
    places = {
        key: _place(raw, say(name, language), book)
        for key, name in (
            ("code", "column.code"),
            *((key, f"ledger.{key}") for key in (*EDITABLE, "state")),
        )
    }
    edited = {item.constraint: item for item in items}
    for row, cells in enumerate(raw.rows(0, raw.n_rows)):
        item = edited.get((cells[places["code"]] or "").strip())
        if item is None:
            continue
        texts = {key: _text(cells[places[key]]) for key in EDITABLE}
        if _is_shown_department(item.responsible, texts["responsible"], language):
            texts["responsible"] = item.responsible
        number = int(raw.row_numbers[row])
        state = _state(item, _text(cells[places["state"]]), language, where=(book.name, number))
        edited[item.constraint] = replace(
            item,
            state=state,
            responsible=texts["responsible"],
            deadline=texts["deadline"],
            target=texts["target"],
        )
    return tuple(edited[item.constraint] for item in items)


def _sheet(book: Path) -> tuple[str, RawTable]:
    """Return the sheet of the ledger and the language it is written in."""
    from survey.exchange import read_table

    for language in LANGUAGES:
        try:
            return language, read_table(book, sheet=say("ledger.ledger", language))
        except Refusal as refusal:
            if refusal.problems[0].code != "sheet_missing":
                raise
    raise refuse("ledger_book", book.name)


def _place(raw: RawTable, name: str, book: Path) -> int:
    """Return the column headed ``name``; the title above the headings may stand before it."""
    for place, heading in enumerate(raw.headers):
        if heading.strip() == name or heading.strip().endswith(f"—{name}"):
            return place
    raise refuse("ledger_book", book.name)


def _text(cell: str | None) -> str:
    return (cell or "").strip().removesuffix(" 00:00:00")


def _is_shown_department(name: str, shown: str, language: str) -> bool:
    from analysis.commands.rectify import department

    return department(name, language) == shown


def _state(item: LedgerItem, word: str, language: str, *, where: tuple[str, int]) -> str:
    words = {sentence(f"diagnosis.state.{state}", language): state for state in STATES}
    state = words.get(word, "" if word else item.state)
    if not state:
        raise refuse("ledger_state", where[0], row=where[1], given=word, known="、".join(words))
    if state == "closed" and item.state != "closed":
        raise refuse("ledger_closed_by_hand", where[0], row=where[1])
    return state
