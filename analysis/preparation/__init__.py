"""From imported answers to scored data: quality flags, exclusions, reverse coding, scores."""

from analysis.preparation.dataset import (
    Decision,
    Exclusion,
    PreparationOptions,
    PreparedDataset,
)
from analysis.preparation.prepare import prepare, prepare_all
from analysis.preparation.quality import QUALITY_RULES

__all__ = [
    "QUALITY_RULES",
    "Decision",
    "Exclusion",
    "PreparationOptions",
    "PreparedDataset",
    "prepare",
    "prepare_all",
]
