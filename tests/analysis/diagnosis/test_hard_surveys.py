"""The whole chain on hard surveys: something is said, nothing breaks, nobody is exposed."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.chain import ChainOptions, ChainResult, options_for, run_chain
from resources.texts import LANGUAGES
from survey.responses import Missing, ResponseSet
from tests.analysis.simulated_survey import ROLE_COUNTS, simulate

OPTIONS = options_for(ChainOptions(), seed=1, draws=100)
QUICK = replace(
    OPTIONS,
    modelling=replace(OPTIONS.modelling, second_engine=False),
    measurement=replace(OPTIONS.measurement, bootstrap=20),
)


def nobody_answered(responses: ResponseSet, *items: str) -> ResponseSet:
    answers, missing = responses.answers.copy(), responses.missing.copy()
    answers[list(items)] = np.nan
    missing[list(items)] = np.int8(Missing.EMPTY)
    return replace(responses, answers=answers, missing=missing)


def all_equal(responses: ResponseSet) -> ResponseSet:
    return replace(responses, answers=responses.answers * 0 + 3)


def without_roles(responses: ResponseSet) -> ResponseSet:
    return replace(responses, respondents=responses.respondents.drop(columns="role"))


HARD = {
    "one role missing": simulate({r: n for r, n in ROLE_COUNTS.items() if r != "ADM"}),
    "a group of three": simulate({"TCH": 120, "ADM": 40, "GOV": 3}),
    "only outsiders": simulate({"ENT": 60, "GOV": 12}),
    "only students": simulate({"STU": 60}),
    "all answers equal": all_equal(simulate({"TCH": 60, "ADM": 30})),
    "an item nobody answered": nobody_answered(simulate({"TCH": 150}), "C4_1"),
    "a construct nobody answered": nobody_answered(simulate({"TCH": 350}), "I1_1", "I1_3"),
    "twelve answers": simulate({"TCH": 12}),
    "three answers": simulate({"TCH": 3}),
    "one answer": simulate({"TCH": 1}),
    "no roles": without_roles(simulate({"TCH": 150})),
    "a fifth of everything missing": simulate({"TCH": 200}, missing=0.2),
    "a role of nine in every question": simulate({"TCH": 100, "ADM": 9}),
}


@pytest.fixture(scope="module", params=list(HARD))
def chain(request: pytest.FixtureRequest) -> ChainResult:
    return run_chain(HARD[request.param], QUICK)


def test_that_every_stage_speaks_in_both_languages(chain: ChainResult) -> None:
    stages = (chain.measurement, chain.structural, chain.coupling, chain.diagnosis)
    findings = [f for stage in stages if stage is not None for f in stage.findings]
    assert findings
    for language in LANGUAGES:
        assert all(finding.describe(language) for finding in findings)


def test_that_no_cell_by_role_rests_on_a_small_group(chain: ChainResult) -> None:
    assert chain.diagnosis is not None
    n = chain.diagnosis.by_role_n.to_numpy(dtype=float)
    assert not ((n > 0) & (n < 10)).any()
    assert chain.diagnosis.by_role.notna().equals(chain.diagnosis.by_role_n > 0)
    if chain.coupling is not None:
        assert (chain.coupling.by_role["n"] >= 10).all()
    assert chain.diagnosis.gaps is not None
    assert (chain.diagnosis.gaps[["n_a", "n_b"]] >= 10).all(axis=None)


def test_that_severities_lie_on_the_scale_with_their_intervals(chain: ChainResult) -> None:
    assert chain.diagnosis is not None
    table = chain.diagnosis.constraints.dropna(subset=["severity"])
    assert table["severity"].between(0, 100).all()
    assert (table["severity_low"] <= table["severity"] + 1e-9).all()
    assert (table["severity"] <= table["severity_high"] + 1e-9).all()


def test_that_hidden_roles_do_not_follow_from_the_totals(chain: ChainResult) -> None:
    """Whoever knows all shown means, counts and the total finds at best a pooled mean."""
    assert chain.diagnosis is not None
    counts = chain.prepared.scores100.notna()
    roles = chain.prepared.respondents.get("role")
    if roles is None:
        return
    for code, shown in chain.diagnosis.by_role_n.iterrows():
        answered = roles[counts[code]].value_counts()
        hidden = [int(answered[r]) for r in answered.index if not shown.get(r, 0) > 0]
        small = [n for n in hidden if n < 10]
        if small and shown.gt(0).any():
            assert len(hidden) > 1
            assert sum(hidden) >= 10
