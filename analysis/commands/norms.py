"""``main.py norm``: aggregates that may leave the house, and the comparison with others'."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.commands.output import check_format, finding_lines, say, table_lines, write_tables
from analysis.commands.reading import construct_name, read_wave, role_name
from analysis.commands.rectify import simulated_mark
from analysis.diagnosis.norms import (
    Norm,
    NormComparison,
    compare_with_norms,
    make_norm,
    norm_json,
    read_norm,
)
from analysis.report.document import Column, Table
from analysis.report.numbers import NumberKind
from analysis.report.writing import write_whole
from resources.texts import SOURCE_LANGUAGE, sentence
from survey.problems import refuse
from survey.progress import Progress, silent

if TYPE_CHECKING:
    from analysis.chain import ChainOptions
    from survey.reading import ReadingOptions

K = NumberKind
NORM_SUFFIX = ".json"


def make_norm_file(
    source: Path,
    out: Path,
    reading: ReadingOptions,
    chain: ChainOptions,
    *,
    label: str,
    wave: str = "",
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Write the norm file of a data file or project; return all that is in it.

    Args:
        label: what the university calls itself; a pseudonym will do.

    Raises:
        Refusal: ``out`` is no .json, the answers cannot be read, or no group is large enough.
    """
    if out.suffix.lower() != NORM_SUFFIX:
        raise refuse("norm_out", out.name)
    if not label.strip():
        raise refuse("norm_label", "--label")
    survey = read_wave(source, reading, chain, label=wave, progress=progress)
    mark = simulated_mark(survey.study.is_simulated, language)
    marked = f"{label.strip()} ({mark})" if mark else label.strip()
    threshold = survey.options.diagnosis.threshold
    norm = make_norm(survey.prepared, label=marked, wave=survey.label, threshold=threshold)
    if not norm.entries:
        raise refuse("norm_nothing", source.name, threshold=threshold)
    write_whole(out, norm_json(norm).encode("utf-8"))
    table = Table(
        "norm",
        say("norm.made", language, label=norm.label, wave=norm.wave),
        (
            Column(say("column.construct", language)),
            Column(say("column.role", language)),
            Column(say("column.n", language), K.COUNT),
            Column(say("norm.mean", language), K.SCORE),
            Column(say("norm.sd", language), K.SCORE),
        ),
        tuple(
            (
                construct_name(entry.construct, survey.study, language),
                _role(entry.role, language),
                entry.n,
                entry.mean,
                entry.sd,
            )
            for entry in norm.entries
        ),
        (say("norm.made_note", language, threshold=threshold),),
    )
    return [*table_lines(table), sentence("cli.written", language, path=out)]


def _role(code: str, language: str) -> str:
    return role_name(code, None, language) if code else say("norm.all", language)


def compare_norms(
    own: Path, others: Sequence[Path], out: Path | None = None, *, language: str = SOURCE_LANGUAGE
) -> list[str]:
    """Return the own norm file beside those of other universities.

    Args:
        out: a .csv or .xlsx for the table; None for none.

    Raises:
        Refusal: a file is no norm, or one is given twice.
    """
    if out is not None:
        check_format(out)
    mine, theirs = load_norm(own), tuple(load_norm(path) for path in others)
    _refuse_repeated((own, *others), (mine, *theirs))
    found = compare_with_norms(mine, theirs)
    notes = finding_lines(found.findings, language)
    if found.table.empty:
        return [say("norm.nothing", language), *notes]
    table = _comparison_table(found, language)
    lines = [*table_lines(table), *notes]
    if out is not None:
        title = say("norm.title", language)
        lines.append(write_tables(out, [table], title=title, language=language))
    return lines


def load_norm(path: Path) -> Norm:
    """Return the norm in a file.

    Raises:
        Refusal: no such file, or no norm that may be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise refuse("file_missing", path) from error
    except (OSError, ValueError) as error:
        raise refuse("norm_unreadable", path) from error
    norm = read_norm(text, path.name)
    texts = [t for entry in norm.entries for t in (entry.construct, entry.role, entry.items)]
    if not all(isinstance(t, str) for t in texts):
        raise refuse("norm_unreadable", path.name)
    return norm


def _refuse_repeated(paths: Sequence[Path], norms: Sequence[Norm]) -> None:
    """Refuse files of the same numbers: a university counted twice is no further one."""
    seen: dict[object, Path] = {}
    for path, norm in zip(paths, norms, strict=True):
        if norm.entries in seen:
            raise refuse("norm_repeated", path.name, other=seen[norm.entries].name)
        seen[norm.entries] = path


def _comparison_table(found: NormComparison, language: str) -> Table:
    return Table(
        "norms",
        say("norm.title", language),
        (
            Column(say("column.construct", language)),
            Column(say("column.role", language)),
            Column(say("norm.own", language), K.SCORE),
            Column(say("column.n", language), K.COUNT),
            Column(say("norm.universities", language), K.COUNT),
            Column(say("norm.norm_mean", language), K.SCORE),
            Column(say("norm.norm_sd", language), K.SCORE),
            Column(say("norm.difference", language), K.CHANGE),
            Column(say("norm.share_below", language), K.SHARE),
        ),
        tuple(
            (
                construct_name(str(construct), None, language),
                _role(str(role), language),
                float(row["own"]),
                int(row["n"]),
                int(row["universities"]),
                float(row["norm_mean"]),
                float(row["norm_sd"]),
                float(row["difference"]),
                float(row["share_below"]),
            )
            for (construct, role), row in zip(
                found.table.index, found.table.to_dict("records"), strict=True
            )
        ),
    )
