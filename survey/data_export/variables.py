"""What every exported variable is: name, wording, level, labels, kinds of missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.responses import Missing, ResponseSet, SourceFile

if TYPE_CHECKING:
    from survey.exchange import ImportPlan

MISSING_CODES: Mapping[Missing, float] = MappingProxyType(
    {
        Missing.NOT_SHOWN: -1.0,
        Missing.EMPTY: -2.0,
        Missing.DO_NOT_KNOW: -3.0,
        Missing.USER_MISSING: -4.0,
        Missing.NOT_UNDERSTOOD: -5.0,
    }
)
"""Codes of the kinds of missing in exported files: below every scale of a questionnaire."""
NO_LABELS: Mapping[float, str] = MappingProxyType({})


class Level(StrEnum):
    """Level of measurement, in SPSS's words."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """One column of an exported file.

    Args:
        name: short name, unique.
        label: wording or heading.
        level: level of measurement.
        values: one per respondent. Float with the codes of ``missing`` in place for numeric
            variables; str or None for text.
        labels: label of each valid code.
        missing: label of each code that is no answer.
        construct: code of the construct an item measures, "" elsewhere.
        is_reversed: reverse-keyed; the values are as answered, not turned.
    """

    name: str
    label: str
    level: Level
    values: pd.Series
    labels: Mapping[float, str] = field(default_factory=lambda: NO_LABELS)
    missing: Mapping[float, str] = field(default_factory=lambda: NO_LABELS)
    construct: str = ""
    is_reversed: bool = False

    @property
    def is_text(self) -> bool:
        """Whether the values are text."""
        return bool(self.values.dtype == object)

    def valid(self) -> pd.Series:
        """Return the values with every kind of missing as NaN (text: None)."""
        if self.is_text:
            return self.values
        return self.values.where(~self.values.isin(list(self.missing)))


@dataclass(frozen=True, slots=True, eq=False)
class Variables:
    """All columns of an export, and where they come from."""

    title: str
    variables: tuple[Variable, ...]
    source: SourceFile
    is_simulated: bool
    constructs: Mapping[str, str]
    """Name of each construct by code."""

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables)

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.variables[0].values) if self.variables else 0


def describe_variables(
    responses: ResponseSet, plan: ImportPlan | None = None, language: str = SOURCE_LANGUAGE
) -> Variables:
    """Return the variables of a survey's answers, ready for any format.

    Args:
        responses: the answers, as imported: nothing recoded or excluded.
        plan: gives the labels of the scales; without it only end points are known.
        language: of the labels the program adds (kinds of missing).
    """
    study = responses.study
    variables = [
        *_respondent_facts(responses, language),
        *_items(responses, plan, language),
        *other_variables(responses.other),
    ]
    return Variables(
        title=study.title,
        variables=tuple(variables),
        source=responses.source,
        is_simulated=study.is_simulated,
        constructs=MappingProxyType({c.code: c.name for c in study.constructs}),
    )


def _respondent_facts(responses: ResponseSet, language: str) -> Iterator[Variable]:
    for name, values in responses.respondents.items():
        column = str(name)
        label = sentence(f"codebook.fact.{column}", language) if column in _FACTS else column
        if column == "role":
            yield _categories(column, label, values, dict(responses.study.role_names))
        elif column in responses.study.group_variables:
            yield _categories(column, label, values, {})
        elif pd.api.types.is_datetime64_any_dtype(values):
            text = values.dt.strftime("%Y-%m-%d %H:%M:%S").astype(object)
            yield Variable(column, label, Level.NOMINAL, text.where(values.notna(), None))
        else:
            yield Variable(column, label, Level.SCALE, values.astype(float))


_FACTS = frozenset({"role", "seconds", "submitted", "row"})


def _categories(name: str, label: str, values: pd.Series, names: Mapping[str, str]) -> Variable:
    """Return a variable coded 1, 2, 3, … in the order of the names, or of the text."""
    found = [text for text in names if (values == text).any()]
    found += sorted({str(v) for v in values.dropna()} - set(found))
    codes = {text: float(place) for place, text in enumerate(found, start=1)}
    labels = {code: names.get(text, text) for text, code in codes.items()}
    return Variable(
        name, label, Level.NOMINAL, values.map(codes).astype(float), MappingProxyType(labels)
    )


def _items(responses: ResponseSet, plan: ImportPlan | None, language: str) -> Iterator[Variable]:
    construct_of = {item: c.code for c in responses.study.constructs for item in c.items}
    described = {item.code: item for item in responses.study.items}
    for name in responses.answers.columns:
        code = str(name)
        item = described.get(code)
        codes = _codes_below(item.minimum if item is not None else 1.0)
        yield Variable(
            name=code,
            label=item.text if item is not None else _attention_wording(plan, code),
            level=Level.ORDINAL,
            values=_with_missing_codes(responses, code, codes),
            labels=_scale_labels(plan, code),
            missing=_missing_labels(responses, code, codes, language),
            construct=construct_of.get(code, ""),
            is_reversed=item is not None and item.is_reversed,
        )


def _codes_below(minimum: float) -> Mapping[Missing, float]:
    """Return the missing codes, moved below a scale that begins under zero."""
    shift = min(0.0, np.floor(minimum))
    return {kind: code + shift for kind, code in MISSING_CODES.items()}


def _with_missing_codes(
    responses: ResponseSet, code: str, codes: Mapping[Missing, float]
) -> pd.Series:
    values = responses.answers[code].astype(float)
    kinds = responses.missing[code]
    for kind, number in codes.items():
        values = values.mask((kinds == int(kind)) & values.isna(), number)
    return values


def _missing_labels(
    responses: ResponseSet, code: str, codes: Mapping[Missing, float], language: str
) -> Mapping[float, str]:
    present = set(responses.missing[code].unique().tolist())
    return MappingProxyType(
        {
            number: sentence(f"codebook.missing.{kind.name.lower()}", language)
            for kind, number in codes.items()
            if int(kind) in present
        }
    )


def _scale_labels(plan: ImportPlan | None, code: str) -> Mapping[float, str]:
    """Return the label of each code as the file has it, over all columns of the item."""
    labels: dict[float, str] = {}
    for column in plan.columns_of(code) if plan is not None else ():
        if column.scale is not None:
            labels |= {number: cell for cell, number in column.scale.steps}
        for cell, label in column.labels:
            number = _number(cell)
            if number is not None:
                labels.setdefault(number, label)
    return MappingProxyType(dict(sorted(labels.items())))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _attention_wording(plan: ImportPlan | None, code: str) -> str:
    columns = plan.columns_of(code) if plan is not None else ()
    return columns[0].wording if columns else code


def other_variables(table: pd.DataFrame) -> Iterator[Variable]:
    """Yield the columns of answers that are described, not scored: numbers, else text."""
    for name, values in table.items():
        if pd.api.types.is_numeric_dtype(values):
            yield Variable(str(name), str(name), Level.SCALE, values.astype(float))
        else:
            text = values.astype(object).where(values.notna(), None)
            yield Variable(str(name), str(name), Level.NOMINAL, text)
