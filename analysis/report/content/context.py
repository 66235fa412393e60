"""What every chapter needs: the results, the facts, the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from analysis.findings import Finding, Severity
from analysis.report.document import Light, LightWord, Note, Tone
from analysis.report.facts import ReportFacts
from analysis.report.numbers import NumberKind, format_interval, format_number
from analysis.supplements import Supplements
from resources.texts import SOURCE_LANGUAGE, has_sentence, sentence
from survey.framework import Framework, load_framework

if TYPE_CHECKING:
    import pandas as pd

    from analysis.chain import ChainResult

LONGEST_TEXT = 240
"""Characters of an item printed in a table; longer wordings end in an ellipsis."""
LIGHTS: Mapping[str, Light] = {
    "red": "red", "amber": "amber", "green": "green", "grey": "grey",
}  # fmt: skip
TONES: Mapping[Severity, Tone] = {
    Severity.NOTE: "plain",
    Severity.CAUTION: "amber",
    Severity.BLOCK: "red",
}


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The results of a run, and how they are to be told."""

    chain: ChainResult
    facts: ReportFacts
    language: str
    supplements: Supplements = field(default_factory=Supplements)

    @property
    def is_source(self) -> bool:
        """Whether the report is in Chinese, the language the framework is written in."""
        return self.language == SOURCE_LANGUAGE

    @property
    def framework(self) -> Framework | None:
        """The framework the study follows, None for a study of one's own."""
        return load_framework() if self.chain.prepared.study.framework else None

    @property
    def threshold(self) -> int:
        """Smallest group shown."""
        return self.chain.options.diagnosis.threshold

    def say(self, key: str, /, **values: object) -> str:
        """Return a sentence of report.toml with its values filled in."""
        return sentence(f"report.{key}", self.language, **values)

    def diagnosis_word(self, kind: str, code: str) -> str:
        """Return a word of diagnosis.toml: a verdict on a change, a review, a state."""
        return sentence(f"diagnosis.{kind}.{code}", self.language)

    def has(self, key: str) -> bool:
        """Return whether report.toml has this sentence."""
        return has_sentence(f"report.{key}", self.language)

    def items(self, key: str, /, **values: object) -> tuple[str, ...]:
        """Return the sentences ``key.1``, ``key.2``, ... as a tuple."""
        found: list[str] = []
        while self.has(f"{key}.{len(found) + 1}"):
            found.append(self.say(f"{key}.{len(found) + 1}", **values))
        return tuple(found)

    def join(self, words: Iterable[str]) -> str:
        """Return words as a list in running text."""
        return ("、" if self.is_source else ", ").join(words)

    def name(self, code: str) -> str:
        """Return the name of a construct, system, group, role or factor of the model."""
        if self.framework is not None:
            if self.has(f"name.{code}"):
                return self.say(f"name.{code}")
            if code in self.framework.constructs:
                construct = self.framework.constructs[code]
                return construct.name if self.is_source else construct.name_en
        study = self.chain.prepared.study
        named = {system.code: system.name for system in study.systems}
        named.update({construct.code: construct.name for construct in study.constructs})
        return named.get(code, study.role_names.get(code, code))

    def coded(self, code: str) -> str:
        """Return code and name: ``C1 科研供需错位``; the code alone if it is its own name."""
        name = self.name(code)
        return code if name == code else f"{code} {name}"

    def role(self, code: str) -> str:
        """Return the short name of a role."""
        if self.framework is not None and self.has(f"role.{code}"):
            return self.say(f"role.{code}")
        return self.chain.prepared.study.role_names.get(code, code)

    def item_text(self, code: str) -> str:
        """Return the wording of an item, with the university called 本校."""
        if self.framework is not None and code in self.framework.items:
            item = self.framework.items[code]
            text = item.text if self.is_source else item.text_en
        else:
            text = self.chain.prepared.study.item(code).text
        return shortened(text.replace("{univ}", self.say("referent")))

    def raw(self, section: str) -> dict[str, Any]:
        """Return a list of the framework by code; empty without framework."""
        if self.framework is None:
            return {}
        return {entry["code"]: entry for entry in self.framework.raw[section]}

    def worded(self, entry: Mapping[str, Any]) -> str:
        """Return the text of an entry of the framework."""
        return str(entry["zh"] if self.is_source else entry["en"])

    def light(self, light: object) -> LightWord:
        """Return a traffic light with its symbol and word."""
        known = LIGHTS.get(str(light), "grey")
        return LightWord(known, self.say(f"light.{known}"))

    def notes_of(self, findings: Iterable[Finding]) -> list[Note]:
        """Return a note for each finding, the most serious first."""
        order = list(Severity)[::-1]
        found = sorted(findings, key=lambda finding: order.index(finding.severity))
        return [Note(self._renamed(f).describe(self.language), TONES[f.severity]) for f in found]

    def _renamed(self, finding: Finding) -> Finding:
        """Return the finding with roles, constructs, levels called as in the rest of the report."""
        study = self.chain.prepared.study
        names = {construct.name: self.name(construct.code) for construct in study.constructs}
        for code, name in study.role_names.items():
            names[code] = names[name] = self.role(code)
        names.update({system.name: self.name(system.code) for system in study.systems})
        for level in load_framework().raw["levels"]["D10"]["levels"]:
            names[level["zh"]] = self.worded(level)
        return replace(
            finding,
            subjects=tuple(names.get(subject, subject) for subject in finding.subjects),
            values={
                key: names.get(value, value) if isinstance(value, str) else value
                for key, value in finding.values.items()
            },
        )

    @property
    def data_note(self) -> str:
        """Return the last note of every table: framework version, or that there is none."""
        if self.framework is None:
            return self.say("note_study", title=self.chain.prepared.study.title)
        return self.say("note_framework", version=self.framework.version)


def shortened(text: str) -> str:
    """Return ``text`` cut to a length that fits a cell of a page."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def records(table: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    """Return each row of a table as its code and its cells by column."""
    cells: list[dict[Any, Any]] = table.to_dict("records")
    return [(str(code), row) for code, row in zip(table.index, cells, strict=True)]


def record(table: pd.DataFrame, code: str) -> dict[str, Any]:
    """Return the cells of one row by column."""
    return dict(records(table.loc[[code]])[0][1])


def score(value: object) -> str:
    """Return a score on 0-100."""
    return format_number(value, NumberKind.SCORE)


def share(value: object) -> str:
    """Return a share as per cent."""
    return format_number(value, NumberKind.SHARE)


def decimal(value: object) -> str:
    """Return a coefficient with three decimals."""
    return format_number(value, NumberKind.DECIMAL)


def count(value: object) -> str:
    """Return a whole number."""
    return format_number(value, NumberKind.COUNT)


def score_interval(low: object, high: object) -> str:
    """Return an interval of scores."""
    return format_interval(low, high, NumberKind.SCORE)


def p_words(value: object) -> str:
    """Return a p value with its sign: ``p = 0.032``, ``p < 0.001``."""
    text = format_number(value, NumberKind.PROBABILITY)
    return f"p < {text[1:]}" if text.startswith("<") else f"p = {text}"
