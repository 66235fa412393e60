"""What the report's cover says; kept in the project."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """Who the report is for and from.

    Args:
        date: ISO date printed on the cover; given, so that the file can be made again.
    """

    university: str = ""
    organiser: str = ""
    wave: str = ""
    classification: str = ""
    date: str = ""

    @property
    def day(self) -> datetime.date:
        """Return the date of the report; today's while none is set."""
        return datetime.date.fromisoformat(self.date) if self.date else datetime.date.today()
