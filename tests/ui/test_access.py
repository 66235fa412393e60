"""Every input has a name, and the keyboard reaches all of them."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.answers import write_answers
from ui.appearance import DARK, LIGHT, Theme
from ui.main_window import MainWindow
from ui.walk import Walk

INPUTS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QPlainTextEdit,
)


@pytest.fixture
def bench(window: MainWindow, tmp_path: Path) -> MainWindow:
    """Give a window with answers open."""
    Walk(window).open_file(write_answers(tmp_path / "甲.csv"))
    return window


def _is_part(widget: QWidget) -> bool:
    """Tell whether a widget is a part of another one (the line of a spin box)."""
    parent = widget.parent()
    return widget.objectName().startswith("qt_") or isinstance(
        parent, QAbstractSpinBox | QComboBox | QTabBar | QAbstractItemView
    )


def _inputs(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, INPUTS) and widget.isVisible() and not _is_part(widget)
    ]


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip()


def test_that_every_input_of_every_step_has_a_name(bench: MainWindow):
    nameless = []
    for panel in bench.workbench.panels:
        bench.workbench.go_to(panel.key)
        page = getattr(panel, "page", None)
        for tab in range(1 if page is None else page.tabs.count()):
            if page is not None:
                page.tabs.setCurrentIndex(tab)
            nameless += [(panel.key, tab, repr(w)) for w in _inputs(bench) if not _name(w)]
    assert nameless == []


def test_that_every_input_of_the_first_page_has_a_name(window: MainWindow):
    assert [repr(widget) for widget in _inputs(window) if not _name(widget)] == []


def test_that_tab_reaches_every_input_of_every_step(bench: MainWindow, qtbot: QtBot):
    for panel in bench.workbench.panels:
        bench.workbench.go_to(panel.key)
        wanted = {
            widget
            for widget in (*_inputs(panel.options), *_inputs(panel.results))
            if widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        }
        reached = set()
        bench.workbench.steps.setFocus()
        for _ in range(len(wanted) + 30):
            qtbot.keyClick(bench.focusWidget(), Qt.Key.Key_Tab)
            reached.add(bench.focusWidget())
        assert {(panel.key, repr(widget)) for widget in wanted - reached} == set()


def test_that_the_tab_order_goes_from_steps_to_options_to_results(bench: MainWindow, qtbot: QtBot):
    bench.workbench.go_to("coupling")
    panel = bench.workbench.current
    bench.workbench.steps.setFocus()
    places = []
    for _ in range(16):
        widget = bench.focusWidget()
        for name, home in (("options", panel.options), ("results", panel.results)):
            if home.isAncestorOf(widget):
                places.append(name)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    fields = len([w for w in _inputs(panel.options) if w.focusPolicy() & Qt.FocusPolicy.TabFocus])
    assert places[: fields + 1] == ["options"] * fields + ["results"]


def _luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_that_text_has_a_contrast_of_at_least_four_and_a_half(theme: Theme):
    grounds = (theme.window, theme.base, theme.alternate, theme.hover, theme.selected)
    pairs = [(theme.text, ground) for ground in grounds]
    pairs += [(theme.muted, ground) for ground in (theme.window, theme.base, theme.alternate)]
    pairs += [(theme.accent, ground) for ground in (theme.window, theme.base)]
    pairs.append((theme.on_accent, theme.accent))
    for kind in ("note", "caution", "block", "good", "unknown"):
        ground = getattr(theme, f"{kind}_ground")
        pairs += [(getattr(theme, kind), ground), (theme.text, ground)]
        pairs.append((getattr(theme, kind), theme.base))
    weak = [(one, other, round(_contrast(one, other), 2)) for one, other in pairs]
    assert [pair for pair in weak if pair[2] < 4.5] == []
