"""The words the import understands, from resources/exchange/*.toml."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from resources import RESOURCES
from survey.exchange.wording import bare, plain
from survey.responses import Missing

_FOLDER = RESOURCES / "exchange"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of columns and words for missing answers.

    Args:
        facts: what a heading (bare) says about the response itself: ``number``,
            ``submitted``, ``seconds``, ``total``, ``source``, ...
        personal: bare headings of personal data.
        missing: kind of missing of a cell (plain).
        attention: patterns of instructed questions; group ``answer`` is the option to choose.
    """

    facts: Mapping[str, str]
    personal: frozenset[str]
    missing: Mapping[str, Missing]
    attention: tuple[re.Pattern[str], ...]
    attention_hints: tuple[str, ...]
    rating_hints: tuple[str, ...]
    number_codes: Mapping[str, Missing]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the words, read once."""
    table = _read("columns.toml")
    missing = table["missing"]
    kinds = {
        "not_shown": Missing.NOT_SHOWN,
        "empty": Missing.EMPTY,
        "do_not_know": Missing.DO_NOT_KNOW,
    }
    return Vocabulary(
        facts=_first_meanings(table["facts"]),
        personal=frozenset(bare(name) for name in table["personal"]["names"]),
        missing={plain(word): kind for key, kind in kinds.items() for word in missing[key]},
        attention=tuple(re.compile(p, re.IGNORECASE) for p in table["attention"]["patterns"]),
        attention_hints=tuple(table["attention"]["hints"]),
        rating_hints=tuple(table["rating"]["hints"]),
        number_codes={
            table["numbers"]["not_shown"]: Missing.NOT_SHOWN,
            table["numbers"]["empty"]: Missing.EMPTY,
        },
    )


def _first_meanings(table: Mapping[str, list[str]]) -> dict[str, str]:
    """``index`` and ``_index`` look alike bare: the meaning listed first counts."""
    found: dict[str, str] = {}
    for fact, names in table.items():
        for name in names:
            found.setdefault(bare(name), fact)
    return found


@lru_cache(maxsize=1)
def likert_words() -> Mapping[str, Any]:
    """Return the table of degrees, negations and neutral words."""
    return _read("likert.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
