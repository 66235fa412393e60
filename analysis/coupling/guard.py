"""The formula guard: which form a published table or formula is, or which known mistake.

About half of 379 screened papers computed C wrongly (刘春林 2017; 王淑佳等 2021). The guard
recomputes a table of U with every known form and mistake and says which one reproduces it;
a pasted formula is evaluated on random U and compared the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.coupling.formulas import coordination_index, coupling_degree, system_weights
from analysis.findings import Finding, Severity, finding

Array = NDArray[np.float64]
Form = Callable[[Array, Array], Array]

EXPONENTS = (0.25, 1 / 3, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
FORMULA_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What a table or formula turned out to be.

    Args:
        form: code of the form or mistake that reproduces it, "" if none does.
        is_sound: the form is one of the three published ones, correctly computed.
        measure: ``C`` or ``D``.
        candidates: index form code; columns ``is_sound, largest_difference, rows_matched``,
            best first.
        findings: what to say, with what to do.
    """

    form: str
    is_sound: bool
    measure: str
    candidates: pd.DataFrame
    findings: tuple[Finding, ...]


def check_table(
    u: ArrayLike,
    reported: ArrayLike,
    *,
    measure: str = "C",
    alpha: tuple[float, ...] = (),
    decimals: int = 3,
) -> Verdict:
    """Return which form gives the reported C or D from the reported U.

    Args:
        u: rows x n systems, as published.
        reported: one C or D per row, as published.
        alpha: contribution weights of the systems; empty: equal.
        decimals: of the published numbers. A row matches when the difference can come from
            rounding C or D and each U to that many decimals.
    """
    values, published = np.atleast_2d(np.asarray(u, dtype=float)), np.asarray(reported, dtype=float)
    problems = _table_findings(values, published)
    weights = system_weights(alpha, values.shape[1])
    inside = ((values >= 0) & (values <= 1)).all(axis=1)
    usable = inside & np.isfinite(published)
    rows, goal = values[usable], published[usable]
    forms = _forms(measure)
    slack = np.full(len(goal), 0.5 * 10.0**-decimals * 1.02)
    differences = {
        code: (np.abs(form(rows, weights) - goal), slack + _rounding(form, rows, weights, decimals))
        for code, form in forms.items()
    }
    candidates = _candidates(differences)
    matched = candidates[candidates["rows_matched"] == len(goal)] if len(goal) else candidates[:0]
    verdict = _verdict(matched, candidates, measure, rows)
    return Verdict(*verdict, (*problems, *_explain(verdict[0], measure, values.shape[1])))


def check_values(
    function: Callable[[Array, Array], Array],
    *,
    n: int,
    measure: str = "C",
    has_weights: bool = True,
) -> Verdict:
    """Return which form ``function`` is, by its values on random U and weights.

    Args:
        function: (rows x n U, n weights) → one value per row.
        has_weights: the formula names weights; without them T is the plain mean.
    """
    rng = np.random.default_rng(20260101)
    u = rng.uniform(0.05, 0.95, size=(200, n))
    alpha = np.array([0.5, 0.3, 0.2, 0.35, 0.15])[:n] if has_weights else np.ones(n)
    alpha = alpha / alpha.sum()
    goal = function(u, alpha)
    differences = {
        code: (np.abs(form(u, alpha) - goal), np.full(len(u), FORMULA_TOLERANCE))
        for code, form in _forms(measure).items()
    }
    candidates = _candidates(differences)
    matched = candidates[candidates["rows_matched"] == len(u)]
    verdict = _verdict(matched, candidates, measure, u)
    return Verdict(*verdict, _explain(verdict[0], measure, n))


def _forms(measure: str) -> Mapping[str, Form]:
    """Return every known form and mistake of C, or of D built on it, sound ones first."""
    c_forms: dict[str, Form] = {
        "standard": lambda u, _: coupling_degree(u),
        "wang": lambda u, _: coupling_degree(u, "wang"),
        "fan": lambda u, _: coupling_degree(u, "fan"),
        "lost_coefficient": lambda u, _: _geometric(u) / u.sum(axis=-1),
        "weights_inside": lambda u, w: coupling_degree(u * w),
    }
    for k in EXPONENTS:
        c_forms[f"exponent_{k:.3g}"] = _with_exponent(k)
    if measure == "C":
        return c_forms
    d_forms: dict[str, Form] = {code: _coordination(form) for code, form in c_forms.items()}
    d_forms["no_root"] = lambda u, w: coupling_degree(u) * coordination_index(u, tuple(w))
    d_forms["sum_for_t"] = lambda u, _: np.sqrt(coupling_degree(u) * u.sum(axis=-1))
    d_forms["only_c"] = lambda u, _: coupling_degree(u)
    d_forms["only_t"] = lambda u, w: coordination_index(u, tuple(w))
    return d_forms


