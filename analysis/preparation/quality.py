"""Quality rules: which answer sheets look careless, one flag per rule.

Each rule is a pure function from the answers to one bool per respondent. Only what was shown
to a respondent counts. Source of the rules and their limits: Meade & Craig (2012), DOI
10.1037/a0028085, and ``response_quality`` of the framework; docs/methods/preparation.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.preparation.arrays import BoolArray, FloatArray, IntArray
from analysis.preparation.dataset import PreparationOptions
from analysis.preparation.likeness import near_duplicates, same_forms
from analysis.preparation.outliers import mahalanobis
from analysis.preparation.scoring import score_constructs, turn_reversed
from survey.responses import Missing, ResponseSet

MIN_ITEMS_FOR_PATTERN = 10
"""With fewer answers, the same answer throughout is no sign of carelessness."""

MIN_ITEMS_FOR_DUPLICATE = 20
"""With fewer answers two honest sheets agree by chance: with items that agree in 45 % of pairs,
600 sheets of 12 items hold about 12 such pairs, sheets of 20 items 0.02."""

NOT_ANSWERED = -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The raw answers to the scale items as arrays, respondents x items."""

    answers: FloatArray
    """NaN where missing; reverse-keyed items as given, not turned."""
    shown: BoolArray
    direction: FloatArray
    """Per item: +1 or -1, the direction in which a high answer points."""

    @property
    def answered(self) -> BoolArray:
        """Where there is a position on the scale."""
        return np.isfinite(self.answers)


def _directions(responses: ResponseSet, codes: list[str]) -> FloatArray:
    """Return +1 for items where a high answer is good or neutral, -1 where it is bad."""
    polarity = {
        code: -1.0 if construct.polarity == "severity" else 1.0
        for construct in responses.study.constructs
        for code in construct.items
    }
    signs = []
    for code in codes:
        turn = -1.0 if responses.study.item(code).is_reversed else 1.0
        signs.append(turn * polarity.get(code, 1.0))
    return np.array(signs)


def scale_sheet(responses: ResponseSet) -> Sheet:
    codes = [item.code for item in responses.study.items if item.code in responses.answers.columns]
    return Sheet(
        answers=responses.answers[codes].to_numpy(dtype=float),
        shown=(responses.missing[codes] != Missing.NOT_SHOWN).to_numpy(dtype=bool),
        direction=_directions(responses, codes),
    )


def longest_runs(sheet: Sheet) -> tuple[IntArray, IntArray]:
    """Return per respondent the longest run of one same answer, and the longest such run that
    contradicts itself by covering items that point both ways.

    Runs go over the shown items in their order; a missing answer ends a run.
    """
    n, k = sheet.answers.shape
    longest, contradictory = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    up, down = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    last = np.full(n, np.nan)
    for j in range(k):
        value, shown = sheet.answers[:, j], sheet.shown[:, j]
        goes_on = value == last
        step = np.isfinite(value).astype(int)
        points_up = sheet.direction[j] > 0
        up = np.where(shown, np.where(goes_on, up, 0) + step * points_up, up)
        down = np.where(shown, np.where(goes_on, down, 0) + step * (not points_up), down)
        last = np.where(shown, value, last)
        longest = np.maximum(longest, up + down)
        contradictory = np.maximum(contradictory, np.where((up > 0) & (down > 0), up + down, 0))
    return longest, contradictory


