"""Step 1: the file, what was understood of it, what the user must settle."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from analysis.report.numbers import NumberKind, format_number
from resources.texts import sentence
from survey.exchange.plan import ColumnKind, ImportPlan
from survey.problems import Problem
from ui import edits
from ui.dialogs import FileDialog
from ui.flow import Flow
from ui.models.plan_table import (
    CERTAINTY,
    HEADER,
    KIND,
    MEANING,
    NUMBER,
    SCALE,
    PlanTableModel,
    kind_names,
)
from ui.panels.importing.column_editor import ColumnEditor
from ui.steps import Panel
from ui.texts import ENCODINGS, language, problem_texts
from ui.widgets.message_bar import Message, MessageBar
from ui.widgets.options_pane import OptionsPane
from ui.widgets.step_list import StepEntry, StepState

NO_ROLE = -1


class ImportPanel(Panel):
    """Shows the plan of the import and lets the user correct it."""

    key = "import"
    file_wanted = Signal()

    def __init__(self, flow: Flow, parent: QObject | None = None) -> None:
        super().__init__(flow.session, parent)
        self._flow = flow
        self._refusal: tuple[Problem, ...] = ()
        self.model = PlanTableModel(self)
        self.editor = ColumnEditor(self.session)
        self.bar = MessageBar()
        self.options = self._make_options()
        self.results = self._make_results()
        session = self.session
        flow.plan_refused.connect(self._on_refused)
        flow.busy_changed.connect(self._show_run_button)
        session.source_changed.connect(self._on_source_changed)
        session.plan_changed.connect(self.refresh)
        session.responses_changed.connect(self._show_messages)
        self._on_source_changed()

    @property
    def title(self) -> str:
        return self.tr("导入")

    # -- options ------------------------------------------------------------------------------

    def _make_options(self) -> OptionsPane:
        pane = OptionsPane(
            self.tr("导入答卷"),
            self.tr("核对程序对每一列的理解，选中即可更正。原始文件不会被改动。"),
        )
        pane.add_section(self.tr("文件"))
        self.facts = QLabel(pane.page)
        self.facts.setWordWrap(True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        pane.add_widget(self.facts)
        self.replace_button = pane.add_button(self.tr("换一个文件…"), self._ask_for_file)
        self.encoding = QComboBox(pane.page)
        for value, name in ENCODINGS:
            self.encoding.addItem(name, value)
        self.encoding_field = pane.add_field(self.tr("文字编码"), self.encoding)
        self.encoding.activated.connect(self._on_encoding)
        pane.add_section(self.tr("题项依据"))
        self.origin = QComboBox(pane.page)
        self.origin.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.origin.addItem("", "auto")
        self.origin.addItem(self.tr("研究文件…"), "file")
        pane.add_field(
            self.tr("列与题项怎样对应"),
            self.origin,
            hint=self.tr("研究文件是 TOML 或 JSON，写明构念、题项、反向题、角色和模型"),
        )
        self.origin.activated.connect(self._on_origin)
        self.role = QComboBox(pane.page)
        self.role.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        pane.add_field(self.tr("受访者角色在哪一列"), self.role)
        self.role.activated.connect(self._on_role)
        pane.add_section(self.tr("识别结果"))
        self.counts = QLabel(pane.page)
        self.counts.setWordWrap(True)
        pane.add_widget(self.counts)
        self.next_button = pane.add_button(self.tr("运行诊断"), self._flow.run_chain, primary=True)
        return pane

    def _ask_for_file(self) -> None:
        self.file_wanted.emit()

    # -- results ------------------------------------------------------------------------------

    def _make_results(self) -> QWidget:
        box = QWidget()
        box.setObjectName("results")
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.table = self._make_table(box)
        splitter = QSplitter(Qt.Orientation.Vertical, box)
        splitter.addWidget(self.table)
        splitter.addWidget(self.editor)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([330, 230])
        self.answer_button = QPushButton(self.tr("转到下一个待回答的列"), box)
        self.answer_button.clicked.connect(self.go_to_next_question)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(16, 12, 16, 10)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self.answer_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(splitter, 1)
        return box

    def _make_table(self, parent: QWidget) -> QTableView:
        table = QTableView(parent)
        table.setModel(self.model)
        table.setAccessibleName(self.tr("文件的列与识别结果"))
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 11)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        em = table.fontMetrics().horizontalAdvance("题")
        for section, width in ((NUMBER, 3), (KIND, 6), (MEANING, 13), (SCALE, 8), (CERTAINTY, 6)):
            name = str(self.model.headerData(section, Qt.Orientation.Horizontal))
            least = table.fontMetrics().horizontalAdvance(name) + 28
            header.resizeSection(section, max(em * width, least))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(HEADER, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().selectionChanged.connect(self._on_selection)
        return table

    def _on_selection(self) -> None:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        self.editor.show_columns(rows)

    def select(self, *rows: int) -> None:
        """Choose columns in the table."""
        selection = self.table.selectionModel()
        selection.clearSelection()
        flags = QItemSelectionModel.SelectionFlag
        for row in rows:
            selection.select(self.model.index(row, 0), flags.Select | flags.Rows)
        if rows:
            selection.setCurrentIndex(self.model.index(rows[0], 0), flags.NoUpdate)
            self.table.scrollTo(
                self.model.index(rows[0], 0), QAbstractItemView.ScrollHint.PositionAtCenter
            )

    def go_to_next_question(self) -> None:
        """Choose the next column that must be settled."""
        plan = self.session.plan
        if plan is None:
            return
        here = self.table.currentIndex().row()
        places = [column.place for column in plan.columns if column.certainty == "open"]
        if places:
            self.select(next((place for place in places if place > here), places[0]))
            self.editor.scale.labels.setFocus()

    # -- showing ------------------------------------------------------------------------------

    def _on_source_changed(self) -> None:
        self.refresh()
        if self.model.rowCount():
            open_rows = [
                row
                for row in range(self.model.rowCount())
                if self.model.column_plan(row).certainty == "open"
            ]
            items = [
                row
                for row in range(self.model.rowCount())
                if self.model.column_plan(row).kind is ColumnKind.ITEM
            ]
            self.select((open_rows or items or [0])[0])

    def refresh(self) -> None:
        """Show the session's table and plan."""
        self._refusal = ()
        raw, plan = self.session.raw, self.session.plan
        self.model.show_plan(raw, plan)
        self._show_file()
        self._show_counts(plan)
        self._show_messages()
        self.editor.refresh()

    def _show_file(self) -> None:
        raw, plan = self.session.raw, self.session.plan
        is_text = raw is not None and bool(raw.source.encoding)
        self.encoding_field.setVisible(is_text)
        for label in self.options.findChildren(QLabel):
            if label.buddy() is self.encoding:
                label.setVisible(is_text)
        if raw is None or plan is None:
            self.facts.setText(self.tr("还没有导入文件"))
            return
        count = NumberKind.COUNT
        lines = [raw.source.name]
        size = self.tr("%1 行 × %2 列")
        size = size.replace("%1", format_number(raw.n_rows, count))
        lines.append(size.replace("%2", format_number(len(raw.headers), count)))
        if raw.sheet:
            lines.append(self.tr("工作表 %1").replace("%1", raw.sheet))
        self.facts.setText("\n".join(lines))
        with QSignalBlocker(self.encoding):
            known = self.encoding.findData(raw.source.encoding.lower().removesuffix("-sig"))
            self.encoding.setCurrentIndex(known)
        origins = {"framework": self.tr("自动：内置诊断框架"), "draft": self.tr("自动：按问卷起草")}
        with QSignalBlocker(self.origin):
            is_file = plan.study_origin == "file"
            self.origin.setItemText(0, origins.get(plan.study_origin, self.tr("自动判断")))
            self.origin.setItemText(1, self.tr("研究文件") if is_file else self.tr("研究文件…"))
            self.origin.setCurrentIndex(1 if is_file else 0)
        self._show_role(plan)

    def _show_role(self, plan: ImportPlan) -> None:
        kinds = (ColumnKind.ROLE, ColumnKind.GROUP, ColumnKind.SINGLE)
        chosen = plan.of_kind(ColumnKind.ROLE)
        with QSignalBlocker(self.role):
            self.role.clear()
            self.role.addItem(self.tr("不区分角色"), NO_ROLE)
            for column in plan.of_kind(*kinds):
                self.role.addItem(column.wording or column.header, column.place)
            if chosen:
                self.role.setCurrentIndex(self.role.findData(chosen[0].place))
            else:
                is_waived = plan.is_role_waived or not plan.study.role_names
                self.role.setCurrentIndex(0 if is_waived else -1)
        self.role.setEnabled(bool(plan.study.role_names))

    def _show_counts(self, plan: ImportPlan | None) -> None:
        if plan is None:
            self.counts.setText("")
            return
        lines = []
        for kind, name in kind_names().items():
            found = len(plan.of_kind(kind))
            if found:
                text = self.tr("%1 %2 列").replace("%1", name)
                lines.append(text.replace("%2", format_number(found, NumberKind.COUNT)))
        if plan.total is not None:
            text = self.tr("平台总分与题项之和相符：%1 / %2 份")
            text = text.replace("%1", format_number(plan.total.agreeing, NumberKind.COUNT))
            lines.append(text.replace("%2", format_number(plan.total.rows, NumberKind.COUNT)))
        self.counts.setText("\n".join(lines))

    def _show_messages(self) -> None:
        plan = self.session.plan
        questions: tuple[Problem, ...] = () if plan is None else plan.questions
        notes: tuple[Problem, ...] = () if plan is None else plan.notes
        messages = [Message(self._question_text(question), "block") for question in questions]
        messages += [Message(text, "block") for text in problem_texts(self._refusal)]
        messages += [Message(text, "caution") for text in problem_texts(notes)]
        responses = self.session.responses
        if responses is not None:
            n = format_number(responses.n, NumberKind.COUNT)
            text = self.tr("已读入 %1 份答卷，可以运行诊断。").replace("%1", n)
            messages.append(Message(text, "good"))
        self.bar.set_messages(messages)
        is_open = plan is not None and any(c.certainty == "open" for c in plan.columns)
        self.answer_button.setVisible(is_open)
        self._show_run_button()
        self.changed.emit()

    def _show_run_button(self) -> None:
        can_run = self.session.responses is not None and not self._flow.busy_with
        self.next_button.setEnabled(can_run)

    def _on_refused(self, problems: tuple[Problem, ...]) -> None:
        self._refusal = problems
        self._show_messages()

    def _question_text(self, question: Problem) -> str:
        """Return a question with what answers it here; its own advice is for the terminal."""
        here = {
            "scale_order_unknown": self.tr("请选中这些列，在下方把选项从低到高排好"),
            "role_column_unknown": self.tr("请在左侧选择角色列，确实没有时选“不区分角色”"),
        }
        if question.code not in here:
            return question.describe(language())
        what = sentence(f"problems.{question.code}.what", language(), **question.values)
        return self.tr("%1。%2。").replace("%2", here[question.code]).replace("%1", what)

    # -- changing -----------------------------------------------------------------------------

    def _on_encoding(self) -> None:
        self._flow.read_again(encoding=str(self.encoding.currentData()))

    def _on_origin(self) -> None:
        origin = str(self.origin.currentData())
        if origin == "file":
            self._ask_for_study()
        else:
            self._flow.propose_again()

    def _on_role(self) -> None:
        plan, raw = self.session.plan, self.session.raw
        if plan is None or raw is None:
            return
        place = int(self.role.currentData())
        cells = () if place == NO_ROLE else raw.columns[place].values
        chosen = None if place == NO_ROLE else place
        edited = edits.with_role_column(plan, chosen, cells)
        self.session.edit(self.tr("选择角色列"), plan=edited)

    def _ask_for_study(self) -> None:
        filters = [self.tr("研究文件 (*.toml *.json)")]
        dialog = FileDialog(self.results, self.tr("选择研究文件"), filters)
        dialog.fileSelected.connect(lambda name: self._flow.use_study_file(Path(name)))
        dialog.rejected.connect(self._show_file)
        dialog.open()

    def entry(self) -> StepEntry:
        plan, responses = self.session.plan, self.session.responses
        if plan is None:
            return StepEntry(self.title, "", StepState.READY, self.tr("请导入文件"))
        questions = len(plan.questions)
        if self._refusal:
            words = self.tr("需要您更正")
            return StepEntry(self.title, self.tr("没有读入答卷"), StepState.ATTENTION, words)
        if questions:
            summary = self.tr("%n 个问题待回答", "", questions)
            return StepEntry(self.title, summary, StepState.ATTENTION, self.tr("需要您回答"))
        if responses is None:
            return StepEntry(self.title, "", StepState.READY, self.tr("正在读入"))
        summary = self.tr("%n 份答卷", "", responses.n)
        return StepEntry(self.title, summary, StepState.DONE, self.tr("已完成"))
