"""Answers that came back from the HTML page: a folder of files becomes one raw table.

Each file is one respondent. Files of another questionnaire or another version, damaged and
duplicate ones are told, never mixed in. The table has one column per variable and the
words 问卷星 uses for what has no answer, so that the import treats it like any other.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from survey.problems import Problem, Refusal, refuse
from survey.progress import Progress, silent
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.roles import filled
from survey.questionnaire.variables import variables
from survey.responses import SourceFile

if TYPE_CHECKING:
    from survey.exchange.raw_table import RawTable

_LARGEST = 5_000_000
KIND = "rongzhen_answers"
NOT_SHOWN, EMPTY = "(跳过)", "(空)"
"""As 问卷星 writes them; data, not sentences."""
FACTS = ("序号", "提交答卷时间", "所用时间", "role", "language", "version")
"""Columns before the variables, called as 问卷星 calls them where it has them."""
_Short = Annotated[str, Field(max_length=200)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    code: _Short
    version: int
    fingerprint: _Short


class AnswerFile(BaseModel):
    """One respondent's file, as the page writes it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Literal["rongzhen-answers"]
    format_version: Literal[1]
    questionnaire: _Form
    response: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]
    paper: Annotated[str, Field(max_length=40)] = ""
    """Number on the paper form it was typed in from, "" when filled in on screen."""
    language: _Short = "zh"
    role: _Short = ""
    started: datetime
    finished: datetime
    seconds: Annotated[float, Field(ge=0)]
    answers: dict[str, float | str]
    missing: dict[str, Literal["not_shown", "empty", "do_not_know"]]


_READER = TypeAdapter(AnswerFile)


@dataclass(frozen=True, slots=True, eq=False)
class AnswerFolder:
    """What a folder of answer files holds.

    Args:
        answers: one per respondent, in the order of their finishing.
        table: the same as a raw table, one row each.
        files: names of the files taken, in the rows' order.
        duplicates: names of files left out because the same response came in another.
        problems: files that were left out, and why.
    """

    answers: tuple[AnswerFile, ...]
    table: "RawTable"
    files: tuple[str, ...]
    duplicates: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_answer_files(
    paths: Iterable[Path], questionnaire: Questionnaire, *, progress: Progress = silent
) -> AnswerFolder:
    """Return the answers in ``paths`` to any released or the present version.

    Raises:
        Refusal: none of the files holds an answer to this questionnaire.
    """
    paths = sorted(paths)
    known = {
        questionnaire.fingerprint: questionnaire.version,
        **{release.fingerprint: release.version for release in questionnaire.releases},
    }
    taken: dict[str, tuple[Path, AnswerFile]] = {}
    duplicates: list[str] = []
    problems: list[Problem] = []
    for number, path in enumerate(paths, 1):
        progress(number / len(paths), "read")
        found = _read(path)
        if isinstance(found, Problem):
            problems.append(found)
        elif found.questionnaire.fingerprint not in known:
            problems.append(_other_form(path, found, questionnaire))
        elif found.response in taken:
            duplicates.append(_keep_later(taken, path, found))
        else:
            taken[found.response] = (path, found)
    if not taken:
        if problems:
            raise Refusal(*problems)
        raise refuse("answers_none")
    ordered = sorted(taken.values(), key=lambda pair: (pair[1].finished, pair[1].response))
    return AnswerFolder(
        answers=tuple(answer for _, answer in ordered),
        table=answer_table(questionnaire, [answer for _, answer in ordered]),
        files=tuple(path.name for path, _ in ordered),
        duplicates=tuple(duplicates),
        problems=tuple(problems),
    )


def read_answer_folder(
    folder: Path, questionnaire: Questionnaire, *, progress: Progress = silent
) -> AnswerFolder:
    """Return the answers in all ``.json`` and ``.txt`` files of ``folder``.

    Text files are answers that were pasted into a message.

    Raises:
        Refusal: no such folder, or no answer to this questionnaire in it.
    """
    if not folder.is_dir():
        raise refuse("folder_missing", folder)
    paths = [path for path in folder.iterdir() if path.suffix.lower() in (".json", ".txt")]
    return read_answer_files(paths, questionnaire, progress=progress)


