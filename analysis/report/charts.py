"""The charts of the report, drawn with matplotlib's object interface.

``chart_figure`` turns the data of a drawing into a figure of 72 dots per inch, so that one
point of the page is one point of the figure. Colour never speaks alone: every bar and point
carries its word or name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from analysis.report.document import (
    CeilingMap,
    Dumbbell,
    ForestPlot,
    HeatMap,
    LevelScale,
    PriorityMap,
    ProfileLines,
    SeverityBars,
    SizeCurve,
    Tone,
)
from analysis.report.numbers import NumberKind, format_interval, format_number
from analysis.report.path_diagram import text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Chart = (
    SeverityBars
    | PriorityMap
    | ForestPlot
    | Dumbbell
    | LevelScale
    | HeatMap
    | ProfileLines
    | CeilingMap
    | SizeCurve
)

SIZE = 8.5
SMALL = 7.5
INK, QUIET, HAIR = "#1F2933", "#5B6670", "#D5DBE1"
FILLS: dict[Tone, str] = {
    "red": "#D65F58",
    "amber": "#E0A93B",
    "green": "#5BA97D",
    "grey": "#B4BBC2",
    "plain": "#5B8DB8",
}
MARKS: dict[Tone, str] = {"red": "^", "amber": "D", "green": "o", "grey": "s", "plain": "o"}


def chart_figure(chart: Chart, width: float) -> Figure:
    """Return ``chart`` as a figure ``width`` points wide."""
    if isinstance(chart, SeverityBars):
        return _severity_bars(chart, width)
    if isinstance(chart, PriorityMap):
        return _priority_map(chart, width)
    if isinstance(chart, ForestPlot):
        return _forest_plot(chart, width)
    if isinstance(chart, Dumbbell):
        return _dumbbell(chart, width)
    if isinstance(chart, LevelScale):
        return _level_scale(chart, width)
    if isinstance(chart, ProfileLines):
        return _profile_lines(chart, width)
    if isinstance(chart, CeilingMap):
        return _ceiling_map(chart, width)
    if isinstance(chart, SizeCurve):
        from analysis.report.size_curve import size_curve

        return size_curve(chart, width)
    return _heat_map(chart, width)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width / 72, height / 72), dpi=72)


def _axes(figure: Figure, *, left: float, bottom: float, right: float, top: float) -> Axes:
    """Return axes that leave the given margins in points."""
    width, height = figure.get_size_inches() * 72
    axes: Any = figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width,
         (height - bottom - top) / height)
    )  # fmt: skip
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(QUIET)
        axes.spines[side].set_linewidth(0.6)
    axes.tick_params(length=2.5, width=0.6, color=QUIET, labelsize=SMALL, labelcolor=INK)
    return axes  # type: ignore[no-any-return]


def _severity_bars(chart: SeverityBars, width: float) -> Figure:
    count = len(chart.rows)
    row = 21.0
    figure = _figure(width, count * row + 38)
    labels = _labels((item[0] for item in chart.rows), width)
    names = max(text_width(label, SIZE) for label in labels) + 12
    words = max(text_width(item[5], SIZE) for item in chart.rows) + 34
    axes = _axes(figure, left=names, bottom=30, right=words, top=8)
    for place, (_, score, low, high, tone, word) in enumerate(reversed(chart.rows)):
        axes.barh(place, score, height=0.56, color=FILLS[tone], zorder=2)
        if not math.isnan(low) and not math.isnan(high):
            _whisker(axes, low, high, place)
        name = labels[count - 1 - place]
        axes.text(-1.2, place, name, ha="right", va="center", fontsize=SIZE, color=INK)
        value = format_number(score, NumberKind.SCORE)
        axes.text(101.5, place, f"{value}  {word}", ha="left", va="center", fontsize=SIZE)
    for limit in chart.limits:
        axes.axvline(limit, color=QUIET, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.6, count - 0.4)
    axes.set_yticks([])
    axes.set_xticks(range(0, 101, 20))
    axes.spines["left"].set_visible(True)
    axes.set_xlabel(chart.axis, fontsize=SMALL, color=QUIET, labelpad=3)
    return figure


def _labels(names: Iterable[str], width: float) -> list[str]:
    """Return names cut to two fifths of the figure's width."""
    found = []
    for name in names:
        label = name
        while text_width(label, SIZE) > 0.4 * width:
            label = label[:-2] + "…"
        found.append(label)
    return found


