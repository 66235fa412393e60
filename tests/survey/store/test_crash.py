"""A process killed at any moment: no acknowledged edit lost, no document unreadable."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from survey.problems import Refusal
from survey.store import Project, discard_left_copy, left_copies

ROOT = Path(__file__).resolve().parents[3]
KILLS = int(os.environ.get("RONGZHEN_KILLS", "4"))
"""How often each test kills; the figures of docs/project-file.md were made with 100."""

EDITING = """
    import sys
    from pathlib import Path
    from survey.store import Project
    project = Project.create("kill", folder=Path(sys.argv[1]))
    for number in range(1_000_000):
        with project._database.edit():
            project.put("a", number)
            project.put("b", -number)
        print(number, flush=True)
"""
SAVING = """
    import sys
    from pathlib import Path
    from survey.store import Project
    project = Project.create("kill", folder=Path(sys.argv[1]))
    project.put("padding", "p" * 3_000_000)
    for number in range(1_000_000):
        project.put("a", number)
        project.put("b", -number)
        project.save_as(Path(sys.argv[2]))
        print(number, flush=True)
"""


def run_and_kill(script: str, *arguments: Path, after: float) -> int:
    """Run ``script``, kill it ``after`` seconds past its first line; return the last number."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(after)
    process.kill()
    rest = process.stdout.read().split("\n")
    process.stdout.close()
    process.wait()
    complete = [first.strip(), *rest[:-1]]
    return int(complete[-1])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9")
def test_that_no_acknowledged_edit_is_lost_when_killed_while_editing(tmp_path):
    chance = random.Random(1)
    for _kill in range(KILLS):
        acknowledged = run_and_kill(EDITING, tmp_path, after=chance.uniform(0, 0.1))
        (left,) = left_copies(tmp_path)
        assert left.title == "kill"
        assert left.unsaved_edits >= acknowledged
        with Project.recover(left, folder=tmp_path) as project:
            found = project.get("a", int)
            assert found in (acknowledged, acknowledged + 1)
            assert project.get("b", int) == -found
            project.close(discard=True)
        assert left_copies(tmp_path) == ()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9")
def test_that_the_document_stays_whole_when_killed_while_saving(tmp_path):
    chance = random.Random(2)
    data, folder = tmp_path / "data", tmp_path / "out"
    folder.mkdir()
    document = folder / "a.rongzhen"
    for _kill in range(KILLS):
        acknowledged = run_and_kill(SAVING, data, document, after=chance.uniform(0, 0.1))
        with Project.open(document, folder=data) as project:
            found = project.get("a", int)
            assert found in (acknowledged, acknowledged + 1)
            assert project.get("b", int) == -found
        assert [path.name for path in folder.iterdir()] == ["a.rongzhen"]  # strays cleared
        for left in left_copies(data):
            discard_left_copy(left, data)


def leave_by_crash(data: Path, document: Path | None = None) -> None:
    """Edit and die without closing, as a crash does."""
    script = """
        import os, sys
        from pathlib import Path
        from survey.store import Project
        data = Path(sys.argv[1])
        if len(sys.argv) > 2:
            project = Project.open(Path(sys.argv[2]), folder=data)
        else:
            project = Project.create("未保存", folder=data)
        project.put("edit", "kept")
        os._exit(1)
    """
    arguments = [str(data)] if document is None else [str(data), str(document)]
    subprocess.run([sys.executable, "-c", textwrap.dedent(script), *arguments], cwd=ROOT)


def test_that_a_recovered_project_goes_on_where_it_stopped(tmp_path):
    data = tmp_path / "data"
    with Project.create("a", folder=data) as project:
        project.save_as(tmp_path / "a")
    document = tmp_path / "a.rongzhen"
    leave_by_crash(data, document)
    (left,) = left_copies(data)
    assert (left.title, left.document, left.unsaved_edits) == ("a", document, 1)
    with Project.recover(left, folder=data) as project:
        assert project.is_modified
        assert project.document == document
        assert project.get("edit", str) == "kept"
        with pytest.raises(Refusal):
            Project.open(document, folder=data)
        project.save()
    with Project.open(document, folder=data) as project:
        assert project.get("edit", str) == "kept"


def test_that_a_copy_in_use_is_not_offered(tmp_path):
    with Project.create("a", folder=tmp_path) as project:
        project.put("edit", 1)
        assert left_copies(tmp_path) == ()


def test_that_a_copy_taken_by_another_window_is_refused(tmp_path):
    leave_by_crash(tmp_path)
    (left,) = left_copies(tmp_path)
    with Project.recover(left, folder=tmp_path), pytest.raises(Refusal) as refusal:
        Project.recover(left, folder=tmp_path)
    assert refusal.value.problems[0].code == "project_in_use"


def test_that_an_unsaved_project_closed_without_a_word_is_offered_again(tmp_path):
    with Project.create("忘了保存", folder=tmp_path) as project:
        project.put("edit", 1)
    (left,) = left_copies(tmp_path)
    assert (left.title, left.document) == ("忘了保存", None)


def test_that_a_damaged_copy_is_listed_and_kept(tmp_path):
    leave_by_crash(tmp_path)
    (left,) = left_copies(tmp_path)
    for file in left.file.parent.glob("project.sqlite-*"):
        file.unlink()
    left.file.write_bytes(b"\x00" * 8192)
    (damaged,) = left_copies(tmp_path)
    assert damaged.is_damaged
    with pytest.raises(Refusal) as refusal:
        Project.recover(damaged, folder=tmp_path)
    assert refusal.value.problems[0].code == "project_damaged"
    assert left.file.exists()
    discard_left_copy(damaged, tmp_path)
    assert left_copies(tmp_path) == ()


def test_that_a_stray_of_a_living_window_is_left_alone(tmp_path):
    data = tmp_path / "data"
    with Project.create("a", folder=data) as one, Project.create("b", folder=data) as two:
        stray = tmp_path / f"~rz-{two._copy.id}.tmp"
        stray.write_bytes(b"being written")
        one.save_as(tmp_path / "a")
        assert stray.exists()
    foreign = tmp_path / "~rz-0123456789abcdef.tmp"
    foreign.write_bytes(b"of another computer, long ago")
    os.utime(foreign, (0, 0))
    Project.open(tmp_path / "a.rongzhen", folder=data).close()
    assert not foreign.exists()
