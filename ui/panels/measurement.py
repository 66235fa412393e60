"""Step 4, 信效度: how well the items measure the constructs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from analysis.report.document import Tone
from analysis.report.numbers import NumberKind, format_number, is_missing
from ui.models.result_table import Record, ResultColumn, records_of
from ui.naming import context_of, named
from ui.panels.fit_table import FitTable
from ui.panels.results_panel import ResultsPanel
from ui.session import Session
from ui.widgets.options_pane import StageOptions
from ui.widgets.result_table import ResultTable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.chain import ChainResult
    from analysis.findings import Finding

ALPHA_GOOD, ALPHA_FLOOR = 0.7, 0.6
CITC_GOOD = 0.4
LOADING_GOOD = 0.5
AVE_GOOD = 0.5
HTMT_GOOD, HTMT_LIMIT = 0.85, 0.90


def _below(key: str, good: float, floor: float | None = None) -> Any:
    """Return the tone rule: red below ``floor``, amber below ``good``."""

    def tone(record: Record) -> Tone:
        value = record.get(key)
        if value is None or is_missing(value):
            return "plain"
        if floor is not None and value < floor:
            return "red"
        return "amber" if value < good else "plain"

    return tone


def _htmt_tone(key: str) -> Any:
    def tone(record: Record) -> Tone:
        value = record.get(key)
        if value is None or is_missing(value):
            return "plain"
        if value >= HTMT_LIMIT:
            return "red"
        return "amber" if value >= HTMT_GOOD else "plain"

    return tone


class MeasurementPanel(ResultsPanel):
    """Item analysis, reliability, convergent and discriminant validity, CFA."""

    key = "measurement"

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self.build()

    @property
    def title(self) -> str:
        return self.tr("信效度")

    def _make_options(self) -> StageOptions:
        pane = StageOptions(
            self.session,
            "measurement",
            heading=self.tr("信度与效度"),
            words=self.tr(
                "题项是否稳定、一致地测到了要测的构念。彩色数值未达到常用界限，"
                "界限是惯例而不是定律。"
            ),
        )
        pane.add_section(self.tr("计算"))
        pane.integer("bootstrap", self.tr("自助抽样次数"), limits=(0, 10_000), step=100)
        pane.integer(
            "seed",
            self.tr("随机种子"),
            limits=(1, 2_147_483_647),
            hint=self.tr("相同的数据和种子得到相同的结果"),
        )
        pane.add_section(self.tr("常用界限"))
        pane.add_text(
            self.tr(
                "α、ω、组合信度 ≥ .70（.60 为下限）；AVE ≥ .50；题项与总分相关 ≥ .40；"
                "标准化载荷 ≥ .50；HTMT < .85（.90 为上限）。"
            )
        )
        return pane

    def _make_results(self) -> None:
        number, count = NumberKind.DECIMAL, NumberKind.COUNT
        self.reliability = ResultTable(
            self.tr("信度与收敛效度"),
            [
                ResultColumn("code", self.tr("构念")),
                ResultColumn("name", self.tr("名称"), is_wide=True),
                ResultColumn("items", self.tr("题数"), count),
                ResultColumn("n", self.tr("样本"), count),
                ResultColumn(
                    "alpha",
                    self.tr("α"),
                    number,
                    self.tr("克隆巴赫 α 系数"),
                    _below("alpha", ALPHA_GOOD, ALPHA_FLOOR),
                ),
                ResultColumn(("alpha_low", "alpha_high"), self.tr("α 的 95% 区间"), number),
                ResultColumn(
                    "omega",
                    self.tr("ω"),
                    number,
                    self.tr("麦克唐纳 ω"),
                    _below("omega", ALPHA_GOOD),
                ),
                ResultColumn(
                    "composite_reliability",
                    self.tr("CR"),
                    number,
                    self.tr("组合信度"),
                    _below("composite_reliability", ALPHA_GOOD),
                ),
                ResultColumn(
                    "ave",
                    self.tr("AVE"),
                    number,
                    self.tr("平均方差抽取量"),
                    _below("ave", AVE_GOOD),
                ),
            ],
        )
        self.items = ResultTable(
            self.tr("题项分析"),
            [
                ResultColumn("code", self.tr("题项")),
                ResultColumn("text", self.tr("题干"), is_wide=True),
                ResultColumn("construct", self.tr("构念")),
                ResultColumn("n", self.tr("有效"), count),
                ResultColumn("missing_share", self.tr("缺答"), NumberKind.SHARE),
                ResultColumn("mean", self.tr("均值"), NumberKind.MEAN),
                ResultColumn("sd", self.tr("标准差"), NumberKind.MEAN),
                ResultColumn("skewness", self.tr("偏度"), NumberKind.MEAN),
                ResultColumn("kurtosis", self.tr("峰度"), NumberKind.MEAN),
                ResultColumn(
                    "citc",
                    self.tr("CITC"),
                    number,
                    self.tr("校正后题项与总分相关"),
                    _below("citc", CITC_GOOD),
                ),
                ResultColumn("alpha_if_deleted", self.tr("删题后 α"), number),
                ResultColumn(
                    "loading",
                    self.tr("载荷"),
                    number,
                    self.tr("验证性因子分析的标准化载荷"),
                    _below("loading", LOADING_GOOD),
                ),
            ],
        )
        self.htmt = ResultTable(self.tr("区分效度：HTMT"), self._square_columns([]))
        self.fornell = ResultTable(
            self.tr("区分效度：Fornell–Larcker（对角线为 AVE 的平方根）"), self._square_columns([])
        )
        self.fit = FitTable(self.tr("验证性因子分析的拟合"))
        self.page.add(self.tr("信度与收敛效度"), self.reliability)
        self.page.add(self.tr("题项分析"), self.items)
        self.page.add(self.tr("区分效度"), self.htmt, self.fornell)
        self.page.add(self.tr("CFA 拟合"), self.fit)

    def _square_columns(self, codes: list[str], *, htmt: bool = False) -> list[ResultColumn]:
        number = NumberKind.DECIMAL
        first = ResultColumn("code", self.tr("构念"))
        if not htmt:
            return [first, *(ResultColumn(code, code, number, is_blank=True) for code in codes)]
        return [
            first,
            *(
                ResultColumn(code, code, number, tone=_htmt_tone(code), is_blank=True)
                for code in codes
            ),
        ]

    def _show_square(self, table: ResultTable, frame: pd.DataFrame, *, htmt: bool = False) -> None:
        codes = [str(code) for code in frame.columns]
        table.set_records(records_of(frame), self._square_columns(codes, htmt=htmt))

    def _findings(self, chain: ChainResult) -> Sequence[Finding]:
        return chain.measurement.findings

    def _show(self, chain: ChainResult) -> None:
        found, context = chain.measurement, context_of(chain)
        self.reliability.set_records(named(records_of(found.reliability), context))
        items = records_of(found.items)
        for record in items:
            record["text"] = context.item_text(str(record["code"]))
        self.items.set_records(items)
        self._show_square(self.htmt, found.htmt, htmt=True)
        self._show_square(self.fornell, found.correlations)
        self.fit.show_fit(found.cfa)
        if found.cfa is not None:
            note = self.tr("样本 %1 份").replace("%1", format_number(found.cfa_n, NumberKind.COUNT))
            self.fit.set_notes(note)

    def _summary(self, chain: ChainResult) -> str:
        alphas = chain.measurement.reliability["alpha"].dropna()
        good = int((alphas >= ALPHA_GOOD).sum())
        summary = self.tr("%1 / %2 个构念 α ≥ .70")
        return summary.replace("%1", str(good)).replace("%2", str(len(alphas)))