def attention_failed(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag who answered every attention check put to him wrongly, at least one.

    One check: one mistake flags; two checks: both must be wrong (framework, long form).
    """
    del options
    checks = [c for c in responses.study.attention_checks if c.code in responses.answers.columns]
    answered = np.zeros(responses.n, dtype=int)
    wrong = np.zeros(responses.n, dtype=int)
    for check in checks:
        values = responses.answers[check.code].to_numpy(dtype=float)
        answered += np.isfinite(values)
        wrong += np.isfinite(values) & (values != check.correct)
    return np.asarray((wrong > 0) & (wrong == answered), dtype=np.bool_)


def straight_lining(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag one same answer over more than ``longstring_share`` of the shown items in a row.

    Raw answers over all scale items, reverse-keyed ones included, and the run must cover items
    that point both ways: only then does it contradict itself. Where all items shown point
    the same way, only a sheet of one single answer throughout is flagged.
    """
    sheet = scale_sheet(responses)
    n_shown = sheet.shown.sum(axis=1)
    longest, contradictory = longest_runs(sheet)
    points_both_ways = (sheet.shown & (sheet.direction > 0)).any(axis=1) & (
        sheet.shown & (sheet.direction < 0)
    ).any(axis=1)
    is_straight = np.where(
        points_both_ways, contradictory > options.longstring_share * n_shown, longest == n_shown
    )
    return np.asarray((n_shown >= MIN_ITEMS_FOR_PATTERN) & is_straight, dtype=np.bool_)


def within_person_sd(answers: FloatArray) -> FloatArray:
    """Return the SD (n - 1) of each row's answers; NaN with fewer than two.

    The intra-individual response variability (IRV) of Dunn et al. (2018).
    """
    count = np.isfinite(answers).sum(axis=1)
    total = np.nansum(answers, axis=1)
    mean = total / np.maximum(count, 1)
    squares = np.nansum((answers - mean[:, None]) ** 2, axis=1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)


def low_variance(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag an SD of the raw answers within the person under ``irv_min``."""
    sheet = scale_sheet(responses)
    enough = sheet.answered.sum(axis=1) >= MIN_ITEMS_FOR_PATTERN
    return np.asarray(enough & (within_person_sd(sheet.answers) < options.irv_min), dtype=np.bool_)


def speeding(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag less than ``seconds_per_item_min`` seconds per item shown (checks included)."""
    if "seconds" not in responses.respondents.columns:
        return np.zeros(responses.n, dtype=bool)
    shown = (responses.missing != Missing.NOT_SHOWN).to_numpy(dtype=bool).sum(axis=1)
    seconds = responses.respondents["seconds"].to_numpy(dtype=float)
    return np.asarray(
        np.isfinite(seconds) & (seconds < options.seconds_per_item_min * shown), dtype=np.bool_
    )


def too_many_missing(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag more than ``missing_share_max`` of the shown items without a position on the scale.

    不了解 counts as missing: such a sheet says too little, whether careless or honest.
    """
    sheet = scale_sheet(responses)
    n_shown = sheet.shown.sum(axis=1)
    n_missing = (sheet.shown & ~sheet.answered).sum(axis=1)
    return np.asarray(n_missing > options.missing_share_max * n_shown, dtype=np.bool_)


def duplicate(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag a sheet equal to an earlier one in every answer and every known fact of the person.

    The first of them is kept. Sheets of one single answer throughout are left to
    :func:`straight_lining`.
    """
    del options
    sheet = scale_sheet(responses)
    facts = responses.respondents.drop(columns=["seconds", "submitted", "row"], errors="ignore")
    key = pd.concat([responses.answers.fillna(NOT_ANSWERED), facts.astype(str)], axis=1)
    repeated = key.duplicated(keep="first").to_numpy(dtype=bool)
    enough = sheet.answered.sum(axis=1) >= MIN_ITEMS_FOR_DUPLICATE
    return np.asarray(repeated & enough & (within_person_sd(sheet.answers) > 0), dtype=np.bool_)


def near_duplicate(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag the same answer as an earlier sheet to nearly every item, whoever gave them.

    Exact duplicates with the same facts of the person are left to :func:`duplicate`.
    """
    sheet = scale_sheet(responses)
    alike = near_duplicates(sheet.answers, sheet.shown, share=options.near_duplicate_share)
    return np.asarray(alike & ~duplicate(responses, options), dtype=np.bool_)


RANKED, TIED = "→", "┋"
"""How a ranking is written (survey/exchange): options in their order, several at one rank."""


def impossible_ranking(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag a ranking that no order can give: a rank given twice or left out, an option twice.

    A text column is a ranking when at least half of its answers name options in an order.
    """
    del options
    found = np.zeros(responses.n, dtype=bool)
    for column in responses.other.columns:
        texts = responses.other[column].dropna().astype(str)
        if texts.empty or texts.str.contains(RANKED, regex=False).mean() < 0.5:
            continue
        wrong = [text for text in texts.unique() if _is_impossible(text)]
        found |= responses.other[column].isin(wrong).to_numpy(dtype=bool)
    return found


def _is_impossible(ranking: str) -> bool:
    parts = [part.strip() for part in ranking.split(RANKED)]
    return any(not part or TIED in part for part in parts) or len(set(parts)) < len(parts)


def far_from_others(responses: ResponseSet, options: PreparationOptions) -> BoolArray:
    """Flag a Mahalanobis distance with p under ``mahalanobis_p``, within each form.

    Over the items, or the constructs where people are too few for the items; nobody is
    flagged where they are too few for both.
    """
    found = np.zeros(responses.n, dtype=bool)
    items = turn_reversed(responses.answers, responses.study)
    _, scores = score_constructs(
        items, responses.missing, responses.study, min_answered_share=options.min_answered_share
    )
    answers, values = items.to_numpy(dtype=float), scores.to_numpy(dtype=float)
    for rows in same_forms(scale_sheet(responses).shown):
        own = values[rows]
        asked = np.isfinite(own).any(axis=0)
        shown = np.isfinite(answers[rows]).any(axis=0)
        distances = mahalanobis(answers[np.ix_(rows, shown)], own[:, asked])
        found[rows] = distances.p < options.mahalanobis_p
    return found


QUALITY_RULES: dict[str, Callable[[ResponseSet, PreparationOptions], BoolArray]] = {
    "attention_failed": attention_failed,
    "straight_lining": straight_lining,
    "low_variance": low_variance,
    "speeding": speeding,
    "too_many_missing": too_many_missing,
    "duplicate": duplicate,
    "near_duplicate": near_duplicate,
    "impossible_ranking": impossible_ranking,
    "far_from_others": far_from_others,
}
"""Every rule by its code; ``resources/texts/*/quality.toml`` holds name and meaning."""


def quality_flags(responses: ResponseSet, options: PreparationOptions) -> pd.DataFrame:
    """Return one bool column per quality rule for all respondents, in the order of the rules."""
    columns = {code: rule(responses, options) for code, rule in QUALITY_RULES.items()}
    return pd.DataFrame(columns, index=responses.answers.index, dtype=bool)
