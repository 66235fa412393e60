"""``main.py compare``: two waves of one survey, and what they say about the ledger."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from analysis.commands.output import finding_lines, say, table_lines, write_tables
from analysis.commands.reading import Wave, construct_name, read_wave, wave_of
from analysis.commands.rectify import load_ledger, simulated_mark, state_table, write_ledger
from analysis.diagnosis import Change, ChangeOptions, compare_waves
from analysis.diagnosis.change import common_items
from analysis.diagnosis.ledger import LedgerItem, Review, review_ledger
from analysis.diagnosis.lights import traffic_light
from analysis.disclosure import DEFAULT_THRESHOLD, effective_threshold
from analysis.findings import Finding
from analysis.measurement.reliability import cronbach_alpha
from analysis.preparation import prepare
from analysis.report.document import Cell, Column, Interval, Table
from analysis.report.numbers import NumberKind
from analysis.workflow import writable_folder
from resources.texts import SOURCE_LANGUAGE, sentence
from survey.commands import PROJECT_SUFFIX
from survey.framework import load_framework
from survey.problems import refuse
from survey.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from analysis.chain import ChainOptions
    from survey.exchange import ImportPlan
    from survey.reading import Reading, ReadingOptions
    from survey.study import Study

K = NumberKind


@dataclass(frozen=True, slots=True)
class CompareOrder:
    """Two waves and what else is known.

    Args:
        earlier, later: data files or projects.
        out: folder for the table and the reviewed ledger.
        link: column with a self-made code that finds a person in both waves, or "".
        ledger: the ledger drafted after the earlier wave; None for none.
        reached: indicator code → whether its target is reached.
        label: what the later wave is called in the ledger.
    """

    earlier: Path
    later: Path
    out: Path
    link: str = ""
    ledger: Path | None = None
    reached: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    label: str = ""


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
    before, after = _waves(order, reading, chain, progress)
    left_out = not_asked_alike(before, after)
    after = _without(after, left_out)
    change = _change(before, after, order.link)
    mark = simulated_mark(before.study.is_simulated or after.study.is_simulated, language)
    tables = [construct_table(change, before.study, language)]
    if not change.coupling.empty:
        tables.append(coupling_table(change, before.study, language))
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


# --- reading ------------------------------------------------------------------


def _waves(
    order: CompareOrder, reading: ReadingOptions, chain: ChainOptions, progress: Progress
) -> tuple[Wave, Wave]:
    """Return both waves, the later one tied to the earlier one's study and wording."""
    before = read_wave(order.earlier, reading, chain, progress=progress)
    later = _later(before, order, reading, progress)
    responses = replace(later.responses, study=reworded(before.reading.plan, later.plan))
    after = wave_of(replace(later, responses=responses), order.later, chain, label=order.label)
    rules = before.options.preparation  # the same answers are left out in both waves
    if after.options.preparation != rules:
        after = replace(after, prepared=prepare(responses, rules))
    if not order.link:
        return before, after
    return _with_link(before, order.link), _with_link(after, order.link)


def _later(
    before: Wave, order: CompareOrder, reading: ReadingOptions, progress: Progress
) -> Reading:
    """Return the later answers.

    A questionnaire of one's own without a study file has no codes but those drafted from the
    earlier file, so the later one is read with that plan.
    """
    from survey.commands import answers_of
    from survey.exchange import apply_plan, read_table, refit_plan
    from survey.reading import Reading as Read

    plan = before.reading.plan
    is_settled = reading.plan or reading.study or reading.questionnaire
    is_project = order.later.suffix.lower() == PROJECT_SUFFIX
    if is_project or is_settled or plan.study_origin == "framework":
        return answers_of(order.later, reading, progress)
    raw = read_table(order.later, encoding=reading.encoding, sheet=reading.sheet, progress=progress)
    fitted = refit_plan(plan, raw)
    responses, report = apply_plan(raw, fitted)
    return Read(raw, fitted, responses, report)


def reworded(earlier: ImportPlan, later: ImportPlan) -> Study:
    """Return the later study with the wording of its file where it differs from the earlier's.

    Columns are tied to the framework's items by likeness, so that a changed wording still
    finds its item; for a comparison over time it is another question.
    """
    old, new = _wordings(earlier), _wordings(later)
    changed = {
        code: min(new[code])
        for code in old.keys() & new.keys()
        if old[code] and new[code] and not old[code] & new[code]
    }
    items = tuple(
        replace(item, text=changed[item.code]) if item.code in changed else item
        for item in later.study.items
    )
    return replace(later.study, items=items)


def _wordings(plan: ImportPlan) -> dict[str, set[str]]:
    """Return each item's wordings, bare of marks and of how a role calls the university.

    A column headed by the code alone tells no wording.
    """
    from survey.exchange import ColumnKind
    from survey.exchange.wording import bare

    referents = [bare(role.referent) for role in load_framework().roles.values()]
    found: dict[str, set[str]] = {}
    for column in plan.of_kind(ColumnKind.ITEM):
        text = bare(column.wording).removeprefix(bare(column.code))
        for referent in sorted(filter(None, referents), key=len, reverse=True):
            text = text.replace(referent, "")
        found.setdefault(column.code, set())
        if text:
            found[column.code].add(text)
    return found


