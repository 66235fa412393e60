"""Objective indicators beside the survey: do the ledger and the answers say the same?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.coupling.panel import PanelIndicator, PanelOptions, assess_panel
from analysis.coupling.triangulation import Triangulation, triangulate
from analysis.findings import Finding
from survey.framework import load_framework
from survey.problems import refuse


@dataclass(frozen=True, slots=True)
class PanelData:
    """Indicators as read from the user's file.

    Args:
        table: index (unit, year), one column per indicator, NaN where blank.
        indicators: with frozen bounds where given; ``weights`` by indicator, empty for equal.
        unit, year: which row is this survey's.
    """

    table: pd.DataFrame
    indicators: tuple[PanelIndicator, ...]
    weights: Mapping[str, float]
    unit: str
    year: str


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorEvidence:
    """The survey beside the ledger of one unit and year.

    Args:
        unit, year: the row of the panel that was taken.
        systems: level of each system by the survey and by the ledger.
        table: index indicator; ``system, construct, value, scaled`` (0-100, high = good)
            ``, survey`` (score 0-100 of its construct, NaN where not asked) ``, is_frozen``.
        missing: indicators of the framework without a value.
        reached: indicator with a target → whether it is reached.
        findings: of the panel.
    """

    unit: str
    year: str
    systems: tuple[Triangulation, ...]
    table: pd.DataFrame
    missing: tuple[str, ...]
    reached: Mapping[str, bool]
    findings: tuple[Finding, ...]


def chosen_row(table: pd.DataFrame, *, unit: str, university: str, year: str) -> tuple[str, str]:
    """Return the unit and year of the panel that belong to the survey.

    The unit is the one named, else the only one, else the one called like the university; the
    year the one named, else the latest not after the survey's, else the latest.

    Args:
        year: of the survey, "" where not known.

    Raises:
        Refusal: several units, and none is named or called like the university.
    """
    units = [str(u) for u in table.index.get_level_values("unit").unique()]
    wanted = unit or (units[0] if len(units) == 1 else university)
    if wanted not in units:
        raise refuse("evidence_unit", unit=wanted or "—", known="、".join(units[:12]))
    years = sorted(str(y) for y in table.loc[[wanted]].index.get_level_values("year"))
    earlier = [y for y in years if y[:4] <= year[:4]] if year else years
    return wanted, (earlier or years)[-1]


def indicator_evidence(
    panel: PanelData, *, survey_u: Mapping[str, float], scores: Mapping[str, float]
) -> IndicatorEvidence:
    """Return the ledger of the chosen unit and year beside the survey.

    Only indicators with a value there count; what is blank is listed.

    Args:
        survey_u: system → U of the survey, 0-1; ``scores``: construct → score 0-100.

    Raises:
        Refusal: fewer than ten unit-years while bounds come from the sample, or only one system.
    """
    key = (panel.unit, panel.year)
    row = panel.table.loc[[key]].iloc[0]
    used = tuple(i for i in panel.indicators if pd.notna(row[i.code]))
    codes = [i.code for i in used]
    weighting = "given" if panel.weights else "equal"
    found = assess_panel(panel.table[codes], used, PanelOptions(weighting, panel.weights))
    systems = dict.fromkeys(i.system for i in used)
    degrees = found.table.loc[[key]].iloc[0]
    ledger_u = {system: float(degrees[system]) for system in systems}
    scaled = found.scaled.loc[[key]].iloc[0]
    known = {entry["code"]: entry for entry in load_framework().raw["indicators"]}
    constructs = [str(known.get(code, {}).get("construct", "")) for code in codes]
    table = pd.DataFrame(
        {
            "system": [i.system for i in used],
            "construct": constructs,
            "value": [float(row[code]) for code in codes],
            "scaled": [100 * float(scaled[code]) for code in codes],
            "survey": [scores.get(code, float("nan")) for code in constructs],
            "is_frozen": [i.has_bounds for i in used],
        },
        index=pd.Index(codes, name="indicator"),
    )
    return IndicatorEvidence(
        unit=panel.unit,
        year=panel.year,
        systems=triangulate(survey_u, ledger_u),
        table=table,
        missing=tuple(code for code in known if code not in codes),
        reached={i.code: bool(scaled[i.code] >= 1) for i in used if i.has_bounds},
        findings=found.findings,
    )
