"""What must never go wrong, from the answers to the words of the report.

A survey too small for paths, constructs that cannot be told apart, and surveys with something
missing or broken: the report says what and why, prints no number that does not hold, and the
rest comes out.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analysis.chain import ChainOptions, ChainResult, options_for, run_chain
from analysis.report import ReportFacts, build_report
from analysis.report.document import Bullets, Note, Paragraph, Report
from survey.responses import Missing, ResponseSet
from tests.analysis.simulated_survey import ROLE_COUNTS, simulate

OPTIONS = options_for(ChainOptions(), seed=1, draws=100)
QUICK = replace(
    OPTIONS,
    modelling=replace(OPTIONS.modelling, second_engine=False),
    measurement=replace(OPTIONS.measurement, bootstrap=20),
    comparison=replace(OPTIONS.comparison, bootstrap=20, permutations=20, most_profiles=1),
)


def reported(responses: ResponseSet) -> tuple[ChainResult, Report]:
    chain = run_chain(responses, QUICK)
    return chain, build_report(chain, ReportFacts(university="示例大学", date="2026-11-24"))


def codes(chain: ChainResult) -> set[str]:
    stages = (chain.measurement, chain.structural, chain.coupling, chain.diagnosis)
    found = [f for stage in stages if stage is not None for f in stage.findings]
    return {f.code for f in (*found, *chain.prepared.findings)}


def words(report: Report) -> str:
    parts: list[str] = []
    for block in report.blocks:
        if isinstance(block, (Paragraph, Note)):
            parts.append(block.text)
        elif isinstance(block, Bullets):
            parts += [str(item) for item in block.items]
    return "".join(parts)


def keys(report: Report) -> set[str]:
    return {table.key for table in report.tables()}


def changed(responses: ResponseSet, **columns: object) -> ResponseSet:
    """Return the answers with some items replaced."""
    return replace(responses, answers=responses.answers.assign(**columns))


def test_that_eighty_answers_refuse_the_path_model_explain_and_still_diagnose() -> None:
    chain, report = reported(simulate({"TCH": 80}))
    assert chain.structural.sem is None
    assert "effects" not in keys(report)
    scores_only = next(f for f in chain.structural.findings if f.code == "model_sample_scores_only")
    assert scores_only.describe("zh_CN") in words(report)
    assert chain.diagnosis is not None
    constraints = chain.diagnosis.constraints
    assert constraints["severity"].notna().all()
    assert (constraints["severity_high"] > constraints["severity_low"]).all()
    assert set(constraints["light"]) <= {"red", "amber", "green", "grey"}
    assert constraints.loc["C4", "light"] == "red"
    assert {r.constraint for r in chain.diagnosis.recommendations} >= {"C4", "C6"}
    assert chain.coupling is not None
    assert {"degrees", "obstacles", "gains"} <= keys(report)


def test_that_a_planted_overlap_stops_the_path_and_prints_no_coefficient() -> None:
    plain = simulate({"TCH": 350})
    overlap = changed(plain, C6_1=6 - plain.answers["I1_1"], C6_3=6 - plain.answers["I1_3"])
    before, _ = reported(plain)
    assert len(before.structural.effects) > 0
    chain, report = reported(overlap)
    assert ("C6", "I1") in chain.structural.htmt_gate
    assert chain.structural.effects.empty
    assert "htmt_gate" in codes(chain)
    assert not keys(report) & {"effects", "mediation", "slopes"}
    assert chain.diagnosis is not None
    assert chain.diagnosis.constraints["severity"].notna().all()


def one_role_missing() -> ResponseSet:
    return simulate({r: n for r, n in ROLE_COUNTS.items() if r != "ADM"})


def a_group_of_three() -> ResponseSet:
    return simulate({"TCH": 120, "ADM": 40, "GOV": 3})


def all_answers_equal() -> ResponseSet:
    responses = simulate({"TCH": 60, "ADM": 30})
    return replace(responses, answers=responses.answers * 0 + 3)


def an_item_nobody_answered() -> ResponseSet:
    responses = simulate({"TCH": 150})
    missing = responses.missing.assign(C4_1=np.int8(Missing.EMPTY))
    return replace(changed(responses, C4_1=np.nan), missing=missing)


def twelve_answers() -> ResponseSet:
    return simulate({"TCH": 12})


BROKEN = [
    (one_role_missing, "coupling_roles_pooled", 9),
    (a_group_of_three, "diagnosis_suppressed", 9),
    (an_item_nobody_answered, "diagnosis_constraints_absent", 8),
    (twelve_answers, "model_sample_descriptive", 9),
]


@pytest.mark.parametrize(
    ("make", "code", "constraints"), BROKEN, ids=[m[0].__name__ for m in BROKEN]
)
def test_that_a_broken_survey_is_said_to_be_and_the_rest_comes_out(
    make: Callable[[], ResponseSet], code: str, constraints: int
) -> None:
    chain, report = reported(make())
    assert code in codes(chain)
    assert chain.diagnosis is not None
    assert len(chain.diagnosis.constraints) == constraints
    assert chain.diagnosis.constraints["severity"].notna().all()
    assert chain.coupling is not None
    assert chain.coupling.degrees["D"].notna().all()
    assert {"degrees", "obstacles"} <= keys(report)


def test_that_equal_answers_of_everybody_are_left_out_and_said() -> None:
    """Nobody told a reversed from a plain item: nothing but the careless answers is reported."""
    chain, report = reported(all_answers_equal())
    assert len(chain.prepared.excluded) > 0
    assert {"coupling_too_few", "diagnosis_suppressed"} <= codes(chain)
    assert report.blocks
    assert "effects" not in keys(report)
