"""The comparison chapter: what it says, what it must not say or show."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import ComparisonOptions, compare
from analysis.report import build_report
from analysis.report.charts import chart_figure
from analysis.report.document import CeilingMap, Heading, Note, Paragraph, PriorityMap, ProfileLines

SECTIONS = {
    "zh_CN": [
        "各类人群的差异",
        "哪些因素与新质生产力形成有关",
        "通过什么环节有关",
        "新质生产力形成的必要条件",
        "受访者的类型",
        "条件的组合",
    ],
}


@pytest.fixture(scope="module")
def english(framework_chain, facts):
    return build_report(framework_chain, facts, "en")


def chapter(report, title):
    """Return the blocks of the chapter called ``title``."""
    blocks = list(report.blocks)
    starts = [i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.level == 1]
    first = next(i for i in starts if blocks[i].text == title)
    return blocks[first : next(i for i in starts if i > first)]


def words(blocks) -> str:
    found = []
    for block in blocks:
        found += [str(getattr(block, name, "")) for name in ("text", "title", "alt")]
        found += [str(note) for note in getattr(block, "notes", ())]
        for row in getattr(block, "rows", ()):
            found += [cell for cell in row if isinstance(cell, str)]
    return "\n".join(found)


def table(report, key):
    return next(t for t in report.tables() if t.key == key)


def test_that_the_chapter_has_its_sections(framework_report):
    blocks = chapter(framework_report, "比较与解释")
    titles = [b.text for b in blocks if isinstance(b, Heading) and b.level == 2]
    assert titles == SECTIONS["zh_CN"]


def test_that_each_section_opens_with_a_sentence(framework_report):
    blocks = chapter(framework_report, "比较与解释")
    for place, block in enumerate(blocks):
        if isinstance(block, Heading):
            assert isinstance(blocks[place + 1], Paragraph)


def test_that_the_english_chapter_is_english(english):
    text = words(chapter(english, "Comparisons and what goes with the outcome"))
    kept = text
    for name in ("机械学院", "信息学院", "经管学院", "艺术学院"):
        kept = kept.replace(name, "")
    assert [c for c in kept if "\u4e00" <= c <= "\u9fff"] == []


def test_that_the_regression_table_holds_the_results(framework_report, framework_chain):
    rows = table(framework_report, "regression").rows
    linear = framework_chain.comparison.regressions["linear"].coefficients
    assert [row[1] for row in rows] == list(linear["b"][1:])
    shares = framework_chain.comparison.weights.table["r2_share"]
    assert sum(row[7] for row in rows) == pytest.approx(shares.sum())


def test_that_every_table_gives_its_n(framework_report):
    for block in chapter(framework_report, "比较与解释"):
        if hasattr(block, "columns"):
            titles = {column.title for column in block.columns}
            assert (
                "n" in titles
                or any("n = " in note for note in block.notes)
                or (block.key == "slopes")
            )


def test_that_no_small_group_is_printed(framework_report):
    for report_table in framework_report.tables():
        if report_table.key.startswith(("group_", "truth", "profile_roles")):
            place = (
                [c.title for c in report_table.columns].index("n")
                if "n" in [c.title for c in report_table.columns]
                else None
            )
            if place is not None:
                counts = [row[place] for row in report_table.rows if row[place] is not None]
                assert not [n for n in counts if n < 10]


def test_that_a_small_sample_gets_no_coefficients(small_chain, facts):
    report = build_report(small_chain, facts)
    blocks = chapter(report, "比较与解释")
    keys = {block.key for block in blocks if hasattr(block, "columns")}
    assert not keys & {"regression", "mediation", "necessity", "solutions", "profile_fits"}
    notes = "".join(b.text for b in blocks if isinstance(b, Note))
    assert "这份样本说明不了哪些因素与结果有关" in notes


def test_that_overlap_stops_every_coefficient(framework_chain, facts):
    htmt = pd.DataFrame(np.nan, index=["C1", "N1"], columns=["C1", "N1"])
    htmt.loc["N1", "C1"] = 0.95
    options = ComparisonOptions(bootstrap=60)
    comparison = compare(framework_chain.prepared, options, htmt=htmt)
    report = build_report(replace(framework_chain, comparison=comparison), facts)
    keys = {t.key for t in report.tables()}
    assert not keys & {"regression", "mediation", "slopes", "necessity", "solutions", "bottleneck"}
    text = words(chapter(report, "比较与解释"))
    assert "难以区分" in text
    assert "C1" not in text or "科研供需错位" in text


def test_that_a_run_without_the_stage_has_no_chapter(framework_chain, facts):
    report = build_report(replace(framework_chain, comparison=None), facts)
    titles = [b.text for b in report.blocks if isinstance(b, Heading)]
    assert "比较与解释" not in titles


def test_that_necessary_conditions_are_ringed_on_the_map(framework_chain, facts):
    comparison = framework_chain.comparison
    marked = comparison.necessity.table.assign(is_necessary=False)
    marked.loc["C7", "is_necessary"] = True
    changed = replace(comparison, necessity=replace(comparison.necessity, table=marked))
    report = build_report(replace(framework_chain, comparison=changed), facts)
    drawing = next(f.drawing for f in report.figures() if isinstance(f.drawing, PriorityMap))
    assert drawing.ringed == ("C7",)
    ceiling = next(f.drawing for f in report.figures() if isinstance(f.drawing, CeilingMap))
    assert all(n >= 10 for _, _, n in ceiling.bubbles)


def test_that_the_new_drawings_can_be_drawn():
    lines = ProfileLines(("一", "二"), (("类型1", (20.0, 80.0)), ("类型2", (60.0, 79.0))), "得分")
    ceiling = CeilingMap(((35.0, 45.0, 12), (75.0, 65.0, 40)), (30.0, 0.6), "x", "y", "空")
    for drawing in (lines, ceiling):
        figure = chart_figure(drawing, 450.0)
        assert figure.get_size_inches()[0] == pytest.approx(450 / 72)
    heights = [text.get_position()[1] for text in chart_figure(lines, 450.0).axes[0].texts]
    assert abs(heights[0] - heights[1]) >= 9
