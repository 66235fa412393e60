"""What a comparison of waves may show beside the reports of the waves themselves.

Each wave's own report shows the means of everybody and of every role that is large enough. A
mean over the common roles alone would, subtracted from these, give the role that only one wave
had. Whatever would isolate fewer people than the threshold is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.coupling.strata import role_labels, role_strata
from analysis.diagnosis.wave_pair import Rows, Waves, compared_rows
from analysis.disclosure import RefusedView, ShownViews
from analysis.preparation.dataset import PreparedDataset

Scores = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class AllowedView:
    """Whom a comparison may rest on.

    Args:
        roles: roles compared; fewer than the common ones when their mean would expose a role.
        linked: codes of the linked people; empty when their mean would expose the others.
        withheld: constructs not compared, because few people skipped or were not asked them.
    """

    roles: tuple[str, ...]
    linked: tuple[str, ...]
    withheld: tuple[str, ...]


def allowed_view(
    scores: Scores,
    waves: Waves,
    roles: tuple[str, ...],
    linked: tuple[str, ...],
    *,
    link: str,
    threshold: int,
) -> AllowedView:
    """Return the largest comparison that isolates nobody, given both waves' own reports.

    First the linked people, then the common roles, then only those roles that each wave's own
    report shows by themselves; then construct by construct.

    Args:
        scores: both waves' scores over the common items, everybody.
        roles: roles of both waves; ``linked``: codes found in both, or empty.
    """
    shown = [_shown_roles(wave, threshold) for wave in waves]
    safe = tuple(role for role in roles if all(role in found for found in shown))
    choices = [(roles, linked)] if linked else []
    for chosen, codes in (*choices, (roles, ()), (safe, ())):
        rows = compared_rows(waves, chosen, codes, link)
        if chosen and _is_allowed(waves, rows, threshold):
            return AllowedView(chosen, codes, _withheld(scores, waves, rows, threshold=threshold))
    return AllowedView((), (), ())


def _shown_roles(wave: PreparedDataset, threshold: int) -> set[str]:
    """Return the roles the wave's own report shows by themselves."""
    labels = role_labels(wave.respondents)
    everybody = pd.DataFrame({"all": 1.0}, index=labels.index)
    strata = role_strata(everybody, labels, threshold=threshold)
    return {role for role, is_hidden in zip(strata.roles, strata.hidden[:, 0], strict=True)
            if not is_hidden}  # fmt: skip


def _is_allowed(waves: Waves, rows: Rows, threshold: int) -> bool:
    """Return whether the people of ``rows`` may be shown, as far as membership tells."""
    for wave, index in zip(waves, rows, strict=True):
        everybody = pd.Series(1.0, index=wave.respondents.index)
        if not _allows(everybody, wave, index, threshold):
            return False
    return True


def _withheld(scores: Scores, waves: Waves, rows: Rows, *, threshold: int) -> tuple[str, ...]:
    """Return the constructs whose answering people must not be shown."""
    columns = [c for c in scores[0].columns if c in scores[1].columns]
    return tuple(
        str(code)
        for code in columns
        if not all(
            _allows(table[code], wave, index, threshold)
            for table, wave, index in zip(scores, waves, rows, strict=True)
        )
    )


def _allows(values: pd.Series, wave: PreparedDataset, index: pd.Index, threshold: int) -> bool:
    """Return whether the mean of ``index`` may stand beside those of the wave's own report.

    True where fewer than the threshold answered: that mean is shown nowhere.
    """
    known = values.index[values.notna()]
    wanted = known.intersection(index)
    if len(wanted) < threshold:
        return True
    labels = role_labels(wave.respondents).loc[known]
    strata = role_strata(values.loc[known].to_frame(), labels, threshold=threshold)
    views = ShownViews(threshold)
    try:
        views = views.with_view(map(int, known))
        for place in np.flatnonzero(~strata.hidden[:, 0]):
            members = known[strata.membership == place]
            if len(members):
                views = views.with_view(map(int, members))
    except RefusedView:
        return False
    return views.allows(map(int, wanted))