def _with_link(wave: Wave, column: str) -> Wave:
    """Return the wave with the linking code among the respondents' facts."""
    prepared = wave.prepared
    if column in prepared.respondents.columns:
        return wave
    other = prepared.responses.other
    if column not in other.columns:
        known = "、".join([*map(str, prepared.respondents.columns), *map(str, other.columns)][:12])
        raise refuse("link_missing", wave.reading.raw.source.name, column=column, columns=known)
    facts = prepared.respondents.assign(**{column: other.loc[prepared.respondents.index, column]})
    return replace(wave, prepared=replace(prepared, respondents=facts))


def not_asked_alike(before: Wave, after: Wave) -> tuple[str, ...]:
    """Return items that one wave lacks, or that a role answered in one wave only.

    A column whose wording no longer finds its item looks like that; with it the means would
    come from other people, not from a change.
    """
    answered = [_answered(before), _answered(after)]
    roles = answered[0].index.intersection(answered[1].index)
    codes = [str(code) for code in answered[0].columns if answered[0].loc[roles, code].any()]
    return tuple(
        code
        for code in codes
        if code not in answered[1].columns
        or (answered[0].loc[roles, code] != answered[1].loc[roles, code]).any()
    )


def _answered(wave: Wave) -> pd.DataFrame:
    """Return role x item: whether anybody of the role answered.

    Roles under the threshold are left out: that a few people skipped an item says nothing.
    """
    from analysis.coupling.strata import role_labels

    roles = role_labels(wave.prepared.respondents)
    found = wave.prepared.items.notna().groupby(roles.to_numpy()).any()
    sizes = roles.value_counts()
    return found.loc[[r for r in found.index if sizes[r] >= DEFAULT_THRESHOLD]]


def _without(wave: Wave, items: tuple[str, ...]) -> Wave:
    """Return the wave with these items out of its study."""
    if not items:
        return wave
    kept = [item.code for item in wave.study.items if item.code not in items]
    return replace(wave, prepared=replace(wave.prepared, study=wave.study.restricted_to(kept)))


# --- results ------------------------------------------------------------------


def _change(before: Wave, after: Wave, link: str) -> Change:
    """Return the change; refuse waves that have nothing in common that may be shown."""
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
        ),
    )
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


def construct_table(change: Change, study: Study, language: str) -> Table:
    """Return the change of every construct, its smallest detectable change, the verdict."""
    return Table(
        "change",
        say("compare.constructs", language),
        (
            Column(say("column.code", language)),
            Column(say("column.name", language)),
            Column(say("compare.items", language), K.COUNT),
            Column(say("column.before", language), K.SCORE),
            Column(say("column.after", language), K.SCORE),
            Column(say("column.difference", language), K.CHANGE),
            Column(say("column.interval", language), K.CHANGE),
            Column(say("compare.sdc", language), K.SCORE),
            Column(say("column.verdict", language)),
        ),
        tuple(
            (
                str(code),
                construct_name(str(code), study, language),
                int(row["items"]),
                *_cells(row),
                float(row["sdc"]),
                sentence(f"diagnosis.change.{row['verdict']}", language),
            )
            for code, row in zip(
                change.constructs.index, change.constructs.to_dict("records"), strict=True
            )
        ),
        (say("compare.constructs_note", language),),
    )


def _cells(row: Mapping[Hashable, Any]) -> tuple[Cell, ...]:
    interval = Interval(float(row["low"]), float(row["high"]))
    return float(row["before"]), float(row["after"]), float(row["difference"]), interval


def coupling_table(change: Change, study: Study, language: str) -> Table:
    """Return the change of the systems' U and of D by each formula."""
    names = {system.code: system.name for system in study.systems}
    return Table(
        "coupling",
        say("compare.coupling", language),
        (
            Column(say("column.name", language)),
            Column(say("column.before", language), K.DECIMAL),
            Column(say("column.after", language), K.DECIMAL),
            Column(say("column.difference", language), K.DIFFERENCE),
            Column(say("column.interval", language), K.DIFFERENCE),
            Column(say("column.verdict", language)),
        ),
        tuple(
            (
                _degree_name(str(code), names, language),
                *_cells(row),
                sentence(f"diagnosis.change.{row['verdict']}", language),
            )
            for code, row in zip(
                change.coupling.index, change.coupling.to_dict("records"), strict=True
            )
        ),
        (say("compare.coupling_note", language),),
    )


def _degree_name(code: str, names: Mapping[str, str], language: str) -> str:
    if code.startswith("D_"):
        return f"D {sentence('coupling.formula.' + code.removeprefix('D_'), language)}"
    return f"U {names.get(code, code)}" if language == SOURCE_LANGUAGE else code


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
