"""Charts are the report's, drawn for the screen."""

import pytest
from PySide6.QtGui import QColor, QImage

from analysis.report.document import LevelScale, SeverityBars
from ui.appearance import DARK, LIGHT, Theme
from ui.charts import draw_png

BARS = SeverityBars(
    rows=(
        ("C1 科研供需错位", 71.0, 66.0, 75.0, "red", "重点整改"),
        ("C2 应用研究动力不足", 35.0, 31.0, 40.0, "green", "保持"),
    ),
    axis="严重程度",
    limits=(40.0, 60.0),
)
LEVELS = LevelScale(
    bands=((0.0, 0.5, "失调"), (0.5, 1.0, "协调")), rows=(("标准式", 0.73, 0.71, 0.75),)
)


def _drawn(chart: object, theme: Theme, ratio: float = 1.0) -> QImage:
    colours = {name: getattr(theme, name) for name in ("text", "muted", "border", "base")}
    return QImage.fromData(draw_png(chart, 700, ratio, colours))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_that_bars_stand_on_the_ground_of_the_theme(theme: Theme):
    image = _drawn(BARS, theme)
    assert image.pixelColor(1, 1) == QColor(theme.base)
    colours = {
        image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in (20, 40, 60)
    }
    assert "#d65f58" in colours


def test_that_the_level_scale_stays_on_paper_in_the_dark():
    assert _drawn(LEVELS, DARK).pixelColor(1, 1) == QColor("#ffffff")


def test_that_a_chart_is_as_sharp_as_the_screen():
    one, two = _drawn(BARS, LIGHT), _drawn(BARS, LIGHT, ratio=2.0)
    assert two.width() == pytest.approx(2 * one.width(), abs=2)
    assert one.width() <= 700
