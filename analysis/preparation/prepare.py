"""The preparation stage: from a ResponseSet to a PreparedDataset."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.preparation.dataset import (
    Decision,
    Exclusion,
    PreparationOptions,
    PreparedDataset,
)
from analysis.preparation.fingerprint import fingerprint
from analysis.preparation.quality import QUALITY_RULES, quality_flags
from analysis.preparation.scoring import score_constructs, turn_reversed
from analysis.preparation.screening import data_findings, field_findings, rows_of
from survey.responses import ResponseSet


def _exclusions(
    responses: ResponseSet, flags: pd.DataFrame, options: PreparationOptions
) -> tuple[Exclusion, ...]:
    """Return who is left out, by the chosen rules or by hand, with every such rule that applied.

    A decision on a row holds only where one sheet has that row.
    """
    chosen = [rule for rule in QUALITY_RULES if rule in options.exclude]
    marks = flags[chosen].to_numpy(dtype=bool)
    rows = rows_of(responses)
    decided = _decided(rows, options)
    found = []
    for respondent, row, hits in zip(flags.index, rows, marks, strict=True):
        decision = decided.get(int(row))
        if not hits.any() if decision is None else decision.keep:
            continue
        rules = tuple(rule for rule, is_hit in zip(chosen, hits, strict=True) if is_hit)
        found.append(Exclusion(int(respondent), int(row), rules, decision))
    return tuple(found)


def _decided(rows: pd.Series[int], options: PreparationOptions) -> dict[int, Decision]:
    """Return the decision that holds for each row one sheet has."""
    single = set(rows[~rows.duplicated(keep=False)])
    return {entry.row: entry for entry in options.decisions if entry.row in single}


def prepare(responses: ResponseSet, options: PreparationOptions | None = None) -> PreparedDataset:
    """Return the answers scored, flagged by the quality rules, with exclusions recorded.

    Reverse-keyed items are turned, constructs scored by the rule of ``min_answered_share``,
    respondents flagged by a rule in ``options.exclude`` or decided upon by hand left out and
    listed in ``excluded``.
    The answers themselves are never changed or deleted: ``responses`` stays as imported.

    Args:
        responses: as imported, at least one column per item of the study.
        options: the quality panel's choices; the framework's defaults if None.

    Raises:
        ValueError: ``options.exclude`` names a rule that does not exist.
    """
    options = options or PreparationOptions()
    unknown = set(options.exclude) - set(QUALITY_RULES)
    if unknown:
        raise ValueError(f"no quality rule called {sorted(unknown)}")
    flags = quality_flags(responses, options)
    excluded = _exclusions(responses, flags, options)
    left_out = {exclusion.respondent for exclusion in excluded}
    kept = [respondent for respondent in responses.answers.index if respondent not in left_out]
    items = turn_reversed(responses.answers.loc[kept], responses.study)
    scores, scores100 = score_constructs(
        items,
        responses.missing.loc[kept],
        responses.study,
        min_answered_share=options.min_answered_share,
    )
    return PreparedDataset(
        study=responses.study,
        items=items,
        scores=scores,
        scores100=scores100,
        respondents=responses.respondents.loc[kept],
        flags=flags,
        excluded=excluded,
        responses=responses,
        options=options,
        findings=(
            *field_findings(responses, flags, excluded, options),
            *data_findings(items, scores, responses.study),
        ),
        fingerprint=fingerprint(responses, options),
    )


def prepare_all(prepared: PreparedDataset) -> PreparedDataset:
    """Return the same answers prepared with nobody left out: "with flagged answers"."""
    if not prepared.excluded:
        return prepared
    everybody = replace(prepared.options, exclude=(), decisions=())
    return prepare(prepared.responses, everybody)
