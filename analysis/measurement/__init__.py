"""How well the items measure the constructs: item analysis, reliability, validity, review."""

from analysis.measurement.measure import measure
from analysis.measurement.result import MeasurementOptions, MeasurementResult
from analysis.measurement.review import ReviewOptions, ScaleReview, review

__all__ = [
    "MeasurementOptions",
    "MeasurementResult",
    "ReviewOptions",
    "ScaleReview",
    "measure",
    "review",
]
