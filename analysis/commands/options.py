"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from resources.texts import sentence

if TYPE_CHECKING:
    from analysis.chain import ChainOptions
    from survey.reading import ReadingOptions


def add_out(parser: argparse.ArgumentParser, text: str = "out") -> None:
    """Add ``--out``."""
    help_text = sentence(f"cli.help.{text}", formats=_formats())
    parser.add_argument("--out", type=Path, required=True, help=help_text)


def _formats() -> str:
    """Return the endings of the formats answers can go out in."""
    return ".sav .zsav .dta .csv .xlsx .R"


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Add ``--seed``."""
    parser.add_argument("--seed", type=int, default=20260101, help=sentence("cli.help.seed"))


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add what the user may say about his file."""
    group = parser.add_argument_group(sentence("cli.help.reading"))
    group.add_argument("--encoding", help=sentence("cli.help.encoding"))
    group.add_argument("--sheet", help=sentence("cli.help.sheet"))
    group.add_argument("--study", type=Path, help=sentence("cli.help.study_file"))
    group.add_argument("--questionnaire", type=Path, help=sentence("cli.help.answered"))
    group.add_argument("--plan", type=Path, help=sentence("cli.help.plan"))
    group.add_argument("--role-column", help=sentence("cli.help.role_column"))
    group.add_argument(
        "--scale", action="append", default=[], metavar="…", help=sentence("cli.help.scale")
    )
    group.add_argument("--simulated", action="store_true", help=sentence("cli.help.simulated"))


def add_analysis(parser: argparse.ArgumentParser) -> None:
    """Add the settings of the analysis."""
    group = parser.add_argument_group(sentence("cli.help.analysis"))
    group.add_argument("--model", default="", help=sentence("cli.help.model"))
    group.add_argument("--threshold", type=int, default=10, help=sentence("cli.help.threshold"))
    group.add_argument("--draws", type=int, default=2000, help=sentence("cli.help.draws"))
    group.add_argument(
        "--keep-flagged", action="store_true", help=sentence("cli.help.keep_flagged")
    )


def reading_options(options: argparse.Namespace) -> ReadingOptions:
    """Return what the options say about the file."""
    from survey.reading import ReadingOptions

    return ReadingOptions(
        encoding=options.encoding,
        sheet=options.sheet,
        study=options.study,
        plan=options.plan,
        questionnaire=options.questionnaire,
        role_column=options.role_column,
        scales=tuple(options.scale),
        is_simulated=options.simulated,
    )


def chain_options(options: argparse.Namespace) -> ChainOptions:
    """Return the settings of the analysis the options ask for."""
    from analysis.chain import ChainOptions, options_for

    return options_for(
        ChainOptions(),
        seed=options.seed,
        draws=options.draws,
        model=options.model,
        threshold=options.threshold,
        keep_flagged=options.keep_flagged,
    )
