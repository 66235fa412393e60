"""Step 8, 比较分析: groups beside each other, and what goes with the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.report.numbers import NumberKind, format_number
from ui.panels.chapter_panel import ChapterPanel
from ui.panels.construct_choice import ConstructChoice
from ui.widgets.options_pane import StageOptions

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.findings import Finding


class ComparisonPanel(ChapterPanel):
    """Differences between groups, regression, mediation, necessity, profiles, configurations."""

    key = "comparison"

    @property
    def title(self) -> str:
        return self.tr("比较分析")

    def _make_options(self) -> StageOptions:
        pane = StageOptions(
            self.session,
            "comparison",
            heading=self.tr("比较与解释"),
            words=self.tr(
                "各组之间差多少，结果与什么相伴随。都是关联，不是因果；"
                "样本不够的分析不做，并说明原因。"
            ),
        )
        pane.add_section(self.tr("解释什么"))
        self.outcome = ConstructChoice(
            pane,
            "outcome",
            self.tr("结果变量"),
            nothing=self.tr("自动"),
            hint=self.tr("自动：研究框架或自己的模型所指的结果"),
        )
        pane.number(
            "good_outcome",
            self.tr("结果达到多少分算“好”（0–100）"),
            limits=(1.0, 99.0),
            step=5.0,
            decimals=0,
            hint=self.tr("用于二元逻辑回归"),
        )
        pane.add_section(self.tr("检验"))
        pane.choice(
            "adjust",
            self.tr("多重比较的校正"),
            [("holm", "Holm"), ("bh", "Benjamini–Hochberg")],
        )
        pane.choice(
            "correlation",
            self.tr("相关系数"),
            [("pearson", "Pearson"), ("spearman", "Spearman"), ("kendall", "Kendall τ")],
        )
        pane.add_section(self.tr("计算"))
        pane.integer("bootstrap", self.tr("中介效应自助抽样次数"), limits=(200, 20_000), step=500)
        pane.integer("permutations", self.tr("必要条件置换次数"), limits=(100, 20_000), step=500)
        pane.integer("most_profiles", self.tr("最多考察几类人群"), limits=(2, 8))
        pane.integer("seed", self.tr("随机种子"), limits=(1, 2_147_483_647))
        return pane

    # -- results ------------------------------------------------------------------------------

    def _why_empty(self, chain: ChainResult) -> str:
        if chain.comparison is None:
            return self.tr("这个项目的结果来自较早的版本，按“运行诊断”后在此显示比较。")
        return ""

    def _short_titles(self) -> dict[str, str]:
        return {
            "group_differences": self.tr("群体差异"),
            "regression": self.tr("影响因素"),
            "mediation": self.tr("中介与调节"),
            "necessity": self.tr("必要条件"),
            "profiles": self.tr("人群类型"),
            "solutions": self.tr("条件组合"),
            "group_means_0_0": self.tr("全部表格"),
            "score_correlations_0": self.tr("全部表格"),
        }

    def _findings(self, chain: ChainResult) -> Sequence[Finding]:
        return () if chain.comparison is None else chain.comparison.findings

    def _summary(self, chain: ChainResult) -> str:
        found = chain.comparison
        linear = None if found is None else found.regressions.get("linear")
        if found is None or linear is None:
            return self.tr("样本不支持回归")
        share = format_number(float(linear.fit["r2"]), NumberKind.SHARE)
        return self.tr("解释结果差异的 %1").replace("%1", share)
