"""Influence of every case on every sample moment, and their asymptotic covariance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.sem.categorical.casewise import PairScores
from analysis.sem.categorical.data import CodedData, pair_order
from analysis.sem.categorical.polychoric import PairTables, PolychoricFit
from analysis.sem.categorical.univariate import UnivariateFit
from survey.progress import Progress, silent

Array = NDArray[np.float64]
Index = NDArray[np.intp]

CHUNK = 8192
"""Cases whose influence is held in memory at a time."""


class Influence:
    """Puts the influence of every case on every moment together.

    influence of a correlation = (score - influence of the two variables' first-step
    parameters times their links) / information (Muthen, du Toit and Spisic, 1997), where a
    link is the sum over cases of the score times the first-step score in the pair's likelihood.
    """

    def __init__(
        self,
        data: CodedData,
        fits: Sequence[UnivariateFit],
        *,
        rho: Array,
        tables: PairTables,
        polychoric: PolychoricFit,
    ) -> None:
        self._data, self._fits, self._rho = data, fits, rho
        self._tables, self._polychoric = tables, polychoric
        counts = [len(fit.location) for fit in fits]
        self._location_start = np.concatenate([[0], np.cumsum(counts)])
        self._numeric = [v for v, fit in enumerate(fits) if not fit.ordered]
        self._rows, self._columns = pair_order(len(fits))
        self._pair_start = (
            int(self._location_start[-1])
            + len(fits) * data.covariates.shape[1]
            + len(self._numeric)
        )
        self._size = self._pair_start + len(self._rows)

    def gamma(self, pairs: dict[int, PairScores], progress: Progress = silent) -> Array:
        """Return n times the asymptotic covariance of the moments."""
        data = self._data
        loose = {k: self._casewise(k, pair) for k, pair in pairs.items()}
        tabled = self._tabulated()
        width = tabled.shape[1]
        codes = np.where(data.codes < 0, width - 1, data.codes)
        position = {
            (int(i), int(j)): k
            for k, (i, j) in enumerate(zip(self._rows, self._columns, strict=True))
        }
        targets = [
            self._pair_start + position[int(i), int(j)]
            for i, j in zip(self._tables.first, self._tables.second, strict=True)
        ]
        flat = tabled.reshape(len(tabled), width * width)
        total = np.zeros((self._size, self._size))
        for start in range(0, data.n, CHUNK):
            progress(start / data.n, "sem_correlations")
            rows = slice(start, min(start + CHUNK, data.n))
            block = np.empty((rows.stop - rows.start, self._size), order="F")
            self._fill_first_step(block, rows)
            scaled, plain = codes[rows].T * width, np.ascontiguousarray(codes[rows].T)
            for k, target in enumerate(targets):
                index = scaled[self._tables.first[k]] + plain[self._tables.second[k]]
                flat[k].take(index, out=block[:, target], mode="clip")
            for k, influence in loose.items():
                block[:, self._pair_start + k] = influence[rows]
            block = self._in_covariances(block)
            w = data.weights[rows]
            if np.any(w != 1.0):
                block *= w[:, None]
            total += block.T @ block
        return total * data.n

    def _fill_first_step(self, block: Array, rows: slice) -> None:
        """Write the influence on thresholds, intercepts, slopes and variances."""
        slopes_start = int(self._location_start[-1])
        count, q = len(self._fits), self._data.covariates.shape[1]
        variances_start = slopes_start + count * q
        for v, fit in enumerate(self._fits):
            influence = fit.influence[rows]
            location = len(fit.location)
            begin = int(self._location_start[v])
            block[:, begin : begin + location] = influence[:, :location]
            for x in range(q):
                block[:, slopes_start + x * count + v] = influence[:, location + x]
        for position, v in enumerate(self._numeric):
            block[:, variances_start + position] = self._fits[v].influence[rows, -1]

    def _tabulated(self) -> Array:
        """Return K x (C + 1) x (C + 1) influences per answer pair; the last code is missing."""
        tables, fit = self._tables, self._polychoric
        size = tables.counts.shape[1]
        if len(tables.first) == 0:
            return np.zeros((0, size + 1, size + 1))
        by_answer = np.zeros((len(self._fits), size + 1, size - 1))
        for v, one in enumerate(self._fits):
            if one.ordered:
                by_answer[v, : len(one.location) + 1, : len(one.location)] = _threshold_influence(
                    one, self._data.codes[:, v]
                )
        own = np.einsum("kat,kt->ka", by_answer[tables.first], fit.row_slope)
        other = np.einsum("kat,kt->ka", by_answer[tables.second], fit.column_slope)
        result: Array = -(own[:, :, None] + other[:, None, :])
        result[:, :size, :size] += fit.score
        result /= fit.information[:, None, None]
        return result

    def _casewise(self, k: int, pair: PairScores) -> Array:
        """Return the influence of every case on one correlation outside the tables."""
        i, j = int(self._rows[k]), int(self._columns[k])
        both = self._fits[i].observed & self._fits[j].observed
        w = self._data.weights[both]
        influence = np.zeros(self._data.n)
        influence[both] = pair.score
        for v, parts in ((i, pair.first), (j, pair.second)):
            link = self._link(v, parts, both=both, score=w * pair.score)
            influence -= self._fits[v].influence @ link
        information = float(w @ pair.score**2)
        return influence / information

    def _link(
        self, v: int, parts: tuple[Array, Array], *, both: NDArray[np.bool_], score: Array
    ) -> Array:
        """Return the sum over cases of the rho score times the scores of variable ``v``."""
        fit, x = self._fits[v], self._data.covariates[both]
        if not fit.ordered:
            mean, variance = score * parts[0], score * parts[1]
            return np.concatenate([[mean.sum()], mean @ x, [variance.sum()]])
        count = len(fit.location)
        codes = self._data.codes[both, v]
        upper, lower = score * parts[0], score * parts[1]
        at_upper = np.bincount(codes, weights=upper, minlength=count + 1)[:count]
        at_lower = np.bincount(codes, weights=lower, minlength=count + 1)[1:]
        return np.concatenate([at_upper + at_lower, -((upper + lower) @ x)])

    def _in_covariances(self, block: Array) -> Array:
        """Turn influences on correlations into influences on covariances of numeric variables."""
        if not self._numeric:
            return block
        variances_start = self._pair_start - len(self._numeric)
        place = {v: variances_start + p for p, v in enumerate(self._numeric)}
        sd = np.array([fit.sd for fit in self._fits])
        for k, (i, j) in enumerate(zip(self._rows, self._columns, strict=True)):
            if int(i) not in place and int(j) not in place:
                continue
            column = block[:, self._pair_start + k]
            column *= sd[i] * sd[j]
            half = 0.5 * self._rho[i, j] * sd[i] * sd[j]
            for v in (int(i), int(j)):
                if v in place:
                    column += half / sd[v] ** 2 * block[:, place[v]]
        return block


def _threshold_influence(fit: UnivariateFit, codes: Index) -> Array:
    """Return categories x thresholds: the influence of one case in each category."""
    count = len(fit.location)
    first_case = np.array([np.flatnonzero(codes == c)[0] for c in range(count + 1)])
    by_answer: Array = fit.influence[first_case]
    return by_answer
