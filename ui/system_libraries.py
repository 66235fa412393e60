"""Which system libraries Qt will miss, found before Qt is imported.

A bare Debian has none of them, and the loader's own message ("libGL.so.1: cannot open
shared object file") helps nobody. The lists were proved one package at a time in a bare
Debian 12 root.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

from resources.texts import SOURCE_LANGUAGE, sentence

BASE_PACKAGES: Mapping[str, str] = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
WINDOW_PACKAGES: Mapping[str, str] = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
SCREENLESS = ("offscreen", "minimal", "vnc")


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries(
    platform: str, can_load: Callable[[str], bool] = _can_load
) -> Mapping[str, str]:
    """Return the libraries Qt needs and cannot load, each with its Debian package.

    Args:
        platform: the Qt platform asked for (``QT_QPA_PLATFORM``), "" for the usual one.
        can_load: tells whether a library can be loaded.
    """
    needed = dict(BASE_PACKAGES)
    if platform.split(":")[0] not in (*SCREENLESS, "wayland"):
        needed |= WINDOW_PACKAGES
    return {library: package for library, package in needed.items() if not can_load(library)}


def advice(language: str = SOURCE_LANGUAGE) -> str:
    """Return what keeps the window from opening and the command that mends it, or ""."""
    if not sys.platform.startswith("linux"):
        return ""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    missing = missing_libraries(platform)
    if missing:
        return sentence(
            "window.libraries_missing",
            language,
            libraries="、".join(missing) if language == SOURCE_LANGUAGE else ", ".join(missing),
            packages=" ".join(missing.values()),
        )
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not has_screen and platform.split(":")[0] not in SCREENLESS:
        return sentence("window.no_screen", language)
    return ""
