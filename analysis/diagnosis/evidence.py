"""What the diagnosis rests on: organisation means and their bootstrap draws, made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.strata import (
    RoleStrata,
    bootstrap_counts,
    organisation_means,
    role_labels,
    role_strata,
)
from analysis.diagnosis.result import DiagnosisOptions
from analysis.diagnosis.stated import stated_points
from analysis.disclosure import effective_threshold
from analysis.preparation.dataset import PreparedDataset

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Means of every construct and of the stated points, observed and drawn together."""

    prepared: PreparedDataset
    options: DiagnosisOptions
    codes: tuple[str, ...]

    @cached_property
    def threshold(self) -> int:
        return effective_threshold(self.options.threshold)

    @cached_property
    def strata(self) -> RoleStrata:
        scores = self.prepared.scores100
        answered = scores.columns[scores.notna().any()]
        return self._strata(scores[answered])

    @cached_property
    def counts(self) -> Array:
        return bootstrap_counts(self.strata.membership, self.options.bootstrap, self.options.seed)

    @cached_property
    def means(self) -> Array:
        return organisation_means(self.strata, self.options.role_weighting)

    @cached_property
    def draws(self) -> Array:
        return organisation_means(self.strata, self.options.role_weighting, counts=self.counts)

    @cached_property
    def other_means(self) -> Array:
        other = "respondent" if self.options.role_weighting == "equal" else "equal"
        return organisation_means(self.strata, other)

    @cached_property
    def stated(self) -> Array:
        points = stated_points(self.prepared.responses, self.prepared.items.index, self.codes)
        return organisation_means(self._strata(points), self.options.role_weighting)

    @property
    def places(self) -> list[int]:
        """Columns of the constraints."""
        return [self.strata.columns.index(code) for code in self.codes]

    def _strata(self, table: pd.DataFrame) -> RoleStrata:
        roles = role_labels(self.prepared.respondents)
        return role_strata(table, roles, threshold=self.threshold)
