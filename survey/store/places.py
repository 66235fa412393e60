"""Where working copies and locks live, and what project files are called."""

import os
from pathlib import Path

import platformdirs

SUFFIX = ".rongzhen"
DATA_FOLDER_VARIABLE = "RONGZHEN_DATA"
"""Environment variable that moves the program's own data elsewhere (tests, portable use)."""


def data_folder(chosen: Path | None = None) -> Path:
    """Return the program's own data folder: ``chosen``, else the variable's, else the system's.

    On Windows this is the local, not the roaming, profile: a working copy must not travel.
    """
    if chosen is not None:
        return chosen
    from_environment = os.environ.get(DATA_FOLDER_VARIABLE)
    if from_environment:
        return Path(from_environment)
    return platformdirs.user_data_path("Rongzhen", appauthor=False)


def working_folder(data: Path) -> Path:
    """Return the folder of the working copies, one subfolder each."""
    return data / "working"


def locks_folder(data: Path) -> Path:
    """Return the folder of the locks on documents."""
    return data / "locks"
