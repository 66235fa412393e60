"""Opening, saving, closing: the dialogs around the project file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from resources import SAMPLE_FILE
from survey.problems import Problem, Refusal
from survey.store.places import SUFFIX
from survey.store.recovery import LeftCopy, discard_left_copy, left_copies
from ui import tasks
from ui.dialogs import FileDialog, ask
from ui.flow import Flow
from ui.jobs import ThreadTask

if TYPE_CHECKING:
    from ui.main_window import MainWindow

ANSWER_SUFFIXES = (
    *(".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt"),
    *(".sav", ".zsav", ".por", ".dta", ".zip", ".lsa", ".vv"),
)


class Projects(QObject):
    """What the window does with project files."""

    def __init__(self, window: MainWindow, flow: Flow) -> None:
        super().__init__(window)
        self._window = window
        self._flow = flow
        self._session = flow.session
        self._then_import: Path | None = None
        self._after_save: Callable[[], None] | None = None
        flow.opened.connect(self._on_opened)
        flow.saved.connect(self._on_saved)
        flow.problems_found.connect(self._on_problems)

    # -- opening ------------------------------------------------------------------------------

    def _file_dialog(self, title: str, filters: list[str]) -> FileDialog:
        return FileDialog(self._window, title, filters, folder=self._window.settings.folder)

    def ask_for_answers(self) -> None:
        """Let the user choose a file with answers."""
        patterns = " ".join(f"*{suffix}" for suffix in ANSWER_SUFFIXES)
        dialog = self._file_dialog(
            self.tr("导入答卷"),
            [self.tr("答卷文件 (%1)").replace("%1", patterns), self.tr("所有文件 (*)")],
        )
        dialog.fileSelected.connect(lambda name: self.import_answers(Path(name)))
        dialog.open()

    def ask_for_project(self) -> None:
        """Let the user choose a project."""
        dialog = self._file_dialog(
            self.tr("打开项目"), [self.tr("融诊项目 (*%1)").replace("%1", SUFFIX)]
        )
        dialog.fileSelected.connect(lambda name: self.open_path(Path(name)))
        dialog.open()

    def open_path(self, path: Path) -> None:
        """Open a project, or import a file with answers."""
        if path.suffix.lower() != SUFFIX:
            self.import_answers(path)
            return
        self.close(then=lambda: self._open(path))

    def _open(self, path: Path, *, read_only: bool = False) -> None:
        task = ThreadTask(tasks.open_project, (path,), keywords={"read_only": read_only})
        job = self._flow.open_project(task)
        job.refused.connect(lambda problems: self._on_not_opened(path, problems))

    def _on_not_opened(self, path: Path, problems: tuple[Problem, ...]) -> None:
        if any(problem.code == "file_missing" for problem in problems):
            self._window.remember(self._window.settings.without_recent(path))
            self._window.show_recent()

    def open_sample(self) -> None:
        """Begin a project with the built-in simulated answers."""
        self.import_answers(SAMPLE_FILE)

    def import_answers(self, path: Path) -> None:
        """Begin a project with the answers in ``path``, or give the open one other answers."""
        if self._session.is_open and self._session.raw is None:
            self._flow.read_file(path)
            return
        if not self._session.is_open:
            self._begin(path)
            return
        roles = QMessageBox.ButtonRole
        answers = (
            ("new", self.tr("新建项目"), roles.AcceptRole),
            ("replace", self.tr("替换当前项目的答卷"), roles.DestructiveRole),
            ("cancel", self.tr("取消"), roles.RejectRole),
        )
        text = self.tr("已有打开的项目。要用“%1”新建项目，还是替换当前项目的答卷？")
        ask(
            self._window,
            self.tr("导入答卷"),
            text.replace("%1", path.name),
            answers=answers,
            on_answer=lambda answer: self._on_import_answer(answer, path),
        )

    def _on_import_answer(self, answer: str, path: Path) -> None:
        if answer == "new":
            self.close(then=lambda: self._begin(path))
        elif answer == "replace":
            self._flow.read_file(path)

    def _begin(self, path: Path) -> None:
        self._then_import = path
        self._flow.open_project(ThreadTask(tasks.create_project, (path.stem,)))

    def _on_opened(self) -> None:
        project = self._session.project
        if project is not None and project.document is not None:
            self._window.remember(self._window.settings.with_recent(project.document))
        path, self._then_import = self._then_import, None
        if path is not None:
            self._flow.read_file(path)

    # -- crash recovery -----------------------------------------------------------------------

    def look_for_left_copies(self) -> None:
        """Offer on the first page what a crash left."""
        self._window.welcome.show_left(left_copies())

    def recover(self, left: LeftCopy) -> None:
        """Go on with a working copy."""
        self._flow.open_project(ThreadTask(tasks.recover_project, (left,)))

    def discard(self, left: LeftCopy) -> None:
        """Ask, then remove a working copy."""
        roles = QMessageBox.ButtonRole
        text = self.tr("丢弃后无法找回项目“%1”中未保存的编辑。")
        ask(
            self._window,
            self.tr("丢弃未保存的编辑？"),
            text.replace("%1", left.title or self.tr("未命名项目")),
            answers=(
                ("discard", self.tr("丢弃"), roles.DestructiveRole),
                ("cancel", self.tr("取消"), roles.RejectRole),
            ),
            on_answer=lambda answer: self._on_discard_answer(answer, left),
        )

    def _on_discard_answer(self, answer: str, left: LeftCopy) -> None:
        if answer == "discard":
            discard_left_copy(left)
            self.look_for_left_copies()

    # -- saving -------------------------------------------------------------------------------

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save; ask where when the project has no document yet."""
        project = self._session.project
        if project is None:
            return
        self._after_save = then
        if project.document is None or project.is_read_only:
            self.ask_where_to_save(then)
        else:
            self._flow.save()

    def ask_where_to_save(self, then: Callable[[], None] | None = None) -> None:
        """Let the user choose where the project is saved."""
        project = self._session.project
        if project is None:
            return
        self._after_save = then
        dialog = self._file_dialog(
            self.tr("保存项目"), [self.tr("融诊项目 (*%1)").replace("%1", SUFFIX)]
        )
        dialog.for_saving(SUFFIX.lstrip("."), project.title + SUFFIX)
        dialog.fileSelected.connect(lambda name: self._flow.save(Path(name)))
        dialog.rejected.connect(self._forget_plans)
        dialog.open()

    def ask_where_to_export(self) -> None:
        """Let the user choose where the report goes."""
        report, project = self._session.report_file, self._session.project
        if report is None or project is None:
            return
        filters = {
            self.tr("PDF 文件 (*.pdf)"): "pdf",
            self.tr("Word 文档 (*.docx)"): "docx",
            self.tr("Excel 工作簿 (*.xlsx)"): "xlsx",
            self.tr("网页 (*.html)"): "html",
        }
        dialog = self._file_dialog(self.tr("导出报告"), list(filters))
        dialog.for_saving("pdf", self.tr("%1 诊断报告").replace("%1", project.title))
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters[chosen]))
        dialog.fileSelected.connect(lambda name: self._flow.export_report(Path(name)))
        dialog.open()

    def ask_where_to_export_ledger(self) -> None:
        """Let the user choose where the reviewed ledger goes."""
        dialog = self._file_dialog(self.tr("导出台账"), [self.tr("Excel 工作簿 (*.xlsx)")])
        dialog.for_saving("xlsx", self.tr("整改台账"))
        dialog.fileSelected.connect(lambda name: self._flow.export_ledger(Path(name)))
        dialog.open()

    def _on_saved(self, path: Path) -> None:
        self._window.remember(self._window.settings.with_recent(path))
        self._window.show_recent()
        then, self._after_save = self._after_save, None
        if then is not None:
            then()

    def _on_problems(self, _wanted: str, problems: tuple[Problem, ...]) -> None:
        self._forget_plans()
        if any(problem.code == "project_changed_elsewhere" for problem in problems):
            self._ask_to_overwrite()

    def _ask_to_overwrite(self) -> None:
        roles = QMessageBox.ButtonRole
        ask(
            self._window,
            self.tr("文件已被改动"),
            self.tr("项目文件在别处被改动过。要用当前内容覆盖，还是另存为新的文件？"),
            answers=(
                ("save_as", self.tr("另存为…"), roles.AcceptRole),
                ("overwrite", self.tr("覆盖"), roles.DestructiveRole),
                ("cancel", self.tr("取消"), roles.RejectRole),
            ),
            on_answer=self._on_overwrite_answer,
        )

    def _on_overwrite_answer(self, answer: str) -> None:
        if answer == "overwrite":
            self._flow.save(overwrite=True)
        elif answer == "save_as":
            self.ask_where_to_save()

    def _forget_plans(self) -> None:
        self._after_save, self._then_import = None, None

    # -- closing ------------------------------------------------------------------------------

    def close(self, then: Callable[[], None] | None = None) -> None:
        """Close the open project, asking about unsaved edits; then go on with ``then``."""
        project = self._session.project
        if project is None:
            if then is not None:
                then()
            return
        if not project.is_modified:
            self._close(discard=False, then=then)
            return
        self._window.ask_about_changes(lambda answer: self._on_close_answer(answer, then))

    def close_discarding(self, then: Callable[[], None]) -> None:
        """Close the open project without asking; edits not saved are lost."""
        self._close(discard=True, then=then)

    def _on_close_answer(self, answer: str, then: Callable[[], None] | None) -> None:
        if answer == "save":
            self.save(then=lambda: self._close(discard=False, then=then))
        elif answer == "discard":
            self._close(discard=True, then=then)

    def _close(self, *, discard: bool, then: Callable[[], None] | None) -> None:
        self._flow.when_quiet(lambda: self._close_now(discard=discard, then=then))

    def _close_now(self, *, discard: bool, then: Callable[[], None] | None) -> None:
        project = self._session.project
        self._session.set_project(None)
        if project is not None:
            try:
                project.close(discard=discard)
            except Refusal as refusal:
                self._flow.tell(self.tr("项目没有正常关闭"), *refusal.problems)
        if then is not None:
            then()
