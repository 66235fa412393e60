"""What stands beside one run, read from the user's files: earlier wave, indicators, ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.commands.compare import change_between
from analysis.commands.panel import PanelOrder, read_panel
from analysis.commands.reading import Wave, last_answer
from analysis.commands.rectify import load_ledger
from analysis.commands.waves import earlier_wave, paired
from analysis.diagnosis.ledger import (
    LedgerItem,
    Review,
    draft_ledger,
    review_ledger,
    with_new_problems,
)
from analysis.findings import Severity, finding
from analysis.supplements import Supplements
from analysis.supplements.indicators import (
    IndicatorEvidence,
    PanelData,
    chosen_row,
    indicator_evidence,
)
from analysis.supplements.voices import VoiceOptions, open_answers
from survey.problems import refuse
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from analysis.chain import ChainResult
    from analysis.diagnosis.change import Change
    from survey.reading import Reading, ReadingOptions


@dataclass(frozen=True, slots=True)
class SupplementOrder:
    """What the user gives beside the answers; nothing is needed.

    Args:
        earlier: data file or project of an earlier wave; ``link``: column with a self-made code
            that finds a person in both; ``is_retest``: nothing happened in between.
        indicators_data: objective indicators, a row per unit and year; ``indicators``: table of
            indicators with bounds and weights, None for the framework's; ``unit``: whose row is
            taken where several units stand there.
        ledger: the rectification ledger of the earlier wave (.json or .xlsx).
        wave: what this wave is called; empty: the day of the last answer.
        names: file of names to be masked in open answers, one a line.
        with_quotes: print some masked open answers.
    """

    earlier: Path | None = None
    link: str = ""
    is_retest: bool = False
    indicators_data: Path | None = None
    indicators: Path | None = None
    unit: str = ""
    ledger: Path | None = None
    wave: str = ""
    names: Path | None = None
    with_quotes: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SupplementFiles:
    """The files of an order, read before the long work begins."""

    order: SupplementOrder
    panel: PanelData | None
    ledger: tuple[LedgerItem, ...]
    names: tuple[str, ...]
    label: str


def read_supplements(
    order: SupplementOrder, reading: Reading, source: Path, *, university: str = ""
) -> SupplementFiles:
    """Return what the order's small files hold.

    Args:
        reading: this wave's answers, from ``source``.
        university: name on the cover, which may be a unit of the panel.

    Raises:
        Refusal: a file cannot be used, or the ledger is given without an earlier wave.
    """
    if order.ledger is not None and order.earlier is None:
        raise refuse("ledger_needs_earlier", order.ledger)
    last = last_answer(reading.responses)
    ledger = load_ledger(order.ledger) if order.ledger is not None else ()
    label = order.wave or last or source.stem
    if any(evidence.wave == label for item in ledger for evidence in item.evidence):
        raise refuse("ledger_same_wave", order.ledger or "", wave=label)
    return SupplementFiles(
        order=order,
        panel=_panel(order, university, last),
        ledger=ledger,
        names=_names(order.names),
        label=label,
    )


def _panel(order: SupplementOrder, university: str, last: str) -> PanelData | None:
    if order.indicators_data is None:
        return None
    from survey.exchange import read_table

    raw = read_table(order.indicators_data)
    table, indicators, weights = read_panel(raw, PanelOrder(indicators=order.indicators))
    table = table.sort_index()
    unit, year = chosen_row(table, unit=order.unit, university=university, year=last)
    panel = PanelData(table, indicators, weights, unit, year)
    indicator_evidence(panel, survey_u={}, scores={})  # what cannot be used is refused at once
    return panel


def _names(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise refuse("file_missing", path) from error
    except (OSError, ValueError) as error:
        raise refuse("names_unreadable", path) from error
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def supplements_of(
    files: SupplementFiles,
    chain: ChainResult,
    reading: Reading,
    options: ReadingOptions,
    *,
    progress: Progress = silent,
) -> Supplements:
    """Return everything that stands beside the results of ``chain``.

    Raises:
        Refusal: the earlier wave cannot be read, or has nothing in common that may be shown.
    """
    order = files.order
    indicators = _indicators(files, chain)
    change, waves = None, ("", "")
    if order.earlier is not None:
        after = Wave(reading, chain.prepared, chain.options, files.label)
        before = earlier_wave(
            order.earlier, after, options, chain.options, part_of(progress, 0.0, 0.2)
        )
        before, after, left_out = paired(before, after, order.link)
        change = change_between(
            before,
            after,
            link=order.link,
            is_retest=order.is_retest,
            progress=part_of(progress, 0.2, 0.9),
        )
        if left_out:
            found = finding("change_not_asked_alike", Severity.CAUTION, *left_out)
            change = replace(change, findings=(found, *change.findings))
        waves = (before.label, files.label)
    voices = VoiceOptions(
        threshold=chain.options.diagnosis.threshold,
        names=files.names,
        with_quotes=order.with_quotes,
    )
    return Supplements(
        change=change,
        waves=waves,
        indicators=indicators,
        ledger=_ledger(files, chain, change, indicators),
        voices=open_answers(chain.prepared, voices),
    )


def _indicators(files: SupplementFiles, chain: ChainResult) -> IndicatorEvidence | None:
    if files.panel is None:
        return None
    survey_u: dict[str, float] = {}
    if chain.coupling is not None and "U" in chain.coupling.systems:
        survey_u = {str(k): float(v) for k, v in chain.coupling.systems["U"].dropna().items()}
    scores: dict[str, float] = {}
    if chain.diagnosis is not None:
        scores = {str(k): float(v) for k, v in chain.diagnosis.levels["score"].items()}
    return indicator_evidence(files.panel, survey_u=survey_u, scores=scores)


def _ledger(
    files: SupplementFiles,
    chain: ChainResult,
    change: Change | None,
    indicators: IndicatorEvidence | None,
) -> tuple[LedgerItem, ...]:
    """Return the ledger reviewed on this wave, new problems behind the old ones."""
    if not files.ledger or change is None or chain.diagnosis is None:
        return ()
    if not any(item.constraint in change.constructs.index for item in files.ledger):
        raise refuse("ledger_other_constraints", files.order.ledger or "")
    lights = {str(k): str(v) for k, v in chain.diagnosis.constraints["light"].items()}
    reached = indicators.reached if indicators is not None else {}
    review = Review(files.label, change, reached=reached, lights=lights)
    reviewed = review_ledger(files.ledger, review)
    return with_new_problems(reviewed, draft_ledger(chain.diagnosis, files.label))
