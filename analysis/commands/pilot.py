"""``main.py pilot``: may the scale leave trial use, and which items are to be mended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.commands.output import finding_lines, say, table_lines, write_tables
from analysis.commands.reading import construct_name, read_wave
from analysis.commands.rectify import simulated_mark
from analysis.measurement import measure
from analysis.measurement import review as review_of
from analysis.report.content.review import errors_table, review_findings, review_tables, verdict
from analysis.report.writing import writable_folder
from resources.texts import SOURCE_LANGUAGE
from survey.problems import refuse
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from analysis.chain import ChainOptions
    from survey.reading import ReadingOptions

SHOWN = ("review_checks", "review_items")
"""Tables told on the terminal; the workbook holds all."""


def pilot(
    source: Path,
    out: Path,
    reading: ReadingOptions,
    chain: ChainOptions,
    *,
    marker: str = "",
    bootstrap: int = 0,
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Review the scale on the answers of a pilot; write a workbook, return lines to tell.

    Args:
        out: folder of the workbook.
        marker: code of a construct or item that has nothing to do with the others, or "".
        bootstrap: draws for standard errors of the loadings; 0: none.

    Raises:
        Refusal: the file cannot be read, the marker is none of the study, or there are fewer
            than ten answers.
    """
    folder = writable_folder(out)
    wave = read_wave(source, reading, chain)
    study = wave.study
    known = {c.code for c in study.constructs} | {item.code for item in study.items}
    if marker and marker not in known:
        raise refuse("pilot_marker_unknown", marker)
    options = wave.options
    measurement = measure(wave.prepared, options.measurement, part_of(progress, 0.0, 0.3))
    chosen = replace(
        options.review, marker=marker or options.review.marker, bootstrap=bootstrap
    )  # fmt: skip
    found = review_of(wave.prepared, measurement, chosen, part_of(progress, 0.3, 1.0))
    if found is None:
        raise refuse("pilot_too_few", source.name, n=wave.prepared.n)

    def name(code: str) -> str:
        called = construct_name(code, study, language)
        return code if called == code else f"{code} {called}"

    tables = review_tables(found, name, lambda code: study.item(code).text, language)
    if found.pilot.factors is not None:
        errors = errors_table(found.pilot.factors, language)
        tables += [errors] if errors is not None else []
    mark = simulated_mark(study.is_simulated, language)
    lines = [line for line in (mark, verdict(found, language)) if line]
    for table in tables:
        if table.key in SHOWN:
            lines += ["", *table_lines(table)]
    others = [f for f in review_findings(found) if f not in found.pilot.findings]
    lines += ["", *finding_lines(others, language)]
    title = say("pilot.title", language)
    book = folder / say("pilot.file", language)
    return [*lines, write_tables(book, tables, title=title, mark=mark, language=language)]
