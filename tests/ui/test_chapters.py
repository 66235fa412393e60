"""A chapter of the report as a step: the same tables, words and notes, one tab per section."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from analysis.chain import ChainOptions, ChainResult, run_chain
from analysis.report.document import (
    Column,
    Heading,
    Interval,
    LightWord,
    Note,
    Paragraph,
    Table,
)
from analysis.report.numbers import NumberKind
from resources import SAMPLE_FILE
from resources.texts import sentences
from survey.exchange import propose_plan, read_table
from survey.reading import ReadingOptions, read_answers
from tests.ui.answers import write_answers
from ui.chapters import _chapter, chapters_of
from ui.column_words import meaning_of
from ui.jobs import Jobs
from ui.panels.comparison import ComparisonPanel
from ui.panels.review import ReviewPanel
from ui.session import Session
from ui.widgets.chapter import resolver, sections_of, table_of
from ui.widgets.result_table import ResultTable

TABLE = Table(
    "pairs",
    "两列",
    (Column("构念"), Column("g", NumberKind.BRIEF), Column("区间", NumberKind.BRIEF)),
    (
        ("C1", 0.5, Interval(0.1, 0.9)),
        (LightWord("red", "▲ 重点整改"), None, Interval(float("nan"), float("nan"))),
    ),
    ("见[[pairs]]",),
)


@pytest.fixture(scope="module")
def chain() -> ChainResult:
    """Give the results of the sample with few draws."""
    responses = read_answers((SAMPLE_FILE,), ReadingOptions()).responses
    options = ChainOptions()
    comparison = replace(
        options.comparison, bootstrap=200, weight_draws=50, permutations=100, most_profiles=2
    )
    measurement = replace(options.measurement, bootstrap=0)
    diagnosis = replace(options.diagnosis, bootstrap=200)
    coupling = replace(options.coupling, bootstrap=200)
    modelling = replace(options.modelling, second_engine=False)
    return run_chain(
        responses,
        replace(
            options,
            comparison=comparison,
            measurement=measurement,
            diagnosis=diagnosis,
            coupling=coupling,
            modelling=modelling,
        ),
    )


@pytest.fixture
def panel(qtbot: QtBot, chain: ChainResult) -> ComparisonPanel:
    """Give the step with the results of a run."""
    session = Session()
    made = ComparisonPanel(session, Jobs())
    qtbot.addWidget(made.page)
    qtbot.addWidget(made.options)
    session.set_responses(chain.prepared.responses, None)
    session.set_chain(chain, chapters_of(chain, "zh_CN"))
    made.refresh()
    return made


def test_that_a_table_of_the_report_reads_the_same_in_the_window(qtbot: QtBot):
    shown = table_of(TABLE, resolver([TABLE]))
    qtbot.addWidget(shown)
    assert shown.text().split("\n") == [
        "构念\tg\t区间",
        "C1\t0.50\t[0.10, 0.90]",
        "▲ 重点整改\t—\t—",
    ]
    assert shown._notes.text() == "见“两列”"


def test_that_words_before_the_first_section_stand_on_its_tab():
    opening, caution = Paragraph("开头"), Note("小心")
    found = sections_of(
        [Heading("章"), opening, Heading("甲", 2), TABLE, Heading("乙", 2), caution], "概要"
    )
    assert [section.title for section in found] == ["甲", "乙"]
    assert found[0].blocks == (opening, TABLE)
    assert found[0].short_title({"pairs": "短"}) == "短"
    assert found[1].short_title({"pairs": "短"}) == "乙"


def test_that_notes_at_the_end_of_a_chapter_go_to_the_top_of_the_page():
    inner, last = Note("表下"), Note("全章", "amber")
    chapter = _chapter([inner, TABLE, last], [Heading("附表", 2)])
    assert chapter.notes == (last,)
    assert chapter.blocks == (inner, TABLE, Heading("附表", 2))


def test_that_the_comparison_has_a_tab_per_question_with_the_numbers_of_the_run(
    panel: ComparisonPanel, chain: ChainResult
):
    tabs = panel.page.tabs
    titles = [tabs.tabText(i) for i in range(tabs.count())]
    assert titles[:2] == ["群体差异", "影响因素"]
    assert titles[-1] == "全部表格"
    assert chain.comparison is not None
    tabs.setCurrentIndex(1)
    table = next(t for t in tabs.currentWidget().findChildren(ResultTable))
    linear = chain.comparison.regressions["linear"]
    first = chain.comparison.question.predictors[0]
    b = float(linear.coefficients["b"][first])
    assert table.model.index(0, 1).data() == f"{b:.3f}".replace("-", "−")
    share = f"{100 * linear.fit['r2']:.1f}%"
    assert share in panel.entry().summary
    assert panel.page.bar.messages


def test_that_tabs_are_filled_when_looked_at_and_keep_the_place_of_the_user(
    panel: ComparisonPanel, chain: ChainResult
):
    tabs = panel.page.tabs
    assert tabs.widget(2).findChildren(ResultTable) == []
    tabs.setCurrentIndex(2)
    assert tabs.widget(2).findChildren(ResultTable) != []
    session = panel.session
    again = replace(chain, options=chain.options)
    session.set_chain(again, chapters_of(again, "zh_CN"))
    panel.refresh()
    assert tabs.currentIndex() == 2
    assert tabs.widget(2).findChildren(ResultTable) != []


def test_that_the_review_says_whether_the_scale_is_on_trial(qtbot: QtBot, chain: ChainResult):
    session = Session()
    made = ReviewPanel(session, Jobs())
    qtbot.addWidget(made.page)
    qtbot.addWidget(made.options)
    session.set_responses(chain.prepared.responses, None)
    session.set_chain(chain, chapters_of(chain, "zh_CN"))
    made.refresh()
    assert chain.review is not None
    assert made.entry().summary == ("检验通过" if chain.review.pilot.is_ready else "试用版")
    tabs = made.page.tabs
    titles = [tabs.tabText(place) for place in range(tabs.count())]
    assert titles[0] == "检验结论"
    assert "因子" in titles
    tabs.setCurrentIndex(titles.index("因子"))
    loadings = tabs.currentWidget().findChildren(ResultTable)[0]
    factors = chain.review.pilot.factors
    assert factors is not None
    assert loadings.model.rowCount() == len(factors.loadings)


def test_that_a_step_without_results_says_what_to_do(qtbot: QtBot):
    made = ComparisonPanel(Session(), Jobs())
    qtbot.addWidget(made.page)
    qtbot.addWidget(made.options)
    assert made.page.tabs.count() == 1
    assert made.page.column_words() == []


def test_that_the_columns_in_sight_are_explained(panel: ComparisonPanel):
    panel.page.tabs.setCurrentIndex(0)
    words = panel.page.column_words()
    assert f"η²：{sentences('zh_CN')['columns.η²']}" in words
    assert panel._legend.text() == "\n".join(words)


def test_that_every_statistic_of_the_chapters_has_its_explanation(chain: ChainResult):
    chapters = chapters_of(chain, "zh_CN").values()
    tables = [b for chapter in chapters for b in chapter.blocks if isinstance(b, Table)]
    by_group = ("group_means", "score_correlations", "profile_roles", "truth_table", "bottleneck")
    bare = {
        column.title
        for table in tables
        if not table.key.startswith(by_group)
        for column in table.columns
        if not column.is_text and not meaning_of(column.title)
    }
    assert bare == set()


def test_that_no_explanation_is_for_a_column_that_is_nowhere():
    report = sentences("zh_CN")
    named = [key.removeprefix("columns.") for key in report if key.startswith("columns.")]
    lost = [key for key in named if "." in key and f"report.{key}" not in report]
    assert lost == []


def test_that_the_smallest_group_shown_is_one_number_for_all_stages():
    session = Session()
    session.set_option("diagnosis", "threshold", 25, "门槛")
    options = session.options
    found = (options.diagnosis, options.coupling, options.comparison)
    assert [stage.threshold for stage in found] == [25, 25, 25]
    session.undo_stack.undo()
    assert session.options == ChainOptions()


def test_that_the_outcome_can_be_chosen_among_the_constructs(
    qtbot: QtBot, chain: ChainResult, tmp_path: Path
):
    raw = read_table(write_answers(tmp_path / "甲.csv"))
    session = Session()
    made = ComparisonPanel(session, Jobs())
    qtbot.addWidget(made.page)
    qtbot.addWidget(made.options)
    session.set_source(raw, propose_plan(raw))
    codes = [made.outcome.itemData(i) for i in range(made.outcome.count())]
    assert codes == ["", *(c.code for c in session.plan.study.constructs)]
    made.outcome.setCurrentIndex(2)
    assert session.options.comparison.outcome == codes[2]
    session.undo_stack.undo()
    assert made.outcome.currentIndex() == 0
