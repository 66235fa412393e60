"""A project of several batches in the window."""

from analysis.workflow import add_sources
from survey.exchange import plan_to_json
from survey.reading import ReadingOptions, read_answers
from survey.store import PLAN, Project
from tests.workflows.test_questionnaires import ANSWERS
from ui import tasks


def test_that_a_project_of_two_batches_opens_and_is_kept_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))
    head, *rows = ANSWERS.splitlines()
    first, second = tmp_path / "第一批.csv", tmp_path / "第二批.csv"
    first.write_text("\n".join([head, *rows[:12]]), encoding="utf-8")
    second.write_text("\n".join([head, *rows[12:]]), encoding="utf-8")
    reading = read_answers([first, second], ReadingOptions(), needs_items=False)
    project = tmp_path / "两批.rongzhen"
    with Project.create("两批") as kept:
        add_sources(kept, reading.raw, reading.plan, reading.later)
        kept.put(PLAN, plan_to_json(reading.plan))
        kept.save_as(project)
    opened = tasks.open_project(project)
    assert opened.applied is not None
    assert opened.applied.responses.n == 24
    tasks.keep_source(opened.project, opened.raw, opened.plan, opened.later)
    assert [source.wave for source in opened.project.sources] == ["1", "2"]
    opened.project.close()
