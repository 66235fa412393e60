"""One call for every format: told by the file's ending, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from survey.data_export.r_script import write_r
from survey.data_export.statistics_files import write_spss, write_stata
from survey.data_export.tables import write_csv, write_workbook
from survey.data_export.variables import Variables
from survey.problems import Problem, refuse

Writer = Callable[[Variables, Path], tuple[Problem, ...]]
FORMATS: Mapping[str, Writer] = MappingProxyType(
    {
        ".sav": write_spss,
        ".zsav": write_spss,
        ".dta": write_stata,
        ".csv": write_csv,
        ".xlsx": write_workbook,
        ".r": write_r,
    }
)


def export_answers(variables: Variables, path: Path) -> tuple[Problem, ...]:
    """Write the answers to ``path``; return what the format could not hold.

    The file is written beside and then put in its place; an R script brings its CSV.

    Raises:
        Refusal: no such format, nothing to write, or the folder cannot be written to.
    """
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        raise refuse("export_format_unknown", path.name, formats=" ".join(FORMATS))
    if not variables.variables:
        raise refuse("export_nothing", path.name)
    from tempfile import TemporaryDirectory

    from survey.store.document import refusal_of_os_error

    try:
        with TemporaryDirectory(dir=path.parent, prefix=".rongzhen-") as folder:
            notes = write(variables, Path(folder) / path.name)
            for made in Path(folder).iterdir():
                made.replace(path.parent / made.name)
    except OSError as error:
        raise refusal_of_os_error(error, path) from error
    return notes
