"""What a model text needs, and how it is cut to what the survey has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from analysis.sem.specification import Constraint, Definition, Formula, Specification
from analysis.sem.syntax.expressions import Call, Expression, Name, names_in

MEASURES = ("=~", "<~")


def latents_of(model: Specification) -> tuple[str, ...]:
    """Return the latent variables and composites, in order of definition."""
    return tuple(dict.fromkeys(f.lhs for f in model.formulas if f.op in MEASURES))


def observed_of(model: Specification) -> tuple[str, ...]:
    """Return the observed variables, in order of appearance."""
    latents = latents_of(model)
    names: dict[str, None] = {}
    for formula in model.formulas:
        for side in (formula.lhs, formula.rhs):
            for name in side.split(":"):
                if name and name not in latents and formula.op not in ("|", "~*~"):
                    names.setdefault(name)
    return tuple(names)


def readable(model: Specification) -> str:
    """Return lavaan text with one line per left side, as people write it."""
    lines: dict[tuple[str, str], list[str]] = {}
    for formula in model.formulas:
        left, op, right = formula.text().partition(f" {formula.op.rstrip('1')} ")
        lines.setdefault((left, op), []).append(right)
    written = [left + op + " + ".join(parts) for (left, op), parts in lines.items()]
    constraints = [constraint.text() for constraint in model.constraints]
    definitions = [definition.text() for definition in model.definitions]
    return "\n".join(written + constraints + definitions)


def has_paths(model: Specification) -> bool:
    """Return whether the model has a regression, not only measurement and covariances."""
    return any(formula.op == "~" for formula in model.formulas)


def without_paths(model: Specification) -> Specification:
    """Return the measurement part: latent variables correlate freely, nothing is regressed."""
    kept = tuple(f for f in model.formulas if f.op in MEASURES or _is_residual(f, model))
    return Specification(tuple(replace(f, modifier=type(f.modifier)()) for f in kept))


def _is_residual(formula: Formula, model: Specification) -> bool:
    latents = latents_of(model)
    return formula.op == "~~" and formula.lhs not in latents and formula.rhs not in latents


def factor_model(factors: dict[str, tuple[str, ...]]) -> Specification:
    """Return the correlated-factors model of ``factors``: factor → indicators."""
    return Specification(
        tuple(Formula(factor, "=~", item) for factor, items in factors.items() for item in items)
    )


def top_factor(model: Specification, name: str) -> str:
    """Return the highest latent variable that ``name`` measures, ``name`` itself if none."""
    parents = {f.rhs: f.lhs for f in model.formulas if f.op in MEASURES}
    seen = {name}
    while name in parents and parents[name] not in seen:
        name = parents[name]
        seen.add(name)
    return name


def cut_to(model: Specification, available: Collection[str]) -> Specification:
    """Return the model over the ``available`` observed variables.

    Indicators that are missing leave their factor; a factor left with one part is replaced
    by that part, one left with none goes, with every path, definition and constraint that
    needs it.
    """
    formulas = model.formulas
    while True:
        latents = latents_of(Specification(formulas))
        known = {*available, *latents}
        kept = tuple(f for f in formulas if _is_known(f, known))
        kept = _replace_single_factors(kept, _sizes(model))
        if kept == formulas:
            return _with_usable_arithmetic(model, kept)
        formulas = kept


def _sizes(model: Specification) -> dict[str, int]:
    return {
        name: sum(1 for f in model.formulas if f.op in MEASURES and f.lhs == name)
        for name in latents_of(model)
    }


def _is_known(formula: Formula, known: set[str]) -> bool:
    if formula.op in ("~1", "|", "~*~"):
        return formula.lhs in known
    return formula.lhs in known and all(part in known for part in formula.rhs.split(":"))


def _replace_single_factors(
    formulas: tuple[Formula, ...], sizes: dict[str, int]
) -> tuple[Formula, ...]:
    """Replace a factor that lost all indicators but one by that indicator."""
    for name in latents_of(Specification(formulas)):
        parts = [f for f in formulas if f.op in MEASURES and f.lhs == name]
        if len(parts) == 1 and sizes.get(name, 1) > 1:
            rest = tuple(f for f in formulas if f is not parts[0])
            return tuple(_renamed(f, name, parts[0].rhs) for f in rest)
    return formulas


def _renamed(formula: Formula, old: str, new: str) -> Formula:
    return replace(
        formula,
        lhs=new if formula.lhs == old else formula.lhs,
        rhs=new if formula.rhs == old else formula.rhs,
    )


def _with_usable_arithmetic(model: Specification, formulas: tuple[Formula, ...]) -> Specification:
    """Return the formulas with the definitions and constraints whose labels still exist."""
    labels = {label for f in formulas for label in f.modifier.label}
    definitions: list[Definition] = []
    for definition in model.definitions:
        if labels.issuperset(names_in(definition.expression)):
            definitions.append(definition)
            labels.add(definition.name)
    constraints = tuple(c for c in model.constraints if labels.issuperset(_constraint_names(c)))
    return Specification(formulas, constraints, tuple(definitions))


def _constraint_names(constraint: Constraint) -> tuple[str, ...]:
    return names_in(constraint.left) + names_in(constraint.right)


def additive_terms(expression: Expression) -> tuple[Expression, ...]:
    """Return the terms of a sum, one for anything else."""
    if isinstance(expression, Call) and expression.function == "+":
        return tuple(t for part in expression.arguments for t in additive_terms(part))
    return (expression,)


def label_product(expression: Expression) -> tuple[str, ...] | None:
    """Return the labels of a pure product ``a*b*c``, None for anything else."""
    if isinstance(expression, Name):
        return (expression.name,)
    if isinstance(expression, Call) and expression.function == "*":
        parts = [label_product(part) for part in expression.arguments]
        if all(part is not None for part in parts):
            return tuple(label for part in parts if part is not None for label in part)
    return None
