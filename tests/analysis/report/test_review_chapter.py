"""The chapter on the scale itself."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.chain import ChainOptions, options_for, run_chain
from analysis.report.build import build_report
from analysis.report.content.review import errors_table
from analysis.report.document import Cover, Note
from analysis.report.facts import ReportFacts
from tests.analysis.simulated_survey import simulate


@pytest.fixture(scope="module")
def chain():
    options = options_for(ChainOptions(), seed=1, draws=50)
    options = replace(options, review=replace(options.review, marker="P3", bootstrap=5))
    return run_chain(simulate({"ADM": 40, "TCH": 160}, form="FULL", missing=0.0), options)


def built(chain, language: str = "zh_CN"):
    return build_report(chain, ReportFacts(university="某大学", date="2026-11-24"), language)


def test_that_the_cover_and_the_chapter_call_the_scale_on_trial(chain):
    assert not chain.review.pilot.is_ready
    blocks = built(chain).blocks
    cover = next(block for block in blocks if isinstance(block, Cover))
    assert ("量表", "试用版") in cover.facts
    assert sum("试用版" in b.text for b in blocks if isinstance(b, Note)) == 1


def test_that_a_scale_that_passed_is_not_called_on_trial(chain):
    pilot = replace(chain.review.pilot, is_ready=True)
    passed = replace(chain, review=replace(chain.review, pilot=pilot))
    cover = next(block for block in built(passed).blocks if isinstance(block, Cover))
    assert "量表" not in dict(cover.facts)


def test_that_harman_is_marked_as_weak(chain):
    table = next(t for t in built(chain).tables() if t.key == "review_bias")
    strength = {row[0]: row[-1] for row in table.rows}
    assert strength["Harman 单因素检验"] == "弱"
    assert strength["方法因子（ULMC）"] == "较强"


def test_that_marker_models_and_loadings_are_shown(chain):
    tables = {t.key: t for t in built(chain).tables()}
    assert len(tables["review_marker_models"].rows) == 5
    assert len(tables["review_loadings"].rows) == len(chain.review.pilot.factors.loadings)
    for key in ("review_loadings", "review_bias", "review_bias_models", "review_marker_models"):
        assert any("n = " in note for note in tables[key].notes)


def test_that_a_run_without_review_has_no_chapter(chain):
    keys = {t.key for t in built(replace(chain, review=None)).tables()}
    assert not any(key.startswith("review_") for key in keys)


def test_that_each_loading_has_its_error(chain):
    table = errors_table(chain.review.pilot.factors, "zh_CN")
    assert table is not None
    assert len(table.rows) == chain.review.pilot.factors.loadings.size
    assert np.all([row[3] >= 0 for row in table.rows])
