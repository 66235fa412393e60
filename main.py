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

from analysis.commands.item_bank import add_item_bank, add_overlay
from analysis.commands.options import (
    add_analysis,
    add_comparison,
    add_out,
    add_reading,
    add_seed,
    chain_options,
    comparison_options,
    reading_options,
)
from analysis.commands.services import Service, add_services
from resources.texts import LANGUAGES, SOURCE_LANGUAGE, sentence
from survey.problems import Refusal, refuse
from survey.progress import Cancelled

if TYPE_CHECKING:
    from survey.questionnaire.framework_form import FormOptions

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
    add_out(demo)
    add_seed(demo)

    diagnose = _command(commands, "diagnose", _diagnose)
    _add_files(diagnose)
    add_out(diagnose)
    add_reading(diagnose)
    add_analysis(diagnose)
    add_comparison(diagnose)
    _add_beside(diagnose)
    _add_cover(diagnose)
    add_seed(diagnose)

    importing = _command(commands, "import", _import)
    _add_files(importing)
    add_out(importing)
    add_reading(importing)
    importing.add_argument("--json", action="store_true", help=sentence("cli.help.json"))

    export = _command(commands, "export", _export)
    export.add_argument("source", help=sentence("cli.help.source"))
    export.add_argument("--to", default="", help=sentence("cli.help.to", targets=_targets()))
    export.add_argument("--role", help=sentence("cli.help.role"))
    add_out(export, "export_out")
    _add_form(export)
    add_reading(export)

    codebook = _command(commands, "codebook", _codebook)
    codebook.add_argument("source", type=Path, help=sentence("cli.help.source"))
    add_out(codebook, "codebook_out")
    add_reading(codebook)

    check = _command(commands, "check", _check)
    check.add_argument("source", help=sentence("cli.help.questionnaire"))
    add_overlay(check)
    check.add_argument("--json", action="store_true", help=sentence("cli.help.json_out"))

    adopt = _command(commands, "adopt", _adopt)
    adopt.add_argument("file", type=Path, help=sentence("cli.help.adopt_file"))
    add_out(adopt, "adopt_out")
    adopt.add_argument("--encoding", help=sentence("cli.help.encoding"))

    entry = _command(commands, "entry", _entry)
    for name in ("first", "second"):
        entry.add_argument(name, type=Path, help=sentence(f"cli.help.entry_{name}"))
    text = sentence("cli.help.entry_questionnaire")
    entry.add_argument("--questionnaire", required=True, help=text)
    entry.add_argument("--decisions", type=Path, help=sentence("cli.help.entry_decisions"))
    add_out(entry)

    study = _command(commands, "study", _study)
    study.add_argument("file", type=Path, help=sentence("cli.help.file"))
    add_reading(study)
    study.add_argument("--out", type=Path, help=sentence("cli.help.study_out"))

    add_item_bank(commands, _add_service)
    add_services(commands, _add_service)

    window = _command(commands, "window", _window)
    window.add_argument("project", nargs="?", default="", help=sentence("cli.help.project"))
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def _add_service(
    commands: Commands, name: str, service: Service, /, *, help_key: str = ""
) -> argparse.ArgumentParser:
    def run(options: argparse.Namespace) -> int:
        return _told(service(options, _Terminal(options.language)))

    return _command(commands, name, run, help_key=help_key)


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


def _add_form(parser: argparse.ArgumentParser) -> None:
    """Add what the office chooses for a form of the framework and its consent text."""
    group = parser.add_argument_group(sentence("cli.help.form"))
    for name in ("organiser", "contact", "delete-by"):
        text = sentence(f"cli.help.form_{name.replace('-', '_')}")
        group.add_argument(f"--{name}", default="", help=text)
    group.add_argument(
        "--departments", nargs="+", default=[], help=sentence("cli.help.form_departments")
    )
    group.add_argument("--modules", nargs="+", default=[], help=sentence("cli.help.form_modules"))
    group.add_argument(
        "--points", type=int, choices=(5, 7), default=5, help=sentence("cli.help.form_points")
    )
    group.add_argument(
        "--smallest-group", type=int, default=10, help=sentence("cli.help.form_smallest_group")
    )
    add_overlay(group)


def _targets() -> str:
    """Return the codes of the targets a questionnaire can go out to."""
    from survey.publish.targets import TARGETS

    return " ".join(("json", *TARGETS))


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


