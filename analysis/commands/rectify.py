"""``main.py ledger``: a draft of the rectification ledger, to be completed by the departments.

Three tables: 问题清单 (what is wrong, with its evidence), 责任清单 (what to do and who acts),
整改台账 (who is in charge, by when, to what end, how far it is).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.commands.output import say, table_lines, write_tables
from analysis.commands.reading import construct_name
from analysis.diagnosis.ledger import LedgerItem, draft_ledger, ledger_json, read_ledger
from analysis.report.content.context import LIGHTS
from analysis.report.document import Cell, Column, Interval, LightWord, Table
from analysis.report.numbers import NumberKind
from analysis.report.writing import write_whole
from resources.texts import SOURCE_LANGUAGE, has_sentence, sentence
from survey.commands import PROJECT_SUFFIX
from survey.framework import load_framework
from survey.problems import refuse
from survey.progress import Progress, silent

if TYPE_CHECKING:
    from analysis.chain import ChainOptions, ChainResult
    from survey.reading import ReadingOptions

K = NumberKind
LEDGER_SUFFIX = ".json"


def ledger_of(
    source: Path,
    out: Path,
    reading: ReadingOptions,
    chain: ChainOptions,
    *,
    label: str = "",
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Draft the ledger of a project's or a data file's diagnosis; write .json and .xlsx.

    Args:
        out: the .json; the workbook stands beside it under the same name.

    Raises:
        Refusal: ``out`` is no .json, the answers cannot be read, or the study has no
            constraints of the framework, which alone says who should do what.
    """
    if out.suffix.lower() != LEDGER_SUFFIX:
        raise refuse("ledger_out", out.name)
    result, name = _chain(source, reading, chain, progress)
    diagnosis = result.diagnosis
    if diagnosis is None or not result.prepared.study.framework:
        raise refuse("ledger_no_constraints", source.name)
    items = draft_ledger(diagnosis, label or name)
    if not items:
        raise refuse("ledger_nothing", source.name)
    title = say("ledger.title", language)
    mark = simulated_mark(result.prepared.study.is_simulated, language)
    lines = table_lines(problem_table(items, language))
    if mark:
        lines.insert(0, mark)
    return lines + write_ledger(items, out, title=title, mark=mark, language=language)


def simulated_mark(is_simulated: bool, language: str) -> str:
    """Return the mark that every result of simulated answers carries."""
    return sentence("report.simulated", language) if is_simulated else ""


def _chain(
    source: Path, reading: ReadingOptions, chain: ChainOptions, progress: Progress
) -> tuple[ChainResult, str]:
    """Return the results a project keeps, else those of a new run, and the wave's name."""
    from analysis.chain import run_chain
    from analysis.commands.reading import read_wave

    wave = read_wave(source, reading, chain)
    kept = _kept_chain(source, wave.prepared.fingerprint)
    return kept or run_chain(wave.reading.responses, wave.options, progress), wave.label


def _kept_chain(source: Path, fingerprint: str) -> ChainResult | None:
    """Return the results kept of these very answers, by the settings the project has now."""
    from analysis.chain import CHAIN_RESULT, ChainOptions, ChainResult
    from survey.store import SETTINGS, Project

    if source.suffix.lower() != PROJECT_SUFFIX:
        return None
    with Project.open(source, read_only=True) as project:
        if project.results.get(CHAIN_RESULT) != fingerprint:
            return None
        kept = project.get_result(CHAIN_RESULT, ChainResult)
        settings = project.get(SETTINGS, ChainOptions)
    return kept if kept is not None and kept.options == settings else None


def write_ledger(
    items: tuple[LedgerItem, ...], path: Path, *, title: str, mark: str, language: str
) -> list[str]:
    """Write the ledger as .json and, beside it, as .xlsx; return the lines that say so."""
    tables = (
        problem_table(items, language),
        duty_table(items, language),
        state_table(items, language),
    )
    write_whole(path, ledger_json(items).encode("utf-8"))
    book = path.with_suffix(".xlsx")
    return [
        sentence("cli.written", language, path=path),
        write_tables(book, tables, title=title, mark=mark, language=language),
    ]


def load_ledger(path: Path) -> tuple[LedgerItem, ...]:
    """Return the ledger in a .json file, or in an edited workbook with its .json beside it.

    Raises:
        Refusal: no such file, or no ledger of ours.
    """
    if path.suffix.lower() == ".xlsx":
        from analysis.commands.ledger_edits import with_edits

        return with_edits(load_ledger(path.with_suffix(LEDGER_SUFFIX)), path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise refuse("file_missing", path) from error
    except (OSError, ValueError) as error:
        raise refuse("ledger_unreadable", path) from error
    items = read_ledger(text)
    for number, item in enumerate(items, start=1):
        if not _is_sound(item):
            raise refuse("ledger_item", path.name, number=number)
    return items


def _is_sound(item: LedgerItem) -> bool:
    """Return whether every entry is of its kind; the file may have been edited by hand."""
    lists = (item.measures, item.actors, item.departments, item.indicators)
    texts = (item.constraint, item.responsible, item.deadline, item.target)
    are_lists = all(isinstance(a, tuple) and all(isinstance(t, str) for t in a) for a in lists)
    numbers = [v for e in item.evidence for v in (e.severity, e.low, e.high, e.n)]
    are_numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in numbers)
    words = [w for e in item.evidence for w in (e.wave, e.light)]
    return are_lists and are_numbers and all(isinstance(t, str) for t in (*texts, *words))


