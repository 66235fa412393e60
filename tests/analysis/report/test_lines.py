"""How Chinese text is broken into lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.pdf.lines import CLOSERS, OPENERS, Run, break_lines, is_wide, units

SIGNS = "中文约束因素，。；：？！、”“（）《》…—abc 0123.5%[,]-"


def measure(text: str, is_bold: bool) -> float:
    """Full-width characters measure 10, others 5."""
    return sum(10.0 if is_wide(sign) else 5.0 for sign in text)


def lines(text: str, width: float = 100.0) -> list[str]:
    return [line.text for line in break_lines((Run(text),), width, width, measure)]


def test_that_a_line_is_filled_to_its_width():
    assert lines("一二三四五六七八九十一二三") == ["一二三四五六七八九十", "一二三"]


def test_that_no_line_starts_with_a_closing_mark():
    assert lines("一二三四五六七八九十，一二") == ["一二三四五六七八九", "十，一二"]


def test_that_no_line_ends_with_an_opening_mark():
    assert lines("一二三四五六七八九（一二）") == ["一二三四五六七八九", "（一二）"]


def test_that_a_word_or_number_is_not_cut():
    assert lines("一二三四五六七八RMSEA值") == ["一二三四五六七八", "RMSEA值"]
    assert lines("一二三四五六七八九 0.831") == ["一二三四五六七八九", "0.831"]


def test_that_a_number_keeps_its_per_cent_sign():
    assert lines("一二三四五六七八12.5%的") == ["一二三四五六七八", "12.5%的"]


def test_that_a_hash_longer_than_the_line_is_cut():
    assert lines("ab" * 12, 50.0) == ["ab" * 5, "ab" * 5, "ab" * 2]


def test_that_a_long_code_is_cut_after_its_joints():
    assert lines("expert_logical_coherence", 60.0) == ["expert_", "logical_", "coherence"]


def test_that_a_dash_pair_stays_together():
    assert lines("一二三四五六七八九——一") == ["一二三四五六七八", "九——一"]


def test_that_spaces_at_line_ends_are_dropped():
    assert lines("alpha beta gamma", 50.0) == ["alpha beta", "gamma"]


def test_that_a_line_feed_begins_a_line():
    assert lines("一\n二") == ["一", "二"]


def test_that_runs_keep_their_face():
    (line,) = break_lines((Run("说明", is_bold=True), Run("文字")), 100, 100, measure)
    assert line.runs == (Run("说明", is_bold=True), Run("文字"))


@given(st.text(alphabet=SIGNS, max_size=80), st.floats(40, 200))
def test_that_no_character_is_lost_but_spaces(text, width):
    assert "".join(lines(text, width)).replace(" ", "") == text.replace(" ", "")


@given(st.text(alphabet=SIGNS, max_size=80))
def test_that_marks_stand_where_they_may(text):
    """Unless a single unbreakable piece is itself too long for the line."""
    width = 120.0
    longest = max(
        (measure("".join(s[0] for s in u), False) for u in units([(c, False, "") for c in text])),
        default=0.0,
    )
    if longest > width:
        return
    broken = lines(text, width)
    for before, line in pairwise(broken):
        after_space = text[: text.find(line)].endswith(" ")
        assert line[:1] not in CLOSERS or after_space or not before
        assert before[-1:] not in OPENERS or before[-1:] == ""


@pytest.mark.parametrize("width", [60.0, 95.0])
def test_that_no_line_is_wider_than_the_column(width):
    text = "本次诊断把影响因素归为三类（见表1），共 9 项；其中 C1—C3 属于“目标偏离”。"
    for line in break_lines((Run(text),), width, width, measure):
        assert line.width <= width + 0.01
