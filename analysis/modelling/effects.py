"""The table of effects: paths of the model and the effects it defines."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analysis.modelling.model_text import additive_terms, label_product
from analysis.sem.specification import Definition, Specification

if TYPE_CHECKING:
    from analysis.sem import SemResult

COLUMNS = ["effect", "from", "to", "kind", "est", "se", "low", "high", "p", "std", "interval"]

Edge = tuple[str, str]


def no_effects() -> pd.DataFrame:
    """Return the empty table: nothing may be said about effects."""
    return pd.DataFrame(columns=COLUMNS)


def effects_table(model: Specification, sem: SemResult) -> pd.DataFrame:
    """Return one row per path (``direct``) and per defined effect.

    A defined effect that is a product of path labels which follow one another is
    ``indirect``; a sum of a path and such products with the same ends is ``total``;
    anything else is ``defined`` and has no ends. ``std`` is the fully standardised value;
    ``interval`` says how low and high were made: ``delta``, or ``percentile`` of the
    bootstrap draws where the fit has them.
    """
    edges = _labelled_edges(model)
    definitions = {d.name: d for d in model.definitions}
    rows = []
    for row in sem.parameters.to_dict("records"):
        if row["op"] == "~":
            label = row["label"] or f"{row['rhs']} → {row['lhs']}"
            rows.append(_row(row, str(label), ends=(row["rhs"], row["lhs"]), kind="direct"))
        elif row["op"] == ":=":
            ends, kind = _meaning(definitions[str(row["lhs"])], edges, definitions)
            rows.append(_row(row, str(row["lhs"]), ends=ends, kind=kind))
    return _with_percentiles(pd.DataFrame(rows, columns=COLUMNS), sem)


def _with_percentiles(effects: pd.DataFrame, sem: SemResult) -> pd.DataFrame:
    """Return the effects with the bootstrap's percentile intervals, if there are draws.

    Percentile rather than bias-corrected: BC intervals of indirect effects reject a true zero
    too often (Fritz, Taylor & MacKinnon 2012).
    """
    effects["interval"] = "delta"
    if sem.bootstrap is None:
        return effects
    table = sem.bootstrap.table
    wanted = table[table["op"].isin(["~", ":="])]
    keys = {
        (row["lhs"], row["rhs"]) if row["op"] == "~" else (row["lhs"], ":="): row
        for row in wanted.to_dict("records")
    }
    for place, effect in enumerate(effects.to_dict("records")):
        is_path = effect["kind"] == "direct"
        row = keys.get((effect["to"], effect["from"]) if is_path else (effect["effect"], ":="))
        if row is not None:
            effects.loc[place, ["low", "high"]] = row["percentile_low"], row["percentile_high"]
            effects.loc[place, "interval"] = "percentile"
    return effects


def _row(
    parameter: Mapping[Hashable, object], label: str, *, ends: tuple[str, str], kind: str
) -> dict[str, object]:
    return {
        "effect": label,
        "from": ends[0],
        "to": ends[1],
        "kind": kind,
        "est": parameter["est"],
        "se": parameter["se"],
        "low": parameter["ci_low"],
        "high": parameter["ci_high"],
        "p": parameter["p"],
        "std": parameter["std_all"],
    }


def _labelled_edges(model: Specification) -> dict[str, Edge]:
    """Return (from, to) of each label that stands on exactly one path."""
    edges: dict[str, Edge] = {}
    shared = set()
    for formula in model.formulas:
        for label in formula.modifier.label:
            if formula.op == "~" and label not in edges:
                edges[label] = (formula.rhs, formula.lhs)
            else:
                shared.add(label)
    return {label: edge for label, edge in edges.items() if label not in shared}


def _meaning(
    definition: Definition, edges: Mapping[str, Edge], definitions: Mapping[str, Definition]
) -> tuple[Edge, str]:
    """Return where a defined effect leads from and to, and its kind."""
    chains = [
        _chain(label_product(term), edges, definitions)
        for term in additive_terms(definition.expression)
    ]
    ends = {chain for chain in chains if chain is not None}
    if None in chains or len(ends) != 1:
        return ("", ""), "defined"
    kind = "total" if len(chains) > 1 else "indirect"
    return ends.pop(), kind


def _chain(
    labels: tuple[str, ...] | None,
    edges: Mapping[str, Edge],
    definitions: Mapping[str, Definition],
) -> Edge | None:
    """Return the ends of the path that ``labels`` form in any order, None if they do not."""
    if labels is None:
        return None
    steps = [
        edges[label] if label in edges else _definition_ends(label, edges, definitions)
        for label in labels
    ]
    known = [step for step in steps if step is not None]
    if len(known) < len(steps):
        return None
    starts = [a for a, _ in known if a not in [b for _, b in known]]
    if len(starts) != 1:
        return None
    here, links = starts[0], dict(known)
    for _ in known:
        here = links.get(here, "")
    return (starts[0], here) if here and len(links) == len(known) else None


def _definition_ends(
    name: str, edges: Mapping[str, Edge], definitions: Mapping[str, Definition]
) -> Edge | None:
    if name not in definitions:
        return None
    ends, kind = _meaning(definitions[name], edges, definitions)
    return ends if kind != "defined" else None
