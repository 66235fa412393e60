"""Step 5, 结构方程: the model the sample carries, its diagram, its paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSignalBlocker, QSize
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from analysis.report.numbers import NumberKind, format_number
from resources.texts import has_sentence, sentence
from survey.store.document import refusal_of_os_error
from ui.dialogs import FileDialog, ProblemDialog
from ui.icons import icon
from ui.jobs import Jobs
from ui.models.result_table import ResultColumn, records_of
from ui.naming import context_of
from ui.panels.fit_table import FitTable
from ui.panels.results_panel import ResultsPanel
from ui.session import Session
from ui.texts import language
from ui.widgets.message_bar import Message
from ui.widgets.options_pane import StageOptions
from ui.widgets.path_diagram import ZOOM_STEP, PathDiagram
from ui.widgets.result_table import ResultTable

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.findings import Finding
    from analysis.modelling.result import Rung, StructuralResult

OWN = "own"


def rung_text(rung: Rung, n: int) -> str:
    """Return in words why a rung was taken or not; ``n`` complete answers are there."""
    values = {"model": model_name(rung.model), "n": n, "n_needed": rung.n_needed}
    return sentence(f"ladder.{rung.reason}", language(), **values)


def model_name(code: str) -> str:
    """Return what a model of the framework is called."""
    key = f"ladder.name.{code}"
    return sentence(key, language()) if has_sentence(key, language()) else code


class StructurePanel(ResultsPanel):
    """Model choice, path diagram, effects, fit, ladder."""

    key = "structure"

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self._jobs = jobs
        self._drawn_for: Any = None
        session.positions_changed.connect(self._on_positions_changed)
        self.build(shown=1)

    @property
    def title(self) -> str:
        return self.tr("结构方程")

    # -- options ------------------------------------------------------------------------------

    def _make_options(self) -> StageOptions:
        pane = StageOptions(
            self.session,
            "modelling",
            heading=self.tr("结构方程模型"),
            words=self.tr(
                "横断面数据只能说明关联，不能说明因果。样本量决定能够支持多复杂的模型，"
                "程序按阶梯自动选择，也可以指定。"
            ),
        )
        pane.add_section(self.tr("模型"))
        self.model_choice = QComboBox(pane.page)
        self.model_choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._fill_models()
        pane.add_field(self.tr("使用的模型"), self.model_choice)
        self.model_text = QPlainTextEdit(pane.page)
        self.model_text.setPlaceholderText("CI =~ I1 + I2 + I3\nNQ =~ N1 + N2 + N3\nNQ ~ CI")
        self.model_text.setAccessibleName(self.tr("lavaan 模型语句"))
        self.model_text.setTabChangesFocus(True)
        self.model_text.setFixedHeight(150)
        pane.add_widget(self.model_text)
        self.model_hint = pane.add_text(
            self.tr("lavaan 语法，使用题项或构念代码，改动后按“运行诊断”。")
        )
        self.model_choice.currentIndexChanged.connect(self._on_model_chosen)
        self.model_text.textChanged.connect(self._on_model_typed)
        pane.add_section(self.tr("计算"))
        pane.integer("bootstrap", self.tr("间接效应自助抽样次数"), limits=(0, 10_000), step=500)
        pane.flag("second_engine", self.tr("用第二引擎（semopy）核对"))
        self.session.options_changed.connect(self._read_model)
        self._read_model()
        return pane

    def _fill_models(self) -> None:
        from survey.framework import load_framework

        self.model_choice.addItem(self.tr("自动（按样本量阶梯）"), "")
        for code in load_framework().raw["models"]:
            self.model_choice.addItem(model_name(code), code)
        self.model_choice.addItem(self.tr("自己的模型"), OWN)

    def _read_model(self) -> None:
        model = self.session.options.modelling.model
        place = self.model_choice.findData(model)
        is_own = place < 0
        with QSignalBlocker(self.model_choice):
            self.model_choice.setCurrentIndex(self.model_choice.findData(OWN) if is_own else place)
        if is_own and self.model_text.toPlainText() != model:
            with QSignalBlocker(self.model_text):
                self.model_text.setPlainText(model)
        self._show_own(is_own=is_own)

    def _show_own(self, *, is_own: bool) -> None:
        self.model_text.setVisible(is_own)
        self.model_hint.setVisible(is_own)

    def _on_model_chosen(self) -> None:
        code = self.model_choice.currentData()
        if code == OWN:
            self._show_own(is_own=True)
            self.model_text.setFocus()
            self._on_model_typed()
            return
        label = self.tr("选择模型")
        self.session.set_option("modelling", "model", code, label)
        self._show_own(is_own=False)

    def _on_model_typed(self) -> None:
        text = self.model_text.toPlainText()
        if text.strip():
            self.session.set_option("modelling", "model", text, self.tr("编辑模型"))

    # -- results ------------------------------------------------------------------------------

    def _make_results(self) -> None:
        number, count = NumberKind.DECIMAL, NumberKind.COUNT
        self.diagram = PathDiagram(self._jobs)
        self.diagram.positions_changed.connect(self._on_nodes_moved)
        kinds = {
            "direct": self.tr("直接"),
            "indirect": self.tr("间接"),
            "total": self.tr("总效应"),
        }
        self.effects = ResultTable(
            self.tr("路径与效应"),
            [
                ResultColumn("label", self.tr("效应"), is_wide=True),
                ResultColumn("kind", self.tr("类型"), words=kinds),
                ResultColumn("est", self.tr("估计值"), number),
                ResultColumn("se", self.tr("标准误"), number),
                ResultColumn(("low", "high"), self.tr("95% 区间"), number),
                ResultColumn("p", "p", NumberKind.PROBABILITY),
                ResultColumn("std", self.tr("标准化"), number),
            ],
        )
        self.fit = FitTable(self.tr("模型拟合"))
        yes_no = {True: self.tr("支持"), False: self.tr("不支持")}
        self.ladder = ResultTable(
            self.tr("模型阶梯：从要求最高的一级起"),
            [
                ResultColumn("model", self.tr("模型"), is_wide=True),
                ResultColumn("n_needed", self.tr("所需样本"), count),
                ResultColumn("is_supported", self.tr("样本"), words=yes_no),
                ResultColumn("reason", self.tr("结论"), is_wide=True),
            ],
            wraps=True,
        )
        self.parameters = ResultTable(
            self.tr("全部参数"),
            [
                ResultColumn("lhs", self.tr("左侧")),
                ResultColumn("op", self.tr("关系")),
                ResultColumn("rhs", self.tr("右侧")),
                ResultColumn("label", self.tr("标签")),
                ResultColumn("est", self.tr("估计值"), number),
                ResultColumn("se", self.tr("标准误"), number),
                ResultColumn("z", "z", NumberKind.MEAN),
                ResultColumn("p", "p", NumberKind.PROBABILITY),
                ResultColumn(("ci_low", "ci_high"), self.tr("95% 区间"), number),
                ResultColumn("std_all", self.tr("标准化"), number),
            ],
        )
        self.page.add(self.tr("路径图"), self._diagram_box())
        self.page.add(self.tr("路径与效应"), self.effects)
        self.page.add(self.tr("拟合"), self.fit)
        self.page.add(self.tr("模型阶梯"), self.ladder)
        self.page.add(self.tr("全部参数"), self.parameters)

    def _diagram_box(self) -> QWidget:
        box = QWidget()
        bar = QHBoxLayout()
        self.diagram_caption = QLabel(box)
        self.diagram_caption.setObjectName("caption")
        self.diagram_caption.setWordWrap(True)
        bar.addWidget(self.diagram_caption, 1)
        buttons = (
            ("zoom-in", self.tr("放大"), lambda: self.diagram.zoom(ZOOM_STEP)),
            ("zoom-out", self.tr("缩小"), lambda: self.diagram.zoom(1 / ZOOM_STEP)),
            ("fit", self.tr("显示全图"), self.diagram.fit),
            ("layout", self.tr("重新自动排列"), self._lay_out_again),
            ("export", self.tr("导出图片（PNG 或 SVG）"), self._ask_where_to_export),
        )
        self.diagram_buttons = []
        for name, text, action in buttons:
            button = QToolButton(box)
            button.setIcon(icon(name))
            button.setIconSize(QSize(18, 18))
            button.setAutoRaise(True)
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.clicked.connect(lambda _=False, action=action: action())
            bar.addWidget(button)
            self.diagram_buttons.append(button)
        self.diagram_hint = QLabel(
            self.tr(
                "椭圆为潜变量，方框为观测变量，数字为标准化估计，虚线不显著。"
                "可拖动节点，Ctrl 加滚轮缩放。"
            ),
            box,
        )
        self.diagram_hint.setObjectName("muted")
        self.diagram_hint.setWordWrap(True)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(bar)
        layout.addWidget(self.diagram, 1)
        layout.addWidget(self.diagram_hint)
        return box

    def refresh(self) -> None:
        """Show the results of the last run."""
        super().refresh()
        self.diagram.mark = self.mark
        chain = self.session.chain
        structural = None if chain is None else chain.structural
        if structural is not self._drawn_for or structural is None:
            self._drawn_for = structural
            self._draw(structural)

    def _show(self, chain: ChainResult) -> None:
        from analysis.report.content.mechanism import effect_words

        structural = chain.structural
        context = context_of(chain)
        effects = records_of(structural.effects, "row")
        for record in effects:
            record["label"] = effect_words(context, str(record["from"]), str(record["to"]))
        self.effects.set_records(effects)
        self.fit.show_fit(structural.sem)
        n = format_number(structural.n, NumberKind.COUNT)
        self.fit.set_notes(self.tr("样本 %1 份").replace("%1", n))
        self.ladder.set_records(
            {
                "model": model_name(rung.model) or self.tr("自己的模型"),
                "n_needed": rung.n_needed,
                "is_supported": rung.is_supported,
                "reason": rung_text(rung, structural.n),
            }
            for rung in structural.rungs
        )
        sem = structural.sem
        self.parameters.set_records([] if sem is None else records_of(sem.parameters, "row"))

    def _findings(self, chain: ChainResult) -> Sequence[Finding]:
        return chain.structural.findings

    def _messages(self, chain: ChainResult) -> list[Message]:
        return [*self._second_engine_message(chain), *super()._messages(chain)]

    def _second_engine_message(self, chain: ChainResult) -> list[Message]:
        check = chain.structural.second_engine
        if check is None or check.reason_not_done:
            return []
        text = self.tr("第二引擎 semopy %1 核对了 %2 个参数，最大差异 %3。")
        values = (
            str(check.version),
            format_number(check.n_compared, NumberKind.COUNT),
            format_number(check.largest_difference, NumberKind.TINY),
        )
        for place, value in enumerate(values, 1):
            text = text.replace(f"%{place}", value)
        return [Message(text, "good" if check.largest_difference < 0.01 else "caution")]

    # -- diagram ------------------------------------------------------------------------------

    def _draw(self, structural: StructuralResult | None) -> None:
        for button in self.diagram_buttons:
            button.setEnabled(structural is not None and structural.sem is not None)
        if structural is None or structural.sem is None:
            self.diagram.show_graph(None)
            self.diagram_caption.setText(
                self.tr("按“运行诊断”后在此显示路径图")
                if structural is None
                else self.tr("没有可显示的模型，原因见上方提示")
            )
            return
        from analysis.report.path_diagram import graph_of

        sem = structural.sem
        graph = graph_of(
            sem.parameters, latents=tuple(sem.latents), r2=sem.r2, names=self._names(structural)
        )
        self.diagram.show_graph(graph, self.session.model_positions)
        caption = self._model_name(structural)
        n = format_number(structural.n, NumberKind.COUNT)
        self.diagram_caption.setText(f"{caption}（n = {n}）")

    def _model_name(self, structural: StructuralResult) -> str:
        if structural.is_measurement_only:
            return self.tr("相关因子模型")
        return model_name(structural.name) or self.tr("自己的模型")

    def _names(self, structural: StructuralResult) -> dict[str, str]:
        """Return what the report calls the latent variables."""
        chain, sem = self.session.chain, structural.sem
        if chain is None or sem is None:
            return {}
        context = context_of(chain)
        return {code: context.name(code) for code in sem.latents}

    def _on_nodes_moved(self, positions: dict[str, tuple[float, float]]) -> None:
        everything = {**self.session.positions, self.session.model_key: positions}
        self.session.edit(self.tr("移动路径图节点"), positions=everything)

    def _on_positions_changed(self) -> None:
        wanted = self.session.model_positions
        if self._drawn_for is not None and wanted != self.diagram.positions:
            self._draw(self._drawn_for)

    def _lay_out_again(self) -> None:
        others = {
            key: value
            for key, value in self.session.positions.items()
            if key != self.session.model_key
        }
        self.session.edit(self.tr("重新排列路径图"), positions=others)
        self._draw(self._drawn_for)

    def _ask_where_to_export(self) -> None:
        filters = [self.tr("PNG 图片 (*.png)"), self.tr("SVG 矢量图 (*.svg)")]
        dialog = FileDialog(self.results, self.tr("导出路径图"), filters)
        dialog.for_saving("png", self.tr("路径图.png"))
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix("svg" if "svg" in chosen else "png")
        )
        dialog.fileSelected.connect(lambda name: self.export_diagram(Path(name)))
        dialog.open()

    def export_diagram(self, path: Path) -> None:
        """Write the diagram; a folder that refuses is told to the user."""
        try:
            self.diagram.export(path)
        except OSError as error:
            problems = refusal_of_os_error(error, path).problems
            ProblemDialog(self.tr("图片没有写成"), problems, self.results.window()).open()

    def _summary(self, chain: ChainResult) -> str:
        if chain.structural.sem is None:
            return self.tr("样本不支持模型")
        return self._model_name(chain.structural).split("（")[0]
