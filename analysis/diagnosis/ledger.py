"""The rectification ledger 整改台账: problems, who acts, by when, and what shows it is done.

A ledger is a value: drafting, editing and reviewing return a new one. An item may be closed only
when the survey **and** an indicator speak for it; one of them alone is not enough.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from analysis.diagnosis.change import Change
from analysis.diagnosis.result import Diagnosis, Recommendation
from survey.problems import refuse

FORMAT = "rongzhen-ledger"
VERSION = 1

STATES = ("open", "working", "done", "closed")
VERDICTS = ("effective", "abnormal", "to_improve")
"""Re-check verdicts of 诊改: 有效, 异常, 待改进."""


FALL = {"red": 10.0, "amber": 5.0}
"""Points that the severity of a red or amber constraint should fall at least (house rule)."""
GREEN_FROM = 40.0


@dataclass(frozen=True, slots=True)
class Aim:
    """What a constraint should come to by the next measurement."""

    target: float
    change: float
    """Smallest change that two measurements of this size can tell from chance."""


def aim_of(light: str, severity: float, low: float, high: float) -> Aim:
    """Return the target: a fall that can be seen, of ten points for red and five for amber.

    The fall is at least one and a half times the detectable change, which for two independent
    surveys as large as this one is sqrt(2) times the half-width of the 95 % interval ``low`` to
    ``high``. The target is a whole number, never below green's limit.
    """
    change = math.sqrt(2) * (high - low) / 2
    fall = max(FALL.get(light, 0.0), 1.5 * change)
    target = max(GREEN_FROM, math.floor(severity - fall))
    return Aim(min(target, severity), change)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one wave knew about the constraint, in numbers."""

    wave: str
    severity: float
    low: float
    high: float
    n: int
    light: str


@dataclass(frozen=True, slots=True)
class LedgerItem:
    """One problem and its remedy.

    Args:
        constraint: code; ``measures``, ``actors``, ``indicators``: codes of the framework.
        responsible: department or person in charge; ``deadline``: date (ISO) or "";
        ``target``: what will be reached, in the user's words.
        aim: severity to be reached by the next measurement; ``detectable``: smallest change that
            can be told from chance; None in ledgers drafted before these were kept.
        urgency: now, plan, or "" where not known.
        state: open, working, done (says the department), closed (shown by evidence).
        verdict: of the last review, "" before one.
        evidence: of every wave, oldest first.
    """

    constraint: str
    measures: tuple[str, ...]
    actors: tuple[str, ...]
    departments: tuple[str, ...]
    indicators: tuple[str, ...]
    responsible: str = ""
    deadline: str = ""
    target: str = ""
    state: str = "open"
    verdict: str = ""
    evidence: tuple[Evidence, ...] = ()
    aim: float | None = None
    detectable: float | None = None
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What a new wave and the indicators say about the items.

    Args:
        change: survey evidence, from :func:`analysis.diagnosis.change.compare_waves`.
        reached: indicator code → whether its target is reached; an indicator that is not named
            gives no evidence.
        lights: constraint → light of the new wave.
    """

    wave: str
    change: Change
    reached: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    lights: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def draft_ledger(diagnosis: Diagnosis, wave: str) -> tuple[LedgerItem, ...]:
    """Return one item per red or amber constraint, in the diagnosis' order of action."""
    pressing = [r for r in diagnosis.recommendations if r.urgency in ("now", "plan")]
    return tuple(_drafted(r, diagnosis, wave) for r in pressing)


def _drafted(advised: Recommendation, diagnosis: Diagnosis, wave: str) -> LedgerItem:
    evidence = _evidence(diagnosis.constraints.loc[advised.constraint].to_dict(), wave)
    aim = aim_of(evidence.light, evidence.severity, evidence.low, evidence.high)
    return LedgerItem(
        constraint=advised.constraint,
        measures=advised.measures,
        actors=advised.actors,
        departments=advised.departments,
        indicators=advised.indicators,
        responsible=advised.departments[0] if advised.departments else "",
        evidence=(evidence,),
        aim=aim.target,
        detectable=aim.change,
        urgency=advised.urgency,
    )


