"""The chapters an earlier wave, indicators, the ledger and open answers add to the report."""

from dataclasses import replace

import pytest

from analysis.coupling.panel import PanelIndicator
from analysis.diagnosis import ChangeOptions, compare_waves
from analysis.diagnosis.ledger import Review, draft_ledger, review_ledger
from analysis.preparation import prepare
from analysis.report import build_report
from analysis.report.document import Dumbbell, Heading, Note
from analysis.report.pdf import render_pdf
from analysis.supplements import Supplements
from analysis.supplements.indicators import PanelData, indicator_evidence
from analysis.supplements.voices import Voices
from tests.analysis.supplements.test_indicators import TABLE

BOUNDED = (
    PanelIndicator("OA01", "U1", 1, 0.0, 4000.0),
    PanelIndicator("OB01", "U2", 1, 0.0, 40.0),
)


@pytest.fixture(scope="module")
def supplements(framework_chain):
    """The survey of the chain as an earlier wave, this one half a scale point higher."""
    before = framework_chain.prepared
    responses = before.responses
    items = [item.code for item in before.study.items]
    answers = responses.answers.copy()
    answers[items] = answers[items] + 0.5
    after = prepare(replace(responses, answers=answers), before.options)
    change = compare_waves(before, after, ChangeOptions(bootstrap=60))
    ledger = review_ledger(draft_ledger(framework_chain.diagnosis, "2025"), Review("2026", change))
    panel = PanelData(TABLE, BOUNDED, {}, "甲", "2026")
    indicators = indicator_evidence(panel, survey_u={"U1": 0.5, "U2": 0.5}, scores={"I1": 50.0})
    voices = (Voices("OE1", "问", 40, (("TCH", 30),), True, (("中试平台", 14),)),)
    return Supplements(change, ("2025", "2026"), indicators, ledger, voices)


@pytest.fixture(scope="module")
def report(framework_chain, facts, supplements):
    return build_report(framework_chain, facts, "zh_CN", supplements)


def headings(report):
    return [b.text for b in report.blocks if isinstance(b, Heading) and b.level == 1]


def table(report, key):
    return next(t for t in report.tables() if t.key == key)


def test_that_each_supplement_adds_its_chapter_before_the_problems(report, framework_report):
    added = ["前后对比", "客观指标佐证", "意见摘要"]
    found = headings(report)
    place = found.index("问题清单与原因")
    assert found[place - 3 : place] == added
    assert [h for h in found if h not in added] == headings(framework_report)


def test_that_a_shift_of_everybody_shows_as_gain_in_the_report(report):
    rows = {row[0].split()[0]: row for row in table(report, "change").rows}
    assert rows["I1"][3] == pytest.approx(12.5)
    assert rows["I1"][-1] == "有可靠改善"
    assert rows["C1"][-1] == "有可靠下降"
    figure = next(f for f in report.figures() if f.key == "change_figure")
    assert isinstance(figure.drawing, Dumbbell)


def test_that_a_comparison_warns_that_raising_the_stronger_system_lowers_d(report):
    notes = [b.text for b in report.blocks if isinstance(b, Note)]
    assert any("使 D 下降" in note for note in notes)


def test_that_a_large_difference_between_survey_and_ledger_names_causes(report):
    rows = table(report, "evidence").rows
    assert [row[4] for row in rows] == ["相差超过20分", "大体一致"]
    assert "目标值可能定得过高" in rows[0][5]


def test_that_the_ledger_over_waves_gives_verdicts(report):
    rows = table(report, "ledger").rows
    assert {row[7] for row in rows} == {"异常"}
    assert all(row[4] - row[3] == pytest.approx(12.5, abs=0.1) for row in rows)


def test_that_the_english_report_has_the_same_tables(report, framework_chain, facts, supplements):
    english = build_report(framework_chain, facts, "en", supplements)
    assert [t.key for t in english.tables()] == [t.key for t in report.tables()]


def test_that_the_new_chapters_reach_the_page(report, tmp_path):
    found = render_pdf(report, tmp_path / "a.pdf")
    assert found.missing_glyphs == ()
