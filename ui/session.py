"""What is open: project, source, plan, answers, options, results; and who hears of changes.

Panels hold no state of their own: they read the session and listen to its signals. Every
edit goes through :meth:`Session.edit`, which can be undone and is written to the project's
working copy at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from ui.idle import Idle

if TYPE_CHECKING:
    from analysis.chain import ChainOptions, ChainResult
    from survey.exchange import ImportPlan, ImportReport
    from survey.exchange.raw_table import RawTable
    from survey.responses import ResponseSet
    from survey.store import Project
    from ui.chapters import Chapter
    from ui.details import ReportDetails

Positions = dict[str, dict[str, tuple[float, float]]]
EDITABLE = ("plan", "options", "details", "positions")


@dataclass(slots=True)
class _State:
    """The parts of the session."""

    raw: RawTable | None = None
    plan: ImportPlan | None = None
    options: ChainOptions | None = None
    details: ReportDetails | None = None
    positions: Positions = field(default_factory=dict)
    responses: ResponseSet | None = None
    import_report: ImportReport | None = None
    chain: ChainResult | None = None
    chapters: dict[str, Chapter] = field(default_factory=dict)
    report_file: Path | None = None


class _Edit(QUndoCommand):
    """One part of the session before and after; typing in one field merges."""

    def __init__(
        self, session: Session, label: str, *, part: str, after: Any, merge_key: str
    ) -> None:
        super().__init__(label)
        self._session = session
        self._part = part
        self._before = session.part(part)
        self._after = after
        self._merge_key = merge_key

    def redo(self) -> None:
        self._session._put(self._part, self._after)

    def undo(self) -> None:
        self._session._put(self._part, self._before)

    def id(self) -> int:
        return hash((self._part, self._merge_key)) % 2_000_000_000 if self._merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Edit) or other._merge_key != self._merge_key:
            return False
        self._after = other._after
        return True


class Session(QObject):
    """The open project and everything derived from it."""

    project_changed = Signal()
    saved_changed = Signal()
    source_changed = Signal()
    plan_changed = Signal()
    options_changed = Signal()
    details_changed = Signal()
    positions_changed = Signal()
    responses_changed = Signal()
    chain_changed = Signal()
    report_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self._state = _State()
        self.idle = Idle(self)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(200)

    # -- reading ------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Return whether a project is open."""
        return self.project is not None

    @property
    def raw(self) -> RawTable | None:
        """Return the table of the imported file."""
        return self._state.raw

    @property
    def plan(self) -> ImportPlan | None:
        """Return what its columns mean."""
        return self._state.plan

    @property
    def options(self) -> ChainOptions:
        """Return what the user chose for the analysis."""
        if self._state.options is None:
            from analysis.chain import ChainOptions

            self._state.options = ChainOptions()
        return self._state.options

    @property
    def details(self) -> ReportDetails:
        """Return what the report's cover says."""
        if self._state.details is None:
            from ui.details import ReportDetails

            self._state.details = ReportDetails()
        return self._state.details

    @property
    def positions(self) -> Positions:
        """Return where the user put the nodes of each model's diagram."""
        return self._state.positions

    @property
    def model_key(self) -> str:
        """Return under which name ``positions`` has the model of the last run."""
        chain = self.chain
        return "" if chain is None else chain.structural.name or chain.structural.syntax

    @property
    def model_positions(self) -> dict[str, tuple[float, float]]:
        """Return where the user put the nodes of that model; empty when he moved none."""
        return self.positions.get(self.model_key, {})

    @property
    def responses(self) -> ResponseSet | None:
        """Return the answers, None while the plan leaves questions open."""
        return self._state.responses

    @property
    def import_report(self) -> ImportReport | None:
        """Return what the import noticed."""
        return self._state.import_report

    @property
    def chain(self) -> ChainResult | None:
        """Return the results of the last run."""
        return self._state.chain

    @property
    def chapters(self) -> dict[str, Chapter]:
        """Return the chapters of the report that steps show, by the step's key."""
        return self._state.chapters

    @property
    def report_file(self) -> Path | None:
        """Return the PDF made last, in a folder of ours."""
        return self._state.report_file

    @property
    def is_stale(self) -> bool:
        """Return whether the results belong to earlier answers or options."""
        chain = self.chain
        if chain is None:
            return False
        # The answers are compared as objects: the chain was given this very set.
        return chain.prepared.responses is not self.responses or chain.options != self.options

    def part(self, name: str) -> Any:
        """Return the part of the session called ``name``."""
        return getattr(self, name) if name in ("options", "details") else getattr(self._state, name)

    # -- changing -----------------------------------------------------------------------------

    def edit(self, label: str, *, merge_key: str = "", **parts: Any) -> None:
        """Replace one part (``plan``, ``options``, ``details``, ``positions``), undoably.

        Args:
            label: what the user did, for the undo menu.
            merge_key: edits with the same key that follow one another become one.
        """
        ((part, after),) = parts.items()
        if part not in EDITABLE:
            raise ValueError(f"{part} cannot be edited")
        if self.part(part) == after:
            return
        self.undo_stack.push(_Edit(self, label, part=part, after=after, merge_key=merge_key))

    def set_option(
        self, stage: str, name: str, value: Any, label: str, *, merges: bool = True
    ) -> None:
        """Change one field of one stage's options, undoably; with ``merges`` as one step.

        The smallest group shown is one number for all stages: a group hidden in one table
        must not stand in another.
        """
        stages = [stage]
        if name == "threshold":
            names = [each.name for each in fields(self.options)]
            stages = [each for each in names if hasattr(getattr(self.options, each), name)]
        options = self.options
        for each in stages:
            changed = replace(getattr(options, each), **{name: value})
            options = replace(options, **{each: changed})
        self.edit(label, merge_key=f"{stage}.{name}" if merges else "", options=options)

    def _put(self, part: str, value: Any) -> None:
        setattr(self._state, part, value)
        self._keep(part, value)
        if part == "plan":
            self.set_responses(None, None)
        getattr(self, f"{part}_changed").emit()

    def _keep(self, part: str, value: Any) -> None:
        if self.project is None:
            return
        name = {"options": "settings", "details": "report"}.get(part, part)
        if part == "plan" and value is not None:
            from survey.exchange.plan_json import plan_to_json

            value = plan_to_json(value)
        if value is None:
            self.project.remove(name)
        else:
            self.project.put(name, value)
        self.saved_changed.emit()

    # -- what jobs bring ------------------------------------------------------------------------

    def set_project(self, project: Project | None) -> None:
        """Work on ``project`` from now on; everything of the earlier one is forgotten."""
        self.project = project
        self._state = _State()
        self.undo_stack.clear()
        for signal in (
            self.project_changed,
            self.source_changed,
            self.plan_changed,
            self.options_changed,
            self.details_changed,
            self.positions_changed,
            self.responses_changed,
            self.chain_changed,
            self.report_changed,
            self.saved_changed,
        ):
            signal.emit()

    def load_parts(
        self,
        *,
        options: ChainOptions | None,
        details: ReportDetails | None,
        positions: Positions | None,
    ) -> None:
        """Take on what an opened project holds."""
        self._state.options = options
        self._state.details = details
        self._state.positions = positions or {}
        for signal in (self.options_changed, self.details_changed, self.positions_changed):
            signal.emit()

    def set_source(self, raw: RawTable, plan: ImportPlan) -> None:
        """Show the table of a new file and what its columns mean; earlier answers go."""
        self._keep("plan", plan)
        self.undo_stack.clear()
        self.set_responses(None, None)
        self.load_source(raw, plan)
        self.plan_changed.emit()

    def load_source(self, raw: RawTable | None, plan: ImportPlan | None) -> None:
        """Show the table an opened project holds."""
        self._state.raw, self._state.plan = raw, plan
        self.source_changed.emit()

    def set_responses(self, responses: ResponseSet | None, report: ImportReport | None) -> None:
        """Take on the answers that plan and table give."""
        self._state.responses, self._state.import_report = responses, report
        self.responses_changed.emit()

    def set_chain(self, chain: ChainResult, chapters: dict[str, Chapter]) -> None:
        """Take on the results of a run, and what the report says of them."""
        self._state.chain = chain
        self._state.chapters = chapters
        self.chain_changed.emit()

    def set_report(self, file: Path | None) -> None:
        """Take on a finished report."""
        self._state.report_file = file
        self.report_changed.emit()
