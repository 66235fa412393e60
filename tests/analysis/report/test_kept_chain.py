"""A whole run that went through a project gives the report it gave, byte for byte."""

from dataclasses import replace

import pytest

from analysis.chain import CHAIN_RESULT, ChainOptions, ChainResult, options_for, run_chain
from analysis.report import build_report
from analysis.report.pdf import render_pdf
from survey.store import Project


def through_project(chain: ChainResult, folder) -> ChainResult:
    """Return the chain as a saved and reopened project gives it."""
    path = folder / "p.rongzhen"
    with Project.create("研究") as project:
        project.put_result(CHAIN_RESULT, chain, fingerprint="f", holds_answers=True)
        project.save_as(path)
    with Project.open(path, read_only=True) as project:
        back = project.get_result(CHAIN_RESULT, ChainResult)
    assert back is not None
    return back


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHEN_DATA", str(tmp_path / "data"))


@pytest.fixture
def kept_framework(framework_chain, tmp_path):
    return through_project(framework_chain, tmp_path)


def test_that_a_kept_run_gives_the_same_report_byte_for_byte(
    kept_framework, framework_pdf, facts, tmp_path
):
    assert kept_framework.review is not None
    assert kept_framework.comparison is not None
    path = tmp_path / framework_pdf[0].name
    render_pdf(build_report(kept_framework, facts), path)
    assert path.read_bytes() == framework_pdf[0].read_bytes()


def test_that_every_kept_model_gives_its_measures(kept_framework, framework_chain):
    found, expected = kept_framework, framework_chain
    assert found.measurement.cfa.fit_measures == expected.measurement.cfa.fit_measures
    assert found.structural.sem.fit_measures == expected.structural.sem.fit_measures


@pytest.mark.parametrize("name", ["small", "own"])
def test_that_other_studies_come_back_to_the_last_word(name, request, facts, tmp_path):
    chain = request.getfixturevalue(f"{name}_chain")
    back = through_project(chain, tmp_path)
    assert repr(build_report(back, facts)) == repr(build_report(chain, facts))


def test_that_a_run_whose_model_could_not_be_read_is_kept_with_the_reason(own_chain, tmp_path):
    options = options_for(ChainOptions(), seed=5, draws=20, model="SAT =~ (((")
    chain = run_chain(own_chain.prepared.responses, options)
    assert [found.code for found in chain.structural.findings] == ["model_unreadable"]
    back = through_project(chain, tmp_path)
    for language in ("zh_CN", "en"):
        (found,) = back.structural.findings
        (expected,) = chain.structural.findings
        assert found.describe(language) == expected.describe(language)


def test_that_runs_kept_before_there_was_a_review_are_read(small_chain, tmp_path):
    old = replace(small_chain, review=None, comparison=None)
    back = through_project(old, tmp_path)
    assert back.review is None
    assert back.prepared.fingerprint == small_chain.prepared.fingerprint
