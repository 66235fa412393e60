"""The diagnosis: severities, lights, priorities with their certainty, recommendations.

One wave: :func:`diagnose`. Two waves: :func:`compare_waves`, and the rectification ledger in
:mod:`analysis.diagnosis.ledger`. Between universities: :mod:`analysis.diagnosis.norms`. Before the
survey: :mod:`analysis.diagnosis.planning`, :func:`path_power`.
"""

from analysis.diagnosis.change import Change, ChangeOptions, compare_waves
from analysis.diagnosis.diagnose import diagnose
from analysis.diagnosis.path_power import AssumedModel, path_power
from analysis.diagnosis.result import Diagnosis, DiagnosisOptions, Recommendation

__all__ = [
    "AssumedModel",
    "Change",
    "ChangeOptions",
    "Diagnosis",
    "DiagnosisOptions",
    "Recommendation",
    "compare_waves",
    "diagnose",
    "path_power",
]
