"""What the report says, for a full survey, a small one, and a study of one's own."""

import re
import sys
from dataclasses import replace

import pytest

from analysis.chain import options_for, run_chain
from analysis.report import ReportFacts, build_report
from analysis.report.build import chinese_numeral
from analysis.report.content.front import largest_gap
from analysis.report.document import (
    Conclusion,
    Cover,
    Figure,
    Heading,
    Note,
    PageBreak,
    Paragraph,
    cell_text,
)
from analysis.report.pdf import render_pdf

STATISTICAL_TERMS = (
    "显著", "置信", "标准误", "标准差", "回归", "方程", "潜变量", "自助", "均值", "方差", "样本",
    "相关系数", "信度", "效度", "拟合", "中位数", "p 值", "α", "CFI", "RMSEA", "bootstrap",
)  # fmt: skip
CAUSAL_WORDS = ("导致", "造成了", "决定了", "促使", "引起")


def headings(report, level=1):
    return [b.text for b in report.blocks if isinstance(b, Heading) and b.level == level]


def table(report, key):
    return next(t for t in report.tables() if t.key == key)


def all_text(report):
    found = []
    for block in report.blocks:
        found += [str(getattr(block, name, "")) for name in ("text", "title", "headline")]
        for name in ("notes", "items"):
            found += [str(text) for text in getattr(block, name, ())]
    for t in report.tables():
        for row in t.rows:
            found += [cell_text(c, k.kind) for c, k in zip(row, t.columns, strict=True)]
    return "\n".join(found)


def test_that_the_chapters_follow_the_framework(framework_report):
    assert headings(framework_report) == [
        "核心结论",
        "诊断仪表盘",
        "任务背景与依据",
        "方法与样本",
        "数据质量",
        "信度与效度",
        "量表检验",
        "总体水平",
        "制约因素画像",
        "作用机制",
        "优先级：重要性与严重程度",
        "耦合协调诊断",
        "障碍度与增益",
        "不同主体的看法",
        "学院对标",
        "比较与解释",
        "问题清单与原因",
        "改进路径与责任清单",
        "整改台账与复核计划",
        "局限与使用边界",
        "附录A　问卷题目与题项统计",
        "附录B　统计表与可复现信息",
    ]


def test_that_a_study_of_ones_own_has_no_framework_pages(own_report):
    assert headings(own_report) == [
        "核心结论", "诊断仪表盘", "方法与样本", "数据质量", "信度与效度", "量表检验",
        "总体水平", "作用机制", "比较与解释", "局限与使用边界",
        "附录A　问卷题目与题项统计", "附录B　统计表与可复现信息",
    ]  # fmt: skip
    text = all_text(own_report)
    assert [w for w in ("新质生产力", "制约", "耦合", "协同", "重点整改") if w in text] == []


def test_that_a_sample_too_small_for_a_model_says_why(small_chain, facts):
    report = build_report(small_chain, facts)
    ladder = table(report, "ladder")
    assert {row[2] for row in ladder.rows} == {"不支持"}
    assert all(str(row[1]) in row[3] for row in ladder.rows)
    assert not any(t.key == "effects" for t in report.tables())


def test_that_the_ladder_says_which_model_is_used(framework_report):
    assert [row[2] for row in table(framework_report, "ladder").rows] == [
        "不支持",
        "采用",
        "可用，未采用",
    ]


def test_that_the_one_page_conclusion_has_no_statistical_terms(framework_report):
    page = [b for b in framework_report.blocks if isinstance(b, Conclusion)]
    text = "".join(b.headline + b.text for b in page)
    assert len(page) == 5
    assert [term for term in STATISTICAL_TERMS if term in text] == []


def test_that_coefficients_are_told_as_associations(framework_report):
    start = headings(framework_report).index("作用机制")
    chapters = [b for b in framework_report.blocks if isinstance(b, Heading) and b.level == 1]
    blocks = list(framework_report.blocks)
    first, last = (blocks.index(chapters[start + k]) for k in (0, 1))
    sentences = [
        text
        for b in blocks[first:last]
        if not isinstance(b, Note)
        for text in (getattr(b, "text", ""), *getattr(b, "items", ()))
    ]
    assert [s for s in sentences for word in CAUSAL_WORDS if word in s] == []
    assert any("关联" in s for s in sentences)


