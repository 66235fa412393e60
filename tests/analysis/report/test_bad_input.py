"""Bad input of the coupling and of waves, from the answers to the words of the report.

Each is said in a finding or a refusal with what to do, and the rest of the report comes out.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.chain import ChainOptions, ChainResult, run_chain
from analysis.commands.guard import guard_table
from analysis.coupling.judgements import Judgement
from analysis.diagnosis import Change, ChangeOptions, compare_waves
from analysis.findings import Finding
from analysis.preparation import prepare
from analysis.report import ReportFacts, build_report
from analysis.report.document import Note, Report
from analysis.supplements import Supplements
from survey.responses import ResponseSet
from tests.analysis.report.test_done_when import QUICK
from tests.analysis.simulated_survey import simulate

FACTS = ReportFacts(university="示例大学", date="2026-11-24")
SMALL = {"TCH": 60, "ADM": 30}
FEW = ChangeOptions(bootstrap=100)
REST = {"degrees", "obstacles", "gains", "systems"}
CIRCLE = ((1, 9, 1 / 9), (1 / 9, 1, 9), (9, 1 / 9, 1))


@pytest.fixture(scope="module")
def responses() -> ResponseSet:
    return simulate(SMALL)


@pytest.fixture(scope="module")
def plain(responses: ResponseSet) -> ChainResult:
    return run_chain(responses, QUICK)


def with_coupling(responses: ResponseSet, **choices: object) -> ChainResult:
    coupling = replace(QUICK.coupling, **choices)  # type: ignore[arg-type]
    options: ChainOptions = replace(QUICK, coupling=coupling)
    return run_chain(responses, options)


def found(chain: ChainResult, code: str) -> Finding:
    assert chain.coupling is not None
    return next(f for f in chain.coupling.findings if f.code == code)


def notes(report: Report) -> str:
    return "".join(block.text for block in report.blocks if isinstance(block, Note))


def keys(report: Report) -> set[str]:
    return {table.key for table in report.tables()}


def cells(report: Report, key: str) -> dict[str, tuple[object, ...]]:
    """Return the rows of a table by the code they begin with."""
    table = next(table for table in report.tables() if table.key == key)
    return {str(row[0]).split()[0]: tuple(row) for row in table.rows}


def test_that_an_inconsistent_judgement_is_printed_and_equal_weights_used(
    responses: ResponseSet, plain: ChainResult
) -> None:
    judgements = tuple(
        Judgement("专家.csv", codes, CIRCLE) for codes in (("I1", "I2", "I3"), ("N1", "N2", "N3"))
    )
    chain = with_coupling(responses, weighting="ahp", judgements=judgements)
    report = build_report(chain, FACTS)
    for code in ("ahp_inconsistent", "ahp_not_used"):
        assert found(chain, code).describe("zh_CN") in notes(report)
    table = next(table for table in report.tables() if table.key == "judgements")
    assert [row[-1] for row in table.rows] == ["未采用", "未采用"]
    assert keys(report) >= REST | {"coupling_weights"}
    assert chain.coupling is not None
    assert plain.coupling is not None
    assert chain.coupling.degrees["D"].equals(plain.coupling.degrees["D"])


def test_that_contribution_weights_beside_one_are_rescaled_and_said(
    responses: ResponseSet, plain: ChainResult
) -> None:
    chain = with_coupling(responses, alpha=(0.9, 0.6))
    report = build_report(chain, FACTS)
    assert "1.500" in found(chain, "coupling_alpha_rescaled").describe("zh_CN")
    assert found(chain, "coupling_alpha_rescaled").describe("zh_CN") in notes(report)
    assert keys(report) >= REST
    assert chain.coupling is not None
    assert plain.coupling is not None
    u: Any = chain.coupling.systems["U"]
    expected = 0.6 * u["U1"] + 0.4 * u["U2"]
    assert chain.coupling.degrees.loc["standard", "T"] == pytest.approx(expected)


def test_that_scores_outside_the_unit_interval_are_named_and_levels_still_checked(
    tmp_path: Path,
) -> None:
    file = tmp_path / "发表.csv"
    file.write_text(
        "年份,U1,U2,D,等级\n2023,0.6,0.3,0.651,初级协调\n"
        "2024,1.2,0.4,0.832,良好协调\n2025,0.5,-0.1,0.45,濒临失调\n",
        encoding="utf-8",
    )
    told = "\n".join(guard_table(file))
    assert "有 2 行的系统得分不在 0 到 1 之间" in told
    assert "请先按理论上下限标准化" in told
    assert "十级" in told or "D10" in told


def reported_change(
    before: ResponseSet, chain: ChainResult
) -> tuple[Change, Report, dict[str, tuple[object, ...]]]:
    change = compare_waves(prepare(before), chain.prepared, FEW)
    beside = Supplements(change, ("2025", "2026"))
    report = build_report(chain, FACTS, "zh_CN", beside)
    return change, report, cells(report, "change")


def test_that_another_wording_is_left_out_of_the_comparison_and_said(
    responses: ResponseSet, plain: ChainResult
) -> None:
    items = tuple(
        replace(item, text="另一种问法") if item.code == "C4_1" else item
        for item in responses.study.items
    )
    earlier = replace(responses, study=replace(responses.study, items=items))
    change, report, rows = reported_change(earlier, plain)
    assert change.changed_items == ("C4_1",)
    told = next(f for f in change.findings if f.code == "change_items_changed")
    assert told.describe("zh_CN") in notes(report)
    assert set(rows) >= {"C1", "C4", "I1", "N1"}
    assert change.constructs["difference"].abs().max() == pytest.approx(0.0)
    assert keys(report) >= REST


def test_that_half_a_point_more_from_everybody_is_a_gain_in_verdict_and_coupling(
    responses: ResponseSet, plain: ChainResult
) -> None:
    """Half a point of a 5-point scale is 12.5 of 100, 0.125 of U, whoever answers."""
    lower = responses.answers.copy()
    outcomes = [str(c) for c in lower if str(c)[0] in "IN"]
    lower[outcomes] = lower[outcomes] - 0.5
    change, report, rows = reported_change(replace(responses, answers=lower), plain)
    for code in ("I1", "I2", "I3", "N1", "N2", "N3"):
        assert rows[code][3] == pytest.approx(12.5)
        assert rows[code][-1] == "有可靠改善"
    assert change.constructs.loc["C1", "difference"] == pytest.approx(0.0)
    degrees: Any = change.coupling
    assert degrees.loc["U1", "difference"] == pytest.approx(0.125)
    assert degrees.loc["D_standard", "difference"] > 0
    assert degrees.loc["D_standard", "verdict"] == "improved"
    assert plain.coupling is not None
    later = plain.coupling.degrees.loc["standard", "D"]
    assert degrees.loc["D_standard", "after"] == pytest.approx(later)
    assert keys(report) >= REST | {"change"}


def test_that_a_small_earlier_wave_claims_no_change_and_leaves_the_report_whole(
    plain: ChainResult,
) -> None:
    change, report, _ = reported_change(simulate({"TCH": 12, "ADM": 12}, seed=9), plain)
    assert "change_untested" in {f.code for f in change.findings}
    assert "未能检验两次调查的测量等值（需各 200 份以上答卷" in notes(report)
    widths = change.constructs["high"] - change.constructs["low"]
    assert (widths > 5).all()
    assert keys(report) >= REST


def test_that_a_wave_below_the_threshold_gives_no_means_and_leaves_the_report_whole(
    plain: ChainResult,
) -> None:
    change, report, _ = reported_change(simulate({"TCH": 6}, seed=9), plain)
    shown = [c for c in ("earlier", "later", "difference") if c in change.constructs]
    assert change.constructs[shown].isna().all().all()
    assert change.findings
    assert keys(report) >= REST
