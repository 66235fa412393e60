"""Every sentence the core says, by code and language.

A sentence lives in ``resources/texts/<language>/<room>.toml``; its code is
``<room>.<key>``, with dots for nested tables. Values in ``{braces}`` are filled in.
Chinese (``zh_CN``) is the source; English (``en``) is a full translation, which
tests/resources/test_texts.py checks.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

TEXTS = Path(__file__).resolve().parent
SOURCE_LANGUAGE = "zh_CN"
LANGUAGES = ("zh_CN", "en")


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        code = f"{prefix}.{key}"
        if isinstance(value, Mapping):
            found.update(_flat(value, code))
        else:
            found[code] = str(value)
    return found


@cache  # the default language is a key of its own
def sentences(language: str = SOURCE_LANGUAGE) -> Mapping[str, str]:
    """Return every sentence of one language by its code."""
    if language not in LANGUAGES:
        raise ValueError(f"no texts in language {language!r}; there are {LANGUAGES}")
    found: dict[str, str] = {}
    for file in sorted((TEXTS / language).glob("*.toml")):
        found.update(_flat(tomllib.loads(file.read_text(encoding="utf-8")), file.stem))
    return MappingProxyType(found)


def has_sentence(code: str, language: str = SOURCE_LANGUAGE) -> bool:
    """Return whether ``code`` has a sentence in ``language``."""
    return code in sentences(language)


def sentence(code: str, language: str = SOURCE_LANGUAGE, /, **values: object) -> str:
    """Return the sentence of ``code`` with its values filled in.

    Raises:
        KeyError: no such code, or a value the sentence needs is not given.
    """
    return sentences(language)[code].format_map(values)
