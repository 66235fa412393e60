"""融诊 Rongzhen: options, messages on the terminal, start of the window; nothing else.

``main.py`` opens the window; every other command runs without a display.
"""

import argparse
import multiprocessing
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from resources.texts import LANGUAGES, SOURCE_LANGUAGE, sentence
from survey.problems import Refusal, refuse
from survey.progress import Cancelled

if TYPE_CHECKING:
    from analysis.chain import ChainOptions
    from survey.reading import ReadingOptions

OUR_PACKAGES = ("ui", "analysis", "survey", "resources")
EXIT_OK, EXIT_BUG, EXIT_REFUSED, EXIT_CANCELLED = 0, 1, 2, 130

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    _use_one_blas_thread()
    _write_utf8()
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except Refusal as refusal:
        return _refused(refusal, options.language)
    except (Cancelled, KeyboardInterrupt):
        print(sentence("cli.cancelled", options.language), file=sys.stderr)
        return EXIT_CANCELLED
    except BrokenPipeError:  # the reader, head say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in OUR_PACKAGES:
            return _crashed(options.language)
        return _refused(refuse("package_missing", package=package), options.language)
    except Exception:
        return _crashed(options.language)


def _use_one_blas_thread() -> None:
    """Small matrices are many times slower when BLAS threads compete; numpy is not loaded yet."""
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")


def _refused(refusal: Refusal, language: str) -> int:
    print(refusal.describe(language), file=sys.stderr)
    return EXIT_REFUSED


def _crashed(language: str) -> int:
    """Write the traceback to a file and tell the user where; the terminal stays readable."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="rongzhen-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exc(file=log)
    print(sentence("cli.bug", language, log=log.name), file=sys.stderr)
    return EXIT_BUG


def _write_utf8() -> None:
    """Chinese must not kill the program on a terminal that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


# --- options ------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """argparse in the user's words: Chinese headings, one clear line for a wrong call."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(add_help=False, **settings)
        self._positionals.title = sentence("cli.help.positionals")
        self._optionals.title = sentence("cli.help.options")
        self.add_argument("-h", "--help", action="help", help=sentence("cli.help.help"))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call and where help is."""
        text = sentence("cli.wrong_call.line", message=_in_plain_words(message), call=self.prog)
        self.exit(EXIT_REFUSED, text + "\n")


def _in_plain_words(message: str) -> str:
    """Return argparse's message as a sentence of ours, or as it is where there is none."""
    for code, pattern in _WRONG_CALLS.items():
        if found := re.match(pattern, message):
            return sentence(f"cli.wrong_call.{code}", **found.groupdict())
    return message


