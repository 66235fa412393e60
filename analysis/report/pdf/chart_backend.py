"""matplotlib drawing straight onto the page.

A chart is painted with the same embedded fonts as the text: words stay selectable, no
second copy of a font is embedded, and the bytes do not change from run to run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Transform

from analysis.report.pdf.fonts import ASCENT, DESCENT, Fonts

BOLD_FROM = 600


class PageRenderer(RendererBase):
    """Draws what a figure asks for on a reportlab canvas whose origin is the figure's."""

    def __init__(self, canvas: Any, fonts: Fonts, width: float, height: float) -> None:
        super().__init__()
        self.canvas = canvas
        self.fonts = fonts
        self.size = (width, height)

    def flipy(self) -> bool:
        """The page's y axis points upwards."""
        return False

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the figure in points."""
        return self.size

    def points_to_pixels(self, points: Any) -> Any:
        """Points are what the page is measured in."""
        return points

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the size of a line of text in the report's font."""
        size = float(prop.get_size_in_points())
        width = self.fonts.width(s, size, is_bold=_is_bold(prop))
        return width, (ASCENT + DESCENT) * size * 0.92, DESCENT * size

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Draw one line of text as text."""
        canvas = self.canvas
        canvas.saveState()
        canvas.setFillColorRGB(*gc.get_rgb()[:3])
        canvas.translate(x, y)
        if angle:
            canvas.rotate(angle)
        canvas.setFont(self.fonts.name(is_bold=_is_bold(prop)), prop.get_size_in_points())
        canvas.drawString(0, 0, s)
        canvas.restoreState()

    def draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None
    ) -> None:
        """Draw a path with the stroke and fill of ``gc``."""
        canvas = self.canvas
        canvas.saveState()
        self._clip(gc)
        outline = self._outline(path, transform)
        is_filled = rgbFace is not None
        if is_filled:
            canvas.setFillColorRGB(*rgbFace[:3])
        width = float(gc.get_linewidth())
        if width > 0:
            self._set_stroke(gc, width)
        canvas.drawPath(outline, stroke=int(width > 0), fill=int(is_filled))
        canvas.restoreState()

    def _set_stroke(self, gc: GraphicsContextBase, width: float) -> None:
        canvas = self.canvas
        canvas.setStrokeColorRGB(*gc.get_rgb()[:3])
        canvas.setLineWidth(width)
        offset, pattern = gc.get_dashes()
        if pattern is not None:
            canvas.setDash(np.asarray(pattern, dtype=float).tolist(), float(offset or 0))

    def _outline(self, path: Path, transform: Transform) -> Any:
        outline = self.canvas.beginPath()
        last = (0.0, 0.0)
        for points, code in path.iter_segments(transform, simplify=False):
            p = np.asarray(points, dtype=float).tolist()
            if code == Path.MOVETO:
                outline.moveTo(*p)
            elif code == Path.LINETO:
                outline.lineTo(*p)
            elif code == Path.CURVE3:
                (x0, y0), (cx, cy, x, y) = last, p
                outline.curveTo(
                    (x0 + 2 * cx) / 3, (y0 + 2 * cy) / 3, (x + 2 * cx) / 3, (y + 2 * cy) / 3, x, y
                )
            elif code == Path.CURVE4:
                outline.curveTo(*p)
            elif code == Path.CLOSEPOLY:
                outline.close()
            if code != Path.CLOSEPOLY:
                last = (p[-2], p[-1])
        return outline

    def _clip(self, gc: GraphicsContextBase) -> None:
        box = gc.get_clip_rectangle()
        if box is not None:
            clip = self.canvas.beginPath()
            clip.rect(*(float(value) for value in box.bounds))
            self.canvas.clipPath(clip, stroke=0, fill=0)


def _is_bold(prop: FontProperties) -> bool:
    weight = prop.get_weight()
    return weight == "bold" if isinstance(weight, str) else weight >= BOLD_FROM


def paint_chart(figure: Figure, canvas: Any, fonts: Fonts) -> None:
    """Paint ``figure`` with its lower left corner at the canvas's origin."""
    width, height = (float(side) * 72 for side in figure.get_size_inches())
    figure.patch.set_visible(False)
    for axes in figure.axes:
        axes.patch.set_visible(False)
    figure.draw(PageRenderer(canvas, fonts, width, height))
