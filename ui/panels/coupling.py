"""Step 6, 耦合协调: how far the systems develop together, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from analysis.report.document import LevelScale
from analysis.report.numbers import NumberKind, format_number
from ui.jobs import Jobs
from ui.models.result_table import ResultColumn, records_of
from ui.naming import context_of, named, words
from ui.panels.results_panel import ResultsPanel
from ui.session import Session
from ui.texts import language
from ui.widgets.chart import Chart
from ui.widgets.options_pane import StageOptions
from ui.widgets.result_table import ResultTable

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.coupling.result import CouplingResult
    from analysis.findings import Finding


class CouplingPanel(ResultsPanel):
    """Coordination degrees in three forms, roles, obstacles, gains, sensitivity."""

    key = "coupling"

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self.forms = words("coupling.formula", ("standard", "wang", "fan"))
        self.chart = Chart("coupling", jobs)
        self.build()

    @property
    def title(self) -> str:
        return self.tr("耦合协调")

    def _make_options(self) -> StageOptions:
        pane = StageOptions(
            self.session,
            "coupling",
            heading=self.tr("耦合协调度"),
            words=self.tr(
                "产教融合科教融汇共同体与新质生产力两个系统发展是否同步。"
                "通行公式与修正公式并列给出，并附中点参照和自助区间。"
            ),
        )
        pane.add_section(self.tr("权重"))
        pane.choice(
            "role_weighting",
            self.tr("角色权重"),
            [("equal", self.tr("各角色同权")), ("respondent", self.tr("每份答卷同权"))],
        )
        pane.choice(
            "boundary",
            self.tr("等级边界"),
            [("left", self.tr("含下限 [低, 高)")), ("right", self.tr("含上限 (低, 高]"))],
        )
        pane.add_section(self.tr("计算"))
        pane.integer("bootstrap", self.tr("自助抽样次数"), limits=(200, 20_000), step=200)
        pane.integer("seed", self.tr("随机种子"), limits=(1, 2_147_483_647))
        pane.add_section(self.tr("怎样读"))
        pane.add_text(
            self.tr(
                "所有题都答中点时，通行公式的协调度已是 .707（中级协调），"
                "所以等级要和中点参照一起读。协调度不说明因果，也不能跨量表比较。"
            )
        )
        return pane

    def _make_results(self) -> None:
        number, count = NumberKind.DECIMAL, NumberKind.COUNT
        self.degrees = ResultTable(
            self.tr("耦合协调度"),
            [
                ResultColumn("formula", self.tr("公式"), words=self.forms),
                ResultColumn("C", self.tr("耦合 C"), number),
                ResultColumn("T", self.tr("指数 T"), number),
                ResultColumn("D", self.tr("协调 D"), number),
                ResultColumn(("D_low", "D_high"), self.tr("95% 区间"), number),
                ResultColumn("level", self.tr("等级")),
                ResultColumn(
                    "midpoint", self.tr("中点参照"), tip=self.tr("所有题都答中点时的协调度与等级")
                ),
            ],
        )
        self.systems = ResultTable(
            self.tr("系统发展水平（0–1）"),
            [
                ResultColumn("code", self.tr("系统")),
                ResultColumn("name", self.tr("名称"), is_wide=True),
                ResultColumn("U", "U", number),
                ResultColumn(("U_low", "U_high"), self.tr("95% 区间"), number),
                ResultColumn("n", self.tr("样本"), count),
            ],
        )
        self.by_role = ResultTable(self.tr("各角色（人数不足的不显示）"), self._role_columns([]))
        self.obstacles = ResultTable(
            self.tr("障碍度"),
            [
                ResultColumn("code", self.tr("制约因素")),
                ResultColumn("name", self.tr("名称"), is_wide=True),
                ResultColumn("severity", self.tr("严重程度"), NumberKind.SCORE),
                ResultColumn("weight", self.tr("权重"), number),
                ResultColumn("deviation", self.tr("偏离度"), number),
                ResultColumn("degree", self.tr("障碍度"), NumberKind.SHARE),
                ResultColumn("rank", self.tr("名次"), count),
                ResultColumn(("rank_low", "rank_high"), self.tr("名次区间"), count),
            ],
        )
        self.obstacles.set_notes(
            self.tr("障碍度总会给出名次；只有诊断为红灯或黄灯的因素才可称为障碍。")
        )
        self.gains = ResultTable(
            self.tr("边际增益：某一构念提高 10 分时协调度的变化"),
            [
                ResultColumn("code", self.tr("构念")),
                ResultColumn("name", self.tr("名称"), is_wide=True),
                ResultColumn("system", self.tr("系统")),
                ResultColumn("gradient", self.tr("梯度"), number),
                ResultColumn("D_plus_10", self.tr("通行公式"), NumberKind.DIFFERENCE),
                ResultColumn("D_plus_10_wang", self.tr("修正公式"), NumberKind.DIFFERENCE),
            ],
        )
        scalings = words("coupling.normalisation", ("theory", "minmax"))
        kinds = ("equal", "items", "entropy", "critic", "given", "ahp", "sem", "combined")
        weights = words("coupling.weights", kinds)
        shares = words("coupling.role_weighting", ("equal", "respondent"))
        self.sensitivity = ResultTable(
            self.tr("稳健性：换公式、标准化、权重后的结果"),
            [
                ResultColumn("formula", self.tr("公式"), words=self.forms),
                ResultColumn("normalisation", self.tr("标准化"), words=scalings),
                ResultColumn("weights", self.tr("指标权重"), words=weights),
                ResultColumn("alpha", self.tr("系统权重")),
                ResultColumn("role_weighting", self.tr("角色权重"), words=shares),
                ResultColumn("D", "D", number),
                ResultColumn("level", self.tr("等级"), is_wide=True),
            ],
        )
        self.page.add(self.tr("协调度"), self.degrees, self.systems, self.chart)
        self.page.add(self.tr("角色"), self.by_role)
        self.page.add(self.tr("障碍度"), self.obstacles)
        self.page.add(self.tr("边际增益"), self.gains)
        self.page.add(self.tr("稳健性"), self.sensitivity)

    def _role_columns(self, systems: list[str]) -> list[ResultColumn]:
        number = NumberKind.DECIMAL
        return [
            ResultColumn("code", self.tr("角色")),
            ResultColumn("name", self.tr("名称"), is_wide=True),
            ResultColumn("n", self.tr("份数"), NumberKind.COUNT),
            *(ResultColumn(code, code, number) for code in systems),
            ResultColumn("D", self.tr("D（通行）"), number),
            ResultColumn("D_wang", self.tr("D（修正）"), number),
            ResultColumn(
                "coverage", self.tr("所答构念"), NumberKind.SHARE, self.tr("该角色答到的构念比例")
            ),
        ]

    def _why_empty(self, chain: ChainResult) -> str:
        if chain.coupling is None:
            return self.tr("研究没有定义耦合系统，这一步不适用。可在“含义”中定义系统。")
        return ""

    def _findings(self, chain: ChainResult) -> Sequence[Finding]:
        return () if chain.coupling is None else chain.coupling.findings

    def _show(self, chain: ChainResult) -> None:
        from analysis.coupling.levels import level_scheme

        found = chain.coupling
        assert found is not None
        context, scheme = context_of(chain), level_scheme(found.levels)
        degrees = records_of(found.degrees, "formula")
        for record in degrees:
            middle = format_number(record["midpoint_D"])
            at_middle = int(scheme.codes(record["midpoint_D"]))
            record["midpoint"] = f"{middle} {scheme.name(at_middle, language())}"
            record["level"] = scheme.name(int(record["level_code"]), language())
        self.degrees.set_records(degrees)
        self.systems.set_records(named(records_of(found.systems), context))
        codes = [str(code) for code in found.systems.index if code in found.by_role.columns]
        by_role = records_of(found.by_role)
        for record in by_role:
            record["name"] = context.role(str(record["code"]))
        self.by_role.set_records(by_role, self._role_columns(codes))
        self.obstacles.set_records(named(records_of(found.obstacles), context))
        self.gains.set_records(named(records_of(found.gains), context))
        grid = records_of(found.sensitivity, "row")
        for record in grid:
            record["level"] = scheme.name(int(record["level_code"]), language())
        self.sensitivity.set_records(grid)
        stable = format_number(found.stable_share, NumberKind.SHARE)
        self.sensitivity.set_notes(
            self.tr("与所报等级相同的组合占 %1；达到 90% 才称为稳定。").replace("%1", stable)
        )
        self.chart.show_drawing(self._drawing(found), self._alt(found))

    def _drawing(self, found: CouplingResult) -> LevelScale:
        from analysis.coupling.levels import level_scheme

        scheme = level_scheme(found.levels)
        edges = (0.0, *scheme.edges, 1.0)
        bands = tuple(
            (low, high, scheme.name(place, language()))
            for place, (low, high) in enumerate(pairwise(edges), 1)
        )
        rows = tuple(
            (self.forms[str(form)], float(row["D"]), float(row["D_low"]), float(row["D_high"]))
            for form, row in found.degrees.iterrows()
        )
        middle = float(found.degrees["midpoint_D"].iloc[0])
        return LevelScale(bands, rows, (middle, self.tr("中点参照")))

    def _alt(self, found: CouplingResult) -> str:
        row = found.degrees.iloc[0]
        degree = format_number(float(row["D"]))
        text = self.tr("协调度图：通行公式 %1，%2")
        return text.replace("%1", degree).replace("%2", str(row["level"]))

    def _summary(self, chain: ChainResult) -> str:
        from analysis.coupling.levels import level_scheme

        assert chain.coupling is not None
        row: Any = chain.coupling.degrees.iloc[0]
        level = level_scheme(chain.coupling.levels).name(int(row["level_code"]), language())
        return f"D = {format_number(float(row['D']))} {level}"
