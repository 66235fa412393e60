"""What explains the outcome: regression, shares of R², colleges, mediation, moderation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from analysis.comparison.attempts import Attempts, constructs_of, indistinct_pairs
from analysis.comparison.mediate import MediationOptions, MediationResult, Moderated, mediate
from analysis.comparison.moderate import ModerationOptions, ModerationResult, moderate
from analysis.comparison.multilevel import MultilevelOptions, MultilevelResult, multilevel
from analysis.comparison.regress import Kind, RegressionOptions, RegressionResult, regress
from analysis.comparison.relative_weights import relative_weights
from analysis.comparison.shapley import ShapleyResult, decompose_r2
from analysis.findings import Severity, finding
from survey.progress import Progress, part_of

if TYPE_CHECKING:
    from analysis.comparison.result import ComparisonOptions, Question

FEWEST_UNITS = 5
"""Under this many colleges nothing can be said about the variance between them."""

SCALE_STEP = 25.0
"""Points between two answers of the five-point scale, on 0-100."""

ROLE_MINIMUM = 30
"""Fewest answers of each of two roles whose slopes are compared."""


@dataclass(slots=True)
class Explained:
    """What :func:`explain` finds; empty where a part was not to be had."""

    regressions: dict[str, RegressionResult] = field(default_factory=dict)
    weights: ShapleyResult | None = None
    relative: dict[str, float] = field(default_factory=dict)
    unit_null: MultilevelResult | None = None
    unit_model: MultilevelResult | None = None
    mediations: dict[str, MediationResult] = field(default_factory=dict)
    moderations: dict[str, ModerationResult] = field(default_factory=dict)
    compared_roles: tuple[str, ...] = ()


def explain(
    data: pd.DataFrame,
    question: Question,
    options: ComparisonOptions,
    *,
    roles: pd.Series[str],
    units: pd.Series[str] | None,
    htmt: pd.DataFrame | None,
    attempts: Attempts,
    progress: Progress,
) -> Explained:
    """Return every part that explains the outcome, as far as the sample carries it.

    Args:
        data: constructs and composites of the respondents asked everything.
        roles, units: of the same respondents; ``units`` None without colleges.
        htmt: gate of discriminant validity: what cannot be told apart is not related.
        attempts: takes the findings.
    """
    found = Explained()
    outcomes = constructs_of(question, question.outcome)
    same = indistinct_pairs(htmt, question.predictors, outcomes)
    if same:
        attempts.findings.append(finding("explaining_overlap", Severity.CAUTION, *same))
        return found
    columns = [question.outcome, *question.predictors]
    n = len(data[columns].dropna())
    if attempts.allows("regression", n):
        _regressions(data, question, options, found=found, attempts=attempts)
        progress(0.1, "compare_explain")
        _multilevel(data, question, options, units=units, found=found, attempts=attempts)
    progress(0.2, "compare_explain")
    if attempts.allows("weights", n):
        _weights(data, question, options, found=found, attempts=attempts, progress=progress)
    if question.mediator and _may_mediate(question, outcomes, htmt, attempts):
        part = part_of(progress, 0.3, 0.9)
        _mediations(data, question, options, found=found, attempts=attempts, progress=part)
        _moderations(data, question, options, roles=roles, found=found, attempts=attempts)
    progress(1.0, "compare_explain")
    return found


def _regressions(
    data: pd.DataFrame,
    question: Question,
    options: ComparisonOptions,
    *,
    found: Explained,
    attempts: Attempts,
) -> None:
    """Fit the linear model and, to see whether it hangs on its form, two others."""
    y = data[question.outcome]
    forms: dict[Kind, pd.Series] = {
        "linear": y,
        "logistic": (y >= options.good_outcome).astype(float).where(y.notna()),
        "ordinal": (y / SCALE_STEP).round(),
    }
    for kind, outcome in forms.items():
        chosen = RegressionOptions(
            question.outcome, question.predictors, kind=kind, level=options.level
        )
        table = data[list(question.predictors)].assign(**{question.outcome: outcome})
        result = attempts.run(regress, table, chosen)
        if result is not None:
            found.regressions[kind] = result


def _weights(
    data: pd.DataFrame,
    question: Question,
    options: ComparisonOptions,
    *,
    found: Explained,
    attempts: Attempts,
    progress: Progress,
) -> None:
    found.weights = attempts.run(
        decompose_r2,
        data,
        question.outcome,
        question.predictors,
        draws=options.weight_draws,
        level=options.level,
        seed=options.seed,
        progress=part_of(progress, 0.2, 0.3),
    )
    if found.weights is not None:
        complete = data[[*question.predictors, question.outcome]].dropna().to_numpy(dtype=float)
        raw = relative_weights(complete[:, :-1], complete[:, -1]).raw
        found.relative = dict(zip(question.predictors, map(float, raw), strict=True))


def _multilevel(
    data: pd.DataFrame,
    question: Question,
    options: ComparisonOptions,
    *,
    units: pd.Series[str] | None,
    found: Explained,
    attempts: Attempts,
) -> None:
    if units is None:
        return
    terms = question.blocks or question.predictors
    table = data[[question.outcome, *terms]].assign(unit=units).dropna()
    count = table["unit"].nunique()
    if count == 0:
        return
    if count < FEWEST_UNITS:
        few = finding("too_few_units", Severity.NOTE, n=count, needed=FEWEST_UNITS)
        attempts.findings.append(few)
        return
    for name, predictors in (("unit_null", ()), ("unit_model", terms)):
        chosen = MultilevelOptions(
            question.outcome, "unit", predictors, threshold=options.threshold, level=options.level
        )
        setattr(found, name, attempts.run(multilevel, table, chosen))


def _may_mediate(
    question: Question,
    outcomes: tuple[str, ...],
    htmt: pd.DataFrame | None,
    attempts: Attempts,
) -> bool:
    """Return whether the mediator is something else than both ends of the chain."""
    between = constructs_of(question, question.mediator)
    same = indistinct_pairs(htmt, (*question.predictors, *outcomes), between)
    if same:
        attempts.findings.append(finding("mediation_overlap", Severity.CAUTION, *same))
    return not same


def _mediations(
    data: pd.DataFrame,
    question: Question,
    options: ComparisonOptions,
    *,
    found: Explained,
    attempts: Attempts,
    progress: Progress,
) -> None:
    plans = _plans(question, options)
    n = len(data[[question.overall, question.mediator, question.outcome]].dropna())
    if not attempts.allows("mediation", n):
        return
    if len(plans) > 1 and not attempts.allows("paths", n):
        plans = {"overall": plans["overall"]}
    for done, (name, plan) in enumerate(plans.items()):
        part = part_of(progress, done / len(plans), (done + 1) / len(plans))
        result = attempts.run(mediate, data, plan, part)
        if result is not None:
            found.mediations[name] = result


def _plans(question: Question, options: ComparisonOptions) -> dict[str, MediationOptions]:
    """Return the mediations asked: overall, by block beside the others, parallel, serial."""

    def plan(
        x: str,
        mediators: tuple[str, ...],
        *,
        covariates: tuple[str, ...] = (),
        is_serial: bool = False,
        moderator: str = "",
    ) -> MediationOptions:
        moderated: tuple[Moderated, ...] = ("a",) if moderator else ()
        return MediationOptions(
            x=x,
            y=question.outcome,
            mediators=mediators,
            serial=is_serial,
            covariates=covariates,
            moderator=moderator,
            moderated=moderated,
            bootstrap=options.bootstrap,
            level=options.level,
            seed=options.seed,
        )

    whole, middle = question.overall, (question.mediator,)
    plans = {"overall": plan(whole, middle)}
    for block in question.blocks:
        others = tuple(b for b in question.blocks if b != block)
        plans[block] = plan(block, middle, covariates=others)
    if question.parts:
        plans["parallel"] = plan(whole, question.parts)
    if question.chain:
        plans["serial"] = plan(whole, question.chain, is_serial=True)
    if question.moderator:
        plans["moderated"] = plan(whole, middle, moderator=question.moderator)
    return plans


def _moderations(
    data: pd.DataFrame,
    question: Question,
    options: ComparisonOptions,
    *,
    roles: pd.Series[str],
    found: Explained,
    attempts: Attempts,
) -> None:
    """Ask whether pathways, or the role, change how constraints and mediator go together."""
    table = data[[question.overall, question.mediator]].dropna()
    chosen = _two_roles(roles.loc[table.index])
    if not question.moderator and not chosen:
        return
    if not attempts.allows("moderation", len(table)):
        return

    def ask(moderator: str, values: pd.DataFrame) -> None:
        plan = ModerationOptions(
            question.overall, moderator, question.mediator, level=options.level
        )
        result = attempts.run(moderate, values, plan)
        if result is not None:
            found.moderations[moderator] = result

    if question.moderator:
        ask(question.moderator, data)
    if chosen:
        own = roles.loc[table.index]
        codes = own.map({chosen[0]: 0.0, chosen[1]: 1.0})
        ask("role", table.assign(role=codes))
        found.compared_roles = chosen if "role" in found.moderations else ()


def _two_roles(roles: pd.Series[str]) -> tuple[str, ...]:
    """Return the two largest roles with enough answers, the larger first; () without."""
    counts = (
        roles[roles != ""].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    )
    enough = [str(role) for role, n in counts.items() if n >= ROLE_MINIMUM]
    return tuple(enough[:2]) if len(enough) > 1 else ()
