"""What the window lets a thread or a worker process do. Nothing here touches Qt."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from resources.texts import sentence
from survey.progress import Progress, part_of, silent
from ui.details import ReportDetails
from ui.texts import language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.chain import ChainOptions, ChainResult
    from analysis.report.document import Report
    from analysis.supplements import Supplements
    from survey.exchange import ImportPlan, ImportReport
    from survey.exchange.raw_table import RawTable
    from survey.responses import ResponseSet
    from survey.store import LeftCopy, Project
    from ui.chapters import Chapter

POSITIONS = "positions"
CORE_MODULES = (
    "pandas",
    "analysis.workflow",
    "analysis.report.content.context",
    "analysis.report.content.mechanism",
    "analysis.report.path_diagram",
    "analysis.coupling.levels",
    "analysis.disclosure",
    "survey.exchange.applying",
    "survey.exchange.proposing",
    "survey.store",
    "ui.workbench",
)
READER_MODULES = (
    "pandas",
    "survey.exchange.applying",
    "survey.exchange.proposing",
    "survey.exchange.reading",
)
ANALYST_MODULES = (
    "analysis.chain",
    "analysis.preparation",
    "analysis.measurement",
    "analysis.modelling",
    "analysis.coupling",
    "analysis.diagnosis",
    "scipy.stats",
    "matplotlib.backends.backend_agg",
    "analysis.report.pdf",
    "semopy",
)


Positions = dict[str, dict[str, tuple[float, float]]]


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A file read, with the first idea of what its columns mean."""

    raw: RawTable
    plan: ImportPlan


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """The answers a plan gives."""

    responses: ResponseSet
    report: ImportReport


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A project and everything in it.

    Args:
        raw: table of the first file.
        later: tables of the batches that came after it.
    """

    project: Project
    raw: RawTable | None = None
    plan: ImportPlan | None = None
    applied: Applied | None = None
    options: ChainOptions | None = None
    details: ReportDetails | None = None
    positions: Positions = field(default_factory=dict)
    has_results: bool = False
    later: tuple[RawTable, ...] = ()


def warm_up_core() -> None:
    """Import what the window needs after it is shown, while nobody waits."""
    for name in CORE_MODULES:
        import_module(name)


def warm_up_for_good() -> None:
    """Import it without the collector, which afterwards leaves alone what is loaded.

    Looking through everything for garbage takes 80 ms, holds Python's lock, finds nothing.
    """
    gc.disable()
    try:
        warm_up_core()
        sentence("report.simulated", language())  # reads the texts
    finally:
        gc.freeze()
        gc.enable()


def warm_up_reader() -> None:
    """Import in the reader's process what reading a file needs."""
    for name in READER_MODULES:
        import_module(name)


def warm_up_analyst() -> None:
    """Import in the analyst's process what a run needs."""
    for name in ANALYST_MODULES:
        import_module(name)


# --- import ---------------------------------------------------------------------------------


def read_file(
    path: Path, encoding: str | None, sheet: str | None, *, progress: Progress = silent
) -> Imported:
    """Return the table of a file and what its columns probably mean."""
    from survey.exchange import propose_plan, read_table

    raw = read_table(path, encoding=encoding, sheet=sheet, progress=part_of(progress, 0.0, 0.9))
    return Imported(raw, propose_plan(raw))


def propose(raw: RawTable, study_file: Path | None) -> ImportPlan:
    """Return what the columns mean, tied to the study in ``study_file`` if there is one."""
    from survey.exchange import propose_plan
    from survey.study_file import read_study

    return propose_plan(raw, None if study_file is None else read_study(study_file))


def apply(raw: RawTable, plan: ImportPlan, later: Sequence[RawTable] = ()) -> Applied:
    """Return the answers, with those of the batches that came later."""
    from survey.reading import joined_batches

    found = joined_batches(raw, plan, later)
    return Applied(found.responses, found.report)


def keep_source(
    project: Project, raw: RawTable, plan: ImportPlan, later: Sequence[RawTable] = ()
) -> None:
    """Keep the tables in the project, without the cells of personal data."""
    from analysis.workflow import add_sources

    for source in project.sources:
        project.remove_source(source)
    add_sources(project, raw, plan, later)


