"""Starting values that follow the units of the data, so that scale never decides anything.

Loadings start at a centroid solution of each factor's indicators (Thurstone), error variances
at what the loading leaves, intercepts at means, paths and covariances at 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analysis.sem.moments import Array, GroupMoments, SampleMoments
    from analysis.sem.parameter_table import ParameterTable, Row


def starting_values(table: ParameterTable, moments: SampleMoments) -> Array:
    """Return a start for theta, one entry per free row; the user's own values win."""
    guides = [
        _Guide(table.of_group(group + 1), moments.groups[group], table.variables.latent)
        for group in range(table.n_groups)
    ]
    rows = [table.rows[index] for index in table.free]
    return np.array(
        [row.start if row.start == row.start else guides[row.group - 1].start(row) for row in rows]
    )


class _Guide:
    """Rough loadings, variances and means of one group."""

    def __init__(
        self, rows: tuple[Row, ...], sample: GroupMoments, latent: tuple[str, ...]
    ) -> None:
        self.rows = rows
        self.sample = sample
        self.place = {name: k for k, name in enumerate(sample.names)}
        self.x_place = {name: k for k, name in enumerate(sample.x_names)}
        sd = np.sqrt(np.diagonal(sample.cov))
        self.correlation = sample.cov / (sd[:, None] * sd)
        self.sd = dict(zip(sample.names, sd.tolist(), strict=True))
        self.loading: dict[tuple[str, str], float] = {}
        self.share: dict[str, float] = {}
        self.variance: dict[str, float] = {}
        self.explained = {r.rhs for r in rows if r.op == "=~"} | {
            r.lhs for r in rows if r.op == "~"
        }
        self.loadings: dict[str, list[Row]] = {name: [] for name in latent}
        self.variances = {r.lhs: r for r in rows if r.op == "~~" and r.lhs == r.rhs}
        for row in rows:
            if row.op == "=~":
                self.loadings[row.lhs].append(row)
        for name in _by_depth(self.loadings):
            self._factor(name)

    def _factor(self, name: str) -> None:
        """Find rough loadings of one factor in the units its fixed values set."""
        own = self.loadings[name]
        items = [row for row in own if row.rhs in self.place]
        variance = self._fixed_variance(name)
        if len(items) < len(own) or not items:
            self._higher_order(name, own, variance)
            return
        standard = self._centroid([row.rhs for row in items])
        raw = [value * self.sd[row.rhs] for value, row in zip(standard, items, strict=True)]
        fixed = [
            (row.value, value)
            for row, value in zip(items, raw, strict=True)
            if not row.is_free and row.value
        ]
        if variance is not None:
            scale = math.sqrt(max(variance, 1e-12))
        elif fixed:
            scale = sum(value / given for given, value in fixed) / len(fixed)
            scale = scale if abs(scale) > 1e-8 * abs(raw[0]) else raw[0]
        else:
            scale = raw[0]
        self.variance[name] = scale**2 if variance is None else max(variance, 0.05)
        self.sd[name] = math.sqrt(self.variance[name])
        for row, value, z in zip(items, raw, standard, strict=True):
            self.loading[name, row.rhs] = value / scale
            self.share[row.rhs] = min(self.share.get(row.rhs, 0.0) + z**2, 0.9)

    def _fixed_variance(self, name: str) -> float | None:
        row = self.variances.get(name)
        return row.value if row is not None and not row.is_free and row.value > 0 else None

    def _centroid(self, names: list[str]) -> list[float]:
        """Return standardized centroid loadings, the first one positive."""
        if len(names) == 1:
            return [0.9]
        chosen = [self.place[name] for name in names]
        R = self.correlation[chosen][:, chosen]
        signs = np.where(R[0] < 0, -1.0, 1.0)
        R *= signs[:, None] * signs
        np.fill_diagonal(R, 0.0)
        np.fill_diagonal(R, np.abs(R).max(axis=0))
        total = R.sum(axis=0)
        whole = float(total.sum())
        loadings = total / math.sqrt(whole) if whole > 0 else np.full(len(R), 0.5)
        return [
            math.copysign(min(max(abs(value), 0.2), 0.95), value * sign)
            for value, sign in zip(loadings.tolist(), signs.tolist(), strict=True)
        ]

    def _higher_order(self, name: str, own: list[Row], variance: float | None) -> None:
        sizes = [0.7 * self.sd.get(row.rhs, 1.0) for row in own]
        scale = float(np.sqrt(variance)) if variance else (sizes[0] if sizes else 1.0)
        self.variance[name] = scale**2
        self.sd[name] = scale
        for row, size in zip(own, sizes, strict=True):
            self.loading[name, row.rhs] = size / scale
            self.share[row.rhs] = 0.5

    def start(self, row: Row) -> float:
        """Return the start of one parameter."""
        if row.op == "=~":
            return self.loading.get((row.lhs, row.rhs), 1.0)
        if row.op == "~1":
            k = self.place.get(row.lhs)
            return float(self.sample.mean[k]) if k is not None else 0.0
        if row.op == "~~":
            return self._covariance(row)
        if row.op == "|":
            return self._threshold(row)
        return 1.0 if row.op == "~*~" else 0.0

    def _covariance(self, row: Row) -> float:
        if row.lhs != row.rhs:
            i, j = self.place.get(row.lhs), self.place.get(row.rhs)
            both = row.is_exogenous or (self._is_x(row.lhs) and self._is_x(row.rhs))
            return float(self.sample.cov[i, j]) if both and i is not None and j is not None else 0.0
        if row.lhs in self.place:
            variance = float(self.sample.cov[self.place[row.lhs], self.place[row.lhs]])
            if self._is_x(row.lhs):
                return variance
            return variance * (
                1 - self.share.get(row.lhs, 0.0 if row.lhs not in self.share else 0.5)
            )
        return self.variance.get(row.lhs, 1.0)

    def _is_x(self, name: str) -> bool:
        return name not in self.explained

    def _threshold(self, row: Row) -> float:
        sample = self.sample
        if sample.thresholds is None or sample.threshold_of is None:
            return 0.0
        own = sample.thresholds[sample.threshold_of == self.place[row.lhs]]
        k = int(row.rhs[1:]) - 1
        return float(own[k]) if k < len(own) else 0.0


def _by_depth(loadings: dict[str, list[Row]]) -> list[str]:
    """Return latent variables so that indicators come before the factors above them."""
    below = {name: {row.rhs for row in rows} & loadings.keys() for name, rows in loadings.items()}
    order: list[str] = []
    while below:
        ready = [name for name, needs in below.items() if not needs & below.keys()]
        ready = ready or list(below)[:1]
        order += ready
        for name in ready:
            del below[name]
    return order
