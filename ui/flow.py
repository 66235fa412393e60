"""What happens in which order: read a file, apply the plan, run the chain, make the report.

Starts jobs and puts their results into the session. One place knows the order; panels only
say what the user wants.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from survey.problems import Problem
from ui import tasks
from ui.jobs import Job, Jobs, ProcessTask, Task, ThreadTask
from ui.session import Session
from ui.texts import language

if TYPE_CHECKING:
    from survey.exchange import ImportPlan
    from survey.exchange.raw_table import RawTable
    from survey.responses import ResponseSet
    from ui.tasks import Applied, Imported, Opened, Ran, ReportOrder

OFFICE_SUFFIXES = (".docx", ".xlsx", ".html")
"""Formats of the report beside the PDF of the preview."""
WATCHED = ("read", "open", "chain", "report", "export", "save")
"""Jobs whose progress the status bar shows."""
WRITING = ("save", "keep-source", "keep-chain", "keep-report")
"""Jobs that write to the project and must end before it is closed."""


class Flow(QObject):
    """Starts the work of the window and hands on its results."""

    busy_changed = Signal()
    progressed = Signal(float, str)
    problems_found = Signal(str, object)  # what was wanted, tuple of Problem
    broke = Signal(str)  # traceback
    plan_refused = Signal(object)  # tuple of Problem: why the plan gives no answers
    chain_finished = Signal()
    report_finished = Signal()
    opened = Signal()
    saved = Signal(object)  # Path
    exported = Signal(object)  # Path

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.jobs = jobs
        self._report_folder = tempfile.TemporaryDirectory(prefix="rongzhen-")
        self._report_number = 0
        self._order: ReportOrder | None = None  # what the report of the preview was made of
        self._path: Path | None = None
        self._kept: tuple[RawTable, tuple[int, ...]] | None = None
        self._batches: tuple[RawTable, ...] = ()  # of the project opened, the first one first
        session.plan_changed.connect(self.apply_plan)

    # -- helpers ------------------------------------------------------------------------------

    def _start(
        self, name: str, task: Task, *, wanted: str, on_success: Callable[[Any], None]
    ) -> Job:
        job = self.jobs.start(name, task)
        job.succeeded.connect(on_success)
        job.refused.connect(lambda problems: self.problems_found.emit(wanted, problems))
        job.failed.connect(self.broke)
        if name in WATCHED:
            job.progressed.connect(self.progressed)
            job.ended.connect(self.busy_changed)
            self.busy_changed.emit()
        return job

    @property
    def busy_with(self) -> str:
        """Return the name of the watched job under way, "" when there is none."""
        return next((name for name in WATCHED if self.jobs.is_busy(name)), "")

    def cancel(self) -> None:
        """Stop what is under way."""
        for name in ("read", "chain", "report", "export"):
            self.jobs.cancel(name)

    def when_quiet(self, then: Callable[[], None]) -> None:
        """Stop what can be stopped, let what writes to the project end, then go on."""
        self.cancel()
        self.jobs.cancel("apply")
        for name in WRITING:
            job = self.jobs.job(name)
            if job is not None:
                job.ended.connect(lambda: self.when_quiet(then))
                return
        then()

    def close(self) -> None:
        """Remove what was made for the preview."""
        self._report_folder.cleanup()

    # -- import -------------------------------------------------------------------------------

    def read_file(
        self, path: Path, *, encoding: str | None = None, sheet: str | None = None
    ) -> Job:
        """Read a file with answers; the session gets its table and a plan."""
        self._path = path
        arguments = (path, encoding, sheet)
        task = ProcessTask("ui.tasks", "read_file", arguments, with_progress=True, worker="reader")
        return self._start("read", task, wanted=self.tr("没有读入文件"), on_success=self._on_read)

    def read_again(self, *, encoding: str) -> Job | None:
        """Read the same file in another encoding."""
        if self._path is None:
            return None
        return self.read_file(self._path, encoding=encoding)

    def _on_read(self, imported: Imported) -> None:
        self._kept = None
        self.session.set_source(imported.raw, imported.plan)

    def use_study_file(self, path: Path) -> Job | None:
        """Tie the columns to the user's own study."""
        return self._propose(path)

    def propose_again(self) -> Job | None:
        """Tie the columns to the framework, or draft a study, whichever fits."""
        return self._propose(None)

    def _propose(self, study_file: Path | None) -> Job | None:
        if self.session.raw is None:
            return None
        arguments = (self.session.raw, study_file)
        task = ProcessTask("ui.tasks", "propose", arguments, worker="reader", is_brief=True)
        return self._start(
            "propose",
            task,
            wanted=self.tr("题项依据没有改变"),
            on_success=lambda plan: self.session.edit(self.tr("更换题项依据"), plan=plan),
        )

    def _keep_source(self, raw: RawTable, plan: ImportPlan) -> None:
        """Store the table, again when other columns turn out to hold personal data."""
        from analysis.workflow import personal_places

        project = self.session.project
        kept = (raw, personal_places(plan))
        if project is None or self._kept == kept:
            return
        self._kept = kept
        self._start(
            "keep-source",
            ThreadTask(tasks.keep_source, (project, raw, plan, self._later_than(raw))),
            wanted=self.tr("答卷没有存入项目"),
            on_success=lambda _: self.session.saved_changed.emit(),
        )

    def _later_than(self, raw: RawTable) -> tuple[RawTable, ...]:
        """Return the batches that came after ``raw`` in the project opened."""
        return self._batches[1:] if self._batches and self._batches[0] is raw else ()

    def apply_plan(self) -> None:
        """Turn the table into answers as soon as the plan leaves no question open."""
        raw, plan = self.session.raw, self.session.plan
        if raw is not None and plan is not None:
            self._keep_source(raw, plan)
        if raw is None or plan is None or plan.questions:
            self.jobs.cancel("apply")
            return
        arguments = (raw, plan, self._later_than(raw))
        task = ProcessTask("ui.tasks", "apply", arguments, worker="reader", is_brief=True)
        job = self.jobs.start("apply", task)
        job.succeeded.connect(self._on_applied)
        job.refused.connect(self.plan_refused)
        job.failed.connect(self.broke)

    def _on_applied(self, applied: Applied) -> None:
        self.session.set_responses(applied.responses, applied.report)

    # -- chain --------------------------------------------------------------------------------

    def run_chain(self, *, is_repeated: bool = False) -> Job | None:
        """Compute everything from the answers.

        Args:
            is_repeated: the project holds the same results already; nothing new is kept.
        """
        responses = self.session.responses
        if responses is None:
            return None
        options = self.session.options
        arguments = (responses, options, language())
        task = ProcessTask("ui.tasks", "run_chain", arguments, with_progress=True)
        return self._start(
            "chain",
            task,
            wanted=self.tr("没有完成诊断"),
            on_success=lambda ran: self._on_chain(ran, responses, is_repeated=is_repeated),
        )

    def _on_chain(self, ran: Ran, responses: ResponseSet, *, is_repeated: bool) -> None:
        chain = ran.over(responses)
        self.session.set_report(None)
        self.session.set_chain(chain, ran.chapters)
        self.chain_finished.emit()
        project = self.session.project
        if project is not None and not is_repeated:
            self._start(
                "keep-chain",
                ThreadTask(tasks.keep_chain, (project, chain)),
                wanted=self.tr("结果没有存入项目"),
                on_success=lambda _: self.session.saved_changed.emit(),
            )

    # -- report -------------------------------------------------------------------------------

    def make_report(self) -> Job | None:
        """Write the report as a PDF for the preview."""
        order = self._report_order()
        if order is None:
            return None
        self._report_number += 1
        path = Path(self._report_folder.name) / f"report-{self._report_number}.pdf"
        return self._start(
            "report",
            ProcessTask("ui.tasks", "write_report", (order, path), with_progress=True),
            wanted=self.tr("报告没有生成"),
            on_success=lambda written: self._on_report(written, path),
        )

    def _report_order(self) -> ReportOrder | None:
        session = self.session
        if session.chain is None or session.is_stale or session.import_report is None:
            return None
        if session.raw is None or session.plan is None:
            return None
        return tasks.ReportOrder(
            session.chain,
            replace(session.raw, columns=(), row_numbers=session.raw.row_numbers[:0], repeats=()),
            session.plan,
            session.import_report,
            session.details,
            language(),
            session.model_positions,
        )

    def _on_report(self, order: ReportOrder, path: Path) -> None:
        self._order = order
        self.session.set_report(path)
        self.report_finished.emit()
        if self.session.project is not None:
            self._start(
                "keep-report",
                ThreadTask(tasks.keep_report, (self.session.project, path, order.language)),
                wanted=self.tr("报告没有存入项目"),
                on_success=lambda _: self.session.saved_changed.emit(),
            )

    def export_report(self, path: Path) -> Job | None:
        """Write the report of the preview to ``path``, in the format of its suffix."""
        report = self.session.report_file
        if report is None or self._order is None:
            return None
        task: Task = ThreadTask(tasks.copy_file, (report, path))
        if path.suffix.lower() in OFFICE_SUFFIXES:
            task = ProcessTask("ui.tasks", "write_report", (self._order, path), with_progress=True)
        return self._start(
            "export",
            task,
            wanted=self.tr("报告没有导出"),
            on_success=lambda _: self.exported.emit(path),
        )

    @property
    def has_ledger(self) -> bool:
        """Return whether the report reviewed a ledger, which can be exported."""
        supplements = None if self._order is None else self._order.supplements
        return supplements is not None and bool(supplements.ledger)

    def export_ledger(self, path: Path) -> Job | None:
        """Write the reviewed ledger, to be edited and given to the next wave."""
        if self._order is None or not self.has_ledger:
            return None
        return self._start(
            "export",
            ProcessTask("ui.tasks", "write_ledger", (self._order, path)),
            wanted=self.tr("台账没有导出"),
            on_success=lambda _: self.exported.emit(path),
        )

    # -- projects -----------------------------------------------------------------------------

    def open_project(self, task: ThreadTask) -> Job:
        """Open, create or recover a project (a function of ui.tasks)."""
        return self._start("open", task, wanted=self.tr("项目没有打开"), on_success=self._on_opened)

    def _on_opened(self, opened: Opened) -> None:
        session = self.session
        session.set_project(opened.project)
        session.load_parts(
            options=opened.options, details=opened.details, positions=opened.positions
        )
        if opened.raw is not None and opened.plan is not None:
            from analysis.workflow import personal_places

            self._kept = (opened.raw, personal_places(opened.plan))
            self._batches = (opened.raw, *opened.later)
        session.load_source(opened.raw, opened.plan)
        if opened.applied is not None:
            session.set_responses(opened.applied.responses, opened.applied.report)
        self.opened.emit()
        if opened.has_results:
            self.run_chain(is_repeated=True)

    def save(self, path: Path | None = None, *, overwrite: bool = False) -> Job | None:
        """Save to the project's document, or to ``path``."""
        project = self.session.project
        if project is None:
            return None
        task = ThreadTask(tasks.save_project, (project, path), keywords={"overwrite": overwrite})
        return self._start("save", task, wanted=self.tr("项目没有保存"), on_success=self._on_saved)

    def _on_saved(self, path: Path) -> None:
        self.session.saved_changed.emit()
        self.session.project_changed.emit()
        self.saved.emit(path)

    def tell(self, wanted: str, *problems: Problem) -> None:
        """Tell the user what is wrong."""
        self.problems_found.emit(wanted, problems)