def kept_sources(project: Project) -> list[RawTable]:
    """Return the tables a project keeps: the first file's, then those of later batches."""
    return [project.table_of(source) for source in project.sources if not source.is_deleted]


# --- chain and report -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """The results of a run, and the chapters that the window shows of them."""

    chain: ChainResult
    chapters: dict[str, Chapter]

    def over(self, responses: ResponseSet) -> ChainResult:
        """Return the results over the window's own answers, not the worker's copy of them."""
        return replace(self.chain, prepared=replace(self.chain.prepared, responses=responses))


def run_chain(
    responses: ResponseSet, options: ChainOptions, language: str, *, progress: Progress = silent
) -> Ran:
    """Return every result; what they compute on demand is computed here, not in the window."""
    from analysis.chain import run_chain as run
    from ui.chapters import chapters_of

    chain = run(responses, options, part_of(progress, 0.0, 0.98))
    for sem in (chain.structural.sem, chain.measurement.cfa):
        if sem is not None:
            _ = (sem.parameters, sem.fit_measures, sem.r2)
    return Ran(chain, chapters_of(chain, language))


@dataclass(frozen=True, slots=True, eq=False)
class ReportOrder:
    """All that a report is made of.

    Args:
        raw: the file's table without its cells: only what the file is called is needed.
        positions: the nodes of the diagram moved by hand.
        supplements: what stands beside the results; None: still to be worked out.
    """

    chain: ChainResult
    raw: RawTable
    plan: ImportPlan
    imported: ImportReport
    details: ReportDetails
    language: str
    positions: dict[str, tuple[float, float]] = field(default_factory=dict)
    supplements: Supplements | None = None


def write_report(order: ReportOrder, path: Path, *, progress: Progress = silent) -> ReportOrder:
    """Write the report in the format of ``path``'s suffix; return the order, fully worked out.

    Raises:
        Refusal: the file cannot be written, or one beside the results cannot be used.
    """
    from analysis.report.exports import write_excel, write_html, write_word
    from analysis.report.pdf import render_pdf

    progress(0.02, "report")
    if order.supplements is None:
        found = _supplements(order, part_of(progress, 0.02, 0.4))
        order = replace(order, supplements=found)
    writers: dict[str, Callable[..., object]] = {
        ".docx": write_word,
        ".xlsx": write_excel,
        ".html": write_html,
    }
    write = writers.get(path.suffix.lower(), render_pdf)
    write(_built(order), path, progress=part_of(progress, 0.4, 1.0))
    return order


def _supplements(order: ReportOrder, progress: Progress) -> Supplements:
    """Return what stands beside the results, from the files the user named."""
    from analysis.commands.supply import SupplementOrder, read_supplements, supplements_of
    from survey.reading import Reading, ReadingOptions

    def path(text: str) -> Path | None:
        return Path(text) if text else None

    beside, details = order.details.beside, order.details
    wanted = SupplementOrder(
        earlier=path(beside.earlier),
        link=beside.link if beside.earlier else "",
        is_retest=bool(beside.is_retest and beside.earlier and beside.link),
        indicators_data=path(beside.indicators_data),
        indicators=path(beside.indicators) if beside.indicators_data else None,
        unit=beside.unit,
        ledger=path(beside.ledger),
        wave=details.wave,
        names=path(beside.names),
        with_quotes=beside.with_quotes,
    )
    responses = order.chain.prepared.responses
    reading = Reading(order.raw, order.plan, responses, order.imported)
    source = Path(order.raw.source.name)
    files = read_supplements(wanted, reading, source, university=details.university)
    is_simulated = order.plan.study.is_simulated
    options = ReadingOptions(is_simulated=is_simulated)
    return supplements_of(files, order.chain, reading, options, progress=progress)


def write_ledger(order: ReportOrder, path: Path) -> Path:
    """Write the ledger reviewed on this wave as .json, and as .xlsx beside it."""
    from analysis.commands.rectify import simulated_mark
    from analysis.commands.rectify import write_ledger as write

    assert order.supplements is not None
    mark = simulated_mark(order.plan.study.is_simulated, order.language)
    title = sentence("services.ledger.title", order.language)
    items = order.supplements.ledger
    write(items, path.with_suffix(".json"), title=title, mark=mark, language=order.language)
    return path


