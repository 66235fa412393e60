"""What the user prefers, kept between runs in one small versioned file.

The file is read before the window opens, so nothing here may be slow, and a damaged or
newer file must never keep the program from starting: it is set aside, not overwritten.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

VERSION = 1
LANGUAGES = ("zh_CN", "en")
THEMES = ("system", "light", "dark")
FONT_SIZES = range(8, 17)
RECENT_KEPT = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's preferences.

    Args:
        language: ``zh_CN`` or ``en``.
        theme: ``system`` follows the desktop, ``light``, ``dark``.
        font_size: point size of the window's text, 8 to 16.
        recent: project files opened lately, newest first, at most eight.
        folder: where the last file was opened or saved.
        university, organiser: remembered for the next report.
    """

    language: str = "zh_CN"
    theme: str = "system"
    font_size: int = 10
    recent: tuple[str, ...] = ()
    folder: str = ""
    university: str = ""
    organiser: str = ""

    def with_recent(self, path: Path) -> "Settings":
        """Return the settings with ``path`` as the newest recent project."""
        others = (entry for entry in self.recent if entry != str(path))
        return replace(self, recent=(str(path), *others)[:RECENT_KEPT], folder=str(path.parent))

    def without_recent(self, path: Path) -> "Settings":
        """Return the settings with ``path`` forgotten."""
        return replace(self, recent=tuple(entry for entry in self.recent if entry != str(path)))


UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""How a file of version n becomes one of version n + 1."""


def settings_file() -> Path:
    """Return where the settings are kept; ``RONGZHEN_CONFIG`` names another folder."""
    folder = os.environ.get("RONGZHEN_CONFIG")
    base = Path(folder) if folder else platformdirs.user_config_path("rongzhen", appauthor=False)
    return base / "settings.json"


def _checked(entries: Mapping[str, Any]) -> Settings:
    known = {field.name for field in fields(Settings)}
    chosen = {name: value for name, value in entries.items() if name in known}
    default = Settings()
    for name, value in list(chosen.items()):
        if name == "recent":
            is_good = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
        else:
            is_good = type(value) is type(getattr(default, name))
        if not is_good:
            del chosen[name]
    chosen["recent"] = tuple(chosen.get("recent", ()))[:RECENT_KEPT]
    settings = Settings(**chosen)
    return replace(
        settings,
        language=settings.language if settings.language in LANGUAGES else default.language,
        theme=settings.theme if settings.theme in THEMES else default.theme,
        font_size=min(max(settings.font_size, FONT_SIZES.start), FONT_SIZES.stop - 1),
    )


def _upgraded(entries: dict[str, Any]) -> dict[str, Any] | None:
    version = entries.pop("version", None)
    if not isinstance(version, int) or version > VERSION:
        return None
    for step in range(version, VERSION):
        entries = UPGRADES[step](entries)
    return entries


def load_settings(file: Path | None = None) -> Settings:
    """Return the kept settings; the defaults when there are none or they are unreadable.

    An unreadable or newer file is renamed to ``settings.json.unreadable`` so that it is
    neither lost nor in the way.
    """
    file = file or settings_file()
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError):
        entries = None
    upgraded = _upgraded(entries) if isinstance(entries, dict) else None
    if upgraded is None:
        _set_aside(file)
        return Settings()
    return _checked(upgraded)


def _set_aside(file: Path) -> None:
    try:
        file.replace(file.with_suffix(".json.unreadable"))
    except OSError:
        return  # a read-only folder: the defaults serve, and saving will not be tried with luck


def save_settings(settings: Settings, file: Path | None = None) -> bool:
    """Write the settings beside the old file and replace it; return whether it was possible."""
    file = file or settings_file()
    text = json.dumps({"version": VERSION, **asdict(settings)}, ensure_ascii=False, indent=1)
    beside = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError:
        return False
    return True
