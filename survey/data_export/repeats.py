"""Rows of repeat groups go out beside the answers, a file per group."""

from __future__ import annotations

import re
from pathlib import Path

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.data_export.files import export_answers
from survey.data_export.variables import Level, Variable, Variables, other_variables
from survey.problems import Problem
from survey.responses import ResponseSet

_NOT_IN_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
LINK = "respondent"


def export_repeats(
    responses: ResponseSet, answers: Path, language: str = SOURCE_LANGUAGE
) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """Write each repeat group in the format of the file ``answers``, beside it.

    Returns:
        The files written and what the format could not hold.
    """
    files: list[Path] = []
    notes: list[Problem] = []
    for sheet in responses.repeats:
        name = _NOT_IN_FILE_NAME.sub("_", sheet)
        path = answers.with_name(f"{answers.stem}_{name}{answers.suffix}")
        notes += export_answers(describe_repeat(responses, sheet, language), path)
        files.append(path)
    return tuple(files), tuple(notes)


def describe_repeat(
    responses: ResponseSet, sheet: str, language: str = SOURCE_LANGUAGE
) -> Variables:
    """Return the variables of one repeat group, the response each row belongs to first."""
    rows = responses.repeats[sheet]
    label = sentence(f"codebook.fact.{LINK}", language)
    link = Variable(LINK, label, Level.NOMINAL, rows[LINK].astype(float))
    return Variables(
        title=sheet,
        variables=(link, *other_variables(rows.drop(columns=LINK))),
        source=responses.source,
        is_simulated=responses.study.is_simulated,
        constructs={},
    )
