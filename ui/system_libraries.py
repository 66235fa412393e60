"""Which system libraries Qt will miss, found before Qt is imported.

A bare Debian has none of them, and the loader's own message ("libGL.so.1: cannot open
shared object file") helps nobody. The lists were proved one package at a time in a bare
Debian 12 root.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Mapping

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


def asked_platform() -> str:
    """Return the Qt platform the user asked for, "" for the usual one."""
    return os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]


def missing_libraries(
    platform: str | None = None, can_load: Callable[[str], bool] = _can_load
) -> Mapping[str, str]:
    """Return the libraries Qt needs and cannot load, each with its Debian package.

    Args:
        platform: Qt platform, None for the one asked for in the environment.
        can_load: tells whether a library can be loaded.
    """
    if not sys.platform.startswith("linux"):
        return {}
    platform = asked_platform() if platform is None else platform
    needed = dict(BASE_PACKAGES)
    if platform not in (*SCREENLESS, "wayland"):
        needed |= WINDOW_PACKAGES
    return {library: package for library, package in needed.items() if not can_load(library)}


def install_command(missing: Mapping[str, str] | Iterable[str]) -> str:
    """Return the command that installs the packages of ``missing`` on Debian and its kin."""
    packages = missing.values() if isinstance(missing, Mapping) else missing
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def has_screen() -> bool:
    """Return whether a window can be shown at all."""
    if not sys.platform.startswith("linux") or asked_platform() in SCREENLESS:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