def test_that_small_groups_appear_nowhere(framework_report, framework_chain):
    """Four people of research institutes answered; so their name stands only where it says so."""
    roles = table(framework_report, "roles")
    assert "科研机构" not in {row[0] for row in roles.rows}
    assert min(row[2] for row in roles.rows) >= 10
    heat = next(f.drawing for f in framework_report.figures() if f.key == "heat_map")
    assert "科研机构" not in heat.columns
    counts = table(framework_report, "role_counts")
    shown = [c for row in counts.rows for c in row[1:] if isinstance(c, float) and c == c]
    assert min(shown) >= 10


def test_that_units_stand_in_order_of_their_names(framework_report):
    figure = next(f for f in framework_report.figures() if f.key == "units_forest")
    names = [row[0] for row in figure.drawing.rows]
    assert names == sorted(names)
    assert len(names) == 4


def test_that_a_gap_is_called_so_only_when_told_from_chance(framework_chain, framework_report):
    """The rule of the diagnosis: |g| of .3 or more, and its interval without 0."""
    page = [b for b in framework_report.blocks if isinstance(b, Conclusion)]
    gap = largest_gap(framework_chain.diagnosis)
    gaps = framework_chain.diagnosis.gaps
    named = gaps[gaps["is_named"] & (gaps["comparability"] != "unequal")]
    assert gap.is_named == bool(len(named))
    assert gap.top - gap.bottom == named["difference"].abs().max()
    assert page[2].headline == "看法差别最大的一项：" + gap_name(framework_chain, gap.constraint)


def gap_name(chain, code):
    return next(c.name for c in chain.prepared.study.constructs if c.code == code)


def test_that_raw_numbers_stay_in_the_model(framework_report, framework_chain):
    row = table(framework_report, "reliability").rows[0]
    alpha = framework_chain.measurement.reliability["alpha"].iloc[0]
    assert row[3] == alpha


def test_that_every_reference_is_resolved(framework_report):
    assert "[[" not in all_text(framework_report)


def test_that_tables_and_figures_are_numbered_in_order(framework_report):
    numbers = [int(t.label.removeprefix("表")) for t in framework_report.tables()]
    assert numbers == list(range(1, len(numbers) + 1))
    figures = [int(f.label.removeprefix("图")) for f in framework_report.figures()]
    assert figures == list(range(1, len(figures) + 1))


def test_that_every_table_of_results_names_the_framework_version(framework_report):
    for t in framework_report.tables():
        if t.key not in ("origin", "syntax", "jars"):
            assert t.notes[-1] == "诊断框架版本：1.0.0。", t.key


def test_that_problems_and_measures_are_those_judged_red_or_amber(
    framework_report, framework_chain
):
    lights = framework_chain.diagnosis.constraints["light"]
    named = [f"{code} " for code, light in lights.items() if light in ("red", "amber")]
    for key, column in (("problems", 1), ("measures", 0), ("ledger", 1)):
        rows = table(framework_report, key).rows
        assert [str(row[column])[:3] for row in rows] == named


def test_that_each_measure_has_actor_department_deadline_and_indicator(framework_report):
    for row in table(framework_report, "measures").rows:
        assert all(str(cell).strip() for cell in row)
        assert re.search(r"20\d\d年\d+月底前", row[4])


def test_that_a_target_can_be_told_from_chance(framework_report):
    for row in table(framework_report, "ledger").rows:
        now, target, detectable = row[2], row[3], row[4]
        assert target == 40.0 or now - target > detectable


def test_that_the_appendix_names_what_makes_the_report_again(framework_report, framework_chain):
    entries = {str(row[0]): str(row[1]) for row in table(framework_report, "origin").rows}
    assert entries["SHA-256"] == framework_chain.prepared.responses.source.sha256
    assert entries["数据指纹"] == framework_chain.prepared.fingerprint
    assert "诊断 5" in entries["随机种子"]


def test_that_the_cover_names_classification_and_simulation(framework_report):
    cover = next(b for b in framework_report.blocks if isinstance(b, Cover))
    assert cover.marks == ("内部资料", "模拟数据")
    assert "示例大学" in cover.subtitle


def test_that_the_date_is_the_one_given(framework_report):
    cover = next(b for b in framework_report.blocks if isinstance(b, Cover))
    assert dict(cover.facts)["报告日期"] == "2026年11月24日"


