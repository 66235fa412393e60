"""Perception gaps 认知差距: do the roles see the same constraint as equally severe?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.adjust import adjusted
from analysis.comparison.effects import hedges_g
from analysis.comparison.group_tests import welch_anova
from analysis.coupling.strata import NO_ROLE, RoleStrata, role_labels
from analysis.diagnosis.invariance import Comparability, role_comparability
from analysis.findings import Finding, Severity, finding
from analysis.preparation.dataset import PreparedDataset
from survey.framework import load_framework

Array = NDArray[np.float64]

NAMED_FROM = 0.3
"""Smallest |g| that is called a gap, if its interval excludes 0 as well."""

ADMINISTRATORS = "ADM"
VOICES = ("TCH", "ENT")
"""Roles whose view is set against the administrators'."""

GAP_COLUMNS = [
    *("construct", "role_a", "role_b", "n_a", "n_b", "mean_a", "mean_b", "difference"),
    *("g", "g_low", "g_high", "is_named", "comparability"),
]
VERDICT_COLUMNS = ["name", "p_welch", "p_holm", "verdict", "roles"]


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Gaps between roles, and one verdict per constraint.

    Args:
        table: rows constraint x pair of shown roles; means 0-100 over the items **both** roles
            answered; ``difference`` = a - b; ``comparability`` equal, unequal or untested.
        verdicts: index constraint; Welch's p, adjusted by Holm over the constraints;
            ``verdict``: consensus_severe, hidden, overestimated, consensus_good,
            consensus_moderate, differing, not_comparable, or "" with fewer than two roles.
    """

    table: pd.DataFrame
    verdicts: pd.DataFrame
    findings: tuple[Finding, ...]


def perception_gaps(prepared: PreparedDataset, codes: tuple[str, ...], strata: RoleStrata) -> Gaps:
    """Return the gaps between all roles that may be shown.

    Invariance comes first: where two roles have enough answers their measurement is tested,
    otherwise the gap carries the mark "untested". A gap is named when |g| >= .3 and the 95 %
    interval of Hedges' g excludes 0.

    Args:
        codes: constraints.
        strata: says which roles are shown for which constraint.
    """
    answers = role_answers(prepared)
    shown = {code: _shown_roles(strata, code) for code in codes}
    pairs = sorted({pair for roles in shown.values() for pair in combinations(roles, 2)})
    status = {pair: role_comparability(prepared, codes, pair) for pair in pairs}
    rows = [
        row
        for code in codes
        for pair in combinations(shown[code], 2)
        if (row := _gap(answers, code, pair=pair, status=status[pair])) is not None
    ]
    table = pd.DataFrame(rows, columns=GAP_COLUMNS)
    verdicts = _verdicts(prepared, answers, table, shown=shown)
    return Gaps(table, verdicts, _findings(prepared, status, verdicts))


def _shown_roles(strata: RoleStrata, code: str) -> tuple[str, ...]:
    """Return the roles whose cell of ``code`` may be shown, administrators first."""
    column = strata.columns.index(code)
    order = list(load_framework().roles)
    roles = [
        role
        for role, hidden, n in zip(
            strata.roles, strata.hidden[:, column], strata.counts[:, column], strict=True
        )
        if role != NO_ROLE and n > 0 and not hidden
    ]
    return tuple(sorted(roles, key=lambda r: order.index(r) if r in order else len(order)))


@dataclass(frozen=True, slots=True, eq=False)
class RoleAnswers:
    """The items on 0-100 (n x items), by code, and each respondent's role."""

    values: Array
    places: Mapping[str, int]
    labels: NDArray[np.object_]
    items_of: Mapping[str, tuple[str, ...]]
    min_share: float

    def common_scores(self, code: str, roles: tuple[str, ...]) -> list[Array]:
        """Return each role's scores over the items of ``code`` that all ``roles`` answered.

        A respondent counts with at least two thirds of those items.
        """
        columns = [self.places[i] for i in self.items_of[code] if i in self.places]
        members = [self.values[self.labels == role][:, columns] for role in roles]
        common = np.all([np.isfinite(m).any(axis=0) for m in members], axis=0)
        return [_scores(m[:, common], self.min_share) for m in members]


def _scores(answers: Array, min_share: float) -> Array:
    if not answers.shape[1]:
        return np.empty(0)
    enough = np.isfinite(answers).mean(axis=1) >= min_share - 1e-9
    return np.asarray(np.nanmean(answers[enough], axis=1)) if enough.any() else np.empty(0)


def role_answers(prepared: PreparedDataset) -> RoleAnswers:
    """Return the prepared items on 0-100 with their roles."""
    codes = [str(code) for code in prepared.items.columns]
    items = [prepared.study.item(code) for code in codes]
    low = np.array([item.minimum for item in items])
    width = np.array([item.maximum - item.minimum for item in items])
    return RoleAnswers(
        values=100 * (prepared.items.to_numpy(dtype=float) - low) / width,
        places={code: place for place, code in enumerate(codes)},
        labels=role_labels(prepared.respondents).to_numpy(dtype=object),
        items_of=prepared.items_of,
        min_share=prepared.options.min_answered_share,
    )


