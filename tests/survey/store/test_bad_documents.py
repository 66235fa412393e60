"""Documents and folders that refuse: one clear message each, and nothing lost."""

import errno
import os
import sqlite3
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from survey.problems import Refusal
from survey.store import Project, left_copies
from survey.study import Study

STUDY = Study("t", (), ())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def saved(data: Path, tmp_path: Path) -> Path:
    with Project.create("原件", folder=data) as project:
        project.put("note", "x" * 40_000)
        project.save_as(tmp_path / "原件")
    return tmp_path / "原件.rongzhen"


def refusal_of(action) -> str:
    with pytest.raises(Refusal) as refusal:
        action()
    for language in ("zh_CN", "en"):
        assert refusal.value.describe(language)
    (problem,) = refusal.value.problems
    return problem.code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.rongzhen", None, "file_missing"),
        ("empty.rongzhen", b"", "project_empty"),
        ("text.rongzhen", "问卷".encode() * 99, "project_foreign"),
        ("short.rongzhen", b"SQLite format 3\x00", "project_foreign"),
        ("zip.rongzhen", b"PK\x03\x04" + b"\x00" * 200, "project_foreign"),
    ],
)
def test_that_a_file_that_is_no_project_is_refused(tmp_path, data, name, content, code):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert refusal_of(lambda: Project.open(tmp_path / name, folder=data)) == code


def test_that_a_folder_is_refused(tmp_path, data):
    assert refusal_of(lambda: Project.open(tmp_path, folder=data)) == "project_foreign"


def test_that_another_programs_sqlite_file_is_refused(tmp_path, data):
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    assert refusal_of(lambda: Project.open(tmp_path / "other.db", folder=data)) == "project_foreign"


def test_that_a_newer_version_is_refused_and_left_as_it_was(saved, data):
    content = bytearray(saved.read_bytes())
    content[60:64] = struct.pack(">I", 999)
    saved.write_bytes(content)
    assert refusal_of(lambda: Project.open(saved, folder=data)) == "project_newer"
    assert saved.read_bytes() == bytes(content)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_that_a_truncated_file_is_refused(saved, data, share):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * share)])
    assert refusal_of(lambda: Project.open(saved, folder=data)) == "project_damaged"


