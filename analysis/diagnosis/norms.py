"""Norm files: aggregates of one university that others may compare with; no raw answers."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from analysis.coupling.strata import role_labels
from analysis.disclosure import DEFAULT_THRESHOLD, effective_threshold, hide_groups
from analysis.findings import Finding, Severity, finding
from analysis.preparation.dataset import PreparedDataset
from survey.problems import refuse

FORMAT = "rongzhen-norm"
VERSION = 1
DECIMALS = 2
"""Aggregates are rounded, so that no single answer follows from a sum."""

FEWEST_UNIVERSITIES = 3
"""A norm of fewer would tell about the other university alone."""


@dataclass(frozen=True, slots=True)
class NormEntry:
    """Mean and spread (0-100) of one construct in one role, or of all (role "")."""

    construct: str
    role: str
    n: int
    mean: float
    sd: float
    items: str
    """Fingerprint of the items' codes, wording, bounds and keys."""


@dataclass(frozen=True, slots=True)
class Norm:
    """One university's aggregates.

    ``label`` is chosen by the university and may be a pseudonym.
    """

    label: str
    wave: str
    framework: str
    entries: tuple[NormEntry, ...]


def make_norm(
    prepared: PreparedDataset, *, label: str, wave: str, threshold: int = DEFAULT_THRESHOLD
) -> Norm:
    """Return the aggregates that may leave the house: groups under the threshold never do.

    Hidden groups are covered so that they do not follow from the totals, which are part of
    the file; numbers are rounded to two decimals.
    """
    limit = effective_threshold(threshold)
    roles = role_labels(prepared.respondents)
    sizes = {str(r): int(n) for r, n in roles.value_counts().items()}
    everywhere = hide_groups(sizes, limit).all
    entries: list[NormEntry] = []
    for construct in prepared.scores100.columns:
        scores = prepared.scores100[construct].dropna()
        mark = items_fingerprint(prepared, str(construct))
        groups = {str(r): s for r, s in scores.groupby(roles.loc[scores.index])}
        counts = {role: len(s) for role, s in groups.items()}
        hidden = hide_groups(counts, limit, forced=everywhere).all
        shown = {role: s for role, s in groups.items() if role and role not in hidden}
        if len(scores) >= limit:
            shown = {"": scores, **shown}
        entries += [_entry(str(construct), role, s, mark) for role, s in shown.items()]
    return Norm(label, wave, prepared.study.framework, tuple(entries))


def _entry(construct: str, role: str, scores: pd.Series[float], mark: str) -> NormEntry:
    mean, sd = round(float(scores.mean()), DECIMALS), round(float(scores.std()), DECIMALS)
    return NormEntry(construct, role, len(scores), mean, sd, mark)


def items_fingerprint(prepared: PreparedDataset, construct: str) -> str:
    """Return a mark that two universities share only when they asked the same items."""
    items = [prepared.study.item(code) for code in prepared.items_of[construct]]
    text = json.dumps(
        [(i.code, i.text, i.minimum, i.maximum, i.is_reversed) for i in items], ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def norm_json(norm: Norm) -> str:
    """Return the norm as JSON text."""
    document = {"format": FORMAT, "version": VERSION, **asdict(norm)}
    return json.dumps(document, ensure_ascii=False, indent=1)


def read_norm(text: str, where: str = "") -> Norm:
    """Return the norm a JSON text holds.

    Raises:
        Refusal: not a norm file, another version, values out of range, or a group under the
            lowest threshold: such a file must not be passed on.
    """
    try:
        document = json.loads(text)
        is_norm = document["format"] == FORMAT
        version = document.get("version")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise refuse("norm_unreadable", where) from error
    if not is_norm:
        raise refuse("norm_unreadable", where)
    if version != VERSION:
        raise refuse("norm_version", where, version=version)
    try:
        entries = tuple(NormEntry(**entry) for entry in document["entries"])
        norm = Norm(
            str(document["label"]), str(document["wave"]), str(document["framework"]), entries
        )
        is_valid = all(_is_valid(entry) for entry in entries)
    except (TypeError, KeyError, ValueError) as error:
        raise refuse("norm_unreadable", where) from error
    if not is_valid:
        raise refuse("norm_values", where)
    return norm


def _is_valid(entry: NormEntry) -> bool:
    in_range = 0 <= entry.mean <= 100 and (math.isnan(entry.sd) or 0 <= entry.sd <= 60)
    return in_range and entry.n >= effective_threshold(0)


@dataclass(frozen=True, slots=True, eq=False)
class NormComparison:
    """Own values beside those of other universities.

    Args:
        table: index (construct, role); ``own, n, universities, norm_mean, norm_sd`` (between
            universities) ``, difference, share_below`` (share of the others with a lower
            mean).
    """

    table: pd.DataFrame
    findings: tuple[Finding, ...]


def compare_with_norms(own: Norm, others: tuple[Norm, ...]) -> NormComparison:
    """Return own means beside those of the universities that asked the same items.

    A construct and role with fewer than three other universities is left out: its norm would
    tell about single ones.
    """
    rows = {}
    too_few: set[str] = set()
    for entry in own.entries:
        means = np.array(
            [
                other.mean
                for norm in others
                for other in norm.entries
                if (other.construct, other.role, other.items)
                == (entry.construct, entry.role, entry.items)
            ]
        )
        if len(means) < FEWEST_UNIVERSITIES:
            too_few.add(entry.construct)
            continue
        rows[entry.construct, entry.role] = {
            "own": entry.mean,
            "n": entry.n,
            "universities": len(means),
            "norm_mean": float(means.mean()),
            "norm_sd": float(means.std(ddof=1)),
            "difference": entry.mean - float(means.mean()),
            "share_below": float((means < entry.mean).mean()),
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    found = [finding("norm_not_random", Severity.CAUTION, k=len(others))]
    if too_few:
        values = {"needed": FEWEST_UNIVERSITIES}
        found.append(finding("norm_too_few", Severity.NOTE, *sorted(too_few), **values))
    return NormComparison(table, tuple(found))
