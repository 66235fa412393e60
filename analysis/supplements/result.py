"""What stands beside the results of one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.diagnosis.change import Change
    from analysis.diagnosis.ledger import LedgerItem
    from analysis.supplements.indicators import IndicatorEvidence
    from analysis.supplements.voices import Voices


@dataclass(frozen=True, slots=True, eq=False)
class Supplements:
    """What is known beside the results of one run; empty when nothing is.

    Args:
        change: from the earlier wave to this one, None without an earlier wave.
        waves: names of the earlier and of this wave, for headings; "" where not known.
        indicators: objective indicators beside the survey, None without them.
        ledger: the rectification ledger as reviewed on this wave; empty: the report drafts one.
        voices: what the open answers say, by count; empty without open questions.
    """

    change: Change | None = None
    waves: tuple[str, str] = ("", "")
    indicators: IndicatorEvidence | None = None
    ledger: tuple[LedgerItem, ...] = ()
    voices: tuple[Voices, ...] = ()
