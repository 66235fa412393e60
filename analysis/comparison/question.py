"""What is explained by what: read from the study, unless the user says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.comparison.result import ComparisonOptions, Question
from analysis.preparation.asked import role_labels, roles_asked_everything

if TYPE_CHECKING:
    import pandas as pd

    from analysis.preparation.dataset import PreparedDataset
    from survey.study import Study

OVERALL, ALL, TARGET, BETWEEN, PATHWAYS = "CON", "ALL", "OUT", "MED", "PATH"
"""Codes of composites the study has no name for: all constraints, all predictors, …"""

FRAMEWORK_OUTCOME, FRAMEWORK_MEDIATOR = "U2", "U1"
FRAMEWORK_CHAIN = ("I3", "I1")
"""Pooled resources promote innovation and transfer (relation R16)."""

FRAMEWORK_PATHWAYS = ("P1", "P2", "P3")


def read_question(prepared: PreparedDataset, options: ComparisonOptions) -> Question:
    """Return what is explained by what, as far as there are answers.

    The user's choice; else, with constraints, the framework's chain constraints → community →
    productive forces, or all positive constructs as outcome; else the paths of the study's
    own model (last endogenous construct, those between, those that start).
    """
    study = prepared.study
    known = [c for c in prepared.scores100.columns if prepared.scores100[c].nunique() > 1]
    severe = frozenset(c.code for c in study.constructs if c.polarity == "severity")
    composites = _systems(study, known)
    if severe & set(known):
        outcome, predictors, between = _by_polarity(study, known, composites)
    else:
        outcome, predictors, between = _by_model(study.model, known)
    outcome = options.outcome if options.outcome in {*known, *composites} else outcome
    predictors = _chosen(options.predictors, known) or predictors
    mediator = _composite(options.mediators or between, BETWEEN, known, composites)
    used = {outcome, *composites.get(outcome, ()), mediator, *composites.get(mediator, ())}
    predictors = tuple(p for p in predictors if p not in used)
    if not outcome or not predictors:
        return Question(severe=severe)
    blocks = _blocks(study, predictors, composites)
    is_severe = severe.issuperset(predictors)
    overall = _composite(predictors, OVERALL if is_severe else ALL, known, composites)
    is_framework = bool(study.framework)
    pathways = FRAMEWORK_PATHWAYS if is_framework else ()
    wanted = (options.moderator,) if options.moderator else pathways
    chain = tuple(c for c in FRAMEWORK_CHAIN if c in known) if is_framework else ()
    parts = composites.get(mediator, ())
    named = {*blocks, overall} if is_severe else set()
    return Question(
        outcome=outcome,
        predictors=predictors,
        blocks=blocks,
        overall=overall,
        mediator=mediator,
        parts=parts if len(parts) > 1 else (),
        chain=chain if len(chain) == 2 and set(chain) <= set(parts) else (),
        moderator=_composite(wanted, PATHWAYS, known, composites),
        composites=MappingProxyType(composites),
        severe=severe | named,
    )


def _chosen(codes: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in known)


def _systems(study: Study, known: list[str]) -> dict[str, tuple[str, ...]]:
    found = {s.code: _chosen(s.constructs, known) for s in study.systems}
    return {code: constructs for code, constructs in found.items() if constructs}


def _composite(
    wanted: Iterable[str],
    code: str,
    known: list[str],
    composites: dict[str, tuple[str, ...]],
) -> str:
    """Return the code for the mean of ``wanted``; a new composite is added under ``code``."""
    wanted = tuple(wanted)
    if len(wanted) == 1 and wanted[0] in {*known, *composites}:
        return wanted[0]
    constructs = _chosen(wanted, known)
    if len(constructs) < 2:
        return constructs[0] if constructs else ""
    composites[code] = constructs
    return code


def _by_polarity(
    study: Study, known: list[str], composites: dict[str, tuple[str, ...]]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    predictors = tuple(
        c.code for c in study.constructs if c.polarity == "severity" and c.code in known
    )
    if FRAMEWORK_OUTCOME in composites:
        between = (FRAMEWORK_MEDIATOR,) if FRAMEWORK_MEDIATOR in composites else ()
        return FRAMEWORK_OUTCOME, predictors, between
    if composites:
        codes = list(composites)
        return codes[-1], predictors, tuple(codes[-2:-1])
    positive = tuple(
        c.code for c in study.constructs if c.polarity == "positive" and c.code in known
    )
    return _composite(positive, TARGET, known, composites), predictors, ()


def _by_model(model: str, known: list[str]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the last outcome of a path model, where its paths start, and what is between."""
    if not model.strip():
        return "", (), ()
    from analysis.sem.syntax.parser import parse

    paths = [
        (f.lhs, f.rhs)
        for f in parse(model).formulas
        if f.op == "~" and f.lhs in known and f.rhs in known
    ]
    explained = list(dict.fromkeys(left for left, _ in paths))
    explaining = list(dict.fromkeys(right for _, right in paths))
    ends = [code for code in explained if code not in explaining]
    if not ends:
        return "", (), ()
    starts = tuple(code for code in explaining if code not in explained)
    return ends[-1], starts, tuple(code for code in explained if code in explaining)


def _blocks(
    study: Study, predictors: tuple[str, ...], composites: dict[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the groups of predictors, each added to the composites; () unless there are two."""
    group_of = {c.code: c.group for c in study.constructs}
    members: dict[str, tuple[str, ...]] = {}
    for code in predictors:
        if group_of[code]:
            members[group_of[code]] = (*members.get(group_of[code], ()), code)
    if len(members) < 2 or sum(map(len, members.values())) < len(predictors):
        return ()
    composites.update(members)
    return tuple(members)


def explaining_data(prepared: PreparedDataset, question: Question) -> pd.DataFrame:
    """Return constructs and composites (0-100) of the roles asked everything concerned.

    A composite is the mean of its constructs, NaN unless all of them have a score.
    """
    scores = prepared.scores100
    concerned = _constructs(question)
    roles = roles_asked_everything(prepared, concerned)
    data = scores[role_labels(prepared.respondents).isin(roles)].copy()
    for code, constructs in question.composites.items():
        data[code] = data[list(constructs)].mean(axis=1, skipna=False)
    return data


def _constructs(question: Question) -> tuple[str, ...]:
    """Return the constructs behind outcome, mediator and predictors."""
    expand: Mapping[str, tuple[str, ...]] = question.composites
    codes = (question.outcome, question.mediator, *question.predictors)
    found = [one for code in codes if code for one in expand.get(code, (code,))]
    return tuple(dict.fromkeys(found))
