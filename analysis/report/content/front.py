"""Cover, one-page conclusion, dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.report.content.context import (
    Context,
    count,
    decimal,
    record,
    records,
    score,
)
from analysis.report.content.trust import ACCEPTABLE, trust_of
from analysis.report.document import (
    Block,
    Card,
    Cards,
    Conclusion,
    Contents,
    Cover,
    Figure,
    Heading,
    PageBreak,
    SeverityBars,
    Tone,
)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.diagnosis.result import Diagnosis

MONTHS = {"now": 3, "plan": 9, "watch": 12, "unknown": 6}
"""Months from the report to the deadline, by urgency (house convention, stated in a note)."""


def report_title(context: Context) -> str:
    """Return the title of the report."""
    if context.framework is not None:
        return context.say("title.framework")
    return context.say("title.study", title=context.chain.prepared.study.title)


def cover_title(context: Context) -> str:
    """Return the title as set on the cover, where lines break where the sense does."""
    return context.say("title.cover") if context.framework is not None else report_title(context)


def cover(context: Context) -> list[Block]:
    """Return the cover."""
    facts, prepared = context.facts, context.chain.prepared
    rows = [
        ("university", facts.university),
        ("wave", facts.wave),
        ("date", spoken_date(context, facts.date)),
        ("organiser", facts.organiser),
        ("answers", context.say("cover.answers_value", n=prepared.n)),
        ("source", prepared.responses.source.name),
    ]
    if context.framework is not None:
        rows.append(("framework", context.framework.version))
    scale = context.chain.review
    if scale is not None and not scale.pilot.is_ready:
        rows.append(("scale", context.say("review.on_trial")))
    marks = [facts.classification] if facts.classification else []
    if prepared.study.is_simulated:
        marks.append(context.say("simulated"))
    return [
        Cover(
            title=cover_title(context),
            subtitle=" ".join(part for part in (facts.university, facts.wave) if part),
            facts=tuple((context.say(f"cover.{key}"), value) for key, value in rows if value),
            marks=tuple(marks),
            foot=context.say(
                "cover.foot",
                version=facts.versions.get("rongzhen", ""),
                fingerprint=prepared.fingerprint[:16],
            ),
        ),
        PageBreak(),
    ]


def spoken_date(context: Context, date: str) -> str:
    """Return an ISO date as it is written in running text."""
    parts = date.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return date
    year, month, day = (int(part) for part in parts)
    return context.say("date", year=year, month=month, day=day)


def summary(context: Context) -> list[Block]:
    """Return the conclusions on one page, free of statistical terms, then the contents."""
    chain = context.chain
    found: list[Conclusion] = []
    if chain.coupling is not None and len(chain.coupling.degrees):
        found.append(_overall(context))
    if chain.diagnosis is not None and len(chain.diagnosis.constraints):
        found += [_constraints(context, chain.diagnosis), *_gap(context, chain.diagnosis)]
        found += _actions(context, chain.diagnosis)
    if chain.diagnosis is None:
        found += [*_levels(context), *_measured(context)]
    found.append(_trust(context))
    return [
        Heading(context.say("summary.heading"), starts_page=True),
        *found,
        PageBreak(),
        Contents(context.say("contents")),
        PageBreak(),
    ]


def _overall(context: Context) -> Conclusion:
    coupling = context.chain.coupling
    assert coupling is not None
    row = record(coupling.degrees, "standard")
    parts = [
        context.say("summary.system", name=context.name(str(code)), score=score(100 * value))
        for code, value in coupling.systems["U"].items()
    ]
    low, high, middle = row["D_low"], row["D_high"], row["midpoint_D"]
    against = "above" if low > middle else "below" if high < middle else "near"
    tone: Tone = {"above": "plain", "below": "red", "near": "amber"}[against]  # type: ignore[assignment]
    text = context.say(
        "summary.coupling",
        degree=decimal(row["D"]),
        low=decimal(low),
        high=decimal(high),
        level=level_name(context, row["level_code"]),
        middle=decimal(middle),
        against=context.say(f"summary.{against}"),
    )
    if "wang" in coupling.degrees.index:
        wang = record(coupling.degrees, "wang")
        text += context.say(
            "summary.wang", degree=decimal(wang["D"]), level=level_name(context, wang["level_code"])
        )
    return Conclusion(context.say("summary.overall", systems=context.join(parts)), text, tone)


def level_name(context: Context, code: object) -> str:
    """Return the name of a level of D by its number, 1 = lowest."""
    from analysis.coupling.levels import level_scheme

    coupling = context.chain.coupling
    assert coupling is not None
    return level_scheme(coupling.levels).name(int(float(str(code))), context.language)


def pressing(diagnosis: Diagnosis) -> pd.DataFrame:
    """Return the constraints that may be named as problems: red or amber, in order."""
    table = diagnosis.constraints
    return table[table["light"].isin(["red", "amber"])]


def _constraints(context: Context, diagnosis: Diagnosis) -> Conclusion:
    table = diagnosis.constraints
    lights = table["light"].value_counts()
    named = pressing(diagnosis).head(3)
    counts = context.say(
        "summary.lights",
        total=len(table),
        red=lights.get("red", 0),
        amber=lights.get("amber", 0),
        green=lights.get("green", 0),
    )
    if lights.get("grey", 0):
        counts += context.say("summary.lights_grey", grey=lights["grey"])
    if named.empty:
        return Conclusion(context.say("summary.no_constraint"), counts, "green")
    listed = context.join(
        context.say(
            "summary.constraint", name=context.name(str(code)), score=score(row["severity"])
        )
        for code, row in records(named)
    )
    same = len(named) > 1 and named["band"].nunique() == 1
    text = context.say("summary.severities", listed=listed) + counts
    if same:
        text += context.say("summary.same_band")
    names = context.join(context.name(str(code)) for code in named.index)
    tone: Tone = "red" if (named["light"] == "red").any() else "amber"
    return Conclusion(context.say("summary.constraints", count=len(named), names=names), text, tone)


@dataclass(frozen=True, slots=True)
class Gap:
    """Where two kinds of respondents differ: higher and lower role with their scores."""

    constraint: str
    high: str
    low: str
    top: float
    bottom: float
    is_named: bool
    """Large enough, and told from chance, to be called a gap."""


def largest_gap(diagnosis: Diagnosis) -> Gap | None:
    """Return the largest named gap between roles, else the largest difference of all.

    Pairs whose measurement was shown to be unequal are left out.
    """
    if diagnosis.gaps is None or diagnosis.gaps.empty:
        return None
    rows = [row for _, row in records(diagnosis.gaps) if row["comparability"] != "unequal"]
    if not rows:
        return None
    row = max(rows, key=lambda r: (bool(r["is_named"]), abs(float(r["difference"]))))
    first = (str(row["role_a"]), float(row["mean_a"]))
    second = (str(row["role_b"]), float(row["mean_b"]))
    (high, top), (low, bottom) = sorted((first, second), key=lambda pair: -pair[1])
    return Gap(str(row["construct"]), high, low, top, bottom, bool(row["is_named"]))


def _gap(context: Context, diagnosis: Diagnosis) -> list[Conclusion]:
    gap = largest_gap(diagnosis)
    if gap is None:
        return []
    key = "gap" if gap.is_named else "no_gap"
    values = gap_values(context, gap)
    return [
        Conclusion(
            context.say(f"summary.{key}", **values),
            context.say(f"summary.{key}_text", **values),
            "amber" if key == "gap" else "green",
        )
    ]


def gap_values(context: Context, gap: Gap) -> dict[str, str]:
    """Return what sentences about a gap quote."""
    return {
        "name": context.name(gap.constraint),
        "high": context.role(gap.high),
        "low": context.role(gap.low),
        "top": score(gap.top),
        "bottom": score(gap.bottom),
        "difference": score(gap.top - gap.bottom),
    }


def _actions(context: Context, diagnosis: Diagnosis) -> list[Conclusion]:
    named = list(pressing(diagnosis).index)
    chosen = [r for r in diagnosis.recommendations if r.constraint in named and r.advice][:3]
    if not chosen:
        return []
    lines = [
        context.say(
            "summary.action",
            number=number,
            deadline=deadline(context, item.urgency),
            departments=context.join(departments(context, item.departments)),
            advice=advice(context, item.constraint, item.advice)[0],
        )
        for number, item in enumerate(chosen, start=1)
    ]
    return [
        Conclusion(context.say("summary.actions", count=len(chosen)), "\n".join(lines), "plain")
    ]


def deadline(context: Context, urgency: str) -> str:
    """Return by when: the end of the month so many months after the report."""
    parts = [int(part) for part in context.facts.date.split("-")[:2] if part.isdigit()]
    if len(parts) != 2:
        return context.say(f"measures.within.{urgency}")
    month = parts[1] - 1 + MONTHS[urgency]
    return context.say("measures.by", year=parts[0] + month // 12, month=month % 12 + 1)


def departments(context: Context, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return departments in the language of the report."""
    return tuple(
        context.say(f"department.{name}") if context.has(f"department.{name}") else name
        for name in names
    )


