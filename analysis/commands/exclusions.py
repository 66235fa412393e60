"""Who is left out of the analysis, as the command line says, and the record of the decision."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from resources.texts import sentence
from survey.problems import refuse

if TYPE_CHECKING:
    from analysis.preparation import PreparationOptions


def add_exclusions(group: argparse._ArgumentGroup) -> None:
    """Add the rules and the rows that are left out or kept, and why, who and when."""
    from analysis.preparation import QUALITY_RULES

    text = sentence("cli.help.exclude_rules", rules=" ".join(QUALITY_RULES))
    group.add_argument("--exclude-rules", nargs="+", metavar="…", help=text)
    for name in ("exclude-row", "keep-row"):
        text = sentence(f"cli.help.{name.replace('-', '_')}")
        group.add_argument(
            f"--{name}", type=int, action="append", default=[], metavar="…", help=text
        )
    for name, key in (
        ("reason", "decision_reason"),
        ("decided-by", "decided_by"),
        ("decided-on", "decided_on"),
    ):
        group.add_argument(f"--{name}", default="", metavar="…", help=sentence(f"cli.help.{key}"))


def preparation_options(options: argparse.Namespace) -> PreparationOptions:
    """Return who is left out, as the options say.

    Raises:
        Refusal: a rule that does not exist, or a sheet decided upon without a reason.
    """
    from analysis.preparation import QUALITY_RULES, Decision, PreparationOptions

    plain = PreparationOptions()
    rules = plain.exclude if options.exclude_rules is None else tuple(options.exclude_rules)
    unknown = [rule for rule in rules if rule not in QUALITY_RULES]
    if unknown:
        raise refuse("quality_rule_unknown", rules=" ".join(unknown), known=" ".join(QUALITY_RULES))
    rows = [(row, False) for row in options.exclude_row]
    rows += [(row, True) for row in options.keep_row]
    if rows and not options.reason:
        raise refuse("decision_without_reason", rows=" ".join(str(row) for row, _ in rows))
    decisions = (
        Decision(row, keep, options.reason, options.decided_by, options.decided_on)
        for row, keep in rows
    )
    return PreparationOptions(exclude=rules, decisions=tuple(decisions))
