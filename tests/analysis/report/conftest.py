"""The chains and reports that several tests read; computed once."""

import importlib.util
import sys
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "report_test_chains", Path(__file__).with_name("chains.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
chains = importlib.util.module_from_spec(_SPEC)
sys.modules["report_test_chains"] = chains
_SPEC.loader.exec_module(chains)


@pytest.fixture(scope="session")
def facts():
    return chains.FACTS


@pytest.fixture(scope="session")
def framework_chain():
    """A simulated survey of 470 people over six roles, one role of four."""
    return chains.framework_chain()


@pytest.fixture(scope="session")
def small_chain():
    """A survey too small for a structural model."""
    return chains.small_chain()


@pytest.fixture(scope="session")
def own_chain():
    """A study without framework, constraints, roles or systems."""
    return chains.own_chain()


@pytest.fixture(scope="session")
def framework_report(framework_chain, facts):
    from analysis.report import build_report

    return build_report(framework_chain, facts)


@pytest.fixture(scope="session")
def framework_pdf(framework_report, tmp_path_factory):
    """The PDF of the framework report and what is known of it."""
    from analysis.report.pdf import render_pdf

    path = tmp_path_factory.mktemp("report") / "诊断 报告.pdf"
    return path, render_pdf(framework_report, path)


@pytest.fixture(scope="session")
def own_report(own_chain, facts):
    """A small report: a study of one's own."""
    from analysis.report import build_report

    return build_report(own_chain, facts)
