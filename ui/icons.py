"""Icons: small SVG files of our own, coloured to suit the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources import RESOURCES
from ui.appearance import current_theme

ICONS = RESOURCES / "icons"
SIZES = (20, 40)


def image(name: str, colour: str, size: int) -> QImage:
    """Return icon ``name`` in ``colour``, ``size`` pixels wide and high."""
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    picture = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(QPixmap.fromImage(image(name, colour, size)), QIcon.Mode.Normal)
        icon.addPixmap(QPixmap.fromImage(image(name, disabled, size)), QIcon.Mode.Disabled)
    return icon


def icon(name: str, colour: str = "") -> QIcon:
    """Return icon ``name`` in ``colour``, by default the text colour of the theme."""
    theme = current_theme()
    return _icon(name, colour or theme.text, theme.strong_border)
