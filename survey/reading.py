"""Files of answers read in one go, for the command line: what is uncertain is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from survey.exchange import (
    append_batch,
    apply_plan,
    plan_from_json,
    propose_plan,
    read_table,
    refit_plan,
)
from survey.problems import Problem, refuse
from survey.progress import Progress, part_of, silent
from survey.study_file import read_study

if TYPE_CHECKING:
    from survey.exchange import ImportPlan, ImportReport, RawTable
    from survey.exchange.batches import BatchReport
    from survey.responses import ResponseSet
    from survey.study import Study

LISTED_ROWS = 10


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What the user says about his file, where the program cannot know it.

    Args:
        encoding: of a text file; None to recognise it.
        sheet: name of the sheet; None for the first with data.
        study: the user's study file; None for the framework's or a draft.
        plan: an import plan saved before, to be used again; None to propose one.
        questionnaire: the questionnaire that was answered, for a folder of answer files of
            the offline page, or to tie the columns of a table by it.
        role_column: heading of the column that tells the role; ``-`` for none.
        scales: orders of labels, each ``heading=label<label<...``.
        is_simulated: the data are simulated and to be marked so.
    """

    encoding: str | None = None
    sheet: str | None = None
    study: Path | None = None
    plan: Path | None = None
    questionnaire: Path | None = None
    role_column: str | None = None
    scales: tuple[str, ...] = ()
    is_simulated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A file read and understood; of several files, all answers with the first file's plan.

    Args:
        repeated: rows of later files left out because they had come before.
        later: tables of the later files, in their order.
    """

    raw: RawTable
    plan: ImportPlan
    responses: ResponseSet
    report: ImportReport
    repeated: int = 0
    later: tuple[RawTable, ...] = ()


def understand(
    file: Path, options: ReadingOptions, progress: Progress = silent
) -> tuple[RawTable, ImportPlan]:
    """Return the table of ``file`` and what its columns are.

    Raises:
        Refusal: the file, the study or the plan cannot be read.
    """
    raw = _table(file, options, progress)
    if options.plan is not None:
        plan = refit_plan(read_plan(options.plan), raw)
    else:
        plan = propose_plan(
            raw, _study(options), role_column_header=options.role_column, scales=options.scales
        )
    if options.is_simulated:
        plan = plan.with_study(replace(plan.study, is_simulated=True))
    return raw, plan


def _table(file: Path, options: ReadingOptions, progress: Progress) -> RawTable:
    """Return the table of a file, or of a folder of answer files of the offline page."""
    if not file.is_dir():
        return read_table(file, encoding=options.encoding, sheet=options.sheet, progress=progress)
    from survey.publish.answer_files import read_answer_folder
    from survey.questionnaire.files import read_questionnaire

    if options.questionnaire is None:
        raise refuse("answers_need_questionnaire", file)
    questionnaire = read_questionnaire(options.questionnaire)
    return read_answer_folder(file, questionnaire, progress=progress).table


def _study(options: ReadingOptions) -> Study | None:
    """Return the study the user named; None for the framework's or a draft."""
    if options.study is not None:
        return read_study(options.study)
    if options.questionnaire is None:
        return None
    from survey.questionnaire.files import read_questionnaire
    from survey.questionnaire.study import study_of

    return study_of(read_questionnaire(options.questionnaire))


def read_plan(path: Path) -> ImportPlan:
    """Return the import plan saved in ``path``.

    Raises:
        Refusal: no such file, or it is no plan.
    """
    try:
        return plan_from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise refuse("file_missing", path) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refuse("plan_unreadable", path) from error


def read_answers(
    files: Sequence[Path],
    options: ReadingOptions,
    progress: Progress = silent,
    *,
    needs_items: bool = True,
) -> Reading:
    """Return the answers of ``files``: one file, or several batches of one survey.

    Args:
        needs_items: refuse answers without a single scale item: they cannot be analysed.

    Raises:
        Refusal: a file cannot be read, batches do not belong together, or something is not
            certain; the message names the option that settles it.
    """
    first, *later = files
    raw, plan = understand(first, options, part_of(progress, 0.0, 1 / len(files)))
    tables = [
        _table(file, options, part_of(progress, number / len(files), (number + 1) / len(files)))
        for number, file in enumerate(later, start=1)
    ]
    return joined_batches(raw, plan, tables, needs_items=needs_items)


def joined_batches(
    raw: RawTable, plan: ImportPlan, later: Sequence[RawTable], *, needs_items: bool = True
) -> Reading:
    """Return the answers of a first table and of the batches that came after it.

    Args:
        plan: of the first table; the later ones are read by it, column by column.

    Raises:
        Refusal: batches do not belong together, or something is not certain.
    """
    responses, report = apply_plan(raw, plan, needs_items=needs_items)
    repeated = 0
    for number, table in enumerate(later, start=2):
        batch, more = apply_plan(table, refit_plan(plan, table), needs_items=needs_items)
        responses, joined = append_batch(responses, batch, batch=str(number))
        repeated += len(joined.repeated)
        report = report.with_batch(responses, [*more.problems, *_alike(joined, table)])
    return Reading(raw, plan, responses, report, repeated, tuple(later))


def _alike(joined: BatchReport, table: RawTable) -> list[Problem]:
    """Return a note on answers that an earlier response gave too, at another time."""
    if not joined.alike:
        return []
    listed = "、".join(str(row) for row in joined.alike[:LISTED_ROWS])
    return [
        Problem(
            "batch_alike", table.source.name, values={"count": len(joined.alike), "rows": listed}
        )
    ]
