"""``main.py compare``: two waves of one survey, and what they say about the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.commands.output import finding_lines, say, table_lines, write_tables
from analysis.commands.reading import Wave, construct_name
from analysis.commands.rectify import load_ledger, simulated_mark, state_table, write_ledger
from analysis.commands.waves import CompareOrder, not_asked_alike, read_waves, without_items
from analysis.diagnosis import Change, ChangeOptions, compare_waves
from analysis.diagnosis.ledger import LedgerItem, Review, review_ledger
from analysis.diagnosis.lights import traffic_light
from analysis.diagnosis.wave_pair import common_items
from analysis.disclosure import effective_threshold
from analysis.findings import Finding
from analysis.measurement.reliability import cronbach_alpha
from analysis.report.content.changing import change_tables
from analysis.report.writing import writable_folder
from resources.texts import SOURCE_LANGUAGE
from survey.framework import load_framework
from survey.problems import refuse
from survey.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from analysis.chain import ChainOptions
    from survey.reading import ReadingOptions
    from survey.study import Study


def compare(
    order: CompareOrder,
    reading: ReadingOptions,
    chain: ChainOptions,
    *,
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Compare two waves; write the table, and the reviewed ledger where one is given.

    Bounds are the theoretical ones, weights those the earlier wave's project keeps (equal for a
    data file). Items worded differently are left out and named.

    Raises:
        Refusal: a file cannot be read, the waves have no item or role in common, too few
            answered, or the ledger cannot be used.
    """
    out = writable_folder(order.out)
    ledger = load_ledger(order.ledger) if order.ledger is not None else ()
    _check_reached(order.reached)
    before, after = read_waves(order, reading, chain, progress)
    left_out = not_asked_alike(before, after)
    after = without_items(after, left_out)
    change = change_between(
        before, after, link=order.link, is_retest=order.is_retest, progress=progress
    )
    mark = simulated_mark(before.study.is_simulated or after.study.is_simulated, language)
    tables = change_tables(change, _namer(before.study, language), language)
    first, second = change.n
    heading = say("compare.waves", language, before=before.label, after=after.label,
                  n1=first, n2=second)  # fmt: skip
    lines = [line for line in (mark, heading) if line]
    for table in tables:
        lines += ["", *table_lines(table)]
    if left_out:
        joiner = "、" if language == SOURCE_LANGUAGE else ", "
        lines.append(say("compare.left_out", language, items=joiner.join(left_out)))
    lines += finding_lines(_named(change, before.study, language), language)
    if change.feedback is not None:
        lines += finding_lines(change.feedback.findings, language)
    title = say("compare.title", language)
    book = out / say("compare.file", language)
    lines.append(write_tables(book, tables, title=title, mark=mark, language=language))
    if ledger:
        path = out / say("ledger.file", language)
        reviewed = _reviewed(ledger, change, after, order)
        lines += ["", *table_lines(state_table(reviewed, language))]
        title = say("ledger.title", language)
        lines += write_ledger(reviewed, path, title=title, mark=mark, language=language)
    return lines


def _check_reached(reached: Mapping[str, bool]) -> None:
    known = {entry["code"] for entry in load_framework().raw["indicators"]}
    for code in reached:
        if code not in known:
            raise refuse("indicator_unknown", code)


# --- results ------------------------------------------------------------------


