"""Steps on the left, options in the middle, results on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from ui.flow import Flow
from ui.panels.coupling import CouplingPanel
from ui.panels.diagnosis import DiagnosisPanel
from ui.panels.importing import ImportPanel
from ui.panels.meaning import MeaningPanel
from ui.panels.measurement import MeasurementPanel
from ui.panels.quality import QualityPanel
from ui.panels.report import ReportPanel
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
    """The eight steps."""

    def __init__(
        self, session: Session, flow: Flow, projects: Projects, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._flow = flow
        jobs = flow.jobs
        self.report = ReportPanel(session, jobs, self)
        importing = ImportPanel(flow, self)
        importing.file_wanted.connect(projects.ask_for_answers)
        self.panels: tuple[Panel, ...] = (
            importing,
            MeaningPanel(flow, self),
            QualityPanel(session, self),
            MeasurementPanel(session, self),
            StructurePanel(session, self),
            CouplingPanel(session, jobs, self),
            DiagnosisPanel(session, jobs, self),
            self.report,
        )
        self.steps = StepList(self)
        self.options = QStackedWidget(self)
        self.options.setFixedWidth(WIDTH)
        self.results = QStackedWidget(self)
        self.results.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for panel in self.panels:
            self.options.addWidget(panel.options)
            self.results.addWidget(panel.results)
            panel.changed.connect(self._show_entries)
            panel.step_wanted.connect(self.go_to)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.steps)
        layout.addWidget(self.options)
        layout.addWidget(self.results, 1)
        self._show_entries()
        self.steps.selectionModel().currentChanged.connect(self._on_step)
        self.report.make_wanted.connect(flow.make_report)
        self.report.export_wanted.connect(lambda _suffix: projects.ask_where_to_export())
        session.project_changed.connect(self._on_project_changed)
        self.go_to("import")

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

    def _on_project_changed(self) -> None:
        if self._session.raw is None:
            self.go_to("import")

    def _show_entries(self) -> None:
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