def test_that_overwritten_pages_are_refused(saved, data):
    content = bytearray(saved.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    saved.write_bytes(content)
    assert refusal_of(lambda: Project.open(saved, folder=data)) == "project_damaged"


def test_that_a_file_with_triggers_is_refused(saved, data):
    connection = sqlite3.connect(saved)
    connection.execute("CREATE TRIGGER spy AFTER INSERT ON journal BEGIN DELETE FROM source; END")
    connection.commit()
    connection.close()
    assert refusal_of(lambda: Project.open(saved, folder=data)) == "project_strange"


def test_that_a_refused_file_leaves_no_working_copy_and_no_lock(saved, data):
    whole = saved.read_bytes()
    saved.write_bytes(whole[:5000])
    refusal_of(lambda: Project.open(saved, folder=data))
    assert list((data / "working").iterdir()) == []
    saved.write_bytes(whole)
    Project.open(saved, folder=data).close()


def test_that_a_missing_folder_is_told_and_the_edits_stay(data, tmp_path):
    with Project.create("a", folder=data) as project:
        project.study = STUDY
        code = refusal_of(lambda: project.save_as(tmp_path / "gone" / "a"))
        assert code == "folder_missing"
        assert project.document is None
        project.save_as(tmp_path / "a")  # the lock of the failed save is gone too


def test_that_saving_onto_a_folder_is_refused(data, tmp_path):
    (tmp_path / "a.rongzhen").mkdir()
    with Project.create("a", folder=data) as project:
        refusal_of(lambda: project.save_as(tmp_path / "a"))
        assert list(tmp_path.glob("~*")) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_that_a_read_only_folder_is_told(data, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    with Project.create("a", folder=data) as project:
        assert refusal_of(lambda: project.save_as(folder / "a")) == "folder_read_only"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, "folder_read_only"),
        (errno.EROFS, "folder_read_only"),
        (errno.ENOSPC, "disk_full"),
        (errno.EIO, "disk_failed"),
    ],
)
def test_that_a_failing_disk_leaves_document_and_edits(saved, data, monkeypatch, number, code):
    before = saved.read_bytes()
    with Project.open(saved, folder=data) as project:
        project.rename("改名")

        def fail(_descriptor: int) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            assert refusal_of(project.save) == code
        assert saved.read_bytes() == before
        assert project.is_modified
        assert list(saved.parent.glob("~*")) == []
        project.save()
    with Project.open(saved, folder=data) as project:
        assert project.title == "改名"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_that_a_full_disk_is_told_by_edits_and_saves(data, tmp_path):
    """The limit on file sizes stands in for a full disk: the system refuses to write on."""
    script = """
        import resource, signal, sys
        from pathlib import Path
        from survey.problems import Refusal
        from survey.store import Project
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        data, folder = Path(sys.argv[1]), Path(sys.argv[2])
        project = Project.create("full", folder=data)
        project.put("small", "kept")
        project.save_as(folder / "a")
        before = (folder / "a.rongzhen").read_bytes()
        project.put("big", "x" * 400_000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        for action in (project.save, lambda: project.put("bigger", "y" * 900_000)):
            try:
                action()
            except Refusal as refusal:
                print(refusal.problems[0].code)
        print((folder / "a.rongzhen").read_bytes() == before, project.get("big", str)[:3],
              project.get("bigger", str), [p.name for p in folder.glob("~*")])
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        project.save()
        print(project.is_modified)
        project.close()
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(data), str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[3],
        check=True,
    )
    lines = run.stdout.splitlines()
    assert set(lines[:2]) <= {"disk_full", "disk_failed"}
    assert lines[2:] == ["True xxx None []", "False"]


def test_that_a_document_changed_elsewhere_is_not_overwritten_silently(saved, data):
    with Project.open(saved, folder=data) as project:
        project.rename("改名")
        saved.write_bytes(saved.read_bytes() + b"\x00")
        assert refusal_of(project.save) == "project_changed_elsewhere"
        project.save(overwrite=True)
        assert not project.is_modified


def test_that_a_document_deleted_meanwhile_is_written_again(saved, data):
    with Project.open(saved, folder=data) as project:
        project.rename("改名")
        saved.unlink()
        project.save()
    assert saved.exists()


def test_that_two_windows_cannot_open_one_document(saved, data):
    with Project.open(saved, folder=data):
        assert refusal_of(lambda: Project.open(saved, folder=data)) == "project_in_use"
        with Project.open(saved, read_only=True, folder=data) as reader:
            assert reader.title == "原件"
            assert refusal_of(reader.save) == "project_read_only"
    Project.open(saved, folder=data).close()


def test_that_one_window_cannot_save_over_the_others_document(saved, data):
    with Project.open(saved, folder=data), Project.create("b", folder=data) as other:
        assert refusal_of(lambda: other.save_as(saved)) == "project_in_use"


def test_that_a_read_only_project_can_be_saved_under_another_name(saved, data, tmp_path):
    with Project.open(saved, read_only=True, folder=data) as project:
        project.save_as(tmp_path / "copy")
        assert not project.is_read_only
        project.rename("可改")
        project.save()


def test_that_two_projects_do_not_mix(data, tmp_path):
    with Project.create("a", folder=data) as first, Project.create("b", folder=data) as second:
        first.put("n", 1)
        second.put("n", 2)
        first.save_as(tmp_path / "a")
        second.save_as(tmp_path / "b")
        assert first.get("n", int) == 1
    with Project.open(tmp_path / "b.rongzhen", folder=data) as opened:
        assert (opened.title, opened.get("n", int)) == ("b", 2)


def test_that_a_link_is_followed_not_replaced(saved, data, tmp_path):
    link = tmp_path / "link.rongzhen"
    try:
        link.symlink_to(saved)
    except OSError:
        pytest.skip("links not permitted")
    with Project.open(link, folder=data) as project:
        project.rename("经由链接")
        project.save()
        assert refusal_of(lambda: Project.open(saved, folder=data)) == "project_in_use"
    assert link.is_symlink()
    with Project.open(saved, folder=data) as project:
        assert project.title == "经由链接"


def test_that_saving_needs_a_document_first(data):
    with Project.create("a", folder=data) as project:
        assert refusal_of(project.save) == "project_never_saved"
    assert left_copies(data) == ()


def test_that_a_long_chinese_name_is_saved_and_a_longer_one_refused(data, tmp_path):
    with Project.create("a", folder=data) as project:
        project.save_as(tmp_path / ("产" * 80))  # 240 bytes, 9 more of suffix
        assert refusal_of(lambda: project.save_as(tmp_path / ("教" * 90))) == "name_too_long"
