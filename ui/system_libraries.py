"""Which system libraries Qt would miss, told before Qt is imported.

On a bare Linux machine importing Qt ends in a traceback that names one file at a time.
Here every library is tried at once, and the Debian packages that bring them are named.
Windows and macOS carry everything in the wheel.
"""

import ctypes
import os
import sys
from collections.abc import Mapping

# Measured on a bare Debian 12: what PySide6-Essentials loads from the system.
OFFSCREEN: Mapping[str, str] = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
REAL_WINDOW: Mapping[str, str] = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries() -> tuple[str, ...]:
    """Return the Debian packages of the libraries that Qt cannot load here."""
    if not sys.platform.startswith("linux"):
        return ()
    needed = dict(OFFSCREEN)
    if os.environ.get("QT_QPA_PLATFORM", "xcb").startswith("xcb"):
        needed.update(REAL_WINDOW)
    return tuple(package for library, package in needed.items() if not _can_load(library))


def install_command(packages: tuple[str, ...]) -> str:
    """Return the command that installs ``packages`` on Debian, Ubuntu, UOS and Kylin."""
    return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
