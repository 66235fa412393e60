"""Answers for the commands: from a data file or a saved project, with what the project knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.chain import ChainOptions
from analysis.naming import construct_name as construct_name
from analysis.naming import role_name as role_name
from analysis.preparation import PreparedDataset, prepare
from survey.commands import PROJECT_SUFFIX, answers_of
from survey.progress import Progress, silent

if TYPE_CHECKING:
    from survey.reading import Reading, ReadingOptions
    from survey.responses import ResponseSet
    from survey.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """One survey, read and prepared.

    Args:
        options: those of the command line, with the choices a project keeps: which answers
            are left out, how systems are weighed; its threshold when it is higher.
        label: what the wave is called: as given, else the day of the last answer or the file.
    """

    reading: Reading
    prepared: PreparedDataset
    options: ChainOptions
    label: str

    @property
    def study(self) -> Study:
        """The study the answers follow."""
        return self.prepared.study


def read_wave(
    source: Path,
    reading: ReadingOptions,
    chain: ChainOptions,
    *,
    label: str = "",
    progress: Progress = silent,
) -> Wave:
    """Return the prepared answers of a data file or of a project.

    Raises:
        Refusal: the file cannot be read, or something in it is not certain.
    """
    return wave_of(answers_of(source, reading, progress), source, chain, label=label)


def wave_of(read: Reading, source: Path, chain: ChainOptions, *, label: str = "") -> Wave:
    """Return the wave of answers already read."""
    options = _with_kept(source, chain)
    name = label or last_answer(read.responses) or source.stem
    return Wave(read, prepare(read.responses, options.preparation), options, name)


def _with_kept(source: Path, chain: ChainOptions) -> ChainOptions:
    """Return the options with what the project kept; those given for a data file."""
    if source.suffix.lower() != PROJECT_SUFFIX:
        return chain
    from survey.store import SETTINGS, Project

    with Project.open(source, read_only=True) as project:
        kept = project.get(SETTINGS, ChainOptions)
    if kept is None:
        return chain
    threshold = max(chain.diagnosis.threshold, kept.diagnosis.threshold)
    return replace(
        chain,
        preparation=kept.preparation,
        coupling=replace(
            chain.coupling,
            systems=kept.coupling.systems,
            weights=kept.coupling.weights,
            role_weighting=kept.coupling.role_weighting,
            threshold=threshold,
        ),
        diagnosis=replace(chain.diagnosis, threshold=threshold),
    )


def last_answer(responses: ResponseSet) -> str:
    """Return the ISO date of the last answer, "" when the file does not tell."""
    if "submitted" not in responses.respondents:
        return ""
    last = responses.respondents["submitted"].max()
    return "" if last != last else str(last.date())
