"""What stands beside the results: chosen in the report step, worked out with the report."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.answers import write_answers
from ui.details import Beside, ReportDetails
from ui.main_window import MainWindow
from ui.panels.beside import BesideFields
from ui.session import Session
from ui.walk import Walk
from ui.widgets.options_pane import OptionsPane

PATIENCE_MS = 30_000


@pytest.fixture
def opened(window: MainWindow, tmp_path: Path) -> MainWindow:
    """Give a window with the results of 120 answers, few draws."""
    walk = Walk(window)
    walk.open_file(write_answers(tmp_path / "第二轮.csv", 120))
    options = window.session.options
    window.session.edit(
        "少抽样",
        options=replace(
            options,
            measurement=replace(options.measurement, bootstrap=0),
            modelling=replace(options.modelling, second_engine=False),
        ),
    )
    walk.run()
    return window


def _with(window: MainWindow, **chosen: object) -> None:
    details = window.session.details
    beside = replace(details.beside, **chosen)
    window.session.edit("佐证", details=replace(details, beside=beside))


def test_that_an_earlier_wave_adds_its_comparison_to_the_report(opened: MainWindow, tmp_path: Path):
    walk = Walk(opened)
    walk.make_report()
    order = opened.flow._order
    assert order is not None
    assert order.supplements is not None
    assert order.supplements.change is None
    pages = opened.workbench.report.view.page_count
    earlier = write_answers(tmp_path / "第一轮.csv", 90)
    _with(opened, earlier=str(earlier))
    opened.workbench.report.make_button.click()
    walk.wait(lambda: opened.flow._order is not order and not opened.flow.busy_with)
    change = opened.flow._order.supplements.change
    assert len(change.constructs) == 2
    walk.wait(lambda: opened.workbench.report.view.page_count > pages)
    assert not opened.workbench.report.ledger_button.isVisible()


def test_that_a_file_that_is_gone_is_told_and_the_results_stay(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot
):
    _with(opened, earlier=str(tmp_path / "没有.csv"))
    with qtbot.waitSignal(opened.flow.problems_found, timeout=PATIENCE_MS) as heard:
        opened.flow.make_report()
    assert heard.args[0] == "报告没有生成"
    assert heard.args[1][0].code == "file_missing"
    opened.problem_dialog.accept()
    assert opened.session.chain is not None
    assert opened.session.report_file is None


def test_that_a_ledger_without_an_earlier_wave_is_refused(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot
):
    _with(opened, ledger=str(tmp_path / "台账.json"))
    with qtbot.waitSignal(opened.flow.problems_found, timeout=PATIENCE_MS) as heard:
        opened.flow.make_report()
    assert heard.args[1][0].code == "ledger_needs_earlier"
    opened.problem_dialog.accept()


def test_that_the_report_can_be_stopped_while_waves_are_compared(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot
):
    _with(opened, earlier=str(write_answers(tmp_path / "第一轮.csv", 90)))
    job = opened.flow.make_report()
    with qtbot.waitSignal(job.cancelled, timeout=PATIENCE_MS):
        opened.flow.cancel()
    assert opened.session.report_file is None


def test_that_fields_show_the_session_and_every_choice_can_be_undone(qtbot: QtBot, tmp_path: Path):
    session = Session()
    pane = OptionsPane("报告", "")
    qtbot.addWidget(pane)
    fields = BesideFields(session, pane)
    assert not fields.lines["link"].isEnabled()
    path = str(tmp_path / "第一轮.xlsx")
    fields.files["earlier"]._on_chosen(path)
    assert session.details.beside == Beside(earlier=path)
    assert fields.files["earlier"].line.text() == "第一轮.xlsx"
    assert fields.lines["link"].isEnabled()
    qtbot.keyClicks(fields.lines["link"], "code")
    qtbot.mouseClick(fields.boxes["with_quotes"], Qt.MouseButton.LeftButton)
    assert session.details.beside == Beside(earlier=path, link="code", with_quotes=True)
    for _ in range(3):
        session.undo_stack.undo()
    assert session.details.beside == Beside()
    assert fields.files["earlier"].path == ""
    assert not fields.boxes["with_quotes"].isChecked()


def test_that_a_project_of_before_opens_and_keeps_the_choices(tmp_path: Path):
    from survey.store.codec import from_text, to_text

    old = '{"university": "某校", "organiser": "", "wave": "", "classification": "", "date": ""}'
    assert from_text(old, ReportDetails).beside == Beside()
    details = ReportDetails("某校", beside=Beside(earlier="一.csv", is_retest=True))
    assert from_text(to_text(details), ReportDetails) == details
