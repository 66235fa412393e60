"""Study files: read back equal, and every mistake told with place and suggestion."""

from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.framework_study import framework_study
from survey.problems import Refusal
from survey.study import AttentionCheck, Study, StudyConstruct, StudyItem, StudySystem
from survey.study_file import read_study, study_from_table, study_to_table, write_study

STUDY = Study(
    "课程评价",
    constructs=(
        StudyConstruct("USE", "实用", ("u1", "u2"), "positive", ""),
        StudyConstruct("HARD", "困难", ("h1",), "severity", "G"),
    ),
    items=(
        StudyItem("u1", "课程“实用”吗", 1, 7),
        StudyItem("u2", "第二行\n换行", 0, 10, True),
        StudyItem("h1", "难"),
    ),
    role_names=MappingProxyType({"STU": "学生"}),
    group_variables=("年级",),
    attention_checks=(AttentionCheck("ac", 4),),
    systems=(StudySystem("U", "系统", ("USE", "HARD")),),
    model="USE ~ HARD",
    is_simulated=True,
)
WRITTEN = """
title = "课程评价"
[[constructs]]
code = "USE"
items = ["u1"]
[[items]]
code = "u1"
"""


@pytest.mark.parametrize("name", ["a.toml", "a.json"])
@pytest.mark.parametrize("study", [STUDY, framework_study("SHORT30")])
def test_that_a_study_written_is_read_back_equal(tmp_path: Path, study: Study, name: str) -> None:
    write_study(study, tmp_path / name)
    assert read_study(tmp_path / name) == study


def test_that_a_short_hand_written_file_is_enough(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(WRITTEN, encoding="utf-8")
    study = read_study(tmp_path / "a.toml")
    assert study.constructs == (StudyConstruct("USE", "USE", ("u1",)),)
    assert study.items == (StudyItem("u1", ""),)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('code = "USE"', 'code = "USE"\ncolour = "red"'), "study_unknown_entry"),
        (('items = ["u1"]', 'items = ["u2"]'), "study_code_unknown"),
        (('items = ["u1"]', "items = []"), "study_construct_empty"),
        (('items = ["u1"]', 'items = "u1"'), "study_wrong_kind"),
        (('code = "USE"', 'code = "u1"'), "study_code_twice"),
        (('code = "USE"', 'code = "1 x"'), "study_code_unusable"),
        (('code = "USE"', 'name = "x"'), "study_entry_missing"),
        (('code = "USE"', 'code = "USE"\npolarity = "bad"'), "study_polarity"),
        (('code = "u1"\n', 'code = "u1"\nmin = 5\nmax = 1\n'), "study_bounds"),
        (('code = "u1"\n', 'code = "u1"\nmin = "1"\n'), "study_wrong_kind"),
        (('code = "u1"\n', 'code = "u1"\nreversed = 1\n'), "study_wrong_kind"),
        (('[[items]]\ncode = "u1"\n', ""), "study_entry_missing"),
        (("title", "format = 99\ntitle"), "study_newer"),
        (("title = ", "title = = "), "study_syntax"),
    ],
)
def test_that_each_mistake_is_told(tmp_path: Path, change: tuple[str, str], code: str) -> None:
    (tmp_path / "a.toml").write_text(WRITTEN.replace(*change, 1), encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        read_study(tmp_path / "a.toml")
    assert code in [problem.code for problem in caught.value.problems]
    assert "a.toml" in caught.value.describe()
    assert caught.value.describe("en")


def test_that_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = WRITTEN.replace('items = ["u1"]', 'items = ["u9"]\ncolour = 1')
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        read_study(tmp_path / "a.toml")
    assert len(caught.value.problems) == 2


def test_that_an_unknown_code_comes_with_the_nearest_known_one(tmp_path: Path) -> None:
    text = WRITTEN.replace('items = ["u1"]', 'items = ["U1"]')
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match="u1"):
        read_study(tmp_path / "a.toml")


def test_that_a_missing_or_gbk_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(WRITTEN.encode("gbk"))
    for name, code in (("a.toml", "study_not_utf8"), ("b.toml", "file_missing")):
        with pytest.raises(Refusal) as caught:
            read_study(tmp_path / name)
        assert caught.value.problems[0].code == code


def test_that_a_study_cannot_be_written_into_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        write_study(STUDY, tmp_path / "none" / "a.toml")
    assert caught.value.problems[0].code == "study_not_written"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(list(study_to_table(STUDY))), JSON, max_size=4))
def test_that_no_table_breaks_the_reader(table: dict[str, object]) -> None:
    told = "nothing"
    try:
        study_from_table(table)
    except Refusal as refusal:
        told = refusal.describe()
    assert told
