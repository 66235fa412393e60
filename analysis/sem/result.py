"""The result of a fit: every table a statistician asks for, made when it is asked for.

A result holds the problem, the solution and what was inferred; tables are computed on first
use and kept. It is immutable to its reader, pickles, and may be read from several threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.sem.distributions import normal_quantile, two_sided
from analysis.sem.errors import SemError
from analysis.sem.standardized import r_squared, row_estimates, standardize_both

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.findings import Finding
    from analysis.sem.bootstrap import BootstrapResult
    from analysis.sem.inference import Inference
    from analysis.sem.moments import Array
    from analysis.sem.optimise import Optimum
    from analysis.sem.options import SemOptions
    from analysis.sem.problem import Problem
    from analysis.sem.score_tests import ReleaseTests
    from analysis.sem.specification import Specification
    from analysis.sem.status import SemStatus
    from analysis.sem.tests_of_fit import TestOfFit


@dataclass(frozen=True, eq=False)
class SemResult:
    """A fitted structural equation model.

    Args:
        specification: the model as written; ``options``: how it was fitted.
        problem: table, moments and matrices; ``optimum``: where the optimiser stopped.
        inference: covariance of the estimates, None when not converged.
        tests: standard and scaled test of fit, None when not converged.
        status: whether the numbers may be used, with findings that name the culprits.
        bootstrap: draws and intervals when the options ask for them.
    """

    specification: Specification
    options: SemOptions
    problem: Problem
    optimum: Optimum
    inference: Inference | None
    tests: tuple[TestOfFit, TestOfFit | None] | None
    status: SemStatus
    bootstrap: BootstrapResult | None = None

    def require_inference(self) -> Inference:
        """Return the inference; SemError when the model is not fitted or not identified."""
        if self.inference is None or self.inference.bread is None:
            raise SemError("not_fitted")
        return self.inference

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything to know about this solution."""
        return self.status.findings

    @property
    def n(self) -> int:
        """Cases used."""
        return round(self.problem.moments.n)

    @property
    def n_groups(self) -> tuple[int, ...]:
        """Cases of each group."""
        return tuple(round(group.n) for group in self.problem.moments.groups)

    @property
    def group_labels(self) -> tuple[str, ...]:
        """Labels of the groups; one empty label without groups."""
        return tuple(group.label for group in self.problem.moments.groups)

    @property
    def theta(self) -> Array:
        """Estimates of the free rows, in table order."""
        return self.optimum.theta

    @property
    def n_parameters(self) -> int:
        """Free parameters after equality constraints."""
        return self.problem.constraints.n_parameters

    @property
    def latents(self) -> tuple[str, ...]:
        """Names of the latent variables."""
        return self.problem.table.variables.latent

    @property
    def observed(self) -> tuple[str, ...]:
        """Names of the observed variables."""
        return self.problem.table.variables.observed

    @cached_property
    def covariance(self) -> pd.DataFrame:
        """Covariance matrix of the estimates, labelled."""
        import pandas as pd

        names = [self.problem.table.rows[index].name for index in self.problem.table.free]
        values = None if self.inference is None else self.inference.covariance
        if values is None:
            values = np.full((len(names), len(names)), np.nan)
        return pd.DataFrame(values, index=names, columns=names)

    @cached_property
    def fit_measures(self) -> Mapping[str, float]:
        """Every fit measure under lavaan's name; only ``npar`` when not converged."""
        from analysis.sem.measures import all_measures

        if self.inference is None or self.tests is None:
            return {"npar": float(self.n_parameters), "ntotal": self.problem.moments.n}
        return all_measures(self.problem, self.inference, self.tests)

    @cached_property
    def columns(self) -> dict[str, Any]:
        """The parameter table as plain columns (lists and arrays), without pandas."""
        table, constraints = self.problem.table, self.problem.constraints
        defined = list(constraints.defined_names)
        rows = table.rows
        estimates = np.concatenate(
            [row_estimates(self.problem, self.theta), constraints.defined.value(self.theta)]
        )
        se = self._errors(len(rows), len(defined))
        states = self.optimum.states or self.problem.states(self.theta)
        standard = standardize_both(self.problem, self.theta, states)
        all_, lv = standard["all"], standard["lv"]
        covariance = None if self.inference is None else self.inference.covariance
        is_free = [row.is_free for row in rows] + [False] * len(defined)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.where(se > 0, estimates / se, np.nan)
        half = normal_quantile(0.5 + self.options.confidence / 2) * se
        return {
            "lhs": [row.lhs for row in rows] + defined,
            "op": [row.op for row in rows] + [":="] * len(defined),
            "rhs": [row.rhs for row in rows] + self._definition_texts(),
            "group": [row.group for row in rows] + [0] * len(defined),
            "label": [row.label for row in rows] + defined,
            "free": is_free,
            "est": estimates,
            "se": se,
            "z": z,
            "p": two_sided(z),
            "ci_low": estimates - half,
            "ci_high": estimates + half,
            "std_lv": lv.values,
            "std_all": all_.values,
            "std_all_se": all_.errors(covariance),
        }

    def _errors(self, n_rows: int, n_defined: int) -> Array:
        """Return the errors of all rows (0 where fixed) and, by the delta method, definitions."""
        errors = np.zeros(n_rows + n_defined)
        if self.inference is None or self.inference.covariance is None:
            errors[list(self.problem.table.free)] = np.nan
            errors[n_rows:] = np.nan
            return errors
        errors[list(self.problem.table.free)] = self.inference.se
        if n_defined:
            J = self.problem.constraints.defined.jacobian(self.theta)
            variance = ((J @ self.inference.covariance) * J).sum(axis=1)
            errors[n_rows:] = np.sqrt(np.maximum(variance, 0.0))
        return errors

    def _definition_texts(self) -> list[str]:
        from analysis.sem.syntax.expressions import write

        return [write(d.expression) for d in self.problem.table.definitions]

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row per parameter and definition.

        Columns ``lhs op rhs group label free est se z p ci_low ci_high std_lv std_all
        std_all_se``; group counts from 1 and is 0 for definitions; se is 0 where fixed, NaN
        when there is none.
        """
        import pandas as pd

        return pd.DataFrame(self.columns)

    @cached_property
    def r2(self) -> Any:
        """Share of explained variance: a Series, or a frame with one column per group."""
        import pandas as pd

        found = r_squared(self.problem, self.problem.states(self.theta))
        if len(found) == 1:
            return pd.Series(found[0], dtype=float, name="r2")
        return pd.DataFrame(dict(zip(self.group_labels, found, strict=True)))

    @cached_property
    def implied_cov(self) -> pd.DataFrame:
        """Model covariance matrix; several groups are stacked under their labels.

        On the scale of the data: ordered variables have variance 1.
        """
        states = self.problem.states(self.theta)
        return self._stacked([s.Sigma * s.delta[:, None] * s.delta for s in states])

    @cached_property
    def sample_cov(self) -> pd.DataFrame:
        """Sample covariance matrix (divisor n for ML; EM moments under FIML), likewise."""
        return self._stacked([group.cov for group in self.problem.moments.groups])

    @cached_property
    def implied_mean(self) -> pd.DataFrame:
        """Model means, one column per group."""
        return self._means([state.mu for state in self.problem.states(self.theta)])

    @cached_property
    def sample_mean(self) -> pd.DataFrame:
        """Sample means, one column per group."""
        return self._means([group.mean for group in self.problem.moments.groups])

    @cached_property
    def sample_thresholds(self) -> pd.DataFrame:
        """Sample thresholds ``item|t1``, one column per group; empty without ordered variables."""
        import pandas as pd

        table = self.problem.table
        names = [f"{row.lhs}|{row.rhs}" for row in table.of_group(1) if row.op == "|"]
        columns = {}
        for structure, sample in zip(
            self.problem.structures, self.problem.moments.groups, strict=True
        ):
            if sample.thresholds is None or sample.threshold_of is None:
                continue
            is_ordered = np.isin(sample.threshold_of, structure.ordered)
            columns[sample.label] = sample.thresholds[is_ordered]
        ordered = sorted(names, key=lambda n: self._threshold_rank(n)) if names else []
        return pd.DataFrame(columns, index=ordered)

    def _threshold_rank(self, name: str) -> tuple[int, int]:
        variable, _, number = name.rpartition("|t")
        return self.problem.moments.groups[0].names.index(variable), int(number)

    def _means(self, vectors: list[Array]) -> pd.DataFrame:
        import pandas as pd

        names = list(self.problem.moments.groups[0].names)
        columns = dict(zip(self.group_labels, vectors, strict=False))
        return pd.DataFrame(columns, index=names)

    def _stacked(self, matrices: list[Array], names: tuple[str, ...] = ()) -> pd.DataFrame:
        import pandas as pd

        labels = list(names or self.problem.moments.groups[0].names)
        frames = [pd.DataFrame(matrix, index=labels, columns=labels) for matrix in matrices]
        if len(frames) == 1:
            return frames[0]
        return pd.concat(dict(zip(self.group_labels, frames, strict=True)))

    @cached_property
    def modification_indices(self) -> pd.DataFrame:
        """Modification indices, largest first: ``lhs op rhs group mi epc sepc_lv sepc_all``."""
        from analysis.sem.score_tests import modification_indices

        return modification_indices(self)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Direct, specific indirect, indirect and total effects among all variables."""
        from analysis.sem.effects import effects

        return effects(self)

    def release_tests(self) -> ReleaseTests:
        """Score tests of releasing the equality constraints."""
        from analysis.sem.score_tests import release_tests

        return release_tests(self)

    def residuals(self, kind: str = "standardized") -> pd.DataFrame:
        """Residuals of the covariances: ``raw``, ``cor.bentler``, ``cor.bollen``, ``normalized``
        or ``standardized``; several groups are stacked under their labels.
        """
        from analysis.sem.residual_tables import residuals

        return self._stacked([found.cov for found in residuals(self, kind)])

    def mean_residuals(self, kind: str = "standardized") -> pd.DataFrame:
        """Residuals of the means, one column per group; empty without a mean structure."""
        from analysis.sem.residual_tables import residuals

        found = [item.mean for item in residuals(self, kind) if item.mean is not None]
        return self._means(found) if found else self._means([]).iloc[:, :0]

    def factor_scores(self, method: str = "regression") -> pd.DataFrame:
        """Factor scores of the cases used: ``regression``, ``bartlett`` or ``ebm`` (ordered).

        Rows are indexed by the position of the case in the data, groups one after the other.
        """
        import pandas as pd

        from analysis.sem.factor_scores import factor_scores

        parts = factor_scores(self, method)
        return pd.DataFrame(
            np.concatenate([scores for _, scores in parts]),
            index=np.concatenate([cases for cases, _ in parts]),
            columns=list(self.latents),
        )

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """Reliability of each factor: alpha, omegas, composite reliability, AVE."""
        from analysis.sem.reliability import reliability_table

        return reliability_table(self)

    def htmt(self, means: str = "arithmetic") -> pd.DataFrame:
        """Heterotrait-monotrait ratios; ``geometric`` means give HTMT2."""
        from analysis.sem.reliability import htmt

        return htmt(self, means)

    @cached_property
    def latent_cor(self) -> pd.DataFrame:
        """Model correlations of the latent variables."""
        found = []
        for cov in self._latent_covs():
            with np.errstate(invalid="ignore", divide="ignore"):
                sd = np.sqrt(np.diagonal(cov))
                found.append(cov / np.outer(sd, sd))
        return self._stacked(found, self.latents)

    def _latent_covs(self) -> list[Array]:
        found = []
        for g, state in enumerate(self.problem.states(self.theta)):
            structure, sample = self.problem.structures[g], self.problem.moments.groups[g]
            total = state.M
            if structure.x_names and sample.x_cov is not None:
                effect = state.C @ state.K
                total = total + effect @ sample.x_cov @ effect.T
            found.append(total[structure.p :, structure.p :])
        return found

    def __str__(self) -> str:
        from analysis.sem.printing import summary_text

        return summary_text(self)
