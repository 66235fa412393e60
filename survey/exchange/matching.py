"""Ties columns to the items of a study: by code, by wording, by nearly the same wording.

One item may stand in several columns: insiders read 本校, outsiders 该校, in two matrices of
one questionnaire. Each of them is tied; apply_plan takes the one that was answered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.wording import bare, likeness, plain
from survey.framework import load_framework
from survey.problems import Problem
from survey.study import Study

ALIKE = 0.8
"""Likeness from which an edited wording still counts as the same item."""
MARGIN = 0.05
"""It must be so much more alike than to any other item."""
_TIEABLE = (ColumnKind.ITEM, ColumnKind.SINGLE, ColumnKind.GROUP, ColumnKind.QUANTITY)
_CODE_FIRST = re.compile(r"^\s*([A-Za-z][A-Za-z0-9_]*)(?=[\s、.:：]|$)")


@dataclass(frozen=True, slots=True)
class Tie:
    """A column and the item, attention check or question it was recognised as."""

    place: int
    code: str
    likeness: float
    wording: str


def framework_wordings() -> dict[str, tuple[str, ...]]:
    """Return each framework item's wordings, one per way of speaking of the university."""
    framework = load_framework()
    referents = {role.referent for role in framework.roles.values()}
    return {
        code: tuple(item.text.replace("{univ}", referent) for referent in sorted(referents))
        for code, item in framework.items.items()
    }


def study_wordings(study: Study) -> dict[str, tuple[str, ...]]:
    """Return each item's wordings; a study of the framework knows all referents."""
    if study.framework:
        known = framework_wordings()
        return {item.code: known.get(item.code, (item.text,)) for item in study.items}
    return {item.code: (item.text,) for item in study.items}


def find_ties(
    columns: Sequence[ColumnPlan], wordings: Mapping[str, Sequence[str]]
) -> tuple[Tie, ...]:
    """Return which columns are which of the coded wordings; each column at most once."""
    exact = {bare(text): code for code, texts in wordings.items() for text in texts if text}
    codes = {code.lower(): code for code in wordings}
    ties: list[Tie] = []
    rest: list[ColumnPlan] = []
    for column in columns:
        code = _by_code(column, codes) or exact.get(bare(column.wording), "")
        if code:
            ties.append(Tie(column.place, code, 1.0, _nearest(column.wording, wordings[code])))
        else:
            rest.append(column)
    for column in rest:
        tie = _nearly(column, wordings)
        if tie is not None:
            ties.append(tie)
    return tuple(sorted(ties, key=lambda tie: tie.place))


def _by_code(column: ColumnPlan, codes: Mapping[str, str]) -> str:
    header = plain(column.header)
    if header in codes:
        return codes[header]
    found = _CODE_FIRST.match(column.wording) or _CODE_FIRST.match(column.header)
    return codes.get(found.group(1).lower(), "") if found else ""


def _nearest(wording: str, texts: Sequence[str]) -> str:
    return max(texts, key=lambda text: likeness(wording, text), default="")


def _nearly(column: ColumnPlan, wordings: Mapping[str, Sequence[str]]) -> Tie | None:
    scores = sorted(
        (
            (max((likeness(column.wording, text) for text in texts if text), default=0.0), code)
            for code, texts in wordings.items()
        ),
        reverse=True,
    )
    if not scores or scores[0][0] < ALIKE:
        return None
    if len(scores) > 1 and scores[0][0] - scores[1][0] < MARGIN:
        return None
    best, code = scores[0]
    return Tie(column.place, code, best, _nearest(column.wording, wordings[code]))


def tieable(columns: Sequence[ColumnPlan]) -> list[ColumnPlan]:
    """Return the columns that may hold items."""
    return [column for column in columns if column.kind in _TIEABLE]


def tie_items(columns: Sequence[ColumnPlan], ties: Sequence[Tie]) -> tuple[ColumnPlan, ...]:
    """Return the columns with tied ones made items; other items become plain choices."""
    codes = {tie.place: tie.code for tie in ties}
    return tuple(_tied(column, codes.get(column.place)) for column in columns)


def _tied(column: ColumnPlan, code: str | None) -> ColumnPlan:
    if code is not None:
        certainty = "open" if column.scale is None else column.certainty
        return replace(column, kind=ColumnKind.ITEM, code=code, certainty=certainty)
    if column.kind is not ColumnKind.ITEM:
        return column
    has_words = column.scale is None or bool(column.scale.steps)
    kind = ColumnKind.SINGLE if has_words else ColumnKind.QUANTITY
    return replace(column, kind=kind, certainty="certain")


def wording_notes(columns: Sequence[ColumnPlan], ties: Sequence[Tie], where: str) -> list[Problem]:
    """Return one note for each column whose wording is not quite the item's."""
    by_place = {column.place: column for column in columns}
    return [
        Problem(
            "wording_differs",
            f"{where} {tie.code}",
            values={"found": by_place[tie.place].wording, "expected": tie.wording},
        )
        for tie in ties
        if tie.likeness < 1.0
    ]
