"""Reads and writes study files: TOML for people, JSON for programs.

Every mistake in the file is collected and told at once, with the entry and a suggestion.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.problems import Problem, Refusal, refuse
from survey.study import AttentionCheck, Study, StudyConstruct, StudyItem, StudySystem

FORMAT = 1
_TOP = (
    "format", "title", "framework", "model", "simulated", "groups", "roles",
    "constructs", "items", "attention", "systems",
)  # fmt: skip
_ITEM = ("code", "text", "min", "max", "reversed")
_CONSTRUCT = ("code", "name", "items", "polarity", "group")
_SYSTEM = ("code", "name", "constructs")
_ATTENTION = ("code", "correct")
_POLARITIES = ("severity", "positive")


def read_study(path: Path | str) -> Study:
    """Return the study in a .toml or .json file.

    Raises:
        Refusal: one problem per mistake: syntax, unknown or missing entries, codes used twice,
            items nobody defined, bounds the wrong way round.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise refuse("file_missing", path.name) from error
    except UnicodeDecodeError as error:
        raise refuse("study_not_utf8", path.name) from error
    except OSError as error:
        raise refuse("file_unreadable", path.name, reason=error) from error
    return study_from_table(_table(text, path), where=path.name)


def _table(text: str, path: Path) -> Mapping[str, Any]:
    try:
        table = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise refuse("study_syntax", path.name, reason=error) from error
    if not isinstance(table, dict):
        raise refuse("study_syntax", path.name, reason="{ } ?")
    return table


def write_study(study: Study, path: Path | str, *, language: str = SOURCE_LANGUAGE) -> None:
    """Write the study to a .toml or .json file, so that ``read_study`` returns it equal.

    A .toml file begins with a comment in ``language`` that says how to edit it.

    Raises:
        Refusal: the file cannot be written.
    """
    import tomli_w

    path = Path(path)
    table = study_to_table(study)
    if path.suffix.lower() == ".json":
        text = json.dumps(table, ensure_ascii=False, indent=1) + "\n"
    else:
        filled = {key: value for key, value in table.items() if value not in ("", [], {}, False)}
        lines = sentence("import.study_comment", language).strip().splitlines()
        comment = "".join(f"# {line}\n" for line in lines)
        text = f"{comment}\n{tomli_w.dumps(filled, multiline_strings=True)}"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise refuse("study_not_written", path.name, reason=error) from error


def study_to_table(study: Study) -> dict[str, Any]:
    """Return the study as plain mappings and lists."""
    return {
        "format": FORMAT,
        "title": study.title,
        "framework": study.framework,
        "model": study.model,
        "simulated": study.is_simulated,
        "groups": list(study.group_variables),
        "roles": dict(study.role_names),
        "constructs": [
            {
                "code": construct.code,
                "name": construct.name,
                "items": list(construct.items),
                "polarity": construct.polarity,
                "group": construct.group,
            }
            for construct in study.constructs
        ],
        "items": [
            {
                "code": item.code,
                "text": item.text,
                "min": item.minimum,
                "max": item.maximum,
                "reversed": item.is_reversed,
            }
            for item in study.items
        ],
        "attention": [
            {"code": check.code, "correct": check.correct} for check in study.attention_checks
        ],
        "systems": [
            {"code": system.code, "name": system.name, "constructs": list(system.constructs)}
            for system in study.systems
        ],
    }


def study_from_table(
    table: Mapping[str, Any], where: str = "", *, needs_items: bool = True
) -> Study:
    """Return the study that the mappings describe.

    Args:
        needs_items: refuse a study without items; answers can be described without.

    Raises:
        Refusal: as ``read_study``.
    """
    reader = _Reader(where, needs_items=needs_items)
    study = reader.study(table)
    if reader.problems:
        raise Refusal(*reader.problems)
    return study