# --- tables -------------------------------------------------------------------


def problem_table(items: tuple[LedgerItem, ...], language: str) -> Table:
    """Return 问题清单: each problem with the latest evidence."""
    rows: list[tuple[Cell, ...]] = []
    for item in items:
        code, name = item.constraint, construct_name(item.constraint, None, language)
        if not item.evidence:
            rows.append((code, name, None, None, None, None, ""))
            continue
        last = item.evidence[-1]
        interval = Interval(last.low, last.high)
        light = light_word(last.light, language)
        rows.append((code, name, last.severity, interval, last.n, light, last.wave))
    return Table(
        "problems",
        say("ledger.problems", language),
        (
            Column(say("column.code", language)),
            Column(say("ledger.problem", language)),
            Column(say("ledger.severity", language), K.SCORE),
            Column(say("ledger.interval", language), K.SCORE),
            Column(say("column.n", language), K.COUNT),
            Column(say("ledger.light", language)),
            Column(say("ledger.wave", language)),
        ),
        tuple(rows),
    )


def light_word(light: str, language: str) -> LightWord | None:
    """Return a traffic light in words; None where none is known."""
    known = LIGHTS.get(light)
    if known is None:
        return None
    return LightWord(known, sentence(f"diagnosis.light.{known}", language))


def duty_table(items: tuple[LedgerItem, ...], language: str) -> Table:
    """Return 责任清单: measures, actors, departments and indicators of each problem."""
    raw = load_framework().raw
    measures = {m["code"]: m for pathway in raw["pathways"] for m in pathway["measures"]}
    actors = {entry["code"]: entry for entry in raw["actors"]}
    indicators = {entry["code"]: entry for entry in raw["indicators"]}
    coded, plain = _worder(language, with_code=True), _worder(language, with_code=False)
    return Table(
        "duties",
        say("ledger.duties", language),
        (
            Column(say("column.code", language)),
            Column(say("ledger.problem", language)),
            Column(say("ledger.measures", language)),
            Column(say("ledger.actors", language)),
            Column(say("ledger.departments", language)),
            Column(say("ledger.indicators", language)),
        ),
        tuple(
            (
                item.constraint,
                construct_name(item.constraint, None, language),
                coded(item.measures, measures),
                plain(item.actors, actors),
                "\n".join(department(name, language) for name in item.departments),
                coded(item.indicators, indicators),
            )
            for item in items
        ),
    )


def _worder(language: str, *, with_code: bool) -> Callable[[Iterable[str], Mapping[str, Any]], str]:
    key = "zh" if language == SOURCE_LANGUAGE else "en"

    def words(codes: Iterable[str], known: Mapping[str, Any]) -> str:
        lines = []
        for code in codes:
            text = str(known[code][key]) if code in known else ""
            lines.append(f"{code} {text}".strip() if with_code or not text else text)
        return "\n".join(lines)

    return words


def department(name: str, language: str) -> str:
    """Return the name of a department in the language, as it is where there is none."""
    code = f"report.department.{name}"
    return sentence(code, language) if has_sentence(code, language) else name


def state_table(items: tuple[LedgerItem, ...], language: str) -> Table:
    """Return 整改台账: who is in charge, by when, to what end, and how far it is."""
    return Table(
        "ledger",
        say("ledger.ledger", language),
        (
            Column(say("column.code", language)),
            Column(say("ledger.problem", language)),
            Column(say("ledger.responsible", language)),
            Column(say("ledger.deadline", language)),
            Column(say("ledger.target", language)),
            Column(say("ledger.aim", language), K.SCORE),
            Column(say("ledger.detectable", language), K.SCORE),
            Column(say("ledger.state", language)),
            Column(say("ledger.verdict", language)),
        ),
        tuple(
            (
                item.constraint,
                construct_name(item.constraint, None, language),
                department(item.responsible, language),
                item.deadline,
                item.target,
                item.aim,
                item.detectable,
                sentence(f"diagnosis.state.{item.state}", language),
                sentence(f"diagnosis.review.{item.verdict}", language) if item.verdict else "",
            )
            for item in items
        ),
        (say("ledger.note", language),),
    )