def _whisker(axes: Axes, low: float, high: float, place: float) -> None:
    style: dict[str, Any] = {"color": INK, "linewidth": 0.8, "zorder": 3}
    axes.plot([low, high], [place, place], **style)
    for end in (low, high):
        axes.plot([end, end], [place - 0.13, place + 0.13], **style)


def _priority_map(chart: PriorityMap, width: float) -> Figure:
    figure = _figure(width, width * 0.66)
    axes = _axes(figure, left=40, bottom=34, right=16, top=10)
    xs = [point[1] for point in chart.points]
    ys = [point[2] for point in chart.points]
    xs += [end for ends in chart.intervals for end in ends[:2] if not math.isnan(end)]
    ys += [end for ends in chart.intervals for end in ends[2:] if not math.isnan(end)]
    x_low, x_high = _padded(min([*xs, chart.x_line]), max([*xs, chart.x_line]), 0.06)
    y_low, y_high = _padded(min([*ys, chart.y_line]), max([*ys, chart.y_line]), 0.1)
    axes.set_xlim(x_low, x_high)
    axes.set_ylim(y_low, y_high)
    axes.fill_between([chart.x_line, x_high], y_low, chart.y_line, color="#FCEDEC", zorder=0)
    axes.axvline(chart.x_line, color=QUIET, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
    axes.axhline(chart.y_line, color=QUIET, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
    axes.text(
        x_high, y_low, f"{chart.corner} ", ha="right", va="bottom", fontsize=SIZE, color="#B3261E"
    )
    whisker: dict[str, Any] = {"color": QUIET, "linewidth": 0.6, "alpha": 1.0, "zorder": 2}
    for (_, x, y, _), (left, right, low, high) in zip(chart.points, chart.intervals, strict=False):
        axes.plot([left, right], [y, y], **whisker)
        axes.plot([x, x], [low, high], **whisker)
    for name, x, y, tone in chart.points:
        if name in chart.ringed:
            axes.plot(x, y, "o", markersize=13, color="none", markeredgecolor="#1F4E79",
                      markeredgewidth=1.1, zorder=3)  # fmt: skip
        axes.plot(x, y, MARKS[tone], markersize=6.5, color=FILLS[tone], markeredgecolor=INK,
                  markeredgewidth=0.5, zorder=3)  # fmt: skip
    _name_points(axes, chart, figure)
    axes.set_xlabel(chart.x_axis, fontsize=SIZE, color=INK, labelpad=4)
    axes.set_ylabel(chart.y_axis, fontsize=SIZE, color=INK, labelpad=4)
    return figure


def _padded(low: float, high: float, share: float) -> tuple[float, float]:
    room = (high - low) * share or 1.0
    return low - room, high + room


Box = tuple[float, float, float, float]
"""Left, bottom, right, top on the figure."""


def _name_points(axes: Axes, chart: PriorityMap, figure: Figure) -> None:
    """Write each name beside its point, at the first of eight places that is free."""
    dots = [_on_figure(axes, x, y) for _, x, y, _ in chart.points]
    taken: list[Box] = [(x - 5, y - 5, x + 5, y + 5) for x, y in dots]
    lines = _lines_of(axes, chart)
    frame: Box = tuple(map(float, axes.get_window_extent().extents))  # type: ignore[assignment]
    width, height = figure.get_size_inches() * 72
    for (name, *_), dot in zip(chart.points, dots, strict=True):
        boxes = _places_beside(dot, text_width(name, SIZE), SIZE * 1.15)
        best = min(boxes, key=lambda box: _name_crowding(box, taken, lines, frame))
        taken.append(best)
        figure.text(best[0] / width, (best[1] + 0.23 * SIZE) / height, name, fontsize=SIZE,
                    color=INK, ha="left", va="baseline")  # fmt: skip


def _on_figure(axes: Axes, x: float, y: float) -> tuple[float, float]:
    across, up = axes.transData.transform((x, y))
    return float(across), float(up)


def _lines_of(axes: Axes, chart: PriorityMap) -> list[Box]:
    """Return the lines a name had better not stand on, as thin boxes."""
    found = []
    for (_, x, y, _), (left, right, low, high) in zip(chart.points, chart.intervals, strict=False):
        if not math.isnan(left + right + low + high):
            found.append((*_on_figure(axes, left, y), *_on_figure(axes, right, y)))
            found.append((*_on_figure(axes, x, low), *_on_figure(axes, x, high)))
    x_line, y_line = _on_figure(axes, chart.x_line, chart.y_line)
    frame = axes.get_window_extent()
    found.append((x_line, float(frame.y0), x_line, float(frame.y1)))
    found.append((float(frame.x0), y_line, float(frame.x1), y_line))
    return found


def _places_beside(dot: tuple[float, float], wide: float, high: float) -> list[Box]:
    x, y = dot
    corners = [
        (x + 6, y + 4), (x - 6 - wide, y + 4), (x + 6, y - 4 - high), (x - 6 - wide, y - 4 - high),
        (x + 7, y - high / 2), (x - 7 - wide, y - high / 2),
        (x - wide / 2, y + 7), (x - wide / 2, y - 7 - high),
    ]  # fmt: skip
    return [(left, low, left + wide, low + high) for left, low in corners]


def _name_crowding(box: Box, taken: list[Box], lines: list[Box], frame: Box) -> int:
    """Count what a name would touch; other names and points weigh more than lines."""
    left, low, right, high = box
    is_outside = left < frame[0] or right > frame[2] or low < frame[1] or high > frame[3]
    hits = sum(_touch(box, other) for other in taken)
    return 30 * is_outside + 5 * hits + sum(_touch(box, line) for line in lines)


def _touch(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and a[2] >= b[0] and a[1] <= b[3] and a[3] >= b[1]


def _forest_plot(chart: ForestPlot, width: float) -> Figure:
    count = len(chart.rows)
    figure = _figure(width, count * 17.0 + 52)
    labels = _labels((row[0] for row in chart.rows), width)
    names = max(text_width(label, SIZE) for label in labels) + 12
    words = max(text_width(row[4], SIZE) for row in chart.rows) + 40
    axes = _axes(figure, left=names, bottom=30, right=words, top=18)
    value, name = chart.line
    axes.axvline(value, color="#B3261E", linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
    axes.text(value, count - 0.35, name, ha="center", va="bottom", fontsize=SMALL, color="#B3261E")
    lowest, highest = _padded(
        min([row[2] for row in chart.rows]), max([row[3] for row in chart.rows]), 0.06
    )
    for place, (_, centre, low, high, word) in enumerate(reversed(chart.rows)):
        _whisker(axes, low, high, place)
        axes.plot(centre, place, "s", markersize=4.5, color="#1F4E79", zorder=4)
        text = f"{format_number(centre, NumberKind.SCORE)}  {word}"
        beside = axes.get_yaxis_transform()
        gap = 6 / (width - names - words)
        axes.text(-gap, place, labels[count - 1 - place], transform=beside, ha="right",
                  va="center", fontsize=SIZE)  # fmt: skip
        axes.text(1 + gap, place, text, transform=beside, ha="left", va="center", fontsize=SIZE)
    axes.set_xlim(lowest, highest)
    axes.set_ylim(-0.6, count - 0.4)
    axes.set_yticks([])
    axes.set_xlabel(chart.axis, fontsize=SMALL, color=QUIET, labelpad=3)
    return figure


def _dumbbell(chart: Dumbbell, width: float) -> Figure:
    count = len(chart.rows)
    figure = _figure(width, count * 17.0 + 54)
    labels = _labels((row[0] for row in chart.rows), width)
    names = max(text_width(label, SIZE) for label in labels) + 12
    words = max(text_width(row[4], SIZE) for row in chart.rows) + 14
    axes = _axes(figure, left=names, bottom=30, right=words, top=20)
    joint: dict[str, Any] = {"linewidth": 1.6, "zorder": 2, "solid_capstyle": "round"}
    for place, (_, first, second, tone, word) in enumerate(reversed(chart.rows)):
        axes.axhline(place, color=HAIR, linewidth=0.5, zorder=0)
        axes.plot([first, second], [place, place], color=FILLS[tone], **joint)
        axes.plot(first, place, "o", markersize=4.5, color="white", markeredgecolor=QUIET,
                  markeredgewidth=1.0, zorder=3)  # fmt: skip
        axes.plot(second, place, MARKS[tone], markersize=5.5, color=FILLS[tone],
                  markeredgecolor=INK, markeredgewidth=0.4, zorder=4)  # fmt: skip
        axes.text(-1.2, place, labels[count - 1 - place], ha="right", va="center", fontsize=SIZE)
        axes.text(101.5, place, word, ha="left", va="center", fontsize=SIZE)
    axes.plot(0.5, count - 0.1, "o", markersize=4.5, color="white", markeredgecolor=QUIET,
              markeredgewidth=1.0, clip_on=False)  # fmt: skip
    axes.text(2.5, count - 0.1, chart.first, ha="left", va="center", fontsize=SMALL, color=QUIET)
    shift = 6 + 100 * text_width(chart.first, SMALL) / (width - names - words)
    axes.plot(shift, count - 0.1, "o", markersize=5.5, color=FILLS["plain"], markeredgecolor=INK,
              markeredgewidth=0.4, clip_on=False)  # fmt: skip
    axes.text(shift + 2, count - 0.1, chart.second, ha="left", va="center", fontsize=SMALL,
              color=QUIET)  # fmt: skip
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.6, count - 0.5)
    axes.set_yticks([])
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel(chart.axis, fontsize=SMALL, color=QUIET, labelpad=3)
    return figure


def _level_scale(chart: LevelScale, width: float) -> Figure:
    count = len(chart.rows)
    figure = _figure(width, 34.0 * count + 62)
    names = max(text_width(row[0], SIZE) for row in chart.rows) + 10
    axes = _axes(figure, left=names, bottom=22, right=10, top=34)
    shades = ("#F6D5D2", "#FBE9D0", "#FDF6DC", "#E6F3EA", "#CFE8D8")
    for place, (low, high, name) in enumerate(chart.bands):
        shade = shades[place * len(shades) // len(chart.bands)]
        axes.axvspan(low, high, color=shade, linewidth=0, zorder=0)
        axes.text((low + high) / 2, count - 0.42, _two_lines(name), ha="center", va="bottom",
                  fontsize=6.8, color=INK, linespacing=1.15)  # fmt: skip
    for place, (name, value, low, high) in enumerate(reversed(chart.rows)):
        _whisker(axes, low, high, place)
        axes.plot(value, place, "o", markersize=6, color="#1F4E79", zorder=4)
        axes.text(-0.012, place, name, ha="right", va="center", fontsize=SIZE, color=INK)
        text = f"{format_number(value)}  {format_interval(low, high)}"
        side = "right" if value > 0.72 else "left"
        shift = -0.02 if side == "right" else 0.02
        axes.text((low if side == "right" else high) + shift, place, text, ha=side,
                  va="center", fontsize=SMALL, color=INK)  # fmt: skip
    if chart.reference:
        value, name = chart.reference
        axes.axvline(value, color="#B3261E", linewidth=0.9, linestyle=(0, (3, 2)), zorder=2)
        axes.text(value + 0.008, -0.5, name, ha="left", va="bottom", fontsize=SMALL,
                  color="#B3261E")  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.55, count - 0.45)
    axes.set_yticks([])
    axes.set_xticks([k / 10 for k in range(11)])
    axes.spines["left"].set_visible(False)
    return figure


def _two_lines(name: str) -> str:
    if " " in name:
        return name.replace(" ", "\n", 1)
    half = len(name) // 2
    return f"{name[:half]}\n{name[half:]}"


def _heat_map(chart: HeatMap, width: float) -> Figure:
    rows, columns = len(chart.rows), len(chart.columns)
    row = 23.0
    figure = _figure(width, rows * row + 40)
    labels = _labels(chart.rows, width)
    names = max(text_width(label, SIZE) for label in labels) + 12
    axes = _axes(figure, left=names, bottom=14, right=6, top=26)
    for i, values in enumerate(chart.values):
        y = rows - 1 - i
        axes.text(-0.08, y + 0.5, labels[i], ha="right", va="center", fontsize=SIZE)
        for j, value in enumerate(values):
            _heat_cell(axes, j, y, value, chart.words[i][j])
    for j, name in enumerate(chart.columns):
        axes.text(j + 0.5, rows + 0.12, name, ha="center", va="bottom", fontsize=SIZE)
    axes.set_xlim(0, columns)
    axes.set_ylim(0, rows)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.text(0, -0.12, chart.axis, ha="left", va="top", fontsize=SMALL, color=QUIET)
    return figure


def _heat_cell(axes: Axes, x: int, y: int, value: float, word: str) -> None:
    from matplotlib.patches import Rectangle

    is_hidden = math.isnan(value)
    face = "#EEF1F4" if is_hidden else _heat_color(value)
    axes.add_patch(Rectangle((x + 0.02, y + 0.04), 0.96, 0.92, facecolor=face, edgecolor="none"))
    text = word if is_hidden else format_number(value, NumberKind.SCORE)
    axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=SIZE,
              color=QUIET if is_hidden else INK)  # fmt: skip


def _heat_color(value: float) -> str:
    """Return a shade from green (0) over pale yellow (50) to red (100), pale enough for ink."""
    stops = ((0.0, (120, 190, 150)), (50.0, (253, 246, 220)), (100.0, (222, 110, 100)))
    for (low, a), (high, b) in pairwise(stops):
        if value <= high:
            share = max(0.0, (value - low) / (high - low))
            mixed = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
            return "#{:02X}{:02X}{:02X}".format(*mixed)
    return "#DE6E64"


LINE_STYLES = (
    ("#1F4E79", "o", "solid"), ("#C2571A", "s", (0, (5, 2))), ("#3F7F5F", "^", (0, (2, 1.5))),
    ("#7A4E9E", "D", (0, (6, 2, 1, 2))), ("#5B6670", "v", (0, (1, 1.5))),
    ("#B3261E", "P", (0, (8, 3))),
)  # fmt: skip


def _profile_lines(chart: ProfileLines, width: float) -> Figure:
    figure = _figure(width, 190.0)
    names = max(text_width(name, SIZE) for name, _ in chart.lines) + 26
    axes = _axes(figure, left=40, bottom=30, right=names, top=10)
    last = len(chart.variables) - 1
    for place, (_, values) in enumerate(chart.lines):
        color, mark, style = LINE_STYLES[place % len(LINE_STYLES)]
        axes.plot(range(last + 1), values, color=color, marker=mark, linestyle=style,
                  linewidth=1.3, markersize=5, zorder=3)  # fmt: skip
    gap = 9.0
    for (name, values), height in zip(chart.lines, _spread(chart, gap), strict=True):
        color = LINE_STYLES[[line[0] for line in chart.lines].index(name) % len(LINE_STYLES)][0]
        axes.annotate(name, (last, values[-1]), (last + 0.12, height), fontsize=SIZE, color=color,
                      va="center", annotation_clip=False)  # fmt: skip
    axes.set_xlim(-0.2, last + 0.08)
    axes.set_ylim(0, 100)
    axes.set_xticks(range(last + 1), [_wrapped(name) for name in chart.variables])
    axes.set_yticks(range(0, 101, 20))
    axes.axhline(50, color=HAIR, linewidth=0.7, zorder=1)
    axes.set_ylabel(chart.axis, fontsize=SMALL, color=QUIET, labelpad=3)
    return figure


def _wrapped(name: str) -> str:
    """Return a name under an axis in two lines when it is long."""
    return name if text_width(name, SMALL) < 62 else _two_lines(name)


def _spread(chart: ProfileLines, gap: float) -> list[float]:
    """Return heights of the names beside the ends of their lines, ``gap`` apart."""
    order = sorted(range(len(chart.lines)), key=lambda k: chart.lines[k][1][-1])
    heights = [0.0] * len(order)
    lowest = -math.inf
    for k in order:
        lowest = max(chart.lines[k][1][-1], lowest + gap)
        heights[k] = lowest
    return heights


def _ceiling_map(chart: CeilingMap, width: float) -> Figure:
    figure = _figure(width, width * 0.5)
    axes = _axes(figure, left=40, bottom=34, right=16, top=10)
    most = max(n for _, _, n in chart.bubbles)
    for x, y, n in chart.bubbles:
        axes.plot(x, y, "o", markersize=4 + 14 * math.sqrt(n / most), color="#8FB3D0",
                  markeredgecolor="#1F4E79", markeredgewidth=0.5, zorder=2)  # fmt: skip
        axes.text(x, y, str(n), ha="center", va="center", fontsize=6.5, color=INK, zorder=3)
    intercept, slope = chart.line
    ends = (max(0.0, -intercept / slope), min(100.0, (100 - intercept) / slope))
    heights = [intercept + slope * x for x in ends]
    axes.plot(ends, heights, color="#B3261E", linewidth=1.2, zorder=4)
    axes.fill_between([0.0, *ends], [heights[0], *heights], 100, color="#FCEDEC", zorder=0)
    axes.text(1.5, 97, chart.empty, ha="left", va="top", fontsize=SIZE, color="#B3261E")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xlabel(chart.x_axis, fontsize=SIZE, color=INK, labelpad=4)
    axes.set_ylabel(chart.y_axis, fontsize=SIZE, color=INK, labelpad=4)
    return figure