def _built(order: ReportOrder) -> Report:
    from analysis.report import build_report
    from analysis.workflow import report_facts

    details = order.details
    facts = report_facts(
        order.imported,
        university=details.university,
        organiser=details.organiser,
        date=details.day.isoformat(),
        classification=details.classification,
        language=order.language,
    )
    facts = replace(facts, wave=details.wave, positions=order.positions)
    return build_report(order.chain, facts, order.language, order.supplements)


def keep_report(project: Project, path: Path, language: str) -> None:
    """Keep the finished report in the project, under the name ``main.py diagnose`` gives it."""
    name = sentence("cli.file.report", language)
    project.attach(name, path.read_bytes(), media_type="application/pdf")


def copy_file(source: Path, target: Path) -> Path:
    """Put a copy of ``source`` in the place of ``target``; return ``target``.

    Raises:
        Refusal: the folder is read-only, full or gone; an earlier ``target`` is untouched.
    """
    from survey.store.document import refusal_of_os_error

    beside = target.with_name(target.name + ".part")
    try:
        beside.write_bytes(source.read_bytes())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise refusal_of_os_error(error, target) from error
    return target


# --- projects -------------------------------------------------------------------------------


def create_project(title: str) -> Opened:
    """Begin a project."""
    from survey.store import Project

    warm_up_core()
    return Opened(Project.create(title))


def open_project(path: Path, *, read_only: bool = False) -> Opened:
    """Open a project and everything in it."""
    from survey.store import Project

    warm_up_core()
    return _contents(Project.open(path, read_only=read_only))


def recover_project(left: LeftCopy) -> Opened:
    """Go on with what a crash left."""
    from survey.store import Project

    warm_up_core()
    return _contents(Project.recover(left))


def save_project(project: Project, path: Path | None, *, overwrite: bool = False) -> Path:
    """Save to the project's document, or to ``path``; return where it is."""
    if path is None:
        project.save(overwrite=overwrite)
    else:
        project.save_as(path)
    assert project.document is not None
    return project.document


def keep_chain(project: Project, chain: ChainResult) -> None:
    """Keep the main tables in the project; single respondents are not among them.

    All of it would take the interpreter's lock for a fifth of a second to write.
    """
    from analysis.workflow import TABLES_RESULT

    sem = chain.structural.sem
    tables: dict[str, object] = {
        "reliability": chain.measurement.reliability,
        "items": chain.measurement.items,
        "effects": chain.structural.effects,
        "fit": {} if sem is None else dict(sem.fit_measures),
    }
    if chain.coupling is not None:
        tables |= {"degrees": chain.coupling.degrees, "obstacles": chain.coupling.obstacles}
    if chain.diagnosis is not None:
        tables |= {"constraints": chain.diagnosis.constraints, "levels": chain.diagnosis.levels}
    project.put_result(TABLES_RESULT, tables, fingerprint=chain.prepared.fingerprint)


def _contents(project: Project) -> Opened:
    """Return everything in ``project``."""
    from analysis.chain import ChainOptions
    from survey.exchange.plan_json import plan_from_json
    from survey.store import PLAN, REPORT, SETTINGS

    tables = kept_sources(project)
    raw, later = (tables[0], tuple(tables[1:])) if tables else (None, ())
    text = project.get(PLAN, str)
    plan = None if text is None or raw is None else plan_from_json(text)
    applied = None
    if raw is not None and plan is not None and not plan.questions:
        applied = apply(raw, plan, later)
    options = project.get(SETTINGS, ChainOptions) or ChainOptions()
    return Opened(
        project,
        raw=raw,
        later=later,
        plan=plan,
        applied=applied,
        options=options,
        details=project.get(REPORT, ReportDetails),
        positions=project.get(POSITIONS, Positions) or {},
        has_results=applied is not None and _has_results(project, applied, options),
    )


def _has_results(project: Project, applied: Applied, options: ChainOptions) -> bool:
    """Return whether the project holds results of these very answers and options.

    They are computed again rather than read: same answers, options and seed give the same
    numbers, and a project of another version never shows what this one would not compute.
    """
    from analysis.preparation import prepare
    from analysis.workflow import CHAIN_RESULT, TABLES_RESULT

    kept = {project.results.get(name) for name in (TABLES_RESULT, CHAIN_RESULT)} - {None}
    if not kept:
        return False
    return prepare(applied.responses, options.preparation).fingerprint in kept
