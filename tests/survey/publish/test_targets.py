"""Every target writes its file and has its name."""

import errno
from pathlib import Path

import pytest

from survey.problems import Refusal
from survey.publish.targets import TARGETS
from survey.questionnaire.conditions import Between
from survey.questionnaire.model import Quota
from tests.survey.questionnaire.made import one_of_each, with_check


@pytest.mark.parametrize("code", TARGETS)
def test_that_every_target_writes_a_file(code, tmp_path):
    target = TARGETS[code]
    path = tmp_path / f"问 卷{target.suffix}"
    export = target.write(with_check(one_of_each()), path, role="ENT", language="en")
    assert export.files == (path,)
    assert path.stat().st_size > 500
    assert target.name("zh_CN")
    assert target.name("en")


@pytest.mark.parametrize("code", [code for code, target in TARGETS.items() if target.takes_role])
def test_that_a_role_is_asked_for(code, tmp_path):
    with pytest.raises(Refusal):
        TARGETS[code].write(one_of_each(), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", TARGETS)
def test_that_a_folder_that_is_gone_is_told(code, tmp_path):
    with pytest.raises(Refusal) as refusal:
        TARGETS[code].write(one_of_each(), tmp_path / "gone" / "x", role="TCH")
    assert refusal.value.problems[0].code == "folder_missing"


def test_that_an_export_that_fails_leaves_the_earlier_file(tmp_path, monkeypatch):
    path = tmp_path / "q.html"
    path.write_text("earlier", encoding="utf-8")

    def fail(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(Refusal) as refusal:
        TARGETS["html"].write(one_of_each(), path)
    assert refusal.value.problems[0].code == "disk_full"
    assert path.read_text(encoding="utf-8") == "earlier"
    assert list(tmp_path.iterdir()) == [path]


NOT_HELD = {
    "html": {"quota_offline"},
    "entry": set(),  # nothing is asked, all of the paper is typed in
    "lss": {"page_order", "attention", "quotas"},
    "surveyjs": {"blocks", "quotas"},
    "qsf": {"page_order", "attention", "quotas"},
}
"""What each target must at least tell of the questionnaire below; all others cannot draw."""


@pytest.mark.parametrize("code", TARGETS)
def test_that_every_target_tells_what_it_does_not_hold(code, tmp_path):
    whole = one_of_each()
    quota = Quota(code="Q", limit=50, when=Between(variable="AGE", low=30))
    whole = whole.model_copy(update={"quotas": (quota,)})
    export = TARGETS[code].write(whole, tmp_path / f"f{TARGETS[code].suffix}", role="TCH")
    told = {loss.code for loss in export.losses}
    assert NOT_HELD.get(code, {"blocks", "page_order", "quotas", "attention"}) <= told
    assert all(loss.describe("zh_CN") and loss.describe("en") for loss in export.losses)
