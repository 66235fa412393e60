"""Two waves read so that they can be compared: same study, same rules, same wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.commands.reading import Wave, read_wave, wave_of
from analysis.disclosure import DEFAULT_THRESHOLD
from analysis.preparation import prepare
from survey.commands import PROJECT_SUFFIX
from survey.framework import load_framework
from survey.problems import refuse
from survey.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from analysis.chain import ChainOptions
    from survey.exchange import ImportPlan
    from survey.reading import Reading, ReadingOptions
    from survey.study import Study


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
        is_retest: nothing happened in between; linked people are judged for stability as well.
    """

    earlier: Path
    later: Path
    out: Path
    link: str = ""
    ledger: Path | None = None
    reached: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    label: str = ""
    is_retest: bool = False


def read_waves(
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


def earlier_wave(
    file: Path, later: Wave, reading: ReadingOptions, chain: ChainOptions, progress: Progress
) -> Wave:
    """Return an earlier wave read as ``later`` was, by whose rules answers are left out.

    Raises:
        Refusal: the file cannot be read.
    """
    from survey.commands import answers_of

    plan = later.reading.plan
    is_drafted = plan.study_origin == "draft" and file.suffix.lower() != PROJECT_SUFFIX
    read = (
        _fitted(file, plan, reading, progress)
        if is_drafted
        else answers_of(file, reading, progress)
    )
    before = wave_of(read, file, chain)
    rules = later.prepared.options
    return replace(before, prepared=prepare(before.reading.responses, rules))


def paired(before: Wave, after: Wave, link: str) -> tuple[Wave, Wave, tuple[str, ...]]:
    """Return both waves ready to be compared, and the items not asked alike, which are out."""
    study = reworded(before.reading.plan, after.reading.plan)
    after = replace(after, prepared=replace(after.prepared, study=study))
    if link:
        before, after = _with_link(before, link), _with_link(after, link)
    left_out = not_asked_alike(before, after)
    return before, without_items(after, left_out), left_out


def _later(
    before: Wave, order: CompareOrder, reading: ReadingOptions, progress: Progress
) -> Reading:
    """Return the later answers.

    A questionnaire of one's own without a study file has no codes but those drafted from the
    earlier file, so the later one is read with that plan.
    """
    from survey.commands import answers_of

    plan = before.reading.plan
    is_settled = reading.plan or reading.study or reading.questionnaire
    is_project = order.later.suffix.lower() == PROJECT_SUFFIX
    if is_project or is_settled or plan.study_origin == "framework":
        return answers_of(order.later, reading, progress)
    return _fitted(order.later, plan, reading, progress)


def _fitted(file: Path, plan: ImportPlan, reading: ReadingOptions, progress: Progress) -> Reading:
    """Return the answers of ``file`` read with a plan drafted from another file."""
    from survey.exchange import apply_plan, read_table, refit_plan
    from survey.reading import Reading as Read

    raw = read_table(file, encoding=reading.encoding, sheet=reading.sheet, progress=progress)
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


def without_items(wave: Wave, items: tuple[str, ...]) -> Wave:
    """Return the wave with these items out of its study."""
    if not items:
        return wave
    kept = [item.code for item in wave.study.items if item.code not in items]
    return replace(wave, prepared=replace(wave.prepared, study=wave.study.restricted_to(kept)))
