"""The options of the analysis services, and the calls they become.

main.py shows the lines these functions return.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from analysis.commands.options import (
    add_analysis,
    add_out,
    add_reading,
    add_seed,
    chain_options,
    reading_options,
)
from resources.texts import sentence
from survey.problems import refuse
from survey.progress import Progress

Service = Callable[[argparse.Namespace, Progress], list[str]]
"""What a command does: options and progress in, lines for the terminal out."""


class AddCommand(Protocol):
    """Adds a command to the parser and returns its own parser."""

    def __call__(
        self, commands: Any, name: str, service: Service, /, *, help_key: str = ""
    ) -> argparse.ArgumentParser: ...


def add_services(commands: Any, add: AddCommand) -> None:
    """Add the analysis services: each does one thing and needs no window."""
    _add_plan(commands, add)
    _add_guard(commands, add)
    _add_compare(commands, add)
    _add_ledger(commands, add)
    _add_pilot(commands, add)
    _add_norm(commands, add)
    _add_panel(commands, add)


def _add_plan(commands: Any, add: AddCommand) -> None:
    plan = add(commands, "plan", _plan, help_key="planning")
    plan.add_argument("--model", default="MS_subscale", help=sentence("cli.help.planned_model"))
    plan.add_argument("--sizes", type=int, nargs="+", default=[], help=sentence("cli.help.sizes"))
    for name, default in (("gap", 0.3), ("width", 5.0), ("sd", 20.0)):
        plan.add_argument(
            f"--{name}", type=float, default=default, help=sentence(f"cli.help.{name}")
        )
    for name, default in (("response-rate", 0.4), ("usable", 0.9)):
        text = sentence(f"cli.help.{name.replace('-', '_')}")
        plan.add_argument(f"--{name}", type=float, default=default, help=text)
    plan.add_argument("--role", action="append", default=[], help=sentence("cli.help.members"))
    plan.add_argument("--simulate", type=int, default=0, help=sentence("cli.help.simulate"))
    plan.add_argument("--out", type=Path, help=sentence("cli.help.plan_out"))
    add_seed(plan)


def _add_guard(commands: Any, add: AddCommand) -> None:
    guard = add(commands, "guard", _guard)
    guard.add_argument("file", nargs="?", type=Path, help=sentence("cli.help.published"))
    guard.add_argument("--formula", default="", help=sentence("cli.help.formula"))
    guard.add_argument("--measure", choices=("C", "D"), help=sentence("cli.help.measure"))
    guard.add_argument("--systems", nargs="+", default=[], help=sentence("cli.help.systems"))
    for name in ("c", "d", "level", "alpha"):
        guard.add_argument(f"--{name}", default="", help=sentence(f"cli.help.guard_{name}"))
    decimals = sentence("cli.help.decimals")
    guard.add_argument("--decimals", type=int, choices=range(1, 11), metavar="…", help=decimals)
    guard.add_argument("--encoding", help=sentence("cli.help.encoding"))
    guard.add_argument("--sheet", help=sentence("cli.help.sheet"))


def _add_compare(commands: Any, add: AddCommand) -> None:
    compare = add(commands, "compare", _compare)
    compare.add_argument("earlier", type=Path, help=sentence("cli.help.earlier"))
    compare.add_argument("later", type=Path, help=sentence("cli.help.later"))
    add_out(compare)
    compare.add_argument("--link", default="", help=sentence("cli.help.link"))
    compare.add_argument("--retest", action="store_true", help=sentence("cli.help.retest"))
    compare.add_argument("--ledger", type=Path, help=sentence("cli.help.ledger_file"))
    for name in ("reached", "missed"):
        text = sentence(f"cli.help.{name}")
        compare.add_argument(f"--{name}", nargs="+", default=[], metavar="OA…", help=text)
    compare.add_argument("--wave", default="", help=sentence("cli.help.wave"))
    add_reading(compare)
    add_analysis(compare)
    add_seed(compare)


def _add_ledger(commands: Any, add: AddCommand) -> None:
    ledger = add(commands, "ledger", _ledger)
    ledger.add_argument("source", type=Path, help=sentence("cli.help.answers"))
    add_out(ledger, "ledger_out")
    ledger.add_argument("--wave", default="", help=sentence("cli.help.wave"))
    add_reading(ledger)
    add_analysis(ledger)
    add_seed(ledger)


def _add_pilot(commands: Any, add: AddCommand) -> None:
    pilot = add(commands, "pilot", _pilot)
    pilot.add_argument("source", type=Path, help=sentence("cli.help.answers"))
    add_out(pilot, "pilot_out")
    pilot.add_argument("--marker", default="", help=sentence("cli.help.pilot_marker"))
    errors = sentence("cli.help.pilot_errors")
    pilot.add_argument("--errors", type=int, default=200, metavar="…", help=errors)
    add_reading(pilot)
    add_analysis(pilot)
    add_seed(pilot)


def _add_norm(commands: Any, add: AddCommand) -> None:
    norm = add(commands, "norm", _norm_compare)  # never runs alone: an action is required
    actions = norm.add_subparsers(metavar="make|compare", required=True)
    make = add(actions, "make", _norm_make, help_key="norm_make")
    make.add_argument("source", type=Path, help=sentence("cli.help.answers"))
    make.add_argument("--label", required=True, help=sentence("cli.help.label"))
    make.add_argument("--wave", default="", help=sentence("cli.help.wave"))
    add_out(make, "norm_out")
    add_reading(make)
    add_analysis(make)
    add_seed(make)
    beside = add(actions, "compare", _norm_compare, help_key="norm_compare")
    beside.add_argument("own", type=Path, help=sentence("cli.help.own_norm"))
    beside.add_argument("others", nargs="+", type=Path, help=sentence("cli.help.other_norms"))
    beside.add_argument("--out", type=Path, help=sentence("cli.help.table_out"))


def _add_panel(commands: Any, add: AddCommand) -> None:
    panel = add(commands, "panel", _panel)
    panel.add_argument("file", type=Path, help=sentence("cli.help.panel_file"))
    panel.add_argument("--indicators", type=Path, help=sentence("cli.help.indicators"))
    for name in ("unit", "year"):
        panel.add_argument(f"--{name}", default="", help=sentence(f"cli.help.panel_{name}"))
    weightings = ("equal", "given", "entropy", "critic", "combined")
    for name, choices in (
        ("weighting", weightings),
        ("formula", ("standard", "wang", "fan")),
        ("boundary", ("left", "right")),
    ):
        text = sentence(f"cli.help.panel_{name}")
        panel.add_argument(f"--{name}", choices=choices, default=choices[0], help=text)
    panel.add_argument("--alpha", default="", help=sentence("cli.help.guard_alpha"))
    panel.add_argument("--encoding", help=sentence("cli.help.encoding"))
    panel.add_argument("--sheet", help=sentence("cli.help.sheet"))
    panel.add_argument("--out", type=Path, help=sentence("cli.help.table_out"))


def _plan(options: argparse.Namespace, progress: Progress) -> list[str]:
    from analysis.commands.plan import PlanOrder, plan_survey, populations

    order = PlanOrder(
        model=options.model,
        sizes=tuple(options.sizes),
        sd=options.sd,
        gap=options.gap,
        width=options.width,
        populations=populations(options.role),
        response_rate=options.response_rate,
        usable=options.usable,
        replications=options.simulate,
        seed=options.seed,
    )
    return plan_survey(order, options.out, language=options.language, progress=progress)


def _guard(options: argparse.Namespace, _: Progress) -> list[str]:
    from analysis.commands.guard import GuardOrder, guard_formula, guard_table

    if options.file is not None and options.formula:
        raise refuse("guard_both")
    if options.formula:
        measure = options.measure or ""
        return guard_formula(options.formula, measure=measure, language=options.language)
    if options.file is None:
        raise refuse("guard_nothing")
    order = GuardOrder(
        systems=tuple(options.systems),
        c=options.c,
        d=options.d,
        level=options.level,
        alpha=options.alpha,
        decimals=options.decimals,
        sheet=options.sheet,
        encoding=options.encoding,
    )
    return guard_table(options.file, order, language=options.language)


def _compare(options: argparse.Namespace, progress: Progress) -> list[str]:
    from analysis.commands.compare import compare
    from analysis.commands.waves import CompareOrder

    order = CompareOrder(
        earlier=options.earlier,
        later=options.later,
        out=options.out,
        link=options.link,
        is_retest=options.retest,
        ledger=options.ledger,
        reached=dict.fromkeys(options.missed, False) | dict.fromkeys(options.reached, True),
        label=options.wave,
    )
    return compare(
        order,
        reading_options(options),
        chain_options(options),
        language=options.language,
        progress=progress,
    )


def _ledger(options: argparse.Namespace, progress: Progress) -> list[str]:
    from analysis.commands.rectify import ledger_of

    return ledger_of(
        options.source,
        options.out,
        reading_options(options),
        chain_options(options),
        label=options.wave,
        language=options.language,
        progress=progress,
    )


def _pilot(options: argparse.Namespace, progress: Progress) -> list[str]:
    from analysis.commands.pilot import pilot

    return pilot(
        options.source,
        options.out,
        reading_options(options),
        chain_options(options),
        marker=options.marker,
        bootstrap=options.errors,
        language=options.language,
        progress=progress,
    )


def _norm_make(options: argparse.Namespace, progress: Progress) -> list[str]:
    from analysis.commands.norms import make_norm_file

    return make_norm_file(
        options.source,
        options.out,
        reading_options(options),
        chain_options(options),
        label=options.label,
        wave=options.wave,
        language=options.language,
        progress=progress,
    )


def _norm_compare(options: argparse.Namespace, _: Progress) -> list[str]:
    from analysis.commands.norms import compare_norms

    return compare_norms(options.own, options.others, options.out, language=options.language)


def _panel(options: argparse.Namespace, _: Progress) -> list[str]:
    from analysis.commands.panel import PanelOrder, assess_panel_file

    order = PanelOrder(
        indicators=options.indicators,
        unit=options.unit,
        year=options.year,
        weighting=options.weighting,
        alpha=options.alpha,
        formula=options.formula,
        boundary=options.boundary,
        encoding=options.encoding,
        sheet=options.sheet,
    )
    return assess_panel_file(options.file, order, options.out, language=options.language)
