"""Colours, font and style of the window, the same on every system.

Fusion with palettes of our own: on plain X11 Qt does not learn whether the desktop is dark,
and a carried font makes Chinese readable where the system has none.
"""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from resources import FONT_BOLD, FONT_REGULAR

FONT_FAMILY = "Noto Sans SC"


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours; every pair of text and ground has a contrast of at least 4.5."""

    name: str
    window: str
    base: str
    alternate: str
    text: str
    muted: str
    border: str
    strong_border: str
    accent: str
    on_accent: str
    hover: str
    selected: str
    note: str
    note_ground: str
    caution: str
    caution_ground: str
    block: str
    block_ground: str
    good: str
    good_ground: str
    unknown: str
    unknown_ground: str


LIGHT = Theme(
    name="light",
    window="#f3f5f8",
    base="#ffffff",
    alternate="#f8f9fb",
    text="#1c2430",
    muted="#566173",
    border="#d9dee6",
    strong_border="#b4bdca",
    accent="#1d5fa9",
    on_accent="#ffffff",
    hover="#e8eef6",
    selected="#dbe7f5",
    note="#1d5fa9",
    note_ground="#eaf2fb",
    caution="#8a5a00",
    caution_ground="#fff5dc",
    block="#b3261e",
    block_ground="#fdebe9",
    good="#1f7440",
    good_ground="#e6f4ea",
    unknown="#566173",
    unknown_ground="#eceff3",
)
DARK = Theme(
    name="dark",
    window="#1c2027",
    base="#242a33",
    alternate="#29303a",
    text="#e7ebf1",
    muted="#a5b0c0",
    border="#3a4350",
    strong_border="#55606f",
    accent="#6cabf0",
    on_accent="#0e1a29",
    hover="#2f3947",
    selected="#2c4666",
    note="#8bbdf5",
    note_ground="#22354c",
    caution="#f2c263",
    caution_ground="#40351c",
    block="#ff9a92",
    block_ground="#4a2624",
    good="#7fd3a0",
    good_ground="#1f3d2b",
    unknown="#a5b0c0",
    unknown_ground="#333b47",
)


@lru_cache(maxsize=1)
def load_font() -> str:
    """Register the carried font and return its family name."""
    for file in (FONT_REGULAR, FONT_BOLD):
        QFontDatabase.addApplicationFont(str(file))
    families = QFontDatabase.families()
    return FONT_FAMILY if FONT_FAMILY in families else QApplication.font().family()


def theme_for(preference: str, app: QApplication) -> Theme:
    """Return the theme the user wants; ``system`` asks the desktop."""
    if preference == "dark":
        return DARK
    if preference == "system" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark:
        return DARK
    return LIGHT


def palette_of(theme: Theme) -> QPalette:
    """Return the palette of ``theme`` with all groups set."""
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.alternate,
        role.Text: theme.text,
        role.Button: theme.base,
        role.ButtonText: theme.text,
        role.BrightText: theme.block,
        role.ToolTipBase: theme.base,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
        role.Light: theme.base,
        role.Midlight: theme.hover,
        role.Mid: theme.border,
        role.Dark: theme.strong_border,
        role.Shadow: theme.strong_border,
    }
    for colour_role, colour in colours.items():
        palette.setColor(colour_role, QColor(colour))
    for colour_role in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(theme.strong_border))
    return palette


def style_sheet_of(theme: Theme, *, font_size: int) -> str:
    """Return the few rules that Fusion and the palette do not give."""
    t = theme
    return f"""
QToolTip {{ background: {t.base}; color: {t.text}; border: 1px solid {t.strong_border};
    padding: 4px 6px; }}
QMainWindow::separator {{ width: 0; height: 0; }}
QToolBar {{ background: {t.window}; border: 0; border-bottom: 1px solid {t.border};
    padding: 4px 8px; spacing: 2px; }}
QToolBar QToolButton {{ padding: 4px 9px; border: 1px solid transparent; border-radius: 4px; }}
QToolBar QToolButton:hover {{ background: {t.hover}; }}
QToolBar QToolButton:focus {{ border-color: {t.accent}; }}
QToolBar QToolButton:disabled {{ color: {t.strong_border}; }}
QToolBar::separator {{ background: {t.border}; width: 1px; margin: 5px 6px; }}
QStatusBar {{ background: {t.window}; border-top: 1px solid {t.border}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ padding: 1px 6px; }}
#steps {{ background: {t.window}; border: 0; border-right: 1px solid {t.border};
    outline: 0; padding-top: 6px; }}
