"""``main.py panel``: coupling coordination from objective indicators of units by years."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.commands.columns import listed, numbers_of, place_of, weights_of
from analysis.commands.output import check_format, finding_lines, say, table_lines, write_tables
from analysis.coupling import PanelCoupling, PanelIndicator, PanelOptions, assess_panel
from analysis.coupling.formulas import FORMULAS
from analysis.coupling.levels import LAG_TYPES, lag_types, level_scheme
from analysis.report.document import Column, Table
from analysis.report.numbers import NumberKind, format_number
from resources.texts import SOURCE_LANGUAGE, sentence
from survey.framework import load_framework
from survey.problems import refuse

if TYPE_CHECKING:
    import pandas as pd

    from survey.exchange import RawTable

K = NumberKind
WEIGHTINGS = ("equal", "given", "entropy", "critic", "combined")
SHOWN_OBSTACLES = 3

UNIT_HEADING = re.compile(
    r"单位|学校|高校|院校|地区|省份|城市|unit|university|region", re.IGNORECASE
)
YEAR_HEADING = re.compile(r"年份|年度|年|year", re.IGNORECASE)
INDICATOR_HEADINGS = {
    "code": re.compile(r"代码|编码|指标|code|indicator", re.IGNORECASE),
    "system": re.compile(r"系统|子系统|system", re.IGNORECASE),
    "direction": re.compile(r"方向|direction", re.IGNORECASE),
    "low": re.compile(r"下限|最差值|low", re.IGNORECASE),
    "high": re.compile(r"上限|目标值|标杆值|high", re.IGNORECASE),
    "weight": re.compile(r"权重|weight", re.IGNORECASE),
}
DIRECTIONS = {"": 1, "+": 1, "正": 1, "正向": 1, "1": 1, "-": -1, "−": -1, "负": -1, "逆": -1,
              "负向": -1, "逆向": -1, "-1": -1}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PanelOrder:
    """What the user says about his panel.

    Args:
        indicators: table of indicators (code, system, direction, low, high, weight); None:
            the framework's, recognised by the headings.
        unit, year: headings; "" to find them. Without a unit column all rows are one unit.
        alpha: contribution weights of the systems, ``0.5,0.5``; empty: equal.
    """

    indicators: Path | None = None
    unit: str = ""
    year: str = ""
    weighting: str = "equal"
    alpha: str = ""
    formula: str = "standard"
    boundary: str = "left"
    encoding: str | None = None
    sheet: str | None = None


def assess_panel_file(
    file: Path,
    order: PanelOrder | None = None,
    out: Path | None = None,
    *,
    language: str = SOURCE_LANGUAGE,
) -> list[str]:
    """Return degrees, weights and obstacles of every unit and year; write the tables.

    Args:
        out: a .csv (the degrees) or .xlsx (all tables); None for none.

    Raises:
        Refusal: the file or the indicators cannot be used, a unit and year comes twice, or
            fewer than ten unit-years while bounds or weights come from the sample.
    """
    from survey.exchange import read_table

    order = order or PanelOrder()
    if out is not None:
        check_format(out)
    raw = read_table(file, encoding=order.encoding, sheet=order.sheet)
    data, indicators, weights = read_panel(raw, order)
    systems = len({indicator.system for indicator in indicators})
    options = PanelOptions(
        weighting=order.weighting,
        weights=weights,
        alpha=weights_of(order.alpha, systems),
        formula=order.formula,
        boundary=order.boundary,
    )
    found = assess_panel(data, indicators, options)
    tables = [
        _degrees(found, order, language),
        _weights(found, order, language),
        _obstacles(found, language),
    ]
    lines: list[str] = []
    for table in tables:
        lines += [*table_lines(table), ""]
    lines += finding_lines(found.findings, language)
    if out is not None:
        title = say("panel.title", language)
        lines.append(write_tables(out, tables, title=title, language=language))
    return lines


# --- reading ------------------------------------------------------------------


def read_panel(
    raw: RawTable, order: PanelOrder
) -> tuple[pd.DataFrame, tuple[PanelIndicator, ...], dict[str, float]]:
    """Return the data (index unit, year), the indicators, and their weights where given.

    Raises:
        Refusal: the table or the indicators cannot be used, a unit and year comes twice.
    """
    indicators, weights, headings = _indicators(raw, order)
    if order.weighting == "given" and not any(weights.values()):
        raise refuse("panel_no_weights", raw.source.name)
    return _data(raw, order, headings), indicators, weights


def _data(raw: RawTable, order: PanelOrder, headings: Mapping[str, str]) -> pd.DataFrame:
    """Return index (unit, year), one column per indicator code."""
    import pandas as pd

    year = order.year or _found(raw, YEAR_HEADING)
    unit = order.unit or _found(raw, UNIT_HEADING)
    if not year:
        raise refuse("panel_year", raw.source.name, columns=listed(raw))
    years = _labels(raw, year)
    units = _labels(raw, unit) if unit else [""] * raw.n_rows
    index = pd.MultiIndex.from_arrays([units, years], names=["unit", "year"])
    if index.has_duplicates:
        first = int(index.duplicated().argmax())
        row = int(raw.row_numbers[first])
        raise refuse(
            "panel_repeated", raw.source.name, row=row, unit=units[first], year=years[first]
        )
    values, _ = numbers_of(raw, list(headings.values()))
    return pd.DataFrame(values, index=index, columns=list(headings))


def _found(raw: RawTable, pattern: re.Pattern[str]) -> str:
    """Return the first heading the pattern fits, "" when none does."""
    return next((h for h in raw.headers if pattern.fullmatch(h.strip())), "")


def _labels(raw: RawTable, heading: str) -> list[str]:
    cells = raw.columns[place_of(raw, heading)].cells()
    for row, cell in enumerate(cells):
        if cell is None:
            number = int(raw.row_numbers[row])
            raise refuse("panel_blank", raw.source.name, row=number, column=heading)
    return [str(cell).strip().removesuffix(".0") for cell in cells]


def _indicators(
    raw: RawTable, order: PanelOrder
) -> tuple[tuple[PanelIndicator, ...], dict[str, float], dict[str, str]]:
    """Return the indicators, their weights, and the heading of each indicator's column."""
    if order.indicators is not None:
        indicators, weights = _described(order.indicators)
    else:
        indicators, weights = _framework_indicators(), {}
    headings = _columns(raw, [indicator.code for indicator in indicators])
    if order.indicators is None:
        indicators = tuple(i for i in indicators if i.code in headings)
    absent = [i.code for i in indicators if i.code not in headings]
    if absent:
        raise refuse("panel_column_missing", "、".join(absent))
    if not indicators:
        raise refuse("panel_no_indicators", raw.source.name, columns=listed(raw))
    return indicators, weights, headings


