"""Subtracting any tables of a report from each other recovers no suppressed group.

For every construct the views a report shows (all who answered, roles, colleges of the benchmark,
groups of the comparison tables) are gathered, and every combination of them is tried: none may
depend on fewer people than the threshold.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.comparison import ComparisonOptions, compare
from analysis.coupling import CouplingOptions, assess_coupling
from analysis.diagnosis import diagnose
from analysis.diagnosis.result import DiagnosisOptions
from analysis.disclosure import smallest_exposed
from analysis.preparation import PreparationOptions, PreparedDataset, prepare
from survey.framework_study import group_names
from tests.analysis.diagnosis.test_diagnose import no_model
from tests.analysis.simulated_survey import plain_measurement, simulate

COLLEGE = group_names()["D3"]
THRESHOLD = 10


def surveyed(counts: dict[str, int], *, seed: int, missing: float, blank: float) -> PreparedDataset:
    """Return a survey whose staff name a college of very different size, some of them none."""
    responses = simulate(counts, seed=seed, missing=missing)
    rng = np.random.default_rng(seed)
    n = responses.n
    staff = responses.respondents["role"].isin(["ADM", "TCH"]).to_numpy()
    college = rng.choice(list("甲乙丙丁戊"), n, p=[0.4, 0.3, 0.15, 0.1, 0.05]).astype(object)
    college[~staff | (rng.random(n) < blank)] = None
    gender = rng.choice(["男", "女", "不便说明"], n, p=[0.49, 0.49, 0.02])
    people = responses.respondents.assign(**{COLLEGE: college, "性别": gender})
    return prepare(replace(responses, respondents=people), PreparationOptions(exclude=()))


def shown_views(prepared: PreparedDataset) -> dict[str, list[frozenset[int]]]:
    """Return for each construct the sets of people behind the numbers a report shows."""
    measurement = plain_measurement(prepared)
    diagnosis = diagnose(
        prepared, measurement, no_model(), DiagnosisOptions(bootstrap=20, threshold=THRESHOLD)
    )
    coupling = assess_coupling(prepared, CouplingOptions(bootstrap=20, threshold=THRESHOLD))
    compared = compare(
        prepared,
        ComparisonOptions(
            bootstrap=20, weight_draws=20, permutations=20, most_profiles=1, threshold=THRESHOLD
        ),
    )
    people = prepared.respondents
    views: dict[str, list[frozenset[int]]] = {}

    def show(code: str, column: pd.Series | None = None, group: str = "") -> None:
        known = prepared.scores100[code].notna()
        if column is not None:
            known &= column.astype(str) == group
        views.setdefault(code, []).append(frozenset(np.flatnonzero(known).tolist()))

    for code in prepared.scores100.columns:
        if prepared.scores100[code].notna().any():
            show(str(code))
    for code, row in diagnosis.by_role_n.iterrows():
        for role in row.index[row > 0]:
            show(str(code), people["role"], str(role))
    if coupling is not None:
        for role in coupling.by_role.index[coupling.by_role["coverage"] == 1]:
            for code in ("I1", "I2", "I3", "N1", "N2", "N3"):
                show(code, people["role"], str(role))
    if diagnosis.benchmark is not None:
        for row in diagnosis.benchmark.table.to_dict("records"):
            show(str(row["construct"]), people[COLLEGE], str(row["unit"]))
    for column, comparison in compared.groups.items():
        for row in comparison.descriptives.to_dict("records"):
            show(str(row["score"]), people[column], str(row["group"]))
    return views


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    counts=st.fixed_dictionaries(
        {
            "ADM": st.integers(3, 40),
            "TCH": st.integers(30, 120),
            "ENT": st.integers(0, 40),
            "STU": st.integers(0, 40),
            "GOV": st.integers(0, 14),
        }
    ),
    seed=st.integers(1, 1000),
    missing=st.sampled_from([0.0, 0.02, 0.15]),
    blank=st.sampled_from([0.0, 0.03, 0.3]),
)
def test_that_no_combination_of_a_reports_tables_recovers_a_small_group(
    counts: dict[str, int], seed: int, missing: float, blank: float
) -> None:
    prepared = surveyed(counts, seed=seed, missing=missing, blank=blank)
    for code, views in shown_views(prepared).items():
        exposed = smallest_exposed(tuple(set(views)), THRESHOLD)
        assert exposed is None, f"{code}: {exposed} people can be told apart"