def with_new_problems(
    items: tuple[LedgerItem, ...], drafted: tuple[LedgerItem, ...]
) -> tuple[LedgerItem, ...]:
    """Return the items with the drafted ones that no item covers yet behind them."""
    known = {item.constraint for item in items}
    return (*items, *(item for item in drafted if item.constraint not in known))


def _evidence(row: Mapping[Hashable, object], wave: str) -> Evidence:
    low, high = row["severity_low"], row["severity_high"]
    numbers = [float(str(v)) for v in (row["severity"], low, high)]
    return Evidence(wave, numbers[0], numbers[1], numbers[2], int(str(row["n"])), str(row["light"]))


def review_ledger(items: tuple[LedgerItem, ...], review: Review) -> tuple[LedgerItem, ...]:
    """Return the items with the verdict and state the evidence supports.

    effective: reliable improvement in the survey and an indicator reached, which closes an
    item whose severity has come down to its aim; abnormal: reliable worsening, which opens the
    item again, closed or not; to_improve: anything else. Where the scale was not answered alike
    in both waves the survey says neither.
    """
    return tuple(_reviewed(item, review) for item in items)


def _reviewed(item: LedgerItem, review: Review) -> LedgerItem:
    table = review.change.constructs
    if item.constraint not in table.index:
        return item
    row = table.loc[item.constraint].to_dict()
    survey = str(row["verdict"])
    has_indicator = any(review.reached.get(code, False) for code in item.indicators)
    verdict = "to_improve"
    if survey == "worsened":
        verdict = "abnormal"
    elif survey == "improved" and has_indicator:
        verdict = "effective"
    after, reach = float(row["after"]), float(row["sdc"]) / 2**0.5
    is_reached = item.aim is None or after <= item.aim
    state = "open" if verdict == "abnormal" else item.state
    if verdict == "effective" and is_reached:
        state = "closed"
    seen = Evidence(
        review.wave,
        after,
        after - reach,
        after + reach,
        review.change.n[1],
        review.lights.get(item.constraint, ""),
    )
    return replace(item, verdict=verdict, state=state, evidence=(*item.evidence, seen))


def ledger_json(items: tuple[LedgerItem, ...]) -> str:
    """Return the ledger as JSON text."""
    document = {"format": FORMAT, "version": VERSION, "items": [asdict(item) for item in items]}
    return json.dumps(document, ensure_ascii=False, indent=1)


def read_ledger(text: str) -> tuple[LedgerItem, ...]:
    """Return the ledger a JSON text holds.

    Raises:
        Refusal: no ledger, a newer version, or an entry that is not understood.
    """
    try:
        document = json.loads(text)
        is_ledger = document["format"] == FORMAT and isinstance(document["items"], list)
    except (ValueError, TypeError, KeyError) as error:
        raise refuse("ledger_unreadable") from error
    if not is_ledger:
        raise refuse("ledger_unreadable")
    if document.get("version") != VERSION:
        raise refuse("ledger_version", version=document.get("version"))
    return tuple(_item(entry, k + 1) for k, entry in enumerate(document["items"]))


def _item(entry: object, number: int) -> LedgerItem:
    known = {f.name for f in fields(LedgerItem)}
    if not isinstance(entry, dict) or "constraint" not in entry or set(entry) - known:
        raise refuse("ledger_item", number=number)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    try:
        values["evidence"] = tuple(Evidence(**e) for e in entry.get("evidence", []))
        item = LedgerItem(**values)
    except TypeError as error:
        raise refuse("ledger_item", number=number) from error
    if item.state not in STATES or item.verdict not in ("", *VERDICTS):
        raise refuse("ledger_item", number=number)
    return item