def advice(context: Context, constraint: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return advice sentences in the language of the report."""
    if context.is_source or context.framework is None:
        return given
    for entry in context.framework.raw["mapping"]:
        if entry["constraint"] == constraint:
            known = {line["zh"]: line["en"] for line in entry["advice"]}
            return tuple(known.get(line, line) for line in given)
    return given


def _levels(context: Context) -> list[Conclusion]:
    """Return highest and lowest construct of a study without constraints."""
    means = context.chain.prepared.scores100.mean().dropna().sort_values()
    if len(means) < 2:
        return []
    return [
        Conclusion(
            context.say("summary.levels"),
            context.say(
                "summary.levels_text",
                high=context.name(str(means.index[-1])),
                top=score(means.iloc[-1]),
                low=context.name(str(means.index[0])),
                bottom=score(means.iloc[0]),
            ),
        )
    ]


def _measured(context: Context) -> list[Conclusion]:
    """Return for how many constructs the items agree, in plain words."""
    alphas = context.chain.measurement.reliability["alpha"].dropna()
    if alphas.empty:
        return []
    weak = [context.name(str(code)) for code, alpha in alphas.items() if alpha < ACCEPTABLE]
    values = {"total": len(alphas), "good": len(alphas) - len(weak)}
    text = context.say("summary.measured_text", **values)
    if weak:
        text += context.say("summary.measured_weak", names=context.join(weak[:5]))
    return [
        Conclusion(context.say("summary.measured", **values), text, "amber" if weak else "green")
    ]


def _trust(context: Context) -> Conclusion:
    prepared = context.chain.prepared
    trust = trust_of(context)
    text = context.say(
        "summary.trust_text",
        collected=count(prepared.responses.n),
        excluded=count(len(prepared.excluded)),
        used=count(prepared.n),
    )
    if prepared.study.is_simulated:
        text += context.say("summary.simulated")
    tone: Tone = {"high": "green", "middle": "amber", "low": "red"}[trust]  # type: ignore[assignment]
    return Conclusion(context.say("summary.trust", word=context.say(f"trust.{trust}")), text, tone)


def dashboard(context: Context) -> list[Block]:
    """Return the figures at a glance."""
    cards = [*_coupling_cards(context), *_quality_cards(context)]
    blocks: list[Block] = [Heading(context.say("dashboard.heading"), starts_page=True)]
    blocks += [Cards(tuple(cards[i : i + 3])) for i in range(0, len(cards), 3)]
    diagnosis = context.chain.diagnosis
    if diagnosis is not None and len(diagnosis.constraints):
        blocks += severity_figure(context, diagnosis.constraints, key="dashboard")
    return blocks


def _coupling_cards(context: Context) -> list[Card]:
    coupling = context.chain.coupling
    if coupling is None or coupling.degrees.empty:
        return []
    cards = [
        Card(
            context.name(str(code)),
            score(100 * row["U"]),
            context.say(
                "dashboard.range", low=score(100 * row["U_low"]), high=score(100 * row["U_high"])
            ),
        )
        for code, row in records(coupling.systems)
    ]
    standard = record(coupling.degrees, "standard")
    cards.append(
        Card(
            context.say("dashboard.degree"),
            decimal(standard["D"]),
            context.say(
                "dashboard.level",
                level=level_name(context, standard["level_code"]),
                middle=decimal(standard["midpoint_D"]),
            ),
        )
    )
    return cards


def _quality_cards(context: Context) -> list[Card]:
    prepared, measurement = context.chain.prepared, context.chain.measurement
    alphas = measurement.reliability["alpha"].dropna()
    good = int((alphas >= 0.7).sum())
    trust = trust_of(context)
    return [
        Card(
            context.say("dashboard.answers"),
            count(prepared.n),
            context.say("dashboard.of_collected", n=count(prepared.responses.n)),
        ),
        Card(
            context.say("dashboard.reliability"),
            f"{good}/{len(alphas)}",
            context.say("dashboard.reliability_comment"),
            "green" if good == len(alphas) and good else "amber",
        ),
        Card(
            context.say("dashboard.trust"),
            context.say(f"trust.{trust}"),
            context.say("dashboard.trust_comment"),
            {"high": "green", "middle": "amber", "low": "red"}[trust],  # type: ignore[arg-type]
        ),
    ]


def severity_figure(context: Context, table: pd.DataFrame, *, key: str) -> list[Block]:
    """Return the bars of severities of ``table``'s constraints, nothing if none has a score."""
    known = table[table["severity"].notna()]
    if known.empty:
        return []
    framework = context.framework
    light = framework.raw["traffic_light"] if framework else {}
    note = "severity.note" if key == "dashboard" else "severity.note_again"
    limits = (float(light["green"]["mean_max"]), float(light["red"]["mean_min"])) if light else ()
    rows = tuple(
        (
            context.coded(str(code)),
            float(row["severity"]),
            float(row["severity_low"]),
            float(row["severity_high"]),
            context.light(row["light"]).light,
            context.light(row["light"]).word,
        )
        for code, row in records(known)
    )
    listed = context.join(f"{name} {score(value)}" for name, value, *_ in rows)
    return [
        Figure(
            key=f"severity_{key}",
            title=context.say("severity.title"),
            drawing=SeverityBars(rows, context.say("severity.axis"), limits),
            alt=context.say("severity.alt", listed=listed),
            notes=(context.say(note),),
        )
    ]
