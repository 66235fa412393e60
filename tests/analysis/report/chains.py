"""Small simulated surveys and the chains run on them, for the tests of the report."""

from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.chain import ChainOptions, ChainResult, options_for, run_chain
from analysis.report import ReportFacts
from survey.framework import load_framework
from survey.framework_study import framework_study
from survey.responses import Missing, ResponseSet, SourceFile
from survey.study import Study, StudyConstruct, StudyItem

FACTS = ReportFacts(
    university="示例大学",
    date="2026-11-24",
    wave="第一轮",
    organiser="科研处",
    classification="内部资料",
    versions=MappingProxyType({"rongzhen": "0.1.0", "Python": "3.11.7"}),
)
GROUPS = ("G1", "G2", "G3")
COUNTS = {"TCH": 260, "ADM": 130, "ENT": 40, "STU": 24, "GOV": 12, "RI": 4}


def simulated_responses(seed: int = 7, share: float = 1.0, study: Study | None = None):
    """Return answers to the framework's short form from a factor model with known structure."""
    rng = np.random.default_rng(seed)
    study = study or _short_study()
    roles = [role for role, n in COUNTS.items() for _ in range(max(1, round(n * share)))]
    n = len(roles)
    factors = _factors(rng, n)
    answers = {}
    for construct in study.constructs:
        is_bad = construct.polarity == "severity"
        level = 0.8 * factors[_factor_of(construct)] + 0.6 * rng.normal(size=n)
        centre = 3.2 + 0.45 * rng.normal() if is_bad else 3.1 + 0.2 * rng.normal()
        for code in construct.items:
            raw = centre + 0.95 * (0.85 * level + 0.5 * rng.normal(size=n))
            item = study.item(code)
            turned = item.minimum + item.maximum - raw if item.is_reversed else raw
            answers[code] = np.clip(np.rint(turned), item.minimum, item.maximum)
    for check in study.attention_checks:
        answers[check.code] = np.where(rng.random(n) < 0.02, 2.0, check.correct)
    table = pd.DataFrame(answers, index=pd.RangeIndex(1, n + 1, name="respondent"))
    missing = _missing(table, study, roles, rng)
    return _responses(study, table, missing, roles, rng)


def _factors(rng, n):
    """Draw the five factors of the report's model with correlated constraint groups."""
    shared = rng.normal(size=n)
    groups = {g: np.sqrt(0.45) * shared + np.sqrt(0.55) * rng.normal(size=n) for g in GROUPS}
    pull = -0.32 * groups["G1"] - 0.25 * groups["G2"] - 0.3 * groups["G3"]
    community = pull + 0.7 * rng.normal(size=n)
    outcome = 0.5 * community - 0.2 * groups["G3"] + 0.75 * rng.normal(size=n)
    return {**groups, "I": community, "N": outcome}


def _factor_of(construct: StudyConstruct) -> str:
    if construct.polarity == "severity":
        return construct.group
    return "N" if construct.code.startswith("N") else "I"


def _short_study() -> Study:
    study = framework_study("SHORT30")
    return Study(**{**_fields(study), "is_simulated": True})


def _fields(study: Study) -> dict[str, object]:
    return {name: getattr(study, name) for name in Study.__dataclass_fields__}


def _missing(table, study, roles, rng):
    asked = {code: item.roles for code, item in load_framework().items.items()}
    missing = pd.DataFrame(0, index=table.index, columns=table.columns, dtype="int8")
    for code in table.columns:
        unknown = rng.random(len(table)) < 0.006
        missing.loc[unknown, code] = int(Missing.DO_NOT_KNOW)
        if study.framework and code in asked:
            hidden = ~np.isin(roles, asked[code])
            missing.loc[hidden, code] = int(Missing.NOT_SHOWN)
    return missing


def _responses(study, table, missing, roles, rng):
    n = len(table)
    respondents = pd.DataFrame(
        {
            "role": roles if study.framework else np.nan,
            "seconds": rng.integers(240, 700, n).astype(float),
            "submitted": pd.Timestamp("2026-11-20"),
            "row": np.arange(2, n + 2),
            "所在学院（部门）": rng.choice(["机械学院", "信息学院", "经管学院", "艺术学院"], n),
        },
        index=table.index,
    )
    return ResponseSet(
        study=study,
        answers=table.where(missing == 0),
        missing=missing,
        respondents=respondents,
        other=pd.DataFrame(index=table.index),
        source=SourceFile("模拟数据_按文本.xlsx", "ab" * 32, "wjx_text", "", n, len(table.columns)),
    )


def own_study() -> Study:
    """Return a study unrelated to the framework: three constructs, none a constraint."""
    constructs = tuple(
        StudyConstruct(code, name, tuple(f"{code}{k}" for k in range(1, 5)))
        for code, name in (("SAT", "满意度"), ("TRU", "信任"), ("USE", "使用意愿 <试用> & 续用"))
    )
    items = tuple(
        StudyItem(code, f"我对第{code[-1]}项服务的评价={construct.name}")
        for construct in constructs
        for code in construct.items
    )
    model = (
        "SAT =~ SAT1 + SAT2 + SAT3 + SAT4\nTRU =~ TRU1 + TRU2 + TRU3 + TRU4\n"
        "USE =~ USE1 + USE2 + USE3 + USE4\nTRU ~ a*SAT\nUSE ~ b*TRU + c*SAT\nind := a*b"
    )
    return Study("用户满意度调查", constructs, items, model=model)


def quick_options() -> ChainOptions:
    """Return options with few draws: the report does not care how exact an interval is."""
    return options_for(ChainOptions(), seed=5, draws=60)


@lru_cache(maxsize=1)
def framework_chain() -> ChainResult:
    """Return the chain of a full-size framework survey."""
    return run_chain(simulated_responses(), quick_options())


@lru_cache(maxsize=1)
def small_chain() -> ChainResult:
    """Return the chain of a survey too small for any model."""
    return run_chain(simulated_responses(share=0.16), quick_options())


@lru_cache(maxsize=1)
def own_chain() -> ChainResult:
    """Return the chain of a study without framework."""
    return run_chain(simulated_responses(study=own_study()), quick_options())
