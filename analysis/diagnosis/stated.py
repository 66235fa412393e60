"""What respondents themselves call most pressing: the top-3 ranking RK1."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey.responses import ResponseSet

RANKING = "RK1"
POINTS = (3.0, 2.0, 1.0)
ARROW = "→"


def stated_points(responses: ResponseSet, index: pd.Index, codes: tuple[str, ...]) -> pd.DataFrame:
    """Return the share of each respondent's points that each constraint got.

    First choice 3 points, second 2, third 1, divided by the points given, so every row
    sums to 1; NaN for who ranked nothing.

    Args:
        responses: column ``RK1`` of ``other`` holds codes such as ``C4→C6→C1``.
        index: respondents wanted.
        codes: constraint codes, the columns.
    """
    rows = np.full((len(index), len(codes)), np.nan)
    if RANKING in responses.other.columns:
        for place, text in enumerate(responses.other[RANKING].reindex(index)):
            row = _points(text, codes) if isinstance(text, str) else []
            if sum(row):
                rows[place] = np.array(row) / sum(row)
    return pd.DataFrame(rows, index=index, columns=list(codes))


def _points(text: str, codes: tuple[str, ...]) -> list[float]:
    chosen = list(dict.fromkeys(part.strip() for part in text.split(ARROW)))[: len(POINTS)]
    points = dict(zip(chosen, POINTS, strict=False))
    return [points.get(code, 0.0) for code in codes]
