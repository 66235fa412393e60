"""What stands beside one run: an earlier wave, objective indicators, the ledger, open answers.

A run is complete without them; each that is given adds its page to the report.
"""

from analysis.supplements.result import Supplements

__all__ = ["Supplements"]