@dataclass(slots=True)
class _Reader:
    """Reads one table; notes every problem and goes on with a default."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    needs_items: bool = True

    def study(self, table: Mapping[str, Any]) -> Study:
        self._known(table, _TOP, "")
        if table.get("format", FORMAT) != FORMAT:
            self._note("study_newer", "format", format=table["format"])
        study = Study(
            title=self._text(table, "title", ""),
            items=tuple(self._item(e, w) for e, w in self._entries(table, "items", _ITEM)),
            constructs=tuple(
                self._construct(e, w) for e, w in self._entries(table, "constructs", _CONSTRUCT)
            ),
            framework=self._text(table, "framework", ""),
            role_names=MappingProxyType(self._texts_by_key(table, "roles")),
            group_variables=self._texts(table, "groups", ""),
            attention_checks=tuple(
                AttentionCheck(self._code(e, w), self._number(e, "correct", w, 1.0))
                for e, w in self._entries(table, "attention", _ATTENTION)
            ),
            systems=tuple(
                StudySystem(self._code(e, w), self._name(e, w), self._texts(e, "constructs", w))
                for e, w in self._entries(table, "systems", _SYSTEM)
            ),
            model=self._text(table, "model", ""),
            is_simulated=self._flag(table, "simulated", ""),
        )
        self._check(study)
        return study

    def _item(self, entry: Mapping[str, Any], where: str) -> StudyItem:
        low = self._number(entry, "min", where, 1.0)
        high = self._number(entry, "max", where, 5.0)
        if low >= high:
            self._note("study_bounds", where, low=low, high=high)
        return StudyItem(
            self._code(entry, where),
            self._text(entry, "text", where),
            low,
            high,
            self._flag(entry, "reversed", where),
        )

    def _construct(self, entry: Mapping[str, Any], where: str) -> StudyConstruct:
        polarity = self._text(entry, "polarity", where) or "positive"
        if polarity not in _POLARITIES:
            self._note("study_polarity", where, found=polarity)
        return StudyConstruct(
            code=self._code(entry, where),
            name=self._name(entry, where),
            items=self._texts(entry, "items", where),
            polarity="severity" if polarity == "severity" else "positive",
            group=self._text(entry, "group", where),
        )

    # --- entries ----------------------------------------------------------------

    def _entries(
        self, table: Mapping[str, Any], key: str, known: tuple[str, ...]
    ) -> Iterable[tuple[Mapping[str, Any], str]]:
        entries = table.get(key, [])
        if not isinstance(entries, list):
            self._note("study_wrong_kind", key, wanted="[[ ]]")
            return []
        found = []
        for number, entry in enumerate(entries, start=1):
            where = f"{key}[{number}]"
            if not isinstance(entry, dict):
                self._note("study_wrong_kind", where, wanted="[[ ]]")
                continue
            self._known(entry, known, where)
            found.append((entry, f"{key}[{entry.get('code', number)}]"))
        return found

    def _known(self, table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in known:
                self._note("study_unknown_entry", where, entry=key, known=", ".join(known))

    def _code(self, entry: Mapping[str, Any], where: str) -> str:
        code = self._text(entry, "code", where)
        if not code:
            self._note("study_entry_missing", where, entry="code")
        elif not code.isidentifier():
            self._note("study_code_unusable", where, code=code)
        return code

    def _name(self, entry: Mapping[str, Any], where: str) -> str:
        return self._text(entry, "name", where) or self._text(entry, "code", where)

    def _text(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self._note("study_wrong_kind", f"{where} {key}".strip(), wanted='"…"')
            return ""
        return value

    def _texts(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            self._note("study_wrong_kind", f"{where} {key}".strip(), wanted='["…"]')
            return ()
        return tuple(value)

    def _texts_by_key(self, table: Mapping[str, Any], key: str) -> dict[str, str]:
        value = table.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            self._note("study_wrong_kind", key, wanted='ADM = "…"')
            return {}
        return dict(value)

    def _number(self, table: Mapping[str, Any], key: str, where: str, default: float) -> float:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._note("study_wrong_kind", f"{where} {key}", wanted="1.0")
            return default
        return float(value)

    def _flag(self, table: Mapping[str, Any], key: str, where: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self._note("study_wrong_kind", f"{where} {key}".strip(), wanted="true / false")
            return False
        return value

    # --- the whole ----------------------------------------------------------------

    def _check(self, study: Study) -> None:
        items = [item.code for item in study.items]
        constructs = [construct.code for construct in study.constructs]
        checks = [check.code for check in study.attention_checks]
        self._check_unique([*items, *constructs, *checks])
        if self.needs_items and not items:
            self._note("study_entry_missing", "", entry="[[items]]")
        for construct in study.constructs:
            self._check_known(construct.items, items, f"constructs[{construct.code}]")
            if not construct.items:
                self._note("study_construct_empty", f"constructs[{construct.code}]")
        for system in study.systems:
            self._check_known(system.constructs, constructs, f"systems[{system.code}]")

    def _check_unique(self, codes: list[str]) -> None:
        for code in dict.fromkeys(codes):
            if code and codes.count(code) > 1:
                self._note("study_code_twice", "", code=code)

    def _check_known(self, named: Iterable[str], known: list[str], where: str) -> None:
        for code in named:
            if code not in known:
                near = get_close_matches(code, known, n=3) or known[:3]
                self._note("study_code_unknown", where, code=code, near="、".join(near))

    def _note(self, problem: str, where: str, /, **values: object) -> None:
        place = " ".join(part for part in (self.file, where) if part)
        self.problems.append(Problem(problem, place, values=MappingProxyType(values)))
