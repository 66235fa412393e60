"""What ``main.py entry`` does: two typings of the same paper forms compared and settled.

The list of differences goes out as a table with a column for the decision; filled in, it comes
back and the settled sheets are written as answer files, which import like those of the page.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.problems import Problem, Refusal, refuse
from survey.progress import Progress, part_of, silent
from survey.publish.double_entry import (
    DO_NOT_KNOW,
    Comparison,
    Difference,
    Typed,
    compare_entries,
    settled_sheets,
)

if TYPE_CHECKING:
    from survey.questionnaire.model import Questionnaire

Decisions = Mapping[tuple[str, str], Typed]
COLUMNS = ("paper", "code", "question", "first", "second", "decision")


def compare_typings(
    folders: tuple[Path, Path],
    questionnaire: Questionnaire,
    out: Path,
    *,
    decisions: Path | None = None,
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Compare two folders of typed sheets; write the differences or the settled sheets.

    Args:
        folders: what the two typists saved.
        out: folder for the list of differences, and for the settled sheets once none is open.
        decisions: the list of an earlier call with its last column filled in.

    Raises:
        Refusal: a folder, an answer to another questionnaire, or decisions that do not fit.
    """
    from survey.publish.answer_files import read_answer_folder
    from survey.store.document import refusal_of_os_error

    first, second = (
        read_answer_folder(folder, questionnaire, progress=part_of(progress, start, start + 0.5))
        for folder, start in zip(folders, (0.0, 0.5), strict=True)
    )
    found = compare_entries(first, second, questionnaire)
    settled = _decided(decisions, found, language) if decisions else {}
    still_open = [d for d in found.differences if (d.paper, d.variable) not in settled]
    lines = _told(found, language)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if still_open:
            path = out / sentence("entry.file.differences", language)
            _write_differences(path, found.differences, questionnaire, settled, language=language)
            lines.append(sentence("entry.open", language, count=len(still_open), path=path))
            return lines
        folder = out / sentence("entry.file.sheets", language)
        folder.mkdir(exist_ok=True)
        for sheet in settled_sheets(found, settled):
            text = sheet.model_dump_json(indent=1)
            (folder / f"{sheet.response}.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise refusal_of_os_error(error, out) from error
    lines.append(sentence("entry.settled", language, count=len(found.sheets), path=folder))
    return lines


def _told(found: Comparison, language: str) -> list[str]:
    joiner = "、" if language == SOURCE_LANGUAGE else ", "
    lines = [
        sentence(
            "entry.compared",
            language,
            sheets=len(found.sheets),
            answers=found.compared,
            differences=len(found.differences),
            share=found.disagreement,
        )
    ]
    for code, papers in (
        ("only_first", found.only_first),
        ("only_second", found.only_second),
        ("repeated", found.repeated),
    ):
        if papers:
            names = joiner.join(paper or "—" for paper in papers)
            lines.append(sentence(f"entry.{code}", language, papers=names))
    return lines


def _write_differences(
    path: Path,
    differences: Sequence[Difference],
    questionnaire: Questionnaire,
    settled: Decisions,
    *,
    language: str,
) -> None:
    from survey.questionnaire.variables import variables

    spoken = "zh" if language == SOURCE_LANGUAGE else "en"
    texts = {
        column.code: (column.part or column.text).in_(spoken) for column in variables(questionnaire)
    }
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([sentence(f"entry.column.{name}", language) for name in COLUMNS])
        for one in differences:
            key = (one.paper, one.variable)
            writer.writerow(
                [
                    one.paper,
                    one.variable,
                    texts.get(one.variable, ""),
                    _shown(one.first, language),
                    _shown(one.second, language),
                    _shown(settled[key], language) if key in settled else "",
                ]
            )


def _shown(value: Typed, language: str) -> str:
    if value is None:
        return sentence("entry.word.blank", language)
    if value == DO_NOT_KNOW:
        return sentence("entry.word.do_not_know", language)
    return f"{value:g}" if isinstance(value, float | int) else value


def _decided(path: Path, found: Comparison, language: str) -> dict[tuple[str, str], Typed]:
    """Return the decisions filled in; rows left blank are still open.

    Raises:
        Refusal: rows that name no difference between these two typings, all at once.
    """
    from survey.exchange import read_table

    raw = read_table(path)
    if len(raw.headers) < len(COLUMNS):
        raise refuse("entry_not_the_list", path.name)
    at = {(one.paper, one.variable): one for one in found.differences}
    decisions: dict[tuple[str, str], Typed] = {}
    problems: list[Problem] = []
    for row in range(raw.n_rows):
        cells = [(raw.columns[k].cell(row) or "").strip() for k in (0, 1, len(COLUMNS) - 1)]
        key = (cells[0], cells[1])
        if not cells[2]:
            continue
        if key not in at:
            problems.append(Problem("entry_unknown_row", path.name, row + 2, {"paper": cells[0]}))
            continue
        decisions[key] = _decision(cells[2], at[key], language)
    if problems:
        raise Refusal(*problems)
    return decisions


def _decision(text: str, one: Difference, language: str) -> Typed:
    words = {
        sentence("entry.word.first", language): one.first,
        sentence("entry.word.second", language): one.second,
        sentence("entry.word.blank", language): None,
        sentence("entry.word.do_not_know", language): DO_NOT_KNOW,
    }
    if text in words:
        return words[text]
    typed = [value for value in (one.first, one.second) if value not in (None, DO_NOT_KNOW)]
    if any(isinstance(value, float | int) for value in typed):
        try:
            return float(text)
        except ValueError:
            return text
    return text
