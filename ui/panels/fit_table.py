"""Fit measures of a model with the usual limits beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from analysis.report.document import Tone
from analysis.report.numbers import NumberKind, format_interval, format_number, is_missing
from ui.models.result_table import Record, ResultColumn
from ui.widgets.result_table import ResultTable

if TYPE_CHECKING:
    from analysis.sem import SemResult

LARGE_IS_GOOD = {
    "cfi": (0.95, 0.90),
    "tli": (0.95, 0.90),
    "ifi": (0.95, 0.90),
    "nfi": (0.95, 0.90),
    "gfi": (0.90, 0.85),
    "agfi": (0.90, 0.80),
}
SMALL_IS_GOOD = {"cmin_df": (3.0, 5.0), "rmsea": (0.05, 0.08), "srmr": (0.05, 0.08)}


def _tone(record: Record) -> Tone:
    key, value = record["key"], record.get("raw")
    if value is None or is_missing(value):
        return "plain"
    if key in LARGE_IS_GOOD:
        good, floor = LARGE_IS_GOOD[key]
        return "plain" if value >= good else "amber" if value >= floor else "red"
    if key in SMALL_IS_GOOD:
        good, limit = SMALL_IS_GOOD[key]
        return "plain" if value <= good else "amber" if value <= limit else "red"
    return "plain"


class FitTable(ResultTable):
    """The measures reviewers look for, in their order."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(caption, [], parent)
        columns = [
            ResultColumn("name", self.tr("指标")),
            ResultColumn("value", self.tr("数值"), NumberKind.COUNT, tone=_tone),
            ResultColumn("usual", self.tr("常用界限"), is_wide=True),
        ]
        self.set_records([], columns)

    def show_fit(self, sem: SemResult | None) -> None:
        """Show the fit of ``sem``; nothing when there is none."""
        self.set_records([] if sem is None or not sem.fit_measures else self._records(sem))

    def _records(self, sem: SemResult) -> list[dict[str, Any]]:
        m = dict(sem.fit_measures)
        nan = float("nan")
        df = m.get("df", nan)
        m["cmin_df"] = m.get("chisq", nan) / df if df and not is_missing(df) else nan
        high = self.tr("≥ .95 良好，≥ .90 可接受")
        low = self.tr("≤ .05 良好，≤ .08 可接受")
        compare = self.tr("比较模型用，小者优")
        interval = format_interval(m.get("rmsea.ci.lower", nan), m.get("rmsea.ci.upper", nan))
        rows = [
            ("chisq", "χ²", _decimal(m, "chisq"), ""),
            ("df", self.tr("自由度"), format_number(df, NumberKind.COUNT), ""),
            ("pvalue", "p", format_number(m.get("pvalue", nan), NumberKind.PROBABILITY), ""),
            ("cmin_df", "χ²/df", _decimal(m, "cmin_df"), self.tr("≤ 3 良好，≤ 5 可接受")),
            ("cfi", "CFI", _decimal(m, "cfi"), high),
            ("tli", "TLI", _decimal(m, "tli"), high),
            ("rmsea", "RMSEA", _decimal(m, "rmsea"), low),
            ("rmsea_ci", self.tr("RMSEA 的 90% 区间"), interval, ""),
            ("srmr", "SRMR", _decimal(m, "srmr"), low),
            ("gfi", "GFI", _decimal(m, "gfi"), self.tr("≥ .90 良好，≥ .85 可接受")),
            ("agfi", "AGFI", _decimal(m, "agfi"), self.tr("≥ .90 良好，≥ .80 可接受")),
            ("nfi", "NFI", _decimal(m, "nfi"), high),
            ("ifi", "IFI", _decimal(m, "ifi"), high),
            ("aic", "AIC", _decimal(m, "aic"), compare),
            ("bic", "BIC", _decimal(m, "bic"), compare),
        ]
        return [
            {"key": key, "name": name, "value": value, "usual": usual, "raw": m.get(key, nan)}
            for key, name, value, usual in rows
        ]


def _decimal(measures: dict[str, float], key: str) -> str:
    return format_number(measures.get(key, float("nan")), NumberKind.DECIMAL)
