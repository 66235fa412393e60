"""A project: what is put in comes out, before and after saving, closing and opening."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from resources.texts import has_sentence, sentence
from survey.exchange.raw_table import ColumnFacts, RawTable, ResponseSetFact, column_of
from survey.problems import Problem, Refusal
from survey.progress import Cancelled
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.responses import SourceFile
from survey.store import PLAN, SETTINGS, Project, left_copies
from survey.study import Study, StudyConstruct, StudyItem

HEADERS = ("1、身份", "2、评价—一", "2、二", "来自IP")
ROWS = [
    ("教师", "同意", None, "1.2.3.4"),
    ("管理人员", "(跳过)", "=1+1", None),
    ("教师", None, "005", "5.6.7.8"),
]
KEPT = [(*row[:3], None) for row in ROWS]
STUDY = Study(
    title="试点",
    constructs=(StudyConstruct("A", "甲", ("a1", "a2"), "severity", "G1"),),
    items=(StudyItem("a1", "题一"), StudyItem("a2", "题二", is_reversed=True)),
    role_names={"TCH": "教师"},
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings of a made-up panel."""

    alpha: float = 0.7
    rules: tuple[str, ...] = ("speeding",)


def table(rows=ROWS, headers=HEADERS) -> RawTable:
    return RawTable(
        headers=tuple(headers),
        columns=tuple(column_of(cells) for cells in zip(*rows, strict=True)),
        header_rows=(tuple(headers),),
        row_numbers=np.arange(2, len(rows) + 2, dtype=np.int32),
        source=SourceFile("问卷 数据.xlsx", "ab" * 32, "wjx_text", "", len(rows), len(headers)),
        sheet="Sheet1",
        facts={1: ColumnFacts("评价", (("1", "同意"),)), 3: ColumnFacts("IP", (("1", "1.2.3.4"),))},
        sets=(ResponseSetFact("set", "多选", (1, 2), "1"),),
        problems=(Problem("file_missing", "b", 3, {"n": 1}),),
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "program data"


@pytest.fixture
def project(data: Path):
    with Project.create("试点项目", folder=data) as project:
        yield project


def codes(refusal: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def test_that_a_saved_project_reads_back_equal(project, data, tmp_path):
    source = project.add_source(table(), dropped=(3,))
    project.study = STUDY
    project.put(SETTINGS, Choice(alpha=0.8))
    project.put(PLAN, {"columns": [{"header": "1、身份", "kind": "role"}]})
    project.put_result("alpha", {"A": 0.91}, fingerprint="f1")
    project.attach("report", b"%PDF-1.7", media_type="application/pdf")
    project.delete_answers_by = date(2027, 1, 31)
    project.save_as(tmp_path / "科教 融汇.rongzhen")
    journal = project.journal
    project.close()

    with Project.open(tmp_path / "科教 融汇.rongzhen", folder=data) as opened:
        assert opened.title == "试点项目"
        assert opened.sources == (source,)
        raw = opened.table_of(source)
        assert list(raw.rows(0, 9)) == KEPT
        assert raw.row_numbers.tolist() == [2, 3, 4]
        assert (raw.headers, raw.header_rows, raw.sheet) == (HEADERS, (HEADERS,), "Sheet1")
        assert (raw.source, raw.sets, raw.problems) == (source.file, table().sets, table().problems)
        assert raw.facts == {1: table().facts[1]}
        assert opened.study == STUDY
        assert opened.get(SETTINGS, Choice) == Choice(alpha=0.8)
        assert opened.get(PLAN, dict) == {"columns": [{"header": "1、身份", "kind": "role"}]}
        assert opened.get_result("alpha", dict) == {"A": 0.91}
        assert opened.attachment("report") == b"%PDF-1.7"
        assert opened.delete_answers_by == date(2027, 1, 31)
        assert opened.journal == journal
        assert opened.facts.rows == 3
        assert not opened.is_modified


def test_that_the_document_is_one_file_in_delete_mode(project, tmp_path):
    project.study = STUDY
    project.save_as(tmp_path / "out" / ".." / "a.rongzhen")
    assert [path.name for path in tmp_path.glob("*") if path.is_file()] == ["a.rongzhen"]
    header = (tmp_path / "a.rongzhen").read_bytes()[:100]
    assert header[18:20] == b"\x01\x01"  # 2 would be WAL
    assert header[68:72] == b"RZH1"


def test_that_the_suffix_is_added(project, tmp_path):
    project.save_as(tmp_path / "2026.11 试点")
    assert project.document == tmp_path / "2026.11 试点.rongzhen"


def test_that_is_modified_follows_edits_and_saves(project, tmp_path):
    assert not project.is_modified
    project.study = STUDY
    assert project.is_modified
    project.save_as(tmp_path / "a")
    assert not project.is_modified
    project.study = STUDY  # the same again is no edit
    assert not project.is_modified
    project.rename("另一个")
    assert project.is_modified
    project.save()
    assert not project.is_modified


def test_that_a_cancelled_import_leaves_nothing(project):
    def cancel(share: float, _step: str, /) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        project.add_source(table(), progress=cancel)
    assert project.sources == ()
    assert project.journal == ()
    assert not project.is_modified


def test_that_personal_cells_never_reach_the_disk(project, data):
    project.add_source(table(), dropped=(3,))
    assert project.sources[0].dropped == ("来自IP",)
    for file in (data / "working").rglob("project.sqlite*"):
        assert b"1.2.3.4" not in file.read_bytes()


@pytest.mark.parametrize("distinct", [1, 127, 128, 129, 32768, 40_000])
def test_that_columns_of_any_number_of_values_come_back(project, distinct):
    rows = [(f"v{number % distinct}", None) for number in range(40_001)]
    source = project.add_source(table(rows, ("a", "b")))
    assert list(project.table_of(source).cells) == rows


def test_that_a_very_wide_table_is_kept(project):
    width = 10_001
    rows = [tuple(f"{row}.{column}" for column in range(width)) for row in range(2)]
    source = project.add_source(table(rows, [str(n) for n in range(width)]))
    assert list(project.table_of(source).cells) == rows


def test_that_a_second_wave_stands_beside_the_first(project):
    project.add_source(table(), wave="2025")
    second = project.add_source(table([("1",)], ("x",)), wave="2026")
    assert [source.wave for source in project.sources] == ["2025", "2026"]
    project.remove_source(project.sources[0])
    assert project.sources == (second,)
    assert project.table_of(second).cells == (("1",),)


def test_that_every_journal_code_has_its_sentence(project):
    source = project.add_source(table(), dropped=(3,))
    project.delete_answers()
    project.remove_source(project.source(source.id))
    assert len(project.journal) == 4
    for entry in project.journal:
        for language in ("zh_CN", "en"):
            assert has_sentence(entry.code, language)
            assert sentence(entry.code, language, **entry.values)


def test_that_deleted_answers_leave_no_trace_in_the_file(project, tmp_path):
    project.add_source(table([("绝密回答", "b", "c")] * 300, HEADERS[:3]))
    project.put_result("prepared", {"row": "绝密回答"}, fingerprint="f", holds_answers=True)
    project.put_result("alpha", {"A": 0.9}, fingerprint="f")
    project.delete_answers_by = date(2026, 1, 1)
    project.save_as(tmp_path / "a")
    assert "绝密回答".encode() in (tmp_path / "a.rongzhen").read_bytes()
    assert project.are_answers_due(date(2026, 1, 1))
    project.delete_answers()
    project.save()
    assert "绝密回答".encode() not in (tmp_path / "a.rongzhen").read_bytes()
    assert not project.are_answers_due(date(2030, 1, 1))
    assert dict(project.results) == {"alpha": "f"}
    assert project.sources[0].is_deleted
    with pytest.raises(KeyError):
        project.table_of(project.sources[0])


def test_that_a_result_of_another_shape_counts_as_not_computed(project):
    project.put_result("alpha", {"alpha": "high"}, fingerprint="f")
    assert project.get_result("alpha", Choice) is None


def test_that_a_part_of_another_shape_is_refused_not_lost(project):
    project.put(SETTINGS, {"alpha": "high"})
    with pytest.raises(Refusal) as refusal:
        project.get(SETTINGS, Choice)
    assert codes(refusal) == ["project_part_unreadable"]
    assert project.get(SETTINGS, dict) == {"alpha": "high"}


def test_that_questionnaires_are_kept_beside_each_other(project, data, tmp_path):
    teachers = framework_questionnaire(FormOptions(form="SHORT_TCH"))
    partners = framework_questionnaire(FormOptions(form="SHORT_ENT"))
    project.put_questionnaire(teachers)
    project.put_questionnaire(partners)
    project.save_as(tmp_path / "q")
    project.put_questionnaire(teachers)  # unchanged: no edit
    assert not project.is_modified
    project.close()
    with Project.open(tmp_path / "q.rongzhen", folder=data) as opened:
        assert opened.questionnaires == {"SHORT_TCH": teachers, "SHORT_ENT": partners}
        opened.remove_questionnaire("SHORT_ENT")
        assert set(opened.questionnaires) == {"SHORT_TCH"}


def test_that_a_cancelled_save_leaves_the_document_as_it_was(project, tmp_path):
    project.study = STUDY
    project.save_as(tmp_path / "a")
    before = (tmp_path / "a.rongzhen").read_bytes()
    project.rename("新名")

    def cancel(_share: float, _step: str, /) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        project.save(progress=cancel)
    assert (tmp_path / "a.rongzhen").read_bytes() == before
    assert project.is_modified
    assert [path.name for path in tmp_path.glob("~*")] == []


def test_that_a_saved_and_closed_project_leaves_no_working_copy(data, tmp_path):
    with Project.create("a", folder=data) as project:
        project.study = STUDY
        project.save_as(tmp_path / "a")
    assert list((data / "working").iterdir()) == []
    assert left_copies(data) == ()


def test_that_discarding_removes_unsaved_edits(data, tmp_path):
    project = Project.create("a", folder=data)
    project.study = STUDY
    project.close(discard=True)
    project.close()
    assert left_copies(data) == ()
