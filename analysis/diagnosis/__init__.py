"""The diagnosis: severities, lights, priorities with their certainty, recommendations."""

from analysis.diagnosis.diagnose import diagnose
from analysis.diagnosis.result import Diagnosis, DiagnosisOptions, Recommendation

__all__ = ["Diagnosis", "DiagnosisOptions", "Recommendation", "diagnose"]