#options, #options > QWidget > QWidget {{ background: {t.alternate}; }}
#options {{ border: 0; border-right: 1px solid {t.border}; }}
#results {{ background: {t.base}; }}
#results QScrollArea, #results QScrollArea > QWidget > QWidget {{ background: transparent; }}
QLabel#heading {{ font-size: {font_size + 5}pt; font-weight: 600; }}
QLabel#title {{ font-size: {font_size + 16}pt; font-weight: 600; }}
QLabel#section {{ font-weight: 600; padding-top: 8px; }}
QLabel#muted {{ color: {t.muted}; }}
QLabel#mark {{ color: {t.block}; border: 1px solid {t.block}; border-radius: 3px;
    padding: 1px 8px; font-weight: 600; }}
QLabel#caption {{ font-weight: 600; }}
QPushButton, QComboBox, QLineEdit, QSpinBox, QDoubleSpinBox, QDateEdit {{ min-height: 24px; }}
QPushButton {{ padding: 2px 14px; border: 1px solid {t.strong_border}; border-radius: 4px;
    background: {t.base}; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed {{ background: {t.selected}; }}
QPushButton:focus {{ border-color: {t.accent}; }}
QPushButton:disabled {{ color: {t.strong_border}; border-color: {t.border}; }}
QPushButton#primary {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
    font-weight: 600; }}
QPushButton#primary:hover {{ border-color: {t.text}; }}
QPushButton#primary:focus {{ border: 2px solid {t.text}; }}
QPushButton#primary:disabled {{ background: {t.border}; color: {t.muted};
    border-color: {t.border}; }}
QPushButton#choice {{ text-align: left; padding: 12px 16px; border-color: {t.border};
    border-radius: 6px; }}
QPushButton#choice:hover {{ border-color: {t.accent}; }}
QPushButton#choice:focus {{ border-color: {t.accent}; }}
QTabWidget::pane {{ border: 0; border-top: 1px solid {t.border}; top: -1px; }}
QTabBar::tab {{ padding: 7px 14px; border: 0; border-bottom: 2px solid transparent;
    color: {t.muted}; background: transparent; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
QTabBar::tab:hover {{ color: {t.text}; background: {t.hover}; }}
QTabBar::tab:focus {{ color: {t.accent}; }}
QHeaderView {{ background: {t.base}; }}
QHeaderView::section {{ background: {t.base}; color: {t.text}; border: 0;
    border-bottom: 1px solid {t.strong_border}; padding: 5px 8px 5px 11px; font-weight: 600; }}
QTableView, QTreeView, QListView {{ border: 0; background: {t.base};
    alternate-background-color: {t.alternate}; selection-background-color: {t.selected};
    selection-color: {t.text}; }}
QTableView::item, QTreeView::item {{ padding: 3px 8px; }}
QTreeView::item {{ min-height: 24px; }}
QTableView:focus, QTreeView:focus, QListView:focus {{ outline: 0; }}
#framed {{ border: 1px solid {t.border}; border-radius: 4px; }}
QFrame#note {{ background: {t.note_ground}; border-left: 3px solid {t.note}; }}
QFrame#caution {{ background: {t.caution_ground}; border-left: 3px solid {t.caution}; }}
QFrame#block {{ background: {t.block_ground}; border-left: 3px solid {t.block}; }}
QFrame#good {{ background: {t.good_ground}; border-left: 3px solid {t.good}; }}
QProgressBar {{ border: 1px solid {t.border}; border-radius: 4px; background: {t.base};
    min-height: 10px; max-height: 10px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
QSplitter::handle {{ background: {t.border}; }}
QScrollArea {{ border: 0; background: transparent; }}
QPushButton#link {{ border: 0; background: transparent; color: {t.accent}; padding: 2px 6px;
    min-height: 18px; }}
QPushButton#link:hover {{ text-decoration: underline; }}
QPushButton#link:focus {{ text-decoration: underline; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {t.strong_border}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QGroupBox {{ border: 0; font-weight: 600; margin-top: 18px; padding-top: 4px; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 0; }}
"""


_current = LIGHT


def current_theme() -> Theme:
    """Return the theme in use; painters ask here."""
    return _current


def dress(app: QApplication, preference: str, *, font_size: int) -> Theme:
    """Give the application its style, colours and font, and return the theme."""
    global _current
    _current = theme_for(preference, app)
    app.setStyle("Fusion")
    app.setPalette(palette_of(_current))
    font = QFont(load_font(), font_size)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    app.setFont(font)
    app.setStyleSheet(style_sheet_of(_current, font_size=font_size))
    return _current
