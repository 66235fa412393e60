"""What a project keeps serves again, as long as it is of the answers and settings it has now."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import analysis.chain
from analysis.chain import CHAIN_RESULT, ChainOptions, ChainResult, options_for, run_chain
from analysis.commands.rectify import ledger_of
from analysis.workflow import keep_project
from survey.reading import ReadingOptions, read_answers
from survey.store import SETTINGS, Project
from tests.analysis.simulated_survey import simulate


class RunAgain(Exception):
    """Raised where the analysis would be run."""


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def diagnosed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the project that ``diagnose`` writes about a small survey."""
    folder = tmp_path_factory.mktemp("kept")
    found = simulate({"TCH": 50}, missing=0.0)
    table = found.answers.round().astype("Int64")
    table.insert(0, "身份", found.respondents["role"].map(found.study.role_names))
    table.to_csv(folder / "a.csv", index=False, encoding="utf-8")
    reading = read_answers((folder / "a.csv",), ReadingOptions())
    chain = run_chain(reading.responses, options_for(ChainOptions(), seed=5, draws=20))
    report = folder / "诊断报告.pdf"
    report.write_bytes(b"%PDF-1.7")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RONGZHEN_DATA", str(folder / "data"))
        keep_project(folder / "项目.rongzhen", reading, chain, report)
    return folder / "项目.rongzhen"


def ledger(project: Path, folder: Path) -> list[str]:
    return ledger_of(project, folder / "台账.json", ReadingOptions(), ChainOptions())


@pytest.fixture
def never_run(monkeypatch) -> None:
    def run_again(*_: object) -> ChainResult:
        raise RunAgain

    monkeypatch.setattr(analysis.chain, "run_chain", run_again)


@pytest.mark.usefixtures("never_run")
def test_that_the_ledger_is_drafted_from_the_results_kept(diagnosed, tmp_path):
    assert ledger(diagnosed, tmp_path)
    assert (tmp_path / "台账.json").stat().st_size > 0


def other_seed(options: ChainOptions) -> ChainOptions:
    return replace(options, coupling=replace(options.coupling, seed=99))


def other_preparation(options: ChainOptions) -> ChainOptions:
    return replace(options, preparation=replace(options.preparation, min_answered_share=0.9))


@pytest.mark.usefixtures("never_run")
@pytest.mark.parametrize("change", [other_seed, other_preparation])
def test_that_results_of_other_settings_are_not_used(
    diagnosed, tmp_path, change: Callable[[ChainOptions], ChainOptions]
):
    changed = tmp_path / "changed.rongzhen"
    with Project.open(diagnosed, read_only=True) as project:
        options = project.get(SETTINGS, ChainOptions)
        project.put(SETTINGS, change(options))
        assert CHAIN_RESULT in project.results
        project.save_as(changed)
    with pytest.raises(RunAgain):
        ledger(changed, tmp_path)
