"""Step 5, 量表检验: factors, common method bias, and which items are to be mended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.panels.chapter_panel import ChapterPanel
from ui.panels.construct_choice import ConstructChoice
from ui.widgets.options_pane import StageOptions

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.findings import Finding


class ReviewPanel(ChapterPanel):
    """Exploratory factors, method bias, verdict of the pilot."""

    key = "review"

    @property
    def title(self) -> str:
        return self.tr("量表检验")

    def _make_options(self) -> StageOptions:
        pane = StageOptions(
            self.session,
            "review",
            heading=self.tr("量表检验"),
            words=self.tr(
                "题项是否各归其位，答案是否主要来自作答方式，哪些题要改。"
                "检验全部通过以前，量表是试用版，结果照常可用，但要如实说明。"
            ),
        )
        pane.add_section(self.tr("共同方法偏差"))
        self.marker = ConstructChoice(
            pane,
            "marker",
            self.tr("标记变量"),
            nothing=self.tr("没有"),
            hint=self.tr("理论上应与其他构念都无关的构念；问卷里没有就选“没有”"),
        )
        pane.add_section(self.tr("计算"))
        pane.integer(
            "parallel_draws",
            self.tr("平行分析的随机数据组数"),
            limits=(20, 1000),
            step=50,
            hint=self.tr("用来判断因子个数"),
        )
        pane.integer(
            "bootstrap",
            self.tr("载荷标准误的自助抽样次数"),
            limits=(0, 5000),
            step=200,
            hint=self.tr("0 表示不计算；较费时间"),
        )
        pane.integer("seed", self.tr("随机种子"), limits=(1, 2_147_483_647))
        return pane

    def _why_empty(self, chain: ChainResult) -> str:
        if chain.review is None:
            return self.tr("答卷少于 10 份，或没有可检验的构念，这一步不适用。")
        return ""

    def _findings(self, chain: ChainResult) -> Sequence[Finding]:
        from analysis.report.content.review import review_findings

        return () if chain.review is None else review_findings(chain.review)

    def _first_title(self) -> str:
        return self.tr("检验结论")

    def _short_titles(self) -> dict[str, str]:
        return {
            "review_items": self.tr("要改的题"),
            "review_loadings": self.tr("因子"),
            "review_eigenvalues": self.tr("因子"),
            "review_bias": self.tr("方法偏差"),
            "review_agreement": self.tr("单位内一致性"),
        }

    def _summary(self, chain: ChainResult) -> str:
        found = chain.review
        assert found is not None
        return self.tr("检验通过") if found.pilot.is_ready else self.tr("试用版")
