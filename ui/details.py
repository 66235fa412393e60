"""What the report's cover says and what stands beside the results; kept in the project."""

import datetime
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Beside:
    """Files and choices that add chapters to the report; all may be empty.

    The same as ``main.py diagnose`` takes (:class:`analysis.commands.supply.SupplementOrder`),
    as text, so that a project can keep it.
    """

    earlier: str = ""
    link: str = ""
    is_retest: bool = False
    indicators_data: str = ""
    indicators: str = ""
    unit: str = ""
    ledger: str = ""
    names: str = ""
    with_quotes: bool = False


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """Who the report is for and from.

    Args:
        date: ISO date printed on the cover; given, so that the file can be made again.
        beside: what stands beside the results.
    """

    university: str = ""
    organiser: str = ""
    wave: str = ""
    classification: str = ""
    date: str = ""
    beside: Beside = field(default_factory=Beside)

    @property
    def day(self) -> datetime.date:
        """Return the date of the report; today's while none is set."""
        return datetime.date.fromisoformat(self.date) if self.date else datetime.date.today()
