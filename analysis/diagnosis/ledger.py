"""The rectification ledger 整改台账: problems, who acts, by when, and what shows it is done.

A ledger is a value: drafting, editing and reviewing return a new one. An item may be closed only
when the survey **and** an indicator speak for it; one of them alone is not enough.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from analysis.diagnosis.change import Change
from analysis.diagnosis.result import Diagnosis
from survey.problems import refuse

FORMAT = "rongzhen-ledger"
VERSION = 1

STATES = ("open", "working", "done", "closed")
VERDICTS = ("effective", "abnormal", "to_improve")
"""Re-check verdicts of 诊改: 有效, 异常, 待改进."""


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
    table = diagnosis.constraints
    pressing = [r for r in diagnosis.recommendations if r.urgency in ("now", "plan")]
    return tuple(
        LedgerItem(
            constraint=r.constraint,
            measures=r.measures,
            actors=r.actors,
            departments=r.departments,
            indicators=r.indicators,
            responsible=r.departments[0] if r.departments else "",
            evidence=(_evidence(table.loc[r.constraint].to_dict(), wave),),
        )
        for r in pressing
    )


def _evidence(row: Mapping[Hashable, object], wave: str) -> Evidence:
    low, high = row["severity_low"], row["severity_high"]
    numbers = [float(str(v)) for v in (row["severity"], low, high)]
    return Evidence(wave, numbers[0], numbers[1], numbers[2], int(str(row["n"])), str(row["light"]))


def review_ledger(items: tuple[LedgerItem, ...], review: Review) -> tuple[LedgerItem, ...]:
    """Return the items with the verdict and state the evidence supports.

    effective: reliable improvement in the survey and an indicator reached, which closes an
    item; abnormal: reliable worsening, which reopens it; to_improve: anything else. A closed
    item whose survey worsens is opened again; nothing else reopens.
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
    state = {"effective": "closed", "abnormal": "open"}.get(verdict, item.state)
    after, reach = float(row["after"]), float(row["sdc"]) / 2**0.5
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
