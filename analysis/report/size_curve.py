"""The chart of a plan: what each number of answers buys, with the ladder's steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.report.charts import HAIR, INK, LINE_STYLES, QUIET, SIZE, SMALL, _axes, _figure
from analysis.report.document import SizeCurve
from analysis.report.path_diagram import text_width

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def size_curve(chart: SizeCurve, width: float) -> Figure:
    """Return the lines over a logarithmic axis of answers, steps as dashed verticals."""
    figure = _figure(width, 250.0)
    names = max(text_width(name, SIZE) for name, _ in chart.lines) + 16
    axes = _axes(figure, left=40, bottom=36, right=names, top=16 + 11 * len(chart.steps))
    first, last = chart.sizes[0], chart.sizes[-1]
    highest = 1.08 * max(value for _, values in chart.lines for value in values)
    axes.set_xscale("log")
    axes.set_xlim(first / 1.06, last * 1.06)
    axes.set_ylim(0, highest)
    for (name, values), (color, mark, style) in zip(chart.lines, LINE_STYLES, strict=False):
        axes.plot(chart.sizes, values, color=color, marker=mark, linestyle=style,
                  linewidth=1.3, markersize=4.5, zorder=3)  # fmt: skip
        axes.annotate(name, (last, values[-1]), (8, 0), textcoords="offset points",
                      fontsize=SIZE, color=color, va="center", annotation_clip=False)  # fmt: skip
    for place, (n, words) in enumerate(chart.steps):
        if not first <= n <= last:
            continue
        axes.axvline(n, color=QUIET, linewidth=0.7, linestyle=(0, (3, 3)), zorder=1)
        is_right = n > (first * last) ** 0.5
        axes.annotate(words, (n, highest), (-3 if is_right else 3, 6 + 11 * place),
                      textcoords="offset points", ha="right" if is_right else "left",
                      fontsize=SMALL, color=INK, annotation_clip=False)  # fmt: skip
    axes.set_xticks(chart.sizes, [str(n) for n in chart.sizes])
    axes.set_xticks([], minor=True)
    axes.grid(visible=True, axis="y", color=HAIR, linewidth=0.6, zorder=0)
    axes.set_xlabel(chart.x_axis, fontsize=SIZE, color=INK, labelpad=4)
    axes.set_ylabel(chart.y_axis, fontsize=SIZE, color=INK, labelpad=4)
    return figure
