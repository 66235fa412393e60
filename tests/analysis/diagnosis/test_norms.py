"""Norm files hold aggregates only, and compare only what was asked alike."""

import json
from dataclasses import replace

import pytest

from analysis.diagnosis.norms import (
    Norm,
    compare_with_norms,
    make_norm,
    norm_json,
    read_norm,
)
from analysis.preparation import PreparationOptions, prepare
from resources.texts import LANGUAGES
from survey.problems import Refusal
from tests.analysis.simulated_survey import ROLE_COUNTS, simulate


def norm(seed: int = 1, label: str = "甲校") -> Norm:
    prepared = prepare(simulate(ROLE_COUNTS, seed=seed), PreparationOptions(exclude=()))
    return make_norm(prepared, label=label, wave="2026")


@pytest.fixture(scope="module")
def own() -> Norm:
    return norm()


def test_that_small_groups_never_leave_the_house(own: Norm) -> None:
    assert all(entry.n >= 10 for entry in own.entries)
    assert {entry.role for entry in own.entries}.isdisjoint({"GOV", "RI"})


def test_that_the_file_reads_back_equal_and_holds_no_answers(own: Norm) -> None:
    text = norm_json(own)
    assert read_norm(text) == own
    assert set(json.loads(text)) == {"format", "version", "label", "wave", "framework", "entries"}


def test_that_means_are_rounded(own: Norm) -> None:
    assert all(entry.mean == round(entry.mean, 2) for entry in own.entries)


def test_that_own_means_stand_beside_those_of_others(own: Norm) -> None:
    others = tuple(norm(seed, f"校{seed}") for seed in (2, 3, 4))
    found = compare_with_norms(own, others)
    row = found.table.loc[("C4", "")]
    means = [e.mean for o in others for e in o.entries if (e.construct, e.role) == ("C4", "")]
    assert row["norm_mean"] == pytest.approx(sum(means) / 3)
    assert row["universities"] == 3
    assert all(f.describe(language) for f in found.findings for language in LANGUAGES)


def test_that_two_other_universities_are_too_few(own: Norm) -> None:
    found = compare_with_norms(own, (norm(2), norm(3)))
    assert found.table.empty
    assert "norm_too_few" in {f.code for f in found.findings}


def test_that_other_items_are_not_compared(own: Norm) -> None:
    others = tuple(norm(seed) for seed in (2, 3, 4))
    other_wording = tuple(
        replace(o, entries=tuple(replace(e, items="0" * 16) for e in o.entries)) for o in others
    )
    assert compare_with_norms(own, other_wording).table.empty


def test_that_a_file_with_a_small_group_is_refused(own: Norm) -> None:
    entries = (replace(own.entries[0], n=3), *own.entries[1:])
    with pytest.raises(Refusal) as refusal:
        read_norm(norm_json(replace(own, entries=entries)))
    assert refusal.value.problems[0].code == "norm_values"


@pytest.mark.parametrize(
    "text", ["", "7", "{}", '{"format": "rongzhen-norm", "version": 1, "entries": 3}']
)
def test_that_a_file_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_norm(text, "x.json")
    assert all(refusal.value.describe(language) for language in LANGUAGES)