def change_between(
    before: Wave,
    after: Wave,
    *,
    link: str = "",
    is_retest: bool = False,
    progress: Progress = silent,
) -> Change:
    """Return the change between two waves read alike.

    Raises:
        Refusal: they have nothing in common that may be shown.
    """
    options = before.options
    items, _ = common_items(before.prepared, after.prepared)
    if not items:
        raise refuse("waves_no_items")
    threshold = max(options.diagnosis.threshold, after.options.diagnosis.threshold)
    threshold = effective_threshold(threshold)
    _check_roles(before, after, threshold)
    change = compare_waves(
        before.prepared,
        after.prepared,
        ChangeOptions(
            link=link,
            systems=options.coupling.systems or ("U1", "U2"),
            weights=options.coupling.weights,
            role_weighting=options.coupling.role_weighting,
            bootstrap=options.diagnosis.bootstrap,
            seed=options.diagnosis.seed,
            threshold=threshold,
            is_retest=is_retest,
        ),
        progress,
    )
    if not change.roles:
        raise refuse("waves_exposed", threshold=threshold)
    shown = change.constructs[["before", "after"]].notna().all(axis=1)
    if min(change.n) < threshold or not shown.any():
        raise refuse("waves_too_few", threshold=threshold)
    known = change.coupling[["before", "after"]].notna().all(axis=1)
    return replace(
        change, constructs=change.constructs.loc[shown], coupling=change.coupling.loc[known]
    )


def _check_roles(before: Wave, after: Wave, threshold: int) -> None:
    """Refuse waves whose common roles cannot be shown."""
    from analysis.coupling.strata import role_labels

    labels = [role_labels(wave.prepared.respondents) for wave in (before, after)]
    common = set(labels[0]) & set(labels[1])
    if not common:
        raise refuse("waves_no_role")
    if min(int(found.isin(common).sum()) for found in labels) < threshold:
        raise refuse("waves_too_few", threshold=threshold)


def _namer(study: Study, language: str) -> Callable[[str], str]:
    """Return how constructs and systems are called in the tables: code and name."""
    systems = {system.code: system.name for system in study.systems}

    def name(code: str) -> str:
        if code in systems:
            return f"{code} {systems[code]}" if language == SOURCE_LANGUAGE else code
        return f"{code} {construct_name(code, study, language)}"

    return name


def _named(change: Change, study: Study, language: str) -> tuple[Finding, ...]:
    """Return the findings with constructs called by code and name."""
    codes = {construct.code for construct in study.constructs}
    return tuple(
        replace(
            found,
            subjects=tuple(
                f"{s} {construct_name(s, study, language)}" if s in codes else s
                for s in found.subjects
            ),
        )
        for found in change.findings
    )


# --- ledger -------------------------------------------------------------------


def _reviewed(
    ledger: tuple[LedgerItem, ...], change: Change, after: Wave, order: CompareOrder
) -> tuple[LedgerItem, ...]:
    """Return the ledger reviewed on the later wave and the indicators reached."""
    waves = {evidence.wave for item in ledger for evidence in item.evidence}
    if after.label in waves:
        raise refuse("ledger_same_wave", order.ledger or "", wave=after.label)
    if not any(item.constraint in change.constructs.index for item in ledger):
        raise refuse("ledger_other_constraints", order.ledger or "")
    return review_ledger(
        ledger, Review(after.label, change, reached=order.reached, lights=_lights(change, after))
    )


def _lights(change: Change, after: Wave) -> dict[str, str]:
    """Return each constraint's light in the later wave, by the rule of the diagnosis."""
    prepared = after.prepared
    table: pd.DataFrame = change.constructs[change.constructs["polarity"] == "severity"]
    return {
        str(code): traffic_light(
            float(row["after"]),
            float(row["after"]) - float(row["sdc"]) / 2**0.5,
            float(row["after"]) + float(row["sdc"]) / 2**0.5,
            n=int(prepared.scores100[str(code)].notna().sum()),
            alpha=_alpha(after, str(code)),
            threshold=after.options.diagnosis.threshold,
        )
        for code, row in zip(table.index, table.to_dict("records"), strict=True)
    }


def _alpha(wave: Wave, construct: str) -> float:
    """Return Cronbach's alpha, NaN where one item or too few answers allow none."""
    items = wave.prepared.items[list(wave.prepared.items_of[construct])].dropna()
    return cronbach_alpha(items) if items.shape[1] > 1 and len(items) > 1 else float("nan")
