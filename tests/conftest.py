"""Settings that must hold before anything else is imported, and Qt where it can run.

pytest-qt needs Qt's system libraries as soon as it is loaded. On a bare machine they are
missing; then the tests of ui/ are left out and the header says how to get them. CI
installs the libraries and runs everything.
"""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from hypothesis import settings

from ui.system_libraries import install_command, missing_libraries

# The same examples in every run, and no time limit per example: a busy machine fails no test.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

MISSING_FOR_QT = missing_libraries()
QT_TESTS = Path(__file__).parent / "ui"

if not MISSING_FOR_QT:
    pytest_plugins = ["pytestqt.plugin"]
else:

    def pytest_addoption(parser: pytest.Parser) -> None:
        """Know pytest-qt's settings although it is not loaded."""
        for setting in ("qt_api", "qt_log_level_fail"):
            parser.addini(setting, "setting of pytest-qt")


def pytest_report_header() -> str | None:
    """Say which tests do not run here, and what would make them run."""
    if not MISSING_FOR_QT:
        return None
    return (
        f"tests/ui left out, Qt's system libraries are missing: {install_command(MISSING_FOR_QT)}"
    )


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the tests of the window where Qt cannot be loaded."""
    if MISSING_FOR_QT and collection_path.is_relative_to(QT_TESTS):
        return True
    return None
