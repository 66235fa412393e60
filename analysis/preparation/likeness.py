"""Answer sheets that are nearly the same as an earlier one: exact search without all pairs."""

import numpy as np

from analysis.preparation.arrays import BoolArray, FloatArray, IntArray

MIN_ITEMS = 20
"""With fewer items two honest sheets agree nearly everywhere by chance."""

MIN_SD = 0.5
"""Sheets with hardly any variation resemble one another; other rules speak of them."""

NOT_ANSWERED = -1

BLOCK = 256


def near_duplicates(answers: FloatArray, shown: BoolArray, *, share: float) -> BoolArray:
    """Return who gave the same answer as one earlier person to at least ``share`` of the items.

    Percent match of Kuriakose & Robbins (2016, doi 10.3233/SJI-150934), whose limit of 85 %
    Simmons et al. (2016, Pew Research Center) found to accuse honest people in long and
    homogeneous surveys; hence 95 %, at least 20 items, and sheets with an SD of 0.5 or more.
    Only people to whom the same items were shown are compared; an item left open by both
    counts as the same. Of two alike the later is named.

    Exact, not by chance: a pair with at most m different answers agrees entirely in one of
    m + 1 groups of items, so only sheets equal in such a group are compared.

    Args:
        answers: respondents x items, NaN where missing, raw codes.
        shown: where an item was put to the respondent.
        share: 0 to 1.
    """
    flagged = np.zeros(len(answers), dtype=bool)
    codes = np.where(np.isfinite(answers), answers, NOT_ANSWERED)
    varied = _varies(answers)
    for rows in same_forms(shown):
        columns = np.flatnonzero(shown[rows[0]])
        rows = rows[varied[rows]]
        if len(columns) >= MIN_ITEMS and len(rows) > 1:
            flagged[rows] = _later_twins(codes[np.ix_(rows, columns)], share)
    return flagged


def _varies(answers: FloatArray) -> BoolArray:
    known = np.isfinite(answers)
    count = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, answers, 0.0).sum(axis=1) / count
    squares = np.where(known, (answers - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return np.asarray(squares >= MIN_SD**2 * np.maximum(count - 1, 1), dtype=np.bool_)


def same_forms(shown: BoolArray) -> list[IntArray]:
    """Return the respondents (positions) of each pattern of shown items, in their order."""
    if not len(shown):
        return []
    _, form = np.unique(np.packbits(shown, axis=1), axis=0, return_inverse=True)
    return [np.flatnonzero(form == k) for k in range(int(form.max()) + 1)]


def _later_twins(codes: FloatArray, share: float) -> BoolArray:
    n, k = codes.shape
    needed = int(np.ceil(share * k - 1e-9))
    found = np.zeros(n, dtype=bool)
    for band in np.array_split(np.arange(k), min(k - needed + 1, k)):
        packed = np.ascontiguousarray(codes[:, band])
        _, key = np.unique(packed, axis=0, return_inverse=True)
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        for members in np.split(order, starts[1:]):
            if len(members) > 1:
                _mark(codes, members, needed, found)
    return found


def _mark(codes: FloatArray, members: IntArray, needed: int, found: BoolArray) -> None:
    """Mark the members (in their order) that agree with an earlier one, by blocks of rows."""
    for start in range(1, len(members), BLOCK):
        later = members[start : start + BLOCK]
        earlier = members[: start + len(later)]
        same = (codes[later][:, None, :] == codes[earlier][None, :, :]).sum(axis=2)
        place = np.arange(start, start + len(later))
        before = np.arange(len(earlier))[None, :] < place[:, None]
        found[later] |= ((same >= needed) & before).any(axis=1)
