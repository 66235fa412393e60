"""How well the items measure the constructs: item analysis, reliability, validity."""

from analysis.measurement.measure import measure
from analysis.measurement.result import MeasurementOptions, MeasurementResult

__all__ = ["MeasurementOptions", "MeasurementResult", "measure"]
