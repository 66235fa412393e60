"""Power of the path model by simulation: what n answers let a path or effect show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.sem.errors import SemError
from survey.framework import load_framework
from survey.progress import Progress, silent

Array = NDArray[np.float64]

GROUPS = ("G1", "G2", "G3")
SUBSCALES = {
    "G1": ("C1", "C2", "C3"),
    "G2": ("C4", "C5", "C6"),
    "G3": ("C7", "C8", "C9"),
    "CI": ("I1", "I2", "I3"),
    "NQ": ("N1", "N2", "N3"),
}
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class AssumedModel:
    """What is assumed to be true; defaults are those of FRAMEWORK 8's Monte Carlo study.

    Args:
        paths: standardised effects of the three constraint groups on CI.
        link: of CI on NQ; ``direct``: of the groups on NQ.
        group_correlation: between the three groups.
        subscale_loading: of a subscale's true score on its factor.
        item_loading, items: measurement quality of the subscales.
    """

    paths: tuple[float, float, float] = (-0.30, -0.25, -0.25)
    link: float = 0.45
    direct: tuple[float, float, float] = (0.0, 0.0, 0.0)
    group_correlation: float = 0.5
    subscale_loading: float = 0.80
    item_loading: float = 0.75
    items: int = 2


def path_power(
    sizes: tuple[int, ...],
    assumed: AssumedModel | None = None,
    *,
    replications: int = 200,
    seed: int = 20260101,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Return the share of simulated surveys in which each path and effect is significant.

    Index n; columns the labels of MS_subscale (``a1 … tot3``) and ``usable``: the share of
    fits that converged to an admissible solution. Shares are of usable fits; their standard
    error is at most 0.5/sqrt(replications).

    Args:
        progress: told the share done; may raise Cancelled.
    """
    from analysis.sem import SemOptions, fit

    assumed = assumed or AssumedModel()
    model = load_framework().raw["models"]["MS_subscale"]
    rows = []
    for k, n in enumerate(sizes):
        rng = np.random.default_rng(np.random.SeedSequence([seed, n]))
        found = []
        for r in range(replications):
            progress((k + r / replications) / len(sizes), "power")
            try:
                sem = fit(model, simulated_subscales(assumed, n, rng), SemOptions())
            except SemError:
                continue
            if sem.status.is_usable:
                found.append(_significant(sem.parameters))
        shares = pd.DataFrame(found).mean() if found else pd.Series(dtype=float)
        rows.append({**shares.to_dict(), "usable": len(found) / replications})
    return pd.DataFrame(rows, index=pd.Index(sizes, name="n"))


def _significant(parameters: pd.DataFrame) -> dict[str, bool]:
    named = parameters[parameters["label"].astype(bool) | (parameters["op"] == ":=")]
    names = named["label"].where(named["op"] != ":=", named["lhs"])
    return dict(zip(names, named["p"] < SIGNIFICANT, strict=True))


def simulated_subscales(assumed: AssumedModel, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return n rows of the fifteen subscale means under the assumed model."""
    r = assumed.group_correlation
    shared = rng.standard_normal((n, 1))
    own = rng.standard_normal((n, 3))
    groups = np.sqrt(r) * shared + np.sqrt(1 - r) * own
    ci = _outcome([groups @ np.array(assumed.paths)], rng)
    nq = _outcome([assumed.link * ci, groups @ np.array(assumed.direct)], rng)
    factors = dict(zip(SUBSCALES, [*groups.T, ci, nq], strict=True))
    return pd.DataFrame(
        {
            code: _subscale(factors[factor], assumed, rng)
            for factor, codes in SUBSCALES.items()
            for code in codes
        }
    )


def _outcome(parts: list[Array], rng: np.random.Generator) -> Array:
    """Return the sum of the parts with noise that makes its population variance about 1."""
    systematic = np.sum(parts, axis=0)
    spread = max(1 - float(systematic.var()), 0.05)
    return np.asarray(systematic + np.sqrt(spread) * rng.standard_normal(len(systematic)))


def _subscale(factor: Array, assumed: AssumedModel, rng: np.random.Generator) -> Array:
    n, loading = len(factor), assumed.subscale_loading
    true = loading * factor + np.sqrt(1 - loading**2) * rng.standard_normal(n)
    noise = rng.standard_normal((n, assumed.items)).mean(axis=1)
    weight = assumed.item_loading
    return np.asarray(weight * true + np.sqrt(1 - weight**2) * noise)