def _framework_indicators() -> tuple[PanelIndicator, ...]:
    return tuple(
        PanelIndicator(entry["code"], entry["system"], -1 if entry["direction"] == "-" else 1)
        for entry in load_framework().raw["indicators"]
    )


def _columns(raw: RawTable, codes: list[str]) -> dict[str, str]:
    """Return the heading of each code: the code, code and name, or the framework's name."""
    names = {entry["code"]: entry["zh"] for entry in load_framework().raw["indicators"]}
    found: dict[str, str] = {}
    for heading in raw.headers:
        text = heading.strip()
        for code in codes:
            begins = re.match(rf"{re.escape(code)}(?![A-Za-z\d])", text)
            if begins or text == names.get(code):
                found.setdefault(code, heading)
    return {code: found[code] for code in codes if code in found}


def _described(path: Path) -> tuple[tuple[PanelIndicator, ...], dict[str, float]]:
    """Return the indicators of the user's own table, and their weights where given."""
    from survey.exchange import read_table

    raw = read_table(path)
    places = {key: _found(raw, pattern) for key, pattern in INDICATOR_HEADINGS.items()}
    if not places["code"] or not places["system"]:
        raise refuse("panel_indicator_table", path.name, columns=listed(raw))
    codes, systems = _labels(raw, places["code"]), _labels(raw, places["system"])
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise refuse("panel_indicator_twice", path.name, indicator=twice)
    numbers = {
        key: numbers_of(raw, [places[key]])[0][:, 0].tolist()
        if places[key]
        else [None] * len(codes)
        for key in ("low", "high", "weight")
    }
    bounds = {key: [_given(v) for v in numbers[key]] for key in ("low", "high")}
    indicators = tuple(
        PanelIndicator(code, system, sign, low, high)
        for code, system, sign, low, high in zip(
            codes, systems, _signs(raw, places["direction"]), *bounds.values(), strict=True
        )
    )
    weights = {c: w for c, v in zip(codes, numbers["weight"], strict=True) if (w := _given(v))}
    if any(weight < 0 for weight in weights.values()):
        raise refuse("panel_weight", path.name)
    return indicators, weights