def _read(path: Path) -> AnswerFile | Problem:
    if path.stat().st_size > _LARGEST:
        return Problem("answers_damaged", path.name, None, {"reason": "size"})
    try:
        return _READER.validate_python(json.loads(path.read_bytes()))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        return Problem("answers_damaged", path.name, None, {"reason": f"{place}: {first['msg']}"})
    except (ValueError, RecursionError) as error:
        return Problem("answers_damaged", path.name, None, {"reason": str(error)[:80]})


def _other_form(path: Path, found: AnswerFile, questionnaire: Questionnaire) -> Problem:
    form = found.questionnaire
    code = "answers_other_version" if form.code == questionnaire.code else "answers_other_form"
    return Problem(code, path.name, None, {"code": form.code, "version": form.version})


def _keep_later(taken: dict[str, tuple[Path, AnswerFile]], path: Path, found: AnswerFile) -> str:
    """Keep the later of two files of one response; return the name of the one left out.

    A respondent who went back and saved again meant the second.
    """
    other, earlier = taken[found.response]
    if found.finished <= earlier.finished:
        return path.name
    taken[found.response] = (path, found)
    return other.name


def answer_table(questionnaire: Questionnaire, answers: Sequence[AnswerFile]) -> "RawTable":
    """Return ``answers`` as a raw table, one row each."""
    import numpy as np

    from survey.exchange.raw_table import RawTable, column_of

    unknown = _dont_know_words(questionnaire)
    codes = [column.code for column in variables(questionnaire)]
    labels = _choice_labels(questionnaire)
    headers = (*FACTS, *_headers(questionnaire, codes))
    rows = [
        [*_facts(one), *(_cell(one, code, unknown, labels.get(code, {})) for code in codes)]
        for one in answers
    ]
    content = json.dumps(rows, ensure_ascii=False).encode()
    return RawTable(
        headers=headers,
        columns=tuple(column_of(cells) for cells in zip(*rows, strict=True)),
        header_rows=(headers,),
        row_numbers=np.arange(1, len(rows) + 1, dtype=np.int32),
        source=SourceFile(
            name=f"{questionnaire.code}_v{questionnaire.version}",
            sha256=hashlib.sha256(content).hexdigest(),
            kind=KIND,
            encoding="utf-8",
            rows=len(rows),
            columns=len(headers),
        ),
    )


def _headers(questionnaire: Questionnaire, codes: list[str]) -> list[str]:
    """Return the columns' names: codes, but single choices by their wording.

    Single choices are facts on the respondent, and a study names those by their wording.
    """
    wordings = {
        question.code: filled(question.text.in_("zh"), questionnaire.tokens, "zh")
        for question in questionnaire.questions
        if question.kind == "single"
    }
    taken = Counter(wordings.values())
    return [
        wordings[code] if code in wordings and taken[wordings[code]] == 1 else code
        for code in codes
    ]


def _choice_labels(questionnaire: Questionnaire) -> dict[str, dict[float, str]]:
    """Return the labels of the options of single choices, by variable."""
    return {
        question.code: {option.code: option.label.in_("zh") for option in question.options}
        for question in questionnaire.questions
        if question.kind == "single"
    }


def _dont_know_words(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Return what 不了解 is called, by variable."""
    words: dict[str, str] = {}
    scales = {scale.code: scale for scale in questionnaire.scales}
    for question in questionnaire.questions:
        match question.kind:
            case "matrix":
                label = scales[question.scale].dont_know.in_("zh")
                words |= {item.code: label for item in question.items}
            case "rating":
                words[question.code] = scales[question.scale].dont_know.in_("zh")
            case "single":
                for option in question.options:
                    if option.is_dont_know:
                        words[question.code] = option.label.in_("zh")
            case _:
                pass
    return words


def _facts(answer: AnswerFile) -> list[str | None]:
    return [
        answer.paper or answer.response,
        answer.finished.strftime("%Y-%m-%d %H:%M:%S"),
        f"{answer.seconds:.0f}秒",
        answer.role or None,
        answer.language,
        str(answer.questionnaire.version),
    ]


def _cell(
    answer: AnswerFile, code: str, unknown: Mapping[str, str], labels: Mapping[float, str]
) -> str | None:
    value: Any = answer.answers.get(code)
    if value in labels:
        return labels[value]
    if isinstance(value, float):
        return f"{value:.10g}"
    if value is not None:
        return str(value)
    match answer.missing.get(code, "not_shown"):
        case "do_not_know":
            return unknown.get(code) or EMPTY
        case "empty":
            return EMPTY
        case _:
            return NOT_SHOWN
