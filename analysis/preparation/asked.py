"""Who was asked what: roles, and which of them answered every question of an analysis."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from survey.framework import load_framework

if TYPE_CHECKING:
    import pandas as pd

    from analysis.preparation.dataset import PreparedDataset

NO_ROLE = ""
"""Role code of respondents whose role is not known."""


def role_labels(respondents: pd.DataFrame) -> pd.Series[str]:
    """Return each respondent's role code, :data:`NO_ROLE` where it is not known."""
    import pandas as pd

    if "role" not in respondents.columns:
        return pd.Series(NO_ROLE, index=respondents.index, dtype=object)
    return respondents["role"].astype(object).where(respondents["role"].notna(), NO_ROLE)


def roles_asked_everything(prepared: PreparedDataset, variables: Collection[str]) -> list[str]:
    """Return the roles that were asked every item behind ``variables``.

    By the framework's own lists where the study follows it, otherwise by what was answered:
    a role counts when somebody of it answered each of the items anybody answered.
    """
    items = _items_behind(prepared, variables)
    labels = role_labels(prepared.respondents)
    present = list(dict.fromkeys(labels))
    bank = load_framework().items
    if prepared.study.framework and all(item in bank for item in items):
        return [r for r in present if all(r in bank[i].roles or r == NO_ROLE for i in items)]
    answered = [i for i in items if prepared.items[i].notna().any()]
    by_role = prepared.items[answered].notna().groupby(labels.to_numpy()).any()
    return [role for role in present if bool(by_role.loc[role].all())]


def _items_behind(prepared: PreparedDataset, variables: Collection[str]) -> list[str]:
    items_of = prepared.items_of
    behind = [i for v in variables for i in items_of.get(v, (v,))]
    return [i for i in dict.fromkeys(behind) if i in prepared.items.columns]
