"""How wide the columns of a table become."""

from __future__ import annotations

from collections.abc import Sequence

PADDING, COMPACT_PADDING = 5.0, 3.0
"""On either side of a cell."""


def column_widths(
    natural: Sequence[float],
    least: Sequence[float],
    is_text: Sequence[bool],
    *,
    total: float,
) -> list[float]:
    """Return widths that sum to ``total``.

    Args:
        natural: width at which nothing in the column wraps.
        least: width below which a word or number would have to be cut.
        is_text: columns of words, which may wrap; numbers keep their natural width.

    When all fits, what is left over goes to every column in proportion; else columns of
    words give way, the widest most.
    """
    spare = total - sum(natural)
    if spare >= 0:
        whole = sum(natural)
        return [width + spare * width / whole for width in natural]
    fixed = [n if not text else low for n, low, text in zip(natural, least, is_text, strict=True)]
    room = total - sum(fixed)
    wishes = [
        max(0.0, n - f) if text else 0.0 for n, f, text in zip(natural, fixed, is_text, strict=True)
    ]
    if room < 0 or sum(wishes) == 0:
        scale = total / sum(fixed)
        return [width * scale for width in fixed]
    return [f + room * w / sum(wishes) for f, w in zip(fixed, wishes, strict=True)]


def shared_widths(shares: Sequence[float], least: Sequence[float], *, total: float) -> list[float]:
    """Return widths in proportion to ``shares``, none below ``least`` as long as all fit.

    What narrow columns need beyond their share is taken from the others.
    """
    if sum(least) > total:
        return [total * share / sum(shares) for share in shares]
    fixed: dict[int, float] = {}
    while True:
        room = total - sum(fixed.values())
        weight = sum(share for i, share in enumerate(shares) if i not in fixed)
        short = [
            i
            for i, share in enumerate(shares)
            if i not in fixed and room * share / weight < least[i] - 1e-9
        ]
        if not short:
            return [fixed.get(i, room * share / (weight or 1.0)) for i, share in enumerate(shares)]
        fixed.update({i: least[i] for i in short})
