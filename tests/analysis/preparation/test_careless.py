"""Near-duplicates, impossible rankings, sheets far from all others."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.preparation import PreparationOptions, prepare
from analysis.preparation.likeness import near_duplicates
from analysis.preparation.outliers import mahalanobis
from survey.exchange import apply_plan, propose_plan
from tests.analysis.preparation.test_prepare import careful, responses_of, study_of
from tests.survey.exchange.tables import table


def with_changes(answers: list[float], count: int) -> list[float]:
    return [a % 5 + 1 if place < count else a for place, a in enumerate(answers)]


# --- near-duplicates -----------------------------------------------------------


@pytest.mark.parametrize(("changes", "is_alike"), [(0, True), (2, True), (3, False)])
def test_that_ninety_five_per_cent_of_equal_answers_are_alike(changes, is_alike):
    first = careful(40)
    rows = [first, careful(40, seed=2), with_changes(first, changes)]
    facts = {"unit": ["a", "b", "c"]}
    flags = prepare(responses_of(rows, study_of(40), **facts)).flags
    assert flags["near_duplicate"].tolist() == [False, False, is_alike]


def test_that_an_exact_duplicate_is_called_that_only():
    rows = [careful(40), careful(40)]
    flags = prepare(responses_of(rows, study_of(40))).flags
    assert flags[["duplicate", "near_duplicate"]].to_numpy().tolist() == [
        [False, False],
        [True, False],
    ]


def test_that_few_items_and_sheets_without_variation_are_not_compared():
    short = [careful(19), careful(19)]
    flat = [[3.0] * 39 + [4.0], [3.0] * 40]
    for rows, n_items in ((short, 19), (flat, 40)):
        responses = responses_of(rows, study_of(n_items), unit=["a", "b"])
        assert not prepare(responses).flags["near_duplicate"].any()


def test_that_near_duplicates_leave_nobody_out_by_default():
    first = careful(40)
    rows = [first, with_changes(first, 1)]
    prepared = prepare(responses_of(rows, study_of(40), unit=["a", "b"]))
    assert prepared.flags["near_duplicate"].any()
    assert prepared.n == 2


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.8, 0.9, 0.95, 1.0]))
def test_that_the_search_finds_exactly_what_all_pairs_show(seed, share):
    rng = np.random.default_rng(seed)
    answers = rng.integers(1, 6, (24, 25)).astype(float)
    for row in range(12, 24):  # twins with some answers changed or missing
        answers[row] = answers[rng.integers(0, 12)]
        places = rng.choice(25, rng.integers(0, 6), replace=False)
        answers[row, places] = rng.choice([1.0, 5.0, np.nan], len(places))
    shown = np.ones(answers.shape, dtype=bool)
    shown[::5, 3] = False
    answers[~shown] = np.nan
    expected = np.zeros(len(answers), dtype=bool)
    for later in range(len(answers)):
        for earlier in range(later):
            if (shown[later] == shown[earlier]).all():
                a, b = answers[later, shown[later]], answers[earlier, shown[later]]
                same = (a == b) | (np.isnan(a) & np.isnan(b))
                expected[later] |= same.mean() >= share - 1e-9
    assert near_duplicates(answers, shown, share=share).tolist() == expected.tolist()


def test_that_honest_answers_are_hardly_ever_alike():
    """2,000 answers to 30 items that share a common level: the limit accuses nobody."""
    rng = np.random.default_rng(3)
    level, own = rng.normal(0, 0.6, (2000, 1)), rng.normal(3.4, 0.9, (2000, 30))
    answers = np.clip(np.round(level + own), 1, 5)
    assert not near_duplicates(answers, np.ones(answers.shape, dtype=bool), share=0.95).any()


# --- rankings ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ranking", "is_impossible"),
    [
        ("甲→乙→丙", False),
        ("甲", False),
        (None, False),
        ("甲→乙→甲", True),
        ("甲→→丙", True),
        ("甲┋乙→丙", True),
    ],
)
def test_that_a_ranking_no_order_gives_is_flagged(ranking, is_impossible):
    responses = responses_of([careful(12, seed) for seed in range(4)], study_of(12))
    responses.other["排序"] = ["甲→乙→丙", "丙→乙→甲", "乙→甲→丙", ranking]
    assert prepare(responses).flags["impossible_ranking"].tolist() == [False] * 3 + [is_impossible]


def test_that_arrows_in_an_open_answer_are_no_ranking():
    responses = responses_of([careful(12, seed) for seed in range(4)], study_of(12))
    responses.other["意见"] = ["先试点→再试点→再试点", "无", "好", "很好"]
    assert not prepare(responses).flags["impossible_ranking"].any()


def test_that_ranks_given_twice_survive_the_import():
    honest = [("1", "2", "3"), ("2", "1", "3"), ("3", "1", "2"), ("1", "3", "2")] * 5
    rows = [*honest, ("1", "1", "2"), ("1", "3", "")]
    columns = {f"4、({name})": [row[k] for row in rows] for k, name in enumerate("甲乙丙")}
    items = {f"{n}、题{n}": ["1", "5"] * 11 for n in (1, 2, 3)}
    raw = table({"序号": [str(n) for n in range(1, 23)], **items, **columns})
    responses, _ = apply_plan(raw, propose_plan(raw), needs_items=False)
    ranked = responses.other.loc[:, lambda t: t.astype(str).apply(lambda c: "→" in "".join(c))]
    assert ranked.shape[1] == 1
    assert ranked.iloc[:, 0].tolist()[-2:] == ["甲┋乙→丙", "甲→→乙"]


# --- Mahalanobis distance ------------------------------------------------------


def spread_answers() -> np.ndarray:
    i = np.arange(1, 41)
    return np.column_stack([i * 7 % 5 + 1, i * 3 % 7 % 5 + 1, i * i % 5 + 1]).astype(float)


def test_that_distances_equal_r():
    """R 4.2: mahalanobis(x, colMeans(x), cov(x)), pchisq(d, 3, lower.tail = FALSE)."""
    x = spread_answers()
    found = mahalanobis(x, x)
    assert found.variables == "items"
    assert found.squared[[0, 6, 39]] == pytest.approx(
        [1.56845453742, 3.59754351860, 2.55060528409], abs=1e-10
    )
    assert found.p[[0, 6, 39]] == pytest.approx(
        [0.666563502231, 0.308329666057, 0.466214952643], abs=1e-10
    )


def test_that_a_gap_leaves_the_distance_of_the_other_variables():
    """Against the complete rows' mean and covariance, inverted for the answered part."""
    x = spread_answers()
    whole = np.vstack([x, x[1]])
    whole[-1, 1] = np.nan
    apart = x[1, [0, 2]] - x.mean(axis=0)[[0, 2]]
    part = np.cov(x, rowvar=False)[np.ix_([0, 2], [0, 2])]
    expected = apart @ np.linalg.inv(part) @ apart
    assert mahalanobis(whole, whole).squared[-1] == pytest.approx(expected, abs=1e-12)


def test_that_small_samples_use_constructs_or_nothing():
    rng = np.random.default_rng(1)
    items, scores = rng.normal(size=(60, 30)), rng.normal(size=(60, 3))
    assert mahalanobis(items, scores).variables == "scores"
    assert mahalanobis(items[:20], scores[:20]).variables == ""
    assert np.isnan(mahalanobis(items[:20], scores[:20]).p).all()


def test_that_a_random_sheet_among_consistent_ones_is_far():
    rng = np.random.default_rng(2)
    level = rng.normal(3, 1, (120, 1))
    rows = np.clip(np.round(level + rng.normal(0, 0.3, (120, 12))), 1, 5)
    rows[7] = [1, 5] * 6
    prepared = prepare(responses_of(rows.tolist(), study_of(12)))
    assert prepared.flags["far_from_others"].sum() <= 3
    assert prepared.flags["far_from_others"].iloc[7]
    strict = prepare(prepared.responses, PreparationOptions(exclude=("far_from_others",)))
    assert 8 in [exclusion.respondent for exclusion in strict.excluded]


def test_that_empty_answers_break_no_rule():
    responses = responses_of([[np.nan] * 12] * 3, study_of(12))
    assert isinstance(prepare(responses).flags, pd.DataFrame)
