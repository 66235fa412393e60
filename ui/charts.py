"""Draws a chart of the report for the screen. Runs in the worker process; imports no Qt."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.report.charts import Chart

POINTS_PER_PIXEL = 0.75
WIDEST = 620.0
"""Points: a chart made wider than this is harder to read, not easier."""


def draw_png(chart: Chart, width: int, ratio: float, colours: dict[str, str]) -> bytes:
    """Return ``chart`` as a PNG, ``width`` pixels wide at a device pixel ratio of ``ratio``.

    Args:
        colours: ``text``, ``muted``, ``border`` and ``base`` of the theme; the report's ink is
            made for white paper.
    """
    from matplotlib import font_manager, rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from analysis.report.charts import chart_figure
    from analysis.report.document import PriorityMap, SeverityBars
    from resources import FONT_BOLD, FONT_REGULAR

    for file in (FONT_REGULAR, FONT_BOLD):
        if not any(str(file) == entry.fname for entry in font_manager.fontManager.ttflist):
            font_manager.fontManager.addfont(str(file))
    name = font_manager.FontProperties(fname=str(FONT_REGULAR)).get_name()
    with rc_context({"font.family": [name], "axes.unicode_minus": False}):
        figure = chart_figure(chart, min(width * POINTS_PER_PIXEL, WIDEST))
        FigureCanvasAgg(figure)
        ground = "#ffffff"
        if isinstance(chart, SeverityBars | PriorityMap):
            # The others write on pale bands of their own and stay as on paper.
            recolour(figure, colours)
            ground = colours["base"]
        target = io.BytesIO()
        # one point of the figure is 1/72 inch, one pixel of the window 1/96
        figure.savefig(target, format="png", dpi=96 * ratio, facecolor=ground)
    return target.getvalue()


def recolour(figure: Figure, colours: dict[str, str]) -> None:
    """Turn the report's ink on white into the theme's; the colours that mean something stay."""
    from matplotlib.colors import to_hex, to_rgba

    from analysis.report.charts import HAIR, INK, QUIET

    new = {
        INK.lower(): colours["text"],
        "#000000": colours["text"],
        QUIET.lower(): colours["muted"],
        HAIR.lower(): colours["border"],
        "#ffffff": colours["base"],
    }

    def swap(artist: Any, kind: str) -> None:
        getter, setter = getattr(artist, f"get_{kind}", None), getattr(artist, f"set_{kind}", None)
        if getter is None or setter is None:
            return
        present = getter()
        if isinstance(present, str) and present in ("auto", "none", "face", "inherit"):
            return
        try:
            text, alpha = to_hex(present), to_rgba(present)[3]
        except (ValueError, TypeError):
            return  # a list of colours, one per bar: those mean something
        if text in new and alpha > 0:
            setter(new[text])

    figure.set_facecolor(colours["base"])
    for axes in figure.axes:
        axes.set_facecolor(colours["base"])
        axes.tick_params(colors=colours["muted"], which="both")
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_color(colours["text"])
    for artist in figure.findobj():
        for kind in ("color", "edgecolor"):
            swap(artist, kind)
