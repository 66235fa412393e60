"""Single sheets left out by hand: with a reason, in the results, and undone one by one."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.answers import write_answers
from ui.main_window import MainWindow
from ui.panels.decisions import DecisionsTab
from ui.session import Session
from ui.walk import Walk

LEFT = Qt.MouseButton.LeftButton


def test_that_nothing_is_decided_without_a_reason(qtbot: QtBot):
    tab = DecisionsTab(Session())
    qtbot.addWidget(tab)
    assert not tab.form.leave_out.isEnabled()
    qtbot.keyClicks(tab.form.reason, "sent twice")
    assert tab.form.leave_out.isEnabled()


def test_that_each_decision_is_one_step_back_and_the_last_on_a_row_holds(qtbot: QtBot):
    session = Session()
    tab = DecisionsTab(session)
    qtbot.addWidget(tab)
    for row, button in ((5, tab.form.leave_out), (9, tab.form.leave_out), (5, tab.form.keep)):
        tab.choose_row(row)
        qtbot.keyClicks(tab.form.reason, f"why {row}")
        qtbot.mouseClick(button, LEFT)
    decisions = session.options.preparation.decisions
    assert [(entry.row, entry.keep, entry.reason) for entry in decisions] == [
        (9, False, "why 9"),
        (5, True, "why 5"),
    ]
    assert all(entry.on for entry in decisions)
    assert tab.table.model.rowCount() == 2
    session.undo_stack.undo()
    assert [entry.keep for entry in session.options.preparation.decisions] == [False, False]
    tab.table.view.selectRow(0)
    qtbot.mouseClick(tab.take_back, LEFT)
    assert [entry.row for entry in session.options.preparation.decisions] == [9]


def test_that_a_sheet_left_out_by_hand_is_out_of_the_results_and_listed(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
):
    walk, session = Walk(window), window.session
    walk.open_file(write_answers(tmp_path / "甲.csv", 60))
    options = session.options
    quick = replace(
        options,
        preparation=replace(options.preparation, exclude=()),
        measurement=replace(options.measurement, bootstrap=0),
        modelling=replace(options.modelling, second_engine=False),
    )
    session.edit("少抽样", options=quick)
    quality = window.workbench.panels[2]
    quality.decisions.choose_row(7)
    qtbot.keyClicks(quality.decisions.form.reason, "sent twice")
    qtbot.mouseClick(quality.decisions.form.leave_out, LEFT)
    walk.run()
    walk.rest(0.1)
    assert session.chain.prepared.n == 59
    excluded = quality.excluded.model
    assert [excluded.index(0, column).data() for column in (0, 1)] == ["7", "sent twice"]
    window.action("undo").trigger()
    walk.rest(0.1)
    assert session.is_stale