_WRONG_CALLS = {
    "required": "the following arguments are required: (?P<names>.+)",
    "choice": ".*invalid choice: '?(?P<given>[^']*?)'? \\(choose from (?P<choices>.+)\\)",
    "unknown": "unrecognized arguments: (?P<names>.+)",
    "number": "argument (?P<name>.+): invalid int value: '(?P<given>.*)'",
    "decimal": "argument (?P<name>.+): invalid float value: '(?P<given>.*)'",
    "no_value": "argument (?P<name>.+): expected one argument",
}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="main.py", description=sentence("cli.help.program"))
    parser.set_defaults(command=_window, language=SOURCE_LANGUAGE, project="")
    commands = parser.add_subparsers(title=sentence("cli.help.commands"), metavar="")

    demo = _command(commands, "demo", _demo)
    _add_out(demo)
    _add_seed(demo)

    diagnose = _command(commands, "diagnose", _diagnose)
    _add_files(diagnose)
    _add_out(diagnose)
    _add_reading(diagnose)
    _add_analysis(diagnose)
    _add_cover(diagnose)
    _add_seed(diagnose)

    importing = _command(commands, "import", _import)
    _add_files(importing)
    _add_out(importing)
    _add_reading(importing)
    importing.add_argument("--json", action="store_true", help=sentence("cli.help.json"))

    export = _command(commands, "export", _export)
    export.add_argument("source", help=sentence("cli.help.source"))
    export.add_argument("--to", default="", help=sentence("cli.help.to", targets=_targets()))
    export.add_argument("--role", help=sentence("cli.help.role"))
    _add_out(export, "export_out")
    _add_reading(export)

    codebook = _command(commands, "codebook", _codebook)
    codebook.add_argument("source", type=Path, help=sentence("cli.help.source"))
    _add_out(codebook, "codebook_out")
    _add_reading(codebook)

    check = _command(commands, "check", _check)
    check.add_argument("source", help=sentence("cli.help.questionnaire"))

    study = _command(commands, "study", _study)
    study.add_argument("file", type=Path, help=sentence("cli.help.file"))
    _add_reading(study)
    study.add_argument("--out", type=Path, help=sentence("cli.help.study_out"))

    _add_services(commands)

    window = _command(commands, "window", _window)
    window.add_argument("project", nargs="?", default="", help=sentence("cli.help.project"))
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def _add_services(commands: Commands) -> None:
    """The analysis services: each does one thing and needs no window."""
    plan = _command(commands, "plan", _plan, help_key="planning")
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
    plan.add_argument("--out", type=Path, help=sentence("cli.help.table_out"))
    _add_seed(plan)

    guard = _command(commands, "guard", _guard)
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

    compare = _command(commands, "compare", _compare)
    compare.add_argument("earlier", type=Path, help=sentence("cli.help.earlier"))
    compare.add_argument("later", type=Path, help=sentence("cli.help.later"))
    _add_out(compare)
    compare.add_argument("--link", default="", help=sentence("cli.help.link"))
    compare.add_argument("--ledger", type=Path, help=sentence("cli.help.ledger_file"))
    for name in ("reached", "missed"):
        text = sentence(f"cli.help.{name}")
        compare.add_argument(f"--{name}", nargs="+", default=[], metavar="OA…", help=text)
    compare.add_argument("--wave", default="", help=sentence("cli.help.wave"))
    _add_reading(compare)
    _add_analysis(compare)
    _add_seed(compare)

    ledger = _command(commands, "ledger", _ledger)
    ledger.add_argument("source", type=Path, help=sentence("cli.help.answers"))
    _add_out(ledger, "ledger_out")
    ledger.add_argument("--wave", default="", help=sentence("cli.help.wave"))
    _add_reading(ledger)
    _add_analysis(ledger)
    _add_seed(ledger)

    norm = _command(commands, "norm", _window)
    actions = norm.add_subparsers(metavar="make|compare", required=True)
    make = _command(actions, "make", _norm_make, help_key="norm_make")
    make.add_argument("source", type=Path, help=sentence("cli.help.answers"))
    make.add_argument("--label", required=True, help=sentence("cli.help.label"))
    make.add_argument("--wave", default="", help=sentence("cli.help.wave"))
    _add_out(make, "norm_out")
    _add_reading(make)
    _add_analysis(make)
    _add_seed(make)
    beside = _command(actions, "compare", _norm_compare, help_key="norm_compare")
    beside.add_argument("own", type=Path, help=sentence("cli.help.own_norm"))
    beside.add_argument("others", nargs="+", type=Path, help=sentence("cli.help.other_norms"))
    beside.add_argument("--out", type=Path, help=sentence("cli.help.table_out"))

    _add_panel(commands)


def _add_panel(commands: Commands) -> None:
    panel = _command(commands, "panel", _panel)
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


def _command(
    commands: Commands, name: str, run: Command, *, help_key: str = ""
) -> argparse.ArgumentParser:
    text = sentence(f"cli.help.{help_key or name}")
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(command=run)
    command.add_argument(
        "--language", choices=LANGUAGES, default=SOURCE_LANGUAGE, help=sentence("cli.help.language")
    )
    return command


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, help=sentence("cli.help.files"))


def _add_out(parser: argparse.ArgumentParser, text: str = "out") -> None:
    help_text = sentence(f"cli.help.{text}", formats=_formats())
    parser.add_argument("--out", type=Path, required=True, help=help_text)


def _targets() -> str:
    """Return the codes of the targets a questionnaire can go out to."""
    from survey.publish.targets import TARGETS

    return " ".join(("json", *TARGETS))


def _formats() -> str:
    """Return the endings of the formats answers can go out in."""
    return ".sav .zsav .dta .csv .xlsx .R"


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=20260101, help=sentence("cli.help.seed"))


def _add_reading(parser: argparse.ArgumentParser) -> None:
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


