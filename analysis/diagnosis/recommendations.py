"""From constraints to measures, actors, departments: all texts are the framework's."""

from __future__ import annotations

import pandas as pd

from analysis.diagnosis.lights import URGENCY
from analysis.diagnosis.result import Recommendation
from survey.framework import load_framework
from survey.study import Study


def recommendations(study: Study, constraints: pd.DataFrame) -> tuple[Recommendation, ...]:
    """Return one recommendation per constraint of the framework, in the table's order.

    Args:
        constraints: index constraint code, column ``light``.

    Empty for a study of one's own: only the framework says who should do what.
    """
    if not study.framework:
        return ()
    mapping = {entry["constraint"]: entry for entry in load_framework().raw["mapping"]}
    return tuple(
        Recommendation(
            constraint=str(code),
            measures=tuple(mapping[code]["measures"]),
            actors=tuple(mapping[code]["actors"]),
            departments=tuple(mapping[code]["departments_zh"]),
            indicators=tuple(mapping[code]["indicators"]),
            advice=tuple(advice["zh"] for advice in mapping[code]["advice"]),
            urgency=URGENCY[str(light)],
        )
        for code, light in constraints["light"].items()
        if code in mapping
    )
