"""From a file to the report: what ``main.py diagnose`` and ``main.py study`` do.

The steps are those of the window; here they run one after the other, and whatever is not
certain is refused with the option that settles it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.chain import CHAIN_RESULT as CHAIN_RESULT
from analysis.chain import TABLES_RESULT as TABLES_RESULT
from analysis.chain import ChainOptions, ChainResult, run_chain
from analysis.commands.reading import last_answer
from analysis.commands.rectify import simulated_mark, write_ledger
from analysis.commands.supply import (
    SupplementOrder,
    read_supplements,
    supplements_of,
)
from analysis.report import Report, ReportFacts, build_report, installed_versions
from analysis.report.writing import writable_folder
from analysis.summary import summary_lines
from resources.texts import SOURCE_LANGUAGE, sentence
from survey.progress import Progress, part_of, silent
from survey.reading import Reading, ReadingOptions, read_answers, understand
from survey.study_file import write_study

if TYPE_CHECKING:
    from analysis.diagnosis.ledger import LedgerItem
    from survey.exchange import ImportPlan, ImportReport, RawTable
    from survey.store import Project

REPORT_FORMATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "word": (".docx", "write_word"),
        "excel": (".xlsx", "write_excel"),
        "html": (".html", "write_html"),
    }
)
"""Formats of the report beside PDF: ending, and writer in analysis.report.exports."""


@dataclass(frozen=True, slots=True)
class DiagnosisOrder:
    """One run of ``diagnose``: the files, where the results go, and what the cover says."""

    files: tuple[Path, ...]
    out: Path
    reading: ReadingOptions = field(default_factory=ReadingOptions)
    chain: ChainOptions = field(default_factory=ChainOptions)
    university: str = ""
    organiser: str = ""
    date: str = ""
    classification: str = ""
    language: str = SOURCE_LANGUAGE
    also: tuple[str, ...] = ()
    """Further formats of the report: keys of REPORT_FORMATS."""
    supplements: SupplementOrder = field(default_factory=SupplementOrder)
    """Earlier wave, indicators, ledger: whatever stands beside the answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a run of ``diagnose`` made."""

    chain: ChainResult
    files: tuple[Path, ...]
    summary: str


def diagnose_file(order: DiagnosisOrder, progress: Progress = silent) -> Outcome:
    """Read, analyse and report; return what was written and a summary for the terminal.

    Writes the PDF, the study as understood and, for a single file, the project into
    ``order.out``. The report's date is the one given, else the day of the last answer, so
    that the same file and options give the same bytes.

    Raises:
        Refusal: the file, the study or the folder.
    """
    from analysis.report.pdf import render_pdf

    started = time.monotonic()
    out = writable_folder(order.out)
    reading = read_answers(order.files, order.reading, part_of(progress, 0.0, 0.1))
    files_beside = read_supplements(
        order.supplements, reading, order.files[0], university=order.university
    )
    chain = run_chain(reading.responses, order.chain, part_of(progress, 0.1, 0.7))
    supplements = supplements_of(
        files_beside, chain, reading, order.reading, progress=part_of(progress, 0.7, 0.8)
    )
    facts = report_facts(
        reading.report,
        university=order.university,
        organiser=order.organiser,
        date=order.date or last_answer(reading.responses),
        classification=order.classification,
        language=order.language,
    )
    report = build_report(chain, facts, order.language, supplements)
    pdf = out / sentence("cli.file.report", order.language)
    render_pdf(report, pdf, progress=part_of(progress, 0.8, 0.98))
    study = out / sentence("cli.file.study", order.language)
    write_study(reading.plan.study, study)
    files = [pdf, *_also(report, pdf, order.also), study]
    if supplements.ledger:
        files += _ledger(supplements.ledger, chain, out, order.language)
    if len(order.files) == 1:
        project = out / sentence("cli.file.project", order.language)
        keep_project(project, reading, chain, pdf)
        files.append(project)
    progress(1.0, "done")
    lines = summary_lines(chain, reading.report, order.language)
    seconds = time.monotonic() - started
    lines += tuple(sentence("cli.written", order.language, path=path) for path in files)
    lines += (sentence("cli.done", order.language, seconds=seconds),)
    return Outcome(chain, tuple(files), "\n".join(lines))


def _ledger(
    items: tuple[LedgerItem, ...], chain: ChainResult, out: Path, language: str
) -> list[Path]:
    """Write the reviewed ledger, to be edited and given to the next wave; return the files."""
    path = out / sentence("services.ledger.file", language)
    mark = simulated_mark(chain.prepared.study.is_simulated, language)
    title = sentence("services.ledger.title", language)
    write_ledger(items, path, title=title, mark=mark, language=language)
    return [path, path.with_suffix(".xlsx")]


def _also(report: Report, pdf: Path, formats: tuple[str, ...]) -> list[Path]:
    """Write the report in further formats beside the PDF; return the files."""
    from analysis.report import exports

    written = []
    for name in formats:
        suffix, writer = REPORT_FORMATS[name]
        path = pdf.with_suffix(suffix)
        getattr(exports, writer)(report, path)
        written.append(path)
    return written


def draft_study_file(
    file: Path, out: Path | None, *, reading: ReadingOptions | None = None
) -> tuple[Path, str]:
    """Write a first draft of the study of ``file``; return its path and what it holds.

    Columns whose labels are in no known order are left out of the draft's items until the
    order is settled; they are refused by name when the study is used.
    """
    _, plan = understand(file, reading or ReadingOptions())
    path = out or file.with_suffix(".toml")
    write_study(plan.study, path)
    study = plan.study
    counts = {"items": len(study.items), "constructs": len(study.constructs)}
    return path, sentence("cli.study_summary", SOURCE_LANGUAGE, **counts)


def report_facts(
    report: ImportReport,
    *,
    university: str,
    organiser: str,
    date: str,
    classification: str,
    language: str = SOURCE_LANGUAGE,
) -> ReportFacts:
    """Return what the report prints about who, when, and the file."""
    return ReportFacts(
        university=university or sentence("cli.no_university", language),
        date=date,
        organiser=organiser,
        classification=classification,
        import_counts=_import_counts(report),
        import_notes=tuple(problem.describe(language) for problem in report.problems),
        versions=installed_versions(),
    )


def _import_counts(report: ImportReport) -> Mapping[str, int]:
    return {
        "rows": report.source.rows,
        "respondents": report.respondents,
        "columns": report.source.columns,
        "items": report.columns.get("item", 0),
        "unknown": report.missing.get("NOT_UNDERSTOOD", 0),
    }


def personal_places(plan: ImportPlan) -> tuple[int, ...]:
    """Return the places of the columns whose cells are never stored."""
    return plan.personal_places


def add_sources(
    project: Project, raw: RawTable, plan: ImportPlan, later: Sequence[RawTable] = ()
) -> None:
    """Keep a table and the batches after it, each without the cells of personal data."""
    from survey.exchange import refit_plan

    project.add_source(raw, dropped=personal_places(plan), wave="1" if later else "")
    for number, table in enumerate(later, start=2):
        dropped = personal_places(refit_plan(plan, table))
        project.add_source(table, dropped=dropped, wave=str(number))


def keep_project(path: Path, reading: Reading, chain: ChainResult, pdf: Path) -> None:
    """Write the project document; the window opens it with everything in it."""
    from survey.exchange import plan_to_json
    from survey.store import PLAN, SETTINGS, Project

    with Project.create(reading.plan.study.title) as project:
        add_sources(project, reading.raw, reading.plan, reading.later)
        project.put(PLAN, plan_to_json(reading.plan))
        project.study = reading.plan.study
        project.put(SETTINGS, chain.options)
        project.put_result(
            CHAIN_RESULT, chain, fingerprint=chain.prepared.fingerprint, holds_answers=True
        )
        project.attach(pdf.name, pdf.read_bytes(), media_type="application/pdf")
        project.save_as(path)
