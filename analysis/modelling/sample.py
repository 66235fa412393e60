"""Who and what goes into a model: roles that were asked everything, complete cases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from analysis.preparation.asked import NO_ROLE, role_labels, roles_asked_everything
from analysis.preparation.dataset import PreparedDataset


@dataclass(frozen=True, slots=True, eq=False)
class ModelSample:
    """The data of one model.

    Args:
        data: the cases, complete unless asked otherwise; index respondent, one column per
            model variable.
        roles: role codes the cases come from, sorted; empty when roles are not known.
        constant: variables without variation, left out of ``data``.
        absent: variables the survey does not have or nobody in these roles answered.
    """

    data: pd.DataFrame
    roles: tuple[str, ...]
    constant: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def has_missing(self) -> bool:
        """Return whether a case lacks a variable: then only FIML can use the data."""
        return bool(self.data.isna().any(axis=None))


def model_sample(
    prepared: PreparedDataset, variables: Collection[str], *, is_complete: bool = True
) -> ModelSample:
    """Return the complete cases on ``variables`` (construct scores or items).

    Only roles that were asked every item behind the variables take part, so that nobody
    enters with a part of the questions: for the framework ADM and TCH.

    Args:
        is_complete: leave out cases with a missing variable; otherwise only those without any
            answer, for full information ML.
    """
    table = _variables(prepared)
    known = [v for v in variables if v in table.columns]
    roles = role_labels(prepared.respondents)
    full = roles_asked_everything(prepared, known)
    chosen = table.loc[roles.isin(full), known]
    answered = [v for v in known if chosen[v].notna().any()]
    complete = chosen[answered].dropna(how="any" if is_complete else "all")
    constant = [v for v in answered if len(complete) and complete[v].nunique() < 2]
    data = complete.drop(columns=constant)
    present = sorted(set(roles.loc[data.index]) - {NO_ROLE})
    absent = tuple(v for v in variables if v not in answered)
    return ModelSample(data, tuple(present), tuple(constant), absent)


def _variables(prepared: PreparedDataset) -> pd.DataFrame:
    """Return construct scores and items side by side; a construct's code wins."""
    extra = [c for c in prepared.items.columns if c not in prepared.scores.columns]
    return pd.concat([prepared.scores, prepared.items[extra]], axis=1)