def _add_beside(parser: argparse.ArgumentParser) -> None:
    """Add what stands beside the answers: earlier wave, indicators, ledger, open answers."""
    group = parser.add_argument_group(sentence("cli.help.beside"))
    for name in ("earlier", "indicators-data", "indicators", "ledger", "names"):
        text = sentence(f"cli.help.beside_{name.replace('-', '_')}")
        group.add_argument(f"--{name}", type=Path, metavar="FILE", help=text)
    for name, key in (("link", "link"), ("unit", "beside_unit"), ("wave", "wave")):
        group.add_argument(f"--{name}", default="", help=sentence(f"cli.help.{key}"))
    for name, key in (("retest", "retest"), ("quotes", "beside_quotes")):
        group.add_argument(f"--{name}", action="store_true", help=sentence(f"cli.help.{key}"))


# --- commands -----------------------------------------------------------------


def _demo(options: argparse.Namespace) -> int:
    from resources import SAMPLE_FILE

    arguments = ["diagnose", str(SAMPLE_FILE), "--simulated", "--out", str(options.out)]
    arguments += ["--seed", str(options.seed), "--language", options.language]
    arguments += ["--university", sentence("cli.demo_university", options.language)]
    return _diagnose(_parser().parse_args(arguments))


def _diagnose(options: argparse.Namespace) -> int:
    from analysis.commands.supply import SupplementOrder
    from analysis.workflow import DiagnosisOrder, diagnose_file

    beside = SupplementOrder(
        earlier=options.earlier,
        link=options.link,
        is_retest=options.retest,
        indicators_data=options.indicators_data,
        indicators=options.indicators,
        unit=options.unit,
        ledger=options.ledger,
        wave=options.wave,
        names=options.names,
        with_quotes=options.quotes,
    )
    order = DiagnosisOrder(
        files=tuple(options.files),
        out=options.out,
        reading=reading_options(options),
        chain=chain_options(options, comparison_options(options)),
        university=options.university,
        organiser=options.organiser,
        date=options.date,
        classification=options.classification,
        language=options.language,
        also=tuple(options.also),
        supplements=beside,
    )
    outcome = diagnose_file(order, _Terminal(options.language))
    print(outcome.summary)
    return EXIT_OK


def _import(options: argparse.Namespace) -> int:
    from survey.commands import import_answers

    lines = import_answers(
        options.files,
        options.out,
        reading_options(options),
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
            export_answers_of(
                source,
                options.out,
                reading_options(options),
                language=options.language,
                progress=_Terminal(options.language),
            )
        )
    if options.to not in _targets().split():
        raise refuse("target_unknown", options.to, targets=_targets())
    return _told(
        publish_questionnaire(
            options.source,
            options.to,
            options.out,
            role=options.role,
            form=_form_options(options),
            overlay=options.overlay,
            language=options.language,
        )
    )


def _form_options(options: argparse.Namespace) -> "FormOptions":
    from survey.questionnaire.framework_form import FormOptions

    return FormOptions(
        modules=tuple(options.modules) or None,
        points=options.points,
        organiser=options.organiser,
        contact=options.contact,
        delete_by=options.delete_by,
        threshold=options.smallest_group,
        departments=tuple(options.departments),
    )


def _codebook(options: argparse.Namespace) -> int:
    from survey.commands import write_codebook_of

    reading = reading_options(options)
    return _told(
        write_codebook_of(
            options.source,
            options.out,
            reading,
            language=options.language,
            progress=_Terminal(options.language),
        )
    )


def _check(options: argparse.Namespace) -> int:
    from survey.commands import check_questionnaire

    return _told(
        check_questionnaire(
            options.source,
            overlay=options.overlay,
            language=options.language,
            as_json=options.json,
        )
    )


def _adopt(options: argparse.Namespace) -> int:
    from survey.commands import adopt_questionnaire

    return _told(
        adopt_questionnaire(
            options.file,
            options.out,
            encoding=options.encoding,
            language=options.language,
            progress=_Terminal(options.language),
        )
    )


def _entry(options: argparse.Namespace) -> int:
    from survey.commands import questionnaire_of
    from survey.paper_entry import compare_typings

    return _told(
        compare_typings(
            (options.first, options.second),
            questionnaire_of(options.questionnaire),
            options.out,
            decisions=options.decisions,
            language=options.language,
            progress=_Terminal(options.language),
        )
    )


def _told(lines: Sequence[str]) -> int:
    print("\n".join(lines))
    return EXIT_OK


def _study(options: argparse.Namespace) -> int:
    from analysis.workflow import draft_study_file

    path, summary = draft_study_file(options.file, options.out, reading=reading_options(options))
    print(sentence("cli.study_written", options.language, path=path, summary=summary))
    return EXIT_OK


def _window(options: argparse.Namespace) -> int:
    from ui.system_libraries import install_command, missing_libraries

    missing = missing_libraries()
    if missing:
        raise refuse("library_missing", command=install_command(missing))
    from ui.app import run

    return run([options.project] if options.project else [])


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