def test_that_the_english_report_has_the_same_blocks(framework_report, framework_chain, facts):
    english = build_report(framework_chain, facts, "en")
    kinds = [type(b) for b in framework_report.blocks if not isinstance(b, Paragraph)]
    assert [type(b) for b in english.blocks if not isinstance(b, Paragraph)] == kinds


def test_that_the_english_report_says_nothing_in_chinese(framework_chain, facts):
    text = all_text(build_report(framework_chain, facts, "en"))
    units = framework_chain.diagnosis.benchmark
    names = {facts.university, facts.wave, framework_chain.prepared.responses.source.name}
    names |= {*units.table["unit"], units.variable}
    for name in names:
        text = text.replace(name, "")
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_that_no_report_ends_with_a_page_break(framework_report):
    assert not isinstance(framework_report.blocks[-1], PageBreak)


def changed(chain, kind):
    """Return the survey of ``chain`` with something about it that goes wrong in practice."""
    responses = chain.prepared.responses
    if kind == "nobody answered":
        missing = responses.missing.where(responses.missing != 0, 2).astype("int8")
        return replace(responses, answers=responses.answers * float("nan"), missing=missing)
    people = responses.respondents.assign(role=float("nan"))
    return replace(responses, respondents=people)


@pytest.mark.parametrize("kind", ["nobody answered", "no roles"])
def test_that_a_poor_survey_still_gives_a_report(small_chain, facts, tmp_path, kind):
    chain = run_chain(changed(small_chain, kind), small_chain.options)
    report = build_report(chain, facts)
    assert "局限与使用边界" in headings(report)
    if kind == "nobody answered":
        assert render_pdf(report, tmp_path / "a.pdf").pages >= 8


def test_that_statistics_of_fewer_people_than_the_threshold_are_not_printed(small_chain, facts):
    options = options_for(small_chain.options, seed=5, draws=40, threshold=100)
    chain = run_chain(small_chain.prepared.responses, options)
    report = build_report(chain, facts)
    assert chain.prepared.n < 100
    assert {row[4] for row in table(report, "item_statistics").rows} == {None}
    assert table(report, "reliability").rows == ()


def test_that_facts_may_be_missing(small_chain):
    report = build_report(small_chain, ReportFacts(university="", date=""))
    cover = next(b for b in report.blocks if isinstance(b, Cover))
    assert "报告日期" not in dict(cover.facts)


@pytest.mark.parametrize(
    ("number", "numeral"), [(1, "一"), (10, "十"), (16, "十六"), (20, "二十"), (35, "三十五")]
)
def test_that_chapters_are_counted_in_chinese(number, numeral):
    assert chinese_numeral(number) == numeral


def test_that_a_robust_fit_reports_the_robust_values(small_chain, facts):
    """With MLR the table shows the scaled test, not the plain one."""
    options = small_chain.options
    options = replace(options, modelling=replace(options.modelling, estimator="MLR"))
    chain = run_chain(simulated_survey(), options)
    report = build_report(chain, facts)
    shown = {row[0]: row[1] for row in table(report, "model_fit").rows}
    fit = chain.structural.sem.fit_measures
    assert shown["χ²"] == f"{fit['chisq.scaled']:.3f}"
    assert shown["CFI"] == f"{fit['cfi.robust']:.3f}"
    assert any("稳健" in note for note in table(report, "model_fit").notes)


def simulated_survey():
    return sys.modules["report_test_chains"].simulated_responses(share=0.6)


def test_that_rival_models_stand_beside_the_one_used(framework_report, framework_chain):
    rows = table(framework_report, "rivals").rows
    assert [row[1] for row in rows] == list(framework_chain.structural.rivals["chisq"])
    assert len(rows) >= 2


def test_that_nodes_moved_by_hand_are_where_the_user_put_them(own_chain, facts):
    def node(report, code):
        (figure,) = [b for b in report.blocks if isinstance(b, Figure) and b.key == "diagram"]
        scene = figure.drawing
        return next((n.x, n.y) for n in scene.nodes if n.code == code), scene.positions

    code, *others = own_chain.structural.sem.latents
    _, before = node(build_report(own_chain, facts), code)
    (x, y), moved = before[code], dict(before)
    moved[code] = (x + 90.0, y + 40.0)
    _, after = node(build_report(own_chain, replace(facts, positions=moved)), code)
    assert dict(after) == moved
    assert all(after[other] == before[other] for other in others)
