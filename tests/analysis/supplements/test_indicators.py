"""Objective indicators beside the survey."""

import pandas as pd
import pytest

from analysis.coupling.panel import PanelIndicator
from analysis.supplements.indicators import PanelData, chosen_row, indicator_evidence
from resources.texts import LANGUAGES
from survey.problems import Refusal

TABLE = pd.DataFrame(
    {"OA01": [120.0, 300.0], "OA09": [20.0, None], "OB01": [10.0, 12.0], "OB07": [0.5, 0.3]},
    index=pd.MultiIndex.from_tuples([("甲", "2025"), ("甲", "2026")], names=["unit", "year"]),
)
INDICATORS = (
    PanelIndicator("OA01", "U1", 1, 0.0, 400.0),
    PanelIndicator("OA09", "U1", 1, 0.0, 20.0),
    PanelIndicator("OB01", "U2", 1, 0.0, 40.0),
    PanelIndicator("OB07", "U2", -1, 0.3, 1.1),
)


def evidence(year: str):
    panel = PanelData(TABLE, INDICATORS, {}, "甲", year)
    return indicator_evidence(panel, survey_u={"U1": 0.5, "U2": 0.6}, scores={"I1": 48.0})


def test_that_the_ledger_is_scaled_by_its_frozen_bounds() -> None:
    found = evidence("2026")
    # U1: 300/400 alone (OA09 is blank); U2: mean of 12/40 and (1.1 - .3)/(1.1 - .3) = .65
    assert [s.ledger for s in found.systems] == pytest.approx([75.0, 65.0])
    assert [s.is_flagged for s in found.systems] == [True, False]
    assert found.table.loc["OA01", "survey"] == 48.0


def test_that_blank_indicators_are_listed_not_guessed() -> None:
    found = evidence("2026")
    assert "OA09" in found.missing
    assert "OA02" in found.missing
    assert "OA09" not in found.table.index


def test_that_a_target_is_reached_at_the_good_bound_only() -> None:
    assert evidence("2025").reached == {"OA01": False, "OA09": True, "OB01": False, "OB07": False}
    assert evidence("2026").reached["OB07"]


def test_that_the_row_of_the_university_and_of_the_year_is_taken() -> None:
    one = {"unit": "", "university": "甲大学"}
    assert chosen_row(TABLE, year="2025-06-01", **one) == ("甲", "2025")
    assert chosen_row(TABLE, year="2030-06-01", **one) == ("甲", "2026")
    two = pd.concat([TABLE, TABLE.rename(index={"甲": "乙"}, level="unit")])
    assert chosen_row(two, unit="乙", university="", year="") == ("乙", "2026")
    with pytest.raises(Refusal) as refusal:
        chosen_row(two, unit="", university="丙", year="")
    assert refusal.value.problems[0].code == "evidence_unit"
    assert all(refusal.value.describe(language) for language in LANGUAGES)
