"""What a statistic raises when it cannot be computed from these data or choices.

Where one number of many cannot be had, it is NaN with a finding; this is for functions whose
only answer would be missing. It carries the finding that says why and what to do.
"""

from analysis.findings import Finding
from resources.texts import SOURCE_LANGUAGE


class NotComputable(ValueError):
    """A statistic that cannot be computed; the finding says why, in the user's words."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code, dict(finding.values))
        self.finding = finding

    def describe(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return the sentence in ``language``."""
        return self.finding.describe(language)
