"""A small simulated survey on the framework, for tests of coupling, modelling, diagnosis.

Severity of each constraint, the groups' correlation and the paths are known, so tests can ask
for what was planted. Nothing here is data of anybody.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.measurement.result import MeasurementResult
from analysis.preparation.dataset import PreparedDataset
from survey.framework import load_framework
from survey.framework_study import framework_study
from survey.responses import Missing, ResponseSet, SourceFile
from survey.study import Study

ROLE_COUNTS = {"ADM": 70, "TCH": 270, "ENT": 60, "STU": 80, "RI": 22, "GOV": 8}
SOURCE = SourceFile("simulated", "0" * 64, "table", "utf-8", 0, 0)
SEVERITY = {"C1": 3.1, "C2": 3.3, "C3": 2.8, "C4": 4.0, "C5": 3.2, "C6": 3.9, "C7": 2.6, "C8": 2.4}


def simulated_latents(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return standardised construct scores: three correlated groups → CI → NQ."""
    shared = rng.standard_normal(n)
    groups = {g: 0.8 * shared + 0.6 * rng.standard_normal(n) for g in ("G1", "G2", "G3")}
    ci = (
        -0.3 * groups["G1"]
        - 0.25 * groups["G2"]
        - 0.2 * groups["G3"]
        + 0.7 * rng.standard_normal(n)
    )
    nq = 0.5 * ci - 0.1 * groups["G2"] + 0.75 * rng.standard_normal(n)
    scores: dict[str, np.ndarray] = {}
    for construct in load_framework().constructs.values():
        factor = groups.get(construct.group or "", ci if construct.kind == "process" else nq)
        scores[construct.code] = 0.8 * factor + 0.6 * rng.standard_normal(n)
    return scores


def simulate(
    counts: Mapping[str, int] = ROLE_COUNTS,
    *,
    seed: int = 1,
    form: str = "SHORT30",
    shift: float = 0.0,
    missing: float = 0.02,
) -> ResponseSet:
    """Return answers of ``counts`` people per role to the items their role is asked."""
    rng = np.random.default_rng(seed)
    study = framework_study(form)
    roles = [role for role, n in counts.items() for _ in range(n)]
    latents = simulated_latents(len(roles), rng)
    framework = load_framework()
    answers, kinds = {}, {}
    for construct in study.constructs:
        for item in construct.items:
            raw = 0.8 * latents[construct.code] + 0.6 * rng.standard_normal(len(roles))
            value = np.clip(np.round(SEVERITY.get(construct.code, 3.2) + shift + 0.9 * raw), 1, 5)
            if study.item(item).is_reversed:
                value = 6 - value
            asked = np.array([role in framework.items[item].roles for role in roles])
            gone = rng.random(len(roles)) < missing
            answers[item] = np.where(asked & ~gone, value, np.nan)
            kinds[item] = np.where(asked, np.where(gone, Missing.EMPTY, 0), Missing.NOT_SHOWN)
    return responses_from(study, pd.DataFrame(answers), pd.DataFrame(kinds), roles=roles, rng=rng)


def responses_from(
    study: Study,
    answers: pd.DataFrame,
    kinds: pd.DataFrame,
    *,
    roles: list[str],
    rng: np.random.Generator,
) -> ResponseSet:
    """Return the response set, with a stated ranking that favours C4 and C6."""
    index = pd.RangeIndex(1, len(answers) + 1, name="respondent")
    options = np.array([f"C{i}" for i in range(1, 10)])
    chance = np.array([1, 1, 1, 4, 1, 3, 1, 1, 1.0])
    ranking = [
        "→".join(rng.choice(options, 3, replace=False, p=chance / chance.sum())) for _ in index
    ]
    respondents = pd.DataFrame({"role": roles, "seconds": 400.0, "row": index + 1}, index=index)
    return ResponseSet(
        study=study,
        answers=answers.set_index(index),
        missing=kinds.set_index(index).astype("int8"),
        respondents=respondents,
        other=pd.DataFrame({"RK1": ranking}, index=index),
        source=SOURCE,
    )


def plain_measurement(
    prepared: PreparedDataset,
    *,
    alpha: float = 0.8,
    htmt: Mapping[str, float] = MappingProxyType({}),
) -> MeasurementResult:
    """Return a measurement result with the same alpha everywhere and chosen HTMT (``C6-I1``)."""
    codes = [construct.code for construct in prepared.study.constructs]
    table = pd.DataFrame(np.nan, index=codes, columns=codes)
    for pair, value in htmt.items():
        first, second = sorted(pair.split("-"), key=codes.index)
        table.loc[second, first] = value
    return MeasurementResult(
        items=pd.DataFrame(),
        reliability=pd.DataFrame({"alpha": alpha}, index=codes),
        htmt=table,
        correlations=pd.DataFrame(),
        cfa=None,
        cfa_n=0,
        cfa_roles=(),
        findings=(),
        fingerprint=prepared.fingerprint,
    )