def _gap(
    answers: RoleAnswers, code: str, *, pair: tuple[str, str], status: Comparability
) -> dict[str, object] | None:
    first, second = answers.common_scores(code, pair)
    if min(len(first), len(second)) < 2:
        return None
    effect = hedges_g(first, second)
    is_named = abs(effect.value) >= NAMED_FROM and effect.low * effect.high > 0
    return {
        "construct": code,
        "role_a": pair[0],
        "role_b": pair[1],
        "n_a": len(first),
        "n_b": len(second),
        "mean_a": float(first.mean()),
        "mean_b": float(second.mean()),
        "difference": float(first.mean() - second.mean()),
        "g": effect.value,
        "g_low": effect.low,
        "g_high": effect.high,
        "is_named": bool(is_named),
        "comparability": status.code,
    }


def _verdicts(
    prepared: PreparedDataset,
    answers: RoleAnswers,
    table: pd.DataFrame,
    *,
    shown: Mapping[str, tuple[str, ...]],
) -> pd.DataFrame:
    names = {c.code: c.name for c in prepared.study.constructs}
    rows = []
    for code, roles in shown.items():
        samples = answers.common_scores(code, roles)
        used = [s for s in samples if len(s) > 1]
        p = welch_anova(used).p if len(used) > 1 else float("nan")
        here = table[table["construct"] == code]
        rows.append((names[code], p, float("nan"), verdict_of(here), roles))
    result = pd.DataFrame(rows, columns=VERDICT_COLUMNS, index=pd.Index(shown, name="code"))
    result["p_holm"] = adjusted(result["p_welch"].to_numpy(dtype=float))
    return result


def verdict_of(gaps: pd.DataFrame) -> str:
    """Return the verdict on one constraint from its gaps.

    Severe and mild are the traffic light's limits (60 and 40). Administrators' view is set
    against teachers' and enterprises'.
    """
    if gaps.empty:
        return ""
    if bool((gaps["comparability"] == "unequal").all()):
        return "not_comparable"
    limits = load_framework().raw["traffic_light"]
    severe_from, mild_to = limits["red"]["mean_min"], limits["green"]["mean_max"]
    means = _role_means(gaps)
    against = [_against_administrators(gaps, voice) for voice in VOICES]
    admin_severe = means.get(ADMINISTRATORS, float("nan")) >= severe_from
    pairs = [(voice, sign) for voice, sign in zip(VOICES, against, strict=True) if sign]
    if any(sign > 0 and means[v] >= severe_from and not admin_severe for v, sign in pairs):
        return "hidden"
    if admin_severe and any(sign < 0 and means[v] < severe_from for v, sign in pairs):
        return "overestimated"
    if min(means.values()) >= severe_from:
        return "consensus_severe"
    if bool(gaps["is_named"].any()):
        return "differing"
    return "consensus_good" if max(means.values()) <= mild_to else "consensus_moderate"


def _role_means(gaps: pd.DataFrame) -> dict[str, float]:
    """Return each role's mean over its comparisons."""
    values: dict[str, list[float]] = {}
    for row in gaps.to_dict("records"):
        values.setdefault(str(row["role_a"]), []).append(float(row["mean_a"]))
        values.setdefault(str(row["role_b"]), []).append(float(row["mean_b"]))
    return {role: float(np.mean(means)) for role, means in values.items()}


def _against_administrators(gaps: pd.DataFrame, voice: str) -> int:
    """Return +1 if ``voice`` sees it as more severe by a named gap, -1 if less, else 0."""
    for row in gaps.to_dict("records"):
        roles = (row["role_a"], row["role_b"])
        usable = bool(row["is_named"]) and row["comparability"] != "unequal"
        if usable and set(roles) == {ADMINISTRATORS, voice}:
            sign = int(np.sign(float(row["difference"])))
            return sign if roles[0] == voice else -sign
    return 0


def _findings(
    prepared: PreparedDataset,
    status: Mapping[tuple[str, str], Comparability],
    verdicts: pd.DataFrame,
) -> tuple[Finding, ...]:
    names = prepared.study.role_names
    found = []
    by_code: dict[str, list[str]] = {}
    for (first, second), one in status.items():
        pair = f"{names.get(first, first)}–{names.get(second, second)}"
        by_code.setdefault(one.code, []).append(pair)
    if "untested" in by_code:
        found.append(finding("gaps_untested", Severity.CAUTION, k=len(by_code["untested"])))
    if "unequal" in by_code:
        found.append(finding("gaps_unequal", Severity.BLOCK, *by_code["unequal"]))
    hidden = [str(c) for c in verdicts.index[verdicts["verdict"] == "hidden"]]
    if hidden:
        found.append(finding("gaps_hidden_problem", Severity.NOTE, *hidden))
    return tuple(found)
