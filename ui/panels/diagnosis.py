"""Step 7, 约束诊断: which constraints bind, how sure that is, and who should do what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from analysis.report.document import SeverityBars, Tone
from analysis.report.numbers import NumberKind, format_number
from ui.jobs import Jobs
from ui.models.result_table import Record, ResultColumn, records_of
from ui.naming import context_of, named, words
from ui.panels.results_panel import ResultsPanel
from ui.session import Session
from ui.widgets.chart import Chart
from ui.widgets.options_pane import StageOptions
from ui.widgets.result_table import ResultTable

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.diagnosis.result import Diagnosis
    from analysis.findings import Finding
    from analysis.report.content.context import Context

LIGHTS: tuple[Tone, ...] = ("red", "amber", "green", "grey")


def light_tone(record: Record) -> Tone:
    """Return the colour of a record's traffic light."""
    light = record.get("light")
    return light if light in LIGHTS else "plain"


class DiagnosisPanel(ResultsPanel):
    """Ranked constraints, roles, measures and actors."""

    key = "diagnosis"

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        # The report's words begin with the sign that the table puts there itself.
        signs = words("report.light", LIGHTS)
        self.lights = {light: text.split(" ", 1)[-1] for light, text in signs.items()}
        self.urgencies = words("diagnosis.urgency", ("now", "plan", "watch", "unknown"))
        self.chart = Chart("severity", jobs)
        self.build()

    @property
    def title(self) -> str:
        return self.tr("约束诊断")

    def _make_options(self) -> StageOptions:
        pane = StageOptions(
            self.session,
            "diagnosis",
            heading=self.tr("制约因素诊断"),
            words=self.tr(
                "按严重程度和重要性排出制约因素，区间重叠的并为一档，再对应到措施、责任主体和部门。"
            ),
        )
        pane.add_section(self.tr("保护受访者"))
        pane.integer(
            "threshold",
            self.tr("人数少于此数的组不显示"),
            limits=(5, 100),
            hint=self.tr("任何表、图、导出都不显示更小的组；不低于 5"),
        )
        pane.add_section(self.tr("重要性"))
        pane.choice(
            "importance_source",
            self.tr("重要性来自"),
            [
                ("auto", self.tr("自动选择")),
                ("sem", self.tr("结构方程总效应")),
                ("relative_weights", self.tr("相对权重")),
            ],
        )
        pane.add_section(self.tr("计算"))
        pane.integer("bootstrap", self.tr("自助抽样次数"), limits=(200, 20_000), step=200)
        pane.integer("seed", self.tr("随机种子"), limits=(1, 2_147_483_647))
        pane.add_section(self.tr("信号灯"))
        pane.add_text(
            self.tr(
                "▲ %1：均值 ≥ 60 且区间下限 > 50。\n● %3：均值 ≤ 40 且区间上限 < 50。\n"
                "◆ %2：其余。\n○ %4：人数或信度不足。"
            )
            .replace("%1", self.lights["red"])
            .replace("%2", self.lights["amber"])
            .replace("%3", self.lights["green"])
            .replace("%4", self.lights["grey"])
        )
        return pane

    def _make_results(self) -> None:
        number, count, score = NumberKind.DECIMAL, NumberKind.COUNT, NumberKind.SCORE
        cells = {
            **words("diagnosis.cell", ("agreed", "derived_only", "stated_only", "neither")),
            "": "",
        }
        self.constraints = ResultTable(
            self.tr("制约因素，按优先级"),
            [
                ResultColumn("code", self.tr("代码")),
                ResultColumn("name", self.tr("制约因素"), is_wide=True),
                ResultColumn("light", self.tr("判定"), tone=light_tone, words=self.lights),
                ResultColumn("band", self.tr("档"), count, self.tr("名次区间重叠的并为一档")),
                ResultColumn("severity", self.tr("严重程度"), score, self.tr("0–100，越高越严重")),
                ResultColumn(("severity_low", "severity_high"), self.tr("95% 区间"), score),
                ResultColumn("importance", self.tr("重要性"), number),
                ResultColumn("priority", self.tr("优先级"), NumberKind.SHARE),
                ResultColumn(("rank_low", "rank_high"), self.tr("名次区间"), count),
                ResultColumn(
                    "top3",
                    self.tr("进前三概率"),
                    NumberKind.SHARE,
                    self.tr("自助抽样中进入前三的比例"),
                ),
                ResultColumn(
                    "stated",
                    self.tr("主观选择"),
                    NumberKind.SHARE,
                    self.tr("受访者点选前三的得分份额"),
                ),
                ResultColumn("cell", self.tr("对照"), words=cells),
            ],
        )
        self.roles = ResultTable(self.tr("各角色眼中的严重程度（0–100）"), self._role_columns([]))
        self.advice = ResultTable(
            self.tr("改进建议与责任"),
            [
                ResultColumn("constraint", self.tr("制约因素")),
                ResultColumn("urgency", self.tr("安排"), words=self.urgencies),
                ResultColumn("advice", self.tr("建议"), is_wide=True),
                ResultColumn("actors", self.tr("责任主体")),
                ResultColumn("departments", self.tr("牵头部门")),
                ResultColumn("measures", self.tr("措施代码")),
            ],
            wraps=True,
        )
        kinds = {"severity": self.tr("制约（高为差）"), "positive": self.tr("正向（高为好）")}
        self.levels = ResultTable(
            self.tr("全部构念的水平（0–100）"),
            [
                ResultColumn("code", self.tr("代码")),
                ResultColumn("name", self.tr("构念"), is_wide=True),
                ResultColumn("polarity", self.tr("方向"), words=kinds),
                ResultColumn("n", self.tr("样本"), count),
                ResultColumn("score", self.tr("得分"), score),
                ResultColumn(("score_low", "score_high"), self.tr("95% 区间"), score),
            ],
        )
        self.flagged = ResultTable(
            self.tr("保留全部答卷时的变化"),
            [
                ResultColumn("code", self.tr("代码")),
                ResultColumn("name", self.tr("制约因素"), is_wide=True),
                ResultColumn("severity", self.tr("主要结果"), score),
                ResultColumn("severity_all", self.tr("全部答卷"), score),
                ResultColumn("difference", self.tr("差"), NumberKind.CHANGE),
            ],
        )
        self.page.add(self.tr("制约因素"), self.constraints)
        self.page.add(self.tr("信号灯图"), self.chart)
        self.page.add(self.tr("角色对比"), self.roles)
        self.page.add(self.tr("建议与责任"), self.advice)
        self.page.add(self.tr("全部构念"), self.levels)
        self.page.add(self.tr("含异常答卷"), self.flagged)

    def _role_columns(self, roles: list[tuple[str, str]]) -> list[ResultColumn]:
        return [
            ResultColumn("code", self.tr("代码")),
            ResultColumn("name", self.tr("制约因素"), is_wide=True),
            *(ResultColumn(code, name, NumberKind.SCORE) for code, name in roles),
        ]

    def _why_empty(self, chain: ChainResult) -> str:
        if chain.diagnosis is None:
            return self.tr("研究没有标为“制约”的构念，这一步不适用。可在“含义”中设定方向。")
        return ""

    def _findings(self, chain: ChainResult) -> Sequence[Finding]:
        return () if chain.diagnosis is None else chain.diagnosis.findings

    def _show(self, chain: ChainResult) -> None:
        found = chain.diagnosis
        assert found is not None
        context = context_of(chain)
        names = {str(code): context.name(str(code)) for code in found.constraints.index}
        self.constraints.set_records(named(records_of(found.constraints), context))
        shown = found.by_role.dropna(axis="columns", how="all")
        roles = [(str(code), context.role(str(code))) for code in shown]
        by_role = records_of(shown)
        flagged = records_of(found.with_flagged)
        for record in (*by_role, *flagged):
            record["name"] = names.get(str(record["code"]), "")
        self.roles.set_records(by_role, self._role_columns(roles))
        hidden = context.join(context.role(code) for code in found.suppressed)
        note = self.tr("“—”：该角色不答这些题，或人数不足。")
        if hidden:
            note += self.tr("人数不足而不显示的角色：%1。").replace("%1", hidden)
        self.roles.set_notes(note)
        self.advice.set_records(self._advice_records(found, names, context))
        self.levels.set_records(named(records_of(found.levels), context))
        self.flagged.set_records(flagged)
        self.chart.show_drawing(*self._drawing(found, context))

    def _advice_records(
        self, found: Diagnosis, names: dict[str, str], context: Context
    ) -> list[dict[str, Any]]:
        from analysis.report.content.front import advice, departments

        joint = "" if context.is_source else " "
        actors = {code: context.worded(entry) for code, entry in context.raw("actors").items()}
        return [
            {
                "constraint": f"{entry.constraint} {names.get(entry.constraint, '')}".strip(),
                "urgency": entry.urgency,
                "advice": joint.join(advice(context, entry.constraint, entry.advice)),
                "actors": context.join(actors.get(code, code) for code in entry.actors),
                "departments": context.join(departments(context, entry.departments)),
                "measures": " ".join(entry.measures),
            }
            for entry in found.recommendations
        ]

    def _drawing(self, found: Diagnosis, context: Context) -> tuple[SeverityBars, str]:
        rows = []
        for code, row in found.constraints.iterrows():
            light: Any = row["light"]
            name = context.coded(str(code))
            values = (float(row["severity"]), float(row["severity_low"]))
            rows.append(
                (name, *values, float(row["severity_high"]), light, self.lights.get(light, ""))
            )
        axis = self.tr("严重程度（0–100，越高越严重）")
        red = [name for name, *_, light, _ in rows if light == "red"]
        alt = self.tr("信号灯图：红灯的制约因素 %n 个", "", len(red))
        return SeverityBars(tuple(rows), axis, (40.0, 50.0, 60.0)), alt

    def _summary(self, chain: ChainResult) -> str:
        assert chain.diagnosis is not None
        lights = chain.diagnosis.constraints["light"]
        summary = self.tr("▲ %1 项　◆ %2 项")
        for place, light in enumerate(("red", "amber"), 1):
            number = format_number(int((lights == light).sum()), NumberKind.COUNT)
            summary = summary.replace(f"%{place}", number)
        return summary
