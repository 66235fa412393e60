"""PySide6 6.12.0 loses a reference to None on every slot call and ends Python 3.10 and 3.11.

That is why pyproject.toml asks for an earlier one. None is immortal from Python 3.12 on.
"""

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

CALLS = 20_000

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal")


class _Sender(QObject):
    told = Signal(bool)


class _Nothing(QUndoCommand):
    def redo(self) -> None:
        pass

    def undo(self) -> None:
        pass


def test_that_slot_calls_keep_the_references_to_none(qtbot: QtBot):
    button, sender = QPushButton(), _Sender()
    qtbot.addWidget(button)
    button.clicked.connect(lambda: None)
    sender.told.connect(lambda _: None)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        button.click()
        sender.told.emit(True)
    assert sys.getrefcount(None) > before - 1000


def test_that_undo_commands_keep_the_references_to_none(qtbot: QtBot):
    stack = QUndoStack()
    stack.push(_Nothing())
    before = sys.getrefcount(None)
    for _ in range(CALLS // 2):
        stack.undo()
        stack.redo()
    assert sys.getrefcount(None) > before - 1000
