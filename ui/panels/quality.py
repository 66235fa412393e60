"""Step 3, 质量: who answered how, and who is left out of the main results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from analysis.report.numbers import NumberKind, format_number
from resources.texts import has_sentence, sentence, sentences
from survey.responses import Missing
from ui.models.result_table import RECORD_ROLE, ResultColumn
from ui.naming import role_name, wording
from ui.panels.decisions import DecisionsTab
from ui.session import Session
from ui.steps import Panel
from ui.texts import language, problem_texts
from ui.widgets.options_pane import StageOptions
from ui.widgets.result_table import ResultTable
from ui.widgets.results_page import ResultsPage
from ui.widgets.step_list import StepEntry, StepState

if TYPE_CHECKING:
    from analysis.preparation import PreparedDataset
    from analysis.preparation.dataset import Exclusion


def rule_name(code: str) -> str:
    """Return what a quality rule is called."""
    key = f"quality.{code}.name"
    return sentence(key, language()) if has_sentence(key, language()) else code


def rule_codes() -> list[str]:
    """Return the codes of the quality rules in the order of their texts."""
    prefix, suffix = "quality.", ".name"
    return [
        key.removeprefix(prefix).removesuffix(suffix)
        for key in sentences(language())
        if key.startswith(prefix) and key.endswith(suffix)
    ]


def _reasons(entry: Exclusion) -> list[str]:
    """Return why a sheet is left out: the rules, and the reason of a decision by hand."""
    rules = [rule_name(code) for code in entry.rules]
    return rules if entry.decision is None else [*rules, entry.decision.reason]


class QualityPanel(Panel):
    """Quality rules, exclusions, kinds of missing answers."""

    key = "quality"

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self.options = self._make_options()
        self.page = ResultsPage()
        self.results = self.page
        self._make_tables()
        for signal in (session.chain_changed, session.responses_changed, session.options_changed):
            signal.connect(self.refresh_soon)
        self.refresh()

    @property
    def title(self) -> str:
        return self.tr("质量")

    def _make_options(self) -> StageOptions:
        pane = StageOptions(
            self.session,
            "preparation",
            heading=self.tr("答卷质量"),
            words=self.tr(
                "规则只做标记，不删除数据。勾选的规则所标记的答卷不进入主要结果；"
                "报告同时给出保留全部答卷的结果。"
            ),
        )
        pane.add_section(self.tr("排除这些规则标记的答卷"))
        for code, box in zip(
            rule_codes(),
            pane.several(
                "exclude",
                self.tr("排除规则"),
                [(code, rule_name(code)) for code in rule_codes()],
            ),
            strict=True,
        ):
            box.setToolTip(sentence(f"quality.{code}.meaning", language()))
        pane.line(
            "rules_note",
            self.tr("这样剔除的理由"),
            hint=self.tr("谁、何时、为什么选这些规则；写入报告"),
            placeholder=self.tr("可不填"),
        )
        pane.add_section(self.tr("判定界限"))
        pane.number(
            "seconds_per_item_min",
            self.tr("每题最少用时（秒）"),
            limits=(0.0, 30.0),
            step=0.5,
            decimals=1,
        )
        pane.number(
            "longstring_share",
            self.tr("连续同答的题数超过"),
            limits=(0.1, 1.0),
            decimals=0,
            suffix="%",
            scale=100,
        )
        pane.number(
            "irv_min", self.tr("个人内标准差低于"), limits=(0.0, 2.0), step=0.05, decimals=2
        )
        pane.number(
            "missing_share_max",
            self.tr("缺答比例高于"),
            limits=(0.0, 1.0),
            decimals=0,
            suffix="%",
            scale=100,
        )
        pane.number(
            "near_duplicate_share",
            self.tr("与另一份答卷相同的答案达到"),
            limits=(0.8, 1.0),
            decimals=0,
            suffix="%",
            scale=100,
        )
        pane.number(
            "mahalanobis_p",
            self.tr("整体作答异常的概率低于"),
            limits=(0.0001, 0.05),
            step=0.001,
            decimals=4,
        )
        pane.number(
            "min_answered_share",
            self.tr("计分至少需答出构念题项的"),
            limits=(0.1, 1.0),
            decimals=0,
            suffix="%",
            scale=100,
        )
        return pane

    def _make_tables(self) -> None:
        count, share = NumberKind.COUNT, NumberKind.SHARE
        self.sample = ResultTable(
            self.tr("样本构成"),
            [
                ResultColumn("role", self.tr("受访者角色"), is_wide=True),
                ResultColumn("n", self.tr("导入份数"), count),
                ResultColumn("excluded", self.tr("排除"), count),
                ResultColumn("kept", self.tr("进入分析"), count),
                ResultColumn("share", self.tr("占分析样本"), share),
            ],
        )
        self.rules = ResultTable(
            self.tr("质量规则"),
            [
                ResultColumn("name", self.tr("规则"), is_wide=True),
                ResultColumn("flagged", self.tr("标记份数"), count),
                ResultColumn("share", self.tr("占全部答卷"), share),
                ResultColumn("use", self.tr("处理")),
            ],
        )
        self.excluded = ResultTable(
            self.tr("被排除的答卷"),
            [
                ResultColumn("row", self.tr("文件中的行"), count),
                ResultColumn("rules", self.tr("原因"), is_wide=True),
            ],
        )
        self.missing = ResultTable(
            self.tr("各题的缺答"),
            [
                ResultColumn("code", self.tr("题项")),
                ResultColumn("text", self.tr("题干"), is_wide=True),
                ResultColumn(Missing.ANSWERED.name, self.tr("有效"), count),
                ResultColumn(Missing.NOT_SHOWN.name, self.tr("未出示"), count),
                ResultColumn(Missing.EMPTY.name, self.tr("空答"), count),
                ResultColumn(Missing.DO_NOT_KNOW.name, self.tr("不了解"), count),
                ResultColumn(
                    "other", self.tr("其他"), count, self.tr("声明的缺失码和未能识别的内容")
                ),
            ],
        )
        self.notes = ResultTable(
            self.tr("导入时注意到的问题"),
            [ResultColumn("text", self.tr("位置、问题与建议"), is_wide=True)],
            wraps=True,
        )
        self.page.add(self.tr("样本与规则"), self.sample, self.rules)
        self.page.add(self.tr("被排除的答卷"), self.excluded)
        self.decisions = DecisionsTab(self.session)
        self.excluded.view.clicked.connect(
            lambda index: self.decisions.choose_row(index.data(RECORD_ROLE)["row"])
        )
        self.page.add(self.tr("人工处理"), self.decisions)
        self.page.add(self.tr("缺答"), self.missing)
        self.page.add(self.tr("导入记录"), self.notes)

    # -- filling ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the session's answers and, once run, its quality flags."""
        self.page.set_mark(self.mark)
        session = self.session
        chain = session.chain
        self.notes.set_records(self._note_records())
        self.missing.set_records(self._missing_records())
        if chain is None:
            for table in (self.sample, self.rules, self.excluded):
                table.set_records([])
            self.page.set_empty_text(self.tr("按“运行诊断”后在此显示结果"))
            self.page.set_findings((), is_stale=False)
        else:
            prepared = chain.prepared
            self.sample.set_records(self._sample_records(prepared))
            self.rules.set_records(self._rule_records(prepared))
            self.excluded.set_records(self._excluded_records(prepared))
            self.page.set_empty_text(self.tr("没有这样的答卷"))
            self.page.set_findings(prepared.findings, is_stale=session.is_stale)
        self.notes.set_empty_text(self.tr("导入时没有发现问题"))
        self.decisions.read()
        self.changed.emit()

    def _note_records(self) -> list[dict[str, Any]]:
        report = self.session.import_report
        problems = [] if report is None else list(report.problems)
        return [{"text": text} for text in problem_texts(problems)]

    def _missing_records(self) -> list[dict[str, Any]]:
        responses = self.session.responses
        if responses is None:
            return []
        texts = {item.code: wording(responses.study, item) for item in responses.study.items}
        known = (Missing.ANSWERED, Missing.NOT_SHOWN, Missing.EMPTY, Missing.DO_NOT_KNOW)
        records = []
        for code in responses.missing.columns:
            counts = responses.missing[code].value_counts()
            record: dict[str, Any] = {"code": code, "text": texts.get(code, "")}
            record |= {kind.name: int(counts.get(kind.value, 0)) for kind in known}
            record["other"] = responses.n - sum(record[kind.name] for kind in known)
            records.append(record)
        return records

    def _sample_records(self, prepared: PreparedDataset) -> list[dict[str, Any]]:
        everyone = prepared.responses.respondents
        kept = prepared.respondents
        total: dict[str, Any] = {"role": self.tr("合计"), "n": len(everyone), "kept": len(kept)}
        records: list[dict[str, Any]] = []
        if "role" in everyone.columns:
            records = self._role_records(prepared)
        rest = total["n"] - sum(record["n"] for record in records)
        if records and rest:
            rest_kept = total["kept"] - sum(record["kept"] for record in records)
            records.append(
                {"role": self.tr("其他（人数不足，合并）"), "n": rest, "kept": rest_kept}
            )
        for record in (*records, total):
            record["excluded"] = record["n"] - record["kept"]
            record["share"] = record["kept"] / len(kept) if len(kept) else float("nan")
        return [*records, total]

    def _role_records(self, prepared: PreparedDataset) -> list[dict[str, Any]]:
        """Return the roles that may be shown; small ones, and those that would give them away
        by subtraction, are left for one common row."""
        from analysis.disclosure import hide_groups

        before = prepared.responses.respondents["role"].value_counts()
        after = prepared.respondents["role"].value_counts()
        counts = {str(role): int(n) for role, n in after.items()}
        threshold = self.session.options.diagnosis.threshold
        hidden = set(hide_groups(counts, threshold).all)
        study = prepared.study
        return [
            {"role": role_name(study, role), "n": int(before[role]), "kept": kept}
            for role, kept in counts.items()
            if role not in hidden and kept >= threshold
        ]

    def _rule_records(self, prepared: PreparedDataset) -> list[dict[str, Any]]:
        flags = prepared.flags
        excluding = prepared.options.exclude
        return [
            {
                "name": rule_name(str(code)),
                "flagged": int(flags[code].sum()),
                "share": float(flags[code].mean()) if len(flags) else float("nan"),
                "use": self.tr("排除") if code in excluding else self.tr("只标记"),
            }
            for code in flags.columns
        ]

    def _excluded_records(self, prepared: PreparedDataset) -> list[dict[str, Any]]:
        joiner = "、" if language() == "zh_CN" else ", "
        return [
            {"row": entry.row, "rules": joiner.join(_reasons(entry))} for entry in prepared.excluded
        ]

    def entry(self) -> StepEntry:
        session = self.session
        if session.responses is None:
            return StepEntry(self.title)
        if session.chain is None:
            return StepEntry(self.title, "", StepState.READY, self.tr("可以运行"))
        prepared = session.chain.prepared
        summary = self.tr("保留 %1 / %2 份")
        summary = summary.replace("%1", format_number(prepared.n, NumberKind.COUNT))
        summary = summary.replace("%2", format_number(prepared.responses.n, NumberKind.COUNT))
        return self.result_entry(summary, prepared.findings)
