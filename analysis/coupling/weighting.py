"""Which weights the constructs of a system get, and where those come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.coupling.judgements import Judged, consistency_table, judged, unused
from analysis.coupling.systems import construct_weights
from analysis.coupling.weights import (
    FEWEST_UNIT_YEARS,
    combine_linear,
    combine_product,
    effect_weights,
)
from analysis.findings import Finding, Severity, finding

if TYPE_CHECKING:
    from analysis.coupling.result import CouplingOptions
    from analysis.preparation.dataset import PreparedDataset
    from analysis.sem import SemResult
    from survey.study import StudySystem

MODEL_WEIGHTINGS = ("ahp", "sem", "combined")
"""Beside those of systems.py that need nothing but the answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Weighing:
    """The weights one assessment uses.

    Args:
        values: weight of each construct inside its system; constructs of a system whose
            weighting cannot be had are absent (equal weights).
        sources: the weighting each system got: ``equal``, ``items``, ``entropy``, ``critic``,
            ``given``, ``ahp``, ``sem``, ``combined``.
        alpha: contribution weights from a judgement of the systems; empty without one.
        consistency: table of the judgements, see judgements.py.
        findings: what could not be had, and what was used instead.
    """

    values: Mapping[str, float]
    sources: Mapping[str, str]
    alpha: tuple[float, ...] = ()
    consistency: pd.DataFrame = field(default_factory=lambda: consistency_table([]))
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True, eq=False)
class _Weigher:
    prepared: PreparedDataset
    options: CouplingOptions
    sem: SemResult | None
    answered: tuple[str, ...]
    rows: list[dict[str, object]] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)

    def weights(self, system: StudySystem, weighting: str) -> dict[str, float]:
        """Return the weights of one system, summing to 1; empty where they cannot be had."""
        codes = tuple(c for c in system.constructs if c in self.answered)
        rules: dict[str, Callable[[StudySystem, tuple[str, ...]], dict[str, float]]] = {
            "ahp": self._judged,
            "sem": self._model,
            "combined": self._combined,
        }
        if weighting in rules:
            return rules[weighting](system, codes)
        return self._answers(system, codes, weighting)

    def take(self, judgement: Judged) -> dict[str, float]:
        """Keep what there is to say about a judgement; return its weights."""
        self.rows += judgement.rows
        self.found += judgement.findings
        return judgement.weights

    def _judged(self, system: StudySystem, codes: tuple[str, ...]) -> dict[str, float]:
        return self.take(judged(self.options.judgements, system.code, codes))

    def _model(self, system: StudySystem, codes: tuple[str, ...]) -> dict[str, float]:
        effects = model_effects(self.sem, codes)
        if len(effects) < len(codes):
            missing = [c for c in codes if c not in effects]
            values = {"system": system.code}
            self.found.append(finding("weights_no_model", Severity.CAUTION, *missing, **values))
            return {}
        shares = effect_weights(list(effects.values()))
        return dict(zip(effects, map(float, shares), strict=True))

    def _combined(self, system: StudySystem, codes: tuple[str, ...]) -> dict[str, float]:
        first, second = (self.weights(system, part) for part in self.options.combined)
        if not first or not second:
            self.found.append(finding("weights_not_combined", Severity.CAUTION, system.code))
            return {}
        pair = [first[c] for c in codes], [second[c] for c in codes]
        if self.options.combined_rule == "product":
            shares = combine_product(*pair)
        else:
            shares = combine_linear(*pair, self.options.combined_share)
        return dict(zip(codes, map(float, shares), strict=True))

    def _answers(
        self, system: StudySystem, codes: tuple[str, ...], weighting: str
    ) -> dict[str, float]:
        """Return weights that need nothing but the answers."""
        if weighting == "equal" or len(codes) == 1:
            return dict.fromkeys(codes, 1 / max(len(codes), 1))
        given = construct_weights(self.prepared, (system,), weighting)
        total = sum(given.get(c, 0.0) for c in codes)
        if total <= 0:
            few = {"needed": FEWEST_UNIT_YEARS, "weighting": weighting}
            self.found.append(finding("weights_too_few", Severity.CAUTION, system.code, **few))
            return {}
        return {c: given.get(c, 0.0) / total for c in codes}


def weigh(
    prepared: PreparedDataset,
    systems: tuple[StudySystem, ...],
    options: CouplingOptions,
    *,
    answered: tuple[str, ...],
    sem: SemResult | None = None,
) -> Weighing:
    """Return the weights of the constructs of ``systems`` as the options ask.

    Where a system's weighting cannot be had (no judgement, an inconsistent one, no model, too
    few answers) its constructs weigh the same, and a finding says so.

    Args:
        answered: constructs that have scores.
        sem: the fitted model whose loadings ``sem`` takes; None if there is none.
    """
    if options.weights:
        return Weighing(options.weights, dict.fromkeys((s.code for s in systems), "given"))
    weigher = _Weigher(prepared, options, sem, answered)
    values: dict[str, float] = {}
    sources: dict[str, str] = {}
    for system in systems:
        found = weigher.weights(system, options.weighting)
        values |= found
        sources[system.code] = options.weighting if found else "equal"
    return Weighing(
        values,
        sources,
        alpha=_alpha(weigher, systems),
        consistency=consistency_table(weigher.rows),
        findings=tuple(weigher.found),
    )


def _alpha(weigher: _Weigher, systems: tuple[StudySystem, ...]) -> tuple[float, ...]:
    """Return the systems' own weights from judgements that compare them all, else nothing."""
    judgements = weigher.options.judgements
    codes = tuple(s.code for s in systems)
    inside = [tuple(c for c in s.constructs if c in weigher.answered) for s in systems]
    weigher.found += unused(judgements, [codes, *inside])
    if not any(set(codes) <= set(j.codes) for j in judgements):
        return ()
    found = weigher.take(judged(judgements, "", codes))
    return tuple(found[code] for code in codes) if found else ()


def model_effects(sem: SemResult | None, codes: tuple[str, ...]) -> dict[str, float]:
    """Return the standardised loading of each construct on its factor; absent if it has none.

    Several loadings of one construct (a formative or cross-loading model) add in size.
    """
    if sem is None or not sem.status.is_usable:
        return {}
    table = sem.parameters
    rows = table[(table["op"] == "=~") & table["rhs"].isin(codes)]
    sizes = rows.assign(size=np.abs(rows["std_all"].to_numpy(dtype=float)))
    total = sizes.groupby("rhs")["size"].sum()
    return {code: float(total[code]) for code in codes if code in total.index}
