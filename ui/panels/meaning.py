"""Step 2, 含义: which items measure which construct, what is reversed, which system it is in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from survey.problems import Refusal
from survey.study import Study
from ui import edits
from ui.dialogs import FileDialog, ProblemDialog
from ui.flow import Flow
from ui.models.study_tree import (
    CODE,
    NAME,
    POLARITY,
    REVERSED,
    SYSTEM,
    VALUE_ROLE,
    StudyTreeModel,
)
from ui.naming import role_name
from ui.steps import Panel
from ui.widgets.choice_delegate import ChoiceDelegate
from ui.widgets.message_bar import Message, MessageBar
from ui.widgets.options_pane import OptionsPane
from ui.widgets.step_list import StepEntry, StepState

MOST_SYSTEMS = 4


class MeaningPanel(Panel):
    """Shows and edits the study."""

    key = "meaning"

    def __init__(self, flow: Flow, parent: QObject | None = None) -> None:
        super().__init__(flow.session, parent)
        self._flow = flow
        self.model = StudyTreeModel(self)
        self.model.study_edited.connect(self._on_study_edited)
        self.bar = MessageBar()
        self.options = self._make_options()
        self.results = self._make_results()
        self._shown: Study | None = None
        for signal in (self.session.plan_changed, self.session.source_changed):
            signal.connect(self.refresh)
        self.refresh()

    @property
    def title(self) -> str:
        return self.tr("含义")

    @property
    def study(self) -> Study | None:
        """Return the study of the session's plan."""
        return None if self.session.plan is None else self.session.plan.study

    # -- building -----------------------------------------------------------------------------

    def _make_options(self) -> OptionsPane:
        pane = OptionsPane(
            self.tr("题项的含义"),
            self.tr("题项归入构念，标出反向题，说明构念的方向以及它属于哪个耦合系统。"),
        )
        pane.add_section(self.tr("研究"))
        self.name = QLineEdit(pane.page)
        self.name.textEdited.connect(self._on_title)
        pane.add_field(self.tr("题目"), self.name)
        self.is_simulated = QCheckBox(self.tr("这是模拟数据"), pane.page)
        self.is_simulated.setToolTip(self.tr("所有结果和报告都会标明“模拟数据”"))
        self.is_simulated.clicked.connect(self._on_simulated)
        pane.add_widget(self.is_simulated)
        self.counts = pane.add_text("")
        pane.add_section(self.tr("研究文件"))
        self.save_button = pane.add_button(self.tr("存为研究文件…"), self._ask_where_to_save)
        pane.add_text(self.tr("研究文件记录构念、题项、反向题、角色和模型，下一批答卷可直接使用。"))
        pane.add_section(self.tr("角色"))
        self.roles = QLabel(pane.page)
        self.roles.setWordWrap(True)
        pane.add_widget(self.roles)
        return pane

    def _make_results(self) -> QWidget:
        box = QWidget()
        box.setObjectName("results")
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tree = self._make_tree(box)
        self.new_button = QPushButton(self.tr("新建构念"), box)
        self.new_button.setToolTip(self.tr("选中的题项会归入新的构念"))
        self.new_button.clicked.connect(self._on_new)
        self.remove_button = QPushButton(self.tr("删除构念"), box)
        self.remove_button.setToolTip(self.tr("题项保留，不再归入构念"))
        self.remove_button.clicked.connect(self._on_remove)
        self.own_button = QPushButton(self.tr("转为自己的研究"), box)
        self.own_button.clicked.connect(self._on_own)
        buttons = QHBoxLayout()
        buttons.addWidget(self.own_button)
        buttons.addWidget(self.new_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(16, 12, 16, 10)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self.tree, 1)
        layout.addLayout(buttons)
        return box

    def _make_tree(self, parent: QWidget) -> QTreeView:
        tree = QTreeView(parent)
        tree.setModel(self.model)
        tree.setAccessibleName(self.tr("构念与题项"))
        tree.setAlternatingRowColors(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        tree.setUniformRowHeights(True)
        tree.setTabKeyNavigation(False)
        tree.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        metrics = tree.fontMetrics()
        em = metrics.horizontalAdvance("题")
        for section, width in ((CODE, 6), (REVERSED, 4), (POLARITY, 8), (SYSTEM, 12)):
            title = str(self.model.headerData(section, Qt.Orientation.Horizontal))
            needed = max(metrics.horizontalAdvance(text) for text in (title, *self._texts(section)))
            header.resizeSection(section, max(em * width, needed + 2 * em))
        severe, positive = self._texts(POLARITY)
        self._polarity = ChoiceDelegate(
            lambda: [("severity", severe), ("positive", positive)],
            VALUE_ROLE,
            tree,
        )
        self._system = ChoiceDelegate(self._system_choices, VALUE_ROLE, tree)
        tree.setItemDelegateForColumn(POLARITY, self._polarity)
        tree.setItemDelegateForColumn(SYSTEM, self._system)
        tree.selectionModel().selectionChanged.connect(self._show_buttons)
        return tree

    def _texts(self, section: int) -> tuple[str, ...]:
        """Return the longest texts that a column is sure to have."""
        choices = (self.tr("制约，高为差"), self.tr("正向，高为好"))
        return choices if section == POLARITY else ()

    def _system_choices(self) -> list[tuple[str, str]]:
        study = self.study
        names = {} if study is None else {system.code: system.name for system in study.systems}
        for number in range(1, MOST_SYSTEMS + 1):
            names.setdefault(f"U{number}", f"U{number}")
        pairs = [(code, f"{code} {name}" if name != code else code) for code, name in names.items()]
        return [("", self.tr("（不属于系统）")), *sorted(pairs)]

    # -- showing ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the session's study."""
        study = self.study
        if study is self._shown and study is not None:
            return
        self._shown = study
        expanded = self._expanded()
        is_own = study is not None and not study.framework
        self.model.show_study(study, is_editable=is_own)
        self._expand(expanded)
        self._show_study(study)
        self._show_messages(study)
        self._show_buttons()
        self.changed.emit()

    def _expanded(self) -> set[str]:
        rows = (self.model.index(row, 0) for row in range(self.model.rowCount()))
        return {
            branch.code
            for index in rows
            if self.tree.isExpanded(index) and (branch := self.model.branch(index))
        }

    def _expand(self, codes: set[str]) -> None:
        for row in range(self.model.rowCount()):
            index = self.model.index(row, 0)
            branch = self.model.branch(index)
            if branch is not None and (branch.code in codes or branch.construct is None):
                self.tree.expand(index)

    def _show_study(self, study: Study | None) -> None:
        for widget in (self.name, self.is_simulated, self.save_button):
            widget.setEnabled(study is not None)
        if study is None:
            self.counts.setText("")
            self.roles.setText("")
            return
        if self.name.text() != study.title:
            self.name.setText(study.title)
        with QSignalBlocker(self.is_simulated):
            self.is_simulated.setChecked(study.is_simulated)
        reverse = sum(item.is_reversed for item in study.items)
        text = self.tr("%1 个构念，%2 道量表题，其中反向题 %3 道")
        for place, value in enumerate((len(study.constructs), len(study.items), reverse), 1):
            text = text.replace(f"%{place}", str(value))
        self.counts.setText(text)
        names = [f"{code}　{role_name(study, code)}" for code in study.role_names]
        self.roles.setText("\n".join(names) or self.tr("没有区分角色"))

    def _show_messages(self, study: Study | None) -> None:
        messages: list[Message] = []
        if study is not None and study.framework:
            text = self.tr(
                "题项与构念按内置诊断框架（%1 版）固定。"
                "要自己定义，请按“转为自己的研究”；那时报告不再含框架的措施与责任主体。"
            )
            messages.append(Message(text.replace("%1", study.framework)))
        elif study is not None:
            text = self.tr(
                "把题项拖到所属的构念，双击可改名称、方向和系统。反向题只作提示，须由您确认后勾选。"
            )
            messages.append(Message(text))
            suspects = self._suspects()
            if suspects:
                text = self.tr("这些题与同构念的其他题方向相反，可能是反向题：%1。")
                messages.append(Message(text.replace("%1", "、".join(suspects)), "caution"))
            free = edits.free_items(study)
            if free:
                text = self.tr("有 %n 道题未归入任何构念，不进入信效度和模型。", "", len(free))
                messages.append(Message(text, "caution"))
        self.bar.set_messages(messages)

    def _suspects(self) -> list[str]:
        plan = self.session.plan
        if plan is None:
            return []
        turned = {item.code for item in plan.study.items if item.is_reversed}
        return [c.code for c in plan.columns if c.is_reverse_suspect and c.code not in turned]

    def _show_buttons(self) -> None:
        branch = self.model.branch(self.tree.currentIndex())
        is_own = self.model.is_editable
        self.own_button.setVisible(self.study is not None and not is_own)
        self.new_button.setVisible(is_own)
        self.remove_button.setVisible(is_own)
        is_construct = branch is not None and branch.construct is not None
        self.remove_button.setEnabled(is_own and is_construct)

    # -- changing -----------------------------------------------------------------------------

    def _edit(self, label: str, study: Study, *, merge_key: str = "") -> None:
        plan = self.session.plan
        if plan is not None:
            self.session.edit(label, merge_key=merge_key, plan=plan.with_study(study))

    def _on_study_edited(self, label: str, study: Study) -> None:
        self._edit(label, study)

    def _on_title(self, text: str) -> None:
        if self.study is not None:
            study = replace(self.study, title=text)
            self._edit(self.tr("修改题目"), study, merge_key="title")

    def _on_simulated(self, checked: bool) -> None:
        if self.study is not None:
            self._edit(self.tr("标明模拟数据"), replace(self.study, is_simulated=checked))

    def _on_own(self) -> None:
        if self.study is not None:
            self._edit(self.tr("转为自己的研究"), replace(self.study, framework=""))

    def _on_new(self) -> None:
        study = self.study
        if study is None:
            return
        rows = self.tree.selectionModel().selectedRows()
        codes = [item.code for index in rows if (item := self.model.item(index)) is not None]
        edited, code = edits.with_new_construct(study, self.tr("新构念"), codes)
        self._edit(self.tr("新建构念"), edited)
        index = self.model.index_of(code)
        self.tree.setCurrentIndex(index)
        self.tree.edit(index)

    def _on_remove(self) -> None:
        study, branch = self.study, self.model.branch(self.tree.currentIndex())
        if study is not None and branch is not None and branch.construct is not None:
            self._edit(self.tr("删除构念"), edits.without_construct(study, branch.code))

    def _ask_where_to_save(self) -> None:
        filters = [self.tr("研究文件 (*.toml)"), self.tr("JSON (*.json)")]
        dialog = FileDialog(self.results, self.tr("存为研究文件"), filters)
        dialog.for_saving("toml", self.tr("研究.toml"))
        dialog.fileSelected.connect(lambda name: self.save_study(Path(name)))
        dialog.open()

    def save_study(self, path: Path) -> None:
        """Write the study file; a folder that refuses is told to the user."""
        from survey.study_file import write_study

        if self.study is None:
            return
        try:
            write_study(self.study, path)
        except Refusal as refusal:
            dialog = ProblemDialog(
                self.tr("研究文件没有写成"), refusal.problems, self.results.window()
            )
            dialog.open()

    def entry(self) -> StepEntry:
        study = self.study
        if study is None:
            return StepEntry(self.title)
        summary = self.tr("%n 个构念", "", len(study.constructs))
        if not study.constructs:
            words = self.tr("需要您定义构念")
            return StepEntry(self.title, self.tr("还没有构念"), StepState.ATTENTION, words)
        return StepEntry(self.title, summary, StepState.DONE, self.tr("已完成"))