def _add_analysis(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(sentence("cli.help.analysis"))
    group.add_argument("--model", default="", help=sentence("cli.help.model"))
    group.add_argument("--threshold", type=int, default=10, help=sentence("cli.help.threshold"))
    group.add_argument("--draws", type=int, default=2000, help=sentence("cli.help.draws"))
    group.add_argument(
        "--keep-flagged", action="store_true", help=sentence("cli.help.keep_flagged")
    )


def _add_cover(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--also",
        nargs="+",
        choices=("word", "excel", "html"),
        default=[],
        help=sentence("cli.help.also"),
    )
    group = parser.add_argument_group(sentence("cli.help.cover"))
    for name in ("university", "organiser", "date", "classification"):
        group.add_argument(f"--{name}", default="", help=sentence(f"cli.help.{name}"))


# --- commands -----------------------------------------------------------------


def _demo(options: argparse.Namespace) -> int:
    from resources import SAMPLE_FILE

    arguments = ["diagnose", str(SAMPLE_FILE), "--simulated", "--out", str(options.out)]
    arguments += ["--seed", str(options.seed), "--language", options.language]
    arguments += ["--university", sentence("cli.demo_university", options.language)]
    return _diagnose(_parser().parse_args(arguments))


def _diagnose(options: argparse.Namespace) -> int:
    from analysis.workflow import DiagnosisOrder, diagnose_file

    order = DiagnosisOrder(
        files=tuple(options.files),
        out=options.out,
        reading=_reading(options),
        chain=_chain_options(options),
        university=options.university,
        organiser=options.organiser,
        date=options.date,
        classification=options.classification,
        language=options.language,
        also=tuple(options.also),
    )
    outcome = diagnose_file(order, _Terminal(options.language))
    print(outcome.summary)
    return EXIT_OK


def _import(options: argparse.Namespace) -> int:
    from survey.commands import import_answers

    lines = import_answers(
        options.files,
        options.out,
        _reading(options),
        language=options.language,
        as_json=options.json,
        progress=_Terminal(options.language),
    )
    return _told(lines)


def _export(options: argparse.Namespace) -> int:
    from survey.commands import export_answers_of, publish_questionnaire

    if not options.to:
        source = Path(options.source)
        return _told(
            export_answers_of(source, options.out, _reading(options), language=options.language)
        )
    if options.to not in _targets().split():
        raise refuse("target_unknown", options.to, targets=_targets())
    return _told(
        publish_questionnaire(
            options.source, options.to, options.out, role=options.role, language=options.language
        )
    )


def _codebook(options: argparse.Namespace) -> int:
    from survey.commands import write_codebook_of

    reading = _reading(options)
    return _told(write_codebook_of(options.source, options.out, reading, language=options.language))


def _check(options: argparse.Namespace) -> int:
    from survey.commands import check_questionnaire

    return _told(check_questionnaire(options.source, language=options.language))


def _told(lines: Sequence[str]) -> int:
    print("\n".join(lines))
    return EXIT_OK


def _study(options: argparse.Namespace) -> int:
    from analysis.workflow import draft_study_file

    path, summary = draft_study_file(options.file, options.out, reading=_reading(options))
    print(sentence("cli.study_written", options.language, path=path, summary=summary))
    return EXIT_OK


def _plan(options: argparse.Namespace) -> int:
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
    progress = _Terminal(options.language)
    return _told(plan_survey(order, options.out, language=options.language, progress=progress))


def _guard(options: argparse.Namespace) -> int:
    from analysis.commands.guard import GuardOrder, guard_formula, guard_table

    if options.file is not None and options.formula:
        raise refuse("guard_both")
    if options.formula:
        measure = options.measure or ""
        return _told(guard_formula(options.formula, measure=measure, language=options.language))
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
    return _told(guard_table(options.file, order, language=options.language))


def _compare(options: argparse.Namespace) -> int:
    from analysis.commands.compare import CompareOrder, compare

    order = CompareOrder(
        earlier=options.earlier,
        later=options.later,
        out=options.out,
        link=options.link,
        ledger=options.ledger,
        reached=dict.fromkeys(options.missed, False) | dict.fromkeys(options.reached, True),
        label=options.wave,
    )
    lines = compare(
        order,
        _reading(options),
        _chain_options(options),
        language=options.language,
        progress=_Terminal(options.language),
    )
    return _told(lines)


def _ledger(options: argparse.Namespace) -> int:
    from analysis.commands.rectify import ledger_of

    lines = ledger_of(
        options.source,
        options.out,
        _reading(options),
        _chain_options(options),
        label=options.wave,
        language=options.language,
        progress=_Terminal(options.language),
    )
    return _told(lines)


def _norm_make(options: argparse.Namespace) -> int:
    from analysis.commands.norms import make_norm_file

    lines = make_norm_file(
        options.source,
        options.out,
        _reading(options),
        _chain_options(options),
        label=options.label,
        wave=options.wave,
        language=options.language,
        progress=_Terminal(options.language),
    )
    return _told(lines)


def _norm_compare(options: argparse.Namespace) -> int:
    from analysis.commands.norms import compare_norms

    lines = compare_norms(options.own, options.others, options.out, language=options.language)
    return _told(lines)


def _panel(options: argparse.Namespace) -> int:
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
    return _told(assess_panel_file(options.file, order, options.out, language=options.language))


def _window(options: argparse.Namespace) -> int:
    from ui.system_libraries import install_command, missing_libraries

    missing = missing_libraries()
    if missing:
        raise refuse("library_missing", command=install_command(missing))
    from ui.app import run

    return run([options.project] if options.project else [])


def _reading(options: argparse.Namespace) -> "ReadingOptions":
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


def _chain_options(options: argparse.Namespace) -> "ChainOptions":
    from analysis.chain import ChainOptions, options_for

    return options_for(
        ChainOptions(),
        seed=options.seed,
        draws=options.draws,
        model=options.model,
        threshold=options.threshold,
        keep_flagged=options.keep_flagged,
    )


class _Terminal:
    """One line that shows how far the work is; nothing where nobody watches."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._is_watched = sys.stderr.isatty()

    def __call__(self, share: float, step: str, /) -> None:
        if not self._is_watched:
            return
        text = sentence(f"steps.{step}", self._language)
        end = "\n" if share >= 1 else ""
        print(f"\r\x1b[K{share:4.0%} {text}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
