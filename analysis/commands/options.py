"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.commands.exclusions import add_exclusions, preparation_options
from analysis.commands.models import chosen_model
from resources.texts import sentence
from survey.problems import refuse

if TYPE_CHECKING:
    from analysis.chain import ChainOptions
    from analysis.comparison import ComparisonOptions
    from analysis.coupling.result import CouplingOptions
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
    add_exclusions(group)
    group.add_argument(
        "--keep-flagged", action="store_true", help=sentence("cli.help.keep_flagged")
    )
    _add_coupling(parser)


HOUSE_LEVELS = "D10"
"""Of D; C4 names the levels of C, beside them."""

WEIGHTINGS = ("equal", "items", "entropy", "critic", "ahp", "sem", "combined")


def _add_coupling(parser: argparse.ArgumentParser) -> None:
    """Add which systems are coupled, and how they and the roles weigh."""
    group = parser.add_argument_group(sentence("cli.help.coupling_options"))
    text = sentence("cli.help.coupling_systems")
    group.add_argument("--systems", nargs="+", default=[], metavar="…", help=text)
    group.add_argument("--alpha", default="", metavar="…", help=sentence("cli.help.system_alpha"))
    choices: dict[str, tuple[str, ...]] = {
        "weighting": WEIGHTINGS,
        "role-weighting": ("equal", "respondent"),
        "boundary": ("left", "right"),
        "intervals": ("percentile", "bca"),
        "levels": ("D10", "C4", "D5", "D4"),
    }
    for name, values in choices.items():
        text = sentence(f"cli.help.coupling_{name.replace('-', '_')}")
        group.add_argument(f"--{name}", choices=values, default=values[0], help=text)

    _add_weights(group)


def _add_weights(group: argparse._ArgumentGroup) -> None:
    """Add experts' judgements, and which two weightings are combined."""
    parts = tuple(w for w in WEIGHTINGS if w not in ("equal", "combined"))
    text = sentence("cli.help.coupling_ahp")
    group.add_argument("--ahp", nargs="+", type=Path, default=[], metavar="FILE", help=text)
    text = sentence("cli.help.coupling_combine")
    group.add_argument("--combine", nargs=2, choices=parts, default=["ahp", "entropy"], help=text)
    text = sentence("cli.help.coupling_combine_rule")
    rules = ("linear", "product")
    group.add_argument("--combine-rule", choices=rules, default=rules[0], help=text)
    text = sentence("cli.help.coupling_combine_share")
    group.add_argument("--combine-share", type=float, default=0.5, metavar="0…1", help=text)


def coupling_options(options: argparse.Namespace) -> CouplingOptions:
    """Return which systems are coupled, and how, as the options say.

    Judgements given without ``--weighting`` weigh.

    Raises:
        Refusal: weights that are no numbers, or as many as there are not systems; a file of
            judgements that cannot be used.
    """
    from analysis.commands.columns import weights_of
    from analysis.commands.judgements import read_judgements
    from analysis.coupling.result import CouplingOptions

    share = options.combine_share
    if not 0 <= share <= 1:
        raise refuse("combine_share_unusable", "--combine-share", given=share)
    weighting = options.weighting
    if options.ahp and weighting == WEIGHTINGS[0]:
        weighting = "ahp"
    systems = tuple(options.systems) or CouplingOptions().systems
    return CouplingOptions(
        systems=systems,
        alpha=weights_of(options.alpha, len(systems)),
        weighting=weighting,
        judgements=read_judgements(options.ahp),
        combined=(options.combine[0], options.combine[1]),
        combined_rule=options.combine_rule,
        combined_share=share,
        role_weighting=options.role_weighting,
        boundary=options.boundary,
        intervals=options.intervals,
        levels=HOUSE_LEVELS if options.levels == "C4" else options.levels,
        names_coupling=options.levels == "C4",
    )


def add_comparison(parser: argparse.ArgumentParser) -> None:
    """Add what is explained by what, and which groups are compared."""
    group = parser.add_argument_group(sentence("cli.help.comparison"))
    for name in ("outcome", "moderator"):
        group.add_argument(f"--{name}", default="", metavar="…", help=sentence(f"cli.help.{name}"))
    for name in ("predictors", "mediators", "conditions", "group-by"):
        text = sentence(f"cli.help.{name.replace('-', '_')}")
        group.add_argument(f"--{name}", nargs="+", default=[], metavar="…", help=text)
    kinds = (("adjust", ("holm", "bh")), ("correlation", ("pearson", "spearman", "kendall")))
    for name, choices in kinds:
        group.add_argument(
            f"--{name}", choices=choices, default=choices[0], help=sentence(f"cli.help.{name}")
        )
    group.add_argument("--blrt", type=int, default=0, help=sentence("cli.help.blrt"))


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


def comparison_options(options: argparse.Namespace) -> ComparisonOptions:
    """Return what is explained by what, as the options say."""
    from analysis.comparison import ComparisonOptions

    return ComparisonOptions(
        outcome=options.outcome,
        moderator=options.moderator,
        predictors=tuple(options.predictors),
        mediators=tuple(options.mediators),
        conditions=tuple(options.conditions),
        group_variables=tuple(options.group_by),
        blrt=options.blrt,
        adjust=options.adjust,
        correlation=options.correlation,
    )


def chain_options(
    options: argparse.Namespace, comparison: ComparisonOptions | None = None
) -> ChainOptions:
    """Return the settings of the analysis the options ask for."""
    from analysis.chain import ChainOptions, options_for

    plain = ChainOptions()
    return options_for(
        replace(
            plain,
            preparation=preparation_options(options),
            comparison=comparison or plain.comparison,
            coupling=coupling_options(options),
            diagnosis=replace(plain.diagnosis, role_weighting=options.role_weighting),
        ),
        seed=options.seed,
        draws=options.draws,
        model=chosen_model(options.model),
        threshold=options.threshold,
        keep_flagged=options.keep_flagged,
    )
