"""Joins a second import to the first: another batch of the same survey, or a new wave.

Responses that came before are found: platforms export everything anew each time. They are
left out and listed; answers that only happen to be alike are kept and listed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survey.exchange.matching import ALIKE
from survey.exchange.repeats import RESPONDENT
from survey.exchange.wording import likeness
from survey.problems import Problem, Refusal
from survey.responses import Missing, ResponseSet, SourceFile
from survey.study import StudyItem

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

BATCH = "batch"
"""Column of ``respondents`` that says which import a response came with."""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What joining found.

    Args:
        added: number of responses that are new.
        repeated: rows (of the second file) left out: the same answers at the same time.
        alike: rows of the second file kept although their answers are those of an earlier
            response, given at another or an unknown time.
    """

    added: int
    repeated: tuple[int, ...]
    alike: tuple[int, ...]


def append_batch(
    first: ResponseSet, second: ResponseSet, *, batch: str, first_batch: str = "1"
) -> tuple[ResponseSet, BatchReport]:
    """Return both imports as one set of responses, numbered on, and what was found.

    Args:
        first: what was imported before; its batches keep their names.
        second: the new import.
        batch: name of the new batch or wave.
        first_batch: name of the first one, where it has none yet.

    Raises:
        Refusal: the second import has other items, or other wordings or bounds of them.
    """
    _check_same_items(first, second)
    repeated, alike = _find_again(first, second)
    keep = ~repeated
    parts = (_named(first, first_batch), _taken(second, keep, batch, start=first.n))
    rows = second.respondents["row"].to_numpy()
    report = BatchReport(int(keep.sum()), _as_rows(rows[repeated]), _as_rows(rows[alike & keep]))
    return _joined(first, second, parts), report


def _as_rows(rows: np.ndarray) -> tuple[int, ...]:
    return tuple(int(row) for row in rows)


def _check_same_items(first: ResponseSet, second: ResponseSet) -> None:
    known = {item.code: item for item in first.study.items}
    differing = [
        item.code
        for item in second.study.items
        if item.code not in known or not _is_same_item(known[item.code], item)
    ]
    if differing:
        values = {"items": "、".join(differing[:5]), "count": len(differing)}
        raise Refusal(Problem("batch_other_items", second.source.name, values=values))


def _is_same_item(item: StudyItem, other: StudyItem) -> bool:
    bounds = (item.minimum, item.maximum) == (other.minimum, other.maximum)
    return bounds and likeness(item.text, other.text) >= ALIKE


def _find_again(first: ResponseSet, second: ResponseSet) -> tuple[np.ndarray, np.ndarray]:
    """Return for each response of the second import: seen before; alike but at another time."""
    codes = [code for code in first.answers.columns if code in second.answers.columns]
    before = _fingerprints(first, codes)
    times: dict[Hashable, set[object]] = {}
    for key, moment in zip(before, _moments(first), strict=True):
        times.setdefault(key, set()).add(moment)
    again, alike = [], []
    for key, moment in zip(_fingerprints(second, codes), _moments(second), strict=True):
        known = times.get(key, set())
        again.append(moment is not None and moment in known)
        alike.append(bool(known) and not again[-1])
    return np.array(again, dtype=bool), np.array(alike, dtype=bool)


def _fingerprints(responses: ResponseSet, codes: list[str]) -> list[bytes]:
    answers = responses.answers[codes].to_numpy()
    kinds = responses.missing[codes].to_numpy()
    return [
        hashlib.sha256(np.nan_to_num(row, nan=-1e9).tobytes() + kind.tobytes()).digest()
        for row, kind in zip(answers, kinds, strict=True)
    ]


def _moments(responses: ResponseSet) -> list[object]:
    """Return each response's time of submission, None where unknown."""
    if "submitted" not in responses.respondents:
        return [None] * responses.n
    found = responses.respondents["submitted"]
    return [None if gone else moment for moment, gone in zip(found, found.isna(), strict=True)]


def _named(responses: ResponseSet, batch: str) -> ResponseSet:
    if BATCH in responses.respondents:
        return responses
    return replace(responses, respondents=responses.respondents.assign(**{BATCH: batch}))


def _taken(responses: ResponseSet, keep: np.ndarray, batch: str, *, start: int) -> ResponseSet:
    import pandas as pd

    count = int(keep.sum())
    index = pd.RangeIndex(start + 1, start + count + 1, name="respondent")
    return replace(
        responses,
        answers=responses.answers[keep].set_axis(index),
        missing=responses.missing[keep].set_axis(index),
        respondents=responses.respondents[keep].set_axis(index).assign(**{BATCH: batch}),
        other=responses.other[keep].set_axis(index),
        repeats={
            sheet: _taken_rows(rows, keep, start=start) for sheet, rows in responses.repeats.items()
        },
    )


def _taken_rows(rows: pd.DataFrame, keep: np.ndarray, *, start: int) -> pd.DataFrame:
    """Return the rows of a repeat group whose responses are kept, linked to their new numbers."""
    new = np.concatenate([[0], np.where(keep, np.cumsum(keep) + start, -1)])
    numbers = new[rows[RESPONDENT].to_numpy()]
    found: pd.DataFrame = rows.assign(**{RESPONDENT: numbers})[numbers >= 0]
    return found


def _joined(
    first: ResponseSet, second: ResponseSet, parts: tuple[ResponseSet, ResponseSet]
) -> ResponseSet:
    missing = _stacked([part.missing for part in parts])
    source = SourceFile(
        f"{first.source.name} + {second.source.name}",
        hashlib.sha256((first.source.sha256 + second.source.sha256).encode()).hexdigest(),
        first.source.kind,
        first.source.encoding,
        first.source.rows + second.source.rows,
        first.source.columns,
    )
    groups = dict.fromkeys((*first.study.group_variables, BATCH))
    is_simulated = first.study.is_simulated or second.study.is_simulated
    return ResponseSet(
        study=replace(first.study, group_variables=tuple(groups), is_simulated=is_simulated),
        answers=_stacked([part.answers for part in parts]),
        missing=missing.fillna(int(Missing.NOT_SHOWN)).astype(np.int8),
        respondents=_stacked([part.respondents for part in parts]),
        other=_stacked([part.other for part in parts]),
        source=source,
        repeats={sheet: _joined_rows(parts, sheet) for sheet in _sheets(parts)},
    )


def _sheets(parts: tuple[ResponseSet, ResponseSet]) -> list[str]:
    return list(dict.fromkeys(sheet for part in parts for sheet in part.repeats))


def _joined_rows(parts: tuple[ResponseSet, ResponseSet], sheet: str) -> pd.DataFrame:
    import pandas as pd

    joined = _stacked([part.repeats[sheet] for part in parts if sheet in part.repeats])
    return joined.set_axis(pd.RangeIndex(1, len(joined) + 1, name="row"))


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the frames one below the other, in the columns of the first and then new ones."""
    import pandas as pd

    filled = [frame for frame in frames if len(frame)]
    columns = list(dict.fromkeys(column for frame in frames for column in frame.columns))
    joined = pd.concat(filled or frames[:1])
    return joined.reindex(columns=columns).rename_axis(index="respondent")
