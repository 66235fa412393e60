"""The path diagram on screen: moved by hand, kept, exported as on paper."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from analysis.report.path_diagram import PathGraph, graph_of
from ui.jobs import Jobs
from ui.widgets.path_diagram import NUDGE, PathDiagram

PARAMETERS = pd.DataFrame(
    [
        ("F1", "=~", "a", 0.8, 0.0),
        ("F1", "=~", "b", 0.7, 0.0),
        ("F2", "=~", "c", 0.9, 0.0),
        ("F2", "~", "F1", 0.41, 0.001),
    ],
    columns=["lhs", "op", "rhs", "std_all", "p"],
)

PATIENCE_MS = 30_000
"""A signal may be late on a loaded machine; none is waited for in vain."""


@pytest.fixture
def graph() -> PathGraph:
    names = {"F1": "评价机制", "F2": "协同创新"}
    return graph_of(PARAMETERS, latents=("F1", "F2"), r2={"F2": 0.17}, names=names)


@pytest.fixture
def diagram(qtbot: QtBot, graph: PathGraph) -> Iterator[PathDiagram]:
    jobs = Jobs()
    view = PathDiagram(jobs)
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    with qtbot.waitSignal(view.placed, timeout=PATIENCE_MS):
        view.show_graph(graph)
    yield view
    jobs.close()


def test_that_every_variable_is_placed(diagram: PathDiagram):
    assert set(diagram.positions) == {"F1", "F2", "a", "b", "c"}


def test_that_an_arrow_key_moves_the_chosen_node_and_tells_it_once(
    diagram: PathDiagram, qtbot: QtBot
):
    node = diagram.node_item("F2")
    diagram.scene().setFocusItem(node)
    before = diagram.positions["F2"]
    with qtbot.waitSignal(diagram.positions_changed, timeout=PATIENCE_MS) as heard:
        qtbot.keyClick(diagram.viewport(), Qt.Key.Key_Right)
    assert heard.args[0]["F2"] == (before[0] + NUDGE, before[1])
    assert heard.args[0]["F1"] == diagram.positions["F1"]


def test_that_dragging_with_the_mouse_moves_a_node(diagram: PathDiagram, qtbot: QtBot):
    start = diagram.mapFromScene(diagram.node_item("F1").pos())
    end = start + type(start)(30, 20)
    before = diagram.positions["F1"]
    view = diagram.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, pos=(start + end) / 2)
    qtbot.mouseMove(view, pos=end)
    with qtbot.waitSignal(diagram.positions_changed, timeout=PATIENCE_MS):
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    after = diagram.positions["F1"]
    assert after[0] > before[0]
    assert after[1] > before[1]


def test_that_kept_positions_are_shown_again(diagram: PathDiagram, graph: PathGraph):
    kept = {code: (10.0 * place, 20.0 * place) for place, code in enumerate(diagram.positions)}
    diagram.show_graph(graph, kept)
    assert diagram.positions["b"] == pytest.approx(kept["b"], abs=60)
    moved = [diagram.positions[code][0] - kept[code][0] for code in kept]
    assert max(moved) - min(moved) < 1e-6


def test_that_the_png_is_on_white_whatever_the_theme(diagram: PathDiagram, tmp_path: Path):
    diagram.export(tmp_path / "图.png")
    image = QImage(str(tmp_path / "图.png"))
    assert image.pixelColor(0, 0) == QColor("#ffffff")
    assert image.width() > 600
    inked = sum(
        image.pixelColor(x, y).lightness() < 128
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    )
    assert inked > 100


def test_that_the_svg_keeps_its_text(diagram: PathDiagram, tmp_path: Path):
    diagram.export(tmp_path / "图.svg")
    svg = (tmp_path / "图.svg").read_text(encoding="utf-8")
    assert "模拟数据" not in svg
    diagram.mark = "模拟数据"
    assert "模拟数据" in diagram.to_svg().decode()
    for text in ("评价机制", "0.41", "R² = 0.170"):
        assert text in svg


def test_that_a_folder_that_refuses_raises(diagram: PathDiagram, tmp_path: Path):
    with pytest.raises(OSError, match="no_such"):
        diagram.export(tmp_path / "no_such" / "图.png")
