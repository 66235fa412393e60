"""``main.py guard``: is a published table or formula of C or D sound, or which mistake is it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.commands.columns import listed, numbers_of, place_of, weights_of
from analysis.commands.output import finding_lines, say
from analysis.coupling import FormulaProblem, Verdict, check_formula, check_levels, check_table
from analysis.coupling.pasted_formula import with_definitions
from analysis.report.numbers import NumberKind, format_number
from resources.texts import SOURCE_LANGUAGE
from survey.problems import refuse

if TYPE_CHECKING:
    from survey.exchange import RawTable

Array = NDArray[np.float64]

SYSTEM_HEADING = re.compile(r"u_?\d|[ufgh]\([a-z]\)|u\([a-z\d]\)", re.IGNORECASE)
MEASURE_HEADINGS = {
    "D": re.compile(r"d值?|(耦合)?协调度d?值?|耦合协调度?d?值?", re.IGNORECASE),
    "C": re.compile(r"c值?|耦合度c?值?", re.IGNORECASE),
}
LEVEL_HEADING = re.compile(r".*(等级|类型|级别)|level", re.IGNORECASE)
SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class GuardOrder:
    """Where in the table to look; what is not named is told by the headings.

    Args:
        systems: headings of the systems' scores U.
        c, d, level: headings of the coupling degree, the coordination degree, the level's name.
        alpha: contribution weights of the systems; empty: equal.
        decimals: of the published numbers; None to tell from the cells.
    """

    systems: tuple[str, ...] = ()
    c: str = ""
    d: str = ""
    level: str = ""
    alpha: str = ""
    decimals: int | None = None
    sheet: str | None = None
    encoding: str | None = None


def guard_formula(text: str, *, measure: str = "", language: str = SOURCE_LANGUAGE) -> list[str]:
    """Return which form a pasted formula is, or which known mistake.

    Args:
        measure: ``C`` or ``D``; empty: D where the formula begins with ``D =``, else C.

    Raises:
        Refusal: no formula, fewer than two systems, or one that uses C or T without saying
            what they are (``C = …; T = …; D = sqrt(C*T)``).
    """
    text = with_definitions(text)
    left, _, right = text.rpartition("=")
    measure = measure or ("D" if left.strip().upper().startswith("D") else "C")
    if re.search(r"(?<![A-Za-z])[CT](?![A-Za-z\d(_])", right):
        raise refuse("formula_abbreviated")
    try:
        verdict = check_formula(text, measure=measure)
    except FormulaProblem as problem:
        if problem.code == "formula_systems":
            raise refuse("formula_systems", k=problem.detail) from problem
        raise refuse("formula_unreadable") from problem
    except (RecursionError, OverflowError) as error:  # nested or numbers beyond all use
        raise refuse("formula_unreadable") from error
    return [
        say("guard.formula", language, measure=measure),
        *finding_lines(verdict.findings, language),
    ]


def guard_table(
    file: Path, order: GuardOrder | None = None, *, language: str = SOURCE_LANGUAGE
) -> list[str]:
    """Return what the table's C, D and levels turn out to be.

    Raises:
        Refusal: the file or a column cannot be read, or it is not certain which columns count.
    """
    from survey.exchange import read_table

    order = order or GuardOrder()
    raw = read_table(file, encoding=order.encoding, sheet=order.sheet)
    columns = _Columns.of(raw, order)
    u, decimals_u = numbers_of(raw, columns.systems)
    lines: list[str] = []
    published: Array | None = None
    for measure, heading in columns.measures.items():
        values, decimals = numbers_of(raw, (heading,))
        published = values[:, 0]
        finest = order.decimals if order.decimals is not None else max(decimals_u, decimals)
        coarsest = order.decimals if order.decimals is not None else min(decimals_u, decimals)
        known = np.isfinite(u).all(axis=1) & np.isfinite(published)
        if not known.any():
            raise refuse("guard_no_rows", file.name)
        verdict, used = _verdict(
            (u[known], published[known]),
            measure,
            alpha=weights_of(order.alpha, u.shape[1]),
            decimals=range(finest, coarsest - 1, -1),
        )
        rows = int(known.sum())
        lines.append(say("guard.found_in", language, measure=measure, rows=rows, decimals=used))
        lines += _verdict_lines(verdict, rows, language, has_weights=bool(order.alpha))
    if columns.level and published is not None:
        lines += _level_lines(raw, published, columns.level, language)
    return lines


def _verdict(
    table: tuple[Array, Array], measure: str, *, alpha: tuple[float, ...], decimals: Sequence[int]
) -> tuple[Verdict, int]:
    """Return the verdict at the finest number of decimals at which a form is found.

    Spreadsheets drop trailing zeros and authors round U and D differently, so the number of
    decimals is not certain; where none finds a form, the verdict at the finest is returned.
    """
    with np.errstate(all="ignore"):  # rows of zeros have no C in some of the mistaken forms
        first = check_table(*table, measure=measure, alpha=alpha, decimals=decimals[0])
        if first.form:
            return first, decimals[0]
        for number in decimals[1:]:
            verdict = check_table(*table, measure=measure, alpha=alpha, decimals=number)
            if verdict.form:
                return verdict, number
    return first, decimals[0]


def _verdict_lines(verdict: Verdict, rows: int, language: str, *, has_weights: bool) -> list[str]:
    lines = finding_lines(verdict.findings, language)
    alike = {verdict.form} if has_weights else {verdict.form, "standard", "weights_inside"}
    others = verdict.candidates.drop(index=list(alike), errors="ignore")
    matching = int((others["rows_matched"] == rows).sum())
    if verdict.form and matching:
        lines.append(say("guard.also", language, k=matching))
    if not verdict.form:
        best = verdict.candidates.iloc[0]
        code, _, exponent = str(verdict.candidates.index[0]).partition("_")
        name = code if code == "exponent" else str(verdict.candidates.index[0])
        lines.append(
            say(
                "guard.closest",
                language,
                form=say(f"guard.form.{name}", language, k=exponent),
                matched=int(best["rows_matched"]),
                rows=rows,
                gap=format_number(float(best["largest_difference"]), NumberKind.DECIMAL),
            )
        )
    return lines


def _level_lines(raw: RawTable, published: Array, level: str, language: str) -> list[str]:
    """Return whether the names of the levels follow a known table."""
    names = raw.columns[place_of(raw, level)].cells()
    rows = [k for k, name in enumerate(names) if name and np.isfinite(published[k])]
    if not rows:
        return []
    verdict = check_levels([float(published[k]) for k in rows], [str(names[k]) for k in rows])
    lines = finding_lines(verdict.findings, language)
    if verdict.scheme and not verdict.findings:
        lines.append(say("guard.levels_sound", language, scheme=verdict.scheme))
    known_but_wrong = any(f.code == "guard_levels_wrong" for f in verdict.findings)
    if known_but_wrong:
        numbers = [str(int(raw.row_numbers[rows[k]])) for k in verdict.wrong_rows[:SHOWN_ROWS]]
        joiner = "、" if language == SOURCE_LANGUAGE else ", "
        lines.append(say("guard.level_rows", language, rows=joiner.join(numbers)))
    return lines


# --- columns ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which headings hold what; ``measures``: C, D or both."""

    systems: tuple[str, ...]
    measures: dict[str, str]
    level: str

    @classmethod
    def of(cls, raw: RawTable, order: GuardOrder) -> _Columns:
        plain = {heading: re.sub(r"[\s（）]", "", _narrow(heading)) for heading in raw.headers}
        named = {"C": order.c, "D": order.d}
        measures = {measure: heading for measure, heading in named.items() if heading}
        if not measures:
            measures = {
                measure: heading
                for measure, pattern in reversed(MEASURE_HEADINGS.items())
                for heading in [_only(plain, pattern)]
                if heading
            }
        systems = order.systems or tuple(
            heading for heading, text in plain.items() if SYSTEM_HEADING.fullmatch(text)
        )
        if not measures or not systems:
            raise refuse("guard_columns", raw.source.name, columns=listed(raw))
        if not 2 <= len(systems) <= 5:
            raise refuse("guard_system_count", raw.source.name, k=len(systems))
        level = order.level or _only(plain, LEVEL_HEADING)
        for heading in (*systems, *measures.values(), *([level] if level else [])):
            place_of(raw, heading)
        return cls(systems, measures, level)


def _narrow(text: str) -> str:
    return text.translate(str.maketrans("（）＿", "()_"))


def _only(plain: dict[str, str], pattern: re.Pattern[str]) -> str:
    """Return the one heading the pattern fits, "" for none or several."""
    found = [heading for heading, text in plain.items() if pattern.fullmatch(text)]
    return found[0] if len(found) == 1 else ""
