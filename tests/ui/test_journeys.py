"""What a user does with the window, from his file to the report, and what must not be lost."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from analysis.chain import ChainOptions
from analysis.workflow import DiagnosisOrder, diagnose_file
from survey.exchange.plan import ColumnKind
from survey.store import Project
from tests.ui.answers import write_answers
from ui.crash import CrashDialog, CrashHandler
from ui.main_window import MainWindow
from ui.walk import Walk
from ui.widgets.step_list import StepState

ROOT = Path(__file__).resolve().parents[2]

PATIENCE_MS = 30_000
"""A signal may be late on a loaded machine; none is waited for in vain."""


@pytest.fixture
def opened(window: MainWindow, tmp_path: Path) -> MainWindow:
    """Give a window with a small file of answers imported."""
    Walk(window).open_file(write_answers(tmp_path / "合作调查.csv", 120))
    return window


def _quick(window: MainWindow) -> None:
    """Let a run draw little: the journeys are about the window."""
    session = window.session
    options = session.options
    session.edit(
        "少抽样",
        options=replace(
            options,
            measurement=replace(options.measurement, bootstrap=0),
            modelling=replace(options.modelling, second_engine=False),
        ),
    )


def _entry_states(window: MainWindow) -> list[StepState]:
    assert window.workbench is not None
    return [panel.entry().state for panel in window.workbench.panels]


def test_that_a_file_of_answers_becomes_a_project_with_a_plan(opened: MainWindow):
    session = opened.session
    assert session.responses is not None
    assert session.responses.n == 120
    assert [len(c.items) for c in session.plan.study.constructs] == [3, 3]
    assert session.project is not None
    assert session.project.title == "合作调查"
    assert opened.action("run").isEnabled()


def test_that_a_correction_is_applied_at_once_and_can_be_undone(opened: MainWindow, qtbot: QtBot):
    session = opened.session
    bench = opened.workbench
    panel = bench.panels[0]
    before = session.responses
    panel.select(3)
    panel.editor.is_reversed.click()
    qtbot.waitUntil(lambda: session.responses not in (None, before), timeout=PATIENCE_MS)
    code = session.plan.columns[3].code
    assert session.plan.study.item(code).is_reversed
    opened.action("undo").trigger()
    assert not session.plan.study.item(code).is_reversed
    opened.action("redo").trigger()
    assert session.plan.study.item(code).is_reversed


def test_that_an_unknown_order_is_asked_for_and_settled_by_the_buttons(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
):
    labels = ("青", "赤", "白", "玄")
    Walk(window).open_file(write_answers(tmp_path / "色.csv", labels=labels))
    session, panel = window.session, window.workbench.panels[0]
    session.edit("改为量表题", plan=_as_items(window, range(3, 9)))
    assert session.responses is None
    assert panel.entry().state is StepState.ATTENTION
    panel.go_to_next_question()
    editor = panel.editor.scale
    shown = editor.order
    editor.labels.setCurrentRow(0)
    qtbot.mouseClick(editor.down, Qt.MouseButton.LeftButton)
    assert editor.order[:2] == shown[1::-1]
    qtbot.mouseClick(editor.turn, Qt.MouseButton.LeftButton)
    wanted = editor.order
    qtbot.mouseClick(editor.apply, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.responses is not None, timeout=PATIENCE_MS)
    scales = {column.scale.labels for column in session.plan.of_kind(ColumnKind.ITEM)}
    assert scales == {tuple(wanted)}


def _as_items(window: MainWindow, places: range) -> object:
    from ui import edits

    return edits.with_kind(window.session.plan, places, ColumnKind.ITEM)


def test_the_whole_way_from_answers_to_a_saved_project_with_report(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot
):
    walk, session = Walk(opened), opened.session
    _quick(opened)
    walk.run()
    walk.rest(0.2)
    bench = opened.workbench
    assert bench.current.key == "quality"
    alphas = bench.panels[3].reliability.model
    assert alphas.rowCount() == 2
    alpha = session.chain.measurement.reliability["alpha"].iloc[0]
    assert alphas.index(0, 4).data() == f"{alpha:.3f}"
    walk.make_report()
    assert bench.report.view.page_count > 5
    exported = tmp_path / "报告.pdf"
    for suffix, start in ((".pdf", b"%PDF"), (".docx", b"PK"), (".xlsx", b"PK"), (".html", b"<!")):
        with qtbot.waitSignal(opened.flow.exported, timeout=PATIENCE_MS):
            opened.flow.export_report(exported.with_suffix(suffix))
        assert exported.with_suffix(suffix).read_bytes().startswith(start)
    assert session.project.attachment("诊断报告.pdf") == exported.read_bytes()
    document = tmp_path / "项目 甲.rongzhen"
    with qtbot.waitSignal(opened.flow.saved, timeout=PATIENCE_MS):
        opened.flow.save(document)
    assert not opened.isWindowModified()
    kept = session.chain.measurement.reliability
    opened.projects.close()
    qtbot.waitUntil(lambda: not session.is_open, timeout=PATIENCE_MS)
    with qtbot.waitSignal(opened.flow.opened, timeout=PATIENCE_MS):
        opened.open_path(document)
    walk.wait(lambda: session.chain is not None)
    assert session.chain.measurement.reliability.equals(kept)
    assert not session.is_stale
    assert not session.project.is_modified


def test_that_nodes_moved_by_hand_go_into_the_report(opened: MainWindow):
    session = opened.session
    _quick(opened)
    Walk(opened).run()
    assert opened.flow._report_order().positions == {}
    moved = dict.fromkeys(session.chain.structural.sem.latents, (10.0, 20.0))
    session.edit("移动", positions={session.model_key: moved, "另一个模型": {}})
    assert opened.flow._report_order().positions == moved


def test_that_a_project_of_the_command_line_opens_with_its_results(
    window: MainWindow, tmp_path: Path
):
    options = ChainOptions()
    order = DiagnosisOrder(
        (write_answers(tmp_path / "合作调查.csv", 120),),
        tmp_path / "结果",
        chain=replace(
            options,
            measurement=replace(options.measurement, bootstrap=0),
            modelling=replace(options.modelling, second_engine=False),
        ),
    )
    outcome = diagnose_file(order)
    walk, session = Walk(window), window.session
    walk.open_file(outcome.files[-1])
    walk.wait(lambda: session.chain is not None)
    assert session.chain.measurement.reliability.equals(outcome.chain.measurement.reliability)
    assert session.chain.structural.effects.equals(outcome.chain.structural.effects)
    assert session.options == order.chain
    assert not session.is_stale
    assert not session.project.is_modified


def test_that_simulated_answers_are_marked_wherever_results_appear(opened: MainWindow):
    session = opened.session
    study = replace(session.plan.study, is_simulated=True)
    walk = Walk(opened)
    session.edit("模拟", plan=session.plan.with_study(study))
    walk.wait(lambda: session.responses is not None)
    assert opened.status.mark.isVisible()
    _quick(opened)
    walk.run()
    walk.rest(0.2)
    for panel in opened.workbench.panels[2:9]:
        assert panel.page.mark.text() == "模拟数据"
    table = opened.workbench.panels[3].reliability
    table.copy()
    assert QApplication.clipboard().text().endswith("模拟数据")


def test_that_changed_options_grey_the_results(opened: MainWindow):
    walk = Walk(opened)
    _quick(opened)
    walk.run()
    walk.rest(0.1)
    quality = opened.workbench.panels[2]
    assert quality.entry().state is StepState.DONE
    opened.session.set_option("preparation", "irv_min", 0.5, "界限")
    walk.rest(0.1)
    assert quality.entry().state is StepState.STALE
    assert "上一次运行" in quality.page.bar.messages[0].text
    assert not opened.workbench.report.make_button.isEnabled()
    opened.action("undo").trigger()
    walk.rest(0.1)
    assert quality.entry().state is StepState.DONE


def test_that_a_run_can_be_stopped_and_nothing_is_shown(opened: MainWindow, qtbot: QtBot):
    job = opened.flow.run_chain()
    assert opened.action("stop").isEnabled()
    assert not opened.action("run").isEnabled()
    with qtbot.waitSignal(job.cancelled, timeout=PATIENCE_MS):
        qtbot.mouseClick(opened.status.stop, Qt.MouseButton.LeftButton)
    assert opened.session.chain is None
    assert opened.action("run").isEnabled()
    assert not opened.status.bar.isVisible()


def test_that_an_unreadable_file_is_told_and_nothing_else_happens(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
):
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(b"")
    with qtbot.waitSignal(window.flow.problems_found, timeout=PATIENCE_MS) as heard:
        window.open_path(empty)
    assert heard.args[1][0].code == "file_empty"
    assert "空.xlsx" in window.problem_dialog.texts[0]
    window.problem_dialog.accept()


def test_that_a_file_dropped_on_the_window_is_imported(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(write_answers(tmp_path / "甲.csv")))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    point, keys = QPoint(300, 300), Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(point, action, data, button, keys)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(point), action, data, button, keys))
    qtbot.waitUntil(lambda: window.session.responses is not None, timeout=PATIENCE_MS)


def test_that_a_missing_recent_project_is_told_and_forgotten(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
):
    gone = tmp_path / "没有了.rongzhen"
    window.remember(window.settings.with_recent(gone))
    with qtbot.waitSignal(window.flow.problems_found, timeout=PATIENCE_MS):
        window.open_path(gone)
    qtbot.waitUntil(lambda: window.settings.recent == (), timeout=PATIENCE_MS)
    window.problem_dialog.accept()
    assert not window.session.is_open


def test_that_closing_asks_about_unsaved_edits(opened: MainWindow, qtbot: QtBot):
    opened.close()
    box = opened.findChild(QMessageBox)
    assert {button.text() for button in box.buttons()} == {"保存", "不保存", "取消"}
    box.button(QMessageBox.StandardButton.NoButton)
    cancel = next(button for button in box.buttons() if button.text() == "取消")
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert opened.isVisible()
    assert opened.session.is_open


CRASH = """
import os, sys
from survey.store import Project
project = Project.create("没存的项目")
project.put("x", 1)
os._exit(9)
"""


def test_that_what_a_crash_left_is_offered_and_recovered(window: MainWindow, qtbot: QtBot):
    subprocess.run([sys.executable, "-c", CRASH], cwd=ROOT, check=False)
    window.projects.look_for_left_copies()
    recover = next(b for b in window.welcome.findChildren(QPushButton) if b.text() == "恢复")
    with qtbot.waitSignal(window.flow.opened, timeout=PATIENCE_MS):
        qtbot.mouseClick(recover, Qt.MouseButton.LeftButton)
    assert window.session.project.title == "没存的项目"


def test_that_two_windows_do_not_open_one_project(opened: MainWindow, tmp_path: Path, qtbot: QtBot):
    document = tmp_path / "甲.rongzhen"
    with Project.create("甲") as other:
        other.save_as(document)
        with qtbot.waitSignal(opened.flow.problems_found, timeout=PATIENCE_MS) as heard:
            opened.projects._open(document)
        assert heard.args[1][0].code == "project_in_use"
    opened.problem_dialog.accept()


def test_that_typing_in_one_field_is_one_step_back(opened: MainWindow, qtbot: QtBot):
    bench = opened.workbench
    bench.go_to("report")
    line = bench.report.options.findChild(QLineEdit)
    line.setFocus()
    qtbot.keyClicks(line, "abc")
    assert opened.session.details.university == "abc"
    assert opened.session.undo_stack.count() == 1
    opened.action("undo").trigger()
    assert opened.session.details.university == ""
    assert line.text() == ""


def test_that_the_crash_dialog_shows_and_copies_the_trace(qtbot: QtBot):
    handler = CrashHandler()
    handler.show_trace("Traceback: 我们的错")
    dialog = handler._dialog
    assert isinstance(dialog, CrashDialog)
    qtbot.addWidget(dialog)
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert "我们的错" in QApplication.clipboard().text()
    assert "PySide6" in QApplication.clipboard().text()


def test_that_an_exception_reaches_the_crash_dialog_and_the_log(qtbot: QtBot, tmp_path: Path):
    handler = CrashHandler(tmp_path / "log" / "crash.log")
    try:
        raise ZeroDivisionError("零")
    except ZeroDivisionError as error:
        handler._on_exception(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: handler._dialog is not None, timeout=PATIENCE_MS)
    qtbot.addWidget(handler._dialog)
    assert "ZeroDivisionError: 零" in handler._dialog.report
    assert "零" in (tmp_path / "log" / "crash.log").read_text(encoding="utf-8")


def test_that_dark_and_light_can_be_changed_while_working(opened: MainWindow):
    colour: Callable[[], str] = lambda: opened.grab().toImage().pixelColor(QPoint(4, 700)).name()  # noqa: E731
    light = colour()
    opened._choose("theme", "dark")
    assert colour() != light
    opened._choose("theme", "light")
    assert colour() == light
