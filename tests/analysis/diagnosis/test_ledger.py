"""The rectification ledger: closed only when survey and indicator agree."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from analysis.diagnosis import DiagnosisOptions, diagnose
from analysis.diagnosis.change import Change
from analysis.diagnosis.ledger import (
    STATES,
    VERDICTS,
    Aim,
    LedgerItem,
    Review,
    aim_of,
    draft_ledger,
    ledger_json,
    read_ledger,
    review_ledger,
    with_new_problems,
)
from analysis.preparation import prepare
from resources.texts import LANGUAGES, has_sentence
from survey.problems import Refusal
from tests.analysis.diagnosis.test_diagnose import no_model
from tests.analysis.simulated_survey import plain_measurement, simulate


@pytest.fixture(scope="module")
def ledger() -> tuple[LedgerItem, ...]:
    prepared = prepare(simulate({"TCH": 120}, missing=0.0))
    options = DiagnosisOptions(bootstrap=100)
    found = diagnose(prepared, plain_measurement(prepared), no_model(), options)
    return draft_ledger(found, "2026")


def change(verdict: str) -> Change:
    row = {"after": 55.0, "sdc": 4.0, "verdict": verdict}
    table = pd.DataFrame(row, index=["C4", "C6"])
    return Change(table, pd.DataFrame(), (120, 130), 0, ("TCH",), (), ())


def c4(ledger: tuple[LedgerItem, ...]) -> LedgerItem:
    return next(item for item in ledger if item.constraint == "C4")


def reviewed(ledger: tuple[LedgerItem, ...], verdict: str, **reached: bool) -> LedgerItem:
    review = Review("2027", change(verdict), reached=reached, lights={"C4": "amber"})
    return c4(review_ledger(ledger, review))


def test_that_only_pressing_constraints_are_entered(ledger: tuple[LedgerItem, ...]) -> None:
    codes = {item.constraint for item in ledger}
    assert {"C4", "C6"} <= codes
    assert "C8" not in codes
    assert all(item.evidence[0].light in ("red", "amber") for item in ledger)


def test_that_survey_and_indicator_together_close_an_item(ledger: tuple[LedgerItem, ...]) -> None:
    item = reviewed(ledger, "improved", OA09=True)
    assert (item.verdict, item.state) == ("effective", "closed")


def test_that_an_item_stays_open_until_its_severity_is_down_to_the_aim(
    ledger: tuple[LedgerItem, ...],
) -> None:
    strict = tuple(replace(item, aim=54.0) for item in ledger)
    item = reviewed(strict, "improved", OA09=True)  # after: 55
    assert (item.verdict, item.state) == ("effective", "open")


def test_that_a_target_is_a_fall_that_can_be_told_from_chance() -> None:
    # red: ten points, or 1.5 sqrt(2) half-widths of the interval where that is more
    assert aim_of("red", 70.0, 68.0, 72.0) == Aim(60.0, pytest.approx(2.828, abs=1e-3))
    assert aim_of("red", 70.0, 62.0, 78.0).target == 53.0
    assert aim_of("amber", 41.0, 39.0, 43.0).target == 40.0


def test_that_new_problems_stand_behind_the_known_ones(ledger: tuple[LedgerItem, ...]) -> None:
    known = (replace(ledger[-1], state="working"),)
    joined = with_new_problems(known, ledger)
    assert joined[0].state == "working"
    assert sorted(i.constraint for i in joined) == sorted(i.constraint for i in ledger)


def test_that_one_kind_of_evidence_alone_closes_nothing(ledger: tuple[LedgerItem, ...]) -> None:
    assert reviewed(ledger, "improved").state == "open"
    assert reviewed(ledger, "improved", OA09=False).verdict == "to_improve"
    assert reviewed(ledger, "no_reliable_change", OA09=True).verdict == "to_improve"
    assert reviewed(ledger, "improved", OA01=True).verdict == "to_improve"


def test_that_worsening_opens_a_closed_item_again(ledger: tuple[LedgerItem, ...]) -> None:
    closed = tuple(replace(item, state="closed") for item in ledger)
    item = reviewed(closed, "worsened", OA09=True)
    assert (item.verdict, item.state) == ("abnormal", "open")


def test_that_every_wave_adds_its_evidence(ledger: tuple[LedgerItem, ...]) -> None:
    item = reviewed(ledger, "improved")
    assert [e.wave for e in item.evidence] == ["2026", "2027"]
    assert item.evidence[1].light == "amber"


def test_that_a_ledger_reads_back_equal(ledger: tuple[LedgerItem, ...]) -> None:
    assert read_ledger(ledger_json(ledger)) == ledger


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ledger_unreadable"),
        ("[]", "ledger_unreadable"),
        ('{"format": "other", "items": []}', "ledger_unreadable"),
        ('{"format": "rongzhen-ledger", "version": 9, "items": []}', "ledger_version"),
        ('{"format": "rongzhen-ledger", "version": 1, "items": [{"x": 1}]}', "ledger_item"),
        ('{"format": "rongzhen-ledger", "version": 1, "items": [5]}', "ledger_item"),
    ],
)
def test_that_a_broken_ledger_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_ledger(text)
    assert refusal.value.problems[0].code == code
    assert all(refusal.value.describe(language) for language in LANGUAGES)


def test_that_an_unknown_state_is_refused(ledger: tuple[LedgerItem, ...]) -> None:
    document = json.loads(ledger_json(ledger))
    document["items"][0]["state"] = "lost"
    with pytest.raises(Refusal):
        read_ledger(json.dumps(document))


def test_that_states_and_verdicts_have_their_words() -> None:
    for language in LANGUAGES:
        assert all(has_sentence(f"diagnosis.state.{state}", language) for state in STATES)
        assert all(has_sentence(f"diagnosis.review.{v}", language) for v in VERDICTS)