SOUND = frozenset({"standard", "wang", "fan"})


def _geometric(u: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(np.log(u).mean(axis=-1)))


def _with_exponent(k: float) -> Form:
    """Return C = [ΠU / (ΣU/n)^n]^k: sound only for k = 1/n."""

    def form(u: Array, _: Array) -> Array:
        n = u.shape[-1]
        return np.asarray(coupling_degree(u) ** (n * k))

    return form


def _coordination(c_form: Form) -> Form:
    return lambda u, w: np.sqrt(c_form(u, w) * coordination_index(u, tuple(w)))


def _rounding(form: Form, u: Array, weights: Array, decimals: int) -> Array:
    """Return how far rounding each U may move the value: Σ |∂form/∂U| · half a unit."""
    if not len(u):
        return np.zeros(0)
    half, moved = 0.5 * 10.0**-decimals, np.zeros(len(u))
    for i in range(u.shape[1]):
        up, down = u.copy(), u.copy()
        up[:, i] += half
        down[:, i] = np.maximum(down[:, i] - half, 0.0)
        moved += np.abs(form(up, weights) - form(down, weights)) / 2
    return moved


def _candidates(differences: Mapping[str, tuple[Array, Array]]) -> pd.DataFrame:
    rows = [
        {
            "form": code,
            "is_sound": code in SOUND,
            "largest_difference": float(np.max(gap, initial=0.0)),
            "rows_matched": int((gap <= allowed).sum()),
        }
        for code, (gap, allowed) in differences.items()
    ]
    table = pd.DataFrame(rows).set_index("form")
    order = ["rows_matched", "is_sound", "largest_difference"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable")


def _verdict(
    matched: pd.DataFrame, candidates: pd.DataFrame, measure: str, u: Array
) -> tuple[str, bool, str, pd.DataFrame]:
    """Return the first match; the exponent 1/n is the standard form itself."""
    same = f"exponent_{1 / u.shape[1]:.3g}"
    shown = candidates.drop(index=same, errors="ignore")
    names = [str(code) for code in matched.index if code != same]
    form = names[0] if names else ""
    return form, form in SOUND, measure, shown


def _table_findings(u: Array, reported: Array) -> tuple[Finding, ...]:
    found = []
    outside = int(((u < 0) | (u > 1)).any(axis=1).sum())
    if outside:
        found.append(finding("guard_u_outside", Severity.BLOCK, rows=outside))
    if np.isfinite(reported).any() and float(np.nanmax(reported)) > 1:
        found.append(finding("guard_above_one", Severity.BLOCK, highest=float(np.nanmax(reported))))
    if len(u) >= FEWEST_FOR_SCALING and _is_stretched(u).any():
        found.append(finding("guard_sample_scaled", Severity.CAUTION))
    return tuple(found)


FEWEST_FOR_SCALING = 3


def _is_stretched(u: Array) -> NDArray[np.bool_]:
    """Return which columns reach both ends, as min-max scaling of the sample makes them.

    0 to 1, or 0.01 to 0.99 as SPSSAU does by default.
    """
    ends = ((0.0, 1.0), (0.01, 0.99))
    low, high = u.min(axis=0), u.max(axis=0)
    reached = [(np.abs(low - a) < 1e-9) & (np.abs(high - b) < 1e-9) for a, b in ends]
    return np.asarray(reached[0] | reached[1])


def _explain(form: str, measure: str, n: int) -> tuple[Finding, ...]:
    """Return the sentence for the form found."""
    if not form:
        return (finding("guard_unknown", Severity.CAUTION, measure=measure),)
    if form.startswith("exponent_"):
        k = float(form.removeprefix("exponent_"))
        return (finding("guard_exponent", Severity.BLOCK, measure=measure, k=k, n=n),)
    severity = Severity.NOTE if form in SOUND else Severity.BLOCK
    return (finding(f"guard_{form}", severity, measure=measure, n=n, limit=1 / n),)
