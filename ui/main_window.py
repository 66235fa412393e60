"""The main window: first page or workbench, toolbar, status bar, and what its actions do."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QApplication,
    QInputDialog,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStackedWidget,
    QToolBar,
    QWidget,
)

from survey.problems import Problem
from ui.appearance import dress
from ui.dialogs import ProblemDialog, ask
from ui.flow import Flow
from ui.icons import icon
from ui.jobs import Jobs, ThreadTask
from ui.projects import Projects
from ui.session import Session
from ui.settings import FONT_SIZES, Settings, save_settings
from ui.status import StatusLine
from ui.tasks import warm_up_for_good
from ui.texts import ENCODINGS, problem_texts
from ui.welcome import Welcome

if TYPE_CHECKING:
    from ui.workbench import Workbench

SMALLEST = QSize(1024, 640)
USUAL = QSize(1180, 720)
WARM_UP_AFTER_MS = 400
BUILD_PAUSE_MS = 10


class MainWindow(QMainWindow):
    """The window of 融诊."""

    broke = Signal(str)  # a traceback, for the crash handler

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._app = application
        dress(self._app, settings.theme, font_size=settings.font_size)
        self.jobs = Jobs(self)
        self.session = Session(self)
        self.flow = Flow(self.session, self.jobs, self)
        self.projects = Projects(self, self.flow)
        self.workbench: Workbench | None = None
        self._actions: dict[str, QAction] = {}
        self._builder = QTimer(self)
        self._builder.setInterval(BUILD_PAUSE_MS)
        self._builder.timeout.connect(self._build_step)
        self._is_closing = False
        self.may_warm_up = True
        self.welcome = Welcome(self)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.welcome)
        self.setCentralWidget(self.pages)
        self._make_actions()
        self._make_menus()
        self._make_toolbar()
        self.status = StatusLine(self.session, self.flow, self)
        self.setStatusBar(self.status)
        self._connect()
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.resize(USUAL)
        self._show_title()
        self._on_project_changed()
        QTimer.singleShot(WARM_UP_AFTER_MS, self._warm_up)

    # -- building -----------------------------------------------------------------------------

    def _action(
        self,
        name: str,
        text: str,
        on_trigger: Callable[[], object],
        *,
        key: QKeySequence.StandardKey | str | None = None,
        picture: str = "",
    ) -> QAction:
        action = QAction(text, self)
        if picture:
            action.setIcon(icon(picture))
            action.setProperty("picture", picture)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: on_trigger())
        self._actions[name] = action
        return action

    def action(self, name: str) -> QAction:
        """Return the action called ``name``."""
        return self._actions[name]

    def _make_actions(self) -> None:
        keys = QKeySequence.StandardKey
        self._action(
            "new",
            self.tr("导入答卷…"),
            self.projects.ask_for_answers,
            key=keys.New,
            picture="import",
        )
        self._action(
            "open",
            self.tr("打开项目…"),
            self.projects.ask_for_project,
            key=keys.Open,
            picture="open",
        )
        self._action("sample", self.tr("打开示例"), self.projects.open_sample)
        self._action("save", self.tr("保存"), self.projects.save, key=keys.Save, picture="save")
        self._action(
            "save_as", self.tr("另存为…"), self.projects.ask_where_to_save, key="Ctrl+Shift+S"
        )
        self._action("close", self.tr("关闭项目"), self.projects.close, key=keys.Close)
        self._action("quit", self.tr("退出"), self.close, key="Ctrl+Q")
        undo = self.session.undo_stack.createUndoAction(self, self.tr("撤销"))
        redo = self.session.undo_stack.createRedoAction(self, self.tr("重做"))
        for name, action, picture, key in (
            ("undo", undo, "undo", keys.Undo),
            ("redo", redo, "redo", keys.Redo),
        ):
            action.setIcon(icon(picture))
            action.setProperty("picture", picture)
            action.setShortcuts(QKeySequence.keyBindings(key))
            action.setIconText(self.tr("撤销") if name == "undo" else self.tr("重做"))
            self._actions[name] = action
        self._action("run", self.tr("运行诊断"), self._run, key="F5", picture="run")
        self._action("stop", self.tr("停止"), self.flow.cancel, picture="stop")
        self._action("about", self.tr("关于融诊"), self._about)

    def _make_menus(self) -> None:
        files = self.menuBar().addMenu(self.tr("文件(&F)"))
        files.addActions([self.action(name) for name in ("new", "open", "sample")])
        self.recent_menu = files.addMenu(self.tr("最近的项目"))
        files.addSeparator()
        files.addActions([self.action(name) for name in ("save", "save_as", "close")])
        files.addSeparator()
        files.addAction(self.action("quit"))
        edit = self.menuBar().addMenu(self.tr("编辑(&E)"))
        edit.addActions([self.action(name) for name in ("undo", "redo")])
        run = self.menuBar().addMenu(self.tr("运行(&R)"))
        run.addActions([self.action(name) for name in ("run", "stop")])
        view = self.menuBar().addMenu(self.tr("视图(&V)"))
        self._add_choice(
            view.addMenu(self.tr("外观")),
            "theme",
            (
                ("system", self.tr("跟随系统")),
                ("light", self.tr("浅色")),
                ("dark", self.tr("深色")),
            ),
        )
        self._add_choice(
            view.addMenu(self.tr("字号")),
            "font_size",
            tuple((size, str(size)) for size in FONT_SIZES),
        )
        self._add_choice(
            view.addMenu(self.tr("语言 / Language")),
            "language",
            (("zh_CN", "简体中文"), ("en", "English")),
        )
        self.menuBar().addMenu(self.tr("帮助(&H)")).addAction(self.action("about"))

    def _add_choice(
        self, menu: QMenu, name: str, values: tuple[tuple[str | int, str], ...]
    ) -> None:
        group = QActionGroup(menu)
        for value, text in values:
            action = group.addAction(text)
            action.setCheckable(True)
            action.setChecked(getattr(self.settings, name) == value)
            action.triggered.connect(
                lambda _=False, name=name, value=value: self._choose(name, value)
            )
        menu.addActions(group.actions())

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("工具栏"), self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(18, 18))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for names in (("new", "open", "save"), ("undo", "redo"), ("run", "stop")):
            bar.addActions([self.action(name) for name in names])
            if names[0] != "run":
                bar.addSeparator()
        for button in bar.findChildren(QWidget, "qt_toolbar_ext_button"):
            button.setAccessibleName(self.tr("更多工具"))
        self.addToolBar(bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _connect(self) -> None:
        welcome, projects = self.welcome, self.projects
        welcome.new_wanted.connect(projects.ask_for_answers)
        welcome.open_wanted.connect(projects.ask_for_project)
        welcome.sample_wanted.connect(projects.open_sample)
        welcome.recent_wanted.connect(self.open_path)
        welcome.recover_wanted.connect(projects.recover)
        welcome.discard_wanted.connect(projects.discard)
        self.flow.problems_found.connect(self.show_problems)
        self.flow.broke.connect(self.broke)
        self.flow.busy_changed.connect(self._show_actions)
        self.session.project_changed.connect(self._on_project_changed)
        self.session.responses_changed.connect(self._show_actions)
        self.session.saved_changed.connect(self._show_title)

    # -- state --------------------------------------------------------------------------------

    def _on_project_changed(self) -> None:
        if self.session.is_open:
            self._build_workbench()
        else:
            self.pages.setCurrentWidget(self.welcome)
            self.show_recent()
            self.projects.look_for_left_copies()
        self._show_title()
        self._show_actions()

    def _workbench(self) -> Workbench:
        if self.workbench is None:
            from ui.workbench import Workbench

            self.workbench = Workbench(self.session, self.flow, self.projects, self)
            self.pages.addWidget(self.workbench)
        return self.workbench

    def _build_workbench(self) -> None:
        """Build the steps, one at a time; show them once a project is open."""
        bench = self._workbench()
        if not bench.is_built:
            self._builder.start()
        elif self.session.is_open:
            self.pages.setCurrentWidget(bench)

    def _build_step(self) -> None:
        if self._is_closing or not self._workbench().build_one():
            self._builder.stop()
            self._on_built()

    def _on_built(self) -> None:
        if self._is_closing:
            return
        if self.session.is_open:
            self.pages.setCurrentWidget(self._workbench())
        if self.may_warm_up:
            self.jobs.warm_up("ui.tasks", "warm_up_analyst")

    def show_recent(self) -> None:
        """List the projects opened lately, on the first page and in the menu."""
        paths = [Path(entry) for entry in self.settings.recent]
        self.welcome.show_recent(paths[:5])
        self.recent_menu.clear()
        self.recent_menu.setEnabled(bool(paths))
        for path in paths:
            action = self.recent_menu.addAction(path.stem)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self.open_path(path))

    def _show_title(self) -> None:
        project = self.session.project
        if project is None:
            self.setWindowTitle("")
            self.setWindowModified(False)
            return
        document = project.document
        name = document.stem if document else project.title
        self.setWindowTitle(f"{name}[*]")
        self.setWindowModified(project.is_modified)
        self.setWindowFilePath("" if document is None else str(document))
        self.setWindowTitle(f"{name}[*]")

    def _show_actions(self) -> None:
        is_open = self.session.is_open
        busy = self.flow.busy_with
        for name in ("save", "save_as", "close"):
            self.action(name).setEnabled(is_open)
        self.action("run").setEnabled(
            self.session.responses is not None and busy not in ("chain", "read")
        )
        self.action("stop").setEnabled(busy in ("chain", "read", "report"))

    def _warm_up(self) -> None:
        if self._is_closing or not self.may_warm_up:
            return
        self.jobs.warm_up("ui.tasks", "warm_up_reader", worker="reader")
        job = self.jobs.start("warm-up-core", ThreadTask(warm_up_for_good))
        job.failed.connect(self.broke)
        job.ended.connect(self._on_warm)

    def _on_warm(self) -> None:
        if not self._is_closing:
            self._build_workbench()

    # -- dropping a file ----------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.open_path(path)

    # -- what the user wants ------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Open a project, or import a file with answers."""
        self.projects.open_path(path)

    def _run(self) -> None:
        self.flow.run_chain()

    def _choose(self, name: str, value: str | int) -> None:
        self.remember(replace(self.settings, **{name: value}))  # type: ignore[arg-type]
        if name == "language":
            box = QMessageBox(
                QMessageBox.Icon.Information,
                self.tr("语言"),
                self.tr("新的语言在下次启动时生效。"),
                QMessageBox.StandardButton.Ok,
                self,
            )
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()
            return
        self.dress()

    def dress(self) -> None:
        """Put on the colours and letters of the settings."""
        dress(self._app, self.settings.theme, font_size=self.settings.font_size)
        for action in self._actions.values():
            picture = action.property("picture")
            if picture:
                action.setIcon(icon(picture))
        self.welcome.refresh()
        if self.workbench is not None:
            self.workbench.refresh()

    def remember(self, settings: Settings) -> None:
        """Keep ``settings`` from now on."""
        self.settings = settings
        save_settings(settings)

    def _about(self) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("rongzhen")
        except PackageNotFoundError:
            number = "—"
        text = self.tr(
            "融诊 Rongzhen %1\n\n产教融合、科教融汇制约因素诊断。全部计算在本机完成，不联网。\n\n"
            "字体 Noto Sans SC 依 SIL Open Font License 1.1 随附。"
        )
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            self.tr("关于融诊"),
            text.replace("%1", number),
            QMessageBox.StandardButton.Ok,
            self,
        )
        box.setIconPixmap(self._app.windowIcon().pixmap(56, 56))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def show_problems(self, wanted: str, problems: tuple[Problem, ...]) -> None:
        """Tell what could not be done, why, and what to do."""
        if any(problem.code == "encoding_unknown" for problem in problems):
            self._ask_for_encoding(problems)
            return
        self.problem_dialog = ProblemDialog(wanted, problems, self)
        self.problem_dialog.open()

    def _ask_for_encoding(self, problems: tuple[Problem, ...]) -> None:
        names = {name: code for code, name in ENCODINGS}
        self.encoding_dialog = QInputDialog(self)
        self.encoding_dialog.setWindowTitle(self.tr("文字编码"))
        self.encoding_dialog.setLabelText("\n".join(problem_texts(problems)))
        self.encoding_dialog.setComboBoxItems(list(names))
        self.encoding_dialog.textValueSelected.connect(
            lambda name: self.flow.read_again(encoding=names[name])
        )
        self.encoding_dialog.open()

    # -- the end ------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_closing or not self.session.is_open:
            self._shut_down()
            event.accept()
            return
        event.ignore()
        self.projects.close(then=self._close_for_good)

    def _close_for_good(self) -> None:
        self._is_closing = True
        self.close()

    def _shut_down(self) -> None:
        self._is_closing = True
        gc.unfreeze()
        self.jobs.close()
        self.flow.close()

    def discard_and_close(self) -> None:
        """Close without asking; edits not saved are lost."""
        self.projects.close_discarding(then=self._close_for_good)

    def ask_about_changes(self, on_answer: Callable[[str], None]) -> None:
        """Ask what is to become of unsaved edits: save, discard or cancel."""
        roles = QMessageBox.ButtonRole
        name = self.session.project.title if self.session.project else ""
        ask(
            self,
            self.tr("保存编辑？"),
            self.tr("项目“%1”有未保存的编辑。").replace("%1", name),
            answers=(
                ("save", self.tr("保存"), roles.AcceptRole),
                ("discard", self.tr("不保存"), roles.DestructiveRole),
                ("cancel", self.tr("取消"), roles.RejectRole),
            ),
            on_answer=on_answer,
        )


def _dropped_file(data: QMimeData) -> Path | None:
    """Return the one local file that is dropped, None for anything else."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.is_file() else None
