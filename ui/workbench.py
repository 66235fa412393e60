"""Steps on the left, options in the middle, results on the right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from ui.flow import Flow
from ui.panels.comparison import ComparisonPanel
from ui.panels.coupling import CouplingPanel
from ui.panels.diagnosis import DiagnosisPanel
from ui.panels.importing import ImportPanel
from ui.panels.meaning import MeaningPanel
from ui.panels.measurement import MeasurementPanel
from ui.panels.quality import QualityPanel
from ui.panels.report import ReportPanel
from ui.panels.review import ReviewPanel
from ui.panels.structure import StructurePanel
from ui.session import Session
from ui.steps import Panel
from ui.widgets.chart import Chart
from ui.widgets.message_bar import MessageBar
from ui.widgets.options_pane import WIDTH
from ui.widgets.path_diagram import PathDiagram
from ui.widgets.step_list import StepList

if TYPE_CHECKING:
    from ui.projects import Projects


class Workbench(QWidget):
    """The steps."""

    def __init__(
        self, session: Session, flow: Flow, projects: Projects, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._flow = flow
        self._projects = projects
        self._panels: list[Panel] = []
        self._pieces = self._build()
        self.is_built = False
        self.steps = StepList(self)
        self.options = QStackedWidget(self)
        self.options.setFixedWidth(WIDTH)
        self.results = QStackedWidget(self)
        self.results.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.steps)
        layout.addWidget(self.options)
        layout.addWidget(self.results, 1)

    # -- building -----------------------------------------------------------------------------

    def _panel_makers(self) -> tuple[Callable[[], Panel], ...]:
        session, flow, jobs = self._session, self._flow, self._flow.jobs
        return (
            self._make_import,
            lambda: MeaningPanel(flow, self),
            lambda: QualityPanel(session, self),
            lambda: MeasurementPanel(session, self),
            lambda: ReviewPanel(session, jobs, self),
            lambda: StructurePanel(session, jobs, self),
            lambda: CouplingPanel(session, jobs, self),
            lambda: DiagnosisPanel(session, jobs, self),
            lambda: ComparisonPanel(session, jobs, self),
            self._make_report,
        )

    def _make_import(self) -> Panel:
        panel = ImportPanel(self._flow, self)
        panel.file_wanted.connect(self._projects.ask_for_answers)
        return panel

    def _make_report(self) -> Panel:
        self.report = ReportPanel(self._flow, self)
        self.report.make_wanted.connect(self._flow.make_report)
        self.report.export_wanted.connect(self._projects.ask_where_to_export)
        self.report.ledger_wanted.connect(self._projects.ask_where_to_export_ledger)
        return self.report

    def build_one(self) -> bool:
        """Build the next piece of a step; return whether there was one. The window may breathe."""
        if next(self._pieces, False):
            return True
        self._finish()
        return False

    def _build(self) -> Iterator[bool]:
        for make in self._panel_makers():
            panel = make()
            yield True
            self.options.addWidget(panel.options)
            yield True
            self.results.addWidget(panel.results)
            self._panels.append(panel)
            panel.changed.connect(self._show_entries)
            panel.step_wanted.connect(self.go_to)
            yield True

    def _finish(self) -> None:
        if self.is_built:
            return
        self.is_built = True
        self._show_entries()
        self.steps.selectionModel().currentChanged.connect(self._on_step)
        self._session.project_changed.connect(self._on_project_changed)
        self._flow.chain_finished.connect(self._on_chain_finished)
        self.go_to("import")

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Return the steps in order."""
        return tuple(self._panels)

    # -- steps --------------------------------------------------------------------------------

    def go_to(self, key: str) -> None:
        """Show the step called ``key``."""
        for row, panel in enumerate(self.panels):
            if panel.key == key:
                self.steps.setCurrentIndex(self.steps.steps.index(row))

    @property
    def current(self) -> Panel:
        """Return the step shown."""
        return self.panels[max(self.steps.currentIndex().row(), 0)]

    def _on_step(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.options.setCurrentIndex(current.row())
        self.results.setCurrentIndex(current.row())

    def _on_chain_finished(self) -> None:
        """Whoever pressed the button on a page without results wants to see some."""
        if self.current.key in ("import", "meaning"):
            self.go_to("quality")

    def _on_project_changed(self) -> None:
        if self._session.raw is None:
            self.go_to("import")

    def _show_entries(self) -> None:
        if not self.is_built:
            return
        self.steps.steps.set_entries(tuple(panel.entry() for panel in self.panels))

    def refresh(self) -> None:
        """Take on the colours of the theme."""
        for chart in self.findChildren(Chart):
            chart.refresh()
        for diagram in self.findChildren(PathDiagram):
            diagram.refresh()
        for bar in self.findChildren(MessageBar):
            bar.refresh()
        self.steps.viewport().update()