def _given(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


def _signs(raw: RawTable, heading: str) -> list[int]:
    if not heading:
        return [1] * raw.n_rows
    signs = []
    for row, cell in enumerate(raw.columns[place_of(raw, heading)].cells()):
        text = (cell or "").strip().removesuffix(".0")
        if text not in DIRECTIONS:
            number = int(raw.row_numbers[row])
            raise refuse("panel_direction", raw.source.name, row=number, given=text)
        signs.append(DIRECTIONS[text])
    return signs


# --- tables -------------------------------------------------------------------


def _degrees(found: PanelCoupling, order: PanelOrder, language: str) -> Table:
    """Return U, T, C and D of every unit and year, with level and the system behind."""
    systems = list(dict.fromkeys(found.weights["system"]))
    forms = [order.formula, *(f for f in FORMULAS if f != order.formula)]
    has_lag = "lag" in found.table.columns
    scheme = level_scheme("D10")
    codes = scheme.codes(found.table[f"D_{order.formula}"].to_numpy(), order.boundary)
    rows = []
    for (unit, year), values, code in zip(
        found.table.index, found.table.to_dict("records"), codes, strict=True
    ):
        numbers = [*systems, "T", f"C_{order.formula}", *(f"D_{form}" for form in forms)]
        lag = [_lag(values, systems, language)] if has_lag else []
        level = scheme.name(int(code), language)
        rows.append((unit, year, *(float(values[n]) for n in numbers), level, *lag))
    named = [sentence(f"coupling.formula.{form}", language) for form in forms]
    return Table(
        "degrees",
        say("panel.degrees", language),
        (
            Column(say("panel.unit", language)),
            Column(say("panel.year", language)),
            *(Column(system, K.DECIMAL) for system in systems),
            Column("T", K.DECIMAL),
            Column("C", K.DECIMAL),
            *(Column(f"D {name}", K.DECIMAL) for name in named),
            Column(say("panel.level", language)),
            *([Column(say("panel.lag", language))] if has_lag else []),
        ),
        tuple(rows),
        (say("panel.degrees_note", language, formula=named[0]),),
    )


def _lag(values: Mapping[Any, Any], systems: list[str], language: str) -> str:
    """Return which system is behind, by the ratio of the first to the second."""
    first, second = float(values[systems[0]]), float(values[systems[1]])
    if second <= 0:
        return sentence(f"coupling.lag.{'second_lags' if first > 0 else 'synchronous'}", language)
    place = int(lag_types(first / second))
    return sentence(f"coupling.lag.{LAG_TYPES[place]}", language)


def _weights(found: PanelCoupling, order: PanelOrder, language: str) -> Table:
    return Table(
        "weights",
        say("panel.weights", language),
        (
            Column(say("panel.indicator", language)),
            Column(say("column.name", language)),
            Column(say("panel.system", language)),
            Column(say("panel.weight", language), K.DECIMAL),
            Column(say("panel.bounds", language)),
        ),
        tuple(
            (
                str(code),
                _indicator_name(str(code), language),
                str(row["system"]),
                float(row["weight"]),
                say(f"panel.{row['bounds']}", language),
            )
            for code, row in zip(found.weights.index, found.weights.to_dict("records"), strict=True)
        ),
        (
            say(
                "panel.weights_note",
                language,
                weighting=sentence(f"coupling.panel_weighting.{order.weighting}", language),
            ),
        ),
    )


def _indicator_name(code: str, language: str) -> str:
    key = "zh" if language == SOURCE_LANGUAGE else "en"
    return next((e[key] for e in load_framework().raw["indicators"] if e["code"] == code), "")


def _obstacles(found: PanelCoupling, language: str) -> Table:
    """Return the indicators that hold each unit and year back most, with their shares."""
    rows = []
    for (unit, year), shares in zip(
        found.obstacles.index, found.obstacles.to_dict("records"), strict=True
    ):
        largest = sorted(shares.items(), key=lambda pair: -pair[1])[:SHOWN_OBSTACLES]
        cells = [f"{code} {format_number(v, K.SHARE)}" for code, v in largest if v > 0]
        rows.append((unit, year, *cells, *[None] * (SHOWN_OBSTACLES - len(cells))))
    return Table(
        "obstacles",
        say("panel.obstacles", language),
        (
            Column(say("panel.unit", language)),
            Column(say("panel.year", language)),
            *(
                Column(say("panel.obstacle", language, number=number))
                for number in range(1, SHOWN_OBSTACLES + 1)
            ),
        ),
        tuple(rows),
        (say("panel.obstacles_note", language),),
    )
