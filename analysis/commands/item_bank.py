"""The options of ``main.py items``: the item bank, with the user's own items laid over it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resources.texts import sentence
from survey.progress import Progress

if TYPE_CHECKING:
    from analysis.commands.services import AddCommand

_CODES = ("construct", "group", "role", "module", "form")


def add_item_bank(commands: Any, add: AddCommand) -> None:
    """Add the command ``items``."""
    items = add(commands, "items", _items)
    items.add_argument("words", nargs="*", help=sentence("cli.help.items_words"))
    for name in _CODES:
        items.add_argument(f"--{name}", default="", help=sentence(f"cli.help.items_{name}"))
    add_overlay(items)
    items.add_argument("--json", action="store_true", help=sentence("cli.help.json_out"))


def add_overlay(parser: Any) -> None:
    """Add ``--overlay`` to a parser or a group of options."""
    parser.add_argument("--overlay", type=Path, help=sentence("cli.help.overlay"))


def _items(options: argparse.Namespace, _progress: Progress) -> list[str]:
    from survey.design_report import Wanted, list_items

    codes = {name: getattr(options, name) for name in _CODES}
    wanted = Wanted(" ".join(options.words), **codes)
    return list_items(wanted, options.overlay, language=options.language, as_json=options.json)
